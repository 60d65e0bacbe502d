"""A list of firms is answered row by row: found like a feed, with evidence and date, unsure ones marked.

And what falls due comes as a workbook beside the work-lists. Both read one build.
"""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from jianhui.cli import app
from jianhui.core.errors import UsageError
from jianhui.publish.check_answers import Answer
from jianhui.publish.duelist import write_due_list
from jianhui.stages import as_of, checking
from jianhui.stages.context import When
from tests.cases.case_file import replace_tokens
from tests.stages.office import Office

DAY = date(2014, 3, 31)
COMMERCE = """统一社会信用代码,注册号,企业名称,成立日期,住所,登记状态,注吊销日期,曾用名
$U1,,大连甲机械有限公司,2010-01-01,大连市沙河口区中山路1号,存续,,
$U2,,大连乙软件有限公司,2010-01-01,大连市西岗区长江路2号,存续,,
$U3,,大连丙精密制造有限公司,2010-01-01,大连市甘井子区华北路3号,存续,,
$U4,,大连丁食品有限公司,2010-01-01,大连市西岗区长江路4号,注销,2014-02-01,
$U5,,大连戊物流有限公司,2010-01-01,大连市西岗区长江路5号,存续,,
$U6,,大连戊物流有限公司,2011-01-01,大连市中山区人民路6号,存续,,
$U7,,大连己建材有限公司,2010-01-01,大连市西岗区长江路7号,存续,,
$U8,,大连辛咨询有限公司,2013-10-05,大连市西岗区长江路8号,存续,,
$U9,,大连壬广告有限公司,2013-10-20,大连市西岗区长江路9号,存续,,
"""
RENAMED = COMMERCE.replace("大连己建材有限公司", "大连己新材料有限公司")
UNIONS = """工会编号,工会名称,工会类型,所在单位名称,所在单位代码,成立日期,状态
G1,大连甲机械有限公司工会,单独,大连甲机械有限公司,$U1,2011-05-01,正常
G2,西岗区软件行业工会联合会,行业性联合会,,,2012-01-01,正常
G3,大连丙精密制造有限公司工会筹备组,单独,大连丙精密制造有限公司,$U3,2014-03-01,筹建
"""
LINES = """工会编号,涵盖单位名称,涵盖单位代码,起始日期
G2,大连己新材料有限公司,$U7,2013-06-01
"""
TAX = """纳税人识别号,主管税务机关,所属期,征收品目,纳税人名称,职工人数,实缴金额
$U2,大连市西岗区地方税务局,201402,工会经费,大连乙软件有限公司,30,500
"""
LIST = """二〇一四年度劳动诚信单位候选名单,,,
序号,单位名称,代码,法定代表人
1,大连甲机械有限公司,$U1,测试甲
2,大连乙软件有限公司,,测试乙
3,"大连丙精密制造有限公司",$U3,测试丙
4,大连丁食品有限公司,$U4,测试丁
5,大连戊物流有限公司,,测试戊
6,大连己建材有限公司,,测试己
7,沈阳庚船舶配件有限公司,,测试庚
8,大连甲机械有限公司,$U2,测试辛
9,,$O1,
10,大连乙软件有限公司,91210204123,测试乙
,合计,,
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A home that knows nine firms, two unions and one in preparation; no night is published."""
    office = Office(tmp_path_factory.mktemp("check"))
    office.receive("commerce", "20140228", COMMERCE)
    office.receive("commerce", "20140331", RENAMED)
    office.receive("union_organisations", "20140331", UNIONS)
    office.receive("union_coverage", "20140331", LINES)
    office.receive("tax", "20140331", TAX)
    return office


@pytest.fixture(scope="module")
def answers(office: Office) -> dict[int, Answer]:
    checked = checking.check(office.context, _list(office), When(DAY))
    assert [one.row.line for one in checked.answers] == list(range(3, 13))
    return {one.row.number: one for one in checked.answers}


def _list(office: Office) -> Path:
    path = office.folder / "诚信单位.csv"
    path.write_text(replace_tokens(LIST), encoding="gb18030")
    return path


def test_a_firm_found_by_its_code_is_answered_with_union_evidence_and_date(
    answers: dict[int, Answer],
) -> None:
    one = answers[1]
    assert (one.match, one.link_basis, one.union_status, one.is_sure) == ("sure", "uscc", "has_union", True)
    assert (one.cover_kind, one.union_id, one.covered_since) == ("own", "G1", date(2011, 5, 1))
    assert one.evidence_on == DAY
    assert "G1" in one.evidence[0]
    assert "union_organisations-20140331" in one.evidence[0]


def test_a_union_in_preparation_is_none(answers: dict[int, Answer]) -> None:
    one = answers[3]
    assert (one.match, one.union_status, one.is_sure, one.union_id) == ("sure", "no_union", True, None)
    assert "2014-03-31" in one.evidence[0]


def test_a_firm_that_is_gone_or_only_known_by_a_former_name_is_marked(answers: dict[int, Answer]) -> None:
    gone, renamed = answers[4], answers[6]
    assert (gone.match, gone.remarks, gone.is_sure) == ("sure", ("ended",), False)
    assert (renamed.match, renamed.union_status, renamed.cover_kind) == ("likely", "has_union", "federation")
    assert (renamed.name, renamed.remarks, renamed.is_sure) == (
        "大连己新材料有限公司",
        ("likely_only",),
        False,
    )


