"""The versions of an enterprise that was kept under two records."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.resolve.frames import UNHURRIED, Row, day, identities, reg_no, uscc, versions

from jianhui.resolve.enterprises import merge_versions
from jianhui.resolve.spells import BEGINNING, OPEN_END

OLD, NEW = reg_no(1), uscc(1)
FOUNDED = "2001-05-01"


def merged(rows: list[Row]) -> pl.DataFrame:
    records = versions("commerce", rows)
    return merge_versions(records, identities(records))


def spells(rows: list[Row]) -> list[tuple[object, object, object]]:
    """Name, valid_from, valid_to of each version."""
    return merged(rows).select("name", "valid_from", "valid_to").rows()


def old(**cells: object) -> Row:
    return {"key": OLD, "reg_no": OLD, "name": "旧", "established_on": FOUNDED, **cells}


def new(**cells: object) -> Row:
    return {"key": NEW, "uscc": NEW, "reg_no": OLD, "name": "新", "established_on": FOUNDED, **cells}


def test_an_enterprise_with_one_record_keeps_its_versions() -> None:
    rows = [old(name="甲"), old(name="乙", start="2014-02-28", seq=2)]
    assert spells(rows) == [
        ("甲", BEGINNING, day("2014-02-28")),
        ("乙", day("2014-02-28"), OPEN_END),
    ]


def test_the_later_record_takes_over_on_its_reference_date() -> None:
    rows = [old(on="2014-01-31", seen="2014-02-28", absent=True), new(on="2014-03-31", seq=3)]
    assert spells(rows) == [("旧", BEGINNING, day("2014-03-31")), ("新", day("2014-03-31"), OPEN_END)]
    versions_ = merged(rows)
    assert versions_.get_column("version_no").to_list() == [1, 2]
    assert versions_.get_column("is_absent").to_list() == [False, False]
    assert set(versions_.get_column("last_seen_on")) == {day("2014-03-31")}
    assert set(versions_.get_column("first_seen_on")) == {day("2014-01-31")}


def test_the_later_record_takes_over_on_the_declared_date_inside_the_window() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-02-28", approved_on="2010-01-01"),
        new(on="2014-03-31", seq=3, approved_on="2014年3月10日"),
    ]
    assert spells(rows)[1][1] == day("2014-03-10")
    assert merged(rows).get_column("valid_from_basis").to_list() == ["first", "declared"]


def test_a_declared_date_before_the_last_sight_of_the_earlier_record_is_kept_as_backdated() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-02-28", approved_on="2010-01-01"),
        new(on="2014-03-31", seq=3, approved_on="2014-02-10"),
    ]
    last = merged(rows).row(1, named=True)
    assert last["valid_from"] == day("2014-03-31")
    assert last["valid_from_basis"] == "reference_date"
    assert last["is_backdated"] is True
    assert last["declared_on"] == day("2014-02-10")


def test_an_unchanged_declared_date_says_nothing() -> None:
    rows = [
        old(on="2014-01-31", approved_on="2014-03-10"),
        new(on="2014-03-31", seq=3, approved_on="2014.3.10"),
    ]
    last = merged(rows).row(1, named=True)
    assert (last["valid_from"], last["is_backdated"]) == (day("2014-03-31"), False)


def test_a_declared_date_on_the_day_of_the_last_sight_is_outside_the_window() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-02-28", approved_on="2010-01-01"),
        new(on="2014-03-31", seq=3, approved_on="2014-02-28"),
    ]
    assert spells(rows)[1][1] == day("2014-03-31")


def test_a_declared_date_that_was_empty_before_has_changed_but_an_unreadable_one_has_not() -> None:
    for before, begins in (("", "2014-03-10"), ("不详", "2014-03-31")):
        rows = [
            old(on="2014-01-31", seen="2014-02-28", approved_on=before),
            new(on="2014-03-31", seq=3, approved_on="2014-03-10"),
        ]
        assert spells(rows)[1][1] == day(begins), before


def test_two_older_records_take_over_in_the_order_of_their_deliveries_then_keys() -> None:
    second = sorted([reg_no(1), reg_no(2)])
    rows = [
        {**old(name="一"), "key": second[0], "reg_no": second[0]},
        {**old(name="二"), "key": second[1], "reg_no": second[1]},
        new(on="2014-03-31", seq=3, reg_no=second[0]),
        new(on="2014-04-30", seq=4, start="2014-04-30", reg_no=second[1]),
    ]
    assert [name for name, *_ in spells(rows)] == ["一", "二", "新", "新"]


def test_of_two_records_in_one_delivery_the_one_with_the_credit_code_speaks() -> None:
    rows = [old(on="2014-01-31"), new(on="2014-01-31")]
    assert spells(rows) == [("新", BEGINNING, OPEN_END)]


def test_what_the_older_record_says_beside_the_newer_one_is_passed_over() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-04-30"),
        old(name="旧旧", status="注销", on="2014-04-30", start="2014-04-30", seq=5),
        new(on="2014-03-31", seen="2014-04-30", seq=3),
    ]
    assert [name for name, *_ in spells(rows)] == ["旧", "新"]


def test_the_older_record_speaks_again_if_it_is_asserted_after_the_newer_one_was_last_seen() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-05-31"),
        old(name="旧旧", on="2014-05-31", start="2014-05-31", seq=5),
        new(on="2014-03-31", seen="2014-04-30", absent=True, seq=3),
    ]
    assert spells(rows)[-1] == ("旧旧", day("2014-05-31"), OPEN_END)


def test_deleting_the_older_record_does_not_end_the_enterprise() -> None:
    rows = [old(on="2014-01-31", until="2014-03-31"), new(on="2014-03-31", seq=3)]
    assert spells(rows) == [("旧", BEGINNING, day("2014-03-31")), ("新", day("2014-03-31"), OPEN_END)]


def test_deleting_the_newer_record_ends_the_enterprise_when_the_older_one_is_no_longer_held() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-02-28", absent=True),
        new(on="2014-03-31", until="2014-05-10", seq=3),
    ]
    assert spells(rows)[-1] == ("新", day("2014-03-31"), day("2014-05-10"))


def test_deleting_the_newer_record_lets_the_older_one_speak_again_where_it_is_still_held() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-05-31"),
        new(on="2014-03-31", seen="2014-04-30", until="2014-05-10", seq=3),
    ]
    assert spells(rows) == [
        ("旧", BEGINNING, day("2014-03-31")),
        ("新", day("2014-03-31"), day("2014-05-10")),
        ("旧", day("2014-05-10"), OPEN_END),
    ]


def test_an_older_record_that_no_full_file_lacked_is_still_held() -> None:
    rows = [
        old(on="2014-01-31", seen="2014-01-31", absent=False),
        new(on="2014-03-31", seen="2014-03-31", until="2014-05-10", seq=3),
    ]
    assert spells(rows)[-1] == ("旧", day("2014-05-10"), OPEN_END)


def test_between_a_deletion_and_the_later_record_there_is_no_enterprise() -> None:
    rows = [old(on="2014-01-31", until="2014-02-28"), new(on="2014-03-31", seq=3)]
    assert spells(rows) == [("旧", BEGINNING, day("2014-02-28")), ("新", day("2014-03-31"), OPEN_END)]


@UNHURRIED
@given(st.permutations(range(5)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    records = versions(
        "commerce",
        [
            old(on="2014-01-31", seen="2014-05-31"),
            old(name="旧旧", on="2014-05-31", start="2014-05-31", seq=5),
            new(on="2014-03-31", seen="2014-04-30", seq=3),
            new(name="新新", on="2014-04-30", start="2014-04-15", seen="2014-04-30", seq=4),
            {"key": uscc(9), "uscc": uscc(9), "name": "别家", "established_on": FOUNDED},
        ],
    )
    ids = identities(records)
    result = merge_versions(records, ids)
    assert merge_versions(records[order], ids).equals(result)
    following = pl.col("valid_from").shift(-1).over("enterprise_id", order_by="valid_from")
    assert result.filter(following < pl.col("valid_to")).is_empty()
