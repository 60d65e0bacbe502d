"""Reading a finished report back: its words, its cells, the numbers its drawings hold; and reckoning anew."""

import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import duckdb
import openpyxl

from jianhui.publish.report.figures import Cell, Figure, Reckoned, Said

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
OPEN, CLOSE = "⟪", "⟫"


def docx_text(path: Path) -> str:
    """Paragraphs and cells in their order; drawings are no words."""
    document = docx.Document(str(path))
    return document_text(document)


def document_text(document: Any) -> str:
    lines = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += [cell.text for row in block.rows for cell in row.cells]
        elif block.style.name != "图" or (block.text and not block.text.startswith("⟦图:")):
            lines.append(block.text)
    return "\n".join(lines)


def html_text(path: Path) -> str:
    """What a reader of the page reads, drawings and headings of style left out, one line a block."""
    page = path.read_text(encoding="utf-8")
    page = re.sub(r"<(style|svg|nav|title)\b.*?</\1>", "", page, flags=re.S)
    page = re.sub(r"</(p|h\d|td|th|small|span|figcaption|summary)>", "\n", page)
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def docx_charts(path: Path) -> list[list[float]]:
    """The values each drawing of a Word file holds, in the order of the drawings."""
    with zipfile.ZipFile(path) as parts:
        names = sorted(
            (name for name in parts.namelist() if re.fullmatch(r"word/charts/chart\d+\.xml", name)),
            key=lambda name: int(re.findall(r"\d+", name)[0]),
        )
        return [_drawn(parts.read(name)) for name in names]


def _drawn(xml: bytes) -> list[float]:
    root = ElementTree.fromstring(xml)
    return [
        float(point.findtext(f"{CHART}v") or "nan")
        for tag in ("val", "yVal")
        for values in root.iter(f"{CHART}{tag}")
        for point in values.iter(f"{CHART}pt")
        if point.findtext(f"{CHART}v")
    ]


def html_charts(path: Path) -> list[tuple[str, str]]:
    """(drawing, its words) of the wide drawings of a page."""
    page = path.read_text(encoding="utf-8")
    return [
        (match[1], html.unescape(re.sub(r"<[^>]+>", "\n", match[2])))
        for match in re.finditer(r'<svg class="wide"[^>]*aria-label="([^"]*)"[^>]*>(.*?)</svg>', page, re.S)
    ]


def sheet_rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet of the workbook by header."""
    book = openpyxl.load_workbook(path)
    header, *rows = book[sheet].iter_rows(min_row=4, values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows if any(cell is not None for cell in row)]


def traced(value: Any) -> Any:
    """The words of a report with every figure between marks."""
    if isinstance(value, Figure):
        return f"{OPEN}{value.shown}{CLOSE}"
    if isinstance(value, Said):
        return "".join(traced(piece) if isinstance(piece, Figure) else piece for piece in value.pieces)
    if isinstance(value, Mapping):
        return {key: traced(inner) for key, inner in value.items()}
    return [traced(inner) for inner in value] if isinstance(value, list) else value


def unmarked(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def literals(text: str) -> str:
    """What stands outside all marks: the wording."""
    return re.sub(f"{OPEN}.*?{CLOSE}", "", text, flags=re.S)


def wrong_figures(figures: list[tuple[str, Figure]], releases: Mapping[str, Path]) -> Iterator[str]:
    """Every figure that is not what its own origin gives, reckoned here anew from the release's files."""
    for place, figure in figures:
        value = reckoned(figure, releases)
        if value is not Ellipsis and value != figure.value:
            yield f"{place}: {figure.shown} but {value}"


def reckoned(figure: Figure, releases: Mapping[str, Path]) -> Any:
    """The value anew: a cell by a query of its file, the rest by its rule; ``...`` of what is given."""
    origin = figure.origin
    if isinstance(origin, Cell):
        return _cell(origin, releases[origin.release_id])
    return ... if origin.rule in ("given", "rank") else _by_rule(origin)


def _cell(cell: Cell, release: Path) -> Any:
    path = release / "marts" / f"{cell.mart}.parquet"
    if not path.is_file():
        return None
    clauses = [f"{column} is not distinct from {_literal(value)}" for column, value in cell.where]
    clauses += [cell.condition] if cell.condition else []
    where = f" where {' and '.join(clauses)}" if clauses else ""
    try:
        found = duckdb.sql(f"select {cell.expression} from '{path}'{where}").fetchall()
    except duckdb.BinderException:
        return None
    value = found[0][0] if found else None
    return int(value) if isinstance(value, bool) else value


def _literal(value: object) -> str:
    if isinstance(value, bool | int):
        return str(value)
    return f"'{value}'"


def _by_rule(origin: Reckoned) -> Any:
    values = [figure.value for figure in origin.of]
    if None in values or (origin.rule in ("share", "growth") and values[1] == 0):
        return None
    first, *rest = values
    if origin.rule == "difference":
        return first - sum(rest)
    if origin.rule == "sum":
        return sum(values)
    if origin.rule == "points":
        return (first - rest[0]) * 100
    if origin.rule == "share":
        return never_flattered(Fraction(first, rest[0]), origin.target)
    if origin.rule == "growth":
        return never_flattered(Fraction(abs(first - rest[0]), rest[0]), None)
    assert origin.rule == "shortfall" and origin.target is not None
    needed = origin.target * rest[0]
    return max(0, -(-needed.numerator // needed.denominator) - first)


def never_flattered(exact: Fraction, target: Fraction | None) -> Decimal:
    """Two places of a percentage, half up, but never up to a target, or the whole, that is missed."""
    percent = Decimal(100 * exact.numerator) / Decimal(exact.denominator)
    shown = percent.quantize(Decimal("0.01"), ROUND_HALF_UP) / 100
    for mark in (target, Fraction(1)):
        if mark is not None and exact < mark and Fraction(shown) >= mark:
            steps = mark * 10_000
            shown = Decimal(-(-steps.numerator // steps.denominator) - 1) / 10_000
    return shown
