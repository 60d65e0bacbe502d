"""Draws that are the same on every machine: whole numbers only, from a generator written out here.

The generator is splitmix64 (Steele, Lea, Flood 2014) started from a hash of the stream's name. Nothing is
taken from ``random``, whose distributions may change, and there are no logarithms: the last bit of a
transcendental function differs between machines, and one different bit would move a whole city.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15


class Weighted(Generic[T]):
    """Items, each to be drawn in proportion to its weight."""

    def __init__(self, items: Iterable[tuple[int, T]]) -> None:
        pairs = [(weight, item) for weight, item in items if weight > 0]
        self.items = tuple(item for _, item in pairs)
        self.bounds = tuple(accumulate(weight for weight, _ in pairs))
        if not pairs:
            raise ValueError("no weight above zero")


class Steps(Weighted[tuple[int, int]]):
    """A distribution of whole numbers: (weight, least, greatest), even within each step."""

    def __init__(self, *steps: tuple[int, int, int]) -> None:
        super().__init__((weight, (least, greatest)) for weight, least, greatest in steps)


def stable_hash(*parts: str | int) -> int:
    """64 bits that depend on the parts alone, the same on every machine and in every run."""
    text = "|".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def mixed(number: int) -> int:
    """The bits of a 64-bit number spread evenly: the finaliser of splitmix64."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


class Draw:
    """One stream of draws, named by the city's seed and a path such as ``("unit", 17)``."""

    __slots__ = ("_state",)

    def __init__(self, seed: int, *path: str | int) -> None:
        self._state = stable_hash(seed, *path)

    def below(self, n: int) -> int:
        """A whole number in [0, n)."""
        self._state = state = (self._state + _STEP) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((state ^ (state >> 31)) * n) >> 64

    def between(self, least: int, greatest: int) -> int:
        """A whole number in [least, greatest]."""
        return least + self.below(greatest - least + 1)

    def chance(self, per_thousand: int) -> bool:
        """True in ``per_thousand`` of a thousand draws."""
        return self.below(1000) < per_thousand

    def pick(self, items: Sequence[T]) -> T:
        """One of ``items``, each as likely as the other."""
        return items[self.below(len(items))]

    def weighted(self, table: Weighted[T]) -> T:
        """One of the items in proportion to its weight."""
        return table.items[bisect_right(table.bounds, self.below(table.bounds[-1]))]

    def steps(self, steps: Steps) -> int:
        """A whole number from a distribution given in steps."""
        least, greatest = self.weighted(steps)
        return self.between(least, greatest)

    def day(self, first: date, last: date) -> date:
        """A day in [first, last]."""
        return first + timedelta(days=self.between(0, (last - first).days))
