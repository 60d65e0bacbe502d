"""The list of enterprises without a union."""

from tests.unit.warehouse.built import Built


def test_the_preparatory_fee_counts_for_twelve_periods(city: Built) -> None:
    assert [city.gap(name)["preparatory_fee_payer"] for name in ("PAYER", "OLD-PAYER", "NOT-PAID")] == [
        True,
        False,
        False,
    ]


def test_only_what_the_last_night_did_not_list_is_new(city: Built) -> None:
    assert [city.gap(name)["is_new"] for name in ("PAYER", "OLD-PAYER")] == [False, True]


def test_the_list_is_ranked_overdue_first_then_by_staff_then_by_age(city: Built) -> None:
    found = city.rows(
        "select is_overdue, staff_count, gap_since, enterprise_id"
        " from marts.fct_enterprises_without_union order by rank"
    )
    keys = [
        (not row["is_overdue"], -(row["staff_count"] or 0), row["gap_since"], row["enterprise_id"])
        for row in found
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
