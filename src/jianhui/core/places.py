"""In which district an enterprise is counted on a day, and which area administers it.

Evidence, strongest first: the street code, the address (district, zone, street, village), the division
in a valid USCC, the registrar. Zones (高新园区, 保税区, …) are no districts of GB/T 2260; they are
``managing_area``. Where nothing but a zone is known, the formal district is that of the policy table
``zone_districts`` (``assumed``) and the basis says ``zone``.
"""

from datetime import date

import polars as pl

from jianhui.core.addresses import read_addresses
from jianhui.core.gazetteer import CITY, PlaceTables, load_place_tables
from jianhui.core.text import canonical_key_expr

__all__ = ["EPOCHS", "LOCATION", "PlaceTables", "load_place_tables", "locate"]

EPOCHS: list[date] = [
    date(2015, 10, 13),  # 普兰店市 → 普兰店区
    date(2016, 7, 31),
    date(2018, 10, 31),
    date(2020, 6, 30),
    date(2022, 10, 31),
]
"""Days on which the place tables change; between two of them ``locate`` gives the same answers."""

LOCATION = pl.Schema(
    {
        "district_code": pl.String(),
        "managing_area": pl.String(),
        "street_code": pl.String(),
        "district_basis": pl.String(),
    }
)
INPUTS = ("street_code", "address", "business_address", "uscc_division", "registrar_code")


def locate(df: pl.DataFrame, day: date, tables: PlaceTables) -> pl.DataFrame:
    """Locate rows as of ``day``; one row of ``LOCATION`` per row of ``df``, in its order.

    ``df`` has String columns ``street_code``, ``address``, ``business_address``, ``uscc_division``
    (characters 3–8 of a *valid* USCC) and ``registrar_code``. ``district_code`` is null outside the city
    and where nothing speaks. ``district_basis``: street_code, address, uscc, registrar, zone or none.
    """
    rows = df.select(pl.col(INPUTS).cast(pl.String)).with_row_index("row")
    rows = _with_street(rows, day, tables)
    rows = _with_address(rows, day, tables)
    rows = _with_division(rows, pl.col("uscc_division"), "uscc", day, tables)
    registrar = canonical_key_expr(pl.col("registrar_code")).str.slice(0, 6)
    rows = _with_division(rows, registrar, "registrar", day, tables)
    rows = rows.with_columns(
        _where_at_home("uscc_district", ["address_zone", "street_zone"], rows, day, tables),
        _where_at_home("registrar_district", ["address_zone", "street_zone", "uscc_zone"], rows, day, tables),
        zone=pl.coalesce("address_zone", "street_zone", "uscc_zone", "registrar_zone"),
    )
    defaults = tables.zone_homes_on(day).filter("is_default").select("zone_code", "district_code")
    rows = rows.with_columns(
        zone_district=pl.col("zone").replace_strict(
            dict(defaults.rows()), default=None, return_dtype=pl.String
        )
    )
    return _decide(rows, day, tables)


def _decide(rows: pl.DataFrame, day: date, tables: PlaceTables) -> pl.DataFrame:
    """Take the strongest evidence, then the zone that fits it."""
    tiers = ("street_code", "address", "uscc", "registrar", "zone")
    found = ("street_district", "address_district", "uscc_district", "registrar_district", "zone_district")
    inside = ~pl.col("is_elsewhere") | pl.col("street_district").is_not_null()
    basis = pl.coalesce(
        *(
            pl.when(pl.col(column).is_not_null()).then(pl.lit(tier))
            for column, tier in zip(found, tiers, strict=True)
        )
    )
    rows = rows.with_columns(
        district_code=pl.when(inside).then(pl.coalesce(*found)),
        district_basis=pl.when(inside).then(basis).fill_null("none"),
        street_code=pl.coalesce("code_street", "address_street"),
    )
    fitting = [
        _where_at_home("street_zone", ["district_code"], rows, day, tables),
        *(_still_inside(zone, rows, day, tables) for zone in ("uscc_zone", "registrar_zone")),
    ]
    whole = tables.zone_streets_on(day).filter("is_whole").select("street_code", "zone_code")
    zone_of_street = pl.col("street_code").replace_strict(
        dict(whole.rows()), default=None, return_dtype=pl.String
    )
    managing = pl.coalesce("address_zone", *fitting, zone_of_street, "district_code")
    return rows.sort("row").select(
        "district_code",
        pl.when(inside).then(managing).alias("managing_area"),
        "street_code",
        "district_basis",
    )


