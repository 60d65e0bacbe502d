"""What the event log alone says is open on a day: the other side of the gate's replay check.

The build rests on versions with typed cells, merged spells and links. This walks the bare timeline, so
a record lost or doubled on the way from the log to the tables is found.
"""

from collections.abc import Iterable
from datetime import date, datetime

import polars as pl

from jianhui.core.events import CONTENT_EVENTS, FeedRule
from jianhui.log.store import EventLog
from jianhui.log.timeline import entries

SCHEMA = {"feed": pl.String(), "record_key": pl.String(), "asserted_seq": pl.Int64()}


def open_records(
    log: EventLog, rules: Iterable[FeedRule], valid_on: date, known_at: datetime
) -> pl.DataFrame:
    """Open records of every feed, as known at ``known_at``: grain feed × record key.

    ``asserted_seq`` is the ledger line of the delivery whose content is in force on ``valid_on``.
    """
    parts = [open_of_feed(log.events(rule.feed, known_at), rule, valid_on) for rule in rules]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def open_of_feed(events: pl.DataFrame, rule: FeedRule, valid_on: date) -> pl.DataFrame:
    """The open records of one feed from its events in order of recording.

    Of a record's dated entries the last to have begun by ``valid_on`` counts, and the record is open
    when that one carries content. In an append-only feed the last recorded row counts.
    """
    order = "asserted_by" if rule.append_only else "position"
    live = entries(events).with_columns(position=pl.int_range(pl.len(), dtype=pl.Int64))
    return (
        live.lazy()
        .filter(pl.col("valid_from") <= valid_on)
        .sort("record_key", order)
        .unique("record_key", keep="last", maintain_order=True)
        .filter(pl.col("event").is_in(CONTENT_EVENTS))
        .select(
            feed=pl.lit(rule.feed, pl.String),
            record_key=pl.col("record_key"),
            asserted_seq=pl.col("asserted_by").cast(pl.Int64),
        )
        .sort("record_key")
        .collect()
    )
