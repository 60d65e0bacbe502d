"""The truth of what falls due within a month."""

from collections.abc import Iterator
from datetime import date

from jianhui.simulate.figures import Table
from jianhui.simulate.plan.section import Known

WEEK, HORIZON = 7, 31


def due(known: Known) -> Table:
    """fct_due, of foundings."""
    return [*_foundings(known)]


def _window(due_on: date, day: date) -> str:
    days = (due_on - day).days
    return "overdue" if days < 0 else "week" if days <= WEEK else "month"


def _foundings(known: Known) -> Iterator[dict[str, object]]:
    """Gaps whose deadline has not come: overdue ones stand in the work-lists."""
    day = known.valid_on
    for number, one in known.enterprises.items():
        if one.is_gap and 0 < (one.due_on - day).days <= HORIZON:
            yield {
                "due_kind": "founding",
                "subject_id": number,
                "due_on": one.due_on,
                "days_left": (one.due_on - day).days,
                "due_window": _window(one.due_on, day),
            }
