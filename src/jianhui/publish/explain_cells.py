"""From a cell of a published workbook to the figure or the enterprise it shows.

A sheet of the report is told apart by its name, a column by its header, a row by the cells that name it
(base, code, month …): so a sheet that was sorted, filtered or widened still leads to the right figure. A row
of a work-list is told by its 企业编号. Which release it is stands in the sheet itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jianhui.core.errors import UsageError, Where
from jianhui.publish.explain_asked import Asked
from jianhui.publish.release_index import PublishedRelease, show
from jianhui.publish.report.base_lines import read_context
from jianhui.publish.report.base_tables import tables
from jianhui.publish.report.section import Table
from jianhui.publish.report_source import Release
from jianhui.publish.worklist_columns import ENTERPRISE_ID
from jianhui.settings import Settings

_RELEASE = re.compile(r"版本 ((?:night|quarter)-[0-9A-Za-z-]+?-r\d+)")
_ADDRESS = re.compile(r"(?P<sheet>.+)!\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[1-9]\d*)")
_TOP = 10
"""Rows in which release and header are looked for."""
_SAME = 1e-9


@dataclass(frozen=True)
class CellMeant:
    """What a cell shows: a figure (``asked``) or a fact of an enterprise (``enterprise_id``).

    ``header``: of its column. ``shown``: as it stands in the workbook; ``published``: as the release has it,
    which a person may have overwritten.
    """

    release: PublishedRelease
    address: str
    header: str
    shown: Any
    published: Any
    asked: Asked | None = None
    enterprise_id: str | None = None

    @property
    def is_as_published(self) -> bool:
        """False where the workbook shows another value than was published."""
        if self.asked is None:
            return True
        if isinstance(self.shown, int | float) and isinstance(self.published, int | float):
            return abs(float(self.shown) - float(self.published)) < _SAME
        return bool(self.shown == self.published)


def find_cell(settings: Settings, file: Path, address: str) -> CellMeant:
    """What ``Sheet!B7`` of ``file`` shows. Raises ``UsageError`` naming what is not to be found."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        raise _refused(
            "bad_cell", f"单元格写法不对：{address}", f"not a cell: {address}", file, "全市建会率!D5"
        )
    sheet = match["sheet"].strip("'")
    rows = _rows(file, sheet)
    column, row = _column_number(match["column"]), int(match["row"]) - 1
    release = show(settings, _release_id(rows, file))
    if row >= len(rows) or column >= len(rows[row]):
        raise _not_a_figure(file, address)
    shown = rows[row][column]
    header = _header_row(rows, (ENTERPRISE_ID,))
    if header is not None and row > header:
        return _of_worklist(release, address, rows, header, row, column)
    for table in tables(read_context(Release(release.folder))):
        if table.sheet == sheet:
            return _of_report(release, address, table, rows, row, column, shown, file)
    raise _not_a_figure(file, address)


def _of_worklist(
    release: PublishedRelease, address: str, rows: Sequence[Sequence[Any]], header: int, row: int, column: int
) -> CellMeant:
    names = list(rows[header])
    enterprise = rows[row][names.index(ENTERPRISE_ID)]
    if not enterprise:
        raise _not_a_figure(Path(), address)
    name = str(names[column] or "") if column < len(names) else ""
    shown = rows[row][column]
    return CellMeant(release, address, name, shown, shown, enterprise_id=str(enterprise))


def _of_report(
    release: PublishedRelease,
    address: str,
    table: Table,
    rows: Sequence[Sequence[Any]],
    row: int,
    column: int,
    shown: Any,
    file: Path,
) -> CellMeant:
    """The figure of a sheet of the report: column by header, row by the cells that name it."""
    headers = [one.header for one in table.columns]
    top = _header_row(rows, headers)
    if top is None or row <= top or not table.rows:
        raise _not_a_figure(file, address)
    at = {header: list(rows[top]).index(header) for header in headers}
    number = next((i for i, header in enumerate(headers) if at[header] == column), None)
    source = table.columns[number].source if number is not None else None
    if number is None or source is None:
        raise _not_a_figure(file, address)
    naming = [i for i, one in enumerate(table.columns) if one.source is None]
    named = [_plain(rows[row][at[headers[i]]]) for i in naming]
    found = [i for i, cells in enumerate(table.rows) if [_plain(cells[j]) for j in naming] == named]
    if len(found) != 1:
        raise _refused(
            "row_unknown",
            f"发布 {release.release_id} 的“{table.sheet}”中没有这一行：{named}",
            f"sheet {table.sheet} of {release.release_id} has no such row: {named}",
            file,
            f"jianhui report --quarter {release.quarter or '…'}",
        )
    published = _plain(table.rows[found[0]][number])
    asked = _asked(table.mart, source, table.keys[found[0]])
    return CellMeant(release, address, headers[number], _plain(shown), published, asked=asked)


def _asked(mart: str, source: str, keys: Mapping[str, str]) -> Asked:
    measure, _, condition = source.partition("?")
    if mart.startswith("agg_"):
        return Asked(
            measure,
            table=mart,
            grouping=keys.get("grouping"),
            group=keys.get("group"),
            base=keys.get("base"),
            on=keys.get("on"),
        )
    name, _, value = condition.partition("=")
    return Asked(measure, table=mart, where={**keys, **({name: value} if name else {})})


def _rows(file: Path, sheet: str) -> list[list[Any]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise _refused(
            "workbook_unreadable",
            f"无法读取工作簿：{error}",
            f"cannot read the workbook: {error}",
            file,
            "*.xlsx",
        ) from error
    try:
        if sheet not in book.sheetnames:
            known = "、".join(book.sheetnames)
            raise _refused("no_such_sheet", f"没有工作表“{sheet}”", f"there is no sheet {sheet}", file, known)
        return [list(row) for row in book[sheet].iter_rows(values_only=True)]
    finally:
        book.close()


def _release_id(rows: Sequence[Sequence[Any]], file: Path) -> str:
    for row in rows[:_TOP]:
        for cell in row:
            if isinstance(cell, str) and (found := _RELEASE.search(cell)):
                return found[1]
    raise _refused(
        "not_of_a_release",
        "这张工作表没有写明数据版本，不是本系统发布的表",
        "the sheet names no release: it is none of ours",
        file,
        "jianhui report --quarter …",
    )


def _header_row(rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> int | None:
    return next((i for i, row in enumerate(rows[:_TOP]) if set(headers) <= set(row)), None)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _plain(value: Any) -> Any:
    """A value as it reads back: days as text, shares as floats, 是/否 as written, blanks as none."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value


def _not_a_figure(file: Path, address: str) -> UsageError:
    return _refused(
        "not_a_figure",
        f"{address} 不是一个发布的数",
        f"{address} is no published figure",
        file,
        "全市建会率!D5",
    )


def _refused(code: str, zh: str, en: str, file: Path, next_step: str) -> UsageError:
    return UsageError(code, zh, en, where=Where(file=file.name), next_step=next_step)
