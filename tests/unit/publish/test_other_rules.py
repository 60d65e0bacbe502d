"""Other rules are taken as they are meant, or refused with line, field and value."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from jianhui.core.errors import UsageError
from jianhui.core.policy import read_policy
from jianhui.publish.digests import policy_digest, provenance
from jianhui.publish.other_rules import read_other_rules
from jianhui.publish.rules import keep_rules, kept_policy, project_under
from jianhui.publish.rules_in_force import RULES_FILE, rules_in_force_on, with_rules
from jianhui.settings import INSTALLATION, Settings

SEEDS = INSTALLATION / "dbt_project" / "seeds"
DAY = date(2014, 3, 31)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_is_replaced_and_the_others_stand(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", "rule_key,value\nestablish.deadline_months,12\n")
    other = read_other_rules(path, SEEDS, DAY)
    policy = read_policy(other.files[RULES_FILE])
    assert policy.integer("establish.deadline_months", DAY) == 12
    before = {
        rule.rule_key: rule.value for rule in read_policy((SEEDS / RULES_FILE).read_bytes()).in_force(DAY)
    }
    after = {rule.rule_key: rule.value for rule in policy.in_force(DAY)}
    assert after == before | {"establish.deadline_months": "12"}
    assert other.told == ["establish.deadline_months: 6 → 12"]


def test_a_rule_of_another_year_is_brought_into_force(tmp_path: Path) -> None:
    text = "in_force_on: 2015-06-30\npolicy_rules:\n  - rule_key: target.coverage_rate.min\n    value: 0.95\n"
    other = read_other_rules(written(tmp_path, "r.yml", text), SEEDS, DAY)
    policy = read_policy(other.files[RULES_FILE])
    assert policy.rule("target.coverage_rate.min", DAY).value == "0.95"


def test_who_counts_can_be_changed_row_by_row(tmp_path: Path) -> None:
    text = "finding_kinds:\n  - where: {finding: 异地经营}\n    set: {effect: none}\n"
    other = read_other_rules(written(tmp_path, "r.yml", text), SEEDS, DAY)
    rows = list(csv.DictReader(io.StringIO(other.files["finding_kinds.csv"].decode())))
    assert {row["finding"]: row["effect"] for row in rows}["异地经营"] == "none"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("policy_rule:\n  - rule_key: establish.deadline_months\n    value: 12\n", "unknown_field", 2),
        ("policy_rules:\n  - rule_key: establish.months\n    value: 12\n", "unknown_rule", 2),
        ("in_force_on: yesterday\n", "bad_value", 1),
        ("finding_kinds:\n  - where: {finding: 不在}\n    set: {effect: none}\n", "bad_value", 2),
        ("finding_kinds:\n  - where: {finding: 异地经营}\n    set: {effect: nothing}\n", "bad_value", 3),
        ("finding_kinds:\n  - set: {effect: none}\n", "unknown_field", 2),
        ("union_kinds:\n  - where: {kind: 单独}\n    set: {colour: red}\n", "unknown_field", 3),
        ("policy_rules: {a: [}\n", "rules_unreadable", 1),
    ],
)
def test_what_is_not_right_is_named_with_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    with pytest.raises(UsageError) as refused:
        read_other_rules(written(tmp_path, "r.yml", text), SEEDS, DAY)
    assert (refused.value.code, refused.value.where.line, refused.value.where.file) == (code, line, "r.yml")
    assert refused.value.next_step


def test_rules_of_one_day_hold_on_every_day(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", tmp_path / "keys")
    folder = rules_in_force_on(settings, None, date(2015, 6, 30))
    policy = read_policy((folder / RULES_FILE).read_bytes())
    assert policy.find("target.coverage_rate.min", DAY) is None, "the target was of 2014 alone"
    assert policy.integer("establish.deadline_months", date(1999, 1, 1)) == 6


def test_rules_are_kept_by_digest_and_a_copy_that_was_changed_proves_nothing(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", tmp_path / "keys")
    keep_rules(settings, provenance(settings))
    digest = policy_digest(SEEDS)
    assert kept_policy(settings, digest) == SEEDS, "today's own need no copy"
    changed = with_rules(settings, SEEDS, {RULES_FILE: (SEEDS / RULES_FILE).read_bytes() + b"\n"})
    later = Settings(tmp_path / "home", tmp_path / "keys", project=project_under(settings, changed))
    kept = kept_policy(later, digest)
    assert kept is not None and kept != SEEDS and policy_digest(kept) == digest
    assert provenance(later).policy_digest == policy_digest(changed)
    assert provenance(later).code_digest == provenance(settings).code_digest
    assert kept_policy(later, "0" * 64) is None
    (kept / RULES_FILE).write_bytes(b"")
    with pytest.raises(UsageError, match="were changed"):
        kept_policy(later, digest)
