"""Nights of a simulated city, each built and held against the truth that another process counts meanwhile."""

import csv
import json
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import duckdb

from jianhui.core.text import canonical_key
from jianhui.simulate import Truth, truth_at
from jianhui.simulate.attaching import NOBODY, GivenLink
from jianhui.stages.scoring import in_clear, judged_links
from tests.stages.city import SimulatedDesk, differences

KEYED_BY_NAME = ("verifications", "base_list")


def assert_nights_equal_truth(folder: Path, days: Iterable[date]) -> None:
    """Play the city below ``folder/city`` through the stages; on each of ``days``, in order, every figure of
    every mart must be the one counted. The truth of a night is counted while the next is built.

    The truth takes the scored links as given; that each of them is right is asserted from the world's own
    knowledge of whom a record is about.
    """
    desk = SimulatedDesk(folder, folder / "city")
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as counting:
        waiting: tuple[date, Path, Future[Truth]] | None = None
        for day in days:
            desk.receive_until(day)
            build = desk.build_compared(day, folder / f"{day}.duckdb")
            links = in_clear(judged_links(build, "marts"), desk.vault)
            assert not wrongly_linked(folder / "city", build, links)
            truth = counting.submit(truth_at, folder / "city", day, links=links)
            if waiting is not None:
                assert_equal(*waiting)
            waiting = day, build, truth
        if waiting is not None:
            assert_equal(*waiting)


def assert_equal(day: date, build: Path, truth: "Future[Truth]") -> None:
    """Every figure of the build is the one counted; the build is then thrown away."""
    found = differences(truth.result(), build)
    assert not found, f"{day}\n" + "\n".join(f"{table}: {how}" for table, how in found.items())
    build.unlink()


def wrongly_linked(city: Path, build: Path, links: Iterable[GivenLink]) -> list[GivenLink]:
    """Those of ``links`` that attach a record to an enterprise it is not about."""
    with duckdb.connect(str(build), read_only=True) as connection:
        enterprise_of = dict(
            connection.execute("select record_key, enterprise_id from input.enterprise_records").fetchall()
        )
    about = registered_as(city)

    def right(one: GivenLink) -> set[str | None]:
        return {enterprise_of.get(key) for key in about[one.feed, one.record_key]}

    # Findings and lists are keyed by name, which two firms may share; our own lists say which is meant.
    told = (one for one in links if one.feed not in KEYED_BY_NAME and one.enterprise_id != NOBODY)
    known = (one for one in told if (one.feed, one.record_key) in about)
    return [one for one in known if one.enterprise_id not in right(one)]


@cache
def registered_as(city: Path) -> dict[tuple[str, str], set[str]]:
    """Feed and canonical key of a record → keys under which the registry shows whom it is about."""
    about: dict[tuple[str, str], set[str]] = {}
    with (city / "identities.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            cells = (canonical_key(cell) or "" for cell in row["record_key"].split("|"))
            about.setdefault((row["feed"], "|".join(cells)), set()).update(row["commerce_keys"].split(";"))
    return about


def let_some_come_late(city: Path) -> int:
    """Let every sixth delivery of the city below ``city`` arrive 2 to 12 days after its day; how many do.

    The first of each feed stays in time, and what would arrive after the last day never does. Contents are
    not touched: a delivery that is late says the same, of the same day.
    """
    path = city / "city.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    seen: set[str] = set()
    arrivals = []
    for number, sent in enumerate(description["deliveries"]):
        is_late = sent["feed"] in seen and number % 6 == 5
        seen.add(sent["feed"])
        days_late = 2 + number % 11 if is_late else 0
        arrived_on = date.fromisoformat(sent["arrived_on"]) + timedelta(days=days_late)
        if arrived_on.isoformat() <= description["end"]:
            arrivals.append((arrived_on, is_late, number, {**sent, "arrived_on": arrived_on.isoformat()}))
    arrivals.sort(key=lambda one: one[:3])
    description["deliveries"] = [sent for *_, sent in arrivals]
    path.write_text(json.dumps(description, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return sum(is_late for _, is_late, *_ in arrivals)
