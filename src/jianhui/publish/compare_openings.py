"""Who stands behind the move of every figure that is no count of ``agg_coverage``'s members by kind of cover.

Grain of :func:`openings`: cause × cell × measure × member. A member's ``change`` is what it brings to the
figure on that cause; the changes of a cell sum to its move. The median is no sum: of it those are named whom
the step tells otherwise, with no change of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from jianhui.publish.compare_cells import CELL, MEDIAN, Step, shared_days
from jianhui.publish.compare_members import CITY, GROUPINGS, members
from jianhui.publish.explain_measures import (
    AGGREGATES,
    COHORT_ROWS,
    FLOWS,
    Measure,
    due_rows,
    other_unit_rows,
)

OPENING: Mapping[str, pl.DataType] = {
    "cause": pl.String(),
    "mart": pl.String(),
    "grouping": pl.String(),
    "group_code": pl.String(),
    "base_kind": pl.String(),
    "day": pl.Date(),
    "measure": pl.String(),
    "member_key": pl.String(),
    "change": pl.Int64(),
}

EVIDENCE = (
    "dim_enterprises",
    "fct_enterprise_coverage",
    "fct_enterprise_spells",
    "fct_founding_cohort",
    "fct_frozen_base",
)
"""Tables of a release that say who stands behind its figures; the oldest releases lack some."""

_SIDES = ("was", "now")
_KEYS = [*CELL, "member_key"]


def is_open(folder: Path) -> bool:
    """Whether a build or release holds the tables its figures open by."""
    return all((folder / "marts" / f"{table}.parquet").is_file() for table in EVIDENCE)


def openings(step: Step, days: tuple[date, date] | None) -> pl.DataFrame:
    """The members behind every other figure that moved on ``step``: :data:`OPENING`.

    ``days``: the days of the daily table that are compared; None: there are none. Both ends must be open.
    """
    with duckdb.connect(":memory:") as connection:
        for side, folder in zip(_SIDES, (step.before, step.after), strict=True):
            connection.execute(f"create schema {side}")
            for table in EVIDENCE:
                path = str(folder / "marts" / f"{table}.parquet").replace("'", "''")
                connection.execute(f"create view {side}.{table} as from read_parquet('{path}')")
        parts = [
            _staff_unknown(step),
            *_by_aggregate(connection, step),
            _median(connection),
            *([_daily(connection, *days)] if days else []),
        ]
    found = pl.concat([part.select(*_KEYS, "measure", "change") for part in parts])
    return found.with_columns(cause=pl.lit(step.cause)).select(
        pl.col(name).cast(dtype) for name, dtype in OPENING.items()
    )


def _staff_unknown(step: Step) -> pl.DataFrame:
    """``n_staff_unknown`` of every base; beside ``live_25`` stand those of the live base."""
    sides = []
    for folder in (step.before, step.after):
        unknown = members(folder).filter(pl.col("size") == "unknown", pl.col("base_kind") != "live_25")
        live = unknown.filter(pl.col("base_kind") == "live").with_columns(base_kind=pl.lit("live_25"))
        both = pl.concat([unknown, live]).with_columns(city=pl.lit(CITY))
        sides.append(
            both.unpivot(
                on=[*GROUPINGS, "city"],
                index=["base_kind", "member_key"],
                variable_name="grouping",
                value_name="group_code",
            ).with_columns(mart=pl.lit("agg_coverage"), day=pl.lit(None, pl.Date), n_staff_unknown=pl.lit(1))
        )
    return _changed(sides[0], sides[1], ["n_staff_unknown"])


def _by_aggregate(connection: duckdb.DuckDBPyConnection, step: Step) -> list[pl.DataFrame]:
    """Dynamic coverage, cohorts and other units: the members of their cells as an explanation counts them."""
    sides: dict[str, list[pl.DataFrame]] = {}
    for side, on in zip(_SIDES, (step.before_on, step.after_on), strict=True):
        connection.execute(f"use memory.{side}")
        for mart, (rows, cells) in _aggregates(on).items():
            counted = ", ".join(
                f"coalesce(cast(({measure.condition}) as integer), 0) as {name}"
                for name, measure in _counts(mart).items()
            )
            frames = [
                connection.sql(
                    f"select '{mart}' as mart, {grouping} as grouping, {code} as group_code, "
                    f"'' as base_kind, cast(null as date) as day, member_key, {counted} from ({rows})"
                ).pl()
                for grouping, code in cells
            ]
            sides.setdefault(mart, []).append(pl.concat(frames))
    return [_changed(was, now, list(_counts(mart))) for mart, (was, now) in sides.items()]


_CITY_AND_DISTRICT = (("'city'", f"'{CITY}'"), ("'district'", "coalesce(district_code, 'unknown')"))


def _aggregates(on: date) -> dict[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """Mart → its members, and how a member is grouped."""
    return {
        "agg_dynamic_coverage": (due_rows(on), _CITY_AND_DISTRICT),
        "agg_founding_cohorts": (COHORT_ROWS, (("'month'", "strftime(month, '%Y-%m')"),)),
        "agg_other_units": (other_unit_rows(on), (("'kind'", "exclusion_reason"),)),
    }


def _counts(mart: str) -> dict[str, Measure]:
    """The measures of a mart that count members."""
    return {
        name: measure
        for name, measure in AGGREGATES[mart].measures.items()
        if measure.condition is not None and measure.special is None
    }


def _median(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Members of the founding cohort whose way to a union is told otherwise."""
    told = "enterprise_id as member_key, coalesce(district_code, 'unknown') as group_code, "
    told += "entry_days, exit_days, is_event"
    differing = (
        f"select member_key, group_code from (select {told} from {{0}}.fct_founding_cohort except "
        f"select {told} from {{1}}.fct_founding_cohort)"
    )
    moved: pl.DataFrame = connection.sql(
        f"{differing.format(*_SIDES)} union {differing.format(*_SIDES[::-1])}"
    ).pl()
    cells = [
        moved.with_columns(grouping=pl.lit("city"), group_code=pl.lit(CITY)).unique(),
        moved.with_columns(grouping=pl.lit("district")),
    ]
    return pl.concat([cell.select("grouping", "group_code", "member_key") for cell in cells]).with_columns(
        mart=pl.lit("agg_dynamic_coverage"),
        base_kind=pl.lit(""),
        day=pl.lit(None, pl.Date),
        measure=pl.lit(MEDIAN),
        change=pl.lit(None, pl.Int64),
    )


