"""The other name a record's unit goes by: within the name of its union, or less a word for a branch.

A union says its unit twice: 所在单位名称, and within its own name (``claims.union_claims``). The host's name
goes first (the method). Where it finds nobody the other one is asked; and where it is the name of a parent
and the other that of its branch (host 鹏世重工公司, union 鹏世重工公司开发区分公司工会), the branch is meant:
nobody names a union after a branch that is not its own.
"""

import polars as pl

from jianhui.core.folding import fold_expr
from jianhui.resolve.identity import BASIS_NAME
from jianhui.resolve.scored import BASIS_SCORED, LINKED
from jianhui.resolve.spells import split
from jianhui.resolve.tiers import AMBIGUOUS_NAME, NO_MATCH


def with_questions(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds ``asks_other``: whether the scored tier is to look at the row's other name, and ``m_other_name``.

    ``rows``: decisions with ``m_name``, ``other_name``, ``reason``, ``link_basis``, ``is_reported``.
    """
    is_open = pl.col("reason").is_in([NO_MATCH, AMBIGUOUS_NAME]).fill_null(False) & pl.col("is_reported")
    is_named = (pl.col("link_basis") == BASIS_NAME).fill_null(False)
    asks = pl.col("other_name").is_not_null() & (is_open | (is_named & _goes_on()))
    return rows.with_columns(asks_other=asks, m_other_name="other_name")


def by_other_name(decided: pl.DataFrame, weighed: pl.DataFrame, borne: pl.DataFrame) -> pl.DataFrame:
    """The decisions with what the other name makes of them, until the registry takes the enterprise back.

    ``decided``: rows with ``other_mention``; ``weighed``: as of ``scored.score_mentions``; ``borne``: as of
    ``bearers.names_borne``. Where the other name decides, ``mention`` becomes that of the other name.
    """
    best = weighed.filter(pl.col("decision") == LINKED).select(
        other_mention="mention", other_id="enterprise_id", other_probability="probability"
    )
    gone = borne.select(other_id="enterprise_id", other_gone_on="gone_on").unique()
    rows = split(
        decided.join(best, on="other_mention", how="left").join(gone, on="other_id", how="left"),
        "other_gone_on",
    )
    is_open = pl.col("reason").is_in([NO_MATCH, AMBIGUOUS_NAME])
    is_parent = pl.col("link_basis").is_in([BASIS_NAME, BASIS_SCORED]) & _goes_on()
    is_other = pl.col("enterprise_id").ne_missing(pl.col("other_id"))
    takes = (
        (is_open.fill_null(False) | is_parent.fill_null(False))
        & (is_other & (pl.col("valid_from") < pl.col("other_gone_on"))).fill_null(False)
    )  # fmt: skip
    decisions = {
        "enterprise_id": pl.col("other_id"),
        "link_basis": pl.lit(BASIS_SCORED),
        "link_confidence": pl.col("other_probability"),
        "reason": pl.lit(None, pl.String),
        "mention": pl.col("other_mention"),
        "name": pl.col("other_name"),
    }
    return rows.with_columns(
        pl.when(takes).then(other).otherwise(column).alias(column) for column, other in decisions.items()
    ).drop("other_id", "other_probability", "other_gone_on")


def _goes_on() -> pl.Expr:
    """Whether the other name goes on where the name ends: that of a branch of the unit named."""
    name, other = fold_expr(pl.col("m_name")), fold_expr(pl.col("other_name"))
    return (other.str.starts_with(name) & (other != name)).fill_null(False)
