"""The report where it is hard to be right: nothing moved, no past, ties, silence, a hair's breadth."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pytest
from tests.unit.publish import reading_back as back
from tests.unit.publish import small_release
from tests.unit.publish.plan_marts import add_plan, placed
from tests.unit.publish.quarter import write_quarter

from jianhui.core.errors import UsageError
from jianhui.intake.contract import load_contracts
from jianhui.publish.report import pdf, read, report
from jianhui.publish.report.chart import Chart, Series
from jianhui.publish.report.chart import for_public as public_chart
from jianhui.publish.report.comparing import moved_count, moved_rate, ranking
from jianhui.publish.report.docx_write import render
from jianhui.publish.report.facts import Earlier, Edition
from jianhui.publish.report.figures import (
    FEW_SHOWN,
    HIDDEN,
    Figure,
    for_public,
    given,
    say,
    share,
)
from jianhui.publish.report.section import Table, public_table
from jianhui.publish.report.templates import Templates
from jianhui.publish.report_words import FEED_NAMES, RULE_NAMES
from jianhui.publish.xlsx import Column
from jianhui.settings import INSTALLATION, Settings
from jianhui.stages.context import Context
from jianhui.stages.reporting import earlier_than, monthly

BEFORE: dict[str, Any] = {
    "quarter": "2013Q4",
    "release_id": "2013Q4-r1",
    "as_of": {"valid_on": "2013-12-31", "known_at": "2014-01-10T15:59:59.999999+00:00"},
}


def said(release: Path, *, kind: str = "bulletin", district: str | None = None, earlier: Any = None) -> str:
    """A paper of a release as text, without a file written."""
    context = read(release, Edition(district=district), earlier)
    return back.document_text(render(Templates().path(kind), context))


def count(value: int | None) -> Figure:
    return given(value, "")


def frozen(**of_the_city: Any) -> Any:
    """A change of the city's row of the frozen base."""

    def change(data: dict[str, list[dict[str, Any]]]) -> None:
        for row in data["agg_coverage"]:
            if (row["grouping"], row["base_kind"]) == ("city", "frozen"):
                row.update(of_the_city)

    return change


@pytest.mark.parametrize(
    ("n_base", "n_covered", "meets", "told"),
    [
        (100_000, 90_996, False, "建会率90.99%，未达到不低于91%的年度目标，还差4家。"),
        (100, 90, False, "建会率90.00%，未达到不低于91%的年度目标，还差1家。"),
        (100, 91, True, "建会率91.00%，达到不低于91%的年度目标。"),
        (100, 100, True, "建会率100.00%，达到不低于91%的年度目标。"),
    ],
)
def test_a_target_is_met_or_missed_by_the_counts(
    tmp_path: Path, n_base: int, n_covered: int, meets: bool, told: str
) -> None:
    change = frozen(n_base=n_base, n_covered=n_covered, meets_target=meets)
    assert told in said(write_quarter(tmp_path / "release", change=change))


def test_without_a_base_list_the_target_is_not_judged(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "release", with_frozen=False)
    text, brief = said(release), said(release, kind="brief")
    assert "本年度尚无固化基数清单，年度建会率目标本期不作评判" in text
    assert "年度目标，还差" not in text and "达到不低于" not in text
    assert "没有清单，不作评判" in brief


def test_without_a_union_register_coverage_is_blank_and_never_zero(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "release", with_unions=False)
    paths = {path.name: path for path in report(release, tmp_path / "out")}
    text = back.docx_text(next(path for name, path in paths.items() if name.endswith("通报.docx")))
    body = text.split("附件1")[0]
    assert "因未接收到工会组织登记数据，企业是否建会无法判断" in body
    assert "因未接收到工会组织登记数据，本期不统计动态覆盖情况。" in body
    assert "建会率0" not in body and "建会率—" not in body and "0.00%" not in body
    workbook = next(path for name, path in paths.items() if name.endswith("统计表.xlsx"))
    for row in back.sheet_rows(workbook, "全市建会率"):
        assert (row["已建会（家）"], row["未建会（家）"], row["建会率"]) == (None, None, None)
    assert "情况未知" in "".join(str(c) for r in openpyxl.load_workbook(workbook)["统计图"].values for c in r)


def test_a_section_whose_mart_is_not_there_says_why(tmp_path: Path) -> None:
    text = said(write_quarter(tmp_path / "release"))
    for name in ("按期换届", "工会主席直接选举", "干部教育培训", "会员发展", "年度目标任务"):
        assert f"本版数据没有“{name}”所需的数据表" in text


def test_what_is_not_judged_is_not_told_and_says_why(tmp_path: Path) -> None:
    silent = placed({"n_overdue": 0}, judged=False)
    release = add_plan(write_quarter(tmp_path / "release"), agg_terms=silent, agg_chair_reviews=[])
    text, brief = said(release), said(release, kind="brief")
    assert "（七）按期换届。未收到有关数据，本期不作判定；没有数据不表示为零。" in text
    assert (
        "（三）双亮双履双述双评。截至统计日尚未收到双述双评数据，本期不作统计；没有数据不表示为零。" in text
    )
    charts = {one.key: one for one in read(release).charts}
    assert not charts["任期"].is_drawn and "不作判定" in charts["任期"].reason
    assert "逾期未换届工会" not in brief and "未作统计的：双亮双履双述双评、按期换届。" in brief


