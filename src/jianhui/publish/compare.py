"""Two releases compared with cause: what moved, by how much for which reason, and who stands behind it.

``Comparison`` holds it all; ``write`` puts it into a folder: a statement in Chinese, a workbook, charts,
and the same for a program.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.core.errors import ExitCode, JianhuiError
from jianhui.publish.compare_cells import (
    CAUSES,
    CELL,
    MEDIAN,
    Cause,
    RateMove,
    Step,
    changed_cells,
    rate_moves,
)
from jianhui.publish.compare_members import CONTRIBUTION, MEASURES, contributions
from jianhui.publish.compare_openings import all_openings, is_open
from jianhui.publish.report_figures import target_fraction

CELLS_FILE = "cells.parquet"
MEMBERS_FILE = "members.parquet"
OPENINGS_FILE = "openings.parquet"
DOCUMENT = "comparison.json"


class NotExact(JianhuiError):
    """The members behind a figure do not sum to its move: a bug of ours."""

    exit_code = ExitCode.BUG


@dataclass(frozen=True)
class Side:
    """One end of a comparison."""

    name: str
    kind: str
    valid_on: date
    known_at: datetime
    label: str = ""
    """What it is called in Chinese, where it is no release."""

    def as_dict(self) -> dict[str, str]:
        """The side for a program."""
        return {
            "release_id": self.name,
            "kind": self.kind,
            "valid_on": self.valid_on.isoformat(),
            "known_at": self.known_at.isoformat(),
        }


@dataclass(frozen=True)
class Comparison:
    """From ``a`` to ``b``.

    ``cells``: every count that moved (``compare_cells.changed_cells``); ``rates``: every rate, moved or not;
    ``members``: who moved the figures of ``agg_coverage`` (``compare_members.CONTRIBUTION``, with ``name``);
    ``openings``: who moved every other figure (``compare_openings.OPENING``, with ``name``); ``notes``: what
    a reader must know of the path, in Chinese and English. ``targets``: of the frozen base at either end;
    ``group_names``: (grouping, code) → name.
    """

    a: Side
    b: Side
    causes: tuple[Cause, ...]
    cells: pl.DataFrame
    rates: Sequence[RateMove]
    members: pl.DataFrame
    openings: pl.DataFrame
    notes: Sequence[tuple[str, str]]
    targets: tuple[Fraction | None, Fraction | None] = (None, None)
    group_names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Whether no figure moved, not even there and back."""
        return self.cells.is_empty()

    def rate(self, grouping: str, group_code: str, base_kind: str) -> RateMove | None:
        """The coverage rate of one group on one base."""
        wanted = (grouping, group_code, base_kind)
        return next((r for r in self.rates if (r.grouping, r.group_code, r.base_kind) == wanted), None)

    def events(self, grouping: str, group_code: str, base_kind: str) -> pl.DataFrame:
        """What befell the members of a cell: ``cause``, ``event``, changes by measure, ``n`` members."""
        return (
            self.members.filter(
                pl.col("grouping") == grouping,
                pl.col("group_code") == group_code,
                pl.col("base_kind") == base_kind,
            )
            .group_by("cause", "event")
            .agg(*(pl.col(measure).sum() for measure in MEASURES), n=pl.col("member_key").n_unique())
            .sort(
                pl.col("cause").replace_strict({cause: n for n, cause in enumerate(CAUSES)}),
                "event",
                nulls_last=True,
            )
        )

    def as_dict(self) -> dict[str, Any]:
        """The comparison for a program: every moved figure, every moved rate, without the members."""
        return {
            "a": self.a.as_dict(),
            "b": self.b.as_dict(),
            "order": list(CAUSES),
            "steps": list(self.causes),
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
            "rates": [_rate(move) for move in self.rates if _has_moved(move)],
            "cells": [
                {**row, "day": row["day"].isoformat() if row["day"] else None}
                for row in self.cells.to_dicts()
            ],
        }


def compare(a: Side, b: Side, steps: Sequence[Step], notes: Sequence[tuple[str, str]]) -> Comparison:
    """Compare along ``steps``. Raises ``NotExact`` where the members do not account for every figure."""
    cells = changed_cells(steps)
    parts = [contributions(step) for step in steps]
    members = pl.concat(parts) if parts else pl.DataFrame(schema=CONTRIBUTION)
    opened = all_openings(steps, cells)
    closed = {step.cause for step in steps if not (is_open(step.before) and is_open(step.after))}
    _prove(cells, members, opened, closed)
    return Comparison(
        a=a,
        b=b,
        causes=tuple(step.cause for step in steps),
        cells=cells,
        rates=rate_moves(steps),
        members=_named(members, steps),
        openings=_named(opened, steps),
        notes=_with_unproved(cells, [*notes, *_closed_note(closed)], steps),
        targets=(_target(steps[0].before), _target(steps[-1].after)),
        group_names=_group_names([steps[0].before, steps[-1].after]),
    )


def _target(folder: Path) -> Fraction | None:
    """The target of the frozen base; None where none is in force or there is no list."""
    table = pl.read_parquet(folder / "marts" / "agg_coverage.parquet", columns=["target_rate"])
    return target_fraction(next(iter(table.get_column("target_rate").drop_nulls()), None))


