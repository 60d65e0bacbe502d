"""A published figure taken apart: definition, base, numerator, denominator, members, and their lines.

Read from one release and the landing (:mod:`jianhui.publish.explain_source`); the members are counted again
and the count is held against the published value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jianhui.core.errors import UsageError, Where
from jianhui.publish.explain_asked import Asked, keys_asked, table_asked
from jianhui.publish.explain_evidence import Evidence, evidence_of
from jianhui.publish.explain_facts import fact_measures, fact_members, fact_roles
from jianhui.publish.explain_measures import (
    AGGREGATES,
    MEDIAN,
    Aggregate,
    Measure,
    roles_of,
    rules_of,
)
from jianhui.publish.explain_source import Book
from jianhui.publish.explain_words import BASES


@dataclass(frozen=True)
class Part:
    """Numerator or denominator: its measure, what it means, and how many members it counts."""

    measure: str
    zh: str
    en: str
    value: Any
    counted: Any


@dataclass(frozen=True)
class Member:
    """One member of the figure: ``counted`` says which of its parts count it."""

    key: str
    enterprise_id: str | None
    name: str | None
    counted: Mapping[str, bool]
    detail: Mapping[str, Any]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """All that stands behind one figure. ``members``: those that are shown; ``n_members``: all there are."""

    release_id: str
    valid_on: date
    known_at: Any
    table: str
    measure: str
    keys: Mapping[str, Any]
    group_name: str | None
    zh: str
    en: str
    value: Any
    recounted: Any
    numerator: Part | None
    denominator: Part | None
    policy: tuple[Mapping[str, Any], ...]
    n_members: int
    members: tuple[Member, ...]
    caveats: tuple[Mapping[str, str], ...]

    @property
    def is_reproduced(self) -> bool:
        """Whether counting the members again gives the published figure."""
        return same(self.value, self.recounted)

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        base = self.keys.get("base_kind")
        return {
            "release_id": self.release_id,
            "as_of": {"valid_on": self.valid_on, "known_at": self.known_at},
            "table": self.table,
            "measure": self.measure,
            "keys": dict(self.keys),
            "group_name": self.group_name,
            "definition": {"zh": self.zh, "en": self.en},
            "base": {"kind": base, "zh": BASES[base][0], "en": BASES[base][1]} if base else None,
            "value": self.value,
            "recounted": self.recounted,
            "is_reproduced": self.is_reproduced,
            "numerator": vars(self.numerator) if self.numerator else None,
            "denominator": vars(self.denominator) if self.denominator else None,
            "policy": [dict(rule) for rule in self.policy],
            "caveats": [dict(caveat) for caveat in self.caveats],
            "n_members": self.n_members,
            "members": [
                {
                    "key": member.key,
                    "enterprise_id": member.enterprise_id,
                    "name": member.name,
                    "counted": dict(member.counted),
                    "detail": dict(member.detail),
                    "evidence": [one.as_dict() for one in member.evidence],
                }
                for member in self.members
            ],
        }


def same(published: Any, recounted: Any) -> bool:
    """Equal, floats to twelve places (they are one division of the same integers)."""
    if isinstance(published, float) and isinstance(recounted, float | int):
        return abs(published - recounted) < 1e-12
    return bool(published == recounted)


def explain_number(book: Book, asked: Asked, limit: int | None = None) -> Explanation:
    """Take the figure apart. ``limit``: how many members are shown with their lines; None: all.

    Raises ``UsageError`` where there is no such figure in the release.
    """
    table = table_asked(book, asked)
    if table not in AGGREGATES:
        return _fact(book, table, asked, limit)
    aggregate = AGGREGATES[table]
    keys = keys_asked(book, aggregate, asked)
    row = _published_row(book, aggregate, keys)
    measure = aggregate.measures[asked.measure]
    _make_members(book, aggregate, asked.measure, keys)
    value = _value(book, aggregate, asked.measure, keys)
    numerator, denominator = _parts(book, aggregate, asked.measure, keys)
    recounted = _recounted(book, aggregate, asked.measure, numerator, denominator, value, row)
    conditions = _conditions(aggregate, asked.measure)
    members, n_members = _members(book, conditions, roles_of(aggregate, asked.measure, keys), limit)
    zh, en = _definition(book, aggregate, asked.measure, measure)
    return Explanation(
        release_id=book.release.release_id,
        valid_on=book.release.valid_on,
        known_at=book.release.known_at,
        table=table,
        measure=asked.measure,
        keys=keys,
        group_name=row.get("group_name") or row.get("kind_name") or _group_name(book, keys),
        zh=zh,
        en=en,
        value=value,
        recounted=recounted,
        numerator=numerator,
        denominator=denominator,
        policy=_policy(book, rules_of(aggregate, asked.measure, keys)),
        n_members=n_members,
        members=members,
        caveats=tuple(book.release.manifest.get("caveats", ())),
    )


def _published_row(book: Book, aggregate: Aggregate, keys: Mapping[str, Any]) -> dict[str, Any]:
    where = " and ".join(f'"{key}" = ?' for key in keys)
    row = book.row(f"select * from {aggregate.name} where {where}", list(keys.values()))
    if row is None:
        told = "，".join(f"{key}={value}" for key, value in keys.items())
        raise UsageError(
            "no_such_figure",
            f"{book.release.release_id} 的 {aggregate.name} 中没有这一格：{told}",
            f"{aggregate.name} of {book.release.release_id} has no such cell: {told}",
            where=Where(file=aggregate.name, value=told),
            next_step=f'jianhui sql --release {book.release.release_id} "from {aggregate.name}"',
        )
    return row


def _value(book: Book, aggregate: Aggregate, measure: str, keys: Mapping[str, Any]) -> Any:
    expression = aggregate.measures[measure].published or f'"{measure}"'
    where = " and ".join(f'"{key}" = ?' for key in keys)
    row = book.row(f"select {expression} as value from {aggregate.name} where {where}", list(keys.values()))
    return row["value"] if row else None


def _make_members(book: Book, aggregate: Aggregate, measure: str, keys: Mapping[str, Any]) -> None:
    query, parameters = aggregate.members(keys, measure, book.release.valid_on)
    book.rows(f"create or replace temp table members as {query}", parameters)


def _conditions(aggregate: Aggregate, measure: str) -> dict[str, str]:
    """Measure → condition, of the parts a figure is made of; the wider one first."""
    spec = aggregate.measures[measure]
    names = [spec.whole, spec.part] if spec.part else [measure]
    found = {name: aggregate.measures[name].condition for name in names if name}
    return {name: condition or "true" for name, condition in found.items()}


def _parts(
    book: Book, aggregate: Aggregate, measure: str, keys: Mapping[str, Any]
) -> tuple[Part | None, Part | None]:
    spec = aggregate.measures[measure]
    if spec.part is None or spec.whole is None:
        return None, None
    parts = []
    for name in (spec.part, spec.whole):
        condition = aggregate.measures[name].condition
        row = book.row(f"select count(*) filter ({condition}) as n from members")
        zh, en = _definition(book, aggregate, name, aggregate.measures[name])
        parts.append(Part(name, zh, en, _value(book, aggregate, name, keys), row["n"] if row else None))
    return parts[0], parts[1]


def _recounted(
    book: Book,
    aggregate: Aggregate,
    measure: str,
    numerator: Part | None,
    denominator: Part | None,
    value: Any,
    row: Mapping[str, Any],
) -> Any:
    """The figure counted again; null where it is published as unknown (a feed never received)."""
    spec = aggregate.measures[measure]
    if value is None and spec.special != MEDIAN:
        return None
    if spec.special == "rule":
        found = book.row("select value from dim_policy where rule_key = ?", [spec.rules[0]])
        return float(found["value"]) if found else None
    if spec.special == "model":
        return value  # of the link-error model, which is not counted from members
    if spec.special == MEDIAN:
        return kaplan_meier_median(book.rows("select entry_days, exit_days, is_event from members"))
    if numerator is not None and denominator is not None:
        if spec.special == "target":
            # In integers: the target is never met by rounding.
            target = round(row["target_rate"] * 1_000_000)
            return numerator.counted * 1_000_000 >= target * denominator.counted
        return numerator.counted / denominator.counted if denominator.counted else None
    found = book.row(f"select count(*) filter ({spec.condition}) as n from members")
    n = found["n"] if found else None
    return n == 0 if spec.special == "none" else n


def kaplan_meier_median(members: Sequence[Mapping[str, Any]]) -> int | None:
    """Least day by which half are covered; delayed entry at ``entry_days``; None when fewer ever are.

    At risk on a day: seen before it (from day 0 when seen by establishment) and not yet gone (the method,
    "Time to a union").
    """
    observed = []
    for member in members:
        entry = -1 if member["entry_days"] <= 0 else member["entry_days"]
        if member["exit_days"] > entry:
            observed.append((entry, member["exit_days"], bool(member["is_event"])))
    survival = 1.0
    for day in sorted({leaves for _, leaves, is_event in observed if is_event}):
        at_risk = sum(entry < day <= leaves for entry, leaves, _ in observed)
        events = sum(leaves == day and is_event for _, leaves, is_event in observed)
        survival *= 1 - events / at_risk
        if survival <= 0.5 + 1e-12:
            return int(day)
    return None


def _members(
    book: Book, conditions: Mapping[str, str], roles: Sequence[str], limit: int | None
) -> tuple[tuple[Member, ...], int]:
    """The members counted by the widest part, those of the narrower one first; ``limit`` of each."""
    widest = next(iter(conditions.values()))
    flags = ", ".join(
        f'coalesce({condition}, false) as "is:{name}"' for name, condition in conditions.items()
    )
    narrow = f'"is:{list(conditions)[-1]}"'
    rank = f"row_number() over (partition by {narrow} order by member_key)"
    book.rows(
        "create or replace temp table counted as "
        f"select *, {flags} from members where coalesce({widest}, false)"
    )
    total = book.row("select count(*) as n from counted")
    within = "true" if limit is None else f"turn <= {int(limit)}"
    rows = book.rows(
        'select chosen.*, coalesce(enterprises.name, listed.name) as "name:" from '
        f"(select *, {rank} as turn from counted) as chosen "
        "left join dim_enterprises as enterprises on chosen.enterprise_id = enterprises.enterprise_id "
        "left join fct_frozen_base as listed on chosen.member_key = listed.record_key "
        f"where {within} order by {narrow} desc, member_key"
    )
    found = evidence_of(book, [row["member_key"] for row in rows], roles)
    hidden = {"member_key", "enterprise_id", "days", "turn", "name:"}
    members = tuple(
        Member(
            key=row["member_key"],
            enterprise_id=row["enterprise_id"],
            name=row["name:"],
            counted={name: row[f"is:{name}"] for name in conditions},
            detail={k: v for k, v in row.items() if k not in hidden and not k.startswith("is:")},
            evidence=tuple(found.get(row["member_key"], ())),
        )
        for row in rows
    )
    return members, int(total["n"]) if total else 0


def _definition(book: Book, aggregate: Aggregate, measure: str, spec: Measure) -> tuple[str, str]:
    """What the release itself says of the column; of a figure that is no column, what it is made of."""
    if measure in book.columns(aggregate.name):
        return book.words(aggregate.name, measure)
    if spec.part and spec.whole:
        of = [book.words(aggregate.name, name) for name in (spec.part, spec.whole)]
        return f"{of[0][0]} ÷ {of[1][0]}", f"{of[0][1]} ÷ {of[1][1]}"
    return "基数中未被覆盖的（户）", "In the base and not covered"


def _policy(book: Book, rules: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    rows = {row["rule_key"]: row for row in book.rows("from dim_policy")}
    return tuple(rows[key] for key in rules if key in rows)


def _group_name(book: Book, keys: Mapping[str, Any]) -> str | None:
    if "grouping" not in keys:
        return None
    row = book.row(
        "select any_value(group_name) as name from agg_coverage where grouping = ? and group_code = ?",
        [keys["grouping"], keys["group_code"]],
    )
    return row["name"] if row else None


def _fact(book: Book, table: str, asked: Asked, limit: int | None) -> Explanation:
    """A count or sum over the rows of a fact or dimension table."""
    where = dict(asked.where)
    if asked.district:
        where["district_code"] = asked.district
    if asked.grouping and asked.group:
        where[asked.grouping] = asked.group
    if asked.on:
        where["changed_on"] = asked.on
    condition, amount, zh, en = fact_measures(book, table, asked.measure)
    value = fact_members(book, table, where, condition, amount)
    members, n_members = _members(book, {asked.measure: "true"}, fact_roles(table, where), limit)
    recounted = book.row("select sum(amount) as n from members")
    return Explanation(
        release_id=book.release.release_id,
        valid_on=book.release.valid_on,
        known_at=book.release.known_at,
        table=table,
        measure=asked.measure,
        keys=where,
        group_name=None,
        zh=zh,
        en=en,
        value=value,
        recounted=int(recounted["n"] or 0) if recounted else None,
        numerator=None,
        denominator=None,
        policy=(),
        n_members=n_members,
        members=members,
        caveats=tuple(book.release.manifest.get("caveats", ())),
    )
