"""The state of every enterprise on every day: in the base or not, covered by whom, where.

``state_on`` answers for one day in plain words of the method. ``runs`` asks it on every day on which
anything it looks at can change and carries the answer forward; a test compares that with asking on each
single day.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from jianhui.simulate.assertions import Record
from jianhui.simulate.attaching import FEDERATIONS
from jianhui.simulate.columns import Row, cell
from jianhui.simulate.dated import add_months
from jianhui.simulate.lives import Enterprise, Life, days_of_life, days_of_links, days_of_record, life_of
from jianhui.simulate.readings import (
    PULANDIAN_BECAME_A_DISTRICT,
    Where,
    canonical,
    is_active_status,
    read_date,
    scope,
    where,
)

FINDING_VALID_MONTHS = 12
EXCLUDING_FINDINGS = ("事实不存在", "异地经营")
PRECEDENCE = {"own": 0, "joint": 1, "federation": 2}


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


class City:
    """All enterprises, unions and their lives as known at one time, seen from ``valid_on``. ``received``: the
    feeds of which anything had arrived.
    """

    def __init__(
        self,
        valid_on: date,
        enterprises: Mapping[str, Enterprise],
        unions: Mapping[str, Record],
        lives: Mapping[str, Life],
        received: Collection[str],
    ) -> None:
        self.valid_on = valid_on
        self.enterprises = enterprises
        self.unions = unions
        self.unions_known = "union_organisations" in received
        self.tax_known = "tax" in received
        self._lives = lives
        self._line_lives: dict[str, Life] = {}

    def union_life(self, number: str) -> Life:
        """The life of a union by its number."""
        return self._lives[number]

    def line_life(self, line: Record) -> Life:
        """The life of a line of a joint union or federation."""
        if line.key not in self._line_lives:
            self._line_lives[line.key] = life_of(line, self.valid_on)
        return self._line_lives[line.key]

    # --- one day ---

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
        covers = [cover for cover, _ in self.own_unions_on(enterprise, day)]
        for attached in enterprise.unions:
            covers += self._cover(attached.record.key, day, ("联合",)) if attached.on(day) else []
        for attached in enterprise.lines:
            version = attached.record.version_on(day)
            if version is None or not attached.on(day) or not self.line_life(attached.record).alive_on(day):
                continue
            covers += self._cover(
                canonical(cell("union_coverage", version.row, "union_no")), day, ("联合", *FEDERATIONS)
            )
        return min(covers, key=Cover.rank, default=None)

    def own_unions_on(self, enterprise: Enterprise, day: date) -> list[tuple[Cover, Record]]:
        """The enterprise's own unions that cover it on ``day``, with their records."""
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

    # --- many days ---

    def runs(self, enterprise: Enterprise) -> list[Run]:
        """The states of ``enterprise`` from the beginning of time to ``valid_on``, inclusive, equal ones
        joined.
        """
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
        days |= days_of_record(enterprise.record) | days_of_life(enterprise.life)
        for attached in enterprise.findings:
            inspected = read_date(cell("verifications", attached.record.versions[0].row, "inspected_on"))
            days |= days_of_links(attached)
            if inspected is not None:
                days |= {inspected, add_months(inspected, FINDING_VALID_MONTHS)}
        for attached in enterprise.unions:
            days |= days_of_links(attached) | self.days_of_union(attached.record.key)
        for attached in enterprise.lines:
            days |= days_of_links(attached) | days_of_record(attached.record)
            days |= days_of_life(self.line_life(attached.record))
            for version in attached.record.versions:
                days |= self.days_of_union(canonical(cell("union_coverage", version.row, "union_no")))
        return days

    def days_of_union(self, number: str) -> set[date]:
        """Days on which anything about a union changes; none for a number nobody has."""
        if number not in self.unions:
            return set()
        return days_of_record(self.unions[number]) | days_of_life(self._lives[number])


@cache
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
    addresses = cell("commerce", row, "address"), cell("commerce", row, "business_address")
    street, registrar = cell("commerce", row, "street_code"), cell("commerce", row, "registrar_code")
    return where(street, addresses, cell("commerce", row, "uscc"), registrar, day)
