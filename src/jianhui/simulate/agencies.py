"""The calendar of deliveries: which agency sends what on which day, in which format. Clean content only.

One folder a day of arrival. Dirt is put between these rows and the writing of the file, so that a city can be
made twice, clean and dirty, from one world.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from jianhui.simulate.columns import Row, headers
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.field_work import base_list, findings
from jianhui.simulate.files import Format, write_table
from jianhui.simulate.registry import Entry
from jianhui.simulate.rolls import hr_rows, tax_rows
from jianhui.simulate.union_register import coverage_rows, union_row
from jianhui.simulate.unions import Union
from jianhui.simulate.world import Unit

FORMATS = {
    "commerce": Format("csv", "utf-8-sig"),
    "tax": Format("csv", "gb18030", "\t"),
    "hr": Format("xlsx", title="大连市参保单位月报"),
    "union_organisations": Format("csv", "gb18030"),
    "union_coverage": Format("csv", "utf-8"),
    "verifications": Format("xlsx", title="企业建会情况排查结果"),
    "base_list": Format("xlsx"),
}

CHANGE = "变更类型"
DELETED = "删除"
_ADDED, _CHANGED = "新增", "变更"


@dataclass(frozen=True)
class Parcel:
    """One delivery before it is written; a delta's rows begin with the kind of change. ``tail`` ends the
    file's name.
    """

    feed: str
    kind: str
    reference_on: date
    rows: Iterable[Sequence[str]]
    tail: str = ""

    def header(self) -> list[str]:
        """The header line."""
        return [CHANGE, *headers(self.feed)] if self.kind == "delta" else headers(self.feed)

    @cached_property
    def delivery(self) -> str:
        """``<feed>_<YYYYMMDD>[_delta][_<tail>]``: no other delivery of the city is called so."""
        mark = "_delta" if self.kind == "delta" else ""
        return f"{self.feed}_{self.reference_on:%Y%m%d}{mark}{self.tail}"

    def file_name(self) -> str:
        """The delivery's name and the ending of its format."""
        return f"{self.delivery}.{FORMATS[self.feed].ext}"


@dataclass(frozen=True)
class Sent:
    """One delivery as listed in ``city.json``; ``path`` is relative to the city's folder."""

    arrived_on: str
    feed: str
    kind: str
    reference_on: str
    path: str
    rows: int

    def as_json(self) -> dict[str, Any]:
        """For ``city.json``."""
        return asdict(self)


@dataclass
class City:
    """A world and what the registry knows of it."""

    seed: int
    start: date
    end: date
    units: Sequence[Unit]
    unions: Sequence[Union]
    registry: Mapping[int, Sequence[Entry]]


def send_all(city: City, out: Path) -> list[Sent]:
    """Write every delivery that arrives from the first to the last day, in order of arrival."""
    sent = []
    for day, parcel in parcels(city):
        path = Path("deliveries") / day.isoformat() / parcel.file_name()
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        count = write_table(out / path, FORMATS[parcel.feed], parcel.header(), parcel.rows)
        reference = parcel.reference_on.isoformat()
        sent.append(Sent(day.isoformat(), parcel.feed, parcel.kind, reference, path.as_posix(), count))
    return sent


def parcels(city: City) -> Iterator[tuple[date, Parcel]]:
    """Every delivery with the day on which it arrives, in that order. Its rows are to be read at once."""
    offices = _Offices(city)
    for ordinal in range((city.end - city.start).days + 1):
        day = city.start + timedelta(days=ordinal)
        for parcel in offices.parcels(day):
            yield day, parcel


