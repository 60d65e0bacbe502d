"""Reports and ratings of chairs, surveys of members, demonstration units; the truth of their coverage."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from jianhui.simulate.agencies import City
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import Judged, Table
from jianhui.simulate.plan import counting
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known, Told
from jianhui.simulate.readings import canonical
from jianhui.simulate.unions import JOINT, OWN, Union

REVIEWS, SURVEYS, UNITS = "chair_reviews", "member_surveys", "demonstration_units"

FEEDS: Mapping[str, PlanFeed] = {
    REVIEWS: PlanFeed(
        columns={
            "活动编号": "review_no",
            "工会编号": "union_no",
            "工会名称": "name",
            "环节": "kind",
            "对象": "audience",
            "日期": "held_on",
            "评议结果": "result",
        },
        key=("review_no",),
        name="name",
    ),
    SURVEYS: PlanFeed(
        columns={
            "测评编号": "survey_no",
            "工会编号": "union_no",
            "工会名称": "name",
            "测评日期": "surveyed_on",
            "发放数": "asked_count",
            "收回数": "answer_count",
            "知晓数": "aware_count",
            "参与数": "participating_count",
            "满意数": "satisfied_count",
        },
        key=("survey_no",),
        name="name",
    ),
    UNITS: PlanFeed(
        columns={
            "示范编号": "unit_no",
            "单位名称": "name",
            "工会编号": "union_no",
            "单位类别": "category",
            "列入培养日期": "nurtured_on",
            "命名日期": "named_on",
            "撤销日期": "withdrawn_on",
        },
        key=("unit_no",),
        name="name",
    ),
}

_REPORT, _RATING = "述职", "评议"
_AUDIENCES = {"members": "会员大会", "party": "同级党组织", "superior": "上级工会"}
_RESULTS = ("满意", "满意", "基本满意", "不满意")
_PUBLIC = ("11", "12", "13", "14", "15", "16")


class Reviews:
    """What chairs report, how they are rated, what members say, and which units are held up as examples."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Each year from January on; the larger a firm, the likelier."""
        for union in city.unions:
            if union.kind not in (OWN, JOINT):
                continue
            draw = Draw(city.seed, "reviews", union.number)
            is_large = (
                union.host is not None and max((level for _, level in union.host.staff), default=0) >= 60
            )
            for year in range(city.start.year, city.end.year + 1):
                if draw.chance(650 if is_large else 60):
                    yield from _year(draw, union, year)
            if draw.chance(250 if is_large else 5):
                yield from _unit(draw, union, city.start.year)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_chair_reviews, agg_chair_reviews, fct_demonstration_units, agg_demonstration_units."""
        years = _years(known)
        units = [_demonstration(known, one, years) for one in known.of(UNITS)]
        return {
            "fct_chair_reviews": _of_unions(known, years),
            "agg_chair_reviews": _coverage(known, years),
            "fct_demonstration_units": units,
            "agg_demonstration_units": _targets(known, units),
        }


def _year(draw: Draw, union: Union, year: int) -> Iterator[Entry]:
    is_thorough = draw.chance(550)
    name = union.name_on(date(year, 1, 1))
    for kind in (_REPORT, _RATING):
        for code, audience in _AUDIENCES.items():
            if not is_thorough and draw.chance(300):
                continue
            day = draw.day(date(year - 1, 12, 20), date(year, 6, 10))
            cells = {
                "review_no": f"{year}-{union.number}-{kind}{code}",
                "union_no": union.number,
                "name": name,
                "kind": kind,
                "audience": audience,
                "held_on": day.isoformat(),
                "result": draw.pick(_RESULTS) if kind == _RATING and not draw.chance(30) else "",
            }
            yield Entry(REVIEWS, day, cells)
    if draw.chance(800):
        day = draw.day(date(year, 1, 10), date(year, 6, 10))
        asked = draw.between(20, 200)
        answers = draw.between(asked // 2, asked)
        of_answers = [
            answers + 1 if draw.chance(15) else draw.between(answers // 3, answers) for _ in range(3)
        ]
        cells = {
            "survey_no": f"{year}-{union.number}",
            "union_no": union.number,
            "name": name,
            "surveyed_on": day.isoformat(),
            "asked_count": str(asked),
            "answer_count": "" if draw.chance(20) else str(answers),
            "aware_count": str(of_answers[0]),
            "participating_count": "" if draw.chance(20) else str(of_answers[1]),
            "satisfied_count": str(of_answers[2]),
        }
        yield Entry(SURVEYS, day, cells)


def _unit(draw: Draw, union: Union, year: int) -> Iterator[Entry]:
    nurtured = draw.day(date(year, 1, 1), date(year, 5, 31))
    is_public = union.host is not None and union.host.form_on(nurtured).registration_type[:2] in _PUBLIC
    category = "国有企业" if is_public != draw.chance(80) else "非公企业"
    cells = {
        "unit_no": f"S{union.number}",
        "name": union.host.name_on(nurtured) if union.host else union.name_on(nurtured),
        "union_no": union.number,
        "category": "" if draw.chance(30) else category,
        "nurtured_on": "" if draw.chance(50) else nurtured.isoformat(),
    }
    yield Entry(UNITS, nurtured, cells)
    if draw.chance(600):
        named = nurtured + timedelta(days=draw.between(20, 80))
        cells = {**cells, "named_on": named.isoformat()}
        yield Entry(UNITS, named, cells)
        if draw.chance(100):
            withdrawn = named + timedelta(days=draw.between(5, 60))
            yield Entry(UNITS, withdrawn, {**cells, "withdrawn_on": withdrawn.isoformat()})


# --- truth ---


class _Year:
    """What a union did in the plan year up to the day."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str], tuple[date, str, str]] = {}
        self.survey: tuple[date, str, Told] | None = None

    @property
    def is_complete(self) -> bool:
        """All six reports and ratings were done."""
        return len(self.parts) == 2 * len(_AUDIENCES)

    def finding(self) -> str | None:
        """What is wrong with the survey; None where it can be used."""
        if self.survey is None:
            return "no_survey"
        told = self.survey[2]
        answers = told.count("answer_count")
        if not answers:
            return "no_answers"
        asked = told.count("asked_count")
        counts = [told.count(name) for name in _COUNTS]
        is_odd = any(count is not None and count > answers for count in counts)
        return "implausible" if is_odd or (asked is not None and answers > asked) else None


