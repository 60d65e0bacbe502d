"""Policy: one key, scope and day yields exactly one row."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jianhui.core.errors import UsageError
from jianhui.core.policy import COLUMNS, OPERATIVE_SCOPE, Policy, Rule, load_policy, read_policy

SEED = Path(__file__).parents[3] / "dbt_project" / "seeds" / "policy_rules.csv"
OPERATIVE = {
    "establish.deadline_months": 6,
    "finding.valid_months": 12,
    "gap.close_within_days": 90,
    "staff.max_age_months.tax": 15,
    "staff.max_age_months.hr": 6,
    "staff.max_age_months.commerce": 24,
    "staff.max_age_months.union": 24,
    "staff.max_count": 1_000_000,
    "union.own.min_staff": 25,
    "cohort.months": 36,
    "fee.preparatory.recent_periods": 12,
}


def row(**cells: str) -> str:
    defaults = {"rule_key": "a.b", "value": "1", "scope": "dalian", "confidence": "H"}
    return ",".join((defaults | cells).get(column, "") for column in COLUMNS)


def policy_of(*rows: str) -> Policy:
    return read_policy("\n".join([",".join(COLUMNS), *rows]).encode())


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(SEED)


@pytest.mark.parametrize(("rule_key", "value"), OPERATIVE.items())
def test_each_operative_rule_holds_in_the_plan_year(policy: Policy, rule_key: str, value: int) -> None:
    assert policy.integer(rule_key, date(2014, 3, 31)) == value


def test_the_target_holds_in_2014_only(policy: Policy) -> None:
    assert policy.rule("target.coverage_rate.min", date(2014, 12, 31)).value == "0.91"
    assert policy.find("target.coverage_rate.min", date(2015, 1, 1)) is None
    assert policy.find("target.coverage_rate.min", date(2013, 12, 31)) is None


def test_a_key_scope_and_day_yields_exactly_one_row(policy: Policy) -> None:
    rules = list(policy)
    turning_days = {day for rule in rules for day in (rule.effective_from, rule.effective_to)}
    days = turning_days | {day + timedelta(days=1) for day in turning_days if day < date.max}
    for day in days:
        in_force = [(rule.rule_key, rule.scope) for rule in rules if rule.holds_on(day)]
        assert len(in_force) == len(set(in_force))


def test_a_rule_nobody_could_source_is_listed_as_assumed(policy: Policy) -> None:
    assumed = {rule.rule_key for rule in policy.assumed(date(2014, 3, 31))}
    assert {"establish.deadline_months", "finding.valid_months", "gap.close_within_days"} <= assumed
    assert "target.coverage_rate.min" not in assumed


def test_every_rule_names_its_source(policy: Policy) -> None:
    assert [rule.rule_key for rule in policy if not rule.source] == []


def test_the_days_of_a_rule_are_inclusive() -> None:
    policy = policy_of(row(effective_from="2014-01-01", effective_to="2014-12-31"))
    assert policy.find("a.b", date(2014, 1, 1)) and policy.find("a.b", date(2014, 12, 31))
    assert not policy.find("a.b", date(2013, 12, 31)) and not policy.find("a.b", date(2015, 1, 1))


def test_two_rows_for_one_day_are_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        policy_of(row(effective_to="2014-12-31"), row(effective_from="2014-12-31"))
    assert refusal.value.code == "policy_overlap"


def test_another_scope_does_not_overlap() -> None:
    policy = policy_of(row(), row(scope="Shanghai", value="2"))
    assert policy.rule("a.b", date(2014, 1, 1), "Shanghai").value == "2"


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"confidence": "certain"}, "policy_confidence"), ({"effective_from": "2014"}, "policy_date")],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_line(cells: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as refusal:
        policy_of(row(), row(**cells))
    assert (refusal.value.code, refusal.value.where.line) == (code, 3)


def test_other_columns_are_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        read_policy(b"rule_key,value\na,1\n")
    assert refusal.value.code == "policy_columns"


def test_a_missing_rule_is_refused_and_not_guessed() -> None:
    with pytest.raises(UsageError) as refusal:
        policy_of(row()).rule("a.c", date(2014, 1, 1))
    assert refusal.value.code == "policy_missing"


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        policy_of(row(value="six")).integer("a.b", date(2014, 1, 1))
    assert refusal.value.code == "policy_value"


def test_the_digest_names_the_exact_content() -> None:
    assert policy_of(row()).digest != policy_of(row(value="2")).digest


def test_a_rule_may_be_made_in_code_for_what_if() -> None:
    rule = Rule("a.b", "3", "", OPERATIVE_SCOPE, date.min, date.max, "test", "assumed", "")
    assert Policy([rule]).integer("a.b", date(2014, 1, 1)) == 3
