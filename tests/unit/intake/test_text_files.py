"""Delimited text as agencies write it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.intake.home import CONTRACTS

from jianhui.core.errors import DeliveryRefused
from jianhui.intake.contract import parse_contract
from jianhui.intake.csv_reader import read_csv
from jianhui.intake.headers import match_headers
from jianhui.intake.reader import read_table
from jianhui.intake.table import RawTable

COVERAGE = CONTRACTS["union_coverage"]
HEADER = ["工会编号", "涵盖单位名称", "起始日期"]


def read(data: bytes, *, is_delta: bool = False) -> RawTable:
    return read_csv(data, COVERAGE, "file.csv", is_delta=is_delta)


def cells(table: RawTable) -> list[tuple[str, ...]]:
    names = [name for name in table.frame.columns if name.startswith("c")]
    return table.frame.filter(table.frame["problem"].is_null()).select(names).rows()


def problems(table: RawTable) -> list[tuple[int, str, str]]:
    bad = table.frame.filter(table.frame["problem"].is_not_null())
    return bad.select("line", "problem", "raw").rows()


def text_of(rows: list[list[str]], delimiter: str, quoting: int, line_end: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encoding_delimiter_quotes_and_line_ends_are_found_out(
    encoding: str, delimiter: str, quoting: int, line_end: str
) -> None:
    rows = [["U1", "大连㐂来有限公司", "2014-01-01"], ["U2", "乙,公司", ""]]
    table = read(text_of([HEADER, *rows], delimiter, quoting, line_end).encode(encoding))
    assert cells(table) == [tuple(row) for row in rows]
    assert table.headers == tuple(HEADER)
    assert table.encoding == ("gb18030" if encoding == "gb18030" else "utf-8")
    assert table.delimiter == delimiter


def test_a_utf8_file_with_one_bad_byte_is_not_taken_for_gb18030() -> None:
    good = "工会编号,涵盖单位名称,起始日期\nU1,甲公司,2014-01-01\nU2,乙公司,2014-01-01\n".encode()
    table = read(good.replace("乙".encode(), b"\xe4\xb9"))
    assert table.encoding == "utf-8"
    assert cells(table) == [("U1", "甲公司", "2014-01-01")]
    assert problems(table) == [(3, "undecodable", "U2,\\xe4\\xb9公司,2014-01-01")]


def test_undecodable_bytes_of_a_gb18030_file_are_bad_alone() -> None:
    good = "工会编号,涵盖单位名称,起始日期\nU1,甲公司,2014\nU2,乙公司,2014\nU3,丙公司,2014\n".encode(
        "gb18030"
    )
    table = read(good.replace("乙".encode("gb18030"), b"\xff"))
    assert [row[0] for row in cells(table)] == ["U1", "U3"]
    assert problems(table) == [(3, "undecodable", "U2,\\xff公司,2014")]


def test_an_ascii_header_leaves_the_choice_to_the_rows() -> None:
    contract = COVERAGE.as_mapping()
    for column in contract["columns"]:
        column["header"] = column["name"]
    ascii_contract = parse_contract(contract, "test")
    data = "union_no,unit_name,started_on\nU1,大连甲公司,2014\n"
    for encoding in ("utf-8", "gb18030"):
        table = read_csv(data.encode(encoding), ascii_contract, "f", is_delta=False)
        assert table.encoding == encoding
        assert cells(table) == [("U1", "大连甲公司", "2014")]


@pytest.mark.parametrize(
    "header",
    [
        "\ufeff 工会编号 ,涵盖单位名称,起始日期",
        "工 会 编 号,涵盖\u3000单位名称,起始日期",
        '"工会\n编号",涵盖单位名称,起始日期',
        "工会编号（必填）,涵盖单位名称(全称),起始日期（YYYYMMDD）",
        "起始日期,工会编号,涵盖单位名称",
    ],
)
def test_header_cells_may_carry_blanks_bom_and_full_width_brackets_in_any_order(header: str) -> None:
    table = read(f"{header}\na,b,c\n".encode())
    assert match_headers(COVERAGE, table.headers).columns.keys() == {"union_no", "unit_name", "started_on"}


def test_latin_headers_match_in_any_case_and_width() -> None:
    contract = COVERAGE.as_mapping()
    contract["columns"][0]["header"] = "Union No（A）"
    parsed = parse_contract(contract, "test")
    assert match_headers(parsed, ["ＵＮＩＯＮ  no(a)"]).columns == {"union_no": 0}


def test_a_bracketed_remark_that_means_something_makes_another_column() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read("工会编号,涵盖单位名称（曾用）,起始日期\nU1,甲,2014\n".encode())
    assert refusal.value.where.field == "涵盖单位名称"


def test_a_header_twice_is_refused() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read("工会编号,涵盖单位名称,起始日期,工会 编号\nU1,甲,2014,U2\n".encode())
    assert refusal.value.code == "header_twice"


def test_missing_required_header_refuses_and_names_it() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read("工会编号,涵盖单位,起始日期\nU1,甲,2014\n".encode("gb18030"))
    assert refusal.value.code == "missing_header"
    assert refusal.value.where.field == "涵盖单位名称"
    assert "涵盖单位、" in refusal.value.zh, "says what stands there instead"


def test_a_delta_without_its_column_is_refused() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read("工会编号,涵盖单位名称,起始日期\nU1,甲,2014\n".encode(), is_delta=True)
    assert refusal.value.where.field == "变更类型"


def test_wrong_cell_count_is_bad_with_its_physical_line() -> None:
    table = read("工会编号,涵盖单位名称,起始日期\nU1,甲,2014\nU2,乙\n\nU3,丙,2014,x\nU4,丁,2014\n".encode())
    assert [row[0] for row in cells(table)] == ["U1", "U4"]
    assert problems(table) == [(3, "cell_count", "U2,乙"), (5, "cell_count", "U3,丙,2014,x")]


def test_blank_lines_are_no_rows() -> None:
    table = read("\n工会编号,涵盖单位名称,起始日期\n\n   \nU1,甲,2014\n\n".encode())
    assert table.frame["line"].to_list() == [5]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_ends() -> None:
    table = read('工会编号,涵盖单位名称,起始日期\nU1,"甲,""乙""\r\n丙",2014\nU2,丁,2014\n'.encode())
    assert cells(table) == [("U1", '甲,"乙"\r\n丙', "2014"), ("U2", "丁", "2014")]
    assert table.frame["line"].to_list() == [2, 4]


@pytest.mark.parametrize("stray", ['U2,"乙,2014', 'U2,乙,"2014', '"U2,乙,2014', '"U2,"乙",2014'])
def test_a_stray_quote_spoils_only_its_own_line(stray: str) -> None:
    lines = [
        "工会编号,涵盖单位名称,起始日期",
        "U1,甲,2014",
        stray,
        "U3,丙,2014",
        'U4,"丁",2014',
        "U5,戊,2014",
    ]
    table = read("\n".join(lines).encode())
    assert [row[0] for row in cells(table)] == ["U1", "U3", "U4", "U5"]
    assert [(line, raw) for line, _, raw in problems(table)] == [(3, stray)]


def test_quotes_inside_an_unquoted_cell_are_text() -> None:
    table = read('工会编号,涵盖单位名称,起始日期\nU1,甲"乙"丙,2014\nU2,5"管厂,2014\n'.encode())
    assert [row[1] for row in cells(table)] == ['甲"乙"丙', '5"管厂']


def test_a_quoted_record_of_wrong_width_over_several_lines_is_one_bad_row() -> None:
    table = read('工会编号,涵盖单位名称,起始日期\nU1,"甲\n乙\n丙"\nU2,丁,2014\n'.encode())
    assert problems(table) == [(2, "cell_count", 'U1,"甲\n乙\n丙"')]
    assert [row[0] for row in cells(table)] == ["U2"]


def test_a_huge_cell_is_a_bad_row() -> None:
    table = read(f"工会编号,涵盖单位名称,起始日期\nU1,{'甲' * 200_000},2014\nU2,乙,2014\n".encode())
    assert [row[0] for row in cells(table)] == ["U2"]
    assert table.frame["problem"].to_list() == ["unreadable", None]


def test_a_carriage_return_inside_a_line_is_a_bad_row() -> None:
    table = read("工会编号,涵盖单位名称,起始日期\nU1,a\rb,2014\nU2,c,2014\n".encode())
    assert [row[0] for row in cells(table)] == ["U2"]


def test_control_characters_stay_as_they_are() -> None:
    table = read("工会编号,涵盖单位名称,起始日期\nU1,甲\x00乙\x0b,2014\n\x1a".encode())
    assert cells(table) == [("U1", "甲\x00乙\x0b", "2014")]


def test_utf16_is_refused_by_name() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read("工会编号,涵盖单位名称,起始日期\n".encode("utf-16"))
    assert refusal.value.code == "unknown_encoding"


printable = st.text(
    st.characters(codec="gb18030", exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=8
)


@given(
    rows=st.lists(st.tuples(printable, printable, printable), max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    delimiter=st.sampled_from([",", "\t"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_what_is_read(
    rows: list[tuple[str, str, str]], encoding: str, delimiter: str, line_end: str
) -> None:
    whole = [HEADER, *([*row] for row in rows)]
    data = text_of(whole, delimiter, csv.QUOTE_ALL, line_end).encode(encoding)
    table = read_table(data, COVERAGE, "file.csv", is_delta=False)
    assert cells(table) == rows
    assert problems(table) == []
