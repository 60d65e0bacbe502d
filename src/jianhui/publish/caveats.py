"""What a reader must know before the figures: what was never received, what is stale, what is assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Caveat:
    """One sentence in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Caveats:
    """Sentences, and the policy rows in force that nobody could source."""

    sentences: tuple[Caveat, ...] = ()
    assumed_policy: tuple[Mapping[str, str], ...] = ()


RESTS_ON: Mapping[str, tuple[str, str]] = {
    "union_organisations": ("覆盖情况未知，未建会清单为空", "coverage is unknown and the gap list is empty"),
    "union_coverage": (
        "联合工会、联合会的涵盖单位未知，只计单独工会和所在单位",
        "what joint unions and federations cover is unknown; only own unions and hosts count",
    ),
    "tax": ("职工人数不含税务来源，不知谁缴纳建会筹备金", "no staff counts from tax, and fee payers unknown"),
    "hr": ("职工人数不含人社来源", "no staff counts from social insurance"),
    "verifications": ("没有排查结果", "nothing is known from the field"),
    "base_list": ("没有固化基数，目标不作判断", "there is no frozen base and the target is not judged"),
}
"""What is missing from the figures when a feed was never received."""


def read_caveats(build: Path, *, is_backfilled: bool = False) -> Caveats:
    """The caveats of a build: feeds never received or stale, held deliveries, assumed policy rows.

    Read from ``input.feeds``, ``input.deliveries`` and ``intermediate.int_policy``, in order of feed and key.
    """
    connection = duckdb.connect(":memory:")
    try:
        quoted = str(build).replace("'", "''")
        connection.execute(f"attach '{quoted}' as built (read_only)")
        feeds = connection.execute(
            "select feed, title, is_received, coalesce(is_stale, false), last_reference_on, days_behind "
            "from built.input.feeds order by feed"
        ).fetchall()
        held = connection.execute(
            "select feed, count(*) from built.input.deliveries where verdict = 'held' "
            "group by feed order by feed"
        ).fetchall()
        policy = connection.execute(
            "select rule_key, value, coalesce(unit, ''), coalesce(source, '') "
            "from built.intermediate.int_policy where is_assumed order by rule_key"
        ).fetchall()
    finally:
        connection.close()
    sentences = [
        caveat
        for feed, title, is_received, is_stale, last, behind in feeds
        for caveat in _of_feed(feed, title or feed, is_received, (last, behind) if is_stale else None)
    ]
    sentences += [
        Caveat(f"{feed} 有 {n} 次交付待处理，未计入", f"{n} deliveries of {feed} are held and not counted")
        for feed, n in held
    ]
    if is_backfilled:
        sentences.append(
            Caveat(
                "事件日志开始于本期截止日之后，按现在所知补编",
                "the log began after the cut-off: backfilled, as known now",
            )
        )
    rules = tuple(
        {"key": key, "value": value, "unit": unit, "source": source} for key, value, unit, source in policy
    )
    return Caveats(tuple(sentences), rules)


def _of_feed(feed: str, title: str, is_received: bool, stale: tuple[object, object] | None) -> list[Caveat]:
    if not is_received:
        zh, en = RESTS_ON.get(feed, ("相关内容为空", "what rests on it is empty"))
        return [Caveat(f"从未收到{title}（{feed}）：{zh}", f"{feed} was never received: {en}")]
    if stale is not None:
        last, behind = stale
        return [
            Caveat(
                f"{title}（{feed}）截至 {last}，已滞后 {behind} 天",
                f"{feed} is as of {last}, {behind} days behind",
            )
        ]
    return []
