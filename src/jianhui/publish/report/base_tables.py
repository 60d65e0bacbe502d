"""The tables of coverage: every row of the marts, so that each cell can be explained."""

from collections.abc import Callable

from jianhui.publish.report.base_lines import GROUPINGS, CoverageLine, ReportContext
from jianhui.publish.report.section import Table
from jianhui.publish.report_source import UNKNOWN
from jianhui.publish.report_words import (
    BASE_NAMES,
    FEED_NAMES,
    GROUPING_NAMES,
    OTHER_KIND_NAMES,
    REASON_NAMES,
)
from jianhui.publish.xlsx import Cell, Column

_COVERED = (
    Column("基数（家）", 11, "count", "n_base"),
    Column("已建会（家）", 11, "count", "n_covered"),
    Column("单独建会", 10, "count", "n_own"),
    Column("联合工会覆盖", 10, "count", "n_joint"),
    Column("联合会覆盖", 10, "count", "n_federation"),
    Column("未建会（家）", 11, "count", "n_uncovered"),
    Column("建会率", 10, "share", "coverage_rate"),
    Column("目标", 9, "share", "target_rate"),
    Column("是否达标", 9, "centre", "meets_target"),
    Column("职工人数不详", 11, "count", "n_staff_unknown"),
    Column("企业失联", 10, "count", "n_absent"),
)


def tables(context: ReportContext) -> list[Table]:
    """Every table of the report in the order of its sheets."""
    coverage = [_coverage_table(context, grouping) for grouping in GROUPINGS]
    builders: list[Callable[[ReportContext], Table]] = [
        _dynamic_table,
        _cohort_table,
        _other_table,
        _daily_table,
        _unmatched_table,
        _feed_table,
    ]
    return coverage + [build(context) for build in builders]


def _coverage_table(context: ReportContext, grouping: str) -> Table:
    group = GROUPING_NAMES[grouping]
    columns = (Column("口径", 22), Column("代码", 12, "code"), Column(group, 22), *_COVERED)
    lines = [line for line in context.coverage if line.grouping == grouping]
    return Table(
        "全市建会率" if grouping == "city" else f"建会率_{group}",
        "全市企业建会率" if grouping == "city" else f"企业建会率（按{group}）",
        columns,
        [_coverage_row(line) for line in lines],
        "agg_coverage",
        [{"grouping": grouping, "group": line.code, "base": line.base_kind} for line in lines],
    )


def _coverage_row(line: CoverageLine) -> list[Cell]:
    return [
        BASE_NAMES[line.base_kind],
        _code(line.code),
        line.name,
        line.n_base,
        line.n_covered,
        line.n_own,
        line.n_joint,
        line.n_federation,
        line.n_uncovered,
        line.rate,
        None if line.target is None else float(line.target),
        line.meets_target,
        line.n_staff_unknown,
        line.n_absent,
    ]


def _code(code: str) -> str:
    return "—" if code == UNKNOWN else code


def _dynamic_table(context: ReportContext) -> Table:
    columns = (
        Column("代码", 12, "code"),
        Column("区市县", 16),
        Column("已到期（家）", 12, "count", "n_due"),
        Column("其中已建会", 12, "count", "n_due_covered"),
        Column("到期建会率", 11, "share", "rate_due"),
        Column("逾期0—30天", 12, "count", "n_overdue_0_30"),
        Column("逾期31—90天", 12, "count", "n_overdue_31_90"),
        Column("逾期90天以上", 12, "count", "n_overdue_over_90"),
        Column("建会时间中位数（天）", 16, "count", "median_days_to_cover"),
        Column("是否达到动态全覆盖", 16, "centre", "is_reached"),
    )
    rows: list[list[Cell]] = [
        [
            _code(line.code),
            line.name,
            line.n_due,
            line.n_due_covered,
            line.rate,
            line.n_overdue_0_30,
            line.n_overdue_31_90,
            line.n_overdue_over_90,
            line.median_days_to_cover,
            line.is_reached,
        ]
        for line in context.dynamic
    ]
    keys = [{"grouping": line.grouping, "group": line.code} for line in context.dynamic]
    return Table("动态覆盖", "动态全覆盖情况", columns, rows, "agg_dynamic_coverage", keys)


