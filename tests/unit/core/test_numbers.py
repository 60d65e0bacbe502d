"""Numbers as agencies write them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianhui.core import numbers

CELLS = st.text(alphabet=st.sampled_from("0159,.，５+-E 约人"), max_size=10)


def column(expression: pl.Expr, cells: list[str | None]) -> list[int | float | None]:
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    return frame.select(expression.alias("out")).get_column("out").to_list()


@given(st.integers(-(10**17), 10**17))
def test_a_whole_number_survives_every_way_of_writing_it(number: int) -> None:
    full_width = str(number).translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    cells = [str(number), f"{number:,}", f" {number} ", full_width, f"{number}.0", f"{number:,}.00"]
    assert {numbers.parse_integer(cell) for cell in cells} == {number}
    assert set(column(numbers.parse_integer_expr(pl.col("cell")), cells)) == {number}


@pytest.mark.parametrize("cell", ["", "无", "约50人", "1.5E+17", "12,34", "50.5", "1 000", "9" * 19, "五十"])
def test_what_is_not_plainly_a_whole_number_is_null(cell: str) -> None:
    assert numbers.parse_integer(cell) is None
    assert column(numbers.parse_integer_expr(pl.col("cell")), [cell]) == [None]


def test_a_decimal_number_may_have_separators_and_no_exponent() -> None:
    assert numbers.parse_number("1,234.50") == 1234.5
    assert numbers.parse_number("1.5E+7") is None


@given(st.lists(st.none() | CELLS, min_size=1, max_size=20))
def test_a_column_is_read_like_its_cells(cells: list[str | None]) -> None:
    assert column(numbers.parse_integer_expr(pl.col("cell")), cells) == [
        numbers.parse_integer(c) for c in cells
    ]
    assert column(numbers.parse_number_expr(pl.col("cell")), cells) == [
        numbers.parse_number(c) for c in cells
    ]
