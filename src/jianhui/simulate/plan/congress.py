"""The congress of the city federation: its quota plan, its candidates on their way, and what followed it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from jianhui.simulate import names
from jianhui.simulate.agencies import City
from jianhui.simulate.draws import Draw, Steps, Weighted
from jianhui.simulate.figures import Table
from jianhui.simulate.plan import congress_figures
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known
from jianhui.simulate.unions import DISTRICT_FEDERATION, INDUSTRIAL, Union

QUOTAS, CANDIDATES, ACTIVITIES = "congress_quotas", "congress_candidates", "congress_activities"
CONGRESS = "市工会第十六次代表大会"

FEEDS: Mapping[str, PlanFeed] = {
    QUOTAS: PlanFeed(
        columns={
            "届次": "congress",
            "机构": "body",
            "构成维度": "dimension",
            "构成类别": "category",
            "下限": "minimum",
            "上限": "maximum",
            "计量": "unit",
        },
        key=("congress", "body", "dimension", "category"),
        name="category",
    ),
    CANDIDATES: PlanFeed(
        columns={
            "届次": "congress",
            "机构": "body",
            "人员编号": "person_no",
            "姓名": "person_name",
            "选举单位": "electing_unit",
            "选举单位工会编号": "electing_union_no",
            "职业类别": "occupation",
            "单位类型": "unit_type",
            "性别": "sex",
            "民族": "ethnicity",
            "政治面貌": "party",
            "年龄": "age_band",
            "荣誉": "honour",
            "提名日期": "nominated_on",
            "党组织意见": "party_opinion",
            "党组织意见日期": "party_opinion_on",
            "考察结论": "vetting",
            "考察日期": "vetted_on",
            "当选": "is_elected",
            "选举日期": "elected_on",
            "资格审查": "review",
            "资格审查日期": "reviewed_on",
            "退出日期": "withdrawn_on",
        },
        key=("congress", "body", "person_no"),
        name="electing_unit",
    ),
    ACTIVITIES: PlanFeed(
        columns={
            "届次": "congress",
            "活动编号": "activity_no",
            "工会编号": "union_no",
            "工会名称": "union_name",
            "活动类别": "kind",
            "活动日期": "held_on",
            "参加人数": "participants",
            "活动内容": "subject",
        },
        key=("congress", "activity_no"),
        name="union_name",
    ),
}

_PLAN = (
    ("代表", "总数", "总数", "60", "120", "人"),
    ("代表", "职业类别", "工会工作者", "", "80", "%"),
    ("代表", "职业类别", "职工", "20", "", "%"),
    ("代表", "职业类别", "管理人员", "5", "12", "人"),
    ("代表", "单位类型", "企业", "40", "", "%"),
    ("代表", "性别", "女", "30", "", "%"),
    ("代表", "政治面貌", "非中共党员", "10", "", "%"),
    ("代表", "荣誉", "省部级以上劳模", "8", "", "人"),
    ("委员", "总数", "总数", "30", "45", "人"),
    ("委员", "性别", "女", "25", "", "%"),
    ("委员", "民族", "少数民族", "12", "", "人"),
    ("经审委员", "总数", "总数", "9", "9", "人"),
)
"""An example, like everything in a simulated city. Of age it says nothing."""

_OCCUPATIONS = Weighted(
    [(50, "工会工作者"), (25, "职工"), (10, "管理人员"), (9, "专业技术人员"), (4, "党政机关"), (2, "")]
)
_UNIT_TYPES = Weighted([(50, "企业"), (25, "事业单位"), (25, "机关")])
_LAG = Steps((60, 0, 10), (30, 11, 30), (10, 31, 80))
_KINDS = Weighted([(50, "学习"), (30, "宣讲"), (15, "座谈"), (5, "")])
_OPENS_AFTER = 60


class Congress:
    """A congress two months after the city begins, prepared and followed up."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Plan and opening with the first block, candidates with the unions that elect, activities with each
        union.
        """
        opens = city.start + timedelta(days=_OPENS_AFTER)
        if any(block.number == 0 for block in city.blocks):
            yield from _plan(city.start)
            yield Entry(ACTIVITIES, opens, _activity("DH", "", "大连市总工会", "大会召开", opens))
        for union in city.unions:
            draw = Draw(city.seed, "congress", union.number)
            if union.kind in (DISTRICT_FEDERATION, INDUSTRIAL):
                for at in range(draw.between(5, 9)):
                    yield from _candidate(draw, union, at, "代表", city.start)
                for at in range(draw.between(2, 4)):
                    yield from _candidate(draw, union, at + 20, "委员", city.start)
                yield from _candidate(draw, union, 30, "经审委员", city.start)
            if union.founded_on <= opens and draw.chance(350):
                for at in range(draw.between(1, 2)):
                    held = opens + timedelta(days=draw.steps(_LAG) - (5 if draw.chance(50) else 0))
                    people = "" if draw.chance(100) else str(draw.between(5, 300))
                    told = _activity(f"{union.number}-{at}", union.number, union.name_on(held), "", held)
                    told |= {"kind": draw.weighted(_KINDS), "participants": people}
                    yield Entry(ACTIVITIES, held + timedelta(days=draw.below(20)), told)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_congress_candidates, agg_congress_composition, agg_congress_activities."""
        return congress_figures.tables(known)


