"""What a section of the work plan is to the simulation: its feeds, what they say when, and the figures that
follow, counted in plain Python over dated facts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from jianhui.simulate.agencies import City
from jianhui.simulate.figures import Judged, Table
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.readings import Codes, canonical, read_date
from jianhui.simulate.states import City as CityAsRead


class Entry(NamedTuple):
    """What a list comes to hold on ``known_on``: a row under its key in place of any before it. Cells by the
    names of ``PlanFeed.columns``; those not named are blank.
    """

    feed: str
    known_on: date
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """A record as read: its cells by name, as text, as of the day asked for.

    ``key``: canonical, joined with ``|``. ``first_on``: the reference date it was first told on.
    """

    key: str
    cells: Mapping[str, str]
    first_on: date

    def __getitem__(self, name: str) -> str:
        return self.cells[name].strip()

    def day(self, name: str) -> date | None:
        """A cell as a date, null where it is none."""
        return read_date(self[name])

    def count(self, name: str) -> int | None:
        """A cell as a whole number of nought or more, null where it is none."""
        text = canonical(self[name]).replace(",", "")
        return int(text) if text.isdecimal() else None


@dataclass(frozen=True)
class UnionFacts:
    """A union of the register on the day. ``host``: the number of the enterprise it is the union of.

    ``kind``, ``parent`` and ``founded_on`` as the register says; ``district``, ``street``: ``unknown`` where
    it does not tell. ``is_over``: it has ended. ``is_subordinate``: 市总直属, None where nothing is said.
    ``area``: the zone that manages it, else its district. ``host_name``, ``host_code``: cells as written.
    """

    number: str
    kind: str
    parent: str
    founded_on: date | None
    is_normal: bool
    district: str
    host: str | None
    members: int | None
    street: str = "unknown"
    women: int | None = None
    is_over: bool = False
    is_subordinate: bool | None = None
    area: str = "unknown"
    staff: int | None = None
    migrants: int | None = None
    host_name: str = ""
    host_code: str = ""


Holder = Callable[[str, str, Codes, str], str | None]
"""Feed, record key, codes and canonical name of a record → whose it is on the day, or None."""


@dataclass(frozen=True)
class Known:
    """Everything told by the end of a day, as of ``valid_on``: the base city, and the plan's own lists.

    ``enterprises``: by the number that ``figures`` gives them, those the registry holds on the day.
    ``received``: the feeds of which anything was ever believed. ``responsible``: street, zone or district →
    the federation that answers for it. ``base``: the truth of the base's marts and of
    the sections before. ``city``: the city as
    read, ``unions_on`` its unions on another day, and ``holder`` whose a list's record is.
    ``recorded_from``: the day of the registry's first full file;
    ``listed_on``: that on which the year's base list was fixed.
    """

    valid_on: date
    unions: Mapping[str, UnionFacts]
    enterprises: Mapping[str, Judged]
    records: Mapping[str, Sequence[Told]]
    received: frozenset[str] = field(default_factory=frozenset)
    responsible: Mapping[str, str] = field(default_factory=dict)
    base: Mapping[str, Table] = field(default_factory=dict)
    city: CityAsRead | None = None
    unions_on: Callable[[date], Mapping[str, UnionFacts]] = lambda _: {}
    holder: Holder = lambda *_: None
    recorded_from: date = date.min
    listed_on: date = date.min

    def of(self, feed: str) -> Sequence[Told]:
        """The records of a feed in order of their keys."""
        return self.records.get(feed, ())


class Section(Protocol):
    """One part of the work plan.

    ``feeds``: by name. ``entries``: everything its lists ever come to hold about one block of a city (each
    drawn from the seed and the union or unit it is about, never from the order in which they are met).
    ``figures``: the marts' truth by table; of each row the columns that are to be compared.
    """

    @property
    def feeds(self) -> Mapping[str, PlanFeed]:
        """Its feeds by name."""

    def entries(self, city: City) -> Iterator[Entry]:
        """What its lists come to hold of a block of a city, in any order."""

    def figures(self, known: Known) -> Mapping[str, Table]:
        """The truth of its marts."""


Cells = Mapping[str, str]
Rows = Iterable[Mapping[str, Any]]
