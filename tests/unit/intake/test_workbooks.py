"""Workbooks: the text a person sees."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from tests.unit.intake.home import CONTRACTS, workbook

from jianhui.core.errors import DeliveryRefused
from jianhui.intake.table import RawTable
from jianhui.intake.xlsx_reader import cell_text, read_xlsx

HEADER = ["工会编号", "涵盖单位名称", "起始日期"]
FINDINGS = ["统一社会信用代码", "企业名称", "排查日期", "排查结论"]


def read(data: bytes, feed: str = "union_coverage") -> RawTable:
    return read_xlsx(data, CONTRACTS[feed], "file.xlsx", is_delta=False)


def rows(table: RawTable) -> list[tuple[Any, ...]]:
    return table.frame.drop("problem", "raw").rows()


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("甲 ", "General", "甲 "),
        (50, "General", "50"),
        (50.0, "General", "50"),
        (0.1, "General", "0.1"),
        (3.1, "0.00", "3.10"),
        (1234.5, "#,##0.00", "1234.50"),
        (210202001, "General", "210202001"),
        (12345, "000000000", "000012345"),
        (210200000012345.0, "General", "210200000012345"),
        (2102000000123456.0, "0.00E+00", "2102000000123456"),
        (912102020000000000.0, "General", "912102020000000000"),
        (1e-7, "General", "0.0000001"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        (datetime.fromisoformat("2014-03-31"), "yyyy-mm-dd", "2014-03-31"),
        (datetime.fromisoformat("2014-03-31 08:30"), "yyyy-mm-dd", "2014-03-31 08:30:00"),
        (date(2014, 3, 31), "yyyy-mm-dd", "2014-03-31"),
        (time(8, 30), "hh:mm", "08:30:00"),
        ("#N/A", "General", "#N/A"),
    ],
)
def test_a_cell_is_the_text_a_person_sees(value: object, number_format: str, text: str) -> None:
    cell = openpyxl.Workbook().active["A1"]
    cell.value = value
    cell.number_format = number_format
    assert cell_text(cell) == text


def test_a_formula_is_its_last_computed_value(tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_formula(1, 0, '="U"&1', None, "U1")
        sheet.write_row(1, 1, ["甲公司", "2014-01-01"])
        sheet.write_string(2, 0, "=1+1")
        sheet.write_row(2, 1, ["乙公司", "2014-01-01"])
    assert [row[2] for row in rows(read(path.read_bytes()))] == ["U1", "=1+1"]


def test_title_rows_are_skipped_and_lines_are_rows_of_the_sheet() -> None:
    data = workbook(
        {"表": [["涵盖单位表"], [], ["填报单位：甲"], HEADER, ["U1", "甲", "2014"], [], ["U2", "乙", "2014"]]}
    )
    table = read(data)
    assert table.headers == tuple(HEADER)
    assert rows(table) == [(5, "表", "U1", "甲", "2014"), (7, "表", "U2", "乙", "2014")]


def test_a_header_below_the_first_ten_rows_is_not_found() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read(workbook({"表": [[f"题{i}"] for i in range(10)] + [HEADER, ["U1", "甲", "2014"]]}))
    assert refusal.value.code == "missing_header"


def test_the_first_sheet_with_the_headers_is_read() -> None:
    data = workbook(
        {
            "说明": [["请勿修改"]],
            "一": [HEADER, ["U1", "甲", "2014"]],
            "二": [HEADER, ["U2", "乙", "2014"]],
        }
    )
    assert [row[2] for row in rows(read(data))] == ["U1"]


def test_of_a_work_list_all_sheets_are_read_whatever_their_columns() -> None:
    data = workbook(
        {
            "人民路街道": [["排查台账"], [*FINDINGS, "备注"], ["", "甲", "2014-05-01", "已建会", "好"]],
            "选项": [["已建会"], ["失联"]],
            "青泥洼桥街道": [["编号", *FINDINGS], ["1", "", "乙", "2014-05-02", "失联"]],
        }
    )
    table = read(data, "verifications")
    assert table.headers == (*FINDINGS, "备注", "编号")
    assert rows(table) == [
        (3, "人民路街道", "", "甲", "2014-05-01", "已建会", "好", None),
        (2, "青泥洼桥街道", "", "乙", "2014-05-02", "失联", None, "1"),
    ]
    assert table.passed_over == ("选项",)


def test_what_stands_right_of_the_headers_is_kept_as_a_column_without_one() -> None:
    table = read(workbook({"表": [HEADER, ["U1", "甲", "2014", "旁注"], ["U2", "乙", "2014"]]}))
    assert table.headers == (*HEADER, "")
    assert rows(table) == [(2, "表", "U1", "甲", "2014", "旁注"), (3, "表", "U2", "乙", "2014", "")]


def test_a_workbook_without_the_headers_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read(workbook({"空": [], "表": [["工会编号", "单位"], ["U1", "甲"]]}))
    assert refusal.value.where.field == "涵盖单位名称、起始日期"
