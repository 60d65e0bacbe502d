"""Prove the log: every segment again from landing and receipt, and every witness against the ledger.

Nothing is trusted but the canonical landing and its receipt. What is found is named, not mended.
"""

import json
from pathlib import Path

import polars as pl

from jianhui.core.errors import JianhuiError, LogDamaged, Where
from jianhui.core.events import FeedRule
from jianhui.intake.landing import Receipt, read_landing
from jianhui.log import files
from jianhui.log.audit import audit_ledger, audit_segments, file_problem, standing_file
from jianhui.log.damage import Problem
from jianhui.log.derive import Arriving, derive_events
from jianhui.log.ledger import EMPTY_HEAD, Delivery, FileRef, LedgerLine, LogHead, Scan
from jianhui.log.register import deliveries_frame
from jianhui.log.store import EventLog
from jianhui.log.timeline import EVENT_SCHEMA, entries
from jianhui.settings import Settings

MANIFEST_NAME = "manifest.json"


def verify(settings: Settings) -> list[Problem]:
    """Everything that speaks against the log of this home; empty when it proves itself.

    Holds the writer's lock meanwhile, and changes nothing. Raises ``LogBusy`` if a writer keeps at it.
    """
    with EventLog(settings.events).standing_still():
        state, problems = audit_ledger(settings.events)
        problems += audit_segments(settings.events, state)
        problems += _audit_received(settings, state)
        problems += _audit_releases(settings, state)
        for feed in sorted({line.stream for line in state.lines if line.delivery}):
            problems += _replay(settings, [line for line in state.lines if line.stream == feed])
        return problems


def _audit_received(settings: Settings, state: Scan) -> list[Problem]:
    """Landings and receipts against the ledger: changed, missing, and those no line names."""
    named: dict[str, tuple[str, FileRef]] = {}
    for line in state.lines:
        for kind in ("landing", "receipt"):
            ref = getattr(line.delivery, kind, None)
            if ref is not None:
                named[ref.path] = (kind, ref)
    problems = [
        problem
        for kind, ref in named.values()
        if (problem := file_problem(standing_file(settings.events, ref), ref, kind)) is not None
    ]
    raw = settings.events.parent
    for path in sorted(_received_files(settings)):
        relative = path.relative_to(raw).as_posix()
        if relative not in named:
            problems.append(
                Problem(
                    "received_unknown",
                    "有到达记录，而账本没有记下它：账本被截断或被换，或文件是外来的",
                    "a received delivery no ledger line names: "
                    "the ledger was cut or exchanged, or the file is not ours",
                    Where(file=relative),
                )
            )
    return problems


def _received_files(settings: Settings) -> list[Path]:
    """Landings and receipts on disk, accepted and held. A pending one belongs to no line yet."""
    folders = (settings.landing, settings.quarantine / "deliveries")
    return [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.name.endswith((".json", ".csv.gz"))
    ]


def _audit_releases(settings: Settings, state: Scan) -> list[Problem]:
    """That the log head every release rests on lies in the ledger."""
    heads = {EMPTY_HEAD, *(line.head for line in state.lines)}
    problems = []
    for path in sorted(settings.releases.rglob(MANIFEST_NAME)):
        where = Where(file=path.relative_to(settings.home).as_posix(), field="log_head")
        head = _manifest_head(path)
        if head is None:
            problems.append(
                Problem(
                    "release_unreadable",
                    "发布的清单无法读取，或没有记下日志位置",
                    "the manifest of a release cannot be read, or names no log head",
                    where,
                )
            )
        elif head not in heads:
            problems.append(
                Problem(
                    "release_head_unknown",
                    f"发布所依据的日志位置（第 {head.seq} 行）不在账本中：账本被截断或重写",
                    f"the log head a release rests on (line {head.seq}) is not in the ledger: "
                    "it was cut or written anew",
                    where,
                )
            )
    return problems


