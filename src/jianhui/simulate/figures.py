"""An enterprise's standing on a day, and the coverage figures that follow: counted one enterprise after the
other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jianhui.simulate.assertions import Record
from jianhui.simulate.columns import cell
from jianhui.simulate.dated import add_months
from jianhui.simulate.lives import Enterprise
from jianhui.simulate.readings import industry_section, is_end_status, ownership, size_code
from jianhui.simulate.staffing import Staff, staff_on
from jianhui.simulate.states import City, Run, State, scope_of

CITY_CODE = "210200"
DEADLINE_MONTHS = 6
OWN_FROM = 25
TARGET_PERCENT = 91
PLAN_YEAR = 2014
"""The only year whose plan sets a target."""

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
    staff = staff_on(city, enterprise, city.valid_on)
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


# --- the base list ---


def mark_base_list(city: City, judged: Iterable[Judged], listed: Sequence[tuple[Record, str | None]]) -> int:
    """Mark who is on the frozen list and who still counts there; returns the number of rows that match
    nobody.
    """
    on_list = {enterprise for _, enterprise in listed if enterprise is not None}
    for one in judged:
        one.on_list = one.enterprise.number in on_list
        is_over = is_end_status(one.enterprise.life.status_on(city.valid_on)) or (
            one.enterprise.life.end <= city.valid_on
        )
        one.in_frozen = one.on_list and not is_over and one.state.finding != "事实不存在"
    return sum(enterprise is None for _, enterprise in listed)


def list_of_the_year(records: Iterable[Record], valid_on: date) -> list[Record]:
    """The rows of the base list of the plan year of ``valid_on``: the last frozen by then, of those the
    last recorded.
    """
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


def frozen_on(records: Iterable[Record], valid_on: date) -> date:
    """The day on which the base list of the plan year of ``valid_on`` was fixed; without one the first."""
    days = [
        cell("base_list", row.versions[0].row, "frozen_on") for row in list_of_the_year(records, valid_on)
    ]
    return max(map(date.fromisoformat, days), default=date.min)


# --- agg_coverage ---


def coverage(city: City, judged: Sequence[Judged], n_unmatched_listed: int, has_list: bool) -> Table:
    """agg_coverage: one row a grouping, group and kind of base that has a member or a live unit of unknown
    staff.
    """
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
    row: dict[str, Any] = {
        "valid_on": city.valid_on,
        "grouping": group[0],
        "group_code": group[1],
        "base_kind": base,
    }
    row["n_base"] = n_base
    for name in ("n_covered", "n_own", "n_joint", "n_federation"):
        row[name] = counts[name] if city.unions_known else None
    row["n_staff_unknown"], row["n_absent"] = counts["n_staff_unknown"], counts["n_absent"]
    row["coverage_rate"] = counts["n_covered"] / n_base if n_base and city.unions_known else None
    has_target = base == "frozen" and city.valid_on.year == PLAN_YEAR
    judged = has_target and n_base > 0 and city.unions_known
    row["target_rate"] = TARGET_PERCENT / 100 if has_target else None
    row["meets_target"] = 100 * counts["n_covered"] >= TARGET_PERCENT * n_base if judged else None
    return row


def other_units(city: City, judged: Sequence[Judged]) -> Table:
    """agg_other_units: live units outside the enterprise rate by kind; ``n_registered`` counts them dead or
    alive.
    """
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
        {
            "kind": kind,
            "n": found["n"],
            "n_covered": found["n_covered"] if city.unions_known else None,
            "n_registered": found["n_registered"],
        }
        for kind, found in sorted(table.items())
    ]
