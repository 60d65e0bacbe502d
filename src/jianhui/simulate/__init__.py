"""A simulated city with known truth: agency files on one side, every published figure on the other.

Imports nothing of the rest of the project: the truth is a second, independent reading of the method, so
that a difference shows a mistake on one side or the other.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jianhui.simulate.agencies import City
from jianhui.simulate.attaching import GivenLink
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.post import Plan, send
from jianhui.simulate.truth import Truth, truth_of

__all__ = [
    "DEMO_END",
    "DEMO_START",
    "CitySummary",
    "GivenLink",
    "Truth",
    "build_city",
    "read_city",
    "simulate",
    "truth_at",
]

DEMO_START, DEMO_END = date(2014, 1, 1), date(2014, 4, 10)
"""The first quarter of 2014 and the ten days after it, so that the quarter can be published at its cut-off.
"""


TRUTH_UP_TO = 200_000


@dataclass(frozen=True)
class CitySummary:
    """What was written: ``deliveries`` files with ``rows`` rows below ``out``, and ``truths`` countings."""

    out: Path
    seed: int
    start: date
    end: date
    units: int
    unions: int
    deliveries: int
    rows: int
    truths: int


def build_city(*, enterprises: int, start: date, end: date, seed: int) -> City:
    """A world of ``enterprises`` registered units and what the registry knows of it; nothing is written."""
    plan = Plan(seed, enterprises, start, end)
    return plan.city(plan.block_numbers)


def simulate(
    out: Path,
    *,
    enterprises: int = 2_000,
    start: date = DEMO_START,
    end: date = DEMO_END,
    seed: int = 1,
    clean: bool = True,
    without: Collection[str] = frozenset(),
    plan: bool = False,
    truth_on: Sequence[tuple[date, date]] | None = None,
) -> CitySummary:
    """Write a city's deliveries below ``out``, one folder a day of arrival, with ``city.json`` and the
    truth beside.

    The same parameters give the same bytes on every machine. ``enterprises`` counts registered units of
    every kind. ``truth_on``: the as-ofs (valid_on, known_on) whose truth is written; by default the last
    day, and each quarter whose cut-off lies in the span, of a city of up to ``TRUTH_UP_TO`` units: counting
    holds all files in memory, making them does not.

    A city that is not ``clean`` is the same world seen through dirty files; each piece of dirt is a line of
    ``dirt.csv``, and those whose ids are in ``without`` are left out. Its truth is what the files say, dirt
    and all. ``plan``: whether the lists of the
    work plan are sent, and told in the truth, beside the base feeds.
    """
    if enterprises < 1 or start >= end:
        raise ValueError("a city needs at least one enterprise, and its start before its end")
    ways = None if clean else frozenset(without)
    posted = send(Plan(seed, enterprises, start, end, ways, plan), out)
    description = {
        "seed": seed,
        "enterprises": enterprises,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "clean": clean,
        **({"plan": True} if plan else {}),
        **({} if clean else {"without": sorted(without)}),
        "deliveries": [delivery.as_json() for delivery in posted.sent],
        "decisions": posted.decisions,
    }
    (out / "city.json").write_text(
        json.dumps(description, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    if truth_on is None:
        truth_on = [*_quarters(start, end), (end, end)] if enterprises <= TRUTH_UP_TO else []
    for valid_on, known_on in truth_on:
        truth_at(out, valid_on, known_on).write(out)
    return CitySummary(
        out,
        seed,
        start,
        end,
        posted.n_units,
        posted.n_unions,
        len(posted.sent),
        sum(delivery.rows for delivery in posted.sent),
        len(truth_on),
    )


def truth_at(
    out: Path,
    valid_on: date,
    known_on: date | None = None,
    previous_gap: Iterable[str] | None = None,
    *,
    links: Iterable[GivenLink] = (),
) -> Truth:
    """Every figure of the city below ``out`` as of ``valid_on``, from what had arrived by the end of
    ``known_on``.

    ``known_on`` is ``valid_on`` unless given (a quarter's is the 10th day after it). ``previous_gap``:
    enterprise ids on the gap list of the last night, which decide ``is_new``. A day before the first
    commerce reference date is refused with ``ValueError``. ``links``: as of ``truth.truth_of``.
    """
    return truth_of(out, valid_on, known_on or valid_on, previous_gap, links=links)


def read_city(out: Path) -> tuple[City, frozenset[str]]:
    """The world of the dirty city below ``out``, made anew, and the ids of the pieces it was made without.

    ``ValueError`` where the city is clean, ``FileNotFoundError`` where there is none.
    """
    description = json.loads((out / "city.json").read_text(encoding="utf-8"))
    if description["clean"]:
        raise ValueError("the city is clean")
    city = build_city(
        enterprises=description["enterprises"],
        start=date.fromisoformat(description["start"]),
        end=date.fromisoformat(description["end"]),
        seed=description["seed"],
    )
    return city, frozenset(description["without"])


def _quarters(start: date, end: date) -> list[tuple[date, date]]:
    """(last day, cut-off) of the quarters from ``start`` on whose cut-off is not after ``end``."""
    found = []
    last = month_end(add_months(start.replace(day=1), (3 - start.month) % 3))
    while last + timedelta(days=10) <= end:
        found.append((last, last + timedelta(days=10)))
        last = month_end(add_months(last, 3))
    return found
