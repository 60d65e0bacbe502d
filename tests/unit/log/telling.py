"""Tell deliveries to the code under test: from the plain ``Told`` of the naive model to its frames."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
from tests.unit.log.naive import Told

from jianhui.core.events import FeedRule
from jianhui.log.derive import Arriving, assertion_schema, derive_events
from jianhui.log.timeline import entries, event_schema

KEEPS = FeedRule("commerce", "keeps", False, "approved_on", None, ("name", "approved_on"))
ENDS = FeedRule("union_coverage", "ends", False, "approved_on", None, ("name", "approved_on"))
SCOPED = FeedRule("tax", "keeps", False, "approved_on", "period", ("name", "approved_on", "period"))
APPENDED = FeedRule("verifications", "none", True, None, None, ("name", "approved_on"))

FIRST_INSTANT = datetime(2014, 6, 1, tzinfo=UTC)

DELIVERIES = {
    "seq": pl.Int64,
    "delivery_id": pl.String,
    "kind": pl.String,
    "reference_on": pl.Date,
    "scopes": pl.List(pl.String),
    "verdict": pl.String,
    "recorded_at": pl.Datetime("us", "UTC"),
}


def instant(seq: int) -> datetime:
    """When ledger line ``seq`` is recorded."""
    return FIRST_INSTANT + timedelta(minutes=seq)


def assertions(told: Told, rule: FeedRule) -> pl.DataFrame:
    """The rows of a delivery as intake hands them over."""
    rows = []
    for line, (key, said) in enumerate(told.rows.items(), start=2):
        scope = key.split("/")[0]
        name, approved_on = (None, None) if isinstance(said, str) else said
        cells = {"name": name, "approved_on": approved_on, "period": scope}
        op = "deleted" if isinstance(said, str) else "present"
        rows.append((key, f"raw {key}", scope, op, line, *(cells[column] for column in rule.content_columns)))
    return pl.DataFrame(rows, schema=assertion_schema(rule), orient="row")


def tell(deliveries: Sequence[Told], rule: FeedRule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events and register after all ``deliveries``; the n-th is ledger line n + 1, as in ``instant``."""
    events = pl.DataFrame(schema=event_schema(rule))
    register = pl.DataFrame(schema=DELIVERIES)
    for seq, told in enumerate(deliveries, start=1):
        scopes = tuple(scope for scope in told.scopes if scope)
        arriving = Arriving(seq, f"d{seq}", told.kind, told.on, scopes, instant(seq))  # type: ignore[arg-type]
        new = derive_events(entries(events), register, arriving, assertions(told, rule), rule)
        events = pl.concat([events, new])
        row = (seq, f"d{seq}", told.kind, told.on, list(scopes), "accepted", instant(seq))
        register = pl.concat([register, pl.DataFrame([row], schema=DELIVERIES, orient="row")])
    return events, register
