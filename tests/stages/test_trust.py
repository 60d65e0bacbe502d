"""Five months of a simulated city in which news of every kind comes at a known moment: what moved between two
quarters is told by its true cause, enterprise by enterprise, and the causes add up.

The truth is the city's own (``simulate.truth``), which shares nothing with what is tested: it is asked of the
city as it would be with only some of the deliveries.
"""

import csv
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jianhui.core.errors import ExitCode, UsageError
from jianhui.core.numbers import parse_integer_expr
from jianhui.publish.compare import Comparison
from jianhui.publish.compare_cells import CAUSES
from jianhui.publish.compare_files import write_comparison
from jianhui.publish.compare_words import behind, statement
from jianhui.publish.digests import provenance
from jianhui.publish.release_index import PublishedRelease
from jianhui.publish.rules import SEEDS, project_under
from jianhui.publish.rules_in_force import RULES_FILE, with_rules
from jianhui.resolve import records
from jianhui.resolve.judgements import Judgement, judged_line
from jianhui.simulate import simulate, truth_at
from jianhui.simulate.truth import Truth
from jianhui.stages import publishing, verifying, what_if
from jianhui.stages.comparing import compare_releases
from jianhui.stages.context import AsOf, Context
from jianhui.stages.publishing import publish_as_of
from tests.stages.city import SimulatedDesk

START, END = date(2014, 2, 17), date(2014, 7, 10)
FIRST, SECOND = date(2014, 3, 31), date(2014, 6, 30)
CUT_OFF = date(2014, 4, 10)
LATE_ON, CORRECTED_ON = date(2014, 5, 5), date(2014, 5, 20)
DEADLINE_BEFORE, DEADLINE_AFTER = 6, 9
CORRECTED = "commerce_20140331.csv"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Half:
    """The city played through: two quarters, the deliveries, and the enterprise a person judged of."""

    desk: SimulatedDesk
    context: Context
    first: PublishedRelease
    second: PublishedRelease
    sent: list[dict[str, Any]]
    judged: str


def is_late(sent: Mapping[str, Any]) -> bool:
    """What the union register said in March comes only in May."""
    return sent["feed"] == "union_organisations" and "2014-03-01" <= sent["reference_on"] <= "2014-03-31"


def misread_integer(cells: pl.Series, column: records.Column) -> pl.DataFrame:
    """The reader of old: it did not take head counts that end in 0 or 5."""
    read = parse_integer_expr(pl.col("cell")).cast(pl.Int64())
    usable = pl.when(read % 5 != 0).then(read)
    return cells.to_frame().select(usable.alias(column.name), pl.col("cell").alias(f"{column.name}_raw"))


def write_correction(city: Path) -> str:
    """The registry sends its file of 31 March again: some firms had closed by then, some lie elsewhere.

    Returns where it lies.
    """
    source = city / "deliveries" / "2014-03-31" / CORRECTED
    with source.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, columns = list(reader), list(reader.fieldnames or ())
    for number, row in enumerate(rows):
        if number % 40 == 7:
            row["登记状态"], row["注吊销日期"] = "注销", "2014-03-20"
        if number % 40 == 21:
            row["街道代码"], row["住所"] = "210202001", "大连市中山区人民路1号"
    folder = city / "deliveries" / CORRECTED_ON.isoformat()
    folder.mkdir(exist_ok=True)
    path = folder / CORRECTED.replace(".csv", "_corrected.csv")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path.relative_to(city).as_posix()


def rearranged(city: Path) -> list[dict[str, Any]]:
    """The deliveries with the late ones late and the correction in its place; ``city.json`` says so."""
    document = json.loads((city / "city.json").read_text(encoding="utf-8"))
    sent = [
        {**one, "arrived_on": LATE_ON.isoformat()} if is_late(one) else one for one in document["deliveries"]
    ]
    corrected = next(one for one in sent if one["path"].endswith(CORRECTED))
    again = {"arrived_on": CORRECTED_ON.isoformat(), "path": write_correction(city)}
    sent.append({**corrected, **again})
    document["deliveries"] = sorted(sent, key=lambda one: one["arrived_on"])
    (city / "city.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return document["deliveries"]


def changed_rules(context: Context) -> Path:
    """The dbt project under a longer deadline, as it is from May on."""
    seeds = context.settings.dbt_project / SEEDS
    old = f"establish.deadline_months,{DEADLINE_BEFORE},"
    text = (seeds / RULES_FILE).read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, f"establish.deadline_months,{DEADLINE_AFTER},").encode()
    return project_under(context.settings, with_rules(context.settings, seeds, {RULES_FILE: changed}))


