"""Figures drawn from a published city, as a person would ask for them on the command line."""

import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner, Result

from jianhui.cli import app
from jianhui.publish.release_index import show
from tests.stages.city import SimulatedDesk

SEED = int(os.environ.get("JIANHUI_DRAW") or random.SystemRandom().randrange(10**8))
"""Another one on every run; the run prints it, and ``JIANHUI_DRAW`` draws the same again."""
QUARTER = "2014Q1"
VALID_ON = date(2014, 3, 31)
N_DRAWN = 10

CELLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "agg_coverage": (
        'select "grouping", group_code, base_kind from agg_coverage '
        "where \"grouping\" in ('city', 'district', 'size')",
        ("n_base", "n_covered", "n_own", "n_joint", "n_federation", "coverage_rate"),
    ),
    "agg_coverage_daily": (
        'select valid_on, "grouping", group_code from agg_coverage_daily',
        ("n_base", "n_covered", "coverage_rate", "n_entered", "n_left", "n_newly_covered", "n_lost_cover"),
    ),
    "agg_dynamic_coverage": (
        'select "grouping", group_code from agg_dynamic_coverage',
        ("n_due", "n_due_covered", "rate_due", "n_overdue_0_30", "n_overdue_31_90", "n_overdue_over_90"),
    ),
    "agg_founding_cohorts": (
        "select month from agg_founding_cohorts",
        ("n", "n_covered", "n_covered_in_time", "n_censored", "in_time_rate"),
    ),
    "agg_other_units": ("select kind from agg_other_units", ("n", "n_covered", "n_registered")),
    "fct_enterprise_coverage": (
        "select distinct district_code from fct_enterprise_coverage",
        ("is_covered", "in_base_live", "is_gap"),
    ),
    "fct_enterprises_without_union": (
        "select distinct district_code from fct_enterprises_without_union",
        ("rows", "is_overdue"),
    ),
    "fct_coverage_changes": (
        "select distinct change from fct_coverage_changes "
        "where change not in ('rose_to_25', 'fell_below_25')",
        ("rows",),
    ),
    "fct_frozen_base": ("select list_name from fct_frozen_base limit 1", ("in_base", "is_covered")),
    "fct_founding_cohort": (
        "select 1 from fct_founding_cohort limit 1",
        ("rows", "is_in_time", "is_covered_ever"),
    ),
    "dim_enterprises": ("select distinct district_code from dim_enterprises", ("rows",)),
    "dim_unions": ("select distinct kind from dim_unions", ("rows",)),
    "bridge_enterprise_records": ("select distinct feed from bridge_enterprise_records", ("rows",)),
    "fct_delivery_outcomes": ("select distinct feed from fct_delivery_outcomes", ("rows", "rows_in")),
}
"""Table → the query of its cells, and the measures that are drawn from."""


@dataclass(frozen=True)
class Published:
    """A simulated city, a quarter of it received (one delivery late), one line judged, and what was
    published of it: the quarter, signed and given out, and the night of its last day.

    ``late``: the delivery that came last. ``judged``: record key and firm of what a person judged the same.
    """

    desk: SimulatedDesk
    late: str
    judged: tuple[str, str]

    @property
    def home(self) -> Path:
        return self.desk.context.settings.home

    def run(self, *arguments: str, language: str = "zh") -> Result:
        env = {
            "JIANHUI_HOME": str(self.home),
            "JIANHUI_KEYS": str(self.desk.context.settings.keys_root),
            "JIANHUI_LANG": language,
        }
        return CliRunner().invoke(app, list(arguments), env=env)

    def rows(self, query: str) -> list[dict[str, Any]]:
        warehouse = show(self.desk.context.settings, QUARTER).warehouse
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Drawn:
    table: str
    keys: Mapping[str, str]
    measure: str

    def arguments(self) -> list[str]:
        """The command that explains it."""
        keys = dict(self.keys)
        said = ["explain", "number", QUARTER, self.measure, "--table", self.table]
        if self.table.startswith("agg_"):
            names = {
                "grouping": "--grouping",
                "group_code": "--group",
                "base_kind": "--base",
                "kind": "--group",
            }
            names |= {"valid_on": "--on", "month": "--on"}
            return said + [word for key, value in keys.items() for word in (names[key], value)]
        return said + [word for key, value in keys.items() for word in ("--where", f"{key}={value}")]


def cells_of(published: Published, table: str) -> list[Drawn]:
    query, measures = CELLS[table]
    rows = [{key: str(value) for key, value in row.items() if key != "1"} for row in published.rows(query)]
    rows = sorted(rows, key=lambda row: sorted(row.items()))
    return [Drawn(table, row, measure) for row in rows for measure in measures]


def explained(published: Published, drawn: Drawn) -> dict[str, Any]:
    said = published.run(*drawn.arguments(), "--json")
    assert said.exit_code == 0, said.stderr
    told: dict[str, Any] = json.loads(said.stdout)
    return told


def lines_of(told: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for member in told["members"]:
        yield from member["evidence"]


def draw(published: Published) -> list[tuple[Drawn, dict[str, Any]]]:
    """Ten figures of ten tables, none zero: one drawn until it rests on the late file, one until it rests on
    the judgement, and eight of other tables.
    """
    dice = random.Random(SEED)

    def drawn_from(table: str, wanted: Callable[[Mapping[str, Any]], bool]) -> tuple[Drawn, dict[str, Any]]:
        candidates = cells_of(published, table)
        dice.shuffle(candidates)
        tried = ((one, explained(published, one)) for one in candidates)
        return next(found for found in tried if found[1]["value"] and wanted(found[1]))

    late, judged = "agg_coverage", "fct_enterprise_coverage"
    others = dice.sample(sorted(set(CELLS) - {late, judged}), N_DRAWN - 2)
    return [
        drawn_from(late, lambda told: is_late(published, told)),
        drawn_from(judged, is_judged),
        *(drawn_from(table, bool) for table in others),
    ]


def is_judged(told: Mapping[str, Any]) -> bool:
    return any(line["link_basis"] == "reviewed" for line in lines_of(told))


def is_late(published: Published, told: Mapping[str, Any]) -> bool:
    return any(line["delivery_id"] == published.late and line["is_late"] for line in lines_of(told))
