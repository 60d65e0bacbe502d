"""Steps 5 and 6: resolve and project. A build is a pure function of the log and an as-of."""

from pathlib import Path

import duckdb

from jianhui.resolve.inputs import PreviousNight, write_inputs
from jianhui.stages.context import AsOf, Context
from jianhui.warehouse.build import BuildResult
from jianhui.warehouse.build import build as build_marts


def build(
    context: Context, as_of: AsOf, path: Path, *, kind: str = "night", previous: PreviousNight | None = None
) -> BuildResult:
    """Build every table as of ``as_of`` in a fresh DuckDB file at ``path``.

    ``kind``: night or quarter. ``previous``: the last night, for what is new since. Raises ``UsageError`` where
    nothing can be said of the day, ``BuildFailed`` naming the model or test.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        write_inputs(
            context.log,
            context.contracts,
            context.settings,
            valid_on=as_of.valid_on,
            known_at=as_of.known_at,
            release_kind=kind,
            previous=previous,
            con=connection,
            clock=context.clock,
        )
    return build_marts(context.settings, path)
