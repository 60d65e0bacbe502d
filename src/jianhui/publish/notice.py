"""The notice that goes out when a published quarter is revised or taken back: Word and text, in Chinese."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from jianhui.publish.compare import Comparison
from jianhui.publish.compare_words import statement
from jianhui.publish.docx_package import repack
from jianhui.publish.xlsx import chinese_date, plain

_BODY, _HEAD = "仿宋", "黑体"


def revision_notice(quarter: str, number: int, reason: str, comparison: Comparison) -> tuple[str, list[str]]:
    """Title and paragraphs of a correction: what replaces what, why, and what moved."""
    told = statement(comparison).splitlines()
    return (
        f"关于更正{quarter_words(quarter)}企业建会情况统计的通知",
        [
            f"此前公布的{quarter_words(quarter)}企业建会情况统计，现予第{number}次修订，以本次公布的版本"
            f"（{comparison.b.name}）为准，原版本（{comparison.a.name}）停止使用并存档备查。",
            f"修订理由：{reason}",
            "变动情况如下：",
            *(line for line in told[2:] if line),
        ],
    )


def withdrawal_notice(
    quarter: str, release_id: str, reason: str, stands: str | None
) -> tuple[str, list[str]]:
    """Title and paragraphs of a withdrawal."""
    after = (
        f"在新的版本公布之前，以 {stands} 为准。" if stands else "在新的版本公布之前，请勿引用该季度统计。"
    )
    return (
        f"关于撤回{quarter_words(quarter)}企业建会情况统计的通知",
        [
            f"此前公布的{quarter_words(quarter)}企业建会情况统计（{release_id}）现予撤回，存档备查。{after}",
            f"撤回理由：{reason}",
        ],
    )


def quarter_words(quarter: str) -> str:
    """``2014Q1`` → ``2014年第一季度``."""
    year, number = quarter.split("Q")
    return f"{year}年第{'一二三四'[int(number) - 1]}季度"


def write_notice(
    folder: Path, title: str, paragraphs: Sequence[str], *, issuer: str, by: str, day: date
) -> list[Path]:
    """``<title>.docx`` and ``.txt`` in ``folder``; equal input gives equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    closing = [issuer, chinese_date(day), f"（经办人：{by}）"]
    lines = [plain(line) for line in (title, "", *paragraphs, "", *closing)]
    text, word = folder / f"{title}.txt", folder / f"{title}.docx"
    text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    document = Document()
    _paragraph(document, title, _HEAD, 22, WD_ALIGN_PARAGRAPH.CENTER)
    for line in paragraphs:
        _paragraph(document, f"　　{line}", _BODY, 16, WD_ALIGN_PARAGRAPH.LEFT)
    for line in closing:
        _paragraph(document, line, _BODY, 16, WD_ALIGN_PARAGRAPH.RIGHT)
    properties = document.core_properties
    properties.title, properties.author = title, issuer
    properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    packed = io.BytesIO()
    document.save(packed)
    word.write_bytes(repack(packed.getvalue()))
    return [text, word]


def _paragraph(document: Any, text: str, font: str, size: int, where: WD_ALIGN_PARAGRAPH) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = where
    run = paragraph.add_run(plain(text))
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