def judge(desk: SimulatedDesk, release: PublishedRelease) -> str:
    """A person finds that the union of a firm is none of its; the firm."""
    coverage = pl.read_parquet(release.folder / "marts" / "fct_enterprise_coverage.parquet")
    own = (
        coverage.filter("in_base_live", pl.col("cover_kind") == "own")
        .sort("enterprise_id")
        .row(3, named=True)
    )
    says = Judgement("union_organisations", own["union_id"], "none", by="p:judge", reason="查无此会")
    desk.context.log.append_decision("judgements", judged_line([says]), desk.clock)
    return str(own["enterprise_id"])


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Half]:
    folder = tmp_path_factory.mktemp("trust")
    city = folder / "city"
    simulate(city, enterprises=260, start=START, end=END, seed=26, truth_on=())
    sent = rearranged(city)
    desk = SimulatedDesk(folder, city)
    desk.receive_until(CUT_OFF)
    with pytest.MonkeyPatch.context() as patch:
        # The code of the first quarter: another reader of numbers, and so another digest.
        patch.setitem(records._READERS, "integer", misread_integer)  # type: ignore[arg-type]
        patch.setattr(
            publishing,
            "provenance",
            lambda settings: replace(provenance(settings), code_digest="of old", code_version="0.0.9"),
        )
        known = desk.context.clock()
        first = publish_as_of(desk.context, AsOf(FIRST, known), kind="quarter", quarter="2014Q1").release
    judged = judge(desk, first)
    desk.receive_until(END)
    later = Context(replace(desk.context.settings, project=changed_rules(desk.context)), desk.clock)
    known = later.clock()
    second = publish_as_of(later, AsOf(SECOND, known), kind="quarter", quarter="2014Q2").release
    yield Half(desk, later, first, second, sent, judged)


@pytest.fixture(scope="module")
def comparison(half: Half) -> Comparison:
    return compare_releases(half.context, half.first.release_id, half.second.release_id)


