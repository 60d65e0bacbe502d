"""Links: which enterprise each record of tax, hr, the unions and the lists belongs to, day by day.

For every version of every linkable record the days it is in force are divided into spells; on each it
is either linked to one enterprise, with the basis, or unmatched, with the reason and the nearest
candidates. Both sides speak by the versions in force on the day; first versions reach back to the
beginning.

1. ``claims``: what each version says, as distinct signatures.
2. ``tiers.decide``: the deterministic tiers of the method, on spells; ``tiers.by_former_name`` after them.
3. The decisions laid out over the record versions.
4. ``scored``: what is still undecided, with the places the records say, against all names ever borne.
   The tier only sees what the ones before it left, so it can add a link; one link it can take back: that
   of a code, where the name is nothing like the enterprise's and surely another's
   (``code_name_conflict``).
5. ``other_names``: what is undecided, or named after the parent of a branch, by the record's other name.
6. ``branches``: a name that may stand for a branch of its bearer where the record is, decides nothing.
7. ``shared_codes``: what is undecided, by a code that other records link to one enterprise.
8. People's judgements, which hold against every tier (``judgements``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from jianhui.core.text import union_stem_expr
from jianhui.resolve.bearers import names_borne
from jianhui.resolve.branches import PARENT_NAMED, named_for_a_branch
from jianhui.resolve.candidates import nearest
from jianhui.resolve.claims import SIGNATURE, all_claims
from jianhui.resolve.identity import BASIS_NAME, BASIS_REG_NO, BASIS_USCC
from jianhui.resolve.judgements import apply_judgements
from jianhui.resolve.link_memory import LinkMemory, weigh
from jianhui.resolve.other_names import by_other_name, with_questions
from jianhui.resolve.scored import (
    BASIS_NAME_ADDRESS,
    BASIS_SCORED,
    CANDIDATE_SCHEMA,
    LINKED,
    MENTION,
    REJECTED,
    UNCERTAIN,
)
from jianhui.resolve.shared_codes import by_shared_code
from jianhui.resolve.spells import coalesce, overlay, split
from jianhui.resolve.tiers import (
    AMBIGUOUS_CODE,
    AMBIGUOUS_NAME,
    BASIS_ORG_CODE,
    CODE_CONFLICT,
    CODE_NAME_CONFLICT,
    NO_MATCH,
    by_former_name,
    decide,
    enterprise_index,
)
from jianhui.resolve.weighing import Model, frozen_model

SCORED_REASONS = (NO_MATCH, AMBIGUOUS_NAME, AMBIGUOUS_CODE)
"""Reasons the scored tier may overcome. Where a code and a name mean two enterprises, only a person can."""

DESPITE_CODES = 0.95
"""Least probability of a link where codes say that the name's bearer is not meant: its branch at the record's
door may be."""

CODE_BASES = (BASIS_USCC, BASIS_ORG_CODE, BASIS_REG_NO)

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
WEIGHED_COLUMNS = (
    "feed",
    "record_key",
    "valid_from",
    "valid_to",
    "record_name",
    "record_address",
    *(name for name in CANDIDATE_SCHEMA if name != "mention"),
)

_KEY = ["feed", "record_key"]
_LINKED = ["enterprise_id", "link_basis", "link_confidence"]
_ASKED_ONLY = ("area_code", "code_said", "other_name")
_MENTIONED_CODES = ("uscc", "org_code", "org_code_inside", "reg_no")


@dataclass(frozen=True)
class Links:
    """``links`` (:data:`LINK_COLUMNS`), ``unmatched`` (:data:`UNMATCHED_COLUMNS`), ``weighed``.

    The first two together: for each record version, disjoint spells that cover every day it is in force (but
    for unions that need no host). ``weighed`` (:data:`WEIGHED_COLUMNS`): the candidates of every spell the
    scored tier looked at, with the evidence. All ordered by feed, record key and day.
    """

    links: pl.DataFrame
    unmatched: pl.DataFrame
    weighed: pl.DataFrame


def link(
    records: Mapping[str, pl.DataFrame],
    enterprises: pl.DataFrame,
    superseded: pl.DataFrame,
    model: Model | None = None,
    standing: pl.DataFrame | None = None,
    memory: LinkMemory | None = None,
) -> Links:
    """Attach the records of every linkable feed to enterprises.

    ``records``: feed → typed versions; ``enterprises``: commerce versions by enterprise;
    ``superseded``: ``enterprise_id``, ``superseded_by``; ``model``: that of the installation by default;
    ``standing``: what people judged (``judgements.standing_links``); ``memory``: of the nights before, of no
    effect but on time.
    """
    model = model or frozen_model()
    claims, signatures = _signatures(all_claims(records))
    index = enterprise_index(enterprises, superseded)
    borne = names_borne(enterprises)
    silent, asked, mentions = _asked(_by_tiers(claims, signatures, index, borne), signatures, borne)
    weighed, bearers = weigh(mentions, enterprises, borne, model, memory or LinkMemory(None))
    answered = by_other_name(_with_scores(asked, weighed, borne), weighed, borne)
    scored = pl.concat([silent, answered.select(silent.columns)])
    branches = named_for_a_branch(_named_only(scored), bearers)
    decided = by_shared_code(_without_parents_named(scored, branches), signatures, enterprises, borne)
    unmatched = decided.filter(
        pl.col("reason").is_not_null(), pl.col("is_reported") | (pl.col("reason") != NO_MATCH)
    ).join(signatures.drop("name"), on="signature", how="left")
    shown = nearest(unmatched, index, _names(enterprises), weighed, branches)
    found = Links(
        links=coalesce(decided.filter(pl.col("reason").is_null()), _KEY, _LINKED).select(LINK_COLUMNS),
        unmatched=coalesce(
            unmatched.join(shown, on=["signature", "mention"], how="left", nulls_equal=True),
            _KEY,
            ["reason", "candidates"],
        ).select(UNMATCHED_COLUMNS),
        weighed=_laid_out(weighed, decided),
    )
    if standing is None or standing.is_empty():
        return found
    return Links(*apply_judgements(found.links, found.unmatched, claims, standing), found.weighed)


def _signatures(claims: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The claims with the number of their signature, and the distinct signatures, in order of appearance."""
    columns = list(SIGNATURE)
    grouped = (
        claims.select(columns)
        .with_row_index("row")
        .group_by(columns, maintain_order=True)
        .agg("row")
        .with_row_index("signature")
    )
    numbers = grouped.select("signature", "row").explode("row").sort("row").get_column("signature")
    return claims.drop(columns).with_columns(numbers), grouped.drop("row")


