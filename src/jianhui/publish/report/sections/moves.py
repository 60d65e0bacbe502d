"""How the rate moved, and why: day by day, by what befell enterprises, by the causes of a comparison."""

from datetime import date
from fractions import Fraction
from typing import Any

from jianhui.publish.compare_cells import CAUSE_NAMES, CAUSES, RateMove
from jianhui.publish.compare_words import shown_parts
from jianhui.publish.report.chart import Chart, Series, chart, undrawn
from jianhui.publish.report.facts import Earlier, Facts
from jianhui.publish.report.figures import Figure, Said, given, listed, points, say, share
from jianhui.publish.report.sections.base_counts import of_base
from jianhui.publish.report_figures import shown_share
from jianhui.publish.report_words import BASE_NAMES

DAILY = "agg_coverage_daily"
MAX_DAYS = 45
"""A curve of more days is drawn by weeks; every day stands in the table."""
MAX_POINTS = 16


def during(facts: Facts) -> dict[str, Figure | Said] | None:
    """From the eve of the period (or the first day there is) to the last day, on the live base."""
    scope: dict[str, Any] = {"grouping": facts.scope.grouping, "group_code": facts.scope.code}
    days = [
        row[0]
        for row in facts.rows(DAILY, "select valid_on", "n_covered is not null order by valid_on", **scope)
    ]
    before = [day for day in days if day <= facts.eve] or days[:1]
    if not before or before[-1] == days[-1]:
        return None
    first, last = before[-1], days[-1]

    def at(column: str, day: object) -> Figure:
        return facts.figure(DAILY, column, **scope, valid_on=day)

    def since(column: str) -> Figure:
        condition = f"valid_on > date '{first}' and valid_on <= date '{last}'"
        return facts.figure(DAILY, f"sum({column})::bigint", condition, **scope)

    base, covered = at("n_base", first), at("n_covered", first)
    base_now, covered_now = at("n_base", last), at("n_covered", last)
    rate, rate_now = share(covered, base), share(covered_now, base_now)
    moved = (
        say("与期初持平")
        if rate.value == rate_now.value
        else say(
            "{verb}{p}个百分点",
            verb="提高" if rate_now.is_above(rate) else "下降",
            p=points(rate_now, rate),
        )
    )
    return {
        "起": given(first, "期初"),
        "期初企业数": base,
        "期末企业数": base_now,
        "期初已建会": covered,
        "期末已建会": covered_now,
        "期初建会率": rate,
        "期末建会率": rate_now,
        "变动": moved,
        "新增建会": since("n_newly_covered"),
        "失去覆盖": since("n_lost_cover"),
        "进入基数": since("n_entered"),
        "退出基数": since("n_left"),
        "进入时已建会": since("n_entered_covered"),
        "退出时已建会": since("n_left_covered"),
    }


def _move(facts: Facts, earlier: Earlier, base: str) -> RateMove | None:
    """The move of the scope's rate since the period before, as the release's comparison split it."""
    for rate in earlier.comparison.get("rates", ()):
        if (rate["grouping"], rate["group_code"], rate["base_kind"]) == (
            facts.scope.grouping,
            facts.scope.code,
            base,
        ):
            parts = {cause: Fraction(rate["exact_parts"].get(cause, 0)) for cause in CAUSES}
            n_base, n_covered = rate["n_base"], rate["n_covered"]
            return RateMove(
                rate["grouping"],
                rate["group_code"],
                base,
                (n_base[0], n_base[1]),
                (n_covered[0], n_covered[1]),
                parts,
            )
    return None


def causes(facts: Facts, earlier: Earlier, base: str, period: str) -> Said | None:
    """What moved the rate since the period before; None where there is no comparison."""
    if facts.previous is None or not earlier.comparison:
        return None
    than = "上季度" if period == "quarter" else "上月"
    move = _move(facts, earlier, base)
    if move is None:
        return say("{base}建会率比{than}没有变动。", base=BASE_NAMES[base], than=than)
    target = facts.target if base == "frozen" else None
    told = [
        say(
            "{cause}使建会率{verb}{p}个百分点",
            cause=CAUSE_NAMES[cause][0],
            verb="提高" if part > 0 else "下降",
            p=given(abs(part), f"变动分解：{CAUSE_NAMES[cause][0]}", "points"),
        )
        for cause, part in shown_parts(move, target).items()
        if part
    ]
    if not told:
        return say("各项原因对{base}建会率的影响均不足0.01个百分点。", base=BASE_NAMES[base])
    return say("按{base}，与{than}相比，{told}。", base=BASE_NAMES[base], than=than, told=listed(told, "，"))


