"""The three-level network: what townships report, who answers for which firm, what unions have to spend."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from jianhui.simulate import names
from jianhui.simulate.agencies import City
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import Table
from jianhui.simulate.places import STREETS, Street
from jianhui.simulate.plan import network_figures
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known
from jianhui.simulate.unions import Union

TOWNSHIPS, DUTIES, FUNDS = "townships", "responsible_cadres", "union_funds"

FEEDS: Mapping[str, PlanFeed] = {
    TOWNSHIPS: PlanFeed(
        columns={
            "街道代码": "street_code",
            "乡镇街道名称": "street_name",
            "企业数": "firm_count",
            "职工数": "staff_count",
            "村（社区）数": "village_count",
            "已建工会村（社区）数": "village_union_count",
        },
        key=("street_code",),
        name="street_name",
    ),
    DUTIES: PlanFeed(
        columns={
            "统一社会信用代码": "uscc",
            "企业名称": "enterprise_name",
            "责任工会编号": "union_no",
            "责任人编号": "person_no",
            "责任人": "person_name",
            "起始日期": "started_on",
            "终止日期": "ended_on",
        },
        key=("uscc",),
        name="enterprise_name",
    ),
    FUNDS: PlanFeed(
        columns={
            "工会编号": "union_no",
            "工会名称": "union_name",
            "年度": "year",
            "工作所需经费": "budget",
            "经费收入": "income",
            "上级补助": "subsidy",
        },
        key=("union_no", "year"),
        name="union_name",
    ),
}


class Network:
    """Townships, responsibility and funds, with the truth of the marts made of them."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Townships with the first block, duties with each firm, funds with each union."""
        before = city.start - timedelta(days=1)
        if any(block.number == 0 for block in city.blocks):
            for group in STREETS.values():
                for street in group:
                    yield from _township(Draw(city.seed, "township", street.code), street, city, before)
        for block in city.blocks:
            unions = sorted(block.unions, key=lambda one: one.number)
            for unit in block.units:
                draw = Draw(city.seed, "duty", unit.serial)
                if unit.kind != "enterprise" or not unions or not draw.chance(400):
                    continue
                since = max(unit.established_on, city.start - timedelta(days=draw.below(700)))
                union = draw.pick(unions)
                person = "" if draw.chance(150) else f"K{union.number}0"
                cells = {
                    "uscc": "" if draw.chance(5) else unit.reg_no,
                    "enterprise_name": unit.name_on(since),
                    "union_no": union.number + ("9" if draw.chance(20) else ""),
                    "person_no": person,
                    "person_name": names.person(int(person[1:])) if person else "",
                    "started_on": since.isoformat(),
                }
                yield Entry(DUTIES, max(before, since), cells)
                if draw.chance(50):
                    last = draw.day(max(before, since), city.end + timedelta(days=60))
                    yield Entry(DUTIES, last, {**cells, "ended_on": last.isoformat()})
        for union in city.unions:
            yield from _funds(Draw(city.seed, "funds", union.number), union, city.start, city.end)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_townships, agg_township_network, fct_responsibility, agg_network_capacity."""
        return network_figures.tables(known)


def _township(draw: Draw, street: Street, city: City, before: date) -> Iterator[Entry]:
    """Two in three report; some of them around the numbers of the rule, some without their staff."""
    if not draw.chance(660):
        return
    firms = draw.pick((99, 100, draw.between(5, 400), draw.between(5, 400)))
    staff = draw.pick((4999, 5000, draw.between(50, 20_000), draw.between(50, 20_000)))
    villages = draw.between(3, 30)
    cells = {
        "street_code": street.code,
        "street_name": street.name,
        "firm_count": str(firms),
        "staff_count": "" if draw.chance(100) else f"{staff:,}",
        "village_count": str(villages),
        "village_union_count": "" if draw.chance(80) else str(draw.between(0, villages)),
    }
    yield Entry(TOWNSHIPS, before, cells)
    if draw.chance(300):
        more = {"firm_count": str(firms + 2), "village_union_count": str(villages)}
        yield Entry(TOWNSHIPS, draw.day(city.start, city.end), {**cells, **more})


def _funds(draw: Draw, union: Union, start: date, end: date) -> Iterator[Entry]:
    """Last year's and this year's, of two unions in five; a few whose income nobody wrote down."""
    if not draw.chance(400):
        return
    needed = draw.between(20, 400) * 1000
    for year in range(start.year - 1, end.year + 1):
        income = draw.pick((needed, needed - 1, draw.between(10, 450) * 1000))
        cells = {
            "union_no": union.number,
            "union_name": union.name_on(start),
            "year": str(year),
            "budget": f"{needed:,}",
            "income": "" if draw.chance(40) else f"{income}.50" if draw.chance(100) else str(income),
            "subsidy": str(draw.between(1, 20) * 1000) if draw.chance(300) else "",
        }
        yield Entry(FUNDS, max(start - timedelta(days=1), date(year, 1, 20)), cells)
