"""The deterministic tiers: which enterprise a signature means on each day, by the first sure evidence.

Source: the method, "Units". In order: an enterprise id of our own lists · valid USCC · valid
organisation code (own column or tax id, then inside the USCC) against the code inside the enterprise's
USCC · registration number · canonical name. A tier decides where its value is borne, on that day, by
exactly one enterprise, whatever its scope or status. What was in force on the day counts, on both sides.

Two refusals, so that a wrong code or a wrong name never hides an enterprise without a union:

- a code finds one enterprise and the name is borne by exactly one other: neither (``code_name_conflict``);
- only the name finds one, but both sides carry valid codes of one scheme and they differ
  (``code_conflict``). A code that finds nobody is otherwise no evidence against the name.
"""

import polars as pl

from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.resolve.bonds import BASIS_REVIEWED
from jianhui.resolve.identity import BASIS_NAME, BASIS_REG_NO, BASIS_USCC, CERTAIN, NAME_CONFIDENCE
from jianhui.resolve.spells import coalesce, cut, occupancy, overlay, split

BASIS_ORG_CODE = "org_code"

NO_MATCH = "no_match"
AMBIGUOUS_CODE = "ambiguous_code"
AMBIGUOUS_NAME = "ambiguous_name"
CODE_CONFLICT = "code_conflict"
CODE_NAME_CONFLICT = "code_name_conflict"

CODE_TIERS = (
    ("uscc", BASIS_USCC),
    ("org_code", BASIS_ORG_CODE),
    ("org_code_inside", BASIS_ORG_CODE),
    ("reg_no", BASIS_REG_NO),
)
"""Signature column and basis of the code tiers, in order."""

FORMER_NAME_CONFIDENCE = 0.9
"""Confidence of a link by a name the enterprise bears on another day: below one of the day."""

_SCHEME_OF = {
    "given_id": "given_id",
    "uscc": "uscc",
    "org_code": "org_code",
    "org_code_inside": "org_code",
    "reg_no": "reg_no",
    "name": "name",
}
_TIER = pl.Enum(list(_SCHEME_OF))
_CODES = ("uscc", "org_code", "reg_no")
SCHEME = pl.Enum(list(dict.fromkeys(_SCHEME_OF.values())))
"""Type of the column ``scheme`` of an index."""

DECISION_COLUMNS = (
    "signature",
    "valid_from",
    "valid_to",
    "enterprise_id",
    "link_basis",
    "link_confidence",
    "reason",
)


def enterprise_index(versions: pl.DataFrame, superseded: pl.DataFrame) -> pl.DataFrame:
    """Who bears which code or name on which days.

    ``versions``: commerce versions by enterprise; ``superseded``: ``enterprise_id``, ``superseded_by``.
    Result: ``scheme`` (given_id, uscc, org_code, reg_no, name), ``value``, ``enterprise_id`` and, for
    names, the valid codes beside it (``bearer_uscc``, ``bearer_org_code``, ``bearer_reg_no``), spells.
    An enterprise id stands for itself on all days, a superseded one for its successor.
    """
    codes = versions.select(
        "enterprise_id",
        pl.col("enterprise_id").is_unique().alias("is_only"),
        "valid_from",
        "valid_to",
        pl.col("uscc").alias("bearer_uscc"),
        pl.col("uscc_org").alias("bearer_org_code"),
        pl.col("reg_no").alias("bearer_reg_no"),
        pl.col("name_canonical").alias("name"),
    )
    bearers = [f"bearer_{code}" for code in _CODES]
    no_codes = [pl.lit(None, pl.String).alias(bearer) for bearer in bearers]
    of_code = [
        codes.select(
            pl.lit(code, SCHEME).alias("scheme"),
            pl.col(f"bearer_{code}").alias("value"),
            "enterprise_id",
            *no_codes,
            "valid_from",
            "valid_to",
            "is_only",
        )
        for code in _CODES
    ]
    of_name = codes.select(
        pl.lit("name", SCHEME).alias("scheme"), pl.col("name").alias("value"), "enterprise_id", *bearers,
        "valid_from", "valid_to", "is_only",
    )  # fmt: skip
    said = pl.concat([*of_code, of_name]).filter(pl.col("value").is_not_null())
    # Where there is one version there is nothing to join.
    changing = coalesce(said.filter(~pl.col("is_only")), ["scheme", "value", "enterprise_id"], bearers)
    lasting = said.filter("is_only").select(changing.columns)
    return pl.concat([lasting, changing, _given_ids(versions, superseded, bearers).select(changing.columns)])


