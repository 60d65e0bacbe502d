"""Scoring the plan's marts of a build against what a city's files say, and its dirt by class."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jianhui.simulate.plan.dirt import CLASSES, read_pieces

_SIGNIFICANT = 9


@dataclass(frozen=True)
class PlanScore:
    """``unexplained``: table → rows built otherwise than the files say; ``pieces``: class of dirt → how many.

    ``rows``: how many rows the files tell in all.
    """

    rows: int
    unexplained: Mapping[str, int]
    pieces: Mapping[str, int]

    def summary(self, language: str) -> str:
        """In one sentence."""
        n = sum(self.unexplained.values())
        dirt = "，".join(f"{one.zh} {self.pieces[one.name]}" for one in CLASSES if self.pieces.get(one.name))
        listed = ", ".join(
            f"{one.en} {self.pieces[one.name]}" for one in CLASSES if self.pieces.get(one.name)
        )
        return {
            "zh": f"要点各表：应有 {self.rows} 行，无法解释 {n} 行；脏数据：{dirt or '无'}。",
            "en": f"The plan's marts: {self.rows} rows told, {n} unexplained; dirt: {listed or 'none'}.",
        }[language]


def score(
    city: Path,
    told: Mapping[str, Sequence[Mapping[str, Any]]],
    built: Mapping[str, Sequence[Mapping[str, Any]]],
) -> PlanScore:
    """Hold ``built`` against ``told``, each rows by table; of each table the columns that are told."""
    unexplained = {}
    for table, rows in told.items():
        columns = list(rows[0]) if rows else []
        said, made = _counted(rows, columns), _counted(built[table], columns)
        if columns and said != made:
            unexplained[table] = max((said - made).total(), (made - said).total())
    pieces = Counter(piece.class_name for piece in read_pieces(city / "plan_dirt.csv"))
    return PlanScore(sum(map(len, told.values())), unexplained, pieces)


def _counted(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Counter[tuple[Any, ...]]:
    if {"numerator", "denominator"} <= set(columns):
        rows = (row for row in rows if row["numerator"] or row["denominator"])
    plain = (tuple(_plain(row[column]) for column in columns) for row in rows)
    return Counter(row for row in plain if not _says_nothing(row))


def _says_nothing(row: Sequence[Any]) -> bool:
    """Whether a row counts nothing at all: a group that happens to be empty."""
    counts = [value for value in row if isinstance(value, int) and not isinstance(value, bool)]
    return len(counts) > 1 and not any(counts)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        # The marts show keys as given, the truth shows them canonical.
        return unicodedata.normalize("NFKC", value).replace("-", "")
    return float(f"{value:.{_SIGNIFICANT}g}") if isinstance(value, float) else value
