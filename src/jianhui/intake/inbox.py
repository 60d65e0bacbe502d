"""The inbox: ``raw/inbox/<feed>/`` taken in oldest day first; one bad file never stops the others.

A file leaves the inbox only once its sealed original has been read back. Its clear text is then
removed, because personal cells may not stand outside the vault; ``raw/inbox/.done/<feed>/`` keeps a
note that says which delivery it became and how to get the original.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from jianhui.core.clock import Clock
from jianhui.core.errors import DeliveryRefused, JianhuiError, LogBusy, LogDamaged, Where
from jianhui.intake.contract import Contract
from jianhui.intake.naming import SIDECAR_SUFFIX, Sidecar, label_of, read_sidecar
from jianhui.intake.outcome import NOOP, Message, Outcome, message_of
from jianhui.intake.receive import receive, refuse
from jianhui.log.store import EventLog
from jianhui.log.vault import Vault
from jianhui.settings import Settings

DONE = ".done"

# Files still being written, and what desktops leave behind.
_NOT_DELIVERIES = (".part", ".tmp", ".crdownload", ".filepart", SIDECAR_SUFFIX, "Thumbs.db", "desktop.ini")


def receive_inbox(
    settings: Settings, contracts: Mapping[str, Contract], clock: Clock, log: EventLog
) -> list[Outcome]:
    """Take in everything in the inbox: by reference date, full before delta, feed, name.

    Files without a readable label come last. Raises only ``LogBusy``, ``LogDamaged`` and errors of the
    machine (``OSError``): nothing a file holds stops the others.
    """
    outcomes = [_stranger(path) for path in _entries(settings.inbox) if path.name not in contracts]
    waiting = [
        (contracts[folder.name], file)
        for folder in _entries(settings.inbox)
        if folder.name in contracts and folder.is_dir()
        for file in _entries(folder)
        if not file.name.endswith(_NOT_DELIVERIES)
    ]
    for contract, file in sorted(waiting, key=lambda item: _order(*item)):
        outcomes.append(_receive_one(settings, contract, file, clock, log))
    return outcomes


def _receive_one(settings: Settings, contract: Contract, file: Path, clock: Clock, log: EventLog) -> Outcome:
    try:
        outcome = receive(settings, contract, file, clock=clock, log=log)
    except (LogBusy, LogDamaged, OSError):
        raise
    except JianhuiError as error:  # a folder, or too large to be read: it stays where it is
        return Outcome(contract.feed, file.name, "refused", messages=(message_of(error),))
    except Exception as error:  # whatever breaks the reader must not stop the night
        refusal = _unforeseen(file, error)
        outcome = refuse(settings, contract, file, refusal, label=None, clock=clock, log=log)
    _clear(settings, file, outcome)
    return outcome


def _clear(settings: Settings, file: Path, outcome: Outcome) -> None:
    """Remove a file whose sealed original has been proven, leaving a note behind.

    Of a no-op the original was proven when it first came, and may have been destroyed since.
    """
    if outcome.delivery_id is None:
        return
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if outcome.verdict != NOOP:
        vault = Vault(settings.vault, settings.keys_root)
        if hashlib.sha256(vault.open_original(outcome.delivery_id)).hexdigest() != digest:
            return
        done = settings.inbox / DONE / outcome.feed
        done.mkdir(parents=True, exist_ok=True)
        note = {**outcome.as_row(), "original_sha256": digest}
        text = json.dumps(note, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
        (done / f"{outcome.delivery_id}.json").write_text(text, encoding="utf-8")
    file.with_name(file.name + SIDECAR_SUFFIX).unlink(missing_ok=True)
    file.unlink()


def _entries(folder: Path) -> list[Path]:
    """What lies in ``folder``, hidden things and editors' lock files left out."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))


def _order(contract: Contract, file: Path) -> tuple[date, bool, str, str]:
    """Reference date, full before delta, feed, name; what cannot be labelled comes last."""
    try:
        sidecar = read_sidecar(file)
    except (DeliveryRefused, OSError):
        sidecar = Sidecar()
    try:
        label = label_of(contract.feed, file.name, sidecar, reference_on=None, kind=None, today=date.max)
    except DeliveryRefused:
        return date.max, True, contract.feed, file.name
    return label.reference_on, label.kind == "delta", contract.feed, file.name


def _stranger(path: Path) -> Outcome:
    """Something in the inbox that belongs to no feed; it is left there."""
    message = Message(
        "unknown_feed",
        f"收件箱中没有名为 {path.name} 的数据源，未处理",
        f"the inbox knows no feed {path.name}; it was left alone",
    )
    return Outcome(path.name, path.name, "refused", messages=(message,))


def _unforeseen(file: Path, error: Exception) -> DeliveryRefused:
    """A refusal for what no rule foresaw. The error's text may quote the file and is not repeated."""
    return DeliveryRefused(
        "unreadable",
        f"文件无法读取（{type(error).__name__}）",
        f"the file cannot be read ({type(error).__name__})",
        where=Where(file=file.name),
        next_step="jianhui receive FEED FILE 查看详情 / for details",
    )
