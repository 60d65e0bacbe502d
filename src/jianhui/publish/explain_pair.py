"""Why a record and an enterprise, or two enterprises, are or are not held to be one.

What is shown, in the order in which it decides: the link or the reason there is none, as the release has it ·
what both sides say on the release's day and which deterministic tier that satisfies (the tiers themselves are
asked, ``resolve.tiers``) · what the scored tier weighed: its stored evidence, else the two names and places
weighed now by the model of the installation · people's judgements (handed in: they stand in the log).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.core.text import canonical_key, canonical_name, canonical_name_expr
from jianhui.intake.contract import Contract
from jianhui.publish.explain_evidence import Evidence, evidence_row
from jianhui.publish.explain_find import find_enterprise
from jianhui.publish.explain_source import Book, Line, shown
from jianhui.resolve.bearers import sides, with_sides
from jianhui.resolve.claims import SIGNATURE, all_claims
from jianhui.resolve.judgements import Judgement, unit_of
from jianhui.resolve.pairs import compare
from jianhui.resolve.records import RECORD_COLUMNS, project
from jianhui.resolve.scored import evidence
from jianhui.resolve.tiers import decide, enterprise_index
from jianhui.resolve.weighing import frozen_model, probabilities

REGISTRY = "commerce"
COMPARED = ("uscc", "org_code", "reg_no", "name")
EQUAL, DIFFERENT, MISSING = "equal", "different", "missing"


@dataclass(frozen=True)
class Compared:
    """One feature of the deterministic tiers: what each side says on the day."""

    feature: str
    record: str | None
    enterprise: str | None
    outcome: str


@dataclass(frozen=True)
class Weighed:
    """What the scored tier makes of the pair. ``source``: ``stored`` with the release, or ``now``.

    ``features``: ``feature``, ``record``, ``enterprise``, ``outcome``, ``weight`` (natural logarithm of odds;
    null where nothing was weighed). ``probability``: among the record's candidates when stored, against
    "none of them" alone when weighed now.
    """

    source: str
    model: str | None
    probability: float | None
    decision: str | None
    accept: float
    features: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class PairExplanation:
    """``link``: the enterprise the record is attached to on the day, and by what; ``reason``: why to none.

    ``tier``: the basis, or the reason against, that the deterministic tiers give for the record alone;
    ``tier_enterprise_id``: whom they mean.
    """

    release_id: str
    valid_on: date
    left: Mapping[str, Any]
    right: Mapping[str, Any]
    is_one: bool
    link: Mapping[str, Any] | None
    reason: str | None
    compared: tuple[Compared, ...]
    tier: str | None
    tier_enterprise_id: str | None
    weighed: Weighed | None
    judgements: tuple[Judgement, ...]
    lines: tuple[tuple[str, Line], ...]

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        told = {name: value for name, value in vars(self).items() if name not in _NESTED}
        return {
            **told,
            "compared": [vars(one) for one in self.compared],
            "weighed": {**vars(self.weighed), "features": [dict(one) for one in self.weighed.features]}
            if self.weighed
            else None,
            "judgements": [_told(one) for one in self.judgements],
            "lines": [{"of": whose, **line.as_dict()} for whose, line in self.lines],
        }


_NESTED = frozenset({"compared", "weighed", "judgements", "lines"})


def _told(one: Judgement) -> dict[str, Any]:
    """A judgement with the person as a pseudonym cut short."""
    withdrawal = vars(one.withdrawal) | {"by": shown(one.withdrawal.by)} if one.withdrawal else None
    return {**one.payload(), "judgement_id": one.judgement_id, "judged_at": one.judged_at,
            "by": shown(one.by), "withdrawal": withdrawal}  # fmt: skip


def explain_pair(book: Book, left: str, right: str, judgements: Sequence[Judgement] = ()) -> PairExplanation:
    """Why ``left`` (``feed:record_key``, or an enterprise) and the enterprise ``right`` are one or not.

    ``judgements``: those recorded by the release's known time. Raises ``UsageError`` ``unknown_record``,
    ``unknown_enterprise`` or ``ambiguous_enterprise``.
    """
    enterprise_id, _ = find_enterprise(book, right)
    enterprise = _enterprise(book, enterprise_id)
    feed, colon, key = left.partition(":")
    if colon and feed in _feeds(book):
        return _record_pair(book, feed, key, enterprise, judgements)
    other, _ = find_enterprise(book, left)
    return _enterprise_pair(book, _enterprise(book, other), enterprise, judgements)


def _feeds(book: Book) -> set[str]:
    return {row["feed"] for row in book.rows("select distinct feed from fct_delivery_outcomes")}


def _enterprise(book: Book, enterprise_id: str) -> dict[str, Any]:
    return book.row(
        "select enterprise_id, uscc, org_code, reg_no, name, address, district_code, established_on, status "
        "from dim_enterprises where enterprise_id = ?",
        [enterprise_id],
    ) or {}  # fmt: skip


def _record_pair(
    book: Book, feed: str, key: str, enterprise: Mapping[str, Any], judgements: Sequence[Judgement]
) -> PairExplanation:
    link, reason, place = _as_published(book, feed, key)
    record = book.record(*place) if place else None
    claim = _claim(*record) if record else {}
    tier, meant = _tiers(book, claim) if claim else (None, None)
    enterprise_id = str(enterprise["enterprise_id"])
    lines = [("record", book.line(*place))] if place else []
    lines += [("enterprise", one.line) for one in _registry(book, enterprise_id)]
    unit = canonical_key(unit_of(feed, key))
    about = [
        one
        for one in judgements
        if (one.feed, canonical_key(one.unit)) == (feed, unit) and one.enterprise_id in (None, enterprise_id)
    ]
    return PairExplanation(
        release_id=book.release.release_id,
        valid_on=book.release.valid_on,
        left={"feed": feed, "record_key": shown(key), **_shown(claim)},
        right=enterprise,
        is_one=link is not None and link["enterprise_id"] == enterprise_id,
        link=link,
        reason=reason,
        compared=_compared(claim, enterprise),
        tier=tier,
        tier_enterprise_id=meant,
        weighed=_stored(book, feed, key, enterprise_id) or _weighed_now(claim, enterprise),
        judgements=tuple(about),
        lines=tuple(lines),
    )


def _enterprise_pair(
    book: Book, left: Mapping[str, Any], right: Mapping[str, Any], judgements: Sequence[Judgement]
) -> PairExplanation:
    ids = (str(left["enterprise_id"]), str(right["enterprise_id"]))
    of_each = [_registry(book, one) for one in ids]
    keys = [{canonical_key(one.record_key) for one in rows} for rows in of_each]
    about = [
        one
        for one in judgements
        if one.other_key is not None and {one.record_key, one.other_key} <= keys[0] | keys[1]
    ]
    both = left["uscc"] and right["uscc"] and left["uscc"] != right["uscc"]
    claim = {**left, "org_code_inside": None, "code_said": None, "office": None, "area_code": None}
    return PairExplanation(
        release_id=book.release.release_id,
        valid_on=book.release.valid_on,
        left=left,
        right=right,
        is_one=ids[0] == ids[1],
        link=None,
        reason="two_valid_codes" if both else None if ids[0] == ids[1] else "two_records",
        compared=_compared(claim, right),
        tier=None,
        tier_enterprise_id=None,
        weighed=_weighed_now(claim, right),
        judgements=tuple(about),
        lines=tuple(
            (whose, one.line) for whose, rows in zip(("left", "right"), of_each, strict=True) for one in rows
        ),
    )


def _registry(book: Book, enterprise_id: str) -> list[Evidence]:
    rows = book.rows(
        "select * from bridge_enterprise_evidence where enterprise_id = ? and role = 'registry' "
        "and is_in_force order by record_key, valid_from",
        [enterprise_id],
    )
    return [evidence_row(book, row) for row in rows]


def _as_published(
    book: Book, feed: str, key: str
) -> tuple[dict[str, Any] | None, str | None, tuple[str, int, str] | None]:
    """The record's link on the day, or the reason there is none; and the line it was read from."""
    attached = book.row(
        "select enterprise_id, link_basis, link_confidence, valid_from, valid_to, is_in_force, "
        "source_delivery_id, source_line, record_key from bridge_enterprise_evidence "
        "where feed = ? and record_key = ? and role <> 'covering_union' "
        "order by is_in_force desc, valid_from desc limit 1",
        [feed, key],
    )
    alone = book.row("select * from fct_unmatched_records where feed = ? and record_key = ?", [feed, key])
    union = (
        book.row("select * from dim_unions where union_id = ?", [key])
        if feed == "union_organisations"
        else None
    )
    found = alone or attached or union
    if found is None:
        raise UsageError(
            "unknown_record",
            f"{book.release.release_id} 中没有 {feed} 的记录 {shown(key)}",
            f"{book.release.release_id} has no record {shown(key)} of {feed}",
            where=Where(field="record", value=shown(key)),
            next_step=f"jianhui sql \"from bridge_enterprise_records where feed = '{feed}'\"",
        )
    place = (found["source_delivery_id"], found["source_line"], key)
    if alone is not None:
        return None, str(alone["reason"]), place
    if attached is None:
        return None, "no_host", place
    told = {name: value for name, value in attached.items() if not name.startswith("source_")}
    return told, None, place


