"""The report as a workbook: cover, contents, one table a sheet, charts, the text's sources, notes."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jianhui.publish.report.chart import Chart
from jianhui.publish.report.chart_office import add_chart, explicit, write_data
from jianhui.publish.report.context import Report
from jianhui.publish.report.section import Table
from jianhui.publish.report_words import DEFINITIONS
from jianhui.publish.xlsx import Column, Footer, Workbook, chinese_date

HEADER_ROW = 3
"""Title, as-of and one blank row stand above every table."""

CHARTS, CHART_DATA, ORIGINS, NOTES = "统计图", "图表数据", "正文数字出处", "说明与口径"
_NOTE_CHARS_PER_LINE = 40
_CHART_ROWS, _CHART_PIXELS = 21, (640, 360)
_CHART_SCALE = 72


def write_xlsx(path: Path, report: Report, title: str) -> None:
    """Write the workbook to ``path``; equal input gives equal bytes."""
    packed = io.BytesIO()
    with Workbook(packed, title=title, created=report.manifest.valid_on) as book:
        _write_cover(book, title, report)
        _write_contents(book, report)
        for table in report.tables:
            _write_table(book, report, table)
        _write_charts(book, report)
        _write_origins(book, report)
        _write_notes(book, report)
    path.write_bytes(_explicit(packed.getvalue()))


def _explicit(data: bytes) -> bytes:
    """The workbook with its charts' defaults said outright (:func:`chart_office.explicit`)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            is_chart = entry.filename.startswith("xl/charts/chart")
            target.writestr(entry, explicit(content) if is_chart else content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _write_cover(book: Workbook, title: str, report: Report) -> None:
    manifest = report.manifest
    page = book.sheet("封面")
    page.set_portrait()
    page.fit_to_pages(1, 1)
    page.hide_gridlines(2)
    page.set_column(0, 0, 90)
    page.set_row(6, 72)
    page.write_string(6, 0, title, book.style("cover"))
    lines = [
        f"数据截至：{chinese_date(manifest.valid_on)}",
        f"编制日期：{chinese_date(report.issued_on)}",
        f"编制单位：{report.issuer}",
        f"数据版本：{manifest.release_id}",
        *(["公开版：不含逐户名单，人数较少的格不显示"] if report.edition.is_public else []),
    ]
    for row, line in enumerate(lines, start=12):
        page.set_row(row, 26)
        page.write_string(row, 0, line, book.style("centre", font_size=14))
    for row, line in enumerate(report.notes, start=20):
        page.set_row(row, 15 * (1 + len(line) // 45))
        page.write_string(row, 0, f"注：{line}", book.style("warning", text_wrap=True))


def _write_contents(book: Workbook, report: Report) -> None:
    page = book.sheet("目录")
    page.set_portrait()
    page.fit_to_pages(1, 0)
    page.set_footer(_footer(report))
    page.set_column(0, 0, 8)
    page.set_column(1, 1, 60)
    page.write_string(0, 0, "目录", book.style("title"))
    entries = [*((table.sheet, table.title) for table in report.tables)]
    entries += [(name, name) for name in (CHARTS, CHART_DATA, ORIGINS, NOTES)]
    for number, (sheet, title) in enumerate(entries, start=1):
        page.set_row(number + 1, 20)
        page.write_number(number + 1, 0, number, book.style("centre"))
        page.write_url(number + 1, 1, f"internal:'{sheet}'!A1", book.style("link"), title)


def _write_table(book: Workbook, report: Report, table: Table) -> None:
    page = _table_page(book, report, table.sheet, table.title)
    last = book.write_table(page, HEADER_ROW, table.columns, table.rows)
    page.autofilter(HEADER_ROW, 0, max(last, HEADER_ROW + 1), len(table.columns) - 1)
    if not table.rows:
        page.write_string(HEADER_ROW + 1, 0, table.reason or "本期没有数据。", book.style("note"))
    elif report.notes and not report.words["有覆盖数据"]:
        page.write_string(2, 0, report.notes[0], book.style("warning"))


def _table_page(book: Workbook, report: Report, sheet: str, title: str) -> Any:
    page = book.sheet(sheet)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEADER_ROW)
    page.freeze_panes(HEADER_ROW + 1, 0)
    page.set_footer(_footer(report))
    page.write_string(0, 0, title, book.style("title"))
    page.write_string(1, 0, _about(report), book.style("note"))
    page.set_row(HEADER_ROW, 32)
    return page


def _about(report: Report) -> str:
    """Which data a sheet is of, for whoever finds it alone."""
    manifest = report.manifest
    return f"数据截至 {chinese_date(manifest.valid_on)}，版本 {manifest.release_id}。口径见“{NOTES}”。"


def _write_charts(book: Workbook, report: Report) -> None:
    """The charts two abreast on one sheet, drawn from the data on the next."""
    page = book.sheet(CHARTS)
    page.set_landscape()
    page.set_print_scale(_CHART_SCALE)  # fitted to the width, a page break would cut through a chart
    n_rows = -(-len(report.charts) // 2)
    page.set_h_pagebreaks([3 + _CHART_ROWS * two for two in range(2, n_rows, 2)])
    page.hide_gridlines(2)
    page.set_footer(_footer(report))
    page.set_column(0, 1, 92)
    page.write_string(0, 0, CHARTS, book.style("title"))
    page.write_string(1, 0, _about(report), book.style("note"))
    data = book.sheet(CHART_DATA)
    data.set_footer(_footer(report))
    data.set_column(0, 0, 24)
    data.set_column(1, 8, 16)
    data.write_string(0, 0, CHART_DATA, book.style("title"))
    data.write_string(1, 0, _about(report), book.style("note"))
    free = 3
    for number, one in enumerate(report.charts):
        row, column = 3 + (number // 2) * _CHART_ROWS, number % 2
        free = _write_chart(book, page, data, (row, column), free, number + 1, one)


def _write_chart(
    book: Workbook, page: Any, data: Any, place: tuple[int, int], free: int, number: int, one: Chart
) -> int:
    """One chart at ``place``, its data from row ``free`` on; the next free row of the data."""
    row, column = place
    title = f"图{number}　{one.title}"
    page.write_string(row, column, title, book.style("heading"))
    data.write_string(free, 0, title, book.style("heading"))
    if not one.is_drawn:
        page.write_string(row + 1, column, one.reason, book.style("note", text_wrap=True))
        data.write_string(free + 1, 0, one.reason, book.style("note"))
        return free + 3
    after = write_data(book, data, free + 1, one)
    drawing = add_chart(book, CHART_DATA, free + 1, one)
    drawing.set_size({"width": _CHART_PIXELS[0], "height": _CHART_PIXELS[1]})
    page.insert_chart(row + 1, column, drawing, {"description": one.title})
    if one.note:
        data.write_string(after, 0, f"注：{one.note}", book.style("note"))
    return after + 2


def _write_origins(book: Workbook, report: Report) -> None:
    """Each number of the text, and the cell of the marts (or the reckoning) it is from."""
    page = _table_page(book, report, ORIGINS, ORIGINS)
    columns = (Column("位置", 30), Column("数字", 16), Column("出处", 100))
    rows = [[place, figure.shown, figure.origin.told()] for place, figure in _traced(report)]
    last = book.write_table(page, HEADER_ROW, columns, rows)
    page.autofilter(HEADER_ROW, 0, max(last, HEADER_ROW + 1), len(columns) - 1)


def _traced(report: Report) -> Sequence[Any]:
    """Figures of the text, without the texts that are quoted whole."""
    return [(place, figure) for place, figure in report.figures() if figure.is_known]


def _write_notes(book: Workbook, report: Report) -> None:
    page = book.sheet(NOTES)
    page.set_portrait()
    page.fit_to_pages(1, 0)
    page.set_footer(_footer(report))
    page.set_column(0, 0, 84)
    manifest = report.manifest
    sections: list[tuple[str, Sequence[str]]] = [
        (
            "一、数据版本与来源",
            (
                f"数据截至 {chinese_date(manifest.valid_on)}。",
                f"所用资料为 {chinese_date(report.issued_on)} 以前收到的资料。"
                f"来源：{report.words['资料来源']}。",
                f"数据版本 {manifest.release_id}，经质量检验后发布。",
            ),
        ),
        ("二、本期须注意的事项", report.notes or ["无。"]),
        ("三、本期未作统计的内容", [one.reason for one in report.sections if one.reason] or ["无。"]),
        ("四、指标口径", DEFINITIONS),
        ("五、尚无文件依据、暂按下列假定执行的规则", report.assumed or ["无。"]),
    ]
    page.write_string(0, 0, NOTES, book.style("title"))
    row = 1
    for heading, lines in sections:
        row += 1
        page.set_row(row, 22)
        page.write_string(row, 0, heading, book.style("heading"))
        for number, line in enumerate(lines, start=1):
            row += 1
            text = f"{number}. {line}"
            page.set_row(row, 15 * (1 + len(text) // _NOTE_CHARS_PER_LINE) + 3)
            page.write_string(row, 0, text, book.style("paragraph"))


def _footer(report: Report) -> Any:
    return Footer(report.manifest.valid_on, report.manifest.release_id).code()
