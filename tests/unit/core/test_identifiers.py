"""Codes diagnosed by the meaning of their column.

Numbers are made here from the standards' arithmetic. The few public codes are those of well-known
companies; the numbers of persons are invented with an area that no one was ever born in (219999).
"""

import csv
from pathlib import Path
from string import ascii_uppercase, digits

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianhui.core import check_digits as checks
from jianhui.core.identifiers import (
    DIAGNOSIS_SCHEMA,
    KINDS,
    PROBLEMS,
    SCHEMES,
    Scheme,
    diagnose,
    diagnose_series,
)

SHARED_VECTORS = Path(__file__).parents[4] / "shared" / "data" / "labelled" / "identifier_vectors.csv"
SCHEME_OF: dict[str, Scheme] = {"uscc": "uscc", "org_code": "org_code", "reg_no15": "reg_no"}

USCC_TAIL = st.text(st.sampled_from(checks.USCC_ALPHABET), min_size=8, max_size=8)
PREFIXES = st.sampled_from(
    [first + second for first, seconds in checks.USCC_KINDS.items() for second in seconds]
)
DIVISIONS = st.sampled_from(["210202", "210213", "210231", "210200", "110000", "440300"])


@st.composite
def org_codes(draw: st.DrawFn) -> str:
    body = draw(
        st.text(st.sampled_from(checks.ORG_ALPHABET), min_size=8, max_size=8).filter(lambda t: t != "0" * 8)
    )
    return body + checks.org_check(body)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    inside = draw(USCC_TAIL.filter(lambda text: text != "0" * 8))
    body = draw(PREFIXES) + draw(DIVISIONS) + inside + checks.org_check(inside)
    return body + checks.uscc_check(body)


@st.composite
def reg_nos(draw: st.DrawFn) -> str:
    body = "2102" + draw(st.text(st.sampled_from(digits), min_size=10, max_size=10))
    return body + checks.reg_no_check(body)


@st.composite
def tax_ids(draw: st.DrawFn) -> str:
    return draw(DIVISIONS) + draw(org_codes())


@st.composite
def citizen_numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(checks.EARLIEST_BIRTH, checks.LATEST_BIRTH))
    body = f"219999{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + checks.citizen_check(body)


def _uscc(body: str) -> str:
    return body + checks.uscc_check(body)


ANY_CODE = st.one_of(
    usccs(),
    org_codes(),
    reg_nos(),
    tax_ids(),
    citizen_numbers(),
    st.text(st.sampled_from(digits + "ABOX-. 中"), max_size=20),
    st.text(st.sampled_from(digits), min_size=12, max_size=15),
    st.sampled_from(
        [
            _uscc("91210200000000000"),
            "",
            "无",
            "NULL",
            "000000000",
            "0" * 15,
            "1.5E+17",
            "210213000000000",
            None,
        ]
    ),
    usccs().map(lambda code: code[:17] + "O"),
    usccs().map(str.lower),
    org_codes().map(lambda code: f"{code[:8]}-{code[8]}"),
    org_codes().map(lambda code: code[:8] + "B"),
    citizen_numbers().map(lambda code: code + "01"),
)


@given(st.lists(ANY_CODE, min_size=1, max_size=30), st.sampled_from(SCHEMES))
def test_a_column_is_diagnosed_like_its_cells(codes: list[str | None], scheme: Scheme) -> None:
    frame = diagnose_series(pl.Series(codes, dtype=pl.String), scheme)
    assert frame.schema == DIAGNOSIS_SCHEMA
    assert frame.to_dicts() == [vars(diagnose(code, scheme)) for code in codes]


@given(ANY_CODE, st.sampled_from(SCHEMES))
def test_a_diagnosis_explains_itself(code: str | None, scheme: Scheme) -> None:
    found = diagnose(code, scheme)
    if found.canonical is None:
        assert (found.kind, found.problem, found.is_valid) == (None, None, False)
        return
    assert found.kind in KINDS
    assert found.is_valid == (found.problem is None)
    assert found.problem is None or found.problem in PROBLEMS
    assert not (found.is_personal and (found.is_valid or found.could_be or found.org_code))


