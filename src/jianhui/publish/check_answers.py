"""What is known of the union of every firm on a list, with evidence and date, unsure answers marked.

Source: the plan of 2014, section 1 (社会化联动机制): partners ask before an honour or a seat is given. So an
answer says no more than is known: a firm that was only probably recognised, or whose other evidence speaks
against its union status, is marked for a person to look at (``remarks``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from jianhui.publish.check_list import ListRow
from jianhui.publish.check_words import (
    CODE_UNREAD,
    COVERED_PAYS_PREPARATORY_FEE,
    DUPLICATE,
    ENDED,
    LIKELY_ONLY,
    NOTES,
    OUT_OF_SCOPE,
    UNCOVERED_BY_CLAIM,
    UNCOVERED_PAYS_FEE,
)
from jianhui.publish.report_source import Release
from jianhui.resolve.scored import BASIS_NAME_ADDRESS, BASIS_SCORED
from jianhui.resolve.tiers import FORMER_NAME_CONFIDENCE

SURE, LIKELY, SEVERAL, NONE, UNREADABLE = "sure", "likely", "several", "none", "unreadable"
"""How the firm was recognised: by code or a name only it bears; by a scored link or a former name; not, but
there are candidates; not at all; the row says neither name nor code."""

HAS_UNION, NO_UNION, UNKNOWN = "has_union", "no_union", "unknown"
"""``unknown``: the firm was not recognised, or no union register was ever received."""


@dataclass(frozen=True)
class Candidate:
    """An enterprise the row may mean: why, and whether it has a union."""

    enterprise_id: str
    name: str | None
    why: str
    union_status: str


@dataclass(frozen=True)
class Answer:
    """The answer to one row. Of an unrecognised firm all between ``enterprise_id`` and ``covered_since`` is
    None. ``evidence``, ``evidence_on``: what the union status rests on, and of which day that record is.
    ``remarks``: keys of ``check_words.REMARKS``."""

    row: ListRow
    match: str
    reason: str | None
    link_basis: str | None
    link_confidence: float | None
    enterprise_id: str | None
    name: str | None
    uscc: str | None
    district_code: str | None
    registry_status: str | None
    union_status: str
    cover_kind: str | None
    union_id: str | None
    union_name: str | None
    covered_since: date | None
    evidence: tuple[str, str]
    evidence_on: date | None
    remarks: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it may be passed on as it is: recognised for sure, and nothing speaks against it."""
        return self.match == SURE and self.union_status != UNKNOWN and not set(self.remarks) - set(NOTES)

    def as_dict(self) -> dict[str, Any]:
        """For a program: the row's fields and the answer's, flat."""
        told = asdict(self)
        row = told.pop("row")
        row["code_problem"] = row["code_problem"] and row["code_problem"][1]
        told["evidence"] = {"zh": self.evidence[0], "en": self.evidence[1]}
        return {**{f"asked_{key}": value for key, value in row.items()}, "is_sure": self.is_sure, **told}