_DAILY = """
with differing as (
    select enterprise_id from (
        select {told} from was.fct_enterprise_spells except select {told} from now.fct_enterprise_spells
    )
    union
    select enterprise_id from (
        select {told} from now.fct_enterprise_spells except select {told} from was.fct_enterprise_spells
    )
),

days as (
    select unnest(generate_series(date '{first}' - 1, date '{last}', interval 1 day))::date as day
),

held as (
    select
        spells.enterprise_id as member_key, days.day, spells.in_base,
        spells.in_base and coalesce(spells.is_covered, false) as is_covered,
        coalesce(spells.district_code, 'unknown') as district
    from {side}.fct_enterprise_spells as spells
    inner join differing on spells.enterprise_id = differing.enterprise_id
    inner join days on spells.valid_from <= days.day and spells.valid_to > days.day
),

pairs as (
    select
        coalesce(today.member_key, before.member_key) as member_key,
        coalesce(today.day, before.day + 1) as day,
        coalesce(before.in_base, false) as was_in_base,
        coalesce(today.in_base, false) as in_base,
        coalesce(before.is_covered, false) as was_covered,
        coalesce(today.is_covered, false) as is_covered,
        coalesce(before.district, today.district) as district_before,
        coalesce(today.district, before.district) as district
    from held as today
    full join held as before on today.member_key = before.member_key and today.day = before.day + 1
    where coalesce(before.in_base, false) or coalesce(today.in_base, false)
),

placed as (
    select 'city' as grouping, '{city}' as group_code, * from pairs
    union all
    select 'district', district, * from pairs where district_before = district
    union all
    select 'district', district_before, * replace (false as in_base, false as is_covered)
    from pairs where district_before <> district
    union all
    select 'district', district, * replace (false as was_in_base, false as was_covered)
    from pairs where district_before <> district
)

select
    'agg_coverage_daily' as mart, grouping, group_code, '' as base_kind, day, member_key,
    in_base::integer as n_base, (in_base and is_covered)::integer as n_covered, {flows}
from placed
where day between date '{first}' and date '{last}'
"""


def _daily(connection: duckdb.DuckDBPyConnection, first: date, last: date) -> pl.DataFrame:
    """The daily table: enterprises whose spells differ on the days compared, day by day.

    Of a move between districts each sees a leave or an entry, as the table counts it.
    """
    told = (
        f"enterprise_id, greatest(valid_from, date '{first}' - 1), least(valid_to, date '{last}' + 1), "
        "in_base, is_covered, district_code"
    )
    flows = ", ".join(f"({measure.condition})::integer as {name}" for name, measure in FLOWS.items())
    sides = [
        connection.sql(
            _DAILY.format(told=told, first=first, last=last, side=side, city=CITY, flows=flows)
        ).pl()
        for side in _SIDES
    ]
    return _changed(sides[0], sides[1], ["n_base", "n_covered", *FLOWS])


def _changed(was: pl.DataFrame, now: pl.DataFrame, measures: list[str]) -> pl.DataFrame:
    """Members that count otherwise, measure by measure."""
    # A district that a member left and came back to within a day is one row of it.
    sides = [side.group_by(_KEYS).agg(pl.col(measures).sum()) for side in (was, now)]
    both = sides[0].join(sides[1], on=_KEYS, how="full", coalesce=True, nulls_equal=True, suffix="_now")
    changes = [
        (pl.col(f"{name}_now").fill_null(0) - pl.col(name).fill_null(0)).cast(pl.Int64).alias(name)
        for name in measures
    ]
    return (
        both.select(*_KEYS, *changes)
        .unpivot(on=measures, index=_KEYS, variable_name="measure", value_name="change")
        .filter(pl.col("change") != 0)
    )


def all_openings(steps: Sequence[Step], cells: pl.DataFrame) -> pl.DataFrame:
    """The openings of a whole path, of cells that moved: :data:`OPENING` in a total order."""
    days = shared_days(steps)
    parts = [openings(step, days) for step in steps if is_open(step.before) and is_open(step.after)]
    keys = [*CELL, "measure"]
    found = pl.concat([pl.DataFrame(schema=dict(OPENING)), *parts])
    # Two steps may bear one cause: what they did to a member is one change.
    summed = found.group_by(["cause", *_KEYS, "measure"]).agg(
        pl.when(pl.col("change").count() > 0).then(pl.col("change").sum()).alias("change")
    )
    order = ["cause", *keys, "member_key"]
    return (
        summed.filter(pl.col("change").is_null() | (pl.col("change") != 0))
        .join(cells.select(keys), on=keys, how="semi", nulls_equal=True)
        .select(*OPENING)
        .sort(order, nulls_last=True)
    )