def moves(facts: Facts, earlier: Earlier, base: str) -> Chart:
    """Why the rate moved since the period before; without one, why the number covered did in the period."""
    move = _move(facts, earlier, base)
    key = "变动"
    if facts.previous is not None and move is not None:
        target = facts.target if base == "frozen" else None
        parts = {cause: part for cause, part in shown_parts(move, target).items() if part}
        before = of_base(facts.previous, base)[2].ratio
        after = of_base(facts, base)[2].ratio
        if before is not None and after is not None and parts:
            names = ["变动前", *(CAUSE_NAMES[cause][0] for cause in parts), "变动后"]
            values = (before, *(part / 100 for part in parts.values()), after)
            return chart(
                key,
                f"{facts.scope.called}建会率变动原因（{BASE_NAMES[base]}，百分点）",
                "waterfall",
                "share",
                names,
                [Series("变动", values)],
                note="纵轴不从零开始；各项相加等于变动。",
                origin="comparison",
            )
    period = during(facts)
    title = f"{facts.scope.called}期内已建会企业数变动原因（实有企业，家）"
    if period is None:
        return undrawn(key, title, "建会情况未知或期内只有一日数据，不作分解。")
    told = {name: one.number for name, one in period.items() if isinstance(one, Figure)}
    bars = (("新增建会", 1), ("失去覆盖", -1), ("进入时已建会", 1), ("退出时已建会", -1))
    changes = [(name, sign * told[name]) for name, sign in bars if told[name]]
    names = ["期初", *(name for name, _ in changes), "期末"]
    counted = (told["期初已建会"], *(change for _, change in changes), told["期末已建会"])
    note = "纵轴不从零开始；各项相加等于变动。"
    return chart(key, title, "waterfall", "count", names, [Series("变动", counted)], note=note, origin=DAILY)


def trend(facts: Facts, frozen: dict[str, Figure] | None) -> Chart:
    """The live rate day by day, with the frozen base's rate and its target on the last day."""
    key, title = "走势", f"{facts.scope.called}建会率走势与年度目标"
    if not facts.has_coverage:
        return undrawn(key, title, "未接收到工会组织登记数据，建会情况未知。", "share")
    scope: dict[str, Any] = {"grouping": facts.scope.grouping, "group_code": facts.scope.code}
    rows = facts.rows(
        DAILY, "select valid_on, n_covered, n_base", "n_covered is not null order by valid_on", **scope
    )
    rows = sampled(rows)
    days = [day_name(row[0]) for row in rows]
    series = [Series("实有企业建会率", tuple(shown_share(c, b) for _, c, b in rows), "line")]
    note = ""
    if frozen and days:
        blank = (None,) * (len(days) - 1)
        series.append(Series("固化基数建会率", (*blank, frozen["建会率"].ratio), "point"))
        target = facts.target_figure()
        if target.is_known:
            series.append(Series("年度目标", (target.ratio,) * len(days), "target"))
            note = "年度目标只按固化基数评判；实有企业曲线供掌握走势。"
    return chart(key, title, "line", "share", days, series, note=note, origin=DAILY)


def sampled(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of many days the first, and one in some weeks up to the last: as many as can be named on paper."""
    step = week_step(len(rows)) if len(rows) > MAX_DAYS else 1
    return [row for at, row in enumerate(rows) if at == 0 or (len(rows) - 1 - at) % step == 0]


def week_step(n_days: int) -> int:
    """Days from one point of a curve to the next: whole weeks, so that some sixteen points tell it."""
    return 7 * max(1, -(-n_days // (7 * MAX_POINTS)))


def day_name(day: date) -> str:
    """``3月31日``."""
    return f"{day.month}月{day.day}日"
