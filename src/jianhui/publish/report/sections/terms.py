"""按期换届: who is overdue, who fell due in the first half, the special inspection, the calendar to come."""

from datetime import date

from jianhui.publish.report.chart import Chart, Series, chart
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, given, say, share
from jianhui.publish.report.section import Indicator, Plan, Problem, Section, Table
from jianhui.publish.report.sections.plan_common import Spec, grouped, listed_table, unjudged

MART, TERMS, OVERDUE = "agg_terms", "fct_union_terms", "fct_overdue_terms"
_MONTHS = 12
ATTACHED = 60
"""Of more overdue unions the workbook has all."""
_COLUMNS = {
    "工会数": "n_unions",
    "任期内": "n_in_term",
    "延期内": "n_extended",
    "逾期": "n_overdue",
    "未判定": "n_not_judged",
    "应督查": "n_for_inspection",
    "已督查": "n_inspected",
    "督查办结": "n_inspection_closed",
    "上半年应换届": "n_h1_scheduled",
    "按时完成": "n_h1_met",
    "迟于期限完成": "n_h1_late",
    "期限已过未完成": "n_h1_breach",
    "未到期限": "n_h1_pending",
    "本年换届": "n_reelected",
    "换届前有考察": "n_reelected_reviewed",
    "主席级别已填": "n_chair_rank_known",
    "按副职配备": "n_chair_at_deputy_rank",
}


def terms(facts: Facts) -> Section:
    """The section; silent where no union's term can be judged."""
    reason = unjudged(facts, MART)
    figures = {name: facts.here(MART, column) for name, column in _COLUMNS.items()}
    words = {
        **figures,
        "上半年": _first_half(figures),
        "督查": _inspection(figures),
        "配备": _rank(figures),
        "考察": _reviewed(figures),
    }
    late = figures["逾期"]
    problems: tuple[Problem, ...] = ()
    if late and not reason:
        text = say("逾期未换届的工会有{n}个{more}。", n=late, more=_for_inspection(figures))
        problems = (Problem("部分工会逾期未换届", text),)
    return Section(
        "换届",
        "按期换届",
        words,
        tables=(_table(facts), _overdue_list(facts)),
        charts=(calendar(facts),),
        problems=problems,
        indicators=(
            Indicator(
                "逾期未换届工会",
                say("{n}个", n=late),
                Said("没有"),
                Said("达到" if not late else "未达到") if late.is_known else Said("未统计"),
            ),
        )
        if not reason
        else (),
        reason=reason,
    )


def _first_half(figures: dict[str, Figure]) -> Said:
    """The federations scheduled for the first half; nothing where none is."""
    if not figures["上半年应换届"]:
        return Said("上半年没有安排换届的区市县总工会。") if figures["上半年应换届"].is_known else Said("")
    parts = [
        say(
            "安排上半年换届的区市县总工会{n}个，按时完成{m}个",
            n=figures["上半年应换届"],
            m=figures["按时完成"],
        )
    ]
    for name, words in (
        ("迟于期限完成", "，迟于5月底完成{n}个"),
        ("期限已过未完成", "，期限已过仍未完成{n}个"),
        ("未到期限", "，尚未到期限{n}个"),
    ):
        if figures[name]:
            parts.append(say(words, n=figures[name]))
    return Said(*parts, "。")


def _inspection(figures: dict[str, Figure]) -> Said:
    if not figures["应督查"]:
        return Said("没有应专项督查的区市县总工会、产业工会。") if figures["应督查"].is_known else Said("")
    return say("应专项督查{n}个，已督查{m}个。", n=figures["应督查"], m=figures["已督查"])


def _for_inspection(figures: dict[str, Figure]) -> Said:
    if not figures["应督查"]:
        return Said("")
    return say("，其中应列入专项督查的区市县总工会、产业工会{n}个", n=figures["应督查"])


