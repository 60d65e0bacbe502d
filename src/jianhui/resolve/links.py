"""Links: which enterprise each record of tax, hr, the unions and the lists belongs to, day by day.

For every version of every linkable record the days it is in force are divided into spells; on each it
is either linked to one enterprise, with the basis, or unmatched, with the reason and the nearest
candidates. Both sides speak by the versions in force on the day; first versions reach back to the
beginning.

How it runs, and where a further tier goes:

1. ``claims``: what each version says, as distinct signatures.
2. ``tiers.decide``: the deterministic tiers, in the order of the method.
3. Further tiers, in the order given (``further``; none today: scored linking comes here). A :data:`Tier`
   is a function of the spells still undecided, the signatures and the index of enterprises; it proposes
   an enterprise, basis and confidence for some of them, for whole spells. A tier only ever sees what the
   ones before it left, so it can add a link but not change one.
4. ``candidates``: the nearest enterprises for what is still undecided.
5. The decisions laid out over the record versions.
6. People's judgements, which hold against every tier (``judgements``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from jianhui.resolve.candidates import nearest
from jianhui.resolve.claims import SIGNATURE, all_claims
from jianhui.resolve.judgements import apply_judgements
from jianhui.resolve.spells import coalesce, overlay
from jianhui.resolve.tiers import NO_MATCH, decide, enterprise_index

Tier = Callable[[pl.DataFrame, pl.DataFrame, pl.DataFrame], pl.DataFrame]
"""``(undecided, signatures, index) -> proposals``.

``undecided``: ``signature``, ``valid_from``, ``valid_to``, ``reason``. ``proposals``: ``signature``,
``valid_from`` (of an undecided spell, at most one row each), ``enterprise_id``, ``link_basis``,
``link_confidence`` in (0, 1]."""

LINK_COLUMNS = (
    "feed",
    "record_key",
    "valid_from",
    "valid_to",
    "enterprise_id",
    "link_basis",
    "link_confidence",
)
UNMATCHED_COLUMNS = ("feed", "record_key", "valid_from", "valid_to", "reason", "candidates")

_LINKED = ["enterprise_id", "link_basis", "link_confidence"]


@dataclass(frozen=True)
class Links:
    """``links`` (:data:`LINK_COLUMNS`) and ``unmatched`` (:data:`UNMATCHED_COLUMNS`).

    Together, for each record version, disjoint spells that cover every day it is in force (but for
    unions that need no host). Both ordered by feed, record key and day.
    """

    links: pl.DataFrame
    unmatched: pl.DataFrame


def link(
    records: Mapping[str, pl.DataFrame],
    enterprises: pl.DataFrame,
    superseded: pl.DataFrame,
    further: Sequence[Tier] = (),
    standing: pl.DataFrame | None = None,
) -> Links:
    """Attach the records of every linkable feed to enterprises.

    ``records``: feed → typed versions; ``enterprises``: commerce versions by enterprise;
    ``superseded``: ``enterprise_id``, ``superseded_by``; ``further``: tiers after the deterministic ones;
    ``standing``: what people judged (``judgements.standing_links``).
    """
    claims, signatures = _signatures(all_claims(records))
    index = enterprise_index(enterprises, superseded)
    decisions = decide(signatures, index)
    for tier in further:
        decisions = _with_proposals(decisions, tier, signatures, index)
    open_spells = decisions.filter(pl.col("reason").is_not_null())
    undecided = signatures.join(open_spells, on="signature", how="semi")
    candidates = nearest(undecided, index, _names(enterprises))
    laid_out = overlay(claims, decisions, "signature")
    links = laid_out.filter(pl.col("reason").is_null()).drop("reason")
    unmatched = laid_out.filter(
        pl.col("reason").is_not_null(), pl.col("is_reported") | (pl.col("reason") != NO_MATCH)
    ).join(candidates, on="signature", how="left")
    found = Links(
        links=coalesce(links, ["feed", "record_key"], _LINKED).select(LINK_COLUMNS),
        unmatched=coalesce(unmatched, ["feed", "record_key"], ["reason", "candidates"]).select(
            UNMATCHED_COLUMNS
        ),
    )
    if standing is None or standing.is_empty():
        return found
    return Links(*apply_judgements(found.links, found.unmatched, claims, standing))


def _signatures(claims: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The claims with the number of their signature, and the distinct signatures, in a total order."""
    columns = list(SIGNATURE)
    signatures = claims.select(columns).unique().sort(columns, nulls_last=True).with_row_index("signature")
    numbered = claims.join(signatures, on=columns, how="left", nulls_equal=True).drop(columns)
    return numbered, signatures


def _with_proposals(
    decisions: pl.DataFrame, tier: Tier, signatures: pl.DataFrame, index: pl.DataFrame
) -> pl.DataFrame:
    undecided = decisions.filter(pl.col("reason").is_not_null()).drop(_LINKED)
    proposals = tier(undecided, signatures, index).select(
        "signature", "valid_from", *(pl.col(column).alias(f"proposed_{column}") for column in _LINKED)
    )
    joined = decisions.join(
        proposals, on=["signature", "valid_from"], how="left", maintain_order="left", validate="1:1"
    )
    takes = pl.col("reason").is_not_null() & pl.col("proposed_enterprise_id").is_not_null()
    taken = [pl.when(takes).then(f"proposed_{column}").otherwise(column).alias(column) for column in _LINKED]
    return joined.with_columns(*taken, reason=pl.when(~takes).then("reason")).select(decisions.columns)


def _names(enterprises: pl.DataFrame) -> pl.DataFrame:
    """The name to show for each enterprise: that of its latest version."""
    return (
        enterprises.sort("enterprise_id", "valid_from")
        .group_by("enterprise_id", maintain_order=True)
        .agg(pl.col("name").last())
    )
