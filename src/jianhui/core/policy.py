"""Policy: every rule somebody may change, as dated rows of ``policy_rules.csv``.

A rule is one row: key, value, unit, scope, the days it is in force (both inclusive, open where
blank), source, confidence. One key, scope and day yields exactly one row; a file where two rows
speak at once is refused. Confidence ``assumed`` marks a value nobody could source: it is printed
under every table that rests on it.
"""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from jianhui.core.errors import UsageError, Where

OPERATIVE_SCOPE = "dalian"
COLUMNS = (
    "rule_key",
    "value",
    "unit",
    "scope",
    "effective_from",
    "effective_to",
    "source",
    "confidence",
    "note",
)
CONFIDENCES = ("H", "M", "L", "assumed")


@dataclass(frozen=True)
class Rule:
    """One dated row of policy. ``effective_from`` and ``effective_to`` are inclusive."""

    rule_key: str
    value: str
    unit: str
    scope: str
    effective_from: date
    effective_to: date
    source: str
    confidence: str
    note: str

    @property
    def is_assumed(self) -> bool:
        return self.confidence == "assumed"

    def holds_on(self, day: date) -> bool:
        return self.effective_from <= day <= self.effective_to


class Policy:
    """The rules of one file, asked by key, day and scope. ``digest`` names its exact content."""

    def __init__(self, rules: Iterable[Rule], digest: str = "") -> None:
        self._rules: dict[tuple[str, str], list[Rule]] = defaultdict(list)
        self.digest = digest
        for rule in rules:
            self._rules[rule.rule_key, rule.scope].append(rule)
        for same in self._rules.values():
            same.sort(key=lambda rule: rule.effective_from)
            _refuse_overlap(same)

    def __iter__(self) -> Iterator[Rule]:
        """All rules, by key, scope and first day."""
        for key in sorted(self._rules):
            yield from self._rules[key]

    def find(self, rule_key: str, day: date, scope: str = OPERATIVE_SCOPE) -> Rule | None:
        """The rule in force, or none."""
        return next((rule for rule in self._rules.get((rule_key, scope), []) if rule.holds_on(day)), None)

    def rule(self, rule_key: str, day: date, scope: str = OPERATIVE_SCOPE) -> Rule:
        """The rule in force; refused when there is none (``policy_missing``)."""
        rule = self.find(rule_key, day, scope)
        if rule is None:
            raise UsageError(
                "policy_missing",
                f"政策表中没有 {day} 适用于 {scope} 的规则 {rule_key}",
                f"policy has no rule {rule_key} for {scope} on {day}",
                next_step="jianhui policy show",
                where=Where(file="policy_rules.csv", field="rule_key", value=rule_key),
            )
        return rule

    def integer(self, rule_key: str, day: date, scope: str = OPERATIVE_SCOPE) -> int:
        """The value of a rule that is a whole number (``policy_value`` when it is none)."""
        rule = self.rule(rule_key, day, scope)
        try:
            return int(rule.value)
        except ValueError:
            raise UsageError(
                "policy_value",
                f"规则 {rule_key} 的值不是整数",
                f"the value of rule {rule_key} is not a whole number",
                next_step="correct the row in policy_rules.csv",
                where=Where(file="policy_rules.csv", field="value", value=rule.value),
            ) from None

    def in_force(self, day: date, scope: str = OPERATIVE_SCOPE) -> list[Rule]:
        """All rules of a scope in force on a day, by key."""
        return [rule for rule in self if rule.scope == scope and rule.holds_on(day)]

    def assumed(self, day: date, scope: str = OPERATIVE_SCOPE) -> list[Rule]:
        """The rules in force that nobody could source, by key."""
        return [rule for rule in self.in_force(day, scope) if rule.is_assumed]


def _refuse_overlap(same: list[Rule]) -> None:
    for earlier, later in pairwise(same):
        if later.effective_from <= earlier.effective_to:
            raise UsageError(
                "policy_overlap",
                f"规则 {later.rule_key}（{later.scope}）在 {later.effective_from} 有两行同时生效",
                f"two rows of {later.rule_key} ({later.scope}) are in force on {later.effective_from}",
                next_step="close the earlier row the day before the later one begins",
                where=Where(file="policy_rules.csv", field="effective_from", value=str(later.effective_from)),
            )


def read_policy(content: bytes, file: str = "policy_rules.csv") -> Policy:
    """Policy from the bytes of a UTF-8 CSV with exactly the columns of ``COLUMNS``."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise UsageError(
            "policy_columns",
            f"政策表的列应为 {', '.join(COLUMNS)}",
            f"the columns of a policy file are {', '.join(COLUMNS)}",
            next_step="copy dbt_project/seeds/policy_rules.csv and edit the values",
            where=Where(file=file, line=1, value=",".join(reader.fieldnames or ())),
        )
    rules = [_rule(row, file, line) for line, row in enumerate(reader, start=2)]
    return Policy(rules, hashlib.sha256(content).hexdigest())


def load_policy(path: Path) -> Policy:
    """:func:`read_policy` of a file."""
    return read_policy(path.read_bytes(), str(path))


def _rule(row: dict[str, str], file: str, line: int) -> Rule:
    if row["confidence"] not in CONFIDENCES:
        raise UsageError(
            "policy_confidence",
            f"可信度应为 {'、'.join(CONFIDENCES)} 之一",
            f"confidence is one of {', '.join(CONFIDENCES)}",
            next_step="correct the row",
            where=Where(file=file, line=line, field="confidence", value=row["confidence"]),
        )
    return Rule(
        rule_key=row["rule_key"],
        value=row["value"],
        unit=row["unit"],
        scope=row["scope"],
        effective_from=_day(row, "effective_from", date.min, file, line),
        effective_to=_day(row, "effective_to", date.max, file, line),
        source=row["source"],
        confidence=row["confidence"],
        note=row["note"],
    )


def _day(row: dict[str, str], field: str, blank: date, file: str, line: int) -> date:
    try:
        return date.fromisoformat(row[field]) if row[field] else blank
    except ValueError:
        raise UsageError(
            "policy_date",
            "生效日期应写作 2014-03-31",
            "a date of policy is written 2014-03-31",
            next_step="correct the row",
            where=Where(file=file, line=line, field=field, value=row[field]),
        ) from None