def _cohort_table(context: ReportContext) -> Table:
    columns = (
        Column("成立月份", 12),
        Column("成立（家）", 12, "count", "n"),
        Column("期限内建会", 12, "count", "n_covered_in_time"),
        Column("期限内建会率", 12, "share", "in_time_rate"),
        Column("累计建会", 12, "count", "n_covered"),
        Column("未建会或已退出", 14, "count", "n_censored"),
    )
    rows: list[list[Cell]] = [
        [
            f"{line.month:%Y-%m}",
            line.n,
            line.n_covered_in_time,
            line.rate_in_time,
            line.n_covered,
            line.n_censored,
        ]
        for line in context.cohorts
    ]
    keys = [{"on": line.month.isoformat()} for line in context.cohorts]
    return Table(
        "新成立企业建会", "按成立月份统计的企业建会情况", columns, rows, "agg_founding_cohorts", keys
    )


def _other_table(context: ReportContext) -> Table:
    columns = (
        Column("类别", 22),
        Column("单位数（家）", 14, "count", "n"),
        Column("其中已建会", 14, "count", "n_covered"),
        Column("建会率", 12, "share", "covered_rate"),
    )
    rows: list[list[Cell]] = [
        [OTHER_KIND_NAMES.get(line.kind, line.kind), line.n, line.n_covered, line.rate]
        for line in context.other_units
    ]
    keys = [{"group": line.kind} for line in context.other_units]
    return Table("其他单位", "不计入企业建会率的其他单位", columns, rows, "agg_other_units", keys)


def _daily_table(context: ReportContext) -> Table:
    columns = (
        Column("日期", 12, "day"),
        Column("实有企业", 12, "count", "n_base"),
        Column("已建会", 12, "count", "n_covered"),
        Column("建会率", 11, "share", "coverage_rate"),
        Column("进入基数", 11, "count", "n_entered"),
        Column("退出基数", 11, "count", "n_left"),
        Column("新增建会", 11, "count", "n_newly_covered"),
        Column("失去覆盖", 11, "count", "n_lost_cover"),
    )
    rows: list[list[Cell]] = [
        [
            line.day,
            line.n_base,
            line.n_covered,
            line.rate,
            line.n_entered,
            line.n_left,
            line.n_newly_covered,
            line.n_lost_cover,
        ]
        for line in context.daily
    ]
    sheet, place, grouping = "每日走势", "全市", {"grouping": "city"}
    if context.district is not None:
        line = context.line("district", context.district, "live")
        place = line.name if line is not None else context.district
        sheet, grouping = f"每日走势_{place}", {"grouping": "district", "group": context.district}
    keys = [{**grouping, "on": line.day.isoformat()} for line in context.daily]
    return Table(sheet, f"{place}实有企业建会每日走势", columns, rows, "agg_coverage_daily", keys)


def _unmatched_table(context: ReportContext) -> Table:
    columns = (Column("数据来源", 28), Column("原因", 28), Column("记录数", 12, "count", "rows"))
    rows: list[list[Cell]] = [
        [FEED_NAMES.get(line.feed, line.feed), REASON_NAMES.get(line.reason, line.reason), line.n]
        for line in context.unmatched
    ]
    keys = [{"feed": line.feed, "reason": line.reason} for line in context.unmatched]
    return Table("未对应记录", "未能与企业对应的记录", columns, rows, "fct_unmatched_records", keys)


def _feed_table(context: ReportContext) -> Table:
    columns = (
        Column("数据来源", 28),
        Column("收到次数", 10, "count", "rows"),
        Column("其中未入库", 11, "count", "rows?verdict=held|refused|rejected"),
        Column("最近数据日期", 13, "day"),
        Column("距统计日（天）", 13, "count"),
        Column("读入行数", 12, "count", "rows_in?verdict=accepted|released"),
        Column("入库行数", 12, "count", "rows_accepted?verdict=accepted|released"),
        Column("隔离行数", 12, "count", "rows_quarantined?verdict=accepted|released"),
    )
    received = {line.feed: line for line in context.feeds}
    rows: list[list[Cell]] = []
    feeds = [*FEED_NAMES, *(feed for feed in received if feed not in FEED_NAMES)]
    for feed in feeds:
        line = received.get(feed)
        name = FEED_NAMES.get(feed, feed)
        if line is None:
            rows.append([name, 0, 0, None, None, 0, 0, 0])
            continue
        counts = (line.n_rows_in, line.n_rows_accepted, line.n_rows_quarantined)
        rows.append(
            [name, line.n_deliveries, line.n_not_accepted, line.last_reference_on, line.days_behind, *counts]
        )
    keys = [{"feed": feed} for feed in feeds]
    return Table("数据到位情况", "各部门数据到位情况", columns, rows, "fct_delivery_outcomes", keys)
