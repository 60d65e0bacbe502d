"""One enterprise taken apart: its records in every feed, both clocks, bases, cover, gap and staff.

Everything is read from one release and the landing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jianhui.publish.explain_bases import BaseReason, Conditions
from jianhui.publish.explain_evidence import Evidence, evidence_row
from jianhui.publish.explain_find import find_enterprise
from jianhui.publish.explain_published import published_states
from jianhui.publish.explain_source import Book
from jianhui.publish.explain_unions import UnionTie, union_ties


@dataclass(frozen=True)
class EnterpriseExplanation:
    """All that a release knows of one enterprise. ``row``: its row of ``dim_enterprises``."""

    release_id: str
    valid_on: date
    known_at: Any
    asked: str
    redirected: Mapping[str, Any] | None
    row: Mapping[str, Any]
    state: Mapping[str, Any]
    coverage: Mapping[str, Any]
    gap: Mapping[str, Any] | None
    bases: tuple[BaseReason, ...]
    unions: tuple[UnionTie, ...]
    staff: tuple[Evidence, ...]
    records: tuple[Evidence, ...]
    spells: tuple[Mapping[str, Any], ...]
    staff_spells: tuple[Mapping[str, Any], ...]
    changes: tuple[Mapping[str, Any], ...]
    near: tuple[Mapping[str, Any], ...]
    published: tuple[Mapping[str, Any], ...]
    policy: Mapping[str, Mapping[str, Any]]

    @property
    def enterprise_id(self) -> str:
        """Its lasting id."""
        return str(self.row["enterprise_id"])

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "release_id": self.release_id,
            "as_of": {"valid_on": self.valid_on, "known_at": self.known_at},
            "asked": self.asked,
            "redirected": self.redirected,
            "enterprise": dict(self.row),
            "bases": [
                {
                    "base": base.kind,
                    "is_member": base.is_member,
                    "conditions": [one.as_dict() for one in base.conditions],
                }
                for base in self.bases
            ],
            "cover": {
                "is_covered": self.state.get("is_covered"),
                "cover_kind": self.state.get("cover_kind"),
                "union_id": self.state.get("union_id"),
                "covered_since": self.coverage.get("covered_since"),
                "unions": [
                    {**vars(tie), "evidence": [one.as_dict() for one in tie.evidence]} for tie in self.unions
                ],
            },
            "gap": dict(self.gap) if self.gap else None,
            "staff": {
                "count": self.row["staff_count"],
                "source": self.row["staff_source"],
                "as_of": self.row["staff_as_of"],
                "evidence": [one.as_dict() for one in self.staff],
            },
            "records": [one.as_dict() for one in self.records],
            "history": {
                "spells": [dict(spell) for spell in self.spells],
                "staff": [dict(spell) for spell in self.staff_spells],
                "changes": [dict(change) for change in self.changes],
                "published": [dict(one) for one in self.published],
            },
            "unattached_records_that_may_mean_it": [dict(one) for one in self.near],
            "policy": [dict(rule) for rule in self.policy.values()],
        }


def explain_enterprise(book: Book, asked: str) -> EnterpriseExplanation:
    """Take one enterprise apart; ``asked``: its id, a code of it, a record key, or its name.

    Raises ``UsageError`` ``unknown_enterprise``, or ``ambiguous_enterprise`` listing the choices.
    """
    found, redirected = find_enterprise(book, asked)
    day = book.release.valid_on
    row = book.row("select * from dim_enterprises where enterprise_id = ?", [found]) or {}
    records = [
        evidence_row(book, one)
        for one in book.rows(
            "select * from bridge_enterprise_evidence where enterprise_id = ? "
            "order by role, record_key, valid_from",
            [found],
        )
    ]
    spells = book.rows(
        "select * from fct_enterprise_spells where enterprise_id = ? order by valid_from", [found]
    )
    on_day = [one for one in spells if one["valid_from"] <= day < one["valid_to"]]
    state: Mapping[str, Any] = on_day[-1] if on_day else {}
    coverage = book.row("select * from fct_enterprise_coverage where enterprise_id = ?", [found]) or {}
    policy = {rule["rule_key"]: rule for rule in book.rows("from dim_policy")}
    return EnterpriseExplanation(
        release_id=book.release.release_id,
        valid_on=day,
        known_at=book.release.known_at,
        asked=asked,
        redirected=redirected,
        row=row,
        state=state,
        coverage=coverage,
        gap=book.row("select * from fct_enterprises_without_union where enterprise_id = ?", [found]),
        bases=Conditions(book, row, state, coverage, records, policy).bases(),
        unions=union_ties(book, found, state.get("union_id"), records),
        staff=tuple(one for one in records if one.is_staff_source),
        records=tuple(records),
        spells=tuple(spells),
        staff_spells=tuple(
            book.rows("select * from fct_staff_spells where enterprise_id = ? order by valid_from", [found])
        ),
        changes=tuple(
            book.rows(
                "select * from fct_coverage_changes where enterprise_id = ? order by changed_on, change",
                [found],
            )
        ),
        near=tuple(_near(book, found)),
        published=tuple(published_states(book.settings, found)),
        policy=policy,
    )


def _near(book: Book, enterprise_id: str) -> list[dict[str, Any]]:
    """Records that attach to nobody and may mean this enterprise: it is among their nearest candidates."""
    found = []
    for row in book.rows(
        "select * from fct_unmatched_records where contains(candidates, ?) order by feed, record_key",
        [f'"{enterprise_id}"'],
    ):
        line = book.line(row["source_delivery_id"], row["source_line"], row["record_key"])
        why = [one["why"] for one in json.loads(row["candidates"]) if one["enterprise_id"] == enterprise_id]
        found.append(
            {
                "record_key": row["record_key"],
                "name": row["name"],
                "reason": row["reason"],
                "why": why,
                **line.as_dict(),
            }
        )
    return found
