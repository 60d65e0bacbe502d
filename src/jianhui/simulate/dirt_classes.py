"""The classes of dirt and how often each occurs: the committed table ``dirt_rates.csv``, read and checked."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jianhui.simulate.columns import FEEDS

TABLE = Path(__file__).with_name("dirt_rates.csv")
LEVELS = ("cell", "row", "file")
EXPECTATIONS = ("absorbed", "loses_link", "held", "row_quarantined", "shifts_figures")
UNION_REGISTERS = ("union_organisations", "union_coverage")

_MASK = (1 << 64) - 1
_SCALE = 1_000_000


@dataclass(frozen=True)
class DirtClass:
    """One class of dirt.

    ``level``: what it touches (a cell, a row or a whole file). ``is_lasting``: the agency holds the error in
    its register and repeats it in every delivery; else it is a slip of one delivery. ``places``: feed →
    columns it may touch, ``""`` for rows and files. ``expectation``: what the night should make of it.
    """

    name: str
    level: str
    is_lasting: bool
    rate_unions: int
    rate_others: int
    places: Mapping[str, tuple[str, ...]]
    expectation: str
    zh: str
    en: str

    def rate(self, feed: str) -> int:
        """How many in a million of the places it applies to in ``feed``."""
        return self.rate_unions if feed in UNION_REGISTERS else self.rate_others


@dataclass(frozen=True)
class Rule:
    """A class at one place of a feed: the column, or ``""`` for the row or file as a whole."""

    of: DirtClass
    column: str
    rate: int
    salt: int

    def draw(self, place: int) -> int | None:
        """A number to choose by where the piece occurs at ``place`` (a hash), else None.

        Each place and rule is decided for itself, so taking one piece away leaves every other as it is.
        """
        number = mixed(place ^ self.salt)
        return number // _SCALE if number % _SCALE < self.rate else None

    def strikes(self, place: int) -> bool:
        """Whether the piece occurs at ``place``."""
        return mixed(place ^ self.salt) % _SCALE < self.rate


@cache
def dirt_classes() -> tuple[DirtClass, ...]:
    """All classes in the order of the table, which is the order in which they are applied to a cell."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(_read(line) for line in csv.DictReader(stream))


@cache
def rules(feed: str, level: str) -> tuple[Rule, ...]:
    """Where the classes of ``level`` may strike in ``feed``."""
    return tuple(
        Rule(one, column, one.rate(feed), stable_hash(feed, column, one.name))
        for one in dirt_classes()
        if one.level == level and one.rate(feed)
        for column in one.places.get(feed, ())
    )


@cache
def slip_rules(feed: str) -> tuple[Rule, ...]:
    """The rules for rows of ``feed`` that strike one delivery and not the next."""
    return tuple(rule for rule in rules(feed, "row") if not rule.of.is_lasting)


def stable_hash(*parts: str | int) -> int:
    """64 bits that depend on the parts alone, the same on every machine and in every run."""
    text = "|".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def mixed(number: int) -> int:
    """The bits of a 64-bit number spread evenly: the finaliser of splitmix64."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


def _read(line: Mapping[str, str]) -> DirtClass:
    places: dict[str, tuple[str, ...]] = {}
    for place in line["fields"].split():
        feed, _, column = place.partition(".")
        if feed not in FEEDS or (column and column not in FEEDS[feed].values()):
            raise ValueError(f"{TABLE.name}: {line['class']}: no such place: {place}")
        places[feed] = (*places.get(feed, ()), column)
    if line["level"] not in LEVELS or line["expectation"] not in EXPECTATIONS:
        raise ValueError(f"{TABLE.name}: {line['class']}: unknown level or expectation")
    return DirtClass(
        name=line["class"],
        level=line["level"],
        is_lasting=line["lasting"] == "yes",
        rate_unions=round(float(line["rate_unions"]) * _SCALE),
        rate_others=round(float(line["rate_others"]) * _SCALE),
        places=places,
        expectation=line["expectation"],
        zh=line["zh"],
        en=line["en"],
    )
