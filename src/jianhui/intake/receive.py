"""Take in one file: label it, read it, protect it, land it, judge it, hand it to the log.

Whatever becomes of a file is a line of the ledger, except that the same bytes again are a no-op.
Nothing is lost: accepted or not, the original is sealed, and what could be read lies in the landing
or in quarantine.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from jianhui.core.clock import Clock, civil_day
from jianhui.core.errors import DeliveryRefused, UsageError, Where
from jianhui.core.events import DeliveryKind
from jianhui.intake.containers import file_bytes
from jianhui.intake.contract import Contract
from jianhui.intake.guard import Known, oddities, reasons_to_hold
from jianhui.intake.headers import HeaderMatch, match_headers
from jianhui.intake.landing import LANDING_SUFFIX, RECEIPT_SUFFIX, Receipt, landing_bytes, read_landing
from jianhui.intake.naming import Label, Sidecar, check_bytes, check_rows, label_of, read_sidecar
from jianhui.intake.outcome import NOOP, Message, Outcome, Result, message_of
from jianhui.intake.personal import protect
from jianhui.intake.reader import read_table
from jianhui.intake.rows import Derived
from jianhui.intake.table import RawTable, cell_column
from jianhui.intake.unread import unread_cells
from jianhui.log import files
from jianhui.log.ledger import Delivery, FileRef
from jianhui.log.store import EventLog
from jianhui.log.vault import Vault
from jianhui.settings import Settings

REFUSAL_SUFFIX = ".refusal.json"
_NOTE_LENGTH = 500


@dataclass(frozen=True)
class _Arrival:
    """One file at the door."""

    contract: Contract
    file_name: str
    data: bytes
    sha256: str
    received_at: datetime

    @property
    def seen_on(self) -> date:
        """The civil day of its receipt."""
        return civil_day(self.received_at)


def receive(
    settings: Settings,
    contract: Contract,
    file: Path,
    *,
    reference_date: date | None = None,
    kind: DeliveryKind | None = None,
    clock: Clock,
    log: EventLog,
) -> Outcome:
    """Take in ``file`` as a delivery of the contract's feed; the options win over sidecar and name.

    The file itself is left where it is. Raises ``UsageError`` ``no_such_file``, ``too_large``;
    ``LogBusy``, ``LogDamaged``. All other faults of the file are an outcome.
    """
    arrival = _arrival(contract, file, clock)
    with log.writing():
        _refuse_a_lost_vault(settings, log)
        label: Label | None = None
        try:
            sidecar = read_sidecar(file)
            label = label_of(
                contract.feed,
                file.name,
                sidecar,
                reference_on=reference_date,
                kind=kind,
                today=arrival.seen_on,
            )
            check_bytes(sidecar, file.name, arrival.sha256)
            latest = _latest(log, contract.feed, label)
            if latest is not None and _original_sha256(log, latest) == arrival.sha256:
                return _nothing_new(arrival, label, latest)
            return _Taking(settings, arrival, label, clock, log).run(sidecar)
        except DeliveryRefused as refusal:
            return refuse(settings, contract, file, refusal, label=label, clock=clock, log=log)


def _refuse_a_lost_vault(settings: Settings, log: EventLog) -> None:
    """Other keys would make other pseudonyms of the same persons, and every record would seem changed."""
    if log.log_head().seq and not Vault(settings.vault, settings.keys_root).is_set_up:
        raise UsageError(
            "vault_lost",
            "日志中已有数据，而保险库不见了；没有另建新库，否则同一个人会得到新的假名",
            "there is a log, but the vault is gone; no other is begun: persons would get new pseudonyms",
            where=Where(file=str(settings.vault)),
            next_step="restore the folder vault from backup",
        )


def refuse(
    settings: Settings,
    contract: Contract,
    file: Path,
    refusal: DeliveryRefused,
    *,
    label: Label | None,
    clock: Clock,
    log: EventLog,
) -> Outcome:
    """Put a file that cannot be taken in into quarantine whole: sealed, with the reason beside it."""
    arrival = _arrival(contract, file, clock)
    with log.writing():
        delivery_id = _new_id(log, arrival, label)
        Vault(settings.vault, settings.keys_root).seal_original(delivery_id, arrival.data)
        message = message_of(refusal)
        document = {
            "delivery_id": delivery_id,
            "feed": contract.feed,
            "file_name": arrival.file_name,
            "received_at": arrival.received_at.isoformat(),
            "original_sha256": arrival.sha256,
            "reason": vars(message),
        }
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
        delivery = Delivery(
            feed=contract.feed,
            delivery_id=delivery_id,
            kind=label.kind if label else None,
            reference_on=label.reference_on if label else None,
            verdict="refused",
            received_at=arrival.received_at,
            file_name=arrival.file_name,
            receipt=_put(
                log, held_folder(settings, contract.feed) / f"{delivery_id}{REFUSAL_SUFFIX}", text.encode()
            ),
            note=_note([message]),
        )
        log.append_outcome(delivery, clock)
        return _outcome(delivery, "refused", [message])


def held_folder(settings: Settings, feed: str) -> Path:
    """Where landing and receipt of deliveries lie that were not accepted at once.

    They stay there when released later: the ledger answers for every file at the place it first named.
    """
    return settings.quarantine / "deliveries" / feed


def rejected_rows_path(settings: Settings, feed: str, delivery_id: str) -> Path:
    """The rows of a delivery that were kept back, as CSV with the columns of ``rows.REJECTED_SCHEMA``."""
    return settings.quarantine / "rows" / feed / f"{delivery_id}.csv"


class _Taking:
    """The taking in of one readable arrival."""

    def __init__(
        self, settings: Settings, arrival: _Arrival, label: Label, clock: Clock, log: EventLog
    ) -> None:
        self.settings = settings
        self.arrival = arrival
        self.contract = arrival.contract
        self.label = label
        self.clock = clock
        self.log = log
        self.vault = Vault(settings.vault, settings.keys_root)

    def run(self, sidecar: Sidecar) -> Outcome:
        """Read, protect, land, judge and record. Raises ``DeliveryRefused`` before anything is kept."""
        arrival, contract, label = self.arrival, self.contract, self.label
        table = read_table(arrival.data, contract, arrival.file_name, is_delta=label.kind == "delta")
        check_rows(sidecar, arrival.file_name, table.frame.height)
        if table.frame.is_empty() and label.kind == "full" and not contract.append_only:
            raise _no_rows(arrival.file_name)
        match = match_headers(contract, table.headers)
        delivery_id = _new_id(self.log, arrival, label)
        sealed = self.vault.seal_original(delivery_id, arrival.data)
        table = protect(table, contract, match, self.vault, arrival.seen_on)
        packed, digest = landing_bytes(table)
        receipt = self._receipt(delivery_id, table, match, digest, sealed)
        derived = read_landing(receipt, packed)
        receipt = replace(receipt, counts=_counts(derived))
        return self._record(receipt, packed, derived, table)

    def _receipt(
        self, delivery_id: str, table: RawTable, match: HeaderMatch, digest: str, sealed: Path
    ) -> Receipt:
        is_delta = self.label.kind == "delta"
        return Receipt(
            feed=self.contract.feed,
            delivery_id=delivery_id,
            file_name=self.arrival.file_name,
            kind=self.label.kind,
            reference_on=self.label.reference_on,
            received_at=self.arrival.received_at,
            format=table.format,
            encoding=table.encoding,
            delimiter=table.delimiter,
            sheets=table.sheets,
            headers=table.headers,
            columns=match.columns,
            change_type=match.change_type if is_delta else None,
            unknown_headers=_unknown_headers(table, match, is_delta=is_delta),
            original_sha256=self.arrival.sha256,
            original_bytes=len(self.arrival.data),
            canonical_sha256=digest,
            sealed=sealed.relative_to(self.settings.home).as_posix(),
            contract=self.contract,
        )

    def _record(self, receipt: Receipt, packed: bytes, derived: Derived, table: RawTable) -> Outcome:
        contract, label = self.contract, self.label
        known = Known(self.log.live_entries(receipt.feed), self.log.deliveries(receipt.feed))
        messages = [*unread_cells(contract, derived), *_remarks(receipt, table)]
        holds = reasons_to_hold(contract, label.kind, label.reference_on, derived, known)
        if holds:
            messages = [*holds, *messages]
        else:
            messages += oddities(
                label.kind, label.reference_on, derived, known, append_only=contract.append_only
            )
        folder = held_folder(self.settings, receipt.feed) if holds else self.settings.landing / receipt.feed
        self._keep_rejected(receipt, derived)
        delivery = Delivery(
            feed=receipt.feed,
            delivery_id=receipt.delivery_id,
            kind=receipt.kind,
            reference_on=receipt.reference_on,
            verdict="held" if holds else "accepted",
            received_at=receipt.received_at,
            file_name=receipt.file_name,
            scopes=derived.scopes,
            counts=receipt.counts,
            receipt=_put(self.log, folder / f"{receipt.delivery_id}{RECEIPT_SUFFIX}", receipt.to_json()),
            landing=_put(self.log, folder / f"{receipt.delivery_id}{LANDING_SUFFIX}", packed),
            note=_note(messages),
        )
        if holds:
            self.log.append_outcome(delivery, self.clock)
            return _outcome(delivery, "held", messages, derived)
        line = self.log.append_delivery(delivery, receipt.rule, derived.assertions, self.clock)
        return _outcome(line.delivery or delivery, "accepted", messages, derived)

    def _keep_rejected(self, receipt: Receipt, derived: Derived) -> None:
        if derived.rejected.height:
            path = rejected_rows_path(self.settings, receipt.feed, receipt.delivery_id)
            files.write_synced(path, derived.rejected.write_csv().encode())


def _arrival(contract: Contract, file: Path, clock: Clock) -> _Arrival:
    data = file_bytes(file)
    return _Arrival(contract, file.name, data, hashlib.sha256(data).hexdigest(), clock())


def _latest(log: EventLog, feed: str, label: Label) -> Delivery | None:
    """The delivery of this feed, kind and reference date recorded last, unless it was refused."""
    told = [line.delivery for line in log.ledger() if line.delivery and line.stream == feed]
    same = [
        one
        for one in told
        if one.kind == label.kind and one.reference_on == label.reference_on and one.verdict != "refused"
    ]
    return same[-1] if same else None


def _original_sha256(log: EventLog, delivery: Delivery) -> str | None:
    if delivery.receipt is None:
        return None
    path = log.root.parent / delivery.receipt.path
    return Receipt.from_json(path.read_bytes(), delivery.receipt.path).original_sha256


def _new_id(log: EventLog, arrival: _Arrival, label: Label | None) -> str:
    """``<feed>-<YYYYMMDD>-<kind>-<ten digits of the file's digest>-<n>``: sortable, and no two alike."""
    day = f"{label.reference_on:%Y%m%d}" if label else "00000000"
    stem = f"{arrival.contract.feed}-{day}-{label.kind if label else 'unknown'}-{arrival.sha256[:10]}-"
    used = {line.delivery.delivery_id for line in log.ledger() if line.delivery}
    return f"{stem}{1 + sum(one.startswith(stem) for one in used)}"


