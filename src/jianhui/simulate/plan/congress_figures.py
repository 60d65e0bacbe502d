"""The truth of the marts of the congress, counted person by person."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from jianhui.simulate.figures import CITY_CODE, Table
from jianhui.simulate.plan.section import Known, Told
from jianhui.simulate.readings import canonical, life_date
from jianhui.simulate.unions import JOINT, OWN

WITHIN_DAYS = 30
OPENING = "大会召开"
PARTITIONS = ("总数", "选举单位", "职业类别", "单位类型")
ATTRIBUTES = {
    "选举单位": "electing_unit",
    "职业类别": "occupation",
    "单位类型": "unit_type",
    "性别": "sex",
    "民族": "ethnicity",
    "政治面貌": "party",
    "年龄": "age_band",
    "荣誉": "honour",
}
SIZES = (
    (0, 100, 200),
    (50_000, 200, 350),
    (300_000, 300, 450),
    (700_000, 400, 600),
    (1_000_000, 450, 800),
    (2_000_000, 600, 1000),
    (4_000_000, 800, 1200),
)
"""Members from, delegates from and to: the rule of 1984."""


@dataclass(frozen=True)
class _Candidate:
    told: Told
    congress: str
    body: str
    stage: str


def tables(known: Known) -> Mapping[str, Table]:
    """The three marts."""
    openings = _openings(known)
    candidates = [*_candidates(known)]
    return {
        "fct_congress_candidates": [_candidate_row(known, one, openings) for one in candidates],
        "agg_congress_composition": [*_composition(known, candidates)],
        "agg_congress_activities": [*_activities(known, candidates, openings)],
    }


def _openings(known: Known) -> dict[str, date]:
    found: dict[str, date] = {}
    for told in known.of("congress_activities"):
        day = life_date(told["held_on"])
        if told["kind"] == OPENING and day is not None and day <= known.valid_on:
            congress = told["congress"]
            found[congress] = min(found.get(congress, day), day)
    return found


def _candidates(known: Known) -> Iterator[_Candidate]:
    for told in known.of("congress_candidates"):
        nominated = life_date(told["nominated_on"])
        if nominated is None or nominated <= known.valid_on:
            yield _Candidate(told, told["congress"], told["body"], _stage(told, known.valid_on))


def _stage(told: Told, day: date) -> str:
    withdrawn, elected = life_date(told["withdrawn_on"]), life_date(told["elected_on"])
    if withdrawn is not None and withdrawn <= day:
        return "withdrawn"
    if elected is not None and elected > day:
        return "nominated"
    return {"是": "elected", "否": "not_elected"}.get(told["is_elected"], "nominated")


# --- the three gates ---


def _gate(
    told: Told,
    names: tuple[str, str],
    words: tuple[str, str],
    needed_by: date | None,
    day: date,
    *,
    final: bool,
) -> tuple[str, str]:
    """Status and why. ``names``: the columns of the answer and of its day."""
    answer, on = told[names[0]], life_date(told[names[1]])
    if on is not None and on > day:
        answer = ""
    if not final:
        return ({words[0]: "met", words[1]: "refused"}.get(answer, "pending"), "")
    if answer != words[0]:
        return "breach", "refused" if answer == words[1] else "missing"
    if on is None or needed_by is None:
        return "not_judged", "no_date"
    return ("breach", "late") if on > needed_by else ("met", "")


def _candidate_row(known: Known, one: _Candidate, openings: Mapping[str, date]) -> dict[str, object]:
    told, day = one.told, known.valid_on
    elected, opened = life_date(told["elected_on"]), openings.get(one.congress)
    is_elected = one.stage == "elected"
    gates: dict[str, tuple[str, str]] = dict.fromkeys(("opinion", "vetting", "review"), ("not_required", ""))
    if one.stage in ("nominated", "elected"):
        words, grades = ("同意", "不同意"), ("合格", "不合格")
        gates["opinion"] = _gate(
            told, ("party_opinion", "party_opinion_on"), words, elected, day, final=is_elected
        )
        if one.body == "代表":
            is_due = is_elected and opened is not None
            gates["review"] = _gate(told, ("review", "reviewed_on"), grades, opened, day, final=is_due)
        else:
            gates["vetting"] = _gate(told, ("vetting", "vetted_on"), grades, elected, day, final=is_elected)
    wrong = [f"{gate}_{why}" for gate, (status, why) in gates.items() if status in ("breach", "not_judged")]
    union = canonical(told["electing_union_no"])
    facts = known.unions.get(union)
    return {
        "congress": one.congress,
        "body": one.body,
        "electing_union_id": union or None,
        "electing_unit": told["electing_unit"],
        "district_code": None if facts is None or facts.district == "unknown" else facts.district,
        "elected_on": elected,
        "stage": one.stage,
        "opinion_status": gates["opinion"][0],
        "vetting_status": gates["vetting"][0],
        "review_status": gates["review"][0],
        "reason": wrong[0] if wrong else None,
        "is_breach": any(status == "breach" for status, _ in gates.values()),
    }


# --- composition ---

_Quota = tuple[str, Decimal | None, Decimal | None, str]
"""Basis, minimum, maximum, unit."""


def _quotas(known: Known, congresses: Sequence[str]) -> dict[tuple[str, str, str, str], _Quota]:
    found: dict[tuple[str, str, str, str], _Quota] = {}
    for told in known.of("congress_quotas"):
        limits = [Decimal(told[name]) if told[name] else None for name in ("minimum", "maximum")]
        key = (told["congress"], told["body"], told["dimension"], told["category"])
        found[key] = ("plan", limits[0], limits[1], told["unit"])
    unions = [one for one in known.unions.values() if one.is_normal and one.kind in (OWN, JOINT)]
    members = sum(one.members for one in unions if one.members is not None)
    women = sum(one.women for one in unions if one.women is not None)
    for congress in congresses:
        _, least, most = [size for size in SIZES if size[0] <= members][-1]
        found.setdefault((congress, "代表", "总数", "总数"), ("rule", Decimal(least), Decimal(most), "人"))
        if members:
            percent = Decimal(f"{100.0 * women / members:.6f}")
            found.setdefault((congress, "代表", "性别", "女"), ("rule", percent, None, "%"))
    return found


def _in_persons(limit: Decimal | None, unit: str, total: int, rounding: str) -> int | None:
    if limit is None:
        return None
    exact = limit if unit == "人" else limit * total / 100
    return int(exact.to_integral_value(rounding=rounding))


def _composition(known: Known, candidates: Sequence[_Candidate]) -> Iterator[dict[str, object]]:
    staying = [one for one in candidates if one.stage != "withdrawn"]
    congresses = {told["congress"] for told in known.of("congress_quotas")}
    congresses |= {one.congress for one in staying}
    quotas = _quotas(known, sorted(congresses))
    for stage in ("nominated", "elected"):
        people = [one for one in staying if stage == "nominated" or one.stage == "elected"]
        counts: Counter[tuple[str, str, str, str]] = Counter()
        totals: Counter[tuple[str, str]] = Counter()
        unknown: Counter[tuple[str, str, str]] = Counter()
        for one in people:
            totals[one.congress, one.body] += 1
            counts[one.congress, one.body, "总数", "总数"] += 1
            for dimension, column in ATTRIBUTES.items():
                if one.told[column]:
                    counts[one.congress, one.body, dimension, one.told[column]] += 1
                else:
                    unknown[one.congress, one.body, dimension] += 1
        for key in sorted({*quotas, *counts}):
            congress, body, dimension, category = key
            n, total = counts[key], totals[congress, body]
            basis, least, most, unit = quotas.get(key, ("none", None, None, ""))
            low = _in_persons(least, unit, total, ROUND_CEILING)
            high = _in_persons(most, unit, total, ROUND_FLOOR)
            short = max(0, low - n) if low is not None else 0
            over = max(0, n - high) if high is not None else 0
            n_unknown = unknown[congress, body, dimension]
            reason = None
            if basis == "none":
                reason = "no_plan"
            elif total == 0:
                reason = "no_candidates"
            elif 0 < short <= n_unknown:
                reason = "unknown_attributes"
            yield {
                "congress": congress,
                "body": body,
                "stage": stage,
                "dimension": dimension,
                "category": category,
                "is_partition": dimension in PARTITIONS,
                "quota_basis": basis,
                "quota_unit": unit or None,
                "n_total": total,
                "n_in_category": n,
                "n_unknown": n_unknown,
                "share": n / total if total else None,
                "min_persons": low,
                "max_persons": high,
                "shortfall": short,
                "excess": over,
                "result": "not_judged" if reason else "short" if short else "over" if over else "within",
                "reason": reason,
            }


# --- what followed ---


def _activities(
    known: Known, candidates: Sequence[_Candidate], openings: Mapping[str, date]
) -> Iterator[dict[str, object]]:
    held: dict[tuple[str, str], list[tuple[date, int | None]]] = defaultdict(list)
    congresses = {one.congress for one in candidates}
    for told in known.of("congress_activities"):
        day, congress = life_date(told["held_on"]), told["congress"]
        if day is None or day > known.valid_on:
            continue
        congresses.add(congress)
        if told["kind"] != OPENING and congress in openings and day >= openings[congress]:
            held[congress, canonical(told["union_no"])].append((day, told.count("participants") or None))
    unions = [one for one in known.unions.values() if one.is_normal]
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for facts in unions:
        for group in (CITY_CODE, facts.district):
            groups[group, "all"].append(facts.number)
            groups[group, facts.kind].append(facts.number)
    for congress in sorted(congresses):
        opened = openings.get(congress)
        for (group, kind), numbers in sorted(groups.items()):
            told_of = [held[congress, one] for one in numbers if (congress, one) in held]
            days = [min(day for day, _ in ones) for ones in told_of]
            limit = timedelta(days=WITHIN_DAYS)
            in_time = sum(opened is not None and day <= opened + limit for day in days)
            people = [count for ones in told_of for _, count in ones]
            yield {
                "congress": congress,
                "opened_on": opened,
                "grouping": "city" if group == CITY_CODE else "district",
                "group_code": group,
                "union_kind": kind,
                "n_unions": len(numbers),
                "n_active": len(days),
                "n_active_in_time": in_time,
                "n_activities": len(people),
                "n_participants": sum(count or 0 for count in people),
                "n_participants_unknown": people.count(None),
                "rate": len(days) / len(numbers) if opened else None,
                "rate_in_time": in_time / len(numbers) if opened else None,
                "status": "judged" if opened else "not_judged",
                "reason": None if opened else "not_opened",
            }
