"""The truth of targets and trajectories: counted month end by month end over each firm's runs."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.figures import CITY_CODE, Judged, Table
from jianhui.simulate.places import DISTRICTS
from jianhui.simulate.plan import indicator_figures
from jianhui.simulate.plan.forecast_figures import (
    Points,
    Target,
    damped,
    forecast_row,
    months_between,
    walk_of,
)
from jianhui.simulate.plan.indicator_figures import BY_POLICY, RATES, Key, Value
from jianhui.simulate.plan.membership_figures import is_grassroots
from jianhui.simulate.plan.section import Known
from jianhui.simulate.states import State

HISTORY_MONTHS = 36
NAMES = {"企业建会率（在册基数）": "coverage_rate_live", "企业建会率": "coverage_rate"}


def tables(known: Known, values: dict[Key, Value]) -> Mapping[str, Table]:
    """agg_indicator_values, agg_target_trajectory, agg_plan_targets, agg_target_forecast."""
    trajectories = _trajectories(known)
    targets = [*_targets(known)]
    return {
        "agg_indicator_values": indicator_figures.rows(values),
        "agg_target_trajectory": [
            {
                "indicator": key[0],
                "grouping": key[1],
                "group_code": key[2],
                "observed_on": day,
                "numerator": float(one.numerator or 0),
                "denominator": one.denominator,
                "value": one.value,
            }
            for key, points in trajectories.items()
            for day, one in points.items()
        ],
        "agg_plan_targets": [_target_row(known, one, values, trajectories) for one in targets],
        "agg_target_forecast": [
            forecast_row(one, values, trajectories, _recorded_from(known, one)) for one in targets
        ],
    }


# --- trajectories ---


def _points(day: date) -> list[date]:
    ends = [month_end(add_months(day, -back)) for back in range(HISTORY_MONTHS, -1, -1)]
    return sorted({min(one, day) for one in ends})


def _state_at(one: Judged, day: date) -> State | None:
    return next((run.state for run in one.runs if run.since <= day < run.until), None)


def _trajectories(known: Known) -> dict[Key, Points]:
    days = _points(known.valid_on)
    counts: dict[tuple[str, str], dict[date, list[int]]] = defaultdict(lambda: {day: [0, 0] for day in days})

    def add(indicator: str, district: str, day: date, n: int, of: int) -> None:
        for code in (CITY_CODE, district):
            count = counts[indicator, code][day]
            count[0] += n
            count[1] += of

    for one in known.enterprises.values():
        for day in days:
            state = _state_at(one, day)
            if state is not None and state.in_base:
                add("coverage_rate_live", state.place.district, day, state.cover is not None, 1)
            if one.in_frozen:
                is_covered = state is not None and state.cover is not None
                add("coverage_rate", one.groups["district"], day, is_covered, 1)
    listed = sum(one.in_frozen for one in known.enterprises.values())
    frozen = [
        row["n_base"]
        for row in known.base["agg_coverage"]
        if row["base_kind"] == "frozen" and row["grouping"] == "city"
    ]
    n_unmatched = frozen[0] - listed if frozen else 0
    for day in days:
        if n_unmatched:
            add("coverage_rate", "unknown", day, 0, n_unmatched)
        for number, union in known.unions_on(day).items():
            if is_grassroots(union):
                now = known.unions.get(number)
                district = now.district if now is not None else "unknown"
                add("n_grassroots_unions", district, day, 1, 0)
                add("n_members", district, day, union.members or 0, 0)
    return {
        (indicator, "city" if code == CITY_CODE else "district", code): {
            day: Value(n, of if indicator in RATES else None, indicator in RATES)
            for day, (n, of) in points.items()
        }
        for (indicator, code), points in counts.items()
    }


# --- targets ---


def _targets(known: Known) -> Iterator[Target]:
    """What was delivered; the year's targets of the plan itself only where none was for the city."""
    indicators = {*RATES, *BY_POLICY, "n_covered", "n_members", "n_grassroots_unions"}
    delivered = []
    for told in known.of("plan_targets"):
        indicator = NAMES.get(told["indicator"], told["indicator"])
        if indicator in indicators:
            code = told["area_code"]
            grouping = "city" if code == CITY_CODE else "district" if code in DISTRICTS else "managing_area"
            wanted = float(told["target_value"])
            delivered.append(
                Target(told["plan_name"], int(told["plan_year"]), indicator, grouping, code, wanted)
            )
    year = known.valid_on.year
    of_city = {one.indicator for one in delivered if one.year == year and one.grouping == "city"}
    for indicator, wanted in BY_POLICY.items() if year == 2014 else ():
        if indicator not in of_city:
            yield Target(f"{year}年工作要点", year, indicator, "city", CITY_CODE, wanted)
    yield from delivered


def _target_row(
    known: Known, one: Target, values: Mapping[Key, Value], trajectories: Mapping[Key, Points]
) -> dict[str, object]:
    day = known.valid_on
    is_over = one.due_on < day
    if is_over:
        found = trajectories.get(one.key, {}).get(one.due_on)
        reason = "no_history" if found is None or found.value is None else None
    else:
        found = values.get(one.key)
        reason = "not_measured" if found is None else found.reason
    left = max(0, months_between(day, one.due_on) + (day != month_end(day)))
    n = found.numerator if found is not None and (is_over or reason is None) else None
    of = found.denominator if found is not None and (is_over or reason is None) else None
    value = found.value if found is not None else None
    walk = walk_of(trajectories.get(one.key, {}), _recorded_from(known, one))
    verdict = needed = required = None
    if reason is None and value is not None and n is not None:
        # In whole units: so many of them make the target, found by counting up.
        goal = _goal(one.wanted, of)
        needed = max(0, goal - int(n))
        if needed == 0:
            verdict = "met"
        elif is_over:
            verdict = "missed"
        else:
            required = round((one.wanted - value) / left, 9) if left else None
            if walk is None:
                verdict = "pending"
            else:
                verdict = "on_track" if value + walk.pace * damped(left) >= one.wanted else "behind"
    return {
        "plan_name": one.plan,
        "plan_year": one.year,
        "indicator": one.indicator,
        "grouping": one.grouping,
        "group_code": one.code,
        "target_value": one.wanted,
        "numerator": n,
        "denominator": of,
        "value": value,
        "n_needed": needed,
        "months_left": None if is_over else left,
        "required_per_month": required,
        "reason": reason,
        "verdict": verdict,
    }


def _recorded_from(known: Known, one: Target) -> date:
    """Since when the indicator is counted from what was recorded: before its list was fixed the frozen rate
    is of firms that were to live until then.
    """
    is_frozen = one.indicator == "coverage_rate"
    return max(known.recorded_from, known.listed_on) if is_frozen else known.recorded_from


def _goal(wanted: float, of: float | None) -> int:
    """The least whole number that meets the target: of a rate, n with 1,000,000 n >= wanted of."""
    if of is None:
        return math.ceil(wanted)
    millionths = round(wanted * 1_000_000) * int(of)
    return -(-millionths // 1_000_000)
