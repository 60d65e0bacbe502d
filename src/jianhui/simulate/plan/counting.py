"""What the truths of several sections count alike: groups, rates, a union with its enterprise."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from jianhui.simulate.figures import CITY_CODE, Judged
from jianhui.simulate.plan.section import Known, UnionFacts

T = TypeVar("T")

GRASSROOTS = ("单独", "联合")


def groups(rows: Iterable[T], by: Mapping[str, Callable[[T], str | None]]) -> dict[tuple[str, str], list[T]]:
    """The rows of the city, and of each group of each grouping; those of none are in ``unknown``."""
    found: dict[tuple[str, str], list[T]] = defaultdict(list)
    for row in rows:
        found[("city", CITY_CODE)].append(row)
        for grouping, code_of in by.items():
            found[(grouping, code_of(row) or "unknown")].append(row)
    return found


def head(known: Known, group: tuple[str, str]) -> dict[str, Any]:
    """The first cells of a row of an aggregate."""
    return {"valid_on": known.valid_on, "grouping": group[0], "group_code": group[1]}


def rate(numerator: int, denominator: int) -> float | None:
    """None where there is no denominator."""
    return numerator / denominator if denominator else None


def number(rows: Iterable[T], holds: Callable[[T], Any]) -> int:
    """How many rows of which ``holds`` is true."""
    return sum(bool(holds(row)) for row in rows)


def judged(is_received: bool, denominator: int) -> dict[str, Any]:
    """``status`` and ``reason`` of a row of an aggregate."""
    if not is_received:
        return {"status": "not_judged", "reason": "feed_not_received"}
    if not denominator:
        return {"status": "not_judged", "reason": "empty"}
    return {"status": "judged", "reason": None}


def district(facts: UnionFacts | None) -> str | None:
    """The district of a union; None where there is none, or nobody knows."""
    return None if facts is None or facts.district == "unknown" else facts.district


def host(known: Known, facts: UnionFacts | None) -> Judged | None:
    """The enterprise that a union is the union of."""
    return known.enterprises.get(facts.host or "") if facts is not None else None


def ownership(one: Judged | None) -> str | None:
    """Of an enterprise; None where there is none."""
    return None if one is None else one.groups["ownership"]


def living(known: Known, kinds: Sequence[str] = GRASSROOTS) -> list[UnionFacts]:
    """The unions of ``kinds`` that are 正常 and alive on the day."""
    return [facts for facts in known.unions.values() if facts.is_normal and facts.kind in kinds]


def is_new(known: Known, facts: UnionFacts) -> bool:
    """Founded in the plan year, up to the day."""
    start = date(known.valid_on.year, 1, 1)
    return facts.founded_on is not None and start <= facts.founded_on <= known.valid_on


def joined(parts: Iterable[str | None]) -> str | None:
    """Texts in one, by commas; None where there is none."""
    return ",".join(part for part in parts if part) or None
