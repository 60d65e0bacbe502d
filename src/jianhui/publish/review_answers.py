"""A paper that came back: the answers as they stand in the sheet, row by row, nothing judged yet."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from jianhui.core.errors import UsageError, Where
from jianhui.core.text import canonical_name, display
from jianhui.intake.xlsx_reader import cell_text
from jianhui.publish.review_questions import Request, Sample
from jianhui.publish.review_sheet import (
    ANSWER,
    COLUMNS,
    ENTERPRISE_ID,
    FEED,
    JUDGE,
    QUESTION_ID,
    REASON,
    RECORD_KEY,
    SYSTEM,
)

_SEARCHED_ROWS = 10
_REQUIRED = (ANSWER, QUESTION_ID, FEED, RECORD_KEY, ENTERPRISE_ID)


@dataclass(frozen=True)
class Answer:
    """One filled-in row. ``line`` counts rows of the sheet from 1; ``shown``: the printed cells by header."""

    line: int
    answer: str
    judge: str
    reason: str
    question_id: str
    feed: str
    record_key: str
    enterprise_id: str
    shown: Mapping[str, str]


@dataclass(frozen=True)
class Returned:
    """A returned paper. ``export_id``, ``release_id``, ``request``: null where its hidden sheet is gone."""

    answers: tuple[Answer, ...]
    n_blank: int
    export_id: str | None
    release_id: str | None
    request: Request | None


def read_paper(data: bytes, file_name: str) -> Returned:
    """Read a filled-in paper. Raises ``UsageError``: ``damaged_workbook``, ``not_a_paper``."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, EOFError, OSError) as error:
        raise UsageError(
            "damaged_workbook",
            "工作簿无法读取，可能已损坏",
            f"the workbook cannot be read: {type(error).__name__}",
            where=Where(file=file_name),
            next_step="在 Excel 中打开并另存为 .xlsx / open it in Excel and save it as .xlsx",
        ) from error
    for sheet in book.worksheets:
        found = _header(sheet)
        if found is not None:
            answers, n_blank = _answers(sheet, *found)
            system = _system(book[SYSTEM]) if SYSTEM in book.sheetnames else {}
            return Returned(
                answers, n_blank, system.get("export_id"), system.get("release_id"), _request(system)
            )
    raise UsageError(
        "not_a_paper",
        f"没有找到判断表：缺少表头 {'、'.join(_REQUIRED)}",
        f"there is no table to read: headers {', '.join(_REQUIRED)} are missing",
        where=Where(file=file_name),
        next_step="jianhui review export",
    )


def _header(sheet: Worksheet) -> tuple[int, dict[str, int]] | None:
    """Row of the headers and the position of each known one."""
    known = {canonical_name(column.header): column.header for column in COLUMNS}
    for row in sheet.iter_rows(max_row=_SEARCHED_ROWS):
        places = {
            known[form]: cell.column - 1 for cell in row if (form := canonical_name(cell_text(cell))) in known
        }
        if all(header in places for header in _REQUIRED):
            return row[0].row, places
    return None


def _answers(sheet: Worksheet, header: int, places: Mapping[str, int]) -> tuple[tuple[Answer, ...], int]:
    answers, n_blank = [], 0
    for row in sheet.iter_rows(min_row=header + 1):
        cells = {name: display(cell_text(row[place])) or "" for name, place in places.items()}
        if not any(cells.values()):
            continue
        if not cells[ANSWER]:
            n_blank += 1
            continue
        answers.append(
            Answer(
                line=row[0].row,
                answer=cells[ANSWER],
                judge=cells.get(JUDGE, ""),
                reason=cells.get(REASON, ""),
                question_id=cells[QUESTION_ID],
                feed=cells[FEED],
                record_key=cells[RECORD_KEY],
                enterprise_id=cells[ENTERPRISE_ID],
                shown={
                    column.header: cells.get(column.header, "")
                    for column in COLUMNS
                    if column.side in ("record", "enterprise")
                },
            )
        )
    return tuple(answers), n_blank


def _system(sheet: Worksheet) -> dict[str, str]:
    return {cell_text(row[0]): cell_text(row[1]) for row in sheet.iter_rows(max_col=2) if len(row) == 2}


def _request(system: Mapping[str, str]) -> Request | None:
    try:
        words = [word.rpartition(":") for word in system["samples"].split()]
        samples = tuple(Sample(tier, int(n)) for tier, _, n in words)
        return Request(int(system["limit"]), samples, int(system["seed"]))
    except (KeyError, ValueError):
        return None
