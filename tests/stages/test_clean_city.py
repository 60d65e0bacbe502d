"""In a clean city every figure of every mart equals the truth, counted independently from the same files."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from jianhui.simulate import simulate
from tests.stages.nights import assert_nights_equal_truth, let_some_come_late

TWO_MONTHS = [date(2014, 1, 1) + timedelta(days=i) for i in range(60)]
"""From the first day, on which most agencies have not sent anything yet."""
TEN_NIGHTS = [date(2014, 3, 31) - timedelta(days=9 * i) for i in reversed(range(10))]


@pytest.mark.timeout(1800)
def test_every_figure_equals_the_truth_on_ten_nights_of_twenty_thousand(tmp_path: Path) -> None:
    simulate(tmp_path / "city", enterprises=20_000, seed=8, truth_on=())
    assert_nights_equal_truth(tmp_path, TEN_NIGHTS)


@pytest.mark.slow
def test_every_figure_equals_the_truth_across_the_change_of_codes(tmp_path: Path) -> None:
    start, end = date(2015, 9, 20), date(2015, 11, 30)
    simulate(tmp_path / "city", enterprises=600, seed=5, start=start, end=end, truth_on=())
    assert_nights_equal_truth(tmp_path, [date(2015, 10, 12), date(2015, 11, 20)])


@pytest.mark.slow
def test_every_figure_equals_the_truth_when_deliveries_come_late(tmp_path: Path) -> None:
    simulate(tmp_path / "city", enterprises=600, seed=3, end=date(2014, 3, 1), truth_on=())
    assert let_some_come_late(tmp_path / "city") > 5
    assert_nights_equal_truth(tmp_path, [date(2014, 1, 7), date(2014, 1, 20), date(2014, 2, 28)])


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_figure_equals_the_truth_on_sixty_nights_of_twenty_thousand(tmp_path: Path) -> None:
    """Two months, night by night, of full and delta deliveries, some of which come late."""
    simulate(tmp_path / "city", enterprises=20_000, seed=21, end=TWO_MONTHS[-1], truth_on=())
    assert let_some_come_late(tmp_path / "city") > 10
    sent = json.loads((tmp_path / "city" / "city.json").read_text(encoding="utf-8"))["deliveries"]
    kinds = Counter((one["feed"], one["kind"]) for one in sent)
    assert kinds["commerce", "delta"] > 40 and kinds["commerce", "full"] > 5
    assert_nights_equal_truth(tmp_path, TWO_MONTHS)
