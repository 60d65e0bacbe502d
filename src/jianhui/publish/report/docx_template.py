"""Build the Word templates of the reports: ``python -m jianhui.publish.report.docx_template``.

The layout is that of official documents (GB/T 9704-2012): A4, margins 37 mm above and 28 mm at the
binding side, text block 156 × 225 mm, 22 lines of 28 characters, body 仿宋 16 pt, title 小标宋 22 pt,
headings 黑体 and 楷体, page numbers 14 pt between dashes, odd pages right, even pages left. The wording
stands in the template, so an office may change it in Word without touching a program; figures are
placeholders of docxtpl.
"""

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from jianhui.publish.docx_package import repack
from jianhui.publish.report.templates import FOLDER, OWN_NAMES
from jianhui.publish.report.wording import (
    BULLETIN,
    CHARTS,
    END,
    NOTES,
    OVERDUE,
    OVERDUE_COLUMNS,
    TABLE_COLUMNS,
    Block,
    TableColumn,
)
from jianhui.publish.report.wording_short import BRIEF, BRIEF_COLUMNS, BRIEF_END, MONTHLY, MONTHLY_END

FANG_SONG = "仿宋"
HEI_TI = "黑体"
KAI_TI = "楷体"
SONG_TI = "宋体"
XIAO_BIAO_SONG = "方正小标宋简体"

_TWIPS_PER_MM = 1440 / 25.4
_LINES_PER_PAGE = 22
_BODY_POINTS = 16
_LINE_TWIPS = int(225 * _TWIPS_PER_MM / _LINES_PER_PAGE)
_CONDENSED_TWIPS = -5
"""28 characters of 16 pt are 448 pt, the text block is 442 pt wide: a quarter of a point less for each.

Set on the styles and not by the section's character grid, which LibreOffice lays out with half as many.
"""


def build_template(kind: str) -> bytes:
    """The template of a kind of report as the bytes of a .docx; the same on every run."""
    document = docx.Document()
    _page(document)
    _styles(document)
    {"bulletin": _bulletin, "brief": _brief, "monthly": _monthly}[kind](document)
    _clear_properties(document)
    packed = io.BytesIO()
    document.save(packed)
    return repack(packed.getvalue())


def _bulletin(document: Any) -> None:
    _add_all(document, BULLETIN)
    _add(document, Block("附件", "附件1", page_break_before=True))
    _add(document, Block("附件标题", "{{ 期间 }}{{ 下级 }}企业建会情况表"))
    _district_table(document)
    _add_all(document, CHARTS)
    _add_all(document, NOTES)
    _add_all(document, OVERDUE)
    _table(document, OVERDUE_COLUMNS, "逾期名单")
    _add(document, END)


def _brief(document: Any) -> None:
    section = document.sections[0]  # no document of office: one page is what counts
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    section.footer_distance = Mm(14)
    _add_all(document, BRIEF)
    _table(document, BRIEF_COLUMNS, "指标", "表内紧凑")
    _add_all(document, BRIEF_END)


def _monthly(document: Any) -> None:
    _add_all(document, MONTHLY)
    _district_table(document)
    _add_all(document, MONTHLY_END)


