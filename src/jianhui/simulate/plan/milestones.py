"""Dated milestones of the plan: guidance documents, re-elections that are scheduled, the congress itself."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from jianhui.simulate.agencies import City
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import Table
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known
from jianhui.simulate.readings import canonical
from jianhui.simulate.unions import DISTRICT_FEDERATION

FEED = "plan_milestones"
RE_ELECTION = "换届安排"

FEEDS: Mapping[str, PlanFeed] = {
    FEED: PlanFeed(
        columns={
            "事项编号": "milestone_no",
            "事项名称": "name",
            "事项类型": "kind",
            "工会编号": "union_no",
            "计划日期": "planned_on",
            "完成日期": "done_on",
            "文件字号": "document_no",
            "责任单位": "responsible_unit",
        },
        key=("milestone_no",),
        name="name",
    )
}

_DOCUMENTS = (
    ("直选指导意见", "基层工会主席直选指导性意见", (3, 31), 12),
    ("直选选举办法", "基层工会主席直选选举办法", (4, 30), -5),
    ("评价体系", "建会质量评价体系", (6, 30), None),
)
"""Kind, name, planned day of each year, and the days it is late (None: not done by the end of the city)."""


class Milestones:
    """The city's own list, and one line for each federation whose re-election is scheduled."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """In January each year; done ones again when they are done."""
        first = city.start - timedelta(days=1)
        is_first_block = any(block.number == 0 for block in city.blocks)
        for year in range(city.start.year, city.end.year + 1):
            known_on = max(first, date(year, 1, 5))
            if is_first_block:
                yield from _documents(year, known_on)
            for union in city.unions:
                if union.kind == DISTRICT_FEDERATION:
                    yield from _scheduled(city.seed, union.number, year, known_on)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_plan_milestones."""
        table: Table = []
        for one in known.of(FEED):
            planned, done = one.day("planned_on"), one.day("done_on")
            done = done if done is not None and done <= known.valid_on else None
            if done is not None:
                status = "done_late" if planned is not None and done > planned else "done"
            elif planned is None:
                status = "undated"
            else:
                status = "overdue" if planned < known.valid_on else "pending"
            union = canonical(one["union_no"]) or None
            facts = known.unions.get(union or "")
            late = None
            if planned is not None:
                late = max(0, ((done or known.valid_on) - planned).days)
            table.append(
                {
                    "milestone_no": one.key,
                    "kind": one["kind"],
                    "union_id": union,
                    "district_code": None if facts is None or facts.district == "unknown" else facts.district,
                    "planned_on": planned,
                    "done_on": done,
                    "status": status,
                    "days_late": late,
                }
            )
        return {"fct_plan_milestones": table}


def _documents(year: int, known_on: date) -> Iterator[Entry]:
    for number, (kind, name, day, late) in enumerate(_DOCUMENTS, start=1):
        planned = date(year, *day)
        cells = {
            "milestone_no": f"{year}-{number:03d}",
            "name": f"{year}年{name}",
            "kind": kind,
            "planned_on": planned.isoformat(),
            "responsible_unit": "组织建设部",
        }
        yield Entry(FEED, known_on, cells)
        if late is not None:
            done = planned + timedelta(days=late)
            number_of_document = f"大工发〔{year}〕{number}号"
            yield Entry(FEED, done, {**cells, "done_on": done.isoformat(), "document_no": number_of_document})


def _scheduled(seed: int, number: str, year: int, known_on: date) -> Iterator[Entry]:
    """The line of a federation that is to be re-elected in the year; one in eight has no day yet."""
    planned = scheduled_on(seed, number, year)
    if planned is None:
        return
    cells = {
        "milestone_no": f"{year}-{number}",
        "name": f"{year}年换届",
        "kind": RE_ELECTION,
        "union_no": number,
        "planned_on": "" if Draw(seed, "no day", number, year).chance(125) else planned.isoformat(),
    }
    yield Entry(FEED, known_on, cells)


def scheduled_on(seed: int, number: str, year: int) -> date | None:
    """When a federation is to be re-elected in the year; None where it is not."""
    draw = Draw(seed, "scheduled", number, year)
    return draw.day(date(year, 2, 1), date(year, 7, 31)) if draw.chance(400) else None