def test_every_feed_has_a_name_in_the_report_as_its_contract_has_it() -> None:
    contracts = load_contracts(INSTALLATION / "raw" / "contracts")
    titles = {feed: contract.title for feed, contract in contracts.items()}
    assert {**titles, "union_coverage": FEED_NAMES["union_coverage"]} == FEED_NAMES


def test_every_assumed_rule_has_a_name_in_the_report() -> None:
    seed = pl.read_csv(INSTALLATION / "dbt_project" / "seeds" / "policy_rules.csv", infer_schema=False)
    assumed = seed.filter(pl.col("confidence") == "assumed").get_column("rule_key")
    assert set(assumed) <= RULE_NAMES.keys()


def test_a_first_quarter_and_one_in_which_nothing_moved_say_so(tmp_path: Path) -> None:
    now = write_quarter(tmp_path / "now")
    assert "没有上季度和上年同期的正式统计，本期不作环比和同比。" in said(now)
    before = write_quarter(tmp_path / "before", **BEFORE)
    text = said(now, earlier=Earlier(previous=before, last_year=before))
    assert "固化基数与上季度持平，已建会企业与上季度持平，建会率与上季度持平" in text
    assert "实有企业与上年同期持平" in text
    unfrozen = write_quarter(tmp_path / "unfrozen", with_frozen=False, **BEFORE)
    assert "上季度未按固化基数统计，不作比较" in said(now, earlier=Earlier(previous=unfrozen))


def test_words_of_a_move() -> None:
    assert moved_count(count(12), count(10), "上季度", "环比") == "比上季度增加2家（环比增长20.00%）"
    assert moved_count(count(8), count(10), "上年同期", "同比") == "比上年同期减少2家（同比下降20.00%）"
    assert moved_count(count(3), count(0), "上季度", "环比") == "比上季度增加3家"
    assert moved_count(count(None), count(10), "上季度", "环比") == "上季度没有可比数据"
    half, more = share(count(1), count(2)), share(count(2), count(3))
    assert moved_rate(more, half, "上季度") == "比上季度提高16.67个百分点"
    assert moved_rate(half, more, "上季度") == "比上季度下降16.67个百分点"
    assert moved_rate(half, half, "上季度") == "与上季度持平"


def test_equals_share_a_rank_and_the_next_one_follows_after_them() -> None:
    lines = [("1", "甲", 9, 10), ("2", "乙", 18, 20), ("3", "丙", 1, 1), ("4", "丁", 0, 0), ("5", "戊", 1, 2)]
    ranked = ranking([(c, n, count(a), count(b), share(count(a), count(b))) for c, n, a, b in lines])
    assert [(one.name, str(one.place())) for one in ranked] == [
        ("丙", "第1位"),
        ("甲", "并列第2位"),
        ("乙", "并列第2位"),
        ("戊", "第4位"),
    ]


def test_when_all_districts_stand_alike_none_is_blamed(tmp_path: Path) -> None:
    def alike(data: dict[str, list[dict[str, Any]]]) -> None:
        for row in data["agg_coverage"]:
            row.update(n_base=50, n_covered=40)

    text = said(write_quarter(tmp_path / "release", change=alike))
    assert "各区市县建会率相同，均为80.00%。" in text and "部分地区建会率偏低" not in text


def test_a_district_has_its_own_edition_with_its_place(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "release")
    text = said(release, district="210204")
    assert text.startswith("关于2014年第一季度沙河口区工会组织建设工作情况的通报")
    assert "沙河口区建会率87.54%，在10个区市县中居第10位，低于全市水平（90.65%）3.11个百分点。" in text
    assert "按本年度固化基数统计，沙河口区基数企业3907家，已建会3420家" in text
    tables = {table.sheet for table in read(release, Edition(district="210204")).tables}
    assert "建会率_区市县" in tables and "建会率_行业门类" not in tables
    with pytest.raises(UsageError) as refused:
        read(release, Edition(district="999999"))
    assert refused.value.code == "no_such_district" and "210204 沙河口区" in refused.value.zh


def test_a_night_gives_a_months_bulletin(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "release", kind="night", quarter=None)
    paths = {path.name for path in report(release, tmp_path / "out")}
    assert "2014年3月全市工会组织建设工作简报.docx" in paths
    assert "没有上月和上年同期的正式统计" in said(release, kind="monthly")


ODD = "=1+1<w:b/>&amp;{{ 标题 }}{% if %}\x0b“甲”\n乙"


