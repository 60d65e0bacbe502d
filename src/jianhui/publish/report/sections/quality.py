"""主席直选, 规范化建设, 双述双评: what becomes of the enterprise unions that were founded."""

from typing import Any

from jianhui.publish.report.chart import Chart, Series, chart
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, listed, say, share
from jianhui.publish.report.section import Indicator, Plan, Problem, Section
from jianhui.publish.report.sections.plan_common import (
    Spec,
    against_target,
    cases,
    compared,
    district_chart,
    grouped,
    in_short,
    period_of,
    rate_chart,
    target_of,
    unjudged,
)

DIRECT, FOUNDING, FUNNEL = "agg_direct_elections", "agg_founding_quality", "agg_building_funnel"
MILESTONES = "fct_plan_milestones"
REVIEWS, DEMONSTRATION = "agg_chair_reviews", "agg_demonstration_units"
_ELECTIONS = {"all": "合计", "founding": "组建", "re_election": "换届"}
STAGES = {
    "founded": "建会",
    "workers_congress": "职代会",
    "collective_contract": "集体合同",
    "openness": "厂务公开",
    "institutions": "建制",
    "home": "建家",
    "home_rated": "评家",
    "model_unit": "规范化典型",
    "five_good": "五好等级有效",
}


def direct(facts: Facts) -> Section:
    """Direct elections of the chair among the foundings and re-elections of the year."""
    everything: dict[str, Any] = {"election_kind": "all"}
    reason = unjudged(facts, DIRECT, **everything)
    target, goal = target_of(facts, DIRECT, **everything)
    columns = {
        "应直选": "n_elections",
        "直选": "n_direct",
        "委员会选举": "n_indirect",
        "方式未填": "n_method_unknown",
        "无记录": "n_unrecorded",
        "程序已判定": "n_procedure_judged",
        "程序有违反": "n_with_breach",
        "程序缺数据": "n_with_missing",
    }
    figures = {name: facts.here(DIRECT, column, **everything) for name, column in columns.items()}
    rate = share(figures["直选"], figures["应直选"], target)
    verdict = against_target(figures["直选"], figures["应直选"], target, "个")
    words = {
        **figures,
        "直选率": rate,
        "目标": goal,
        "评判": verdict,
        "比较": compared(facts, DIRECT, "n_direct", "n_elections", period_of(facts), **everything),
        "重点": _focus(facts),
        "文件": _documents(facts),
    }
    problems: tuple[Problem, ...] = ()
    if figures["程序有违反"] and not reason:
        text = say("已核对程序的选举中，有{n}次不符合选举当日的规定。", n=figures["程序有违反"])
        problems = (Problem("部分选举程序不够规范", text),)
    specs = [Spec(name, 12, "count", column) for name, column in columns.items()]
    specs.append(Spec("直选率", 11, "share", "n_direct", whole="n_elections"))
    kind = Spec(
        "选举类型",
        10,
        "text",
        cases("election_kind", _ELECTIONS),
    )
    drawn = [(columns[name], name) for name in ("直选", "委员会选举", "方式未填", "无记录")]
    title = f"{facts.scope.called}新建、换届企业工会主席产生方式（个）"
    return Section(
        "直选",
        "工会主席直接选举",
        words,
        tables=(
            grouped(
                facts, "主席直选", "各区市县工会主席直选情况", DIRECT, [kind, *specs], order="election_kind"
            ),
        ),
        charts=(district_chart(facts, "直选", title, DIRECT, drawn, **everything),),
        problems=problems,
        indicators=()
        if reason
        else (
            Indicator(
                "主席直选率",
                Said(rate),
                Said(goal),
                in_short(figures["直选"], figures["应直选"], target, "个"),
            ),
        ),
        reason=reason,
    )


def _rated(name: str, rate: Figure, goal: Figure, verdict: Said) -> Indicator:
    return Indicator(name, Said(rate), Said(goal), verdict)


def _focus(facts: Facts) -> Said:
    """The enterprises the plan puts first, non-public small and medium ones; of the city alone."""
    here: dict[str, Any] = {"grouping": "focus", "group_code": "non_public_sme", "election_kind": "all"}
    n, direct_ = (facts.figure(DIRECT, column, **here) for column in ("n_elections", "n_direct"))
    if not facts.scope.is_city or not n or not direct_.is_known:
        return Said("")
    return say("其中非公中小企业{n}个，直选{m}个，占{r}。", n=n, m=direct_, r=share(direct_, n))


