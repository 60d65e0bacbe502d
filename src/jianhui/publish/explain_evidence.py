"""The evidence behind members: which record versions speak for each, and the lines they were read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from jianhui.publish.explain_source import Book, Line

_WHOSE = """
    select distinct asked.member_key, members.enterprise_id, unnest(members.days) as day
    from asked inner join members on asked.member_key = members.member_key
"""

_ROWS = f"""
with whose as ({_WHOSE}),
states as (
    select whose.*, spells.union_id, spells.finding, staff.staff_source, staff.staff_as_of
    from whose
    left join fct_enterprise_spells as spells
        on whose.enterprise_id = spells.enterprise_id
        and spells.valid_from <= whose.day and spells.valid_to > whose.day
    left join fct_staff_spells as staff
        on whose.enterprise_id = staff.enterprise_id
        and staff.valid_from <= whose.day and staff.valid_to > whose.day
),
found as (
    select states.member_key, evidence.*
    from states
    inner join bridge_enterprise_evidence as evidence
        on states.enterprise_id = evidence.enterprise_id
        and evidence.valid_from <= states.day and evidence.valid_to > states.day
    where
        evidence.role = 'registry'
        or (
            evidence.role in ('host_union', 'cover_line', 'covering_union')
            and ? and (states.union_id is null or evidence.union_id = states.union_id)
        )
        or (
            evidence.role = 'finding' and ? and states.finding is not null
            and (evidence.is_in_force or states.day <> ?)
        )
        -- The rows of the release's day are marked; of an earlier day those of the period that counted then.
        or (? and case
            when states.day = ? then evidence.is_staff_source
            when states.staff_source = 'tax' then
                evidence.role = 'tax'
                and regexp_replace(split_part(evidence.record_key, '|', 3), '[^0-9]', '', 'g')
                = strftime(states.staff_as_of, '%Y%m')
            when states.staff_source = 'hr' then evidence.role = 'insurance'
            when states.staff_source = 'union' then evidence.role = 'host_union'
            else false
        end)
        or (evidence.role = 'listed' and ? and evidence.is_in_force)
)
select distinct * from found
order by member_key, role, record_key, valid_from
"""


@dataclass(frozen=True)
class Evidence:
    """A record version that speaks for an enterprise: what it is evidence of, since when, and its line.

    ``valid_from`` … ``valid_to`` half-open; ``recorded_at``: when the log learned it; None for a row that is
    a member itself.
    """

    role: str
    feed: str
    record_key: str
    union_id: str | None
    valid_from: date | None
    valid_to: date | None
    valid_from_basis: str | None
    recorded_at: datetime | None
    link_basis: str | None
    link_confidence: float | None
    is_in_force: bool
    is_staff_source: bool
    line: Line

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        own = {name: value for name, value in vars(self).items() if name != "line"}
        return {**own, **self.line.as_dict()}


def evidence_row(book: Book, row: Mapping[str, Any]) -> Evidence:
    """A row of ``bridge_enterprise_evidence`` with its line."""
    return Evidence(
        role=row["role"],
        feed=row["feed"],
        record_key=row["record_key"],
        union_id=row["union_id"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        valid_from_basis=row["valid_from_basis"],
        recorded_at=row["recorded_at"],
        link_basis=row["link_basis"],
        link_confidence=row["link_confidence"],
        is_in_force=row["is_in_force"],
        is_staff_source=row["is_staff_source"],
        line=book.line(row["source_delivery_id"], row["source_line"], row["record_key"]),
    )


def evidence_of(book: Book, keys: Sequence[str], roles: Sequence[str]) -> dict[str, list[Evidence]]:
    """Member key → evidence of ``roles`` and the registry, in a total order.

    The temporary table ``members`` holds the members; those in which a row of the release is the member
    itself bring its line (``own_feed``, ``own_key``, ``own_delivery``, ``own_line``).
    """
    if not keys:
        return {}
    book.load("asked", pl.DataFrame({"member_key": list(keys)}, schema={"member_key": pl.String}))
    wants = {role: role in roles for role in ("cover_line", "finding", "staff", "listed")}
    rows = book.rows(
        _ROWS,
        [
            wants["cover_line"],
            wants["finding"],
            book.release.valid_on,
            wants["staff"],
            book.release.valid_on,
            wants["listed"],
        ],
    )
    found: dict[str, list[Evidence]] = {}
    for row in rows:
        found.setdefault(row["member_key"], []).append(evidence_row(book, row))
    for row in _own_lines(book):
        own = book.line(row["own_delivery"], row["own_line"], row["own_key"])
        found.setdefault(row["member_key"], []).insert(0, _own(row, own))
    if wants["listed"]:
        _add_unmatched(book, found)
    return found


def _own_lines(book: Book) -> list[dict[str, Any]]:
    has_own = book.row(
        "select 1 as one from duckdb_columns() where table_name = 'members' and column_name = 'own_delivery'"
    )
    if has_own is None:
        return []
    return book.rows(
        "select distinct members.member_key, own_feed, own_key, own_delivery, own_line from members "
        "semi join asked on members.member_key = asked.member_key where own_delivery is not null "
        "order by members.member_key"
    )


def _add_unmatched(book: Book, found: dict[str, list[Evidence]]) -> None:
    """Listed firms that match nothing: the row of the list is all there is."""
    for row in book.rows(
        "select record_key as member_key, 'base_list' as own_feed, record_key as own_key, "
        "source_delivery_id as own_delivery, source_line as own_line from fct_frozen_base "
        "semi join asked on fct_frozen_base.record_key = asked.member_key "
        "where enterprise_id is null order by record_key"
    ):
        own = book.line(row["own_delivery"], row["own_line"], row["own_key"])
        found.setdefault(row["member_key"], []).insert(0, _own(row, own))


def _own(row: Mapping[str, Any], line: Line) -> Evidence:
    role = "listed" if row["own_feed"] == "base_list" else "record"
    return Evidence(
        role, row["own_feed"], row["own_key"], None, None, None, None, None, None, None, True, False, line
    )
