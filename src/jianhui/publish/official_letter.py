"""A short official document in Word: title, addressees, text, a table, who issues it and when.

Page and styles are those of the bulletin's template (GB/T 9704-2012), so an office changes them in one place.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT

from jianhui.publish.docx_package import repack
from jianhui.publish.report.templates import Templates
from jianhui.publish.xlsx import chinese_date, plain

_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Part:
    """A numbered heading with its paragraphs and, below them, a table: its header and its rows."""

    heading: str
    paragraphs: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Letter:
    """``title``: a line break where it may be parted. ``issuer``, ``day``: who signs it and when; an empty
    issuer is a document nobody signs. ``remark``: what stands in brackets below the date.
    """

    title: str
    opening: Sequence[str]
    parts: Sequence[Part]
    day: date
    issuer: str = ""
    addressees: str = ""
    closing: str = ""
    remark: str = ""

    @property
    def heading(self) -> str:
        """The title in one line."""
        return self.title.replace("\n", "")

    def text(self) -> str:
        """The same as plain text; ends with a line end."""
        lines = [self.heading, ""]
        lines += [self.addressees] if self.addressees else []
        lines += self.opening
        for number, part in enumerate(self.parts):
            lines += [f"{_NUMERALS[number]}、{part.heading}", *part.paragraphs]
            lines += ["　".join(row) for row in part.table]
        lines += [self.closing] if self.closing else []
        if self.issuer:
            lines += ["", self.issuer, chinese_date(self.day)]
        lines += [f"（{self.remark}）"] if self.remark else []
        return "\n".join(plain(line) for line in lines) + "\n"

    def word(self) -> bytes:
        """The Word file; equal letters give equal bytes."""
        document = Document(str(Templates().path("bulletin")))
        body = document.element.body
        for element in list(body.iterchildren()):
            if not element.tag.endswith("}sectPr"):
                body.remove(element)
        _say(document, "公文标题", self.title)
        _say(document, "公文正文", "")
        if self.addressees:
            _say(document, "主送机关", self.addressees)
        for line in self.opening:
            _say(document, "公文正文", line)
        for number, part in enumerate(self.parts):
            _say(document, "一级标题", f"{_NUMERALS[number]}、{part.heading}")
            for line in part.paragraphs:
                _say(document, "公文正文", line)
            if part.table:
                _table(document, part.table)
        if self.closing:
            _say(document, "正文结尾", self.closing)
        if self.issuer:
            _say(document, "公文正文", "")
            _say(document, "发文机关", self.issuer)
            _say(document, "成文日期", chinese_date(self.day))
        if self.remark:
            _say(document, "公文正文", f"（{self.remark}）")
        properties = document.core_properties
        properties.title, properties.author = self.heading, self.issuer
        properties.created = properties.modified = datetime(self.day.year, self.day.month, self.day.day)  # noqa: DTZ001
        packed = io.BytesIO()
        document.save(packed)
        return repack(packed.getvalue())

    def write(self, folder: Path, name: str) -> list[Path]:
        """``<name>.txt`` and ``<name>.docx`` in ``folder``, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        text, word = folder / f"{name}.txt", folder / f"{name}.docx"
        text.write_text(self.text(), encoding="utf-8")
        word.write_bytes(self.word())
        return [text, word]


def _say(document: Any, style: str, text: str) -> None:
    paragraph = document.add_paragraph(style=style)
    for number, line in enumerate(plain(text).split("\n")):
        if number:
            paragraph.add_run().add_break()
        paragraph.add_run(line)


def _table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for number, (line, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text in zip(line.cells, texts, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = "表内文字" if number else "表头"
            paragraph.add_run(plain(text))
