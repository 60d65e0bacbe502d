"""Raw versions of a feed, by its contract, as typed columns. Nothing here knows a feed by name.

Source: the contracts (``raw/contracts/<feed>.yml``). The log holds the agency's own strings; this is
the one place where they are read as dates, numbers and codes, so a better reading changes projections
and never history. Cells are read once per distinct value.

For a column ``n`` of type

=======  ===========================================================================================
text     ``n``: trimmed; null where the cell says nothing (blank, 无, -, NULL, N/A)
name     ``n``: as text; ``n_canonical``: the form in which names are compared
choice   ``n``: trimmed, whether or not it is one of the choices; null where the file had no such
         header, ``""`` where the cell says nothing
date     ``n``: Date, null where unusable; ``n_raw``
month    ``n``: Date, the first of the month; ``n_raw``
integer  ``n``: Int64; ``n_raw``
number   ``n``: Float64; ``n_raw``
code     ``n``: canonical where valid, else null; ``n_raw``; ``n_kind``; ``n_valid``; ``n_problem``;
         ``n_org``: the valid organisation code inside a valid code
=======  ===========================================================================================

``n_raw`` is the agency's cell: null where the file had no such header, ``""`` where it was blank.
``absent_headers`` names the contract's columns whose header the file lacked, joined with commas.
Personal cells are pseudonyms already and pass as text; a code cell that is one is of kind ``personal``.
"""

from collections.abc import Callable, Mapping

import polars as pl

from jianhui.core.dates import parse_date_expr, parse_month_expr
from jianhui.core.identifiers import SCHEMES, diagnose_series
from jianhui.core.numbers import parse_integer_expr, parse_number_expr
from jianhui.core.text import canonical_name_expr, display_expr
from jianhui.intake.contract import Column, Contract
from jianhui.log.vault import PSEUDONYM_PATTERN

Reader = Callable[[pl.Series, Column], pl.DataFrame]
"""Distinct cells (a Series called ``cell``) and their column → the typed columns, row by row."""

PERSONAL_KIND = "personal"
PERSONAL_PROBLEM = "personal_number"

RECORD_COLUMNS: Mapping[str, pl.DataType] = {
    "record_key": pl.String(),
    "record_key_raw": pl.String(),
    "version_no": pl.Int64(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "valid_from_basis": pl.String(),
    "declared_on": pl.Date(),
    "is_backdated": pl.Boolean(),
    "asserted_on": pl.Date(),
    "asserted_seq": pl.Int64(),
    "previous_asserted_on": pl.Date(),
    "delivery_id": pl.String(),
    "line": pl.Int64(),
    "recorded_at": pl.Datetime("us", "UTC"),
    "first_seen_on": pl.Date(),
    "last_seen_on": pl.Date(),
    "is_absent": pl.Boolean(),
    "absent_headers": pl.String(),
}
"""Columns of every records table before those of its contract."""


def project(versions: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Typed versions of one feed: grain record key × version, ordered by key and version.

    ``versions``: as ``timeline.versions`` gives them. Columns: :data:`RECORD_COLUMNS`, then those of
    each contract column in the contract's order.
    """
    ordered = versions.sort("record_key", "version_no")
    typed = [_read(ordered.get_column(column.name), column) for column in contract.columns]
    common = ordered.with_columns(_absent_headers(ordered, contract.column_names)).select(
        pl.col(name).cast(dtype) for name, dtype in RECORD_COLUMNS.items()
    )
    return pl.concat([common, *typed], how="horizontal")


def _absent_headers(versions: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series:
    """Per row the columns without a header, as text. A file has one set of headers, so few texts occur."""
    bits = [pl.col(column).is_null().cast(pl.UInt64) * 2**bit for bit, column in enumerate(columns)]
    masks = versions.select(mask=pl.sum_horizontal(bits)).get_column("mask")
    texts = {
        mask: ",".join(column for bit, column in enumerate(columns) if mask >> bit & 1)
        for mask in masks.unique().to_list()
    }
    return masks.replace_strict(texts, return_dtype=pl.String).alias("absent_headers")


def _read(cells: pl.Series, column: Column) -> pl.DataFrame:
    """The columns a contract column gives, row by row; each distinct cell is read once."""
    distinct = pl.DataFrame({"cell": cells.unique()}, schema={"cell": pl.String})
    read = pl.concat([distinct, _READERS[column.type](distinct.get_column("cell"), column)], how="horizontal")
    rows = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    return rows.join(read, on="cell", how="left", nulls_equal=True, maintain_order="left").drop("cell")


def _text(cells: pl.Series, column: Column) -> pl.DataFrame:
    return cells.to_frame().select(display_expr(pl.col("cell")).alias(column.name))


def _name(cells: pl.Series, column: Column) -> pl.DataFrame:
    return cells.to_frame().select(
        display_expr(pl.col("cell")).alias(column.name),
        canonical_name_expr(pl.col("cell")).alias(f"{column.name}_canonical"),
    )


def _choice(cells: pl.Series, column: Column) -> pl.DataFrame:
    said = display_expr(pl.col("cell")).fill_null("")
    return cells.to_frame().select(pl.when(pl.col("cell").is_not_null()).then(said).alias(column.name))


def _parsed(parse: Callable[[pl.Expr], pl.Expr], dtype: pl.DataType) -> Reader:
    def read(cells: pl.Series, column: Column) -> pl.DataFrame:
        return cells.to_frame().select(
            parse(pl.col("cell")).cast(dtype).alias(column.name),
            pl.col("cell").alias(f"{column.name}_raw"),
        )

    return read


def _code(cells: pl.Series, column: Column) -> pl.DataFrame:
    scheme = next(known for known in SCHEMES if known == column.scheme)
    is_pseudonym = pl.col("cell").str.contains(PSEUDONYM_PATTERN).fill_null(False)
    diagnosis = pl.concat([cells.to_frame(), diagnose_series(cells, scheme)], how="horizontal")
    name = column.name
    return diagnosis.select(
        pl.when("is_valid").then("canonical").alias(name),
        pl.col("cell").alias(f"{name}_raw"),
        pl.when(is_pseudonym).then(pl.lit(PERSONAL_KIND)).otherwise("kind").alias(f"{name}_kind"),
        pl.col("is_valid").alias(f"{name}_valid"),
        pl.when(is_pseudonym).then(pl.lit(PERSONAL_PROBLEM)).otherwise("problem").alias(f"{name}_problem"),
        pl.when("is_valid").then("org_code").alias(f"{name}_org"),
    )


_READERS: Mapping[str, Reader] = {
    "text": _text,
    "name": _name,
    "choice": _choice,
    "date": _parsed(parse_date_expr, pl.Date()),
    "month": _parsed(parse_month_expr, pl.Date()),
    "integer": _parsed(parse_integer_expr, pl.Int64()),
    "number": _parsed(parse_number_expr, pl.Float64()),
    "code": _code,
}
