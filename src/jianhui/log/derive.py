"""From one delivery to its events: the difference of the timeline before and after it."""

import polars as pl

from jianhui.core.events import RESTATED, RETRACTED, FeedRule
from jianhui.log.appended import appended_events
from jianhui.log.around import ABSENT, CONTENT, Around
from jianhui.log.arriving import Arriving, assertion_schema, checked
from jianhui.log.chain import DERIVED_COLUMNS, chained
from jianhui.log.content import with_content
from jianhui.log.timeline import event_schema

__all__ = ["Arriving", "assertion_schema", "derive_events"]


def derive_events(
    current: pl.DataFrame,
    deliveries: pl.DataFrame,
    arriving: Arriving,
    assertions: pl.DataFrame,
    rule: FeedRule,
) -> pl.DataFrame:
    """The events of ``arriving``: what must be recorded so that the timeline holds what it asserts.

    ``current``: live entries of the feed before it (``timeline.entries``). ``deliveries``: the feed's
    deliveries before it. ``assertions``: :func:`assertion_schema`, one row per key. The result has the
    columns ``timeline.event_schema(rule)`` and is ordered by record key, reference date, ledger line.
    Raises ``ValueError`` on assertions that are none.
    """
    said = checked(assertions, arriving, rule)
    live = with_content(current, rule)
    if rule.append_only:
        events = appended_events(live, said, arriving, rule)
    else:
        events = _timeline_events(Around(live, deliveries, arriving, said, rule), deliveries)
    return (
        events.sort("record_key", "asserted_on", "asserted_by")
        .with_columns(seq=pl.int_range(pl.len(), dtype=pl.UInt32), recorded_at=pl.lit(arriving.recorded_at))
        .select(pl.col(name).cast(dtype) for name, dtype in event_schema(rule).items())
    )


def _timeline_events(around: Around, deliveries: pl.DataFrame) -> pl.DataFrame:
    """Events for what the entries from the start on lack, hold differently, or hold no longer."""
    touched = around.touched()
    if touched.is_empty():
        return pl.DataFrame(schema=event_schema(around.rule))
    place = ["record_key", "pos"]
    had = around.tail.join(touched, on="record_key", how="semi")
    chain = chained(around.assertions(touched), around.cells, around.rule)
    wanted = chain.filter((pl.col("pos") >= around.start) & pl.col("event").is_not_null())
    compared = wanted.join(
        had.select(*place, pl.struct(DERIVED_COLUMNS).alias("had")),
        on=place,
        how="left",
        maintain_order="left",
    )
    stands = pl.col("had").is_not_null() & pl.struct(DERIVED_COLUMNS).eq_missing(pl.col("had"))
    # Entries of other deliveries are told again, not told as news.
    is_news = (pl.col("pos") == around.own_pos) | (pl.col("says") != CONTENT)
    recorded = compared.filter(~stands).with_columns(
        event=pl.when(is_news).then("event").otherwise(pl.lit(RESTATED))
    )
    retracted = had.join(wanted, on=place, how="anti").with_columns(event=pl.lit(RETRACTED))
    lost = (
        "event",
        "record_key",
        "record_key_raw",
        "scope",
        "asserted_on",
        "asserted_by",
        "delivery_id",
        "line",
    )
    return pl.concat([_quoted(recorded, around, deliveries), retracted.select(lost)], how="diagonal")


def _quoted(recorded: pl.DataFrame, around: Around, deliveries: pl.DataFrame) -> pl.DataFrame:
    """The events with the place they were read at and, of content, the cells."""
    cells = around.cells.select(pl.all().gather(recorded["src"]))
    has_content, is_absent = recorded["says"] == CONTENT, recorded["says"] == ABSENT
    ids = dict(zip(deliveries["seq"], deliveries["delivery_id"], strict=True))
    ids[around.arriving.seq] = around.arriving.delivery_id
    # An absence has no line; it quotes the delivery that lacks the key, and the key as last written.
    asserting = recorded["asserted_by"].replace_strict(ids, return_dtype=pl.String)
    last_raw = around.cells["record_key_raw"].gather(recorded["prev_src"])
    quoted = [
        cells["record_key_raw"].zip_with(~is_absent, last_raw),
        cells["delivery_id"].zip_with(~is_absent, asserting),
        cells["line"].set(is_absent, None),
        *(cells[column].set(~has_content, None) for column in around.rule.content_columns),
    ]
    placed = recorded.select("event", "record_key", "scope", "asserted_on", "asserted_by", *DERIVED_COLUMNS)
    return placed.hstack(quoted)
