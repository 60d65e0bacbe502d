"""Which pairs of a record and an enterprise a person is asked about, and in which order.

Asked are the uncertain pairs of a release, record by record, those first whose answer would change the
published rate most (:data:`EFFECTS`; within one effect by feed and key), and, mixed in among them, pairs
drawn at random from a tier for a quality sample. What is shown is blind: no probability, rank, basis or
effect, and the candidates of a record stand in the order of a digest. A paper is a pure function of the
release, what had been judged by then, and the request.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.publish.report_source import Release
from jianhui.resolve.judgements import COMMERCE, unit_expr, unit_of

EFFECTS = ("live_cover", "live_base", "frozen", "live_25", "other")
"""What a ``same`` would change, the gravest first (mart ``fct_link_candidates``)."""

UNMATCHED = "unmatched"
"""The tier of records that attach to none, for an estimate of the links that are missed."""

_COMPARED_OF_RECORD = ("name", "address", "code")
_COMPARED_OF_ENTERPRISE = ("name", "address", "business_address", "code")

Words = TypeVar("Words", bound=tuple[str, ...])

Unit = tuple[str, str]
"""Feed, and the cells of a record key that name the unit (``judgements.unit_of``), as the marts show it."""


@dataclass(frozen=True)
class Sample:
    """So many pairs to be drawn from a tier: a link basis, or :data:`UNMATCHED`."""

    tier: str
    n: int

    def __str__(self) -> str:
        return f"{self.tier}:{self.n}"


@dataclass(frozen=True)
class Request:
    """What is wanted: at most ``limit`` records asked for their effect, and samples drawn by ``seed``."""

    limit: int
    samples: tuple[Sample, ...] = ()
    seed: int = 0


@dataclass(frozen=True)
class Said:
    """What both sides say, as of one pair of days (``resolve.said``)."""

    records: pl.DataFrame
    enterprises: pl.DataFrame


@dataclass(frozen=True)
class Question:
    """Is this record this enterprise? ``says``: what the enterprise says of itself."""

    question_id: str
    enterprise_id: str
    says: Mapping[str, Any]
    effect: str


@dataclass(frozen=True)
class Item:
    """One record with its candidates. ``says``: what the record says."""

    feed: str
    record_key: str
    says: Mapping[str, Any]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Paper:
    """What a person is asked: items in the order in which they are to be judged."""

    export_id: str
    release_id: str
    valid_on: date
    request: Request
    items: tuple[Item, ...]

    @property
    def n_questions(self) -> int:
        """Pairs over all items."""
        return sum(len(item.questions) for item in self.items)


def question_id(
    unit: Unit, enterprise_id: str, record: Mapping[str, Any], enterprise: Mapping[str, Any]
) -> str:
    """Names a pair together with what was shown of both sides: another content is another question."""
    shown = [record[column] for column in _COMPARED_OF_RECORD]
    shown += [enterprise[column] for column in _COMPARED_OF_ENTERPRISE]
    return "Q" + _digest(*unit, enterprise_id, *("" if value is None else str(value) for value in shown))[:16]


def ask(release: Release, said: Said, settled: pl.DataFrame, request: Request) -> Paper:
    """The paper of a request. ``settled``: what was judged by now (``judgements.STANDING_SCHEMA``).

    Raises ``UsageError``: ``unknown_tier``; ``nothing_to_review`` when nothing is uncertain or drawn.
    """
    pairs = _pairs(release)
    uncertain = _open(pairs.filter(pl.col("decision") == "uncertain"), said.records, settled)
    drawn = draw(release, request)
    by_effect = _units_by_effect(uncertain, drawn)[: request.limit]
    order = _mixed(by_effect, sorted(drawn), request.seed)
    # Beside an uncertain candidate of a record that is linked stands the one it is linked to.
    linked = pairs.filter(pl.col("decision") == "linked").join(uncertain, on=["feed", "unit"], how="semi")
    wanted = pl.concat([uncertain, linked, _drawn_pairs(pairs, drawn)]).unique(
        ["feed", "unit", "enterprise_id"], keep="first", maintain_order=True
    )
    items = _items(order, wanted, said)
    if not items:
        raise UsageError(
            "nothing_to_review",
            "没有待判断的关联",
            "there is no link to judge",
            next_step="jianhui review export --sample name:50",
        )
    told = [question.question_id for item in items for question in item.questions]
    manifest = release.manifest
    export_id = "R" + _digest(manifest.release_id, repr(request), *told)[-10:]
    return Paper(export_id, manifest.release_id, manifest.valid_on, request, items)


def draw(release: Release, request: Request) -> dict[Unit, dict[str, str]]:
    """The pairs a request draws: unit → enterprise id → tier. Of the unmatched every candidate of a unit.

    A pure function of release, samples and seed, so that it can be told afterwards which answers came
    from a random sample without the paper saying so. Raises ``UsageError`` ``unknown_tier``.
    """
    found: dict[Unit, dict[str, str]] = {}
    linked = linked_units(release)
    for sample in request.samples:
        if sample.tier == UNMATCHED:
            pairs = unmatched_pairs(release)
            units = {(feed, unit) for feed, unit in pairs.select("feed", "unit").iter_rows()}
            chosen = set(_smallest(units, sample, request.seed))
            for feed, unit, enterprise in pairs.select("feed", "unit", "enterprise_id").iter_rows():
                if (feed, unit) in chosen:
                    found.setdefault((feed, unit), {})[enterprise] = UNMATCHED
            continue
        of_tier = linked.filter(pl.col("link_basis") == sample.tier)
        if of_tier.is_empty():
            raise _no_such_tier(sample.tier, linked)
        triples = set(of_tier.select("feed", "unit", "enterprise_id").iter_rows())
        for feed, unit, enterprise in _smallest(triples, sample, request.seed):
            found.setdefault((feed, unit), {})[enterprise] = sample.tier
    return found


def records_asked(release: Release, request: Request) -> pl.DataFrame:
    """``feed``, ``record_key_raw`` of the records a paper may ask about: candidates' and drawn units'."""
    drawn = list(draw(release, request))
    units = pl.DataFrame(drawn, schema={"feed": pl.String(), "unit": pl.String()}, orient="row")
    bridge = release.mart("bridge_enterprise_records").with_columns(unit_expr())
    parts = [release.mart("fct_link_candidates"), bridge.join(units, on=["feed", "unit"], how="semi")]
    return pl.concat([part.select("feed", record_key_raw="record_key") for part in parts]).unique()


def linked_units(release: Release) -> pl.DataFrame:
    """What the release links, once per unit: ``feed``, ``unit``, ``enterprise_id``, ``link_basis``, ordered.

    Commerce records, which are the enterprises themselves, are left out.
    """
    bridge = release.mart("bridge_enterprise_records").filter(pl.col("feed") != COMMERCE)
    columns = ["feed", "unit", "enterprise_id", "link_basis"]
    return bridge.with_columns(unit_expr()).select(columns).unique().sort(columns)


def unmatched_pairs(release: Release) -> pl.DataFrame:
    """The uncertain candidates of the units that attach to none: ``feed``, ``unit``, ``enterprise_id``."""
    unmatched = release.mart("fct_unmatched_records").select("feed", unit_expr()).unique()
    uncertain = _pairs(release).filter(pl.col("decision") == "uncertain")
    return uncertain.join(unmatched, on=["feed", "unit"], how="semi").select("feed", "unit", "enterprise_id")


def _pairs(release: Release) -> pl.DataFrame:
    """The release's candidates, of each unit those of its last record: ``feed``, ``unit``,
    ``enterprise_id``, ``decision``, ``effect``."""
    found = release.mart("fct_link_candidates").with_columns(unit_expr())
    last = pl.col("record_key").max().over("feed", "unit")
    return found.filter(pl.col("record_key") == last).select(
        "feed", "unit", "enterprise_id", "decision", "effect"
    )


def _open(pairs: pl.DataFrame, records: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Pairs nobody has decided since the release. A judgement names records by their canonical keys."""
    units = records.with_columns(unit_expr().alias("judged_unit")).select(
        "feed", pl.col("record_key_raw").alias("record_key"), "judged_unit"
    )
    units = units.select("feed", unit_expr(), "judged_unit").unique()
    decided = settled.rename({"unit": "judged_unit"}).join(units, on=["feed", "judged_unit"])
    is_different = pl.col("verdict") == "different"
    return pairs.join(decided.filter(~is_different), on=["feed", "unit"], how="anti").join(
        decided.filter(is_different), on=["feed", "unit", "enterprise_id"], how="anti"
    )


