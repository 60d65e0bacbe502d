"""The truth of the target assessment: marks of every area, totals and ranks, worked out area by area."""

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from jianhui.simulate.figures import Table
from jianhui.simulate.plan.indicator_figures import Key, Value
from jianhui.simulate.plan.membership_figures import AREAS, grassroots
from jianhui.simulate.plan.section import Known, Told
from jianhui.simulate.readings import canonical

ITEMS = (
    ("coverage", "企业建会率", "coverage_rate", 40, "0.91", "0.6"),
    ("party", "党建带工建", "party_union_rate", 15, "1", "0.5"),
    ("membership", "发展会员", "membership_rate", 15, "0.9", "0.6"),
    ("social", "社会组织建会", "social_organisation_rate", 10, "0.9", "0.3"),
    ("files", "基数清楚、档案齐全", "", 20, "20", "0"),
)
"""Item, name, indicator (none: entered), weight, full and zero mark, as of 2014."""
VETOES = (
    ("discipline", "严重违纪案件"),
    ("criticised", "受上级通报批评"),
    ("incident", "群体性事件处置不当"),
)
ENTERPRISE_SHARE = Fraction(1, 2)


def _entries(known: Known, kind: str) -> list[Told]:
    day = known.valid_on
    return [
        told
        for told in known.of("assessment_entries")
        if told["subject_kind"] == kind
        and told["assessment_year"] == str(day.year)
        and (told.day("happened_on") or date.min) <= day
    ]


def items(known: Known, values: Mapping[Key, Value]) -> Table:
    """fct_assessment_indicators: of each managing area every item and veto."""
    entries = _entries(known, "区市县")
    table: Table = []
    for area in AREAS:
        if area == "unknown":
            continue
        of_area = [told for told in entries if canonical(told["subject_code"]) == area]
        for item, name, indicator, weight, full, zero in ITEMS:
            if indicator:
                found = values.get((indicator, "managing_area", area))
                value = found.value if found is not None else None
                reason = "not_measured" if found is None else found.reason
            else:
                value = _entered(of_area, item, name)
                reason = "not_entered" if value is None else None
            marks = None
            if value is not None and reason is None:
                share = (Fraction(value) - Fraction(zero)) / (Fraction(full) - Fraction(zero))
                marks = round(float(weight * min(Fraction(1), max(Fraction(0), share))), 4)
            table.append(_row(known, area, item, value, marks, None, reason))
        for item, name in VETOES:
            facts = [
                told
                for told in of_area
                if told["item"] in (item, name)
                and (told.day("happened_on") or known.valid_on).year == known.valid_on.year
            ]
            table.append(_row(known, area, item, None, None, bool(facts), None))
    return table


def _entered(entries: list[Told], item: str, name: str) -> float | None:
    found = [told for told in entries if told["item"] in (item, name) and told["value"]]
    last = max(found, key=lambda told: (told.day("happened_on") or date.min, told.key), default=None)
    return float(last["value"]) if last is not None else None


def _row(
    known: Known,
    area: str,
    item: str,
    value: float | None,
    marks: float | None,
    is_vetoed: bool | None,
    reason: str | None,
) -> dict[str, object]:
    return {
        "assessment_year": known.valid_on.year,
        "group_code": area,
        "item": item,
        "value": value,
        "marks": marks,
        "is_vetoed": is_vetoed,
        "reason": reason,
    }


def totals(known: Known, rows: Table) -> Table:
    """agg_target_assessment: own score of the marks judged, half the unions' mean, ranks with ties."""
    weights = {item: weight for item, _, _, weight, *_ in ITEMS}
    scores: dict[str, list[float]] = defaultdict(list)
    of_union: dict[str, list[Told]] = defaultdict(list)
    for told in _entries(known, "基层工会"):
        of_union[canonical(told["subject_code"])].append(told)
    for union in grassroots(known):
        told_of = [
            told for told in of_union.get(union.number, []) if told["item"] == "得分" and told["value"]
        ]
        if told_of:
            last = max(told_of, key=lambda told: (told.day("happened_on") or date.min, told.key))
            scores[union.area].append(float(last["value"]))
    table: Table = []
    for area in AREAS:
        mine = [row for row in rows if row["group_code"] == area]
        if not mine:
            continue
        judged = [row for row in mine if row["marks"] is not None]
        weight = sum(weights[row["item"]] for row in judged)
        marks = sum((Fraction(str(row["marks"])) for row in judged), Fraction())
        own = _four(Fraction(100) * marks / weight) if weight else None
        n = len(scores[area])
        mean = _four(sum(map(Fraction, scores[area]), Fraction()) / n) if n else Fraction(0)
        share = _four(ENTERPRISE_SHARE * mean)
        table.append(
            {
                "assessment_year": known.valid_on.year,
                "group_code": area,
                "weight_judged": float(weight),
                "own_score": None if own is None else float(own),
                "n_enterprise_scores": n,
                "total_score": None if own is None else float(own + share),
                "is_vetoed": any(row["is_vetoed"] for row in mine),
                "reason": None if weight else "nothing_judged",
            }
        )
    ranked = [row for row in table if row["reason"] is None and not row["is_vetoed"]]
    for row in table:
        better = [one for one in ranked if one["total_score"] > (row["total_score"] or 0)]
        equal = [one for one in ranked if one["total_score"] == row["total_score"]]
        is_ranked = row in ranked
        row["rank"] = len(better) + 1 if is_ranked else None
        row["n_tied"] = len(equal) if is_ranked else None
    return table


def _four(number: Fraction) -> Fraction:
    """To four decimals, halves up."""
    return Fraction(math.floor(number * 10_000 + Fraction(1, 2)), 10_000)
