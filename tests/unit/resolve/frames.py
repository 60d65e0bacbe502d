"""Small typed frames for tests: rows as dictionaries, read through the real contracts."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import settings

from jianhui.core.check_digits import org_check, reg_no_check, uscc_check
from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.intake.contract import load_contracts
from jianhui.resolve.bonds import Bonds
from jianhui.resolve.identity import Identities, identify
from jianhui.resolve.records import RECORD_COLUMNS, project

CONTRACTS = load_contracts(Path(__file__).parents[3] / "raw" / "contracts")
EPOCH = datetime(2014, 1, 1, tzinfo=UTC)

Row = dict[str, Any]

UNHURRIED = settings(deadline=None, max_examples=40)
"""For property tests over frames: one example may take long on a busy machine."""


def org(n: int) -> str:
    """A valid organisation code."""
    body = f"{n:08d}"
    return body + org_check(body)


def uscc(n: int) -> str:
    """A valid USCC of an enterprise, with ``org(n)`` inside."""
    body = f"91210200{org(n)}"
    return body + uscc_check(body)


def reg_no(n: int) -> str:
    """A valid 15-digit registration number."""
    body = f"2102000{n:07d}"
    return body + reg_no_check(body)


def day(text: str) -> date:
    """``2014-03-31`` as a date."""
    return date.fromisoformat(text)


def recorded(seq: int) -> datetime:
    """The instant at which delivery ``seq`` was recorded."""
    return EPOCH + timedelta(days=seq)


def raw_versions(feed: str, rows: list[Row]) -> pl.DataFrame:
    """Versions as the log gives them.

    A row: ``key``, optionally ``start`` (valid_from), ``until`` (valid_to), ``on`` (asserted_on), ``seq``,
    ``seen`` (last_seen_on), ``first`` (first_seen_on), ``absent``; all other entries are cells. The rows
    of one key are given in order; a version ends where the next begins.
    """
    contract = CONTRACTS[feed]
    meta = {"key", "start", "until", "on", "seq", "seen", "first", "absent"}
    out = []
    for i, row in enumerate(rows):
        later = [r for r in rows[i + 1 :] if r["key"] == row["key"]]
        earlier = [r for r in rows[:i] if r["key"] == row["key"]]
        start = day(row["start"]) if "start" in row else BEGINNING
        asserted = day(row.get("on") or row.get("start") or "2014-01-31")
        first_row = earlier[0] if earlier else row
        last_row = later[-1] if later else row
        until = row.get("until") or (later[0]["start"] if later else None)
        out.append(
            {
                "record_key": row["key"],
                "record_key_raw": row["key"],
                "version_no": len(earlier) + 1,
                "valid_from": start,
                "valid_to": day(until) if until else OPEN_END,
                "valid_from_basis": "reference_date" if earlier else "first",
                "declared_on": None,
                "is_backdated": False,
                "asserted_on": asserted,
                "asserted_seq": row.get("seq", 1),
                "previous_asserted_on": None,
                "delivery_id": f"d{row.get('seq', 1)}",
                "line": i + 2,
                "recorded_at": recorded(row.get("seq", 1)),
                "first_seen_on": day(first_row.get("first") or first_row.get("on") or "2014-01-31"),
                "last_seen_on": day(last_row.get("seen") or last_row.get("on") or "2014-01-31"),
                "is_absent": last_row.get("absent", False),
                **{name: row.get(name) for name in contract.column_names},
            }
        )
        assert row.keys() - meta <= set(contract.column_names), row.keys()
    schema = {
        **{name: dtype for name, dtype in RECORD_COLUMNS.items() if name != "absent_headers"},
        **{name: pl.String() for name in contract.column_names},
    }
    return pl.DataFrame(out, schema=schema, orient="row")


def versions(feed: str, rows: list[Row]) -> pl.DataFrame:
    """Typed versions of ``feed``: :func:`raw_versions` through its contract."""
    return project(raw_versions(feed, rows), CONTRACTS[feed])


def evidence(records: pl.DataFrame) -> pl.DataFrame:
    """What ``identify`` asks for, of typed commerce versions each recorded once."""
    return records.select(
        "record_key",
        pl.col("recorded_at").min().over("record_key").alias("first_recorded_at"),
        "recorded_at",
        "uscc",
        "reg_no",
        "name_canonical",
        "established_on",
    )


def identities(records: pl.DataFrame, bonds: Bonds | None = None) -> Identities:
    """``identify`` of typed commerce versions."""
    return identify(evidence(records), bonds)
