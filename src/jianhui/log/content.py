"""The content of records: the agency's raw cells in the contract's columns, compared as they stand."""

import polars as pl

from jianhui.core.events import FeedRule

_OTHER = " of the other"


def with_content(frame: pl.DataFrame, rule: FeedRule) -> pl.DataFrame:
    """``frame`` with every content column of the rule: those an older contract lacked are null."""
    missing = [column for column in rule.content_columns if column not in frame.columns]
    return frame.with_columns(pl.lit(None, pl.String).alias(column) for column in missing)


def equal_content(
    left: pl.DataFrame, left_rows: pl.Series, right: pl.DataFrame, right_rows: pl.Series, rule: FeedRule
) -> pl.Series:
    """Whether the content of row ``left_rows[i]`` of ``left`` equals that of ``right_rows[i]`` of ``right``.

    Null equals null and differs from blank; a null row number gives false.
    """
    both = left_rows.is_not_null() & right_rows.is_not_null()
    there = left.select(pl.col(rule.content_columns).gather(left_rows.filter(both)))
    here = right.select(pl.col(rule.content_columns).gather(right_rows.filter(both)).name.suffix(_OTHER))
    equal = there.hstack(here).select(
        equal=pl.all_horizontal(
            pl.col(column).eq_missing(pl.col(column + _OTHER)) for column in rule.content_columns
        )
    )["equal"]
    return pl.repeat(False, len(both), dtype=pl.Boolean, eager=True).scatter(both.arg_true(), equal)
