"""What falls due, as a workbook beside the work-lists: overdue, within a week, within a month.

Source of rows: ``fct_due`` of the release; windows are policy rows. Persons are not named: a training that is
due says the union and the post. The file's name is no delivery's, so it is never taken in by mistake.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from jianhui.publish.report_source import UNKNOWN, Release
from jianhui.publish.worklist import set_aside
from jianhui.publish.xlsx import Cell, Column, Footer, Workbook, chinese_date

NAME = "到期清单_{:%Y%m%d}.xlsx"
WINDOWS = (("overdue", "已逾期"), ("week", "一周内"), ("month", "一月内"))
KINDS: Mapping[str, str] = {
    "founding": "建会",
    "reelection": "换届",
    "training": "岗位资格培训",
    "recheck": "等级复查",
    "demonstration": "示范单位",
    "quota": "名额构成",
    "milestone": "工作要点事项",
}
"""``due_kind`` → what it is called, in the order of the sheets."""

_COLUMNS = (
    Column("序号", 5, "count"),
    Column("事项", 11, "centre"),
    Column("到期日", 11, "day"),
    Column("距今天数", 8, "count"),
    Column("区市县", 12),
    Column("对象", 30),
    Column("依据", 46),
    Column("工会编号", 13, "code"),
    Column("工会", 28),
    Column("企业编号", 15, "code"),
    Column("办理情况", 20),
    Column("办结日期", 11, "day"),
)


def write_due_list(release_dir: Path, folder: Path) -> Path | None:
    """Write ``到期清单_<YYYYMMDD>.xlsx`` into ``folder``; None where the release knows of nothing due.

    A file of that name somebody noted something in is moved to ``旧版/`` first, as the work-lists are.
    """
    release = Release(release_dir)
    if not (release_dir / "marts" / "fct_due.parquet").is_file():
        return None
    due = _rows(release)
    if due.is_empty():
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    day, release_id = release.manifest.valid_on, release.manifest.release_id
    path = folder / NAME.format(day)
    fresh = path.with_name(f".{path.name}.writing")
    with Workbook(fresh, title="到期清单", created=day) as book:
        about = book.sheet("说明")
        about.set_column(0, 0, 90)
        for row, text in enumerate(_about(due, release)):
            about.write_string(row, 0, text, book.style("title" if row == 0 else "paragraph"))
        for window, name in WINDOWS:
            sheet = book.sheet(name)
            sheet.set_landscape()
            sheet.set_footer(Footer(day, release_id).code())
            rows = due.filter(pl.col("due_window") == window)
            last = book.write_table(sheet, 0, _COLUMNS, _cells(rows))
            sheet.freeze_panes(1, 3)
            sheet.autofilter(0, 0, max(last, 1), len(_COLUMNS) - 1)
            sheet.repeat_rows(0)
            sheet.fit_to_pages(1, 0)
    if path.exists() and path.read_bytes() != fresh.read_bytes():
        set_aside([path])
    fresh.replace(path)
    return path


def _rows(release: Release) -> pl.DataFrame:
    """The rows with the names of district and union, in the order of kinds, districts and days."""
    names = {**release.group_names("district"), UNKNOWN: "区县不详"}
    unions = release.mart("dim_unions").select("union_id", union_name="name")
    order = {kind: number for number, kind in enumerate(KINDS)}
    return (
        release.mart("fct_due")
        .join(unions, on="union_id", how="left", validate="m:1", maintain_order="left")
        .with_columns(
            district=pl.col("district_code")
            .fill_null(UNKNOWN)
            .replace_strict(names, default=pl.col("district_code")),
            order=pl.col("due_kind").replace_strict(order, default=len(order), return_dtype=pl.Int64),
        )
        .sort("order", pl.col("district_code").fill_null(UNKNOWN), "due_on", "subject_id")
    )


def _cells(rows: pl.DataFrame) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows.iter_rows(named=True), start=1):
        yield (
            number,
            KINDS.get(row["due_kind"], row["due_kind"]),
            row["due_on"],
            row["days_left"],
            row["district"],
            row["subject_name"],
            row["basis"],
            row["union_id"],
            row["union_name"],
            row["enterprise_id"],
            None,
            None,
        )


def _about(due: pl.DataFrame, release: Release) -> Iterator[str]:
    yield "到期清单"
    yield f"数据截至 {chinese_date(release.manifest.valid_on)}，版本 {release.manifest.release_id}。"
    counts = {
        (window, kind): n for window, kind, n in due.group_by("due_window", "due_kind").len().iter_rows()
    }
    for window, name in WINDOWS:
        told = [f"{title}{counts[window, kind]}" for kind, title in KINDS.items() if (window, kind) in counts]
        yield f"{name}：{'，'.join(told) or '无'}。"
    yield "“建会”只列期限将到的企业；已逾期的见未建会企业台账。"
    yield "“办理情况”“办结日期”供填写；本表不回收，事项以各自的报送为准。"
