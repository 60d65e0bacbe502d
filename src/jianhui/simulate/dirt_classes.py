"""The classes of dirt and how often each occurs: the committed table ``dirt_rates.csv``, read and checked."""

import csv
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from jianhui.simulate.columns import FEEDS
from jianhui.simulate.draws import mixed, stable_hash

TABLE = Path(__file__).with_name("dirt_rates.csv")
LEVELS = ("cell", "row", "file")
EXPECTATIONS = ("absorbed", "loses_link", "held", "row_quarantined", "shifts_figures")
UNION_REGISTERS = ("union_organisations", "union_coverage")

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
    """A class at one place of a feed: the column, or ``""`` for the row or file as a whole.

    Each place and rule is decided for itself, by ``salt``, so taking one piece away leaves every other as it
    is.
    """

    of: DirtClass
    column: str
    rate: int
    salt: int


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


def number_at(rule: Rule, place: int) -> int:
    """The number that says whether ``rule`` strikes at ``place`` (a hash), what by, and what the piece is
    called.
    """
    return mixed(place ^ rule.salt)


def strikes(rule: Rule, number: int) -> bool:
    """Whether the rule strikes where it has this number."""
    return number % _SCALE < rule.rate


def choice_of(number: int) -> int:
    """A number to choose by."""
    return number // _SCALE


def lasting_at(feed: str, place: int) -> list[tuple[Rule, int]]:
    """The lasting errors of a record of ``feed`` at ``place`` (a hash), each with its number there."""
    return [
        (rule, number)
        for rule, salt, rate in _lasting(feed)
        if (number := mixed(place ^ salt)) % _SCALE < rate
    ]


@cache
def _lasting(feed: str) -> tuple[tuple[Rule, int, int], ...]:
    found = [rule for level in ("cell", "row") for rule in rules(feed, level) if rule.of.is_lasting]
    return tuple((rule, rule.salt, rule.rate) for rule in found)


def slip_at(feed: str, place: int) -> Rule | None:
    """The slip of a row in one delivery, at most one, that occurs at ``place`` (evenly spread bits)."""
    slips, bounds = _slips(feed)
    number = place % _SCALE
    return slips[bisect_right(bounds, number)] if bounds and number < bounds[-1] else None


@cache
def _slips(feed: str) -> tuple[tuple[Rule, ...], tuple[int, ...]]:
    """The rules for rows of ``feed`` that strike one delivery and not the next, and their rates summed up."""
    slips = tuple(rule for rule in rules(feed, "row") if not rule.of.is_lasting)
    return slips, tuple(accumulate(rule.rate for rule in slips))


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
