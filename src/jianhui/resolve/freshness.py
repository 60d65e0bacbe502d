"""What was received of each feed, and whether it is as fresh as its contract's calendar promises."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from jianhui.core.events import EFFECTIVE_VERDICTS
from jianhui.intake.contract import Contract

PERIOD_DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92}
"""Longest time between two reference dates of a rhythm; ``irregular`` promises nothing and is never stale."""

FEED_SCHEMA: dict[str, pl.DataType] = {
    "feed": pl.String(),
    "title": pl.String(),
    "is_received": pl.Boolean(),
    "absence": pl.String(),
    "rhythm": pl.String(),
    "grace_days": pl.Int32(),
    "first_reference_on": pl.Date(),
    "first_full_on": pl.Date(),
    "last_reference_on": pl.Date(),
    "last_full_on": pl.Date(),
    "last_received_at": pl.Datetime("us", "UTC"),
    "days_behind": pl.Int64(),
    "is_stale": pl.Boolean(),
}


def feeds(contracts: Iterable[Contract], deliveries: pl.DataFrame, valid_on: date) -> pl.DataFrame:
    """One row per contract, by feed: :data:`FEED_SCHEMA`.

    ``deliveries``: the register as known (``EventLog.deliveries``); only those that assert something
    count. ``first_*`` are over all of them, ``last_*`` over those describing a day up to ``valid_on``.
    ``days_behind``: civil days from the last of these to ``valid_on``; ``is_stale`` when more than the
    rhythm's period and the grace. Both are null where no delivery describes such a day.
    """
    effective = deliveries.filter(pl.col("verdict").is_in(EFFECTIVE_VERDICTS))
    full, by_then = pl.col("kind") == "full", pl.col("reference_on") <= valid_on
    seen = effective.group_by("feed").agg(
        first_reference_on=pl.col("reference_on").min(),
        first_full_on=pl.col("reference_on").filter(full).min(),
        last_reference_on=pl.col("reference_on").filter(by_then).max(),
        last_full_on=pl.col("reference_on").filter(full & by_then).max(),
        last_received_at=pl.col("received_at").filter(by_then).max(),
    )
    promised = pl.DataFrame(
        [
            {
                "feed": contract.feed,
                "title": contract.title,
                "absence": contract.absence,
                "rhythm": contract.calendar.rhythm,
                "grace_days": contract.calendar.grace_days,
                "period": PERIOD_DAYS.get(contract.calendar.rhythm),
            }
            for contract in contracts
        ],
        schema={
            "feed": pl.String(),
            "title": pl.String(),
            "absence": pl.String(),
            "rhythm": pl.String(),
            "grace_days": pl.Int32(),
            "period": pl.Int64(),
        },
    )
    behind = (pl.lit(valid_on) - pl.col("last_reference_on")).dt.total_days()
    return (
        promised.join(seen, on="feed", how="left")
        .with_columns(is_received=pl.col("first_reference_on").is_not_null(), days_behind=behind)
        .with_columns(
            is_stale=pl.when(pl.col("days_behind").is_not_null()).then(
                (pl.col("days_behind") > pl.col("period") + pl.col("grace_days")).fill_null(False)
            )
        )
        .sort("feed")
        .select(pl.col(name).cast(dtype) for name, dtype in FEED_SCHEMA.items())
    )


def delivery_rows(deliveries: pl.DataFrame) -> pl.DataFrame:
    """``input.deliveries`` from the register, in order of ``seq``."""
    return deliveries.drop("scopes", "recorded_at").sort("seq")
