"""Coverage from day to day: agg_coverage_daily and fct_coverage_changes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from jianhui.simulate.figures import CITY_CODE, OWN_FROM, Judged, Table
from jianhui.simulate.staffing import staff_counts
from jianhui.simulate.states import City, Run, State

_FLOWS = ("n_entered", "n_left", "n_newly_covered", "n_lost_cover", "n_entered_covered", "n_left_covered")


def daily(city: City, judged: Sequence[Judged], first: date) -> Table:
    """agg_coverage_daily: city and districts, every day from ``first``; flows compare with the day before,
    also on ``first``.
    """
    # The day before the first belongs to the story: a flow on the first day is a change against it.
    eve = first - timedelta(days=1)
    days = [first + timedelta(days=i) for i in range((city.valid_on - first).days + 1)]
    held: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    gains: dict[tuple[str, str, date], Counter[str]] = defaultdict(Counter)
    codes = {one.state.place.district for one in judged}
    for one in judged:
        before: Standing = (None, False)
        for run in one.runs:
            now = _standing(run.state)
            if run.since <= eve < run.until and now[0] is not None:
                codes.add(now[0])
                for group in (("city", CITY_CODE), ("district", now[0])):
                    held[group]["n_base"] += 1
                    held[group]["n_covered"] += now[1]
            elif run.since > eve:
                _count_change(gains[("city", CITY_CODE, run.since)], _in_city(before), _in_city(now))
                for part in {part for part in (before[0], now[0]) if part is not None}:
                    codes.add(part)
                    change = _in_district(before, part), _in_district(now, part)
                    _count_change(gains[("district", part, run.since)], *change)
            before = now
    table: Table = []
    groups = [("city", CITY_CODE)] + [("district", code) for code in sorted(codes)]
    for day in days:
        for group in groups:
            found, stock = gains.get((*group, day), Counter()), held[group]
            stock["n_base"] += found["base"]
            stock["n_covered"] += found["covered"]
            row: dict[str, Any] = {"valid_on": day, "grouping": group[0], "group_code": group[1]}
            row |= {name: stock[name] for name in ("n_base", "n_covered")}
            row |= {name: found[name] for name in _FLOWS}
            row["coverage_rate"] = stock["n_covered"] / stock["n_base"] if stock["n_base"] else None
            if not city.unions_known:
                row |= dict.fromkeys(("n_covered", *_FLOWS[2:], "coverage_rate"))
            table.append(row)
    return table


Standing = tuple[str | None, bool]
"""(district in whose base the unit is, covered); (None, False) outside the base."""


def _standing(state: State) -> Standing:
    return (state.place.district, state.cover is not None) if state.in_base else (None, False)


def _in_city(standing: Standing) -> tuple[bool, bool]:
    return standing[0] is not None, standing[1]


def _in_district(standing: Standing, district: str) -> tuple[bool, bool]:
    return (True, standing[1]) if standing[0] == district else (False, False)


def _count_change(found: Counter[str], before: tuple[bool, bool], now: tuple[bool, bool]) -> None:
    """Add what a unit that goes from one (in base, covered) to another adds to a day's stock and flows."""
    found["base"] += now[0] - before[0]
    found["covered"] += (now[0] and now[1]) - (before[0] and before[1])
    if before == now:
        return
    if now[0] and not before[0]:
        found["n_entered"] += 1
        found["n_entered_covered"] += now[1]
    elif before[0] and not now[0]:
        found["n_left"] += 1
        found["n_left_covered"] += before[1]
    elif now[0] and now[1]:
        found["n_newly_covered"] += 1
    elif now[0]:
        found["n_lost_cover"] += 1


def changes(city: City, judged: Sequence[Judged], first: date) -> Table:
    """fct_coverage_changes: per enterprise in scope and day from ``first``, what moved against the day
    before.
    """
    table: Table = []
    for one in judged:
        if not _is_in_base_since(one.runs, first - timedelta(days=1)):
            continue
        states = {run.since: run.state for run in one.runs}
        staff = dict(staff_counts(city, one.enterprise, first - timedelta(days=1)))
        for day in sorted(day for day in states.keys() | staff.keys() if first <= day <= city.valid_on):
            before, now = _at(states, day - timedelta(days=1)), _at(states, day)
            if before is None or now is None or not (before.in_base or now.in_base):
                continue
            was_25, is_25 = ((_at(staff, on) or 0) >= OWN_FROM for on in (day - timedelta(days=1), day))
            row = {
                "enterprise_id": one.enterprise.number,
                "valid_on": day,
                "entered": now.in_base and not before.in_base,
                "left": before.in_base and not now.in_base,
                "gained_cover": now.cover is not None and before.cover is None,
                "lost_cover": before.cover is not None and now.cover is None,
                "moved_district": now.place.district != before.place.district,
                "crossed_25": was_25 != is_25,
            }
            if any(value is True for value in row.values()):
                table.append(row)
    table.sort(key=lambda row: (row["valid_on"], row["enterprise_id"]))
    return table


def _is_in_base_since(runs: Sequence[Run], first: date) -> bool:
    return any(run.state.in_base for run in runs if run.until > first)


def _at(dated: Mapping[date, Any], day: date) -> Any:
    since = max((since for since in dated if since <= day), default=None)
    return None if since is None else dated[since]
