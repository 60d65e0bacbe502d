"""Shown figures never flatter."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianhui.publish.report_figures import (
    missing_to_target,
    percent,
    percent_bounds,
    shown_share,
    target_fraction,
)

TARGET = Fraction(91, 100)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (90_996, 100_000, "90.99%"),
        (91_000, 100_000, "91.00%"),
        (90_994, 100_000, "90.99%"),
        (45_678, 100_000, "45.68%"),
        (45_675, 100_000, "45.68%"),
        (99_999, 100_000, "99.99%"),
        (7, 7, "100.00%"),
        (0, 7, "0.00%"),
        (1, 3, "33.33%"),
        (None, 7, "—"),
        (0, 0, "—"),
    ],
)
def test_shares_show_two_places_and_a_missed_mark_is_not_rounded_up_to(
    part: int | None, whole: int, shown: str
) -> None:
    assert percent(shown_share(part, whole, target=TARGET)) == shown


@given(st.integers(1, 10_000_000), st.data())
def test_what_is_shown_is_within_a_hundredth_and_on_the_right_side_of_the_target(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    shown = shown_share(part, whole, target=TARGET)
    assert shown is not None
    assert abs(Fraction(shown) - Fraction(part, whole)) < Fraction(1, 10_000)
    assert (Fraction(shown) >= TARGET) == (100 * part >= 91 * whole)
    assert (shown == 1) == (part == whole)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_as_many_more_enterprises_as_are_said_reach_the_target_and_one_less_does_not(
    covered: int, base: int
) -> None:
    missing = missing_to_target(covered, base, TARGET)
    assert 100 * (covered + missing) >= 91 * base
    assert missing == 0 or 100 * (covered + missing - 1) < 91 * base


def test_a_published_target_is_read_as_the_number_it_stands_for() -> None:
    assert target_fraction(0.91) == TARGET
    assert target_fraction(None) is None
    assert Decimal("0.91") == shown_share(91, 100, target=TARGET)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.68321, 0.70889, "68.32%–70.89%"), (0.57, 0.58, "57.00%–58.00%"), (0, 1, "0.00%–100.00%")],
)
def test_bounds_are_rounded_outward(low: float, high: float, shown: str) -> None:
    assert percent_bounds(low, high) == shown
