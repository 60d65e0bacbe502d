"""Cadres and their training: who holds which post, which courses were held, who attended them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jianhui.simulate import names
from jianhui.simulate.agencies import City
from jianhui.simulate.dated import add_months
from jianhui.simulate.draws import Draw, Weighted
from jianhui.simulate.figures import Table
from jianhui.simulate.plan import cadres_figures
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known
from jianhui.simulate.unions import DISTRICT_FEDERATION, INDUSTRIAL, STREET_FEDERATION, Union

POSTS, SESSIONS, ATTENDANCE = "cadre_posts", "training_sessions", "training_attendance"

FEEDS: Mapping[str, PlanFeed] = {
    POSTS: PlanFeed(
        columns={
            "人员编号": "person_no",
            "姓名": "person_name",
            "工会编号": "union_no",
            "工会名称": "union_name",
            "职务": "post",
            "是否专职": "is_full_time",
            "任职日期": "appointed_on",
            "离任日期": "left_on",
        },
        key=("person_no", "union_no", "post"),
        name="union_name",
    ),
    SESSIONS: PlanFeed(
        columns={
            "培训班编号": "session_no",
            "培训班名称": "session_name",
            "培训类别": "kind",
            "培训内容": "topics",
            "培训方式": "channel",
            "培训层级": "level",
            "培训地域": "place",
            "主办单位": "organiser",
            "开始日期": "started_on",
            "结束日期": "ended_on",
            "学时": "hours",
        },
        key=("session_no",),
        name="session_name",
    ),
    ATTENDANCE: PlanFeed(
        columns={
            "培训班编号": "session_no",
            "人员编号": "person_no",
            "姓名": "person_name",
            "工会编号": "union_no",
            "工会名称": "union_name",
            "结业情况": "result",
            "结业日期": "completed_on",
            "完成学时": "hours",
        },
        key=("session_no", "person_no"),
        name="union_name",
    ),
}

_KINDS = Weighted([(30, "岗位资格"), (35, "适应性"), (25, "网络培训"), (10, "乡镇街领导")])
_LEVELS = Weighted([(60, "本级"), (25, "上级"), (13, "基层"), (2, "")])
_RESULTS = Weighted([(80, "结业"), (12, "未结业"), (8, "在学")])
_TOPICS = (
    "中国特色社会主义工会发展道路理论体系",
    "中国工会十六大精神",
    "《工会法》",
    "《劳动合同法》",
    "《就业促进法》",
    "《劳动争议调解仲裁法》",
    "工会业务知识",
    "全面深化改革与工会工作群众化、民主化",
    "安全生产",
)
_ABOVE = (DISTRICT_FEDERATION, STREET_FEDERATION, INDUSTRIAL)


@dataclass(frozen=True)
class _Post:
    """One holding of a post: from ``appointed_on`` to the day before ``left_on``."""

    person: str
    union: Union
    post: str
    appointed_on: date
    left_on: date | None
    is_full_time: bool


@dataclass(frozen=True, eq=False)
class _Session:
    number: str
    started_on: date
    ended_on: date
    hours: str
    cells: Mapping[str, str]


class Cadres:
    """Posts, courses and attendance, with the truth of the marts made of them."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Each union's cadres and what they attended; the courses of the whole city with its first block."""
        courses = _sessions(city)
        if any(block.number == 0 for block in city.blocks):
            for course in courses:
                yield Entry(SESSIONS, course.started_on, course.cells)
        for union in city.unions:
            draw = Draw(city.seed, "cadres", union.number)
            seen: set[str] = set()
            for held in _posts(draw, union, city.start, city.end):
                yield from _told(draw, held, city.start)
                if held.person not in seen:
                    yield from _attended(draw, held, courses, city.start)
                seen.add(held.person)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_cadre_posts, fct_qualification_training, agg_training, agg_online_training."""
        return cadres_figures.tables(known)


def _sessions(city: City) -> Sequence[_Session]:
    """Two courses a month from fifteen months before the city begins."""
    found = []
    month = add_months(city.start.replace(day=1), -15)
    while month <= city.end:
        for number in (1, 2):
            found.append(_session(Draw(city.seed, "course", month.isoformat(), number), month, number))
        month = add_months(month, 1)
    return [one for one in found if one.started_on <= city.end]


def _session(draw: Draw, month: date, number: int) -> _Session:
    kind = draw.weighted(_KINDS)
    started = month + timedelta(days=draw.below(24))
    ended = started + timedelta(days=draw.below(5))
    is_online = kind == "网络培训" or draw.chance(100)
    hours = "" if draw.chance(50) else str(8 * (1 + (ended - started).days)) + draw.pick(("", ".5"))
    first = draw.below(len(_TOPICS))
    topics = [_TOPICS[(first + step) % len(_TOPICS)] for step in range(draw.between(1, 3))]
    code = f"P{month:%Y%m}{number:02d}"
    cells = {
        "session_no": code,
        "session_name": f"{month.year}年第{month.month}月第{number}期{kind}培训班",
        "kind": kind,
        "topics": "、".join(topics),
        "channel": "网络" if is_online else "面训",
        "level": draw.weighted(_LEVELS),
        "place": "异地" if draw.chance(150) else "本地",
        "organiser": "市总工会",
        "started_on": started.isoformat(),
        "ended_on": ended.isoformat(),
        "hours": hours,
    }
    return _Session(code, started, ended, hours, cells)


def _posts(draw: Draw, union: Union, start: date, end: date) -> Iterator[_Post]:
    """The chairs of the last terms, and whoever else the union has. In a union directly under the federation
    most came to their posts lately.
    """
    is_above = union.kind in _ABOVE
    is_subordinate = int(union.number[6:]) % 50 == 0
    terms = [day for day in union.terms if day <= end][-3:] or [union.founded_on]
    chair, since = 0, terms[0]
    for day in terms[1:]:
        if draw.chance(500):
            yield _Post(_number(union, chair), union, "主席", since, day, is_above)
            chair, since = chair + 1, day
    if is_subordinate and draw.chance(700):
        since = max(union.founded_on, draw.day(add_months(start, -18), end))
    left = draw.day(since + timedelta(days=1), end + timedelta(days=200)) if draw.chance(60) else None
    yield _Post(_number(union, chair), union, "主席", since, left, is_above)
    others = [("副主席", 1000 if is_above or is_subordinate else 250)]
    others += [("专职干部", 900 if is_above or is_subordinate else 80)] * (3 if is_above else 1)
    others += [("经审主任", 60), ("女工主任", 60)]
    for at, (post, share) in enumerate(others, start=4):
        if draw.chance(share):
            first = max(union.founded_on, add_months(start, -30))
            appointed = draw.day(first, max(end, first))
            yield _Post(_number(union, at), union, post, appointed, None, post == "专职干部" or is_above)


def _number(union: Union, at: int) -> str:
    return f"K{union.number}{at}"


def _told(draw: Draw, held: _Post, start: date) -> Iterator[Entry]:
    """How the list comes to hold a post: late, some without a date, a few under a number nobody has, some
    again as a post in the union above.
    """
    known_on = held.appointed_on + timedelta(days=draw.below(40))
    if known_on < start:
        known_on = start - timedelta(days=1)
    number = held.union.number + ("9" if draw.chance(10) else "")
    cells = {
        "person_no": held.person,
        "person_name": names.person(int(held.person[1:])),
        "union_no": number,
        "union_name": held.union.name_on(known_on),
        "post": held.post,
        "is_full_time": "" if draw.chance(30) else "是" if held.is_full_time else "否",
        "appointed_on": "" if draw.chance(40) else held.appointed_on.isoformat(),
    }
    yield Entry(POSTS, known_on, cells)
    if held.union.parent and draw.chance(30):
        yield Entry(POSTS, known_on, {**cells, "union_no": held.union.parent, "post": "委员"})
    if held.left_on is not None:
        last = max(known_on, held.left_on + timedelta(days=draw.below(60)))
        yield Entry(POSTS, last, {**cells, "left_on": held.left_on.isoformat()})


def _attended(draw: Draw, held: _Post, courses: Sequence[_Session], start: date) -> Iterator[Entry]:
    """Up to two courses each; of a union founded this year most also one online."""
    chosen = [draw.pick(courses) for _ in range(draw.below(3))]
    online = [one for one in courses if one.cells["channel"] == "网络" and one.started_on >= start]
    if held.union.founded_on.year >= start.year and online and draw.chance(700):
        chosen.append(draw.pick(online))
    for course in sorted(set(chosen), key=lambda one: one.number):
        result = draw.weighted(_RESULTS)
        done = course.ended_on + timedelta(days=draw.below(20) if draw.chance(200) else 0)
        known_on = done + timedelta(days=draw.below(30))
        is_done = result == "结业" and not draw.chance(100)
        yield Entry(
            ATTENDANCE,
            known_on,
            {
                "session_no": "P-9" if draw.chance(10) else course.number,
                "person_no": held.person,
                "person_name": names.person(int(held.person[1:])),
                "union_no": held.union.number,
                "union_name": held.union.name_on(known_on),
                "result": result,
                "completed_on": done.isoformat() if is_done else "",
                "hours": course.hours if result == "结业" and draw.chance(800) else "",
            },
        )
