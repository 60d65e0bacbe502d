"""The event log: the only writer of events, and its readers.

``raw/events/LEDGER.jsonl``                          one line per delivery and decision, hash-chained
``raw/events/<feed>/<seq:08d>-<delivery_id>.parquet`` the events of one delivery, immutable
``raw/events/HEAD.json``                             the last line committed, so that a cut tail shows
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.core.clock import Clock
from jianhui.core.events import FeedRule
from jianhui.log.ledger import Delivery, LedgerLine, LogHead


class EventLog:
    """The log under ``raw/events`` (``Settings.events``). Reading needs no lock and creates nothing."""

    def __init__(self, root: Path, *, timeout_seconds: float = 60.0) -> None:
        self.root = root
        self.timeout_seconds = timeout_seconds

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock (reentrant). Another writer: wait, then ``LogBusy`` naming it."""
        raise AssertionError("skeleton")
        yield

    def append_delivery(
        self, delivery: Delivery, rule: FeedRule, assertions: pl.DataFrame, clock: Clock
    ) -> LedgerLine:
        """Derive and append the events of an accepted or released delivery; its line when committed.

        ``assertions``: one row per record key the file names — ``record_key``, ``record_key_raw``,
        ``scope`` (canonical scope, ``""`` in feeds without), ``op`` (``present``/``deleted``), ``line``
        Int64, and the rule's content columns as String (null = header absent, ``""`` = blank).
        Landing and receipt may still lie at ``<path>.pending``: they are renamed once committed.
        """
        raise AssertionError("skeleton")

    def append_outcome(self, delivery: Delivery, clock: Clock) -> LedgerLine:
        """Append the line of a delivery that asserts nothing: held, refused or rejected."""
        raise AssertionError("skeleton")

    def append_decision(self, stream: str, payload: Mapping[str, Any], clock: Clock) -> LedgerLine:
        """Append a person's or the program's decision as a line of ``stream``."""
        raise AssertionError("skeleton")

    def log_head(self) -> LogHead:
        """The last line."""
        raise AssertionError("skeleton")

    def head_at(self, known_at: datetime) -> LogHead:
        """The last line recorded at or before ``known_at``."""
        raise AssertionError("skeleton")

    def data_head(self, known_at: datetime | None = None) -> LogHead:
        """The last line that is not of the decision stream ``releases``."""
        raise AssertionError("skeleton")

    def ledger(self, known_at: datetime | None = None) -> tuple[LedgerLine, ...]:
        """All lines recorded at or before ``known_at``, in order; the chain is proved while reading."""
        raise AssertionError("skeleton")

    def events(self, feed: str, known_at: datetime | None = None) -> pl.DataFrame:
        """Every event of ``feed`` recorded at or before ``known_at``, in order of recording."""
        raise AssertionError("skeleton")

    def deliveries(self, feed: str | None = None, known_at: datetime | None = None) -> pl.DataFrame:
        """One row per delivery as it stood at ``known_at`` (its latest line), in order of ``seq``."""
        raise AssertionError("skeleton")
