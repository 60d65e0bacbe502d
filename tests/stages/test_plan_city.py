"""In a clean city every mart of the work plan equals the truth, counted independently from the same files.

One city serves every section: a further section adds to ``SECTIONS``, not to this file.
"""

from datetime import date
from pathlib import Path

import pytest

from jianhui.simulate import simulate, truth_at
from jianhui.simulate.plan import PLAN_FEEDS, SECTIONS
from jianhui.simulate.plan.dirt import CLASSES, read_pieces
from jianhui.stages.scoring import score_plan
from tests.stages.nights import assert_nights_equal_truth
from tests.stages.test_dirty_city import DirtyDesk

START = date(2014, 4, 1)
NIGHTS = [date(2014, 4, 20), date(2014, 6, 30)]
"""When each list has just come for the first time, and after 31 May, by which some must be re-elected."""

SHOWN = {
    ("fct_union_terms", "status"): {"in_term", "extended", "overdue", "not_judged"},
    ("fct_union_terms", "extension_state"): {"none", "approved", "irregular", "pending", "refused"},
    ("fct_union_terms", "h1_state"): {None, "met", "breach"},
    ("fct_overdue_terms", "inspection_state"): {"not_inspected", "open", "past_deadline", "closed"},
    ("fct_union_elections", "status"): {"judged", "not_judged"},
    ("fct_union_elections", "quorum_check"): {"ok", "breach", "missing", "no_rule"},
    ("fct_founding_quality", "meets_basic"): {True, False, None},
    ("fct_five_good_grades", "state"): {"valid", "recheck_overdue", "expired", "withdrawn", "not_judged"},
    ("fct_chair_reviews", "is_complete"): {True, False},
    ("fct_demonstration_units", "state"): {"named", "nurturing", "withdrawn", "not_judged"},
    ("fct_plan_milestones", "status"): {"pending", "overdue", "done", "done_late"},
    ("fct_cadre_posts", "finding"): {None, "no_appointed_on", "unknown_union", "union_ended"},
    ("fct_qualification_training", "status"): {"trained", "not_due", "overdue", "not_judged"},
    ("fct_congress_candidates", "opinion_status"): {"met", "breach", "not_judged", "not_required"},
    ("fct_congress_candidates", "vetting_status"): {"met", "breach", "not_judged", "not_required"},
    ("fct_congress_candidates", "review_status"): {"met", "breach", "not_judged", "not_required"},
    ("agg_congress_composition", "result"): {"within", "short", "over", "not_judged"},
    ("fct_townships", "condition_status"): {"met", "not_met"},
    ("fct_townships", "should_found"): {True, False},
    ("fct_responsibility", "finding"): {None, "not_assigned", "no_person", "union_unknown", "union_ended"},
    ("agg_network_capacity", "class_code"): {None, "加强", "巩固"},
}
"""What the city must show, so that equal figures say something."""


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_mart_of_the_plan_equals_the_truth(tmp_path: Path) -> None:
    city = tmp_path / "city"
    simulate(city, enterprises=900, seed=14, start=START, end=NIGHTS[-1], truth_on=(), plan=True)
    told = truth_at(city, NIGHTS[-1]).tables
    for section in SECTIONS:
        assert section.feeds.keys() <= PLAN_FEEDS.keys()
    for (table, column), wanted in SHOWN.items():
        assert wanted <= {row[column] for row in told[table]}, (table, column)
    assert_nights_equal_truth(tmp_path, NIGHTS)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [2, 7])
def test_a_dirty_list_gives_what_it_says_dirt_and_all(tmp_path: Path, seed: int) -> None:
    """Styled and lost days, full-width figures, split numbers, rows twice or without a name.

    In the city of seed 2 the registry mistypes a visited firm's number, and no listed firm is in 长海县.
    """
    city, day = tmp_path / "city", date(2014, 5, 20)
    simulate(city, enterprises=250, seed=seed, start=START, end=day, truth_on=(), clean=False, plan=True)
    pieces = {piece.class_name for piece in read_pieces(city / "plan_dirt.csv")}
    assert pieces == {one.name for one in CLASSES}
    desk = DirtyDesk(tmp_path, city)
    desk.receive_until(day)
    build = desk.build(day, tmp_path / "build.duckdb")
    found = score_plan(city, build, day, day, desk.vault, schema="marts")
    assert found.rows > 1000
    assert found.unexplained == {}
