"""What a record says about the enterprise it belongs to, in one shape for all feeds.

A *claim* is one record version's codes and name; how each feed says them is data (:data:`SOURCES`).
Two versions that say the same claim the same enterprise on the same day, whichever feed they are of,
so links are worked out once per distinct *signature* and laid out over the versions afterwards: a
year of tax periods costs as much as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from jianhui.core.text import canonical_key_expr, is_empty_expr, union_stem_expr
from jianhui.core.words import column as words_of
from jianhui.resolve.records import PERSONAL_KIND

UNIONS = "union_organisations"
CHECK_LIST = "check_list"
"""A list somebody asks about (``stages.checking``): linked like a feed, and never kept."""

KIND_SINGLE = "单独"
KIND_JOINT = "联合"

SIGNATURE = ("given_id", "uscc", "org_code", "org_code_inside", "reg_no", "name")
"""Columns of a signature, all String and null where nothing valid is said: an enterprise id of ours,
a valid USCC, a valid organisation code of a column of its own (or of a tax id), one inside a valid
USCC, a valid registration number, a canonical name."""

WHEREABOUTS = ("address", "office", "area_code", "code_said", "other_name")
"""What else a record says, for the scored tier: an address, the name of the office it belongs to, a
division or street code, a code cell that is no valid code, and another name its unit goes by (see
:func:`_other_name`). String, null where nothing is said."""

CLAIM_COLUMNS = ("feed", "record_key", "valid_from", "valid_to", *SIGNATURE, *WHEREABOUTS, "is_reported")


@dataclass(frozen=True)
class Source:
    """How one feed says which enterprise its records belong to. Column names of its contract.

    ``codes``: code columns, the first to hold a code of a kind counts. ``given_id``: the column in
    which our own lists carry the enterprise id. ``address``, ``office``, ``areas``: columns that say where
    the record's unit is, as :data:`WHEREABOUTS`; of ``areas`` the first that says something.
    """

    feed: str
    codes: tuple[str, ...]
    name: str
    given_id: str | None = None
    address: str | None = None
    office: str | None = None
    areas: tuple[str, ...] = ()
    lists_enterprises: bool = False


SOURCES = (
    Source(
        "tax", codes=("tax_id",), name="name", address="address", office="tax_office", areas=("street_code",)
    ),
    Source("hr", codes=("org_code", "uscc"), name="name", address="address", areas=("street_code",)),
    Source(
        UNIONS,
        codes=("host_code",),
        name="host_name",
        address="address",
        areas=("street_code", "division_code"),
    ),
    Source("union_coverage", codes=("unit_code",), name="unit_name", address="address"),
    Source("verifications", codes=("uscc",), name="name", given_id="enterprise_id", lists_enterprises=True),
    Source("base_list", codes=("uscc",), name="name", given_id="enterprise_id", lists_enterprises=True),
    Source("work_safety", codes=("uscc",), name="name", address="address"),
    Source(CHECK_LIST, codes=("code",), name="name", address="address", office="area"),
)
"""Every feed whose records attach to enterprises. A further feed becomes linkable by a line here."""


def all_claims(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The claims of every linkable feed among ``records`` (feed → typed versions).

    Columns :data:`CLAIM_COLUMNS`; grain feed × record key × version. ``is_reported``: whether the
    record is one that ought to find an enterprise (see :func:`union_claims`).
    """
    claims = []
    for source in SOURCES:
        if source.feed in records:
            versions = records[source.feed]
            of_feed = union_claims(versions) if source.feed == UNIONS else versions
            claims.append(_claims(of_feed, source))
    return pl.concat(claims) if claims else pl.DataFrame(schema=_claim_schema())


