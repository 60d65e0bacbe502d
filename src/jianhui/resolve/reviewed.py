"""What pairs drawn at random from a tier turned out to be: input ``link_reviews``.

A judgement that was drawn (``Judgement.drawn``) is a random sample of its tier; one that was asked for its
effect on the rate is not and tells nothing of a tier.
"""

from collections.abc import Iterable

import polars as pl

from jianhui.resolve.judgements import COMMERCE, NONE, SAME, UNSURE, Judgement, Pair

UNMATCHED = "unmatched"
"""The tier of records that attach to none, for an estimate of the links that are missed."""

REVIEW_SCHEMA = {"basis": pl.String(), "n_judged": pl.Int64(), "n_same": pl.Int64()}


def link_reviews(judgements: Iterable[Judgement]) -> pl.DataFrame:
    """Of each tier how many were judged and how many of these found to be one: :data:`REVIEW_SCHEMA`.

    Grain: link basis, or :data:`UNMATCHED`, of which units are counted, not pairs. Withdrawn judgements and
    answers of ``unsure`` do not count; judgements on commerce records are left out. Ordered by basis.
    """
    sure = [
        one for one in judgements if one.feed != COMMERCE and not one.withdrawal and one.verdict != UNSURE
    ]
    rows = [(tier, len(found), sum(found)) for tier, found in sorted(drawn_answers(sure).items())]
    return pl.DataFrame(rows, schema=REVIEW_SCHEMA, orient="row")


def drawn_answers(sure: Iterable[Judgement]) -> dict[str, list[bool]]:
    """Tier → for each drawn pair (of the unmatched: each drawn unit) whether it was found to be one.

    ``sure``: judgements that stand and say something, in the order in which they were recorded; of one pair
    the last counts.
    """
    last: dict[str, dict[Pair, bool]] = {}
    for one in sure:
        if one.drawn is None:
            continue
        of_tier = last.setdefault(one.drawn, {})
        if one.verdict == NONE:
            for pair in [pair for pair in of_tier if pair[:2] == (one.feed, one.unit)]:
                of_tier[pair] = False
            if not any(pair[:2] == (one.feed, one.unit) for pair in of_tier):
                of_tier[one.feed, one.unit, ""] = False
        else:
            of_tier.pop((one.feed, one.unit, ""), None)
            of_tier[one.feed, one.unit, one.enterprise_id or ""] = one.verdict == SAME
    found = {tier: list(of_tier.values()) for tier, of_tier in last.items()}
    if UNMATCHED in last:
        units: dict[tuple[str, str], bool] = {}
        for (feed, unit, _), is_one in last[UNMATCHED].items():
            units[feed, unit] = units.get((feed, unit), False) or is_one
        found[UNMATCHED] = list(units.values())
    return found
