"""Dynamic full coverage: enterprises past their deadline, how old the gaps are, how long a union takes."""

from bisect import bisect_left, bisect_right
from datetime import date
from decimal import Decimal

from jianhui.publish.report.chart import Chart, Series, chart, undrawn
from jianhui.publish.report.comparing import PREVIOUS, moved_count, moved_rate
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, given, listed, say, share, total
from jianhui.publish.report.section import Indicator, Problem, Section, Words
from jianhui.publish.report.sections.moves import day_name, week_step
from jianhui.publish.report_figures import shown_share

MART = "agg_dynamic_coverage"
BANDS = ("n_overdue_0_30", "n_overdue_31_90", "n_overdue_over_90")
BAND_NAMES = ("逾期30天以内", "逾期31—90天", "逾期90天以上")
N_NAMED = 3
_STEPS_SHOWN = 120


def dynamic(facts: Facts, period: str) -> Section:
    """动态全覆盖, with the curve of due enterprises, the age of gaps and the time to a union."""
    charts = (curve(facts), ages(facts), time_to_a_union(facts))
    if not facts.has_coverage:
        return Section(
            "动态", "动态全覆盖", charts=charts, reason="因未接收到工会组织登记数据，本期不统计动态覆盖情况。"
        )
    bands = [facts.here(MART, band) for band in BANDS]
    due, covered = facts.here(MART, "n_due"), facts.here(MART, "n_due_covered")
    words: Words = {
        "到期": due,
        "到期已建会": covered,
        "到期建会率": share(covered, due),
        "逾期": total(*bands),
        "逾期三十天以内": bands[0],
        "逾期三十一至九十天": bands[1],
        "逾期九十天以上": bands[2],
        "比较": _compared(facts, period),
        "期限": _deadline(facts),
        "达到": _reached(facts),
        "中位数": _median(facts),
    }
    reached = facts.here(MART, "is_reached").value
    told = "未统计" if reached is None else "达到" if reached else "未达到"
    late = say("{n}家", n=bands[2]) if bands[2].is_known else Said("—")
    return Section(
        "动态",
        "动态全覆盖",
        words,
        charts=charts,
        problems=_problems(facts),
        demands=_demands(bands[2]),
        indicators=(
            Indicator("到期建会率", Said(share(covered, due)), Said("动态全覆盖"), Said(told)),
            Indicator(
                "逾期90天以上未建会企业", late, Said("没有"), Said("达到" if not bands[2] else "未达到")
            ),
        ),
    )


def _compared(facts: Facts, period: str) -> Said:
    if facts.previous is None:
        return Said("")
    than, rate = PREVIOUS[period]

    def read(each: Facts) -> tuple[Figure, Figure]:
        due, covered = each.here(MART, "n_due"), each.here(MART, "n_due_covered")
        return share(covered, due), total(*(each.here(MART, band) for band in BANDS))

    now, before = read(facts), read(facts.previous)
    if not before[0].is_known:
        return Said("")
    return say(
        "到期建会率{rate}，逾期未建会企业{count}。",
        rate=moved_rate(now[0], before[0], than),
        count=moved_count(now[1], before[1], than, rate),
    )


def _deadline(facts: Facts) -> Said:
    rule = next((rule for rule in facts.manifest.assumed if rule.key == "establish.deadline_months"), None)
    if rule is None:
        return Said("")
    months = given(int(rule.value), "规则 establish.deadline_months")
    return say("建会期限尚无本地规定，暂按企业成立后{n}个月掌握。", n=months)


def _reached(facts: Facts) -> Said:
    if not facts.scope.is_city:
        value = facts.here(MART, "is_reached").value
        if value is None:
            return Said("")
        return say(
            "{name}{verb}动态全覆盖要求。", name=facts.scope.name, verb="达到" if value else "尚未达到"
        )
    found = dict(
        facts.rows(MART, "select group_code, is_reached", "group_code <> 'unknown'", grouping="district")
    )
    names = facts.district_names
    reached = [name for code, name in names.items() if found.get(code)]
    short = [name for code, name in names.items() if found.get(code) is False]
    if not short:
        return Said("各区市县均达到动态全覆盖要求。" if reached else "")
    if not reached:
        return Said("各区市县均未达到动态全覆盖要求。")
    return say(
        "达到动态全覆盖要求的有{reached}；尚未达到的有{short}。", reached=listed(reached), short=listed(short)
    )


def _median(facts: Facts) -> Said:
    median = facts.here(MART, "median_days_to_cover")
    if not median.is_known:
        return Said("近三年成立的企业建会尚未过半，从成立到建会所需时间的中位数暂不计算。")
    return say("近三年成立的企业，从成立到建会所需时间的中位数为{n}天。", n=median)


def _problems(facts: Facts) -> tuple[Problem, ...]:
    lead = "逾期未建会企业仍然存在"
    own = facts.here(MART, BANDS[2])
    if not own:
        return ()
    if not facts.scope.is_city:
        return (Problem(lead, say("逾期90天以上仍未建会的企业有{n}家。", n=own)),)
    names = {**facts.district_names, "unknown": "归属未定的"}
    lines = [
        (facts.figure(MART, BANDS[2], grouping="district", group_code=code), name)
        for code, name in names.items()
    ]
    lines = sorted((line for line in lines if line[0]), key=lambda line: -line[0].number)
    if not lines:
        return (Problem(lead, say("逾期90天以上仍未建会的企业有{n}家。", n=own)),)
    cut = lines[min(N_NAMED, len(lines)) - 1][0].number
    named = [say("{name}{n}家", name=name, n=n) for n, name in lines if n.number >= cut]
    return (
        Problem(
            lead, say("逾期90天以上仍未建会的企业有{n}家，较多的有{named}。", n=own, named=listed(named))
        ),
    )


