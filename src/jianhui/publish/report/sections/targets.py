"""年度目标任务: every target of the year, where it stands, and the assessment of the districts."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from jianhui.publish.report.chart import Chart, Series, chart
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, given, listed, plain_percent, say
from jianhui.publish.report.section import Plan, Problem, Section, Table
from jianhui.publish.report.sections.plan_common import Spec, listed_table
from jianhui.publish.report_figures import shown_share, target_fraction
from jianhui.publish.xlsx import Cell, Column

TARGETS, ASSESSMENT = "agg_plan_targets", "agg_target_assessment"
VERDICTS = {
    "met": "已达到",
    "on_track": "照此可达",
    "behind": "进度落后",
    "missed": "未达到",
    "pending": "尚早",
}


def targets(facts: Facts) -> Section:
    """How many targets are met, behind or not judged, each of them in the table."""
    scope: dict[str, Any] = {"grouping": facts.scope.grouping, "group_code": facts.scope.code}
    year = facts.manifest.valid_on.year

    def count(**where: Any) -> Figure:
        return facts.figure(TARGETS, "count(*)", plan_year=year, **scope, **where)

    whole, unjudged = count(), count(status="not_judged")
    by_verdict = {name: count(status="judged", verdict=verdict) for verdict, name in VERDICTS.items()}
    if not whole:
        return Section(
            "目标",
            "年度目标任务",
            charts=(_chart(facts),),
            reason=f"{facts.scope.called}没有{year}年度目标，本期不作统计。",
        )
    told = [say("{name}{n}项", name=name, n=n) for name, n in by_verdict.items() if n]
    told += [say("未判定{n}项", n=unjudged)] if unjudged else []
    behind = _named(facts, ("behind", "missed"))
    problems: tuple[Problem, ...] = ()
    if behind:
        problems = (
            Problem("部分目标任务进度落后", say("进度落后或未达到的有{names}。", names=listed(behind))),
        )
    words = {
        "项数": whole,
        "分类": listed(told, "，"),
        "未判定": unjudged,
        **by_verdict,
        "考核": _assessed(facts),
    }
    tables = [_table(facts)]
    if facts.scope.is_city and facts.columns(ASSESSMENT):
        tables.append(_assessment(facts))
    return Section(
        "目标", "年度目标任务", words, tables=tuple(tables), charts=(_chart(facts),), problems=problems
    )


def _rows(facts: Facts) -> list[tuple[object, ...]]:
    return facts.rows(
        TARGETS,
        "select indicator_name, unit, numerator, denominator, value, target_value, n_needed, due_on, "
        "target_source, status, verdict, reason",
        "true order by plan_name, indicator",
        plan_year=facts.manifest.valid_on.year,
        grouping=facts.scope.grouping,
        group_code=facts.scope.code,
    )


def _named(facts: Facts, verdicts: tuple[str, ...]) -> list[Said]:
    return [Said(str(row[0])) for row in _rows(facts) if row[9] == "judged" and row[10] in verdicts]


def _table(facts: Facts) -> Table:
    columns = (
        Column("指标", 34),
        Column("现值", 12),
        Column("目标", 12),
        Column("分子", 11, "count"),
        Column("分母", 11, "count"),
        Column("尚差", 10, "count"),
        Column("期限", 13, "day"),
        Column("判断", 12),
        Column("目标出处", 30),
    )
    rows: list[list[Cell]] = []
    for name, unit, part, whole, value, target, lack, due, source, status, verdict, _ in _rows(facts):
        judged = VERDICTS.get(str(verdict), str(verdict)) if status == "judged" else "未判定"
        rows.append(
            [
                str(name),
                _value(unit, value, part, whole),
                _value(unit, target),
                _whole(part),
                _whole(whole),
                lack,  # type: ignore[list-item]
                due,  # type: ignore[list-item]
                judged,
                str(source or ""),
            ]
        )
    return Table("年度目标", f"{facts.scope.called}年度目标任务完成情况", columns, rows, TARGETS)


def _value(unit: object, value: object, part: object = None, whole: object = None) -> str:
    """A value as it is written: a rate by its counts where they are known, else as published."""
    if value is None:
        return "—"
    if part is not None and whole:
        found = shown_share(int(float(str(part))), int(float(str(whole))))
        return f"{found * 100:.2f}%" if found is not None else "—"
    number = Decimal(str(value))
    is_rate = str(unit) in ("rate", "%", "比率", "率") or (0 < number < 1)
    return plain_percent(Fraction(str(value))) if is_rate else f"{number.normalize():f}"


def _whole(value: object) -> int | None:
    return None if value is None else int(float(str(value)))


def _chart(facts: Facts) -> Chart:
    """The rates among the targets: where they stand, beside what is asked."""
    rows = [
        row
        for row in _rows(facts)
        if row[9] == "judged"
        and row[3]
        and row[2] is not None
        and row[5] is not None
        and float(str(row[5])) <= 1
    ]
    now = tuple(
        shown_share(
            int(float(str(row[2]))), int(float(str(row[3]))), target=target_fraction(float(str(row[5])))
        )
        for row in rows
    )
    asked = tuple(Decimal(str(row[5])) for row in rows)
    names = [str(row[0]) for row in rows]
    series = [Series("现值", now), Series("目标值", asked)]
    return chart(
        "目标",
        f"{facts.scope.called}年度目标完成进度",
        "bar",
        "share",
        names,
        series,
        origin=TARGETS,
        nothing="没有可判定的比率目标。",
    )


def _assessed(facts: Facts) -> Said:
    """First and last of the assessment, ties together; of a district, its own place."""
    rows = facts.rows(
        ASSESSMENT,
        "select group_name, group_code, rank, n_tied, total_score",
        "rank is not null and grouping = 'district' order by rank, group_code",
        assessment_year=facts.manifest.valid_on.year,
    )
    if not rows:
        return Said("")
    if facts.scope.is_city:
        first = [str(row[0]) for row in rows if row[2] == rows[0][2]]
        return say("目标考核总分居首的为{names}。", names=listed(first))
    own = next((row for row in rows if row[1] == facts.scope.code), None)
    if own is None:
        return Said("")
    tied = "并列" if (own[3] or 1) > 1 else ""
    return say("目标考核名次为{tied}第{n}位。", tied=tied, n=given(int(own[2]), f"{ASSESSMENT}：{own[0]}"))


def _assessment(facts: Facts) -> Table:
    specs = [
        Spec("单位", 16, "text", "group_name"),
        Spec("总分", 11, "number", "round(total_score, 2)"),
        Spec("名次", 9, "count", "rank"),
        Spec("同名次单位", 11, "count", "n_tied"),
        Spec("本级得分", 11, "number", "round(own_score, 2)"),
        Spec("所属企业平均", 12, "number", "round(enterprise_mean, 2)"),
        Spec("一票否决", 10, "flag", "is_vetoed"),
        Spec("含示例标准", 11, "flag", "is_example"),
    ]
    where = "grouping = 'district' order by rank nulls last, group_code"
    return listed_table(facts, "目标考核", "各区市县目标考核", ASSESSMENT, specs, where)


PLANS = (Plan("目标", "年度目标任务", (TARGETS,), targets, (("目标", "年度目标完成进度"),), "年度目标"),)
