"""One workbook of the gap list: a page of instructions, then a ledger sheet for each street.

Sheets are not protected: Excel cannot sort a protected range, and a list that cannot be sorted is not worked
with. What people change in the printed part does no harm, since only the answer columns are read back.
Frames and shading are rules of the sheet, not of cells, so they follow a sort and cost nothing per row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.publish.report_source import Manifest
from jianhui.publish.worklist_columns import (
    CHOICES,
    LEDGER,
    OVERDUE,
    STAFF_ON_RECORD,
    STAFF_SOURCES,
    position,
)
from jianhui.publish.xlsx import Footer, Workbook, chinese_date, sheet_names, write_cell

GUIDE = "填报说明"
HEADER_ROW = 3
"""Fourth row: the reader looks for the headers in the first ten."""

MAX_ROWS_PER_SHEET = 10_000
"""Beyond this a sheet no longer opens and filters without waiting; a street goes on in the next sheet."""

N_REPEATED = 2
"""Number and name stand on every printed page and stay in sight."""

_HALF_WIDTHS_PER_UNIT = 1.25
_LINE_POINTS = 11.0
"""Measured for 8 point type in columns whose width is counted in digits of the standard type."""

PERSONAL_NOTE = (
    "本表“负责人”“联系电话”属个人信息，仅限建会工作使用，不得转发、公开；显示“已删除”的，原值已依法删除。"
)
FILL_NOTE = (
    "只填黄色栏；填写“排查日期”“排查结论”后该行方被读取。"
    "日期请按 2014-04-15 的格式填写。请勿改动表头和“企业编号”。"
)


@dataclass(frozen=True)
class StreetList:
    """The gap rows of one street: ``rows`` has one column per ``source`` of the ledger, in rank order."""

    name: str
    rows: pl.DataFrame

    @property
    def n_overdue(self) -> int:
        return int(self.rows.get_column("is_overdue").sum())

    @property
    def n_new(self) -> int:
        return int(self.rows.get_column("is_new").sum())


@dataclass(frozen=True)
class DistrictList:
    """One workbook's worth: a district and its streets in the order of their codes, unknown last."""

    code: str
    name: str
    streets: tuple[StreetList, ...]

    @property
    def n_rows(self) -> int:
        return sum(street.rows.height for street in self.streets)


@dataclass(frozen=True)
class _Sheet:
    name: str
    street: StreetList
    rows: pl.DataFrame


def write_district(path: Path, district: DistrictList, manifest: Manifest) -> None:
    """Write the workbook of ``district`` to ``path``; equal input gives equal bytes."""
    title = f"{district.name}未建会企业台账"
    sheets = _sheets(district.streets)
    with Workbook(path, title=title, created=manifest.valid_on, constant_memory=True) as book:
        _write_guide(book, title, sheets, manifest)
        for sheet in sheets:
            _write_ledger(book, f"{title}（{sheet.street.name}）", sheet, manifest)


def _sheets(streets: Sequence[StreetList]) -> list[_Sheet]:
    """Cut long streets into sheets of at most ``MAX_ROWS_PER_SHEET`` rows."""
    parts = [
        (street, street.rows.slice(start, MAX_ROWS_PER_SHEET))
        for street in streets
        for start in range(0, street.rows.height, MAX_ROWS_PER_SHEET)
    ]
    names = sheet_names([street.name for street, _ in parts], taken=[GUIDE])
    return [_Sheet(name, street, rows) for name, (street, rows) in zip(names, parts, strict=True)]


def _write_guide(book: Workbook, title: str, sheets: Sequence[_Sheet], manifest: Manifest) -> None:
    page = book.sheet(GUIDE)
    page.set_portrait()
    page.fit_to_pages(1, 0)
    page.set_footer(Footer(manifest.valid_on, manifest.release_id).code())
    for index, width in enumerate((34, 12, 12, 12, 34)):
        page.set_column(index, index, width)
    page.write_string(0, 0, title, book.style("title"))
    n_rows = sum(sheet.rows.height for sheet in sheets)
    about = f"数据截至 {chinese_date(manifest.valid_on)}，版本 {manifest.release_id}，共 {n_rows} 家"
    page.write_string(1, 0, about, book.style("note"))
    row = 2
    for heading, lines in _instructions(manifest):
        row += 1
        page.set_row(row, 24)
        page.write_string(row, 0, heading, book.style("heading"))
        for line in lines:
            row += 1
            page.set_row(row, 18)
            page.write_string(row, 0, f"　　{line}", book.style("text", text_wrap=False))
    row += 2
    for index, header in enumerate(("工作表（街道/乡镇）", "家数", "其中逾期", "其中新增")):
        page.write_string(row, index, header, book.style("header"))
    for sheet in sheets:
        row += 1
        page.write_url(row, 0, f"internal:'{_quoted(sheet.name)}'!A1", book.style("link"), sheet.name)
        part = StreetList(sheet.name, sheet.rows)
        for index, count in enumerate((part.rows.height, part.n_overdue, part.n_new), start=1):
            page.write_number(row, index, count, book.style("count", border=1))


