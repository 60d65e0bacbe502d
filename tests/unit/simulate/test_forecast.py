"""The forecast's interval holds the truth about as often as it says: on walks, and on simulated years."""

import math
import random
from datetime import date
from pathlib import Path

import pytest

from jianhui.simulate import simulate, truth_at
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.plan.forecast_figures import (
    DAMPING,
    LEAST,
    LEVEL,
    damped,
    series_of,
    spread,
    student,
    walk_of,
    walks_of,
)
from jianhui.simulate.plan.indicator_figures import Value

START = date(2012, 1, 31)
FORECAST = {"coverage_rate", "coverage_rate_live", "n_members", "n_grassroots_unions"}


def months(values: list[float]) -> list[tuple[date, float]]:
    return [(month_end(add_months(START, at)), value) for at, value in enumerate(values)]


def binomial_bounds(n: int, p: float, tail: float) -> tuple[int, int]:
    """The least and most successes of ``n`` that leave no more than ``tail`` beyond them on each side."""

    def beyond(counts: range) -> int:
        total = 0.0
        for k in counts:
            total += math.comb(n, k) * p**k * (1 - p) ** (n - k)
            if total > tail:
                return k
        raise AssertionError

    return beyond(range(n + 1)), beyond(range(n, -1, -1))


def test_students_quantile_is_that_of_the_tables() -> None:
    told = {5: 1.475884, 6: 1.439756, 11: 1.363430, 30: 1.310415}
    assert {df: student(df) for df in told} == pytest.approx(told, abs=1e-3)


def test_so_many_months_ahead_are_worth_fewer_at_full_pace() -> None:
    assert damped(1) == DAMPING
    assert damped(7) == pytest.approx(DAMPING * (1 - DAMPING**7) / (1 - DAMPING))


@pytest.mark.parametrize("n_changes", [LEAST, 24])
def test_the_interval_holds_a_walk_as_often_as_it_says(n_changes: int) -> None:
    """With the normal quantile in place of Student's a walk of six months would be held in 74 of 100."""
    draw, n, ahead = random.Random(20140331), 1000 if n_changes == LEAST else 300, 3
    inside = 0
    for _ in range(n):
        values = [0.0]
        for _ in range(n_changes + ahead):
            values.append(values[-1] + draw.gauss(0, 1))
        walk = walks_of(months(values[: n_changes + 1]))[-1]
        inside += abs(values[-1] - walk.value_in(ahead)) <= walk.half_width(ahead)
    least, most = binomial_bounds(n, LEVEL, 0.005)
    # Where there are past forecasts the wider of two is taken, which holds somewhat more.
    assert least <= inside <= (most if n_changes == LEAST else 0.9 * n)


def test_where_past_forecasts_erred_more_than_the_months_spread_the_interval_is_as_wide_as_their_errors() -> (
    None
):
    """A line that stops rising: its months of standstill have no deviation, its past forecasts were wrong."""
    walks = walks_of(months([float(min(month, 12)) for month in range(25)]))
    last = walks[-1]
    assert last.pace == 0
    errors = sorted(
        abs(min(came, 12.0) - walk.value_in(came - at)) / spread(came - at, walk.n)
        for at, walk in enumerate(walks, start=1)
        for came in range(at + 1, min(at + 6, 24) + 1)
        if walk.n >= LEAST
    )
    assert last.scale == pytest.approx(errors[math.ceil(LEVEL * (len(errors) + 1)) - 1])
    assert last.scale > 0.3


def test_of_months_before_the_register_none_counts_once_enough_are_on_record() -> None:
    points = {day: Value(value, None, False) for day, value in months([float(month) for month in range(20)])}
    days = sorted(points)
    assert [day for day, _ in series_of(points, days[13])] == days[13:]
    assert [day for day, _ in series_of(points, days[14])] == days
    walk = walk_of(points, days[13])
    assert walk is not None
    assert walk.n == LEAST


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_on_simulated_years_four_of_five_intervals_hold_what_came(tmp_path: Path) -> None:
    """As known on 30 June, of the 31 December that then came: of each city, year and indicator one forecast,
    so that they are hardly dependent. The frozen rate, that of the plan's own target, also by itself.
    """
    inside: list[tuple[str, bool]] = []
    for seed in range(1, 13):
        city = tmp_path / str(seed)
        start, end = date(2014, 1, 1), date(2015, 12, 31)
        simulate(city, enterprises=400, seed=seed, start=start, end=end, truth_on=(), plan=True)
        for year in (2014, 2015):
            origin, due = date(year, 6, 30), date(year, 12, 31)
            then, came = (_of_the_city(city, day) for day in (origin, due))
            for indicator in sorted(FORECAST):
                since = date(year - 1, 12, 31) if indicator == "coverage_rate" else start
                walk = walk_of(then[indicator], since)
                value = came[indicator][due].value
                assert walk is not None
                assert value is not None
                inside.append((indicator, abs(value - walk.value_in(6)) <= walk.half_width(6) + 1e-12))
    for chosen in (FORECAST, {"coverage_rate"}):
        held = [is_inside for indicator, is_inside in inside if indicator in chosen]
        least, most = binomial_bounds(len(held), LEVEL, 0.025)
        print(f"{', '.join(sorted(chosen))}: {sum(held)} of {len(held)}, wanted {least} to {most}")
        assert least <= sum(held) <= most


def _of_the_city(city: Path, day: date) -> dict[str, dict[date, Value]]:
    found: dict[str, dict[date, Value]] = {indicator: {} for indicator in FORECAST}
    for row in truth_at(city, day).tables["agg_target_trajectory"]:
        if row["grouping"] == "city":
            value = Value(row["numerator"], row["denominator"], row["denominator"] is not None)
            found[row["indicator"]][row["observed_on"]] = value
    return found
