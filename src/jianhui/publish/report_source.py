"""Read a release folder: its manifest and its marts, nothing else.

Shapes: ``manifest.json`` and ``marts/<table>.parquet`` as the contract of a release has them. Work-lists
and reports read through this module only, so that a figure on paper can come from nowhere but a release.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.core.errors import UsageError, Where

UNKNOWN = "unknown"
"""Group code of what could not be placed in a group; always sorted last."""


@dataclass(frozen=True)
class AssumedRule:
    """A policy row nobody could source: ``key`` = ``value`` ``unit``, and what is said of its source."""

    key: str
    value: str
    unit: str
    source: str


@dataclass(frozen=True)
class Manifest:
    """What a printed table must say of the release it comes from."""

    release_id: str
    kind: str
    quarter: str | None
    valid_on: date
    known_at: datetime
    caveats: tuple[str, ...]
    assumed: tuple[AssumedRule, ...]


class Release:
    """An opened release folder. Raises ``UsageError`` ``release_unreadable`` if it is not one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = _manifest(folder)

    def mart(self, table: str) -> pl.DataFrame:
        """One mart as published, in its published order."""
        path = self.folder / "marts" / f"{table}.parquet"
        if not path.is_file():
            raise _unreadable(path, f"缺少数据表 {table}", f"the table {table} is missing")
        return pl.read_parquet(path)

    def group_names(self, grouping: str) -> dict[str, str]:
        """Group code → name, in the order of the codes (the official list), ``unknown`` last.

        A code that carries no name names itself; ``unknown`` is left to the caller's wording.
        """
        groups = (
            self.mart("agg_coverage")
            .filter(pl.col("grouping") == grouping, pl.col("group_code") != UNKNOWN)
            .group_by("group_code")
            .agg(pl.col("group_name").drop_nulls().first())
            .sort("group_code")
        )
        return {code: name or code for code, name in groups.iter_rows()}

    def has_coverage(self) -> bool:
        """False when no union register was ever received: coverage is then null, never zero."""
        return self.mart("agg_coverage").get_column("n_covered").null_count() == 0


def _manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        as_of = data["as_of"]
        return Manifest(
            release_id=str(data.get("release_id") or folder.name),
            kind=str(data["kind"]),
            quarter=data.get("quarter") or None,
            valid_on=date.fromisoformat(as_of["valid_on"]),
            known_at=_instant(as_of["known_at"]),
            caveats=tuple(_caveat(item) for item in data.get("caveats", ())),
            assumed=tuple(_assumed(item) for item in data.get("assumed_policy", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, "发布目录不完整或已损坏", "not a complete release folder") from error


def _caveat(item: object) -> str:
    """A caveat is a sentence, or an object that has it in Chinese."""
    return str(item["zh"]) if isinstance(item, dict) else str(item)


def _assumed(item: dict[str, Any]) -> AssumedRule:
    return AssumedRule(
        key=str(item["key"]),
        value=str(item["value"]),
        unit=str(item.get("unit") or ""),
        source=str(item.get("source") or ""),
    )


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _unreadable(path: Path, zh: str, en: str) -> UsageError:
    return UsageError(
        "release_unreadable",
        f"无法读取发布版本：{zh}",
        f"cannot read the release: {en}",
        where=Where(file=str(path)),
        next_step="jianhui release list",
    )
