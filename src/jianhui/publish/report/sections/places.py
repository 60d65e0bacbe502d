"""The order of districts (of a district: of its streets), with ties; and those that stand last."""

from fractions import Fraction
from typing import Any

from jianhui.publish.report.chart import Chart, Series, chart
from jianhui.publish.report.comparing import Ranked, named, ranking, with_ties
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, given, points, say, share
from jianhui.publish.report.section import Problem, Words
from jianhui.publish.report.sections.base_counts import MART, counts
from jianhui.publish.report_words import BASE_NAMES

N_NAMED = 3
"""How many groups are named as the last ones; those tied with the third are named too."""


def districts(facts: Facts) -> list[Ranked]:
    """The districts in order of their rate on the base that is judged."""
    base = facts.judged_base
    target = facts.target if base == "frozen" else None
    lines = []
    for code, name in facts.district_names.items():
        here: dict[str, Any] = {"grouping": "district", "group_code": code, "base_kind": base}
        part, whole = facts.figure(MART, "n_covered", **here), facts.figure(MART, "n_base", **here)
        lines.append((code, name, part, whole, share(part, whole, target)))
    return ranking(lines)


def streets(facts: Facts) -> list[Ranked]:
    """The streets of the edition's district in order of their rate among live enterprises."""
    found = facts.rows(
        MART,
        "select group_code, any_value(group_name)",
        f"group_code like '{facts.scope.code}%' group by group_code order by group_code",
        grouping="street",
        base_kind="live",
    )
    lines = []
    for code, name in found:
        here: dict[str, Any] = {"grouping": "street", "group_code": code, "base_kind": "live"}
        part, whole = facts.figure(MART, "n_covered", **here), facts.figure(MART, "n_base", **here)
        lines.append((code, name or code, part, whole, share(part, whole)))
    return ranking(lines)


def places(facts: Facts, ranked: list[Ranked], period: str) -> Words:
    """The order of the districts; of a district's edition, its own place and its streets."""
    if not ranked:
        return {"说明": Said("本期建会情况未知，不排位次。"), "有位次": False}
    base = BASE_NAMES[facts.judged_base]
    if facts.scope.is_city:
        top, bottom = with_ties(ranked, N_NAMED), with_ties(ranked[::-1], N_NAMED)
        if ranked[0].exact == ranked[-1].exact:
            said = say("按{base}统计，各区市县建会率相同，均为{r}。", base=base, r=ranked[0].rate)
        else:
            said = say(
                "按{base}统计，建会率居前的有{top}；位次靠后的有{bottom}。",
                base=base,
                top=named(top),
                bottom=named(bottom),
            )
        return {"说明": said, "有位次": True}
    own = next((one for one in ranked if one.code == facts.scope.code), None)
    if own is None:
        return {
            "说明": say("按{base}统计，{name}没有企业，不排位次。", base=base, name=facts.scope.name),
            "有位次": False,
        }
    city = _city_rate(facts)
    said = say(
        "按{base}统计，{name}建会率{rate}，在{n}个区市县中居{place}，{level}。{moved}",
        base=base,
        name=own.name,
        rate=own.rate,
        n=given(len(ranked), "参加排位的区市县"),
        place=own.place(),
        level=_level(own.rate, city),
        moved=_moved_place(facts, own, period),
    )
    return {"说明": said, "有位次": True}


def _city_rate(facts: Facts) -> Figure:
    base = facts.judged_base
    here: dict[str, Any] = {"grouping": "city", "base_kind": base}
    target = facts.target if base == "frozen" else None
    return share(facts.figure(MART, "n_covered", **here), facts.figure(MART, "n_base", **here), target)


def _level(rate: Figure, city: Figure) -> Said:
    if rate.value == city.value:
        return say("与全市水平持平")
    verb = "高于" if rate.is_above(city) else "低于"
    return say("{verb}全市水平（{city}）{p}个百分点", verb=verb, city=city, p=points(rate, city))


def _moved_place(facts: Facts, own: Ranked, period: str) -> Said:
    than = "上季度" if period == "quarter" else "上月"
    if facts.previous is None or facts.previous.judged_base != facts.judged_base:
        return Said("")
    before = next((one for one in districts(facts.previous) if one.code == own.code), None)
    if before is None:
        return Said("")
    if before.rank == own.rank:
        return say("位次与{than}相同。", than=than)
    verb = "上升" if own.rank < before.rank else "下降"
    steps = given(abs(own.rank - before.rank), f"位次变动，{than}第{before.rank}位")
    return say("位次比{than}{verb}{n}位。", than=than, verb=verb, n=steps)


def low(facts: Facts, ranked: list[Ranked]) -> tuple[Problem, ...]:
    """The last districts below the city's rate, ties named together; of a district, its streets."""
    lead = "部分地区建会率偏低"
    if facts.scope.is_city:
        lines, base = ranked, facts.judged_base
    else:
        lines, base, lead = streets(facts), "live", "部分街道（乡镇）建会率偏低"
    own = counts(facts, base)
    if not own["已建会"].is_known or not own["企业数"].number:
        return ()
    level = Fraction(own["已建会"].number, own["企业数"].number)
    below = [one for one in reversed(lines) if one.exact < level]
    if not below:
        return ()
    return (
        Problem(
            lead,
            say(
                "按{base}统计，低于{scope}水平（{rate}）且位次靠后的有{named}。",
                base=BASE_NAMES[base],
                scope=facts.scope.called,
                rate=own["建会率"],
                named=named(with_ties(below, N_NAMED)),
            ),
        ),
    )


def by_place(facts: Facts, ranked: list[Ranked]) -> Chart:
    """Districts (of a district's edition: its streets) from the highest rate down."""
    if facts.scope.is_city:
        base, what, lines = facts.judged_base, "各区市县", ranked
    else:
        base, what, lines = "live", f"{facts.scope.name}各街道（乡镇）", streets(facts)
    title = f"{what}建会率（{BASE_NAMES[base]}）"
    note = ""
    series = [Series("建会率", tuple(one.rate.ratio for one in lines))]
    target = facts.target_figure()
    if base == "frozen" and target.is_known and lines:
        series.append(Series("年度目标", (target.ratio,) * len(lines), "target"))
        note = f"年度目标为{target.shown}。"
    return chart("位次", title, "bar", "share", [one.name for one in lines], series, note=note, origin=MART)
