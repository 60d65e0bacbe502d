"""Workbooks: cells as the text a person sees, dates as ISO, formulas as their last computed value.

One sheet is read (the first with the required headers), or all of them where the contract says so:
a filled-in work-list has one sheet per street.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl

from jianhui.core.errors import DeliveryRefused, Where
from jianhui.core.text import canonical_name
from jianhui.intake.contract import Contract
from jianhui.intake.headers import HEADER_SEARCH_ROWS, find_header, match_headers, missing_headers
from jianhui.intake.table import RawTable, TableBuilder


@dataclass(frozen=True)
class _Sheet:
    """One sheet with a header: row numbers and cells of what stands below it."""

    name: str
    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read_xlsx(data: bytes, contract: Contract, file_name: str, *, is_delta: bool) -> RawTable:
    """Read a workbook by ``contract``.

    Raises ``DeliveryRefused``: ``missing_header``, ``header_twice``, ``damaged_workbook``.
    """
    sheets: list[_Sheet] = []
    passed_over: list[str] = []
    searches = [find_header(contract, [], is_delta=is_delta)]
    for name, rows in _read_sheets(data, file_name):
        cells = [row for _, row in rows[:HEADER_SEARCH_ROWS]]
        search = find_header(contract, cells, is_delta=is_delta)
        if search.index is None:
            if rows:
                passed_over.append(name)
                searches.append(search)
            continue
        sheets.append(_Sheet(name, cells[search.index], rows[search.index + 1 :]))
        if contract.sheets == "first":
            break
    if not sheets:
        raise missing_headers(file_name, searches)
    return _join(contract, sheets, passed_over)


def _join(contract: Contract, sheets: Sequence[_Sheet], passed_over: Sequence[str]) -> RawTable:
    """All sheets under one header row: columns of one meaning stand in one column."""
    positions: dict[object, int] = {}
    headers: list[str] = []
    places: list[list[int]] = []
    for sheet in sheets:
        place = []
        for identity, cell in _identities(contract, sheet):
            if identity not in positions:
                positions[identity] = len(headers)
                headers.append(cell)
            place.append(positions[identity])
        places.append(place)
    builder = TableBuilder(len(headers))
    for sheet, place in zip(sheets, places, strict=True):
        for line, cells in sheet.rows:
            whole: list[str | None] = [None] * len(headers)
            for position in place:
                whole[position] = ""
            for position, cell in zip(place, cells, strict=False):
                whole[position] = cell
            builder.add(line, sheet.name, whole)
    names = tuple(sheet.name for sheet in sheets)
    return RawTable(tuple(headers), builder.frame(), "xlsx", None, None, names, tuple(passed_over))


def _identities(contract: Contract, sheet: _Sheet) -> Iterator[tuple[object, str]]:
    """What makes a column the same in two sheets: the contract's column, else its header and repetition.

    Columns to the right of the last header, where somebody wrote below, have an empty header.
    """
    widest = max((len(cells) for _, cells in sheet.rows), default=0)
    cells = sheet.headers + [""] * (widest - len(sheet.headers))
    match = match_headers(contract, cells)
    known = {position: name for name, position in match.columns.items()}
    seen: dict[str | None, int] = {}
    for position, cell in enumerate(cells):
        if position in known:
            yield ("column", known[position]), cell
            continue
        form = canonical_name(cell)
        seen[form] = seen.get(form, 0) + 1
        yield ("header", form, seen[form]), cell


def _read_sheets(data: bytes, file_name: str) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    """Name and rows of every worksheet: row number and cells, blank rows and blank ends left out."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file claims about its own size is often wrong
            rows = []
            for number, row in enumerate(sheet.iter_rows(), start=1):
                cells = [cell_text(cell) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                if any(cell.strip() for cell in cells):
                    rows.append((number, cells))
            yield sheet.title, rows
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, EOFError, OSError) as error:
        # openpyxl lets the errors of zip, XML (a SyntaxError) and its own descriptors through.
        raise DeliveryRefused(
            "damaged_workbook",
            "工作簿无法读取，可能已损坏",
            f"the workbook cannot be read: {type(error).__name__}",
            where=Where(file=file_name),
            next_step="在 Excel 中打开并另存为 .xlsx / open it in Excel and save it as .xlsx",
        ) from error


def cell_text(cell: Any) -> str:
    """The text of one openpyxl cell. A number shown with leading zeros or fixed decimals keeps them."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value, cell.number_format or "General")
    return _moment_text(value)


def _number_text(value: int | float, number_format: str) -> str:
    """Digits in full (never 2.1E+14, never 1.0), as wide as a format of zeros like ``00000`` makes them."""
    integral, _, decimals = number_format.partition(".")
    if decimals and set(decimals) == {"0"} and set(integral) <= set("#,0"):
        return f"{value:.{len(decimals)}f}"
    if isinstance(value, float) and not value.is_integer():
        return f"{Decimal(repr(value)):f}"
    text = str(int(value))
    return text.zfill(len(number_format)) if set(number_format) == {"0"} else text


def _moment_text(value: object) -> str:
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
