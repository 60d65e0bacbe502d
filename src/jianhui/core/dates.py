"""Dates and months as agencies write them.

Forms of the feed boundary: ``2014-03-31``, ``20140331``, ``2014.3.31``, ``2014/3/31``,
``2014年3月31日``, each with or without a time of day and in half or full width, and Excel serials
20000–60000 (days since 1899-12-30). A day outside 1900..2100, or one the calendar lacks, is not
usable and becomes null. Functions come for one value and, with the suffix ``_expr``, for a column.
"""

import re
import unicodedata
from datetime import date, timedelta

import polars as pl

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_SERIALS = (20000, 60000)

_TIME = r"(?:[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DATE = (
    r"^\s*(?:(?P<y>[0-9]{4})\s*[-/.年]\s*(?P<m>[0-9]{1,2})\s*[-/.月]\s*(?P<d>[0-9]{1,2})\s*日?"
    r"|(?P<yy>[0-9]{4})(?P<mm>[0-9]{2})(?P<dd>[0-9]{2}))" + _TIME + r"\s*$"
)
_SERIAL = r"^\s*([0-9]{5})(?:\.0+)?\s*$"
_MONTH = (
    r"^\s*(?:(?P<y>[0-9]{4})\s*(?:[-/]\s*(?P<m>[0-9]{1,2})|年\s*(?P<n>[0-9]{1,2})\s*月?)"
    r"|(?P<yy>[0-9]{4})\.?(?P<mm>[0-9]{2}))\s*$"
)

_RE_DATE = re.compile(_DATE)
_RE_SERIAL = re.compile(_SERIAL)
_RE_MONTH = re.compile(_MONTH)


def _day(year: str, month: str, day: str) -> date | None:
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_date(text: str | None) -> date | None:
    """The day a cell names, or null where it names none that is usable."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", text)
    if found := _RE_DATE.match(plain):
        return _day(found["y"] or found["yy"], found["m"] or found["mm"], found["d"] or found["dd"])
    if (serial := _RE_SERIAL.match(plain)) and EXCEL_SERIALS[0] <= int(serial[1]) <= EXCEL_SERIALS[1]:
        return EXCEL_EPOCH + timedelta(days=int(serial[1]))
    return None


def _to_day_expr(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Date of three digit columns; null where the calendar or the usable range lacks the day."""
    text = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2))
    parsed = text.str.to_date("%Y%m%d", strict=False)
    return pl.when(parsed.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(parsed)


def parse_date_expr(column: pl.Expr) -> pl.Expr:
    """:func:`parse_date` of a String column (Date)."""
    plain = column.str.normalize("NFKC")
    parts = plain.str.extract_groups(_DATE).struct
    day = _to_day_expr(
        pl.coalesce(parts.field("y"), parts.field("yy")),
        pl.coalesce(parts.field("m"), parts.field("mm")),
        pl.coalesce(parts.field("d"), parts.field("dd")),
    )
    serial = plain.str.extract(_SERIAL).cast(pl.Int32, strict=False)
    in_range = serial.is_between(*EXCEL_SERIALS)
    of_serial = pl.when(in_range).then(pl.lit(EXCEL_EPOCH).dt.offset_by(pl.format("{}d", serial)))
    return pl.coalesce(day, of_serial)


def parse_month(text: str | None) -> date | None:
    """First day of the month a cell names: ``201403``, ``2014-03``, ``2014年3月``, or any full date."""
    if text is None:
        return None
    if found := _RE_MONTH.match(unicodedata.normalize("NFKC", text)):
        return _day(found["y"] or found["yy"], found["m"] or found["n"] or found["mm"], "1")
    day = parse_date(text)
    return None if day is None else day.replace(day=1)


def parse_month_expr(column: pl.Expr) -> pl.Expr:
    """:func:`parse_month` of a String column (Date, the first of the month)."""
    parts = column.str.normalize("NFKC").str.extract_groups(_MONTH).struct
    year = pl.coalesce(parts.field("y"), parts.field("yy"))
    month = pl.coalesce(parts.field("m"), parts.field("n"), parts.field("mm"))
    first = _to_day_expr(year, month, pl.lit("1"))
    return pl.coalesce(first, parse_date_expr(column).dt.month_start())
