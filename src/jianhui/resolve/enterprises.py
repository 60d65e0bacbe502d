"""The versions of each enterprise, over all the commerce records it was ever kept under.

Most enterprises have one record, and its versions are theirs. Where an older record (注册号) became a
USCC record, their assertions are put in one order, by reference date, then delivery, the USCC record
last, and read by the same rule as those of one record:

- While the USCC record is being asserted it speaks; what the older one says beside it is passed over.
- The first version of the later record takes effect on the declared date if 核准日期 changed and lies
  after the last sight of the earlier record and not after its own reference date, else on that date.
- Deleting one record ends the enterprise only if no other of its records is still held by the agency;
  if one is, that record speaks again.
"""

import polars as pl

from jianhui.core.events import BASIS_DECLARED, BASIS_FIRST, BASIS_REFERENCE_DATE, BEGINNING, OPEN_END
from jianhui.core.text import is_empty_expr
from jianhui.resolve.identity import Identities

_CHANGE_DATE = "approved_on"
_POSITION = ["enterprise_id", "place_on", "place_seq", "is_uscc_key", "record_key"]


def merge_versions(records: pl.DataFrame, identities: Identities) -> pl.DataFrame:
    """Versions by enterprise: the columns of ``records`` and ``enterprise_id`` first.

    ``records``: typed commerce records, record key × version. Result: enterprise × version, the spells
    of one enterprise disjoint; ``version_no`` counts them; ``first_seen_on``, ``last_seen_on`` and
    ``is_absent`` are those of the enterprise. Ordered by enterprise and version.
    """
    columns = ["enterprise_id", *records.columns]
    owned = records.join(
        identities.records.select("record_key", "enterprise_id", "is_uscc_key"), on="record_key"
    )
    n_keys = pl.col("record_key").n_unique().over("enterprise_id")
    single = owned.filter(n_keys == 1)
    several = owned.filter(n_keys > 1)
    merged = pl.concat([single.select(columns), _merge(several).select(columns)])
    return merged.sort("enterprise_id", "valid_from").with_columns(
        version_no=pl.int_range(1, pl.len() + 1, dtype=pl.Int64()).over(
            "enterprise_id", order_by="valid_from"
        )
    )


def _merge(owned: pl.DataFrame) -> pl.DataFrame:
    """The versions of enterprises with several records, in one line each."""
    lives = _with_lives(owned).with_columns(place_on=pl.col("asserted_on"), place_seq=pl.col("asserted_seq"))
    spoken = lives.join(_spans_of_uscc_records(lives), on="enterprise_id", how="left").filter(
        pl.col("is_uscc_key")
        | ~pl.col("place_on").is_between(pl.col("speaks_from"), pl.col("speaks_to")).fill_null(False)
    )
    entries = pl.concat([spoken.select(lives.columns), _speaking_again(lives, spoken)])
    return (
        _with_valid_from(entries.sort(_POSITION))
        .with_columns(
            valid_to=pl.min_horizontal("life_to", pl.col("valid_from").shift(-1).over("enterprise_id")),
        )
        .filter(pl.col("valid_from") < pl.col("valid_to"))
        .with_columns(
            pl.col("first_seen_on").min().over("enterprise_id"),
            pl.col("last_seen_on").max().over("enterprise_id"),
            pl.col("is_absent").all().over("enterprise_id"),
        )
    )


def _with_lives(owned: pl.DataFrame) -> pl.DataFrame:
    """Adds ``life_to``: the day on which the run of adjoining versions a version belongs to ends."""
    ordered = owned.sort("record_key", "valid_from")
    begins = (pl.col("valid_from") != pl.col("valid_to").shift(1)).fill_null(True)
    return (
        ordered.with_columns(life=begins.cast(pl.Int64).cum_sum().over("record_key", order_by="valid_from"))
        .with_columns(life_to=pl.col("valid_to").max().over("record_key", "life"))
        .drop("life")
    )


def _spans_of_uscc_records(lives: pl.DataFrame) -> pl.DataFrame:
    """From when to when the USCC record of each enterprise was asserted."""
    return (
        lives.filter("is_uscc_key")
        .group_by("enterprise_id")
        .agg(speaks_from=pl.col("first_seen_on").min(), speaks_to=pl.col("last_seen_on").max())
    )


def _speaking_again(lives: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    """Older records that are still held when the USCC record is deleted: their version of that day."""
    deleted = (
        lives.filter("is_uscc_key")
        .group_by("enterprise_id")
        .agg(pl.col("life_to").max().alias("deleted_on"))
        .filter(pl.col("deleted_on") < OPEN_END)
    )
    held = (
        lives.filter(~pl.col("is_uscc_key"))
        .join(deleted, on="enterprise_id")
        .filter(
            pl.col("valid_from") <= pl.col("deleted_on"),
            pl.col("deleted_on") < pl.col("valid_to"),
            (pl.col("last_seen_on") >= pl.col("deleted_on")) | ~pl.col("is_absent"),
        )
        .sort("enterprise_id", "asserted_on", "asserted_seq", "record_key")
        .unique("enterprise_id", keep="last", maintain_order=True)
    )
    speaks_anyway = spoken.select("enterprise_id", "record_key", deleted_on="place_on")
    return (
        held.join(speaks_anyway, on=["enterprise_id", "record_key", "deleted_on"], how="anti")
        .with_columns(place_on=pl.col("deleted_on"))
        .select(lives.columns)
    )


def _with_valid_from(ordered: pl.DataFrame) -> pl.DataFrame:
    """Effect of each entry: its own within one record, by the assertion rule where the record changes."""
    before = ordered.with_columns(
        before_key=pl.col("record_key").shift(1).over("enterprise_id"),
        before_date=pl.col(_CHANGE_DATE).shift(1).over("enterprise_id"),
        before_raw=pl.col(f"{_CHANGE_DATE}_raw").shift(1).over("enterprise_id"),
        before_seen=pl.col("last_seen_on").shift(1).over("enterprise_id"),
        before_place=pl.col("place_on").shift(1).over("enterprise_id"),
    )
    is_first = pl.col("before_key").is_null()
    continues = (pl.col("before_key") == pl.col("record_key")).fill_null(False)
    changed = pl.col(_CHANGE_DATE).is_not_null() & (
        (pl.col(_CHANGE_DATE) != pl.col("before_date")).fill_null(is_empty_expr(pl.col("before_raw")))
    )
    # The earlier record may be seen on beside the later one; then its own assertion bounds the window.
    seen_before = pl.col("before_seen") < pl.col("place_on")
    last_sight = pl.when(seen_before).then("before_seen").otherwise("before_place")
    in_window = changed & (last_sight < pl.col(_CHANGE_DATE)) & (pl.col(_CHANGE_DATE) <= pl.col("place_on"))
    own = is_first | continues
    return before.with_columns(
        valid_from=pl.when(is_first)
        .then(pl.lit(BEGINNING))
        .when(continues)
        .then("valid_from")
        .when(in_window)
        .then(_CHANGE_DATE)
        .otherwise("place_on"),
        valid_from_basis=pl.when(is_first)
        .then(pl.lit(BASIS_FIRST))
        .when(continues)
        .then("valid_from_basis")
        .when(in_window)
        .then(pl.lit(BASIS_DECLARED))
        .otherwise(pl.lit(BASIS_REFERENCE_DATE)),
        declared_on=pl.when(own).then("declared_on").when(changed).then(_CHANGE_DATE),
        is_backdated=pl.when(own).then("is_backdated").otherwise(changed & ~in_window),
    )
