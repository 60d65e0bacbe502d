"""Raw versions read by their contract."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.resolve.frames import CONTRACTS, UNHURRIED, org, raw_versions, reg_no, uscc, versions

from jianhui.intake.contract import Contract, parse_contract
from jianhui.log.timeline import VERSION_COLUMNS
from jianhui.resolve.records import RECORD_COLUMNS, project

EIGHTH = parse_contract(
    {
        "feed": "safety",
        "title": "安全生产检查",
        "title_en": "Safety inspections",
        "agency": "安监局",
        "absence": "none",
        "append_only": True,
        "record_key": [
            [{"column": "code", "when": "present"}],
            [{"column": "checked_on", "when": "present"}],
        ],
        "name": "name",
        "required": ["code", "name", "checked_on"],
        "calendar": {"rhythm": "irregular", "grace_days": 0},
        "columns": [
            {"name": "code", "header": "代码", "type": "code", "scheme": "unit_code", "title_en": "Code"},
            {"name": "name", "header": "名称", "type": "name", "title_en": "Name"},
            {"name": "checked_on", "header": "检查日期", "type": "date", "title_en": "Checked on"},
            {"name": "score", "header": "得分", "type": "number", "title_en": "Score"},
            {"name": "result", "header": "结论", "type": "choice", "choices": ["合格"], "title_en": "Result"},
        ],
    },
    "safety.yml",
)
"""A feed the code has never heard of."""


def of_eighth(**cells: str | None) -> pl.DataFrame:
    common = raw_versions("hr", [{"key": "K"}]).select(VERSION_COLUMNS)
    row = {name: cells.get(name) for name in EIGHTH.column_names}
    return pl.concat(
        [common, pl.DataFrame([row], schema={name: pl.String() for name in row})], how="horizontal"
    )


def one(feed: str, **cells: str | None) -> dict[str, object]:
    return versions(feed, [{"key": "K", **cells}]).row(0, named=True)


def test_a_further_feed_needs_a_contract_and_nothing_else() -> None:
    cells = {"code": f"{org(1)[:8]}-{org(1)[8]}", "name": " 甲（乙） ", "checked_on": "2014年3月1日"}
    row = project(of_eighth(**cells, score="９５.５", result="合格"), EIGHTH).row(0, named=True)
    assert (row["code"], row["code_kind"], row["code_valid"], row["code_org"]) == (
        org(1),
        "org_code",
        True,
        org(1),
    )
    assert (row["name"], row["name_canonical"]) == ("甲（乙）", "甲(乙)")
    assert (row["checked_on"], row["checked_on_raw"]) == (date(2014, 3, 1), "2014年3月1日")
    assert (row["score"], row["result"]) == (95.5, "合格")


@pytest.mark.parametrize("contract", [*CONTRACTS.values(), EIGHTH], ids=lambda contract: contract.feed)
def test_a_feed_never_received_has_the_columns_of_one_that_was(contract: Contract) -> None:
    raw = of_eighth(name="甲") if contract is EIGHTH else raw_versions(contract.feed, [{"key": "K"}])
    received, nothing = project(raw, contract), project(raw.clear(), contract)
    assert nothing.schema == received.schema
    assert nothing.is_empty()
    assert list(received.columns)[: len(RECORD_COLUMNS)] == list(RECORD_COLUMNS)


def test_text_is_trimmed_and_empty_words_are_null() -> None:
    for cell, read in {
        " 大连 ": "大连",
        "　无　": None,
        "-": None,
        "": None,
        "n/a": None,
        "无锡": "无锡",
    }.items():
        assert one("commerce", address=cell)["address"] == read


def test_a_choice_tells_a_blank_cell_from_a_missing_header() -> None:
    assert one("hr", status=None)["status"] is None
    assert one("hr", status="")["status"] == ""
    assert one("hr", status=" 参保 ")["status"] == "参保"
    assert one("hr", status="不详")["status"] == "不详"


def test_missing_headers_are_named() -> None:
    row = one("base_list", list_name="2014", name="甲", frozen_on="", uscc=None)
    assert row["absent_headers"] == "uscc,enterprise_id"


def test_months_are_their_first_day_and_numbers_that_are_none_are_null() -> None:
    row = one("tax", period="201403", staff_count="1,234", amount_paid="１２.５", payroll="约十万")
    assert row["period"] == date(2014, 3, 1)
    assert (row["staff_count"], row["amount_paid"], row["payroll"]) == (1234, 12.5, None)
    assert row["payroll_raw"] == "约十万"


def test_a_valid_code_is_canonical_and_gives_the_organisation_code_inside() -> None:
    spaced = " ".join(uscc(7)).lower()
    row = one("commerce", uscc=spaced)
    assert (row["uscc"], row["uscc_raw"], row["uscc_kind"]) == (uscc(7), spaced, "uscc")
    assert (row["uscc_valid"], row["uscc_problem"], row["uscc_org"]) == (True, None, org(7))


def test_an_invalid_code_is_kept_as_evidence_and_is_no_identity() -> None:
    wrong = reg_no(7)[:-1] + str((int(reg_no(7)[-1]) + 1) % 10)
    row = one("commerce", reg_no=wrong)
    assert (row["reg_no"], row["reg_no_raw"], row["reg_no_valid"]) == (None, wrong, False)
    assert row["reg_no_problem"] == "bad_check_digit"
    assert row["reg_no_org"] is None


def test_a_registration_number_of_thirteen_digits_is_valid() -> None:
    row = one("commerce", reg_no="2102002112345")
    assert (row["reg_no"], row["reg_no_kind"]) == ("2102002112345", "reg_no_13")


def test_the_pseudonym_of_a_personal_number_is_no_code() -> None:
    row = one("tax", tax_id="P:0123456789ABCDEF01234567")
    assert (row["tax_id"], row["tax_id_kind"], row["tax_id_valid"]) == (None, "personal", False)
    assert row["tax_id_problem"] == "personal_number"


def test_an_empty_code_cell_is_neither_valid_nor_wrong() -> None:
    row = one("commerce", uscc="无")
    assert (row["uscc"], row["uscc_kind"], row["uscc_valid"], row["uscc_problem"]) == (
        None,
        None,
        False,
        None,
    )


@UNHURRIED
@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    raw = raw_versions(
        "commerce",
        [
            {"key": "A", "name": "甲", "uscc": uscc(1)},
            {"key": "A", "name": "乙", "uscc": uscc(1), "start": "2014-02-01"},
            {"key": "B", "name": "甲", "uscc": "123", "employed_count": "5"},
            {"key": "C", "name": "", "uscc": None},
            {"key": "D", "name": None, "established_on": "2014.1.1"},
            {"key": "E", "name": "戊", "established_on": "20140101"},
        ],
    )
    contract = CONTRACTS["commerce"]
    assert project(raw[order], contract).equals(project(raw, contract))
