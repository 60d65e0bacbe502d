"""What pairs drawn at random tell of their tier."""

from tests.unit.resolve.test_judgements import JUDGE, log, said
from tests.unit.resolve.test_links import e

from jianhui.resolve.judgements import withdrawn_line
from jianhui.resolve.reviewed import link_reviews


def test_only_what_was_drawn_at_random_counts_and_the_last_answer_of_a_pair() -> None:
    found = link_reviews(
        log(
            said("same", e(1), "U1", drawn="name"),
            said("same", e(2), "U2", drawn="name"),
            said("different", e(2), "U2", drawn="name"),
            said("same", e(3), "U3"),
            said("unsure", e(4), "U4", drawn="name"),
            said("different", e(5), "U5", drawn="name"),
            withdrawn_line("J6-1", "弄错了", JUDGE),
            said("same", e(6), "U6", drawn="scored"),
        )
    )
    assert found.rows() == [("name", 2, 1), ("scored", 1, 1)]


def test_of_the_unmatched_units_are_counted_not_pairs() -> None:
    found = link_reviews(
        log(
            said("different", e(1), "U1", drawn="unmatched"),
            said("same", e(2), "U1", drawn="unmatched"),
            said("different", e(1), "U2", drawn="unmatched"),
            said("different", e(2), "U2", drawn="unmatched"),
            said("none", None, "U3", drawn="unmatched"),
        )
    )
    assert found.rows() == [("unmatched", 3, 1)]


def test_nothing_drawn_is_no_rows() -> None:
    assert link_reviews(log(said("same", e(1)))).is_empty()