def _documents(facts: Facts) -> Said:
    """How far the guidance on direct elections is; of the city alone."""
    told: list[str | Figure] = []
    if not facts.scope.is_city:
        return Said("")
    for kind, name in (("直选指导意见", "指导性意见"), ("直选选举办法", "选举办法")):
        whole = facts.figure(MILESTONES, "count(*)", kind=kind)
        done = facts.figure(MILESTONES, "count(*)", "status in ('done', 'done_late')", kind=kind)
        if whole:
            state = "已制定" if done.number == whole.number else "尚未制定"
            told += ["，" if told else "", f"直选{name}{state}"]
    return Said(*told, "。") if told else Said("")


def quality(facts: Facts) -> Section:
    """Quality of foundings, and the funnel from a union to rules, a home, a rating."""
    reason = unjudged(facts, FOUNDING)
    target, goal = target_of(facts, FOUNDING)
    columns = {"新建": "n_new_unions", "已评价": "n_judged", "符合": "n_meeting"}
    figures = {name: facts.here(FOUNDING, column) for name, column in columns.items()}
    rate = share(figures["符合"], figures["新建"], target)
    verdict = against_target(figures["符合"], figures["新建"], target, "个")
    words = {
        **figures,
        "达标率": rate,
        "目标": goal,
        "评判": verdict,
        "比较": compared(facts, FOUNDING, "n_meeting", "n_new_unions", period_of(facts)),
        "漏斗": _funnel_words(facts),
    }
    specs = [Spec(name, 12, "count", column) for name, column in columns.items()]
    specs.append(Spec("达标率", 11, "share", "n_meeting", whole="n_new_unions"))
    specs.append(Spec("平均得分", 11, "number", "round(mean_score, 1)"))
    steps = [
        Spec("环节", 14, "text", cases("stage", STAGES)),
        Spec("企业工会", 11, "count", "n_unions"),
        Spec("达到", 11, "count", "n_reached"),
        Spec("占企业工会", 11, "share", "n_reached", whole="n_unions"),
    ]
    return Section(
        "规范化",
        "新建企业工会规范化建设",
        words,
        tables=(
            grouped(facts, "建会质量", "各区市县新建企业工会建会质量", FOUNDING, specs),
            grouped(facts, "建会建制建家", "建会、建制、建家、评家情况", FUNNEL, steps, order="stage_no"),
        ),
        charts=(funnel(facts),),
        indicators=()
        if reason
        else (
            Indicator(
                "新建企业工会达标率",
                Said(rate),
                Said(goal),
                in_short(figures["符合"], figures["新建"], target, "个"),
            ),
        ),
        reason=reason,
    )


def _steps(facts: Facts) -> list[tuple[str, Figure, Figure]]:
    """Stages of the funnel in their order, with how many unions reached each and of how many."""
    scope: dict[str, Any] = {"grouping": facts.scope.grouping, "group_code": facts.scope.code}
    stages = facts.rows(FUNNEL, "select stage", "n_reached is not null order by stage_no", **scope)
    return [
        (
            STAGES.get(stage, stage),
            facts.here(FUNNEL, "n_reached", stage=stage),
            facts.here(FUNNEL, "n_unions", stage=stage),
        )
        for (stage,) in stages
    ]


def _funnel_words(facts: Facts) -> Said:
    steps = _steps(facts)
    if len(steps) < 2:
        return Said("")
    told = [say("{name}{n}个（{r}）", name=name, n=n, r=share(n, of)) for name, n, of in steps[1:]]
    pieces: list[str | Figure] = []
    for number, one in enumerate(told):
        pieces += ["、", one] if number else [one]
    return say("企业工会{n}个中，{told}。", n=steps[0][2], told=Said(*pieces))


def funnel(facts: Facts) -> Chart:
    """The funnel as bars, the widest on top."""
    steps = _steps(facts)
    series = [Series("企业工会（个）", tuple(n.number for _, n, _ in steps))]
    title = f"{facts.scope.called}企业工会建会、建制、建家、评家（个）"
    return chart("规范化", title, "bar", "count", [name for name, _, _ in steps], series, origin=FUNNEL)


