"""The state of every enterprise on every day: in the base or not, covered by whom, where, with how many staff.

``state_on`` answers for one day in plain words of the method. ``runs`` asks it on every day on which anything it looks at
can change and carries the answer forward; a test compares that with asking on each single day.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jianhui.simulate.assertions import Record, Row, Version, cell
from jianhui.simulate.attaching import FEDERATIONS, Link
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.readings import (
    PULANDIAN_BECAME_A_DISTRICT,
    Where,
    canonical,
    head_count,
    is_active_status,
    is_end_status,
    life_date,
    read_date,
    read_month,
    scope,
    where,
    whole_months,
)

FINDING_VALID_MONTHS = 12
STAFF_MONTHS = {"tax": 15, "hr": 6, "commerce": 24, "union": 24}
EXCLUDING_FINDINGS = ("事实不存在", "异地经营")
PRECEDENCE = {"own": 0, "joint": 1, "federation": 2}

_COLUMNS_OF_LIFE = {
    "commerce": ("established_on", "ended_on"),
    "union_organisations": ("founded_on", "dissolved_on"),
    "union_coverage": ("started_on", "ended_on"),
}


@dataclass(frozen=True)
class Attached:
    """A record and the days on which it belongs to the enterprise at hand."""

    record: Record
    links: tuple[Link, ...]

    def on(self, day: date) -> bool:
        """It belongs to the enterprise on ``day``."""
        return any(link.since <= day < link.until for link in self.links)


@dataclass(frozen=True)
class Life:
    """Exists from ``start`` to the day before ``end``; ``statuses`` are (day of effect, status), last asserted last."""

    start: date
    end: date
    statuses: tuple[tuple[date, str], ...]
    start_is_stated: bool

    def alive_on(self, day: date) -> bool:
        """Started and not ended."""
        return self.start <= day < self.end

    def status_on(self, day: date) -> str:
        """The status of the last asserted version whose effect has begun; ``""`` where none has."""
        return next((status for effect, status in reversed(self.statuses) if effect <= day), "")


def life_of(record: Record, valid_on: date) -> Life:
    """A record's life as read from the version in force on ``valid_on``; an end without a date is that of the status."""
    feed = record.feed
    starts, ends = _COLUMNS_OF_LIFE[feed]
    version = record.last_version_by(valid_on)
    row = version.row if version is not None else record.versions[0].row
    stated = life_date(cell(feed, row, starts))
    end = life_date(cell(feed, row, ends)) or date.max
    statuses: list[tuple[date, str]] = []
    if feed != "union_coverage":
        for one in record.versions:
            status = cell(feed, one.row, "status")
            ended = life_date(cell(feed, one.row, ends))
            statuses.append((ended if is_end_status(status) and ended else one.valid_from, status))
        if end == date.max and is_end_status(cell(feed, row, "status")):
            end = _start_of_run(record, version or record.versions[0])
    return Life(stated or record.first_seen_on, end, tuple(statuses), stated is not None)


def _start_of_run(record: Record, version: Version) -> date:
    """First day of the unbroken run of end statuses that ``version`` belongs to."""
    since = version.valid_from
    for one in reversed(record.versions):
        if one.valid_to == since and is_end_status(cell(record.feed, one.row, "status")):
            since = one.valid_from
    return since


@dataclass(frozen=True)
class Cover:
    """The union that covers: its kind of cover, founding day and number."""

    kind: str
    founded_on: date
    union: str

    def rank(self) -> tuple[int, date, str]:
        """own before joint before federation, then the earliest founded, then the number."""
        return PRECEDENCE[self.kind], self.founded_on, self.union


@dataclass(frozen=True)
class State:
    """What is so on a day. ``reason`` tells why a unit is outside the enterprise rate, ``""`` inside."""

    exists: bool
    reason: str
    is_live: bool
    cover: Cover | None
    place: Where
    finding: str

    @property
    def in_base(self) -> bool:
        """In the live base."""
        return self.is_live and not self.reason


@dataclass(frozen=True)
class Run:
    """One state from ``since`` to the day before ``until``."""

    since: date
    until: date
    state: State


@dataclass(frozen=True)
class Staff:
    """A head-count with its source and the day it describes."""

    count: int | None = None
    source: str = ""
    as_of: date | None = None


@dataclass
class Enterprise:
    """An enterprise with everything that attaches to it at some time."""

    number: str
    record: Record
    life: Life
    unions: list[Attached] = field(default_factory=list)
    lines: list[Attached] = field(default_factory=list)
    findings: list[Attached] = field(default_factory=list)
    tax: list[Attached] = field(default_factory=list)
    hr: list[Attached] = field(default_factory=list)
    base: list[Attached] = field(default_factory=list)