def _put(log: EventLog, path: Path, data: bytes) -> FileRef:
    """Write a file the ledger will answer for; the log gives it its name once the line is committed."""
    files.write_synced(files.pending(path), data)
    return FileRef(path.relative_to(log.root.parent).as_posix(), files.sha256(data))


def _counts(derived: Derived) -> dict[str, int]:
    return {
        "rows_in": derived.rows_in,
        "rows_accepted": derived.assertions.height,
        "rows_quarantined": derived.rejected.height,
        "rows_bad": derived.rows_bad,
        "rows_duplicate": derived.rows_duplicate,
        "rows_collapsed": derived.rows_collapsed,
        "rows_skipped": derived.rows_skipped,
    }


def _unknown_headers(table: RawTable, match: HeaderMatch, *, is_delta: bool) -> tuple[str, ...]:
    """Headers no contract column took; a column without a header only if something stands in it."""
    known = set(match.columns.values()) | ({match.change_type} if is_delta else set())
    return tuple(
        header
        for position, header in enumerate(table.headers)
        if position not in known
        and (header.strip() or bool((table.frame[cell_column(position)].fill_null("") != "").any()))
    )


def _remarks(receipt: Receipt, table: RawTable) -> Iterator[Message]:
    """What to tell about the form of a file."""
    if receipt.unknown_headers:
        names = "、".join(header.strip() or "（无表头）" for header in receipt.unknown_headers)
        yield Message(
            "unknown_columns",
            f"约定之外的列，保留在落地文件中，不作使用：{names}",
            f"columns outside the contract, kept in landing and not used: {names}",
        )
    if receipt.contract.sheets == "all" and table.passed_over:
        names = "、".join(table.passed_over)
        yield Message(
            "sheets_passed_over",
            f"没有所需表头而未读的工作表：{names}",
            f"sheets without the required headers, not read: {names}",
        )


