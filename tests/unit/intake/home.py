"""A home in a temporary folder, and deliveries to drop into it."""

import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from jianhui.core.events import DeliveryKind
from jianhui.intake.contract import Contract, load_contracts
from jianhui.intake.inbox import receive_inbox
from jianhui.intake.landing import Receipt
from jianhui.intake.outcome import Outcome
from jianhui.intake.receive import receive
from jianhui.log.store import EventLog
from jianhui.log.vault import Vault
from jianhui.settings import Settings

CONTRACTS = load_contracts(Settings(Path(), Path()).contracts)

COMMERCE = "统一社会信用代码,企业名称,住所,法定代表人,成立日期,核准日期,登记状态"


def firm(number: int, **cells: str) -> str:
    """A row of ``COMMERCE``: firm ``number`` of a registry that never was."""
    row = {
        "uscc": f"X{number:017d}",
        "name": f"大连甲{number}有限公司",
        "address": f"大连市中山区人民路{number}号",
        "who": f"张三{number}",
        "established": "2010-01-05",
        "approved": "2012-02-06",
        "status": "存续",
        **cells,
    }
    return ",".join(row.values())


def firms(count: int, *more: str) -> str:
    """A commerce file of ``count`` firms and the rows in ``more``."""
    return "\n".join([COMMERCE, *(firm(i) for i in range(1, count + 1)), *more]) + "\n"


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook with these cells, sheet by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@dataclass
class Home:
    """A home, its log, and a clock that stands where it was put."""

    root: Path
    now: datetime = datetime(2014, 6, 30, 4, tzinfo=UTC)
    contracts: dict[str, Contract] = field(default_factory=lambda: dict(CONTRACTS))

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.root / "home", keys_root=self.root / "keys")
        self.log = EventLog(self.settings.events)
        self.vault = Vault(self.settings.vault, self.settings.keys_root)

    def clock(self) -> datetime:
        return self.now

    def write(self, name: str, content: str | bytes, sidecar: dict[str, Any] | None = None) -> Path:
        """A file outside the home."""
        return self._put(self.root / "outside" / name, content, sidecar)

    def drop(self, feed: str, name: str, content: str | bytes, sidecar: dict[str, Any] | None = None) -> Path:
        """A file in the inbox of ``feed``."""
        return self._put(self.settings.inbox / feed / name, content, sidecar)

    def take(
        self,
        name: str,
        content: str | bytes,
        *,
        feed: str = "commerce",
        sidecar: dict[str, Any] | None = None,
        reference_date: date | None = None,
        kind: DeliveryKind | None = None,
    ) -> Outcome:
        """Receive a file."""
        return receive(
            self.settings,
            self.contracts[feed],
            self.write(name, content, sidecar),
            reference_date=reference_date,
            kind=kind,
            clock=self.clock,
            log=self.log,
        )

    def take_inbox(self) -> list[Outcome]:
        return receive_inbox(self.settings, self.contracts, self.clock, self.log)

    def receipt(self, outcome: Outcome) -> Receipt:
        path = self._landed(outcome, ".receipt.json")
        return Receipt.from_json(path.read_bytes(), path.name)

    def landing(self, outcome: Outcome) -> str:
        """The canonical text of a delivery."""
        return gzip.decompress(self.packed(outcome)).decode()

    def packed(self, outcome: Outcome) -> bytes:
        return self._landed(outcome, ".csv.gz").read_bytes()

    def content(self, feed: str = "commerce") -> pl.DataFrame:
        """The live entries of a feed: record key × assertion."""
        return self.log.live_entries(feed)

    def _landed(self, outcome: Outcome, suffix: str) -> Path:
        (path,) = self.settings.home.glob(f"raw/**/{outcome.delivery_id}{suffix}")
        return path

    def _put(self, path: Path, content: str | bytes, sidecar: dict[str, Any] | None) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if sidecar is not None:
            path.with_name(path.name + ".manifest.json").write_text(json.dumps(sidecar), encoding="utf-8")
        return path


def codes(outcome: Outcome) -> list[str]:
    """Codes of what an outcome says."""
    return [message.code for message in outcome.messages]


def rules(outcome: Outcome) -> list[tuple[int, str]]:
    """Line and rule of the rows an outcome kept back."""
    return [(row["line"], row["rule"]) for row in outcome.rejected.iter_rows(named=True)]
