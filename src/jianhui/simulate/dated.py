"""Plain dated lists: ``[(day, value), …]`` in order of days; a value holds from its day until the next."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TypeVar

T = TypeVar("T")

Dated = list[tuple[date, T]]


def value_on(dated: Sequence[tuple[date, T]], day: date) -> T | None:
    """The value that holds on ``day``; None before the first."""
    for since, value in reversed(dated):
        if since <= day:
            return value
    return None


@cache
def add_months(day: date, months: int) -> date:
    """``day`` so many calendar months later, clamped to the month's end."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """The number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@cache
def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return day.replace(day=month_length(day.year, day.month))
