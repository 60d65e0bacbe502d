"""What the sections of the work plan share: a row of an aggregate, its judgement, its sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jianhui.publish.report.chart import Chart, Series, chart
from jianhui.publish.report.comparing import PREVIOUS, moved_rate
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, given, plain_percent, say, share, shortfall
from jianhui.publish.report.section import Table
from jianhui.publish.report_figures import shown_share, target_fraction
from jianhui.publish.xlsx import Cell, Column

REASONS = {
    "feed_not_received": "未收到有关数据",
    "no_feed": "未收到有关数据",
    "no_plan": "没有名额方案",
    "no_candidates": "尚无人选",
    "empty": "没有应统计的对象",
    "no_base": "没有应统计的对象",
    "no_rule": "没有有效的规定",
    "no_target": "没有目标",
    "not_received": "未收到有关数据",
}
STYLES = {
    "count": "count",
    "share": "share",
    "day": "day",
    "text": "text",
    "number": "number",
    "flag": "centre",
}


@dataclass(frozen=True)
class Spec:
    """A column of a sheet made of a mart: its header, width, style, and what is selected.

    ``part``, ``whole``: of a share, the columns it is reckoned from, so that it is shown as everywhere else.
    """

    header: str
    width: float
    style: str
    expression: str
    is_of_persons: bool = False
    whole: str = ""


def cases(column: str, names: Mapping[str, str], otherwise: str | None = None) -> str:
    """SQL for the name of a code; ``otherwise`` of any other, else the code itself."""
    told = " ".join(f"when '{code}' then '{name}'" for code, name in names.items())
    return f"case {column} {told} else {column if otherwise is None else chr(39) + otherwise + chr(39)} end"


def unjudged(facts: Facts, mart: str, **where: Any) -> str:
    """Why the scope's row is not judged, in Chinese; empty where it is."""
    found = facts.rows(
        mart,
        "select status, reason",
        grouping=facts.scope.grouping,
        group_code=facts.scope.code,
        **where,
    )
    if not found:
        return f"{facts.scope.called}没有应统计的对象，本期不作统计。"
    status, reason = found[0]
    if status != "not_judged":
        return ""
    return f"{REASONS.get(reason, reason or '数据不足')}，本期不作判定；没有数据不表示为零。"


def target_of(facts: Facts, mart: str, **where: Any) -> tuple[Fraction | None, Figure]:
    """The target of an aggregate in the scope, exact and as it is written."""
    found = facts.here(mart, "max(target_rate)::decimal(9, 4)", **where)
    target = target_fraction(None if found.value is None else float(found.value))  # type: ignore[arg-type]
    if target is None:
        return None, given(None, "没有目标")
    return target, Figure(found.value, plain_percent(target), found.origin)


def against_target(part: Figure, whole: Figure, target: Fraction | None, unit: str) -> Said:
    """``达到…目标`` or ``未达到…目标，还差3个``; judged by the counts, never by the rounded rate."""
    if target is None or not part.is_known or not whole.number:
        return Said("没有目标，不作评判" if target is None else "没有对象，不作评判")
    lack = shortfall(part, whole, target)
    goal = Figure(None, plain_percent(target), given(None, "目标").origin)
    if lack.number == 0:
        return say("达到{t}的目标", t=goal)
    return say("未达到{t}的目标，还差{n}{unit}", t=goal, n=lack, unit=unit)


def in_short(part: Figure, whole: Figure, target: Fraction | None, unit: str) -> Said:
    """The same for the brief: ``达到``, ``未达到，差3个``."""
    if target is None or not part.is_known or not whole.number:
        return Said("不作评判")
    lack = shortfall(part, whole, target)
    return say("未达到，差{n}{unit}", n=lack, unit=unit) if lack.number else Said("达到")


def compared(facts: Facts, mart: str, part: str, whole: str, period: str, **where: Any) -> Said:
    """``，比上季度提高1.20个百分点``; nothing without a period before."""
    if facts.previous is None or not facts.previous.has(mart, part, whole):
        return Said("")
    now, before = (
        share(each.here(mart, part, **where), each.here(mart, whole, **where))
        for each in (facts, facts.previous)
    )
    if not before.is_known or not now.is_known:
        return Said("")
    return say("，{moved}", moved=moved_rate(now, before, PREVIOUS[period][0]))


