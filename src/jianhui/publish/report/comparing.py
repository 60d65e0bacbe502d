"""Comparisons in words, 环比 and 同比; correct where nothing moved and where nothing can be compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import (
    Figure,
    Said,
    distance,
    given,
    growth,
    listed,
    points,
    say,
)

PREVIOUS = {"quarter": ("上季度", "环比"), "month": ("上月", "环比")}
LAST_YEAR = ("上年同期", "同比")


def moved_count(now: Figure, before: Figure, than: str, rate: str) -> Said:
    """``比上季度增加12家（环比增长1.52%）``."""
    if not now.is_known or not before.is_known:
        return say("{than}没有可比数据", than=than)
    if now.number == before.number:
        return say("与{than}持平", than=than)
    more = now.number > before.number
    if not before.number:
        return say("比{than}增加{n}家", than=than, n=distance(now, before))
    return say(
        "比{than}{verb}{n}家（{rate}{way}{growth}）",
        than=than,
        verb="增加" if more else "减少",
        n=distance(now, before),
        rate=rate,
        way="增长" if more else "下降",
        growth=growth(now, before),
    )


def moved_rate(now: Figure, before: Figure, than: str) -> Said:
    """``比上季度提高1.23个百分点``: the difference of the two shown rates."""
    if not now.is_known or not before.is_known:
        return say("{than}没有可比数据", than=than)
    if now.value == before.value:
        return say("与{than}持平", than=than)
    up = now.is_above(before)
    return say("比{than}{verb}{p}个百分点", than=than, verb="提高" if up else "下降", p=points(now, before))


def against(
    facts: Facts, read: Callable[[Facts], tuple[Figure, Figure, Figure]], of: str, period: str
) -> list[Said]:
    """What became of base, covered and rate (as ``read`` reads them) against both earlier releases."""
    said = []
    now = read(facts)
    for other, (than, rate) in ((facts.previous, PREVIOUS[period]), (facts.last_year, LAST_YEAR)):
        if other is None:
            continue
        before = read(other)
        if not before[2].is_known:
            said.append(say("{than}未按{of}统计，不作比较", than=than, of=of))
            continue
        said.append(
            say(
                "{of}{base}，已建会企业{covered}，建会率{points}",
                of=of,
                base=moved_count(now[0], before[0], than, rate),
                covered=moved_count(now[1], before[1], than, rate),
                points=moved_rate(now[2], before[2], than),
            )
        )
    return said


@dataclass(frozen=True)
class Ranked:
    """One group in an order: its rank by standard competition ranking; tied ones share it."""

    code: str
    name: str
    rank: int
    is_tied: bool
    part: Figure
    whole: Figure
    rate: Figure

    @property
    def exact(self) -> Fraction:
        return Fraction(self.part.number, self.whole.number)

    def place(self) -> Said:
        """``第3位`` or ``并列第3位``."""
        note = f"按建会率由高到低，{self.name}"
        return say("{tied}第{n}位", tied="并列" if self.is_tied else "", n=given(self.rank, note))


def ranking(lines: Sequence[tuple[str, str, Figure, Figure, Figure]]) -> list[Ranked]:
    """Groups by exact share, the greatest first; equals are tied and stand in the official order.

    ``lines``: code, name, part, whole, shown share. Groups of nobody, and of unknown cover, have no rank.
    """
    judged = [line for line in lines if line[2].is_known and line[3].number]
    exact = {line[0]: Fraction(line[2].number, line[3].number) for line in judged}
    ordered = sorted(judged, key=lambda line: (-exact[line[0]], line[0]))
    found = []
    for code, name, part, whole, rate in ordered:
        rank = 1 + sum(other > exact[code] for other in exact.values())
        tied = sum(other == exact[code] for other in exact.values()) > 1
        found.append(Ranked(code, name, rank, tied, part, whole, rate))
    return found


def named(ranked: Sequence[Ranked]) -> Said:
    """``甲区（91.20%）、乙区（90.01%）``."""
    return listed([say("{name}（{rate}）", name=one.name, rate=one.rate) for one in ranked])


def with_ties(ranked: Sequence[Ranked], n: int) -> list[Ranked]:
    """The first ``n``, and those tied with the last of them."""
    if len(ranked) <= n:
        return list(ranked)
    cut = ranked[n - 1].exact
    return [one for number, one in enumerate(ranked) if number < n or one.exact == cut]
