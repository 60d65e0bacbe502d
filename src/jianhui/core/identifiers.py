"""What a code cell is: a diagnosis by the column's meaning, never by check digit alone.

About 9 % of valid registration numbers also pass the organisation-code check on their last nine
digits, so the *scheme*, the meaning of the column the cell stands in, decides what a code may be.
A code that is wrong is kept as evidence, said to be wrong, and never becomes an identity.

``diagnose`` reads one cell. ``diagnose_series`` reads a column: it proves the valid codes with
vectorised arithmetic and hands the few that remain to ``diagnose``, so both always agree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from jianhui.core import check_digits as checks
from jianhui.core.identifier_columns import prove
from jianhui.core.text import canonical_key, canonical_key_expr

Scheme = Literal["uscc", "org_code", "reg_no", "tax_id", "unit_code"]
SCHEMES: tuple[Scheme, ...] = ("uscc", "org_code", "reg_no", "tax_id", "unit_code")
"""Meanings a code column can have. ``unit_code`` holds a USCC, organisation code or registration
number, told apart by length."""

KINDS: Mapping[str, str] = {
    "uscc": "统一社会信用代码",
    "org_code": "组织机构代码",
    "org_code_local_unit": "产业活动单位代码（上级前八位加 B）",
    "reg_no_15": "15 位注册号",
    "reg_no_13": "13 位旧注册号",
    "tax_id_15": "15 位纳税人识别号（6 位区划加组织机构代码）",
    "citizen_number": "公民身份号码",
    "citizen_tax_id": "自然人纳税人识别号（身份号码加顺序号）",
    "unknown": "无法识别",
}

PROBLEMS: Mapping[str, tuple[str, str]] = {
    "bad_character": ("含有标准不用的字符", "holds a character the standard does not use"),
    "bad_check_digit": ("校验位不符", "the check character does not agree"),
    "bad_division": ("行政区划段不是六位数字", "the division part is not six digits"),
    "bad_prefix": ("登记管理部门或机构类别代码不存在", "no such authority and kind (first two characters)"),
    "excel_decimal": ("被表格软件改成了小数", "a spreadsheet turned it into a decimal number"),
    "local_unit_code": ("产业活动单位代码，不是法人代码", "the code of a local unit, not of a legal person"),
    "lost_leading_zeros": ("丢失了开头的零", "leading zeros were lost"),
    "org_code_in_other_column": ("此列填了组织机构代码", "an organisation code in another code's column"),
    "personal_number": ("是自然人的身份号码", "the identity number of a person"),
    "placeholder": ("占位数字，不是代码", "a placeholder, not a code"),
    "reg_no_in_other_column": ("此列填了注册号", "a registration number in another code's column"),
    "reg_no_or_tax_id": ("可能是注册号，也可能是税号", "passes as a registration number and as a tax id"),
    "scientific_notation": ("被表格软件改成了科学计数，末位已丢失", "scientific notation; digits are lost"),
    "tax_id_in_other_column": ("此列填了纳税人识别号", "a tax id in another code's column"),
    "too_long": ("位数过多", "too many characters"),
    "truncated": ("位数不足", "too few characters"),
    "uscc_in_other_column": ("此列填了统一社会信用代码", "a USCC in another code's column"),
}
"""Stable word → what is wrong, in Chinese and English."""


@dataclass(frozen=True)
class Diagnosis:
    """What one cell of a code column is.

    ``canonical`` is the cell's canonical key, valid or not (null for an empty cell): an identity only
    where ``is_valid``. ``could_be`` is the valid code that was probably meant, where there is exactly
    one, and nothing acts on it but a person. ``org_code`` is the organisation code contained in a
    *valid* code, if its own check passes. A personal cell is never valid: it identifies a person.
    """

    kind: str | None
    is_valid: bool
    problem: str | None
    is_personal: bool
    could_be: str | None
    canonical: str | None
    org_code: str | None


DIAGNOSIS_SCHEMA = pl.Schema(
    {
        "kind": pl.String(),
        "is_valid": pl.Boolean(),
        "problem": pl.String(),
        "is_personal": pl.Boolean(),
        "could_be": pl.String(),
        "canonical": pl.String(),
        "org_code": pl.String(),
    }
)
EMPTY = Diagnosis(None, False, None, False, None, None, None)

_ACCEPTS: Mapping[Scheme, tuple[str, ...]] = {
    "uscc": ("uscc",),
    "org_code": ("org_code",),
    "reg_no": ("reg_no_15", "reg_no_13"),
    "tax_id": ("uscc", "tax_id_15"),
    "unit_code": ("uscc", "org_code", "reg_no_15", "reg_no_13"),
}
_LENGTHS = {"uscc": 18, "org_code": 9, "reg_no_15": 15, "reg_no_13": 13, "tax_id_15": 15}
_IN_OTHER_COLUMN = {
    "uscc": "uscc_in_other_column",
    "org_code": "org_code_in_other_column",
    "reg_no_15": "reg_no_in_other_column",
    "tax_id_15": "tax_id_in_other_column",
}
_LOOKALIKES = str.maketrans("OIZS", "0125")
_SCIENTIFIC = re.compile(r"^[0-9](?:\.[0-9]+)?E\+?[0-9]+$")
_EXCEL_DECIMAL = re.compile(r"^([0-9]+)\.0+$")
_PLACEHOLDER = re.compile(r"^(?:(.)\1+|[0-9]{6}0{9}|[0-9A-Z]{8}0{9}[0-9A-Z]|0?123456789?0?)$")
_CANONICAL_ALREADY = r"^[0-9A-Z]{9,20}$"
_LOCAL_UNIT = re.compile(r"^[0-9A-Z]{8}B$")


def diagnose(text: str | None, scheme: Scheme) -> Diagnosis:
    """Diagnose one cell of a column whose meaning is ``scheme``. Empty: no kind, no problem."""
    code = canonical_key(text)
    if code is None:
        return EMPTY
    if personal := _personal(code, scheme):
        return Diagnosis(personal, False, "personal_number", True, None, code, None)
    if _PLACEHOLDER.match(code):
        return Diagnosis("unknown", False, "placeholder", False, None, code, None)
    for kind in _ACCEPTS[scheme]:
        if _is(kind, code):
            return Diagnosis(kind, True, None, False, None, code, _org_code_inside(kind, code))
    kind, problem, could_be = _explain(code, scheme)
    return Diagnosis(kind, False, problem, False, could_be, code, None)


def _is(kind: str, code: str) -> bool:
    if kind == "uscc":
        return checks.is_uscc(code)
    if kind == "org_code":
        return checks.is_org_code(code)
    if kind == "reg_no_15":
        return checks.is_reg_no(code)
    if kind == "reg_no_13":  # before 2007-07-01, without a check digit: the form is all there is
        return len(code) == 13 and code.isascii() and code.isdigit()
    return len(code) == 15 and code[:6].isdigit() and checks.is_org_code(code[6:])


def _org_code_inside(kind: str, code: str) -> str | None:
    inside = {"uscc": code[8:17], "org_code": code, "tax_id_15": code[6:]}.get(kind)
    return inside if inside and checks.is_org_code(inside) else None


def _personal(code: str, scheme: Scheme) -> str | None:
    """The personal kind of a cell, if it is one; in doubt a person is protected.

    An 18-character citizen number counts even with a wrong check digit: a typing error does not make
    it less personal. One that also passes as a USCC is an organisation only if its organisation code
    passes too. Serial-number forms (国税函〔2006〕820号) are plain by their length; the shorter old
    ones only in a tax column, where they are written.
    """
    length = len(code)
    if length == 18 and checks.looks_like_citizen_number(code):
        is_organisation = checks.is_uscc(code) and checks.is_org_code(code[8:17])
        return None if is_organisation and code[2:4] in checks.PROVINCES else "citizen_number"
    if length == 20 and code[18:].isalnum():
        old = checks.looks_like_old_citizen_number(code[:15]) and code[15:] == "00000"
        if old or checks.looks_like_citizen_number(code[:18]):
            return "citizen_tax_id"
    if scheme == "tax_id" and checks.looks_like_old_citizen_number(code[:15]):
        if length == 17 and code.isdigit():
            return "citizen_tax_id"
        if length == 15 and not checks.is_org_code(code[6:]):
            return "citizen_number"
    return None


def _explain(code: str, scheme: Scheme) -> tuple[str, str, str | None]:
    """Kind, problem and probable meaning of a code that is not valid in its column."""
    if _SCIENTIFIC.match(code):
        return "unknown", "scientific_notation", None
    if decimal := _EXCEL_DECIMAL.match(code):
        return "unknown", "excel_decimal", _if_valid(decimal[1], scheme)
    if _LOCAL_UNIT.match(code) and scheme in ("org_code", "unit_code"):
        return "org_code_local_unit", "local_unit_code", None
    if other := _other_scheme(code, scheme):
        return other
    kind = _kind_by_length(code, scheme)
    if kind is None:
        return "unknown", *_wrong_length(code, scheme)
    meant = _if_valid(code.translate(_LOOKALIKES), scheme)
    if kind == "uscc":
        return kind, _uscc_problem(code), meant
    allowed = checks.ORG_ALPHABET if kind in ("org_code", "tax_id_15") else "0123456789"
    plain = set(code) <= set(allowed) and (kind != "tax_id_15" or code[:6].isdigit())
    return kind, "bad_check_digit" if plain else "bad_character", meant


def _other_scheme(code: str, scheme: Scheme) -> tuple[str, str, str | None] | None:
    """A code that is valid, but in a column of another meaning. Fifteen digits may be two things."""
    found = [kind for kind in _IN_OTHER_COLUMN if kind not in _ACCEPTS[scheme] and _is(kind, code)]
    if not found:
        return None
    if len(found) > 1:
        return "unknown", "reg_no_or_tax_id", None
    return found[0], _IN_OTHER_COLUMN[found[0]], code


def _kind_by_length(code: str, scheme: Scheme) -> str | None:
    return next((kind for kind in _ACCEPTS[scheme] if _LENGTHS[kind] == len(code)), None)


def _wrong_length(code: str, scheme: Scheme) -> tuple[str, str | None]:
    lengths = sorted(_LENGTHS[kind] for kind in _ACCEPTS[scheme])
    for length in lengths:
        if code.isascii() and code.isdigit() and length - 3 <= len(code) < length and length != 13:
            padded = _if_valid(code.zfill(length), scheme)
            if padded:
                return "lost_leading_zeros", padded
    return ("truncated" if len(code) < lengths[-1] else "too_long"), None


def _uscc_problem(code: str) -> str:
    if not set(code) <= set(checks.USCC_ALPHABET):
        return "bad_character"
    if not checks.uscc_prefix_is_known(code):
        return "bad_prefix"
    return "bad_check_digit" if code[2:8].isdigit() else "bad_division"


def _if_valid(code: str, scheme: Scheme) -> str | None:
    accepted = any(_is(kind, code) for kind in _ACCEPTS[scheme])
    return code if accepted and not _PLACEHOLDER.match(code) and not _personal(code, scheme) else None


def _canonical_series(codes: pl.Series) -> pl.Series:
    """Canonical keys of a column. Most codes are canonical as they stand; only the others are rewritten."""
    canonical = codes.cast(pl.String).alias("canonical")
    rows = (~canonical.str.contains(_CANONICAL_ALREADY)).fill_null(False).arg_true()
    others = canonical.gather(rows).to_frame().select(canonical_key_expr(pl.col("canonical")))
    return canonical.scatter(rows, others.to_series())


def diagnose_series(codes: pl.Series, scheme: Scheme) -> pl.DataFrame:
    """Diagnose a String column; one row per cell in the same order, columns of ``DIAGNOSIS_SCHEMA``.

    About a million codes a second where most are valid (``tests/benchmarks/bench_identifiers.py``).
    """
    canonical = _canonical_series(codes)
    proven = pl.DataFrame([canonical, *prove(canonical, _ACCEPTS[scheme])])
    is_open = pl.col("canonical").is_not_null() & pl.col("kind").is_null()
    rest = proven.filter(is_open).get_column("canonical").unique(maintain_order=True)
    explained = pl.DataFrame(
        [vars(diagnose(code, scheme)) for code in rest], schema=DIAGNOSIS_SCHEMA, orient="row"
    )
    joined = proven.join(explained, on="canonical", how="left", suffix="_rest", maintain_order="left")
    return joined.select(
        pl.coalesce("kind", "kind_rest").alias("kind"),
        (pl.col("kind").is_not_null() | pl.col("is_valid")).fill_null(False).alias("is_valid"),
        pl.col("problem"),
        pl.col("is_personal").fill_null(False),
        pl.col("could_be"),
        pl.col("canonical"),
        pl.coalesce("org_code", "org_code_rest").alias("org_code"),
    )