def _given_ids(versions: pl.DataFrame, superseded: pl.DataFrame, bearers: list[str]) -> pl.DataFrame:
    ids = versions.select(value="enterprise_id", enterprise_id="enterprise_id").unique().sort("value")
    redirected = superseded.select(value="enterprise_id", enterprise_id="superseded_by")
    return pl.concat([ids, redirected]).select(
        pl.lit("given_id", SCHEME).alias("scheme"),
        "value",
        "enterprise_id",
        pl.lit(BEGINNING).alias("valid_from"),
        pl.lit(OPEN_END).alias("valid_to"),
        *(pl.lit(None, pl.String).alias(bearer) for bearer in bearers),
    )


def decide(signatures: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """What the tiers say of every signature on every day.

    ``signatures``: ``signature`` (UInt32) and the columns of ``claims.SIGNATURE``; ``index``: as of
    :func:`enterprise_index`. Result: :data:`DECISION_COLUMNS`, grain signature × spell, without gaps
    from the beginning to the open end; either ``enterprise_id``, ``link_basis``, ``link_confidence``
    are set, or ``reason``. Ordered.
    """
    holders = index.with_row_index("holder").with_columns(pl.col("holder").cast(pl.Int64))
    found = pl.concat(
        _found(signatures, scheme, holders.filter(pl.col("scheme") == scheme)) for scheme in SCHEME.categories
    )
    spells = _on_spells(signatures, found)
    return _decided(_with_enterprises(spells, holders), signatures)


def _found(signatures: pl.DataFrame, scheme: str, holders: pl.DataFrame) -> pl.DataFrame:
    """Who holds what the signatures say in one scheme: ``signature``, ``tier``, spell, ``n``, ``holder``."""
    said = pl.concat(
        signatures.select("signature", pl.lit(tier, _TIER).alias("tier"), value=tier)
        for tier, of_tier in _SCHEME_OF.items()
        if of_tier == scheme
    ).filter(pl.col("value").is_not_null())
    held = _held(holders.join(said, on="value", how="semi"))
    return said.join(held, on="value").select("signature", "tier", "valid_from", "valid_to", "n", "holder")


def _held(holders: pl.DataFrame) -> pl.DataFrame:
    """``spells.occupancy`` of the values of a scheme; where nothing ever changes hands it is a count."""
    key = ["value"]
    is_lasting = (pl.col("valid_from") == BEGINNING) & (pl.col("valid_to") == OPEN_END)
    changing = holders.filter(~is_lasting).select(key).unique()
    lasting = holders.join(changing, on=key, how="anti")
    counted = lasting.group_by(key).agg(
        pl.col("valid_from", "valid_to").first(),
        n=pl.len().cast(pl.Int32),
        holder=pl.when(pl.len() == 1).then(pl.col("holder").first()),
    )
    swept = occupancy(holders.join(changing, on=key, how="semi"), key, "holder")
    return pl.concat([counted.select(swept.columns), swept.with_columns(pl.col("n").cast(pl.Int32))])


def _on_spells(signatures: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Spells of every signature in which nothing it says changes hands, ``<tier>_n`` and ``<tier>_holder``.

    Most signatures say nothing that ever changed hands; theirs is one spell, without any cutting.
    """
    always = pl.lit(BEGINNING), pl.lit(OPEN_END)
    changing = (
        found.filter((pl.col("valid_from") > BEGINNING) | (pl.col("valid_to") < OPEN_END))
        .select("signature")
        .unique()
    )
    lasting = signatures.join(changing, on="signature", how="anti").select(
        "signature", valid_from=always[0], valid_to=always[1]
    )
    moving = found.join(changing, on="signature", how="semi")
    bounds = pl.concat(
        [
            moving.select("signature", "valid_from", "valid_to"),
            changing.select("signature", valid_from=always[0], valid_to=always[1]),
        ]
    )
    spells = cut(bounds, "signature")
    on_day = overlay(spells, moving, "signature")
    at_once = found.join(changing, on="signature", how="anti")
    return pl.concat(
        [
            _beside(spells, on_day, ["signature", "valid_from"]),
            _beside(lasting, at_once, ["signature"]),
        ]
    )


def _beside(spells: pl.DataFrame, found: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """What is found by each tier beside the spells it holds on."""
    for tier in _SCHEME_OF:
        of_tier = found.filter(pl.col("tier") == tier).select(
            *on, pl.col("n").alias(f"{tier}_n"), pl.col("holder").alias(f"{tier}_holder")
        )
        spells = spells.join(of_tier, on=on, how="left", maintain_order="left")
    return spells


def by_former_name(decisions: pl.DataFrame, signatures: pl.DataFrame, borne: pl.DataFrame) -> pl.DataFrame:
    """The decisions, and a link where nobody bears the name on the day but one enterprise did on another.

    ``borne``: as of ``bearers.names_borne``. A record that still says a firm's former name means that firm,
    until the registry takes the firm back; not where the record has codes of its own, which nobody bears.
    """
    alone = (
        borne.group_by("name")
        .agg(pl.col("enterprise_id", "gone_on").first(), n=pl.col("enterprise_id").n_unique())
        .filter(pl.col("n") == 1)
    )
    has_no_code = pl.all_horizontal(pl.col(code).is_null() for code, _ in CODE_TIERS)
    found = (
        signatures.filter(has_no_code)
        .select("signature", "name")
        .join(alone, on="name")
        .select("signature", "gone_on", former_of="enterprise_id")
    )
    rows = split(decisions.join(found, on="signature", how="left"), "gone_on")
    takes = ((pl.col("reason") == NO_MATCH) & (pl.col("valid_from") < pl.col("gone_on"))).fill_null(False)
    taken = rows.with_columns(
        enterprise_id=pl.when(takes).then("former_of").otherwise("enterprise_id"),
        link_basis=pl.when(takes).then(pl.lit(BASIS_NAME)).otherwise("link_basis"),
        link_confidence=pl.when(takes).then(pl.lit(FORMER_NAME_CONFIDENCE)).otherwise("link_confidence"),
        reason=pl.when(~takes).then("reason"),
    )
    return taken.select(DECISION_COLUMNS).sort("signature", "valid_from")


def _with_enterprises(spells: pl.DataFrame, holders: pl.DataFrame) -> pl.DataFrame:
    """Adds ``<tier>_found``, the one enterprise a tier finds, and the codes the name's bearer carries.

    A holder is the number of its row in ``holders``.
    """
    ids = holders.get_column("enterprise_id")
    at = {tier: spells.get_column(f"{tier}_holder") for tier in _SCHEME_OF}
    codes = (holders.get_column(f"bearer_{code}").gather(at["name"]) for code in _CODES)
    return spells.with_columns(*(ids.gather(at[tier]).alias(f"{tier}_found") for tier in at), *codes)


def _decided(spells: pl.DataFrame, signatures: pl.DataFrame) -> pl.DataFrame:
    rows = spells.join(signatures, on="signature", maintain_order="left").with_columns(
        by_code=pl.coalesce(f"{tier}_found" for tier, _ in CODE_TIERS),
        code_basis=pl.coalesce(
            pl.when(pl.col(f"{tier}_found").is_not_null()).then(pl.lit(basis)) for tier, basis in CODE_TIERS
        ),
        is_ambiguous=pl.any_horizontal((pl.col(f"{tier}_n") > 1).fill_null(False) for tier, _ in CODE_TIERS),
    )
    name_elsewhere = (pl.col("name_found") != pl.col("by_code")).fill_null(False)
    verdict = (
        pl.when(pl.col("given_id_found").is_not_null())
        .then(pl.lit(BASIS_REVIEWED))
        .when(pl.col("by_code").is_not_null() & name_elsewhere)
        .then(pl.lit(CODE_NAME_CONFLICT))
        .when(pl.col("by_code").is_not_null())
        .then("code_basis")
        .when(pl.col("name_found").is_not_null() & _codes_differ())
        .then(pl.lit(CODE_CONFLICT))
        .when(pl.col("name_found").is_not_null())
        .then(pl.lit(BASIS_NAME))
        .when("is_ambiguous")
        .then(pl.lit(AMBIGUOUS_CODE))
        .when(pl.col("name_n") > 1)
        .then(pl.lit(AMBIGUOUS_NAME))
        .otherwise(pl.lit(NO_MATCH))
    )
    bases = [BASIS_REVIEWED, BASIS_NAME, *{basis: None for _, basis in CODE_TIERS}]
    is_link = pl.col("verdict").is_in(bases)
    decided = rows.with_columns(verdict=verdict).select(
        "signature",
        "valid_from",
        "valid_to",
        pl.when(is_link).then(pl.coalesce("given_id_found", "by_code", "name_found")).alias("enterprise_id"),
        pl.when(is_link).then("verdict").alias("link_basis"),
        pl.when(pl.col("verdict") == BASIS_NAME)
        .then(pl.lit(NAME_CONFIDENCE))
        .when(is_link)
        .then(pl.lit(CERTAIN))
        .alias("link_confidence"),
        pl.when(~is_link).then("verdict").alias("reason"),
    )
    return coalesce(decided, ["signature"], ["enterprise_id", "link_basis", "link_confidence", "reason"])


def _codes_differ() -> pl.Expr:
    """Both sides carry valid codes of one scheme, and they differ.

    Registration numbers of 13 and of 15 digits are two schemes: the one was replaced by the other.
    """
    reg_no, bearer_reg_no = pl.col("reg_no"), pl.col("bearer_reg_no")
    same_form = reg_no.str.len_bytes() == bearer_reg_no.str.len_bytes()
    pairs = [
        (pl.col("uscc"), pl.col("bearer_uscc")),
        (pl.col("org_code"), pl.col("bearer_org_code")),
        (pl.col("org_code_inside"), pl.col("bearer_org_code")),
        (pl.when(same_form).then(reg_no), bearer_reg_no),
    ]
    return pl.any_horizontal((mine != theirs).fill_null(False) for mine, theirs in pairs)
