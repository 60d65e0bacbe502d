"""The report: finished files are read back, and every number of them is held against the marts."""

import re
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.shared import Length
from tests.unit.publish import reading_back as back
from tests.unit.publish.plan_marts import add_plan, plan_tables
from tests.unit.publish.quarter import DISTRICTS, tables, write_quarter

from jianhui.core.errors import UsageError
from jianhui.publish.report import read, report
from jianhui.publish.report.chart_office import rows_of
from jianhui.publish.report.context import Report
from jianhui.publish.report.docx_template import build_template
from jianhui.publish.report.docx_write import render
from jianhui.publish.report.facts import Earlier
from jianhui.publish.report.html_write import written
from jianhui.publish.report.templates import FOLDER, OWN_NAMES, Templates, hand_out
from jianhui.publish.report_words import BASE_NAMES, GROUPING_NAMES
from jianhui.settings import INSTALLATION

BEFORE = {
    "quarter": "2013Q4",
    "release_id": "2013Q4-r1",
    "as_of": {"valid_on": "2013-12-31", "known_at": "2014-01-10T15:59:59.999999+00:00"},
}
WORKBOOK = "2014年第一季度大连市企业建会情况统计表.xlsx"
BULLETIN = "关于2014年第一季度全市工会组织建设工作情况的通报.docx"
BRIEF = "2014年第一季度全市工会组织建设情况专报.docx"
TEMPLATE_NUMBERS = {"25", "30", "31", "90", "1", "2", "3", "4"}
"""Numbers of the wording itself: 25人, 30天以内, 31天至90天, and the ordinals of attachments."""


@dataclass(frozen=True)
class Made:
    """The report of the quarter as it is, compared with the quarter before; tests only look."""

    out: Path
    releases: dict[str, Path]
    context: Report

    def __getitem__(self, name: str) -> Path:
        return self.out / name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("quarter")
    now = add_plan(write_quarter(folder / "now"))
    before = write_quarter(folder / "before", shrunk=40, **BEFORE)
    earlier = Earlier(previous=before)
    report(now, folder / "out", earlier=earlier)
    releases = {"2014Q1-r1": now, "2013Q4-r1": before}
    return Made(folder / "out", releases, read(now, earlier=earlier))


def test_every_format_full_and_public_carries_the_period_in_its_name(made: Made) -> None:
    names = {path.name for path in made.out.iterdir()}
    public = {
        name.replace(".", "（公开版）.") for name in (WORKBOOK, BULLETIN, BULLETIN.replace("docx", "html"))
    }
    assert names == {WORKBOOK, BULLETIN, BULLETIN.replace("docx", "html"), BRIEF} | public


def test_every_number_of_the_text_is_a_figure_and_every_figure_is_what_the_marts_give(made: Made) -> None:
    context = made.context
    figures = context.figures()
    assert len(figures) > 200
    assert list(back.wrong_figures(figures, made.releases)) == []
    for name, kind in ((BULLETIN, "bulletin"), (BRIEF, "brief")):
        traced = render(Templates().path(kind), context, back.traced(context.words))
        text = back.document_text(traced)
        assert back.unmarked(text) == back.docx_text(made[name]), name
        wording = re.sub(r"^\d+\. ", "", back.literals(text), flags=re.M)
        assert set(re.findall(r"\d+(?:\.\d+)?", wording)) <= TEMPLATE_NUMBERS, name


def test_the_page_says_what_the_bulletin_says(made: Made) -> None:
    page = re.sub(r"\s+", "", back.html_text(made[BULLETIN.replace("docx", "html")]))
    for line in back.docx_text(made[BULLETIN]).splitlines():
        assert re.sub(r"\s+", "", line) in page