def _claim(contract: Contract, record: pl.DataFrame) -> dict[str, Any]:
    """What the line claims, read as the linking reads it; empty for a union that has no host."""
    if record.is_empty():
        return {}
    of_version = {
        "version_no": 1,
        "valid_from": BEGINNING,
        "valid_to": OPEN_END,
    }
    missing = [
        pl.lit(of_version.get(name), dtype).alias(name)
        for name, dtype in RECORD_COLUMNS.items()
        if name not in record.columns
    ]
    typed = project(record.with_columns(missing), contract)
    claims = all_claims({contract.feed: typed})
    return claims.row(0, named=True) if claims.height else {}


def _tiers(book: Book, claim: Mapping[str, Any]) -> tuple[str, str | None]:
    """Basis or reason, and whom it means, when the deterministic tiers read this record on the day."""
    bearers = book.frame(
        "select enterprise_id, uscc, org_code as uscc_org, reg_no, name from dim_enterprises "
        "where is_recorded"
    )
    versions = bearers.with_columns(
        name_canonical=canonical_name_expr(pl.col("name")),
        valid_from=pl.lit(BEGINNING),
        valid_to=pl.lit(OPEN_END),
    )
    superseded = book.frame("select enterprise_id, superseded_by from dim_superseded_enterprises")
    said = pl.DataFrame(
        {"signature": [0], **{column: [claim[column]] for column in SIGNATURE}},
        schema={"signature": pl.UInt32(), **dict.fromkeys(SIGNATURE, pl.String())},
    )
    (verdict,) = decide(said, enterprise_index(versions, superseded)).to_dicts()
    return str(verdict["link_basis"] or verdict["reason"]), verdict["enterprise_id"]