def union_claims(unions: pl.DataFrame) -> pl.DataFrame:
    """Unions that have a host: kinds 单独 and 联合, with the name under which to look for it.

    Where a union gives neither 所在单位名称 nor 所在单位代码, its own name less the union words stands
    for the host; a joint union that then finds nobody has no host (``is_reported`` false), since it
    stands in a street or village. Federations and general unions have none.
    """
    is_silent = is_empty_expr(pl.col("host_name")) & is_empty_expr(pl.col("host_code_raw"))
    own_name = union_stem_expr(pl.col("name"))
    return unions.filter(pl.col("kind").is_in([KIND_SINGLE, KIND_JOINT])).with_columns(
        host_name_canonical=pl.when(is_silent).then(own_name).otherwise("host_name_canonical"),
        other_name=pl.when((pl.col("kind") == KIND_SINGLE) & ~is_silent).then(own_name),
        is_reported=~(is_silent & (pl.col("kind") == KIND_JOINT)),
    )


def _claims(versions: pl.DataFrame, source: Source) -> pl.DataFrame:
    given = pl.col(source.given_id) if source.given_id else pl.lit(None, pl.String)
    reported = pl.col("is_reported") if "is_reported" in versions.columns else pl.lit(True)
    return versions.select(
        pl.lit(source.feed).alias("feed"),
        "record_key",
        "valid_from",
        "valid_to",
        given.alias("given_id"),
        _first(source.codes, "", ("uscc",)).alias("uscc"),
        _first(source.codes, "_org", ("org_code", "tax_id_15")).alias("org_code"),
        _first(source.codes, "_org", ("uscc",)).alias("org_code_inside"),
        _first(source.codes, "", ("reg_no_15", "reg_no_13")).alias("reg_no"),
        pl.col(f"{source.name}_canonical").alias("name"),
        _text(source.address).alias("address"),
        _text(source.office).alias("office"),
        pl.coalesce(*(_text(column) for column in source.areas), _text(None)).alias("area_code"),
        _unusable(source.codes).alias("code_said"),
        _other_name(versions, source).alias("other_name"),
        reported.alias("is_reported"),
    )


def _text(column: str | None) -> pl.Expr:
    return pl.col(column) if column else pl.lit(None, pl.String)


def _other_name(versions: pl.DataFrame, source: Source) -> pl.Expr:
    """Another name the unit goes by: the one within the name of its union (单独), where it differs; on a
    list of enterprises X有限公司分店, which is no enterprise, can only mean X有限公司.
    """
    name = pl.col(f"{source.name}_canonical")
    if "other_name" in versions.columns:
        return pl.when(pl.col("other_name") != union_stem_expr(name).fill_null("")).then("other_name")
    return name.str.extract(_UNNAMED_BRANCH, 1) if source.lists_enterprises else pl.lit(None, pl.String)


_BRANCH = "|".join(
    word for word in words_of("branch_endings", "ending") if word[0] == "分" or word[-1] in "部处"
)
_UNNAMED_BRANCH = rf"^(.{{4,}}(?:公司|厂|社|行))(?:{_BRANCH})$"
"""A whole's name and a word for a branch that says neither where nor which."""


def _unusable(columns: tuple[str, ...]) -> pl.Expr:
    """The first code cell that says something but no valid code, as a canonical key; no person's number."""
    return pl.coalesce(
        pl.when(
            ~pl.col(f"{column}_valid") & (pl.col(f"{column}_kind") != PERSONAL_KIND).fill_null(True)
        ).then(canonical_key_expr(pl.col(f"{column}_raw")))
        for column in columns
    )


def _first(columns: tuple[str, ...], suffix: str, kinds: tuple[str, ...]) -> pl.Expr:
    """The first of the code columns that holds a valid code of one of ``kinds``, and none of a union."""
    return pl.coalesce(
        pl.when(
            pl.col(f"{column}_valid")
            & pl.col(f"{column}_kind").is_in(kinds)
            & ~pl.col(column).str.contains(_OF_UNION)
        ).then(pl.col(f"{column}{suffix}"))
        for column in columns
    )


_OF_UNION = r"^81.{16}$"
"""The credit code of a union; in the place of a firm's it says nothing of it (domain 1.4)."""


def _claim_schema() -> dict[str, pl.DataType]:
    texts = {column: pl.String() for column in ("feed", "record_key", *SIGNATURE, *WHEREABOUTS)}
    whole = {**texts, "valid_from": pl.Date(), "valid_to": pl.Date(), "is_reported": pl.Boolean()}
    return {column: whole[column] for column in CLAIM_COLUMNS}
