"""A parent's name said for its branch: 鑫海船舶配件有限公司 on the list of an office where a branch is.

Branches carry their parent's name before their own, and lists that leave the branch's part out name the
parent. Where a record says it is in another city than the bearer of its name, and a branch of it is there,
the name alone decides nothing. Within a city firms move too often for that.
"""

import polars as pl

from jianhui.core.names import read_places
from jianhui.core.regions import ALTERNATIVE, CITY, is_within

PARENT_NAMED = "parent_named"
"""Why such a record attaches to none."""


def named_for_a_branch(named: pl.DataFrame, bearers: pl.DataFrame) -> pl.DataFrame:
    """The records whose name may stand for a branch: ``signature``, ``said_at``, its ``enterprise_id``.

    ``named``: ``signature``, ``enterprise_id`` found by ``name`` (canonical) alone, ``said_at`` (text of the
    place the record says); ``bearers``: as of ``bearers.with_parts``. Ordered; a record may have several.
    """
    parents = bearers.filter(pl.col("branch") == "").select(
        "name", "folded", parent_id="enterprise_id", parent_place="place"
    )
    length = pl.col("folded").str.len_chars() - pl.col("branch").str.len_chars()
    branches = bearers.filter(pl.col("branch") != "").select(
        folded=pl.col("folded").str.head(length), branch_id="enterprise_id", branch_place="place"
    )
    asked = (
        named.filter(pl.col("said_at").is_not_null())
        .join(parents, left_on=["name", "enterprise_id"], right_on=["name", "parent_id"])
        .join(branches, on="folded")
    )
    where = read_places(asked.get_column("said_at")).select(said_at="text", place="region")
    places = ["place", "parent_place", "branch_place"]
    told = asked.join(where, on="said_at").filter(pl.all_horizontal(pl.col(one) != "" for one in places))
    distinct = told.select(places).unique().sort(places)
    is_there = [
        _are_cities_apart(said, parent) and _may_be(said, branch)
        for said, parent, branch in distinct.iter_rows()
    ]
    there = distinct.filter(pl.Series(is_there, dtype=pl.Boolean))
    return (
        told.join(there, on=places)
        .select("signature", "said_at", enterprise_id="branch_id")
        .unique()
        .sort("signature", "said_at", "enterprise_id")
    )


def _are_cities_apart(one: str, other: str) -> bool:
    """Whether two regions surely lie in different cities."""
    cities, others = ({code[:CITY] for code in codes.split(ALTERNATIVE)} for codes in (one, other))
    return not any(_may_be(city, another) for city in cities for another in others)


def _may_be(one: str, other: str) -> bool:
    return is_within(one, other) or is_within(other, one)
