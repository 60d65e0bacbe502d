"""干部教育培训 and the congress: persons are counted, never named."""

from typing import Any

from jianhui.publish.report.chart import Chart, Series, chart, undrawn
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, listed, say, share
from jianhui.publish.report.section import Indicator, Plan, Problem, Section, Table
from jianhui.publish.report.sections.plan_common import Spec, cases, grouped, listed_table
from jianhui.publish.report_figures import shown_share

TRAINING, QUALIFICATION, ONLINE = "agg_training", "fct_qualification_training", "agg_online_training"
COMPOSITION, CANDIDATES = "agg_congress_composition", "fct_congress_candidates"
ACTIVITIES = "agg_congress_activities"
DELEGATES = "代表"
_DIMENSIONS = {
    "total": "总计",
    "kind": "类别",
    "topic": "内容",
    "channel": "方式",
    "level": "层级",
    "place": "地域",
}
_RESULTS = {"within": "符合", "short": "不足", "over": "超出"}
_STATES = {"trained": "已训", "overdue": "逾期未训", "not_due": "未届期", "not_judged": "未判定"}


def training(facts: Facts) -> Section:
    """Trainings of the plan year, reach, and who is overdue for the qualification training."""
    whole: dict[str, Any] = {"dimension": "total"}
    found = facts.rows(
        TRAINING, "select n_completed", grouping=facts.scope.grouping, group_code=facts.scope.code, **whole
    )
    reason = "" if found and found[0][0] is not None else f"{facts.scope.called}没有培训记录，本期不作统计。"

    def count(column: str) -> Figure:
        return facts.here(TRAINING, column, of_persons=True, **whole)

    cadres, trained = count("n_cadres"), count("n_cadres_trained")
    states = {name: _qualification(facts, state) for state, name in _STATES.items()}
    late = states["逾期未训"]
    words = {
        "班次": facts.here(TRAINING, "n_sessions", **whole),
        "参训人次": count("n_attendances"),
        "结业人次": count("n_completed"),
        "结业人数": count("n_persons"),
        "在任干部": cadres,
        "在任干部结业": trained,
        "覆盖率": share(trained, cadres),
        "覆盖": _reach(cadres, trained),
        "岗位资格": _qualification_words(states),
        "网络": _online(facts),
        **states,
    }
    problems = (
        (Problem("岗位资格培训有欠账", say("任职满一年未参加岗位资格培训的有{n}人。", n=late)),)
        if late
        else ()
    )
    specs = [
        Spec(
            "维度",
            10,
            "text",
            cases("dimension", _DIMENSIONS),
        ),
        Spec("类别", 20, "text", "category"),
        Spec("班次", 10, "count", "n_sessions"),
        Spec("参训人次", 11, "count", "n_attendances", True),
        Spec("结业人次", 11, "count", "n_completed", True),
        Spec("结业人数", 11, "count", "n_persons", True),
    ]
    return Section(
        "培训",
        "干部教育培训",
        words,
        tables=(
            grouped(
                facts,
                "干部培训",
                "工会干部培训情况",
                TRAINING,
                specs,
                order="dimension = 'total' desc, dimension, category",
            ),
        ),
        charts=(_training_chart(facts),),
        problems=problems,
        indicators=(
            Indicator(
                "任职满一年未训人员", say("{n}人", n=late), Said("没有"), Said("未达到" if late else "达到")
            ),
        )
        if late.is_known and not reason
        else (),
        reason=reason,
    )


def _qualification(facts: Facts, state: str) -> Figure:
    where: dict[str, Any] = {"status": state}
    if not facts.scope.is_city:
        where["district_code"] = facts.scope.code
    return facts.figure(QUALIFICATION, "count(distinct person_id)", of_persons=True, **where)


