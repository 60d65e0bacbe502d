"""When a thing exists and what its status is, and an enterprise with everything that attaches to it."""

from dataclasses import dataclass, field
from datetime import date

from jianhui.simulate.assertions import Record, Version
from jianhui.simulate.attaching import Link
from jianhui.simulate.columns import cell
from jianhui.simulate.readings import is_end_status, life_date

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
        if len(self.links) == 1:
            return self.links[0].since <= day < self.links[0].until
        return any(link.since <= day < link.until for link in self.links)


@dataclass(frozen=True)
class Life:
    """Exists from ``start`` to the day before ``end``; ``statuses`` are (day of effect, status), last
    asserted last.
    """

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
    """A record's life as read from the version in force on ``valid_on``; an end without a date is that of
    the status.
    """
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


@dataclass
class Enterprise:
    """An enterprise with everything that attaches to it at some time.

    ``rolls``: head-counts by feed as (since, until, (as of, count)), read off its records when first asked.
    """

    number: str
    record: Record
    life: Life
    unions: list[Attached] = field(default_factory=list)
    lines: list[Attached] = field(default_factory=list)
    findings: list[Attached] = field(default_factory=list)
    tax: list[Attached] = field(default_factory=list)
    hr: list[Attached] = field(default_factory=list)
    base: list[Attached] = field(default_factory=list)
    rolls: dict[str, list[tuple[date, date, tuple[date, int]]]] = field(default_factory=dict)


def days_of_record(record: Record) -> set[date]:
    """Days on which another version begins or the record ends."""
    return {day for version in record.versions for day in (version.valid_from, version.valid_to)}


def days_of_life(life: Life) -> set[date]:
    """Start, end and the days on which a status takes effect."""
    return {life.start, life.end, *(effect for effect, _ in life.statuses)}


def days_of_links(attached: Attached) -> set[date]:
    """Days on which the record comes to the enterprise or leaves it."""
    return {day for link in attached.links for day in (link.since, link.until)}
