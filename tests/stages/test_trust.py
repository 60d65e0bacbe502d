"""A simulated year in which news of every kind comes at a known moment: what moved from quarter to quarter is
told by its true cause, enterprise by enterprise and figure by figure, and the causes add up.

The truth of each step is the city's own (:mod:`tests.stages.year`), which shares nothing with what is tested.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jianhui.core.errors import ExitCode, UsageError
from jianhui.publish.compare import Comparison, Side, compare
from jianhui.publish.compare_behind import behind, changed_cell
from jianhui.publish.compare_cells import CAUSES, Step
from jianhui.publish.compare_files import write_comparison
from jianhui.publish.compare_members import MEASURES
from jianhui.publish.compare_words import statement
from jianhui.simulate.truth import Truth
from jianhui.stages import comparing, verifying, what_if
from jianhui.stages.comparing import compare_ends, end_of
from jianhui.stages.context import Context
from tests.stages import year as years
from tests.stages.year import BASES, DEADLINE_AFTER, DEADLINE_BEFORE, QUARTERS, Year, play

Pair = tuple[str, str]
PAIRS: list[Pair] = [
    ("2014Q1", "2014Q2"),
    ("2014Q2", "2014Q3"),
    ("2014Q3", "2014Q4"),
    ("2014Q1", "2014Q4"),
]
NEWS = {
    ("2014Q1", "2014Q2"): {"code", "correction", "late", "world"},
    ("2014Q2", "2014Q3"): {"policy", "judgement", "late", "world"},
    ("2014Q3", "2014Q4"): {"judgement", "correction", "late", "world"},
    ("2014Q1", "2014Q4"): {"code", "policy", "judgement", "correction", "late", "world"},
}
"""What came between two quarters."""
WHOLE = ("2014Q1", "2014Q4")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
every_pair = pytest.mark.parametrize("pair", PAIRS, ids="-".join)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return play(tmp_path_factory.mktemp("trust"), 320)


@pytest.fixture(scope="module")
def taken() -> dict[Pair, list[Step]]:
    """The steps each comparison took."""
    return {}


@pytest.fixture(scope="module")
def compared(year: Year, taken: dict[Pair, list[Step]]) -> Callable[[Pair], Comparison]:
    """The comparison of two quarters, made once."""
    made: dict[Pair, Comparison] = {}

    def of(pair: Pair) -> Comparison:
        if pair not in made:
            first, second = (end_of(year.releases[quarter]) for quarter in pair)

            def compare_and_tell(a: Side, b: Side, steps: list[Step], notes: Any) -> Comparison:
                taken[pair] = steps
                return compare(a, b, steps, notes)

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(comparing, "compare", compare_and_tell)
                made[pair] = compare_ends(year.context, first, second)
        return made[pair]

    return of


@pytest.fixture(scope="module")
def comparison(compared: Callable[[Pair], Comparison]) -> Comparison:
    """The whole year."""
    return compared(WHOLE)


@pytest.fixture(scope="module")
def truths(
    year: Year,
    compared: Callable[[Pair], Comparison],
    taken: dict[Pair, list[Step]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Pair], list[tuple[str, Truth, Truth]]]:
    """The steps between two quarters as they truly were: cause, truth before, truth after."""
    made: dict[Pair, list[tuple[str, Truth, Truth]]] = {}

    def of(pair: Pair) -> list[tuple[str, Truth, Truth]]:
        if pair not in made:
            folder, states = tmp_path_factory.mktemp("truth"), []
            compared(pair)
            steps, here = iter(taken[pair]), year.releases[pair[0]].folder
            step = next(steps)
            for number, (cause, supposed) in enumerate(years.path_between(year, *pair)):
                if number and step.cause == cause:
                    here, step = step.after, next(steps, step)
                links = years.scored_links(here, year.desk)
                states.append((cause, years.truth_if(year, supposed, folder / str(number), links)))
            made[pair] = [(cause, before, after) for (_, before), (cause, after) in pairwise(states)]
        return made[pair]

    return of


@every_pair
def test_every_moved_enterprise_is_told_by_its_true_cause(
    pair: Pair,
    compared: Callable[[Pair], Comparison],
    truths: Callable[[Pair], list[tuple[str, Truth, Truth]]],
) -> None:
    found, n_moved = compared(pair), 0
    for cause, before, after in truths(pair):
        of_cause = found.members.filter(pl.col("cause") == cause)
        for base in BASES:
            told = set(of_cause.filter(pl.col("base_kind") == base).get_column("member_key"))
            assert told == years.moved(before, after, base), (cause, base)
            n_moved += len(told)
    assert n_moved > 50
    assert set(found.members.get_column("cause")) == NEWS[pair]


@every_pair
def test_every_figure_moves_by_each_cause_as_it_truly_did(
    pair: Pair,
    compared: Callable[[Pair], Comparison],
    truths: Callable[[Pair], list[tuple[str, Truth, Truth]]],
) -> None:
    last_shared = str(QUARTERS[pair[0]][0])
    found: dict[tuple[str, ...], int] = {}
    for row in compared(pair).cells.to_dicts():
        key = [str(row[name] or "") for name in ("mart", "grouping", "group_code", "base_kind", "day")]
        found |= {(cause, *key, row["measure"]): row[cause] for cause in CAUSES if row[cause]}
    true: dict[tuple[str, ...], int] = {}
    for cause, before, after in truths(pair):
        was, now = years.counts(before), years.counts(after)
        for figure in {*was, *now}:
            change = now.get(figure, 0) - was.get(figure, 0)
            if change and figure[4] <= last_shared:
                true[cause, *figure] = change
    assert found == true
    assert {figure[1] for figure in found} == set(years.COUNTS)


@every_pair
def test_the_causes_of_every_figure_add_up_to_its_move(
    pair: Pair, compared: Callable[[Pair], Comparison]
) -> None:
    found = compared(pair)
    for row in found.cells.iter_rows(named=True):
        assert (row["after"] or 0) - (row["before"] or 0) == sum(row[cause] for cause in CAUSES), row
    for move in found.rates:
        if move.before is not None and move.after is not None:
            assert move.after - move.before == sum(move.parts.values()), move
    assert {move.mart for move in found.rates} == set(years.COUNTS)
    touched = {cause for cause in CAUSES if (found.cells.get_column(cause) != 0).any()}
    assert touched == NEWS[pair]


@every_pair
def test_the_figures_at_both_ends_are_those_published(
    pair: Pair, year: Year, compared: Callable[[Pair], Comparison]
) -> None:
    for quarter, column in zip(pair, ("before", "after"), strict=True):
        published = pl.read_parquet(year.releases[quarter].folder / "marts" / "agg_coverage.parquet").unpivot(
            on=["n_base", "n_covered"],
            index=["grouping", "group_code", "base_kind"],
            variable_name="measure",
            value_name="published",
        )
        both = (
            compared(pair)
            .cells.filter(pl.col("mart") == "agg_coverage")
            .join(published, on=["grouping", "group_code", "base_kind", "measure"])
        )
        assert both.height
        assert both.filter(pl.col(column).fill_null(0) != pl.col("published").fill_null(0)).is_empty()


def test_every_changed_figure_opens_to_the_enterprises_behind_it(comparison: Comparison) -> None:
    """The members of each figure, cause by cause, sum to what the cause did to it; a median names them."""
    keys = ["cause", "mart", "grouping", "group_code", "base_kind", "day", "measure"]
    members = comparison.members.unpivot(
        on=list(MEASURES), index=keys[:1] + keys[2:5], variable_name="measure", value_name="change"
    ).with_columns(mart=pl.lit("agg_coverage"), day=pl.lit(None, pl.Date))
    opened = pl.concat([members.select(*keys, "change"), comparison.openings.select(*keys, "change")])
    sums = {tuple(row[:-1]): row[-1] for row in opened.group_by(keys).agg(pl.col("change").sum()).rows()}
    n_opened = 0
    for row in comparison.cells.to_dicts():
        for cause in CAUSES:
            key = (cause, *(row[name] for name in keys[1:]))
            if row["measure"] == "median_days_to_cover":
                assert not row[cause] or key in sums, key
            else:
                assert sums.get(key, 0) == row[cause], key
            n_opened += bool(row[cause])
    assert n_opened > 1000
    named = comparison.openings.filter(pl.col("name").is_null())
    assert named.is_empty()


def test_a_figure_a_person_names_opens_in_words(comparison: Comparison) -> None:
    for asked in (
        {"group": "210211"},
        {"base": "due"},
        {"table": "agg_coverage_daily"},
        {"table": "agg_coverage_daily", "group": "210211", "on": "2014-03-31"},
        {"table": "agg_dynamic_coverage"},
        {"table": "agg_founding_cohorts", "on": "2014-01"},
        {"table": "agg_other_units", "group": "branch"},
    ):
        cell = changed_cell(comparison, **asked)
        rows = behind(comparison, cell, "zh")
        assert rows and all(row["name"] and row["cause"] for row in rows), asked
        for measure in ("n_base", "n_covered", "n", "n_due"):
            wanted = [pl.col(name).eq_missing(pl.lit(value)) for name, value in cell.items()]
            moved = comparison.cells.filter(*wanted, pl.col("measure") == measure)
            change = sum(row["after"] - (row["before"] or 0) for row in moved.to_dicts())
            assert sum(int(str(row["change"])) for row in rows if row["measure"] == measure) == change
    with pytest.raises(UsageError, match="no such figure"):
        changed_cell(comparison, group="999999")


def test_a_longer_deadline_and_a_better_reader_move_the_bases_they_rule(comparison: Comparison) -> None:
    for cause, bases in (("policy", {"due"}), ("code", {"live_25"})):
        rows = comparison.members.filter(pl.col("cause") == cause, pl.col("grouping") != "size")
        assert set(rows.get_column("base_kind")) == bases
    assert any("另一版本" in zh for zh, _ in comparison.notes)
    assert DEADLINE_BEFORE != DEADLINE_AFTER


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
    year: Year, comparison: Comparison
) -> None:
    unions = pl.read_parquet(year.releases["2014Q4"].folder / "marts" / "dim_unions.parquet")
    world = comparison.members.filter(
        pl.col("cause") == "world", pl.col("grouping") == "city", pl.col("was_in_base") & pl.col("in_base")
    )
    after = pl.read_parquet(year.releases["2014Q4"].folder / "marts" / "fct_enterprise_coverage.parquet")
    gained = world.filter(~pl.col("was_covered") & pl.col("is_covered")).join(
        after.select(member_key="enterprise_id", union_id="union_id"), on="member_key"
    )
    assert gained.height
    for row in gained.join(unions, on="union_id").iter_rows(named=True):
        assert row["event"] == ("founded" if row["founded_on"] > QUARTERS["2014Q1"][0] else "joined"), row
    lost = world.filter(pl.col("was_covered") & ~pl.col("is_covered"))
    assert set(lost.get_column("event")) <= {"dissolved", "left_union"}


def test_the_comparison_can_be_read_printed_and_looked_at(comparison: Comparison, tmp_path: Path) -> None:
    paths = {path.name for path in write_comparison(comparison, tmp_path / "first")}
    assert {"变动说明.txt", "变动分解.xlsx", "comparison.json", "瀑布图-实有企业.svg"} <= paths
    write_comparison(comparison, tmp_path / "second")
    for name in paths:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name
    text = statement(comparison)
    for words in (
        "2014年第四季度统计（第1版）与2014年第一季度统计（第1版）变动说明",
        "部门更正使",
        "迟到资料使",
        "规则使",
        "人工判断使",
    ):
        assert words in text


def test_a_release_is_rebuilt_to_the_same_tables_and_where_code_changed_it_says_which_differ(
    year: Year,
) -> None:
    second = verifying.verify(year.context, year.releases["2014Q4"].release_id)
    assert not second.differing and not second.changed and second.exit_code == ExitCode.DONE
    assert {"agg_coverage", "fct_check_results"} <= {one.table for one in second.tables}

    first = verifying.verify(year.context, year.releases["2014Q1"].release_id)
    assert first.exit_code == ExitCode.DONE
    assert [zh for zh, _ in first.changed] == ["程序已有变化（发布时版本 0.0.9，现为 0.1.0）"]
    differing = {one.table for one in first.differing}
    assert "agg_coverage" in differing and "bridge_enterprise_records" not in differing


def test_a_home_carried_to_another_place_proves_the_same(year: Year, tmp_path: Path) -> None:
    shutil.copytree(
        year.context.settings.home,
        tmp_path / "elsewhere",
        ignore=shutil.ignore_patterns("cache"),
        symlinks=True,
    )
    settings = replace(
        year.context.settings, home=tmp_path / "elsewhere", keys_root=tmp_path / "no keys", project=None
    )
    elsewhere, last = Context(settings, year.desk.clock), year.releases["2014Q4"].release_id
    assert verifying.verify(elsewhere, last, is_rebuilt=False).exit_code == ExitCode.DONE
    proof = verifying.verify(elsewhere, last)
    # Under other rules today; the release's own were kept beside it.
    assert proof.exit_code == ExitCode.DONE and proof.tables and not proof.differing


def test_other_rules_on_the_same_night_move_only_what_they_rule(year: Year, tmp_path: Path) -> None:
    before = sorted(path.name for path in year.context.settings.releases.iterdir())
    rules = tmp_path / "rules.csv"
    rules.write_text("rule_key,value\nunion.own.min_staff,10\n", encoding="utf-8")
    tried = what_if.what_if(year.context, rules, year.releases["2014Q4"].release_id)
    assert set(tried.members.get_column("base_kind")) == {"live_25"}
    move = tried.rate("city", "210200", "live_25")
    assert move is not None and move.n_base[1] > move.n_base[0]
    staff = pl.read_parquet(year.releases["2014Q4"].folder / "marts" / "dim_enterprises.parquet").join(
        pl.read_parquet(year.releases["2014Q4"].folder / "marts" / "fct_enterprise_coverage.parquet").filter(
            "in_base_live"
        ),
        on="enterprise_id",
    )
    assert move.n_base[1] == staff.filter(pl.col("staff_count") >= 10).height
    assert before == sorted(path.name for path in year.context.settings.releases.iterdir())


def test_other_scope_and_another_years_plan_can_be_tried(year: Year, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(
        "in_force_on: 2015-01-01\n"
        "enterprise_types:\n  - where: {scope_kind: cooperative}\n    set: {scope_kind: enterprise}\n",
        encoding="utf-8",
    )
    tried = what_if.what_if(year.context, rules, year.releases["2014Q4"].release_id)
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
    year: Year, tmp_path: Path, text: str, code: str, line: int, field: str
) -> None:
    rules = tmp_path / "rules.csv"
    rules.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        what_if.what_if(year.context, rules, year.releases["2014Q4"].release_id)
    assert (refused.value.code, refused.value.where.line, refused.value.where.field) == (code, line, field)
