"""A comparison as files: statement, workbook and charts in Chinese, and the same for a program."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl

from jianhui.core.clock import civil_day
from jianhui.publish.compare import Comparison, write_document
from jianhui.publish.compare_cells import CAUSE_NAMES, CAUSES, RateMove
from jianhui.publish.compare_members import CITY, EVENT_NAMES
from jianhui.publish.compare_words import (
    BASES,
    beside_table,
    paragraphs,
    shown_parts,
    side_name,
    statement,
    title,
)
from jianhui.publish.official_letter import Letter, Part
from jianhui.publish.report_figures import percent, shown_share
from jianhui.publish.report_words import BASE_NAMES, GROUPING_NAMES
from jianhui.publish.waterfall import Bar, waterfall
from jianhui.publish.xlsx import Cell, Column, Workbook

STATEMENT = "变动说明.txt"
"""Beside it stands the same in Word."""
WORKBOOK = "变动分解.xlsx"
MAX_ROWS = 200_000
"""Of a sheet; everything stands in ``cells.parquet``, ``members.parquet`` and ``openings.parquet``."""

_MART_NAMES = {
    "agg_coverage": "建会情况",
    "agg_dynamic_coverage": "动态覆盖",
    "agg_coverage_daily": "逐日",
    "agg_founding_cohorts": "成立批次",
    "agg_other_units": "其他单位",
}


def write_comparison(comparison: Comparison, folder: Path) -> list[Path]:
    """Write everything into ``folder``, which is made; the paths written, in order of name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STATEMENT).write_text(statement(comparison), encoding="utf-8")
    (folder / STATEMENT).with_suffix(".docx").write_bytes(_letter(comparison).word())
    write_document(folder, comparison)
    _workbook(folder / WORKBOOK, comparison)
    for base in BASES:
        move = comparison.rate("city", CITY, base)
        if move is not None and all(move.n_base) and None not in move.n_covered:
            chart = _chart(comparison, move)
            (folder / f"瀑布图-{BASE_NAMES[base]}.svg").write_text(chart, encoding="utf-8")
    return sorted(path for path in folder.iterdir() if path.is_file())


def _letter(comparison: Comparison) -> Letter:
    """The statement as a document that is attached to a bulletin; nobody signs it."""
    told, table = paragraphs(comparison), beside_table(comparison)
    header = ["口径", "指标", side_name(comparison.a), side_name(comparison.b), "增减"]
    parts = [Part("主要数据", table=[header, *table[1:]]), Part("变动原因", told[1:])]
    return Letter(
        title=title(comparison).replace("与", "\n与", 1),
        opening=told[:1],
        parts=parts if len(table) > 1 else parts[1:],
        day=civil_day(comparison.b.known_at),
    )


def _chart(comparison: Comparison, move: RateMove) -> str:
    """The rate of the city on one base, in percentage points."""
    target = comparison.targets[1] if move.base_kind == "frozen" else None
    before = shown_share(move.n_covered[0], move.n_base[0], target=comparison.targets[0])
    after = shown_share(move.n_covered[1], move.n_base[1], target=target)
    assert before is not None
    assert after is not None
    bars = [
        Bar(CAUSE_NAMES[cause][0], Fraction(part), f"{part:+.2f}".replace("-", "−"))
        for cause, part in shown_parts(move, target).items()
        if part
    ]
    return waterfall(
        f"{BASE_NAMES[move.base_kind]}建会率变动（百分点）",
        f"{side_name(comparison.a)} → {side_name(comparison.b)}",
        ("变动前", Fraction(before * 100), percent(before)),
        bars,
        ("变动后", Fraction(after * 100), percent(after)),
        None if target is None else (f"年度目标 {float(target * 100):g}%", target * 100),
    )


