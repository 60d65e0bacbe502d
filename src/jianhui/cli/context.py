"""The context of a command: the home of the environment, the machine's clock, dates as options."""

import inspect
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from jianhui import settings
from jianhui.cli.options import KnownAt, ValidOn
from jianhui.core.clock import SHANGHAI, system_clock
from jianhui.core.errors import UsageError
from jianhui.stages.context import Context, When


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


P = ParamSpec("P")
R = TypeVar("R")


def as_of(function: Callable[Concatenate[When, P], R]) -> Callable[P, R]:
    """Give a verb that reads ``--valid-on`` and ``--known-at``; it gets both as its first argument."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        valid_on, known_at = kwargs.pop("valid_on", None), kwargs.pop("known_at", None)
        assert valid_on is None or isinstance(valid_on, str)
        assert known_at is None or isinstance(known_at, str)
        return function(When(parse_day(valid_on), parse_instant(known_at)), *args, **kwargs)

    signature = inspect.signature(function)
    _, *own = signature.parameters.values()
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in (("valid_on", ValidOn), ("known_at", KnownAt))
    ]
    run.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
    return run