@given(usccs())
def test_a_uscc_is_valid_and_holds_its_organisation_code(code: str) -> None:
    for scheme in ("uscc", "tax_id", "unit_code"):
        found = diagnose(code, scheme)
        assert (found.kind, found.is_valid, found.org_code) == ("uscc", True, code[8:17])


@given(usccs(), st.integers(0, 17), st.sampled_from(checks.USCC_ALPHABET))
def test_any_one_wrong_character_is_caught_by_a_uscc(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert diagnose(wrong, "uscc").is_valid == (wrong == code)


@given(reg_nos(), st.integers(0, 14), st.sampled_from(digits))
def test_any_one_wrong_digit_is_caught_by_a_registration_number(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert diagnose(wrong, "reg_no").is_valid == (wrong == code)


@given(org_codes(), st.sampled_from(digits + "X"))
def test_an_organisation_code_has_one_check_character(code: str, last: str) -> None:
    assert diagnose(code[:8] + last, "org_code").is_valid == (last == code[8])


@given(org_codes())
def test_a_hyphen_does_not_change_an_organisation_code(code: str) -> None:
    assert diagnose(f"{code[:8]}-{code[8]}", "org_code") == diagnose(code, "org_code")


@given(tax_ids())
def test_an_old_tax_id_is_six_digits_and_an_organisation_code(code: str) -> None:
    found = diagnose(code, "tax_id")
    assert (found.kind, found.is_valid, found.org_code) == ("tax_id_15", True, code[6:])


@given(st.text(st.sampled_from(ascii_uppercase + digits), min_size=8, max_size=8))
def test_a_local_unit_code_is_kept_and_never_valid(body: str) -> None:
    for scheme in ("org_code", "unit_code"):
        found = diagnose(body + "B", scheme)
        assert not found.is_valid
        assert found.org_code is None
        assert found.kind == "org_code_local_unit" or found.problem == "placeholder"


@given(citizen_numbers(), st.sampled_from(SCHEMES))
def test_the_number_of_a_person_is_personal_in_every_column(code: str, scheme: Scheme) -> None:
    for cell in (code, code.lower(), code + "01", f"{code[:6]} {code[6:14]} {code[14:]}"):
        found = diagnose(cell, scheme)
        assert found.is_personal
        assert not found.is_valid
        assert found.problem == "personal_number"


def test_a_persons_number_with_a_typing_error_is_still_personal() -> None:
    body = "21999919800101001"
    wrong = body + ("0" if checks.citizen_check(body) != "0" else "1")
    assert diagnose(wrong, "tax_id").is_personal


def test_the_old_numbers_of_persons_are_personal_in_a_tax_column() -> None:
    old = "219999800101001"
    assert not checks.is_org_code(old[6:])
    assert diagnose(old, "tax_id").kind == "citizen_number"
    assert diagnose(old + "01", "tax_id").kind == "citizen_tax_id"
    assert diagnose(old + "00000", "uscc").kind == "citizen_tax_id"
    assert not diagnose(old, "reg_no").is_personal


@given(usccs())
def test_an_o_for_a_zero_is_said_and_not_repaired(code: str) -> None:
    if "0" not in code:
        return
    found = diagnose(code.replace("0", "O"), "uscc")
    assert (found.is_valid, found.problem, found.could_be) == (False, "bad_character", code)


GOOD = _uscc("91210204" + "MA0TEXT0" + checks.org_check("MA0TEXT0"))


@pytest.mark.parametrize(
    ("cell", "scheme", "problem", "could_be"),
    [
        (GOOD[:16], "uscc", "truncated", None),
        (GOOD + "0", "uscc", "too_long", None),
        ("1.5E+17", "uscc", "scientific_notation", None),
        ("2.10213E+14", "reg_no", "scientific_notation", None),
        ("000000000000000000", "uscc", "placeholder", None),
        ("210213000000000", "tax_id", "placeholder", None),
        ("000000000", "org_code", "placeholder", None),
        (_uscc("91210200000000000"), "uscc", "placeholder", None),
        ("123456789", "org_code", "placeholder", None),
        (GOOD[:17] + ("1" if GOOD[17] == "0" else "0"), "uscc", "bad_check_digit", None),
        ("94" + GOOD[2:], "uscc", "bad_prefix", None),
        ("912102AB" + GOOD[8:], "uscc", "bad_division", None),
        (GOOD, "reg_no", "uscc_in_other_column", GOOD),
        (GOOD, "org_code", "uscc_in_other_column", GOOD),
        ("440301103097413", "uscc", "reg_no_in_other_column", "440301103097413"),
        ("210231MA105AEM2", "uscc", "tax_id_in_other_column", "210231MA105AEM2"),
        ("MA105AEM2", "uscc", "org_code_in_other_column", "MA105AEM2"),
        ("440301103097413.0", "reg_no", "excel_decimal", "440301103097413"),
        ("24176565B", "org_code", "local_unit_code", None),
    ],
)
def test_what_is_wrong_is_said_in_one_stable_word(
    cell: str, scheme: Scheme, problem: str, could_be: str | None
) -> None:
    found = diagnose(cell, scheme)
    assert (found.is_valid, found.problem, found.could_be) == (False, problem, could_be)


def test_lost_leading_zeros_are_said_with_the_code_that_had_them() -> None:
    code = "00123457" + checks.org_check("00123457")
    found = diagnose(code.lstrip("0"), "org_code")
    assert (found.is_valid, found.problem, found.could_be) == (False, "lost_leading_zeros", code)


def test_fifteen_digits_that_pass_both_checks_are_not_guessed() -> None:
    both = next(
        code
        for code in (body + checks.reg_no_check(body) for body in (f"2102{n:010d}" for n in range(10**6)))
        if checks.is_org_code(code[6:])
    )
    assert diagnose(both, "reg_no").kind == "reg_no_15"
    assert diagnose(both, "tax_id").kind == "tax_id_15"
    assert diagnose(both, "uscc").problem == "reg_no_or_tax_id"


def test_thirteen_digits_are_an_old_registration_number_by_form_alone() -> None:
    assert diagnose("2102001234567", "reg_no").kind == "reg_no_13"
    assert diagnose("2102001234567", "unit_code").is_valid
    assert not diagnose("2102001234567", "uscc").is_valid


def test_lower_case_and_full_width_are_only_another_way_of_writing() -> None:
    wide = GOOD.lower().translate({ord(d): 0xFF10 + int(d) for d in digits})
    assert diagnose(wide, "uscc") == diagnose(GOOD, "uscc")


@pytest.mark.parametrize(
    ("scheme", "code", "is_valid"),
    [
        ("uscc", "91210231MA105AEM20", True),  # check value 31 becomes 0
        ("uscc", "9144030071526726XG", True),  # organisation check X
        ("uscc", "91110000600037341L", True),
        ("uscc", "81210200MC0123450B", True),  # synthetic grassroots union
        ("uscc", "93210283MA0ABC1214", True),  # synthetic co-operative
        ("uscc", "N2210281MF0123451D", True),  # synthetic village collective: a letter in front
        ("uscc", "91210231MA105AEM2O", False),
        ("uscc", "91210213MA0U32TD", False),
        ("uscc", "A1110000600037341L", False),
        ("org_code", "71526726X", True),
        ("org_code", "MA10ETFR0", True),
        ("org_code", "24176565B", False),
        ("reg_no", "440301103097413", True),
        ("reg_no", "440301103097412", False),
    ],
)
def test_known_codes_have_their_verdict(scheme: Scheme, code: str, is_valid: bool) -> None:
    assert diagnose(code, scheme).is_valid is is_valid


@pytest.mark.shared
@pytest.mark.skipif(
    not SHARED_VECTORS.exists(), reason="../shared/data/labelled/identifier_vectors.csv is absent"
)
def test_the_labelled_vectors_agree() -> None:
    with SHARED_VECTORS.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found = diagnose(row["value"], SCHEME_OF[row["kind"]])
            assert found.is_valid == (row["verdict"] == "valid"), row