class City:
    """All enterprises, unions and their lives as known at one time, seen from ``valid_on``."""

    def __init__(
        self,
        valid_on: date,
        enterprises: Mapping[str, Enterprise],
        unions: Mapping[str, Record],
        lives: Mapping[str, Life],
        *,
        unions_known: bool,
    ) -> None:
        self.valid_on = valid_on
        self.enterprises = enterprises
        self.unions = unions
        self.unions_known = unions_known
        self._lives = lives

    def union_life(self, number: str) -> Life:
        """The life of a union by its number."""
        return self._lives[number]

    # --- one day -----------------------------------------------------------------------------------------------

    def state_on(self, enterprise: Enterprise, day: date) -> State:
        """The state of ``enterprise`` on ``day``."""
        version = enterprise.record.version_on(day)
        if version is None:
            return State(False, "", False, None, Where("unknown", "unknown", "unknown", "none"), "")
        row = version.row
        reason, _ = scope_of(row)
        finding = self.finding_on(enterprise, day)
        is_live = (
            enterprise.life.alive_on(day)
            and is_active_status(enterprise.life.status_on(day))
            and finding not in EXCLUDING_FINDINGS
        )
        return State(True, reason, is_live, self.cover_on(enterprise, day), place_of(row, day), finding)

    def finding_on(self, enterprise: Enterprise, day: date) -> str:
        """The finding in force: the last one by date, of one date the later recorded, for twelve months."""
        last = self.last_finding_by(enterprise, day)
        if last is None or day >= add_months(last[0], FINDING_VALID_MONTHS):
            return ""
        return last[1]

    def last_finding_by(self, enterprise: Enterprise, day: date) -> tuple[date, str] | None:
        """The last finding up to ``day``, however old: its date and text."""
        found = []
        for attached in enterprise.findings:
            row = attached.record.versions[0].row
            inspected = read_date(cell("verifications", row, "inspected_on"))
            if inspected is not None and inspected <= day and attached.on(day):
                found.append((inspected, attached.record.first_seq, cell("verifications", row, "finding")))
        return max(found)[::2] if found else None

    def cover_on(self, enterprise: Enterprise, day: date) -> Cover | None:
        """The union that covers on ``day``, the first by precedence."""
        covers = [cover for cover, _ in self._own_unions_on(enterprise, day)]
        for attached in enterprise.unions:
            covers += self._cover(attached.record.key, day, ("联合",)) if attached.on(day) else []
        for attached in enterprise.lines:
            version = attached.record.version_on(day)
            if version is None or not attached.on(day) or not life_of(attached.record, self.valid_on).alive_on(day):
                continue
            covers += self._cover(canonical(cell("union_coverage", version.row, "union_no")), day, ("联合", *FEDERATIONS))
        return min(covers, key=Cover.rank, default=None)

    def _own_unions_on(self, enterprise: Enterprise, day: date) -> list[tuple[Cover, Record]]:
        return [
            (cover, attached.record)
            for attached in enterprise.unions
            if attached.on(day)
            for cover in self._cover(attached.record.key, day, ("单独",))
        ]

    def _cover(self, number: str, day: date, kinds: Sequence[str]) -> list[Cover]:
        """The cover a union of one of ``kinds`` gives on ``day``: none unless 正常 and alive."""
        union = self.unions.get(number)
        version = union.version_on(day) if union is not None else None
        if version is None:
            return []
        kind, life = cell("union_organisations", version.row, "kind"), self._lives[number]
        if kind not in kinds or not life.alive_on(day) or life.status_on(day) not in ("正常", ""):
            return []
        how = {"单独": "own", "联合": "joint"}.get(kind, "federation")
        return [Cover(how, life.start, number)]

    def staff_on(self, enterprise: Enterprise, day: date) -> Staff:
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
        for _, union in sorted(self._own_unions_on(enterprise, day), key=lambda pair: pair[0].rank()):
            version = union.version_on(day)
            if version is not None:
                found = _staff_of_version(version, "union_organisations", "staff_count", "union", day)
                if found is not None:
                    return found
        return Staff()

    # --- many days ---------------------------------------------------------------------------------------------

    def runs(self, enterprise: Enterprise) -> list[Run]:
        """The states of ``enterprise`` from the beginning of time to ``valid_on``, inclusive, equal ones joined."""
        days = sorted(day for day in self._days_of_change(enterprise) if day <= self.valid_on)
        after = self.valid_on + timedelta(days=1)
        runs: list[Run] = []
        for since, until in zip(days, [*days[1:], after], strict=True):
            state = self.state_on(enterprise, since)
            if runs and runs[-1].state == state:
                runs[-1] = Run(runs[-1].since, until, state)
            else:
                runs.append(Run(since, until, state))
        return runs

    def _days_of_change(self, enterprise: Enterprise) -> set[date]:
        days = {date.min, PULANDIAN_BECAME_A_DISTRICT}
        days |= _days_of_record(enterprise.record) | _days_of_life(enterprise.life)
        for attached in enterprise.findings:
            inspected = read_date(cell("verifications", attached.record.versions[0].row, "inspected_on"))
            days |= _days_of_links(attached)
            if inspected is not None:
                days |= {inspected, add_months(inspected, FINDING_VALID_MONTHS)}
        for attached in enterprise.unions:
            days |= _days_of_links(attached) | self._days_of_union(attached.record.key)
        for attached in enterprise.lines:
            days |= _days_of_links(attached) | _days_of_record(attached.record)
            days |= _days_of_life(life_of(attached.record, self.valid_on))
            for version in attached.record.versions:
                days |= self._days_of_union(canonical(cell("union_coverage", version.row, "union_no")))
        return days

    def _days_of_union(self, number: str) -> set[date]:
        if number not in self.unions:
            return set()
        return _days_of_record(self.unions[number]) | _days_of_life(self._lives[number])

    def staff_runs(self, enterprise: Enterprise, first: date) -> list[tuple[date, Staff]]:
        """(since, staff) from ``first`` to ``valid_on``: asked on each day on which a source begins, ends or grows too old."""
        days = {first}
        for attached in [*enterprise.tax, *enterprise.hr]:
            days |= _days_of_links(attached) | _days_of_record(attached.record)
            for version in attached.record.versions:
                days |= _days_of_roll(attached.record.feed, version.row)
        for record, source in [(enterprise.record, "commerce")] + [(one.record, "union") for one in enterprise.unions]:
            days |= _days_of_record(record)
            for version in record.versions:
                for asserted in version.asserted_on:
                    days |= {asserted, add_months(asserted, STAFF_MONTHS[source] + 1)}
        for attached in enterprise.unions:
            days |= _days_of_links(attached) | self._days_of_union(attached.record.key)
        inside = sorted(day for day in days if first <= day <= self.valid_on)
        runs: list[tuple[date, Staff]] = []
        for day in inside:
            staff = self.staff_on(enterprise, day)
            if not runs or runs[-1][1] != staff:
                runs.append((day, staff))
        return runs


