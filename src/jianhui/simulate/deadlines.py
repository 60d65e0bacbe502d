"""How soon enterprises get a union: agg_dynamic_coverage and agg_founding_cohorts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from jianhui.simulate.dated import add_months
from jianhui.simulate.figures import CITY_CODE, Judged, Table
from jianhui.simulate.states import City

CLOSE_WITHIN_DAYS = 90
COHORT_MONTHS = 36


def dynamic(city: City, judged: Sequence[Judged]) -> Table:
    """agg_dynamic_coverage: city and districts."""
    table: Table = []
    codes = sorted({one.state.place.district for one in judged if one.state.in_base or _in_cohort(city, one)})
    for grouping, code in [("city", CITY_CODE)] + [("district", code) for code in codes]:
        ones = [one for one in judged if one.groups[grouping] == code]
        due = [one for one in ones if one.is_due(city.valid_on)]
        ages = [_age(one, city.valid_on) for one in due if not one.is_covered]
        n_covered = sum(one.is_covered for one in due)
        row: dict[str, Any] = {"grouping": grouping, "group_code": code, "n_due": len(due)}
        row["n_due_covered"] = n_covered
        row["rate_due"] = n_covered / len(due) if due else None
        row["n_overdue_0_30"] = sum(age <= 30 for age in ages)
        row["n_overdue_31_90"] = sum(30 < age <= CLOSE_WITHIN_DAYS for age in ages)
        row["n_overdue_over_90"] = sum(age > CLOSE_WITHIN_DAYS for age in ages)
        row["median_days_to_cover"] = _median_days(city, [one for one in ones if _in_cohort(city, one)])
        row["is_reached"] = not any(age > CLOSE_WITHIN_DAYS for age in ages)
        if not city.unions_known:
            row |= dict.fromkeys(
                (name for name in row if name not in ("grouping", "group_code", "n_due")), None
            )
        table.append(row)
    return table


def _age(one: Judged, valid_on: date) -> int:
    return (valid_on - max(one.gap_since or one.due_on, one.due_on)).days


def _in_cohort(city: City, one: Judged) -> bool:
    """In scope, with a stated founding date in the 36 months before ``valid_on``."""
    start = one.enterprise.life.start
    return (
        one.in_scope
        and one.enterprise.life.start_is_stated
        and add_months(city.valid_on, -COHORT_MONTHS) < start <= city.valid_on
    )


def _first_covered(one: Judged) -> date | None:
    start = one.enterprise.life.start
    days = [max(run.since, start) for run in one.runs if run.state.cover is not None and run.until > start]
    return min(days, default=None)


def _first_left(one: Judged) -> date | None:
    """The first day outside the live base after a day in it; the founding day where it never was in."""
    was_in = False
    for run in one.runs:
        if was_in and not run.state.in_base:
            return run.since
        was_in = was_in or run.state.in_base
    return None if was_in else one.enterprise.life.start


def _median_days(city: City, cohort: Sequence[Judged]) -> int | None:
    """Kaplan-Meier median of the days from founding to cover: delayed entry at first sight, censored on
    leaving the base.
    """
    spells: list[tuple[int, int, bool]] = []
    for one in cohort:
        start = one.enterprise.life.start
        entry = (one.enterprise.record.first_seen_on - start).days
        covered, left = _first_covered(one), _first_left(one)
        is_event = covered is not None and (left is None or covered <= left)
        leaves = covered if is_event and covered is not None else left or city.valid_on
        exit_day = (leaves - start).days
        # Seen on the founding day or before: at risk from day 0 on, day 0 included.
        entry = entry if entry > 0 else -1
        if exit_day > entry:
            spells.append((entry, exit_day, is_event))
    surviving = Fraction(1)
    for day in sorted({exit_day for _, exit_day, is_event in spells if is_event}):
        at_risk = sum(entry < day <= exit_day for entry, exit_day, _ in spells)
        events = sum(is_event and exit_day == day for _, exit_day, is_event in spells)
        surviving *= 1 - Fraction(events, at_risk)
        if surviving <= Fraction(1, 2):
            return day
    return None


def cohorts(city: City, judged: Sequence[Judged]) -> Table:
    """agg_founding_cohorts: by month of establishment, of the units that the median rests on."""
    table: dict[date, Counter[str]] = defaultdict(Counter)
    for one in judged:
        if not _in_cohort(city, one):
            continue
        found, covered = table[one.enterprise.life.start.replace(day=1)], _first_covered(one)
        found["n"] += 1
        found["n_covered"] += covered is not None
        found["n_covered_in_time"] += covered is not None and covered <= one.due_on
        found["n_censored"] += covered is None
    rest = ("n_covered_in_time", "n_covered", "n_censored")
    return [
        {"month": month, "n": found["n"]}
        | {name: found[name] if city.unions_known else None for name in rest}
        for month, found in sorted(table.items())
    ]