def _still_inside(column: str, rows: pl.DataFrame, day: date, tables: PlaceTables) -> pl.Series:
    """The zone of a registrar, where the firm can still be in it: codes never change when a firm moves.

    Its formal district must be one the zone reaches into, and its street, if both it and the zone's streets
    are
    known, one of them.
    """
    listed = tables.zone_streets_on(day).select("zone_code", "street_code")
    streets = pl.Series([f"{zone}|{street}" for zone, street in listed.rows()])
    is_street = pl.format("{}|{}", pl.col(column), pl.col("street_code")).is_in(streets.implode())
    has_streets = pl.col(column).is_in(listed.get_column("zone_code").unique().implode())
    is_elsewhere = (pl.col("street_code").is_not_null() & has_streets & ~is_street).fill_null(value=False)
    fitting = _where_at_home(column, ["district_code"], rows, day, tables)
    return rows.select(pl.when(~is_elsewhere).then(fitting).alias(column)).to_series()


def _with_street(rows: pl.DataFrame, day: date, tables: PlaceTables) -> pl.DataFrame:
    """``street_district``, ``street_zone``, ``code_street`` of the street code."""
    code = canonical_key_expr(pl.col("street_code")).str.extract(rf"^({CITY}[0-9]{{2,8}})(?:\.0+)?$")
    rows = rows.with_columns(listed_code=code.str.slice(0, 9))
    on_day = tables.streets_on(day).rename({"street_code": "known_street", "district_code": "known_district"})
    rows = rows.join(on_day, on="listed_code", how="left", maintain_order="left")
    rows = _with_division(rows, pl.col("listed_code").str.slice(0, 6), "prefix", day, tables)
    is_street = pl.col("listed_code").str.len_chars().eq(9) & ~pl.col("listed_code").str.ends_with("000")
    is_in_city = pl.coalesce("prefix_district", "prefix_zone").is_not_null()
    return rows.with_columns(
        street_district=pl.coalesce("known_district", "prefix_district"),
        street_zone=pl.col("prefix_zone"),
        code_street=pl.coalesce("known_street", pl.when(is_street & is_in_city).then(pl.col("listed_code"))),
    )


def _with_address(rows: pl.DataFrame, day: date, tables: PlaceTables) -> pl.DataFrame:
    """``address_district``, ``address_zone``, ``address_street``, ``is_elsewhere`` of 住所, then 经营场所.

    The business address speaks where the registered one says nothing about the city, or says no more
    than a zone in which the business address's district may lie.
    """
    distinct = pl.concat([rows.get_column("address"), rows.get_column("business_address")])
    read = read_addresses(distinct, day, tables)
    first = read.rename({column: f"first_{column}" for column in read.columns if column != "address"})
    second = read.rename({column: f"second_{column}" for column in read.columns if column != "address"})
    rows = rows.join(first, on="address", how="left", maintain_order="left")
    rows = rows.join(
        second, left_on="business_address", right_on="address", how="left", maintain_order="left"
    )
    says_zone_only = pl.col("first_zone_code").is_not_null() & pl.col("first_district_code").is_null()
    says_nothing = pl.col("first_zone_code").is_null() & pl.col("first_district_code").is_null()
    fits = _where_at_home("second_district_code", ["first_zone_code"], rows, day, tables).is_not_null()
    use_second = says_nothing | (says_zone_only & fits)
    second_inside = pl.coalesce("second_district_code", "second_zone_code").is_not_null()
    return rows.with_columns(
        address_district=pl.coalesce(
            "first_district_code", pl.when(use_second).then(pl.col("second_district_code"))
        ),
        address_zone=pl.coalesce("first_zone_code", pl.when(use_second).then(pl.col("second_zone_code"))),
        address_street=pl.coalesce(
            "first_street_code", pl.when(use_second).then(pl.col("second_street_code"))
        ),
        is_elsewhere=(pl.col("first_is_elsewhere").fill_null(value=False) & ~second_inside)
        | (pl.col("address").is_null() & pl.col("second_is_elsewhere").fill_null(value=False)),
    )


def _with_division(
    rows: pl.DataFrame, code: pl.Expr, name: str, day: date, tables: PlaceTables
) -> pl.DataFrame:
    """``<name>_district`` and ``<name>_zone`` of a six-digit code; the city's own code gives neither."""
    districts = tables.districts_on(day)
    return rows.with_columns(
        code.replace_strict(districts, default=None, return_dtype=pl.String).alias(f"{name}_district"),
        pl.when(code.is_in(tables.zones)).then(code).alias(f"{name}_zone"),
    )


def _where_at_home(
    column: str, others: list[str], rows: pl.DataFrame, day: date, tables: PlaceTables
) -> pl.Series:
    """``column`` where it fits the first known of ``others`` (zone in district or district in zone).

    Where none of ``others`` is known there is nothing it could contradict.
    """
    homes = tables.zone_homes_on(day)
    pairs = homes.select("zone_code", "district_code").rows()
    fitting = pl.Series([f"{zone}|{district}" for zone, district in pairs])
    fitting = pl.concat([fitting, pl.Series([f"{district}|{zone}" for zone, district in pairs])])
    other = pl.coalesce(*others)
    fits = pl.format("{}|{}", pl.col(column), other).is_in(fitting.implode())
    return rows.select(pl.when(other.is_null() | fits).then(pl.col(column)).alias(column)).to_series()