def test_formulas_and_markup_in_names_stay_text_in_every_format(tmp_path: Path) -> None:
    def odd(data: dict[str, list[dict[str, Any]]]) -> None:
        for row in data["agg_coverage"]:
            if row["group_code"] == "210204":
                row["group_name"] = ODD

    shown = "=1+1<w:b/>&amp;{{ 标题 }}{% if %}“甲” 乙"
    release = write_quarter(tmp_path / "release", change=odd, caveats=[ODD])
    for path in report(release, tmp_path / "out"):
        if path.suffix == ".docx":
            text = back.docx_text(path)
            assert text.count(shown) >= (1 if "专报" in path.name else 3)
        elif path.suffix == ".html":
            page = path.read_text(encoding="utf-8")
            assert "<w:b/>" not in page and "&lt;w:b/&gt;&amp;amp;{{ 标题 }}" in page
        else:
            cells = [
                c for c in openpyxl.load_workbook(path)["建会率_区市县"]["C"] if str(c.value).startswith("=")
            ]
            assert cells and {cell.data_type for cell in cells} == {"s"}


def test_no_record_key_or_file_name_is_printed_since_either_may_name_a_person(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "release")
    for table, column in (("fct_unmatched_records", "record_key"), ("fct_delivery_outcomes", "delivery_id")):
        path = release / "marts" / f"{table}.parquet"
        pl.read_parquet(path).with_columns(pl.lit("甲某某").alias(column)).write_parquet(path)
    for path in report(release, tmp_path / "out"):
        if path.suffix == ".html":
            assert "甲某某" not in path.read_text(encoding="utf-8")
            continue
        with zipfile.ZipFile(path) as parts:
            assert not [n for n in parts.namelist() if "甲某某" in parts.read(n).decode(errors="ignore")]


def test_few_persons_are_hidden_in_a_public_copy_and_cannot_be_reckoned_back() -> None:
    persons = Column("人数", 9, "count", is_of_persons=True)
    rate = Column("占比", 9, "share", is_of_persons=True)
    table = Table(
        "表", "表", (Column("区", 9), persons, rate), [["甲", 3, 0.1], ["乙", 7, 0.2], ["丙", 90, 0.7]], "m"
    )
    hidden = [row[1] for row in public_table(table).rows]
    assert hidden == [HIDDEN, HIDDEN, 90], "7 would follow from the sum, and 3 from 7"
    assert [row[2] for row in public_table(table).rows] == [HIDDEN, HIDDEN, 0.7]
    drawn = Chart("k", "t", "column", "persons", ("甲", "乙"), (Series("人", (3, 7)),))
    assert public_chart(drawn).series[0].values == (None, 7)
    few = Figure(3, "3", given(3, "").origin, is_of_persons=True)
    assert str(say("{n}人", n=for_public(few))) == f"{FEW_SHOWN}人"
    assert for_public(Figure(3, "3", few.origin)).shown == "3", "enterprises are no persons"


@pytest.mark.parametrize(
    ("has_office", "has_fonts", "package"),
    [(False, True, pdf.OFFICE_PACKAGE), (True, False, pdf.FONT_PACKAGE)],
)
def test_a_machine_that_cannot_print_says_which_package_it_lacks(
    monkeypatch: pytest.MonkeyPatch, has_office: bool, has_fonts: bool, package: str
) -> None:
    monkeypatch.setattr(pdf, "office", lambda: "soffice" if has_office else None)
    monkeypatch.setattr(pdf, "has_chinese_fonts", lambda: has_fonts)
    printed = pdf.print_pdf([Path("x.docx")])
    assert printed.files == () and package in printed.messages[0][0] and package in printed.messages[0][1]


def test_charts_of_word_are_readable_by_word(tmp_path: Path) -> None:
    """Every drawing's part is there, with the workbook of its data behind it."""
    release = write_quarter(tmp_path / "release")
    report(release, tmp_path / "out")
    path = tmp_path / "out" / "关于2014年第一季度全市工会组织建设工作情况的通报.docx"
    document = docx.Document(str(path))
    related = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/chart")]
    assert related
    for part in related:
        (book,) = [rel.target_part for rel in part.rels.values()]
        assert part.blob.endswith(b"</c:chartSpace>") and book.blob[:2] == b"PK"


def test_a_period_is_compared_with_exactly_the_one_before_and_a_year_ago(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", tmp_path / "keys")
    build_path = small_release.build(tmp_path / "build.duckdb")
    night = small_release.release(settings, build_path)
    quarter = small_release.release(settings, build_path, kind="quarter", quarter="2014Q1")
    context = Context(settings, small_release.clock)
    assert earlier_than(context, date(2014, 6, 30), "quarter") == Earlier(quarter.folder)
    assert earlier_than(context, date(2014, 9, 30), "quarter") == Earlier()
    assert earlier_than(context, date(2015, 3, 31), "quarter") == Earlier(last_year=quarter.folder)
    assert earlier_than(context, date(2014, 4, 30), "night") == Earlier(night.folder)
    with pytest.raises(UsageError) as refused:
        monthly(context, "2014-02")
    assert refused.value.code == "no_night" and "2014-02-28" in refused.value.zh
    with pytest.raises(UsageError, match="not a month"):
        monthly(context, "2014-13")