def _workbook(path: Path, comparison: Comparison) -> None:
    created = civil_day(comparison.b.known_at)
    with Workbook(path, title=title(comparison), created=created) as book:
        sheet = book.sheet("说明")
        sheet.set_column(0, 0, 100)
        for row, line in enumerate(statement(comparison).splitlines()):
            sheet.write_string(row, 0, line, book.style("title" if row == 0 else "paragraph"))
        causes = [Column(CAUSE_NAMES[cause][0], 10, "count") for cause in CAUSES]
        book.write_table(
            book.sheet("建会率"),
            0,
            [
                Column("分组", 12),
                Column("名称", 20),
                Column("口径", 22),
                Column("基数（前）", 10, "count"),
                Column("基数（后）", 10, "count"),
                Column("已建会（前）", 11, "count"),
                Column("已建会（后）", 11, "count"),
                Column("建会率（前）", 11, "share"),
                Column("建会率（后）", 11, "share"),
                *(Column(f"{CAUSE_NAMES[cause][0]}（百分点）", 12) for cause in CAUSES),
            ],
            _rate_rows(comparison),
        )
        book.write_table(
            book.sheet("各数分解"),
            0,
            [
                Column("表", 12),
                Column("分组", 12),
                Column("代码", 12, "code"),
                Column("口径", 22),
                Column("日期", 12, "day"),
                Column("指标", 18),
                Column("变动前", 10, "count"),
                Column("变动后", 10, "count"),
                *causes,
            ],
            _cell_rows(comparison),
        )
        book.write_table(
            book.sheet("企业明细"),
            0,
            [
                Column("原因", 10),
                Column("事由", 20),
                Column("口径", 22),
                Column("企业编号", 18, "code"),
                Column("企业名称", 36),
                Column("原在基数", 9, "centre"),
                Column("现在基数", 9, "centre"),
                Column("原已建会", 9, "centre"),
                Column("现已建会", 9, "centre"),
                Column("原区市县", 16),
                Column("现区市县", 16),
            ],
            _member_rows(comparison),
        )
        book.write_table(
            book.sheet("其他各表企业明细"),
            0,
            [
                Column("原因", 10),
                Column("表", 12),
                Column("分组", 12),
                Column("代码", 12, "code"),
                Column("口径", 22),
                Column("指标", 18),
                Column("企业编号", 18, "code"),
                Column("企业名称", 36),
                Column("增减", 8, "count"),
            ],
            _opening_rows(comparison),
        )


def _rate_rows(comparison: Comparison) -> Iterator[list[Cell]]:
    wanted = {"city": 0, "district": 1, "managing_area": 2}
    moves = sorted(
        (
            move
            for move in comparison.rates
            if move.mart == "agg_coverage" and move.grouping in wanted and any(move.n_base)
        ),
        key=lambda move: (
            BASES.index(move.base_kind),
            wanted[move.grouping],
            move.group_code == "unknown",
            move.group_code,
        ),
    )
    for move in moves:
        target = comparison.targets[1] if move.base_kind == "frozen" else None
        parts = shown_parts(move, target)
        yield [
            GROUPING_NAMES[move.grouping],
            _group_name(comparison, move.grouping, move.group_code),
            BASE_NAMES[move.base_kind],
            *move.n_base,
            *move.n_covered,
            shown_share(move.n_covered[0], move.n_base[0]),
            shown_share(move.n_covered[1], move.n_base[1], target=target),
            *(_points(parts.get(cause)) for cause in CAUSES),
        ]


def _points(part: Decimal | None) -> str:
    return f"{part:+.2f}" if part else ""


def _cell_rows(comparison: Comparison) -> Iterator[list[Cell]]:
    cells = comparison.cells.filter(pl.col("mart") != "agg_coverage_daily").head(MAX_ROWS)
    for row in cells.iter_rows(named=True):
        yield [
            _MART_NAMES[row["mart"]],
            GROUPING_NAMES.get(row["grouping"], row["grouping"]),
            row["group_code"],
            BASE_NAMES.get(row["base_kind"], ""),
            row["day"],
            row["measure"],
            row["before"],
            row["after"],
            *(row[cause] or None for cause in CAUSES),
        ]


def _member_rows(comparison: Comparison) -> Iterator[list[Cell]]:
    """By district, which shows moves too: a row where an enterprise left, a row where it came."""
    rows = comparison.members.filter(pl.col("grouping") == "district").head(MAX_ROWS)
    names = {cause: words[0] for cause, words in CAUSE_NAMES.items()}
    for row in rows.iter_rows(named=True):
        yield [
            names[row["cause"]],
            EVENT_NAMES[row["event"]][0] if row["event"] else "",
            BASE_NAMES[row["base_kind"]],
            row["member_key"],
            row["name"] or "",
            row["was_in_base"],
            row["in_base"],
            row["was_covered"],
            row["is_covered"],
            _group_name(comparison, "district", row["group_before"]),
            _group_name(comparison, "district", row["group_after"]),
        ]


def _opening_rows(comparison: Comparison) -> Iterator[list[Cell]]:
    """Who moved the other figures; the days of the daily table stand in ``openings.parquet`` alone."""
    rows = comparison.openings.filter(pl.col("day").is_null()).head(MAX_ROWS)
    names = {cause: words[0] for cause, words in CAUSE_NAMES.items()}
    for row in rows.iter_rows(named=True):
        yield [
            names[row["cause"]],
            _MART_NAMES[row["mart"]],
            GROUPING_NAMES.get(row["grouping"], row["grouping"]),
            row["group_code"],
            BASE_NAMES.get(row["base_kind"], ""),
            row["measure"],
            row["member_key"],
            row["name"] or "",
            row["change"],
        ]


def _group_name(comparison: Comparison, grouping: str, code: str | None) -> str:
    if code is None:
        return ""
    return "未知" if code == "unknown" else comparison.group_names.get((grouping, code), code)
