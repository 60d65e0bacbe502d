"""The truth of forecasts: a damped trend, and what it would have said at earlier month ends.

Written from the method, with the standard library's mean and standard deviation.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import NormalDist, mean, stdev

from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.plan.indicator_figures import RATES, Key, Value

WINDOW, LEAST, BACKTEST, HORIZON, LEVEL = 12, 6, 6, 60, 0.8
DAMPING, LEAST_BACKTESTS = 0.95, 20

Points = Mapping[date, Value]


@dataclass(frozen=True)
class Target:
    """What a plan wants of an indicator in a group by the end of a year."""

    plan: str
    year: int
    indicator: str
    grouping: str
    code: str
    wanted: float

    @property
    def due_on(self) -> date:
        """Last day of the year."""
        return date(self.year, 12, 31)

    @property
    def key(self) -> Key:
        """Indicator, grouping and code."""
        return self.indicator, self.grouping, self.code


def months_between(first: date, last: date) -> int:
    """Calendar months from that of ``first`` to that of ``last``."""
    return (last.year - first.year) * 12 + last.month - first.month


@dataclass(frozen=True)
class Walk:
    """A trajectory as seen from one of its month ends. ``scale``: half the width of the interval so many
    months ahead is this times :func:`spread`; None where too few months are known.
    """

    on: date
    value: float
    pace: float
    n: int
    scale: float | None

    def value_in(self, steps: int) -> float:
        """The forecast so many months ahead."""
        return self.value + self.pace * damped(steps)

    def half_width(self, steps: int) -> float:
        """Half the width of the interval so many months ahead."""
        return (self.scale or 0.0) * spread(steps, self.n)


def damped(steps: int) -> float:
    """How many months at full pace so many months are worth."""
    return sum(DAMPING**step for step in range(1, steps + 1))


def spread(steps: int, n: int) -> float:
    """How the error grows with the months ahead, the pace being the mean of ``n`` changes."""
    return math.sqrt(steps * (1 + steps / n))


_T = math.sqrt(-2 * math.log((1 - LEVEL) / 2))
_Z = _T - (2.515517 + 0.802853 * _T + 0.010328 * _T**2) / (
    1 + 1.432788 * _T + 0.189269 * _T**2 + 0.001308 * _T**3
)
"""The quantile by the approximation the method names (Abramowitz and Stegun 26.2.23)."""
assert abs(_Z - NormalDist().inv_cdf((1 + LEVEL) / 2)) < 0.00045


def student(df: int) -> float:
    """Student's quantile at :data:`LEVEL` by the approximation the method names (same, 26.7.5)."""
    z = _Z
    return (
        z
        + (z**3 + z) / (4 * df)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)
    )


def series_of(points: Points, recorded_from: date) -> list[tuple[date, float]]:
    """The month ends a forecast rests on: only those on record, once there are more than :data:`LEAST`."""
    series = [
        (day, one.value)
        for day, one in sorted(points.items())
        if day == month_end(day) and one.value is not None
    ]
    recorded = [(day, value) for day, value in series if day >= recorded_from]
    return recorded if len(recorded) > LEAST else series


def walks_of(series: Sequence[tuple[date, float]]) -> list[Walk]:
    """The walk as seen from each month end that has one before it, of what was known by then."""
    values = [value for _, value in series]
    changes = [later - before for before, later in pairwise(values)]
    found: list[Walk] = []
    seen: list[float] = []  # errors so far, in units of their spread
    for at in range(1, len(series)):
        window = changes[max(0, at - WINDOW) : at]
        for before, walk in enumerate(found, start=1):
            if walk.n >= LEAST and at - before <= BACKTEST:
                error = abs(values[at] - walk.value_in(at - before))
                seen.append(error / spread(at - before, walk.n))
        errors = sorted(seen)
        scale = None
        if len(window) >= LEAST:
            scale = student(len(window) - 1) * stdev(window)
            if len(errors) >= LEAST_BACKTESTS:
                rank = min(len(errors), math.ceil(LEVEL * (len(errors) + 1)))
                scale = max(scale, errors[rank - 1])
        found.append(Walk(series[at][0], values[at], mean(window), len(window), scale))
    return found


def walk_of(points: Points, recorded_from: date) -> Walk | None:
    """The walk as seen from the last month end."""
    walks = walks_of(series_of(points, recorded_from))
    return walks[-1] if walks else None


def forecast_row(
    one: Target, values: Mapping[Key, Value], trajectories: Mapping[Key, Points], recorded_from: date
) -> dict[str, object]:
    """agg_target_forecast of one target."""
    present = values.get(one.key)
    series = series_of(trajectories.get(one.key, {}), recorded_from)
    walks = walks_of(series)
    walk = walks[-1] if walks else None
    if present is None:
        reason: str | None = "not_measured"
    elif present.reason is not None:
        reason = present.reason
    elif not series:
        reason = "no_trajectory"
    elif walk is None or walk.n < LEAST:
        reason = "history_too_short"
    else:
        reason = None
    row: dict[str, object] = {
        "plan_name": one.plan,
        "plan_year": one.year,
        "indicator": one.indicator,
        "grouping": one.grouping,
        "group_code": one.code,
        "n_months": walk.n if walk is not None else None,
        "reason": reason,
    }
    names = ("expected_on", "earliest_on", "latest_on", "expected_value", "low_value", "high_value")
    row |= dict.fromkeys((*names, "interval_scale", "n_backtests", "backtest_inside_rate", "backtest_error"))
    if reason is None and walk is not None and present is not None and present.value is not None:
        row |= _ahead(one, walk, present.value, one.indicator in RATES)
        row |= _backtests(dict(series), walks)
        row["interval_scale"] = round(walk.scale or 0.0, 9)
    return row


def _ahead(one: Target, walk: Walk, value: float, is_rate: bool) -> dict[str, object]:
    most = 1.0 if is_rate else 1e15
    found: dict[str, object] = {}
    first: dict[str, date] = {}
    due = max(0, months_between(walk.on, one.due_on))
    for step in range(1, HORIZON + 1):
        plain, half = walk.value_in(step), walk.half_width(step)
        bounds = {"expected": plain, "latest": plain - half, "earliest": plain + half}
        bounds = {name: min(max(bound, 0.0), most) for name, bound in bounds.items()}
        on = month_end(add_months(walk.on, step))
        for name, bound in bounds.items():
            if bound >= one.wanted:
                first.setdefault(name, on)
        if step == due:
            found |= {
                "expected_value": round(bounds["expected"], 9),
                "low_value": round(bounds["latest"], 9),
                "high_value": round(bounds["earliest"], 9),
            }
    if value < one.wanted:
        found |= {f"{name}_on": first.get(name) for name in ("expected", "earliest", "latest")}
    return found


def _backtests(series: Mapping[date, float], walks: Iterable[Walk]) -> dict[str, object]:
    inside: Counter[bool] = Counter()
    errors: list[float] = []
    for walk in walks:
        if walk.n < LEAST:
            continue
        for step in range(1, BACKTEST + 1):
            came = series.get(month_end(add_months(walk.on, step)))
            if came is None:
                continue
            error = abs(came - walk.value_in(step))
            errors.append(error)
            inside[error <= walk.half_width(step) + 1e-12] += 1
    n = len(errors)
    return {
        "n_backtests": n,
        "backtest_inside_rate": inside[True] / n if n else None,
        "backtest_error": round(sum(errors) / n, 9) if n else None,
    }
