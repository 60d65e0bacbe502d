"""The figures of the marts, counted one enterprise after the other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from jianhui.simulate.assertions import Record, cell
from jianhui.simulate.dated import add_months
from jianhui.simulate.readings import industry_section, is_end_status, ownership, size_code
from jianhui.simulate.states import City, Enterprise, Run, Staff, State, scope_of

CITY_CODE = "210200"
DEADLINE_MONTHS = 6
CLOSE_WITHIN_DAYS = 90
OWN_FROM = 25
COHORT_MONTHS = 36
TARGET_PERCENT = 91

Table = list[dict[str, Any]]


@dataclass
class Judged:
    """One enterprise on ``valid_on`` with its history."""

    enterprise: Enterprise
    runs: Sequence[Run]
    state: State
    staff: Staff
    due_on: date
    in_scope: bool
    covered_since: date | None
    gap_since: date | None
    on_list: bool = False
    in_frozen: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_covered(self) -> bool:
        """Covered on ``valid_on``."""
        return self.state.cover is not None

    @property
    def is_gap(self) -> bool:
        """In the live base and not covered."""
        return self.state.in_base and not self.is_covered

    def is_due(self, valid_on: date) -> bool:
        """In the live base and past the deadline for founding."""
        return self.state.in_base and self.due_on <= valid_on

    def is_overdue(self, valid_on: date) -> bool:
        """A gap past the deadline for founding."""
        return self.is_gap and self.due_on <= valid_on

    @property
    def is_25(self) -> bool:
        """In the live base with 25 staff or more; unknown staff is not in."""
        return self.state.in_base and (self.staff.count or 0) >= OWN_FROM


def judge(city: City, enterprise: Enterprise) -> Judged | None:
    """An enterprise's standing on ``valid_on``; None where the registry no longer holds it."""
    runs = city.runs(enterprise)
    state = runs[-1].state
    version = enterprise.record.version_on(city.valid_on)
    if not state.exists or version is None:
        return None
    staff = city.staff_on(enterprise, city.valid_on)
    start = enterprise.life.start
    row = version.row
    return Judged(
        enterprise=enterprise,
        runs=runs,
        state=state,
        staff=staff,
        due_on=add_months(start, DEADLINE_MONTHS),
        in_scope=not scope_of(row)[0],
        covered_since=_since(runs, lambda one: one.cover is not None),
        gap_since=_since(runs, lambda one: one.in_base and one.cover is None),
        groups={
            "city": CITY_CODE,
            "district": state.place.district,
            "managing_area": state.place.managing_area,
            "street": state.place.street,
            "industry": industry_section(cell("commerce", row, "industry_code")),
            "ownership": ownership(
                cell("commerce", row, "registration_type"), cell("commerce", row, "enterprise_type")
            ),
            "size": size_code(staff.count),
        },
    )


def _since(runs: Sequence[Run], holds: Any) -> date | None:
    """First day of the unbroken run of days, up to the last, on which ``holds``."""
    since = None
    for run in reversed(runs):
        if not holds(run.state):
            break
        since = run.since
    return since


# --- the base list -------------------------------------------------------------------------------------------------


def mark_base_list(city: City, judged: Iterable[Judged], listed: Sequence[tuple[Record, str | None]]) -> int:
    """Mark who is on the frozen list and who still counts there; returns the number of rows that match nobody."""
    on_list = {enterprise for _, enterprise in listed if enterprise is not None}
    for one in judged:
        one.on_list = one.enterprise.number in on_list
        is_over = is_end_status(one.enterprise.life.status_on(city.valid_on)) or (
            one.enterprise.life.end <= city.valid_on
        )
        one.in_frozen = one.on_list and not is_over and one.state.finding != "事实不存在"
    return sum(enterprise is None for _, enterprise in listed)


def list_of_the_year(records: Iterable[Record], valid_on: date) -> list[Record]:
    """The rows of the base list of the plan year of ``valid_on``: the last frozen by then, of those the last recorded."""
    lists: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        lists[cell("base_list", record.versions[0].row, "list_name")].append(record)
    found = []
    for name, rows in lists.items():
        frozen = max(date.fromisoformat(cell("base_list", row.versions[0].row, "frozen_on")) for row in rows)
        digits = [name[i : i + 4] for i in range(len(name) - 3) if name[i : i + 4].isdigit()]
        year = str(valid_on.year)
        if frozen <= valid_on and (year in digits or (not digits and str(frozen.year) == year)):
            found.append((frozen, max(row.first_seq for row in rows), name))
    return lists[max(found)[2]] if found else []


