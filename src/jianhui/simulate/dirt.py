"""Dirt between what an agency holds and the file it sends: each piece with an id, each decided for itself.

A piece is one error at one place: lasting ones stand in the agency's register and come with every delivery,
slips belong to one delivery. Whether it occurs is read off a hash of seed, record (and delivery, for slips),
field and class, so a city can be made again without any set of pieces and is otherwise the same.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from jianhui.simulate.agencies import DELETED, City, Held, Parcel
from jianhui.simulate.assertions import APPEND_ONLY
from jianhui.simulate.columns import FEEDS, index
from jianhui.simulate.dirt_cells import REWRITES
from jianhui.simulate.dirt_classes import Rule, choice_of, lasting_at, number_at, rules, slip_at, strikes
from jianhui.simulate.dirt_files import REFIT, SPARES_THE_FIRST, Carriage
from jianhui.simulate.draws import mixed, stable_hash
from jianhui.simulate.surroundings import Surroundings

_IDENTITY = {
    "commerce": ("reg_no",),
    "tax": ("tax_id", "tax_office"),
    "hr": ("unit_no",),
    "union_organisations": ("union_no",),
    "union_coverage": ("union_no", "unit_name"),
    "verifications": ("name", "inspected_on"),
    "base_list": ("list_name", "name"),
}
"""What tells a record from another in the clean files, whatever becomes of its codes."""

SPOTLESS = ("乡镇街道总工会", "区市县总工会")
"""General unions enter themselves, and without a mistake."""

_NAME = {"union_coverage": "unit_name"}
_KEY = {"hr": "unit_no", "union_organisations": "union_no"}
_CONTRADICTED = {"commerce": "employed_count", "hr": "pension_count", "union_organisations": "staff_count"}
_BAD_BYTE = "\udcff"
_IDENTITY_AT = {feed: [index(feed, column) for column in columns] for feed, columns in _IDENTITY.items()}
_KIND_AT = index("union_organisations", "kind")


class Piece(NamedTuple):
    """One piece of dirt where it first shows; ``record_key`` and ``field`` are empty for a whole file.

    ``before`` and ``after`` show the piece alone; where several strike one cell they are applied in the
    order of the table of rates.
    """

    id: str
    class_name: str
    feed: str
    delivery: str
    record_key: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Soiled:
    """A delivery with its dirt: rows in the feed's own order of columns, and how they travel."""

    parcel: Parcel
    rows: list[Held]
    carriage: Carriage

    @property
    def header(self) -> Sequence[str]:
        """The header line of the file."""
        return self.carriage.cells(self.carriage.header)

    @property
    def lines(self) -> Sequence[Sequence[str]]:
        """The lines of the file below its header."""
        return self.carriage.lines([held.cells for held in self.rows])


class _Route(NamedTuple):
    """What the rows of one delivery share: its feed, how many cells stand before their own, a hash of its
    name, and what is known of the feed's records: their lasting errors, and their rows with these.
    """

    feed: str
    shift: int
    address: int
    lasting: dict[str, "_Lasting"]
    soiled: dict[str, tuple[Sequence[str], list[Held]]]


class _Lasting(NamedTuple):
    """The errors of a record that last: the place they are drawn from, and each with its choice and id."""

    place: int
    struck: tuple[tuple[Rule, int, str], ...]


