"""What must be said before the figures, read from the build."""

from pathlib import Path

import duckdb
import pytest

from jianhui.publish.caveats import RESTS_ON, read_caveats


@pytest.fixture
def build(tmp_path: Path) -> Path:
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema input")
        connection.execute("create schema intermediate")
        connection.execute(
            "create table input.feeds as select * from (values "
            "('commerce', '工商登记', true, false, date '2014-03-28', 3), "
            "('hr', '人社参保单位', true, true, date '2014-01-31', 59), "
            "('safety', '安监', false, null, null, null), "
            "('union_organisations', '工会组织登记', false, null, null, null)) "
            "as t (feed, title, is_received, is_stale, last_reference_on, days_behind)"
        )
        connection.execute(
            "create table input.deliveries as select * from (values ('tax', 'held'), ('tax', 'accepted')) "
            "as t (feed, verdict)"
        )
        connection.execute(
            "create table intermediate.int_policy as select * from (values "
            "('finding.valid_months', '12', 'months', '无依据', true), "
            "('target.coverage_rate.min', '0.91', null, '计划', false)) "
            "as t (rule_key, value, unit, source, is_assumed)"
        )
    return path


def test_a_feed_never_received_says_what_is_unknown_without_it(build: Path) -> None:
    sentences = {caveat.zh: caveat.en for caveat in read_caveats(build).sentences}
    zh, en = RESTS_ON["union_organisations"]
    assert sentences[f"从未收到工会组织登记（union_organisations）：{zh}"].endswith(en)
    assert any("safety was never received" in en for en in sentences.values())


def test_a_stale_feed_says_as_of_when_and_a_fresh_one_nothing(build: Path) -> None:
    text = " ".join(caveat.en for caveat in read_caveats(build).sentences)
    assert "hr is as of 2014-01-31, 59 days behind" in text
    assert "commerce" not in text


def test_held_deliveries_are_said_to_be_missing(build: Path) -> None:
    assert any("1 deliveries of tax are held" in caveat.en for caveat in read_caveats(build).sentences)


def test_only_assumed_policy_rows_are_listed(build: Path) -> None:
    assert read_caveats(build).assumed_policy == (
        {"key": "finding.valid_months", "value": "12", "unit": "months", "source": "无依据"},
    )


def test_a_backfilled_quarter_says_so(build: Path) -> None:
    assert not any("backfilled" in caveat.en for caveat in read_caveats(build).sentences)
    sentences = read_caveats(build, is_backfilled=True).sentences
    assert any("backfilled" in caveat.en for caveat in sentences)
