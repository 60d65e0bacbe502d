"""The report's context put into a Word template, and its charts put where the template wants them.

Charts are Office's own drawings with their data embedded: they print sharp, and the department may restyle
them. Equal input gives equal bytes. Markup and formulas in names stay text.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, TemplateError

from jianhui.core.errors import UsageError, Where
from jianhui.publish.docx_package import repack
from jianhui.publish.report.chart import Chart
from jianhui.publish.report.chart_office import embedded
from jianhui.publish.report.context import Report

MARK, MARK_END = "⟦图:", "⟧"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHART_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_WIDTH_MM, _HEIGHT_MM, _BAR_HEIGHT_MM = 152, 70, 84


def render(template: Path, report: Report, words: Mapping[str, Any] | None = None) -> Any:
    """The document with every placeholder filled, the marks of charts still in it.

    ``words``: what to fill in instead of the report's own (tests trace figures so). Raises ``UsageError``
    ``bad_template`` naming the file and what is wrong in it.
    """
    document = DocxTemplate(template)
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    try:
        document.render(dict(report.words if words is None else words), environment)
    except TemplateError as error:
        raise _bad_template(template, error) from error
    packed = io.BytesIO()
    document.save(packed)
    packed.seek(0)
    return docx.Document(packed)


def write_docx(path: Path, document: Any, report: Report, title: str) -> None:
    """The rendered document with its charts drawn, to ``path``."""
    drawings = {one.key: one for one in report.charts if one.is_drawn}
    number = 0
    for paragraph in document.paragraphs:
        key = marked(paragraph.text)
        if key is not None:
            number += 1
            _draw(document, paragraph, drawings[key], number, report)
    properties = document.core_properties
    properties.title, properties.author = title, report.issuer
    day = report.issued_on
    properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    packed = io.BytesIO()
    document.save(packed)
    path.write_bytes(repack(packed.getvalue()))


def marked(text: str) -> str | None:
    """The key of the chart a paragraph stands for, if it does."""
    text = text.strip()
    if text.startswith(MARK) and text.endswith(MARK_END):
        return text[len(MARK) : -len(MARK_END)]
    return None


def _draw(document: Any, paragraph: Any, chart: Chart, number: int, report: Report) -> None:
    drawing, workbook = embedded(chart, report.issued_on)
    package = document.part.package
    book = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), _XLSX_TYPE, workbook, package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, drawing, package)
    assert part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE) == "rId1", "as the drawing names it"
    relation = document.part.relate_to(part, _CHART_RELATION)
    height = Mm(_BAR_HEIGHT_MM if chart.kind == "bar" and len(chart.categories) > 6 else _HEIGHT_MM)
    for run in list(paragraph.runs)[1:]:
        run._r.getparent().remove(run._r)
    run = paragraph.runs[0]
    run.text = ""
    run._r.append(_frame(relation, number, Mm(_WIDTH_MM), height, chart.title))


def _frame(relation: str, number: int, width: int, height: int, title: str) -> Any:
    """An inline frame that shows a chart part; its title is read to those who cannot see it."""
    drawing = parse_xml(
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{100 + number}" name="chart{number}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    drawing.find(f".//{qn('wp:docPr')}").set("descr", title)
    return drawing


def _bad_template(template: Path, error: TemplateError) -> UsageError:
    said = str(error)
    return UsageError(
        "bad_template",
        f"模板“{template.name}”中有无法识别的占位符或写法：{said}",
        f"the template {template.name} has a placeholder that cannot be filled: {said}",
        where=Where(file=str(template), value=said),
        next_step="docs/report.md",
    )