class _Offices:
    """Asked day by day; they remember what the registry holds and what the last union delta was made
    against.
    """

    def __init__(self, city: City) -> None:
        self._city = city
        self._entered = _rows_by_day(city.registry, city.start)
        self._held: dict[int, Row] = {}
        self._unions_sent: dict[str, list[str]] = {}
        self._covered = _covered_spells(city.unions)

    def parcels(self, day: date) -> Iterator[Parcel]:
        """Everything that arrives on ``day``, feeds in the order of their names, as a folder is read."""
        city, ordinal = self._city, (day - self._city.start).days
        if ordinal == 5 or (ordinal > 5 and (day.month, day.day) == (1, 6)):
            frozen = date(day.year - 1, 12, 31)
            yield Parcel(
                "base_list", "full", day, base_list(city.seed, city.units, city.registry, day.year, frozen)
            )
        yield self._commerce(day, is_full=ordinal == 0 or day.weekday() == 0)
        if ordinal == 1 or (ordinal >= 15 and day.day == 8):
            month = add_months(day.replace(day=1), -1)
            yield Parcel(
                "hr", "full", month_end(month), hr_rows(city.seed, city.units, month, month_end(month))
            )
        if ordinal == 2 or (ordinal >= 15 and day.day == 18):
            yield self._tax(day, history=4 if ordinal == 2 else 2)
        if ordinal == 0 or (ordinal >= 15 and day.day == 3):
            reference = day.replace(day=1) - timedelta(days=1)
            yield Parcel(
                "union_coverage", "full", reference, coverage_rows(city.seed, city.unions, reference)
            )
            self._unions_sent |= self._union_rows(reference)
            yield Parcel("union_organisations", "full", reference, self._union_rows(reference).values())
        elif day.weekday() == 4:
            yield self._union_delta(day)
        if ordinal == 3:
            yield self._visits(day, day - timedelta(days=420), day - timedelta(days=1), 60)
        elif ordinal > 3 and ordinal % 14 == 9:
            yield self._visits(day, day - timedelta(days=13), day, 9)

    def _commerce(self, day: date, *, is_full: bool) -> Parcel:
        """Weekly the whole register, on other days what was entered on the day."""
        changes: list[Sequence[str]] = []
        for serial, row in self._entered.get(day, ()):
            before = self._held.get(serial)
            if row is not None:
                changes.append((_ADDED if before is None else _CHANGED, *row))
                self._held[serial] = row
            elif before is not None:
                changes.append((DELETED, *self._held.pop(serial)))
        if is_full:
            return Parcel("commerce", "full", day, [self._held[serial] for serial in sorted(self._held)])
        return Parcel("commerce", "delta", day, changes)

    def _tax(self, day: date, history: int) -> Parcel:
        """The ``history`` last periods as of the 15th."""
        reference = day.replace(day=15) if day.day > 15 else add_months(day, -1).replace(day=15)
        newest = add_months(reference.replace(day=1), -1)
        periods = [add_months(newest, -back) for back in reversed(range(history))]
        rows = tax_rows(self._city.seed, self._city.units, self._city.unions, reference, periods)
        return Parcel("tax", "full", reference, rows, f"_{newest:%Y%m}")

    def _union_delta(self, day: date) -> Parcel:
        """Union records that differ from what was last sent of them."""
        rows = []
        for number, row in self._union_rows(day).items():
            before = self._unions_sent.get(number)
            if row != before:
                rows.append([_ADDED if before is None else _CHANGED, *row])
                self._unions_sent[number] = row
        return Parcel("union_organisations", "delta", day, rows)

    def _union_rows(self, day: date) -> dict[str, list[str]]:
        rows = {}
        for union in self._city.unions:
            row = union_row(self._city.seed, union, day)
            if row is not None:
                rows[union.number] = row
        return rows

    def _visits(self, day: date, first: date, last: date, share: int) -> Parcel:
        city = self._city
        rows = findings(
            city.seed, city.units, city.registry, self._covered, visits=(first, last), share=share
        )
        return Parcel("verifications", "full", day, rows)


def _rows_by_day(
    held: Mapping[int, Sequence[Entry]], start: date
) -> dict[date, list[tuple[int, Row | None]]]:
    """Day of entry: units with their new row, None where the unit was struck off; what was held before
    counts on ``start``.
    """
    by_day: dict[date, list[tuple[int, Row | None]]] = {}
    for serial, entries in held.items():
        for entry in entries:
            by_day.setdefault(max(entry.entered_on, start), []).append((serial, entry.row))
    return by_day


def _covered_spells(unions: Sequence[Union]) -> dict[int, list[tuple[date, date | None]]]:
    """Serial of a unit: spells in which some union really covers it."""
    spells: dict[int, list[tuple[date, date | None]]] = {}
    for union in unions:
        if union.host is not None:
            spells.setdefault(union.host.serial, []).append((union.founded_on, union.dissolved_on))
        for line in union.lines:
            ends = [end for end in (line.until, union.dissolved_on) if end is not None]
            spells.setdefault(line.unit.serial, []).append((line.since, min(ends, default=None)))
    return spells
