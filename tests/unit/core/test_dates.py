"""Dates and months."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianhui.core import dates

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
CELLS = st.text(alphabet=st.sampled_from("0123489-/.年月日 ２０T:"), max_size=12)


def column(expression: pl.Expr, cells: list[str | None]) -> list[date | None]:
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    return frame.select(expression.alias("out")).get_column("out").to_list()


def forms(day: date) -> list[str]:
    plain = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.isoformat()} 00:00:00",
    ]
    full_width = [form.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}) for form in plain[:5]]
    return plain + full_width


@given(DAYS)
def test_every_form_of_the_boundary_names_its_day(day: date) -> None:
    cells = forms(day)
    assert {dates.parse_date(cell) for cell in cells} == {day}
    assert set(column(dates.parse_date_expr(pl.col("cell")), cells)) == {day}


@given(st.integers(20000, 60000))
def test_an_excel_serial_counts_days_from_1899_12_30(serial: int) -> None:
    expected = date(1899, 12, 30) + timedelta(days=serial)
    assert dates.parse_date(str(serial)) == expected
    assert column(dates.parse_date_expr(pl.col("cell")), [str(serial), f"{serial}.0"]) == [expected] * 2


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "无",
        "2014-02-30",
        "0001-01-01",
        "1899-12-31",
        "2101-01-01",
        "19999",
        "60001",
        "2014-13-01",
        "201403",
    ],
)
def test_a_cell_that_names_no_usable_day_is_null(cell: str) -> None:
    assert dates.parse_date(cell) is None
    assert column(dates.parse_date_expr(pl.col("cell")), [cell]) == [None]


@given(st.lists(st.none() | CELLS, min_size=1, max_size=20))
def test_a_column_is_read_like_its_cells(cells: list[str | None]) -> None:
    assert column(dates.parse_date_expr(pl.col("cell")), cells) == [dates.parse_date(c) for c in cells]
    assert column(dates.parse_month_expr(pl.col("cell")), cells) == [dates.parse_month(c) for c in cells]


@given(DAYS)
def test_every_form_of_a_month_names_its_first_day(day: date) -> None:
    cells = [
        f"{day:%Y%m}",
        f"{day:%Y-%m}",
        f"{day.year}年{day.month}月",
        f"{day.year}/{day.month}",
        day.isoformat(),
    ]
    assert {dates.parse_month(cell) for cell in cells} == {day.replace(day=1)}
    assert set(column(dates.parse_month_expr(pl.col("cell")), cells)) == {day.replace(day=1)}


def test_a_thirteenth_month_is_null() -> None:
    assert dates.parse_month("201413") is None
