"""Shares with their intervals."""

import pytest

from jianhui.core.proportions import wilson


@pytest.mark.parametrize(
    ("n_yes", "n", "low", "high"),
    # R: prop.test(x, n, correct = FALSE)$conf.int
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_is_wilson_s(n_yes: int, n: int, low: float, high: float) -> None:
    found = wilson(n_yes, n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0).as_dict() == {"n_yes": 0, "n": 0, "share": None, "low": None, "high": None}


def test_more_than_all_is_no_share() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)
