"""What people's answers tell of the links: do judges agree, how often is a tier wrong, how much is missed.

Precision of a tier rests on the pairs drawn from it at random (``review export --sample``), recall on those
and on the records drawn from the unmatched. What was asked for its effect on the rate is no random sample
and tells of neither. Shares carry Wilson's 95 % interval; those of recall are put together from the bounds
of its parts, so they are wider than 95 %, never narrower.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from jianhui.core.proportions import Proportion, wilson
from jianhui.publish.report_source import Release
from jianhui.publish.review_questions import UNMATCHED, unmatched_pairs
from jianhui.resolve.bonds import BASIS_REVIEWED
from jianhui.resolve.judgements import COMMERCE, DIFFERENT, NONE, SAME, UNSURE, Judgement, unit_expr

Pair = tuple[str, str, str]


@dataclass(frozen=True)
class Tier:
    """A link basis: how many units the release links by it, and how many of those drawn were right."""

    tier: str
    n_linked: int
    right: Proportion


@dataclass(frozen=True)
class Recall:
    """Share of the links there should be that there are. Null where nothing was drawn from the unmatched.

    ``missed``: of the unmatched units with candidates, those that are one of them; ``n_unmatched`` counts
    these units, ``n_without_candidates`` those nobody can be asked about. ``unsampled``: tiers of which
    nothing was drawn; their links are counted as right.
    """

    share: float | None
    low: float | None
    high: float | None
    missed: Proportion
    n_unmatched: int
    n_without_candidates: int
    unsampled: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """The whole of it. ``n_judged``: judgements that were not withdrawn, ``n_unsure`` of them."""

    release_id: str
    n_judged: int
    n_unsure: int
    n_withdrawn: int
    n_judges: int
    agreement: Proportion
    tiers: tuple[Tier, ...]
    recall: Recall

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            **{
                key: value for key, value in vars(self).items() if key not in ("agreement", "tiers", "recall")
            },
            "agreement": self.agreement.as_dict(),
            "tiers": [
                {"tier": one.tier, "n_linked": one.n_linked, **one.right.as_dict()} for one in self.tiers
            ],
            "recall": {**vars(self.recall), "missed": self.recall.missed.as_dict()},
        }

    def text(self, language: str) -> str:
        """For a reader, in ``zh`` or ``en``."""
        zh = language == "zh"
        counts = (self.n_judged, self.n_unsure, self.n_withdrawn, self.n_judges)
        recall = self.recall
        lines = [
            "判断 {} 条（其中无法判断 {}），撤回 {} 条，判断人 {} 人".format(*counts)
            if zh
            else "{} judgements ({} unsure), {} withdrawn, {} judge(s)".format(*counts),
            ("两人以上判断过的候选，意见一致" if zh else "agreement on pairs judged by two or more")
            + f": {_shown(self.agreement, zh)}",
            ("各类依据的准确率（随机抽样）" if zh else "precision by tier (random samples)")
            + ("" if self.tiers else f": {_shown(wilson(0, 0), zh)}"),
        ]
        for one in self.tiers:
            linked = f"已关联 {one.n_linked}" if zh else f"{one.n_linked} linked"
            lines.append(f"  {one.tier:<12} {_shown(one.right, zh)}  {linked}")
        lines.append(
            ("漏关联（未匹配记录抽样）" if zh else "missed (sample of the unmatched)")
            + f": {_shown(recall.missed, zh)}"
        )
        if recall.share is None:
            hint = "jianhui review export --sample unmatched:50"
            lines.append((f"查全率：尚无抽样 → {hint}") if zh else f"recall: nothing was drawn → {hint}")
        else:
            lines.append(
                ("查全率估计" if zh else "recall, estimated")
                + f": {_percent(recall.share)} [{_percent(recall.low)}, {_percent(recall.high)}]"
            )
            if recall.unsampled:
                tiers = ", ".join(recall.unsampled)
                lines.append(
                    f"  未抽样、按全部正确计：{tiers}" if zh else f"  not drawn, taken as right: {tiers}"
                )
            if recall.n_without_candidates:
                n = recall.n_without_candidates
                lines.append(
                    f"  另有 {n} 个未匹配单位没有候选，不在估计之内"
                    if zh
                    else f"  {n} units have no candidate"
                )
        return "\n".join(lines)


def score_judgements(judgements: Sequence[Judgement], release: Release) -> Score:
    """Score the judgements of links; ``release`` weighs the tiers by what it links.

    Of one pair the last answer counts; ``unsure`` is no answer. Judgements on commerce records are left out.
    """
    of_links = [one for one in judgements if one.feed != COMMERCE]
    valid = [one for one in of_links if not one.withdrawal]
    sure = [one for one in valid if one.verdict != UNSURE]
    counts = _linked(release)
    drawn = _drawn(sure)
    tiers = tuple(
        Tier(tier, counts.get(tier, 0), wilson(sum(of_tier), len(of_tier)))
        for tier, of_tier in sorted(drawn.items())
        if tier != UNMATCHED
    )
    return Score(
        release_id=release.manifest.release_id,
        n_judged=len(valid),
        n_unsure=len(valid) - len(sure),
        n_withdrawn=len(of_links) - len(valid),
        n_judges=len({one.by for one in valid}),
        agreement=_agreement(sure),
        tiers=tiers,
        recall=_recall(release, counts, tiers, drawn.get(UNMATCHED, [])),
    )


def _agreement(sure: Iterable[Judgement]) -> Proportion:
    """Pairs that two judges or more answered, and those on which all of them say the same.

    ``none`` says ``different`` of every pair of its record that somebody else was asked about.
    """
    said: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for one in sure:
        of_judge = said.setdefault((one.feed, one.unit), {}).setdefault(one.by, {})
        if one.verdict == NONE:
            of_judge.clear()
            of_judge[""] = DIFFERENT
        elif one.enterprise_id is not None:
            of_judge[one.enterprise_id] = one.verdict
    n, n_agreed = 0, 0
    for by_judge in said.values():
        for enterprise in sorted({key for answers in by_judge.values() for key in answers if key}):
            answers = [found.get(enterprise, found.get("")) for found in by_judge.values()]
            given = [answer for answer in answers if answer is not None]
            if len(given) > 1:
                n += 1
                n_agreed += len(set(given)) == 1
    return wilson(n_agreed, n)


def _drawn(sure: Iterable[Judgement]) -> dict[str, list[bool]]:
    """Tier → for each drawn pair (of the unmatched: each drawn unit) whether it was found to be one."""
    last: dict[str, dict[Pair, bool]] = {}
    for one in sure:
        if one.drawn is None:
            continue
        of_tier = last.setdefault(one.drawn, {})
        if one.verdict == NONE:
            for pair in [pair for pair in of_tier if pair[:2] == (one.feed, one.unit)]:
                of_tier[pair] = False
            if not any(pair[:2] == (one.feed, one.unit) for pair in of_tier):
                of_tier[one.feed, one.unit, ""] = False
        else:
            of_tier.pop((one.feed, one.unit, ""), None)
            of_tier[one.feed, one.unit, one.enterprise_id or ""] = one.verdict == SAME
    found = {tier: list(of_tier.values()) for tier, of_tier in last.items()}
    if UNMATCHED in last:
        units: dict[tuple[str, str], bool] = {}
        for (feed, unit, _), is_one in last[UNMATCHED].items():
            units[feed, unit] = units.get((feed, unit), False) or is_one
        found[UNMATCHED] = list(units.values())
    return found


def _linked(release: Release) -> dict[str, int]:
    """Link basis → units the release links by it."""
    bridge = release.mart("bridge_enterprise_records").filter(pl.col("feed") != COMMERCE)
    units = bridge.select("feed", unit_expr(), "enterprise_id", "link_basis").unique()
    return dict(units.group_by("link_basis").len().sort("link_basis").iter_rows())


def _recall(
    release: Release, counts: Mapping[str, int], tiers: Sequence[Tier], unmatched: Sequence[bool]
) -> Recall:
    with_candidates = _units(unmatched_pairs(release))
    without = _units(release.mart("fct_unmatched_records").select("feed", unit_expr())) - with_candidates
    missed = wilson(sum(unmatched), len(unmatched))
    sampled = {one.tier: one.right for one in tiers}
    unsampled = tuple(sorted(tier for tier in counts if tier not in sampled and tier != BASIS_REVIEWED))
    n = len(with_candidates)
    return Recall(
        share=_share(counts, sampled, n, "share", missed.share),
        low=_share(counts, sampled, n, "low", missed.high),
        high=_share(counts, sampled, n, "high", missed.low),
        missed=missed,
        n_unmatched=n,
        n_without_candidates=len(without),
        unsampled=unsampled,
    )


def _share(
    counts: Mapping[str, int],
    sampled: Mapping[str, Proportion],
    n_unmatched: int,
    bound: str,
    missed: float | None,
) -> float | None:
    """Right links over right and missed ones, with one bound of each."""
    if missed is None:
        return None
    right = sum(n * (getattr(sampled[tier], bound) if tier in sampled else 1.0) for tier, n in counts.items())
    expected = right + n_unmatched * missed
    return float(right / expected) if expected else None


def _units(rows: pl.DataFrame) -> set[tuple[str, str]]:
    return {(feed, unit) for feed, unit in rows.select("feed", "unit").iter_rows()}


def _shown(proportion: Proportion, zh: bool) -> str:
    if proportion.share is None:
        return "尚无" if zh else "none yet"
    bounds = f"[{_percent(proportion.low)}, {_percent(proportion.high)}]"
    return f"{proportion.n_yes}/{proportion.n} = {_percent(proportion.share)} {bounds}"


def _percent(share: float | None) -> str:
    """Rounded down, so that 99.996 % is not shown as all."""
    return "" if share is None else f"{int(share * 10_000) / 100:.2f}%"
