"""The calendar of deliveries: which agency sends what on which day, in which format. Clean content only.

Dirt is put between these rows and the writing of the file, so that a city can be made twice, clean and dirty,
from one world.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from jianhui.simulate.columns import Row, headers
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.field_work import FieldWork
from jianhui.simulate.files import Format
from jianhui.simulate.places import DISTRICTS
from jianhui.simulate.registry import Entry
from jianhui.simulate.rolls import RENUMBERED, InsuranceRoll, TaxRoll
from jianhui.simulate.union_register import UnionRegister
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

_TOO_MANY_FOR_A_SHEET = 1_000_000


def formats_of(enterprises: int) -> Mapping[str, Format]:
    """The formats of a city of so many units: what no worksheet can hold is sent as text."""
    if enterprises <= _TOO_MANY_FOR_A_SHEET:
        return FORMATS
    return {feed: form if form.ext == "csv" else Format("csv") for feed, form in FORMATS.items()}


CHANGE = "变更类型"
DELETED = "删除"
_ADDED, _CHANGED = "新增", "变更"

_RENUMBERING_AFTER = timedelta(days=60)
"""When the insurance office moves to its new system and gives every unit a new number."""


class Held(NamedTuple):
    """A row as an agency holds it (a delta's begins with the kind of change), the block of the city that it
    belongs to, and the serial of the unit it is really about, if it is about one.
    """

    block: int
    unit: int | None
    cells: Sequence[str]


@dataclass(frozen=True)
class Parcel:
    """One delivery before it is written. ``tail`` ends the file's name."""

    feed: str
    kind: str
    reference_on: date
    rows: Iterable[Held] = ()
    tail: str = ""
    is_renumbered: bool = False

    def header(self) -> list[str]:
        """The header line."""
        return [CHANGE, *headers(self.feed)] if self.kind == "delta" else headers(self.feed)

    @cached_property
    def delivery(self) -> str:
        """``<feed>_<YYYYMMDD>[_delta][_<tail>]``: no other delivery of the city is called so."""
        mark = "_delta" if self.kind == "delta" else ""
        return f"{self.feed}_{self.reference_on:%Y%m%d}{mark}{self.tail}"


@dataclass
class Block:
    """A part of a city: its units, their unions and what the registry knows of them."""

    number: int
    units: Sequence[Unit]
    unions: Sequence[Union]
    registry: Mapping[int, Sequence[Entry]]


@dataclass
class City:
    """A world in blocks, or some blocks of it, and the formats its agencies use."""

    seed: int
    start: date
    end: date
    blocks: Sequence[Block]
    formats: Mapping[str, Format] = field(default_factory=lambda: FORMATS)

    @cached_property
    def units(self) -> Sequence[Unit]:
        """The units of all blocks."""
        return [unit for block in self.blocks for unit in block.units]

    @cached_property
    def unions(self) -> Sequence[Union]:
        """The unions of all blocks."""
        return [union for block in self.blocks for union in block.unions]

    @cached_property
    def registry(self) -> Mapping[int, Sequence[Entry]]:
        """Serial of a unit: its rows in the registry."""
        return {serial: entries for block in self.blocks for serial, entries in block.registry.items()}


def parcels(city: City) -> Iterator[tuple[date, Parcel]]:
    """Every delivery with the day on which it arrives, in that order. Its rows are to be read at once.

    A city without blocks has the same deliveries, empty.
    """
    offices = [_Offices(city, block) for block in city.blocks]
    for ordinal in range((city.end - city.start).days + 1):
        day = city.start + timedelta(days=ordinal)
        for shell, ask in _post_of(city, day, ordinal):
            yield day, replace(shell, rows=chain.from_iterable([ask(office) for office in offices]))


Ask = Callable[["_Offices"], Iterable[Held]]


def _post_of(city: City, day: date, ordinal: int) -> Iterator[tuple[Parcel, Ask]]:
    """Everything that arrives on ``day``, feeds in the order of their names, as a folder is read."""
    is_running = ordinal >= 15
    if ordinal == 5 or (ordinal > 5 and (day.month, day.day) == (1, 6)):
        frozen = date(day.year - 1, 12, 31)
        yield Parcel("base_list", "full", day), lambda office: office.base_list(day.year, frozen)
    is_full = ordinal == 0 or day.weekday() == 0
    yield (
        Parcel("commerce", "full" if is_full else "delta", day),
        lambda office: office.commerce(day, is_full=is_full),
    )
    if ordinal == 1 or (is_running and day.day == 8):
        month = add_months(day.replace(day=1), -1)
        is_new = day > city.start + _RENUMBERING_AFTER
        first_new = is_new and add_months(day, -1) <= city.start + _RENUMBERING_AFTER
        prefix = RENUMBERED["new" if is_new else "old"]
        yield (
            Parcel("hr", "full", month_end(month), is_renumbered=first_new),
            lambda office: office.insured(month, prefix),
        )
    if ordinal == 2 or (is_running and day.day == 18):
        history = 4 if ordinal == 2 else 2
        reference = day.replace(day=15) if day.day > 15 else add_months(day, -1).replace(day=15)
        newest = add_months(reference.replace(day=1), -1)
        periods = [add_months(newest, -back) for back in reversed(range(history))]
        yield (
            Parcel("tax", "full", reference, tail=f"_{newest:%Y%m}"),
            lambda office: office.taxpayers(reference, periods),
        )
    if ordinal == 0 or (is_running and day.day == 3):
        month_before = day.replace(day=1) - timedelta(days=1)
        yield Parcel("union_coverage", "full", month_before), lambda office: office.lines(month_before)
        yield (
            Parcel("union_organisations", "full", month_before),
            lambda office: office.unions(month_before, is_full=True),
        )
    elif day.weekday() == 4:
        yield (
            Parcel("union_organisations", "delta", day),
            lambda office: office.unions(day, is_full=False),
        )
    if ordinal == 3:
        first, last = day - timedelta(days=420), day - timedelta(days=1)
        yield Parcel("verifications", "full", day), lambda office: office.visits(first, last, 60)
    elif ordinal > 3 and ordinal % 14 == 9:
        since = day - timedelta(days=13)
        yield Parcel("verifications", "full", day), lambda office: office.visits(since, day, 9)
    elif ordinal % 28 == 19:
        for district in sorted(DISTRICTS):
            yield Parcel("verifications", "full", day, tail=f"_{district}"), _work_list(district, day)


def _work_list(district: str, day: date) -> Ask:
    return lambda office: office.work_list(district, day)


class _Offices:
    """What the agencies hold of one block, and what they sent last."""

    def __init__(self, city: City, block: Block) -> None:
        self._block = block
        self._number = block.number
        self._entered = _rows_by_day(block.registry, city.start)
        self._held: dict[int, Held] = {}
        self._unions_sent: dict[str, list[str]] = {}
        self._taxpayers = TaxRoll(city.seed, block.units, block.unions)
        self._insured = InsuranceRoll(city.seed, block.units)
        self._unions = UnionRegister(city.seed, block.unions)
        covered = _covered_spells(block.unions)
        self._field = FieldWork(city.seed, block.units, block.registry, covered)

    def commerce(self, day: date, *, is_full: bool) -> Iterable[Held]:
        """Weekly the whole register, on other days what was entered on the day."""
        changes: list[Held] = []
        for serial, row in self._entered.get(day, ()):
            before = self._held.get(serial)
            if row is not None:
                changes.append(self._of(serial, (_ADDED if before is None else _CHANGED, *row)))
                self._held[serial] = self._of(serial, row)
            elif before is not None:
                changes.append(self._of(serial, (DELETED, *self._held.pop(serial).cells)))
        if is_full:
            return [self._held[serial] for serial in sorted(self._held)]
        return changes

    def insured(self, month: date, prefix: str) -> Iterable[Held]:
        """The insured units of a month."""
        return self._about(self._insured.rows(month, month_end(month), prefix))

    def taxpayers(self, reference: date, periods: Sequence[date]) -> Iterable[Held]:
        """The taxpayers of some periods."""
        return self._about(self._taxpayers.rows(reference, periods))

    def lines(self, day: date) -> Iterable[Held]:
        """The firms under joint unions and federations."""
        return self._about(self._unions.coverage(day))

    def unions(self, day: date, *, is_full: bool) -> Iterable[Held]:
        """All union records, or those that differ from what was last sent of them."""
        rows = []
        for union, row in self._unions.rows(day):
            before = self._unions_sent.get(union.number)
            serial = union.host.serial if union.host is not None else None
            if is_full:
                rows.append(self._of(serial, row))
            elif row is not before and row != before:
                rows.append(self._of(serial, [_ADDED if before is None else _CHANGED, *row]))
            self._unions_sent[union.number] = row
        return rows

    def visits(self, first: date, last: date, share: int) -> Iterable[Held]:
        """What visits found."""
        return self._about(self._field.visits(first, last, share))

    def work_list(self, district: str, day: date) -> Iterable[Held]:
        """A district's work-list as it comes back."""
        return self._about(self._field.work_list(district, day))

    def base_list(self, year: int, frozen_on: date) -> Iterable[Held]:
        """The list of a plan year."""
        return self._about(self._field.base_list(year, frozen_on))

    def _of(self, serial: int | None, cells: Sequence[str]) -> Held:
        return Held(self._number, serial, cells)

    def _about(self, rows: Iterable[tuple[Unit | None, Sequence[str]]]) -> Iterator[Held]:
        return (Held(self._number, None if unit is None else unit.serial, cells) for unit, cells in rows)


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
