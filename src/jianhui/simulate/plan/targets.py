"""Yearly targets and the entries of the target assessment: what the lists say, and the marts' truth."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from jianhui.simulate.agencies import City
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import CITY_CODE, Table
from jianhui.simulate.places import DISTRICTS, ZONES
from jianhui.simulate.plan import assessment_figures, due_figures, indicator_figures, target_figures
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known
from jianhui.simulate.unions import OWN

TARGETS, ENTRIES = "plan_targets", "assessment_entries"
PLAN = "基层组织建设五年规划"

FEEDS: Mapping[str, PlanFeed] = {
    TARGETS: PlanFeed(
        columns={
            "规划名称": "plan_name",
            "年度": "plan_year",
            "指标": "indicator",
            "区划代码": "area_code",
            "目标值": "target_value",
            "依据": "source",
        },
        key=("plan_name", "plan_year", "indicator", "area_code"),
        name="plan_name",
    ),
    ENTRIES: PlanFeed(
        columns={
            "考核年度": "assessment_year",
            "对象类别": "subject_kind",
            "对象代码": "subject_code",
            "项目": "item",
            "数值": "value",
            "发生日期": "happened_on",
            "依据": "basis",
        },
        key=("assessment_year", "subject_code", "item", "happened_on"),
        name="item",
    ),
}

_WANTED = (
    ("coverage_rate", ("0.88", "0.91", "0.93", "0.95")),
    ("企业建会率（在册基数）", ("0.75", "0.8", "0.85", "0.9")),
    ("n_members", ("20000", "100", "30000", "99999")),
    ("social_organisation_rate", ("0.1", "0.2", "0.3", "0.4")),
)
"""Indicator (by code or by name) → targets of the year before the city's first, of it, and of two more."""


class Targets:
    """A plan of four years for the city, coverage for each district, and entries for the assessment."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Targets and entries of areas with the first block, scores with each union."""
        before = city.start - timedelta(days=1)
        for union in city.unions:
            draw = Draw(city.seed, "score", union.number)
            if union.kind == OWN and draw.chance(300):
                day = draw.day(city.start, city.end)
                yield _entry(
                    city.start.year, "基层工会", union.number, "得分", day, str(draw.between(40, 100))
                )
        if any(block.number == 0 for block in city.blocks):
            yield from _targets(city, before)
            for area in (*DISTRICTS, *ZONES):
                yield from _of_area(Draw(city.seed, "assessed", area), area, city.start)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """The marts of targets and of the assessment, and what falls due of foundings."""
        values = indicator_figures.indicator_values(known)
        items = assessment_figures.items(known, values)
        return {
            **target_figures.tables(known, values),
            "fct_assessment_indicators": items,
            "agg_target_assessment": assessment_figures.totals(known, items),
            "fct_due": due_figures.due(known),
        }


def _targets(city: City, before: date) -> Iterator[Entry]:
    first = city.start.year - 1
    for indicator, values in _WANTED:
        for turn, value in enumerate(values):
            yield _target(before, first + turn, indicator, CITY_CODE, value)
    for district in DISTRICTS:
        draw = Draw(city.seed, "target", district)
        yield _target(before, city.start.year, "coverage_rate", district, f"0.{draw.between(60, 95)}")
    yield _target(before, city.start.year, "没有这个指标", CITY_CODE, "1")


def _target(known_on: date, year: int, indicator: str, area: str, value: str) -> Entry:
    cells = {
        "plan_name": PLAN,
        "plan_year": str(year),
        "indicator": indicator,
        "area_code": area,
        "target_value": value,
        "source": "规划表一",
    }
    return Entry(TARGETS, known_on, cells)


def _of_area(draw: Draw, area: str, start: date) -> Iterator[Entry]:
    """Marks for the files, and a fact that vetoes in one area of eight; in another of the year before."""
    year = start.year
    if draw.chance(800):
        for turn in range(draw.between(1, 2)):
            day = date(year, 4, 5) + timedelta(days=40 * turn)
            yield _entry(year, "区市县", area, "基数清楚、档案齐全", day, str(draw.between(5, 20)))
    if draw.chance(250):
        happened = date(year, 4, 11) if draw.chance(500) else date(year - 1, 12, 20)
        yield _entry(year, "区市县", area, draw.pick(("discipline", "受上级通报批评")), happened, "")


def _entry(year: int, kind: str, subject: str, item: str, day: date, value: str) -> Entry:
    cells = {
        "assessment_year": str(year),
        "subject_kind": kind,
        "subject_code": subject,
        "item": item,
        "value": value,
        "happened_on": day.isoformat(),
        "basis": f"文件{item}",
    }
    return Entry(ENTRIES, max(day, date(year, 1, 1)) if kind == "基层工会" else date(year, 1, 1), cells)
