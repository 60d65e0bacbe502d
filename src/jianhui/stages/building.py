"""Steps 5 and 6: resolve and project. A build is a pure function of the log and an as-of."""

from pathlib import Path

import duckdb
import polars as pl

from jianhui.log.store import EventLog
from jianhui.publish.release_index import PublishedRelease
from jianhui.resolve.inputs import PreviousNight, write_inputs
from jianhui.stages.context import AsOf, Context
from jianhui.warehouse.build import BuildResult
from jianhui.warehouse.build import build as build_marts


def build(
    context: Context,
    as_of: AsOf,
    path: Path,
    *,
    kind: str = "night",
    previous: PublishedRelease | None = None,
) -> BuildResult:
    """Build every table as of ``as_of`` in a fresh DuckDB file at ``path``.

    ``kind``: night or quarter. ``previous``: the last night, for what is new since. Raises ``UsageError``
    where
    nothing can be said of the day, ``BuildFailed`` naming the model or test.
    """
    resolve(context, as_of, path, kind=kind, previous=previous)
    return build_marts(context.settings, path)


def resolve(
    context: Context,
    as_of: AsOf,
    path: Path,
    *,
    kind: str = "night",
    previous: PublishedRelease | None = None,
    log: EventLog | None = None,
) -> None:
    """Step 5: records, enterprises and links as of ``as_of``, into schema ``input`` of a fresh file at
    ``path``. ``log``: another log than the home's, of which some lines are left out.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        write_inputs(
            log or context.log,
            context.contracts,
            context.settings,
            valid_on=as_of.valid_on,
            known_at=as_of.known_at,
            release_kind=kind,
            previous=_gap_of(previous) if previous else None,
            con=connection,
            clock=context.clock,
        )


def contacts(path: Path) -> pl.DataFrame:
    """Whom to ask for at an enterprise: ``enterprise_id``, ``legal_representative``, ``phone`` (pseudonyms).

    Grain: enterprise; of the version in force on the day of the file at ``path``, whose schema ``input`` is
    filled.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        found: pl.DataFrame = connection.sql(
            """
            select v.enterprise_id, v.legal_representative, v.phone
            from input.commerce_versions as v, input.asof as a
            where v.valid_from <= a.valid_on and a.valid_on < v.valid_to
            order by v.enterprise_id
            """
        ).pl()
        return found


def _gap_of(night: PublishedRelease) -> PreviousNight:
    gap = pl.read_parquet(
        night.folder / "marts" / "fct_enterprises_without_union.parquet", columns=["enterprise_id"]
    )
    return PreviousNight(night.release_id, night.valid_on, tuple(gap.get_column("enterprise_id")))