# --- agg_coverage --------------------------------------------------------------------------------------------------


def coverage(city: City, judged: Sequence[Judged], n_unmatched_listed: int, has_list: bool) -> Table:
    """agg_coverage: one row a grouping, group and kind of base that has a member or a live unit of unknown staff."""
    members = {
        "live": [one for one in judged if one.state.in_base],
        "live_25": [one for one in judged if one.is_25],
        "due": [one for one in judged if one.is_due(city.valid_on)],
        "frozen": [one for one in judged if one.in_frozen] if has_list else [],
    }
    table: Table = []
    for base, ones in members.items():
        if base == "frozen" and not has_list:
            continue
        rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        rows[("city", CITY_CODE)] = Counter()
        for one in ones:
            for group in one.groups.items():
                counts = rows[group]
                counts["n_base"] += 1
                counts["n_covered"] += one.is_covered
                counts[f"n_{one.state.cover.kind}" if one.state.cover else "none"] += 1
                counts["n_absent"] += one.enterprise.record.is_absent
                if base != "live_25":
                    counts["n_staff_unknown"] += one.staff.count is None
        if base == "live_25":
            for one in members["live"]:
                for group in one.groups.items() if one.staff.count is None else ():
                    rows[group]["n_staff_unknown"] += 1
        if base == "frozen" and n_unmatched_listed:
            for group in [("city", CITY_CODE)] + [(name, "unknown") for name in _GROUPINGS[1:]]:
                rows[group]["n_base"] += n_unmatched_listed
                rows[group]["n_staff_unknown"] += n_unmatched_listed
        table += [_coverage_row(city, base, group, counts) for group, counts in rows.items()]
    table.sort(key=lambda row: (_GROUPINGS.index(row["grouping"]), row["group_code"], row["base_kind"]))
    return table


_GROUPINGS = ("city", "district", "managing_area", "street", "industry", "ownership", "size")


def _coverage_row(city: City, base: str, group: tuple[str, str], counts: Counter[str]) -> dict[str, Any]:
    n_base = counts["n_base"]
    row: dict[str, Any] = {"valid_on": city.valid_on, "grouping": group[0], "group_code": group[1], "base_kind": base}
    row["n_base"] = n_base
    for name in ("n_covered", "n_own", "n_joint", "n_federation"):
        row[name] = counts[name] if city.unions_known else None
    row["n_staff_unknown"], row["n_absent"] = counts["n_staff_unknown"], counts["n_absent"]
    row["coverage_rate"] = counts["n_covered"] / n_base if n_base and city.unions_known else None
    judged = base == "frozen" and n_base > 0 and city.unions_known
    row["target_rate"] = TARGET_PERCENT / 100 if base == "frozen" else None
    row["meets_target"] = 100 * counts["n_covered"] >= TARGET_PERCENT * n_base if judged else None
    return row


# --- agg_coverage_daily, fct_coverage_changes ----------------------------------------------------------------------

_FLOWS = ("n_entered", "n_left", "n_newly_covered", "n_lost_cover", "n_entered_covered", "n_left_covered")


def daily(city: City, judged: Sequence[Judged], first: date) -> Table:
    """agg_coverage_daily: city and districts, every day from ``first``; flows compare with the day before, also on ``first``."""
    days = [first + timedelta(days=i) for i in range((city.valid_on - first).days + 1)]
    counts: dict[tuple[str, str, date], Counter[str]] = defaultdict(Counter)
    codes = {one.state.place.district for one in judged}
    for one in judged:
        # The day before the first belongs to the story: a flow on the first day is a change against it.
        standings = [_standing(run, day) for run, day in _day_by_day(one.runs, days[0] - timedelta(days=1), days[-1])]
        codes |= {district for district, _ in standings if district is not None}
        for day, before, now in zip(days, standings[:-1], standings[1:], strict=True):
            if before == now == (None, False):
                continue
            _count_day(counts, day, "city", CITY_CODE, _in_city(before), _in_city(now))
            for district in sorted({part for part in (before[0], now[0]) if part is not None}):
                _count_day(counts, day, "district", district, _in_district(before, district), _in_district(now, district))
    table: Table = []
    for day in days:
        for grouping, code in [("city", CITY_CODE)] + [("district", code) for code in sorted(codes)]:
            found = counts[(grouping, code, day)]
            row: dict[str, Any] = {"valid_on": day, "grouping": grouping, "group_code": code}
            row |= {name: found[name] for name in ("n_base", "n_covered", *_FLOWS)}
            row["coverage_rate"] = found["n_covered"] / found["n_base"] if found["n_base"] else None
            if not city.unions_known:
                row |= {name: None for name in ("n_covered", *_FLOWS[2:], "coverage_rate")}
            table.append(row)
    return table


