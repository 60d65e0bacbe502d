"""Uncertain links go to a person as a workbook and come back as judgements that change the next night."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner, Result

from jianhui.cli import app
from jianhui.core.errors import UsageError
from jianhui.publish.review_questions import Request, Sample
from jianhui.publish.review_sheet import ANSWER, COLUMNS, HEADER_ROW, JUDGE, QUESTION_ID, REASON, TABLE
from jianhui.settings import INSTALLATION, Settings
from jianhui.stages import building, intake, judging, night, releases, review
from jianhui.stages.context import AsOf, Context
from jianhui.stages.review_intake import Imported, take_in
from tests.cases.case_file import replace_tokens

DAY = date(2014, 3, 31)
JUDGE_A, JUDGE_B = "测试甲某", "测试乙某"

COMMERCE = """统一社会信用代码,企业名称,成立日期,住所,从业人数
$U1,大连鑫海船舶配件有限公司,2010-01-01,大连市沙河口区中山路1号,20
$U2,大连鑫海船舶工程有限公司,2010-01-01,大连市沙河口区中山路2号,20
$U3,大连远洋渔具制造有限公司,2010-01-01,大连市沙河口区中山路3号,20
$U4,=1+1晨光纺织有限公司,2010-01-01,大连市沙河口区中山路4号13840812345,20
$U5,大连金石滩旅游开发有限公司,2010-01-01,大连市沙河口区中山路5号,20
$U6,大连北良港物流有限公司,2010-01-01,大连市沙河口区中山路6号,20
$U7,大连三山岛水产有限公司,2010-01-01,大连市沙河口区中山路7号,20
"""
UNIONS = """工会编号,工会名称,工会类型,所在单位名称,所在单位代码,成立日期,状态,地址
G1,大连鑫海船舶服务有限公司工会,单独,大连鑫海船舶服务有限公司,,2011-05-01,正常,
G3,大连远洋渔具贸易有限公司工会,单独,大连远洋渔具贸易有限公司,,2011-05-01,正常,
G4,晨光纺织工会,单独,=1+1晨光服装有限公司,,2011-05-01,正常,
G6,大连北良港物流有限公司工会,单独,大连北良港物流有限公司,,2011-05-01,正常,
G7,大连三山岛水产有限公司工会,单独,大连三山岛水产有限公司,,2011-05-01,正常,
"""
HR = """单位编号,单位名称,经营地址,统计月份,养老参保人数
H1,大连金石滩旅游服务有限公司,,201402,30
H2,大连远洋渔具贸易有限公司,,201402,21
"""


class Office:
    """A home with one night published, and people who judge."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime(2014, 4, 1, tzinfo=UTC)
        self.context = Context(Settings(folder / "home", folder / "keys", INSTALLATION), self.clock)

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def receive(self, feed: str, text: str, day: date = DAY) -> None:
        path = self.folder / f"{feed}_{day:%Y%m%d}_{self.now:%S%f}.csv"
        path.write_text(replace_tokens(text), encoding="utf-8")
        (outcome,) = intake.receive(self.context, feed, [path])
        assert outcome.verdict == "accepted", outcome.sentences()

    def build(self, known_at: datetime) -> dict[str, list[tuple[Any, ...]]]:
        """Links, unmatched records and the city's rate on the live base, as of the day and ``known_at``."""
        path = self.folder / "build.duckdb"
        building.build(self.context, AsOf(DAY, known_at), path)
        with duckdb.connect(str(path), read_only=True) as con:
            con.execute("use marts")
            return {
                "links": con.execute(
                    "select feed, record_key, link_basis from bridge_enterprise_records"
                    " where feed <> 'commerce' order by all"
                ).fetchall(),
                "unmatched": con.execute(
                    "select feed, record_key, reason from fct_unmatched_records order by all"
                ).fetchall(),
                "rate": con.execute(
                    "select n_covered, n_base from agg_coverage"
                    " where grouping = 'city' and base_kind = 'live'"
                ).fetchall(),
                "undecided": con.execute(
                    "select record_key from fct_link_candidates where decision = 'uncertain' order by all"
                ).fetchall(),
            }

    def export(self, name: str, request: Request) -> Path:
        return review.export(self.context, request, self.folder / name)[0]

    def take_in(self, path: Path, by: str = JUDGE_A) -> Imported:
        return take_in(self.context, path, by)


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a paper by header, with their row number as ``line``."""
    headers = [cell.value for cell in sheet[HEADER_ROW + 1]]
    return [
        {**dict(zip(headers, values, strict=True)), "line": line}
        for line, values in enumerate(
            sheet.iter_rows(min_row=HEADER_ROW + 2, values_only=True), start=HEADER_ROW + 2
        )
    ]


def fill(path: Path, answers: Mapping[tuple[str, str], str], to: str, **more: str) -> Path:
    """Answer the pairs (record key, enterprise name), and save the paper as ``to``."""
    book = openpyxl.load_workbook(path)
    sheet = book[TABLE]
    places = {cell.value: cell.column for cell in sheet[HEADER_ROW + 1]}
    rows = {(row["记录键"], row["企业登记名称"]): row["line"] for row in rows_of(sheet)}
    for pair, answer in answers.items():
        sheet.cell(rows[pair], places[ANSWER], answer)
        for header, value in more.items():
            sheet.cell(rows[pair], places[header], value)
    filled = path.with_name(to)
    book.save(filled)
    return filled


MATE = "大连鑫海船舶配件有限公司"
RIVAL = "大连鑫海船舶工程有限公司"
FISHING = "大连远洋渔具制造有限公司"
EVIL = "=1+1晨光纺织有限公司"
TOUR = "大连金石滩旅游开发有限公司"
PORT = "大连北良港物流有限公司"
EVERYTHING = Request(50, (Sample("name", 2),), seed=7)
ANSWERS = {
    ("G1", MATE): "同一家",
    ("G1", RIVAL): "不是",
    ("G3", FISHING): "均不是",
    ("H2", FISHING): "无法判断",
}


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("review"))
    for feed, text in (("commerce", COMMERCE), ("union_organisations", UNIONS), ("hr", HR)):
        office.receive(feed, text)
    night.publish(office.context, DAY)
    return office


@pytest.fixture(scope="module")
def paper(office: Office) -> Path:
    return office.export("paper.xlsx", EVERYTHING)


def test_what_moves_the_rate_is_asked_first_and_nothing_gives_the_score_away(
    office: Office, paper: Path
) -> None:
    book = openpyxl.load_workbook(paper)
    rows = rows_of(book[TABLE])
    asked = [row["记录键"] for row in rows]
    first_seen = list(dict.fromkeys(key for key in asked if key not in ("G6", "G7")))
    assert first_seen == ["G1", "G3", "G4", "H1", "H2"], "cover first, then who crosses 25, then the rest"
    assert {"G6", "G7"} <= set(asked), "the sample is mixed in"
    assert asked[-2:] != ["G6", "G7"]
    said = " ".join(str(value) for row in rows for value in row.values())
    for word in ("uncertain", "linked", "reviewed", "live_cover", "概率", "name:"):
        assert word not in said
    assert review.paper(office.context, EVERYTHING) == review.paper(office.context, EVERYTHING)


def test_the_workbook_is_one_a_clerk_can_fill_in_and_not_spoil(paper: Path) -> None:
    sheet = openpyxl.load_workbook(paper)[TABLE]
    row = next(row for row in rows_of(sheet) if row["企业登记名称"] == EVIL)
    for cell in sheet[row["line"]]:
        assert cell.data_type != "f", "a name that begins with = is no formula"
    assert "13840812345" not in str(row.values())
    assert sheet.protection.sheet
    locked = {
        column.header: sheet.cell(row["line"], place).protection.locked
        for place, column in enumerate(COLUMNS, 1)
    }
    assert [header for header, is_locked in locked.items() if not is_locked] == [ANSWER, JUDGE, REASON]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"同一家,不是,无法判断,均不是"'


def test_answers_change_the_next_build_until_they_are_withdrawn(office: Office, paper: Path) -> None:
    before = office.now
    first = office.build(before)
    assert first["rate"] == [(2, 7)]
    filled = fill(paper, ANSWERS, "filled.xlsx", 理由="电话核实 13840812345")

    taken = office.take_in(filled)

    assert (taken.n_recorded, taken.n_already, taken.refused) == (4, 0, ())
    judged = office.build(office.now)
    assert judged["rate"] == [(3, 7)]
    assert ("union_organisations", "G1", "reviewed") in judged["links"]
    assert ("union_organisations", "G3", "judged_none") in judged["unmatched"]
    assert ("G1",) not in judged["undecided"]
    assert ("H2",) in judged["undecided"], "who cannot tell has decided nothing"
    assert office.build(before) == first, "what was known before the judgement is as it was"

    again = office.take_in(filled)
    assert (again.n_recorded, again.n_already, again.refused) == (0, 4, ())
    assert "没有重复登记" in again.sentences()[0]

    for one in judging.listed(office.context):
        judging.withdraw(office.context, one["judgement_id"], "试用", JUDGE_A)
    assert office.build(office.now) == first
    assert office.take_in(filled).n_recorded == 0, "an old file does not bring back what was withdrawn"


def test_who_judges_stands_in_the_vault_alone(office: Office) -> None:
    (one, *_) = judging.listed(office.context)
    assert one["by"].startswith("P:")
    assert judging.listed(office.context, names=True)[0]["by"] == JUDGE_A
    ledger = (office.context.settings.events / "LEDGER.jsonl").read_text("utf-8")
    assert "电话核实 138****2345" in ledger
    for path in office.context.settings.home.rglob("*"):
        if path.is_file() and "vault" not in path.parts:
            assert JUDGE_A.encode() not in path.read_bytes(), path


def test_rows_that_cannot_be_taken_in_are_named_and_the_others_are_not_lost(
    office: Office, paper: Path
) -> None:
    double = fill(paper, {("G1", MATE): "同一家", ("G1", RIVAL): "同一家", ("G3", FISHING): "是"}, "bad.xlsx")
    book = openpyxl.load_workbook(double)
    sheet = book[TABLE]
    places = {cell.value: cell.column for cell in sheet[HEADER_ROW + 1]}
    lines = {(row["记录键"], row["企业登记名称"]): row["line"] for row in rows_of(sheet)}
    sheet.cell(lines["H1", TOUR], places[ANSWER], "同一家")
    sheet.cell(lines["G4", EVIL], places[ANSWER], "不是")
    sheet.cell(lines["G4", EVIL], places[QUESTION_ID], "Q0")
    book.save(double)

    taken = office.take_in(double, JUDGE_B)

    assert [error.code for error in taken.refused] == [
        code
        for _, code in sorted(
            [
                (lines["G1", MATE], "contradictory"),
                (lines["G1", RIVAL], "contradictory"),
                (lines["G3", FISHING], "bad_answer"),
                (lines["G4", EVIL], "row_altered"),
            ]
        )
    ]
    assert all(error.where.line and error.next_step for error in taken.refused)
    assert taken.n_recorded == 1


def test_a_second_enterprise_for_one_record_needs_the_first_judgement_withdrawn(
    office: Office, paper: Path
) -> None:
    assert office.take_in(fill(paper, {("G1", MATE): "同一家"}, "a.xlsx"), JUDGE_B).n_recorded == 1
    other = fill(paper, {("G1", RIVAL): "同一家"}, "b.xlsx")
    (error,) = office.take_in(other, "测试丙某").refused
    assert error.code == "judged_same_elsewhere"
    assert "jianhui review withdraw J" in error.next_step
    both = fill(paper, {("G1", RIVAL): "同一家", ("G1", MATE): "不是"}, "c.xlsx")
    assert office.take_in(both, "测试丙某").n_recorded == 2, "who says it is not the first has said enough"


def test_agreement_and_precision_come_from_the_answers(office: Office, paper: Path) -> None:
    drawn = {("G6", PORT): "同一家", ("G7", "大连三山岛水产有限公司"): "不是"}
    assert office.take_in(fill(paper, drawn, "drawn.xlsx"), JUDGE_B).n_recorded == 2
    result = review.score(office.context)
    (name,) = result.tiers
    assert (name.tier, name.right.n_yes, name.right.n) == ("name", 1, 2)
    assert name.right.low is not None and name.right.low < 0.5 < (name.right.high or 0)
    assert (result.agreement.n_yes, result.agreement.n) == (0, 1), "of G1 one said yes and one no"
    assert result.recall.share is None, "nothing was drawn from the unmatched"
    assert "name" in result.text("zh")


def test_at_the_terminal_who_comes_back_goes_on_where_they_stopped(office: Office) -> None:
    request = Request(50)
    first = review.Sitting(office.context, request, "测试丁某")
    asked = list(first.questions(lambda item: True))
    _, item, question = asked[0]
    first.answer(item, question, "unsure")
    again = review.Sitting(office.context, request, "测试丁某")
    assert [q.question_id for _, _, q in again.questions(lambda item: True)] == [
        q.question_id for _, _, q in asked[1:]
    ]
    other = review.Sitting(office.context, request, "测试戊某")
    assert len(list(other.questions(lambda item: True))) == len(asked)


def test_a_record_that_says_something_else_by_now_is_judged_anew(office: Office, paper: Path) -> None:
    office.receive("hr", HR.replace("大连金石滩旅游服务", "大连金石滩旅行服务"), date(2014, 4, 1))
    (error,) = office.take_in(fill(paper, {("H1", TOUR): "不是"}, "late.xlsx"), "测试己某").refused
    assert error.code == "changed_since"
    assert "大连金石滩旅行服务有限公司" in error.zh
    assert (error.where.field, error.where.value) == ("记录上的名称", "大连金石滩旅游服务有限公司")


def test_an_export_never_overwrites_a_file(office: Office, paper: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        office.export(paper.name, EVERYTHING)
    assert refusal.value.code == "file_exists"


def test_a_tier_that_is_not_there_is_named(office: Office) -> None:
    with pytest.raises(UsageError) as refusal:
        office.export("none.xlsx", Request(5, (Sample("luck", 3),)))
    assert refusal.value.code == "unknown_tier"
    assert "name" in refusal.value.next_step


def test_the_verbs_speak_on_the_right_channel_and_end_with_the_right_code(
    office: Office, paper: Path
) -> None:
    settings = office.context.settings
    env = {
        "JIANHUI_HOME": str(settings.home),
        "JIANHUI_KEYS": str(settings.keys_root),
        "JIANHUI_LANG": "zh",
    }

    def run(*arguments: str, keys: str | None = None) -> Result:
        return CliRunner().invoke(app, ["review", *arguments], env=env, input=keys)

    out = str(office.folder / "cli.xlsx")
    exported = run("export", "--out", out, "--sample", "name:2")
    assert (exported.exit_code, exported.stdout.strip()) == (0, out)
    assert run("export", "--out", out).exit_code == 2
    assert run("export", "--sample", "name").exit_code == 2

    taken = run("import", str(fill(Path(out), {("G3", FISHING): "同一家"}, "cli-1.xlsx")), "--by", "测试庚某")
    assert taken.exit_code == 0, taken.output
    refused = run("import", str(fill(Path(out), {("G3", FISHING): "对"}, "cli-2.xlsx")), "--by", "测试庚某")
    assert refused.exit_code == 2
    for said in ("cli-2.xlsx", "line", "判断", "'对'", "只能填写"):
        assert said in refused.stdout
    no_paper = office.folder / "not.xlsx"
    openpyxl.Workbook().save(no_paper)
    assert "not_a_paper" in run("import", str(no_paper), "--by", "测试庚某").stderr

    listed = json.loads(run("list", "--json").stdout)
    newest = listed[0]["judgement_id"]
    assert (listed[0]["verdict"], listed[0]["state"]) == ("same", "stands")
    assert "有效" in run("list").stdout
    assert run("withdraw", newest, "--reason", "试用", "--by", "测试庚某").exit_code == 0
    again = run("withdraw", newest, "--reason", "试用", "--by", "测试庚某")
    assert (again.exit_code, "已经撤回" in again.stderr) == (2, True)

    tour = listed_enterprise(office, TOUR)
    judged = run("judge", "hr", "H1", "--same", tour, "--by", "测试庚某", "--reason", "实地核实")
    assert judged.exit_code == 0, judged.output
    assert judged.stdout.startswith("J")
    night = CliRunner().invoke(app, ["nightly", "--date", DAY.isoformat(), "--json"], env=env)
    assert night.exit_code == 0, night.output
    query = "select record_key from bridge_enterprise_records where link_basis = 'reviewed' order by all"
    reviewed = json.loads(releases.query(office.context, query, "current", "json"))
    assert {"record_key": "H1"} in reviewed, "a judgement is news: the same night is published anew"
    both = run("judge", "hr", "H1", "--same", tour, "--none", "--by", "测试庚某", "--reason", "x")
    assert both.exit_code == 2

    at_terminal = run("export", "--terminal", "--by", "测试辛某", keys="usq")
    assert at_terminal.exit_code == 0, at_terminal.output
    assert "本次登记 1 条" in at_terminal.stderr
    assert json.loads(run("score", "--json").stdout)["n_judged"] > 0


def listed_enterprise(office: Office, name: str) -> str:
    """The id of an enterprise by its name."""
    query = f"select enterprise_id from dim_enterprises where name = '{name}'"
    (row,) = json.loads(releases.query(office.context, query, "current", "json"))
    return str(row["enterprise_id"])
