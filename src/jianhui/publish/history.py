"""Every rate ever published beside the same rate as now known: ``releases/history.parquet``.

Grain: release (or entered figure) × grouping × group × base. Derived; can be made again.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.core.clock import end_of_civil_day
from jianhui.log.ledger import RELEASES, LedgerLine
from jianhui.publish.life import ENTERED, Life
from jianhui.publish.release_index import PublishedRelease
from jianhui.settings import Settings

HISTORY = "history.parquet"

COLUMNS: Mapping[str, pl.DataType] = {
    "release_id": pl.String(),
    "origin": pl.String(),
    "kind": pl.String(),
    "quarter": pl.String(),
    "revision": pl.Int64(),
    "valid_on": pl.Date(),
    "known_at": pl.Datetime("us", "UTC"),
    "stage": pl.String(),
    "source": pl.String(),
    "grouping": pl.String(),
    "group_code": pl.String(),
    "group_name": pl.String(),
    "base_kind": pl.String(),
    "n_base": pl.Int64(),
    "n_covered": pl.Int64(),
    "coverage_rate": pl.Float64(),
    "n_base_now": pl.Int64(),
    "n_covered_now": pl.Int64(),
    "coverage_rate_now": pl.Float64(),
    "now_known_at": pl.Datetime("us", "UTC"),
    "now_basis": pl.String(),
}
"""``origin``: release, or entered (published before the log began; ``source`` says where). ``now_basis``:
rebuilt (the whole build of that day, made again), daily (the newest night's daily table, live base of city
and districts), null where nothing is now known of it.
"""

_KEY = ["grouping", "group_code", "base_kind"]
_FIGURES = ["n_base", "n_covered", "coverage_rate"]


def as_published(release: PublishedRelease, life: Life) -> pl.DataFrame:
    """The rows of a release, without what is now known."""
    figures = pl.read_parquet(release.folder / "marts" / "agg_coverage.parquet")
    return figures.select(*_KEY, "group_name", *_FIGURES).with_columns(
        release_id=pl.lit(release.release_id),
        origin=pl.lit("release"),
        kind=pl.lit(release.kind),
        quarter=pl.lit(release.quarter, pl.String),
        revision=pl.lit(release.revision, pl.Int64),
        valid_on=pl.lit(release.valid_on),
        known_at=pl.lit(release.known_at),
        stage=pl.lit(life.stage, pl.String),
        source=pl.lit(None, pl.String),
    )


def now_by_rebuild(folder: Path, known_at: datetime) -> pl.DataFrame:
    """What a rebuild of the same day says now."""
    figures = pl.read_parquet(folder / "marts" / "agg_coverage.parquet")
    return _now(figures.select(*_KEY, *_FIGURES), known_at, "rebuilt")


def now_by_daily(newest: PublishedRelease, day: date) -> pl.DataFrame:
    """What the newest night's daily table says of an earlier day: live base, city and districts."""
    daily = pl.read_parquet(newest.folder / "marts" / "agg_coverage_daily.parquet")
    figures = daily.filter(pl.col("valid_on") == day).with_columns(base_kind=pl.lit("live"))
    return _now(figures.select(*_KEY, *_FIGURES), newest.known_at, "daily")


def _now(figures: pl.DataFrame, known_at: datetime, basis: str) -> pl.DataFrame:
    return figures.rename({name: f"{name}_now" for name in _FIGURES}).with_columns(
        now_known_at=pl.lit(known_at), now_basis=pl.lit(basis)
    )


def beside(published: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Rows of a release with what is now known of them: :data:`COLUMNS`."""
    both = published.join(now, on=_KEY, how="left")
    return both.select(pl.col(name).cast(dtype) for name, dtype in COLUMNS.items())


def entered_rows(ledger: Sequence[LedgerLine]) -> pl.DataFrame:
    """Figures of before the log; of one figure entered twice the later entry stands."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in ledger:
        if line.stream != RELEASES or not line.payload or line.payload.get("event") != ENTERED:
            continue
        for row in line.payload["rows"]:
            valid_on = date.fromisoformat(row["valid_on"])
            is_quarter = "Q" in row["period"]
            found[row["valid_on"], row["grouping"], row["group_code"], row["base_kind"]] = {
                "release_id": f"entered-{row['period']}",
                "origin": ENTERED,
                "kind": "quarter" if is_quarter else "night",
                "quarter": row["period"] if is_quarter else None,
                "valid_on": valid_on,
                "known_at": end_of_civil_day(valid_on),
                "stage": "published",
                **{name: row[name] for name in ("source", *_KEY, *_FIGURES)},
            }
    return pl.DataFrame(list(found.values()), schema=dict(COLUMNS))


def in_order(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all parts in a total order, the newest day first."""
    empty = pl.DataFrame(schema=dict(COLUMNS))
    return pl.concat([empty, *parts]).sort(
        "valid_on", "kind", "revision", "release_id", *_KEY, descending=[True, *[False] * 6], nulls_last=True
    )


def write_history(settings: Settings, table: pl.DataFrame) -> None:
    """Write ``releases/history.parquet`` in one step."""
    path = settings.releases / HISTORY
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{HISTORY}-{os.getpid()}")
    table.write_parquet(fresh)
    fresh.replace(path)
