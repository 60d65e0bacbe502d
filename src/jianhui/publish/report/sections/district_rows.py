"""The attached table of groups: the city and its districts, or a district and its streets."""

from typing import Any

from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, difference, share
from jianhui.publish.report_figures import target_fraction

MART, DYNAMIC = "agg_coverage", "agg_dynamic_coverage"


def district_rows(facts: Facts) -> list[dict[str, object]]:
    """The whole first, then its parts in the official order, ``unknown`` last."""
    if facts.scope.is_city:
        parts = _groups(facts, "district", "")
        return [_row(facts, "city", facts.scope.code, "全市"), *(_row(facts, *each) for each in parts)]
    mine = _groups(facts, "street", f"group_code like '{facts.scope.code}%'")
    whole = _row(facts, "district", facts.scope.code, facts.scope.name)
    return [whole, *(_row(facts, *each) for each in mine)]


def _groups(facts: Facts, grouping: str, condition: str) -> list[tuple[str, str, str]]:
    tail = "group by group_code order by group_code = 'unknown', group_code"
    found = facts.rows(
        MART,
        "select group_code, any_value(group_name)",
        f"{condition} {tail}" if condition else f"true {tail}",
        grouping=grouping,
        base_kind="live",
    )
    return [(grouping, code, "未知" if code == "unknown" else name or code) for code, name in found]


def _row(facts: Facts, grouping: str, code: str, name: str) -> dict[str, object]:
    here: dict[str, Any] = {"grouping": grouping, "group_code": code}

    def count(column: str, base: str) -> Figure:
        return facts.figure(MART, column, **here, base_kind=base)

    frozen, frozen_covered = count("n_base", "frozen"), count("n_covered", "frozen")
    live, covered = count("n_base", "live"), count("n_covered", "live")
    target = target_fraction(
        next((row[0] for row in facts.rows(MART, "select target_rate", **here, base_kind="frozen")), None)
    )
    reached = facts.figure(DYNAMIC, "is_reached", **here).value
    return {
        "名称": name,
        "固化基数": frozen,
        "固化已建会": frozen_covered,
        "固化建会率": share(frozen_covered, frozen, target),
        "实有企业": live,
        "实有已建会": covered,
        "实有建会率": share(covered, live),
        "未建会": difference(live, covered),
        "逾期九十天以上": facts.figure(DYNAMIC, "n_overdue_over_90", **here),
        "动态全覆盖": "—" if reached is None or code == "unknown" else "达到" if reached else "未达到",
    }
