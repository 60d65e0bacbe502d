"""The assertion rule as a few obvious lines: a list of what was said of one key, read day by day.

Kept apart from the code it proves: it shares no function, no date parser and no data structure with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Cells = tuple[str | None, str]
"""A record's content: a name, and the change date as the agency wrote it."""

DELETED = "deleted"
ABSENT = "absent"
FIRST_DAY = date(1, 1, 1)


@dataclass(frozen=True)
class Told:
    """One delivery. ``rows`` maps a key to its cells, or to ``DELETED``; a key is ``scope/name``."""

    kind: str
    on: date
    scopes: tuple[str, ...]
    rows: dict[str, Cells | str]


def said_of(key: str, deliveries: Sequence[Told]) -> list[tuple[date, Cells | str]]:
    """Every assertion about ``key`` that counts, by reference date, then by order of recording."""
    scope = key.split("/", maxsplit=1)[0]
    counting: dict[tuple[str, date], int] = {}
    for number, told in enumerate(deliveries):
        if scope in told.scopes:
            counting[told.kind, told.on] = number
    said: list[tuple[date, int, Cells | str]] = []
    for number in counting.values():
        told = deliveries[number]
        if key in told.rows:
            said.append((told.on, number, told.rows[key]))
        elif told.kind == "full":
            said.append((told.on, number, ABSENT))
    return [(on, what) for on, _, what in sorted(said, key=lambda one: one[:2])]


def changes_of(key: str, deliveries: Sequence[Told], absence: str) -> list[tuple[date, Cells | None]]:
    """From which day on which content holds (``None``: the record is over), in order of assertion."""
    changes: list[tuple[date, Cells | None]] = []
    last: Cells | None = None
    last_on = FIRST_DAY
    is_open = False
    for on, what in said_of(key, deliveries):
        if what == ABSENT and (absence == "keeps" or not is_open):
            continue
        if isinstance(what, str):
            changes.append((on, None))
            is_open = False
            continue
        if last is None:
            changes.append((FIRST_DAY, what))
        elif not is_open:
            changes.append((on, what))
        elif what != last:
            declared = declared_change(last[1], what[1])
            inside = declared is not None and last_on < declared <= on
            changes.append((declared if inside and declared else on, what))
        last, last_on, is_open = what, on, True
    return changes


def state_on(day: date, changes: Sequence[tuple[date, Cells | None]]) -> Cells | None:
    """The content in force on ``day``."""
    return next((what for since, what in reversed(changes) if since <= day), None)


def sightings(
    key: str, deliveries: Sequence[Told], absence: str, day: date
) -> tuple[date | None, date | None, bool]:
    """First seen, last seen by ``day``, and whether it is missing (of a feed that keeps) on ``day``."""
    said = said_of(key, deliveries)
    seen = [on for on, what in said if not isinstance(what, str)]
    is_open = missing = False
    for on, what in said:
        if on > day:
            break
        if what == ABSENT:
            missing = is_open and absence == "keeps"
            is_open = missing
        else:
            missing = False
            is_open = what != DELETED
    return min(seen, default=None), max((on for on in seen if on <= day), default=None), missing


def declared_change(before: str, now: str) -> date | None:
    """The new change date, if it changed as a date."""
    then, date_now = as_date(before), as_date(now)
    if date_now is None:
        return None
    if then is None:
        return date_now if before in ("", "无") else None
    return date_now if then != date_now else None


def as_date(text: str) -> date | None:
    """``2014-01-05`` or ``2014.1.5``."""
    try:
        year, month, day = text.replace(".", "-").split("-")
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