def period_of(facts: Facts) -> str:
    return "quarter" if facts.manifest.quarter else "month"


def grouped(
    facts: Facts,
    sheet: str,
    title: str,
    mart: str,
    specs: Sequence[Spec],
    condition: str = "",
    order: str = "",
) -> Table:
    """A sheet of an aggregate: the city, then the districts in the official order, ``unknown`` last."""
    mine = "grouping in ('city', 'district')"
    if not facts.scope.is_city:
        mine = f"(grouping = 'city' or (grouping = 'district' and group_code = '{facts.scope.code}'))"
    name = Spec(
        "单位",
        16,
        "text",
        "case when group_code = 'unknown' then '未知' else coalesce(group_name, group_code) end",
    )
    tail = f"order by grouping <> 'city', group_code = 'unknown', group_code{', ' + order if order else ''}"
    where = f"{mine}{' and ' + condition if condition else ''} {tail}"
    within = tuple(at for at, spec in enumerate(specs, start=1) if spec.style == "text")
    return listed_table(facts, sheet, title, mart, [name, *specs], where, added_up_within=within)


def listed_table(
    facts: Facts,
    sheet: str,
    title: str,
    mart: str,
    specs: Sequence[Spec],
    where: str,
    *,
    is_internal: bool = False,
    reason: str = "",
    added_up_within: tuple[int, ...] = (),
) -> Table:
    """A sheet of the rows of ``mart`` that ``where`` keeps. Shares are reckoned from their counts."""
    taken = [
        column
        for spec in specs
        for column in ([spec.expression, spec.whole] if spec.whole else [spec.expression])
    ]
    rows: list[list[Cell]] = []
    for found in facts.rows(mart, f"select {', '.join(taken)}", where):
        values = iter(found)
        rows.append(
            [shown_share(next(values), next(values) or 0) if spec.whole else next(values) for spec in specs]
        )
    columns = [
        Column(spec.header, spec.width, STYLES[spec.style], is_of_persons=spec.is_of_persons)
        for spec in specs
    ]
    return Table(sheet, title, columns, rows, mart, (), is_internal, reason, added_up_within)


def district_chart(
    facts: Facts,
    key: str,
    title: str,
    mart: str,
    columns: Sequence[tuple[str, str]],
    unit: str = "count",
    **where: Any,
) -> Chart:
    """Columns of an aggregate by district, one upon the other; of a district's edition, its own alone."""
    condition = "group_code <> 'unknown'" if facts.scope.is_city else f"group_code = '{facts.scope.code}'"
    selected = ", ".join(column for column, _ in columns)
    rows = facts.rows(
        mart,
        f"select group_name, {selected}",
        f"{condition} order by group_code",
        grouping="district",
        **where,
    )
    series = [Series(name, tuple(row[at] for row in rows)) for at, (_, name) in enumerate(columns, start=1)]
    kind = "stacked" if len(columns) > 1 else "column"
    names = [str(row[0]) for row in rows]
    return chart(key, title, kind, unit, names, series, origin=mart)  # type: ignore[arg-type]


def rate_chart(
    facts: Facts,
    key: str,
    title: str,
    mart: str,
    part: str,
    whole: str,
    target: Fraction | None,
    **where: Any,
) -> Chart:
    """A rate by district from the highest down, with the target as a line."""
    condition = "group_code <> 'unknown'" if facts.scope.is_city else f"group_code = '{facts.scope.code}'"
    rows = facts.rows(
        mart, f"select group_name, group_code, {part}, {whole}", condition, grouping="district", **where
    )
    lines = [(name, code, n, of) for name, code, n, of in rows if n is not None and of]
    lines.sort(key=lambda line: (-Fraction(line[2], line[3]), line[1]))
    series = [Series("比率", tuple(shown_share(n, of, target=target) for _, _, n, of in lines))]
    note = ""
    if target is not None and lines:
        series.append(
            Series("目标", (Decimal(target.numerator) / Decimal(target.denominator),) * len(lines), "target")
        )
        note = f"目标为{plain_percent(target)}。"
    return chart(key, title, "bar", "share", [line[0] for line in lines], series, note=note, origin=mart)