def _reviewed(figures: dict[str, Figure]) -> Said:
    """Re-elections the party organisation's review came before."""
    if not figures["本年换届"] or not figures["换届前有考察"].is_known:
        return Said("")
    return say("本年换届的工会中，换届前有考察记录的{n}个。", n=figures["换届前有考察"])


def overdue_rows(facts: Facts) -> list[dict[str, object]]:
    """The attached list of the bulletin: those in for inspection first, then the longest overdue."""
    mine = "" if facts.scope.is_city else f" and district_code = '{facts.scope.code}'"
    where = f"is_overdue{mine} order by is_for_inspection desc nulls last, days_overdue desc, union_id"
    found = facts.rows(OVERDUE, "select union_id, name, kind, is_for_inspection", where)[:ATTACHED]
    return [
        {
            "序": given(number, "序号"),
            "名称": str(name),
            "类型": str(kind or "—"),
            "应换届日": facts.figure(OVERDUE, "max(due_on)", unit="day", union_id=union),
            "逾期天数": facts.figure(OVERDUE, "max(days_overdue)", union_id=union),
            "督查": "应督查" if inspected else "—",
        }
        for number, (union, name, kind, inspected) in enumerate(found, start=1)
    ]


def _rank(figures: dict[str, Figure]) -> Said:
    known = figures["主席级别已填"]
    if not known:
        return Said("")
    rate = share(figures["按副职配备"], known)
    return say("主席按同级党政副职及以上配备的占{r}。", r=rate)


def _table(facts: Facts) -> Table:
    specs = [Spec(name, 12, "count", column) for name, column in _COLUMNS.items()]
    return grouped(facts, "按期换届", "各区市县工会按期换届情况", MART, specs)


def _overdue_list(facts: Facts) -> Table:
    mine = "" if facts.scope.is_city else f" and district_code = '{facts.scope.code}'"
    specs = [
        Spec("工会编号", 18, "text", "union_id"),
        Spec("工会名称", 34, "text", "name"),
        Spec("类型", 14, "text", "kind"),
        Spec("应换届日", 13, "day", "due_on"),
        Spec("逾期天数", 10, "count", "days_overdue"),
        Spec("应专项督查", 10, "flag", "is_for_inspection"),
        Spec("督查日期", 13, "day", "inspected_on"),
        Spec("督查结论", 20, "text", "result"),
    ]
    where = f"is_overdue{mine} order by is_for_inspection desc nulls last, days_overdue desc, union_id"
    return listed_table(
        facts,
        "逾期未换届名单",
        "逾期未换届工会名单",
        OVERDUE,
        specs,
        where,
        is_internal=True,
        reason="没有逾期未换届的工会。",
    )


def calendar(facts: Facts) -> Chart:
    """How many unions fall due month by month, a year ahead; those overdue stand first."""
    mine = "" if facts.scope.is_city else f" and district_code = '{facts.scope.code}'"
    day = facts.manifest.valid_on
    rows = facts.rows(
        TERMS,
        "select date_trunc('month', due_on)::date, count(*)",
        f"due_on > date '{day}'{mine} group by 1 order by 1",
    )
    ahead = dict(rows)
    late = facts.rows(TERMS, "select count(*)", f"status = 'overdue'{mine}")
    months = []
    for step in range(_MONTHS + 1):
        number = day.month - 1 + step
        months.append(date(day.year + number // 12, number % 12 + 1, 1))
    names = ["已逾期", *(f"{month.year % 100}年{month.month}月" for month in months)]
    values = (int(late[0][0]) if late else 0, *(ahead.get(month, 0) for month in months))
    found = [Series("应换届工会（个）", values)] if late else []
    return chart(
        "任期", f"{facts.scope.called}工会应换届月历（个）", "column", "count", names, found, origin=TERMS
    )


PLAN = Plan("换届", "按期换届", (MART,), terms, charts=(("任期", "工会应换届月历"),), source="工会选举")
