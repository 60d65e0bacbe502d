"""Who is in the base on a day: life, status, findings, scope."""

from datetime import date

import pytest
from tests.unit.warehouse.built import Built


def day(month: int, number: int) -> date:
    return date(2014, month, number)


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
def test_an_end_learnt_of_later_is_believed_from_its_own_date(
    city: Built, enterprise: str, ended: str
) -> None:
    assert [(on, change) for on, change, _ in city.changes(enterprise)] == [(ended, "left_base")]


@pytest.mark.parametrize(
    ("enterprise", "basis"), [("UNKNOWN-WORD", "unknown_word"), ("NO-STATUS", "assumed")]
)
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
    assert (row["gap_since"], row["last_finding"], row["last_finding_on"]) == (
        day(3, 10),
        "事实不存在",
        date(2013, 3, 10),
    )


def test_a_stoppage_found_in_the_field_does_not_leave_the_base(city: Built) -> None:
    assert city.of("STOPPED")["in_base_live"]


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


@pytest.mark.parametrize(
    ("enterprise", "ownership"), [("FOREIGN", "hmt_foreign"), ("STATE", "public"), ("PLAIN", "unknown")]
)
def test_ownership_is_read_from_the_registration_type_then_the_enterprise_type(
    city: Built, enterprise: str, ownership: str
) -> None:
    assert city.row("dim_enterprises", enterprise_id=enterprise)["ownership"] == ownership


def test_units_outside_the_rate_are_counted_by_kind(city: Built) -> None:
    """Branches: RECLASSED, BY-NAME, LISTED-BRANCH."""
    found = city.rows("select kind, n from marts.agg_other_units where n > 0")
    assert {row["kind"]: row["n"] for row in found} == {
        "branch": 3,
        "individual": 2,
        "cooperative": 1,
        "social_organisation": 1,
    }


def test_industry_is_the_section_of_the_edition_in_force(city: Built) -> None:
    assert city.row("dim_enterprises", enterprise_id="STATE")["industry_section"] == "C"
