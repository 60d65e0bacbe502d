"""Every changed figure between two releases, split by cause: exact, because the causes are steps of a path.

The path leads from release A to release B over builds that differ in one thing each (``Step``). What a
figure changes by on a step is due to that step's cause; so the causes add up to the move, by construction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

import polars as pl

Cause = Literal["code", "policy", "linking", "judgement", "correction", "late", "world"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""In the order in which they are taken (ADR 0012)."""

CAUSE_NAMES: Mapping[Cause, tuple[str, str]] = {
    "code": ("程序", "code"),
    "policy": ("规则", "policy"),
    "linking": ("关联模型", "link model"),
    "judgement": ("人工判断", "a person's judgement"),
    "correction": ("部门更正", "agency's correction"),
    "late": ("迟到资料", "late arrival"),
    "world": ("实际变动", "the world changed"),
}


@dataclass(frozen=True)
class Step:
    """From one build to the next. ``before``, ``after``: folders with ``marts/``; the days they are of."""

    cause: Cause
    before: Path
    after: Path
    before_on: date
    after_on: date


CELL = ("mart", "grouping", "group_code", "base_kind", "day")
"""What names a figure beside its measure; blank text and null day where a mart has no such key."""

MEDIAN = "median_days_to_cover"
"""A figure that is no count: its steps add up, but no member has a part of it."""

_NO_KEY = pl.lit("")
_MARTS: Mapping[str, tuple[Mapping[str, pl.Expr], tuple[str, ...]]] = {
    "agg_coverage": (
        {"base_kind": pl.col("base_kind")},
        ("n_base", "n_covered", "n_own", "n_joint", "n_federation", "n_staff_unknown", "n_absent"),
    ),
    "agg_dynamic_coverage": (
        {},
        ("n_due", "n_due_covered", "n_overdue_0_30", "n_overdue_31_90", "n_overdue_over_90", MEDIAN),
    ),
    "agg_coverage_daily": (
        {"day": pl.col("valid_on")},
        (
            "n_base",
            "n_covered",
            "n_entered",
            "n_left",
            "n_newly_covered",
            "n_lost_cover",
            "n_entered_covered",
            "n_left_covered",
        ),
    ),
    "agg_founding_cohorts": (
        {"grouping": pl.lit("month"), "group_code": pl.col("month").dt.to_string("%Y-%m")},
        ("n", "n_covered_in_time", "n_covered", "n_censored"),
    ),
    "agg_other_units": (
        {"grouping": pl.lit("kind"), "group_code": pl.col("kind")},
        ("n", "n_covered", "n_registered"),
    ),
}


RATES: Mapping[str, tuple[str, str, str]] = {
    "agg_coverage": ("coverage_rate", "n_covered", "n_base"),
    "agg_coverage_daily": ("coverage_rate", "n_covered", "n_base"),
    "agg_dynamic_coverage": ("rate_due", "n_due_covered", "n_due"),
    "agg_founding_cohorts": ("in_time_rate", "n_covered_in_time", "n"),
    "agg_other_units": ("covered_rate", "n_covered", "n"),
}
"""Mart → its rate, and the counts it divides. Judgements on a target follow from them; the bounds
``rate_low``, ``rate_high`` are the link-error model's and count nobody.
"""


def figures(folder: Path) -> pl.DataFrame:
    """Every count of the compared marts of a build: :data:`CELL`, ``measure``, ``value`` (null: unknown)."""
    parts = []
    for mart, (keys, measures) in _MARTS.items():
        table = pl.read_parquet(folder / "marts" / f"{mart}.parquet")
        named = {
            "mart": pl.lit(mart),
            "grouping": keys.get("grouping", pl.col("grouping")),
            "group_code": keys.get("group_code", pl.col("group_code")),
            "base_kind": keys.get("base_kind", _NO_KEY),
            "day": keys.get("day", pl.lit(None, pl.Date)),
        }
        counts = [pl.col(measure).cast(pl.Int64) for measure in measures]
        parts.append(
            table.select(*(expression.alias(name) for name, expression in named.items()), *counts).unpivot(
                index=list(CELL), variable_name="measure", value_name="value"
            )
        )
    return pl.concat(parts)


def shared_days(steps: Sequence[Step]) -> tuple[date, date] | None:
    """First and last day of the daily table that both ends of the path know; None where there is none."""
    ends = [
        pl.read_parquet(folder / "marts" / "agg_coverage_daily.parquet", columns=["valid_on"]).get_column(
            "valid_on"
        )
        for folder in (steps[0].before, steps[-1].after)
    ]
    if any(end.is_empty() for end in ends):
        return None
    first, last = max(end.min() for end in ends), min(end.max() for end in ends)  # type: ignore[type-var]
    return (first, last) if first <= last else None  # type: ignore[return-value, operator]