def _day_by_day(runs: Sequence[Run], first: date, last: date) -> Iterator[tuple[Run, date]]:
    day = first
    for run in runs:
        while run.since <= day < run.until and day <= last:
            yield run, day
            day += timedelta(days=1)


Standing = tuple[str | None, bool]
"""(district in whose base the unit is, covered); (None, False) outside the base."""


def _standing(run: Run, day: date) -> Standing:
    return (run.state.place.district, run.state.cover is not None) if run.state.in_base else (None, False)


def _in_city(standing: Standing) -> tuple[bool, bool]:
    return standing[0] is not None, standing[1]


def _in_district(standing: Standing, district: str) -> tuple[bool, bool]:
    return (True, standing[1]) if standing[0] == district else (False, False)


def _count_day(
    counts: dict[tuple[str, str, date], Counter[str]],
    day: date,
    grouping: str,
    code: str,
    before: tuple[bool, bool],
    now: tuple[bool, bool],
) -> None:
    found = counts[(grouping, code, day)]
    if now[0]:
        found["n_base"] += 1
        found["n_covered"] += now[1]
    if before == now:
        return
    if now[0] and not before[0]:
        found["n_entered"] += 1
        found["n_entered_covered"] += now[1]
    elif before[0] and not now[0]:
        found["n_left"] += 1
        found["n_left_covered"] += before[1]
    elif now[1]:
        found["n_newly_covered"] += 1
    else:
        found["n_lost_cover"] += 1


def changes(city: City, judged: Sequence[Judged], first: date) -> Table:
    """fct_coverage_changes: per enterprise in scope and day from ``first``, what moved against the day before."""
    table: Table = []
    for one in judged:
        states = {run.since: run.state for run in one.runs}
        staff = dict(city.staff_runs(one.enterprise, first - timedelta(days=1))) if one.in_scope else {}
        known = {**{day: None for day in states}, **{day: None for day in staff}}
        for day in sorted(day for day in known if first <= day <= city.valid_on):
            before, now = _at(states, day - timedelta(days=1)), _at(states, day)
            if before is None or now is None or not (before.in_base or now.in_base):
                continue
            was_25, is_25 = (((_at(staff, on) or Staff()).count or 0) >= OWN_FROM for on in (day - timedelta(days=1), day))
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


def _at(dated: Mapping[date, Any], day: date) -> Any:
    since = max((since for since in dated if since <= day), default=None)
    return None if since is None else dated[since]


# --- gap, dynamic coverage, cohorts, other units -------------------------------------------------------------------


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
            row |= dict.fromkeys((name for name in row if name not in ("grouping", "group_code", "n_due")), None)
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
    """Kaplan-Meier median of the days from founding to cover: delayed entry at first sight, censored on leaving the base."""
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
    names = ("n", "n_covered_in_time", "n_covered", "n_censored")
    return [{"month": month} | {name: found[name] for name in names} for month, found in sorted(table.items())]


def other_units(city: City, judged: Sequence[Judged]) -> Table:
    """agg_other_units: live units outside the enterprise rate by kind; ``n_registered`` counts them dead or alive."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        if one.in_scope:
            continue
        found = table[one.state.reason]
        found["n_registered"] += 1
        if one.state.is_live:
            found["n"] += 1
            found["n_covered"] += one.is_covered
    return [
        {"kind": kind, "n": found["n"], "n_covered": found["n_covered"], "n_registered": found["n_registered"]}
        for kind, found in sorted(table.items())
    ]