def _manifest_head(path: Path) -> LogHead | None:
    try:
        head = json.loads(path.read_bytes())["log_head"]
        return LogHead(head["seq"], head["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _replay(settings: Settings, lines: list[LedgerLine]) -> list[Problem]:
    """Derive every segment of one feed's ``lines`` again, each from the deliveries before it, and compare.

    Where a landing or receipt is damaged, which is told elsewhere, the segment stands in for it.
    """
    problems = []
    live = pl.DataFrame(schema=EVENT_SCHEMA)
    for number, line in enumerate(lines):
        if line.delivery is None or line.segment is None:
            continue
        recorded = _segment(settings, line.segment)
        try:
            derived = _derived(settings, line, live, deliveries_frame(lines[:number]))
        except JianhuiError as error:
            problems.append(Problem(error.code, error.zh, error.en, Where(file=line.segment.path)))
            derived = None
        if line.delivery.landing is None or line.delivery.receipt is None:
            problems.append(
                Problem(
                    "segment_unproved",
                    f"账本没有为 {line.delivery.delivery_id} 记下到达文件与回执，事件无从证明",
                    f"no landing and receipt to prove the events of {line.delivery.delivery_id}",
                    Where(file=line.segment.path),
                )
            )
        if derived is not None and recorded is not None and not derived.equals(recorded):
            problems.append(
                Problem(
                    "segment_underivable",
                    f"由 {line.delivery.delivery_id} 的到达文件推不出这一事件段",
                    f"the landing of {line.delivery.delivery_id} does not give this segment",
                    Where(file=line.segment.path),
                )
            )
        events = derived if derived is not None else recorded
        if events is not None:
            live = entries(pl.concat([live, events], how="diagonal"))
    return problems


def _segment(settings: Settings, ref: FileRef) -> pl.DataFrame | None:
    """The events as recorded; null where the file is not the one the ledger names."""
    path = standing_file(settings.events, ref)
    if file_problem(path, ref, "segment") is not None:
        return None
    return pl.read_parquet(path.read_bytes())


def _derived(
    settings: Settings, line: LedgerLine, live: pl.DataFrame, before: pl.DataFrame
) -> pl.DataFrame | None:
    """The events that landing and receipt give; null where one of them is damaged or was never there.

    Raises ``LogDamaged`` where they are whole and yet give no events, or not those of this delivery.
    """
    told = line.delivery
    received = _received(settings, told) if told else None
    if told is None or received is None:
        return None
    receipt, packed = received
    said = read_landing(receipt, packed)
    if (receipt.feed, receipt.delivery_id, receipt.kind, receipt.reference_on, said.scopes) != (
        told.feed,
        told.delivery_id,
        told.kind,
        told.reference_on,
        told.scopes,
    ):
        raise _contradiction(told, "回执与账本所记不一致", "the receipt and the ledger do not agree")
    arriving = Arriving(
        line.seq, told.delivery_id, receipt.kind, receipt.reference_on, told.scopes, line.recorded_at
    )
    rule: FeedRule = receipt.rule
    try:
        return derive_events(live, before, arriving, said.assertions, rule)
    except ValueError as error:
        raise _contradiction(told, f"到达文件推不出事件：{error}", f"no events follow: {error}") from error


def _received(settings: Settings, told: Delivery) -> tuple[Receipt, bytes] | None:
    """Receipt and landing of a delivery, if both are the ones the ledger names."""
    if told.receipt is None or told.landing is None:
        return None
    receipt_path = standing_file(settings.events, told.receipt)
    landing_path = standing_file(settings.events, told.landing)
    receipt, landing = (path.read_bytes() if path.is_file() else b"" for path in (receipt_path, landing_path))
    if files.sha256(receipt) != told.receipt.sha256 or files.sha256(landing) != told.landing.sha256:
        return None
    return Receipt.from_json(receipt, told.receipt.path), landing


def _contradiction(told: Delivery, zh: str, en: str) -> LogDamaged:
    return LogDamaged("receipt_contradicts", f"{told.delivery_id}：{zh}", f"{told.delivery_id}: {en}")