def reviews(facts: Facts) -> Section:
    """双亮双履双述双评 in enterprises of a hundred and more, and its demonstration units."""
    every, with_union = {"denominator": "all"}, {"denominator": "with_union"}
    reason = unjudged(facts, REVIEWS, **every)
    target, goal = target_of(facts, REVIEWS, **every)
    n, done = facts.here(REVIEWS, "n_enterprises", **every), facts.here(REVIEWS, "n_complete", **every)
    n_union = facts.here(REVIEWS, "n_enterprises", **with_union)
    done_union = facts.here(REVIEWS, "n_complete", **with_union)
    rate = share(done, n, target)
    verdict = against_target(done, n, target, "家")
    words = {
        "企业数": n,
        "完成": done,
        "覆盖面": rate,
        "目标": goal,
        "评判": verdict,
        "有工会企业数": n_union,
        "有工会完成": done_union,
        "有工会覆盖面": share(done_union, n_union, target),
        "比较": compared(facts, REVIEWS, "n_complete", "n_enterprises", period_of(facts), **every),
        "示范": _demonstration(facts),
        "测评": _survey(facts),
    }
    specs = [
        Spec("分母", 12, "text", "case denominator when 'all' then '全部' else '有工会的' end"),
        Spec("百人以上企业", 12, "count", "n_enterprises"),
        Spec("完成双述双评", 12, "count", "n_complete"),
        Spec("覆盖面", 11, "share", "n_complete", whole="n_enterprises"),
        Spec("有会员测评", 11, "count", "n_surveyed"),
    ]
    title = f"{'各区市县' if facts.scope.is_city else facts.scope.name}百人以上企业双述双评覆盖面"
    return Section(
        "双评",
        "双亮双履双述双评",
        words,
        tables=(
            grouped(
                facts, "双述双评", "各区市县百人以上企业双述双评情况", REVIEWS, specs, order="denominator"
            ),
        ),
        charts=(rate_chart(facts, "双评", title, REVIEWS, "n_complete", "n_enterprises", target, **every),),
        indicators=()
        if reason
        else (_rated("百人以上企业双述双评覆盖面", rate, goal, in_short(done, n, target, "家")),),
        reason=reason,
    )


def _survey(facts: Facts) -> Said:
    """What members answered; nothing where none was asked."""
    answers = facts.here(REVIEWS, "n_answers", denominator="all")
    if not answers:
        return Said("")
    rates = [
        say(
            "{name}{r}",
            name=name,
            r=facts.here(REVIEWS, f"{column}::decimal(9, 4)", unit="share", denominator="all"),
        )
        for name, column in (
            ("知晓率", "aware_rate"),
            ("参与率", "participating_rate"),
            ("满意率", "satisfied_rate"),
        )
    ]
    return say("会员测评收回{n}份，{rates}。", n=answers, rates=listed(rates))


def _demonstration(facts: Facts) -> Said:
    """Demonstration units against their number; of the city alone."""
    if not facts.scope.is_city or facts.is_empty(DEMONSTRATION):
        return Said("")
    told: list[str | Figure] = []
    for group, name in (("non_public", "非公企业"), ("state", "国有企事业单位")):
        here: dict[str, Any] = {"target_group": group}
        named, wanted = (
            facts.figure(DEMONSTRATION, column, **here) for column in ("n_named", "target_count")
        )
        if not named.is_known or not wanted.is_known:
            continue
        lack = facts.figure(DEMONSTRATION, "n_needed", **here)
        said = say("{name}示范单位已命名{n}个（目标{t}个", name=name, n=named, t=wanted)
        told += ["，" if told else "", said, say("，尚缺{k}个）", k=lack) if lack else "）"]
    return Said(*told, "。") if told else Said("")


PLANS = (
    Plan(
        "规范化",
        "新建企业工会规范化建设",
        (FOUNDING,),
        quality,
        (("规范化", "企业工会建会、建制、建家、评家"),),
        "建会质量评价",
    ),
    Plan(
        "双评", "双亮双履双述双评", (REVIEWS,), reviews, (("双评", "百人以上企业双述双评覆盖面"),), "双述双评"
    ),
    Plan(
        "直选",
        "工会主席直接选举",
        (DIRECT,),
        direct,
        (("直选", "新建、换届企业工会主席产生方式"),),
        "工会选举",
    ),
)