def test_the_workbook_lists_where_each_number_of_the_text_is_from(made: Made) -> None:
    rows = back.sheet_rows(made[WORKBOOK], "正文数字出处")
    assert [(row["位置"], row["数字"]) for row in rows] == [
        (place, figure.shown) for place, figure in made.context.figures() if figure.is_known
    ]
    origins = {row["位置"]: row["出处"] for row in rows}
    assert origins["实有.企业数"].startswith("2014Q1-r1 · agg_coverage · n_base · ")
    assert (
        origins["固化.建会率"] == f"{origins_shown(made, '固化.已建会')}÷{origins_shown(made, '固化.企业数')}"
    )


def origins_shown(made: Made, place: str) -> str:
    return next(figure.shown for at, figure in made.context.figures() if at == place)


def test_every_table_is_the_same_in_the_workbook_and_on_the_page(made: Made) -> None:
    book = openpyxl.load_workbook(made[WORKBOOK])
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)
    sheets = [table.sheet for table in made.context.tables]
    assert book.sheetnames == ["封面", "目录", *sheets, "统计图", "图表数据", "正文数字出处", "说明与口径"]
    links = [cell.hyperlink.location for row in book["目录"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[2:]]
    page = back.html_text(made[BULLETIN.replace("docx", "html")])
    for table in made.context.tables:
        rows = list(book[table.sheet].iter_rows(min_row=5, values_only=True))
        assert len(rows) == max(len(table.rows), 1)
        for cells, row in zip(table.rows, rows, strict=False):
            shown = [_as_read(value) for value in row]
            assert shown == [_as_read(value) for value in cells]
            text = "\n".join(written(c, v) for c, v in zip(table.columns, cells, strict=True))
            assert text in page


def _as_read(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return float(value) if not isinstance(value, str) else value


def test_every_coverage_figure_of_the_workbook_is_the_marts(made: Made) -> None:
    mart = {
        (_sheet(row["grouping"]), _code(row), BASE_NAMES[row["base_kind"]]): row
        for row in tables()["agg_coverage"]
    }
    shown = {
        (sheet, row["代码"], row["口径"]): row
        for sheet in map(_sheet, GROUPING_NAMES)
        for row in back.sheet_rows(made[WORKBOOK], sheet)
        if row["口径"] != "本期没有数据。"
    }
    assert set(mart) == set(shown)
    headers = (
        "基数（家）",
        "已建会（家）",
        "单独建会",
        "联合工会覆盖",
        "联合会覆盖",
        "职工人数不详",
        "企业失联",
    )
    columns = ("n_base", "n_covered", "n_own", "n_joint", "n_federation", "n_staff_unknown", "n_absent")
    for key, row in mart.items():
        line = shown[key]
        assert [line[header] for header in headers] == [row[column] for column in columns]
        assert line["未建会（家）"] == row["n_base"] - row["n_covered"]
        assert line["是否达标"] == {True: "是", False: "否", None: None}[row.get("meets_target")]


def _code(row: dict[str, Any]) -> str:
    return "—" if row["group_code"] == "unknown" else str(row["group_code"])


def _sheet(grouping: str) -> str:
    return "全市建会率" if grouping == "city" else f"建会率_{GROUPING_NAMES[grouping]}"


def test_every_other_table_of_coverage_is_the_marts(made: Made) -> None:
    mart = tables()
    dynamic = back.sheet_rows(made[WORKBOOK], "动态覆盖")
    assert [
        (row["代码"], row["已到期（家）"], row["其中已建会"], row["逾期90天以上"]) for row in dynamic
    ] == [
        (_code(row), row["n_due"], row["n_due_covered"], row["n_overdue_over_90"])
        for row in mart["agg_dynamic_coverage"]
    ]
    cohorts = back.sheet_rows(made[WORKBOOK], "新成立企业建会")
    assert [(row["成立月份"], row["成立（家）"], row["期限内建会"]) for row in cohorts] == [
        (f"{row['month']:%Y-%m}", row["n"], row["n_covered_in_time"]) for row in mart["agg_founding_cohorts"]
    ]
    daily = back.sheet_rows(made[WORKBOOK], "每日走势")
    assert [(row["日期"].date(), row["实有企业"], row["已建会"], row["新增建会"]) for row in daily] == [
        (row["valid_on"], row["n_base"], row["n_covered"], row["n_newly_covered"])
        for row in mart["agg_coverage_daily"]
    ]
    assert [tuple(row.values()) for row in back.sheet_rows(made[WORKBOOK], "未对应记录")] == [
        ("人社参保单位", "名称对应多家", 52),
        ("税务登记与代收工会经费", "代码与名称指向不同企业", 6),
        ("税务登记与代收工会经费", "无对应企业", 143),
    ]
    feeds = {row["数据来源"]: row for row in back.sheet_rows(made[WORKBOOK], "数据到位情况")}
    assert (feeds["人社参保单位"]["收到次数"], feeds["人社参保单位"]["最近数据日期"]) == (0, None)
    tax = feeds["税务登记与代收工会经费"]
    assert (tax["收到次数"], tax["其中未入库"], tax["距统计日（天）"], tax["入库行数"]) == (2, 1, 3, 1001)


def test_every_drawing_holds_the_same_numbers_in_all_three_formats(made: Made) -> None:
    drawn = [one for one in made.context.charts if one.is_drawn]
    assert {one.key for one in drawn} >= {"走势", "位次", "变动", "缺口时间", "数据时效"}
    in_word = back.docx_charts(made[BULLETIN])
    on_page = back.html_charts(made[BULLETIN.replace("docx", "html")])
    book = openpyxl.load_workbook(made[WORKBOOK])
    with zipfile.ZipFile(made[WORKBOOK]) as parts:
        n_native = len([name for name in parts.namelist() if name.startswith("xl/charts/chart")])
    assert len(in_word) == len(on_page) == len(drawn) == n_native
    data = [
        [cell for cell in row if cell is not None] for row in book["图表数据"].iter_rows(values_only=True)
    ]
    for one, values, (title, words) in zip(drawn, in_word, on_page, strict=True):
        assert title == one.title
        headers, rows = rows_of(one)
        start = data.index(headers)
        for row, cells in zip(rows, data[start + 1 :], strict=False):
            numbers = [float(cell) for cell in row[1:] if cell is not None]
            assert [float(cell) for cell in cells[1:]] == pytest.approx(numbers), one.key
        told = sorted(float(cell) for row in rows for cell in row[1:] if cell is not None)
        shown = [value for value in values if one.kind != "bar" or value in told]
        assert set(shown) <= set(told), one.key
        if one.kind == "bar":
            for value in one.series[0].values:
                assert value is None or _bar_word(value, one.unit) in words.split("\n")


def _bar_word(value: Any, unit: str) -> str:
    return f"{value * 100:.2f}%" if unit == "share" else f"{value}"


def test_every_section_of_the_plan_speaks_and_draws_what_its_marts_hold(made: Made) -> None:
    assert [one.reason for one in made.context.sections if one.reason] == []
    charts = {one.key: one for one in made.context.charts}
    assert not [key for key, one in charts.items() if one.reason and key not in ("动态曲线", "建会时间")]
    text = back.docx_text(made[BULLETIN])
    for told in (
        "正常存续的工会80个中，任期内62个、延期内4个、逾期未换届8个，因缺少选举日期或任期年限未能判定6个",
        "安排上半年换届的区市县总工会4个，按时完成2个，期限已过仍未完成2个。应专项督查2个，已督查0个。",
        "直选率80.00%，未达到100%的目标，还差4个。直选指导性意见已制定，直选选举办法尚未制定。",
        "大会2014年3月2日开幕以来，开展学习宣传贯彻活动的工会40个，占40.00%。",
        "本年换届的工会中，换届前有考察记录的8个。",
        "达标率80.00%，达到80%的目标。企业工会180个中，职代会122个（67.78%）、建家66个（36.67%）。",
        "百人以上企业60家，完成双述双评18家，覆盖面30.00%，达到30%的目标",
        "非公企业示范单位已命名12个（目标30个，尚缺18个），国有企事业单位示范单位已命名10个（目标10个）。",
        "已训1人，逾期未训1人，未届期0人，未判定0人。",
        "代表候选人400人，构成各类中符合名额方案2类、不足1类、超出0类、未判定0类。",
        "具备条件的20个，已成立总工会16个，占80.00%。",
        "有党组织而没有工会的企业1家。近期缴纳工会经费而没有工会的企业1家。",
        "列入年度目标的1项中，进度落后1项。",
    ):
        assert told in text
    assert charts["任期"].series[0].values[:3] == (1, 0, 2)
    funnel = [row for row in plan_tables()["agg_building_funnel"] if row["grouping"] == "city"]
    assert charts["规范化"].series[0].values == tuple(row["n_reached"] for row in funnel)


def test_the_overdue_unions_are_attached_to_the_full_copy(made: Made) -> None:
    listed = docx.Document(str(made[BULLETIN])).tables[1]
    assert [[cell.text for cell in row.cells] for row in listed.rows][1:] == [
        ["1", "大连甲区总工会", "区市县总工会", "2013年9月1日", "211", "应督查"]
    ]
    assert "4. 逾期未换届工会名单" in back.docx_text(made[BULLETIN])


def test_a_public_copy_lists_no_single_unit_and_hides_few_persons(made: Made) -> None:
    full = openpyxl.load_workbook(made[WORKBOOK])
    public_name = WORKBOOK.replace(".", "（公开版）.")
    public = openpyxl.load_workbook(made[public_name])
    assert set(full.sheetnames) - set(public.sheetnames) == {"逾期未换届名单", "有党组织无工会名单"}
    rows = back.sheet_rows(made[public_name], "代表构成")
    assert [(row["类别"], row["该类（人）"], row["占比"]) for row in rows] == [
        ("女", 120, 0.3),
        ("总数", 400, 1),
        ("少数民族", "＊", "＊"),
    ]
    bulletin = BULLETIN.replace(".", "（公开版）.")
    text = back.docx_text(made[bulletin])
    assert "已训不足5人，逾期未训不足5人" in text and "农民工会员不足5人" in text
    for name in (bulletin, bulletin.replace("docx", "html")):
        shown = back.docx_text(made[name]) if name.endswith("docx") else back.html_text(made[name])
        assert "大连甲区总工会" not in shown and "附件4" not in shown and "大连乙有限公司" not in shown


def test_charts_of_districts_and_of_the_move_are_the_marts(made: Made) -> None:
    charts = {one.key: one for one in made.context.charts}
    by_rate = sorted(
        (line for line in DISTRICTS if line[0] != "unknown"), key=lambda line: (-line[3] / line[2], line[0])
    )
    assert charts["位次"].categories == tuple(line[1] for line in by_rate)
    first, *changes, last = (float(value) for value in charts["变动"].series[0].values if value is not None)
    assert first + sum(changes) == pytest.approx(last)
    bands = charts["缺口时间"].series
    assert [sum(values) for values in zip(*(one.values for one in bands), strict=True)] == [
        sum(row[band] for band in ("n_overdue_0_30", "n_overdue_31_90", "n_overdue_over_90"))
        for row in tables()["agg_dynamic_coverage"][1:]
    ]
    assert charts["动态曲线"].reason and charts["建会时间"].reason, "their marts are not in this release"


def test_the_table_of_districts_holds_the_marts_in_official_order(made: Made) -> None:
    header, city, *rows = [
        [cell.text for cell in row.cells] for row in docx.Document(str(made[BULLETIN])).tables[0].rows
    ]
    assert header[0] == "各区市县" and city[0] == "全市"
    assert [(row[0], *row[1:3], *row[4:6], row[7]) for row in rows] == [
        (name, str(base), str(covered), str(live), str(live_covered), str(live - live_covered))
        for _, name, base, covered, live, live_covered in DISTRICTS
    ]


def test_movement_against_the_quarter_before_is_told_in_counts_and_points(made: Made) -> None:
    text = back.docx_text(made[BULLETIN])
    n_base, n_covered = (sum(line[at] for line in DISTRICTS) for at in (2, 3))
    before = n_covered - 40 * len(DISTRICTS)
    grown = f"{100 * 40 * len(DISTRICTS) / before:.2f}%"
    points = round(100 * n_covered / n_base, 2) - round(100 * before / n_base, 2)
    assert (
        f"固化基数与上季度持平，已建会企业比上季度增加{40 * len(DISTRICTS)}家（环比增长{grown}），"
        f"建会率比上季度提高{points:.2f}个百分点"
    ) in text
    assert "位次靠后的有沙河口区（87.54%）、瓦房店市（87.88%）、庄河市（89.34%）" in text


def test_equal_releases_and_templates_give_equal_bytes(made: Made, tmp_path: Path) -> None:
    time.sleep(1.1)
    paths = report(made.releases["2014Q1-r1"], tmp_path, earlier=Earlier(made.releases["2013Q4-r1"]))
    assert {path.name: path.read_bytes() == made[path.name].read_bytes() for path in paths} == dict.fromkeys(
        (path.name for path in made.out.iterdir()), True
    )


def test_only_a_gated_release_is_reported(tmp_path: Path) -> None:
    release = write_quarter(tmp_path / "blocked" / "r1")
    with pytest.raises(UsageError, match="passed its gate"):
        report(release, tmp_path / "out")
    ungated = write_quarter(tmp_path / "r2")
    (ungated / "gate.json").unlink()
    with pytest.raises(UsageError, match="passed its gate"):
        report(ungated, tmp_path / "out")


def test_the_committed_templates_are_what_their_script_builds() -> None:
    for kind in OWN_NAMES:
        assert (FOLDER / f"{kind}.docx").read_bytes() == build_template(kind)


def test_a_departments_own_template_is_used_and_a_wrong_placeholder_is_named(
    made: Made, tmp_path: Path
) -> None:
    own = Templates(tmp_path / "templates")
    assert own.path("bulletin").parent == FOLDER
    assert {path.name for path in hand_out(tmp_path / "templates")} == set(OWN_NAMES.values())
    document = docx.Document(str(own.path("bulletin")))
    document.paragraphs[0].runs[0].text = "大连市总工会通报：{{ 实有.企业数 }}家"
    document.save(str(own.path("bulletin")))
    text = back.document_text(render(own.path("bulletin"), made.context))
    assert text.startswith(f"大连市总工会通报：{sum(line[4] for line in DISTRICTS)}家")
    hand_out(tmp_path / "templates")
    assert render(own.path("bulletin"), made.context).paragraphs[0].text.startswith("大连市总工会通报")
    document.paragraphs[0].runs[0].text = "{{ 实有.企业树 }}"
    document.save(str(own.path("bulletin")))
    with pytest.raises(UsageError) as refused:
        render(own.path("bulletin"), made.context)
    assert refused.value.code == "bad_template" and "企业树" in refused.value.zh


def test_every_placeholder_stands_in_the_departments_dictionary(made: Made) -> None:
    told = (INSTALLATION / "docs" / "report.md").read_text(encoding="utf-8")
    for name, value in made.context.words.items():
        assert f"`{name}`" in told, name
        inner = value if isinstance(value, dict) else {}
        assert [key for key in inner if f"`{name}.{key}`" not in told] == []


def test_the_page_is_that_of_an_official_document(made: Made) -> None:
    document = docx.Document(str(made[BULLETIN]))
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
