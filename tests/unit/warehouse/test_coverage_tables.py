"""The published figures: wholes and parts, the frozen base, dynamic coverage, cohorts."""

from collections.abc import Callable
from datetime import date

from tests.unit.warehouse.built import Built
from tests.unit.warehouse.world import World


def test_the_frozen_base_keeps_what_matches_nothing_and_drops_what_has_ended(city: Built) -> None:
    """Of six firms on the list one is 吊销 and one does not exist; two rows match nothing; one is covered."""
    row = city.row("agg_coverage", grouping="city", base_kind="frozen")
    assert (row["n_base"], row["n_covered"], row["n_own"]) == (6, 1, 1)
    assert (row["target_rate"], row["meets_target"]) == (0.91, False)
    unknown = city.row("agg_coverage", grouping="district", group_code="unknown", base_kind="frozen")
    assert (unknown["n_base"], unknown["n_covered"]) == (2, 0)
    assert [
        city.of(name)["in_base_frozen"] for name in ("LISTED", "LISTED-STOPPED", "LISTED-ENDED", "PLAIN")
    ] == [
        True,
        True,
        False,
        False,
    ]


def test_listed_firms_that_match_nothing_are_listed(city: Built) -> None:
    found = city.rows(
        "select name, reason from marts.fct_unmatched_records where feed = 'base_list' order by name"
    )
    assert [row["name"] for row in found] == ["无此企业乙", "无此企业甲"]


def test_only_the_frozen_base_has_the_target(city: Built) -> None:
    found = city.rows("select distinct base_kind from marts.agg_coverage where target_rate is not null")
    assert found == [{"base_kind": "frozen"}]


def test_the_median_is_the_first_day_by_which_half_are_covered(city: Built) -> None:
    """Four at risk: 3/4 after 100 days, 1/2 after 200. The one seen too late is no witness."""
    row = city.row("agg_dynamic_coverage", group_code="210282")
    assert row["median_days_to_cover"] == 200
    assert (row["n_due"], row["n_due_covered"], row["rate_due"]) == (5, 4, 0.8)
    assert (row["n_overdue_0_30"], row["n_overdue_31_90"], row["n_overdue_over_90"]) == (0, 0, 1)
    assert row["is_reached"] is False


def test_a_district_is_reached_while_no_overdue_gap_is_too_old(city: Built) -> None:
    """长海县: CLAMPED is overdue since 28 February, BORN is not due."""
    row = city.row("agg_dynamic_coverage", group_code="210224")
    assert (row["n_due"], row["n_overdue_31_90"], row["is_reached"]) == (2, 1, True)


def test_a_cohort_counts_who_was_covered_within_the_deadline(city: Built) -> None:
    """Established in January 2013, due on 1 July: 100 and 120 days are in time, 200 and 300 are not."""
    row = city.row("agg_founding_cohorts", month=date(2013, 1, 1))
    assert (row["n"], row["n_covered_in_time"], row["n_covered"], row["n_censored"]) == (5, 2, 4, 1)


def test_a_union_older_than_its_enterprise_covers_it_from_the_first_day(city: Built) -> None:
    row = city.row("agg_founding_cohorts", month=date(2013, 2, 1))
    assert (row["n"], row["n_covered_in_time"]) == (1, 1)


def test_every_grouping_sums_to_the_city(city: Built) -> None:
    counts = ("n_base", "n_covered", "n_own", "n_joint", "n_federation", "n_staff_unknown", "n_absent")
    found = city.rows(
        f'select "grouping", base_kind, {", ".join(f"sum({name}) as {name}" for name in counts)}'
        " from marts.agg_coverage group by all"
    )
    whole = {row["base_kind"]: row for row in found if row["grouping"] == "city"}
    assert len(found) == 7 * 4
    for row in found:
        assert [row[name] for name in counts] == [whole[row["base_kind"]][name] for name in counts]


def test_beside_live_25_stand_the_live_firms_of_unknown_size(city: Built) -> None:
    of_25 = city.row("agg_coverage", grouping="city", base_kind="live_25")
    live = city.row("agg_coverage", grouping="city", base_kind="live")
    unknown = city.row("agg_coverage", grouping="size", group_code="unknown", base_kind="live")
    assert of_25["n_staff_unknown"] == live["n_staff_unknown"] == unknown["n_base"] > 0


def test_without_a_union_register_cover_is_null_and_never_zero(build_world: Callable[[World], Built]) -> None:
    world = World(date(2016, 3, 31), first_full_on=date(2016, 2, 1))
    world.enterprise("ONE", {"established_on": date(2016, 2, 10)}, place="210214")
    world.enterprise("TWO")
    built = build_world(world)
    row = built.row("agg_coverage", grouping="city", base_kind="live")
    assert (row["n_base"], row["n_covered"], row["coverage_rate"]) == (2, None, None)
    covered = built.of("TWO")
    assert (covered["is_covered"], covered["cover_kind"], covered["is_overdue"]) == (None, None, None)
    assert built.rows("select 1 from marts.fct_enterprises_without_union") == []
    daily = built.rows(
        "select valid_on, n_base, n_covered from marts.agg_coverage_daily where grouping = 'city'"
    )
    assert (daily[0]["valid_on"], daily[0]["n_base"], daily[0]["n_covered"]) == (date(2016, 2, 1), 1, None)
    dynamic = built.row("agg_dynamic_coverage", grouping="city")
    assert (dynamic["n_due"], dynamic["n_due_covered"], dynamic["is_reached"]) == (1, None, None)
    assert built.of("TWO")["in_base_frozen"] is None
    assert built.rows("select 1 from marts.agg_coverage where base_kind = 'frozen'") == []
    districts = built.rows("select distinct group_code from marts.agg_coverage where grouping = 'district'")
    assert {"210214"} == {row["group_code"] for row in districts} & {"210214", "210282"}
