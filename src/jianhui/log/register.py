"""The register of deliveries: ledger lines as a table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from jianhui.core.clock import civil_day
from jianhui.log.ledger import LedgerLine

COUNT_COLUMNS = (
    "rows_in",
    "rows_accepted",
    "rows_quarantined",
    "rows_collapsed",
    "rows_skipped",
    "n_appeared",
    "n_changed",
    "n_disappeared",
    "n_reappeared",
    "n_ended",
    "n_restated",
    "absent_keys",
)

DELIVERY_SCHEMA: dict[str, pl.DataType] = {
    "delivery_id": pl.String(),
    "seq": pl.Int64(),
    "feed": pl.String(),
    "kind": pl.String(),
    "reference_on": pl.Date(),
    "scopes": pl.List(pl.String()),
    "verdict": pl.String(),
    "received_at": pl.Datetime("us", "UTC"),
    "recorded_at": pl.Datetime("us", "UTC"),
    "file_name": pl.String(),
    "note": pl.String(),
    "is_late": pl.Boolean(),
    "lag_days": pl.Int64(),
    **{column: pl.Int64() for column in COUNT_COLUMNS},
}
"""Columns of the register, grain delivery. ``seq``: its latest ledger line. ``is_late``: older by reference
date than what the feed had asserted before that line. ``lag_days``: civil days from the reference date to
the day it was received. ``n_restated``: events that mend the timeline around other deliveries, and a
delta's rows that say nothing new. Counts nobody took are null.
"""


def deliveries_frame(lines: Sequence[LedgerLine]) -> pl.DataFrame:
    """The register of the delivery lines given, which are in order of ``seq``."""
    newest: dict[str, date] = {}
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        told = line.delivery
        if told is None:
            continue
        known_until = newest.get(told.feed)
        is_late = (
            known_until is not None and told.reference_on is not None and told.reference_on < known_until
        )
        if line.is_effective and told.reference_on is not None and not is_late:
            newest[told.feed] = told.reference_on
        lag = (civil_day(told.received_at) - told.reference_on).days if told.reference_on else None
        # A later line of the same delivery takes the place of the earlier, at the end of the order.
        rows.pop(told.delivery_id, None)
        rows[told.delivery_id] = {
            "delivery_id": told.delivery_id,
            "seq": line.seq,
            "feed": told.feed,
            "kind": told.kind,
            "reference_on": told.reference_on,
            "scopes": list(told.scopes),
            "verdict": told.verdict,
            "received_at": told.received_at,
            "recorded_at": line.recorded_at,
            "file_name": told.file_name,
            "note": told.note,
            "is_late": is_late,
            "lag_days": lag,
            **{column: told.counts.get(column) for column in COUNT_COLUMNS},
        }
    return pl.DataFrame(list(rows.values()), schema=DELIVERY_SCHEMA, orient="row")