def scope_of(row: Row) -> tuple[str, str]:
    """(exclusion reason or ``""``, basis) of a commerce row."""
    return scope(
        cell("commerce", row, "uscc"),
        cell("commerce", row, "registration_type"),
        cell("commerce", row, "enterprise_type"),
        cell("commerce", row, "reg_no"),
        cell("commerce", row, "name"),
    )


def place_of(row: Row, day: date) -> Where:
    """Where a commerce row is counted on ``day``: by 住所, else 经营场所."""
    address = cell("commerce", row, "address") or cell("commerce", row, "business_address")
    street, registrar = cell("commerce", row, "street_code"), cell("commerce", row, "registrar_code")
    return where(street, address, cell("commerce", row, "uscc"), registrar, day)


def _staff_of_tax(enterprise: Enterprise, day: date) -> Staff | None:
    """The newest period with a usable count that has ended by ``day``; in it the largest count."""
    found = []
    for attached in enterprise.tax:
        version = attached.record.version_on(day)
        if version is None or not attached.on(day):
            continue
        period = read_month(cell("tax", version.row, "period"))
        count = head_count(cell("tax", version.row, "staff_count"))
        if period is not None and count is not None and month_end(period) <= day:
            found.append((month_end(period), count))
    if not found:
        return None
    as_of, count = max(found)
    return Staff(count, "tax", as_of) if whole_months(as_of, day) <= STAFF_MONTHS["tax"] else None


def _staff_of_hr(enterprise: Enterprise, day: date) -> Staff | None:
    """The newest month among insured units; the sum over its units of each one's largest scheme."""
    by_month: dict[date, int] = defaultdict(int)
    for attached in enterprise.hr:
        version = attached.record.version_on(day)
        if version is None or not attached.on(day) or cell("hr", version.row, "status") != "参保":
            continue
        month = read_month(cell("hr", version.row, "month"))
        schemes = ("pension_count", "injury_count", "unemployment_count")
        counts = [head_count(cell("hr", version.row, scheme)) for scheme in schemes]
        largest = max((count for count in counts if count is not None), default=None)
        if month is not None and largest is not None and month <= day:
            by_month[month] += largest
    if not by_month:
        return None
    month = max(by_month)
    return Staff(by_month[month], "hr", month) if whole_months(month, day) <= STAFF_MONTHS["hr"] else None


def _staff_of_version(version: Version, feed: str, column: str, source: str, day: date) -> Staff | None:
    """A count as of the newest reference date up to ``day`` that asserted it."""
    count = head_count(cell(feed, version.row, column))
    asserted = max((on for on in version.asserted_on if on <= day), default=None)
    if count is None or asserted is None or whole_months(asserted, day) > STAFF_MONTHS[source]:
        return None
    return Staff(count, source, asserted)


def _days_of_record(record: Record) -> set[date]:
    return {day for version in record.versions for day in (version.valid_from, version.valid_to)}


def _days_of_life(life: Life) -> set[date]:
    return {life.start, life.end, *(effect for effect, _ in life.statuses)}


def _days_of_links(attached: Attached) -> set[date]:
    return {day for link in attached.links for day in (link.since, link.until)}


def _days_of_roll(feed: str, row: Row) -> set[date]:
    month = read_month(cell(feed, row, "period" if feed == "tax" else "month"))
    if month is None:
        return set()
    as_of = month_end(month) if feed == "tax" else month
    return {as_of, add_months(as_of, STAFF_MONTHS[feed] + 1)}
