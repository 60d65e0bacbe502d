"""Other rules than those in force, from a file: what ``what-if`` tries on the same night.

A CSV holds rows of ``policy_rules`` (``rule_key`` and ``value``; ``scope`` where it is not the city's own).
A YAML may hold more::

    in_force_on: 2014-06-30       # the rules of another day: another year's plan
    policy_rules:
      - rule_key: establish.deadline_months
        value: 12
    enterprise_types:             # who counts: any of TABLES
      - where: {scope_kind: cooperative}
        set: {scope_kind: enterprise}

Every key must be there already and every value be of its kind; what is wrong is named with line and field.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jianhui.core.errors import UsageError, Where
from jianhui.core.policy import COLUMNS, OPERATIVE_SCOPE, read_policy
from jianhui.publish.rules_in_force import RULES_FILE, csv_bytes, for_ever

TABLES = (
    "branch_name_patterns",
    "enterprise_types",
    "finding_kinds",
    "registration_types",
    "size_bands",
    "status_words",
    "union_kinds",
)
"""Tables of rules beside ``policy_rules`` that decide who counts and how. Places and industries are facts."""

_RULES = "policy_rules"
_DAY = "in_force_on"
_FREE = frozenset({"note", "source", "name", "pattern", "unless_pattern", "word"})
"""Columns of text that may be anything; all others take only what occurs in them, or numbers."""


@dataclass(frozen=True)
class _Cells:
    """One row as the file has it: its line (from 1), and its cells."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class OtherRules:
    """The files of rules that differ, by name, and what differs, in the order of the file."""

    files: Mapping[str, bytes]
    told: Sequence[str]


def read_other_rules(path: Path, seeds: Path, valid_on: date) -> OtherRules:
    """The rules of ``path`` in place of those of the folder ``seeds`` in force on ``valid_on``.

    Raises ``UsageError``: ``rules_unreadable``, ``unknown_rule``, ``unknown_field``, ``bad_value``.
    """
    return _Reader(path, seeds, valid_on).read()


