"""Fit the weights of a conditional logit with the alternative "none": maximum likelihood with a ridge.

Full-batch Adam on sparse features, from weights of nought: the same examples give the same weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jianhui.resolve.pairs import Comparison
from jianhui.resolve.weighing import model_features

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

RIDGE = 0.03
"""This of log odds of pull towards nought per thousand examples and unit of weight."""
STEPS = 600
STEP_SIZE = 0.1
_FIRST_MOMENT, _SECOND_MOMENT, _TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Example:
    """One record: the comparisons with its candidates, and which of them it is (None: none of them)."""

    comparisons: Sequence[Comparison]
    truth: int | None


def fit(examples: Sequence[Example], ridge: float = RIDGE) -> dict[str, float]:
    """Weights by model feature, those that any comparison of ``examples`` shows; sorted by name."""
    names = sorted({name for one in examples for it in one.comparisons for _, name, _ in model_features(it)})
    column_of = {name: column for column, name in enumerate(names)}
    rows, columns, values, owners, right = _sparse(examples, column_of)
    weights = np.zeros(len(names))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    scale = 1000.0 / max(len(examples), 1)
    for step in range(1, STEPS + 1):
        shares = _shares(rows, columns, values, owners, weights, len(examples))
        error = (shares - right)[rows] * values
        gradient = np.bincount(columns, error, minlength=len(names)) * scale + ridge * weights
        first = _FIRST_MOMENT * first + (1 - _FIRST_MOMENT) * gradient
        second = _SECOND_MOMENT * second + (1 - _SECOND_MOMENT) * gradient**2
        unbiased = first / (1 - _FIRST_MOMENT**step), second / (1 - _SECOND_MOMENT**step)
        weights -= STEP_SIZE * unbiased[0] / (np.sqrt(unbiased[1]) + _TINY)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def _sparse(
    examples: Sequence[Example], column_of: dict[str, int]
) -> tuple[Integers, Integers, Floats, Integers, Floats]:
    """Coordinates and values of the features; per candidate its example and whether it is the right one."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    owners: list[int] = []
    right: list[float] = []
    for number, example in enumerate(examples):
        for place, comparison in enumerate(example.comparisons):
            for _, name, value in model_features(comparison):
                rows.append(len(owners))
                columns.append(column_of[name])
                values.append(value)
            owners.append(number)
            right.append(float(place == example.truth))
    return (
        np.array(rows, dtype=np.int64),
        np.array(columns, dtype=np.int64),
        np.array(values),
        np.array(owners, dtype=np.int64),
        np.array(right),
    )


def _shares(
    rows: Integers, columns: Integers, values: Floats, owners: Integers, weights: Floats, n: int
) -> Floats:
    """Probability of each candidate under ``weights``."""
    scores = np.bincount(rows, values * weights[columns], minlength=len(owners))
    highest = np.zeros(n)
    np.maximum.at(highest, owners, scores)
    exponentials = np.exp(scores - highest[owners])
    totals = np.bincount(owners, exponentials, minlength=n) + np.exp(-highest)
    shares: Floats = exponentials / totals[owners]
    return shares
