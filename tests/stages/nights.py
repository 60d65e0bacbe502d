"""Nights of a simulated city, each built and held against the truth that another process counts meanwhile."""

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

from jianhui.simulate import truth_at
from tests.stages.city import SimulatedDesk, differences


def assert_nights_equal_truth(folder: Path, days: Iterable[date]) -> None:
    """Play the city below ``folder/city`` through the stages; on each of ``days``, in order, every figure of
    every mart must be the one counted. Truth and build know nothing of each other, so they run side by side.
    """
    desk = SimulatedDesk(folder, folder / "city")
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as counting:
        for day in days:
            truth = counting.submit(truth_at, folder / "city", day)
            desk.receive_until(day)
            build = desk.build(day, folder / "build.duckdb")
            found = differences(truth.result(), build)
            assert not found, f"{day}\n" + "\n".join(f"{table}: {how}" for table, how in found.items())


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
