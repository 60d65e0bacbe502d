"""Founding quality, five-good grades, institutions and homes; the truth of scores, grades and the funnel."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from jianhui.simulate.agencies import City
from jianhui.simulate.dated import add_months
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import Table
from jianhui.simulate.plan import counting
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known, Told, UnionFacts
from jianhui.simulate.readings import canonical
from jianhui.simulate.unions import JOINT, OWN, Union

QUALITY, GRADES, BUILDING = "founding_quality", "five_good_grades", "institution_building"

FEEDS: Mapping[str, PlanFeed] = {
    QUALITY: PlanFeed(
        columns={
            "工会编号": "union_no",
            "工会名称": "name",
            "评价标准版本": "version",
            "评价项目": "item_code",
            "评价日期": "assessed_on",
            "评价结果": "result",
        },
        key=("union_no", "version", "item_code"),
        name="name",
    ),
    GRADES: PlanFeed(
        columns={
            "评定编号": "grade_no",
            "工会编号": "union_no",
            "工会名称": "name",
            "事项": "action",
            "等级": "grade",
            "决定日期": "decided_on",
            "有效期至": "valid_until",
        },
        key=("grade_no",),
        name="name",
    ),
    BUILDING: PlanFeed(
        columns={
            "工会编号": "union_no",
            "工会名称": "name",
            "项目": "item",
            "建立日期": "started_on",
            "终止日期": "ended_on",
            "评价结果": "result",
        },
        key=("union_no", "item"),
        name="name",
    ),
}

VERSION, OTHER_VERSION = "2014示例", "2017示例"
ITEMS = {"chair": 20, "organs": 20, "plate": 15, "systems": 15, "funds": 15, "activities": 10, "satisfied": 5}
REQUIRED, PASS_SCORE = ("chair", "organs"), 80
_IN_FORCE = (date(2014, 1, 1), date(2016, 12, 31))
MET, MISSED = "达标", "不达标"

SCALE = ("A", "AA", "AAA")
_VALID_MONTHS, _RECHECK_MONTHS = 36, 12
_GRANT, _CHECK, _LOWER, _WITHDRAW = "评定", "复查", "降级", "撤销"

_INSTITUTIONS = {"workers_congress": "职代会", "collective_contract": "集体合同", "openness": "厂务公开"}
_HOME, _RATING, _MODEL = "职工之家", "会员评家", "规范化建设典型"
_CONTENT = ("满意", "基本满意")


class Quality:
    """How well unions are founded, what they build, and which grade they hold."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Assessments of new unions, decisions on grades, institutions as they are set up."""
        for union in city.unions:
            if union.kind not in (OWN, JOINT):
                continue
            draw = Draw(city.seed, "quality", union.number)
            if union.founded_on >= date(2013, 12, 1) and draw.chance(800):
                yield from _assessment(draw, union)
            if draw.chance(150):
                yield from _decisions(draw, union, city.end)
            if draw.chance(700):
                yield from _built(draw, union)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_founding_quality, agg_founding_quality, fct_five_good_grades, agg_building_funnel."""
        scored = _scored(known)
        graded = _graded(known)
        holding = {row["union_id"] for row in graded if row["state"] in ("valid", "recheck_overdue")}
        return {
            "fct_founding_quality": scored,
            "agg_founding_quality": _share(known, [row for row in scored if row["is_new"]]),
            "fct_five_good_grades": graded,
            "agg_building_funnel": _funnel(known, holding),
        }


def _assessment(draw: Draw, union: Union) -> Iterator[Entry]:
    day = union.founded_on + timedelta(days=draw.between(5, 60))
    version = OTHER_VERSION if draw.chance(50) else VERSION
    is_strong, is_undated = draw.chance(700), draw.chance(50)
    for item in ITEMS:
        if draw.chance(40):
            continue
        result = MET if draw.chance(960 if is_strong else 600) else MISSED
        cells = {
            "union_no": union.number,
            "name": union.name_on(day),
            "version": version,
            "item_code": item,
            "assessed_on": "" if is_undated else day.isoformat(),
            "result": "" if draw.chance(20) else result,
        }
        yield Entry(QUALITY, day, cells)


def _decisions(draw: Draw, union: Union, end: date) -> Iterator[Entry]:
    day = union.founded_on + timedelta(days=draw.between(100, 1200))
    grade, at = draw.between(0, 2), 0
    actions = [_GRANT]
    while day <= end:
        for action in actions:
            at += 1
            grade = max(0, grade - 1) if action == _LOWER else grade
            cells = {
                "grade_no": f"{union.number}-{at:02d}",
                "union_no": union.number,
                "name": union.name_on(day),
                "action": action,
                "grade": "" if action == _WITHDRAW or draw.chance(20) else SCALE[grade],
                "decided_on": "" if draw.chance(20) else day.isoformat(),
                "valid_until": add_months(day, 24).isoformat() if draw.chance(150) else "",
            }
            yield Entry(GRADES, day, cells)
        day += timedelta(days=draw.between(300, 420))
        actions = [draw.pick((_CHECK, _CHECK, _CHECK, _GRANT, _LOWER, _WITHDRAW))]


def _built(draw: Draw, union: Union) -> Iterator[Entry]:
    day = union.founded_on + timedelta(days=draw.between(0, 200))
    for item in (*_INSTITUTIONS.values(), _HOME, _RATING, _MODEL):
        if not draw.chance(80 if item == _MODEL else 750):
            continue
        started = day + timedelta(days=draw.between(0, 90))
        is_ended = item == "集体合同" and draw.chance(500)
        ended = add_months(started, 36) if is_ended else None
        cells = {
            "union_no": union.number,
            "name": union.name_on(started),
            "item": item,
            "started_on": "" if draw.chance(20) else started.isoformat(),
            "ended_on": ended.isoformat() if ended else "",
            "result": draw.pick(("满意", "满意", "基本满意", "不满意", "")) if item == _RATING else "",
        }
        yield Entry(BUILDING, started, cells)


# --- truth ---


def _by_union(known: Known, feed: str) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for one in known.of(feed):
        found[canonical(one["union_no"])].append(one)
    return found


def _scored(known: Known) -> Table:
    told = _by_union(known, QUALITY)
    table: Table = []
    for facts in counting.living(known):
        rows = [
            one
            for one in told.get(facts.number, ())
            if (day := one.day("assessed_on")) is None or day <= known.valid_on
        ]
        is_new = counting.is_new(known, facts)
        if rows or is_new:
            table.append(_score(known, facts, rows, is_new=is_new))
    return table


def _score(known: Known, facts: UnionFacts, rows: Sequence[Told], *, is_new: bool) -> dict[str, Any]:
    def last(version: str) -> date:
        return max((one.day("assessed_on") or date.min) for one in rows if one["version"] == version)

    row: dict[str, Any] = {
        "union_id": facts.number,
        "district_code": counting.district(facts),
        "ownership": counting.ownership(counting.host(known, facts)),
        "is_new": is_new,
        "checklist_version": None,
        "assessed_on": None,
        "n_met": None,
        "n_missed": None,
        "score": None,
        "meets_basic": None,
        "status": "not_judged",
        "reason": "not_assessed" if QUALITY in known.received else "feed_not_received",
    }
    if not rows:
        return row
    version = max({one["version"] for one in rows}, key=lambda one: (last(one), one))
    day = last(version)
    results = {one["item_code"]: one["result"] for one in rows if one["version"] == version}
    weights = ITEMS if version == VERSION else _OTHER_ITEMS
    met = [item for item in weights if results.get(item) == MET]
    missed = [item for item in weights if results.get(item) == MISSED]
    still_open = [item for item in weights if item not in met and item not in missed]
    score = sum(weights[item] for item in met)
    row |= {
        "checklist_version": version,
        "assessed_on": None if day == date.min else day,
        "n_met": len(met),
        "n_missed": len(missed),
        "score": score,
    }
    if day == date.min:
        return row | {"reason": "assessed_on_missing"}
    if version != VERSION or not _IN_FORCE[0] <= day <= _IN_FORCE[1]:
        return row | {"reason": "version_not_in_force"}
    can_reach = score + sum(weights[item] for item in still_open)
    if set(missed) & set(REQUIRED) or can_reach < PASS_SCORE:
        return row | {"meets_basic": False, "status": "judged", "reason": None}
    if score >= PASS_SCORE and not set(still_open) & set(REQUIRED):
        return row | {"meets_basic": True, "status": "judged", "reason": None}
    return row | {"reason": "items_open"}


_OTHER_ITEMS = {"chair": 25, "organs": 25, "systems": 20, "funds": 15, "satisfied": 15}
"""The checklist from 2017 on, before which it is not in force: the cities of the tests end earlier."""


def _share(known: Known, new: Table) -> Table:
    table: Table = []
    found = counting.groups(
        new, {"district": lambda row: row["district_code"], "ownership": lambda row: row["ownership"]}
    )
    found.setdefault(("city", "210200"), [])
    is_known = QUALITY in known.received
    has_target = known.valid_on.year == 2014
    for group, rows in found.items():
        meeting = counting.number(rows, lambda row: row["meets_basic"])
        judged = counting.number(rows, lambda row: row["status"] == "judged")
        scores = [row["score"] for row in rows if (row["n_met"] or 0) + (row["n_missed"] or 0) > 0]
        table.append(
            {
                **counting.head(known, group),
                "n_new_unions": len(rows),
                "n_judged": judged,
                "n_meeting": meeting,
                "meeting_rate": counting.rate(meeting, len(rows)) if is_known else None,
                "rate_of_judged": counting.rate(meeting, judged) if is_known else None,
                "mean_score": counting.rate(sum(scores), len(scores)) if is_known else None,
                "meets_target": 10 * meeting >= 8 * len(rows) if is_known and rows and has_target else None,
                **counting.judged(is_known, len(rows)),
            }
        )
    return table


def _graded(known: Known) -> Table:
    table: Table = []
    for number, told in sorted(_by_union(known, GRADES).items()):
        dated = [
            (day, one.key, one)
            for one in told
            if (day := one.day("decided_on")) is not None and day <= known.valid_on
        ]
        undated = [one for one in told if one.day("decided_on") is None]
        if dated or undated:
            dated.sort(key=lambda item: item[:2])
            table.append(_grade(known, number, [(day, one) for day, _, one in dated], bool(undated)))
    return table


def _grade(
    known: Known, number: str, decisions: Sequence[tuple[date, Told]], has_undated: bool
) -> dict[str, Any]:
    """Decision after decision: what grade is held, since when, until when, last checked when."""
    grade: str | None = None
    before: str | None = None
    since: date | None = None
    until: date | None = None
    checked: date | None = None
    is_granted = is_lowered = is_withdrawn = not_lower = False
    for day, one in decisions:
        action, stated = one["action"], one.day("valid_until")
        if action == _WITHDRAW:
            grade = before = since = until = checked = None
            is_granted = is_lowered = not_lower = False
            is_withdrawn = True
            continue
        is_withdrawn = False
        if action in (_GRANT, _LOWER):
            before = grade if grade is not None else before if is_granted else None
            grade, since, checked, until = one["grade"] or None, day, None, stated
            is_lowered = action == _LOWER
            not_lower = is_lowered and _rank(grade) is not None and _rank(before) is not None
            not_lower = not_lower and (_rank(grade) or 0) >= (_rank(before) or 0)
            is_granted = True
        elif is_granted:
            checked, until = day, stated or until
    rank = _rank(grade)
    is_known = rank is not None
    until = until or (add_months(since, _VALID_MONTHS) if since and is_known else None)
    recheck = add_months(checked or since, _RECHECK_MONTHS) if since and is_known else None
    if is_withdrawn:
        state = "withdrawn"
    elif not decisions or not is_known:
        state = "not_judged"
    elif until is not None and until < known.valid_on:
        state = "expired"
    else:
        state = "recheck_overdue" if recheck is not None and recheck < known.valid_on else "valid"
    facts = known.unions.get(number)
    return {
        "union_id": number,
        "district_code": counting.district(facts),
        "grade": grade,
        "previous_grade": before,
        "granted_on": since,
        "valid_until": until,
        "last_checked_on": checked,
        "recheck_due_on": recheck,
        "state": state,
        "was_downgraded": is_lowered,
        "findings": counting.joined(["not_lower" if not_lower else None, "undated" if has_undated else None]),
        "reason": None if state != "not_judged" else "grade_missing" if decisions else "date_missing",
    }


def _rank(grade: str | None) -> int | None:
    return SCALE.index(grade) if grade in SCALE else None


def _funnel(known: Known, holding: set[str]) -> Table:
    told = _by_union(known, BUILDING)
    members = []
    for facts in counting.living(known):
        held = {one["item"]: one for one in told.get(facts.number, ()) if _holds(one, known.valid_on)}
        reached = {stage: item in held for stage, item in _INSTITUTIONS.items()}
        reached["institutions"] = all(reached.values())
        reached["home"] = reached["institutions"] and _HOME in held
        is_rated = _RATING in held and held[_RATING]["result"] in _CONTENT
        reached["home_rated"] = reached["home"] and is_rated
        reached["model_unit"] = _MODEL in held
        reached["five_good"] = facts.number in holding
        reached["founded"] = True
        owner = counting.ownership(counting.host(known, facts))
        members.append({"district": counting.district(facts), "ownership": owner, **reached})
    table: Table = []
    by = {"district": lambda row: row["district"], "ownership": lambda row: row["ownership"]}
    for group, rows in counting.groups(members, by).items():
        for number, (stage, previous) in enumerate(_STAGES.items(), start=1):
            feed = {"founded": "", "five_good": GRADES}.get(stage, BUILDING)
            is_known = not feed or feed in known.received
            n = sum(bool(row[stage]) for row in rows)
            n_before = sum(bool(row[previous]) for row in rows) if previous else 0
            table.append(
                {
                    **counting.head(known, group),
                    "stage": stage,
                    "stage_no": number,
                    "n_unions": len(rows),
                    "n_reached": n if is_known else None,
                    "rate_of_all": counting.rate(n, len(rows)) if is_known else None,
                    "rate_of_previous": counting.rate(n, n_before) if is_known else None,
                    **counting.judged(is_known, len(rows)),
                }
            )
    return table


_STAGES = {
    "founded": "",
    "workers_congress": "",
    "collective_contract": "",
    "openness": "",
    "institutions": "founded",
    "home": "institutions",
    "home_rated": "home",
    "model_unit": "",
    "five_good": "",
}
"""Stage → the step before it."""


def _holds(one: Told, day: date) -> bool:
    started, ended = one.day("started_on"), one.day("ended_on")
    return started is not None and started <= day and (ended is None or day < ended)
