"""In a clean city every mart of the work plan equals the truth, counted independently from the same files.

One city serves every section: a further section adds to ``SECTIONS``, not to this file.
"""

from datetime import date
from pathlib import Path

import pytest

from jianhui.simulate import simulate, truth_at
from jianhui.simulate.plan import PLAN_FEEDS, SECTIONS
from tests.stages.nights import assert_nights_equal_truth

START = date(2014, 4, 1)
NIGHTS = [date(2014, 4, 20), date(2014, 6, 30)]
"""When each list has just come for the first time, and after 31 May, by which some must be re-elected."""


@pytest.mark.timeout(1800)
def test_every_mart_of_the_plan_equals_the_truth(tmp_path: Path) -> None:
    city = tmp_path / "city"
    simulate(city, enterprises=900, seed=14, start=START, end=NIGHTS[-1], truth_on=(), plan=True)
    told = truth_at(city, NIGHTS[-1]).tables
    for section in SECTIONS:
        assert section.feeds.keys() <= PLAN_FEEDS.keys()
    assert len(told["fct_plan_milestones"]) > 3
    assert_nights_equal_truth(tmp_path, NIGHTS)