def changed_cells(steps: Sequence[Step]) -> pl.DataFrame:
    """Every figure that differs between the ends of the path, or moved on the way.

    Columns: :data:`CELL`, ``measure``, ``before``, ``after`` (null: unknown), one column of changes per
    cause (unknown counts as nothing). Grain: figure; total order. Days of the daily table that only one
    end knows are no changed figures.
    """
    along = _along(steps)
    keys = [*CELL, "measure"]
    first, last = "v0", f"v{len(steps)}"
    deltas = {
        cause: pl.sum_horizontal(
            pl.lit(0, pl.Int64),
            *(
                pl.col(f"v{number + 1}").fill_null(0) - pl.col(f"v{number}").fill_null(0)
                for number, step in enumerate(steps)
                if step.cause == cause
            ),
        )
        for cause in CAUSES
    }
    return (
        along.filter(_is_shared(len(steps)))
        .select(*keys, before=first, after=last, **deltas)
        .filter(
            pl.any_horizontal(pl.col("before").ne_missing(pl.col("after")), *(pl.col(c) != 0 for c in CAUSES))
        )
        .sort(keys, nulls_last=True)
    )


def _is_shared(last: int) -> pl.Expr:
    """Days of the daily table that only one end knows are no changed figures."""
    return (pl.col("mart") != "agg_coverage_daily") | (pl.col("there0") & pl.col(f"there{last}"))


def _along(steps: Sequence[Step]) -> pl.DataFrame:
    """Every figure at every point of the path: ``v0`` … ``vn``, and whether it was there."""
    keys = [*CELL, "measure"]
    folders = [steps[0].before, *(step.after for step in steps)]
    along: pl.DataFrame | None = None
    for number, folder in enumerate(folders):
        here = (
            figures(folder).rename({"value": f"v{number}"}).with_columns(pl.lit(True).alias(f"there{number}"))
        )
        along = (
            here if along is None else along.join(here, on=keys, how="full", coalesce=True, nulls_equal=True)
        )
    assert along is not None
    return along.with_columns(pl.col(f"there{number}").fill_null(False) for number in range(len(folders)))


@dataclass(frozen=True)
class RateMove:
    """The rate of one group (and base, and day), from A to B: exact shares, null where there is none.

    ``n_base``, ``n_covered``: what it divides, under the names of the mart (:data:`RATES`).

    ``parts``: cause → exact change of the rate on its steps; nil where there is no rate at one end. On the
    way a rate that cannot be had (a base of nobody) stands at what it was last, so the parts add up.
    """

    grouping: str
    group_code: str
    base_kind: str
    n_base: tuple[int, int]
    n_covered: tuple[int | None, int | None]
    parts: Mapping[Cause, Fraction]
    mart: str = "agg_coverage"
    measure: str = "coverage_rate"
    day: date | None = None

    @property
    def before(self) -> Fraction | None:
        return _share(self.n_covered[0], self.n_base[0])

    @property
    def after(self) -> Fraction | None:
        return _share(self.n_covered[1], self.n_base[1])


def rate_moves(steps: Sequence[Step]) -> list[RateMove]:
    """Every rate of the compared marts (:data:`RATES`), moved or not, in a total order."""
    along = _along(steps).filter(_is_shared(len(steps)))
    points = range(len(steps) + 1)
    moves = []
    for mart, (measure, covered, base) in RATES.items():
        counts = along.filter(pl.col("mart") == mart, pl.col("measure").is_in([covered, base]))
        wide = counts.pivot(
            on="measure", on_columns=[covered, base], index=CELL, values=[f"v{number}" for number in points]
        )
        for row in wide.sort(CELL, nulls_last=True).to_dicts():
            n_covered = [row[f"v{number}_{covered}"] for number in points]
            n_base = [row[f"v{number}_{base}"] or 0 for number in points]
            shares = [_share(*pair) for pair in zip(n_covered, n_base, strict=True)]
            parts: dict[Cause, Fraction] = dict.fromkeys(CAUSES, Fraction(0))
            if shares[0] is not None and shares[-1] is not None:
                stood = shares[0]
                for step, share in zip(steps, shares[1:], strict=True):
                    if share is not None:
                        parts[step.cause] += share - stood
                        stood = share
            moves.append(
                RateMove(
                    row["grouping"],
                    row["group_code"],
                    row["base_kind"],
                    (n_base[0], n_base[-1]),
                    (n_covered[0], n_covered[-1]),
                    parts,
                    mart,
                    measure,
                    row["day"],
                )
            )
    return moves


def _share(covered: int | None, base: int) -> Fraction | None:
    return None if covered is None or not base else Fraction(covered, base)
