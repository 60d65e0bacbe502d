"""Events of append-only feeds: rows accumulate, and of one key the later recorded row counts."""

import polars as pl

from jianhui.core.events import (
    APPEARED,
    BASIS_FIRST,
    BASIS_REFERENCE_DATE,
    BEGINNING,
    CHANGED,
    CONTENT_EVENTS,
    DELETED,
    ENDED,
    REAPPEARED,
    RESTATED,
    FeedRule,
)
from jianhui.log.arriving import Arriving
from jianhui.log.content import equal_content


def appended_events(
    live: pl.DataFrame, said: pl.DataFrame, arriving: Arriving, rule: FeedRule
) -> pl.DataFrame:
    """Events of an append-only delivery: every row is one, compared with the key's last recorded row."""
    recorded = live.sort("record_key", "asserted_by").with_row_index("before")
    is_content = pl.col("event").is_in(CONTENT_EVENTS)
    last_event = recorded.select("record_key", before_event="event").unique("record_key", keep="last")
    last_row = (
        recorded.filter(is_content)
        .select("record_key", "before", seen_on="asserted_on")
        .unique("record_key", keep="last")
    )
    rows = (
        said.join(last_event, on="record_key", how="left", maintain_order="left")
        .join(last_row, on="record_key", how="left", maintain_order="left")
        .with_row_index("after")
    )
    deleted = pl.col("op") == DELETED
    same = equal_content(recorded, rows["before"], rows, rows["after"], rule)
    return rows.with_columns(
        pl.when(deleted).then(None).otherwise(pl.col(column)).alias(column) for column in rule.content_columns
    ).with_columns(
        event=pl.when(deleted)
        .then(pl.lit(ENDED))
        .when(pl.col("before").is_null())
        .then(pl.lit(APPEARED))
        .when(pl.col("before_event") == ENDED)
        .then(pl.lit(REAPPEARED))
        .when(same)
        .then(pl.lit(RESTATED))
        .otherwise(pl.lit(CHANGED)),
        asserted_on=pl.lit(arriving.reference_on),
        asserted_by=pl.lit(arriving.seq),
        previous_asserted_on=pl.col("seen_on"),
        valid_from=pl.when(deleted).then(pl.lit(arriving.reference_on)).otherwise(pl.lit(BEGINNING)),
        valid_from_basis=pl.when(deleted).then(pl.lit(BASIS_REFERENCE_DATE)).otherwise(pl.lit(BASIS_FIRST)),
        declared_on=pl.lit(None, pl.Date),
        is_backdated=pl.when(deleted).then(None).otherwise(pl.lit(False)),
        delivery_id=pl.lit(arriving.delivery_id),
    )
