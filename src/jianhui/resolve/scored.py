"""The scored tier: whom a record means whose codes and name the deterministic tiers could not place.

A *mention* is what undecided records say in common: name, codes, whereabouts. Each is compared with the
enterprises that share a rare key with it (``blocking``); the model gives each a probability, and what is
missing to one is "none of them". From ``model.accept`` up the best is a link; a candidate from
``model.doubt`` up is shown to a person. Two valid, different codes of one scheme are never one unit.

Everything is a function of the mention and of the names that share a key with it: row order, other records
and the rest of the register are of no effect.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import polars as pl

from jianhui.resolve.bearers import sides, with_sides
from jianhui.resolve.blocking import candidates_by_text, hashed, whereabouts
from jianhui.resolve.pairs import FEATURES, Comparison, Side, compare
from jianhui.resolve.weighing import Model, probabilities

MENTION = (
    "uscc",
    "org_code",
    "org_code_inside",
    "reg_no",
    "name",
    "address",
    "office",
    "area_code",
    "code_said",
)
"""Columns that make a mention."""

BASIS_NAME_ADDRESS = "name_address"
BASIS_SCORED = "scored"

SHOWN = 3
_AT_A_TIME = 20_000
LINKED, UNCERTAIN, REJECTED = "linked", "uncertain", "rejected"

CANDIDATE_SCHEMA = pl.Schema(
    {
        "mention": pl.UInt32(),
        "enterprise_id": pl.String(),
        "enterprise_name": pl.String(),
        "enterprise_address": pl.String(),
        "rank": pl.Int32(),
        "probability": pl.Float64(),
        "decision": pl.String(),
        "evidence": pl.String(),
    }
)


@dataclass(frozen=True)
class _Candidate:
    """One candidate of a mention, weighed."""

    score: float
    bearer: int
    comparison: Comparison


class Read(NamedTuple):
    """Names read: ``named``, as sides to compare (``bearers.SIDE``), and ``texts`` of their keys
    (``blocking.hashed``)."""

    named: pl.DataFrame
    texts: pl.DataFrame


def score_mentions(mentions: Read, bearers: Read, model: Model) -> pl.DataFrame:
    """The best candidates of each mention: :data:`CANDIDATE_SCHEMA`, at most :data:`SHOWN` a mention.

    ``mentions``: as of :func:`read_mentions`; ``bearers``: as of ``bearers.with_parts``. Grain: mention ×
    enterprise, by rank; mentions without a candidate have no row. Probabilities are rounded to six digits,
    after the decision.
    """
    found = candidates_by_text(mentions.texts, bearers.texts)
    pairs = _without_vetoed(found, mentions.named, bearers.named)
    # Sides and evidence are Python objects: of so many mentions at a time.
    batches = pairs.with_columns(batch=pl.col("mention") // _AT_A_TIME).partition_by(
        "batch", maintain_order=True, include_key=False
    )
    return pl.concat(
        [
            pl.DataFrame(schema=CANDIDATE_SCHEMA),
            *(_weighed(some, mentions.named, bearers.named, model) for some in batches),
        ]
    )


def _weighed(pairs: pl.DataFrame, named: pl.DataFrame, bearers: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The best candidates of the mentions in ``pairs`` (``mention``, ``bearer``; by mention)."""
    asked = named.join(pairs, on="mention", how="semi")
    said = dict(zip(asked.get_column("mention").to_list(), sides(asked), strict=True))
    needed = bearers.join(pairs, on="bearer", how="semi")
    borne = dict(zip(needed.get_column("bearer").to_list(), sides(needed), strict=True))
    told = {
        row[0]: row[1:]
        for row in needed.select("bearer", "enterprise_id", "name", "said_address").iter_rows()
    }
    rows: list[tuple[object, ...]] = []
    for mention, group in groupby(pairs.iter_rows(), key=itemgetter(0)):
        weighed = _best_of_each(said[mention], [bearer for _, bearer in group], borne, told, model)
        rows += _rows(mention, weighed, said[mention], borne, told, model)
    return pl.DataFrame(rows, schema=CANDIDATE_SCHEMA, orient="row")


