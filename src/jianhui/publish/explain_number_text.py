"""An explained figure for a terminal: the answer in the first line, its parts, then the members and lines."""

from datetime import date
from typing import Any

from jianhui.core.clock import SHANGHAI
from jianhui.publish.explain_evidence import Evidence
from jianhui.publish.explain_number import Explanation, Member, Part
from jianhui.publish.explain_words import BASE_NAMES, BASES, DETAILS, ROLES, SHOWN_CELLS, source, word
from jianhui.publish.report_figures import percent, shown_share

_CELL = 40
"""Characters of a cell shown in text."""


def number_text(explained: Explanation, language: str, limit: int) -> str:
    """Some lines for a terminal, in ``zh`` or ``en``."""
    zh = language == "zh"
    lines = [_headline(explained, zh), *_parts(explained, zh)]
    lines += _policy(explained, zh)
    lines += [f"{'注意' if zh else 'note'}: {caveat['zh' if zh else 'en']}" for caveat in explained.caveats]
    lines += _members(explained, zh, limit)
    return "\n".join(lines)


def _headline(explained: Explanation, zh: bool) -> str:
    told = f"{explained.table}.{explained.measure} = {_shown(explained)}"
    where = " · ".join(_key_words(explained, zh))
    known = explained.known_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    head = f"{told}  ({where})" if where else told
    if zh:
        as_of = f"截至 {explained.valid_on}，按 {known} 所知；{source(explained.release_id, zh)}"
    else:
        as_of = f"as of {explained.valid_on}, as known {known}; {source(explained.release_id, zh)}"
    return f"{head}\n{as_of}"


def _key_words(explained: Explanation, zh: bool) -> list[str]:
    """The cell in words: group, base, day; of a fact table its conditions."""
    words = []
    for key, value in explained.keys.items():
        if key in ("group_code", "kind"):
            words.append(f"{explained.group_name or ''} {value}".strip())
        elif key == "base_kind":
            words.append(word(BASE_NAMES, value, zh))
        elif key != "grouping":
            words.append(f"{key}={_plain(value)}")
    return words


def _shown(explained: Explanation) -> str:
    value = explained.value
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and explained.numerator and explained.denominator:
        share = percent(shown_share(explained.numerator.value, explained.denominator.value))
        return f"{explained.numerator.value}/{explained.denominator.value} = {share}"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _parts(explained: Explanation, zh: bool) -> list[str]:
    """Definition, base, numerator, denominator, and whether the members give the figure again."""
    lines = [f"{'定义' if zh else 'definition'}: {explained.zh if zh else explained.en}"]
    base = explained.keys.get("base_kind")
    if base:
        lines.append(f"{'基数' if zh else 'base'}: {BASES[base][0 if zh else 1]}")
    for title, part in (
        ("分子" if zh else "numerator", explained.numerator),
        ("分母" if zh else "denominator", explained.denominator),
    ):
        if part is not None:
            lines.append(f"{title}: {_part(part, zh)}")
    if explained.value is None:
        return [*lines, "值为空：所依据的数据从未收到" if zh else "null: what it rests on was never received"]
    n = explained.n_members
    if explained.is_reproduced:
        of_what = "户" if explained.table.startswith("agg_") else "项"
        told = (
            f"逐{of_what}复算：{n} {of_what}，与发布一致"
            if zh
            else f"counted again from {n} members: as published"
        )
    else:
        told = (
            f"逐户复算得 {explained.recounted}，与发布不一致！请报告维护者"
            if zh
            else f"counted again gives {explained.recounted}, not what was published; please report it"
        )
    return [*lines, told]


def _part(part: Part, zh: bool) -> str:
    value = "—" if part.value is None else part.value
    return f"{value}  {part.measure}: {part.zh if zh else part.en}"


def _policy(explained: Explanation, zh: bool) -> list[str]:
    if not explained.policy:
        return []
    lines = ["依据的规则：" if zh else "rules it rests on:"]
    for rule in explained.policy:
        assumed = ("（假定）" if zh else " (assumed)") if rule["is_assumed"] else ""
        source = rule["source"] or "-"
        lines.append(f"  {rule['rule_key']} = {rule['value']} {rule['unit']}{assumed}  [{source}]")
    return lines


def _members(explained: Explanation, zh: bool, limit: int) -> list[str]:
    if not explained.members:
        return []
    groups: dict[bool, list[Member]] = {}
    for member in explained.members:
        groups.setdefault(list(member.counted.values())[-1], []).append(member)
    lines = []
    for is_counted, members in groups.items():
        title = _group_title(explained, is_counted, zh)
        more = f"{'前' if zh else 'first '}{limit}" if len(members) >= limit else ""
        lines += ["", f"{title}{f' [{more}]' if more else ''}"]
        for number, member in enumerate(members, start=1):
            lines += _member(member, number, zh)
    lines += ["", "全部成员及原文：--json" if zh else "every member with its lines: --json"]
    return lines


def _group_title(explained: Explanation, is_counted: bool, zh: bool) -> str:
    if explained.numerator is None:
        return "计入的企业或记录" if zh else "what is counted"
    if is_counted:
        return f"计入分子的（{explained.numerator.value} 户）" if zh else "in the numerator"
    return "只在分母的" if zh else "in the denominator only"


def _member(member: Member, number: int, zh: bool) -> list[str]:
    name = member.name or member.key
    ident = f"  {member.enterprise_id}" if member.enterprise_id else ""
    detail = "，".join(
        _detail(key, value, zh) for key, value in member.detail.items() if _is_told(key, value)
    )
    lines = [f"  {number}. {name}{ident}{f'  {detail}' if detail else ''}"]
    order = list(ROLES)
    ordered = sorted(member.evidence, key=lambda one: order.index(one.role))
    return lines + [f"     {evidence_text(one, 'zh' if zh else 'en')}" for one in ordered]


def _is_told(key: str, value: Any) -> bool:
    return key in DETAILS and value is not None and (key, value) != ("amount", 1)


def _detail(key: str, value: Any, zh: bool) -> str:
    heading, words = DETAILS[key]
    told = word(words, value, zh) if words else _plain(value)
    return f"{heading[0 if zh else 1]} {told}"


def evidence_text(one: Evidence, language: str) -> str:
    """One piece of evidence: what it is, file and line, and the agency's own words."""
    index = 0 if language == "zh" else 1
    role = ROLES.get(one.role, (one.role, one.role))[index]
    words = line_words(one)
    if not one.line.is_kept:
        words = "（原文已按期删除）" if language == "zh" else "(the text is no longer kept)"
    return f"{role} | {one.line.place(language)} | {words}"


def line_words(one: Evidence) -> str:
    """The agency's own words, cells worth showing, cut short."""
    shown = SHOWN_CELLS.get(one.feed)
    cells = one.line.cells
    names = [name for name in shown if name in cells] if shown else list(cells)
    return " ".join(f"{name}={_cut(cells[name])}" for name in names)


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