def _add_all(document: Any, blocks: Sequence[Block]) -> None:
    for block in blocks:
        _add(document, block)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance = Mm(15)
    # The number's line lies 7 mm below the text block.
    section.footer_distance = Mm(35 - 7 - 5)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(_LINE_TWIPS))
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(paragraph: Any, side: Any) -> None:
    """``— 1 —`` one character in from the outer edge."""
    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    for kind, text in (("text", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("text", " —")):
        run = paragraph.add_run(text if kind == "text" else "")
        _font(run, SONG_TI, 14)
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run._r.append(code)
        elif kind != "text":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _styles(document: Any) -> None:
    """Named paragraph styles, so that an office changes a style and not paragraphs."""
    normal = document.styles["Normal"]
    _font(normal, FANG_SONG, _BODY_POINTS)
    language = normal.element.rPr.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        normal.element.rPr.append(language)
    language.set(qn("w:val"), "en-US")  # so that no figure is broken over two lines
    language.set(qn("w:eastAsia"), "zh-CN")
    centre, justify, right = (
        WD_ALIGN_PARAGRAPH.CENTER,
        WD_ALIGN_PARAGRAPH.JUSTIFY,
        WD_ALIGN_PARAGRAPH.RIGHT,
    )
    _style(document, "公文标题", XIAO_BIAO_SONG, 22, centre, line_points=36)
    _style(document, "主送机关", FANG_SONG, 16, justify)
    _style(document, "公文正文", FANG_SONG, 16, justify, first_line_chars=2)
    _style(document, "一级标题", HEI_TI, 16, justify, first_line_chars=2)
    # The date must not stand on a page without text: the end of the text goes with it.
    _style(document, "正文结尾", FANG_SONG, 16, justify, first_line_chars=2, keep_with_next=True)
    _style(document, "附件说明", FANG_SONG, 16, justify, first_line_chars=2, keep_with_next=True)
    issuer = _style(document, "发文机关", FANG_SONG, 16, right, keep_with_next=True)
    issuer.paragraph_format.right_indent = Pt(16 * 4.5)
    _style(document, "成文日期", FANG_SONG, 16, right).paragraph_format.right_indent = Pt(16 * 4)
    _style(document, "附件", HEI_TI, 16, justify)
    _style(document, "附件标题", XIAO_BIAO_SONG, 22, centre, line_points=36)
    _style(document, "图题", HEI_TI, 12, centre, line_points=24, keep_with_next=True)
    drawing = _style(document, "图", FANG_SONG, 12, centre, keep_with_next=True)
    drawing.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    drawing.paragraph_format.line_spacing = None
    _style(document, "图注", FANG_SONG, 10.5, centre, line_points=22)
    _style(document, "简报正文", FANG_SONG, 12, justify, first_line_chars=2, line_points=20)
    _style(document, "简报标题", HEI_TI, 12, justify, line_points=22)
    _style(document, "表内紧凑", FANG_SONG, 10.5, centre, line_points=17)
    _style(document, "表注", FANG_SONG, 12, justify, line_points=26)
    _style(document, "表头", HEI_TI, 10.5, centre, line_points=16)
    _style(document, "表内文字", FANG_SONG, 10.5, centre, line_points=22)
    _style(document, "说明文字", FANG_SONG, 14, justify, first_line_chars=2, line_points=24)
    _style(document, "说明标题", HEI_TI, 14, justify, first_line_chars=2, line_points=24)


def _style(
    document: Any,
    name: str,
    font: str,
    points: float,
    alignment: Any,
    *,
    first_line_chars: int = 0,
    line_points: float = _LINE_TWIPS / 20,
    keep_with_next: bool = False,
) -> Any:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _font(style, font, points)
    layout = style.paragraph_format
    layout.alignment = alignment
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(line_points)
    layout.widow_control = False
    layout.keep_with_next = keep_with_next or None
    # Lines are as high as the style says, also where it departs from the 22 lines of the body.
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    style.element.pPr.find(qn("w:spacing")).addprevious(snap)
    if points == _BODY_POINTS:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(_CONDENSED_TWIPS))
        style.element.rPr.find(qn("w:sz")).addprevious(spacing)
    if first_line_chars:
        layout.first_line_indent = Pt(first_line_chars * points)
        indent = style.element.pPr.find(qn("w:ind"))
        indent.set(qn("w:firstLineChars"), str(first_line_chars * 100))
    return style


def _font(target: Any, family: str, points: float) -> None:
    """One family for Chinese and Latin text alike, as the standard has no other."""
    target.font.size = Pt(points)
    target.font.name = family
    fonts = target.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), family)
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)


def _add(document: Any, block: Block) -> None:
    """One paragraph; its lead (``（一）…。``) is set in 楷体."""
    paragraph = document.add_paragraph(style=block.style)
    paragraph.paragraph_format.page_break_before = True if block.page_break_before else None
    if block.lead:
        _font(paragraph.add_run(block.lead), KAI_TI, _BODY_POINTS)
    paragraph.add_run(block.text)


def _district_table(document: Any) -> None:
    _add(document, Block("表注", "单位：家。数据截至{{ 截至 }}。“—”表示没有该项数据，不表示零。"))
    _table(document, TABLE_COLUMNS, "各区")


def _table(document: Any, columns: Sequence[TableColumn], rows: str, style: str = "表内文字") -> None:
    """A header repeated on each page, then one row per line of the context, by docxtpl's row loop."""
    table = document.add_table(rows=4, cols=len(columns))
    table.style = document.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _narrow_cell_margins(table)
    header, opening, line, closing = table.rows
    _fill(header, [column.header for column in columns], "表头")
    _fill(opening, [f"{{%tr for 行 in {rows} %}}"], "表内文字")
    _fill(line, [f"{{{{ 行.{column.field} }}}}" for column in columns], style)
    _fill(closing, ["{%tr endfor %}"], "表内文字")
    for grid_column, column in zip(table.columns, columns, strict=True):
        grid_column.width = Mm(column.width_mm)
    for row in (header, line):
        for cell, column in zip(row.cells, columns, strict=True):
            cell.width = Mm(column.width_mm)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    repeat = OxmlElement("w:tblHeader")
    header._tr.get_or_add_trPr().append(repeat)
    for row in (header, line):
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().insert(0, whole)


def _narrow_cell_margins(table: Any) -> None:
    """Word's own margins of 1.9 mm take a quarter of a narrow column."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "20")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _fill(row: Any, texts: Sequence[str], style: str) -> None:
    for cell, text in zip(row.cells, texts, strict=False):
        paragraph = cell.paragraphs[0]
        paragraph.style = style
        paragraph.add_run(text)


def _clear_properties(document: Any) -> None:
    """The library's own default author and title do not belong in an official document."""
    properties = document.core_properties
    properties.author = properties.title = properties.comments = properties.last_modified_by = ""
    properties.keywords = properties.subject = properties.category = ""


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for kind in OWN_NAMES:
        (FOLDER / f"{kind}.docx").write_bytes(build_template(kind))