def _group_names(folders: Sequence[Path]) -> dict[tuple[str, str], str]:
    """The names of the groups, as the later of the builds has them."""
    names: dict[tuple[str, str], str] = {}
    for folder in folders:
        table = pl.read_parquet(
            folder / "marts" / "agg_coverage.parquet", columns=["grouping", "group_code", "group_name"]
        )
        names |= {(grouping, code): name or code for grouping, code, name in table.unique().iter_rows()}
    return names


def _prove(
    cells: pl.DataFrame, members: pl.DataFrame, opened: pl.DataFrame, closed: Collection[Cause]
) -> None:
    """That the members sum to the figures, cause by cause, and that a median moved by somebody.

    ``closed``: causes of steps from or to a release that does not name who stands behind its figures.
    """
    keys = [*CELL, "measure", "cause"]
    moved = cells.unpivot(
        on=list(CAUSES), index=[*CELL, "measure"], variable_name="cause", value_name="moved"
    ).filter(pl.col("moved") != 0)
    of_coverage = members.unpivot(
        on=list(MEASURES),
        index=["cause", "grouping", "group_code", "base_kind"],
        variable_name="measure",
        value_name="change",
    ).with_columns(mart=pl.lit("agg_coverage"), day=pl.lit(None, pl.Date))
    counted = pl.concat([of_coverage.select(*keys, "change"), opened.select(*keys, "change")])
    summed = counted.group_by(keys).agg(counted=pl.col("change").sum())
    both = moved.join(summed, on=keys, how="full", coalesce=True, nulls_equal=True)
    is_sum = pl.col("moved").fill_null(0) == pl.col("counted").fill_null(0)
    is_named = pl.col("counted").is_not_null() | pl.col("moved").is_null()
    wrong = (
        both.filter(~pl.when(pl.col("measure") == MEDIAN).then(is_named).otherwise(is_sum))
        .filter(~pl.col("cause").is_in(list(closed)))
        .sort(keys, nulls_last=True)
    )
    if wrong.height:
        shown = wrong.head(3).to_dicts()
        raise NotExact(
            "comparison_not_exact",
            f"有 {wrong.height} 个数的变动无法由企业明细加总得出，例如 {shown}",
            f"the members do not sum to the move of {wrong.height} figures, for example {shown}",
            next_step="report this with the ids of both releases",
        )


def _closed_note(closed: Collection[Cause]) -> list[tuple[str, str]]:
    """What cannot be opened, and why."""
    return [
        (
            "有一方发布时还不附带凭据表，逐日、动态覆盖、成立批次、其他单位各表由“程序”引起的变动不能列出企业",
            "one release was published without its evidence: what the code moved in the daily, dynamic, "
            "cohort and other-unit tables cannot be opened to enterprises",
        )
        for _ in closed
    ][:1]


def _named(members: pl.DataFrame, steps: Sequence[Step]) -> pl.DataFrame:
    """The members with the name the later build gives them; listed firms that match nothing have their row's
    key."""
    folders = list(
        dict.fromkeys([*(step.after for step in reversed(steps)), *(step.before for step in steps)])
    )
    tables = [
        pl.read_parquet(folder / "marts" / "dim_enterprises.parquet", columns=["enterprise_id", "name"])
        for folder in folders
    ]
    names = pl.concat(tables).unique("enterprise_id", keep="first", maintain_order=True)
    return members.join(
        names.rename({"enterprise_id": "member_key"}), on="member_key", how="left", maintain_order="left"
    )


def _with_unproved(
    cells: pl.DataFrame, notes: Sequence[tuple[str, str]], steps: Sequence[Step]
) -> list[tuple[str, str]]:
    """A note when figures moved on a step that should not move any: same code, another result."""
    moved = int((cells.get_column("code") != 0).sum())
    if moved and not notes:
        return [
            (
                f"程序没有变化，而重算有 {moved} 个数与发布时不同，须查明原因（jianhui release verify）。",
                f"the code is the same and yet {moved} figures came out otherwise than published: "
                "find out why (jianhui release verify)",
            )
        ]
    return list(notes)


def _has_moved(move: RateMove) -> bool:
    return move.before != move.after or any(move.parts.values()) or move.n_base[0] != move.n_base[1]


def _rate(move: RateMove) -> dict[str, Any]:
    return {
        "mart": move.mart,
        "measure": move.measure,
        "day": move.day.isoformat() if move.day else None,
        "grouping": move.grouping,
        "group_code": move.group_code,
        "base_kind": move.base_kind,
        "n_base": list(move.n_base),
        "n_covered": list(move.n_covered),
        "rate": [_float(move.before), _float(move.after)],
        "exact_parts": {cause: str(part) for cause, part in move.parts.items() if part},
        "parts": {cause: float(part) for cause, part in move.parts.items() if part},
    }


def _float(share: Fraction | None) -> float | None:
    return None if share is None else float(share)


def write_document(folder: Path, comparison: Comparison) -> None:
    """The comparison for programs: ``comparison.json`` and the parquet files of cells and members."""
    text = json.dumps(comparison.as_dict(), ensure_ascii=False, indent=1)
    (folder / DOCUMENT).write_text(text + "\n", encoding="utf-8")
    comparison.cells.write_parquet(folder / CELLS_FILE)
    comparison.members.write_parquet(folder / MEMBERS_FILE)
    comparison.openings.write_parquet(folder / OPENINGS_FILE)
