"""Who is covered on a day, by whom and since when."""

from datetime import date

import pytest
from tests.unit.warehouse.built import Built


def day(month: int, number: int) -> date:
    return date(2014, month, number)


def test_a_gap_that_closed_and_opened_again_counts_from_the_second_opening(city: Built) -> None:
    assert city.gap("LOST")["gap_since"] == day(3, 20)
    assert city.changes("LOST") == [
        ("02-10", "lost_cover", "union_dissolved"),
        ("03-01", "gained_cover", "union_founded"),
        ("03-20", "lost_cover", "union_dissolved"),
    ]


@pytest.mark.parametrize("enterprise", ["JOINT-HOST", "JOINT-LINE"])
def test_a_dissolved_joint_union_leaves_its_host_and_its_lines_uncovered(
    city: Built, enterprise: str
) -> None:
    assert city.of(enterprise)["cover_kind"] == "none"
    assert city.gap(enterprise)["gap_since"] == day(3, 15)
    assert city.changes(enterprise) == [("03-15", "lost_cover", "union_dissolved")]


def test_a_line_absent_from_a_full_file_ends_and_begins_anew_when_it_comes_back(city: Built) -> None:
    row = city.of("RETURNED")
    assert (row["cover_kind"], row["union_id"], row["covered_since"]) == ("federation", "U-AREA", day(3, 1))
    assert city.changes("RETURNED") == [
        ("02-01", "lost_cover", "line_ended"),
        ("03-01", "gained_cover", "line_started"),
    ]


def test_covered_since_runs_through_a_change_of_union(city: Built) -> None:
    row = city.of("HANDED-OVER")
    assert (row["union_id"], row["covered_since"]) == ("U-NEW", date(2005, 1, 1))
    assert city.changes("HANDED-OVER") == []


@pytest.mark.parametrize(
    ("enterprise", "kind", "union"),
    [
        ("TIED", "own", "U-TIE-A"),
        ("OWN-FIRST", "own", "U-LATE-OWN"),
        ("OLDER-JOINT", "joint", "U-JOINT-2010"),
    ],
)
def test_own_comes_before_joint_then_the_earliest_founded_then_the_id(
    city: Built, enterprise: str, kind: str, union: str | None
) -> None:
    row = city.of(enterprise)
    assert (row["cover_kind"], row["union_id"]) == (kind, union)


@pytest.mark.parametrize("enterprise", ["IN-PREPARATION", "ONLY-TOWN", "LINE-AHEAD"])
def test_a_union_in_preparation_one_of_a_town_and_a_line_to_come_cover_nobody(
    city: Built, enterprise: str
) -> None:
    row = city.of(enterprise)
    assert (row["cover_kind"], row["union_id"], row["is_gap"]) == ("none", None, True)


def test_a_claim_is_not_cover(city: Built) -> None:
    row = city.of("CLAIMED")
    assert (row["has_claim"], row["is_covered"], row["is_gap"]) == (True, False, True)
