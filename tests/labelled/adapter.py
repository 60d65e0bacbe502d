"""The one place where the labelled cases touch the linking engine.

The two thresholds are the frozen model's; nothing else in this folder knows the engine.
"""

from functools import cache

import polars as pl

from jianhui.core.names import in_words
from jianhui.core.text import canonical_name, union_host
from jianhui.resolve.bearers import sides, with_sides
from jianhui.resolve.pairs import Side, compare
from jianhui.resolve.weighing import Model, frozen_model, probabilities

LINK_AT = frozen_model().accept
"""Probability from which the engine links by itself, in [0, 1]."""

REVIEW_AT = frozen_model().doubt
"""Probability below which a pair is shown to nobody, in [0, 1]."""

__all__ = ["LINK_AT", "REVIEW_AT", "parse", "probability", "union_host"]


def parse(name: str) -> dict[str, str]:
    """An enterprise's name taken apart: keys region, brand, trade, form, branch; an absent part is ``""``.

    Each part in the characters of the name. region: all place words, bracketed or not, 中国 in brackets too;
    branch: all after the legal form that names a part of the enterprise (``第三分公司``, ``昆明翠湖支行``).
    """
    return in_words(canonical_name(name) or "")


def probability(record: dict[str, str | None], enterprise: dict[str, str | None]) -> float:
    """That both are one unit, in [0, 1], seen by themselves (no other candidate known).

    record: keys name, address, office (主管税务机关); enterprise: keys name, address. An absent cell is null.
    """
    comparison = compare(
        _side(record["name"], record["address"], record["office"]),
        _side(enterprise["name"], enterprise["address"], None),
    )
    if comparison.are_told_apart:
        return 0.0
    return probabilities([_model().score(comparison)])[0]


@cache
def _side(name: str | None, address: str | None, office: str | None) -> Side:
    said = {"name": canonical_name(name), "address_said": address, "office": office}
    frame = pl.DataFrame([said], schema=dict.fromkeys(said, pl.String))
    read = with_sides(frame, ["address_said", "office"])
    return sides(read.with_columns(codes=pl.lit(""), is_former=pl.lit(value=False)))[0]


@cache
def _model() -> Model:
    return frozen_model()
