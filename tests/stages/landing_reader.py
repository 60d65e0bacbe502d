"""A reader of landed files of its own: ``csv`` and ``gzip``, nothing of the product."""

import csv
import gzip
import json
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Landed:
    """One landed file with the place of each of its rows."""

    delivery_id: str
    feed: str
    kind: str
    reference_on: date
    received_at: str
    rows: tuple[tuple[int, str, Cells], ...]


def read_landing(raw: Path) -> list[Landed]:
    """Every landed file, by reference date and receipt; of those once held only what a person let in."""
    ledger = (raw / "events" / "LEDGER.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(line).get("delivery") or {} for line in ledger]
    let_in = {one["delivery_id"] for one in told if one.get("verdict") in ("accepted", "released")}
    found = []
    for receipt_path in (*raw.glob("landing/*/*.receipt.json"), *raw.glob("quarantine/*/*/*.receipt.json")):
        receipt = json.loads(receipt_path.read_text("utf-8"))
        if receipt["delivery_id"] not in let_in:
            continue
        text = receipt_path.with_name(receipt["delivery_id"] + ".csv.gz")
        with gzip.open(text, "rt", encoding="utf-8", newline="") as stream:
            header, *lines = csv.reader(stream)
        rows = tuple((int(line[0]), line[1], dict(zip(header[3:], line[3:], strict=True))) for line in lines)
        found.append(
            Landed(
                receipt["delivery_id"],
                receipt["feed"],
                receipt["kind"],
                date.fromisoformat(receipt["reference_on"]),
                receipt["received_at"],
                rows,
            )
        )
    return sorted(found, key=lambda one: (one.reference_on, one.received_at))


def day_of(text: str) -> date | None:
    """A day in any of the forms agencies write."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) == 1 and len(numbers[0]) == 8:
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    return date(*map(int, numbers)) if len(numbers) == 3 else None


def months_after(day: date, months: int) -> date:
    """The same day of a later month, at most its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
