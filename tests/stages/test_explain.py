"""A published figure leads to lines that stand in the landed files, and they give the figure again.

Ten figures are drawn, no two of one table, none of them zero; each is explained, each line is looked up in
the landing, and the figure is counted anew by an arithmetic that shares nothing with the product
(:mod:`tests.stages.landed`). Every run draws others; ``JIANHUI_DRAW`` draws those of a seed again.
"""

import json
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from jianhui.core.errors import UsageError
from jianhui.publish.explain_asked import Asked
from jianhui.publish.explain_cells import find_cell
from jianhui.publish.explain_enterprise import explain_enterprise
from jianhui.publish.explain_measures import AGGREGATES
from jianhui.publish.explain_number import explain_number
from jianhui.publish.release_index import show
from jianhui.publish.report import read, report
from jianhui.publish.report_figures import shown_share
from jianhui.resolve.identity import enterprise_id
from jianhui.resolve.judgements import STREAM, Judgement, judged_line
from jianhui.simulate import simulate
from jianhui.stages import explaining, intake, night, quarter, quarter_life
from tests.stages.city import SimulatedDesk
from tests.stages.drawing import (
    N_DRAWN,
    QUARTER,
    SEED,
    VALID_ON,
    Published,
    draw,
    is_judged,
    is_late,
    lines_of,
)
from tests.stages.landed import City
from tests.stages.landed_figures import FIGURES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("explain")
    city = folder / "city"
    simulate(city, enterprises=250, seed=11, start=date(2014, 1, 1), end=date(2014, 4, 10), truth_on=())
    desk = SimulatedDesk(folder, city)
    held_back = max(
        (one for one in desk.waiting if one["feed"] == "union_organisations" and one["kind"] == "delta"),
        key=lambda one: (one["rows"], one["path"]),
    )
    desk.waiting.remove(held_back)
    desk.receive_until(date(2014, 4, 10))
    (outcome,) = intake.receive(desk.context, held_back["feed"], [city / held_back["path"]])
    assert outcome.delivery_id is not None
    judged = judge_a_line(desk)
    night.publish(desk.context, VALID_ON)
    desk.now = datetime(2014, 4, 11, 4, tzinfo=UTC)
    quarter.publish(desk.context, QUARTER)
    quarter_life.sign(desk.context, QUARTER, "李某")
    quarter_life.publish(desk.context, QUARTER, "张某")
    return Published(desk, outcome.delivery_id, judged)


def judge_a_line(desk: SimulatedDesk) -> tuple[str, str]:
    """A line that covers a firm is judged to mean another, in the base and without a union."""
    before = City(desk.context.settings.home / "raw", VALID_ON)
    covered = before.covered(VALID_ON)
    linked = before.linked("union_coverage", VALID_ON)
    line = min(key for key, firm in linked.items() if covered.get(firm) in ("joint", "federation"))
    firm = min(firm for firm in before.firms if before.in_base(firm, VALID_ON) and firm not in covered)
    said = Judgement("union_coverage", line, "same", "P:" + "0" * 24, "电话核实", enterprise_id(firm))
    desk.context.log.append_decision(STREAM, judged_line([said]), desk.context.clock)
    return line, firm


def test_ten_figures_lead_to_real_lines_and_are_counted_again_from_the_landing_alone(
    published: Published,
) -> None:
    print(f"seed {SEED}")
    drawn = draw(published)
    line, firm = published.judged
    city = City(published.home / "raw", VALID_ON, {("union_coverage", line): firm})
    files = {one.delivery_id for one in city.files}
    landed = {(one.delivery_id, line, sheet): cells for one in city.files for line, sheet, cells in one.rows}
    for one, told in drawn:
        counted = FIGURES[one.table](city, one.keys, one.measure)
        print(one.table, dict(one.keys), one.measure, "published", told["value"], "landed", counted)
        assert told["is_reproduced"]
        assert told["value"] == pytest.approx(counted, abs=1e-12), one
        lines = list(lines_of(told))
        # A delivery is a file and no line of one.
        assert lines or {member["key"] for member in told["members"]} <= files, one
        for line in lines:
            places = [key for key in landed if key[:2] == (line["delivery_id"], line["line"])]
            assert places, line
            assert any(says(landed[place], line["text"]) for place in places), line
    assert len({one.table for one, _ in drawn}) == N_DRAWN
    assert any(is_late(published, told) for _, told in drawn)
    assert any(is_judged(told) for _, told in drawn)
    assert all(told["value"] for _, told in drawn)