class Dirt:
    """The dirt of one city. ``pieces``: those met so far, by id."""

    def __init__(self, city: City, without: Collection[str] = frozenset()) -> None:
        """``without``: ids of the pieces left out."""
        self._seed, self._formats = city.seed, city.formats
        self._without = frozenset(without)
        self._around = {block.number: Surroundings.of(block.units, city.start) for block in city.blocks}
        self._lasting: dict[str, dict[str, _Lasting]] = {feed: {} for feed in FEEDS}
        self._soiled: dict[str, dict[str, tuple[Sequence[str], list[Held]]]] = {feed: {} for feed in FEEDS}
        self._routes: dict[str, _Route] = {}
        self._seen_feeds: set[str] = set()
        self.pieces: dict[str, Piece] = {}

    @property
    def without(self) -> frozenset[str]:
        """Ids of the pieces left out; may be set anew at any time."""
        return self._without

    @without.setter
    def without(self, ids: Collection[str]) -> None:
        if ids != self._without:
            self._without = frozenset(ids)
            for rows in self._soiled.values():
                rows.clear()

    def start_anew(self) -> None:
        """Take the next parcel of each feed for its first again."""
        self._seen_feeds.clear()

    def soil(self, parcel: Parcel) -> Soiled:
        """The parcel as it leaves the agency."""
        rows: list[Held] = []
        for held in parcel.rows:
            rows += self.row(parcel, held)
        return Soiled(parcel, rows, self.carriage(parcel))

    def row(self, parcel: Parcel, held: Held) -> list[Held]:
        """One clean row of ``parcel`` as the file shows it: none, one or two rows."""
        feed, shift, address, known, soiled = self._routes.get(parcel.delivery) or self._route(parcel)
        row = held.cells
        if feed == "union_organisations" and row[shift + _KIND_AT] in SPOTLESS:
            return [held]
        record = record_of(feed, row, shift)
        lasting = known.get(record)
        if lasting is None:
            lasting = known[record] = self._lasting_of(feed, record)
        if shift and row[0] == DELETED:
            return self._with_lasting(parcel, held, record, lasting)[:1]
        if not lasting.struck:
            rows = [held]
        elif shift:
            rows = self._with_lasting(parcel, held, record, lasting)
        else:
            # Most rows of a register are what they were in the last delivery.
            before = soiled.get(record)
            if before is not None and (before[0] is row or before[0] == row):
                rows = before[1]
            else:
                rows = self._with_lasting(parcel, held, record, lasting)
                soiled[record] = (row, rows)
        here = mixed(lasting.place ^ address)
        slip = slip_at(feed, here)
        return rows if slip is None else self._slipped(parcel, record, (slip, here), rows)

    def _route(self, parcel: Parcel) -> _Route:
        feed, name = parcel.feed, parcel.delivery
        shift = int(parcel.kind == "delta")
        route = _Route(feed, shift, stable_hash(name), self._lasting[feed], self._soiled[feed])
        self._routes[name] = route
        return route

    def _with_lasting(self, parcel: Parcel, held: Held, record: str, lasting: _Lasting) -> list[Held]:
        """A row with the errors that last, and rows that come with it."""
        if not lasting.struck:
            return [held]
        shift, around = int(parcel.kind == "delta"), self._around[held.block]
        cells = list(held.cells)
        rows = [held._replace(cells=cells)]
        for rule, choice, name in lasting.struck:
            if name in self._without:
                continue
            if not rule.column:
                second, field = _SECOND_ROWS[rule.of.name](cells, shift)
                if second is not None:
                    self._note(name, rule, parcel, (record, field), "", "")
                    rows.append(held._replace(cells=second))
                continue
            at = shift + index(parcel.feed, rule.column)
            rewrite, clean = REWRITES[rule.of.name], held.cells[at]
            # Whether a piece occurs is asked of the clean cell: no other piece may call it up or hide it.
            alone = rewrite(clean, choice, around)
            if alone is None or alone == clean:
                continue
            self._note(name, rule, parcel, (record, rule.column), clean, alone)
            after = alone if cells[at] == clean else rewrite(cells[at], choice, around)
            cells[at] = cells[at] if after is None else after
        return rows

    def _lasting_of(self, feed: str, record: str) -> _Lasting:
        place = stable_hash(self._seed, feed, record)
        struck = [(rule, choice_of(number), _piece_id(number)) for rule, number in lasting_at(feed, place)]
        return _Lasting(place, tuple(struck))

    def _slipped(self, parcel: Parcel, record: str, slip: tuple[Rule, int], rows: list[Held]) -> list[Held]:
        """The row with a slip of this one delivery: the rule, and the place at which it strikes."""
        rule, here = slip
        feed, shift = parcel.feed, int(parcel.kind == "delta")
        name = _piece_id(number_at(rule, here))
        if name in self._without:
            return rows
        first, *added = rows
        cells = list(first.cells)
        at = shift + index(feed, _NAME.get(feed, "name"))
        slipped, before, after = [cells], "", ""
        if rule.of.name == "row_twice":
            slipped.append(cells)
        elif rule.of.name == "row_contradicted":
            at = shift + index(feed, _CONTRADICTED[feed])
            before, after = cells[at], str(int(cells[at]) + 7) if cells[at].isdecimal() else "7"
            slipped.insert(0, [*cells[:at], after, *cells[at + 1 :]])
        elif rule.of.name == "cell_count":
            after = "1"
            cells.append("1")
        else:
            if rule.of.name == "key_blank":
                at = shift + index(feed, _KEY[feed])
            before = cells[at]
            after = before + _BAD_BYTE if rule.of.name == "bad_byte" else ""
            cells[at] = after
        self._note(name, rule, parcel, (record, ""), before, after.replace(_BAD_BYTE, "\\xff"))
        return [*(first._replace(cells=one) for one in slipped), *added]

    def carriage(self, parcel: Parcel) -> Carriage:
        """How a parcel travels; asked of all in order, as the first of a feed is spared the worst."""
        feed = parcel.feed
        one = Carriage(self._formats[feed], tuple(parcel.header()))
        is_spared = feed not in self._seen_feeds or parcel.is_renumbered
        place = stable_hash(self._seed, parcel.delivery)
        self._seen_feeds.add(feed)
        is_guarded = parcel.kind == "full" and feed not in APPEND_ONLY
        for rule in rules(feed, "file"):
            number, what = number_at(rule, place), rule.of.name
            if not strikes(rule, number) or (is_spared and what in SPARES_THE_FIRST):
                continue
            name = _piece_id(number)
            changed = REFIT[what](one, feed, choice_of(number))
            if name in self._without or changed is None or (what == "truncated" and not is_guarded):
                continue
            self._note(name, rule, parcel, ("", ""), "", "")
            one = changed
        return one

    def _note(self, name: str, rule: Rule, parcel: Parcel, place: tuple[str, str], *change: str) -> None:
        """Remember a piece when it first shows. ``place``: record and field; ``change``: before and after."""
        if name not in self.pieces:
            self.pieces[name] = Piece(name, rule.of.name, parcel.feed, parcel.delivery, *place, *change)


