"""How far false and missed links may move a rate: small cities whose doubts can be reckoned by hand."""

from collections.abc import Callable
from datetime import date
from math import ceil, floor, isclose, sqrt

import pytest
from tests.unit.warehouse.built import Built
from tests.unit.warehouse.world import BEGINNING, OPEN, World

VALID_ON = date(2014, 3, 31)
BuildWorld = Callable[[World], Built]


def undecided(
    world: World, union: str, *candidates: tuple[str, float | None], reason: str = "no_match"
) -> None:
    """A union of its own that attaches to none, with its candidates (enterprise, probability)."""
    world.union(union, "单独")
    world.add(
        "unmatched",
        feed="union_organisations",
        record_key=union,
        valid_from=BEGINNING,
        valid_to=OPEN,
        reason=reason,
        candidates="[]",
    )
    for rank, (enterprise, probability) in enumerate(candidates, start=1):
        world.add(
            "link_candidates",
            feed="union_organisations",
            record_key=union,
            record_name="某企业",
            enterprise_id=enterprise,
            enterprise_name="某企业",
            rank=rank,
            probability=probability,
            decision="uncertain",
            evidence="[]",
        )


@pytest.fixture(scope="module")
def town(build_world: BuildWorld) -> Built:
    """Eight live firms: three covered, one of them twice; one wanted by two unions nobody could place."""
    world = World(VALID_ON)
    for name in ("ONCE", "TWICE", "CODE", "WANTED", "SHARED", "OTHER", "PLAIN", "LAST"):
        world.enterprise(name)
    world.union("U-ONCE", "单独", host="ONCE")
    world.union("U-TWICE", "单独", host="TWICE")
    world.union("U-JOINT", "联合")
    world.line("U-JOINT", "TWICE")
    world.union("U-CODE", "单独", host="CODE")
    world.rows["links"][-1]["link_basis"] = "reg_no"
    undecided(world, "U-A", ("WANTED", 0.5), ("ONCE", 0.2))
    undecided(world, "U-B", ("WANTED", 0.4))
    undecided(world, "U-C", ("SHARED", None), ("OTHER", None))
    undecided(world, "U-D")
    undecided(world, "U-E", reason="judged_none")
    world.add("link_reviews", basis="name", n_judged=1000, n_same=996)
    return build_world(world)


def doubts(built: Built, member: str) -> dict[str, float]:
    rows = built.rows(
        f"select tier, p_wrong from intermediate.int_cover_doubts where member_key = '{member}'"
    )
    return {row["tier"]: float(row["p_wrong"]) for row in rows}


def test_random_reviews_move_the_rate_of_their_tier(town: Built) -> None:
    """Told: 0.002, worth 1,000 draws; of 1,000 more four were false."""
    (name,) = town.rows("select * from intermediate.int_link_tiers where tier = 'name'")
    assert (name["n_judged"], name["n_wrong"]) == (1000, 4)
    assert isclose(name["error_rate"], (2 + 4) / 2000)
    assert isclose(name["factor"], 1.5)
    assert isclose(name["relative_deviation"], sqrt(0.003 * 0.997 / 2001) / 0.003)


def test_cover_is_false_when_all_of_its_links_are(town: Built) -> None:
    assert doubts(town, "ONCE") == {"name": 0.003}
    assert doubts(town, "TWICE") == {"name": pytest.approx(0.003**2)}
    assert doubts(town, "CODE") == {"reg_no": 0.001}


def test_cover_is_missed_when_one_of_the_undecided_records_is_true(town: Built) -> None:
    """What is never found, and what a false link keeps away, is spread over the five without a union."""
    told = town.rows("select tier, factor from intermediate.int_link_tiers where tier = 'unmatched'")[0][
        "factor"
    ]
    assert isclose(told, 1)
    lost = {
        "no_candidates": pytest.approx(0.7 / 5),
        "displaced": pytest.approx(0.3 * (3 * 0.003 + 0.001) / 5),
    }
    assert doubts(town, "WANTED") == {"unmatched": pytest.approx(1 - 0.5 * 0.6), **lost}
    assert doubts(town, "SHARED") == {"unmatched": pytest.approx(0.45), **lost}
    assert doubts(town, "PLAIN") == lost


def test_bounds_hold_the_rate_in_whole_enterprises(town: Built) -> None:
    row = town.row("agg_coverage", grouping="city", base_kind="live")
    assert (row["n_base"], row["n_covered"]) == (8, 3)
    (bounds,) = town.rows(
        "select * from intermediate.int_coverage_bounds where base_kind = 'live' and grouping_kind = 'city'"
    )
    expected = 0.7 + 2 * 0.45 + 0.7 + 0.3 * 0.01 - 0.003 - 0.003**2 - 0.001
    assert isclose(bounds["n_shift"], expected, abs_tol=1e-6)
    assert row["rate_low"] == min(3, ceil(3 + bounds["n_shift"] - bounds["half_width"])) / 8
    assert row["rate_high"] == min(8, floor(3 + bounds["n_shift"] + bounds["half_width"])) / 8


def test_a_rate_that_is_not_known_has_no_bounds(build_world: BuildWorld) -> None:
    world = World(VALID_ON)
    world.enterprise("ALONE")
    built = build_world(world)
    found = built.rows("select distinct rate_low, rate_high from marts.agg_coverage")
    assert found == [{"rate_low": None, "rate_high": None}]


def test_listed_firms_that_match_nothing_may_be_covered(build_world: BuildWorld) -> None:
    """One has a covered candidate; of the other nothing is known."""
    world = World(VALID_ON)
    for name in ("COVERED", "PLAIN"):
        world.enterprise(name)
    world.union("U", "单独", host="COVERED")
    world.listed("2014清单", "有候选", date(2014, 1, 1), None)
    world.listed("2014清单", "无候选", date(2014, 1, 1), None)
    world.add(
        "link_candidates",
        feed="base_list",
        record_key="2014清单|有候选",
        record_name="有候选",
        enterprise_id="COVERED",
        enterprise_name="某企业",
        rank=1,
        probability=0.3,
        decision="uncertain",
        evidence="[]",
    )
    built = build_world(world)
    assert doubts(built, "2014清单|有候选") == {"unmatched": pytest.approx(0.3)}
    assert doubts(built, "2014清单|无候选") == {"no_candidates": pytest.approx(0.7 * 0.5)}
