"""The truth of what falls due within a month, from the truth of each list."""

from collections.abc import Iterator
from datetime import date

from jianhui.simulate.figures import Table
from jianhui.simulate.plan.section import Known

WEEK, HORIZON = 7, 31

Due = tuple[str, str | None, date]
"""Kind, the union it concerns (none of a firm or of the whole plan), and the day."""


def due(known: Known) -> Table:
    """fct_due."""
    day = known.valid_on
    return [
        {
            "due_kind": kind,
            "union_id": union,
            "due_on": due_on,
            "days_left": (due_on - day).days,
            "due_window": _window((due_on - day).days),
        }
        for kind, union, due_on in _all(known)
        if (due_on - day).days <= HORIZON
    ]


def _window(days: int) -> str:
    return "overdue" if days < 0 else "week" if days <= WEEK else "month"


def _all(known: Known) -> Iterator[Due]:
    day = known.valid_on
    for one in known.enterprises.values():
        # Overdue gaps stand in the work-lists.
        if one.is_gap and one.due_on > day:
            yield "founding", None, one.due_on
    for row in known.base["fct_union_terms"]:
        if row["status"] != "not_judged":
            yield "reelection", row["union_id"], row["due_on"]
    for row in known.base["fct_qualification_training"]:
        if row["status"] in ("not_due", "overdue"):
            yield "training", row["union_id"], row["due_on"]
    for row in known.base["fct_five_good_grades"]:
        if row["state"] in ("valid", "recheck_overdue") and row["recheck_due_on"] is not None:
            yield "recheck", row["union_id"], row["recheck_due_on"]
    for row in known.base["fct_plan_milestones"]:
        if row["status"] in ("pending", "overdue"):
            yield "milestone", row["union_id"], row["planned_on"]
    for row in known.base["agg_demonstration_units"]:
        if row["n_needed"]:
            yield "demonstration", None, date(day.year, 12, 31)
