"""Spells: rows that hold on the days of a half-open interval ``[valid_from, valid_to)``.

A record's first version holds from ``BEGINNING``, an open one until ``OPEN_END``. All
functions are pure, take and return frames with the Date columns ``valid_from`` and ``valid_to``,
and give rows in a total order.
"""

from collections.abc import Sequence

import polars as pl

from jianhui.core.events import BEGINNING, OPEN_END


def coalesce(frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.DataFrame:
    """Join adjacent spells of one key that say the same.

    Grain in and out: ``keys`` × spell, not overlapping within a key. Two spells are joined when one
    ends where the next begins and all ``values`` are equal (null equals null). Columns out: keys,
    ``valid_from``, ``valid_to``, values; ordered by keys and ``valid_from``.
    """
    columns = [*keys, "valid_from", "valid_to", *values]
    ordered = frame.select(columns).sort([*keys, "valid_from"])
    same = pl.all_horizontal(
        pl.col(keys[0]).is_not_null(),
        *(pl.col(key).eq_missing(pl.col(key).shift(1)) for key in keys),
        *(pl.col(value).eq_missing(pl.col(value).shift(1)) for value in values),
        pl.col("valid_from").eq_missing(pl.col("valid_to").shift(1)),
    )
    opens = ordered.select(~same.fill_null(False)).to_series()
    closes = opens.shift(-1, fill_value=True)
    ends = ordered.filter(closes).get_column("valid_to")
    return ordered.filter(opens).with_columns(ends.alias("valid_to")).select(columns)


def occupancy(frame: pl.DataFrame, keys: Sequence[str], holder: str) -> pl.DataFrame:
    """On which days each key is held, by how many rows, and by which when it is one.

    ``frame``: ``keys``, ``holder`` (Int64, one value per row), spells; the holders of a key may overlap.
    Result: keys, ``valid_from``, ``valid_to``, ``n`` (≥ 1), ``holder`` (null when n > 1), spells
    of one key disjoint, days without a holder left out. A sweep: at each bound the number of holders
    and the sum of their values change; where the number is one, the sum is the holder. Both come back
    to zero at the last bound of a key, so the sums may run on over the keys.
    """
    bounds = pl.concat(
        [
            frame.select(*keys, day="valid_from", n=pl.lit(1), total=pl.col(holder)),
            frame.select(*keys, day="valid_to", n=pl.lit(-1), total=-pl.col(holder)),
        ]
    )
    steps = bounds.group_by(*keys, "day").agg(pl.col("n", "total").sum()).sort(*keys, "day")
    return (
        steps.with_columns(
            pl.col("n", "total").cum_sum(),
            valid_to=pl.col("day").shift(-1),
        )
        .filter(pl.col("n") > 0)
        .select(
            *keys,
            pl.col("day").alias("valid_from"),
            "valid_to",
            "n",
            pl.when(pl.col("n") == 1).then("total").alias(holder),
        )
    )


def overlay(left: pl.DataFrame, right: pl.DataFrame, on: str) -> pl.DataFrame:
    """Each left spell cut by the right spells of the same key: the days on which both hold.

    Columns out: all of ``left`` and of ``right`` (names disjoint but for ``on`` and the bounds), with
    ``valid_from`` and ``valid_to`` of the intersection. Days of ``left`` without a right spell drop out.
    """
    joined = left.join(right, on=on, how="inner", suffix="_right")
    return (
        joined.with_columns(
            pl.max_horizontal("valid_from", "valid_from_right").alias("valid_from"),
            pl.min_horizontal("valid_to", "valid_to_right").alias("valid_to"),
        )
        .filter(pl.col("valid_from") < pl.col("valid_to"))
        .drop("valid_from_right", "valid_to_right")
    )


def cut(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """All bounds of a key's spells, as spells that cover every day from BEGINNING to OPEN_END.

    ``frame``: ``key`` and spells (may overlap). Result: ``key``, ``valid_from``, ``valid_to``; within
    no result spell does any of the key's given spells begin or end.
    """
    starts = pl.concat(
        [
            frame.select(key, pl.col("valid_from").alias("day")),
            frame.select(key, pl.col("valid_to").alias("day")),
            frame.select(key, day=pl.lit(BEGINNING)),
        ]
    ).filter(pl.col("day") < OPEN_END)
    is_last = (pl.col(key) != pl.col(key).shift(-1)).fill_null(True)
    return (
        starts.unique()
        .sort(key, "day")
        .select(
            key,
            pl.col("day").alias("valid_from"),
            pl.when(is_last).then(pl.lit(OPEN_END)).otherwise(pl.col("day").shift(-1)).alias("valid_to"),
        )
    )


def split(frame: pl.DataFrame, at: str) -> pl.DataFrame:
    """Each spell in two where the Date column ``at`` lies inside it; as it is where it does not."""
    inside = ((pl.col("valid_from") < pl.col(at)) & (pl.col(at) < pl.col("valid_to"))).fill_null(False)
    cut_ = frame.filter(inside)
    return pl.concat(
        [
            frame.filter(~inside),
            cut_.with_columns(valid_to=pl.col(at)),
            cut_.with_columns(valid_from=pl.col(at)),
        ]
    )
