"""Which figure is meant: the table that has the measure, and the keys of the cell, from what is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jianhui.core.errors import UsageError, Where
from jianhui.publish.explain_measures import AGGREGATES, GROUP_COLUMNS, Aggregate
from jianhui.publish.explain_source import Book

DEFAULT_BASE = "live"


@dataclass(frozen=True)
class Asked:
    """A figure as asked for; None is left to the defaults (the city, the live base, the release's day)."""

    measure: str
    table: str | None = None
    district: str | None = None
    grouping: str | None = None
    group: str | None = None
    base: str | None = None
    on: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


def table_asked(book: Book, asked: Asked) -> str:
    """The table meant: as named, else the first aggregate that has the measure."""
    if asked.table is not None:
        if not book.columns(asked.table):
            raise unknown(
                "table",
                asked.table,
                [row["table_name"] for row in book.rows(_TABLES)],
                f"发布中没有数据表 {asked.table}",
                f"the release has no table {asked.table}",
            )
        if asked.table in AGGREGATES:
            _refuse_unknown(asked.measure, AGGREGATES[asked.table].measures, asked.table)
        return asked.table
    for name, aggregate in AGGREGATES.items():
        if asked.measure in aggregate.measures:
            return name
    _refuse_unknown(asked.measure, {m for one in AGGREGATES.values() for m in one.measures}, "agg_*")
    raise AssertionError("refused above")


_TABLES = (
    "select table_name from duckdb_tables() where database_name = 'release' and schema_name = 'main' "
    "order by table_name"
)


def _refuse_unknown(measure: str, known: Iterable[str], table: str) -> None:
    names = sorted(known)
    if measure not in names:
        raise unknown(
            "measure", measure, names, f"{table} 没有指标 {measure}", f"{table} has no measure {measure}"
        )


def unknown(field: str, value: str, known: Iterable[str], zh: str, en: str, code: str = "") -> UsageError:
    """The error of a name that is none: ``unknown_<field>`` unless ``code`` is given, and those there are."""
    return UsageError(
        code or f"unknown_{field}",
        zh,
        en,
        where=Where(field=field, value=value),
        next_step=", ".join(known),
    )


def keys_asked(book: Book, aggregate: Aggregate, asked: Asked) -> dict[str, Any]:
    """The keys of the cell, from what was asked and the defaults."""
    if "grouping" in aggregate.keys:
        grouping = "district" if asked.district else asked.grouping or ("district" if asked.group else "city")
        _refuse_unknown_grouping(grouping)
        group = asked.district or asked.group
        code = _group_code(book, aggregate, grouping, group)
        keys: dict[str, Any] = {"grouping": grouping, "group_code": code}
        if "base_kind" in aggregate.keys:
            keys["base_kind"] = asked.base or DEFAULT_BASE
        if "valid_on" in aggregate.keys:
            keys["valid_on"] = _day(asked.on) if asked.on else book.release.valid_on
        return {key: keys[key] for key in aggregate.keys}
    given = asked.group or asked.on
    (key,) = aggregate.keys
    if given is None:
        known = [str(row[key]) for row in book.rows(f"select {key} from {aggregate.name} order by {key}")]
        raise UsageError(
            "which_group",
            f"{aggregate.name} 按 {key} 分组，请用 --group 指明",
            f"{aggregate.name} is grouped by {key}; name one with --group",
            where=Where(field=key),
            next_step=f"--group {' | '.join(known)}",
        )
    return {key: _day(f"{given}-01" if len(given) == 7 else given) if key == "month" else given}


def _refuse_unknown_grouping(grouping: str) -> None:
    if grouping not in GROUP_COLUMNS:
        raise unknown(
            "grouping", grouping, GROUP_COLUMNS, f"没有分组 {grouping}", f"there is no grouping {grouping}"
        )


def _group_code(book: Book, aggregate: Aggregate, grouping: str, group: str | None) -> str:
    """The code of a group given by code or by name; the city needs none."""
    known = book.rows(
        "select distinct group_code, group_name from agg_coverage where grouping = ? order by group_code",
        [grouping],
    )
    codes = {row["group_code"] for row in known}
    if aggregate.name != "agg_coverage":
        codes |= {
            row["group_code"]
            for row in book.rows(
                f"select distinct group_code from {aggregate.name} where grouping = ?", [grouping]
            )
        }
    if grouping == "city":
        return str(known[0]["group_code"])
    by_name = {row["group_name"]: row["group_code"] for row in known}
    if group in codes:
        return str(group)
    if group in by_name:
        return str(by_name[group])
    raise UsageError(
        "unknown_group",
        f"分组 {grouping} 中没有 {group or '（未指明）'}",
        f"grouping {grouping} has no {group or 'group named'}",
        where=Where(field="group", value=group),
        next_step="、".join(f"{row['group_code']} {row['group_name']}" for row in known[:12]),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "bad_date", f"日期写法不对：{text}", f"not a date: {text}", next_step="2014-03-31"
        ) from None