def _instructions(manifest: Manifest) -> list[tuple[str, list[str]]]:
    """Headings of the page of instructions, each with its lines."""
    answers = [column.header for column in LEDGER if column.part == "answer"]
    own = [column.header for column in LEDGER if column.part == "blank"]
    sections = [
        (
            "一、怎样填",
            [
                "每行一家企业。逐户排查后填写黄色栏；未排查的行留空，交回时自动跳过。",
                f"交回后由系统读取的黄色栏：{'、'.join(answers[:5])}、",
                f"{'、'.join(answers[5:])}。",
                f"供本单位自用、交回后不读取的栏：{'、'.join(own)}。",
                "“排查结论”“未建会原因”“拟建形式”从下拉框中选择；日期格式如 2014-04-15。",
                f"“{STAFF_ON_RECORD}”是登记数，括号内为来源；“职工人数”填排查时的实有人数。",
                "可以排序、筛选、打印；不要改动表头，不要删改“企业编号”（系统据此对应企业）。",
                "橙色行为已超过应建会期限的企业，请优先办理。",
            ],
        ),
        (
            "二、怎样交回",
            [
                f"直接交回本文件。文件名开头“verifications_{manifest.valid_on:%Y%m%d}”不得改动，其后文字可改。",
                "由系统管理员放入 raw/inbox/verifications/ 目录，次日起名单随之更新。",
                "可多次交回；同一企业同一排查日期的，以后交回的为准。",
            ],
        ),
        ("三、个人信息", [PERSONAL_NOTE, "用毕请按规定销毁纸质件和电子件。"]),
    ]
    if manifest.caveats:
        sections.append(("四、本期数据说明", list(manifest.caveats)))
    return sections


def _write_ledger(book: Workbook, title: str, sheet: _Sheet, manifest: Manifest) -> None:
    page = book.sheet(sheet.name)
    last = HEADER_ROW + sheet.rows.height
    _set_up_page(book, page, last, manifest)
    about = f"数据截至 {chinese_date(manifest.valid_on)}，版本 {manifest.release_id}，"
    about += f"本表 {sheet.rows.height} 家。"
    # Beside the columns repeated on every page, so that the second page carries no cut-off title.
    page.write_string(0, N_REPEATED, title, book.style("title"))
    page.write_string(1, N_REPEATED, about + FILL_NOTE, book.style("note"))
    page.write_string(2, N_REPEATED, PERSONAL_NOTE, book.style("warning"))
    page.set_row(HEADER_ROW, 42)
    for index, column in enumerate(LEDGER):
        head = book.style("header", font_size=8, bg_color="#FFF2CC" if column.part == "answer" else "#DDE6F0")
        page.write_string(HEADER_ROW, index, column.header, head)
    writers = [
        (index, column.source, _writer(book, page, column.header, column.style))
        for index, column in enumerate(LEDGER)
        if column.source
    ]
    heights = _row_heights(sheet.rows)
    for row, record in enumerate(sheet.rows.iter_rows(named=True), start=HEADER_ROW + 1):
        page.set_row(row, heights[row - HEADER_ROW - 1])
        for index, source, write in writers:
            if record[source] is not None:
                write(row, index, record)


def _row_heights(rows: pl.DataFrame) -> list[float]:
    """Points each row needs for its longest text, two lines at least (people write by hand, too).

    A Chinese character (three bytes of UTF-8) is two half-widths wide, a Latin one (one byte) is one.
    """
    lines = [
        (pl.col(column.source).str.len_bytes() + pl.col(column.source).str.len_chars())
        / (2 * _HALF_WIDTHS_PER_UNIT * column.width)
        for column in LEDGER
        if column.source and rows.schema[column.source] == pl.String
    ]
    needed = pl.max_horizontal(lines).ceil().fill_null(0).clip(2, 8) * _LINE_POINTS + 3
    return rows.select(needed.alias("height")).get_column("height").to_list()


