"""Townships and the load of cadres, where the numbers of a rule are too many to write down firm by firm."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.unit.warehouse.built import Built
from tests.unit.warehouse.world import World

VALID_ON = date(2014, 3, 31)


def settle(world: World, district: str, street: str, staff: list[int | None]) -> None:
    """One firm in the street for each head count; None: nobody knows it."""
    for number, count in enumerate(staff):
        enterprise = world.enterprise(f"{street}-{number}", place=district, street=street)
        if count is not None:
            world.tax(enterprise, date(2014, 2, 1), count)


def chair(world: World, union: str, person: str) -> None:
    """A chair in office."""
    world._record(
        "cadre_posts",
        f"{person}|{union}|主席",
        {"union_name": union, "post": "主席", "is_full_time": "是", "appointed_on": date(2013, 1, 1)},
    )


@pytest.fixture(scope="module")
def network(build_world: Callable[[World], Built]) -> Built:
    world = World(VALID_ON)
    settle(world, "210204", "210204005", [50] * 99 + [None])
    settle(world, "210211", "210211016", [50] * 100)
    settle(world, "210202", "210202001", [60] * 98 + [None])
    settle(world, "210203", "210203001", [1] * 200)
    settle(world, "210212", "210212001", [1] * 201)
    for district in ("210203", "210212"):
        world.union(f"U{district}", "区市县总工会", district=district)
        chair(world, f"U{district}", f"P{district}")
    return build_world(world)


@pytest.mark.parametrize(
    ("street", "firms", "staff", "status", "reason", "should_found"),
    [
        # One firm's head count might make up the fifty that are lacking.
        ("210204005", 100, 4950, "not_judged", "staff_unknown", None),
        ("210211016", 100, 5000, "met", None, True),
        # No head count makes up for a firm.
        ("210202001", 99, 5880, "not_met", None, False),
    ],
)
def test_a_township_without_a_report_is_judged_by_the_register(
    network: Built,
    street: str,
    firms: int,
    staff: int,
    status: str,
    reason: str | None,
    should_found: bool | None,
) -> None:
    row = network.row("fct_townships", street_code=street)
    assert (row["figures_basis"], row["n_firms"], row["n_staff"]) == ("register", firms, staff)
    assert (row["condition_status"], row["reason"], row["should_found"]) == (status, reason, should_found)


@pytest.mark.parametrize(("district", "is_overloaded"), [("210203", False), ("210212", True)])
def test_two_hundred_firms_a_cadre_are_no_overload_and_one_more_is(
    network: Built, district: str, *, is_overloaded: bool
) -> None:
    row = network.row("agg_network_capacity", grouping="district", group_code=district)
    assert (row["n_cadres"], row["is_overloaded"]) == (1, is_overloaded)


def test_a_class_of_townships_is_reached_by_firms_or_by_staff(network: Built) -> None:
    classes = {
        row["street_code"]: row["class_code"]
        for row in network.rows("select street_code, class_code from marts.fct_townships where n_firms > 0")
    }
    assert classes == {
        "210204005": "A",
        "210211016": "A",
        "210202001": "B",
        "210203001": "A",
        "210212001": "A",
    }
