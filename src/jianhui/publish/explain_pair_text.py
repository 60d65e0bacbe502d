"""An explained pair for a terminal: one or not and by what, then feature by feature, weight and judgement."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from jianhui.core.clock import SHANGHAI
from jianhui.publish.explain_pair import Compared, PairExplanation, Weighed
from jianhui.publish.explain_source import shown
from jianhui.publish.explain_words import LINK_BASES, REASONS, SHOWN_CELLS, Words, source, word

FEATURES: Mapping[str, Words] = {
    "uscc": ("统一社会信用代码", "credit code"),
    "org_code": ("组织机构代码", "organisation code"),
    "reg_no": ("注册号", "registration number"),
    "name": ("名称", "name"),
    "address": ("地址", "address"),
    "whole": ("全名", "whole name"),
    "core": ("字号与行业", "brand and trade"),
    "region": ("名称中的地名", "region in the name"),
    "form": ("组织形式", "legal form"),
    "branch": ("分支", "branch"),
    "numbers": ("数字", "numerals"),
    "place": ("所在区域", "place"),
    "code": ("不合规代码", "unusable code"),
    "former": ("现用名或曾用名", "present or former name"),
}
OUTCOMES: Mapping[str, Words] = {
    "equal": ("一致", "equal"),
    "different": ("不一致", "different"),
    "differs": ("不一致", "differs"),
    "missing": ("缺", "missing"),
}
VERDICTS: Mapping[str, Words] = {
    "same": ("是同一家", "the same"),
    "different": ("不是同一家", "different"),
    "none": ("不属于任何企业", "no enterprise's"),
    "unsure": ("不能确定", "unsure"),
}
DECISIONS: Mapping[str, Words] = {
    "linked": ("已关联", "linked"),
    "uncertain": ("存疑，待人工判断", "uncertain: for a person"),
    "rejected": ("不取", "rejected"),
}


def pair_text(told: PairExplanation, language: str) -> str:
    """Some lines for a terminal, in ``zh`` or ``en``."""
    zh = language == "zh"
    lines = [*_head(told, zh), "", "两边所述（基准日）" if zh else "what each side says on the day"]
    lines += [_compared(one, zh) for one in told.compared]
    if told.tier is not None:
        lines.append(_tier(told, zh))
    lines += ["", *_weighed(told.weighed, zh), "", *_judgements(told, zh)]
    lines += ["", "原文" if zh else "the agencies' own words"]
    for whose, line in told.lines:
        names = SHOWN_CELLS.get(line.delivery.feed, tuple(line.cells))
        words = " ".join(f"{name}={line.cells[name]}" for name in names if name in line.cells)
        lines.append(f"  {_side(whose, zh)} | {line.place(language)} | {words}")
    return "\n".join(lines)


def _head(told: PairExplanation, zh: bool) -> list[str]:
    left, right = _name(told.left), _name(told.right)
    verdict = {True: ("是同一家", "one"), False: ("不作同一家", "not one")}[told.is_one][0 if zh else 1]
    lines = [
        f"{left}  ×  {right}",
        f"{told.valid_on}（{source(told.release_id, zh)}）{verdict}{_why(told, zh)}",
    ]
    if not zh:
        lines[1] = f"{told.valid_on} ({source(told.release_id, zh)}): {verdict}{_why(told, zh)}"
    return lines


def _why(told: PairExplanation, zh: bool) -> str:
    if told.link is not None:
        basis = word(LINK_BASES, told.link["link_basis"], zh)
        confidence = f"{told.link['link_confidence']:.2f}"
        if told.is_one:
            return f"：{basis}，可信度 {confidence}" if zh else f": {basis}, confidence {confidence}"
        other = told.link["enterprise_id"]
        return f"：它归于 {other}（{basis}）" if zh else f": it belongs to {other} ({basis})"
    if told.reason is not None:
        return f"：{word(REASONS, told.reason, zh)}" if zh else f": {word(REASONS, told.reason, zh)}"
    return ""


def _tier(told: PairExplanation, zh: bool) -> str:
    if told.tier_enterprise_id is None:
        return f"  {'规则：' if zh else 'rule: '}{word(REASONS, str(told.tier), zh)}"
    basis = word(LINK_BASES, str(told.tier), zh)
    is_right = told.tier_enterprise_id == told.right["enterprise_id"]
    whom = ("此户" if zh else "this one") if is_right else told.tier_enterprise_id
    return f"  规则：{basis} → {whom}" if zh else f"  rule: {basis} → {whom}"


def _compared(one: Compared, zh: bool) -> str:
    outcome = word(OUTCOMES, one.outcome, zh)
    return f"  {word(FEATURES, one.feature, zh)}: {_said(one.record)} | {_said(one.enterprise)}  → {outcome}"


def _weighed(weighed: Weighed | None, zh: bool) -> list[str]:
    if weighed is None:
        return ["评分：没有可比的名称" if zh else "score: there are no two names to compare"]
    probability = "–" if weighed.probability is None else f"{weighed.probability:.4f}"
    if weighed.source == "stored":
        head = (
            f"评分（随发布保存）：概率 {probability}" if zh else f"score, stored: probability {probability}"
        )
    else:
        head = (
            f"评分（现算，模型 {weighed.model}，只与“都不是”相比）：概率 {probability}"
            if zh
            else f"score now (model {weighed.model}, against none alone): probability {probability}"
        )
    decision = f"，{word(DECISIONS, weighed.decision, zh)}" if weighed.decision else ""
    lines = [
        f"{head}{decision}；{'达到' if zh else 'a link from'} {weighed.accept}{'方可关联' if zh else ' up'}"
    ]
    for one in weighed.features:
        weight = "" if one["weight"] is None else f"  {one['weight']:+.2f}"
        outcome = word(OUTCOMES, str(one["outcome"]), zh)
        name = word(FEATURES, str(one["feature"]), zh)
        lines.append(f"  {name}: {_said(one['record'])} | {_said(one['enterprise'])}  → {outcome}{weight}")
    return lines


def _judgements(told: PairExplanation, zh: bool) -> list[str]:
    if not told.judgements:
        return ["没有人工判断" if zh else "nobody has judged it"]
    lines = ["人工判断" if zh else "judgements"]
    for one in told.judgements:
        when = one.judged_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if one.judged_at else "–"
        reason = f"：{one.reason}" if one.reason else ""
        lines.append(f"  {one.judgement_id} {when} {shown(one.by)} {word(VERDICTS, one.verdict, zh)}{reason}")
        if one.withdrawal:
            lines.append(f"    {'已撤回：' if zh else 'withdrawn: '}{one.withdrawal.reason}")
    return lines


def _side(whose: str, zh: bool) -> str:
    words = {
        "record": ("记录", "record"),
        "enterprise": ("企业", "enterprise"),
        "left": ("甲", "left"),
        "right": ("乙", "right"),
    }
    return words[whose][0 if zh else 1]


def _name(side: Mapping[str, Any]) -> str:
    if "feed" in side:
        return f"{side['feed']}:{side['record_key']} {side.get('name') or ''}".strip()
    return f"{side['name']} {side['enterprise_id']}"


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return value.isoformat() if isinstance(value, date) else shown(str(value))