def _units_by_effect(uncertain: pl.DataFrame, drawn: Mapping[Unit, object]) -> list[tuple[int, Unit]]:
    """The units that were not drawn with the rank of their gravest effect, in order."""
    rank = pl.col("effect").replace_strict(list(EFFECTS), range(len(EFFECTS)), default=len(EFFECTS))
    ordered = uncertain.group_by("feed", "unit").agg(rank.min().alias("rank")).sort("rank", "feed", "unit")
    rows = ordered.select("rank", "feed", "unit").iter_rows()
    return [(rank, (feed, unit)) for rank, feed, unit in rows if (feed, unit) not in drawn]


def _drawn_pairs(pairs: pl.DataFrame, drawn: Mapping[Unit, Mapping[str, str]]) -> pl.DataFrame:
    """The drawn pairs, and beside each the other candidates of its record, so that it does not stand out."""
    rows = [
        (feed, unit, enterprise, "linked", EFFECTS[-1])
        for (feed, unit), of_unit in sorted(drawn.items())
        for enterprise in sorted(of_unit)
    ]
    own = pl.DataFrame(rows, schema=pairs.schema, orient="row")
    return pl.concat([own, pairs.join(own, on=["feed", "unit"], how="semi")])


def _mixed(by_effect: Sequence[tuple[int, Unit]], drawn: Iterable[Unit], seed: int) -> list[Unit]:
    """Drawn units among the others, so that no place gives them away.

    Each takes the rank of one of the others of its feed, chosen by a digest (of any feed, where its own has
    none), and stands where that rank, feed and key put it.
    """
    ranked = list(by_effect)
    for unit in drawn:
        of_feed = [rank for rank, (feed, _) in by_effect if feed == unit[0]]
        pool = of_feed or [rank for rank, _ in by_effect] or [len(EFFECTS)]
        ranked.append((pool[int(_digest("place", str(seed), *unit), 32) % len(pool)], unit))
    return [unit for _, unit in sorted(ranked)]