class Register:
    """What a release says of the enterprises and unions a list means."""

    def __init__(self, release: Release, enterprise_ids: Iterable[str]) -> None:
        wanted = pl.Series("enterprise_id", sorted(set(enterprise_ids)), dtype=pl.String).to_frame()
        self.release = release
        self.enterprises = self._rows("dim_enterprises", wanted)
        self.coverage = self._rows("fct_enterprise_coverage", wanted)
        self.gap = self._rows("fct_enterprises_without_union", wanted)
        self.funds = self._rows("fct_funds_evidence", wanted) if self._has("fct_funds_evidence") else {}
        self.unions = {row["union_id"]: row for row in self.release.mart("dim_unions").iter_rows(named=True)}
        day = release.manifest.valid_on
        self.covers: dict[str, Mapping[str, Any]] = {}
        spans = (
            release.mart("fct_enterprise_cover")
            .join(wanted, on="enterprise_id", how="semi")
            .filter(pl.col("valid_from") <= day, pl.col("valid_to") > day)
            .sort("enterprise_id", "precedence", "founded_on", "union_id", "via", nulls_last=True)
        )
        for span in spans.iter_rows(named=True):
            self.covers.setdefault(span["enterprise_id"], span)
        self.register_on = _newest(release.mart("fct_delivery_outcomes"), "union_organisations")

    def _has(self, table: str) -> bool:
        """Whether the release has the mart: one of an earlier version of the code may not."""
        return (self.release.folder / "marts" / f"{table}.parquet").is_file()

    def _rows(self, table: str, wanted: pl.DataFrame) -> dict[str, Mapping[str, Any]]:
        rows = self.release.mart(table).join(wanted, on="enterprise_id", how="semi")
        return {row["enterprise_id"]: row for row in rows.iter_rows(named=True)}

    def cover(self, enterprise_id: str) -> tuple[str, Mapping[str, Any] | None]:
        """Union status on the day, and by which union and since when, if any.

        Of enterprises in scope as the coverage mart publishes it; a unit outside the rate (a branch, say) may
        have a union of its own all the same.
        """
        if self.register_on is None:
            return UNKNOWN, None
        in_rate = self.coverage.get(enterprise_id)
        if in_rate is not None:
            if not in_rate["is_covered"]:
                return NO_UNION, None
            return HAS_UNION, in_rate
        span = self.covers.get(enterprise_id)
        if span is None:
            return NO_UNION, None
        return HAS_UNION, {**span, "covered_since": span["valid_from"]}


def answer_rows(
    rows: Sequence[ListRow], links: pl.DataFrame, unmatched: pl.DataFrame, release: Release
) -> tuple[Answer, ...]:
    """One answer per row of the list, in its order.

    ``links``, ``unmatched``: as of ``resolve.links``, of the list alone.
    """
    linked = {row["record_key"]: row for row in links.iter_rows(named=True)}
    open_rows = {row["record_key"]: row for row in unmatched.iter_rows(named=True)}
    candidates = {key: json.loads(row["candidates"]) for key, row in open_rows.items()}
    ids = {row["enterprise_id"] for row in linked.values()}
    ids |= {one["enterprise_id"] for told in candidates.values() for one in told}
    register = Register(release, ids)
    first_row: dict[str, int] = {}
    answers = []
    for row in rows:
        link = linked.get(row.key)
        if link is None:
            answers.append(_unrecognised(row, open_rows.get(row.key), candidates.get(row.key, []), register))
            continue
        is_repeated = first_row.setdefault(link["enterprise_id"], row.number) != row.number
        answers.append(_recognised(row, link, register, is_repeated=is_repeated))
    return tuple(answers)


def _recognised(row: ListRow, link: Mapping[str, Any], register: Register, *, is_repeated: bool) -> Answer:
    enterprise_id = link["enterprise_id"]
    enterprise = register.enterprises.get(enterprise_id, {})
    status, cover = register.cover(enterprise_id)
    union = register.unions.get(cover["union_id"], {}) if cover else {}
    is_likely = (
        link["link_basis"] in (BASIS_SCORED, BASIS_NAME_ADDRESS)
        or link["link_confidence"] <= FORMER_NAME_CONFIDENCE
    )
    evidence, evidence_on = _evidence(status, cover, union, register)
    return Answer(
        row=row,
        match=LIKELY if is_likely else SURE,
        reason=None,
        link_basis=link["link_basis"],
        link_confidence=link["link_confidence"],
        enterprise_id=enterprise_id,
        name=enterprise.get("name"),
        uscc=enterprise.get("uscc"),
        district_code=enterprise.get("district_code"),
        registry_status=enterprise.get("status"),
        union_status=status,
        cover_kind=cover["cover_kind"] if cover else None,
        union_id=cover["union_id"] if cover else None,
        union_name=union.get("name"),
        covered_since=cover["covered_since"] if cover else None,
        evidence=evidence,
        evidence_on=evidence_on,
        remarks=tuple(
            _remarks(row, enterprise, status, register, is_likely=is_likely, is_repeated=is_repeated)
        ),
        candidates=(),
    )