def _by_tiers(
    claims: pl.DataFrame, signatures: pl.DataFrame, index: pl.DataFrame, borne: pl.DataFrame
) -> pl.DataFrame:
    """What the deterministic tiers decide, laid out over the record versions."""
    decisions = by_former_name(decide(signatures, index), signatures, borne)
    return overlay(claims, decisions, "signature")


def _asked(
    laid_out: pl.DataFrame, signatures: pl.DataFrame, borne: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The rows the scored tier is not to look at, those it is, and what these say.

    It looks at what is undecided, and at links by code where the enterprise never bore the name; of these the
    name alone is asked, for the code has spoken; and at the record's other name, where that may be needed
    (``other_names``). The first two have the ``name`` and the number of the ``mention`` (null in the first),
    the second also ``m_name``, ``is_doubted``: that a code has spoken, and ``other_mention``; the third has
    ``mention`` and ``scored.MENTION``.
    """
    rows = laid_out.join(signatures.select("signature", "name"), on="signature", how="left")
    known = borne.select("enterprise_id", "name", is_borne=pl.lit(value=True))
    is_open = pl.col("reason").is_not_null() & pl.col("is_reported")
    is_doubted = pl.col("link_basis").is_in(CODE_BASES).fill_null(False) & pl.col("is_borne").is_null()
    rows = (
        rows.join(known, on=["enterprise_id", "name"], how="left")
        .with_columns(is_doubted=is_doubted, is_asked=is_open | is_doubted)
        .drop("is_borne")
    )
    # A unit entered under its union's name (X工会委员会) is still the unit.
    may_ask = pl.col("is_asked") | pl.col("other_name").is_not_null()
    open_ = with_questions(rows.filter(may_ask).with_columns(m_name=union_stem_expr(pl.col("name"))))
    open_ = open_.with_columns(asks=pl.col("is_asked") & pl.col("m_name").is_not_null())
    asks = pl.col("asks") | pl.col("asks_other")
    silent = pl.concat([rows.filter(~may_ask), open_.filter(~asks).select(rows.columns)])
    asked = open_.filter(asks).join(signatures.drop("name"), on="signature", how="left")
    code = pl.when(~pl.col("is_doubted")).then(pl.col(*_MENTIONED_CODES)).name.prefix("m_")
    told = [column for column in MENTION if column not in (*_MENTIONED_CODES, "name")]
    asked = asked.with_columns(code, pl.col(*told).name.prefix("m_"))
    asked, mentions = _numbered(asked)
    kept = [*(column for column in laid_out.columns if column not in _ASKED_ONLY), "name", "mention"]
    return (
        silent.with_columns(mention=pl.lit(None, pl.UInt32)).select(kept),
        asked.select(*kept, "m_name", "other_name", "is_doubted", "other_mention"),
        mentions,
    )


def _numbered(asked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the numbers of what they ask (``mention``, ``other_mention``), and what is asked."""
    by_name = [f"m_{column}" for column in MENTION]
    by_other = ["m_other_name" if column == "m_name" else column for column in by_name]
    questions = (("asks", by_name, "mention"), ("asks_other", by_other, "other_mention"))
    said = [
        asked.filter(question).select(pl.col(one).alias(to) for one, to in zip(told, by_name, strict=True))
        for question, told, _ in questions
    ]
    mentions = pl.concat(said).unique().sort(by_name, nulls_last=True).with_row_index("mention")
    for question, told, number in questions:
        names = {"mention": number, **dict(zip(by_name, told, strict=True))}
        numbers = mentions.rename(names).with_columns(pl.lit(value=True).alias(question))
        asked = asked.join(numbers, on=[question, *told], how="left", nulls_equal=True)
    return asked, mentions.rename({f"m_{column}": column for column in MENTION})


def _with_scores(asked: pl.DataFrame, weighed: pl.DataFrame, borne: pl.DataFrame) -> pl.DataFrame:
    """The decisions with what the scored tier makes of them, until the registry takes the enterprise back."""
    best = weighed.filter(pl.col("decision") == LINKED).select(
        "mention", scored_id="enterprise_id", probability="probability"
    )
    plausible = weighed.filter(pl.col("decision") != REJECTED).select(
        "mention", "enterprise_id", is_plausible=pl.lit(value=True)
    )
    gone = borne.select(scored_id="enterprise_id", gone_on="gone_on").unique()
    rows = split(
        asked.join(best, on="mention", how="left")
        .join(plausible, on=["mention", "enterprise_id"], how="left")
        .join(gone, on="scored_id", how="left"),
        "gone_on",
    )
    is_sure = (pl.col("reason") == CODE_CONFLICT) & (pl.col("probability") >= DESPITE_CODES)
    takes = (
        (pl.col("reason").is_in(SCORED_REASONS) | is_sure).fill_null(False)
        & pl.col("is_reported")
        & (pl.col("valid_from") < pl.col("gone_on")).fill_null(False)
    )
    contradicts = pl.col("is_doubted") & pl.col("scored_id").is_not_null() & pl.col("is_plausible").is_null()
    basis = (
        pl.when(pl.col("reason") == AMBIGUOUS_NAME)
        .then(pl.lit(BASIS_NAME_ADDRESS))
        .otherwise(pl.lit(BASIS_SCORED))
    )
    keeps = ~(takes | contradicts)
    return rows.with_columns(
        enterprise_id=pl.when(takes).then("scored_id").when(keeps).then("enterprise_id"),
        link_basis=pl.when(takes).then(basis).when(keeps).then("link_basis"),
        link_confidence=pl.when(takes).then("probability").when(keeps).then("link_confidence"),
        reason=pl.when(contradicts).then(pl.lit(CODE_NAME_CONFLICT)).when(keeps).then("reason"),
    )


_SAID_AT = pl.coalesce("address", "office")


def _named_only(decided: pl.DataFrame) -> pl.DataFrame:
    """The links by the name of the day alone: ``signature``, ``name``, ``enterprise_id``, ``said_at``."""
    return (
        decided.filter(pl.col("link_basis") == BASIS_NAME)
        .select("signature", "name", "enterprise_id", said_at=_SAID_AT)
        .unique()
    )


def _without_parents_named(decided: pl.DataFrame, branches: pl.DataFrame) -> pl.DataFrame:
    """The decisions; where a name alone may stand for a branch of its bearer (``branches``), none."""
    doubted = branches.select("signature", "said_at", may_be_branch=pl.lit(value=True)).unique()
    rows = decided.with_columns(said_at=_SAID_AT).join(doubted, on=["signature", "said_at"], how="left")
    takes_back = (pl.col("may_be_branch") & (pl.col("link_basis") == BASIS_NAME)).fill_null(False)
    return rows.with_columns(
        *(pl.when(~takes_back).then(column).alias(column) for column in _LINKED),
        reason=pl.when(takes_back).then(pl.lit(PARENT_NAMED)).otherwise("reason"),
    ).drop("said_at", "may_be_branch")


def _laid_out(weighed: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """The candidates of each record and spell; ``linked`` only where the spell is linked to that one."""
    rows = decided.filter(pl.col("mention").is_not_null()).select(
        "feed", "record_key", "valid_from", "valid_to", "mention",
        record_name="name", record_address=pl.coalesce("address", "office"), linked_id="enterprise_id",
    )  # fmt: skip
    is_linked = (pl.col("linked_id") == pl.col("enterprise_id")).fill_null(False)
    return (
        rows.join(weighed, on="mention")
        .with_columns(
            decision=pl.when(is_linked)
            .then(pl.lit(LINKED))
            .when(pl.col("decision") == LINKED)
            .then(pl.lit(UNCERTAIN))
            .otherwise("decision")
        )
        .sort(*_KEY, "valid_from", "rank")
        .select(WEIGHED_COLUMNS)
    )


def _names(enterprises: pl.DataFrame) -> pl.DataFrame:
    """The name to show for each enterprise: that of its latest version."""
    return (
        enterprises.sort("enterprise_id", "valid_from")
        .group_by("enterprise_id", maintain_order=True)
        .agg(pl.col("name").last())
    )
