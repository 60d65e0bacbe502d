"""The federation's own two registers: union organisations, and the firms that joint unions and federations
cover.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from jianhui.simulate import names
from jianhui.simulate.draws import Draw, Steps
from jianhui.simulate.unions import DISTRICT_FEDERATION, JOINT, OWN, STREET_FEDERATION, Line, Union
from jianhui.simulate.world import USCC_STARTS, Unit

_LAG = Steps((50, 0, 5), (35, 6, 30), (15, 31, 75))
_LAG_OF_END = Steps((40, 0, 20), (40, 21, 120), (20, 121, 500))
_NEVER = date.max


class UnionRegister:
    """What the register knows of some unions, and from what day on."""

    def __init__(self, seed: int, unions: Sequence[Union]) -> None:
        self._unions = [_KnownUnion(Draw(seed, "union register", one.number), one) for one in unions]
        self._lines = [
            (known, [_KnownLine(seed, known.union, line) for line in known.union.lines])
            for known in self._unions
            if known.union.lines
        ]

    def rows(self, day: date) -> Iterator[tuple[Union, list[str]]]:
        """The unions it knows on ``day``, each with its row. A row that did not change is the same object."""
        for known in self._unions:
            row = known.row(day)
            if row is not None:
                yield known.union, row

    def coverage(self, day: date) -> Iterator[tuple[Unit, list[str]]]:
        """The firms it holds under a union on ``day``, each with its row. Half of the ended ones are shown
        with their end, half just disappear. Of two firms of one name under one union it knows the first.
        """
        for known, lines in self._lines:
            if known.row(day) is None:
                continue
            given: set[str] = set()
            for line in lines:
                row = line.row(day)
                if row is not None and row[1] not in given:
                    given.add(row[1])
                    yield line.unit, row


class _KnownUnion:
    """What the register knows of one union; its row is kept until the next day on which it can change."""

    def __init__(self, draw: Draw, union: Union) -> None:
        self.union = union
        self._known_from = union.founded_on + timedelta(days=draw.steps(_LAG))
        lag = timedelta(days=draw.steps(_LAG_OF_END))
        self._ended_from = union.dissolved_on + lag if union.dissolved_on is not None else _NEVER
        # A quarter report every worker as a member.
        self._share = 100 if draw.chance(250) else draw.between(70, 100)
        self._row: list[str] | None = None
        self._since = self._until = date.min
        host = union.host
        days = {self._known_from, self._ended_from, USCC_STARTS, *union.terms}
        if union.preparing_from is not None:
            days.add(union.preparing_from)
        if host is not None:
            days |= {day for day, _ in host.names} | {day for day, _ in host.homes}
            days.add(host.uscc_on or _NEVER)
        self._days = sorted(days)

    def row(self, day: date) -> list[str] | None:
        """The row on ``day``; None while the register does not know the union."""
        if not self._since <= day < self._until:
            row = self._made(day)
            self._row = self._row if row == self._row else row
            new_year = date(day.year + 1, 1, 1)
            self._since, self._until = day, min([new_year, *(one for one in self._days if one > day)])
        return self._row

    def _made(self, day: date) -> list[str] | None:
        union = self.union
        is_preparing = union.preparing_from is not None and union.preparing_from <= day < self._known_from
        if day < self._known_from and not is_preparing:
            return None
        is_dissolved = day >= self._ended_from
        workers = _workers(union, day)
        members = workers * self._share // 100
        above = union.kind in (DISTRICT_FEDERATION, STREET_FEDERATION)
        street, serial = union.street, int(union.number[6:])
        return [
            union.number,
            union.name_on(day),
            union.kind,
            "",
            union.parent,
            union.host.name_on(day) if union.host is not None and union.host_shown else "",
            _host_code(union, day),
            street.zone_code if street is not None and street.zone_code else union.district_code,
            street.code if street is not None else "",
            union.host.home_on(day).address if union.host is not None else "",
            "" if is_preparing else union.founded_on.isoformat(),
            "撤销" if is_dissolved else "筹建" if is_preparing else "正常",
            union.dissolved_on.isoformat() if is_dissolved and union.dissolved_on is not None else "",
            str(workers) if workers else "",
            str(members) if workers else "",
            str(members * 4 // 10) if workers else "",
            str(members * 3 // 10) if workers else "",
            "是" if members >= 25 else "否",
            "是" if members >= 8 else "否",
            names.person(serial * 10 + union.term_on(day) % 10),
            "专职" if above or workers >= 200 else "兼职",
            names.telephone(serial),
            "是" if serial % 50 == 0 else "否",
        ]


class _KnownLine:
    """What the register knows of one line."""

    def __init__(self, seed: int, union: Union, line: Line) -> None:
        draw = Draw(seed, "line", union.number, line.unit.serial)
        self._line, self._number, self.unit = line, union.number, line.unit
        self._known_from = line.since + timedelta(days=draw.steps(_LAG))
        end = line.until
        if end is not None and union.dissolved_on is not None:
            end = min(end, union.dissolved_on)
        self._end = end
        self._ended_from = _NEVER if end is None else end + timedelta(days=draw.steps(_LAG_OF_END))
        vanishes = draw.chance(500)
        self._gone_from = self._ended_from if vanishes or end is None else end + timedelta(days=801)

    def row(self, day: date) -> list[str] | None:
        """The line's row on ``day``."""
        is_ended = day >= self._ended_from
        if day < self._known_from or (is_ended and day >= self._gone_from):
            return None
        unit = self.unit
        return [
            self._number,
            unit.name_on(day),
            unit.reg_no if self._line.by_code else "",
            unit.home_on(day).address,
            self._line.since.isoformat(),
            self._end.isoformat() if is_ended and self._end is not None else "",
        ]


def _host_code(union: Union, day: date) -> str:
    host = union.host
    if host is None:
        return ""
    if union.code_shown == "reg_no":
        return host.reg_no
    if union.code_shown == "uscc" or day >= USCC_STARTS:
        return host.uscc if host.has_uscc_on(day) and union.code_shown != "none" else ""
    return host.org_code if union.code_shown == "org_code" else ""


def _workers(union: Union, day: date) -> int:
    """Head-count as the union reports it: once a year, in January."""
    asked = date(day.year, 1, 1)
    if union.kind == OWN and union.host is not None:
        return _staff(union.host, asked)
    if union.kind == JOINT or union.lines:
        return sum(_staff(line.unit, asked) for line in union.lines)
    return 0


def _staff(unit: Unit, day: date) -> int:
    return unit.staff_on(max(day, unit.staff[0][0])) if unit.staff else 0
