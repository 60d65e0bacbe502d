"""Dirt between what an agency holds and the file it sends: each piece with an id, each decided for itself.

A piece is one error at one place: lasting ones stand in the agency's register and come with every delivery,
slips belong to one delivery. Whether it occurs is read off a hash of seed, record (and delivery, for slips),
field and class, so a city can be made again without any set of pieces and is otherwise the same.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jianhui.simulate.agencies import DELETED, FORMATS, City, Parcel
from jianhui.simulate.assertions import APPEND_ONLY
from jianhui.simulate.columns import index
from jianhui.simulate.dirt_cells import REWRITES, Surroundings
from jianhui.simulate.dirt_classes import Rule, mixed, rules, slip_rules, stable_hash
from jianhui.simulate.dirt_files import REFIT, SPARES_THE_FIRST, Carriage

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
_LEAST_ROWS_TO_CUT = 20


@dataclass(frozen=True)
class Piece:
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
    rows: list[Sequence[str]]
    carriage: Carriage

    @property
    def header(self) -> Sequence[str]:
        """The header line of the file."""
        return self.carriage.cells(self.carriage.header)

    @property
    def lines(self) -> list[Sequence[str]]:
        """The lines of the file below its header."""
        return self.carriage.lines(self.rows)


class Dirt:
    """The dirt of one city. ``without``: ids of the pieces left out, which may be set anew at any time.
    ``pieces``: those met so far, by id.
    """

    def __init__(self, city: City, without: Collection[str] = frozenset()) -> None:
        self._seed = city.seed
        self.without = frozenset(without)
        self._around = Surroundings.of(city.units, city.unions, city.start)
        self._lasting: dict[tuple[str, str], tuple[int, tuple[tuple[Rule, int, str], ...]]] = {}
        self._addressed: dict[str, int] = {}
        self._seen_feeds: set[str] = set()
        self.pieces: dict[str, Piece] = {}

    def start_anew(self) -> None:
        """Take the next parcel of each feed for its first again."""
        self._seen_feeds.clear()

    def soil(self, parcel: Parcel) -> Soiled:
        """The parcel as it leaves the agency."""
        rows: list[Sequence[str]] = []
        for row in parcel.rows:
            rows += self.row(parcel, row)
        return Soiled(parcel, rows, self._carriage(parcel, len(rows)))

    def row(self, parcel: Parcel, row: Sequence[str]) -> list[Sequence[str]]:
        """One clean row of ``parcel`` as the file shows it: none, one or two rows."""
        feed, shift = parcel.feed, int(parcel.kind == "delta")
        if feed == "union_organisations" and row[shift + index(feed, "kind")] in SPOTLESS:
            return [row]
        record = record_of(feed, row[shift:])
        place, lasting = self._lasting_of(feed, record)
        is_deletion = bool(shift) and row[0] == DELETED
        here = self._slip_place(parcel, place)
        if not lasting and (is_deletion or not any(rule.strikes(here) for rule in slip_rules(feed))):
            return [row]
        cells, added = self._with_lasting(parcel, row, record, lasting)
        if is_deletion:
            return [cells]
        return [*self._slips(parcel, record, here, cells), *added]

    def _slip_place(self, parcel: Parcel, place: int) -> int:
        """The place of a record in this one delivery."""
        name = parcel.delivery
        if name not in self._addressed:
            self._addressed[name] = stable_hash(name)
        return mixed(place ^ self._addressed[name])

    def _with_lasting(
        self, parcel: Parcel, row: Sequence[str], record: str, lasting: Sequence[tuple[Rule, int, str]]
    ) -> tuple[list[str], list[Sequence[str]]]:
        """The cells of a row with the errors that last, and rows that come with it."""
        shift = int(parcel.kind == "delta")
        cells = list(row)
        added: list[Sequence[str]] = []
        for rule, choice, name in lasting:
            if name in self.without:
                continue
            if not rule.column:
                added += self._second_row(rule, name, parcel, record, cells)
                continue
            at = shift + index(parcel.feed, rule.column)
            rewrite = REWRITES[rule.of.name]
            # Whether a piece occurs is asked of the clean cell: no other piece may call it up or hide it.
            alone = rewrite(row[at], choice, self._around)
            if alone is None or alone == row[at]:
                continue
            self._note(name, rule, parcel, (record, rule.column), row[at], alone)
            after = rewrite(cells[at], choice, self._around)
            cells[at] = cells[at] if after is None else after
        return cells, added

    def _lasting_of(self, feed: str, record: str) -> tuple[int, tuple[tuple[Rule, int, str], ...]]:
        found = self._lasting.get((feed, record))
        if found is None:
            place = stable_hash(self._seed, feed, record)
            struck = []
            for level in ("cell", "row"):
                for rule in rules(feed, level):
                    choice = rule.draw(place) if rule.of.is_lasting else None
                    if choice is not None:
                        struck.append((rule, choice, _piece_id(self._seed, feed, "", record, rule)))
            found = self._lasting[(feed, record)] = (place, tuple(struck))
        return found

    def _slips(self, parcel: Parcel, record: str, here: int, cells: list[str]) -> list[Sequence[str]]:
        """The row with the slips of this one delivery."""
        feed, shift = parcel.feed, int(parcel.kind == "delta")
        rows: list[Sequence[str]] = [cells]
        for rule in slip_rules(feed):
            if not rule.strikes(here):
                continue
            name = _piece_id(self._seed, feed, parcel.delivery, record, rule)
            if name in self.without:
                continue
            at = shift + index(feed, _NAME.get(feed, "name"))
            if rule.of.name == "row_twice":
                before, after, rows = "", "", [*rows, list(cells)]
            elif rule.of.name == "row_contradicted":
                at = shift + index(feed, _CONTRADICTED[feed])
                before, after = cells[at], str(int(cells[at]) + 7) if cells[at].isdecimal() else "7"
                rows = [[*cells[:at], after, *cells[at + 1 :]], *rows]
            elif rule.of.name == "cell_count":
                before, after = "", "1"
                cells.append("1")
            else:
                if rule.of.name == "key_blank":
                    at = shift + index(feed, _KEY[feed])
                before = cells[at]
                after = before + _BAD_BYTE if rule.of.name == "bad_byte" else ""
                cells[at] = after
            shown = after.replace(_BAD_BYTE, "\\xff")
            self._note(name, rule, parcel, (record, ""), before, shown)
        return rows

    def _second_row(
        self, rule: Rule, name: str, parcel: Parcel, record: str, cells: Sequence[str]
    ) -> list[Sequence[str]]:
        """The same taxpayer as the other tax office holds it: its own number of the office, fewer staff."""
        second = list(cells)
        office, staff = index("tax", "tax_office"), index("tax", "staff_count")
        second[office] = ("2" if cells[office].startswith("1") else "1") + cells[office][1:]
        if cells[staff].isdecimal() and int(cells[staff]) > 1:
            second[staff] = str(int(cells[staff]) - 1)
        self._note(name, rule, parcel, (record, "tax_office"), cells[office], second[office])
        return [second]

    def _carriage(self, parcel: Parcel, n_rows: int) -> Carriage:
        feed = parcel.feed
        one = Carriage(FORMATS[feed], tuple(parcel.header()))
        is_first, place = feed not in self._seen_feeds, stable_hash(self._seed, parcel.delivery)
        self._seen_feeds.add(feed)
        is_guarded = parcel.kind == "full" and feed not in APPEND_ONLY and n_rows >= _LEAST_ROWS_TO_CUT
        for rule in rules(feed, "file"):
            choice, what = rule.draw(place), rule.of.name
            if choice is None or (is_first and what in SPARES_THE_FIRST):
                continue
            name = _piece_id(self._seed, feed, parcel.delivery, "", rule)
            changed = REFIT[what](one, feed, choice)
            if name in self.without or changed is None or (what == "truncated" and not is_guarded):
                continue
            self._note(name, rule, parcel, ("", ""), "", "")
            one = changed
        return one

    def _note(self, name: str, rule: Rule, parcel: Parcel, place: tuple[str, str], *change: str) -> None:
        """Remember a piece when it first shows. ``place``: record and field; ``change``: before and after."""
        if name not in self.pieces:
            self.pieces[name] = Piece(name, rule.of.name, parcel.feed, parcel.delivery, *place, *change)


def record_of(feed: str, row: Sequence[str]) -> str:
    """What tells the record of a clean row (without its kind of change) from all others of the feed."""
    return "|".join([row[index(feed, column)] for column in _IDENTITY[feed]])


def write_pieces(path: Path, pieces: Iterable[Piece]) -> None:
    """``dirt.csv``: one line a piece, as it first shows; in order of feed, delivery, record and field."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["id", "class", "feed", "delivery", "record_key", "field", "before", "after"])
        in_order = sorted(pieces, key=lambda one: (one.feed, one.delivery, one.record_key, one.field, one.id))
        writer.writerows(vars(one).values() for one in in_order)


def read_pieces(path: Path) -> Iterator[Piece]:
    """The pieces of a ``dirt.csv``."""
    with path.open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        next(lines)
        for line in lines:
            yield Piece(*line)


def _piece_id(seed: int, feed: str, delivery: str, record: str, rule: Rule) -> str:
    return f"D{stable_hash(seed, feed, delivery, record, rule.column, rule.of.name):016x}"
