"""In a clean city every figure of every mart equals the truth, counted independently from the same files."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jianhui.simulate import simulate, truth_at
from tests.stages.city import SimulatedDesk, differences


def play(folder: Path, enterprises: int, seed: int, days: list[date], start: date, end: date) -> None:
    simulate(folder / "city", enterprises=enterprises, seed=seed, start=start, end=end, truth_on=())
    desk = SimulatedDesk(folder, folder / "city")
    for day in days:
        desk.receive_until(day)
        build = desk.build(day, folder / "build.duckdb")
        found = differences(truth_at(folder / "city", day), build)
        assert not found, f"{day}\n" + "\n".join(f"{table}: {how}" for table, how in found.items())


def test_every_figure_of_a_clean_city_equals_the_truth(tmp_path: Path) -> None:
    days = [date(2014, 1, 7), date(2014, 2, 28), date(2014, 3, 31)]
    play(tmp_path, 1_500, 3, days, date(2014, 1, 1), date(2014, 4, 10))


def test_every_figure_equals_the_truth_across_the_change_of_codes(tmp_path: Path) -> None:
    days = [date(2015, 10, 12), date(2015, 11, 20)]
    play(tmp_path, 600, 5, days, date(2015, 9, 20), date(2015, 11, 30))


@pytest.mark.slow
def test_every_figure_equals_the_truth_on_ten_nights_of_twenty_thousand(tmp_path: Path) -> None:
    days = [date(2014, 3, 31) - timedelta(days=9 * i) for i in reversed(range(10))]
    play(tmp_path, 20_000, 8, days, date(2014, 1, 1), date(2014, 4, 10))
