"""Staff on a day: one count from the first source that has a usable one not too old."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

from jianhui.simulate.assertions import Version
from jianhui.simulate.columns import Row, cell
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.lives import Enterprise, days_of_links, days_of_record
from jianhui.simulate.readings import head_count, read_month, whole_months
from jianhui.simulate.states import City

STAFF_MONTHS = {"tax": 15, "hr": 6, "commerce": 24, "union": 24}
"""How many whole months old a count of each source may be."""


@dataclass(frozen=True)
class Staff:
    """A head-count with its source and the day it describes."""

    count: int | None = None
    source: str = ""
    as_of: date | None = None


def staff_on(city: City, enterprise: Enterprise, day: date) -> Staff:
    """Staff by the order of sources: tax, hr, commerce, the enterprise's own union."""
    for staff in (_staff_of_tax, _staff_of_hr):
        found = staff(enterprise, day)
        if found is not None:
            return found
    version = enterprise.record.version_on(day)
    if version is not None:
        found = _staff_of_version(version, "commerce", "employed_count", "commerce", day)
        if found is not None:
            return found
    for _, union in sorted(city.own_unions_on(enterprise, day), key=lambda pair: pair[0].rank()):
        version = union.version_on(day)
        if version is not None:
            found = _staff_of_version(version, "union_organisations", "staff_count", "union", day)
            if found is not None:
                return found
    return Staff()


def staff_counts(city: City, enterprise: Enterprise, first: date) -> list[tuple[date, int | None]]:
    """(since, head-count) from ``first`` to ``valid_on``: asked whenever a source begins, ends or grows too
    old.
    """
    days = {first}
    for attached in [*enterprise.tax, *enterprise.hr]:
        days |= days_of_links(attached) | days_of_record(attached.record)
        for version in attached.record.versions:
            days |= _days_of_roll(attached.record.feed, version.row)
    for record, source in [(enterprise.record, "commerce")] + [
        (one.record, "union") for one in enterprise.unions
    ]:
        days |= days_of_record(record)
        for version in record.versions:
            days |= _days_of_assertions(version, STAFF_MONTHS[source])
    for attached in enterprise.unions:
        days |= days_of_links(attached) | city.days_of_union(attached.record.key)
    counts: list[tuple[date, int | None]] = []
    for day in sorted(day for day in days if first <= day <= city.valid_on):
        count = staff_on(city, enterprise, day).count
        if not counts or counts[-1][1] != count:
            counts.append((day, count))
    return counts


def _staff_of_tax(enterprise: Enterprise, day: date) -> Staff | None:
    """The newest period with a usable count that has ended by ``day``; in it the largest count."""
    found = [(as_of, count) for as_of, count in _said_on(enterprise, "tax", day) if as_of <= day]
    if not found:
        return None
    as_of, count = max(found)
    return Staff(count, "tax", as_of) if whole_months(as_of, day) <= STAFF_MONTHS["tax"] else None


def _said_on(enterprise: Enterprise, feed: str, day: date) -> list[tuple[date, int]]:
    """What the records of a roll that belong to the enterprise on ``day`` say: (as of, head-count)."""
    if feed not in enterprise.rolls:
        attached, read = (enterprise.tax, _read_tax) if feed == "tax" else (enterprise.hr, _read_hr)
        enterprise.rolls[feed] = [
            (max(link.since, version.valid_from), min(link.until, version.valid_to), said)
            for one in attached
            for version in one.record.versions
            if (said := read(version.row)) is not None
            for link in one.links
        ]
    return [said for since, until, said in enterprise.rolls[feed] if since <= day < until]


@cache
def _read_tax(row: Row) -> tuple[date, int] | None:
    """(last day of the period, 职工人数) of a tax row, or None where one of them is unusable."""
    period, count = read_month(cell("tax", row, "period")), head_count(cell("tax", row, "staff_count"))
    return None if period is None or count is None else (month_end(period), count)


def _staff_of_hr(enterprise: Enterprise, day: date) -> Staff | None:
    """The newest month among insured units; the sum over its units of each one's largest scheme."""
    by_month: dict[date, int] = defaultdict(int)
    for month, count in _said_on(enterprise, "hr", day):
        if month <= day:
            by_month[month] += count
    if not by_month:
        return None
    month = max(by_month)
    return Staff(by_month[month], "hr", month) if whole_months(month, day) <= STAFF_MONTHS["hr"] else None


@cache
def _read_hr(row: Row) -> tuple[date, int] | None:
    """(first day of the month, largest scheme) of an insured unit's row, or None where there is none."""
    month = read_month(cell("hr", row, "month"))
    schemes = ("pension_count", "injury_count", "unemployment_count")
    counts = [head_count(cell("hr", row, scheme)) for scheme in schemes]
    largest = max((count for count in counts if count is not None), default=None)
    if cell("hr", row, "status") != "参保" or month is None or largest is None:
        return None
    return month, largest


def _staff_of_version(version: Version, feed: str, column: str, source: str, day: date) -> Staff | None:
    """A count as of the newest reference date up to ``day`` that asserted it."""
    count = head_count(cell(feed, version.row, column))
    asserted = max((on for on in version.asserted_on if on <= day), default=None)
    if count is None or asserted is None or whole_months(asserted, day) > STAFF_MONTHS[source]:
        return None
    return Staff(count, source, asserted)


def _days_of_assertions(version: Version, months: int) -> set[date]:
    """First asserted, grown too old, and asserted again after that."""
    days = {version.asserted_on[0], add_months(version.asserted_on[-1], months + 1)}
    for on, again in zip(version.asserted_on, version.asserted_on[1:], strict=False):
        if add_months(on, months + 1) <= again:
            days |= {add_months(on, months + 1), again}
    return days


def _days_of_roll(feed: str, row: Row) -> set[date]:
    month = read_month(cell(feed, row, "period" if feed == "tax" else "month"))
    if month is None:
        return set()
    as_of = month_end(month) if feed == "tax" else month
    return {as_of, add_months(as_of, STAFF_MONTHS[feed] + 1)}
