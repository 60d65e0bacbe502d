"""The gap list as ledgers: what stands in them, and that a filled-in one comes back as it went out."""

import time
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import yaml
from tests.unit.publish.release_folder import coverage, write_release

from jianhui.core.errors import UsageError
from jianhui.intake.contract import load_contract
from jianhui.intake.headers import match_headers
from jianhui.intake.reader import read_table
from jianhui.publish.worklist import INDEX_FILE, worklists
from jianhui.publish.worklist_columns import FINDINGS, LEDGER, position
from jianhui.publish.worklist_sheet import GUIDE, HEADER_ROW
from jianhui.settings import INSTALLATION

CONTRACT = INSTALLATION / "raw" / "contracts" / "verifications.yml"
HEADERS = [column.header for column in LEDGER]


class VaultOf:
    """A vault that knows some pseudonyms and was never asked for more than the list needs."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.asked: list[str] = []

    def reveal(self, pseudonyms: Iterable[str]) -> dict[str, str]:
        self.asked = list(pseudonyms)
        return {key: self.values[key] for key in self.asked if key in self.values}


def gap_row(rank: int, enterprise_id: str, **more: Any) -> dict[str, Any]:
    return {
        "rank": rank,
        "enterprise_id": enterprise_id,
        "uscc": "91210202MA0000000X",
        "name": f"大连样例{rank}有限公司",
        "district_code": "210202",
        "street_code": "210202001",
        "address": "中山区样例路1号",
        "staff_count": 30,
        "staff_source": "tax",
        "gap_since": date(2013, 5, 1),
        "due_on": date(2013, 11, 1),
        "is_overdue": True,
        "recommended_form": "own",
        "evidence": "工商存续；税务申报职工30人；未见于工会登记",
        "preparatory_fee_payer": False,
        "is_new": False,
        **more,
    }


GROUPS = [
    coverage("city", "210200", "大连市", n_base=9),
    coverage("district", "210202", "中山区", n_base=5),
    coverage("district", "210203", "西岗区", n_base=4),
    coverage("street", "210202001", "海军广场街道", n_base=3),
    coverage("street", "210202003", "桂林街道", n_base=2),
    coverage("street", "210203001", "香炉礁街道", n_base=2),
    coverage("industry", "C", "制造业", n_base=9),
]
NO_CONTACTS = pl.DataFrame(
    schema={"enterprise_id": pl.String, "legal_representative": pl.String, "phone": pl.String}
)


def release_of(folder: Path, rows: list[dict[str, Any]], **manifest: Any) -> Path:
    enterprises = [
        {
            "enterprise_id": row["enterprise_id"],
            "name": row["name"],
            "enterprise_type": "有限责任公司",
            "industry_section": "C",
            "status": "存续",
            "established_on": date(2013, 5, 1),
        }
        for row in rows
    ]
    return write_release(
        folder,
        {"fct_enterprises_without_union": rows, "agg_coverage": GROUPS, "dim_enterprises": enterprises}
        | {"dim_unions": [{"union_id": "U1", "name": "海军广场街道总工会"}]},
        **manifest,
    )


def written(
    tmp_path: Path, rows: list[dict[str, Any]], contacts: pl.DataFrame = NO_CONTACTS, **vault: str
) -> list[Path]:
    return worklists(release_of(tmp_path / "release", rows), contacts, VaultOf(vault), tmp_path / "out")


def ledger(path: Path, sheet: str) -> list[dict[str, Any]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=HEADER_ROW + 2, values_only=True)
    return [dict(zip(HEADERS, row, strict=False)) for row in rows]


def test_one_workbook_a_district_named_as_a_delivery_of_findings(tmp_path: Path) -> None:
    rows = [
        gap_row(1, "E1"),
        gap_row(2, "E2", district_code="210203", street_code="210203001"),
        gap_row(3, "E3", district_code=None, street_code=None),
    ]
    assert [str(path.relative_to(tmp_path / "out")) for path in written(tmp_path, rows)] == [
        "2014-03-31/verifications_20140331_210202_中山区_未建会企业台账.xlsx",
        "2014-03-31/verifications_20140331_210203_西岗区_未建会企业台账.xlsx",
        "2014-03-31/verifications_20140331_unknown_区县不详_未建会企业台账.xlsx",
        "2014-03-31/目录.xlsx",
    ]


def test_a_sheet_for_each_street_in_official_order_and_one_for_no_street(tmp_path: Path) -> None:
    rows = [
        gap_row(1, "E1", street_code=None),
        gap_row(2, "E2", street_code="210202003"),
        gap_row(3, "E3", street_code="210202001"),
        gap_row(4, "E4", street_code="210202001"),
    ]
    path = written(tmp_path, rows)[0]
    assert openpyxl.load_workbook(path).sheetnames == [GUIDE, "海军广场街道", "桂林街道", "街道不详"]
    assert [(row["序号"], row["企业编号"]) for row in ledger(path, "海军广场街道")] == [(1, "E3"), (2, "E4")]


def test_a_row_shows_what_is_known_and_leaves_the_answers_empty(tmp_path: Path) -> None:
    row = gap_row(
        1,
        "E1",
        last_finding="拒绝建会",
        last_finding_on=date(2014, 1, 9),
        responsible_union_id="U1",
        is_new=True,
    )
    shown = ledger(written(tmp_path, [row])[0], "海军广场街道")[0]
    assert shown == {
        **dict.fromkeys(HEADERS),
        "序号": 1,
        "企业名称": "大连样例1有限公司",
        "统一社会信用代码": "91210202MA0000000X",
        "所属区市县": "中山区",
        "街道/乡镇": "海军广场街道",
        "经营地址": "中山区样例路1号",
        "行业": "制造业",
        "登记注册类型": "有限责任公司",
        "成立日期": datetime(2013, 5, 1),  # noqa: DTZ001
        "职工人数(来源)": 30,
        "经营状态": "存续",
        "缺口发现日期": datetime(2013, 5, 1),  # noqa: DTZ001
        "发现来源": "工商存续；税务申报职工30人；未见于工会登记",
        "应建会期限": datetime(2013, 11, 1),  # noqa: DTZ001
        "是否逾期": "是",
        "是否新增": "是",
        "缴筹备金": "否",
        "建议形式": "单独",
        "对口工会": "海军广场街道总工会",
        "上次排查日期": datetime(2014, 1, 9),  # noqa: DTZ001
        "上次排查结论": "拒绝建会",
        "企业编号": "E1",
    }


def test_staff_on_record_is_a_number_that_shows_its_source(tmp_path: Path) -> None:
    path = written(tmp_path, [gap_row(1, "E1", staff_source="hr")])[0]
    cell = openpyxl.load_workbook(path)["海军广场街道"].cell(HEADER_ROW + 2, position("职工人数(来源)") + 1)
    assert cell.value == 30
    assert "人社" in cell.number_format


def test_contacts_come_from_the_vault_and_an_erased_one_says_so(tmp_path: Path) -> None:
    contacts = pl.DataFrame(
        {
            "enterprise_id": ["E1", "E2", "E9"],
            "legal_representative": ["p:1", "p:2", "p:9"],
            "phone": ["p:3", "", None],
        }
    )
    vault = VaultOf({"p:1": "甲某", "p:3": "0411-00000000", "p:9": "壬某"})
    release = release_of(tmp_path / "release", [gap_row(1, "E1"), gap_row(2, "E2")])
    path = worklists(release, contacts, vault, tmp_path / "out")[0]
    shown = ledger(path, "海军广场街道")
    assert [(row["负责人"], row["联系电话"]) for row in shown] == [
        ("甲某", "0411-00000000"),
        ("已删除", None),
    ]
    assert vault.asked == ["p:1", "p:2", "p:3"]


def test_every_sheet_says_that_it_holds_personal_data(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(
        written(tmp_path, [gap_row(1, "E1"), gap_row(2, "E2", street_code=None)])[0]
    )
    for sheet in book.worksheets:
        text = "".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
        assert "属个人信息" in text, sheet.title


def test_a_name_that_looks_like_a_formula_or_a_link_stays_text(tmp_path: Path) -> None:
    names = ["=1+1有限公司", "+甲公司", "-乙公司", "@丙公司", "http://丁.example", "戊<b>&公司", "己\x0b公司"]
    path = written(tmp_path, [gap_row(n, f"E{n}", name=name) for n, name in enumerate(names, 1)])[0]
    sheet = openpyxl.load_workbook(path)["海军广场街道"]
    cells = [sheet.cell(HEADER_ROW + 1 + n, 2) for n in range(1, len(names) + 1)]
    assert [cell.value for cell in cells] == [*names[:-1], "己公司"]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)


def test_street_names_that_excel_would_refuse_become_legal_and_stay_apart(tmp_path: Path) -> None:
    long = "经济技术开发区" * 6
    groups = [
        *GROUPS[:2],
        coverage("street", "210202001", "甲/乙[街]:道?*"),
        coverage("street", "210202002", long + "一"),
        coverage("street", "210202003", long + "二"),
    ]
    rows = [gap_row(n, f"E{n}", street_code=f"21020200{n}") for n in (1, 2, 3)]
    enterprises = [{"enterprise_id": f"E{n}"} for n in (1, 2, 3)]
    release = write_release(
        tmp_path / "release",
        {"fct_enterprises_without_union": rows, "agg_coverage": groups, "dim_enterprises": enterprises},
    )
    names = openpyxl.load_workbook(worklists(release, NO_CONTACTS, VaultOf({}), tmp_path)[0]).sheetnames
    assert names == [GUIDE, "甲_乙_街__道__", long[:31], long[:28] + "(2)"]


def test_the_answer_headers_are_those_of_the_feed_and_each_stands_once() -> None:
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    wanted = [column["header"] for column in contract["columns"]]
    assert {header: HEADERS.count(header) for header in wanted} == dict.fromkeys(wanted, 1)
    assert len(set(HEADERS)) == len(HEADERS)
    answers = {column.header for column in LEDGER if column.part == "answer"}
    assert answers <= set(wanted)
    findings = next(column for column in contract["columns"] if column["name"] == "finding")
    assert tuple(findings["choices"]) == FINDINGS


def test_a_filled_in_list_is_read_back_by_the_reader_of_deliveries(tmp_path: Path) -> None:
    path = written(tmp_path, [gap_row(1, "E1"), gap_row(2, "E2"), gap_row(3, "E3", street_code=None)])[0]
    book = openpyxl.load_workbook(path)
    for sheet, row, finding in (("海军广场街道", 2, "停产歇业"), ("街道不详", 1, "已建会")):
        cells = book[sheet]
        cells.cell(HEADER_ROW + 1 + row, position("排查日期") + 1, date(2014, 4, 15))
        cells.cell(HEADER_ROW + 1 + row, position("排查结论") + 1, finding)
        cells.cell(HEADER_ROW + 1 + row, position("职工人数") + 1, 41)
    book.save(tmp_path / "filled.xlsx")
    contract = load_contract(CONTRACT)
    table = read_table((tmp_path / "filled.xlsx").read_bytes(), contract, path.name, is_delta=False)
    columns = match_headers(contract, table.headers).columns
    names = ("enterprise_id", "inspected_on", "finding", "staff_count")
    rows = table.frame.select(pl.col(f"c{columns[name]}").alias(name) for name in names)
    assert rows.filter(pl.col("finding") != "").rows() == [
        ("E2", "2014-04-15", "停产歇业", "41"),
        ("E3", "2014-04-15", "已建会", "41"),
    ]


def test_answers_are_chosen_from_lists_and_dates_are_checked(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(tmp_path, [gap_row(1, "E1")])[0])["海军广场街道"]
    rules = {
        HEADERS[next(iter(rule.sqref.ranges)).min_col - 1]: rule
        for rule in sheet.data_validations.dataValidation
    }
    assert rules["排查结论"].formula1 == '"' + ",".join(FINDINGS) + '"'
    assert rules["未建会原因"].type == rules["拟建形式"].type == "list"
    assert rules["排查日期"].type == rules["计划完成时限"].type == "date"
    assert rules["职工人数"].type == "whole"


def test_sheets_filter_scroll_and_print_on_landscape_a4(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(tmp_path, [gap_row(1, "E1"), gap_row(2, "E2")])[0])["海军广场街道"]
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref == "A4:AO6"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$4:$4", "$A:$B")
    footer = sheet.oddFooter
    assert "2014年3月31日" in footer.left.text and "2014Q1-r1" in footer.right.text
    assert not sheet.merged_cells.ranges


def test_a_long_street_goes_on_in_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jianhui.publish.worklist_sheet.MAX_ROWS_PER_SHEET", 2)
    path = written(tmp_path, [gap_row(n, f"E{n}") for n in range(1, 6)])[0]
    assert openpyxl.load_workbook(path).sheetnames == [
        GUIDE,
        "海军广场街道",
        "海军广场街道(2)",
        "海军广场街道(3)",
    ]
    assert [row["序号"] for row in ledger(path, "海军广场街道(3)")] == [5]


def test_the_contents_page_counts_every_district_and_links_to_its_list(tmp_path: Path) -> None:
    rows = [gap_row(1, "E1"), gap_row(2, "E2", is_overdue=False, is_new=True)]
    sheet = openpyxl.load_workbook(written(tmp_path, rows)[-1])["目录"]
    table = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=5)]
    file = "verifications_20140331_210202_中山区_未建会企业台账.xlsx"
    assert table == [
        ("210202", "中山区", 2, 1, 1, file),
        ("210203", "西岗区", 0, 0, 0, None),
        (None, "合计", 2, 1, 1, None),
    ]
    assert sheet["F5"].hyperlink.target == file


def test_without_a_union_register_the_contents_page_says_why_there_is_no_list(tmp_path: Path) -> None:
    release = write_release(
        tmp_path / "release",
        {"agg_coverage": [coverage("city", "210200", "大连市", n_base=9, n_covered=None)]},
    )
    paths = worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "out")
    assert [path.name for path in paths] == [INDEX_FILE]
    assert "未接收到工会组织登记数据" in openpyxl.load_workbook(paths[0])["目录"]["A3"].value


def test_one_district_alone_leaves_the_others_and_the_contents_page_as_they_are(tmp_path: Path) -> None:
    release = release_of(
        tmp_path / "release", [gap_row(1, "E1"), gap_row(2, "E2", district_code="210203", street_code=None)]
    )
    paths = worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "out", district="210203")
    assert [path.name for path in paths] == ["verifications_20140331_210203_西岗区_未建会企业台账.xlsx"]
    with pytest.raises(UsageError, match="no district has the code 999999"):
        worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "out", district="999999")


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    release = release_of(tmp_path / "release", [gap_row(1, "E1"), gap_row(2, "E2", street_code=None)])
    first = [path.read_bytes() for path in worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "a")]
    time.sleep(1.1)
    assert [
        path.read_bytes() for path in worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "b")
    ] == first


def test_a_list_somebody_has_filled_in_is_kept_aside_and_not_overwritten(tmp_path: Path) -> None:
    release = release_of(tmp_path / "release", [gap_row(1, "E1")])
    path = worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "out")[0]
    book = openpyxl.load_workbook(path)
    book["海军广场街道"].cell(HEADER_ROW + 2, position("备注") + 1, "已联系")
    book.save(path)
    filled = path.read_bytes()
    worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "out")
    worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "out")
    assert [kept.read_bytes() for kept in (path.parent / "旧版").iterdir()] == [filled]
    assert ledger(path, "海军广场街道")[0]["备注"] is None


def test_a_missing_release_is_refused_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the release") as refused:
        worklists(tmp_path, NO_CONTACTS, VaultOf({}), tmp_path / "out")
    assert refused.value.where.file == str(tmp_path / "manifest.json")


def test_only_the_owner_reads_the_contacts(tmp_path: Path) -> None:
    release = write_release(
        tmp_path / "release",
        {"agg_coverage": [coverage("city", "210200", "大连市", n_base=9, n_covered=None)]},
    )
    paths = worklists(release, NO_CONTACTS, VaultOf({}), tmp_path / "out")
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert paths[0].parent.stat().st_mode & 0o777 == 0o700
