"""The log as it would be if some deliveries had never come: to see what one kind of news did.

A segment is the difference a delivery made to what was known when it came. Leave one out, and the segments
after it no longer say what they should; so those that stay are derived anew, each from what the kept ones
before it say. What a delivery asserted is read off the log itself: entries and deliveries together give
every assertion back (``timeline``), so no landing is opened.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import polars as pl

from jianhui.core.events import CONTENT_EVENTS, DELETED, ENDED, NO_SCOPE, PRESENT, FeedRule
from jianhui.log.content import with_content
from jianhui.log.derive import Arriving, assertion_schema, derive_events
from jianhui.log.ledger import Delivery, LedgerLine
from jianhui.log.register import deliveries_frame
from jianhui.log.store import EventLog
from jianhui.log.timeline import EVENT_SCHEMA, entries, states

Keep = Callable[[LedgerLine], bool]


class SelectedLog(EventLog):
    """``log`` with only the lines ``keep`` says yes to. Reads like a log; refuses to write.

    ``rules``: the rule of every feed, by feed.
    """

    def __init__(self, log: EventLog, rules: Mapping[str, FeedRule], keep: Keep) -> None:
        super().__init__(log.root)
        self._whole = log
        self._rules = rules
        self._keeps = keep
        self._derived: dict[tuple[str, int], pl.DataFrame] = {}

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nothing is ever written through a selection."""
        raise TypeError("a selection of the log is read only")
        yield

    def ledger(self, known_at: datetime | None = None) -> tuple[LedgerLine, ...]:
        """The kept lines recorded at or before ``known_at``, in order."""
        return tuple(line for line in self._whole.ledger(known_at) if self._keeps(line))

    def events(self, feed: str, known_at: datetime | None = None) -> pl.DataFrame:
        """The events of ``feed`` that the kept deliveries give, in order of recording."""
        lines = [line for line in self._whole.ledger(known_at) if line.stream == feed and line.segment]
        if all(map(self._keeps, lines)):
            return self._whole.events(feed, known_at)
        place = (feed, lines[-1].seq)
        if place not in self._derived:
            segments = [(line, self._segment(line)) for line in lines]
            self._derived[place] = replayed(segments, self._keeps, self._rules[feed])
        return self._derived[place]

    def _segment(self, line: LedgerLine) -> pl.DataFrame:
        assert line.segment is not None
        return pl.read_parquet(self._segment_bytes(line.segment))


def replayed(segments: Sequence[tuple[LedgerLine, pl.DataFrame]], keep: Keep, rule: FeedRule) -> pl.DataFrame:
    """The events of one feed that the kept ones of its ``segments`` give, in order of recording."""
    told = kept = pl.DataFrame(schema=EVENT_SCHEMA)
    lines: list[LedgerLine] = []
    is_whole = True
    for line, segment in segments:
        told = pl.concat([told, segment], how="diagonal")
        if not keep(line):
            is_whole = False
            continue
        events = segment if is_whole else _derived(line, told, kept, lines, rule)
        kept = pl.concat([kept, events], how="diagonal")
        lines.append(line)
    return kept


def _derived(
    line: LedgerLine, told: pl.DataFrame, kept: pl.DataFrame, before: Sequence[LedgerLine], rule: FeedRule
) -> pl.DataFrame:
    delivery = line.delivery
    assert delivery is not None
    assert delivery.kind is not None
    assert delivery.reference_on is not None
    arriving = Arriving(
        seq=line.seq,
        delivery_id=delivery.delivery_id,
        kind=delivery.kind,
        reference_on=delivery.reference_on,
        scopes=delivery.scopes,
        recorded_at=line.recorded_at,
    )
    said = assertions_of(delivery, line.seq, told, rule)
    return derive_events(entries(kept), deliveries_frame(before), arriving, said, rule)


def assertions_of(delivery: Delivery, seq: int, told: pl.DataFrame, rule: FeedRule) -> pl.DataFrame:
    """What the delivery of ledger line ``seq`` asserted: ``assertion_schema(rule)``, one row per key.

    ``told``: the events of its feed up to and with its own segment.
    """
    live = with_content(entries(told), rule)
    if delivery.kind == "full" and not rule.append_only:
        assert delivery.reference_on is not None
        rows = states(live, (delivery.reference_on, seq)).filter(
            pl.col("event").is_in(CONTENT_EVENTS), pl.col("scope").is_in(delivery.scopes or (NO_SCOPE,))
        )
    else:
        rows = live.filter(pl.col("asserted_by") == seq, pl.col("event").is_in((*CONTENT_EVENTS, ENDED)))
    op = pl.when(pl.col("event") == ENDED).then(pl.lit(DELETED)).otherwise(pl.lit(PRESENT))
    return rows.with_columns(op=op).select(list(assertion_schema(rule)))
