"""Members by group, and the institutions and social organisations with rates of their own."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from jianhui.simulate.agencies import City
from jianhui.simulate.codes import credit_code, organisation_code
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import Table
from jianhui.simulate.places import DISTRICTS
from jianhui.simulate.plan import membership_figures
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.membership_figures import GROUPS, INFORMAL, ORGANISATIONS
from jianhui.simulate.plan.section import Entry, Known
from jianhui.simulate.unions import JOINT, OWN
from jianhui.simulate.world import Unit

TRUCKERS = "货车司机"

FEEDS: Mapping[str, PlanFeed] = {
    GROUPS: PlanFeed(
        columns={
            "工会编号": "union_no",
            "群体": "group_name",
            "会员人数": "member_count",
            "从业人数": "worker_count",
            "统计日期": "counted_on",
        },
        key=("union_no", "group_name"),
        name="group_name",
    ),
    ORGANISATIONS: PlanFeed(
        columns={
            "统一社会信用代码": "uscc",
            "单位名称": "name",
            "单位类别": "kind",
            "行政区划代码": "division_code",
            "成立日期": "established_on",
            "状态": "status",
            "注销日期": "ended_on",
            "职工人数": "staff_count",
        },
        key=("uscc",),
        name="name",
    ),
}


class Membership:
    """Counts by group for a third of the unions, and a register of institutions and organisations."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Groups by union; organisations by unit, and some that the registry of firms never heard of."""
        before = city.start - timedelta(days=1)
        for union in city.unions:
            if union.kind in (OWN, JOINT):
                yield from _groups(Draw(city.seed, "groups", union.number), union.number, city, before)
        for unit in city.units:
            if unit.kind in ("institution", "social"):
                yield Entry(ORGANISATIONS, before, _of_unit(unit, before))
        if any(block.number == 0 for block in city.blocks):
            for number, district in enumerate(DISTRICTS):
                yield from _invented(Draw(city.seed, "organisations", district), number, district, before)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """agg_members, agg_organisation_coverage."""
        return membership_figures.tables(known)


# --- what the lists say ---


def _groups(draw: Draw, number: str, city: City, before: date) -> Iterator[Entry]:
    if not draw.chance(333):
        return
    for name, share in ((INFORMAL, 1000), (TRUCKERS, 200)):
        workers = draw.between(3, 80)
        if draw.chance(share):
            cells = {
                "union_no": number,
                "group_name": name,
                "member_count": "" if draw.chance(80) else str(workers * draw.between(4, 10) // 10),
                "worker_count": "" if draw.chance(80) else str(workers),
                "counted_on": before.isoformat(),
            }
            yield Entry(GROUPS, before, cells)
            if draw.chance(400):
                day = draw.day(city.start, city.end)
                yield Entry(
                    GROUPS, day, {**cells, "member_count": str(workers), "counted_on": day.isoformat()}
                )


def _of_unit(unit: Unit, before: date) -> dict[str, str]:
    home = unit.home_on(before)
    return {
        "uscc": unit.uscc,
        "name": unit.name_on(before),
        "kind": "事业单位" if unit.kind == "institution" else "民办非企业单位",
        "division_code": home.street.zone_code or home.street.district_code,
        "established_on": unit.established_on.isoformat(),
        "status": "正常",
        "staff_count": str(unit.staff_on(before) or ""),
    }


def _invented(draw: Draw, number: int, district: str, before: date) -> Iterator[Entry]:
    kinds = ("社会团体", "民办非企业单位", "机关", "中介服务机构")
    for turn, kind in enumerate(kinds):
        code = organisation_code(f"{70000000 + number * 100 + turn}")
        authority = {"社会团体": "51", "民办非企业单位": "52", "机关": "11"}.get(kind, "31")
        is_over = draw.chance(200)
        yield Entry(
            ORGANISATIONS,
            before,
            {
                "uscc": credit_code(authority, district, code),
                "name": f"{DISTRICTS[district][0]}第{turn + 1}{kind}",
                "kind": kind,
                "division_code": district,
                "established_on": draw.day(date(1995, 1, 1), date(2013, 6, 30)).isoformat(),
                "status": "注销" if is_over else "正常",
                "ended_on": draw.day(date(2014, 4, 1), date(2014, 12, 31)).isoformat() if is_over else "",
                "staff_count": "" if draw.chance(100) else str(draw.between(2, 60)),
            },
        )
