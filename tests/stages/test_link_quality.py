"""A dirty city is recognised as well as the benchmark of a large one says (docs/benchmarks.md)."""

from datetime import date
from pathlib import Path

import pytest

from tests.stages.link_quality import by_class, by_feed, judged_records, wrongly_joined
from tests.stages.true_links import play

START, DAY = date(2014, 1, 1), date(2014, 1, 31)
PRECISION, RECALL = 0.995, 0.95
"""Floors a city of this size must not fall below; the figures of a large one are in the benchmark."""


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_dirty_city_is_recognised(tmp_path: Path) -> None:
    """Figures are printed: shown by ``make slow``."""
    _, built = play(tmp_path, enterprises=3_000, seed=77, start=START, day=DAY)
    records = judged_records(tmp_path / "city", built, DAY)
    feeds = by_feed(records)
    print(*(one.row() for one in [*feeds, *by_class(records, tmp_path / "city")]), sep="\n")
    joined, enterprises = wrongly_joined(tmp_path / "city", built)
    assert joined * 10_000 < enterprises
    for one in feeds:
        assert one.n_due > 50
        assert one.precision >= PRECISION, one
        assert one.recall >= RECALL, one
