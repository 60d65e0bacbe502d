"""The event log: the only writer of events, and its readers.

``raw/events/LEDGER.jsonl``                            one line per delivery and decision, hash-chained
``raw/events/<feed>/<seq:08d>-<delivery_id>.parquet``  the events of one delivery, immutable
``raw/events/HEAD.json``                               the last line whose files all have their names

Appending: segment to a pending name · ledger line (the commit point) · files to their names · head.
Every step is on disk before the next. Who dies in between leaves a log that the next writer finishes
(files of a committed line) or tidies (a line or segment that was never committed). Readers need no
lock: they read the head before the ledger, and only complete lines.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.core.clock import Clock
from jianhui.core.errors import LogDamaged, Where
from jianhui.core.events import (
    APPEARED,
    CHANGED,
    DISAPPEARED,
    EFFECTIVE_VERDICTS,
    ENDED,
    NO_SCOPE,
    REAPPEARED,
    FeedRule,
)
from jianhui.log import files
from jianhui.log.audit import (
    HEAD_NAME,
    LOCK_NAME,
    file_problem,
    file_refs,
    head_bytes,
    head_problem,
    read_head,
    surplus_problem,
)
from jianhui.log.damage import Problem
from jianhui.log.derive import Arriving, derive_events
from jianhui.log.ledger import (
    EMPTY_HEAD,
    LEDGER_NAME,
    RELEASES,
    Delivery,
    LedgerLine,
    LogHead,
    Scan,
    SegmentRef,
    chained,
    line_bytes,
    scan,
)
from jianhui.log.lock import WriterLock
from jianhui.log.register import deliveries_frame
from jianhui.log.timeline import EVENT_SCHEMA, entries, states

_TICK = timedelta(microseconds=1)
_COUNTED = (APPEARED, CHANGED, DISAPPEARED, REAPPEARED, ENDED)


@dataclass
class _Live:
    """The live entries of a feed as of one ledger line; saves reading them anew for the next delivery."""

    seq: int
    entries: pl.DataFrame


class EventLog:
    """The log under ``raw/events`` (``Settings.events``). Reading needs no lock and creates nothing.

    One object serves one thread. Paths in the ledger are relative to the parent of ``root``.
    """

    def __init__(self, root: Path, *, timeout_seconds: float = 60.0) -> None:
        self.root = root
        self.timeout_seconds = timeout_seconds
        self._lock = WriterLock(root / LOCK_NAME)
        self._depth = 0
        self._live: dict[str, _Live] = {}
        self._proved: tuple[tuple[int, int, int], Scan] | None = None

    # ── writing ──────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock (reentrant) over a sound log.

        Another writer is waited for up to ``timeout_seconds``; then ``LogBusy`` names it. What an
        interrupted writer left is finished or tidied first. Raises ``LogDamaged`` on a damaged log.
        """
        if self._depth == 0:
            self._lock.acquire(self.timeout_seconds)
        self._depth += 1
        try:
            if self._depth == 1:
                self._refuse_a_lost_log()
                self._recover()
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._lock.release()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Hold the writer's lock without touching anything, so that an audit sees no half-done append."""
        if not self.root.is_dir():
            yield
            return
        self._lock.acquire(self.timeout_seconds)
        try:
            yield
        finally:
            self._lock.release()

    def append_delivery(
        self, delivery: Delivery, rule: FeedRule, assertions: pl.DataFrame, clock: Clock
    ) -> LedgerLine:
        """Derive and append the events of an accepted or released delivery; its line, once committed.

        ``assertions``: one row per record key the file names — ``record_key``, ``record_key_raw``,
        ``scope`` (canonical scope, ``""`` in feeds without), ``op`` (``present``/``deleted``), ``line``
        Int64, and the rule's content columns as String (null = header absent, ``""`` = blank).
        Landing and receipt may still lie at ``<path>.pending``: they get their names once committed.
        """
        if delivery.verdict not in EFFECTIVE_VERDICTS:
            raise ValueError(f"a delivery {delivery.verdict} has no events: append_outcome")
        if delivery.kind is None or delivery.reference_on is None or delivery.feed != rule.feed:
            raise ValueError("an accepted delivery has a kind, a reference date and the rule of its feed")
        with self.writing():
            lines = self._scan().lines
            if any(line.asserts(delivery.delivery_id) for line in lines):
                raise ValueError(f"{delivery.delivery_id} is in the log already")
            live = self.live_entries(delivery.feed)
            arriving = Arriving(
                seq=len(lines) + 1,
                delivery_id=delivery.delivery_id,
                kind=delivery.kind,
                reference_on=delivery.reference_on,
                scopes=delivery.scopes,
                recorded_at=_next_instant(lines, clock),
            )
            events = derive_events(live, self.deliveries(delivery.feed), arriving, assertions, rule)
            after = entries(pl.concat([live, events], how="diagonal"))
            counts = {**_event_counts(events, arriving.seq), **_absent_keys(after, arriving, rule)}
            told = replace(delivery, counts={**delivery.counts, **counts})
            line = self._append(told.feed, arriving.recorded_at, lines, delivery=told, events=events)
            self._live[delivery.feed] = _Live(line.seq, after)
            return line

    def append_outcome(self, delivery: Delivery, clock: Clock) -> LedgerLine:
        """Append the line of a delivery that asserts nothing: held, refused or rejected."""
        if delivery.verdict in EFFECTIVE_VERDICTS:
            raise ValueError(f"a delivery {delivery.verdict} has events: append_delivery")
        with self.writing():
            lines = self._scan().lines
            return self._append(delivery.feed, _next_instant(lines, clock), lines, delivery=delivery)

    def append_decision(self, stream: str, payload: Mapping[str, Any], clock: Clock) -> LedgerLine:
        """Append a decision (release or rejection of a held delivery, base freeze, release…) to ``stream``.

        ``payload`` is plain JSON. Its line's ``recorded_at`` is when the decision was known.
        """
        with self.writing():
            lines = self._scan().lines
            return self._append(stream, _next_instant(lines, clock), lines, payload=dict(payload))

    def _append(
        self,
        stream: str,
        recorded_at: datetime,
        lines: tuple[LedgerLine, ...],
        *,
        delivery: Delivery | None = None,
        events: pl.DataFrame | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> LedgerLine:
        seq = len(lines) + 1
        self.root.mkdir(parents=True, exist_ok=True)
        segment = None
        if events is not None and delivery is not None:
            path = self.root / stream / f"{seq:08d}-{delivery.delivery_id}.parquet"
            data = files.parquet_bytes(events)
            files.write_synced(files.pending(path), data)
            files.sync_folder(path.parent)
            segment = SegmentRef(self._relative(path), files.sha256(data), events.height)
        line = chained(
            LedgerLine(
                seq=seq,
                prev_hash=lines[-1].hash if lines else EMPTY_HEAD.hash,
                hash="",
                type="decision" if delivery is None else "delivery",
                stream=stream,
                recorded_at=recorded_at,
                delivery=delivery,
                segment=segment,
                payload=payload,
            )
        )
        files.append_synced(self.root / LEDGER_NAME, line_bytes(line))
        files.sync_folder(self.root)
        self._finish(line)
        return line

    def _finish(self, line: LedgerLine) -> None:
        """Give the files of a committed line their names, then say that the line is finished."""
        for ref in file_refs(line):
            path = self.root.parent / ref.path
            waiting = files.pending(path)
            if waiting.is_file():
                files.replace_synced(waiting, path)
        path = self.root / HEAD_NAME
        files.write_synced(files.pending(path), head_bytes(line.head))
        files.replace_synced(files.pending(path), path)

    def _refuse_a_lost_log(self) -> None:
        """A home with receipts or releases once had a log: a failed mount must not begin another."""
        if (self.root / LEDGER_NAME).is_file():
            return
        home = self.root.parent.parent
        for pattern in ("raw/landing/*/*.receipt.json", "releases/*/manifest.json"):
            witness = next(home.glob(pattern), None)
            if witness is not None:
                raise LogDamaged(
                    "log_lost",
                    f"事件日志不见了，而 {witness.name} 表明它曾经存在；没有另起新账",
                    f"the event log is gone, yet {witness.name} shows there was one; no other is begun",
                    where=Where(file=str(self.root / LEDGER_NAME)),
                    next_step="restore raw/events from backup, then jianhui replay --verify",
                )

    def _recover(self) -> None:
        """Finish what an interrupted writer committed, tidy away what it did not."""
        if not self.root.is_dir():
            return
        state = self._scan()
        finished = self._finished_head()
        surplus = surplus_problem(state, finished)
        if surplus is not None:
            raise surplus.error()
        if state.torn:
            # An append that never reached its line end was never committed; a cut line was refused above.
            ledger = self.root / LEDGER_NAME
            files.truncate_synced(ledger, ledger.stat().st_size - len(state.torn))
        for line in state.lines[finished.seq :]:
            self._finish(line)
        for orphan in sorted(self.root.glob(f"*/*{files.PENDING}")):
            orphan.unlink()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    def log_head(self) -> LogHead:
        """The last line; ``EMPTY_HEAD`` (seq 0) of an empty log."""
        return self._scan().head

    def head_at(self, known_at: datetime) -> LogHead:
        """The last line recorded at or before ``known_at``."""
        lines = self.ledger(known_at)
        return lines[-1].head if lines else EMPTY_HEAD

    def data_head(self, known_at: datetime | None = None) -> LogHead:
        """The last line that is not of the decision stream ``releases``."""
        lines = [line for line in self.ledger(known_at) if line.stream != RELEASES or line.delivery]
        return lines[-1].head if lines else EMPTY_HEAD

    def ledger(self, known_at: datetime | None = None) -> tuple[LedgerLine, ...]:
        """All lines recorded at or before ``known_at``, in order. Raises ``LogDamaged``."""
        lines = self._scan().lines
        return lines if known_at is None else tuple(line for line in lines if line.recorded_at <= known_at)

    def events(self, feed: str, known_at: datetime | None = None) -> pl.DataFrame:
        """Every event of ``feed`` recorded at or before ``known_at``, in order of recording.

        Columns: ``timeline.EVENT_SCHEMA``, then the content columns of all segments by name; those a
        segment's contract did not know are null. Raises ``LogDamaged`` on a segment that is not its own.
        """
        frames = [
            pl.read_parquet(self._segment_bytes(line.segment))
            for line in self.ledger(known_at)
            if line.stream == feed and line.segment is not None
        ]
        empty = pl.DataFrame(schema=EVENT_SCHEMA)
        return pl.concat([empty, *frames], how="diagonal") if frames else empty

    def live_entries(self, feed: str) -> pl.DataFrame:
        """``timeline.entries`` of all events of ``feed``.

        From memory where this object has derived or read them already and nothing came since: a night of
        many deliveries reads each segment once.
        """
        last = max((line.seq for line in self.ledger() if line.stream == feed and line.segment), default=0)
        kept = self._live.get(feed)
        if kept is None or kept.seq != last:
            kept = self._live[feed] = _Live(last, entries(self.events(feed)))
        return kept.entries

    def deliveries(self, feed: str | None = None, known_at: datetime | None = None) -> pl.DataFrame:
        """One row per delivery as it stood at ``known_at`` (its latest line), in order of ``seq``.

        Columns: ``register.DELIVERY_SCHEMA``.
        """
        return deliveries_frame(
            [line for line in self.ledger(known_at) if line.delivery and feed in (None, line.stream)]
        )

    def _scan(self) -> Scan:
        """The ledger, proved. Raises ``LogDamaged`` with the first thing that does not hold."""
        head = self._finished_head()
        path = self.root / LEDGER_NAME
        if not path.exists():
            state = scan(b"")
        else:
            status = path.stat()
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
            if self._proved is None or self._proved[0] != stamp:
                self._proved = (stamp, scan(path.read_bytes()))
            state = self._proved[1]
        problem = next(iter(state.problems), None) or head_problem(state, head)
        if problem is not None:
            raise problem.error()
        return state

    def _finished_head(self) -> LogHead:
        """What ``HEAD.json`` says; the empty head before the first append. Raises ``LogDamaged``."""
        head = read_head(self.root)
        if isinstance(head, Problem):
            raise head.error()
        return head

    def _segment_bytes(self, segment: SegmentRef) -> bytes:
        """The bytes of a segment, proved. One just committed may be about to get its name: look thrice."""
        path = self.root.parent / segment.path
        for candidate in (path, files.pending(path), path):
            if candidate.exists():
                data = candidate.read_bytes()
                if files.sha256(data) == segment.sha256:
                    return data
        problem = file_problem(path, segment, "segment")
        assert problem is not None, "a segment that is neither missing nor changed was read above"
        raise problem.error()

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root.parent).as_posix()


