"""The ledger: one line per delivery and decision, each holding the hash of the line before it.

A line is canonical JSON (sorted keys, no blanks, UTF-8) of a :class:`LedgerLine`; its ``hash`` is the
SHA-256 of the same JSON without the key ``hash``. So a byte cannot change, nor a line move, without
the chain saying so; that lines were cut off its end is shown by ``HEAD.json`` (see ``store``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from jianhui.core.errors import Where
from jianhui.core.events import EFFECTIVE_VERDICTS, DeliveryKind, Verdict
from jianhui.log.damage import Problem

LEDGER_NAME = "LEDGER.jsonl"

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
    ``rows_collapsed``, ``rows_skipped``, ``absent_keys``…). The log adds those of its events.
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

    def asserts(self, delivery_id: str) -> bool:
        """Whether this is the line under which ``delivery_id`` took effect."""
        return self.is_effective and self.delivery is not None and self.delivery.delivery_id == delivery_id


@dataclass(frozen=True)
class Scan:
    """A ledger as read: the lines that are whole in themselves, and what does not hold.

    ``height`` counts all complete lines; ``torn`` are the bytes after the last line end.
    """

    lines: tuple[LedgerLine, ...]
    height: int
    torn: bytes
    problems: tuple[Problem, ...]

    @property
    def head(self) -> LogHead:
        """The last complete line."""
        return self.lines[-1].head if self.lines else EMPTY_HEAD


def chained(line: LedgerLine) -> LedgerLine:
    """``line`` with the hash that its other fields give."""
    return replace(line, hash=_digest(_document(line)))


def line_bytes(line: LedgerLine) -> bytes:
    """The line as it stands in the file, line end included."""
    return _canonical({**_document(line), "hash": line.hash}) + b"\n"


def scan(data: bytes) -> Scan:
    """Read a ledger and prove its chain, line by line; every line that does not hold is named."""
    lines: list[LedgerLine] = []
    problems: list[Problem] = []
    before: LedgerLine | None = None
    texts = data.split(b"\n")[:-1]
    for number, text in enumerate(texts, start=1):
        line = _parsed(text)
        if line is None:
            problems.append(_changed(number))
            before = None
            continue
        problem = _misplaced(line, number, before, is_first=number == 1)
        if problem is not None:
            problems.append(problem)
        lines.append(line)
        before = line
    return Scan(tuple(lines), len(texts), data.rpartition(b"\n")[2], tuple(problems))


def _parsed(text: bytes) -> LedgerLine | None:
    """The line, or null where it is not, byte for byte, what the log once wrote."""
    try:
        document = json.loads(text)
        line = _line(document)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    is_as_written = line_bytes(line) == text + b"\n" and line.hash == _digest(_document(line))
    return line if is_as_written else None


def _changed(number: int) -> Problem:
    return Problem(
        "ledger_line_changed",
        f"账本第 {number} 行与写入时不符",
        f"ledger line {number} is not what was written",
        Where(file=LEDGER_NAME, line=number),
    )


def _misplaced(line: LedgerLine, number: int, before: LedgerLine | None, *, is_first: bool) -> Problem | None:
    """What is wrong with the place of a line that is whole in itself.

    Behind a changed line (``before`` null, not the first) only ``seq`` tells.
    """
    where = Where(file=LEDGER_NAME, line=number)
    if line.seq != number:
        return Problem(
            "ledger_line_misplaced",
            f"账本第 {number} 行的序号是 {line.seq}：有行缺失、多出或被调换",
            f"ledger line {number} carries seq {line.seq}: lines are missing, extra or swapped",
            where,
        )
    previous = GENESIS if is_first else before.hash if before else line.prev_hash
    if line.prev_hash != previous:
        return Problem(
            "ledger_chain_broken",
            f"账本第 {number} 行接不上前一行的哈希",
            f"ledger line {number} does not follow from the line before it",
            where,
        )
    if before is not None and line.recorded_at <= before.recorded_at:
        return Problem(
            "ledger_clock_reversed",
            f"账本第 {number} 行的记录时间不晚于前一行",
            f"ledger line {number} is not recorded after the line before it",
            where,
        )
    return None


def _canonical(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(document)).hexdigest()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _document(line: LedgerLine) -> dict[str, Any]:
    """The line as JSON without its hash."""
    document: dict[str, Any] = {
        "seq": line.seq,
        "prev_hash": line.prev_hash,
        "type": line.type,
        "stream": line.stream,
        "recorded_at": _instant(line.recorded_at),
    }
    if line.delivery is None:
        return {**document, "payload": line.payload}
    told = line.delivery
    delivery = {
        **asdict(told),
        "reference_on": told.reference_on.isoformat() if told.reference_on else None,
        "received_at": _instant(told.received_at),
        "scopes": list(told.scopes),
        "counts": dict(told.counts),
    }
    return {**document, "delivery": delivery, "segment": asdict(line.segment) if line.segment else None}


def _line(document: Mapping[str, Any]) -> LedgerLine:
    """The line a JSON document holds. Raises ``KeyError``, ``TypeError`` or ``ValueError`` on any other."""
    told, segment = document.get("delivery"), document.get("segment")
    delivery = None
    if told is not None:
        delivery = Delivery(
            **{
                **told,
                "reference_on": date.fromisoformat(told["reference_on"]) if told["reference_on"] else None,
                "received_at": datetime.fromisoformat(told["received_at"]),
                "scopes": tuple(told["scopes"]),
                "receipt": FileRef(**told["receipt"]) if told["receipt"] else None,
                "landing": FileRef(**told["landing"]) if told["landing"] else None,
            }
        )
    return LedgerLine(
        seq=document["seq"],
        prev_hash=document["prev_hash"],
        hash=document["hash"],
        type=document["type"],
        stream=document["stream"],
        recorded_at=datetime.fromisoformat(document["recorded_at"]),
        delivery=delivery,
        segment=SegmentRef(**segment) if segment else None,
        payload=document.get("payload"),
    )
