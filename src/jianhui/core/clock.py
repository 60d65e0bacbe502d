"""Time as a parameter: civil days are days in Asia/Shanghai, instants are UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""A function without arguments that returns an aware UTC instant."""


def system_clock() -> datetime:
    """The machine's clock; handed to the stages by the command line, never read below them."""
    return datetime.now(UTC)


def civil_day(instant: datetime) -> date:
    """The day in Shanghai on which ``instant`` falls."""
    return instant.astimezone(SHANGHAI).date()


def end_of_civil_day(day: date) -> datetime:
    """The last microsecond of ``day`` in Shanghai, in UTC."""
    start_of_next = datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return start_of_next.astimezone(UTC) - timedelta(microseconds=1)