def _remarks(
    row: ListRow,
    enterprise: Mapping[str, Any],
    status: str,
    register: Register,
    *,
    is_likely: bool,
    is_repeated: bool,
) -> Iterable[str]:
    """What a person should look at before the answer is passed on."""
    enterprise_id = enterprise.get("enterprise_id", "")
    if is_likely:
        yield LIKELY_ONLY
    if row.code_problem is not None:
        yield CODE_UNREAD
    ended_on = enterprise.get("ended_on")
    day = register.release.manifest.valid_on
    if enterprise.get("status_class") in ("end", "inactive") or (ended_on is not None and ended_on <= day):
        yield ENDED
    if enterprise.get("in_scope") is False:
        yield OUT_OF_SCOPE
    funds = register.funds.get(enterprise_id, {})
    if status == NO_UNION:
        if register.coverage.get(enterprise_id, {}).get("has_claim"):
            yield UNCOVERED_BY_CLAIM
        if funds.get("fee_conflict") == "fee_without_union":
            yield UNCOVERED_PAYS_FEE
    if funds.get("fee_conflict") == "preparatory_with_union":
        yield COVERED_PAYS_PREPARATORY_FEE
    if is_repeated:
        yield DUPLICATE


def _evidence(
    status: str, cover: Mapping[str, Any] | None, union: Mapping[str, Any], register: Register
) -> tuple[tuple[str, str], date | None]:
    """The record the union status rests on, in Chinese and English, and the day that record describes."""
    if status == UNKNOWN:
        return ("从未收到工会组织登记，无法判断", "no union register was ever received"), None
    if cover is None:
        return (
            f"截至{register.register_on}的工会登记中，没有它的单独工会，也没有覆盖它的联合工会或联合会",
            f"the union register of {register.register_on} has no union of its own and none that covers it",
        ), register.register_on
    seen_on = union.get("last_seen_on")
    source = f"{union.get('source_delivery_id')}:{union.get('source_line')}"
    return (
        f"工会登记“{union.get('name')}”（{cover['union_id']}，{union.get('status')}），"
        f"自{cover['covered_since']}起覆盖，最近见于{seen_on}的文件（{source}）",
        f"union {cover['union_id']} covers it since {cover['covered_since']}; last seen in the register of "
        f"{seen_on} ({source})",
    ), seen_on


def _unrecognised(
    row: ListRow, told: Mapping[str, Any] | None, candidates: Sequence[Mapping[str, Any]], register: Register
) -> Answer:
    found = tuple(
        Candidate(one["enterprise_id"], one["name"], one["why"], register.cover(one["enterprise_id"])[0])
        for one in candidates
    )
    is_readable = row.is_readable and told is not None
    reason = told["reason"] if told is not None else None
    evidence = (
        ("没有唯一对应的企业，不能回答", "no one enterprise answers to it")
        if is_readable
        else ("该行既无名称也无代码", "the row says neither name nor code")
    )
    return Answer(
        row=row,
        match=UNREADABLE if not is_readable else SEVERAL if found else NONE,
        reason=reason,
        link_basis=None,
        link_confidence=None,
        enterprise_id=None,
        name=None,
        uscc=None,
        district_code=None,
        registry_status=None,
        union_status=UNKNOWN,
        cover_kind=None,
        union_id=None,
        union_name=None,
        covered_since=None,
        evidence=evidence,
        evidence_on=None,
        remarks=(CODE_UNREAD,) if row.code_problem is not None else (),
        candidates=found,
    )


def _newest(deliveries: pl.DataFrame, feed: str) -> date | None:
    """The newest reference date of a feed's accepted deliveries; None if there is none."""
    of_feed = deliveries.filter(pl.col("feed") == feed, pl.col("verdict").is_in(["accepted", "released"]))
    newest = of_feed.get_column("reference_on").max()
    return newest if isinstance(newest, date) else None