def truth_with(half: Half, folder: Path, valid_on: date, keep: Any) -> Truth:
    """The truth of ``valid_on`` of a city that had sent only what ``keep`` says yes to."""
    folder.mkdir()
    document = json.loads((half.desk.city / "city.json").read_text(encoding="utf-8"))
    document["deliveries"] = [one for one in half.sent if keep(one)]
    there = {one["path"] for one in document["deliveries"]}
    document["decisions"] = [one for one in document["decisions"] if one["path"] in there]
    (folder / "city.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    (folder / "deliveries").symlink_to(half.desk.city / "deliveries")
    return truth_at(folder, valid_on, END)


State = tuple[bool, bool, str]


def live_states(truth: Truth) -> dict[str, State]:
    """Enterprise → covered, by what, in which district; of the live base."""
    districts = {
        row["enterprise_id"]: row["district_code"] or "unknown" for row in truth.tables["dim_enterprises"]
    }
    return {
        row["enterprise_id"]: (row["is_covered"], row["cover_kind"], districts[row["enterprise_id"]])
        for row in truth.tables["fct_enterprise_coverage"]
        if row["in_base_live"]
    }


def moved(before: Truth, after: Truth) -> set[str]:
    """Enterprises of the live base that count otherwise for their district."""
    was, now = live_states(before), live_states(after)
    return {key for key in {*was, *now} if was.get(key) != now.get(key)}


def told(comparison: Comparison, cause: str) -> set[str]:
    rows = comparison.members.filter(
        pl.col("cause") == cause, pl.col("grouping") == "district", pl.col("base_kind") == "live"
    )
    return set(rows.get_column("member_key"))


def test_every_moved_enterprise_is_told_by_its_true_cause(
    half: Half, comparison: Comparison, tmp_path: Path
) -> None:
    def known(one: Mapping[str, Any]) -> bool:
        return bool(one["arrived_on"] <= CUT_OFF.isoformat())

    def is_correction(one: Mapping[str, Any]) -> bool:
        return one["arrived_on"] == CORRECTED_ON.isoformat() and "corrected" in one["path"]

    as_known = truth_with(half, tmp_path / "known", FIRST, known)
    corrected = truth_with(half, tmp_path / "corrected", FIRST, lambda one: known(one) or is_correction(one))
    all_known = truth_with(half, tmp_path / "all", FIRST, lambda one: True)
    after = truth_with(half, tmp_path / "after", SECOND, lambda one: True)

    corrections, lates, world = (
        moved(as_known, corrected),
        moved(corrected, all_known),
        moved(all_known, after),
    )
    assert corrections and lates and world, "the city has no news of some kind: the test proves nothing"
    assert told(comparison, "judgement") == {half.judged}
    aside = {half.judged}  # the city's own truth knows of no judgement
    assert told(comparison, "correction") - aside == corrections - aside
    assert told(comparison, "late") - aside == lates - aside
    assert told(comparison, "world") - aside == world - aside
    assert not told(comparison, "policy") and not told(comparison, "code")


def test_the_causes_of_every_figure_add_up_to_its_move(half: Half, comparison: Comparison) -> None:
    for row in comparison.cells.iter_rows(named=True):
        assert (row["after"] or 0) - (row["before"] or 0) == sum(row[cause] for cause in CAUSES), row
    for move in comparison.rates:
        if move.before is not None and move.after is not None:
            assert move.after - move.before == sum(move.parts.values()), move
    touched = {cause for cause in CAUSES if (comparison.cells.get_column(cause) != 0).any()}
    assert touched == {"code", "policy", "judgement", "correction", "late", "world"}


def test_the_figures_at_both_ends_are_those_published(half: Half, comparison: Comparison) -> None:
    for release, column in ((half.first, "before"), (half.second, "after")):
        published = pl.read_parquet(release.folder / "marts" / "agg_coverage.parquet").unpivot(
            on=["n_base", "n_covered"],
            index=["grouping", "group_code", "base_kind"],
            variable_name="measure",
            value_name="published",
        )
        both = comparison.cells.filter(pl.col("mart") == "agg_coverage").join(
            published, on=["grouping", "group_code", "base_kind", "measure"]
        )
        assert both.height
        assert both.filter(pl.col(column).fill_null(0) != pl.col("published").fill_null(0)).is_empty()


def test_a_longer_deadline_is_told_as_policy_and_moves_exactly_those_between_both(
    half: Half, comparison: Comparison
) -> None:
    rows = comparison.members.filter(pl.col("cause") == "policy", pl.col("grouping") == "city")
    assert set(rows.get_column("base_kind")) == {"due"}
    enterprises = pl.read_parquet(half.first.folder / "marts" / "dim_enterprises.parquet")
    live = pl.read_parquet(half.first.folder / "marts" / "fct_enterprise_coverage.parquet").filter(
        "in_base_live"
    )
    between = enterprises.join(live.select("enterprise_id"), on="enterprise_id").filter(
        pl.col("established_on").dt.offset_by(f"{DEADLINE_BEFORE}mo") <= FIRST,
        pl.col("established_on").dt.offset_by(f"{DEADLINE_AFTER}mo") > FIRST,
    )
    assert set(rows.get_column("member_key")) == set(between.get_column("enterprise_id"))
    assert between.height


def test_a_better_reader_is_told_as_code_and_moves_only_whom_it_reads_otherwise(
    comparison: Comparison,
) -> None:
    rows = comparison.members.filter(pl.col("cause") == "code")
    assert rows.height
    assert set(rows.filter(pl.col("grouping") != "size").get_column("base_kind")) == {"live_25"}
    assert any("另一版本" in zh for zh, _ in comparison.notes)


def test_what_befell_an_enterprise_is_named(comparison: Comparison) -> None:
    events = comparison.events("city", "210200", "live")
    corrected = events.filter(pl.col("cause") == "correction")
    assert set(corrected.get_column("event")) == {"closed"}
    districts = comparison.members.filter(
        pl.col("cause") == "correction", pl.col("grouping") == "district", pl.col("base_kind") == "live"
    )
    assert set(districts.get_column("event")) == {"closed", "moved"}
    assert {"new", "closed"} <= set(events.filter(pl.col("cause") == "world").get_column("event"))


def test_a_union_founded_and_a_union_dissolved_are_told_from_joining_and_leaving_one(
    half: Half, comparison: Comparison
) -> None:
    unions = pl.read_parquet(half.second.folder / "marts" / "dim_unions.parquet")
    world = comparison.members.filter(
        pl.col("cause") == "world", pl.col("grouping") == "city", pl.col("was_in_base") & pl.col("in_base")
    )
    after = pl.read_parquet(half.second.folder / "marts" / "fct_enterprise_coverage.parquet")
    gained = world.filter(~pl.col("was_covered") & pl.col("is_covered")).join(
        after.select(member_key="enterprise_id", union_id="union_id"), on="member_key"
    )
    assert gained.height
    for row in gained.join(unions, on="union_id").iter_rows(named=True):
        assert row["event"] == ("founded" if row["founded_on"] > FIRST else "joined"), row
    lost = world.filter(pl.col("was_covered") & ~pl.col("is_covered"))
    assert set(lost.get_column("event")) <= {"dissolved", "left_union"}


def test_a_figure_opens_to_the_enterprises_behind_it(comparison: Comparison) -> None:
    moved = comparison.cells.filter(
        pl.col("mart") == "agg_coverage", pl.col("grouping") == "district", pl.col("base_kind") == "live"
    )
    assert moved.height
    for code in moved.get_column("group_code").unique():
        rows = behind(comparison, "district", code, "live", "zh")
        for measure in ("n_base", "n_covered"):
            cell = moved.filter(pl.col("group_code") == code, pl.col("measure") == measure)
            change = sum((cell.get_column("after") - cell.get_column("before")).to_list())
            assert sum(int(str(row[measure]).replace("·", "0")) for row in rows) == change


def test_the_comparison_can_be_read_printed_and_looked_at(comparison: Comparison, tmp_path: Path) -> None:
    paths = {path.name for path in write_comparison(comparison, tmp_path / "first")}
    assert {"变动说明.txt", "变动分解.xlsx", "comparison.json", "瀑布图-实有企业.svg"} <= paths
    write_comparison(comparison, tmp_path / "second")
    for name in paths:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name
    text = statement(comparison)
    for words in (
        "2014年第二季度统计（第1版）与2014年第一季度统计（第1版）变动说明",
        "部门更正使",
        "迟到资料使",
        "规则使",
        "人工判断使",
    ):
        assert words in text


def test_a_release_is_rebuilt_to_the_same_tables_and_where_code_changed_it_says_which_differ(
    half: Half,
) -> None:
    second = verifying.verify(half.context, half.second.release_id)
    assert not second.differing and not second.changed and second.exit_code == ExitCode.DONE
    assert {"agg_coverage", "fct_check_results"} <= {one.table for one in second.tables}

    first = verifying.verify(half.context, half.first.release_id)
    assert first.exit_code == ExitCode.DONE
    assert [zh for zh, _ in first.changed] == ["程序已有变化（发布时版本 0.0.9，现为 0.1.0）"]
    differing = {one.table for one in first.differing}
    assert "agg_coverage" in differing and "bridge_enterprise_records" not in differing


def test_a_home_carried_to_another_place_proves_the_same(half: Half, tmp_path: Path) -> None:
    shutil.copytree(
        half.context.settings.home,
        tmp_path / "elsewhere",
        ignore=shutil.ignore_patterns("cache"),
        symlinks=True,
    )
    settings = replace(
        half.context.settings, home=tmp_path / "elsewhere", keys_root=tmp_path / "no keys", project=None
    )
    proof = verifying.verify(Context(settings, half.desk.clock), half.second.release_id)
    # Under other rules today; the release's own were kept beside it.
    assert proof.exit_code == ExitCode.DONE and proof.tables and not proof.differing


def test_other_rules_on_the_same_night_move_only_what_they_rule(half: Half, tmp_path: Path) -> None:
    before = sorted(path.name for path in half.context.settings.releases.iterdir())
    rules = tmp_path / "rules.csv"
    rules.write_text("rule_key,value\nunion.own.min_staff,10\n", encoding="utf-8")
    tried = what_if.what_if(half.context, rules, half.second.release_id)
    assert set(tried.members.get_column("base_kind")) == {"live_25"}
    move = tried.rate("city", "210200", "live_25")
    assert move is not None and move.n_base[1] > move.n_base[0]
    staff = pl.read_parquet(half.second.folder / "marts" / "dim_enterprises.parquet").join(
        pl.read_parquet(half.second.folder / "marts" / "fct_enterprise_coverage.parquet").filter(
            "in_base_live"
        ),
        on="enterprise_id",
    )
    assert move.n_base[1] == staff.filter(pl.col("staff_count") >= 10).height
    assert before == sorted(path.name for path in half.context.settings.releases.iterdir())


def test_other_scope_and_another_years_plan_can_be_tried(half: Half, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(
        "in_force_on: 2015-01-01\n"
        "enterprise_types:\n  - where: {scope_kind: cooperative}\n    set: {scope_kind: enterprise}\n",
        encoding="utf-8",
    )
    tried = what_if.what_if(half.context, rules, half.second.release_id)
    assert tried.targets[0] is not None and tried.targets[1] is None
    assert "按《rules.yml》试算" in statement(tried)


@pytest.mark.parametrize(
    ("text", "code", "line", "field"),
    [
        ("rule_key,value\nestablish.deadline_month,12\n", "unknown_rule", 2, "rule_key"),
        ("rule_key,value\n\nestablish.deadline_months,half a year\n", "bad_value", 3, "value"),
        ("rule_key,worth\nestablish.deadline_months,12\n", "unknown_field", 2, "worth"),
        ("rule_key,value\ntarget.coverage_rate.min,91\n", "bad_value", 2, "value"),
        ("rule_key,value\nstaff.source_order,tax|hr|moon\n", "bad_value", 2, "value"),
    ],
)
def test_rules_that_are_not_right_are_refused_with_line_and_field(
    half: Half, tmp_path: Path, text: str, code: str, line: int, field: str
) -> None:
    rules = tmp_path / "rules.csv"
    rules.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        what_if.what_if(half.context, rules, half.second.release_id)
    assert (refused.value.code, refused.value.where.line, refused.value.where.field) == (code, line, field)
