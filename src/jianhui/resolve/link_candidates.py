"""Pairs of a record and an enterprise that may be one, for a person to look at: input ``link_candidates``.

Grain feed × record key × enterprise, of ``valid_on``: what the scored tier weighed, and the enterprises that
bear a code or name of a record that attaches to none (``candidates``), which nobody weighed: there
``probability`` is null and the pair uncertain.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from jianhui.core.masking import masked
from jianhui.core.text import canonical_key, canonical_name
from jianhui.resolve.said import said_by_records, said_of_enterprises
from jianhui.resolve.scored import LINKED, REJECTED, UNCERTAIN

SCHEMA = {
    "feed": pl.String(),
    "record_key": pl.String(),
    "record_name": pl.String(),
    "record_address": pl.String(),
    "enterprise_id": pl.String(),
    "enterprise_name": pl.String(),
    "enterprise_address": pl.String(),
    "rank": pl.Int64(),
    "probability": pl.Float64(),
    "decision": pl.String(),
    "evidence": pl.String(),
}

_COMPARED = (("name", canonical_name), ("address", canonical_name), ("code", canonical_key))


def link_candidates(
    weighed: pl.DataFrame,
    unmatched: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    enterprises: pl.DataFrame,
    valid_on: date,
) -> pl.DataFrame:
    """The candidates of the records in force on ``valid_on``: :data:`SCHEMA`, ordered by grain.

    ``weighed``, ``unmatched``: as of ``resolve.links``; ``records``: feed → typed versions; ``enterprises``:
    commerce versions by enterprise.
    ``evidence`` is a JSON list of ``{"feature", "record", "enterprise", "outcome", "weight"}``: of what was
    weighed as ``scored.evidence`` gives it, else ``outcome`` one of ``equal``, ``different``, ``missing`` and
    ``weight`` null.
    """
    today = pl.col("valid_from") <= valid_on, pl.col("valid_to") > valid_on
    scored = weighed.filter(today).select(
        "feed",
        "record_key",
        "enterprise_id",
        pl.col("rank").cast(pl.Int64),
        "probability",
        "decision",
        weighed_evidence="evidence",
    )
    told = pl.DataFrame(
        list(_pairs(unmatched.filter(today))),
        schema={column: SCHEMA[column] for column in ("feed", "record_key", "enterprise_id", "rank")},
        orient="row",
    ).join(scored, on=["feed", "record_key", "enterprise_id"], how="anti")
    pairs = pl.concat([scored, told.with_columns(decision=pl.lit(UNCERTAIN))], how="diagonal")
    # Only of those asked about: what a few thousand say is worked out, not what millions do.
    asked = {
        feed: versions.join(pairs.filter(pl.col("feed") == feed), on="record_key", how="semi")
        for feed, versions in records.items()
    }
    named = enterprises.join(pairs, on="enterprise_id", how="semi")
    theirs = said_of_enterprises(named, valid_on).rename(
        {column: f"enterprise_{column}" for column in ("name", "address", "code")}
    )
    shown = (
        pairs.join(said_by_records(asked, valid_on), on=["feed", "record_key"], maintain_order="left")
        .join(theirs, on="enterprise_id", maintain_order="left")
        .rename({"name": "record_name", "address": "record_address", "code": "record_code"})
    )
    evidence = [
        masked(row["weighed_evidence"]) if row["weighed_evidence"] else _evidence(row)
        for row in shown.iter_rows(named=True)
    ]
    return (
        shown.with_columns(pl.Series("evidence", evidence, dtype=pl.String))
        .select(list(SCHEMA))
        .sort("feed", "record_key", "enterprise_id")
    )


def _pairs(unmatched: pl.DataFrame) -> Iterator[tuple[str, str, str, int]]:
    for feed, record_key, candidates in unmatched.select("feed", "record_key", "candidates").iter_rows():
        for rank, candidate in enumerate(json.loads(candidates), start=1):
            yield feed, record_key, candidate["enterprise_id"], rank


def _evidence(row: dict[str, str | None]) -> str:
    told = []
    for feature, canonical in _COMPARED:
        mine, theirs = row[f"record_{feature}"], row[f"enterprise_{feature}"]
        forms = canonical(mine), canonical(theirs)
        outcome = "missing" if None in forms else "equal" if forms[0] == forms[1] else "different"
        told.append(
            {"feature": feature, "record": mine, "enterprise": theirs, "outcome": outcome, "weight": None}
        )
    return json.dumps(told, ensure_ascii=False)


__all__ = ["LINKED", "REJECTED", "SCHEMA", "UNCERTAIN", "link_candidates"]
