"""Numbers as agencies write them: thousands separators, full-width digits, Excel's ``50.0``.

What is not plainly a number is not usable and becomes null (``约50人``, ``1.5E+17``, ``12,34``).
Functions come for one value and, with the suffix ``_expr``, for a column.
"""

import re
import unicodedata

import polars as pl

_DIGITS = r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+))"
_INTEGER = rf"^\s*{_DIGITS}(?:\.0*)?\s*$"
_DECIMAL = r"^\s*([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?)\s*$"
_LARGEST_DIGITS = 18
"""So that every accepted integer fits 64 bits."""

_RE_INTEGER = re.compile(_INTEGER, re.ASCII)
_RE_DECIMAL = re.compile(_DECIMAL, re.ASCII)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def parse_integer(text: str | None) -> int | None:
    """The whole number a cell holds, or null: ``1,234`` → 1234, ``５０`` → 50, ``50.0`` → 50."""
    found = _RE_INTEGER.match(_plain(text)) if text is not None else None
    if found is None:
        return None
    digits = found[1].replace(",", "")
    return int(digits) if len(digits.lstrip("+-")) <= _LARGEST_DIGITS else None


def parse_integer_expr(column: pl.Expr) -> pl.Expr:
    """:func:`parse_integer` of a String column (Int64)."""
    digits = column.str.normalize("NFKC").str.extract(_INTEGER).str.replace_all(",", "", literal=True)
    bare = digits.str.strip_prefix("+")
    fits = bare.str.strip_prefix("-").str.len_chars() <= _LARGEST_DIGITS
    return pl.when(fits).then(bare).cast(pl.Int64, strict=False)


def parse_number(text: str | None) -> float | None:
    """The decimal number a cell holds, or null; no exponents."""
    found = _RE_DECIMAL.match(_plain(text)) if text is not None else None
    return float(found[1].replace(",", "")) if found else None


def parse_number_expr(column: pl.Expr) -> pl.Expr:
    """:func:`parse_number` of a String column (Float64)."""
    digits = column.str.normalize("NFKC").str.extract(_DECIMAL).str.replace_all(",", "", literal=True)
    return digits.str.strip_prefix("+").cast(pl.Float64, strict=False)
