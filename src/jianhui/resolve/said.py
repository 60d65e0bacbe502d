"""What a record and an enterprise say of themselves, in the few columns a person compares.

Source: the contracts' columns. Numbers of a person within a text are masked, a code that is a person's is
not shown at all: these texts are published and printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from jianhui.core.masking import masked
from jianhui.log.vault import PSEUDONYM_PATTERN
from jianhui.resolve.claims import UNIONS


@dataclass(frozen=True)
class _Shown:
    """Columns of a feed's typed records: of several the first that says something; ``about`` all of them."""

    name: tuple[str, ...]
    address: str | None
    codes: tuple[str, ...]
    about: tuple[str, ...] = ()


_SHOWN: Mapping[str, _Shown] = {
    "tax": _Shown(("name",), "address", ("tax_id_raw",), ("registration_type",)),
    "hr": _Shown(("name",), "address", ("uscc_raw", "org_code_raw"), ("unit_type",)),
    UNIONS: _Shown(("host_name", "name"), "address", ("host_code_raw",), ("name", "kind")),
    "union_coverage": _Shown(("unit_name",), "address", ("unit_code_raw",), ("union_no",)),
    "work_safety": _Shown(("name",), "address", ("uscc_raw",)),
    "verifications": _Shown(("name",), None, ("uscc_raw",)),
    "base_list": _Shown(("name",), None, ("uscc_raw",), ("list_name",)),
}

RECORD_SAYS = ("name", "address", "code", "about")
ENTERPRISE_SAYS = ("name", "address", "business_address", "code", "former_names", "established_on", "status")


def said_by_records(records: Mapping[str, pl.DataFrame], valid_on: date) -> pl.DataFrame:
    """One row per linkable record: ``feed``, ``record_key``, ``record_key_raw``, :data:`RECORD_SAYS`.

    ``records``: feed → typed versions. Of each record the last version that began by ``valid_on``. All
    String; null where nothing is said. Ordered by feed and key.
    """
    parts = [_of_feed(feed, records[feed], valid_on) for feed in sorted(_SHOWN) if feed in records]
    empty = pl.DataFrame(
        schema=dict.fromkeys(("feed", "record_key", "record_key_raw", *RECORD_SAYS), pl.String())
    )
    return pl.concat([empty, *parts])


def said_of_enterprises(enterprises: pl.DataFrame, valid_on: date) -> pl.DataFrame:
    """One row per enterprise: ``enterprise_id``, :data:`ENTERPRISE_SAYS` (``established_on`` Date), ordered.

    ``enterprises``: commerce versions by enterprise. Of each the last version that began by ``valid_on``.
    """
    return _last(enterprises, "enterprise_id", valid_on).select(
        "enterprise_id",
        "name",
        _masked("address"),
        _masked("business_address"),
        _code(("uscc_raw", "reg_no_raw")),
        _masked("former_names"),
        "established_on",
        "status",
    )


def _of_feed(feed: str, versions: pl.DataFrame, valid_on: date) -> pl.DataFrame:
    shown = _SHOWN[feed]
    nothing = pl.lit(None, pl.String)
    about = pl.concat_str(shown.about, separator="，", ignore_nulls=True) if shown.about else nothing
    return _last(versions, "record_key", valid_on).select(
        pl.lit(feed).alias("feed"),
        "record_key",
        "record_key_raw",
        pl.coalesce(shown.name).alias("name"),
        (_masked(shown.address) if shown.address else nothing).alias("address"),
        _code(shown.codes),
        about.alias("about"),
    )


def _last(versions: pl.DataFrame, owner: str, valid_on: date) -> pl.DataFrame:
    return (
        versions.filter(pl.col("valid_from") <= valid_on)
        .sort(owner, "valid_from")
        .unique(owner, keep="last", maintain_order=True)
    )


def _code(columns: tuple[str, ...]) -> pl.Expr:
    """The first code that is written, unless it is a person's."""
    written = [pl.when(pl.col(column).str.strip_chars() != "").then(column) for column in columns]
    code = pl.coalesce(written)
    return pl.when(~code.str.contains(PSEUDONYM_PATTERN)).then(code).alias("code")


def _masked(column: str) -> pl.Expr:
    """A text column; only cells with eleven digits in a row can hold a person's number."""
    text = pl.col(column)
    cut = text.map_elements(masked, return_dtype=pl.String)
    return pl.when(text.str.contains(r"[0-9]{11}")).then(cut).otherwise(text).alias(column)
