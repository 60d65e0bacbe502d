"""Notices are official documents: what replaces what, why, by how much, who says so and when."""

import io
from datetime import date

import polars as pl
from docx import Document
from tests.unit.publish.test_compare_words import B_REVISED, TARGET, cells, comparison, move

from jianhui.publish.notice import revision_notice, withdrawal_notice

SIGNED = {"issuer": "大连市总工会", "by": "张某", "day": date(2014, 5, 2)}


def revision() -> bytes:
    moved = pl.concat(
        [
            cells({"n_base": (1204, 1203, "correction"), "n_covered": (1090, 1102, "late")}),
            cells({"n_covered": (1090, 1102, "late")}, "frozen"),
        ]
    )
    rates = [move((1204, 1203), (1090, 1102)), move((1210, 1210), (1090, 1102), "late", "frozen")]
    found = comparison(moved, rates, B_REVISED, targets=(TARGET, TARGET))
    letter = revision_notice("2014Q1", 1, "补报工会登记", found, **SIGNED)  # type: ignore[arg-type]
    assert letter.heading == "关于更正2014年第一季度企业建会情况统计的通知"
    for words in ("以第2版为准，第1版停止使用", "补报工会登记。", "由未达到年度目标变为达到", "经办人：张某"):
        assert words in letter.text()
    return letter.word()


def test_a_correction_says_what_was_what_is_and_by_whom_in_the_styles_of_the_bulletin() -> None:
    data = revision()
    document = Document(io.BytesIO(data))
    (table,) = document.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[1] == ["固化基数", "企业（家）", "1210", "1210", "0"]
    assert rows[3] == ["固化基数", "建会率", "90.08%", "91.07%", "+0.99个百分点"]
    assert rows[4][-1] == "−1"
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.text]
    assert styles[:3] == ["公文标题", "主送机关", "公文正文"]
    assert styles[-3:-1] == ["发文机关", "成文日期"]
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.top_margin.mm)) == (210, 37)
    assert data == revision(), "equal letters give equal bytes"


def test_a_withdrawal_says_what_stands_instead() -> None:
    stands = withdrawal_notice("2014Q1", "quarter-2014Q1-r2", "数据源有误", "quarter-2014Q1-r1", **SIGNED)  # type: ignore[arg-type]
    assert "（第2版）现予撤回" in stands.text() and "以第1版（quarter-2014Q1-r1）为准" in stands.text()
    nothing = withdrawal_notice("2014Q1", "quarter-2014Q1-r1", "数据源有误", None, **SIGNED)  # type: ignore[arg-type]
    assert "请勿引用该季度统计" in nothing.text()
