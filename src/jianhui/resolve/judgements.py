"""People's judgements: which record belongs to which enterprise, as somebody decided it.

A judgement is a decision in the log's stream ``judgements``; nothing else holds one. It says

- of a record and an enterprise: ``same`` or ``different``; of a record: ``none`` (of the city's
  enterprises); of both: ``unsure``, an answer that changes nothing;
- of two commerce records: ``same`` or ``different`` (see ``resolve.bonds``).

What holds at ``known_at`` is a pure function of the lines recorded by then:

- A judgement holds until it is withdrawn, whatever the record comes to say.
- Of several on one pair the later counts; of several ``same`` of one record the latest. ``none`` is
  ``different`` of every enterprise: an earlier ``same`` yields to it, and it to a later one.
- An enterprise id that was superseded stands for its successor; one nobody bears any more says nothing.
- Tax keys hold the period. A judgement speaks of the taxpayer at its tax office, so next month's record
  needs no second one (:data:`_UNIT_CELLS`).

A line is ``{"event": "judged", "judgements": [{...}, …]}`` (all the answers of one file, so that a file is
taken in whole) or ``{"event": "withdrawn", "judgement_id", "reason", "by"}``. ``by`` is a pseudonym of
the vault. The id of a judgement is ``J<line>-<place>``: the ledger gives it, for ever.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, get_args

import polars as pl

from jianhui.log.ledger import LedgerLine
from jianhui.resolve.bonds import BASIS_REVIEWED, Bonds
from jianhui.resolve.candidates import NONE as NO_CANDIDATES
from jianhui.resolve.identity import CERTAIN
from jianhui.resolve.spells import coalesce

STREAM = "judgements"
COMMERCE = "commerce"

Verdict = Literal["same", "different", "none", "unsure"]
SAME: Verdict = "same"
DIFFERENT: Verdict = "different"
NONE: Verdict = "none"
UNSURE: Verdict = "unsure"

JUDGED_DIFFERENT = "judged_different"
JUDGED_NONE = "judged_none"

_UNIT_CELLS = {"tax": 2}
"""How many cells of a record key name the unit, where the rest names what is told of it: a tax key is
taxpayer | tax office | period | charge item (contract ``tax``). Elsewhere the whole key does."""

STANDING_SCHEMA = dict.fromkeys(("feed", "unit", "verdict", "enterprise_id"), pl.String())


@dataclass(frozen=True)
class Withdrawal:
    """Who took a judgement back, when and why. ``by``: a pseudonym."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Judgement:
    """One answer of one person.

    ``enterprise_id``: of ``same`` and ``different`` on a link. ``other_key``: the second record of a
    judgement on two commerce records. ``question_id``, ``export_id``, ``release_id``: where it was asked,
    if it was. ``basis``: what the link of that release rested on, null where there was none; ``drawn``: the
    tier the question was drawn from at random, null where it was asked for its effect.
    """

    feed: str
    record_key: str
    verdict: Verdict
    by: str
    reason: str = ""
    enterprise_id: str | None = None
    other_key: str | None = None
    question_id: str | None = None
    export_id: str | None = None
    release_id: str | None = None
    basis: str | None = None
    drawn: str | None = None
    judgement_id: str = ""
    judged_at: datetime | None = None
    withdrawal: Withdrawal | None = None

    @property
    def unit(self) -> str:
        """What of the record's key the judgement speaks of."""
        return unit_of(self.feed, self.record_key)

    @property
    def pair(self) -> tuple[str, str, str]:
        """What it decides on: the feed, the unit, and the enterprise or other record (``""`` for none)."""
        if self.other_key is not None:
            first, second = sorted((self.record_key, self.other_key))
            return (self.feed, first, second)
        return (self.feed, self.unit, self.enterprise_id or "")

    def payload(self) -> dict[str, Any]:
        """As it stands in the log; what the line itself says is left out, and so is what is null."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        of_line = ("judgement_id", "judged_at", "withdrawal")
        return {name: value for name, value in told.items() if value is not None and name not in of_line}


def judged_line(judgements: Iterable[Judgement]) -> dict[str, Any]:
    """The payload of a line that records ``judgements``."""
    return {"event": "judged", "judgements": [judgement.payload() for judgement in judgements]}


def withdrawn_line(judgement_id: str, reason: str, by: str) -> dict[str, Any]:
    """The payload of a line that takes a judgement back. ``by``: a pseudonym."""
    return {"event": "withdrawn", "judgement_id": judgement_id, "reason": reason, "by": by}


def read_judgements(lines: Iterable[LedgerLine]) -> tuple[Judgement, ...]:
    """Every judgement of ``lines``, withdrawn ones too, in the order in which they were recorded."""
    found: dict[str, Judgement] = {}
    for line in lines:
        if line.stream != STREAM or line.payload is None:
            continue
        if line.payload["event"] == "withdrawn":
            taken_back = found[line.payload["judgement_id"]]
            withdrawal = Withdrawal(line.payload["by"], line.payload["reason"], line.recorded_at)
            found[taken_back.judgement_id] = replace(taken_back, withdrawal=withdrawal)
            continue
        for place, told in enumerate(line.payload["judgements"], start=1):
            number = judgement_id(line, place)
            found[number] = _judgement(told, number, line.recorded_at)
    return tuple(found.values())


def judgement_id(line: LedgerLine, place: int) -> str:
    """The id of the judgement that stands at ``place`` (from 1) of a line."""
    return f"J{line.seq}-{place}"


def _judgement(told: Mapping[str, Any], number: str, judged_at: datetime) -> Judgement:
    if told["verdict"] not in get_args(Verdict):
        raise ValueError(f"{number}: unknown verdict {told['verdict']!r}")
    return Judgement(**{**told, "judgement_id": number, "judged_at": judged_at})


def unit_of(feed: str, record_key: str) -> str:
    """The cells of ``record_key`` that name the unit."""
    n = _UNIT_CELLS.get(feed)
    return record_key if n is None else "|".join(record_key.split("|")[:n])


def unit_expr() -> pl.Expr:
    """:func:`unit_of` of the columns ``feed`` and ``record_key``, as column ``unit``."""
    unit = pl.col("record_key")
    for feed, n in _UNIT_CELLS.items():
        first = pl.col("record_key").str.extract(rf"^((?:[^|]*\|){{{n - 1}}}[^|]*)")
        unit = pl.when(pl.col("feed") == feed).then(pl.coalesce(first, "record_key")).otherwise(unit)
    return unit.alias("unit")


def standing_links(
    judgements: Iterable[Judgement], enterprise_ids: Iterable[str], superseded: pl.DataFrame
) -> pl.DataFrame:
    """What holds of records and enterprises: :data:`STANDING_SCHEMA`, ordered.

    ``enterprise_ids``: those there are; ``superseded``: ``enterprise_id``, ``superseded_by``. Per unit
    either at most one ``same`` or one ``none``, and any number of ``different``.
    """
    successor = dict(superseded.select("enterprise_id", "superseded_by").iter_rows())
    known = set(enterprise_ids)
    verdicts: dict[tuple[str, str], dict[str, Verdict]] = {}
    for one in judgements:
        if one.withdrawal or one.verdict == UNSURE or one.other_key is not None:
            continue
        of_unit = verdicts.setdefault((one.feed, one.unit), {})
        enterprise = "" if one.enterprise_id is None else successor.get(one.enterprise_id, one.enterprise_id)
        if one.verdict != NONE and enterprise not in known:
            continue
        if one.verdict in (SAME, NONE):  # one at most: whatever was the same before is no more
            for other in [key for key, verdict in of_unit.items() if verdict == SAME]:
                del of_unit[other]
        of_unit[enterprise] = one.verdict
    rows = []
    for (feed, unit), of_unit in sorted(verdicts.items()):
        is_placed = SAME in of_unit.values()
        for enterprise, verdict in sorted(of_unit.items()):
            if not (verdict == NONE and is_placed):
                rows.append((feed, unit, verdict, enterprise or None))
    return pl.DataFrame(rows, schema=STANDING_SCHEMA, orient="row")


def standing_bonds(judgements: Iterable[Judgement]) -> Bonds:
    """What holds of pairs of commerce records: of one pair the latest that was not withdrawn."""
    latest: dict[tuple[str, str], Verdict] = {}
    for one in judgements:
        if one.other_key is None or one.withdrawal or one.verdict == UNSURE:
            continue
        _, first, second = one.pair
        latest.pop((first, second), None)
        latest[first, second] = one.verdict
    together = [pair for pair, verdict in latest.items() if verdict == SAME]
    apart = [pair for pair, verdict in latest.items() if verdict == DIFFERENT]
    return Bonds(tuple(reversed(together)), frozenset(apart) | {(b, a) for a, b in apart})


def apply_judgements(
    links: pl.DataFrame, unmatched: pl.DataFrame, claims: pl.DataFrame, standing: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The links and unmatched spells of ``resolve.links`` as people's judgements have them.

    ``claims``: feed × record key × version in force (``claims.CLAIM_COLUMNS``); ``standing``: as of
    :func:`standing_links`. ``same`` links every day the record is in force, ``none`` none of them; a spell
    linked to an enterprise judged ``different`` is unmatched, since no lesser evidence may choose another.
    Columns and order are those given.
    """
    key = ["feed", "unit"]
    pair = [*key, "enterprise_id"]
    same = standing.filter(pl.col("verdict") == SAME).select(pair)
    none = standing.filter(pl.col("verdict") == NONE).select(key)
    different = standing.filter(pl.col("verdict") == DIFFERENT).select(pair)
    settled = pl.concat([same.select(key), none])

    in_force = _of_units(claims, standing)
    judged = in_force.select("feed", "record_key", "unit").unique()
    by_tiers = links.join(judged, on=["feed", "record_key"]).join(settled, on=key, how="anti")
    missed = unmatched.join(judged, on=["feed", "record_key"]).join(settled, on=key, how="anti")
    refused = by_tiers.join(different, on=pair, how="semi").with_columns(reason=pl.lit(JUDGED_DIFFERENT))
    placed = in_force.join(same, on=key).with_columns(
        link_basis=pl.lit(BASIS_REVIEWED), link_confidence=pl.lit(CERTAIN)
    )
    nowhere = in_force.join(none, on=key).with_columns(reason=pl.lit(JUDGED_NONE))
    no_candidates = pl.lit(NO_CANDIDATES).alias("candidates")
    linked = [by_tiers.join(different, on=pair, how="anti"), placed]
    unlinked = [
        _without_candidates(missed, different),
        refused.with_columns(no_candidates),
        nowhere.with_columns(no_candidates),
    ]
    return _with(links, judged, linked), _with(unmatched, judged, unlinked)


