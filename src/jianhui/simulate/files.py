"""Writing and reading agency files, byte for byte the same everywhere.

The workbook is written by hand, uncompressed and with inline strings: a library's output changes with its
version and with the machine's zlib.
"""

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.sax.saxutils import escape

_UTF16 = b"\xff\xfe"

_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="{target}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
    "</Relationships>"
)
_WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


_SHEET_OPENS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_SHEET_NS}"><sheetData>'
)
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Format:
    """How an agency writes its files."""

    ext: Literal["csv", "xlsx"]
    encoding: str = "utf-8"
    delimiter: str = ","
    title: str = ""


def write_part(path: Path, form: Format, rows: Sequence[Sequence[str]]) -> None:
    """Write some rows of a table, to be put together by ``write_table``.

    A surrogate U+DC80–U+DCFF stands for a byte that no encoding knows, in writing as in reading.
    """
    if form.ext == "xlsx":
        path.write_text("".join([_BETWEEN.join(row) + "\n" for row in rows]), encoding="utf-8")
        return
    end, between = _line_end(form), form.delimiter
    text = end.join([*_csv_lines(rows, between), ""])
    path.write_bytes(
        text.encode("utf-8" if form.encoding == "utf-8-sig" else form.encoding, "surrogateescape")
    )


def write_table(
    path: Path,
    form: Format,
    header: Sequence[str],
    parts: Sequence[Path],
    n_rows: int,
    *,
    is_spoilt: bool = False,
) -> None:
    """Put the first ``n_rows`` rows of ``parts`` under ``header``. CRLF after tabs, LF after commas.

    ``is_spoilt``: as a file that nobody can read any more: half a workbook, or another kind of text.
    """
    if form.ext == "xlsx":
        _write_xlsx(path, form.title, header, islice(_rows_of(parts), n_rows))
        if is_spoilt:
            os.truncate(path, path.stat().st_size // 2)
        return
    head = (csv_line(header, form.delimiter) + _line_end(form)).encode(form.encoding)
    with path.open("wb") as out:
        if is_spoilt:
            out.write(_UTF16)
        for piece in chain([head], islice(_lines_of(parts), n_rows)):
            out.write(piece.decode(form.encoding, "replace").encode("utf-16-le") if is_spoilt else piece)


def _line_end(form: Format) -> str:
    return "\r\n" if form.delimiter == "\t" else "\n"


def _lines_of(parts: Sequence[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as stream:
            yield from stream


def _rows_of(parts: Sequence[Path]) -> Iterator[list[str]]:
    for part in parts:
        with part.open(encoding="utf-8", newline="\n") as stream:
            for line in stream:
                yield line[:-1].split(_BETWEEN)


def csv_line(cells: Sequence[str], delimiter: str) -> str:
    """One line without its end; a cell is quoted only where it must be."""
    (line,) = _csv_lines([cells], delimiter)
    return line


def _csv_lines(rows: Sequence[Sequence[str]], delimiter: str) -> list[str]:
    lines = [delimiter.join(row) for row in rows]
    return [
        line
        if line.count(delimiter) == len(row) - 1 and '"' not in line and "\n" not in line
        else _quoted(row, delimiter)
        for line, row in zip(lines, rows, strict=True)
    ]


def _quoted(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()


def read_table(path: Path, form: Format) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a file written here; ``ValueError`` where the bytes are no such file."""
    if form.ext == "xlsx":
        rows = _read_xlsx(path)
        return (rows[1], rows[2:]) if form.title else (rows[0], rows[1:])
    data = path.read_bytes()
    if data.startswith(_UTF16):
        raise ValueError(f"{path.name} is UTF-16")
    text = data.decode(form.encoding, "surrogateescape")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter))
    return lines[0], lines[1:]


def _write_xlsx(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = chain([[title]] if title else [], [header], rows)
    letters = [_column(i) for i in range(len(header))]
    members = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in members.items():
            archive.writestr(_member(name), text.encode("utf-8"))
        with archive.open(_member("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(_SHEET_OPENS.encode("utf-8"))
            for number, row in enumerate(table, start=1):
                cells = "".join(
                    [
                        f'<c r="{letters[i]}{number}" t="inlineStr"><is><t>{_escaped(cell)}</t></is></c>'
                        for i, cell in enumerate(row)
                        if cell
                    ]
                )
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.create_system = 3
    return info


def _escaped(text: str) -> str:
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def _read_xlsx(path: Path) -> list[list[str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path.name} is no workbook") from error
    rows: list[list[str]] = []
    width = 0
    for row in root.iter(f"{{{_SHEET_NS}}}row"):
        cells = {_index(cell.attrib["r"]): "".join(cell.itertext()) for cell in row}
        width = max(width, max(cells, default=-1) + 1)
        rows.append([cells.get(i, "") for i in range(width)])
    return rows


def _column(index: int) -> str:
    return chr(65 + index) if index < 26 else chr(64 + index // 26) + chr(65 + index % 26)


def _index(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1
