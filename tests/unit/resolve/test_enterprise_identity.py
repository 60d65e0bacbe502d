"""Which commerce records are one enterprise."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.resolve.frames import UNHURRIED, Row, identities, reg_no, uscc, versions

from jianhui.resolve.identity import enterprise_id

OLD, NEW = reg_no(1), uscc(1)
NAME, FOUNDED = "大连甲乙丙有限公司", "2001-05-01"


def same(records: pl.DataFrame, *keys: str) -> bool:
    """Whether the records of ``keys`` are one enterprise."""
    found = identities(records).records.filter(pl.col("record_key").is_in(keys))
    return found.height == len(keys) and found.get_column("enterprise_id").n_unique() == 1


def firm(key: str, **cells: object) -> Row:
    code = {"uscc": key} if len(key) == 18 else {"reg_no": key}
    return {"key": key, "name": NAME, "established_on": FOUNDED, **code, **cells}


def test_each_record_is_an_enterprise_of_its_own() -> None:
    records = versions("commerce", [firm(uscc(1)), firm(uscc(2)), firm(reg_no(3), name="大连丁有限公司")])
    ids = identities(records)
    assert ids.records.get_column("enterprise_id").n_unique() == 3
    assert ids.superseded.is_empty()


def test_an_id_is_e_and_twelve_characters_and_never_changes() -> None:
    assert enterprise_id("91210200000000001X") == "EBILA4JNGDVII"


def test_a_row_with_both_codes_makes_one_enterprise_of_the_two_records() -> None:
    records = versions(
        "commerce",
        [firm(OLD, name="旧名", seq=1), firm(NEW, reg_no=OLD, name="新名", established_on="", seq=2)],
    )
    assert same(records, OLD, NEW)


def test_the_id_is_that_of_the_record_first_recorded_and_the_other_redirects() -> None:
    older_first = [firm(OLD, seq=1), firm(NEW, reg_no=OLD, seq=2)]
    ids = identities(versions("commerce", older_first))
    assert set(ids.records.get_column("enterprise_id")) == {enterprise_id(OLD)}
    assert ids.superseded.rows() == [(enterprise_id(NEW), enterprise_id(OLD), "reg_no")]
    newer_first = [firm(OLD, seq=5), firm(NEW, reg_no=OLD, seq=2)]
    ids = identities(versions("commerce", newer_first))
    assert ids.superseded.rows() == [(enterprise_id(OLD), enterprise_id(NEW), "reg_no")]


def test_an_invalid_registration_number_in_the_row_joins_nothing() -> None:
    wrong = OLD[:-1] + str((int(OLD[-1]) + 1) % 10)
    records = versions("commerce", [firm(wrong, name="旧名"), firm(NEW, reg_no=wrong, name="新名")])
    assert not same(records, wrong, NEW)


def test_name_and_founding_date_make_one_enterprise_when_no_other_candidate_does() -> None:
    records = versions("commerce", [firm(OLD), firm(NEW)])
    ids = identities(records)
    assert same(records, OLD, NEW)
    assert set(ids.records.filter(pl.col("record_key") == OLD).get_column("link_basis")) == {"name"}


def test_the_name_may_be_one_of_an_earlier_version() -> None:
    records = versions(
        "commerce",
        [firm(OLD, name="大连前名有限公司"), firm(OLD, start="2014-02-28", seq=2), firm(NEW, seq=3)],
    )
    assert same(records, OLD, NEW)


def test_names_are_compared_in_canonical_form() -> None:
    records = versions(
        "commerce", [firm(OLD, name="大连（甲） 有限公司"), firm(NEW, name="大连(甲)有限公司")]
    )
    assert same(records, OLD, NEW)


def test_another_founding_date_is_another_enterprise() -> None:
    assert not same(versions("commerce", [firm(OLD), firm(NEW, established_on="2001-05-02")]), OLD, NEW)


def test_without_a_founding_date_the_name_is_not_enough() -> None:
    assert not same(
        versions("commerce", [firm(OLD, established_on=""), firm(NEW, established_on="")]), OLD, NEW
    )


def test_two_candidates_on_either_side_refuse_the_merge() -> None:
    two_new = versions("commerce", [firm(OLD), firm(NEW), firm(uscc(2))])
    assert identities(two_new).superseded.is_empty()
    two_old = versions("commerce", [firm(OLD), firm(reg_no(2)), firm(NEW)])
    assert identities(two_old).superseded.is_empty()


def test_a_number_that_two_credit_codes_claim_at_once_joins_neither() -> None:
    records = versions(
        "commerce",
        [
            firm(OLD, name="甲"),
            firm(NEW, reg_no=OLD, name="乙", seq=2),
            firm(uscc(2), reg_no=OLD, name="丙", seq=2),
        ],
    )
    assert identities(records).superseded.is_empty()


def test_a_merge_once_made_is_not_undone_by_a_candidate_that_turns_up_later() -> None:
    records = versions("commerce", [firm(OLD, seq=1), firm(NEW, seq=2), firm(uscc(2), seq=3)])
    assert same(records, OLD, NEW)
    assert not same(records, NEW, uscc(2))


def test_a_row_with_both_codes_decides_against_an_earlier_merge_by_name() -> None:
    records = versions(
        "commerce", [firm(OLD, seq=1), firm(NEW, seq=2), firm(uscc(2), reg_no=OLD, name="别名", seq=3)]
    )
    assert same(records, OLD, uscc(2))
    assert not same(records, OLD, NEW)


def test_two_valid_credit_codes_are_never_one_enterprise() -> None:
    assert not same(versions("commerce", [firm(NEW), firm(uscc(2))]), NEW, uscc(2))


def test_an_invalid_code_is_a_key_but_its_record_is_known_by_name_and_date() -> None:
    wrong = NEW[:-1] + ("0" if NEW[-1] != "0" else "1")
    records = versions("commerce", [firm(wrong), firm(NEW)])
    assert same(records, wrong, NEW)
    alone = identities(versions("commerce", [firm(wrong)]))
    assert alone.records.get_column("link_basis").to_list() == ["name"]


@UNHURRIED
@given(st.permutations(range(7)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    records = versions(
        "commerce",
        [
            firm(OLD, seq=1),
            firm(NEW, seq=2),
            firm(reg_no(2), name="大连丁有限公司", seq=1),
            firm(uscc(2), reg_no=reg_no(2), name="大连丁丁有限公司", seq=1),
            firm(reg_no(3), name="大连戊有限公司", seq=1),
            firm(uscc(4), name="大连戊有限公司", seq=3),
            firm(uscc(5), name="大连戊有限公司", seq=3),
        ],
    )
    shuffled = identities(records[order])
    straight = identities(records)
    assert shuffled.records.equals(straight.records)
    assert shuffled.superseded.equals(straight.superseded)
