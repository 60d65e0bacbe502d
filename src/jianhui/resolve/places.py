"""Where enterprises and unions are, day by day: their versions × the days on which place tables change.

``core.places`` reads one address or code as of a day. Here every distinct set of evidence is located
once per epoch of the place tables, and the answers are laid out over the versions in force.
"""

from datetime import date

import polars as pl

from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.core.places import EPOCHS, LOCATION, PlaceTables, locate
from jianhui.resolve.spells import coalesce, overlay

_PLACE = list(LOCATION)
_EVIDENCE = ["street_code", "address", "business_address", "uscc_division", "registrar_code"]
_CITY_CODE = r"^2102[0-9]{2}"


def enterprise_places(versions: pl.DataFrame, tables: PlaceTables, valid_on: date) -> pl.DataFrame:
    """District, managing area and street of each enterprise: enterprise × spell.

    ``versions``: commerce versions by enterprise. Columns out: ``enterprise_id``, ``valid_from``,
    ``valid_to`` and those of ``core.places.LOCATION``; the spells cover exactly those of the versions.
    Days after ``valid_on`` are read by the place tables of ``valid_on``.
    """
    said = versions.select(
        "enterprise_id",
        "valid_from",
        "valid_to",
        "street_code",
        "address",
        "business_address",
        uscc_division=pl.col("uscc").str.slice(2, 6),
        registrar_code="registrar_code",
    )
    return _located(said, "enterprise_id", _PLACE, tables, valid_on)


def union_places(unions: pl.DataFrame, tables: PlaceTables, valid_on: date) -> pl.DataFrame:
    """District, managing area and street of each union: ``union_id`` × spell, like enterprises.

    ``unions``: typed versions of the union register. 行政区划代码 speaks where there is no street code.
    """
    street = pl.col("street_code")
    said = unions.select(
        pl.col("record_key").alias("union_id"),
        "valid_from",
        "valid_to",
        pl.when(street.str.contains(_CITY_CODE)).then(street).otherwise("division_code").alias("street_code"),
        "address",
        business_address=pl.lit(None, pl.String),
        uscc_division=pl.lit(None, pl.String),
        registrar_code=pl.lit(None, pl.String),
    )
    return _located(said, "union_id", _PLACE[:3], tables, valid_on)


def _located(
    said: pl.DataFrame, owner: str, answers: list[str], tables: PlaceTables, valid_on: date
) -> pl.DataFrame:
    """The answers for each owner's spells; evidence is located once per distinct set and epoch."""
    evidence = said.select(_EVIDENCE).unique().sort(_EVIDENCE, nulls_last=True).with_row_index("evidence")
    epochs = [BEGINNING, *(day for day in EPOCHS if day <= valid_on)]
    by_epoch = [
        pl.concat(
            [evidence.select("evidence"), locate(evidence, day, tables)], how="horizontal"
        ).with_columns(valid_from=pl.lit(day), valid_to=pl.lit(following))
        for day, following in zip(epochs, [*epochs[1:], OPEN_END], strict=True)
    ]
    places = coalesce(pl.concat(by_epoch), ["evidence"], answers)
    owned = said.join(evidence, on=_EVIDENCE, nulls_equal=True).select(
        owner, "valid_from", "valid_to", "evidence"
    )
    return coalesce(overlay(owned, places, "evidence"), [owner], answers)
