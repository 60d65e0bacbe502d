"""An explained enterprise for a terminal: how it stands in three lines, why, records, history."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from jianhui.core.clock import SHANGHAI
from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.publish.explain_bases import Condition
from jianhui.publish.explain_enterprise import EnterpriseExplanation
from jianhui.publish.explain_evidence import Evidence
from jianhui.publish.explain_number_text import evidence_text
from jianhui.publish.explain_unions import UnionTie
from jianhui.publish.explain_words import (
    BASE_NAMES,
    CAUSES,
    CHANGES,
    COVER_KINDS,
    LINK_BASES,
    REASONS,
    ROLES,
    source,
    word,
)

STAFF_SOURCES: Mapping[str, tuple[str, str]] = {
    "tax": ("税务", "tax"),
    "hr": ("人社", "social insurance"),
    "commerce": ("工商", "registry"),
    "union": ("本单位工会", "its own union"),
}
_MARKS = {True: "✓", False: "✗", None: "–"}
MOST_VERSIONS = 6
"""Record versions of one feed shown in text; the newest ones."""


def enterprise_text(told: EnterpriseExplanation, language: str) -> str:
    """Some lines for a terminal, in ``zh`` or ``en``."""
    zh = language == "zh"
    sections = [
        _head(told, zh),
        _bases(told, zh),
        _cover(told, zh),
        _staff(told, zh),
        _records(told, zh),
        _history(told, zh),
        _published(told, zh),
    ]
    lines = [line for section in sections for line in [*section, ""]]
    return "\n".join([*lines, "全部字段与原文：--json" if zh else "everything, with every cell: --json"])


def _head(told: EnterpriseExplanation, zh: bool) -> list[str]:
    row = told.row
    lines = []
    if told.redirected:
        at = told.redirected
        lines.append(
            f"{at['from']} 已并入 {at['to']}（依据 {word(LINK_BASES, at['basis'], zh)}）"
            if zh
            else f"{at['from']} was merged into {at['to']} (by {word(LINK_BASES, at['basis'], zh)})"
        )
    code = row["uscc"] or row["reg_no"] or row["org_code"] or "–"
    lines.append(f"{row['name']}  {row['enterprise_id']}  {code}")
    known = told.known_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    lines.append(
        f"截至 {told.valid_on}，按 {known} 所知；{source(told.release_id, zh)}"
        if zh
        else f"as of {told.valid_on}, as known {known}; {source(told.release_id, zh)}"
    )
    lines.append(_verdict(told, zh))
    return lines


def _verdict(told: EnterpriseExplanation, zh: bool) -> str:
    """In or out, covered or not, since when and until when: what one wants to know first."""
    in_base = told.bases[0].is_member
    words = (
        ["在册" if in_base else "不在册"]
        if zh
        else ["in the live base" if in_base else "not in the live base"]
    )
    if told.state.get("is_covered") is None:
        words.append(
            "覆盖情况未知（从未收到工会登记）" if zh else "cover unknown: no union register received"
        )
    elif told.state["is_covered"]:
        kind = word(COVER_KINDS, told.state["cover_kind"], zh)
        since = told.coverage.get("covered_since")
        from_when = (f"，自 {since}" if zh else f" since {since}") if since else ""
        words.append(f"{'已覆盖' if zh else 'covered'}（{kind}{from_when}）")
    else:
        words.append("未覆盖" if zh else "not covered")
    if told.gap:
        words.append(_gap(told.gap, zh))
    return "；".join(words) if zh else "; ".join(words)


def _gap(gap: Mapping[str, Any], zh: bool) -> str:
    overdue = gap["days_overdue"]
    if zh:
        late = f"已逾期 {overdue} 天" if gap["is_overdue"] else "未到期"
        return f"未建会缺口：自 {gap['gap_since']}，应建会期限 {gap['due_on']}，{late}"
    late = f"overdue by {overdue} days" if gap["is_overdue"] else "not yet due"
    return f"gap since {gap['gap_since']}, due {gap['due_on']}, {late}"


def _bases(told: EnterpriseExplanation, zh: bool) -> list[str]:
    lines = ["为什么在或不在各基数内" if zh else "why it is or is not in each base"]
    shown: set[str] = set()
    for base in told.bases:
        lines.append(f"  {_MARKS[base.is_member]} {word(BASE_NAMES, base.kind, zh)}")
        for condition in base.conditions:
            if condition.name not in shown:
                lines += _condition(condition, zh)
                shown.add(condition.name)
        if base.kind in ("live_25", "due"):
            failing = [one for one in base.conditions if one.holds is False]
            same = [one for one in failing if one.name not in ("staff", "due")]
            if same:
                lines.append("      （不在在册基数内）" if zh else "      (not in the live base)")
    return lines


def _condition(condition: Condition, zh: bool) -> list[str]:
    lines = [f"      {_MARKS[condition.holds]} {condition.zh if zh else condition.en}"]
    # The registry's line is shown once, under the records; what else decides is shown here.
    telling = [one for one in condition.evidence if one.role != "registry"]
    return lines + [f"          {evidence_text(one, 'zh' if zh else 'en')}" for one in telling]


def _cover(told: EnterpriseExplanation, zh: bool) -> list[str]:
    lines = ["为什么被或未被覆盖" if zh else "why it is or is not covered"]
    for tie in told.unions:
        lines += _tie(tie, zh)
    if not told.unions and told.state.get("is_covered") is not None:
        lines.append(
            "  工会登记中没有以它为所在单位的工会，也没有涵盖它的行"
            if zh
            else "  the register has no union in it, and no line names it"
        )
    if told.coverage.get("has_claim"):
        lines.append(
            "  排查称“已建会”：只是说法，工会登记中查无，不计覆盖"
            if zh
            else "  a finding says it has a union: a claim, which is not cover"
        )
    for one in told.near:
        place = f"{one['file']} 第{one['line']}行" if zh else f"{one['file']} line {one['line']}"
        why = "、".join([word(REASONS, one["reason"], zh), *one["why"]])
        head = "未归属的记录，可能指它：" if zh else "unattached, may mean it: "
        lines.append(f"  {head}{one['name']} | {place} | {why}")
    return lines


def _tie(tie: UnionTie, zh: bool) -> list[str]:
    mark = "✓" if tie.speaks else "·"
    lines = [
        f"  {mark} {tie.name or tie.union_id}（{tie.kind or '–'}，{tie.union_id}）{tie.zh if zh else tie.en}"
    ]
    for one in tie.evidence:
        if one.is_in_force:
            lines.append(f"      {evidence_text(one, 'zh' if zh else 'en')}")
    for span in tie.spans:
        lines.append(f"      {'覆盖' if zh else 'covered'} {_days(span['valid_from'], span['valid_to'])}")
    return lines


def _staff(told: EnterpriseExplanation, zh: bool) -> list[str]:
    row = told.row
    if row["staff_count"] is None:
        return [
            "职工人数：不详（各来源都没有在有效期内的数）"
            if zh
            else "staff: unknown (no source has a count young enough)"
        ]
    source = word(STAFF_SOURCES, row["staff_source"], zh)
    head = (
        f"职工 {row['staff_count']} 人，据{source} {row['staff_as_of']}"
        if zh
        else (f"staff {row['staff_count']}, from {source}, of {row['staff_as_of']}")
    )
    return [head, *(f"  {evidence_text(one, 'zh' if zh else 'en')}" for one in told.staff)]


def _records(told: EnterpriseExplanation, zh: bool) -> list[str]:
    """Records feed by feed: key, basis, and each version on both clocks with its line."""
    lines = [
        "各机关的记录（有效期间 | 记入日志 | 出处 | 原文）"
        if zh
        else "records (valid | recorded | where | words)"
    ]
    by_role: dict[str, list[Evidence]] = {}
    for one in told.records:
        by_role.setdefault(one.role, []).append(one)
    for role in [role for role in ROLES if role in by_role]:
        rows = by_role[role]
        lines.append(f"  {ROLES[role][0 if zh else 1]}")
        newest = sorted(rows, key=lambda one: (one.valid_from or date.min, one.record_key))[-MOST_VERSIONS:]
        if len(rows) > len(newest):
            lines.append(
                f"    … {len(rows) - len(newest)} {'条更早的见 --json' if zh else 'earlier ones: --json'}"
            )
        for one in newest:
            lines += _version(one, zh)
    return lines


def _version(one: Evidence, zh: bool) -> list[str]:
    mark = "●" if one.is_in_force else "○"
    recorded = one.recorded_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if one.recorded_at else "–"
    basis = ""
    if one.link_basis:
        basis = f"  [{word(LINK_BASES, one.link_basis, zh)}"
        basis += f" {one.link_confidence:.2f}]" if (one.link_confidence or 1) < 1 else "]"
    days = _days(one.valid_from, one.valid_to)
    language = "zh" if zh else "en"
    return [
        f"    {mark} {days} | {recorded} | {one.line.place(language)}{basis}",
        f"        {evidence_text(one, language).split(' | ')[-1]}",
    ]


def _history(told: EnterpriseExplanation, zh: bool) -> list[str]:
    lines = ["历史（按现在所知）" if zh else "history, as known now"]
    for spell in _merged(told.spells):
        words = [_yes(spell["in_base"], ("在册", "不在册"), ("in base", "not in base"), zh)]
        if spell["is_covered"] is not None:
            words.append(_yes(spell["is_covered"], ("已覆盖", "未覆盖"), ("covered", "not covered"), zh))
        if spell["finding"]:
            words.append(spell["finding"])
        words.append(spell["district_code"] or "–")
        told_words = ("，" if zh else ", ").join(words)
        lines.append(f"  {_days(spell['valid_from'], spell['valid_to'])}  {told_words}")
    for change in told.changes:
        what, why = word(CHANGES, change["change"], zh), word(CAUSES, change["cause"], zh)
        lines.append(
            f"  {change['changed_on']}  {what}（{why}）"
            if zh
            else f"  {change['changed_on']}  {what} ({why})"
        )
    return lines


def _published(told: EnterpriseExplanation, zh: bool) -> list[str]:
    """Since which release it was told in this way."""
    lines = ["历次发布怎么说（有变化的）" if zh else "what releases said, where it changed"]
    for one in told.published:
        if one["in_base_live"] is None:
            words = ["没有此户" if zh else "not there"]
        else:
            words = [_yes(one["in_base_live"], ("在册", "不在册"), ("in base", "not in base"), zh)]
            if one["is_covered"] is not None:
                words.append(_yes(one["is_covered"], ("已覆盖", "未覆盖"), ("covered", "not covered"), zh))
        known = one["known_at"].astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        lines.append(f"  {known}  {one['release_id']}  {('，' if zh else ', ').join(words)}")
    return lines


def _merged(spells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Spells between which nothing that is shown changes are one."""
    shown = ("in_base", "is_covered", "finding", "district_code")
    merged: list[dict[str, Any]] = []
    for spell in spells:
        if merged and all(merged[-1][name] == spell[name] for name in shown):
            merged[-1]["valid_to"] = spell["valid_to"]
        else:
            merged.append(dict(spell))
    return merged


def _yes(value: bool, zh_words: tuple[str, str], en_words: tuple[str, str], zh: bool) -> str:
    return (zh_words if zh else en_words)[0 if value else 1]


def _days(start: date | None, end: date | None) -> str:
    """``2014-01-03 → 2014-02-28`` with the last day on which it held; open ends as an arrow."""
    first = "…" if start is None or start == BEGINNING else start.isoformat()
    if end is None or end == OPEN_END:
        return f"{first} →"
    last = end - timedelta(days=1)
    return f"{first} → {last.isoformat()}"