def says(cells: Mapping[str, str], text: Mapping[str, str]) -> bool:
    """Whether the landed line has the text told of it; a pseudonym is told cut short."""
    told = {name: cell[:6] + "…" if cell.startswith("P:") else cell for name, cell in cells.items() if cell}
    return bool(text) and told == text


def test_every_column_of_every_aggregate_is_given_again_by_its_members(published: Published) -> None:
    dice, n_figures = random.Random(SEED), 0
    with explaining.book(published.desk.context, "current") as book:
        for table, aggregate in AGGREGATES.items():
            named = {"valid_on", "group_name", "kind_name"}
            assert set(book.columns(table)) <= {*aggregate.measures, *aggregate.keys, *named}
            rows = book.rows(f"from {table}")
            for row in dice.sample(rows, min(len(rows), 10)):
                on = row.get("month") or (row["valid_on"] if "valid_on" in aggregate.keys else None)
                for measure in aggregate.measures:
                    asked = Asked(
                        measure,
                        table=table,
                        grouping=row.get("grouping"),
                        group=row.get("group_code", row.get("kind")),
                        base=row.get("base_kind"),
                        on=str(on) if on else None,
                    )
                    told = explain_number(book, asked, 0)
                    assert told.is_reproduced, (asked, told.value, told.recounted)
                    n_figures += 1
    assert n_figures > 250


