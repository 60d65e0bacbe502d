"""Scoring the plan's marts of a build against what a city's files say, and its dirt by class."""

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
        elif not columns and built[table]:
            unexplained[table] = len(built[table])
    pieces = Counter(piece.class_name for piece in read_pieces(city / "plan_dirt.csv"))
    return PlanScore(sum(map(len, told.values())), unexplained, pieces)


def _counted(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(_plain(row[column]) for column in columns) for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(f"{value:.{_SIGNIFICANT}g}") if isinstance(value, float) else value
