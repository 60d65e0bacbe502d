"""The quarterly report: the finished files are read back and every figure is held against the marts."""

import re
import time
import zipfile
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pytest
from docx.shared import Length
from tests.unit.publish.quarter import DISTRICTS, tables, write_quarter

from jianhui.core.errors import UsageError
from jianhui.publish.docx_template import TEMPLATE, build_template
from jianhui.publish.report import report
from jianhui.publish.report_figures import percent_bounds
from jianhui.publish.report_words import BASE_NAMES, DEFINITIONS, GROUPING_NAMES

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def made(tmp_path: Path, **options: Any) -> tuple[Any, Any]:
    xlsx, word = report(write_quarter(tmp_path / "release", **options), tmp_path / "out")
    return openpyxl.load_workbook(xlsx), docx.Document(str(word))


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The workbook and the bulletin of the quarter as it is, read back; tests only look."""
    return made(tmp_path_factory.mktemp("quarter"))


def text_of(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(min_row=4, values_only=True)
    rows = [row for row in rows if row[0] != "本期没有数据。"]
    return [dict(zip(header, row, strict=True)) for row in rows]


def percent_of(part: int, whole: int) -> str:
    """Two places, half up; the test data miss no target by less than half a hundredth."""
    exact = Decimal(100 * part) / Decimal(whole)
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def test_both_files_carry_the_period_in_their_names(tmp_path: Path) -> None:
    paths = report(write_quarter(tmp_path / "release"), tmp_path / "out")
    assert [path.name for path in paths] == [
        "2014年第一季度大连市企业建会情况统计表.xlsx",
        "关于2014年第一季度全市工会组织建设工作情况的通报.docx",
    ]


def test_the_workbook_has_a_cover_a_contents_page_one_table_a_sheet_and_notes(
    quarter: tuple[Any, Any],
) -> None:
    book, _ = quarter
    assert book.sheetnames == [
        "封面",
        "目录",
        "全市建会率",
        "建会率_区市县",
        "建会率_管理区域",
        "建会率_街道（乡镇）",
        "建会率_行业门类",
        "建会率_经济类型",
        "建会率_职工规模",
        "动态覆盖",
        "新成立企业建会",
        "其他单位",
        "每日走势",
        "未对应记录",
        "数据到位情况",
        "说明与口径",
    ]
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)
    links = [cell.hyperlink.location for row in book["目录"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[2:]]


def _code(row: dict[str, Any]) -> str:
    return "—" if row["group_code"] == "unknown" else str(row["group_code"])


def _sheet(grouping: str) -> str:
    return "全市建会率" if grouping == "city" else f"建会率_{GROUPING_NAMES[grouping]}"


def test_every_coverage_figure_of_the_workbook_is_the_marts(quarter: tuple[Any, Any]) -> None:
    book, _ = quarter
    mart = {
        (_sheet(row["grouping"]), _code(row), BASE_NAMES[row["base_kind"]]): row
        for row in tables()["agg_coverage"]
    }
    shown = {
        (sheet, row["代码"], row["口径"]): row
        for sheet in map(_sheet, GROUPING_NAMES)
        for row in rows_of(book[sheet])
    }
    assert set(mart) == set(shown)
    headers = ("基数（家）", "已建会（家）", "单独建会", "联合工会覆盖", "联合会覆盖")
    counts = ("n_base", "n_covered", "n_own", "n_joint", "n_federation")
    for key, row in mart.items():
        line = shown[key]
        assert [line[header] for header in headers] == [row[count] for count in counts]
        assert line["未建会（家）"] == row["n_base"] - row["n_covered"]
        assert f"{line['建会率'] * 100:.2f}" == percent_of(row["n_covered"], row["n_base"])
        assert line["是否达标"] == {True: "是", False: "否", None: None}[row.get("meets_target")]
        assert (line["职工人数不详"], line["企业失联"]) == (row["n_staff_unknown"], row["n_absent"])


def test_every_figure_of_the_other_tables_is_the_marts(quarter: tuple[Any, Any]) -> None:
    book, _ = quarter
    mart = tables()
    dynamic = rows_of(book["动态覆盖"])
    assert [
        (row["代码"], row["已到期（家）"], row["其中已建会"], row["逾期90天以上"]) for row in dynamic
    ] == [
        (_code(row), row["n_due"], row["n_due_covered"], row["n_overdue_over_90"])
        for row in mart["agg_dynamic_coverage"]
    ]
    assert [
        (row["成立月份"], row["成立（家）"], row["期限内建会"]) for row in rows_of(book["新成立企业建会"])
    ] == [
        (f"{row['month']:%Y-%m}", row["n"], row["n_covered_in_time"]) for row in mart["agg_founding_cohorts"]
    ]
    assert [(row["单位数（家）"], row["其中已建会"]) for row in rows_of(book["其他单位"])] == [
        (2117, 903),
        (30211, 77),
    ]
    daily = rows_of(book["每日走势"])
    assert [(row["日期"].date(), row["实有企业"], row["已建会"], row["新增建会"]) for row in daily] == [
        (row["valid_on"], row["n_base"], row["n_covered"], row["n_newly_covered"])
        for row in mart["agg_coverage_daily"]
    ]
    assert [tuple(row.values()) for row in rows_of(book["未对应记录"])] == [
        ("人社参保单位", "名称对应多家", 52),
        ("税务登记与代收工会经费", "代码与名称指向不同企业", 6),
        ("税务登记与代收工会经费", "无对应企业", 143),
    ]


def test_rates_are_numbers_with_a_percent_format(quarter: tuple[Any, Any]) -> None:
    book, _ = quarter
    sheet = book["全市建会率"]
    column = next(cell.column for cell in sheet[4] if cell.value == "建会率")
    cell = sheet.cell(5, column)
    assert isinstance(cell.value, float) and cell.number_format == "0.00%"


def test_a_target_missed_by_a_hair_is_shown_as_missed_in_both_files(tmp_path: Path) -> None:
    data = tables()
    for row in data["agg_coverage"]:
        if (row["grouping"], row["base_kind"]) == ("city", "frozen"):
            row.update(n_base=100_000, n_covered=90_996, meets_target=False)
    release = write_quarter(tmp_path / "release")
    schema = pl.read_parquet_schema(release / "marts" / "agg_coverage.parquet")
    rows = [{column: row.get(column) for column in schema} for row in data["agg_coverage"]]
    pl.DataFrame(rows, schema=schema).write_parquet(release / "marts" / "agg_coverage.parquet")
    xlsx, word = report(release, tmp_path / "out")
    assert rows_of(openpyxl.load_workbook(xlsx)["全市建会率"])[0]["建会率"] == 0.9099
    assert "建会率90.99%，未达到不低于91%的年度目标，还差4家" in text_of(docx.Document(str(word)))


def test_feeds_never_received_are_listed_as_such(quarter: tuple[Any, Any]) -> None:
    book, _ = quarter
    rows = {row["数据来源"]: row for row in rows_of(book["数据到位情况"])}
    assert (rows["人社参保单位"]["收到次数"], rows["人社参保单位"]["最近数据日期"]) == (0, None)
    tax = rows["税务登记与代收工会经费"]
    assert (tax["收到次数"], tax["其中未入库"], tax["距统计日（天）"], tax["入库行数"]) == (2, 1, 3, 1001)


def test_sizes_stand_in_the_order_of_their_numbers_with_unknown_last(quarter: tuple[Any, Any]) -> None:
    book, _ = quarter
    sizes = [row["代码"] for row in rows_of(book["建会率_职工规模"]) if row["口径"] == "实有企业"]
    assert sizes == ["<8", "8–24", "100–199", "1000+", "—"]


def test_every_figure_of_the_bulletin_is_the_marts(quarter: tuple[Any, Any]) -> None:
    _, document = quarter
    body = text_of(document).split("附件1")[0].split("四、下步要求")[0]
    unexplained = [number for number in NUMBER.findall(body) if number not in _allowed()]
    assert unexplained == []


def _allowed() -> set[str]:
    """Every number the marts hold or give by one sum, difference or share, and those of dates and rules."""
    mart = tables()
    city = {row["base_kind"]: row for row in mart["agg_coverage"] if row["grouping"] == "city"}
    counts: set[int] = set()
    rates: set[str] = set()
    for row in city.values():
        counts |= {value for value in row.values() if type(value) is int}
        counts.add(row["n_base"] - row["n_covered"])
        rates.add(percent_of(row["n_covered"], row["n_base"]))
    frozen = city["frozen"]
    counts.add(-(-91 * frozen["n_base"] // 100) - frozen["n_covered"])
    rates |= {percent_of(covered, base) for _, _, base, covered, _, _ in DISTRICTS}
    for row in mart["agg_dynamic_coverage"]:
        counts |= {value for value in row.values() if type(value) is int}
    dynamic = mart["agg_dynamic_coverage"][0]
    counts.add(sum(dynamic[band] for band in ("n_overdue_0_30", "n_overdue_31_90", "n_overdue_over_90")))
    rates.add(percent_of(dynamic["n_due_covered"], dynamic["n_due"]))
    daily = mart["agg_coverage_daily"]
    counts |= {daily[at][column] for at in (0, -1) for column in ("n_base", "n_covered")}
    counts |= {sum(row[column] for row in daily[1:]) for column in ("n_newly_covered", "n_lost_cover")}
    ends = [percent_of(daily[at]["n_covered"], daily[at]["n_base"]) for at in (0, -1)]
    rates |= {*ends, str(Decimal(ends[1]) - Decimal(ends[0]))}
    counts |= {143 + 6, 52, 201}
    words = {"2014", "3", "31", "1", "91", "25", "30", "90", "6"}
    return {str(count) for count in counts} | rates | words


def test_the_table_of_districts_holds_the_marts_in_official_order(quarter: tuple[Any, Any]) -> None:
    _, document = quarter
    header, city, *rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert header[0] == "区市县" and city[0] == "全市"
    assert [row[:8] for row in rows] == [
        [name, *_shown(base, covered), *_shown(live, live_covered), str(live - live_covered)]
        for _, name, base, covered, live, live_covered in DISTRICTS
    ]
    assert [int(city[at]) for at in (1, 2, 4, 5)] == [
        sum(district[at] for district in DISTRICTS) for at in (2, 3, 4, 5)
    ]


def _shown(base: int, covered: int) -> list[str]:
    return [str(base), str(covered), percent_of(covered, base) + "%"]


def test_the_last_three_districts_below_the_city_are_named_worst_first(quarter: tuple[Any, Any]) -> None:
    _, document = quarter
    assert "位次靠后的有沙河口区（87.54%）、瓦房店市（87.88%）、庄河市（89.34%）。" in text_of(document)


def test_a_target_that_is_met_is_said_to_be_met(tmp_path: Path) -> None:
    data = tables()
    release = write_quarter(tmp_path / "release")
    schema = pl.read_parquet_schema(release / "marts" / "agg_coverage.parquet")
    for row in data["agg_coverage"]:
        if (row["grouping"], row["base_kind"]) == ("city", "frozen"):
            row.update(n_base=100, n_covered=91, meets_target=True)
    rows = [{column: row.get(column) for column in schema} for row in data["agg_coverage"]]
    pl.DataFrame(rows, schema=schema).write_parquet(release / "marts" / "agg_coverage.parquet")
    _, word = report(release, tmp_path / "out")
    assert "建会率91.00%，达到不低于91%的年度目标。" in text_of(docx.Document(str(word)))


def test_without_a_base_list_the_target_is_not_judged(tmp_path: Path) -> None:
    book, document = made(tmp_path, with_frozen=False)
    text = text_of(document)
    assert "本年度尚无固化基数清单，年度建会率目标本期不作评判" in text
    assert "年度目标，还差" not in text and "达到不低于" not in text
    assert [cell.text for cell in document.tables[0].rows[1].cells][1:4] == ["—", "—", "—"]
    assert "不作评判" in "".join(_cells(book["说明与口径"]))


def test_without_a_union_register_coverage_is_blank_and_never_zero(tmp_path: Path) -> None:
    book, document = made(tmp_path, with_unions=False)
    text = text_of(document)
    assert "因未接收到工会组织登记数据，企业是否建会无法判断" in text
    assert not re.search(r"建会率[\d—]", text.split("附件1")[0])
    for row in document.tables[0].rows[1:]:
        assert {row.cells[at].text for at in (2, 3, 5, 6, 7, 8, 9)} == {"—"}
    for row in rows_of(book["全市建会率"]):
        assert (row["已建会（家）"], row["未建会（家）"], row["建会率"]) == (None, None, None)


def test_caveats_and_assumed_rules_are_printed_in_both_files(tmp_path: Path) -> None:
    book, document = made(
        tmp_path, caveats=["人社数据截至2014年2月。", {"zh": "联合工会涵盖单位数据未收到。"}]
    )
    for text in (text_of(document), "".join(_cells(book["说明与口径"]))):
        assert "人社数据截至2014年2月。" in text and "联合工会涵盖单位数据未收到。" in text
        assert "应建会期限（自成立之日起）：6个月（取上海、北京条例）" in text
        assert DEFINITIONS[1] in text


def _cells(sheet: Any) -> Iterable[str]:
    return (str(value) for row in sheet.iter_rows(values_only=True) for value in row if value)


def test_how_far_links_may_move_the_rate_stands_in_the_notes(quarter: tuple[Any, Any]) -> None:
    n_base, n_covered = (sum(line[at] for line in DISTRICTS) for at in (2, 3))
    bounds = percent_bounds(n_covered / n_base, (n_covered + n_base) / 2 / n_base)
    assert f"固化基数 {bounds}" in "".join(_cells(quarter[0]["说明与口径"]))


def test_markup_in_names_and_caveats_stays_text(tmp_path: Path) -> None:
    odd = "<w:b/>&amp;{{ title }}{% if %}\x0b“甲”\n乙"
    _, document = made(tmp_path, caveats=[odd])
    assert "1. <w:b/>&amp;{{ title }}{% if %}“甲” 乙" in text_of(document)


def test_a_night_can_be_reported_too(tmp_path: Path) -> None:
    paths = report(write_quarter(tmp_path / "release", kind="night", quarter=None), tmp_path / "out")
    assert paths[1].name == "关于截至2014年3月31日全市工会组织建设工作情况的通报.docx"


def test_equal_releases_give_equal_bytes(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "release")
    first = [path.read_bytes() for path in report(release, tmp_path / "a")]
    time.sleep(2.1)
    assert [path.read_bytes() for path in report(release, tmp_path / "b")] == first


def test_only_a_gated_release_is_reported(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "blocked" / "r1")
    with pytest.raises(UsageError, match="passed its gate"):
        report(release, tmp_path / "out")
    ungated = write_quarter(tmp_path / "r2")
    (ungated / "gate.json").unlink()
    with pytest.raises(UsageError, match="passed its gate"):
        report(ungated, tmp_path / "out")


def test_no_record_key_or_file_name_is_printed_since_either_may_name_a_person(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "release")
    for table, column in (("fct_unmatched_records", "record_key"), ("fct_delivery_outcomes", "delivery_id")):
        path = release / "marts" / f"{table}.parquet"
        pl.read_parquet(path).with_columns(pl.lit("甲某某").alias(column)).write_parquet(path)
    for path in report(release, tmp_path / "out"):
        with zipfile.ZipFile(path) as parts:
            assert not [
                name for name in parts.namelist() if "甲某某" in parts.read(name).decode(errors="ignore")
            ]


def test_the_committed_template_is_what_its_script_builds() -> None:
    assert TEMPLATE.read_bytes() == build_template()
    assert TEMPLATE.stat().st_size < 100_000


def test_the_page_is_that_of_an_official_document(quarter: tuple[Any, Any]) -> None:
    _, document = quarter
    section = document.sections[0]
    in_mm = [
        round(Length(length).mm)
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.left_margin,
            section.page_width - section.left_margin - section.right_margin,
            section.page_height - section.top_margin - section.bottom_margin,
        )
    ]
    assert in_mm == [210, 297, 37, 28, 156, 225]
    body, title = document.styles["公文正文"], document.styles["公文标题"]
    assert (body.font.name, body.font.size.pt) == ("仿宋", 16)
    assert (title.font.name, title.font.size.pt) == ("方正小标宋简体", 22)
    assert 22 * body.paragraph_format.line_spacing.mm == pytest.approx(225, abs=1)
    assert document.settings.odd_and_even_pages_header_footer
