"""Cells of an appended feed that say something nobody can use: a day that is none, a word not agreed on.

The row is kept, as every row with a key is, but a finding whose day cannot be read is never in force.
Whoever filled in the list would wait for an effect that never comes, so the delivery says so at once.
Feeds that state the same record again and again are not told about: there such cells are the agency's.
"""

from collections.abc import Iterator

import polars as pl

from jianhui.core.dates import parse_date_expr
from jianhui.core.text import display_expr
from jianhui.intake.contract import Column, Contract
from jianhui.intake.outcome import Message
from jianhui.intake.rows import Derived

_SHOWN = 5
"""Line numbers named in a message."""


def unread_cells(contract: Contract, derived: Derived) -> Iterator[Message]:
    """One message per column with such cells: their number and first lines. Append-only feeds alone."""
    if not contract.append_only:
        return
    for column in contract.columns:
        lines = _lines(column, derived.assertions)
        if lines:
            first = "、".join(str(line) for line in lines[:_SHOWN]) + ("…" if len(lines) > _SHOWN else "")
            yield Message(
                "unread_cells",
                f"“{column.header}”有 {len(lines)} 格无法识别，所在行不起作用或不全：第 {first} 行",
                f"{len(lines)} cells of {column.header} cannot be read, their rows say less or nothing: "
                f"lines {first}",
            )


def _lines(column: Column, assertions: pl.DataFrame) -> list[int]:
    """Lines on which a cell of ``column`` is filled in and cannot be read, ascending."""
    cell = display_expr(pl.col(column.name))
    if column.type == "date":
        is_read = parse_date_expr(cell).is_not_null()
    elif column.choices:
        is_read = cell.is_in(column.choices)
    else:
        return []
    unread = assertions.filter(cell.is_not_null() & ~is_read)
    return sorted(unread["line"].to_list())
