"""Figures published before the log began: a CSV with their source, entered by a named person.

Columns: ``period`` (``2013Q4`` or a day), ``grouping``, ``group_code``, ``base_kind``, ``n_base``,
``n_covered``, ``coverage_rate`` (0 … 1), ``source``. Of the three figures any may be blank, not all.
"""

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

from jianhui.core.errors import UsageError, Where

COLUMNS = ("period", "grouping", "group_code", "base_kind", "n_base", "n_covered", "coverage_rate", "source")
GROUPINGS = ("city", "district", "managing_area", "street", "industry", "ownership", "size")
BASES = ("frozen", "live", "live_25", "due", "unknown")
"""``unknown``: the paper does not say on which base."""


def read_entered(path: Path) -> list[dict[str, Any]]:
    """The rows of the file, typed. Raises ``UsageError`` ``entered_*`` naming line, field and value."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            header, rows = tuple(reader.fieldnames or ()), [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "entered_unreadable",
            f"文件无法读取：{error}",
            f"the file cannot be read: {error}",
            where=Where(file=path.name),
        ) from error
    if header != COLUMNS:
        raise UsageError(
            "entered_columns",
            f"列应为 {', '.join(COLUMNS)}",
            f"the columns are {', '.join(COLUMNS)}",
            where=Where(file=path.name, line=1, value=",".join(header)),
        )
    return [
        _row(path, line, {key: (value or "").strip() for key, value in row.items()}) for line, row in rows
    ]


def period_end(period: str) -> date:
    """The day a period's figures are of. Raises ``ValueError``."""
    if match := re.fullmatch(r"(\d{4})Q([1-4])", period):
        month = int(match[2]) * 3
        return date(int(match[1]), month, 31 if month in (3, 12) else 30)
    return date.fromisoformat(period)


def _row(path: Path, line: int, row: dict[str, str]) -> dict[str, Any]:
    def wrong(field: str, wanted: str) -> UsageError:
        return UsageError(
            "entered_value",
            f"{field} 应为：{wanted}",
            f"{field} should be: {wanted}",
            where=Where(file=path.name, line=line, field=field, value=row[field]),
        )

    try:
        valid_on = period_end(row["period"])
    except ValueError:
        raise wrong("period", "2013Q4 | 2013-12-31") from None
    for field, known in (("grouping", GROUPINGS), ("base_kind", BASES)):
        if row[field] not in known:
            raise wrong(field, " | ".join(known))
    for field in ("group_code", "source"):
        if not row[field]:
            raise wrong(field, "…")
    counts = {}
    for field in ("n_base", "n_covered"):
        if row[field] and not row[field].isdigit():
            raise wrong(field, "0, 1, 2 …")
        counts[field] = int(row[field]) if row[field] else None
    if row["coverage_rate"] and re.fullmatch(r"0(\.\d+)?|1(\.0+)?", row["coverage_rate"]) is None:
        raise wrong("coverage_rate", "0 … 1")
    if not any(row[field] for field in ("n_base", "n_covered", "coverage_rate")):
        raise wrong("coverage_rate", "0 … 1")
    return {
        **row,
        **counts,
        "valid_on": valid_on.isoformat(),
        "coverage_rate": float(row["coverage_rate"]) if row["coverage_rate"] else None,
    }
