"""A delivery on its way into the log: what it is, and the shape of what it says."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from jianhui.core.events import DELETED, NO_SCOPE, PRESENT, DeliveryKind, FeedRule


@dataclass(frozen=True)
class Arriving:
    """The delivery whose events are wanted. ``seq`` is the ledger line it will have."""

    seq: int
    delivery_id: str
    kind: DeliveryKind
    reference_on: date
    scopes: tuple[str, ...]
    recorded_at: datetime


def assertion_schema(rule: FeedRule) -> dict[str, pl.DataType]:
    """Columns of the rows a delivery hands to the log: grain record key.

    ``scope`` is the canonical scope (``""`` in feeds without); ``op`` is ``present`` or ``deleted``;
    ``line`` the physical line of the file; then the raw cells (null = header absent, ``""`` = blank).
    """
    meta: dict[str, pl.DataType] = {
        "record_key": pl.String(),
        "record_key_raw": pl.String(),
        "scope": pl.String(),
        "op": pl.String(),
        "line": pl.Int64(),
    }
    return meta | {column: pl.String() for column in rule.content_columns}


def checked(assertions: pl.DataFrame, arriving: Arriving, rule: FeedRule) -> pl.DataFrame:
    """The assertions in the order and types of their schema.

    Raises ``ValueError`` on assertions of another shape, with a key twice, or outside the scopes named.
    """
    schema = assertion_schema(rule)
    if missing := schema.keys() - set(assertions.columns):
        raise ValueError(f"{rule.feed}: assertions lack the columns {sorted(missing)}")
    said = assertions.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    if said["record_key"].null_count() or not said["record_key"].is_unique().all():
        raise ValueError(f"{rule.feed}: a delivery asserts each key once, and no empty one")
    if not said["op"].is_in([PRESENT, DELETED]).all():
        raise ValueError(f"{rule.feed}: op is {PRESENT} or {DELETED}")
    if arriving.kind == "full" and said["op"].is_in([DELETED]).any():
        raise ValueError(f"{rule.feed}: a full delivery deletes by leaving out")
    if not rule.append_only and not said["scope"].is_in(arriving.scopes or (NO_SCOPE,)).all():
        raise ValueError(f"{rule.feed}: assertions outside the scopes the delivery names")
    return said
