"""A section of a report: what the template may say of it, its tables and charts, and why it is silent.

A section names the marts it rests on. Where one is missing or empty it says so in Chinese, and nothing of it
is counted as zero.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from jianhui.publish.report.chart import Chart, undrawn
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import FEW, HIDDEN, Said
from jianhui.publish.xlsx import Cell, Column

Words = Mapping[str, object]


@dataclass(frozen=True)
class Table:
    """One sheet: its name, title, columns and rows.

    ``mart`` and ``keys`` (one per row) say what its figures are cells of, so that each can be explained.
    ``is_internal``: names units one by one, and is not in a public copy. ``reason``: why it has no rows.
    """

    sheet: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    mart: str
    keys: Sequence[Mapping[str, str]] = ()
    is_internal: bool = False
    reason: str = ""
    added_up_within: tuple[int, ...] = ()
    """The columns whose equal values mark rows that add up to a sum printed elsewhere."""


@dataclass(frozen=True)
class Problem:
    """One item of 存在问题 or 下步要求: its lead and its text."""

    lead: str
    text: Said


@dataclass(frozen=True)
class Indicator:
    """One line of the leader's brief: what it is, how it stands, what is asked, and whether that is met."""

    name: str
    now: Said
    target: Said
    verdict: Said

    def as_words(self) -> Words:
        return {"名称": self.name, "本期": self.now, "目标": self.target, "情况": self.verdict}


@dataclass(frozen=True)
class Section:
    """``key`` names it in the template. ``reason``: why it says nothing; empty where it does."""

    key: str
    title: str
    words: Words = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    problems: tuple[Problem, ...] = ()
    demands: tuple[Problem, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    reason: str = ""

    def as_words(self) -> Words:
        """The section for the template: 有数据, 原因, and what it says."""
        return {"有数据": not self.reason, "原因": self.reason, **self.words}


@dataclass(frozen=True)
class Plan:
    """How a section comes about: the marts it needs, its charts' titles, and what builds it."""

    key: str
    title: str
    needs: tuple[str, ...]
    build: Callable[[Facts], Section]
    charts: tuple[tuple[str, str], ...] = ()
    source: str = ""
    """The deliveries it rests on, as an office calls them."""


def built(plan: Plan, facts: Facts) -> Section:
    """The section, or its silence with the reason for it."""
    missing = [mart for mart in plan.needs if not facts.columns(mart)]
    if missing:
        return silent(plan, f"本版数据没有“{plan.title}”所需的数据表（{'、'.join(missing)}），本期不作统计。")
    if all(facts.is_empty(mart) for mart in plan.needs):
        return silent(
            plan, f"截至统计日尚未收到{plan.source or plan.title}数据，本期不作统计；没有数据不表示为零。"
        )
    try:
        found = plan.build(facts)
    except duckdb.BinderException:  # made by former code, whose tables had other columns
        return silent(plan, f"本版数据中“{plan.title}”的数据表缺少所需的列，本期不作统计。")
    if not found.reason:
        return found
    return replace(found, charts=tuple(undrawn(one.key, one.title, found.reason) for one in found.charts))


def silent(plan: Plan, reason: str) -> Section:
    """A section that says why it says nothing, with its charts' places kept."""
    charts = tuple(undrawn(key, title, reason) for key, title in plan.charts)
    return Section(plan.key, plan.title, charts=charts, reason=reason)


def public_table(table: Table) -> Table:
    """The table as a public copy may show it: small cells of persons are hidden, and not to be reckoned back.

    In each column of persons, cells from 1 to 4 are hidden; where only one is, the least of the others is
    hidden too, so that it does not follow from the sum. Shares reckoned from a hidden cell go with it.
    """
    rows = [list(row) for row in table.rows]
    shares = [
        at for at, column in enumerate(table.columns) if column.is_of_persons and column.style == "share"
    ]
    for at, column in enumerate(table.columns):
        if not column.is_of_persons or column.style == "share":
            continue
        groups: dict[tuple[Cell, ...], list[tuple[int, int]]] = {}
        for number, row in enumerate(table.rows):
            value = row[at]
            if isinstance(value, int):
                key = tuple(row[place] for place in table.added_up_within)
                groups.setdefault(key, []).append((value, number))
        for counts in groups.values():
            for number in _hidden(counts):
                for place in (at, *shares):
                    rows[number][place] = HIDDEN
    return replace(table, rows=rows)


def _hidden(counts: Sequence[tuple[int, int]]) -> set[int]:
    """Of (count, row) the rows to hide: the few, and the least of the others where they are one row alone."""
    few = {number for count, number in counts if 0 < count < FEW}
    others = sorted((count, number) for count, number in counts if number not in few and count)
    return few | {others[0][1]} if len(few) == 1 and others else few
