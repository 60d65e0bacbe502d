"""Writing workbooks: cells typed one by one, legal sheet names, equal bytes for equal input.

A value never decides by its looks what it is: text is written as text (a name starting with ``=`` is no
formula, an address with ``http`` no link), a number as a number, a day as a day.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

MAX_SHEET_NAME = 31
_ILLEGAL_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_ILLEGAL_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_FIRST_EXCEL_DAY = date(1900, 3, 1)
"""Excel believes in 29 February 1900; days before the one after it are written as text."""

FONT = "宋体"
FONT_HEAD = "黑体"

Cell = str | int | float | bool | date | Decimal | None
"""What a table may hold. bool is shown 是/否; Decimal is a share in [0,1]."""


@dataclass(frozen=True)
class Column:
    """A column of a printed table: its header, its width in characters, and how its cells are shown.

    ``source``: the measure its figures are, so that a cell can be explained (``measure?column=a|b`` of the
    rows in which the column is one of these); None of what names a row.
    """

    header: str
    width: float
    style: str = "text"
    source: str | None = None
    is_of_persons: bool = False
    """Counts persons: small cells are hidden in a public copy."""


@dataclass(frozen=True)
class Footer:
    """What every printed page says of itself."""

    as_of: date
    release_id: str

    def code(self) -> str:
        """Excel's footer code; a literal ``&`` is doubled."""
        release = self.release_id.replace("&", "&&")
        return f"&L&9数据截至 {chinese_date(self.as_of)}&C&9第 &P 页，共 &N 页&R&9版本 {release}"


def chinese_date(day: date) -> str:
    """2014-03-31 → ``2014年3月31日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def plain(text: str) -> str:
    """``text`` without the control characters that neither Excel nor Word can hold."""
    return _ILLEGAL_IN_XML.sub("", text)


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Legal names, one per wanted one, all different (case ignored), none among ``taken``.

    Forbidden characters become ``_``; what is too long is cut; a name met again gets ``(2)``, ``(3)`` …
    """
    seen = {name.casefold() for name in taken} | {"history"}
    names: list[str] = []
    for raw in wanted:
        base = _ILLEGAL_IN_SHEET_NAME.sub("_", plain(raw)).strip().strip("'") or "_"
        name, turn = base[:MAX_SHEET_NAME], 1
        while name.casefold() in seen:
            turn += 1
            suffix = f"({turn})"
            name = base[: MAX_SHEET_NAME - len(suffix)] + suffix
        seen.add(name.casefold())
        names.append(name)
    return names


class Workbook:
    """An xlsxwriter workbook with named styles, fixed creation date and no guessing of types."""

    def __init__(
        self, path: Path | BytesIO, *, title: str, created: date, constant_memory: bool = False
    ) -> None:
        self.book = xlsxwriter.Workbook(
            path if isinstance(path, BytesIO) else str(path),
            {
                "constant_memory": constant_memory,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        created_at = datetime(created.year, created.month, created.day)  # noqa: DTZ001  (a civil day)
        self.book.set_properties({"title": plain(title), "author": "jianhui", "created": created_at})
        self._styles: dict[str, Any] = {}

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.book.close()

    def style(self, name: str, **extra: object) -> Any:
        """The format called ``name``, made once per workbook; ``extra`` adds to it."""
        key = f"{name}|{sorted(extra.items())}"
        if key not in self._styles:
            self._styles[key] = self.book.add_format({**_BASE, **_STYLES[name], **extra})
        return self._styles[key]

    def sheet(self, name: str) -> Any:
        """A new A4 sheet. The name must be legal (:func:`sheet_names`)."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
        return sheet

    def write_table(
        self, sheet: Any, row: int, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
    ) -> int:
        """Header in ``row`` and the rows under it, nothing merged. Returns the last row."""
        for index, column in enumerate(columns):
            sheet.write_string(row, index, column.header, self.style("header"))
            sheet.set_column(index, index, column.width)
        styles = [self.style(column.style, border=1) for column in columns]
        for cells in rows:
            row += 1
            for index, value in enumerate(cells):
                write_cell(sheet, row, index, value, styles[index])
        return row


def write_cell(sheet: Any, row: int, column: int, value: Cell, style: Any) -> None:
    """One cell as what it is. An empty value leaves a formatted blank."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", style)
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value, style)
    elif isinstance(value, date):
        if value < _FIRST_EXCEL_DAY:
            sheet.write_string(row, column, value.isoformat(), style)
        else:
            sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_string(row, column, plain(value), style)


_BASE: dict[str, object] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
_STYLES: dict[str, dict[str, object]] = {
    "title": {"font_name": FONT_HEAD, "font_size": 16},
    "cover": {"font_name": FONT_HEAD, "font_size": 22, "text_wrap": True, "align": "center"},
    "heading": {"font_name": FONT_HEAD, "font_size": 12},
    "note": {"font_size": 9, "font_color": "#404040"},
    "warning": {"font_size": 9, "font_color": "#C00000"},
    "paragraph": {"text_wrap": True, "valign": "top"},
    "header": {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#DDE6F0", "border": 1},
    "text": {"text_wrap": True},
    "code": {"num_format": "@", "text_wrap": True},
    "count": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.00"},
    "share": {"num_format": "0.00%"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center"},
    "centre": {"align": "center", "text_wrap": True},
    "link": {"font_color": "#0563C1", "underline": 1},
}