def _writer(book: Workbook, page: Any, header: str, style: str) -> Callable[[int, int, dict[str, Any]], None]:
    """How the cells of one printed column are written."""
    source = next(column.source for column in LEDGER if column.header == header)
    if header == STAFF_ON_RECORD:
        by_source = {
            key: book.style("count", font_size=8, text_wrap=True, num_format=f'#,##0"（{word}）"')
            for key, word in STAFF_SOURCES.items()
        }
        other = book.style("count", font_size=8)

        def write_staff(row: int, index: int, record: dict[str, Any]) -> None:
            # A number that shows its source stays a number: it sorts and filters as one.
            page.write_number(row, index, record["staff_count"], by_source.get(record["staff_source"], other))

        return write_staff
    shown = book.style("text" if style == "id" else style, font_size=6 if style == "id" else 8)

    def write_value(row: int, index: int, record: dict[str, Any]) -> None:
        write_cell(page, row, index, record[str(source)], shown)

    return write_value


def _set_up_page(book: Workbook, page: Any, last: int, manifest: Manifest) -> None:
    """Widths, print set-up, frozen header, filter, drop-downs and shading down to row ``last``."""
    page.set_landscape()
    page.fit_to_pages(2, 0)
    page.repeat_rows(HEADER_ROW)
    page.repeat_columns(0, N_REPEATED - 1)
    page.freeze_panes(HEADER_ROW + 1, N_REPEATED)
    page.autofilter(HEADER_ROW, 0, last, len(LEDGER) - 1)
    page.set_footer(Footer(manifest.valid_on, manifest.release_id).code())
    for index, column in enumerate(LEDGER):
        style = None if column.source else book.style(column.style, font_size=8, text_wrap=True)
        page.set_column(index, index, column.width, style)
        if column.header in CHOICES:
            page.data_validation(HEADER_ROW + 1, index, last, index, _choice(column.header))
        elif column.part == "answer" and column.style == "day":
            page.data_validation(HEADER_ROW + 1, index, last, index, _day(column.header))
        elif column.part == "answer" and column.style == "count":
            page.data_validation(HEADER_ROW + 1, index, last, index, _count())
    _shade(book, page, last)


def _choice(header: str) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(CHOICES[header]),
        "error_title": header,
        "error_message": f"“{header}”请从下拉框中选择。",
    }


def _day(header: str) -> dict[str, object]:
    is_past = header == "排查日期"
    bound = "，且不晚于今天。" if is_past else "。"
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": date(2000, 1, 1),
        "maximum": "=TODAY()" if is_past else date(2099, 12, 31),
        "error_title": header,
        "error_message": f"请按 2014-04-15 的格式填写日期{bound}",
    }


def _count() -> dict[str, object]:
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": 0,
        "maximum": 1_000_000,
        "error_title": "职工人数",
        "error_message": "请填写整数。",
    }


def _shade(book: Workbook, page: Any, last: int) -> None:
    """Frames everywhere, yellow where an answer is expected, orange for an overdue row.

    The ranges do not overlap and the first rule that holds decides: programs differ in mixing rules.
    """
    frame: dict[str, object] = {"border": 1, "border_color": "#7F7F7F"}
    framed = book.book.add_format(frame)
    late = book.book.add_format({**frame, "bg_color": "#FCE4D6"})
    answer = book.book.add_format({**frame, "bg_color": "#FFFBE6"})
    first = HEADER_ROW + 1
    overdue = f'=${_letters(position(OVERDUE))}{first + 1}="是"'
    for is_answer, block in groupby(range(len(LEDGER)), key=lambda index: LEDGER[index].part == "answer"):
        columns = list(block)
        rules = [("=TRUE", answer)] if is_answer else [(overdue, late), ("=TRUE", framed)]
        for formula, style in rules:
            rule = {"type": "formula", "criteria": formula, "format": style}
            page.conditional_format(first, columns[0], last, columns[-1], rule)


def _letters(index: int) -> str:
    """Column letters of a zero-based index: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _quoted(sheet_name: str) -> str:
    return sheet_name.replace("'", "''")
