"""Shares and how far they may be off."""

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True)
class Proportion:
    """``n_yes`` of ``n``, with the bounds of its interval in [0, 1]. All null where ``n`` is zero."""

    n_yes: int
    n: int
    share: float | None
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """For a program."""
        return vars(self)


def wilson(n_yes: int, n: int, z: float = Z_95) -> Proportion:
    """``n_yes`` of ``n`` with its Wilson score interval (E. B. Wilson, JASA 22, 1927); 95 % by default.

    Unlike the normal approximation it stays within [0, 1] and is no point at 0 or 1. Raises ``ValueError``
    unless 0 ≤ ``n_yes`` ≤ ``n``.
    """
    if not 0 <= n_yes <= n:
        raise ValueError(f"{n_yes} of {n} is no proportion")
    if n == 0:
        return Proportion(0, 0, None, None, None)
    share = n_yes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if n_yes == 0 else max(0.0, middle - half)
    high = 1.0 if n_yes == n else min(1.0, middle + half)
    return Proportion(n_yes, n, share, low, high)