_COUNTS = ("aware_count", "participating_count", "satisfied_count")


def _years(known: Known) -> dict[str, _Year]:
    found: dict[str, _Year] = defaultdict(_Year)
    first = date(known.valid_on.year, 1, 1)
    codes = {audience: code for code, audience in _AUDIENCES.items()}
    for one in known.of(REVIEWS):
        day = one.day("held_on")
        if day is None or not first <= day <= known.valid_on:
            continue
        year = found[canonical(one["union_no"])]
        if one["kind"] == _REPORT or one["result"]:
            part = one["kind"], codes[one["audience"]]
            year.parts[part] = max(year.parts.get(part, (date.min, "", "")), (day, one.key, one["result"]))
    for one in known.of(SURVEYS):
        day = one.day("surveyed_on")
        if day is None or not first <= day <= known.valid_on:
            continue
        year = found[canonical(one["union_no"])]
        if year.survey is None or (day, one.key) > year.survey[:2]:
            year.survey = day, one.key, one
    return dict(found)


def _of_unions(known: Known, years: Mapping[str, _Year]) -> Table:
    table: Table = []
    for facts in counting.living(known):
        firm = counting.host(known, facts)
        staff = firm.staff.count if firm else None
        if facts.number not in years and (staff or 0) < 100:
            continue
        year = years.get(facts.number, _Year())
        finding = year.finding()
        row: dict[str, Any] = {
            "union_id": facts.number,
            "district_code": counting.district(facts),
            "ownership": counting.ownership(firm),
            "staff_count": staff,
            "is_hundred": None if staff is None else staff >= 100,
        }
        for code in _AUDIENCES:
            report, rating = year.parts.get((_REPORT, code)), year.parts.get((_RATING, code))
            row[f"report_{code}_on"] = report[0] if report else None
            row[f"rating_{code}_on"] = rating[0] if rating else None
            row[f"rating_{code}_result"] = rating[2] if rating else None
        row |= {
            "n_parts_done": len(year.parts),
            "is_complete": year.is_complete,
            "surveyed_on": year.survey[0] if year.survey else None,
            "survey_finding": finding,
        }
        for name in _COUNTS:
            row[name.replace("_count", "_rate")] = _rate(year, name) if finding is None else None
        table.append(row)
    return table


def _rate(year: _Year, name: str) -> float | None:
    if year.survey is None:
        return None
    count = year.survey[2].count(name)
    return None if count is None else counting.rate(count, year.survey[2].count("answer_count") or 0)


