"""The truth of the marts of cadres and training, counted record by record."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jianhui.simulate.dated import add_months
from jianhui.simulate.figures import CITY_CODE, Table
from jianhui.simulate.plan.section import Known, Told, UnionFacts
from jianhui.simulate.readings import canonical, life_date
from jianhui.simulate.unions import JOINT, OWN, STREET_FEDERATION

WITHIN_MONTHS = 12
PLAN_YEAR = 2014
"""The only year in which the plan asks for qualification training."""

ROLES = ("主席", "副主席", "专职干部")
LEADERS = ("主席", "副主席")

CATEGORIES: Mapping[str, Sequence[str]] = {
    "total": ("总计",),
    "kind": ("岗位资格", "适应性", "网络培训", "乡镇街领导"),
    "channel": ("面训", "网络"),
    "level": ("本级", "上级", "基层"),
    "place": ("本地", "异地"),
}
TOPICS: Mapping[str, Sequence[str]] = {
    "理论体系": ("发展道路", "理论体系"),
    "中国工会十六大精神": ("工会十六大", "十六大精神"),
    "工会法": ("工会法",),
    "劳动合同法": ("劳动合同法",),
    "就业促进法": ("就业促进法",),
    "劳动争议调解仲裁法": ("调解仲裁",),
    "工会业务": ("工会业务", "业务知识", "工会财务", "集体协商", "民主管理"),
    "群众化民主化制度化法制化": ("深化改革", "群众化", "民主化", "制度化", "法制化"),
}


@dataclass(frozen=True)
class Post:
    """A post as read. ``facts``: its union, where the register has it."""

    person: str
    union: str
    facts: UnionFacts | None
    post: str
    is_full_time: bool | None
    appointed_on: date | None
    left_on: date | None
    is_in_office: bool
    is_new_union: bool
    finding: str | None

    @property
    def district(self) -> str:
        """The district of its union."""
        return self.facts.district if self.facts is not None else "unknown"


@dataclass(frozen=True)
class _Attendance:
    person: str
    session: str
    district: str
    cells: Mapping[str, str]
    done_on: date
    is_completed: bool
    hours: Fraction


def tables(known: Known) -> Mapping[str, Table]:
    """The four marts."""
    posts, attended = [*posts_of(known)], [*_attendances(known)]
    return {
        "fct_cadre_posts": [_post_row(one) for one in posts],
        "fct_qualification_training": _qualification(known, posts, attended),
        "agg_training": _training(known, posts, attended),
        "agg_online_training": _online(known, posts, attended),
    }


def _is_new(known: Known, facts: UnionFacts) -> bool:
    founded = facts.founded_on
    of_the_year = founded is not None and founded.year == known.valid_on.year and founded <= known.valid_on
    return of_the_year and facts.is_normal and facts.kind in (OWN, JOINT)


def posts_of(known: Known) -> Iterator[Post]:
    """Every post on the list as it stands on the day."""
    day = known.valid_on
    for told in known.of("cadre_posts"):
        person, union, _ = told.key.split("|")
        facts = known.unions.get(union)
        appointed, left = life_date(told["appointed_on"]), life_date(told["left_on"])
        is_held = (appointed is None or appointed <= day) and (left is None or left > day)
        is_over = facts is not None and facts.is_over
        finding = None
        if appointed is None:
            finding = "no_appointed_on"
        elif left is not None and left < appointed:
            finding = "left_before_appointed"
        elif facts is None:
            finding = "unknown_union"
        elif is_held and is_over:
            finding = "union_ended"
        in_office = is_held and not is_over
        yield Post(
            person=person,
            union=union,
            facts=facts,
            post=told["post"],
            is_full_time={"是": True, "否": False}.get(told["is_full_time"]),
            appointed_on=appointed,
            left_on=left,
            is_in_office=in_office,
            is_new_union=in_office and facts is not None and _is_new(known, facts),
            finding=finding,
        )


def _post_row(one: Post) -> dict[str, object]:
    return {
        "union_id": one.union,
        "union_kind": one.facts.kind if one.facts is not None else None,
        "district_code": None if one.district == "unknown" else one.district,
        "post": one.post,
        "is_full_time": one.is_full_time,
        "is_directly_subordinate": one.facts.is_subordinate if one.facts is not None else None,
        "appointed_on": one.appointed_on,
        "left_on": one.left_on,
        "is_in_office": one.is_in_office,
        "is_township_leader": one.is_in_office
        and one.facts is not None
        and one.facts.kind == STREET_FEDERATION
        and one.post in LEADERS,
        "is_new_union_cadre": one.is_new_union,
        "finding": one.finding,
    }


def _attendances(known: Known) -> Iterator[_Attendance]:
    """Attendances of what was done by the day."""
    sessions = {told.key: told for told in known.of("training_sessions")}
    for told in known.of("training_attendance"):
        session, person = told.key.split("|")
        course = sessions.get(session)
        done = life_date(told["completed_on"])
        if done is None and course is not None:
            done = life_date(course["ended_on"]) or life_date(course["started_on"])
        if done is None or done > known.valid_on:
            continue
        facts = known.unions.get(canonical(told["union_no"]))
        yield _Attendance(
            person=person,
            session=session,
            district=facts.district if facts is not None else "unknown",
            cells=course.cells if course is not None else {},
            done_on=done,
            is_completed=told["result"] == "结业",
            hours=_hours(told, course),
        )


def _hours(told: Told, course: Told | None) -> Fraction:
    said = told["hours"] or (course["hours"] if course is not None else "")
    return Fraction(said) if said else Fraction(0)


def _qualification(known: Known, posts: Sequence[Post], attended: Sequence[_Attendance]) -> Table:
    table: Table = []
    for one in posts:
        facts = one.facts
        if not one.is_in_office or facts is None or facts.kind not in (OWN, JOINT):
            continue
        if facts.is_subordinate is not True or one.post not in ROLES:
            continue
        has_rule = known.valid_on.year == PLAN_YEAR
        appointed = one.appointed_on
        due = add_months(appointed, WITHIN_MONTHS) if appointed is not None and has_rule else None
        trained = min(
            (
                (course.done_on, course.session)
                for course in attended
                if course.person == one.person
                and course.is_completed
                and course.cells.get("kind") == "岗位资格"
                and appointed is not None
                and course.done_on >= appointed
            ),
            default=None,
        )
        if due is None:
            reason, status = ("no_appointed_on" if appointed is None else "no_rule"), "not_judged"
        else:
            reason = None
            status = "trained" if trained else "overdue" if due <= known.valid_on else "not_due"
        table.append(
            {
                "union_id": one.union,
                "post": one.post,
                "appointed_on": appointed,
                "due_on": due,
                "trained_on": trained[0] if trained else None,
                "session_id": trained[1] if trained else None,
                "status": status,
                "reason": reason,
                "is_overdue": None if reason else status == "overdue",
                "is_trained_late": trained[0] > due if trained and due else None,
                "days_overdue": (known.valid_on - due).days if due and status == "overdue" else None,
                "days_to_due": (due - known.valid_on).days if due and status == "not_due" else None,
            }
        )
    return table


def _categories(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "total", "总计"
    for dimension in ("kind", "channel", "level", "place"):
        yield dimension, cells.get(dimension, "") or "未填"
    for topic, words in TOPICS.items():
        if any(word in cells.get("topics", "") for word in words):
            yield "topic", topic


def _training(known: Known, posts: Sequence[Post], attended: Sequence[_Attendance]) -> Table:
    office: dict[str, set[str]] = defaultdict(set)
    for one in posts:
        if one.is_in_office:
            office[CITY_CODE].add(one.person)
            office[one.district].add(one.person)
    found: dict[tuple[str, str, str], list[_Attendance]] = defaultdict(list)
    of_category: dict[tuple[str, str], set[str]] = defaultdict(set)
    for course in attended:
        if course.done_on.year != known.valid_on.year:
            continue
        for dimension, category in _categories(course.cells):
            found[CITY_CODE, dimension, category].append(course)
            found[course.district, dimension, category].append(course)
            if course.is_completed:
                of_category[dimension, category].add(course.person)
    listed = [(dimension, one) for dimension, ones in CATEGORIES.items() for one in ones]
    listed += [("topic", topic) for topic in TOPICS]
    wanted = {(group, *one) for group in office for one in listed} | set(found)
    table: Table = []
    for group, dimension, category in sorted(wanted):
        courses = found.get((group, dimension, category), [])
        completed = [one for one in courses if one.is_completed]
        cadres = office.get(group, set())
        trained = len(cadres & of_category[dimension, category])
        table.append(
            {
                "grouping": "city" if group == CITY_CODE else "district",
                "group_code": group,
                "dimension": dimension,
                "category": category,
                "n_sessions": len({one.session for one in courses}),
                "n_attendances": len(courses),
                "n_completed": len(completed),
                "n_persons": len({one.person for one in completed}),
                "person_hours": float(sum((one.hours for one in completed), Fraction(0))),
                "n_cadres": len(cadres),
                "n_cadres_trained": trained,
                "reach_rate": trained / len(cadres) if cadres else None,
                "status": "judged" if cadres else "not_judged",
                "reason": None if cadres else "empty",
            }
        )
    return table


def _online(known: Known, posts: Sequence[Post], attended: Sequence[_Attendance]) -> Table:
    trained = {
        one.person
        for one in attended
        if one.is_completed and one.cells.get("channel") == "网络" and one.done_on.year == known.valid_on.year
    }
    cadres: dict[str, set[str]] = {
        facts.number: set() for facts in known.unions.values() if _is_new(known, facts)
    }
    for one in posts:
        if one.is_new_union:
            cadres[one.union].add(one.person)
    table: Table = []
    for group in (CITY_CODE, *sorted({known.unions[union].district for union in cadres})):
        within = {
            union: people
            for union, people in cadres.items()
            if group in (CITY_CODE, known.unions[union].district)
        }
        people = set().union(*within.values())
        table.append(
            {
                "grouping": "city" if group == CITY_CODE else "district",
                "group_code": group,
                "n_unions": len(within),
                "n_unions_without_cadres": sum(not ones for ones in within.values()),
                "n_unions_reached": sum(bool(ones & trained) for ones in within.values()),
                "n_cadres": len(people),
                "n_trained": len(people & trained),
                "rate": len(people & trained) / len(people) if people else None,
                "status": "judged" if people else "not_judged",
                "reason": None if people else "empty",
            }
        )
    return table
