"""Draws that are the same on every machine.

Only ``random.Random.random`` is used: its sequence for a text seed is fixed by the language's documentation,
while ``choice``, ``shuffle`` and the distributions may change. No logarithms either: the last bit of a
transcendental function differs between machines, and one different bit would move a whole city.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")

Steps = Sequence[tuple[int, int, int]]
"""A distribution of whole numbers: (weight, least, greatest), even within each step."""


class Draw:
    """One stream of draws, named by the city's seed and a path such as ``("unit", 17)``."""

    def __init__(self, seed: int, *path: str | int) -> None:
        self._next = random.Random("/".join([str(seed), *map(str, path)])).random

    def below(self, n: int) -> int:
        """A whole number in [0, n)."""
        return int(self._next() * n)

    def between(self, least: int, greatest: int) -> int:
        """A whole number in [least, greatest]."""
        return least + self.below(greatest - least + 1)

    def chance(self, per_thousand: int) -> bool:
        """True in ``per_thousand`` of a thousand draws."""
        return self.below(1000) < per_thousand

    def pick(self, items: Sequence[T]) -> T:
        """One of ``items``, each as likely as the other."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[int, T]]) -> T:
        """One of ``items`` in proportion to its weight."""
        left = self.below(sum(weight for weight, _ in items))
        for weight, item in items:
            left -= weight
            if left < 0:
                return item
        raise ValueError("no weight above zero")

    def steps(self, steps: Steps) -> int:
        """A whole number from a distribution given in steps."""
        least, greatest = self.weighted([(weight, (low, high)) for weight, low, high in steps])
        return self.between(least, greatest)

    def day(self, first: date, last: date) -> date:
        """A day in [first, last]."""
        return first + timedelta(days=self.between(0, (last - first).days))