def _coverage(known: Known, years: Mapping[str, _Year]) -> Table:
    large = [one for one in known.enterprises.values() if one.state.in_base and (one.staff.count or 0) >= 100]
    table: Table = []
    by = {"district": lambda one: one.groups["district"], "ownership": counting.ownership}
    for denominator in ("all", "with_union"):
        found = counting.groups([one for one in large if denominator == "all" or one.is_covered], by)
        found.setdefault(("city", "210200"), [])
        table += [_coverage_row(known, group, denominator, rows, years) for group, rows in found.items()]
    return table


def _coverage_row(
    known: Known, group: tuple[str, str], denominator: str, rows: Sequence[Judged], years: Mapping[str, _Year]
) -> dict[str, Any]:
    of_rows = [years.get(one.state.cover.union) if one.state.cover else None for one in rows]
    complete = counting.number(of_rows, lambda year: year is not None and year.is_complete)
    surveyed = [year.survey[2] for year in of_rows if year and year.survey and year.finding() is None]
    is_known, is_surveyed = REVIEWS in known.received, SURVEYS in known.received
    has_target = known.valid_on.year == 2014 and is_known and bool(rows)
    row: dict[str, Any] = {
        **counting.head(known, group),
        "denominator": denominator,
        "n_enterprises": len(rows),
        "n_complete": complete if is_known else None,
        "coverage_rate": counting.rate(complete, len(rows)) if is_known else None,
        "meets_target": 10 * complete >= 3 * len(rows) if has_target else None,
        "n_surveyed": len(surveyed) if is_surveyed else None,
        "n_answers": sum(told.count("answer_count") or 0 for told in surveyed) if is_surveyed else None,
    }
    for name in _COUNTS:
        asked = [told for told in surveyed if told.count(name) is not None]
        row[name.replace("_count", "_rate")] = counting.rate(
            sum(told.count(name) or 0 for told in asked),
            sum(told.count("answer_count") or 0 for told in asked),
        )
    return row | counting.judged(is_known, len(rows))


def _demonstration(known: Known, one: Told, years: Mapping[str, _Year]) -> dict[str, Any]:
    number = canonical(one["union_no"])
    facts = known.unions.get(number)
    firm = counting.host(known, facts)
    group = {"非公企业": "non_public", "国有企业": "state", "事业单位": "state"}.get(one["category"])
    days = {}
    for name in ("nurtured_on", "named_on", "withdrawn_on"):
        day = one.day(name)
        days[name] = day if day is not None and day <= known.valid_on else None
    reason = None
    if group is None:
        reason = "category_missing"
    elif not any(days.values()):
        reason = "dates_missing"
    state = "nurturing"
    if reason:
        state = "not_judged"
    elif days["withdrawn_on"]:
        state = "withdrawn"
    elif days["named_on"]:
        state = "named"
    owner = counting.ownership(firm)
    is_consistent = None
    if owner not in (None, "unknown") and group and one["category"] != "事业单位":
        is_consistent = (owner == "public") == (group == "state")
    year = years.get(number)
    return {
        "unit_no": one.key,
        "union_id": number or None,
        "district_code": counting.district(facts),
        "target_group": group,
        "state": state,
        **days,
        "ownership": owner,
        "is_consistent": is_consistent,
        "is_activity_complete": None if facts is None else year is not None and year.is_complete,
        "reason": reason,
    }


def _targets(known: Known, units: Table) -> Table:
    table: Table = []
    is_known = UNITS in known.received
    for group, wanted in (("non_public", 30), ("state", 10)):
        rows = [row for row in units if row["target_group"] == group]
        target = wanted if known.valid_on.year == 2014 else None
        named = counting.number(rows, lambda row: row["state"] == "named")
        odd = counting.number(rows, lambda row: row["state"] == "named" and row["is_consistent"] is False)
        table.append(
            {
                "valid_on": known.valid_on,
                "target_group": group,
                "n_named": named if is_known else None,
                "n_nurturing": counting.number(rows, lambda row: row["state"] == "nurturing")
                if is_known
                else None,
                "n_withdrawn": counting.number(rows, lambda row: row["state"] == "withdrawn")
                if is_known
                else None,
                "n_inconsistent": odd if is_known else None,
                "target_count": target,
                "n_needed": max(0, target - named) if is_known and target is not None else None,
                "meets_target": named >= target if is_known and target is not None else None,
            }
        )
    return table