def _twice_in_tax(cells: Sequence[str], shift: int) -> tuple[list[str] | None, str]:
    """The same taxpayer as the other tax office holds it: its own number of the office, fewer staff."""
    second = list(cells)
    office, staff = shift + index("tax", "tax_office"), shift + index("tax", "staff_count")
    second[office] = ("2" if cells[office].startswith("1") else "1") + cells[office][1:]
    if cells[staff].isdecimal() and int(cells[staff]) > 1:
        second[staff] = str(int(cells[staff]) - 1)
    return second, "tax_office"


def _both_codes(cells: Sequence[str], shift: int) -> tuple[list[str] | None, str]:
    """The row under the registration number goes on beside the one under the credit code."""
    code, number = shift + index("commerce", "uscc"), shift + index("commerce", "reg_no")
    if not cells[code] or not cells[number]:
        return None, "uscc"
    second = list(cells)
    second[code] = ""
    return second, "uscc"


_SECOND_ROWS = {"twice_in_tax": _twice_in_tax, "both_codes": _both_codes}
"""Class of dirt → the row that comes with a row, if one does, and the field in which it differs."""


def record_of(feed: str, row: Sequence[str], shift: int = 0) -> str:
    """What tells the record of a clean row from all others of the feed. ``shift``: cells that stand before
    its own.
    """
    places = _IDENTITY_AT[feed]
    if len(places) == 1:
        return row[shift + places[0]]
    return "|".join([row[shift + at] for at in places])


PIECE_COLUMNS = ("id", "class", "feed", "delivery", "record_key", "field", "before", "after")


def write_pieces(path: Path, pieces: Iterable[Piece], *, has_header: bool = True) -> None:
    """``dirt.csv``: one line a piece, as it first shows; in order of feed, delivery, record and field."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([PIECE_COLUMNS] if has_header else [])
        in_order = sorted(pieces, key=lambda one: (one.feed, one.delivery, one.record_key, one.field, one.id))
        writer.writerows(in_order)


def read_pieces(path: Path) -> Iterator[Piece]:
    """The pieces of a ``dirt.csv``."""
    with path.open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        next(lines)
        for line in lines:
            yield Piece(*line)


def _piece_id(number: int) -> str:
    return f"D{number:016x}"
