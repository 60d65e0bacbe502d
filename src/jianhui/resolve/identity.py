"""Which commerce records are one enterprise, and by which lasting id it is called.

The method ("Units"): each commerce record is one enterprise, except that a firm first registered
under a 注册号 and later under a USCC is one when a row carries both, or when name and 成立日期 agree
and no other candidate does. A record keyed by an invalid code has no identity but its name and date,
so it may join a USCC record by the second rule.

An enterprise is therefore a star: at most one record with a valid USCC as key, and any number of
*older records* that became it. Two valid USCCs are never one enterprise.

Everything here is a pure function of what was recorded, and lasting:

- An id is made from the record key first *recorded* in the enterprise; of one segment the smaller key.
- A merge by name and date is judged at the instant its evidence was complete, against the candidates
  known then. A third record that turns up later does not undo it, nor is an ambiguity resolved by
  waiting; only a row that carries both codes, a withdrawal of the evidence, or a person's judgement
  (``bonds``) changes it.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from jianhui.core.clock import SHANGHAI
from jianhui.core.events import CONTENT_EVENTS
from jianhui.core.text import canonical_name_expr
from jianhui.resolve.bonds import Bonds, with_bonds

BASIS_USCC = "uscc"
BASIS_REG_NO = "reg_no"
BASIS_NAME = "name"

CERTAIN = 1.0
NAME_CONFIDENCE = 0.95
"""Confidence of an identity that rests on an equal canonical name. A constant of the program, not of
policy: no rate uses it; it orders links for a reader, below every code (1.0) and above every score."""

ID_PREFIX = "E"
ID_CHARACTERS = 12
"""60 bits: two of a million enterprises share an id with a chance of 4 in 10 million; refused if so."""


@dataclass(frozen=True)
class Identities:
    """Who is who among the commerce records.

    ``records``: one row per record key — ``record_key``, ``enterprise_id``, ``minted_on`` Date (civil
    day the id's own record was first recorded), ``link_basis``, ``link_confidence``, ``is_uscc_key``.
    ``superseded``: one row per id that is no more — ``enterprise_id``, ``superseded_by``, ``basis``.
    """

    records: pl.DataFrame
    superseded: pl.DataFrame


def enterprise_id(record_key: str) -> str:
    """The id minted for a commerce record: ``E`` and twelve characters of base 32."""
    digest = hashlib.sha256(f"commerce|{record_key}".encode()).digest()
    return ID_PREFIX + base64.b32encode(digest).decode("ascii")[:ID_CHARACTERS]


def evidence(records: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """What the commerce records say of who they are, and since when it has been on record.

    ``records``: typed versions; ``events``: the feed's events, in which a content may have been recorded
    long before the delivery it is now quoted from. Result: the shape :func:`identify` takes.
    """
    said = ["record_key", "uscc_raw", "reg_no_raw", "name_canonical", "established_on_raw"]
    cells = {column: pl.lit(None, pl.String) for column in ("uscc", "reg_no", "name", "established_on")}
    told = (
        events.filter(pl.col("event").is_in(CONTENT_EVENTS))
        .with_columns(null.alias(column) for column, null in cells.items() if column not in events.columns)
        .select(
            "record_key",
            "recorded_at",
            uscc_raw="uscc",
            reg_no_raw="reg_no",
            name_canonical=canonical_name_expr(pl.col("name")),
            established_on_raw="established_on",
        )
        .with_columns(first_recorded_at=pl.col("recorded_at").min().over("record_key"))
    )
    known_since = told.group_by(said).agg(pl.col("first_recorded_at", "recorded_at").min())
    return (
        records.select(*said, "uscc", "reg_no", "established_on")
        .unique()
        .join(known_since, on=said, how="left", nulls_equal=True, validate="m:1")
        .select(
            "record_key",
            "first_recorded_at",
            "recorded_at",
            "uscc",
            "reg_no",
            "name_canonical",
            "established_on",
        )
    )


def identify(records: pl.DataFrame, bonds: Bonds | None = None) -> Identities:
    """Group commerce records into enterprises.

    ``records``: one row per record key × content it ever had and still has — ``record_key``,
    ``first_recorded_at`` (UTC, of the key), ``recorded_at`` (UTC, when this content was first
    recorded), ``uscc``, ``reg_no`` (canonical, null unless valid), ``name_canonical``,
    ``established_on``. ``bonds``: what people judged of pairs of records. Row order is of no effect.
    """
    judged = bonds or Bonds()
    apart = judged.apart_frame()
    keys = records.group_by("record_key").agg(
        pl.col("first_recorded_at").min(),
        (pl.col("uscc") == pl.col("record_key")).any().fill_null(False).alias("is_uscc_key"),
        (pl.col("reg_no") == pl.col("record_key")).any().fill_null(False).alias("is_reg_no_key"),
    )
    known = records.join(keys.select("record_key", "is_uscc_key", "is_reg_no_key"), on="record_key")
    by_codes = _by_both_codes(known, apart)
    by_name = _by_name_and_date(known, apart).join(by_codes, on="old_key", how="anti")
    return _named(keys, with_bonds(keys, pl.concat([by_codes, by_name]), judged))


def _by_both_codes(known: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Older records whose registration number a USCC record carries: ``old_key``, ``new_key``, ``basis``.

    Of several USCC records the one that first said so; if two said so at once, none. A pair judged to be
    two enterprises (``apart``) is no candidate.
    """
    old = known.filter("is_reg_no_key", ~pl.col("is_uscc_key")).group_by("record_key")
    claims = known.filter("is_uscc_key", pl.col("reg_no").is_not_null())
    pairs = (
        claims.join(old.agg(old_at=pl.col("recorded_at").min()), left_on="reg_no", right_on="record_key")
        .select(
            old_key="reg_no", new_key="record_key", complete_at=pl.max_horizontal("recorded_at", "old_at")
        )
        .group_by("old_key", "new_key")
        .agg(pl.col("complete_at").min())
        .join(apart, on=["old_key", "new_key"], how="anti")
    )
    return pairs.filter(_is_first_alone("old_key")).select("old_key", "new_key", basis=pl.lit(BASIS_REG_NO))


def _by_name_and_date(known: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Older records that share name and 成立日期 with one USCC record, and it with them alone."""
    evidence = ["name_canonical", "established_on"]
    said = (
        known.filter(pl.all_horizontal(pl.col(evidence).is_not_null()))
        .group_by("record_key", "is_uscc_key", *evidence)
        .agg(pl.col("recorded_at").min())
    )
    pairs = (
        said.filter(~pl.col("is_uscc_key"))
        .join(said.filter("is_uscc_key"), on=evidence, suffix="_new")
        .select(
            old_key="record_key",
            new_key="record_key_new",
            complete_at=pl.max_horizontal("recorded_at", "recorded_at_new"),
        )
        .group_by("old_key", "new_key")
        .agg(pl.col("complete_at").min())
        .join(apart, on=["old_key", "new_key"], how="anti")
    )
    return pairs.filter(_is_first_alone("old_key"), _is_first_alone("new_key")).select(
        "old_key", "new_key", basis=pl.lit(BASIS_NAME)
    )


def _is_first_alone(side: str) -> pl.Expr:
    """Whether a pair was complete before every other pair of the same record on ``side``."""
    first = pl.col("complete_at").min().over(side)
    alone = (pl.col("complete_at") == first).sum().over(side) == 1
    return (pl.col("complete_at") == first) & alone


def _named(keys: pl.DataFrame, merges: pl.DataFrame) -> Identities:
    """Ids for every record, and redirections from the ids that the merges made superfluous."""
    placed = (
        keys.join(merges, left_on="record_key", right_on="old_key", how="left")
        .with_columns(star=pl.coalesce("new_key", "record_key"))
        .sort("star", "first_recorded_at", "record_key")
        .with_columns(
            minted_key=pl.col("record_key").first().over("star"),
            minted_at=pl.col("first_recorded_at").first().over("star"),
        )
    )
    own = pl.Series("own_id", _ids(placed.get_column("record_key")), dtype=pl.String)
    ids = placed.with_columns(own)
    minted = ids.select(minted_key="record_key", enterprise_id="own_id")
    ids = ids.join(minted, on="minted_key", how="left").sort("record_key")
    star_basis = pl.col("basis").drop_nulls().sort(descending=True).first().over("star")
    return Identities(
        records=ids.select(
            "record_key",
            "enterprise_id",
            pl.col("minted_at").dt.convert_time_zone(str(SHANGHAI)).dt.date().alias("minted_on"),
            pl.coalesce("basis", _own_basis()).alias("link_basis"),
            pl.when(pl.col("basis") == BASIS_NAME)
            .then(pl.lit(NAME_CONFIDENCE))
            .otherwise(pl.lit(CERTAIN))
            .alias("link_confidence"),
            "is_uscc_key",
        ),
        superseded=ids.with_columns(pl.coalesce("basis", star_basis).alias("basis"))
        .filter(pl.col("own_id") != pl.col("enterprise_id"))
        .select(enterprise_id="own_id", superseded_by="enterprise_id", basis="basis")
        .sort("enterprise_id"),
    )


def _own_basis() -> pl.Expr:
    """What a record's identity rests on when nothing joined it: its valid code, else only its name."""
    return (
        pl.when("is_uscc_key")
        .then(pl.lit(BASIS_USCC))
        .when("is_reg_no_key")
        .then(pl.lit(BASIS_REG_NO))
        .otherwise(pl.lit(BASIS_NAME))
    )


def _ids(record_keys: Iterable[str]) -> list[str]:
    ids = [enterprise_id(key) for key in record_keys]
    if len(set(ids)) != len(ids):  # pragma: no cover - one chance in millions, and then no silent merge
        raise OverflowError("two commerce records have one enterprise id; lengthen ID_CHARACTERS")
    return ids