def _qualification_words(states: dict[str, Figure]) -> Said:
    if not any(figure for figure in states.values()):
        return Said("")
    return say(
        "市总直属基层工会主席、副主席和专职干部岗位资格培训，已训{a}人，逾期未训{b}人，未届期{c}人，未判定{d}人。",
        a=states["已训"],
        b=states["逾期未训"],
        c=states["未届期"],
        d=states["未判定"],
    )


def _reach(cadres: Figure, trained: Figure) -> Said:
    if not cadres:
        return Said("因未收到任职数据，不计算培训覆盖率。")
    return say("在任干部{n}人中，已结业{m}人，覆盖率{r}。", n=cadres, m=trained, r=share(trained, cadres))


def _online(facts: Facts) -> Said:
    cadres, trained = (facts.here(ONLINE, column, of_persons=True) for column in ("n_cadres", "n_trained"))
    if not cadres or not trained.is_known:
        return Said("")
    rate = share(trained, cadres)
    return say("本年新建企业工会在任干部{n}人，参加网络培训结业{m}人，占{r}。", n=cadres, m=trained, r=rate)


def _training_chart(facts: Facts) -> Chart:
    scope: dict[str, Any] = {"grouping": facts.scope.grouping, "group_code": facts.scope.code}
    rows = facts.rows(
        TRAINING,
        "select category, n_attendances, n_completed",
        "true order by n_attendances desc, category",
        dimension="kind",
        **scope,
    )
    series = [
        Series("参训人次", tuple(row[1] for row in rows)),
        Series("结业人次", tuple(row[2] for row in rows)),
    ]
    title = f"{facts.scope.called}工会干部培训（按类别，人次）"
    return chart("培训", title, "column", "persons", [row[0] for row in rows], series, origin=TRAINING)


def congress(facts: Facts) -> Section:
    """Composition of the congress's delegates against the quota plan; of the city alone."""
    if not facts.scope.is_city:
        charts = (undrawn("代表构成", "市工会代表大会代表构成", "代表构成只按全市统计。"),)
        return Section("代表", "市工会代表大会代表", charts=charts, reason="代表构成只按全市统计。")
    stages = dict(
        facts.rows(COMPOSITION, "select stage, max(n_total)", "n_total > 0 group by stage", body=DELEGATES)
    )
    stage = "elected" if stages.get("elected") else "nominated"
    here: dict[str, Any] = {"body": DELEGATES, "stage": stage}
    chart_ = _composition_chart(facts, here, stage)
    tables = [_composition_table(facts)]
    if not facts.is_empty(ACTIVITIES):
        kind = Spec("工会类型", 18, "text", cases("union_kind", {"all": "合计"}))
        counts = (("存续工会", "n_unions"), ("已开展", "n_active"), ("及时开展", "n_active_in_time"))
        specs = [kind, *(Spec(name, 11, "count", column) for name, column in counts)]
        specs.append(Spec("开展面", 11, "share", "n_active", whole="n_unions"))
        order = "union_kind = 'all' desc, union_kind"
        tables.append(
            grouped(facts, "学习宣传贯彻", "大会精神学习宣传贯彻情况", ACTIVITIES, specs, order=order)
        )
    if not stages:
        reason = "尚无代表人选，本期不作统计。"
        return Section("代表", "市工会代表大会代表", tables=tuple(tables), charts=(chart_,), reason=reason)

    def results(result: str) -> Figure:
        return facts.figure(COMPOSITION, "count(*)", result=result, **here)

    whole = facts.figure(COMPOSITION, "max(n_total)", of_persons=True, **here)
    short, over = results("short"), results("over")
    breaches = facts.figure(CANDIDATES, "count(*)", of_persons=True, is_breach=True)
    words = {
        "阶段": "当选代表" if stage == "elected" else "代表候选人",
        "总数": whole,
        "符合": results("within"),
        "不足": short,
        "超出": over,
        "未判定": results("not_judged"),
        "贯彻": _study(facts),
        "程序": say("代表、委员人选推荐选举程序不合规定的有{n}人次。", n=breaches) if breaches else Said(""),
    }
    problems: tuple[Problem, ...] = ()
    if short or over:
        problems = (Problem("代表构成与名额方案有差距", say("代表构成中，{off}。", off=_off(short, over))),)
    met = not short and not over
    return Section(
        "代表",
        "市工会代表大会代表",
        words,
        tables=tuple(tables),
        charts=(chart_,),
        problems=problems,
        indicators=(
            Indicator(
                "代表构成",
                say("{n}人", n=whole),
                Said("符合名额方案"),
                Said("符合") if met else _off(short, over),
            ),
        ),
    )


