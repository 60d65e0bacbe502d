"""Every check of the gate is seen to fail when the thing it guards is broken, and to name it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from tests.unit.warehouse import small_city

from jianhui.settings import INSTALLATION
from jianhui.warehouse.gate import CheckResult, gate
from jianhui.warehouse.gate_checks import Scene, read_suites, read_thresholds
from jianhui.warehouse.gate_generated import with_generated

VALID_ON = small_city.VALID_ON

HERE = Path(__file__).parent
BREAKS: dict[str, str] = yaml.safe_load((HERE / "breaks.yml").read_text("utf-8"))
LEAPS: dict[str, str] = yaml.safe_load((HERE / "leaps.yml").read_text("utf-8"))
SHARES: dict[str, str] = yaml.safe_load((HERE / "shares.yml").read_text("utf-8"))
FURTHER: dict[str, dict[str, str]] = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(HERE.glob("breaks_*.yml"))
}
"""The breaks of the marts of further feeds, by subject; those of one subject are made together."""


def the(check_id: str, build: Path, previous: Path | None = None) -> CheckResult:
    """The result of one check, run alone."""
    result = gate(build, previous, VALID_ON, only=[check_id], open_records=small_city.open_records())
    return result.checks[0]


def all_check_ids() -> set[str]:
    folder = INSTALLATION / "expectations"
    scene = Scene(small_city.FEEDS, dict.fromkeys(small_city.MARTS, ("a",)))
    suites = with_generated(read_suites(folder, scene), read_thresholds(folder), scene)
    return {check.id for suite in suites for check in suite.checks}


def test_a_consistent_city_passes_every_check(build: Path, previous: Path) -> None:
    result = gate(build, previous, VALID_ON, open_records=small_city.open_records())
    assert [check for check in result.checks if check.verdict not in ("pass", "not_judged")] == []
    assert [check.check_id for check in result.checks if check.verdict == "not_judged"] == [
        "feeds.fresh.verifications"
    ]
    assert all(
        check.observed and check.do_zh and check.do_en for check in result.checks if check.verdict == "pass"
    )


@pytest.mark.parametrize("check_id", sorted(BREAKS))
def test_the_check_fails_when_what_it_guards_is_broken(check_id: str, build: Path) -> None:
    small_city.change(build, BREAKS[check_id])
    result = the(check_id, build)
    assert result.verdict == result.severity, result
    assert result.n_offending > 0
    assert 1 <= len(result.example_keys) <= 5
    assert result.observed and result.allowed


@pytest.mark.parametrize("subject", sorted(FURTHER))
def test_each_check_of_a_subject_fails_when_what_it_guards_is_broken(subject: str, build: Path) -> None:
    for sql in FURTHER[subject].values():
        small_city.change(build, sql)
    results = gate(build, None, VALID_ON, only=list(FURTHER[subject])).checks
    assert {result.check_id for result in results} == set(FURTHER[subject])
    for result in results:
        assert result.verdict == result.severity, result
        assert 1 <= len(result.example_keys) <= 5
        assert result.observed and result.allowed


@pytest.mark.parametrize("check_id", sorted(LEAPS))
def test_the_check_fails_when_a_figure_leaps_from_the_last_release(
    check_id: str, build: Path, previous: Path
) -> None:
    small_city.change(previous, LEAPS[check_id])
    result = the(check_id, build, previous)
    assert result.verdict == result.severity, result
    assert "→" in result.observed
    assert "…" in result.allowed


@pytest.mark.parametrize("check_id", sorted(SHARES))
def test_the_check_fails_when_a_share_rises_above_the_last_release(
    check_id: str, build: Path, previous: Path
) -> None:
    small_city.change(build, SHARES[check_id])
    result = the(check_id, build, previous)
    assert result.verdict == result.severity, result
    assert "%" in result.observed and "%" in result.allowed


def test_no_check_is_without_a_test_that_breaks_it() -> None:
    shown = set(BREAKS) | set(LEAPS) | set(SHARES) | {check for one in FURTHER.values() for check in one}
    one_feed_stands_for_all = {
        f"feeds.{name}.{feed}"
        for name in ("fresh", "records_are_those_of_the_log")
        for feed in small_city.FEEDS
    }
    without_text_columns = {
        f"{table}.nothing_personal" for table in ("agg_founding_cohorts", "fct_check_results")
    }
    assert all_check_ids() - one_feed_stands_for_all - without_text_columns <= shown
    assert shown <= all_check_ids()


def test_a_valid_code_of_eighteen_digits_is_no_identity_number(build: Path) -> None:
    small_city.change(
        build, "update marts.dim_enterprises set uscc = '210202198001010011' where enterprise_id = 'E0001'"
    )
    assert the("dim_enterprises.nothing_personal", build).verdict == "pass"


def test_the_personal_check_never_shows_the_value(build: Path) -> None:
    small_city.change(build, BREAKS["fct_enterprises_without_union.nothing_personal"])
    result = the("fct_enterprises_without_union.nothing_personal", build)
    assert result.example_keys == ("evidence: mobile_number × 97",)
    assert "13840812345" not in repr(result)


@pytest.fixture(autouse=True)
def _no_output(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Data goes to stdout: the gate itself prints nothing there."""
    yield
    assert capfd.readouterr().out == ""


def test_a_build_of_another_day_is_refused(build: Path) -> None:
    with pytest.raises(Exception, match="2014-03-31, not 2014-04-01"):
        gate(build, None, date(2014, 4, 1))
