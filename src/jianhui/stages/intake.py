"""Steps 1–4: receive, read, diff, append – and what is held back, and the proof of the log."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

from jianhui.core.errors import UsageError
from jianhui.core.events import DeliveryKind
from jianhui.intake import inbox, quarantine, replay
from jianhui.intake.contract import Contract
from jianhui.intake.outcome import Outcome
from jianhui.intake.receive import receive as receive_file
from jianhui.intake.slip import write_slip
from jianhui.log.damage import Problem
from jianhui.log.vault import Vault
from jianhui.stages.context import NOW, Context, When


def receive(
    context: Context,
    feed: str,
    files: Sequence[Path],
    reference_date: date | None = None,
    kind: str | None = None,
) -> list[Outcome]:
    """Take in ``files`` as deliveries of ``feed``, in the order given.

    Raises ``UsageError`` for an unknown feed or kind, or a file that is not there.
    """
    contract = _contract(context, feed)
    if kind not in (None, "full", "delta"):
        raise UsageError(
            "bad_kind",
            f"类型只能是 full 或 delta：{kind}",
            f"kind is full or delta, not {kind}",
            next_step="--kind full",
        )
    return [
        receive_file(
            context.settings,
            contract,
            file,
            reference_date=reference_date,
            kind=cast(DeliveryKind | None, kind),
            clock=context.clock,
            log=context.log,
        )
        for file in files
    ]


def receive_inbox(context: Context) -> list[Outcome]:
    """Take in everything in the inbox; a bad file or feed does not stop the others."""
    return inbox.receive_inbox(context.settings, context.contracts, context.clock, context.log)


def quarantine_list(context: Context, when: When = NOW) -> list[dict[str, Any]]:
    """Held and refused deliveries, and accepted ones with bad rows; those that wait come first."""
    return quarantine.list_held_back(context.log, when.valid_on, when.known_at).to_dicts()


def quarantine_show(context: Context, delivery_id: str, when: When = NOW) -> quarantine.HeldBack:
    """One delivery with the rows kept back, as it stood when the log ended there."""
    return quarantine.show(context.log, delivery_id, when.settled_at)


def quarantine_release(context: Context, delivery_id: str, by: str, reason: str) -> Outcome:
    """Let a held delivery into the log now."""
    return quarantine.release(context.log, delivery_id, by=by, reason=reason, clock=context.clock)


def quarantine_reject(context: Context, delivery_id: str, by: str, reason: str) -> Outcome:
    """Reject a held delivery; it stays on record and asserts nothing."""
    return quarantine.reject(context.log, delivery_id, by=by, reason=reason, clock=context.clock)


def slip(context: Context, delivery_id: str, out: Path) -> Path:
    """The agency's own bad lines as xlsx, true values from the vault."""
    return write_slip(context.log, _vault(context), delivery_id, out)


def verify(context: Context) -> list[Problem]:
    """Everything that speaks against the log; empty when it proves itself."""
    return replay.verify(context.settings)


def _vault(context: Context) -> Vault:
    return Vault(context.settings.vault, context.settings.keys_root)


def _contract(context: Context, feed: str) -> Contract:
    if feed not in context.contracts:
        known = ", ".join(context.contracts)
        raise UsageError(
            "unknown_feed", f"没有这个数据源：{feed}", f"no such feed: {feed}", next_step=f"one of {known}"
        )
    return context.contracts[feed]
