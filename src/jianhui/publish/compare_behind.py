"""A changed figure opened: which cell a person means, and the members that moved it."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from jianhui.core.dates import parse_date
from jianhui.core.errors import UsageError, Where
from jianhui.publish.compare import Comparison
from jianhui.publish.compare_cells import CAUSE_NAMES, CAUSES, CELL
from jianhui.publish.compare_members import CITY, EVENT_NAMES, MEASURES

COVERAGE, DAILY = "agg_coverage", "agg_coverage_daily"
_OWN_GROUPING = {"agg_founding_cohorts": "month", "agg_other_units": "kind"}


def changed_cell(
    comparison: Comparison,
    table: str = COVERAGE,
    *,
    grouping: str | None = None,
    group: str | None = None,
    base: str = "live",
    on: str | None = None,
) -> dict[str, Any]:
    """The keys (``compare_cells.CELL``) of a figure that moved, as a person names it.

    ``group``: code or name, of the district where no grouping is given; none is the city. ``on``: the day of
    the daily table (default: the last that moved), or the month of founding. Raises ``UsageError``
    ``cell_not_moved`` naming some that did.
    """
    grouping = _OWN_GROUPING.get(table) or grouping or ("district" if group else "city")
    codes = {name: code for (of, code), name in comparison.group_names.items() if of == grouping}
    wanted: dict[str, Any] = {
        "grouping": grouping,
        "group_code": CITY if grouping == "city" else codes.get(group or "", group or on),
        "base_kind": base if table == COVERAGE else "",
    }
    if table == DAILY and on is not None:
        wanted["day"] = parse_date(on)
    moved = comparison.cells.filter(pl.col("mart") == table).select(CELL).unique().sort(CELL, nulls_last=True)
    found = moved.filter(pl.col(name) == value for name, value in wanted.items())
    if found.is_empty():
        some = [" ".join(str(value) for value in cell if value) for cell in moved.head(8).iter_rows()]
        raise UsageError(
            "cell_not_moved",
            f"{table} 中没有这样一个变动的数",
            f"no such figure of {table} moved",
            where=Where(field="table", value=table),
            next_step="; ".join(some) or "jianhui release compare A B",
        )
    return found.row(-1, named=True)


def behind(comparison: Comparison, keys: Mapping[str, object], language: str) -> list[dict[str, object]]:
    """The members behind the move of one cell, by cause, in words: ``+1`` came, ``-1`` went.

    ``keys``: ``mart``, ``grouping``, ``group_code``, ``base_kind``, ``day`` of the cell, as far as it has
    them.
    """
    place = 0 if language == "zh" else 1
    causes: dict[str, tuple[str, str]] = dict(CAUSE_NAMES.items())
    order = {cause: number for number, cause in enumerate(CAUSES)}
    shown = []
    for row in _members(comparison, keys).to_dicts():
        event = row["event"]
        shown.append(
            {
                "cause": causes[row["cause"]][place],
                "event": EVENT_NAMES[event][place] if event else "",
                "measure": row["measure"],
                "member_key": row["member_key"],
                "name": row["name"],
                "change": "" if row["change"] is None else f"{row['change']:+d}",
                "order": order[row["cause"]],
            }
        )
    shown.sort(key=lambda row: (row["order"], row["member_key"], row["measure"]))
    return [{name: value for name, value in row.items() if name != "order"} for row in shown]


def _members(comparison: Comparison, keys: Mapping[str, object]) -> pl.DataFrame:
    """Who moved a cell: ``cause``, ``event`` (null where none is told), ``measure``, ``member_key``,
    ``name``, ``change`` (null: the figure is no sum of its members).
    """
    cell = {**dict.fromkeys(("mart", "grouping", "group_code", "base_kind"), ""), "day": None, **keys}
    shown = ("cause", "event", "measure", "member_key", "name", "change")
    wanted = [pl.col(name).eq_missing(pl.lit(value)) for name, value in cell.items()]
    opened = comparison.openings.filter(*wanted).with_columns(event=pl.lit(None, pl.String)).select(shown)
    if cell["mart"] != "agg_coverage":
        return opened
    of_coverage = (
        comparison.members.with_columns(mart=pl.lit("agg_coverage"), day=pl.lit(None, pl.Date))
        .filter(*wanted)
        .unpivot(
            on=list(MEASURES),
            index=["cause", "event", "member_key", "name"],
            variable_name="measure",
            value_name="change",
        )
        .filter(pl.col("change") != 0)
        .select(shown)
    )
    return pl.concat([of_coverage, opened])
