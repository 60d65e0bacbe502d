"""The calendar of deliveries: which agency sends what on which day, in which format. Clean content only.

One folder a day of arrival. Dirt is put between these rows and the writing of the file, so that a city can be
made twice, clean and dirty, from one world.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jianhui.simulate import registry
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.field_work import BASE_HEADER, VERIFICATION_HEADER, base_list, findings
from jianhui.simulate.files import Format, csv_line, write_lines, write_table
from jianhui.simulate.registry import Entry
from jianhui.simulate.rolls import HR_HEADER, TAX_HEADER, hr_rows, tax_rows
from jianhui.simulate.union_register import COVERAGE_HEADER, UNION_HEADER, coverage_rows, union_row
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
_ADDED, _CHANGED, _DELETED = "新增", "变更", "删除"


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
    """A world and what the agencies know of it."""

    seed: int
    start: date
    end: date
    units: Sequence[Unit]
    unions: Sequence[Union]
    registry: Mapping[int, Sequence[Entry]]


def send_all(city: City, out: Path) -> list[Sent]:
    """Write every delivery that arrives from the first to the last day, in order of arrival."""
    office = _Office(city, out)
    day = city.start
    while day <= city.end:
        office.send_day(day)
        day += timedelta(days=1)
    return office.sent


class _Office:
    """Walks through the days; remembers what the registry holds and what the last union delta was made against."""

    def __init__(self, city: City, out: Path) -> None:
        self._city, self._out = city, out
        self.sent: list[Sent] = []
        self._entered = _lines_by_day(city.registry)
        self._held: dict[int, str] = {}
        self._unions_sent: dict[str, list[str]] = {}
        self._covered = _covered_spells(city.unions)

    def send_day(self, day: date) -> None:
        """Everything that arrives on ``day``, feeds in the order of their names, as a folder is read."""
        ordinal = (day - self._city.start).days
        if ordinal == 5 or (ordinal > 5 and (day.month, day.day) == (1, 6)):
            frozen = date(day.year - 1, 12, 31)
            rows = base_list(self._city.seed, self._city.units, self._city.registry, day.year, frozen)
            self._send(day, "base_list", "full", day, BASE_HEADER, rows)
        self._commerce(day, is_full=ordinal == 0 or day.weekday() == 0)
        if ordinal == 1 or (ordinal >= 15 and day.day == 8):
            month = add_months(day.replace(day=1), -1)
            insured = hr_rows(self._city.seed, self._city.units, month, month_end(month))
            self._send(day, "hr", "full", month_end(month), HR_HEADER, insured)
        if ordinal == 2 or (ordinal >= 15 and day.day == 18):
            self._tax(day, history=4 if ordinal == 2 else 2)
        if ordinal == 0 or (ordinal >= 15 and day.day == 3):
            self._union_registers(day, day.replace(day=1) - timedelta(days=1))
        elif day.weekday() == 4:
            self._union_delta(day)
        if ordinal == 3:
            self._verify(day, day - timedelta(days=420), day - timedelta(days=1), 60)
        elif ordinal > 3 and ordinal % 14 == 9:
            self._verify(day, day - timedelta(days=13), day, 9)

    def _commerce(self, day: date, *, is_full: bool) -> None:
        """Weekly the whole register, on other days what was entered on the day."""
        changes = []
        # What was entered before the first delivery is held already when the first day begins.
        days = [day] if self.sent else sorted(entered for entered in self._entered if entered <= day)
        for entered in days:
            for serial, line in self._entered.get(entered, ()):
                before = self._held.get(serial)
                if line:
                    changes.append(f"{_ADDED if before is None else _CHANGED},{line}")
                    self._held[serial] = line
                elif before is not None:
                    changes.append(f"{_DELETED},{self._held.pop(serial)}")
        lines = [self._held[serial] for serial in sorted(self._held)] if is_full else changes
        header = registry.HEADER if is_full else [CHANGE, *registry.HEADER]
        kind = "full" if is_full else "delta"
        path = self._path(day, "commerce", kind, day, "")
        count = write_lines(self._out / path, FORMATS["commerce"], [csv_line(header, ",")], lines)
        self._record(day, "commerce", kind, day, path, count)

    def _tax(self, day: date, history: int) -> None:
        reference = day.replace(day=15) if day.day > 15 else add_months(day, -1).replace(day=15)
        newest = add_months(reference.replace(day=1), -1)
        periods = [add_months(newest, -back) for back in reversed(range(history))]
        rows = tax_rows(self._city.seed, self._city.units, self._city.unions, reference, periods)
        self._send(day, "tax", "full", reference, TAX_HEADER, rows, f"_{newest:%Y%m}")

    def _union_registers(self, day: date, reference: date) -> None:
        rows = self._union_rows(reference)
        self._unions_sent |= rows
        self._send(day, "union_organisations", "full", reference, UNION_HEADER, rows.values())
        lines = coverage_rows(self._city.seed, self._city.unions, reference)
        self._send(day, "union_coverage", "full", reference, COVERAGE_HEADER, lines)

    def _union_delta(self, day: date) -> None:
        rows = []
        for number, row in self._union_rows(day).items():
            before = self._unions_sent.get(number)
            if row != before:
                rows.append([_ADDED if before is None else _CHANGED, *row])
                self._unions_sent[number] = row
        self._send(day, "union_organisations", "delta", day, [CHANGE, *UNION_HEADER], rows)

    def _union_rows(self, day: date) -> dict[str, list[str]]:
        rows = {}
        for union in self._city.unions:
            row = union_row(self._city.seed, union, day)
            if row is not None:
                rows[union.number] = row
        return rows

    def _verify(self, day: date, first: date, last: date, share: int) -> None:
        city = self._city
        rows = findings(city.seed, city.units, city.registry, self._covered, first, last, share)
        self._send(day, "verifications", "full", day, VERIFICATION_HEADER, rows)

    def _send(
        self,
        day: date,
        feed: str,
        kind: str,
        reference: date,
        header: Sequence[str],
        rows: Iterator[list[str]] | Sequence[Sequence[str]] | Any,
        tail: str = "",
    ) -> None:
        path = self._path(day, feed, kind, reference, tail)
        self._record(day, feed, kind, reference, path, write_table(self._out / path, FORMATS[feed], header, rows))

    def _path(self, day: date, feed: str, kind: str, reference: date, tail: str) -> str:
        folder = self._out / "deliveries" / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        mark = "_delta" if kind == "delta" else ""
        return f"deliveries/{day.isoformat()}/{feed}_{reference:%Y%m%d}{mark}{tail}.{FORMATS[feed].ext}"

    def _record(self, day: date, feed: str, kind: str, reference: date, path: str, rows: int) -> None:
        self.sent.append(Sent(day.isoformat(), feed, kind, reference.isoformat(), path, rows))


def _lines_by_day(held: Mapping[int, Sequence[Entry]]) -> dict[date, list[tuple[int, str]]]:
    """Day of entry: units with their new line, which is empty where the unit was struck off."""
    by_day: dict[date, list[tuple[int, str]]] = {}
    for serial, entries in held.items():
        for entry in entries:
            by_day.setdefault(entry.entered_on, []).append((serial, csv_line(entry.row, ",") if entry.row else ""))
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
