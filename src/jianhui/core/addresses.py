"""What an address says about where it is, read with the place tables of a day.

Steps, all on distinct addresses: bring the text to one form; find every word of the gazetteer in it;
take the explicit district, the zone, and the street or village that is consistent with them. A street
or village name counts only inside the district or zone the address names, or where no other district
of the city has the name: street names repeat (得胜街道 in 旅顺口 and 金州).
"""

from datetime import date

import polars as pl

from jianhui.core.gazetteer import BARE_STREET, BARE_VILLAGE, LISTED, OTHER_ENDING, VILLAGE, PlaceTables
from jianhui.core.text import canonical_name_expr

READING = pl.Schema(
    {
        "address": pl.String(),
        "is_elsewhere": pl.Boolean(),
        "district_code": pl.String(),
        "street_code": pl.String(),
        "zone_code": pl.String(),
    }
)

_PROVINCE = r"^(?:中国)?\(?(?:辽宁省?)?\)?(?:自由贸易试验区)?(?:大连片区)?"
_LEADING = r"^(?:大连市?)?(?:市辖区)?"
_NOT_A_DISTRICT = r"^(?:[东西南北中]?(?:路|街|大街|大道|巷|广场|公园))"
_A_ZONE_INSTEAD = r"^(?:新区|(?:区|市)?经济(?:技术)?开发区|开发区)"
_ROADS = ("路", "街", "巷", "桥")
_BYTES_OF_A_CHARACTER = 3  # of every Chinese character, in UTF-8
_HAVE_A_ZONE = ("金州", "旅顺", "旅顺口", "长兴岛")


def read_addresses(addresses: pl.Series, day: date, tables: PlaceTables) -> pl.DataFrame:
    """Read distinct addresses; columns of ``READING``, one row per distinct non-null address.

    Codes are those in force on ``day``. ``is_elsewhere`` marks an address that begins with a place
    outside the city; its other columns are null.
    """
    texts = addresses.alias("address").cast(pl.String).drop_nulls().unique(maintain_order=True).to_frame()
    texts = texts.with_columns(
        body=canonical_name_expr(pl.col("address")).str.replace(_PROVINCE, "")
    ).with_row_index("id")
    words = _words_found(texts, tables)
    elsewhere = words.filter((pl.col("role") == "elsewhere") & (pl.col("offset") == 0)).select("id").unique()
    explicit = _explicit_district(texts, words, day, tables)
    zone = _zone(words, explicit, day, tables)
    street = _street(words, explicit, zone, day, tables)
    read = (
        texts.join(elsewhere.with_columns(is_elsewhere=pl.lit(value=True)), on="id", how="left")
        .with_columns(pl.col("is_elsewhere").fill_null(value=False))
        .join(explicit, on="id", how="left")
        .join(zone, on="id", how="left")
        .join(street, on="id", how="left", suffix="_of_street")
    )
    inside = ~pl.col("is_elsewhere")
    return read.select(
        "address",
        "is_elsewhere",
        pl.when(inside).then(pl.coalesce("district_code_of_street", "district_code")).alias("district_code"),
        pl.when(inside).then(pl.col("street_code")).alias("street_code"),
        pl.when(inside).then(pl.col("zone_code")).alias("zone_code"),
    )


def _words_found(texts: pl.DataFrame, tables: PlaceTables) -> pl.DataFrame:
    """Every gazetteer word in every text: ``id``, ``word``, ``offset`` (bytes), ``role``, ``code``, ``rank``.

    A bare name that a road goes by (老虎滩路) is left out: roads run through several streets.
    """
    vocabulary = tables.names.get_column("word").unique().sort().to_list()
    body = pl.col("body")
    found = (
        texts.select(
            "id",
            "body",
            body.str.extract_many(vocabulary, overlapping=True).alias("word"),
            body.str.find_many(vocabulary, overlapping=True).alias("offset"),
        )
        .explode("word", "offset")
        .drop_nulls("word")
        .join(tables.names, on="word")
    )
    end = pl.col("offset") + pl.col("word").str.len_bytes()
    next_character = body.cast(pl.Binary).bin.slice(end, _BYTES_OF_A_CHARACTER)
    is_road = pl.any_horizontal(next_character == pl.lit(word.encode()) for word in _ROADS)
    is_bare = (pl.col("role") == "street") & pl.col("rank").is_in([BARE_STREET, BARE_VILLAGE])
    return found.filter(~(is_bare & is_road)).drop("body")


def _explicit_district(
    texts: pl.DataFrame, words: pl.DataFrame, day: date, tables: PlaceTables
) -> pl.DataFrame:
    """The leftmost district an address names in full, else by its short name at the very front."""
    on_day = tables.districts_on(day)
    named = (
        words.filter(role="district")
        .sort("id", "offset", pl.col("word").str.len_bytes(), "code", descending=[False, False, True, False])
        .unique("id", keep="first", maintain_order=True)
        .select("id", pl.col("code").replace_strict(on_day).alias("district_code"))
    )
    short = {
        word: on_day[code]
        for code, words_ in tables.divisions.filter(kind="district").select("code", "short_names").rows()
        for word in (words_ or "").split("|")
        if word
    }
    longest_first = "|".join(sorted(short, key=lambda word: (-len(word), word)))
    parts = pl.col("body").str.extract_groups(f"{_LEADING}({longest_first})(.*)$").struct
    word, rest = parts.field("1"), parts.field("2")
    is_zone = word.is_in(_HAVE_A_ZONE) & rest.str.contains(_A_ZONE_INSTEAD)
    leading = texts.filter(word.is_not_null() & ~is_zone & ~rest.str.contains(_NOT_A_DISTRICT)).select(
        "id", word.replace_strict(short).alias("district_code")
    )
    return pl.concat([named, leading.join(named, on="id", how="anti")])


