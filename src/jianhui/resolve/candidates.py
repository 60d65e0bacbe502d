"""The enterprises a record that found none may have meant: at most three, to help a person decide.

First those that bear one of its codes, then those of the same name, on whatever day; then those whose
names share with it a run of three characters that few names have. Nothing acts on a candidate.
"""

import json

import polars as pl

MOST = 3
RUN = 3
"""Characters in a run: a brand of two with what follows it, or most of a longer one."""
RARE = 40
"""A run more names than this have says nothing."""
RAREST = 4
"""Runs of a name that are looked up, the rarest first."""

NONE = "[]"

_WHY = {
    "given_id": "企业编号相同",
    "uscc": "统一社会信用代码相同",
    "org_code": "组织机构代码相同",
    "reg_no": "注册号相同",
    "name": "名称相同",
}
_WHY_SIMILAR = "名称中同有“{}”"
_CLAIMED = (
    ("given_id", "given_id"),
    ("uscc", "uscc"),
    ("org_code", "org_code"),
    ("org_code_inside", "org_code"),
    ("reg_no", "reg_no"),
    ("name", "name"),
)


def nearest(signatures: pl.DataFrame, index: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Candidates for each of ``signatures``: ``signature``, ``candidates`` (JSON), in order of signature.

    ``signatures``: ``signature`` and ``claims.SIGNATURE``; ``index``: as of ``tiers.enterprise_index``;
    ``names``: ``enterprise_id``, ``name`` (for showing). The JSON is a list of at most three objects
    ``{"enterprise_id", "name", "why"}``, best first.
    """
    ranked = (
        pl.concat([_by_equal_claim(signatures, index), _by_similar_name(signatures, index)])
        .sort("signature", "rank", "distance", "enterprise_id")
        .unique(["signature", "enterprise_id"], keep="first", maintain_order=True)
        .group_by("signature", maintain_order=True)
        .head(MOST)
        .join(names, on="enterprise_id", how="left", maintain_order="left")
    )
    listed: dict[int, list[dict[str, str | None]]] = {}
    for signature, enterprise, name, why in ranked.select(
        "signature", "enterprise_id", "name", "why"
    ).iter_rows():
        listed.setdefault(signature, []).append({"enterprise_id": enterprise, "name": name, "why": why})
    order = signatures.get_column("signature").sort()
    texts = [json.dumps(listed[s], ensure_ascii=False) if s in listed else NONE for s in order]
    return pl.DataFrame([order, pl.Series("candidates", texts, dtype=pl.String)])


def _by_equal_claim(signatures: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    bearers = index.select("scheme", "value", "enterprise_id").unique()
    said = pl.concat(
        signatures.select(
            "signature",
            rank=pl.lit(rank, pl.Int32),
            scheme=pl.lit(scheme),
            value=column,
        )
        for rank, (column, scheme) in enumerate(_CLAIMED)
    )
    return said.join(bearers, on=["scheme", "value"]).select(
        "signature",
        "enterprise_id",
        "rank",
        distance=pl.lit(0.0),
        why=pl.col("scheme").replace_strict(_WHY, return_dtype=pl.String),
    )


def _by_similar_name(signatures: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """Enterprises by shared rare runs: the nearer, the rarer and the more the runs they share."""
    theirs = index.filter(pl.col("scheme") == "name").select("enterprise_id", name="value").unique()
    mine = signatures.select("signature", "name").drop_nulls()
    runs = _runs(mine, "signature")
    wanted = runs.select("run").unique()
    known = _runs(theirs, "enterprise_id").join(wanted, on="run", how="semi")
    rarity = known.group_by("run").agg(n=pl.col("enterprise_id").n_unique()).filter(pl.col("n") <= RARE)
    looked_up = (
        runs.join(rarity, on="run")
        .sort("signature", "n", "run")
        .group_by("signature", maintain_order=True)
        .head(RAREST)
    )
    return (
        looked_up.join(known, on="run")
        .sort("signature", "enterprise_id", "n", "run")
        .group_by("signature", "enterprise_id", maintain_order=True)
        .agg(distance=-(1.0 / pl.col("n")).sum(), run=pl.col("run").first())
        .select(
            "signature",
            "enterprise_id",
            rank=pl.lit(len(_CLAIMED), pl.Int32),
            distance="distance",
            why=pl.format(_WHY_SIMILAR, pl.col("run")),
        )
    )


def _runs(frame: pl.DataFrame, owner: str) -> pl.DataFrame:
    """The distinct runs of :data:`RUN` characters of each owner's ``name``: ``owner``, ``run``."""
    longest = frame.get_column("name").str.len_chars().max()
    length = longest if isinstance(longest, int) else 0
    pieces = [
        frame.select(owner, run=pl.col("name").str.slice(start, RUN))
        for start in range(max(length - RUN + 1, 1))
    ]
    return pl.concat(pieces).filter(pl.col("run").str.len_chars() == RUN).unique()