def _best_of_each(
    record: Side,
    numbers: Sequence[int],
    borne: dict[int, Side],
    told: dict[int, tuple[str, ...]],
    model: Model,
) -> list[_Candidate]:
    """The best name of each enterprise, best enterprise first; ties by enterprise id."""
    best: dict[str, _Candidate] = {}
    for number in numbers:
        comparison = compare(record, borne[number])
        if comparison.are_told_apart:
            continue
        one = _Candidate(model.score(comparison), number, comparison)
        enterprise = told[number][0]
        if enterprise not in best or one.score > best[enterprise].score:
            best[enterprise] = one
    return [one for _, one in sorted(best.items(), key=lambda item: (-item[1].score, item[0]))]


def _rows(
    mention: int,
    weighed: list[_Candidate],
    record: Side,
    borne: dict[int, Side],
    told: dict[int, tuple[str, ...]],
    model: Model,
) -> list[tuple[object, ...]]:
    shares = probabilities([one.score for one in weighed])
    rows: list[tuple[object, ...]] = []
    for rank, (one, probability) in enumerate(zip(weighed[:SHOWN], shares, strict=False), start=1):
        enterprise, name, address = told[one.bearer]
        is_link = rank == 1 and probability >= model.accept
        decision = LINKED if is_link else UNCERTAIN if probability >= model.doubt else REJECTED
        evidence = evidence_json(record, borne[one.bearer], one.comparison, model)
        rows.append((mention, enterprise, name, address, rank, round(probability, 6), decision, evidence))
    return rows


def evidence(record: Side, enterprise: Side, comparison: Comparison, model: Model) -> list[dict[str, object]]:
    """Feature by feature: what each side says, the level, and its weight in natural logarithms of odds."""
    weights = model.parts(comparison)
    return [
        {
            "feature": feature,
            "record": mine,
            "enterprise": theirs,
            "outcome": comparison.levels[feature],
            "weight": round(weights[feature], 2),
        }
        for feature, mine, theirs in zip(FEATURES, _said(record), _said(enterprise), strict=True)
    ]


def evidence_json(record: Side, enterprise: Side, comparison: Comparison, model: Model) -> str:
    """:func:`evidence` as text, for keeping."""
    return _ENCODER.encode(evidence(record, enterprise, comparison, model))


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _said(side: Side) -> tuple[str, ...]:
    """What a side says, in order of :data:`FEATURES`."""
    return (
        side.folded,
        side.core,
        side.region,
        side.town,
        side.form,
        "group" if side.is_group else "",
        side.branch,
        side.numbers,
        side.place,
        side.address,
        side.codes,
        "former" if side.is_former else "current",
    )


def read_mentions(mentions: pl.DataFrame) -> Read:
    """Mentions (``mention`` and :data:`MENTION`) as sides to compare.

    An area code speaks where neither address nor office says a place.
    """
    area = pl.col("area_code").str.extract(r"^([1-9][0-9]{5})", 1).str.replace(r"(?:00)+$", "")
    named = with_sides(mentions.filter(pl.col("name").is_not_null()), ["address", "office"])
    read = (
        named.with_columns(
            place=pl.when(pl.col("place") != "").then("place").otherwise(area.fill_null("")),
            codes=pl.col("code_said").fill_null(""),
            is_former=pl.lit(value=False),
        )
        .with_columns(*whereabouts(pl.col("region"), pl.col("place")))
        .sort("mention")
    )
    return Read(read, hashed(read, "mention"))


def _without_vetoed(pairs: pl.DataFrame, named: pl.DataFrame, bearers: pl.DataFrame) -> pl.DataFrame:
    """Pairs less those in which both sides carry valid codes of one scheme that differ."""
    codes = ["uscc", "org_code", "reg_no"]
    both = pairs.join(
        named.select("mention", *codes, "org_code_inside"), on="mention", maintain_order="left"
    ).join(
        bearers.select("bearer", *(pl.col(code).alias(f"their_{code}") for code in codes)),
        on="bearer",
        maintain_order="left",
    )
    same_form = pl.col("reg_no").str.len_bytes() == pl.col("their_reg_no").str.len_bytes()
    vetoes = [
        pl.col("uscc") != pl.col("their_uscc"),
        pl.coalesce("org_code", "org_code_inside") != pl.col("their_org_code"),
        (pl.col("reg_no") != pl.col("their_reg_no")) & same_form,
    ]
    return both.filter(~pl.any_horizontal(veto.fill_null(False) for veto in vetoes)).select(
        "mention", "bearer"
    )
