"""Proof of valid codes, a column at a time: the same arithmetic as ``check_digits`` on byte matrices.

Only codes that cannot be anything else are proven here; whatever is invalid, personal, a placeholder
or merely doubtful is left open for the scalar diagnosis.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from jianhui.core import check_digits as checks

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_NOT_IN_ALPHABET = 255


def _values(alphabet: str) -> Bytes:
    """Byte → value in ``alphabet``, 255 for a byte outside it."""
    table = np.full(256, _NOT_IN_ALPHABET, dtype=np.uint8)
    table[np.frombuffer(alphabet.encode("ascii"), dtype=np.uint8)] = np.arange(len(alphabet))
    return table


_USCC_VALUES = _values(checks.USCC_ALPHABET)
_ORG_VALUES = _values(checks.ORG_ALPHABET)
_DIGIT_VALUES = _values("0123456789")

_PREFIX_IS_KNOWN = np.zeros((256, 256), dtype=np.bool_)
for _first, _seconds in checks.USCC_KINDS.items():
    for _second in _seconds:
        _PREFIX_IS_KNOWN[ord(_first), ord(_second)] = True

# A citizen number begins with a digit 1–8, so a code that begins otherwise is no person's.
_NEVER_PERSONAL = np.zeros(256, dtype=np.bool_)
_NEVER_PERSONAL[np.frombuffer(b"9ANY", dtype=np.uint8)] = True


def _flags(value: npt.ArrayLike) -> Flags:
    return np.asarray(value, dtype=np.bool_)


def _matrix(codes: pl.Series, length: int) -> Bytes:
    """ASCII codes of one length as a matrix of bytes, one row per code."""
    return np.frombuffer("".join(codes.to_list()).encode("ascii"), dtype=np.uint8).reshape(-1, length)


def _weighted(values: Bytes, weights: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """Weighted sum per row, column by column so that no wide copy is made."""
    total = np.zeros(len(values), dtype=np.int32)
    for column, weight in enumerate(weights):
        total += values[:, column].astype(np.int32) * weight
    return total


def _is_org_code(codes: Bytes) -> Flags:
    values = _ORG_VALUES[codes]
    expected = -_weighted(values, checks.ORG_WEIGHTS) % 11
    last = np.where(codes[:, 8] == ord("X"), 10, _DIGIT_VALUES[codes[:, 8]])
    in_alphabet = (values[:, :8] != _NOT_IN_ALPHABET).all(axis=1)
    return _flags(in_alphabet & (last == expected) & (values.max(axis=1) > 0))


def _is_uscc(codes: Bytes) -> Flags:
    values = _USCC_VALUES[codes]
    expected = -_weighted(values, checks.USCC_WEIGHTS) % 31
    in_alphabet = (values != _NOT_IN_ALPHABET).all(axis=1) & (values[:, 2:8] < 10).all(axis=1)
    in_kinds = _PREFIX_IS_KNOWN[codes[:, 0], codes[:, 1]] & _NEVER_PERSONAL[codes[:, 0]]
    has_organisation = values[:, 8:17].max(axis=1) > 0
    return _flags(in_alphabet & in_kinds & has_organisation & (values[:, 17] == expected))


def _is_reg_no(codes: Bytes) -> Flags:
    values = _DIGIT_VALUES[codes]
    state = np.full(len(values), 10, dtype=np.int32)
    for column in range(14):
        state = (state + values[:, column]) % 10
        state[state == 0] = 10
        state = state * 2 % 11
    in_alphabet = (values != _NOT_IN_ALPHABET).all(axis=1)
    is_one_character = (codes == codes[:, :1]).all(axis=1)
    return _flags(in_alphabet & (values[:, 14] == (11 - state) % 10) & ~is_one_character)


def _is_tax_id(codes: Bytes) -> Flags:
    has_division = (_DIGIT_VALUES[codes[:, :6]] != _NOT_IN_ALPHABET).all(axis=1)
    return _flags(has_division & _is_org_code(codes[:, 6:]))


_PROOFS = {
    "uscc": (18, _is_uscc, 8, 17),
    "org_code": (9, _is_org_code, 0, 9),
    "reg_no_15": (15, _is_reg_no, None, None),
    "tax_id_15": (15, _is_tax_id, 6, 15),
}
"""Kind → length, proof, and where in the code its organisation code stands."""


def prove(codes: pl.Series, kinds: Iterable[str]) -> list[pl.Series]:
    """For canonical codes, ``kind`` and ``org_code`` (String, null where not proven), in row order."""
    height = len(codes)
    is_plain = codes.str.len_bytes() == codes.str.len_chars()
    kind_of = pl.Series("kind", [None], dtype=pl.String).new_from_index(0, height)
    org_of = kind_of.rename("org_code")
    for kind in kinds:
        if kind not in _PROOFS:
            continue
        length, proof, start, stop = _PROOFS[kind]
        rows = (is_plain & (codes.str.len_bytes() == length)).fill_null(False).arg_true()
        if len(rows) == 0:
            continue
        candidates = codes.gather(rows)
        matrix = _matrix(candidates, length)
        is_proven = proof(matrix)
        kind_of = kind_of.scatter(rows.filter(pl.Series(is_proven)), kind)
        if start is not None and stop is not None:
            has_org = is_proven & _is_org_code(matrix[:, start:stop])
            with_org = pl.Series(has_org)
            inside = candidates.filter(with_org).str.slice(start, stop - start)
            org_of = org_of.scatter(rows.filter(with_org), inside)
    return [kind_of, org_of]