def _demands(late: Figure) -> tuple[Problem, ...]:
    if not late:
        return ()
    return (Problem("清理逾期缺口", say("对逾期90天以上的{n}家企业，要逐户说明原因、明确时限。", n=late)),)


def curve(facts: Facts) -> Chart:
    """Enterprises past their deadline, week by week: how many there are and how many have a union."""
    key, title = "动态曲线", f"{facts.scope.called}到期建会率（动态覆盖）走势"
    if not facts.has_coverage:
        return undrawn(key, title, "未接收到工会组织登记数据，建会情况未知。", "share")
    mine = "" if facts.scope.is_city else f"and coalesce(s.district_code, 'unknown') = '{facts.scope.code}'"
    first, last = _first_known(facts), facts.manifest.valid_on
    step = week_step((last - first).days)
    rows = facts.query(
        "with days as (select distinct unnest("
        f"generate_series(?::date, ?::date, interval {step} day) || [?::timestamp])::date as day) "
        "select day, count(*), count(*) filter (s.is_covered) from days "
        'join "fct_enterprise_spells" s on s.valid_from <= day and day < s.valid_to and s.in_base '
        'join "fct_enterprise_coverage" c on c.enterprise_id = s.enterprise_id and c.due_on <= day '
        f"{mine} group by day order by day",
        first,
        last,
        last,
        marts=("fct_enterprise_spells", "fct_enterprise_coverage"),
    )
    days = [day_name(day) for day, _, _ in rows]
    rates = Series("到期建会率", tuple(shown_share(covered, n) for _, n, covered in rows), "line")
    return chart(
        key,
        title,
        "line",
        "share",
        days,
        [rates],
        note="末点为统计日。纵轴不从零开始。",
        origin="fct_enterprise_spells",
    )


def _first_known(facts: Facts) -> date:
    """The first day of the daily table, so that the curve begins where the log does."""
    rows = facts.rows("agg_coverage_daily", "select min(valid_on)", grouping="city")
    return rows[0][0] if rows and isinstance(rows[0][0], date) else facts.first_day


def ages(facts: Facts) -> Chart:
    """How old the overdue gaps are: by district, or of one district alone."""
    title = f"{'各区市县' if facts.scope.is_city else facts.scope.name}逾期未建会企业按逾期时间（家）"
    if facts.scope.is_city:
        names = {**facts.district_names, "unknown": "归属未定"}
        groups = [("district", code, name) for code, name in names.items()]
    else:
        groups = [("district", facts.scope.code, facts.scope.name)]
    lines = [
        (name, [facts.figure(MART, band, grouping=grouping, group_code=code) for band in BANDS])
        for grouping, code, name in groups
    ]
    lines = [line for line in lines if all(figure.is_known for figure in line[1])]
    if len(lines) > 1 and not any(figure for figure in lines[-1][1]) and lines[-1][0] == "归属未定":
        lines.pop()
    series = [
        Series(name, tuple(figures[at].number for _, figures in lines)) for at, name in enumerate(BAND_NAMES)
    ]
    if not any(figure for _, figures in lines for figure in figures):
        return undrawn(
            "缺口时间", title, "没有逾期未建会的企业。" if lines else "建会情况未知，逾期情况无法统计。"
        )
    return chart("缺口时间", title, "stacked", "count", [name for name, _ in lines], series, origin=MART)


def time_to_a_union(facts: Facts) -> Chart:
    """The share with a union by days since establishment: one less the Kaplan–Meier estimate."""
    key, title = "建会时间", f"{facts.scope.called}近三年成立企业自成立至建会的时间"
    mine = "" if facts.scope.is_city else f"district_code = '{facts.scope.code}'"
    rows = facts.rows("fct_founding_cohort", "select entry_days, exit_days, is_event", mine)
    observed = [
        (entry if entry > 0 else -1, out, event)
        for entry, out, event in rows
        if out > (entry if entry > 0 else -1)
    ]
    events = sorted(out for _, out, event in observed if event)
    if not facts.has_coverage or not events:
        return undrawn(key, title, "近三年成立的企业中没有可供计算的建会时间。", "share")
    entries, exits = sorted(entry for entry, _, _ in observed), sorted(out for _, out, _ in observed)
    days, reached, left = [0], [Decimal(0)], 1.0
    for day in sorted(set(events)):
        n_at_risk = bisect_left(entries, day) - bisect_left(exits, day)
        n_events = bisect_right(events, day) - bisect_left(events, day)
        left *= 1 - n_events / n_at_risk
        days.append(day)
        reached.append(Decimal(round((1 - left) * 10_000)).scaleb(-4))
    if len(days) > _STEPS_SHOWN:
        keep = sorted({0, len(days) - 1, *range(0, len(days), len(days) // _STEPS_SHOWN + 1)})
        days, reached = [days[at] for at in keep], [reached[at] for at in keep]
    return chart(
        key,
        title,
        "step",
        "share",
        [str(day) for day in days],
        [Series("已建会比例", tuple(reached), "line")],
        note="Kaplan-Meier 法，退出基数和尚未建会的按删失处理。",
        origin="fct_founding_cohort",
    )