def _nothing_new(arrival: _Arrival, label: Label, latest: Delivery) -> Outcome:
    became = {"held": "仍在隔离中", "rejected": "已被退回"}.get(latest.verdict, "早已接收")
    message = Message(
        "same_bytes",
        f"与 {latest.delivery_id} 逐字节相同，{became}；未作任何改动",
        f"the same bytes as {latest.delivery_id}, which is {latest.verdict}; nothing was changed",
    )
    return Outcome(
        arrival.contract.feed,
        arrival.file_name,
        NOOP,
        latest.delivery_id,
        label.kind,
        label.reference_on,
        messages=(message,),
    )


def _outcome(
    delivery: Delivery, verdict: Result, messages: Sequence[Message], derived: Derived | None = None
) -> Outcome:
    outcome = Outcome(
        delivery.feed,
        delivery.file_name,
        verdict,
        delivery.delivery_id,
        delivery.kind,
        delivery.reference_on,
        delivery.counts,
        tuple(messages),
    )
    return outcome if derived is None else replace(outcome, rejected=derived.rejected)


def _note(messages: Sequence[Message]) -> str:
    return "；".join(f"[{one.code}] {one.zh}" for one in messages)[:_NOTE_LENGTH]


def _no_rows(file_name: str) -> DeliveryRefused:
    return DeliveryRefused(
        "no_rows",
        "只有表头，没有一行数据",
        "there is a header and not a single row",
        where=Where(file=file_name),
        next_step="请交换方重新发送 / ask the agency to send it again",
    )
