"""The assertion rule itself: assertions about a key, in order, become entries of its timeline."""

import polars as pl

from jianhui.core.dates import parse_date_expr
from jianhui.core.events import (
    APPEARED,
    BASIS_DECLARED,
    BASIS_FIRST,
    BASIS_REFERENCE_DATE,
    BEGINNING,
    CHANGED,
    DELETED,
    DISAPPEARED,
    ENDED,
    REAPPEARED,
    RESTATED,
    FeedRule,
)
from jianhui.core.text import is_empty_expr
from jianhui.log.around import ABSENT, CONTENT
from jianhui.log.content import equal_content

DERIVED_COLUMNS = ("previous_asserted_on", "valid_from", "valid_from_basis", "declared_on", "is_backdated")
"""What an entry owes to its place among the others, and not to its own delivery."""

# What a content row begins: the record's first version, a new life after an end, a next version.
_FIRST = "first"
_LIFE = "life"
_VERSION = "version"


def chained(assertions: pl.DataFrame, cells: pl.DataFrame, rule: FeedRule) -> pl.DataFrame:
    """Each assertion with its event as if told in order, and what an entry derives from its place.

    Adds ``event`` (null where the assertion is implied by what precedes it), ``prev_src`` (the last
    content before) and the columns :data:`DERIVED_COLUMNS`.
    """
    says, key = pl.col("says"), "record_key"
    has_content = says == CONTENT
    rows = assertions.with_columns(
        prev_says=says.shift(1).over(key),
        # An absence says nothing of a record that is over or was never there.
        prev_told=pl.when(says != ABSENT).then(says).forward_fill().shift(1).over(key),
        prev_src=pl.when(has_content).then("src").forward_fill().shift(1).over(key),
        previous_asserted_on=pl.when(has_content).then("seen_on").forward_fill().shift(1).over(key),
    )
    rows = rows.with_columns(is_same=equal_content(cells, rows["prev_src"], cells, rows["src"], rule))
    was_open = pl.col("prev_says").eq_missing(CONTENT)
    was_over = pl.col("prev_told").eq_missing(DELETED)
    if rule.absence == "ends":
        was_over |= pl.col("prev_says").eq_missing(ABSENT)
    gone = pl.lit(DISAPPEARED if rule.absence == "keeps" else ENDED)
    is_first = pl.col("prev_src").is_null()
    rows = rows.with_columns(
        begins=pl.when(~has_content)
        .then(pl.lit(None, pl.String))
        .when(is_first)
        .then(pl.lit(_FIRST))
        .when(was_over)
        .then(pl.lit(_LIFE))
        .when(~pl.col("is_same"))
        .then(pl.lit(_VERSION)),
        event=pl.when(says == DELETED)
        .then(pl.lit(ENDED))
        .when(says == ABSENT)
        .then(pl.when(was_open).then(gone))
        .when(is_first)
        .then(pl.lit(APPEARED))
        .when(~was_open)
        .then(pl.lit(REAPPEARED))
        .when(~pl.col("is_same"))
        .then(pl.lit(CHANGED))
        .when(pl.col("kind") == "delta")
        .then(pl.lit(RESTATED)),
    )
    return _dated(rows, cells, rule)


def _dated(rows: pl.DataFrame, cells: pl.DataFrame, rule: FeedRule) -> pl.DataFrame:
    """``valid_from``, its basis, ``declared_on``, ``is_backdated`` of every assertion."""
    column = rule.change_date_column
    is_version = pl.col("begins").eq_missing(_VERSION)
    if column is None:
        rows = rows.with_columns(declared_on=pl.lit(None, pl.Date))
    else:
        changed = rows.with_row_index("row").filter(is_version)
        stated = changed.select(
            "row",
            now=cells[column].gather(changed["src"]),
            then=cells[column].gather(changed["prev_src"]),
        ).with_columns(now_on=parse_date_expr(pl.col("now")), then_on=parse_date_expr(pl.col("then")))
        moved = pl.col("now_on") != pl.col("then_on")
        filled = pl.col("now_on").is_not_null() & is_empty_expr(pl.col("then"))
        declared = stated.filter(moved.fill_null(False) | filled).select("row", declared_on="now_on")
        rows = (
            rows.with_row_index("row").join(declared, on="row", how="left", maintain_order="left").drop("row")
        )
    inside = (pl.col("declared_on") > pl.col("previous_asserted_on")) & (
        pl.col("declared_on") <= pl.col("asserted_on")
    )
    inside = is_version & inside.fill_null(False)
    begins = pl.col("begins")
    ends = pl.col("event").eq_missing(ENDED)
    return rows.with_columns(
        valid_from=pl.when(begins == _FIRST)
        .then(pl.lit(BEGINNING))
        .when(inside)
        .then("declared_on")
        .when(begins.is_not_null() | ends)
        .then("asserted_on"),
        valid_from_basis=pl.when(begins == _FIRST)
        .then(pl.lit(BASIS_FIRST))
        .when(inside)
        .then(pl.lit(BASIS_DECLARED))
        .when(begins.is_not_null() | ends)
        .then(pl.lit(BASIS_REFERENCE_DATE)),
        is_backdated=pl.when(pl.col("says") == CONTENT).then(pl.col("declared_on").is_not_null() & ~inside),
    )
