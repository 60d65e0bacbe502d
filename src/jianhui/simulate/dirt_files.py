"""Dirt of whole deliveries: other forms of writing, files that come twice, late, cut short or spoilt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jianhui.simulate.columns import FEEDS
from jianhui.simulate.files import Format

UNKNOWN_COLUMN = "数据批次"
_NAME_COLUMNS = {"union_coverage": "unit_name"}
_WRONG_HEADER = "户名"
_LEAST_ROWS_TO_CUT = 20
_REMARKS = {"日期": "（年月日）", "人数": "（人）"}


@dataclass(frozen=True)
class Carriage:
    """How a delivery travels: in which form, under which header, how late, how complete.

    ``turned``: how many columns have moved from the front to the back. ``kept``: how many in a thousand of
    the rows are in the file. ``repeated_after``: days after which the same file comes again, 0 for never;
    ``replaced_after``: days after which the whole comes instead of a file cut short, 0 for never.
    """

    form: Format
    header: tuple[str, ...]
    turned: int = 0
    has_unknown_column: bool = False
    days_late: int = 0
    repeated_after: int = 0
    replaced_after: int = 0
    kept: int = 1000
    is_spoilt: bool = False

    @property
    def _is_as_held(self) -> bool:
        return not self.turned and not self.has_unknown_column

    def lines(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        """The rows as this file shows them."""
        return self.in_order(rows[: self.n_kept(len(rows))])

    def in_order(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        """The rows in the order of this file, none left out."""
        return rows if self._is_as_held else [*map(self.cells, rows)]

    def n_kept(self, n_rows: int) -> int:
        """How many of ``n_rows`` rows are in the file; of a few nobody notices that some are missing."""
        return n_rows if n_rows < _LEAST_ROWS_TO_CUT else n_rows * self.kept // 1000

    def cells(self, row: Sequence[str]) -> Sequence[str]:
        """One row, or the header, in the order of this file."""
        if self._is_as_held:
            return row
        width = len(self.header)
        inside, beyond = row[:width], row[width:]
        moved = [*inside[self.turned :], *inside[: self.turned]]
        if self.has_unknown_column:
            moved.append(UNKNOWN_COLUMN if row is self.header else "B1")
        return [*moved, *beyond]


def _bom(one: Carriage, feed: str, choice: int) -> Carriage | None:
    if one.form.encoding != "utf-8":
        return None
    return replace(one, form=replace(one.form, encoding="utf-8-sig"))


def _encoding(one: Carriage, feed: str, choice: int) -> Carriage | None:
    other = "utf-8" if one.form.encoding == "gb18030" else "gb18030"
    return replace(one, form=replace(one.form, encoding=other))


def _delimiter(one: Carriage, feed: str, choice: int) -> Carriage | None:
    other = "\t" if one.form.delimiter == "," else ","
    return replace(one, form=replace(one.form, delimiter=other))


def _header_style(one: Carriage, feed: str, choice: int) -> Carriage | None:
    def styled(at: int, header: str) -> str:
        remark = next((remark for word, remark in _REMARKS.items() if header.endswith(word)), "")
        return header + remark if remark else f" {header}" if (choice + at) % 3 == 0 else header

    return replace(one, header=tuple(styled(at, header) for at, header in enumerate(one.header)))


def _column_order(one: Carriage, feed: str, choice: int) -> Carriage | None:
    return replace(one, turned=1 + choice % (len(one.header) - 1))


def _unknown_column(one: Carriage, feed: str, choice: int) -> Carriage | None:
    return replace(one, has_unknown_column=True)


def _repeated(one: Carriage, feed: str, choice: int) -> Carriage | None:
    return replace(one, repeated_after=1 + choice % 3)


def _late(one: Carriage, feed: str, choice: int) -> Carriage | None:
    return replace(one, days_late=2 + choice % 12)


def _truncated(one: Carriage, feed: str, choice: int) -> Carriage | None:
    return replace(one, kept=300 + choice % 400, replaced_after=(0, 1, 2)[choice % 3])


def _corrupted(one: Carriage, feed: str, choice: int) -> Carriage | None:
    return replace(one, is_spoilt=True)


def _wrong_header(one: Carriage, feed: str, choice: int) -> Carriage | None:
    wanted = _NAME_COLUMNS.get(feed, "name")
    right = next(header for header, column in FEEDS[feed].items() if column == wanted)
    return replace(one, header=tuple(_WRONG_HEADER if right in one_of else one_of for one_of in one.header))


REFIT: dict[str, Callable[[Carriage, str, int], Carriage | None]] = {
    "bom": _bom,
    "encoding": _encoding,
    "delimiter": _delimiter,
    "header_style": _header_style,
    "column_order": _column_order,
    "unknown_column": _unknown_column,
    "repeated": _repeated,
    "late": _late,
    "truncated": _truncated,
    "corrupted": _corrupted,
    "wrong_header": _wrong_header,
}
"""Class of dirt at the level of files → what it does; None where it does not apply."""

SPARES_THE_FIRST = ("late", "truncated", "corrupted", "wrong_header")
"""Classes that never strike the first delivery of a feed: without it there would be no city to speak of."""
