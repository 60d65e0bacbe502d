"""The ledger: one line per delivery and decision, each holding the hash of the line before it.

A line is canonical JSON (sorted keys, no blanks, UTF-8) of a :class:`LedgerLine`; its ``hash`` is the
SHA-256 of the same JSON without the key ``hash``. So a byte cannot change, nor a line move, without
the chain saying so; that lines were cut off its end is shown by ``HEAD.json`` (see ``store``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from jianhui.core.errors import LogDamaged, Where
from jianhui.core.events import EFFECTIVE_VERDICTS, DeliveryKind, Verdict

GENESIS = "0" * 64
"""``prev_hash`` of the first line."""

RELEASES = "releases"
"""The decision stream that tells what became of the data, and is no part of the data."""


@dataclass(frozen=True)
class LogHead:
    """The last line of a ledger, or of a part of it: everything up to it is what was known."""

    seq: int
    hash: str


EMPTY_HEAD = LogHead(0, GENESIS)


@dataclass(frozen=True)
class FileRef:
    """A file the ledger answers for. ``path`` is relative to the folder ``raw``, with ``/``."""

    path: str
    sha256: str


@dataclass(frozen=True)
class SegmentRef(FileRef):
    """An event segment; ``rows`` is its number of events."""

    rows: int


@dataclass(frozen=True)
class Delivery:
    """What intake tells the log of one delivery, whatever became of it.

    ``reference_on`` and ``kind`` may be unknown of a refused file. ``scopes``: the scopes a full file
    is complete within, or a delta's rows lie in (tax: periods); empty for feeds without scopes.
    ``counts``: figures of intake (``rows_in``, ``rows_accepted``, ``rows_quarantined``,
    ``rows_collapsed``, ``absent_keys``…). The log adds those of its events.
    """

    feed: str
    delivery_id: str
    kind: DeliveryKind | None
    reference_on: date | None
    verdict: Verdict
    received_at: datetime
    file_name: str
    scopes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    receipt: FileRef | None = None
    landing: FileRef | None = None
    note: str = ""


@dataclass(frozen=True)
class LedgerLine:
    """One line. ``delivery`` is set on lines of type delivery, ``payload`` on decisions."""

    seq: int
    prev_hash: str
    hash: str
    type: Literal["delivery", "decision"]
    stream: str
    recorded_at: datetime
    delivery: Delivery | None
    segment: SegmentRef | None
    payload: Mapping[str, Any] | None

    @property
    def head(self) -> LogHead:
        """This line as the head of everything up to it."""
        return LogHead(self.seq, self.hash)

    @property
    def is_effective(self) -> bool:
        """Whether the line is a delivery that asserts something."""
        return self.delivery is not None and self.delivery.verdict in EFFECTIVE_VERDICTS