def test_a_figure_is_told_in_a_few_lines_with_the_agencys_own_words(published: Published) -> None:
    told = published.run(
        "explain", "number", "current", "coverage_rate", "--district", "甘井子区", "--limit", "2"
    )
    assert told.exit_code == 0, told.stderr
    first, *rest = told.stdout.splitlines()
    assert first.startswith("agg_coverage.coverage_rate = ")
    assert "210211" in first
    text = "\n".join(rest)
    for word in (
        "定义",
        "基数",
        "分子",
        "分母",
        "与发布一致",
        "计入分子的",
        "只在分母的",
        "工商登记 | commerce_",
    ):
        assert word in text
    english = published.run("explain", "number", "current", "n_gap", language="en")
    assert (english.exit_code, english.stdout) == (2, "")
    assert "no measure n_gap" in english.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("number", "2019Q1", "n_base"), "unknown_release"),
        (("number", "current", "n_base", "--district", "999999"), "unknown_group"),
        (("number", "current", "n_base", "--grouping", "town"), "unknown_grouping"),
        (("number", "current", "n_base", "--base", "all"), "no_such_figure"),
        (("number", "current", "n", "--table", "agg_other_units"), "which_group"),
        (("number", "current", "rows", "--table", "fct_nothing"), "unknown_table"),
        (("number", "current", "rows", "--table", "dim_unions", "--where", "color=red"), "unknown_column"),
        (("number", "current", "rows", "--table", "dim_unions", "--where", "red"), "bad_condition"),
        (("number", "current", "n_base", "--table", "agg_coverage_daily", "--on", "soon"), "bad_date"),
        (("number",), "which_number"),
        (("number", "--cell", "nowhere.xlsx", "全市建会率!D5"), "workbook_unreadable"),
        (("number", "--cell", "nowhere.xlsx", "D5"), "bad_cell"),
        (("pair", "hr:0", "大连"), "ambiguous_enterprise"),
        (("enterprise", "没有这样一户"), "unknown_enterprise"),
        (("enterprise", "大连"), "ambiguous_enterprise"),
    ],
)
def test_what_cannot_be_explained_ends_with_2_and_says_what_can(
    published: Published, arguments: tuple[str, ...], code: str
) -> None:
    refused = published.run("explain", *arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"[{code}]" in refused.stderr
    assert "→" in refused.stderr


def test_an_enterprise_without_a_union_is_told_why(published: Published) -> None:
    gap = published.rows(
        "select * from fct_enterprises_without_union where is_overdue order by rank limit 1"
    )[0]
    for asked in (gap["enterprise_id"], gap["name"]):
        told = published.run("explain", "enterprise", asked)
        assert told.exit_code == 0, told.stderr
        assert f"应建会期限 {gap['due_on']}，已逾期 {gap['days_overdue']} 天" in told.stdout
        assert "✓ 在册基数" in told.stdout
    told = json.loads(published.run("explain", "enterprise", gap["enterprise_id"], "--json").stdout)
    live = next(base for base in told["bases"] if base["base"] == "live")
    assert live["is_member"] and all(condition["holds"] for condition in live["conditions"])
    assert {record["role"] for record in told["records"]} >= {"registry"}
    assert all(record["text"] for record in told["records"])


def test_a_base_is_left_for_the_condition_that_fails(published: Published) -> None:
    """For every enterprise in scope the conditions, checked one by one, give its bases as published."""
    rows = published.rows("select * from fct_enterprise_coverage order by enterprise_id")
    failing = set()
    with explaining.book(published.desk.context, "current") as book:
        for row in rows[::5]:
            told = explain_enterprise(book, row["enterprise_id"])
            for base in told.bases:
                assert base.is_member == row[f"in_base_{base.kind}"], (row["enterprise_id"], base)
                failing |= {one.name for one in base.conditions if one.holds is False}
            speaking = [tie for tie in told.unions if tie.speaks]
            assert bool(speaking) == row["is_covered"]
            assert [tie.union_id for tie in speaking] == ([row["union_id"]] if row["union_id"] else [])
    assert failing >= {"not_ended", "status", "staff", "due", "listed"}


def test_a_pair_is_told_feature_by_feature_with_rule_weight_and_judgement(published: Published) -> None:
    line, firm = published.judged
    told = published.run("explain", "pair", f"union_coverage:{line}", enterprise_id(firm))
    assert told.exit_code == 0, told.stderr
    for words in ("是同一家：人工认定", "电话核实", "字号与行业", "规则：", "记录 | union_coverage_"):
        assert words in told.stdout
    data = json.loads(
        published.run("explain", "pair", f"union_coverage:{line}", enterprise_id(firm), "--json").stdout
    )
    assert data["tier_enterprise_id"] != enterprise_id(firm)  # the rules mean the firm the line names
    assert {one["feature"] for one in data["weighed"]["features"]} >= {"core", "address", "place"}
    assert [one["verdict"] for one in data["judgements"]] == ["same"]


def test_two_enterprises_with_valid_codes_that_differ_are_never_one(published: Published) -> None:
    two = published.rows(
        "select enterprise_id from dim_enterprises where uscc is not null order by 1 limit 2"
    )
    told = published.run("explain", "pair", *(row["enterprise_id"] for row in two), language="en")
    assert told.exit_code == 0, told.stderr
    assert "both carry valid, different credit codes" in told.stdout


def test_what_attaches_to_nobody_is_told_with_its_reason(published: Published) -> None:
    some = published.rows("select enterprise_id from dim_enterprises order by 1 limit 1")[0]["enterprise_id"]
    alone = published.rows("select feed, record_key, reason from fct_unmatched_records order by all limit 3")
    of_a_district = published.rows("select union_id from dim_unions where kind = '区市县总工会' order by 1")[
        0
    ]
    alone.append(
        {"feed": "union_organisations", "record_key": of_a_district["union_id"], "reason": "no_host"}
    )
    for record in alone:
        pair = (f"{record['feed']}:{record['record_key']}", some)
        told = json.loads(published.run("explain", "pair", *pair, "--json").stdout)
        assert (told["is_one"], told["reason"], told["link"]) == (False, record["reason"], None)
        assert published.run("explain", "pair", *pair).exit_code == 0


@pytest.fixture(scope="module")
def report_xlsx(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the night as a workbook."""
    folder = show(published.desk.context.settings).folder
    return report(folder, tmp_path_factory.mktemp("report"))[0]


def test_every_cell_of_the_report_leads_to_its_figure(published: Published, report_xlsx: Path) -> None:
    """Sheets are read as printed; of each the last row's figures are explained and equal what is printed."""
    book = openpyxl.load_workbook(report_xlsx)
    settings = published.desk.context.settings
    n_cells = 0
    with explaining.book(published.desk.context, "current") as release:
        for sheet in book.worksheets[2:-1]:
            row = sheet.max_row
            for column in range(1, sheet.max_column + 1):
                address = f"{sheet.title}!{openpyxl.utils.get_column_letter(column)}{row}"
                try:
                    meant = find_cell(settings, report_xlsx, address)
                except UsageError as refused:
                    assert refused.code == "not_a_figure"
                    continue
                if meant.enterprise_id is not None:  # a row of a list leads to its enterprise
                    continue
                assert meant.is_as_published and meant.asked is not None
                told = explain_number(release, meant.asked, 0)
                assert told.is_reproduced, address
                if isinstance(meant.shown, int) and not isinstance(told.value, bool):
                    assert told.value == meant.shown, address
                n_cells += 1
    assert n_cells > 70


def test_curves_drawn_from_spells_end_where_the_marts_stand(published: Published) -> None:
    release = show(published.desk.context.settings)
    context = read(release.folder)
    charts = {one.key: one for one in context.charts}
    dynamic = pl.read_parquet(release.folder / "marts" / "agg_dynamic_coverage.parquet")
    city = dynamic.filter(pl.col("grouping") == "city").row(0, named=True)
    last = charts["动态曲线"].series[0].values[-1]
    assert last == shown_share(city["n_due_covered"], city["n_due"])
    reached = zip(charts["建会时间"].categories, charts["建会时间"].series[0].values, strict=True)
    assert city["median_days_to_cover"] == next(int(day) for day, share in reached if share >= Decimal("0.5"))


def test_a_sorted_or_changed_sheet_still_leads_to_the_right_figure(
    published: Published, report_xlsx: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(report_xlsx)
    sheet = book["建会率_区市县"]
    sheet.delete_rows(5, 3)
    sheet.insert_cols(1)
    name, header = sheet.cell(5, 4).value, [sheet.cell(4, i).value for i in range(1, sheet.max_column + 1)]
    column = header.index("基数（家）") + 1
    printed = sheet.cell(5, column).value
    sheet.cell(6, column).value = 999_999
    book.save(tmp_path / "sorted.xlsx")
    letter = openpyxl.utils.get_column_letter(column)
    told = published.run(
        "explain", "number", "--cell", str(tmp_path / "sorted.xlsx"), f"建会率_区市县!{letter}5"
    )
    assert told.exit_code == 0, told.stderr
    assert f"n_base = {printed}" in told.stdout and name in told.stdout
    changed = published.run(
        "explain", "number", "--cell", str(tmp_path / "sorted.xlsx"), f"建会率_区市县!{letter}6"
    )
    assert "999999" in changed.stderr and "999999" not in changed.stdout


def test_a_row_of_a_work_list_leads_to_its_enterprise(published: Published) -> None:
    path = min((published.home / "worklists" / VALID_ON.isoformat()).glob("*.xlsx"))
    sheet = openpyxl.load_workbook(path).worksheets[1]
    header = [cell.value for cell in sheet[4]]
    row, name = 5, header.index("企业名称")
    told = published.run("explain", "number", "--cell", str(path), f"{sheet.title}!K{row}")
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith(str(sheet.cell(row, name + 1).value))
    assert header[10] in told.stderr