def _compared(claim: Mapping[str, Any], enterprise: Mapping[str, Any]) -> tuple[Compared, ...]:
    told = []
    for feature in COMPARED if claim else ():
        mine, theirs = claim[feature], enterprise[feature]
        if feature == "org_code":
            mine = mine or claim["org_code_inside"]
        is_name = feature == "name"
        pair = (canonical_name(mine), canonical_name(theirs)) if is_name else (mine, theirs)
        outcome = MISSING if None in pair else EQUAL if pair[0] == pair[1] else DIFFERENT
        told.append(Compared(feature, mine, theirs, outcome))
    return tuple(told)


def _shown(claim: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "address", "uscc", "org_code", "reg_no", "code_said")
    return {name: shown(claim[name]) if claim[name] else None for name in names} if claim else {}


def _stored(book: Book, feed: str, key: str, enterprise_id: str) -> Weighed | None:
    """What the release keeps of the pair, if the scored tier weighed it."""
    if not book.columns("fct_link_candidates"):
        return None
    row = book.row(
        "select * from fct_link_candidates where feed = ? and record_key = ? and enterprise_id = ?",
        [feed, key, enterprise_id],
    )
    if row is None or row["probability"] is None:
        return None
    features = tuple(json.loads(row["evidence"]))
    model = frozen_model()
    return Weighed("stored", None, row["probability"], row["decision"], model.accept, features)


def _weighed_now(claim: Mapping[str, Any], enterprise: Mapping[str, Any]) -> Weighed | None:
    """The two names and places weighed by the model of this installation; None without two names."""
    mine, theirs = canonical_name(claim.get("name")), canonical_name(enterprise["name"])
    if mine is None or theirs is None:
        return None
    codes = [enterprise[code] for code in ("uscc", "org_code", "reg_no") if enterprise[code]]
    texts = {name: pl.String() for name in ("name", "address", "office", "codes")}
    named = pl.DataFrame(
        {
            "name": [mine, theirs],
            "address": [claim["address"], enterprise["address"]],
            "office": [claim["office"], None],
            "codes": [claim["code_said"] or "", "|".join(codes)],
        },
        schema=texts,
    ).rename({"address": "said_address"})
    read = with_sides(named, ["said_address", "office"]).with_columns(is_former=pl.lit(value=False))
    record, other = sides(read)
    comparison, model = compare(record, other), frozen_model()
    (probability,) = probabilities([model.score(comparison)])
    features = tuple(evidence(record, other, comparison, model))
    return Weighed("now", model.version, round(probability, 6), None, model.accept, features)
