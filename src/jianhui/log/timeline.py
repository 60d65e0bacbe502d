"""The timeline of every record of a feed: what each delivery said of it, in order of what is described.

Source: the method, "Clocks". A delivery asserts, on its reference date, the records it names; a full
one also the absence of all others of its scopes. An assertion stands at ``(reference_on, seq)``, seq
being the delivery's ledger line; a later delivery of one slot — kind, reference date, scope — replaces
the earlier one there.

The log does not store every assertion. An *entry* stands where something changed, where a delta spoke,
or where a record went missing; a full delivery that only repeats what held before is implied by its
line in the ledger. Entries and deliveries together give every assertion back.

Frames used throughout:

* events / entries: :data:`EVENT_SCHEMA` and one String column per content column; grain of entries
  record key × asserting delivery.
* deliveries: at least ``seq``, ``kind``, ``reference_on``, ``scopes`` (List(String), empty = no scopes)
  and ``verdict``; grain delivery.
"""

from datetime import date, datetime

import polars as pl

from jianhui.core.events import (
    CONTENT_EVENTS,
    DISAPPEARED,
    EFFECTIVE_VERDICTS,
    ENDED,
    NO_SCOPE,
    OPEN_END,
    RETRACTED,
    FeedRule,
)
from jianhui.log.content import with_content

EVENT_SCHEMA: dict[str, pl.DataType] = {
    "seq": pl.UInt32(),
    "event": pl.String(),
    "record_key": pl.String(),
    "record_key_raw": pl.String(),
    "scope": pl.String(),
    "asserted_on": pl.Date(),
    "asserted_by": pl.Int64(),
    "previous_asserted_on": pl.Date(),
    "valid_from": pl.Date(),
    "valid_from_basis": pl.String(),
    "declared_on": pl.Date(),
    "is_backdated": pl.Boolean(),
    "delivery_id": pl.String(),
    "line": pl.Int64(),
    "recorded_at": pl.Datetime("us", "UTC"),
}
"""Columns of an event before the content columns.

``seq`` numbers the events of one segment. ``asserted_on``/``asserted_by``: reference date and ledger
line of the asserting delivery. ``previous_asserted_on``: the last assertion with content before this
one. ``valid_from``: where this entry begins a version or ends the record, else null. ``delivery_id``
and ``line`` say where the cells were read; a later file that repeats them is not quoted again.
"""

VERSION_COLUMNS = (
    "record_key",
    "record_key_raw",
    "version_no",
    "valid_from",
    "valid_to",
    "valid_from_basis",
    "declared_on",
    "is_backdated",
    "asserted_on",
    "asserted_seq",
    "previous_asserted_on",
    "delivery_id",
    "line",
    "recorded_at",
    "first_seen_on",
    "last_seen_on",
    "is_absent",
)
"""Columns of a version before the content columns."""


def event_schema(rule: FeedRule) -> dict[str, pl.DataType]:
    """The columns of a segment written by ``rule``."""
    return EVENT_SCHEMA | {column: pl.String() for column in rule.content_columns}


def effective_slots(deliveries: pl.DataFrame) -> pl.DataFrame:
    """The deliveries that count, one row per slot: ``seq``, ``kind``, ``reference_on``, ``scope``.

    Of several deliveries of one kind, reference date and scope the last recorded counts.
    """
    scopes = pl.col("scopes").list
    return (
        deliveries.lazy()
        .filter(pl.col("verdict").is_in(EFFECTIVE_VERDICTS))
        .select(
            pl.col("seq").cast(pl.Int64),
            "kind",
            "reference_on",
            scope=pl.when(scopes.len() == 0).then(pl.lit([NO_SCOPE])).otherwise(pl.col("scopes")),
        )
        .explode("scope")
        .sort("seq")
        .unique(["kind", "reference_on", "scope"], keep="last", maintain_order=True)
        .collect()
    )


def entries(events: pl.DataFrame) -> pl.DataFrame:
    """The live entries of a timeline: of each assertion the last recorded event, unless retracted.

    ``events`` are in order of recording, as ``EventLog.events`` gives them; the result is in the order
    record key, reference date, ledger line.
    """
    rows = (
        _numbered(events, "record_key", "asserted_on", "asserted_by", "event")
        .unique(["record_key", "asserted_by"], keep="last", maintain_order=True)
        .filter(pl.col("event") != RETRACTED)
        .sort("record_key", "asserted_on", "asserted_by")
    )
    return _rows(events, rows)


def _numbered(frame: pl.DataFrame, *columns: str) -> pl.LazyFrame:
    """Some columns and the number ``row`` of each row, so that a wide frame is gathered once, at the end."""
    return frame.lazy().select(pl.int_range(pl.len()).alias("row"), *columns)


def _rows(frame: pl.DataFrame, rows: pl.LazyFrame) -> pl.DataFrame:
    """The rows of ``frame`` that ``row`` numbers, in that order."""
    return frame.select(pl.all().gather(rows.select("row").collect()["row"]))


