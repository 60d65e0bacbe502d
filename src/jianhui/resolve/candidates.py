"""The enterprises a record that found none may have meant: at most three, to help a person decide.

First those that bear one of its codes or its name, on whatever day; then those the scored tier weighed, the
likeliest first. Nothing acts on a candidate.
"""

import json

import polars as pl

from jianhui.resolve.tiers import SCHEME

MOST = 3
NONE = "[]"

_WHY = {
    "given_id": "企业编号相同",
    "uscc": "统一社会信用代码相同",
    "org_code": "组织机构代码相同",
    "reg_no": "注册号相同",
    "name": "名称相同",
}
_WHY_LIKE = "名称、地址相近（可能性{}%）"
_WHY_BRANCH = "该名称企业在此地的分支机构"
_CLAIMED = (
    ("given_id", "given_id"),
    ("uscc", "uscc"),
    ("org_code", "org_code"),
    ("org_code_inside", "org_code"),
    ("reg_no", "reg_no"),
    ("name", "name"),
)
_OWNER = ["signature", "mention"]


def nearest(
    open_spells: pl.DataFrame,
    index: pl.DataFrame,
    names: pl.DataFrame,
    weighed: pl.DataFrame,
    branches: pl.DataFrame,
) -> pl.DataFrame:
    """Candidates of each undecided claim: ``signature``, ``mention``, ``candidates`` (JSON), in order.

    ``open_spells``: ``signature``, ``mention`` and ``claims.SIGNATURE``; ``index``: as of
    ``tiers.enterprise_index``; ``names``: ``enterprise_id``, ``name`` (for showing); ``weighed``: as of
    ``scored.score_mentions``; ``branches``: as of ``branches.named_for_a_branch``. The JSON is a list of at
    most three objects ``{"enterprise_id", "name", "why"}``, best first.
    """
    owners = open_spells.select(*_OWNER, *dict.fromkeys(column for column, _ in _CLAIMED)).unique()
    ranked = (
        pl.concat(
            [_by_equal_claim(owners, index), _of_branches(owners, branches), _by_weight(owners, weighed)]
        )
        .sort(*_OWNER, "rank", "enterprise_id", nulls_last=True)
        .unique([*_OWNER, "enterprise_id"], keep="first", maintain_order=True)
        .group_by(_OWNER, maintain_order=True)
        .head(MOST)
        .join(names, on="enterprise_id", how="left", maintain_order="left")
    )
    listed: dict[tuple[int, int | None], list[dict[str, str | None]]] = {}
    for signature, mention, enterprise, name, why in ranked.select(
        *_OWNER, "enterprise_id", "name", "why"
    ).iter_rows():
        listed.setdefault((signature, mention), []).append(
            {"enterprise_id": enterprise, "name": name, "why": why}
        )
    distinct = owners.select(_OWNER).unique().sort(_OWNER, nulls_last=True)
    texts = [
        json.dumps(listed[owner], ensure_ascii=False) if owner in listed else NONE
        for owner in distinct.iter_rows()
    ]
    return distinct.with_columns(pl.Series("candidates", texts, dtype=pl.String))


def _by_equal_claim(owners: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    said = pl.concat(
        owners.select(
            *_OWNER,
            rank=pl.lit(rank, pl.Int32),
            scheme=pl.lit(scheme, SCHEME),
            value=column,
        )
        for rank, (column, scheme) in enumerate(_CLAIMED)
    )
    key = ["scheme", "value"]
    bearers = index.select(*key, "enterprise_id").join(said, on=key, how="semi").unique()
    return said.join(bearers, on=key).select(
        *_OWNER,
        "enterprise_id",
        "rank",
        why=pl.col("scheme").cast(pl.String).replace_strict(_WHY, return_dtype=pl.String),
    )


def _of_branches(owners: pl.DataFrame, branches: pl.DataFrame) -> pl.DataFrame:
    return (
        owners.select(_OWNER)
        .unique()
        .join(branches.select("signature", "enterprise_id").unique(), on="signature")
        .select(
            *_OWNER,
            "enterprise_id",
            rank=pl.lit(len(_CLAIMED), pl.Int32),
            why=pl.lit(_WHY_BRANCH),
        )
    )


def _by_weight(owners: pl.DataFrame, weighed: pl.DataFrame) -> pl.DataFrame:
    percent = (pl.col("probability") * 100).round(0).cast(pl.Int64)
    return (
        owners.select(_OWNER)
        .unique()
        .join(weighed, on="mention")
        .select(
            *_OWNER,
            "enterprise_id",
            rank=pl.col("rank") + len(_CLAIMED),
            why=pl.format(_WHY_LIKE, percent),
        )
    )