def _next_instant(lines: tuple[LedgerLine, ...], clock: Clock) -> datetime:
    """``max(clock, previous + 1 µs)``: the order of the ledger is the order of knowledge."""
    now = clock()
    if now.tzinfo is None:
        raise ValueError("the clock must give an aware instant")
    return max(now, lines[-1].recorded_at + _TICK) if lines else now


def _event_counts(events: pl.DataFrame, seq: int) -> dict[str, int]:
    """Events by kind that tell of the delivery itself; the rest, which mend or repeat, are ``n_restated``."""
    own = events.filter(pl.col("asserted_by") == seq)["event"]
    counts = {f"n_{kind}": int((own == kind).sum()) for kind in _COUNTED}
    return {**counts, "n_restated": events.height - sum(counts.values())}


def _absent_keys(live: pl.DataFrame, arriving: Arriving, rule: FeedRule) -> dict[str, int]:
    """``absent_keys``: records known from elsewhere that a full file of a feed that keeps them lacks."""
    if arriving.kind != "full" or rule.absence != "keeps":
        return {}
    narrow = live.select("record_key", "scope", "event", "asserted_on", "asserted_by")
    there = states(narrow, (arriving.reference_on, arriving.seq))
    absent = there.filter(
        (pl.col("event") == DISAPPEARED) & pl.col("scope").is_in(arriving.scopes or (NO_SCOPE,))
    )
    return {"absent_keys": absent.height}