def states(live: pl.DataFrame, until: tuple[date, int] | None = None) -> pl.DataFrame:
    """The last entry of each key at or before the position ``until`` (reference date, ledger line).

    A key is open there when its ``event`` is one of ``CONTENT_EVENTS``; ``disappeared`` is absent, its
    last content standing; ``ended`` is over. Not for append-only feeds, whose rows have no order in time.
    """
    rows = _numbered(live, "record_key", "asserted_on", "asserted_by")
    if until is not None:
        day, seq = until
        on, by = pl.col("asserted_on"), pl.col("asserted_by")
        rows = rows.filter((on < day) | ((on == day) & (by <= seq)))
    return _rows(live, rows.unique("record_key", keep="last", maintain_order=True))


def keys_of_full(live: pl.DataFrame, deliveries: pl.DataFrame, seq: int) -> pl.DataFrame:
    """The keys (``record_key``, ``scope``) that the full delivery of ledger line ``seq`` holds.

    Empty for a delta, and in scopes in which a later delivery took its place.
    """
    slots = effective_slots(deliveries).filter((pl.col("seq") == seq) & (pl.col("kind") == "full"))
    if slots.is_empty():
        return live.select("record_key", "scope").clear()
    present = states(live, (slots["reference_on"][0], seq)).filter(pl.col("event").is_in(CONTENT_EVENTS))
    return present.select("record_key", "scope").join(slots, on="scope", how="semi")


def versions(
    events: pl.DataFrame,
    deliveries: pl.DataFrame,
    rule: FeedRule,
    valid_on: date,
    known_at: datetime,
) -> pl.DataFrame:
    """Every version of every record as known at ``known_at``: grain record key × version.

    Columns :data:`VERSION_COLUMNS`, then the raw content columns. Versions of a key do not overlap;
    zero-length ones are dropped. ``first_seen_on`` is over all assertions; ``last_seen_on`` and
    ``is_absent`` tell of the day ``valid_on``. What was recorded after ``known_at`` is left out here,
    of ``events`` and of ``deliveries`` (which need ``recorded_at`` too).
    """
    live = entries(events.filter(pl.col("recorded_at") <= known_at))
    deliveries = deliveries.filter(pl.col("recorded_at") <= known_at)
    chain = _numbered(live, *EVENT_SCHEMA)
    if rule.append_only:
        chain = _last_recorded(chain)
    is_content = pl.col("event").is_in(CONTENT_EVENTS)
    follows = pl.col("record_key") == pl.col("record_key").shift(-1)
    known = (
        chain.filter(pl.col("valid_from").is_not_null())
        .with_columns(
            valid_to=pl.when(follows).then(pl.col("valid_from").shift(-1)).otherwise(pl.lit(OPEN_END)),
            asserted_seq=pl.col("asserted_by"),
        )
        .filter(is_content & (pl.col("valid_from") < pl.col("valid_to")))
        .with_columns(
            version_no=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("record_key"),
        )
        .join(
            _sightings(_numbered(live, *EVENT_SCHEMA), deliveries, rule, valid_on),
            on="record_key",
            maintain_order="left",
        )
        .select("row", *VERSION_COLUMNS)
        .collect()
    )
    content = with_content(live, rule).select(pl.col(rule.content_columns).gather(known["row"]))
    return known.drop("row").hstack(content)


def _last_recorded(chain: pl.LazyFrame) -> pl.LazyFrame:
    """Of an append-only feed's entries per key: the last recorded row, and the deletion after it, if any."""
    recorded = chain.sort("record_key", "asserted_by")
    rows = recorded.filter(pl.col("event").is_in(CONTENT_EVENTS))
    last = recorded.unique("record_key", keep="last", maintain_order=True)
    return pl.concat(
        [
            rows.unique("record_key", keep="last", maintain_order=True),
            last.filter(pl.col("event") == ENDED),
        ]
    ).sort("record_key", "asserted_by")


def _sightings(chain: pl.LazyFrame, deliveries: pl.DataFrame, rule: FeedRule, valid_on: date) -> pl.LazyFrame:
    """Per record key: ``first_seen_on``, ``last_seen_on``, ``is_absent``; the last two on ``valid_on``."""
    is_content = pl.col("event").is_in(CONTENT_EVENTS)
    first = chain.filter(is_content).group_by("record_key").agg(first_seen_on=pl.col("asserted_on").min())
    by_then = chain.filter(pl.col("asserted_on") <= valid_on)
    if rule.append_only:
        seen = by_then.filter(is_content).group_by("record_key").agg(last_seen_on=pl.col("asserted_on").max())
        return first.join(seen, on="record_key", how="left").with_columns(is_absent=pl.lit(False))
    fulls = (
        effective_slots(deliveries)
        .lazy()
        .filter((pl.col("kind") == "full") & (pl.col("reference_on") <= valid_on))
        .group_by("scope")
        .agg(last_full_on=pl.col("reference_on").max())
    )
    last = (
        by_then.unique("record_key", keep="last", maintain_order=True)
        .join(fulls, on="scope", how="left")
        .select(
            "record_key",
            # A record present at its last entry is in every full delivery since.
            last_seen_on=pl.when(is_content)
            .then(pl.max_horizontal("asserted_on", "last_full_on"))
            .otherwise("previous_asserted_on"),
            is_absent=pl.col("event") == DISAPPEARED,
        )
    )
    return first.join(last, on="record_key", how="left").with_columns(pl.col("is_absent").fill_null(False))
