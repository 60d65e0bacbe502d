"""Dirt on the plan's lists, between what is held and the file that is sent. Each piece is decided for itself.

A piece of a cell lasts: it stands in the keeper's list and comes with every file. A piece of a row is a slip
of one file. What the truth tells is what the files say, dirt and all.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from jianhui.simulate.draws import mixed, stable_hash
from jianhui.simulate.plan.feeds import PlanFeed

_SCALE = 1_000_000
_COUNTS = ("_count", "_candidates", "_seats", "_votes", "_years")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


class Piece(NamedTuple):
    """One piece where it first shows; ``column`` is empty where it is a whole row's."""

    id: str
    class_name: str
    feed: str
    delivery: str
    record_key: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class PlanDirtClass:
    """A class of dirt: how many in a million of the places it fits, and what a night should make of it."""

    name: str
    rate: int
    expectation: str
    zh: str
    en: str


_READ_AS_WHOLE = ("assessment_entries", "congress_quotas", "plan_targets", "responsible_cadres")
"""Lists in which a row left out is one that is no more, or that are only added to: spared from slips."""

CELL_CLASSES = (
    PlanDirtClass("plan_date_style", 60_000, "absorbed", "日期写法不一", "another way to write a day"),
    PlanDirtClass("plan_date_lost", 12_000, "shifts_figures", "日期漏填", "a day left out"),
    PlanDirtClass("plan_wide_digits", 40_000, "absorbed", "全角数字", "full-width digits"),
    PlanDirtClass("plan_number_spaced", 20_000, "absorbed", "编号中有空格", "a blank inside a number"),
)
ROW_CLASSES = (
    PlanDirtClass("plan_row_twice", 6_000, "absorbed", "重复行", "a row twice"),
    PlanDirtClass("plan_name_blank", 4_000, "row_quarantined", "名称漏填", "a row without its name"),
)
CLASSES = (*CELL_CLASSES, *ROW_CLASSES)


def _date_style(cell: str, column: str, choice: int) -> str | None:
    found = _ISO.fullmatch(cell)
    if found is None:
        return None
    year, month, day = found.groups()
    styles = (f"{year}年{int(month)}月{int(day)}日", f"{year}{month}{day}", f"{year}.{int(month)}.{int(day)}")
    return styles[choice % len(styles)]


def _date_lost(cell: str, column: str, choice: int) -> str | None:
    return "" if _ISO.fullmatch(cell) else None


def _wide_digits(cell: str, column: str, choice: int) -> str | None:
    return cell.translate(_WIDE) if cell.isdecimal() and column.endswith(_COUNTS) else None


def _number_spaced(cell: str, column: str, choice: int) -> str | None:
    if column != "union_no" or len(cell) < 8:
        return None
    at = 1 + choice % (len(cell) - 1)
    return f"{cell[:at]} {cell[at:]}"


_REWRITES: dict[str, Callable[[str, str, int], str | None]] = {
    "plan_date_style": _date_style,
    "plan_date_lost": _date_lost,
    "plan_wide_digits": _wide_digits,
    "plan_number_spaced": _number_spaced,
}


class PlanDirt:
    """The dirt of one city's lists. ``pieces``: those met so far, by id. ``without``: ids left out."""

    def __init__(self, seed: int, without: Collection[str] = frozenset()) -> None:
        self._seed, self._without = seed, frozenset(without)
        self.pieces: dict[str, Piece] = {}

    def rows(self, name: str, feed: PlanFeed, delivery: str, row: Sequence[str]) -> Iterator[Sequence[str]]:
        """One clean row as the file shows it: once, or twice."""
        key = "|".join(row[feed.names.index(column)] for column in feed.key)
        cells = list(row)
        for at, column in enumerate(feed.names):
            for one in CELL_CLASSES:
                number = self._number(name, key, column, one.name)
                after = _REWRITES[one.name](cells[at], column, number // _SCALE)
                if number % _SCALE < one.rate and after is not None and after != cells[at]:
                    if self._is_met(number, one, (name, delivery, key, column), (cells[at], after)):
                        cells[at] = after
                    break
        times = 1
        for one in () if name in _READ_AS_WHOLE else ROW_CLASSES:
            number = self._number(name, key, delivery, one.name)
            where = (name, delivery, key, "")
            if number % _SCALE >= one.rate or not self._is_met(number, one, where, ("", "")):
                continue
            if one.name == "plan_row_twice":
                times = 2
            else:
                cells[feed.names.index(feed.name)] = ""
        yield from [cells] * times

    def _number(self, *place: str) -> int:
        return mixed(stable_hash(self._seed, "plan dirt", *place))

    def _is_met(
        self, number: int, one: PlanDirtClass, where: tuple[str, str, str, str], change: tuple[str, str]
    ) -> bool:
        """Note the piece, unless it is left out."""
        piece_id = f"P{number:016x}"
        if piece_id in self._without:
            return False
        self.pieces.setdefault(piece_id, Piece(piece_id, one.name, *where, *change))
        return True


def write_pieces(path: Path, pieces: Iterable[Piece], *, has_header: bool) -> None:
    """One line a piece, in order of feed, delivery, record and column."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([Piece._fields] if has_header else [])
        ordered = ("feed", "delivery", "record_key", "column", "id")
        writer.writerows(sorted(pieces, key=attrgetter(*ordered)))


def read_pieces(path: Path) -> list[Piece]:
    """The pieces of a ``plan_dirt.csv``; none where there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        next(lines)
        return [Piece(*line) for line in lines]
