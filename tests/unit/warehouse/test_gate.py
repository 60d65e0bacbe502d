"""The gate as a whole: verdicts, waivers, thresholds as data, and what it writes."""

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from tests.unit.warehouse import small_city

from jianhui.core.errors import ExitCode, UsageError
from jianhui.settings import INSTALLATION
from jianhui.warehouse.gate import GateResult, gate
from jianhui.warehouse.gate_checks import Scene, read_suites, read_thresholds
from jianhui.warehouse.gate_generated import with_generated
from jianhui.warehouse.gate_run import CheckRunError
from jianhui.warehouse.gate_waivers import Waiver, read_waivers

VALID_ON = small_city.VALID_ON
EXPECTATIONS = INSTALLATION / "expectations"
TWO_DISTRICTS = "update agg_coverage set n_base = n_base - 40 where group_code in ('210202', '210203')"
DISTRICT_CHECK = "agg_coverage.live_base_district"


@pytest.fixture
def expectations(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXPECTATIONS, tmp_path / "expectations"))


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = yaml.safe_load(path.read_text("utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")


def waiver(check: str = DISTRICT_CHECK, **changes: Any) -> Waiver:
    facts: dict[str, Any] = {
        "owner": "统计岗",
        "reason": "两区集中清理，已核实",
        "from_on": VALID_ON,
        "until_on": VALID_ON + timedelta(days=5),
    }
    return Waiver(check=check, **{**facts, **changes})


# --- verdicts ---------------------------------------------------------------------------------------


def test_the_first_release_is_not_judged_against_another_and_says_so(build: Path) -> None:
    result = gate(build, None, VALID_ON, only=["agg_coverage.live_base_city", "agg_coverage.gap_city"])
    assert [check.verdict for check in result.checks] == ["not_judged", "not_judged"]
    assert all("no earlier release" in check.reason_en and check.reason_zh for check in result.checks)
    assert result.is_passed


def test_without_the_register_of_unions_what_rests_on_it_is_not_judged(build: Path) -> None:
    small_city.change(build, "update input.feeds set is_received = false where feed = 'union_organisations'")
    (check,) = gate(
        build, None, VALID_ON, only=["fct_enterprises_without_union.covered_and_gap_are_the_base"]
    ).checks
    assert check.verdict == "not_judged" and "never received" in check.reason_en


def test_what_warns_does_not_stand_against_publishing_and_what_blocks_does(build: Path) -> None:
    checks = ["fct_delivery_outcomes.nothing_held", "dim_enterprises.ownership_known"]
    small_city.change(build, "update marts.fct_delivery_outcomes set verdict = 'held' where feed = 'tax'")
    result = gate(build, None, VALID_ON, only=checks)
    assert result.is_passed and result.count("warn") == 1
    small_city.change(build, "update marts.dim_enterprises set ownership = 'x' where enterprise_id = 'E0007'")
    result = gate(build, None, VALID_ON, only=checks)
    assert not result.is_passed
    (blocking,) = result.blocking
    assert blocking.example_keys == ("E0007",)
    assert "public" in blocking.allowed


def test_at_most_five_keys_are_shown_of_many(build: Path) -> None:
    small_city.change(build, "update marts.dim_enterprises set staff_source = 'rumour'")
    (check,) = gate(build, None, VALID_ON, only=["dim_enterprises.staff_source_known"]).checks
    assert check.n_offending == 400 and len(check.example_keys) == 5


# --- what it writes ---------------------------------------------------------------------------------


def test_every_check_has_its_row_in_the_build_also_when_it_passed(build: Path, previous: Path) -> None:
    only = ["agg_coverage.live_base_city", "agg_coverage.one_day", "feeds.fresh.tax"]
    result = gate(build, previous, VALID_ON, only=only)
    with duckdb.connect(str(build), read_only=True) as connection:
        rows = connection.execute(
            "select check_id, verdict, observed, allowed, example_keys "
            "from marts.fct_check_results order by 1"
        ).fetchall()
    assert [row[0] for row in rows] == sorted(only)
    assert all(row[1] == "pass" and row[2] and row[3] and row[4] == "[]" for row in rows)
    assert len(result.checks) == len(rows)


def test_judging_twice_gives_the_same_document_and_the_same_rows(build: Path) -> None:
    only = ["agg_coverage.one_day", "dim_unions.kinds_known"]
    first = gate(build, None, VALID_ON, only=only)
    second = gate(build, None, VALID_ON, only=only)
    assert first.as_json() == second.as_json()
    with duckdb.connect(str(build), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.fct_check_results").fetchall() == [(2,)]


def test_the_document_counts_the_verdicts(build: Path) -> None:
    document = json.loads(gate(build, None, VALID_ON, only=["agg_coverage.one_day"]).as_json())
    assert document["is_passed"] is True
    assert document["verdicts"] == {"pass": 1, "warn": 0, "block": 0, "not_judged": 0, "waived": 0}
    assert document["checks"][0]["check_id"] == "agg_coverage.one_day"


def test_a_check_that_cannot_run_is_a_bug_named_with_the_words_of_the_database(build: Path) -> None:
    small_city.change(build, "alter table marts.dim_unions rename column host_enterprise_id to host")
    with pytest.raises(CheckRunError, match=r"dim_unions\.hosts_exist.*host_enterprise_id") as caught:
        gate(build, None, VALID_ON, only=["dim_unions.hosts_exist", "dim_unions.kinds_known"])
    assert caught.value.exit_code == ExitCode.BUG
    assert "SQL:" not in caught.value.en


# --- waivers ----------------------------------------------------------------------------------------


def judged(build: Path, previous: Path, *waivers: Waiver) -> GateResult:
    return gate(build, previous, VALID_ON, waivers, only=[DISTRICT_CHECK])


def test_a_waiver_lets_its_check_pass_by_name_of_its_owner(build: Path, previous: Path) -> None:
    small_city.change(previous, TWO_DISTRICTS)
    assert not judged(build, previous).is_passed
    result = judged(build, previous, waiver())
    assert result.is_passed and result.checks[0].verdict == "waived"
    assert "统计岗" in result.checks[0].reason_zh and result.checks[0].n_offending == 2


def test_a_waiver_for_one_district_lets_no_other_through(build: Path, previous: Path) -> None:
    small_city.change(previous, TWO_DISTRICTS)
    assert not judged(build, previous, waiver(keys=("210202",))).is_passed
    assert judged(build, previous, waiver(keys=("210202", "210203"))).is_passed


def test_a_waiver_does_not_hold_before_its_first_day(build: Path, previous: Path) -> None:
    small_city.change(previous, TWO_DISTRICTS)
    assert not judged(build, previous, waiver(from_on=VALID_ON + timedelta(days=1))).is_passed


def test_a_waiver_of_no_check_is_refused(build: Path) -> None:
    with pytest.raises(UsageError, match=r"no check 'agg_coverage\.typo'"):
        gate(build, None, VALID_ON, [waiver("agg_coverage.typo")], only=["agg_coverage.one_day"])


def waivers_file(folder: Path, **changes: object) -> Path:
    entry = {
        "check": DISTRICT_CHECK,
        "owner": "统计岗",
        "reason": "已核实",
        "from": date(2014, 3, 1),
        "until": date(2014, 3, 31),
    }
    path = folder / "waivers.yml"
    path.write_text(yaml.safe_dump({"waivers": [{**entry, **changes}]}, allow_unicode=True), "utf-8")
    return path


def test_a_waiver_holds_through_its_last_day_and_is_an_error_after_it(tmp_path: Path) -> None:
    path = waivers_file(tmp_path)
    assert [one.check for one in read_waivers(path, date(2014, 3, 31))] == [DISTRICT_CHECK]
    with pytest.raises(UsageError, match="统计岗 expired on 2014-03-31"):
        read_waivers(path, date(2014, 4, 1))


@pytest.mark.parametrize("change", [{"owner": ""}, {"reason": None}, {"until": "soon"}, {"forever": True}])
def test_a_waiver_without_owner_reason_or_day_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="a waiver needs"):
        read_waivers(waivers_file(tmp_path, **change), VALID_ON)


def test_the_committed_waivers_can_be_read() -> None:
    assert read_waivers(EXPECTATIONS / "waivers.yml", date(2014, 3, 31)) == ()


# --- thresholds and suites as data ------------------------------------------------------------------


def test_units_always_allowed_let_a_small_town_move(build: Path, previous: Path) -> None:
    fell = "update agg_coverage set n_base = n_base + {} where group_code = '210202'"
    small_city.change(previous, fell.format(30))
    assert judged(build, previous).is_passed
    small_city.change(previous, fell.format(1))
    assert not judged(build, previous).is_passed


def test_days_between_two_releases_widen_what_is_allowed(build: Path, previous: Path) -> None:
    small_city.change(previous, "update agg_coverage set n_base = n_base * 10")
    small_city.change(build, "update marts.agg_coverage set n_base = n_base * 7")  # three tenths less
    assert not judged(build, previous).is_passed
    small_city.change(
        previous, "update agg_coverage set valid_on = date '2014-03-10'"
    )  # 20 days more: + 10 %
    assert judged(build, previous).is_passed


def test_a_feed_that_never_came_before_is_not_compared(build: Path, previous: Path) -> None:
    small_city.change(previous, "update agg_coverage set n_covered = null")
    (check,) = gate(build, previous, VALID_ON, only=["agg_coverage.covered_city"]).checks
    assert check.verdict == "not_judged"


def test_a_district_that_vanished_is_a_fall_to_zero(build: Path, previous: Path) -> None:
    small_city.change(build, "delete from marts.agg_coverage where group_code = '210211'")
    (check,) = gate(build, previous, VALID_ON, only=[DISTRICT_CHECK]).checks
    assert check.verdict == "block" and check.example_keys == ("210211",)
    assert "→ 0 (-100.0%)" in check.observed


def test_whether_staleness_blocks_is_data(build: Path, expectations: Path) -> None:
    small_city.change(build, "update input.feeds set is_stale = true where feed in ('tax', 'hr')")
    edit(expectations / "thresholds.yml", lambda d: d["freshness"].update(tax={"severity": "block"}))
    only = ["feeds.fresh.hr", "feeds.fresh.tax"]
    result = gate(build, None, VALID_ON, expectations=expectations, only=only)
    assert {check.check_id: check.verdict for check in result.checks} == {
        "feeds.fresh.hr": "warn",
        "feeds.fresh.tax": "block",
    }


def test_a_further_feed_has_its_checks_without_a_line_of_code() -> None:
    scene = Scene((*small_city.FEEDS, "safety"))
    suites = with_generated(read_suites(EXPECTATIONS, scene), read_thresholds(EXPECTATIONS), scene)
    ids = {check.id for suite in suites for check in suite.checks}
    assert {"feeds.fresh.safety", "feeds.records_are_those_of_the_log.safety"} <= ids


def test_every_threshold_gives_its_reason_in_both_languages() -> None:
    for name, rule in read_thresholds(EXPECTATIONS).movements.items():
        assert rule["reason_zh"].strip() and rule["reason_en"].strip(), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["checks"][0].pop("zh"), "groupings_known.zh is missing"),
        (lambda d: d["checks"][0].update(severity="fatal"), "neither block nor warn"),
        (lambda d: d["checks"][0].update(colour="red"), "unknown keys"),
        (lambda d: d["checks"][0].update(rows="select 1"), "either rows"),
        (lambda d: d["checks"][0].update(needs=["luck"]), "nothing the gate knows of"),
        (lambda d: d["checks"].append(d["checks"][0]), "two checks of one id"),
        (lambda d: d.pop("table"), "needs a table"),
    ],
)
def test_a_faulty_suite_is_refused_by_file_and_field(
    expectations: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    edit(expectations / "agg_coverage.yml", change)
    with pytest.raises(UsageError, match=message) as caught:
        read_suites(expectations, Scene(()))
    assert caught.value.where.file == "agg_coverage.yml"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["movements"]["gap_city"].pop("reason_zh"), "gap_city.reason_zh is missing"),
        (lambda d: d["movements"]["gap_city"].update(measure="luck"), "is no measure"),
        (lambda d: d["movements"]["gap_city"].update(severity="x"), "neither block nor warn"),
        (lambda d: d["freshness"].pop("default"), "freshness.default is missing"),
        (lambda d: d.pop("personal"), "personal is not a mapping"),
    ],
)
def test_faulty_thresholds_are_refused_by_field(
    expectations: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    edit(expectations / "thresholds.yml", change)
    with pytest.raises(UsageError, match=message):
        read_thresholds(expectations)
