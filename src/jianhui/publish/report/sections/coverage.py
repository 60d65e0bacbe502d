"""Coverage: the bases, the target, comparison with earlier periods, causes of the move, districts' order."""

from jianhui.publish.report.comparing import against
from jianhui.publish.report.facts import Earlier, Facts
from jianhui.publish.report.figures import (
    Figure,
    Said,
    listed,
    say,
    shortfall,
)
from jianhui.publish.report.section import Indicator, Section, Words
from jianhui.publish.report.sections.base_counts import MART, counts, of_base
from jianhui.publish.report.sections.moves import causes, during, moves, trend
from jianhui.publish.report.sections.places import by_place, districts, low, places
from jianhui.publish.report_words import BASE_NAMES


def judgement(facts: Facts, frozen: dict[str, Figure]) -> Said:
    """Met or missed, judged by the release in integers and never here by a rounded rate."""
    target = facts.target
    met = facts.here(MART, "meets_target", base_kind="frozen").value
    if target is None or met is None or not frozen["已建会"].is_known:
        return say("本年度没有规定建会率目标，不作评判")
    goal = say("不低于{t}的年度目标", t=facts.target_figure())
    if met:
        return say("达到{goal}", goal=goal)
    lack = shortfall(frozen["已建会"], frozen["企业数"], target)
    return say("未达到{goal}，还差{n}家", goal=goal, n=lack)


def coverage(facts: Facts, earlier: Earlier, period: str) -> Section:
    """The whole of 总体情况, with the charts of trend, districts and causes."""
    live, large = counts(facts, "live"), counts(facts, "live_25")
    frozen = counts(facts, "frozen") if facts.judged_base == "frozen" else None
    base = facts.judged_base
    compared = against(facts, lambda each: of_base(each, base), BASE_NAMES[base], period)
    if base == "frozen":
        compared += against(facts, lambda each: of_base(each, "live"), BASE_NAMES["live"], period)
    ranked = districts(facts)
    words: Words = {
        "固化": {**frozen, "评判": judgement(facts, frozen)} if frozen else None,
        "实有": live,
        "二十五人以上": large,
        "比较": Said(listed(compared, "；"), "。") if compared else _nothing_before(facts, period),
        "期内": during(facts),
        "原因": causes(facts, earlier, base, period),
        "位次": places(facts, ranked, period),
    }
    return Section(
        "建会",
        "企业建会率",
        words,
        charts=(trend(facts, frozen), by_place(facts, ranked), moves(facts, earlier, base)),
        problems=low(facts, ranked) if facts.has_coverage else (),
        indicators=indicators(facts, frozen, live, large),
    )


def indicators(
    facts: Facts, frozen: dict[str, Figure] | None, live: dict[str, Figure], large: dict[str, Figure]
) -> tuple[Indicator, ...]:
    """The rates of the brief. Only the frozen base has a target."""
    found = []
    none, watched = Said("—"), say("供掌握情况")
    if frozen:
        target = facts.target_figure()
        goal = say("不低于{t}", t=target) if target.is_known else none
        met = facts.here(MART, "meets_target", base_kind="frozen").value
        verdict = say("不作评判") if met is None else say("达到")
        if met is not None and not met and facts.target is not None:
            lack = shortfall(frozen["已建会"], frozen["企业数"], facts.target)
            verdict = say("未达到，差{n}家", n=lack)
        found.append(Indicator("固化基数建会率", Said(frozen["建会率"]), goal, verdict))
    else:
        found.append(Indicator("固化基数建会率", none, none, say("没有清单，不作评判")))
    for name, base in (("实有企业建会率", live), ("职工25人以上企业建会率", large)):
        found.append(
            Indicator(name, Said(base["建会率"]), none, watched if base["建会率"].is_known else say("未统计"))
        )
    return tuple(found)


def _nothing_before(facts: Facts, period: str) -> Said:
    if not facts.has_coverage:
        return Said("本期建会情况未知，不作比较。")
    than = "上季度和上年同期" if period == "quarter" else "上月和上年同期"
    return Said(f"没有{than}的正式统计，本期不作环比和同比。")
