"""Which cell of a header row is which column of the contract.

Header cells may carry blanks, line breaks, BOM, full-width letters and brackets, any case, and a
bracketed remark on unit or form, as in ``注册资本（万元）``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jianhui.core.errors import DeliveryRefused, Where
from jianhui.core.text import canonical_name
from jianhui.intake.contract import Contract

CHANGE_TYPE = "变更类型"
"""Header of the column that says what a row of a delta is."""

HEADER_SEARCH_ROWS = 10

# Remarks that say how a cell is written and not what it is; any other one makes another column.
_REMARK = re.compile(
    r"元|万元|千元|人|名|必填|选填|非必填|全称|年月日?|YYYYMM(DD)?|(9|13|15|18)位|是/?否",
)


@dataclass(frozen=True)
class HeaderMatch:
    """Positions of the contract's columns in a header row.

    ``columns``: column name → position. ``change_type``: position of 变更类型, if any.
    """

    columns: dict[str, int]
    change_type: int | None

    def missing(self, contract: Contract, *, is_delta: bool) -> tuple[str, ...]:
        """Headers the contract requires and the row lacks; alternatives are joined with ``/``."""
        headers = contract.headers
        lacking = [headers[name] for name in contract.required if name not in self.columns]
        for group in contract.required_any:
            if not any(name in self.columns for name in group):
                lacking.append("/".join(headers[name] for name in group))
        if is_delta and self.change_type is None:
            lacking.append(CHANGE_TYPE)
        return tuple(lacking)


def match_headers(contract: Contract, cells: Sequence[str]) -> HeaderMatch:
    """Find the contract's columns in ``cells``. A header exactly as agreed goes before one with a remark.

    Raises ``DeliveryRefused`` ``header_twice`` if two cells are equally one column.
    """
    wanted = {
        canonical_name(header): column.name
        for column in contract.columns
        for header in (column.header, *column.aliases)
    }
    wanted[canonical_name(CHANGE_TYPE)] = CHANGE_TYPE
    plain = [canonical_name(cell) for cell in cells]
    found: dict[str, int] = {}
    for forms in (plain, [_without_remark(name) for name in plain]):
        before = set(found)
        for position, form in enumerate(forms):
            name = wanted.get(form) if form else None
            if name is None or name in before or position in found.values():
                continue
            if name in found:
                raise _twice(cells[position])
            found[name] = position
    change_type = found.pop(CHANGE_TYPE, None)
    return HeaderMatch(found, change_type)


@dataclass(frozen=True)
class HeaderSearch:
    """Where the header stands (``index``, null if nowhere), else what the likeliest row lacks and holds.

    ``found`` counts the contract's columns in that row; ``cells`` are shown to a person only if there is
    one, because a row that is no header may name persons.
    """

    index: int | None
    lacking: tuple[str, ...]
    cells: tuple[str, ...] = ()
    found: int = 0


def find_header(contract: Contract, rows: Sequence[Sequence[str]], *, is_delta: bool) -> HeaderSearch:
    """The first of the first ten ``rows`` that holds the required headers; titles above are skipped."""
    required = match_headers(contract, []).missing(contract, is_delta=is_delta)
    nearest = HeaderSearch(None, required)
    for index, cells in enumerate(rows[:HEADER_SEARCH_ROWS]):
        match = match_headers(contract, cells)
        lacking = match.missing(contract, is_delta=is_delta)
        if not lacking:
            return HeaderSearch(index, ())
        if len(match.columns) > nearest.found:
            nearest = HeaderSearch(None, lacking, tuple(cells), len(match.columns))
    return nearest


def missing_headers(file_name: str, searches: Sequence[HeaderSearch]) -> DeliveryRefused:
    """The refusal of a file without its required headers, saying what stands there instead."""
    likeliest = max(searches, key=lambda search: search.found)
    there = "、".join(cell for cell in likeliest.cells if cell)[:200]
    lacking = likeliest.lacking
    return DeliveryRefused(
        "missing_header",
        f"缺少必需的列：{'、'.join(lacking)}" + (f"；表头为：{there}" if there else ""),
        f"required headers are missing: {', '.join(lacking)}",
        where=Where(file=file_name, field="、".join(lacking)),
        next_step="请交换方补上该列后重发 / ask the agency to add the column and send the file again",
    )


def _without_remark(name: str | None) -> str | None:
    if name is None or not name.endswith(")") or "(" not in name:
        return name
    stem, remark = name[:-1].rsplit("(", 1)
    return stem if _REMARK.fullmatch(remark) else name


def _twice(cell: str) -> DeliveryRefused:
    return DeliveryRefused(
        "header_twice",
        f"表头出现两次：{cell}",
        f"one header stands twice: {cell}",
        where=Where(field=cell),
        next_step="请交换方去掉重复的列 / ask the agency to remove one of the two",
    )
