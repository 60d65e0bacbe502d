"""What a dirty city's files would have said without some of their dirt: made anew, in memory, and counted.

The whole city can be counted without any set of pieces, and so can a few records of it alone: what is
counted of an enterprise depends on the records that share a code or a name with it, on the unions whose
lists it is on, and on nothing else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from jianhui.simulate.agencies import City, Held, Parcel, parcels
from jianhui.simulate.assertions import Delivery
from jianhui.simulate.attaching import GivenLink, given_by_record
from jianhui.simulate.dirt import Dirt, Piece, record_of
from jianhui.simulate.dirt_files import Carriage
from jianhui.simulate.itinerary import Arrival, Decision, itinerary
from jianhui.simulate.reception import ACCEPTED, REFUSED, Desk, Said, read_lines
from jianhui.simulate.truth import Truth, truth_from

Node = tuple[str, str]
"""A record of the clean files: its feed and what tells it from others (``dirt.record_of``)."""


@dataclass(frozen=True)
class AsOf:
    """Figures as of ``valid_on``, from what had arrived by the end of ``known_on``."""

    valid_on: date
    known_on: date


@dataclass(frozen=True)
class Line:
    """A clean row and where it stands: number of its parcel, and of the row in it."""

    parcel: int
    number: int
    row: Held


@dataclass(frozen=True)
class Sheets:
    """The rows of every parcel without the pieces ``of_records``, read once for each way they travel: what
    says the same is the same object.
    """

    of_records: frozenset[str] | None = None
    soiled: Sequence[Sequence[Held]] = ()
    _read: dict[tuple[int, Carriage], Said | None] = field(default_factory=dict, init=False)
    _distinct: dict[int, list[Said]] = field(default_factory=lambda: defaultdict(list), init=False)

    def read(self, parcel: Parcel, number: int, carriage: Carriage) -> Said | None:
        """What the file says; None where nobody can read it."""
        if (number, carriage) not in self._read:
            rows = [held.cells for held in self.soiled[number]]
            header = carriage.cells(carriage.header)
            said = None if carriage.is_spoilt else read_lines(parcel.feed, header, carriage.lines(rows))
            self._read[(number, carriage)] = said and self._known(number, said)
        return self._read[(number, carriage)]

    def _known(self, number: int, said: Said) -> Said:
        known = next((one for one in self._distinct[number] if one == said), said)
        if known is said:
            self._distinct[number].append(said)
        return known


class Replay:
    """A dirty city's parcels, clean, with the dirt that falls on them."""

    def __init__(
        self,
        city: City,
        as_of: AsOf,
        washed: Collection[str] = frozenset(),
        *,
        links: Iterable[GivenLink] = (),
    ) -> None:
        """``washed``: ids of pieces that never were in the city (it was made without them). ``links``: as of
        ``truth_of``; they hold in every telling of the city.
        """
        self.links = tuple(links)
        self._given = given_by_record(self.links)
        self._as_of, self._end, self._washed = as_of, city.end, frozenset(washed)
        self.dirt = Dirt(city, washed)
        self.parcels: list[tuple[date, Parcel]] = [
            (day, replace(parcel, rows=[*parcel.rows])) for day, parcel in parcels(city)
        ]
        self.lines: Mapping[Node, Sequence[Line]] = self._by_record()
        for _, parcel in self.parcels:
            self.dirt.soil(parcel)
        self.pieces: Mapping[str, Piece] = dict(self.dirt.pieces)
        self.of_files = frozenset(name for name, piece in self.pieces.items() if not piece.record_key)
        self._sheets = Sheets()

    def whole(self, without: Collection[str] = frozenset()) -> Truth:
        """The whole city's figures without these pieces."""
        return self.count(self.believed(without))

    def believed(self, without: Collection[str] = frozenset()) -> list[Delivery]:
        """What the desk believes in the end without these pieces, in order."""
        self.dirt.without = self._washed | frozenset(without)
        if self._sheets.of_records != self.dirt.without - self.of_files:
            soiled = [self.dirt.soil(parcel).rows for _, parcel in self.parcels]
            self._sheets = Sheets(self.dirt.without - self.of_files, soiled)
        self.dirt.start_anew()
        carriages = [(day, parcel, self.dirt.carriage(parcel)) for day, parcel in self.parcels]
        said = self._said(*itinerary(carriages, self._end))
        return [one for one in said if one.arrived_on <= self._as_of.known_on]

    def _said(self, arrivals: Sequence[Arrival], decisions: Sequence[Decision]) -> Iterator[Delivery]:
        """What the desk believes, in order. The latest file of a feed, kind and reference date says nothing
        new when it comes again; one that another has followed since says the same once more.
        """
        desk = Desk()
        latest: dict[tuple[str, str, date], str] = {}
        events: list[tuple[date, bool, Arrival | Decision]] = [
            *((one.arrived_on, False, one) for one in arrivals),
            *((one.decided_on, True, one) for one in decisions),
        ]
        events.sort(key=lambda one: one[:2])
        for seq, (on, _, event) in enumerate(events, start=1):
            if isinstance(event, Decision):
                let_in = desk.decide(str(event.number), event.decision, on, seq)
                if let_in is not None:
                    yield let_in
                continue
            parcel, name = self.parcels[event.number][1], f"{event.number}{event.tail}"
            slot = (parcel.feed, parcel.kind, parcel.reference_on)
            if latest.get(slot) == name:
                continue
            blank = Delivery(seq, on, parcel.feed, parcel.kind, parcel.reference_on, {})
            said = self._sheets.read(parcel, event.number, event.carriage)
            delivery, verdict = desk.take(name, blank, said)
            if verdict != REFUSED:
                latest[slot] = name
            if verdict == ACCEPTED:
                yield delivery

    def shown(self, line: Line) -> list[Held]:
        """A clean row as its file shows it, with all dirt."""
        self.dirt.without = self._washed
        return self.dirt.row(self.parcels[line.parcel][1], line.row)

    def part(self, nodes: Collection[Node], without: Collection[str]) -> Truth:
        """The figures of a city that has these records only, each file arriving whole and in time."""
        self.dirt.without = self._washed | frozenset(without)
        rows: dict[int, list[tuple[int, Sequence[str]]]] = defaultdict(list)
        for node in nodes:
            for line in self.lines[node]:
                parcel = self.parcels[line.parcel][1]
                rows[line.parcel] += [(line.number, one.cells) for one in self.dirt.row(parcel, line.row)]
        return self.count(self._delivered(rows))

    def _delivered(self, rows: Mapping[int, list[tuple[int, Sequence[str]]]]) -> Iterator[Delivery]:
        for number, (day, parcel) in enumerate(self.parcels):
            empty = Delivery(number + 1, day, parcel.feed, parcel.kind, parcel.reference_on, {})
            if number not in rows:
                yield empty
                continue
            lines = [row for _, row in sorted(rows[number], key=lambda item: item[0])]
            said = read_lines(parcel.feed, parcel.header(), lines)
            if said is not None:
                yield replace(empty, rows=said.rows, deleted=said.deleted)

    def count(self, deliveries: Iterable[Delivery]) -> Truth:
        """The figures that follow from what is believed."""
        return truth_from(deliveries, self._as_of.valid_on, self._as_of.known_on, given=self._given)

    def _by_record(self) -> dict[Node, list[Line]]:
        lines: dict[Node, list[Line]] = defaultdict(list)
        for at, (_, parcel) in enumerate(self.parcels):
            shift = int(parcel.kind == "delta")
            for number, held in enumerate(parcel.rows):
                lines[(parcel.feed, record_of(parcel.feed, held.cells, shift))].append(Line(at, number, held))
        return dict(lines)
