"""Nothing of the plan is without a row, and every feed, mart, rule and case a row names is there."""

import csv
import re

import pytest

from jianhui.settings import INSTALLATION

PAGE = (INSTALLATION / "docs" / "plan.md").read_text(encoding="utf-8")
PLAN = INSTALLATION.parent / "shared" / "design" / "plan_2014.txt"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| 计划原句", "|---"))
]
MARTS = {path.stem for path in (INSTALLATION / "dbt_project/models/marts").rglob("*.yml")}
FEEDS = {path.stem for path in (INSTALLATION / "raw/contracts").glob("*.yml")}
SEEDS = {path.stem for path in (INSTALLATION / "dbt_project/seeds").glob("*.csv")}


def test_every_row_is_filled_in() -> None:
    assert len(ROWS) >= 58
    assert [row[0][:20] for row in ROWS if len(row) != 6 or not all(row)] == []


@pytest.mark.shared
def test_every_sentence_of_the_plan_has_a_row() -> None:
    if not PLAN.is_file():
        pytest.skip("no ../shared beside the checkout: the plan's text cannot be compared")
    text = PLAN.read_text(encoding="utf-8")
    sentences = [part.strip() for part in re.split(r"(?<=。)|\n", text) if part and part.strip()]
    assert [row[0] for row in ROWS] == sentences[1:]


def test_feeds_and_marts_named_are_there() -> None:
    for row in ROWS:
        assert set(re.findall(r"`([a-z_]+)`", row[1])) <= FEEDS, row[0]
        assert set(re.findall(r"`([a-z_]+)`", row[2])) <= MARTS, row[0]


def test_rules_and_cases_named_are_there() -> None:
    with (INSTALLATION / "dbt_project/seeds/policy_rules.csv").open(encoding="utf-8") as stream:
        rules = {row["rule_key"] for row in csv.DictReader(stream)}
    cases = {path.name[:2] for path in (INSTALLATION / "tests/cases").glob("*.txt")}
    for row in ROWS:
        for name in re.findall(r"`([a-z_.0-9*]+)`", row[3]):
            stem = name.rstrip("*.")
            known = (
                name in rules
                or name in SEEDS | MARTS | FEEDS
                or name.startswith((".", "test_"))
                or any(rule.startswith(stem + ".") for rule in rules)
            )
            assert known, (name, row[0])
        for number in re.findall(r"案例 ([0-9、]+)", row[3]):
            assert set(number.split("、")) <= cases, row[0]


def test_every_mart_of_the_plan_is_named() -> None:
    of_plan = {path.stem for path in (INSTALLATION / "dbt_project/models/marts/plan").rglob("*.yml")}
    assert {mart for mart in of_plan if f"`{mart}`" not in PAGE} == set()


def test_tests_named_are_there() -> None:
    named = {name for row in ROWS for name in re.findall(r"`(test_[a-z_]+)`", row[3])}
    files = {path.stem for path in (INSTALLATION / "tests").rglob("test_*.py")}
    assert named <= files
