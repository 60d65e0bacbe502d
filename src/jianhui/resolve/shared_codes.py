"""Codes agencies share and the registry does not hold: what one record's name tells, another's code repeats.

Before 2015 the registry numbered firms by itself, tax and insurance by organisation code. A tax record under
a firm's former name and an insurance record under its present one carry the same organisation code; the
second one's name says whose it is.

A code tells its enterprise where every record that carries it and is linked by what it says is linked to the
same one. It decides only what nothing else decided, never between valid codes that differ, and never for
what names itself a branch of that enterprise, or the whole of it.
"""

import polars as pl

from jianhui.core.names import take_apart
from jianhui.resolve.identity import BASIS_NAME
from jianhui.resolve.scored import BASIS_NAME_ADDRESS, BASIS_SCORED
from jianhui.resolve.spells import split
from jianhui.resolve.tiers import AMBIGUOUS_NAME, NO_MATCH

CONFIDENCE = 0.98
"""That a record is of the enterprise its code's other records name; measured on simulated dirty cities."""

_TOLD_BY = (BASIS_NAME, BASIS_SCORED, BASIS_NAME_ADDRESS)
_SURE = 0.9
_CODES = {"uscc": "uscc", "org_code": "org", "org_code_inside": "org", "reg_no": "reg_no"}
"""Column of a code, and the scheme it belongs to."""

_ROW = "row"


def by_shared_code(
    decided: pl.DataFrame, signatures: pl.DataFrame, enterprises: pl.DataFrame, borne: pl.DataFrame
) -> pl.DataFrame:
    """The decisions, and links by shared codes where there were none, until the registry takes the enterprise
    back.

    ``decided``: ``signature``, ``name``, a decision and spells; ``signatures``: ``signature`` and
    ``claims.SIGNATURE``; ``enterprises``: commerce versions by enterprise; ``borne``: as of
    ``bearers.names_borne``.
    """
    rows = decided.with_row_index(_ROW)
    is_open = pl.col("reason").is_in([NO_MATCH, AMBIGUOUS_NAME]) & pl.col("is_reported")
    asked = _codes(rows.filter(is_open.fill_null(False)), signatures)
    is_told = pl.col("link_basis").is_in(_TOLD_BY) & (pl.col("link_confidence") >= _SURE)
    told = (
        _codes(rows.filter(is_told.fill_null(False)), signatures)
        .group_by("scheme", "code")
        .agg(pl.col("enterprise_id").first(), n=pl.col("enterprise_id").n_unique())
        .filter(pl.col("n") == 1)
        .select("scheme", "code", told_id="enterprise_id")
    )
    found = asked.join(told, on=["scheme", "code"])
    found = (
        _without_conflicts(found, enterprises)
        .group_by(_ROW)
        .agg(pl.col("told_id").first(), n=pl.col("told_id").n_unique())
        .filter(pl.col("n") == 1)
        .drop("n")
    )
    gone = borne.select(told_id="enterprise_id", told_gone_on="gone_on").unique()
    told_rows = split(rows.join(found, on=_ROW).join(gone, on="told_id", how="left"), "told_gone_on")
    takes = (pl.col("valid_from") < pl.col("told_gone_on")).fill_null(False)
    told_rows = told_rows.with_columns(
        enterprise_id=pl.when(takes).then("told_id").otherwise("enterprise_id"),
        link_basis=pl.when(takes).then(pl.lit(BASIS_SCORED)).otherwise("link_basis"),
        link_confidence=pl.when(takes).then(pl.lit(CONFIDENCE)).otherwise("link_confidence"),
        reason=pl.when(~takes).then("reason"),
    )
    return pl.concat([rows.join(found, on=_ROW, how="anti"), told_rows.select(rows.columns)]).drop(_ROW)


def _codes(rows: pl.DataFrame, signatures: pl.DataFrame) -> pl.DataFrame:
    """Every code of the rows: ``row``, ``scheme``, ``code`` and what a conflict is seen by."""
    rows = rows.select(_ROW, "signature", "enterprise_id", "name").join(
        signatures.select("signature", *_CODES), on="signature", how="left"
    )
    return pl.concat(
        rows.select(
            _ROW,
            "enterprise_id",
            "name",
            *(pl.col(one).alias(f"my_{one}") for one in _CODES),
            scheme=pl.lit(scheme),
            code=pl.col(column),
        )
        for column, scheme in _CODES.items()
    ).drop_nulls("code")


def _without_conflicts(found: pl.DataFrame, enterprises: pl.DataFrame) -> pl.DataFrame:
    """Less the pairs in which valid codes differ, and those of a branch and the whole of it."""
    theirs = enterprises.select(
        told_id="enterprise_id", their_uscc="uscc", their_org="uscc_org", their_reg_no="reg_no",
        their_name="name_canonical",
    ).unique()  # fmt: skip
    pairs = found.join(theirs, on="told_id")
    parts = take_apart(pl.concat([pairs.get_column("name"), pairs.get_column("their_name")]))
    branch = parts.select("name", is_branch=pl.col("branch") != "")
    pairs = pairs.join(branch, on="name", how="left").join(
        branch.rename({"name": "their_name", "is_branch": "they_are"}), on="their_name", how="left"
    )
    same_form = pl.col("my_reg_no").str.len_bytes() == pl.col("their_reg_no").str.len_bytes()
    conflict = pl.any_horizontal(
        (pl.col("my_uscc") != pl.col("their_uscc")).fill_null(False),
        (pl.coalesce("my_org_code", "my_org_code_inside") != pl.col("their_org")).fill_null(False),
        ((pl.col("my_reg_no") != pl.col("their_reg_no")) & same_form).fill_null(False),
        pl.col("is_branch").ne_missing(pl.col("they_are")),
    )
    refused = pairs.filter(conflict).select(_ROW, "told_id").unique()
    return found.join(refused, on=[_ROW, "told_id"], how="anti")
