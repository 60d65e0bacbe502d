"""The definitions of the method, on scenarios whose figures are worked out by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from conftest import Built
from world import World


def day(month: int, number: int) -> date:
    return date(2014, month, number)


# --- cover ---------------------------------------------------------------------------------------------------------


def test_a_gap_that_closed_and_opened_again_counts_from_the_second_opening(city: Built) -> None:
    assert city.gap("LOST")["gap_since"] == day(3, 20)
    assert city.changes("LOST") == [
        ("02-10", "lost_cover", "union_dissolved"),
        ("03-01", "gained_cover", "union_founded"),
        ("03-20", "lost_cover", "union_dissolved"),
    ]


@pytest.mark.parametrize("enterprise", ["JOINT-HOST", "JOINT-LINE"])
def test_a_dissolved_joint_union_leaves_its_host_and_its_lines_uncovered(city: Built, enterprise: str) -> None:
    assert city.of(enterprise)["cover_kind"] == "none"
    assert city.gap(enterprise)["gap_since"] == day(3, 15)
    assert city.changes(enterprise) == [("03-15", "lost_cover", "union_dissolved")]


def test_a_line_absent_from_a_full_file_ends_and_begins_anew_when_it_comes_back(city: Built) -> None:
    row = city.of("RETURNED")
    assert (row["cover_kind"], row["union_id"], row["covered_since"]) == ("federation", "U-AREA", day(3, 1))
    assert city.changes("RETURNED") == [("02-01", "lost_cover", "line_ended"), ("03-01", "gained_cover", "line_started")]


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
        ("IN-PREPARATION", "none", None),
        ("ONLY-TOWN", "none", None),
        ("LINE-AHEAD", "none", None),
    ],
)
def test_own_comes_before_joint_then_the_earliest_founded_then_the_id(
    city: Built, enterprise: str, kind: str, union: str | None
) -> None:
    row = city.of(enterprise)
    assert (row["cover_kind"], row["union_id"]) == (kind, union)


def test_a_claim_is_not_cover(city: Built) -> None:
    row = city.of("CLAIMED")
    assert (row["has_claim"], row["is_covered"], row["is_gap"]) == (True, False, True)


# --- the base ------------------------------------------------------------------------------------------------------


def test_a_firm_back_from_a_pause_has_its_gap_from_that_day(city: Built) -> None:
    assert city.gap("RESUMED")["gap_since"] == day(3, 5)
    assert city.changes("RESUMED") == [("03-05", "entered_base", "status_active")]


def test_an_end_in_the_future_changes_nothing_before_it(city: Built) -> None:
    row = city.row("dim_enterprises", enterprise_id="ENDS-LATER")
    assert (row["status"], row["ended_on"]) == ("存续", day(5, 1))
    assert city.of("ENDS-LATER")["in_base_live"]


def test_an_end_status_without_a_date_ends_on_the_first_day_of_its_run(city: Built) -> None:
    row = city.row("dim_enterprises", enterprise_id="UNDATED-END")
    assert (row["status"], row["status_class"], row["ended_on"]) == ("注销", "end", day(2, 1))
    assert city.changes("UNDATED-END") == [("02-01", "left_base", "ended")]


@pytest.mark.parametrize(("enterprise", "ended"), [("BACKDATED-END", "02-05"), ("KNOWN-LATER", "03-10")])
def test_an_end_learnt_of_later_is_believed_from_its_own_date(city: Built, enterprise: str, ended: str) -> None:
    ((changed_on, change, _),) = city.changes(enterprise)
    assert (changed_on, change) == (ended, "left_base")


@pytest.mark.parametrize(("enterprise", "basis"), [("UNKNOWN-WORD", "unknown_word"), ("NO-STATUS", "assumed")])
def test_an_unknown_status_counts_as_active_and_says_so(city: Built, enterprise: str, basis: str) -> None:
    assert city.row("dim_enterprises", enterprise_id=enterprise)["status_basis"] == basis
    assert city.of(enterprise)["in_base_live"]


def test_a_firm_without_a_founding_date_is_due_from_its_first_sight(city: Built) -> None:
    row = city.of("UNDATED-START")
    assert (row["due_on"], row["due_basis"], row["is_overdue"]) == (day(6, 30), "first_seen_on", False)


def test_the_deadline_is_clamped_to_the_end_of_the_month(city: Built) -> None:
    row = city.gap("CLAMPED")
    assert (row["due_on"], row["is_overdue"], row["days_overdue"]) == (day(2, 28), True, 31)


def test_a_deleted_record_leaves_the_base_on_the_reference_date(city: Built) -> None:
    assert city.changes("DELETED") == [("03-03", "left_base", "record_deleted")]
    assert city.row("dim_enterprises", enterprise_id="DELETED")["is_recorded"] is False
    assert city.rows("select 1 from marts.fct_enterprise_coverage where enterprise_id = 'DELETED'") == []


def test_a_record_absent_from_the_newest_file_stands_and_is_counted(city: Built) -> None:
    assert city.of("ABSENT")["in_base_live"]
    assert city.row("agg_coverage", grouping="city", base_kind="live")["n_absent"] == 1


# --- findings ------------------------------------------------------------------------------------------------------


def test_a_later_finding_replaces_the_earlier(city: Built) -> None:
    assert city.changes("FOUND-AGAIN") == [
        ("01-10", "left_base", "finding"),
        ("02-20", "entered_base", "finding_replaced"),
    ]
    assert city.gap("FOUND-AGAIN")["gap_since"] == day(2, 20)


def test_of_two_findings_of_one_day_the_later_recorded_counts(city: Built) -> None:
    row = city.of("SAME-DAY")
    assert (row["finding"], row["in_base_live"]) == ("异地经营", False)


def test_a_finding_holds_for_twelve_months_and_not_a_day_longer(city: Built) -> None:
    assert city.changes("EXPIRED") == [("03-10", "entered_base", "finding_expired")]
    row = city.gap("EXPIRED")
    assert (row["gap_since"], row["last_finding"], row["last_finding_on"]) == (day(3, 10), "事实不存在", date(2013, 3, 10))


def test_a_stoppage_found_in_the_field_does_not_leave_the_base(city: Built) -> None:
    assert city.of("STOPPED")["in_base_live"]


# --- places --------------------------------------------------------------------------------------------------------


def test_a_move_is_a_leave_and_an_entry_for_the_districts(city: Built) -> None:
    left = city.row("agg_coverage_daily", group_code="210281", valid_on=day(2, 15))
    entered = city.row("agg_coverage_daily", group_code="210283", valid_on=day(2, 15))
    assert (left["n_base"], left["n_covered"], left["n_left"], left["n_left_covered"]) == (0, 0, 1, 1)
    assert (entered["n_base"], entered["n_covered"], entered["n_entered"], entered["n_entered_covered"]) == (1, 1, 1, 1)
    assert city.changes("MOVED") == [("02-15", "moved_district", "record_changed")]


def test_a_move_is_nothing_for_the_city(city: Built) -> None:
    row = city.row("agg_coverage_daily", grouping="city", valid_on=day(2, 15))
    assert (row["n_entered"], row["n_left"], row["n_newly_covered"], row["n_lost_cover"]) == (0, 0, 0, 0)


def test_a_firm_without_a_district_is_counted_as_unknown(city: Built) -> None:
    row = city.row("agg_coverage", grouping="district", group_code="unknown", base_kind="live")
    assert (row["n_base"], row["n_covered"]) == (1, 0)


@pytest.mark.parametrize(
    ("enterprise", "union"), [("STREET", "U-TOWN"), ("ZONED", "U-ZONE"), ("PLAIN", "U-DISTRICT"), ("NOWHERE", None)]
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


# --- staff ---------------------------------------------------------------------------------------------------------


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


# --- the frozen base -----------------------------------------------------------------------------------------------


def test_the_frozen_base_keeps_what_matches_nothing_and_drops_what_has_ended(city: Built) -> None:
    """Of six firms on the list one is 吊销 and one does not exist; two rows match nothing; one is covered."""
    row = city.row("agg_coverage", grouping="city", base_kind="frozen")
    assert (row["n_base"], row["n_covered"], row["n_own"]) == (6, 1, 1)
    assert (row["target_rate"], row["meets_target"]) == (0.91, False)
    unknown = city.row("agg_coverage", grouping="district", group_code="unknown", base_kind="frozen")
    assert (unknown["n_base"], unknown["n_covered"]) == (2, 0)
    assert [city.of(name)["in_base_frozen"] for name in ("LISTED", "LISTED-STOPPED", "LISTED-ENDED", "PLAIN")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_listed_firms_that_match_nothing_are_listed(city: Built) -> None:
    found = city.rows("select name, reason from marts.fct_unmatched_records where feed = 'base_list' order by name")
    assert [row["name"] for row in found] == ["无此企业乙", "无此企业甲"]


def test_only_the_frozen_base_has_the_target(city: Built) -> None:
    found = city.rows("select distinct base_kind from marts.agg_coverage where target_rate is not null")
    assert found == [{"base_kind": "frozen"}]


# --- scope ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("enterprise", "in_scope", "basis", "reason"),
    [
        ("BY-CODE", False, "uscc", "individual"),
        ("BY-REGISTRATION", False, "registration_type", "social_organisation"),
        ("BY-REGNO", False, "reg_no", "individual"),
        ("BY-NAME", False, "name", "branch"),
        ("FARM-COOP", False, "name", "cooperative"),
        ("SUPPLY-COOP", True, "default", None),
        ("RECLASSED", False, "enterprise_type", "branch"),
        ("FOREIGN", True, "enterprise_type", None),
    ],
)
def test_the_first_witness_that_decides_gives_the_scope(
    city: Built, enterprise: str, in_scope: bool, basis: str, reason: str | None
) -> None:
    row = city.row("dim_enterprises", enterprise_id=enterprise)
    assert (row["in_scope"], row["scope_basis"], row["exclusion_reason"]) == (in_scope, basis, reason)


def test_a_firm_turned_branch_leaves_the_base_that_day(city: Built) -> None:
    assert city.changes("RECLASSED") == [("02-10", "left_base", "scope_changed")]


@pytest.mark.parametrize(("enterprise", "ownership"), [("FOREIGN", "hmt_foreign"), ("STATE", "public"), ("PLAIN", "unknown")])
def test_ownership_is_read_from_the_registration_type_then_the_enterprise_type(
    city: Built, enterprise: str, ownership: str
) -> None:
    assert city.row("dim_enterprises", enterprise_id=enterprise)["ownership"] == ownership


def test_units_outside_the_rate_are_counted_by_kind(city: Built) -> None:
    """Branches: RECLASSED, BY-NAME, LISTED-BRANCH."""
    found = city.rows("select kind, n from marts.agg_other_units where n > 0")
    assert {row["kind"]: row["n"] for row in found} == {
        "branch": 3, "individual": 2, "cooperative": 1, "social_organisation": 1,
    }  # fmt: skip


def test_industry_is_the_section_of_the_edition_in_force(city: Built) -> None:
    assert city.row("dim_enterprises", enterprise_id="STATE")["industry_section"] == "C"


# --- dynamic coverage ----------------------------------------------------------------------------------------------


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


# --- the gap list --------------------------------------------------------------------------------------------------


def test_the_preparatory_fee_counts_for_twelve_periods(city: Built) -> None:
    assert [city.gap(name)["preparatory_fee_payer"] for name in ("PAYER", "OLD-PAYER", "NOT-PAID")] == [True, False, False]


def test_only_what_the_last_night_did_not_list_is_new(city: Built) -> None:
    assert [city.gap(name)["is_new"] for name in ("PAYER", "OLD-PAYER")] == [False, True]


def test_the_list_is_ranked_overdue_first_then_by_staff_then_by_age(city: Built) -> None:
    found = city.rows(
        "select is_overdue, staff_count, gap_since, enterprise_id from marts.fct_enterprises_without_union order by rank"
    )
    keys = [
        (not row["is_overdue"], -(row["staff_count"] or 0), row["gap_since"], row["enterprise_id"]) for row in found
    ]
    assert keys == sorted(keys)


def test_the_evidence_says_why_in_the_agencies_words(city: Built) -> None:
    row = city.gap("PAYER")
    assert row["address"] == "经营地"
    assert row["evidence"] == (
        "工商登记“存续”，最近见于2014-03-31的文件；税务最近所属期2013-04；职工人数未知；近期缴纳过建会筹备金"
        "；工会登记中没有它的单独工会，也没有覆盖它的联合工会或联合会"
    )
    assert city.gap("LOST")["evidence"].endswith("；曾被工会覆盖至2014-03-19")


# --- wholes and parts ----------------------------------------------------------------------------------------------


def test_every_grouping_sums_to_the_city(city: Built) -> None:
    found = city.rows(
        'select "grouping", base_kind, sum(n_base) as n_base, sum(n_covered) as n_covered from marts.agg_coverage group by all'
    )
    whole = {row["base_kind"]: (row["n_base"], row["n_covered"]) for row in found if row["grouping"] == "city"}
    assert len(found) == 7 * 4
    assert all((row["n_base"], row["n_covered"]) == whole[row["base_kind"]] for row in found)


def test_beside_live_25_stand_the_live_firms_of_unknown_size(city: Built) -> None:
    of_25 = city.row("agg_coverage", grouping="city", base_kind="live_25")
    live = city.row("agg_coverage", grouping="city", base_kind="live")
    unknown = city.row("agg_coverage", grouping="size", group_code="unknown", base_kind="live")
    assert of_25["n_staff_unknown"] == live["n_staff_unknown"] == unknown["n_base"] > 0


# --- feeds never received ------------------------------------------------------------------------------------------


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
    daily = built.rows("select valid_on, n_base, n_covered from marts.agg_coverage_daily where grouping = 'city'")
    assert (daily[0]["valid_on"], daily[0]["n_base"], daily[0]["n_covered"]) == (date(2016, 2, 1), 1, None)
    dynamic = built.row("agg_dynamic_coverage", grouping="city")
    assert (dynamic["n_due"], dynamic["n_due_covered"], dynamic["is_reached"]) == (1, None, None)
    assert built.of("TWO")["in_base_frozen"] is None
    assert built.rows("select 1 from marts.agg_coverage where base_kind = 'frozen'") == []
    districts = built.rows("select distinct group_code from marts.agg_coverage where grouping = 'district'")
    assert {"210214"} == {row["group_code"] for row in districts} & {"210214", "210282"}
