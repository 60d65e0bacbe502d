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
from jianhui.resolve.judgements import COMMERCE, unit_expr

EFFECTS = ("live_cover", "live_base", "frozen", "live_25", "other")
"""What a ``same`` would change, the gravest first (mart ``fct_link_candidates``)."""

UNMATCHED = "unmatched"
"""The tier of records that attach to none, for an estimate of the links that are missed."""

_COMPARED_OF_RECORD = ("name", "address", "code")
_COMPARED_OF_ENTERPRISE = ("name", "address", "business_address", "code")

Words = TypeVar("Words", bound=tuple[str, ...])

Unit = tuple[str, str]
"""Feed, and the cells of the record key that name the unit (``judgements.unit_of``)."""


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
    """The paper of a request. ``settled``: pairs judged by now (``judgements.STANDING_SCHEMA``).

    Raises ``UsageError``: ``unknown_tier``; ``nothing_to_review`` when nothing is uncertain or drawn.
    """
    pairs = _pairs(release, said.records)
    uncertain = _open(pairs.filter(pl.col("decision") == "uncertain"), settled)
    drawn = draw(release, said.records, request)
    by_effect = _units_by_effect(uncertain, drawn)[: request.limit]
    order = _mixed(by_effect, sorted(drawn), request.seed)
    wanted = pl.concat([uncertain, _drawn_pairs(pairs, drawn)]).unique(
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
    export_id = "R" + _digest(manifest.release_id, repr(request), *told)[:10]
    return Paper(export_id, manifest.release_id, manifest.valid_on, request, items)


def draw(release: Release, records: pl.DataFrame, request: Request) -> dict[Unit, dict[str, str]]:
    """The pairs a request draws: unit → enterprise id → tier. Of the unmatched every candidate of a unit.

    A pure function of release, samples and seed, so that it can be told afterwards which answers came
    from a random sample without the paper saying so. Raises ``UsageError`` ``unknown_tier``.
    """
    found: dict[Unit, dict[str, str]] = {}
    linked = linked_units(release, records)
    for sample in request.samples:
        if sample.tier == UNMATCHED:
            pairs = _pairs(release, records).filter(pl.col("decision") == "uncertain")
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


def linked_units(release: Release, records: pl.DataFrame) -> pl.DataFrame:
    """What the release links, once per unit: ``feed``, ``unit``, ``record_key``, ``enterprise_id``,
    ``link_basis``. Commerce records, which are the enterprises themselves, are left out."""
    bridge = release.mart("bridge_enterprise_records").filter(pl.col("feed") != COMMERCE)
    return (
        _with_keys(bridge, records)
        .sort("feed", "unit", "enterprise_id", "record_key")
        .unique(["feed", "unit", "enterprise_id"], keep="last", maintain_order=True)
        .select("feed", "unit", "record_key", "enterprise_id", "link_basis")
    )


def _with_keys(mart: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """A mart, whose keys stand as the agency gave them, with canonical ``record_key`` and ``unit``."""
    keys = records.select("feed", "record_key_raw", canonical="record_key")
    return (
        mart.rename({"record_key": "record_key_raw"})
        .join(keys, on=["feed", "record_key_raw"], maintain_order="left")
        .rename({"canonical": "record_key"})
        .with_columns(unit_expr())
    )


def _pairs(release: Release, records: pl.DataFrame) -> pl.DataFrame:
    """The release's candidates, of each unit those of its last record: ``feed``, ``unit``, ``record_key``,
    ``enterprise_id``, ``decision``, ``effect``."""
    found = _with_keys(release.mart("fct_link_candidates"), records)
    last = pl.col("record_key").max().over("feed", "unit")
    return found.filter(pl.col("record_key") == last).select(
        "feed", "unit", "record_key", "enterprise_id", "decision", "effect"
    )


def _open(pairs: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Pairs nobody has decided since the release."""
    whole = settled.filter(pl.col("verdict") != "different")
    return pairs.join(whole, on=["feed", "unit"], how="anti").join(
        settled.filter(pl.col("verdict") == "different"), on=["feed", "unit", "enterprise_id"], how="anti"
    )


def _units_by_effect(uncertain: pl.DataFrame, drawn: Mapping[Unit, object]) -> list[Unit]:
    rank = pl.col("effect").replace_strict(list(EFFECTS), range(len(EFFECTS)), default=len(EFFECTS))
    ordered = uncertain.group_by("feed", "unit").agg(rank.min().alias("rank")).sort("rank", "feed", "unit")
    return [unit for unit in ordered.select("feed", "unit").iter_rows() if unit not in drawn]


def _drawn_pairs(pairs: pl.DataFrame, drawn: Mapping[Unit, Mapping[str, str]]) -> pl.DataFrame:
    """The drawn pairs, and beside each the other candidates of its record, so that it does not stand out."""
    rows = [
        (feed, unit, enterprise, "linked", EFFECTS[-1])
        for (feed, unit), of_unit in sorted(drawn.items())
        for enterprise in sorted(of_unit)
    ]
    columns = ["feed", "unit", "enterprise_id", "decision", "effect"]
    own = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()), orient="row")
    beside = pairs.join(own, on=["feed", "unit"], how="semi")
    return pl.concat([own.with_columns(record_key=pl.lit(None, pl.String)).select(pairs.columns), beside])


def _mixed(by_effect: Sequence[Unit], drawn: Sequence[Unit], seed: int) -> list[Unit]:
    """Drawn units strewn evenly at random among the others, whose order stays."""
    places = [(float(place), 0, "", unit) for place, unit in enumerate(by_effect)]
    for unit in drawn:
        digest = _digest("place", str(seed), *unit)
        places.append((int(digest[-8:], 32) / 32**8 * (len(by_effect) + 1) - 0.5, 1, digest, unit))
    return [unit for *_, unit in sorted(places)]


def _items(order: Sequence[Unit], wanted: pl.DataFrame, said: Said) -> tuple[Item, ...]:
    records = _by_unit(said.records.with_columns(unit_expr()), order)
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
        shown = sorted(candidates[unit], key=lambda pair: _digest("order", *unit, pair[0]))
        questions = tuple(
            Question(question_id(unit, key, record, enterprises[key]), key, enterprises[key], effect)
            for key, effect in shown
            if key in enterprises
        )
        if questions:
            items.append(Item(unit[0], record["record_key"], record, questions))
    return tuple(items)


def _by_unit(records: pl.DataFrame, order: Sequence[Unit]) -> dict[Unit, dict[str, Any]]:
    """What the last record of each unit says."""
    units = pl.DataFrame(list(order), schema={"feed": pl.String(), "unit": pl.String()}, orient="row")
    rows = records.join(units, on=["feed", "unit"], how="semi").sort("feed", "record_key")
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
