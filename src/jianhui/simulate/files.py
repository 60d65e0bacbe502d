"""Writing and reading agency files, byte for byte the same everywhere.

The workbook is written by hand, uncompressed and with inline strings: a library's output changes with its
version and with the machine's zlib.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.sax.saxutils import escape

Table = list[Sequence[str]]

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


@dataclass(frozen=True)
class Format:
    """How an agency writes its files."""

    ext: Literal["csv", "xlsx"]
    encoding: str = "utf-8"
    delimiter: str = ","
    title: str = ""


def write_table(path: Path, form: Format, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write ``rows`` under ``header`` and say how many there were. CRLF after tabs, LF after commas.

    A surrogate U+DC80–U+DCFF stands for a byte that no encoding knows, in writing as in reading.
    """
    if form.ext == "xlsx":
        return _write_xlsx(path, form.title, header, rows)
    end = "\r\n" if form.delimiter == "\t" else "\n"
    lines = [csv_line(row, form.delimiter) for row in rows]
    text = end.join([csv_line(header, form.delimiter), *lines]) + end
    path.write_bytes(text.encode(form.encoding, "surrogateescape"))
    return len(lines)


def csv_line(cells: Sequence[str], delimiter: str) -> str:
    """One line without its end; a cell is quoted only where it must be."""
    line = delimiter.join(cells)
    if '"' not in line and line.count(delimiter) == len(cells) - 1 and "\n" not in line:
        return line
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


def _write_xlsx(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    table: Table = [[title]] if title else []
    table.append(header)
    table.extend(rows)
    parts = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
        f'<worksheet xmlns="{_SHEET_NS}"><sheetData>',
    ]
    letters = [_column(i) for i in range(len(header))]
    for number, row in enumerate(table, start=1):
        cells = "".join(
            f'<c r="{letters[i]}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for i, cell in enumerate(row)
            if cell
        )
        parts.append(f'<row r="{number}">{cells}</row>')
    parts.append("</sheetData></worksheet>")
    members = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": "".join(parts),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, text.encode("utf-8"))
    return len(table) - 1 - bool(title)


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
