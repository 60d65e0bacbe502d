"""Words of the event log: the rule a feed is read by, the kinds of events, the ends of time.

Source of the rules: the method, "Clocks". A :class:`FeedRule` is all the log needs to know of a
contract; the receipt keeps the contract, so that old deliveries are replayed by the rule of their day.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

BEGINNING = date(1, 1, 1)
"""``valid_from`` of a first version: it holds from the start of the record's life, whenever that was."""

OPEN_END = date(9999, 12, 31)
"""``valid_to`` of a version nothing has followed yet. Intervals are half-open."""

Absence = Literal["keeps", "ends", "none"]
DeliveryKind = Literal["full", "delta"]
Verdict = Literal["accepted", "held", "refused", "released", "rejected"]

EFFECTIVE_VERDICTS: tuple[Verdict, ...] = ("accepted", "released")
"""Verdicts under which a delivery asserts something; the others are told and count for nothing."""

NO_SCOPE = ""
"""Scope of every record of a feed whose full files speak for the whole feed."""

# Events. "appeared" … "ended" tell of the delivery that made the segment; the last two mend the
# timeline around a late or superseding delivery.
APPEARED = "appeared"
CHANGED = "changed"
DISAPPEARED = "disappeared"
REAPPEARED = "reappeared"
ENDED = "ended"
RESTATED = "restated"
RETRACTED = "retracted"
CONTENT_EVENTS = (APPEARED, CHANGED, REAPPEARED, RESTATED)
"""Events that carry the agency's cells."""

# What a row of a delivery says of its key (column ``op`` of assertions).
PRESENT = "present"
DELETED = "deleted"

RESERVED_COLUMNS = frozenset(
    {
        "seq",
        "event",
        "op",
        "record_key",
        "record_key_raw",
        "scope",
        "asserted_on",
        "asserted_by",
        "asserted_seq",
        "previous_asserted_on",
        "valid_from",
        "valid_from_basis",
        "valid_to",
        "version_no",
        "declared_on",
        "is_backdated",
        "delivery_id",
        "line",
        "recorded_at",
        "first_seen_on",
        "last_seen_on",
        "is_absent",
    }
)
"""Columns of the log and of versions, which no contract may use as the name of one of its own."""

# How the ``valid_from`` of a version came about.
BASIS_FIRST = "first"
BASIS_DECLARED = "declared"
BASIS_REFERENCE_DATE = "reference_date"


@dataclass(frozen=True)
class FeedRule:
    """What the log must know of a feed to turn its deliveries into events.

    ``absence``: what it means that a full file lacks a key (``none`` for append-only feeds).
    ``append_only``: rows accumulate; of one key the later recorded row counts.
    ``change_date_column``: content column whose change declares when a change took effect, if any.
    ``scope_column``: content column a full file is complete *within* (tax: the period), if any.
    ``content_columns``: the contract's columns, in its order; a record's content is their raw cells.
    """

    feed: str
    absence: Absence
    append_only: bool
    change_date_column: str | None
    scope_column: str | None
    content_columns: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.absence not in get_args(Absence):
            raise ValueError(f"{self.feed}: absence must be one of {get_args(Absence)}, not {self.absence!r}")
        if self.append_only != (self.absence == "none"):
            raise ValueError(f"{self.feed}: absence is 'none' for append-only feeds, and only for them")
        if taken := RESERVED_COLUMNS.intersection(self.content_columns):
            raise ValueError(f"{self.feed}: the log itself uses the column names {sorted(taken)}")
        for column in (self.change_date_column, self.scope_column):
            if column is not None and column not in self.content_columns:
                raise ValueError(f"{self.feed}: {column!r} is not a content column")
