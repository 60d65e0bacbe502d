"""Release folders from dicts, for tests of what is printed from them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

VALID_ON = date(2014, 3, 31)
RELEASE_ID = "2014Q1-r1"

COVERAGE = {
    "valid_on": pl.Date,
    "grouping": pl.String,
    "group_code": pl.String,
    "group_name": pl.String,
    "base_kind": pl.String,
    "n_base": pl.Int64,
    "n_covered": pl.Int64,
    "n_own": pl.Int64,
    "n_joint": pl.Int64,
    "n_federation": pl.Int64,
    "n_staff_unknown": pl.Int64,
    "n_absent": pl.Int64,
    "coverage_rate": pl.Float64,
    "rate_low": pl.Float64,
    "rate_high": pl.Float64,
    "target_rate": pl.Float64,
    "meets_target": pl.Boolean,
}
DAILY = {
    "valid_on": pl.Date,
    "grouping": pl.String,
    "group_code": pl.String,
    "n_base": pl.Int64,
    "n_covered": pl.Int64,
    "n_entered": pl.Int64,
    "n_left": pl.Int64,
    "n_newly_covered": pl.Int64,
    "n_lost_cover": pl.Int64,
    "n_entered_covered": pl.Int64,
    "n_left_covered": pl.Int64,
    "coverage_rate": pl.Float64,
}
DYNAMIC = {
    "grouping": pl.String,
    "group_code": pl.String,
    "n_due": pl.Int64,
    "n_due_covered": pl.Int64,
    "rate_due": pl.Float64,
    "n_overdue_0_30": pl.Int64,
    "n_overdue_31_90": pl.Int64,
    "n_overdue_over_90": pl.Int64,
    "median_days_to_cover": pl.Int64,
    "is_reached": pl.Boolean,
}
COHORTS = {
    "month": pl.Date,
    "n": pl.Int64,
    "n_covered_in_time": pl.Int64,
    "n_covered": pl.Int64,
    "n_censored": pl.Int64,
}
OTHER = {"kind": pl.String, "n": pl.Int64, "n_covered": pl.Int64}
UNMATCHED = {"feed": pl.String, "record_key": pl.String, "reason": pl.String, "candidates": pl.String}
OUTCOMES = {
    "delivery_id": pl.String,
    "feed": pl.String,
    "reference_on": pl.Date,
    "verdict": pl.String,
    "rows_in": pl.Int64,
    "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64,
    "rows_collapsed": pl.Int64,
    "lag_days": pl.Int64,
}
ENTERPRISES = {
    "enterprise_id": pl.String,
    "name": pl.String,
    "enterprise_type": pl.String,
    "industry_section": pl.String,
    "status": pl.String,
    "established_on": pl.Date,
}
UNIONS = {"union_id": pl.String, "name": pl.String}
GAP = {
    "rank": pl.Int64,
    "enterprise_id": pl.String,
    "uscc": pl.String,
    "name": pl.String,
    "district_code": pl.String,
    "street_code": pl.String,
    "address": pl.String,
    "staff_count": pl.Int64,
    "staff_source": pl.String,
    "gap_since": pl.Date,
    "due_on": pl.Date,
    "is_overdue": pl.Boolean,
    "recommended_form": pl.String,
    "evidence": pl.String,
    "preparatory_fee_payer": pl.Boolean,
    "last_finding": pl.String,
    "last_finding_on": pl.Date,
    "last_finding_reason": pl.String,
    "responsible_union_id": pl.String,
    "is_new": pl.Boolean,
}

SCHEMAS: dict[str, dict[str, Any]] = {
    "agg_coverage": COVERAGE,
    "agg_coverage_daily": DAILY,
    "agg_dynamic_coverage": DYNAMIC,
    "agg_founding_cohorts": COHORTS,
    "agg_other_units": OTHER,
    "fct_unmatched_records": UNMATCHED,
    "fct_delivery_outcomes": OUTCOMES,
    "dim_enterprises": ENTERPRISES,
    "dim_unions": UNIONS,
    "fct_enterprises_without_union": GAP,
}


def write_release(
    folder: Path,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    **manifest: Any,
) -> Path:
    """A release folder whose marts hold ``tables``; what a row leaves out is null, other marts are empty."""
    (folder / "marts").mkdir(parents=True)
    for table, schema in SCHEMAS.items():
        rows = [{column: row.get(column) for column in schema} for row in tables.get(table, ())]
        pl.DataFrame(rows, schema=schema).write_parquet(folder / "marts" / f"{table}.parquet")
    data = {
        "release_id": RELEASE_ID,
        "kind": "quarter",
        "quarter": "2014Q1",
        "as_of": {"valid_on": VALID_ON.isoformat(), "known_at": "2014-04-10T15:59:59.999999+00:00"},
        "caveats": [],
        **manifest,
    }
    (folder / "manifest.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    (folder / "gate.json").write_text(json.dumps({"passed": True}), encoding="utf-8")
    return folder


def coverage(
    grouping: str,
    code: str,
    name: str,
    *,
    base_kind: str = "live",
    n_base: int = 0,
    n_covered: int | None = 0,
    **more: Any,
) -> dict[str, Any]:
    """One row of agg_coverage; the covered ones are all ``own`` unless said otherwise."""
    rate = None if not n_base or n_covered is None else n_covered / n_base
    known = None if n_covered is None else 0
    return {
        "valid_on": VALID_ON,
        "grouping": grouping,
        "group_code": code,
        "group_name": name,
        "base_kind": base_kind,
        "n_base": n_base,
        "n_covered": n_covered,
        "n_own": n_covered,
        "n_joint": known,
        "n_federation": known,
        "n_staff_unknown": 0,
        "n_absent": 0,
        "coverage_rate": rate,
        **more,
    }