def _zone(words: pl.DataFrame, explicit: pl.DataFrame, day: date, tables: PlaceTables) -> pl.DataFrame:
    """The zone an address names. A word others use too (开发区) means it only in its own district."""
    homes = tables.zone_homes_on(day).filter("is_default")
    named = words.filter(pl.col("role").is_in(["zone", "area"])).join(explicit, on="id", how="left")
    at_home = named.join(
        homes, left_on=["code", "district_code"], right_on=["zone_code", "district_code"], how="semi"
    )
    kept = pl.concat([named.filter((pl.col("role") == "zone") | pl.col("district_code").is_null()), at_home])
    return (
        kept.sort(pl.col("role") == "area", "offset", -pl.col("word").str.len_bytes().cast(pl.Int64), "code")
        .unique("id", keep="first", maintain_order=True)
        .select("id", pl.col("code").alias("zone_code"))
    )


def _street(
    words: pl.DataFrame, explicit: pl.DataFrame, zone: pl.DataFrame, day: date, tables: PlaceTables
) -> pl.DataFrame:
    """The street an address names, or at least the district in which a village of that name lies.

    Returns ``id``, ``district_code``, ``street_code`` (null where a name occurs twice in one district).
    """
    candidates = (
        _outside_larger_names(words)
        .filter(role="street")
        .join(tables.streets_on(day), left_on="code", right_on="listed_code")
        .select("id", "word", "offset", "rank", "street_code", "district_code", "is_in_force")
        .unique()
    )
    frame = explicit.rename({"district_code": "said_district"}).join(zone, on="id", how="full", coalesce=True)
    placed = candidates.join(frame, on="id", how="left")
    in_said_district = placed.join(
        tables.homes_on(day),
        left_on=["street_code", "said_district"],
        right_on=["street_code", "district_code"],
        how="semi",
    )
    in_said_zone = placed.filter(pl.col("said_district").is_null()).join(
        tables.zone_homes_on(day), on=["zone_code", "district_code"], how="semi"
    )
    free = placed.filter(pl.col("said_district").is_null() & pl.col("zone_code").is_null())
    kept = _without_doubtful_streets(pl.concat([in_said_district, in_said_zone, free]), day, tables)
    place = ["id", "word"]
    # 泡崖街道 is the street of that name, not 泡崖乡 in another district under a newer ending.
    is_listed_elsewhere = (pl.col("rank") == OTHER_ENDING) & (pl.col("rank").min().over(place) == LISTED)
    return (
        kept.filter(~is_listed_elsewhere)
        .group_by(place)
        .agg(
            pl.col("offset").min(),
            pl.col("rank").min(),
            pl.col("district_code").unique().sort(),
            pl.col("street_code").unique().sort(),
        )
        .filter(pl.col("district_code").list.len() == 1)
        .sort("id", "rank", -pl.col("word").str.len_bytes().cast(pl.Int64), "offset", "word")
        .unique("id", keep="first", maintain_order=True)
        .select(
            "id",
            pl.col("district_code").list.first(),
            pl.when(pl.col("street_code").list.len() == 1).then(pl.col("street_code").list.first()),
        )
    )


def _outside_larger_names(words: pl.DataFrame) -> pl.DataFrame:
    """Words less streets that are but a part of a larger place's name.

    长兴岛 in 长兴岛经济区 names no street, nor does 甘井子 in 甘井子区.
    """
    spans = words.with_columns(end=pl.col("offset") + pl.col("word").str.len_bytes())
    larger = spans.filter(pl.col("role").is_in(["district", "zone", "area"])).select(
        "id", larger_start="offset", larger_end="end"
    )
    inside = (
        spans.filter(role="street")
        .join(larger.unique(), on="id")
        .filter((pl.col("offset") >= pl.col("larger_start")) & (pl.col("end") <= pl.col("larger_end")))
    )
    return words.join(inside, on=["id", "word", "offset"], how="anti")


def _without_doubtful_streets(placed: pl.DataFrame, day: date, tables: PlaceTables) -> pl.DataFrame:
    """Withhold the street of a village where it is in doubt; the village still tells the district.

    A village is listed under one street of one year. It says no street where that street is not in force,
    nor where the address names a zone that does not administer it: 何屯村 in 长兴岛 is not the 何屯村 of
    元台镇, though both lie in 瓦房店市.
    """
    streets = tables.zone_streets_on(day).with_columns(is_of_zone=pl.lit(value=True))
    marked = placed.join(streets, on=["zone_code", "street_code"], how="left")
    has_list = pl.col("zone_code").is_in(streets.get_column("zone_code").unique().implode())
    is_foreign = (has_list & pl.col("is_of_zone").is_null()).fill_null(value=False)
    is_doubtful = (pl.col("rank") >= VILLAGE) & (is_foreign | ~pl.col("is_in_force"))
    return marked.with_columns(street_code=pl.when(~is_doubtful).then(pl.col("street_code")))