class _Reader:
    def __init__(self, path: Path, seeds: Path, valid_on: date) -> None:
        self.path = path
        self.seeds = seeds
        self.day = valid_on
        self.told: list[str] = []

    def read(self) -> OtherRules:
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreadable(str(error), None) from error
        if self.path.suffix.lower() in (".yml", ".yaml"):
            return self._yaml(text)
        return OtherRules({RULES_FILE: self._rules(list(self._csv_rows(text)))}, self.told)

    def _csv_rows(self, text: str) -> Iterator[_Cells]:
        reader = csv.DictReader(io.StringIO(text))
        for cells in reader:
            if None in cells or None in cells.values():
                raise self._unreadable("a row has another number of cells than the header", reader.line_num)
            yield _Cells(reader.line_num, cells)

    def _yaml(self, text: str) -> OtherRules:
        try:
            root = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self._unreadable(str(error), mark.line + 1 if mark else None) from error
        sections = self._pairs(root)
        files: dict[str, bytes] = {}
        if _DAY in sections:
            self.day = self._parsed_day(sections[_DAY])
            self.told.append(f"{_DAY} = {self.day}")
        for name, node in sections.items():
            if name == _DAY:
                continue
            if name != _RULES and name not in TABLES:
                known = ", ".join((_DAY, _RULES, *TABLES))
                raise self._wrong(
                    "unknown_field", f"没有规则表 {name}", f"no table of rules {name}", node, name, known
                )
            if name != _RULES:
                files[f"{name}.csv"] = self._table(name, node)
        rules = self._items(sections[_RULES]) if _RULES in sections else []
        rows = [
            _Cells(
                node.start_mark.line + 1, {key: self._scalar(cell) for key, cell in self._pairs(node).items()}
            )
            for node in rules
        ]
        return OtherRules({**files, RULES_FILE: self._rules(rows)}, self.told)

    # ── policy_rules ─────────────────────────────────────────────────────────────────────────────

    def _rules(self, rows: Sequence[_Cells]) -> bytes:
        """``policy_rules`` as of the day, for ever, with the rows replaced."""
        content = for_ever((self.seeds / RULES_FILE).read_bytes(), self.day)
        standing = list(csv.DictReader(io.StringIO(content.decode())))
        by_key = {(row["rule_key"], row["scope"]): row for row in standing}
        ever = {(rule.rule_key, rule.scope) for rule in read_policy((self.seeds / RULES_FILE).read_bytes())}
        for row in rows:
            for field in row.cells:
                if field not in COLUMNS:
                    raise self._at(
                        row,
                        "unknown_field",
                        f"没有列 {field}",
                        f"no column {field}",
                        field,
                        ", ".join(COLUMNS),
                    )
            key = row.cells.get("rule_key", "").strip()
            value = row.cells.get("value", "").strip()
            place = (key, row.cells.get("scope", "").strip() or OPERATIVE_SCOPE)
            if place not in ever:
                near = difflib.get_close_matches(key, sorted({one for one, _ in ever}), 3)
                raise self._at(
                    row,
                    "unknown_rule",
                    f"没有适用于 {place[1]} 的规则 {key}",
                    f"there is no rule {key} for {place[1]}",
                    "rule_key",
                    ", ".join(near) or "jianhui policy show",
                )
            was = by_key.get(place)
            if was is None:
                # A rule of other days, such as another year's target: it is brought into force.
                was = dict.fromkeys(COLUMNS, "") | {"rule_key": key, "scope": place[1]}
                standing.append(was)
                by_key[place] = was
            self._check_value(row, was["value"], was["unit"], value)
            self.told.append(f"{key}: {was['value'] or '–'} → {value}")
            was.update(value=value, confidence="assumed", source=row.cells.get("source", "") or "试算")
        return csv_bytes(COLUMNS, standing)

    def _check_value(self, row: _Cells, was: str, unit: str, value: str) -> None:
        """A value of the same kind: a whole number, a share, an order of the same words, a day, a truth."""
        is_share = unit.startswith("ratio")
        kinds = (
            (is_share, r"0(\.\d+)?|1(\.0+)?", "0 … 1"),
            (was.isdigit() and not is_share, r"[1-9]\d*|0", "a whole number"),
            (was in ("true", "false"), "true|false", "true | false"),
            (re.fullmatch(r"\d{4}-\d{2}-\d{2}", was) is not None, r"\d{4}-\d{2}-\d{2}", "2014-03-31"),
        )
        for applies, pattern, wanted in kinds:
            if applies and re.fullmatch(pattern, value) is None:
                raise self._bad(row, value, wanted)
        words = set(was.split("|"))
        if len(words) > 1 and (
            not set(value.split("|")) <= words or len(set(value.split("|"))) != value.count("|") + 1
        ):
            raise self._bad(row, value, " | ".join(sorted(words)))
        if not value:
            raise self._bad(row, value, "a value")

    def _bad(self, row: _Cells, value: str, wanted: str) -> UsageError:
        return UsageError(
            "bad_value",
            f"规则 {row.cells.get('rule_key', '')} 的值不可用，应为：{wanted}",
            f"the value of {row.cells.get('rule_key', '')} is not usable; wanted: {wanted}",
            where=Where(file=self.path.name, line=row.line, field="value", value=value),
            next_step="jianhui policy show",
        )

    # ── other tables ─────────────────────────────────────────────────────────────────────────────

    def _table(self, name: str, node: yaml.Node) -> bytes:
        """A table with ``set`` in the rows ``where`` finds."""
        reader = csv.DictReader(io.StringIO((self.seeds / f"{name}.csv").read_text(encoding="utf-8-sig")))
        rows, columns = list(reader), tuple(reader.fieldnames or ())
        for item in self._items(node):
            parts = self._pairs(item)
            if set(parts) != {"where", "set"}:
                raise self._wrong(
                    "unknown_field",
                    "每项须写 where 与 set",
                    "an item has where and set",
                    item,
                    name,
                    "where, set",
                )
            sides = {
                side: {key: self._scalar(cell) for key, cell in self._pairs(parts[side]).items()}
                for side in ("where", "set")
            }
            for side, cells in sides.items():
                for field, value in cells.items():
                    if field not in columns:
                        known = ", ".join(columns)
                        raise self._wrong(
                            "unknown_field", f"{name} 没有列 {field}", f"{name} has no column {field}",
                            parts[side], field, known,
                        )  # fmt: skip
                    self._check_cell(name, rows, field, value, parts[side], is_new=side == "set")
            found = [row for row in rows if all(row[key] == value for key, value in sides["where"].items())]
            if not found:
                raise self._wrong(
                    "unknown_rule", f"{name} 中没有这样的行", f"no such row in {name}", parts["where"],
                    "where", f"dbt_project/seeds/{name}.csv",
                )  # fmt: skip
            for row in found:
                row.update(sides["set"])
            self.told.append(f"{name}: {sides['where']} → {sides['set']} ({len(found)})")
        return csv_bytes(columns, rows)

    def _check_cell(
        self,
        name: str,
        rows: Sequence[Mapping[str, str]],
        field: str,
        value: str,
        node: yaml.Node,
        *,
        is_new: bool,
    ) -> None:
        known = {row[field] for row in rows}
        if value in known or field in _FREE:
            return
        if is_new and all(one.isdigit() for one in known if one) and value.isdigit():
            return
        raise self._wrong(
            "bad_value",
            f"{name}.{field} 没有这个值：{value}",
            f"{name}.{field} has no value {value}",
            node,
            field,
            " | ".join(sorted(known)[:12]),
        )

    # ── YAML nodes ───────────────────────────────────────────────────────────────────────────────

    def _pairs(self, node: yaml.Node | None) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            line = node.start_mark.line + 1 if node else 1
            raise self._unreadable("key: value was expected here", line)
        return {str(key.value): value for key, value in node.value}

    def _items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._unreadable("a list (- …) was expected here", node.start_mark.line + 1)
        return list(node.value)

    def _scalar(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._unreadable("one value was expected here", node.start_mark.line + 1)
        return str(node.value).strip()

    def _parsed_day(self, node: yaml.Node) -> date:
        text = self._scalar(node)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._wrong("bad_value", "日期写法不对", "not a date", node, _DAY, "2014-06-30") from None

    # ── errors ───────────────────────────────────────────────────────────────────────────────────

    def _at(self, row: _Cells, code: str, zh: str, en: str, field: str, next_step: str) -> UsageError:
        value = row.cells.get(field)
        return UsageError(
            code, zh, en, where=Where(self.path.name, row.line, field, value), next_step=next_step
        )

    def _wrong(self, code: str, zh: str, en: str, node: yaml.Node, field: str, next_step: str) -> UsageError:
        value = node.value if isinstance(node, yaml.ScalarNode) else None
        line: Any = node.start_mark.line + 1
        return UsageError(code, zh, en, where=Where(self.path.name, line, field, value), next_step=next_step)

    def _unreadable(self, reason: str, line: int | None) -> UsageError:
        return UsageError(
            "rules_unreadable",
            f"规则文件无法读取：{reason}",
            f"the file of rules cannot be read: {reason}",
            where=Where(file=self.path.name, line=line),
            next_step="docs/trust.md",
        )
