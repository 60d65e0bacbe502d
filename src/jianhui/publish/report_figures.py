"""Figures as they are shown: shares that never flatter, judgements in integers."""

import math
from decimal import Decimal
from fractions import Fraction

_HUNDREDTHS_OF_A_PERCENT = 10_000


def shown_share(part: int | None, whole: int, *, target: Fraction | None = None) -> Decimal | None:
    """``part / whole`` in [0,1] to four places (two of a percentage), half up.

    A share below ``target``, or below the whole, is never rounded up to it: 90.996 % of a target of 91 % is
    shown as 90.99 %. None where ``part`` is unknown or there is nothing to divide by.
    """
    if part is None or whole == 0:
        return None
    exact = Fraction(part, whole)
    shown = (2 * part * _HUNDREDTHS_OF_A_PERCENT + whole) // (2 * whole)
    for mark in (target, Fraction(1)):
        if mark is not None and exact < mark and shown >= mark * _HUNDREDTHS_OF_A_PERCENT:
            shown = _floor_below(mark)
    return Decimal(shown).scaleb(-4)


def percent(share: Decimal | None) -> str:
    """0.9099 → ``90.99%``; unknown → ``—``."""
    return "—" if share is None else f"{share * 100:.2f}%"


def percent_bounds(low: float, high: float) -> str:
    """0.68321, 0.70889 → ``68.32%–70.89%``: rounded outward, so that what is shown holds what is meant."""
    shown = (
        math.floor(round(low * _HUNDREDTHS_OF_A_PERCENT, 6)),
        math.ceil(round(high * _HUNDREDTHS_OF_A_PERCENT, 6)),
    )
    first, last = (percent(Decimal(bound).scaleb(-4)) for bound in shown)
    return f"{first}–{last}"


def target_fraction(target_rate: float | None) -> Fraction | None:
    """A published target as the exact number it stands for (0.91 → 91/100)."""
    return None if target_rate is None else Fraction(str(target_rate))


def missing_to_target(n_covered: int, n_base: int, target: Fraction) -> int:
    """How many more enterprises must be covered to reach ``target``; 0 when it is met."""
    needed = -(-target.numerator * n_base // target.denominator)
    return max(0, needed - n_covered)


def _floor_below(mark: Fraction) -> int:
    """Greatest whole number of hundredths of a percent strictly below ``mark``."""
    scaled = mark * _HUNDREDTHS_OF_A_PERCENT
    return -(-scaled.numerator // scaled.denominator) - 1