def _of_units(claims: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """The claims of the units somebody judged, with their ``unit``."""
    of_feeds = claims.join(standing.select("feed").unique(), on="feed", how="semi")
    return of_feeds.with_columns(unit_expr()).join(standing, on=["feed", "unit"], how="semi")


def _with(spells: pl.DataFrame, judged: pl.DataFrame, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """``spells`` with those of the ``judged`` records replaced by ``parts``."""
    columns = spells.columns
    keys = columns[:2]
    told = coalesce(pl.concat([part.select(columns) for part in parts]), keys, columns[4:]).select(columns)
    rest = spells.join(judged, on=keys, how="anti")
    return pl.concat([rest, told]).sort([*keys, "valid_from"])


def judge_candidates(candidates: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """The table of link candidates with ``decision`` as people have it: ``linked`` or ``rejected``."""
    pairs = standing.select("feed", "unit", "enterprise_id", pair_verdict="verdict").drop_nulls()
    settling = standing.filter(pl.col("verdict").is_in([SAME, NONE]))
    units = settling.select("feed", "unit", unit_verdict="verdict")
    return (
        candidates.with_columns(unit_expr())
        .join(pairs, on=["feed", "unit", "enterprise_id"], how="left", maintain_order="left")
        .join(units, on=["feed", "unit"], how="left", maintain_order="left")
        .with_columns(
            decision=pl.when(pl.col("pair_verdict") == SAME)
            .then(pl.lit("linked"))
            .when(pl.col("pair_verdict").is_not_null() | pl.col("unit_verdict").is_not_null())
            .then(pl.lit("rejected"))
            .otherwise("decision")
        )
        .select(candidates.columns)
    )


def _without_candidates(unmatched: pl.DataFrame, different: pl.DataFrame) -> pl.DataFrame:
    """Nobody is shown again what somebody has ruled out."""
    ruled_out = different.group_by("feed", "unit").agg(ruled_out="enterprise_id")
    joined = unmatched.join(ruled_out, on=["feed", "unit"], how="left", maintain_order="left")
    cells = [
        text if out is None else _less(text, set(out))
        for text, out in joined.select("candidates", "ruled_out").iter_rows()
    ]
    return joined.with_columns(pl.Series("candidates", cells, dtype=pl.String))


def _less(candidates: str, ruled_out: set[str]) -> str:
    kept = [one for one in json.loads(candidates) if one["enterprise_id"] not in ruled_out]
    return json.dumps(kept, ensure_ascii=False)
