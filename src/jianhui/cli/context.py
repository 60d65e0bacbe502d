"""The context of a command: the home of the environment, the machine's clock, dates as options."""

from datetime import date, datetime
from typing import Annotated

import typer

from jianhui import settings
from jianhui.core.clock import SHANGHAI, system_clock
from jianhui.core.errors import UsageError
from jianhui.stages.context import Context


def context() -> Context:
    """Home and keys from the environment, the machine's clock."""
    return Context(settings.load(), system_clock)


def parse_day(text: str | None) -> date | None:
    """A civil day ``2014-03-31``; raises ``UsageError`` naming the text."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "bad_date",
            f"日期写法不对：{text}",
            f"not a date: {text}",
            next_step="2014-03-31",
        ) from None


def parse_instant(text: str | None) -> datetime | None:
    """An instant ``2014-04-10T23:59:59+08:00``; without an offset it is Shanghai time."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "bad_instant",
            f"时间写法不对：{text}",
            f"not an instant: {text}",
            next_step="2014-04-10T23:59:59+08:00",
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


Day = Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="日期 civil day in Shanghai")]
KnownAt = Annotated[str | None, typer.Option("--known-at", metavar="INSTANT", help="知悉时间 known time")]
AsJson = Annotated[bool, typer.Option("--json", help="供程序读取 for a program")]
ValidOn = Annotated[
    str | None, typer.Option("--valid-on", metavar="YYYY-MM-DD", help="截面日 the day asked of")
]
