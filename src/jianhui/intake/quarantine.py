"""What is held back: whole deliveries that wait for a person, and rows that are no records.

A person releases a held delivery, which then enters the log as of now, or rejects it. Either is a
decision of the ledger (stream ``quarantine``) with who and why.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

import polars as pl

from jianhui.core.clock import Clock
from jianhui.core.errors import UsageError, Where
from jianhui.intake.landing import Receipt, read_landing
from jianhui.intake.outcome import REASONS, Outcome
from jianhui.intake.receive import REFUSAL_SUFFIX
from jianhui.intake.rows import Derived
from jianhui.log.ledger import Delivery
from jianhui.log.store import EventLog

STREAM = "quarantine"
"""Stream of the ledger that holds decisions on held deliveries."""


@dataclass(frozen=True)
class HeldBack:
    """One delivery of which something is held back. ``derived`` is null for a refused file."""

    delivery: Delivery
    receipt: Receipt | None
    derived: Derived | None

    def rows(self) -> list[dict[str, Any]]:
        """The rows kept back, each with its reason in Chinese and English; values as in the landing."""
        if self.derived is None:
            return []
        return [
            {**row, "reason_zh": REASONS[row["rule"]][0], "reason_en": REASONS[row["rule"]][1]}
            for row in self.derived.rejected.iter_rows(named=True)
        ]


def list_held_back(
    log: EventLog, valid_on: date | None = None, known_at: datetime | None = None
) -> pl.DataFrame:
    """Deliveries held or refused, and accepted ones with rows kept back; the register's columns.

    Those that wait for a decision come first, then by ledger line. ``known_at``: as it was then;
    ``valid_on``: only what describes that day or an earlier one, or no day that could be read.
    """
    waits = pl.col("verdict") == "held"
    has_rows = pl.col("rows_quarantined").fill_null(0) > 0
    register = log.deliveries(known_at=known_at)
    if valid_on is not None:
        register = register.filter(pl.col("reference_on").fill_null(valid_on) <= valid_on)
    return register.filter(waits | (pl.col("verdict") == "refused") | has_rows).sort(~waits, "seq")


def show(log: EventLog, delivery_id: str, known_at: datetime | None = None) -> HeldBack:
    """A delivery (as it stood at ``known_at``) with its rows kept back.

    Raises ``UsageError`` ``no_such_delivery``.
    """
    delivery = _latest(log, delivery_id, known_at)
    if delivery.receipt is None or delivery.receipt.path.endswith(REFUSAL_SUFFIX):
        return HeldBack(delivery, None, None)
    receipt, packed = read_back(log, delivery)
    return HeldBack(delivery, receipt, read_landing(receipt, packed))


def release(log: EventLog, delivery_id: str, *, by: str, reason: str, clock: Clock) -> Outcome:
    """Let a held delivery into the log, as of now. Raises ``UsageError`` if it is not held."""
    return _decide(log, delivery_id, "released", by=by, reason=reason, clock=clock)


def reject(log: EventLog, delivery_id: str, *, by: str, reason: str, clock: Clock) -> Outcome:
    """Reject a held delivery: it stays on record and asserts nothing. ``UsageError`` if it is not held."""
    return _decide(log, delivery_id, "rejected", by=by, reason=reason, clock=clock)


def read_back(log: EventLog, delivery: Delivery) -> tuple[Receipt, bytes]:
    """Receipt of a delivery that has a landing, and the bytes of the landing.

    Raises ``LogDamaged`` ``receipt_unreadable``; ``ValueError`` for a delivery without landing.
    """
    if delivery.receipt is None or delivery.landing is None:
        raise ValueError(f"{delivery.delivery_id} has no landing")
    raw = log.root.parent
    receipt = Receipt.from_json((raw / delivery.receipt.path).read_bytes(), delivery.receipt.path)
    return receipt, (raw / delivery.landing.path).read_bytes()


def _decide(
    log: EventLog,
    delivery_id: str,
    verdict: Literal["released", "rejected"],
    *,
    by: str,
    reason: str,
    clock: Clock,
) -> Outcome:
    if not by.strip() or not reason.strip():
        raise UsageError(
            "decision_unsigned",
            "须写明经办人和理由",
            "a decision needs a person and a reason",
            next_step="--by … --reason …",
        )
    with log.writing():
        delivery = _latest(log, delivery_id)
        if delivery.verdict != "held":
            raise UsageError(
                "not_held",
                f"该文件并未隔离（{delivery.verdict}）",
                f"the delivery is not held, it is {delivery.verdict}",
                where=Where(file=delivery_id),
                next_step="jianhui quarantine list",
            )
        receipt, packed = read_back(log, delivery)
        payload = {"delivery_id": delivery_id, "verdict": verdict, "by": by, "reason": reason}
        derived = read_landing(receipt, packed)
        log.append_decision(STREAM, payload, clock)
        note = f"{reason}（{by}）"
        if verdict == "released":
            told = replace(delivery, verdict="released", note=note)
            line = log.append_delivery(told, receipt.rule, derived.assertions, clock)
        else:
            line = log.append_outcome(replace(delivery, verdict="rejected", note=note), clock)
    counts = line.delivery.counts if line.delivery else delivery.counts
    return Outcome(
        feed=delivery.feed,
        file_name=delivery.file_name,
        verdict=verdict,
        delivery_id=delivery_id,
        kind=delivery.kind,
        reference_on=delivery.reference_on,
        counts=counts,
        rejected=derived.rejected,
    )


def _latest(log: EventLog, delivery_id: str, known_at: datetime | None = None) -> Delivery:
    """The delivery as it stands now, or stood."""
    told = [line.delivery for line in log.ledger(known_at) if line.delivery]
    found = [one for one in told if one.delivery_id == delivery_id]
    if not found:
        raise UsageError(
            "no_such_delivery",
            f"没有编号为 {delivery_id} 的文件",
            f"there is no delivery {delivery_id}",
            next_step="jianhui quarantine list",
        )
    return found[-1]