def _study(facts: Facts) -> Said:
    """How many unions have held an activity since the congress opened; nothing before it."""
    here = {"union_kind": "all"}
    unions, active = (facts.here(ACTIVITIES, column, **here) for column in ("n_unions", "n_active"))
    opened = facts.here(ACTIVITIES, "opened_on", **here)
    if not opened.is_known or not unions or not active.is_known:
        return Said("")
    return say(
        "大会{day}开幕以来，开展学习宣传贯彻活动的工会{m}个，占{r}。",
        day=opened,
        m=active,
        r=share(active, unions),
    )


def _off(short: Figure, over: Figure) -> Said:
    """How many categories stand below the quota, and above it."""
    told = [say("{n}类不足", n=short)] if short else []
    told += [say("{n}类超出", n=over)] if over else []
    return listed(told)


def _composition_chart(facts: Facts, here: dict[str, Any], stage: str) -> Chart:
    """Shares of the categories that have a minimum, beside the minimum."""
    rows = facts.rows(
        COMPOSITION,
        "select category, n_in_category, n_total, min_persons",
        "dimension <> '总数' and n_total > 0 and min_persons is not null order by dimension, category",
        **here,
    )
    series = [
        Series("实际占比", tuple(shown_share(n, whole) for _, n, whole, _ in rows)),
        Series("名额下限占比", tuple(shown_share(int(low), whole) for _, _, whole, low in rows)),
    ]
    title = f"{'当选代表' if stage == 'elected' else '代表候选人'}构成与名额下限"
    names = [row[0] for row in rows]
    return chart(
        "代表构成",
        title,
        "bar",
        "share",
        names,
        series,
        origin=COMPOSITION,
        nothing="尚无代表人选，或名额方案没有下限。",
    )


def _composition_table(facts: Facts) -> Table:
    specs = [
        Spec("机构", 10, "text", "body"),
        Spec("阶段", 10, "text", "case stage when 'elected' then '当选' else '候选人' end"),
        Spec("维度", 12, "text", "dimension"),
        Spec("类别", 20, "text", "category"),
        Spec("总数（人）", 10, "count", "n_total", True),
        Spec("该类（人）", 10, "count", "n_in_category", True),
        Spec("占比", 10, "share", "n_in_category", True, whole="n_total"),
        Spec("未填（人）", 10, "count", "n_unknown", True),
        Spec("下限（人）", 10, "count", "min_persons"),
        Spec("上限（人）", 10, "count", "max_persons"),
        Spec(
            "结论",
            10,
            "text",
            cases("result", _RESULTS, "未判定"),
        ),
    ]
    order = "true order by congress, body, stage, dimension, category"
    return listed_table(
        facts,
        "代表构成",
        "代表、委员构成与名额方案",
        COMPOSITION,
        specs,
        order,
        reason="尚无人选。",
        added_up_within=(0, 1, 2),
    )


PLANS = (
    Plan(
        "培训", "干部教育培训", (TRAINING,), training, (("培训", "工会干部培训（按类别）"),), "培训班次和参训"
    ),
    Plan(
        "代表",
        "市工会代表大会代表",
        (COMPOSITION,),
        congress,
        (("代表构成", "代表构成与名额下限"),),
        "代表名额和人选",
    ),
)
