"""Where enterprises are counted, and with how many workers."""

from datetime import date

import pytest
from tests.unit.warehouse.built import Built


def day(month: int, number: int) -> date:
    return date(2014, month, number)


def test_a_move_is_a_leave_and_an_entry_for_the_districts(city: Built) -> None:
    left = city.row("agg_coverage_daily", group_code="210281", valid_on=day(2, 15))
    entered = city.row("agg_coverage_daily", group_code="210283", valid_on=day(2, 15))
    assert (left["n_base"], left["n_covered"], left["n_left"], left["n_left_covered"]) == (0, 0, 1, 1)
    assert (entered["n_base"], entered["n_covered"], entered["n_entered"], entered["n_entered_covered"]) == (
        1,
        1,
        1,
        1,
    )
    assert city.changes("MOVED") == [("02-15", "moved_district", "record_changed")]


def test_a_move_is_nothing_for_the_city(city: Built) -> None:
    row = city.row("agg_coverage_daily", grouping="city", valid_on=day(2, 15))
    assert (row["n_entered"], row["n_left"], row["n_newly_covered"], row["n_lost_cover"]) == (0, 0, 0, 0)


def test_a_firm_without_a_district_is_counted_as_unknown(city: Built) -> None:
    row = city.row("agg_coverage", grouping="district", group_code="unknown", base_kind="live")
    assert (row["n_base"], row["n_covered"]) == (1, 0)


@pytest.mark.parametrize(
    ("enterprise", "union"),
    [("STREET", "U-TOWN"), ("ZONED", "U-ZONE"), ("PLAIN", "U-DISTRICT"), ("NOWHERE", None)],
)
def test_the_federation_of_the_street_answers_else_the_zone_else_the_district(
    city: Built, enterprise: str, union: str | None
) -> None:
    assert city.gap(enterprise)["responsible_union_id"] == union


def test_days_before_the_table_begins_are_in_its_opening_stock(city: Built) -> None:
    """长海县: CLAMPED and OLDER-UNION from the start, BORN from 3 February."""
    first = city.row("agg_coverage_daily", group_code="210224", valid_on=day(1, 1))
    assert (first["n_base"], first["n_covered"], first["n_entered"]) == (2, 1, 0)
    born = city.row("agg_coverage_daily", group_code="210224", valid_on=day(2, 3))
    assert (born["n_base"], born["n_covered"], born["n_entered"], born["coverage_rate"]) == (3, 1, 1, 1 / 3)


@pytest.mark.parametrize(
    ("enterprise", "count", "source", "as_of"),
    [
        ("TAX-15", 40, "tax", date(2012, 12, 31)),
        ("TAX-16", 32, "hr", date(2013, 9, 1)),
        ("HR-7", 6, "commerce", day(3, 31)),
        ("LARGEST", 33, "tax", day(2, 28)),
        ("OWN-COUNT", 28, "union", day(3, 31)),
        ("PLAIN", None, None, None),
    ],
)
def test_staff_comes_from_the_first_source_that_is_not_too_old(
    city: Built, enterprise: str, count: int | None, source: str | None, as_of: date | None
) -> None:
    row = city.row("dim_enterprises", enterprise_id=enterprise)
    assert (row["staff_count"], row["staff_source"], row["staff_as_of"]) == (count, source, as_of)


def test_twenty_five_is_twenty_five_and_more(city: Built) -> None:
    row = city.of("GREW")
    assert (row["in_base_live_25"], row["recommended_form"]) == (True, "own")
    assert city.changes("GREW") == [("02-28", "rose_to_25", "staff_tax")]
    assert city.of("PLAIN")["recommended_form"] == "joint"
