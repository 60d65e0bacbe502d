"""Delimited text: encoding and delimiter found out by what makes the header readable.

A record that cannot be read is bad alone: after a stray quote the reader takes up again at the next
physical line, so one wrong character never swallows the rest of a file.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from jianhui.core.errors import DeliveryRefused, Where
from jianhui.intake.contract import Contract
from jianhui.intake.headers import HEADER_SEARCH_ROWS, HeaderSearch, find_header, missing_headers
from jianhui.intake.table import CELL_COUNT, UNDECODABLE, UNREADABLE, RawTable, TableBuilder

ENCODINGS = ("utf-8", "gb18030")
DELIMITERS = (",", "\t")

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_HEAD_BYTES = 1 << 16
_BAD_BYTE = re.compile(r"[\udc80-\udcff]")


class _Lines(Iterator[str]):
    """Physical lines, each with its end; reading can be taken up again at an earlier one."""

    def __init__(self, text: str) -> None:
        self.all = list(io.StringIO(text, newline="\n"))
        self.position = 0

    def __next__(self) -> str:
        if self.position == len(self.all):
            raise StopIteration
        self.position += 1
        return self.all[self.position - 1]


@dataclass(frozen=True)
class _Form:
    """How a text is to be read; ``header`` counts the records above the header."""

    encoding: str
    delimiter: str
    header: int


def read_csv(data: bytes, contract: Contract, file_name: str, *, is_delta: bool) -> RawTable:
    """Read delimited text by ``contract``.

    Raises ``DeliveryRefused``: ``missing_header``, ``header_twice``, ``unknown_encoding`` (UTF-16).
    """
    if data.startswith(_UTF16_BOMS):
        raise DeliveryRefused(
            "unknown_encoding",
            "文件为 UTF-16 编码",
            "the file is encoded in UTF-16",
            where=Where(file=file_name),
            next_step="另存为 UTF-8 或 GB18030 的 CSV / save it as CSV in UTF-8 or GB18030",
        )
    body = data.removeprefix(_UTF8_BOM).rstrip(b"\x1a")  # 0x1A: end of file, in exports from DOS programs
    form = _find_form(body, contract, file_name, is_delta)
    text, is_clean = _decode(body, form.encoding)
    lines = _Lines(text)
    records = _records(lines, form.delimiter)
    for _ in range(form.header):
        next(records)
    headers = next(records)[1] or []
    builder = TableBuilder(len(headers))
    for start, read in records:
        is_simple = read is not None and lines.position == start + 1
        cells = read if is_simple else _settle(lines, start, form.delimiter, len(headers))
        block = lines.all[start : lines.position]
        if cells is None:
            problem = UNREADABLE
        elif not is_clean and any(map(_BAD_BYTE.search, block)):
            problem = UNDECODABLE
        elif len(cells) != len(headers):
            problem = CELL_COUNT
        else:
            builder.add(start + 1, "", cells)
            continue
        builder.add_unreadable(start + 1, "", problem, _shown("".join(block)))
    return RawTable(tuple(map(_shown, headers)), builder.frame(), "csv", form.encoding, form.delimiter)


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Index of the first physical line and cells of every record that is not blank; None if unreadable."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.position
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield start, None
            continue
        if len(cells) > 1 or (cells and cells[0].strip()):
            yield start, cells


def _settle(lines: _Lines, start: int, delimiter: str, width: int) -> list[str] | None:
    """Decide how far a record over several lines, or an unreadable one, reaches.

    A record over several lines stands if it keeps the rules of quoting strictly and has the right
    width, or a wrong one while none of its lines is a record of its own. Otherwise its first line is
    bad alone, and reading is taken up again at the next.
    """
    block = lines.all[start : lines.position]
    cells = _strictly(block, delimiter)
    if cells is not None and len(block) > 1:
        if len(cells) == width:
            return cells
        alone = (_strictly([line], delimiter) for line in block[1:])
        if not any(one is not None and len(one) == width for one in alone):
            return cells
    lines.position = start + 1
    return None


def _strictly(block: Sequence[str], delimiter: str) -> list[str] | None:
    """The cells of the one record in ``block``, or None if it breaks a rule of quoting."""
    try:
        records = list(csv.reader(block, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _find_form(body: bytes, contract: Contract, file_name: str, is_delta: bool) -> _Form:
    """The encoding and delimiter under which the first lines hold the required headers."""
    head = body[: body.rfind(b"\n", 0, _HEAD_BYTES) + 1] if len(body) > _HEAD_BYTES else body
    forms: list[_Form] = []
    searches: list[HeaderSearch] = []
    for encoding in ENCODINGS:
        text = _shown(_decode(head, encoding)[0])
        for delimiter in DELIMITERS:
            records = _records(_Lines(text), delimiter)
            rows = [cells or [] for _, cells in islice(records, HEADER_SEARCH_ROWS)]
            search = find_header(contract, rows, is_delta=is_delta)
            searches.append(search)
            if search.index is not None:
                forms.append(_Form(encoding, delimiter, search.index))
    if not forms:
        raise missing_headers(file_name, searches)
    if len(forms) == 1:
        return forms[0]
    # An all-ASCII header reads the same either way: the encoding with fewer undecodable bytes.
    return min(forms, key=lambda form: len(_BAD_BYTE.findall(_decode(body, form.encoding)[0])))


def _decode(data: bytes, encoding: str) -> tuple[str, bool]:
    """The text, and whether every byte could be decoded; those that could not stand as surrogates."""
    try:
        return data.decode(encoding), True
    except UnicodeDecodeError:
        return data.decode(encoding, "surrogateescape"), False


def _shown(text: str) -> str:
    """``text`` without its line end; undecodable bytes written as ``\\x81``."""
    return _BAD_BYTE.sub(lambda bad: f"\\x{ord(bad[0]) - 0xDC00:02x}", text.rstrip("\r\n"))