def _plan(start: date) -> Iterator[Entry]:
    """The plan, and a month later one line of it revised."""
    for body, dimension, category, least, most, unit in _PLAN:
        cells = {
            "congress": CONGRESS,
            "body": body,
            "dimension": dimension,
            "category": category,
            "minimum": least,
            "maximum": most,
            "unit": unit,
        }
        yield Entry(QUOTAS, start - timedelta(days=30), cells)
        if category == "管理人员":
            yield Entry(QUOTAS, start + timedelta(days=30), {**cells, "maximum": "6"})


def _activity(number: str, union: str, name: str, kind: str, held: date) -> dict[str, str]:
    return {
        "congress": CONGRESS,
        "activity_no": number,
        "union_no": union,
        "union_name": name,
        "kind": kind,
        "held_on": held.isoformat(),
        "subject": "学习贯彻市工会十六大精神",
    }


def _candidate(draw: Draw, union: Union, at: int, body: str, start: date) -> Iterator[Entry]:
    """One candidate's way: nominated, asked about, vetted, elected, reviewed; at each step something may be
    wrong, late, undated or not yet done.
    """
    person = f"D{union.number}{at:02d}"
    is_delegate = body == "代表"
    nominated = start + timedelta(days=draw.between(-20, 12))
    cells = {
        "congress": CONGRESS,
        "body": body,
        "person_no": person,
        "person_name": names.person(int(person[1:])),
        "electing_unit": union.name,
        "electing_union_no": union.number,
        **_attributes(draw),
        "nominated_on": nominated.isoformat(),
    }
    yield Entry(CANDIDATES, nominated, cells)
    if draw.chance(40):
        gone = nominated + timedelta(days=draw.between(5, 30))
        yield Entry(CANDIDATES, gone, {**cells, "withdrawn_on": gone.isoformat()})
        return
    elected = start + timedelta(days=draw.between(20, 50))
    opinion = _answer(draw, ("同意", "不同意"), elected)
    cells |= {"party_opinion": opinion[0], "party_opinion_on": opinion[1]}
    if not is_delegate:
        vetting = _answer(draw, ("合格", "不合格"), elected)
        cells |= {"vetting": vetting[0], "vetted_on": vetting[1]}
    yield Entry(CANDIDATES, start + timedelta(days=15), cells)
    cells |= {
        "is_elected": "是" if draw.chance(850) else "否",
        "elected_on": "" if draw.chance(30) else elected.isoformat(),
    }
    yield Entry(CANDIDATES, elected, cells)
    if is_delegate:
        review = _answer(draw, ("合格", "不合格"), start + timedelta(days=_OPENS_AFTER))
        cells |= {"review": review[0], "reviewed_on": review[1]}
        yield Entry(CANDIDATES, elected + timedelta(days=8), cells)


def _attributes(draw: Draw) -> Mapping[str, str]:
    def one(share: int, often: str, seldom: str) -> str:
        return "" if draw.chance(10) else often if draw.chance(share) else seldom

    return {
        "occupation": draw.weighted(_OCCUPATIONS),
        "unit_type": draw.weighted(_UNIT_TYPES),
        "sex": one(690, "男", "女"),
        "ethnicity": one(900, "汉族", "少数民族"),
        "party": one(860, "中共党员", "非中共党员"),
        "age_band": one(800, "55岁及以下", "55岁以上"),
        "honour": one(850, "其他", "省部级以上劳模"),
    }


def _answer(draw: Draw, words: Sequence[str], needed_by: date) -> tuple[str, str]:
    """An answer and its day: most are there in time, some on the day itself, late, against, undated, or not
    there.
    """
    fate = draw.below(100)
    if fate < 6:
        return "", ""
    if fate < 10:
        return words[0], ""
    day = needed_by - timedelta(days=draw.between(1, 15))
    if fate < 16:
        day = needed_by + timedelta(days=draw.between(0, 6))
    return words[1] if fate >= 96 else words[0], day.isoformat()