def test_what_two_firms_may_be_is_answered_for_neither_and_both_are_shown(answers: dict[int, Answer]) -> None:
    two = answers[5]
    assert (two.match, two.reason, two.union_status) == ("several", "ambiguous_name", "unknown")
    assert {candidate.union_status for candidate in two.candidates} == {"no_union"}
    assert len(two.candidates) == 2
    contradictory = answers[8]
    assert (contradictory.match, contradictory.reason) == ("several", "code_name_conflict")
    assert {candidate.union_status for candidate in contradictory.candidates} == {"has_union", "no_union"}


def test_dues_paid_without_a_union_mark_the_answer(answers: dict[int, Answer]) -> None:
    one = answers[2]
    assert (one.match, one.link_basis, one.union_status) == ("sure", "name", "no_union")
    assert (one.remarks, one.is_sure) == (("uncovered_pays_fee",), False)


def test_a_firm_of_elsewhere_is_not_said_to_have_no_union(answers: dict[int, Answer]) -> None:
    one = answers[7]
    assert (one.match, one.union_status, one.enterprise_id, one.is_sure) == ("none", "unknown", None, False)


def test_a_row_without_a_name_is_found_by_its_code_and_a_repeated_firm_is_noted(
    answers: dict[int, Answer],
) -> None:
    by_code, bad_code = answers[9], answers[10]
    assert (by_code.link_basis, by_code.union_id, by_code.remarks) == ("org_code", "G1", ("duplicate",))
    assert by_code.is_sure
    assert bad_code.row.code_problem is not None
    assert "code_unread" in bad_code.remarks
    assert not bad_code.is_sure


def test_the_workbook_tells_the_same_and_is_never_overwritten(
    office: Office, answers: dict[int, Answer]
) -> None:
    checked = checking.check(office.context, _list(office), When(DAY))
    path = checking.write(office.context, checked, None)
    assert path == office.context.settings.worklists / "check" / "诚信单位_建会核查_2014-03-31.xlsx"
    first = path.read_bytes()
    assert checking.write(office.context, checked, None).read_bytes() == first
    book = openpyxl.load_workbook(path)
    rows = list(book["核查结果"].iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[5], row[6]) for row in rows[:4]] == [
        (1, "已建会", "否"),
        (2, "未建会", "是"),
        (3, "未建会", "否"),
        (4, "未建会", "是"),
    ]
    unsure = [row[0] for row in book["待核"].iter_rows(min_row=2, values_only=True)]
    assert sorted(set(unsure)) == [number for number, one in answers.items() if not one.is_sure]
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert not any("测试" in cell for cell in cells), "a name of a person is carried over"
    book["核查结果"]["A1"] = "改过"
    book.save(path)
    with pytest.raises(UsageError) as refused:
        checking.write(office.context, checked, None)
    assert refused.value.code == "file_exists"


def test_nothing_of_the_list_is_kept_in_the_log(office: Office) -> None:
    before = office.context.log.log_head()
    checking.check(office.context, _list(office), When(DAY))
    assert office.context.log.log_head() == before


def test_the_verb_answers_a_program_and_says_what_is_wrong_with_a_file(office: Office) -> None:
    env = {
        "JIANHUI_HOME": str(office.context.settings.home),
        "JIANHUI_KEYS": str(office.context.settings.keys_root),
        "JIANHUI_LANG": "zh",
    }
    out = str(office.folder / "out.xlsx")
    run = CliRunner().invoke(
        app, ["check", str(_list(office)), "--valid-on", "2014-03-31", "--out", out, "--json"], env=env
    )
    assert run.exit_code == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["rows"], told["has_union"], told["unknown"]) == (10, 3, 3)
    assert told["answers"][0]["evidence"]["zh"]
    none = office.folder / "empty.csv"
    none.write_text("姓名,年龄\n测试甲,30\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["check", str(none), "--valid-on", "2014-03-31"], env=env)
    assert refused.exit_code == 2
    assert "企业名称" in refused.stderr


def test_what_falls_due_comes_as_a_workbook_a_week_and_a_month_ahead(office: Office) -> None:
    release = as_of.view(office.context, When(DAY))
    folder = office.folder / "lists"
    path = write_due_list(release.folder, folder)
    assert path == folder / "到期清单_20140331.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "已逾期", "一周内", "一月内"]
    shown = {
        name: [
            (row[1], row[2].date(), row[3], row[5])
            for row in book[name].iter_rows(min_row=2, values_only=True)
            if row[1] == "建会"
        ]
        for name in ("一周内", "一月内")
    }
    assert shown == {
        "一周内": [("建会", date(2014, 4, 5), 5, "大连辛咨询有限公司")],
        "一月内": [("建会", date(2014, 4, 20), 20, "大连壬广告有限公司")],
    }
    first = path.read_bytes()
    assert write_due_list(release.folder, folder) == path
    assert path.read_bytes() == first
    book["一周内"]["K2"] = "已上门"
    book.save(path)
    write_due_list(release.folder, folder)
    assert path.read_bytes() == first
    kept = openpyxl.load_workbook(folder / "旧版" / "到期清单_20140331_1.xlsx")
    assert kept["一周内"]["K2"].value == "已上门"