def _items(order: Sequence[Unit], wanted: pl.DataFrame, said: Said) -> tuple[Item, ...]:
    records = _by_unit(said.records, order)
    ids = wanted.select("enterprise_id").unique()
    enterprises = {
        row["enterprise_id"]: row
        for row in said.enterprises.join(ids, on="enterprise_id", how="semi").iter_rows(named=True)
    }
    candidates: dict[Unit, list[tuple[str, str]]] = {}
    for feed, unit, enterprise, effect in wanted.select(
        "feed", "unit", "enterprise_id", "effect"
    ).iter_rows():
        candidates.setdefault((feed, unit), []).append((enterprise, effect))
    items = []
    for unit in order:
        record = records[unit]
        place = (unit[0], unit_of(unit[0], record["record_key"]))
        shown = sorted(candidates[unit], key=lambda pair: _digest("order", *place, pair[0]))
        questions = tuple(
            Question(question_id(place, key, record, enterprises[key]), key, enterprises[key], effect)
            for key, effect in shown
            if key in enterprises
        )
        if questions:
            items.append(Item(unit[0], record["record_key"], record, questions))
    return tuple(items)


def _by_unit(records: pl.DataFrame, order: Sequence[Unit]) -> dict[Unit, dict[str, Any]]:
    """What the last record of each unit, named as the agency gave it, says."""
    units = pl.DataFrame(list(order), schema={"feed": pl.String(), "unit": pl.String()}, orient="row")
    raw = records.select("feed", pl.col("record_key_raw").alias("record_key")).select(unit_expr()).to_series()
    rows = records.with_columns(raw).join(units, on=["feed", "unit"], how="semi").sort("feed", "record_key")
    return {(row["feed"], row["unit"]): row for row in rows.iter_rows(named=True)}


def _smallest(of: Iterable[Words], sample: Sample, seed: int) -> list[Words]:
    """``sample.n`` of them: those with the smallest digests."""
    return sorted(of, key=lambda one: (_digest("draw", str(seed), sample.tier, *one), one))[: sample.n]


def _digest(*parts: str) -> str:
    """26 characters (digits of base 32) that depend on every part and on nothing else."""
    number = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:16], "big")
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
    return "".join(digits[number >> 5 * place & 31] for place in reversed(range(26)))


def _no_such_tier(tier: str, linked: pl.DataFrame) -> UsageError:
    known = [*linked.get_column("link_basis").unique().sort().to_list(), UNMATCHED]
    return UsageError(
        "unknown_tier",
        f"当前发布没有依据为 {tier} 的关联",
        f"the release has no link whose basis is {tier}",
        where=Where(field="sample", value=tier),
        next_step=" | ".join(known),
    )
