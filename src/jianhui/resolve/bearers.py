"""The names enterprises bear and ever bore, taken apart, with where each enterprise is.

The scored tier compares with these, whatever the day: a record that still says a firm's former name means
that firm.
"""

from collections.abc import Sequence

import polars as pl

from jianhui.core.names import PARTS, read_places, take_apart
from jianhui.core.regions import ALTERNATIVE
from jianhui.core.text import canonical_name_expr
from jianhui.resolve.blocking import whereabouts
from jianhui.resolve.pairs import Side

SIDE = ("folded", "region", "core", "brand", "form", "branch", "numbers", "lead", "lead_region",
        "town", "is_group", "place", "address", "codes", "is_former")  # fmt: skip
"""Columns of a :class:`~jianhui.resolve.pairs.Side`, in its order."""

RAW = ("enterprise_id", "name", "is_former", "said_address", "codes", "uscc", "org_code", "reg_no")
"""Columns of a name as told, before it is taken apart."""

_SEPARATORS = r"[,，、;；/|\n]+"
_A_NAME_ENDS = r"(公司|厂|店|部|社|行|中心|所|院|企业|合伙[)）])\s+"
"""Before a blank that parts two former names; within one name (Dalian ABC) a blank parts nothing."""
_CODES = ("uscc", "uscc_org", "reg_no")


def names_borne(enterprises: pl.DataFrame) -> pl.DataFrame:
    """Every name of every enterprise: ``enterprise_id``, ``name`` (canonical), ``is_former``, ``gone_on``.

    ``enterprises``: commerce versions by enterprise. Grain: enterprise × name; a name is former when the
    latest version bears another. The registry's own list of former names (曾用名) counts. ``gone_on``: first
    day on which the registry holds the enterprise no more (``OPEN_END`` while it does).
    """
    latest = _latest(enterprises).select("enterprise_id", now="name_canonical", gone_on="valid_to")
    told = enterprises.select("enterprise_id", name="name_canonical")
    former = (
        enterprises.select(
            "enterprise_id",
            name=pl.col("former_names")
            .str.replace_all(_A_NAME_ENDS, "$1|")
            .str.replace_all(_SEPARATORS, "|")
            .str.split("|"),
        )
        .explode("name")
        .select("enterprise_id", name=canonical_name_expr(pl.col("name")))
    )
    return (
        pl.concat([told, former])
        .drop_nulls("name")
        .unique()
        .join(latest, on="enterprise_id")
        .select(
            "enterprise_id", "name", "gone_on", is_former=(pl.col("name") != pl.col("now")).fill_null(True)
        )
        .sort("enterprise_id", "name")
    )


def raw_bearers(enterprises: pl.DataFrame, borne: pl.DataFrame) -> pl.DataFrame:
    """The names ``borne`` (:func:`names_borne`) with where their enterprise is, as told.

    Columns: ``bearer`` (UInt32, in order of enterprise and name) and :data:`RAW`; ordered by it.
    """
    where = _latest(enterprises).select(
        "enterprise_id",
        pl.coalesce("address", "business_address").alias("said_address"),
        codes=pl.concat_str(_CODES, separator=ALTERNATIVE, ignore_nulls=True).fill_null(""),
        uscc="uscc",
        org_code="uscc_org",
        reg_no="reg_no",
    )
    return (
        borne.join(where, on="enterprise_id", how="left", maintain_order="left")
        .select(RAW)
        .with_row_index("bearer")
    )


def with_parts(raw: pl.DataFrame) -> pl.DataFrame:
    """Names as sides to compare with, in their order.

    ``raw``: as of :func:`raw_bearers`. Adds the rest of :data:`SIDE`, ``areas`` and ``districts``
    (``blocking``). A code's division speaks where the address says no place.
    """
    division = pl.col("uscc").str.slice(2, 6).str.replace(r"(?:00)+$", "").fill_null("")
    return (
        with_sides(raw, ["said_address"])
        .with_columns(place=pl.when(pl.col("place") != "").then("place").otherwise(division))
        .with_columns(*whereabouts(pl.col("region"), pl.col("place")))
    )


def with_sides(named: pl.DataFrame, places: Sequence[str]) -> pl.DataFrame:
    """Adds the parts of ``name``, ``place`` (of the first of the text columns ``places`` that says one) and
    ``address`` (the rest of the first of them).
    """
    parts = take_apart(named.get_column("name")).select("name", *(one for one in PARTS if one in SIDE))
    read = named.join(parts, on="name", how="left", maintain_order="left")
    texts = pl.concat([named.get_column(column).cast(pl.String).alias("text") for column in places])
    where = read_places(texts)
    for column in places:
        found = where.select(
            pl.col("text").alias(column),
            pl.col("region").alias(f"{column}_region"),
            pl.col("rest").alias(f"{column}_rest"),
        )
        read = read.join(found, on=column, how="left", maintain_order="left")
    said = (pl.when(pl.col(f"{column}_region") != "").then(pl.col(f"{column}_region")) for column in places)
    return read.with_columns(
        place=pl.coalesce(*said, pl.lit("")),
        address=pl.col(f"{places[0]}_rest").fill_null(""),
    ).drop(*(f"{column}_{part}" for column in places for part in ("region", "rest")))


def sides(frame: pl.DataFrame) -> list[Side]:
    """The rows of a frame with :data:`SIDE` as sides, in order."""
    return [Side(*row) for row in frame.select(SIDE).iter_rows()]


def _latest(enterprises: pl.DataFrame) -> pl.DataFrame:
    return (
        enterprises.sort("enterprise_id", "valid_from").group_by("enterprise_id", maintain_order=True).last()
    )
