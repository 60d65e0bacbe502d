"""Marts of the work plan in a release folder: a few rows each, in the columns the models promise."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.warehouse.catalogue import marts

_TYPES: dict[str, Any] = {
    "varchar": pl.String,
    "bigint": pl.Int64,
    "integer": pl.Int32,
    "double": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}
_PLACES = (
    ("city", "210200", "大连市", 1),
    ("district", "210202", "中山区", 0),
    ("district", "210204", "沙河口区", 0),
)


def placed(*rows: dict[str, Any], judged: bool = True) -> list[dict[str, Any]]:
    """Each row for the city (counts doubled) and for two districts."""
    status = {"status": "judged"} if judged else {"status": "not_judged", "reason": "feed_not_received"}
    return [
        {
            "grouping": grouping,
            "group_code": code,
            "group_name": name,
            **status,
            **{key: value * (1 + doubled) if type(value) is int else value for key, value in row.items()},
        }
        for grouping, code, name, doubled in _PLACES
        for row in rows
    ]


def plan_tables() -> dict[str, list[dict[str, Any]]]:
    """Rows by mart: each rule with somebody who breaks it, and counts of persons small enough to hide."""
    return {
        "agg_terms": placed(
            {
                "n_unions": 40,
                "n_in_term": 31,
                "n_extended": 2,
                "n_overdue": 4,
                "n_not_judged": 3,
                "n_for_inspection": 1,
                "n_inspected": 0,
                "n_inspection_closed": 0,
                "n_h1_scheduled": 2,
                "n_h1_met": 1,
                "n_h1_late": 0,
                "n_h1_breach": 1,
                "n_h1_pending": 0,
                "n_reelected": 5,
                "n_reelected_reviewed": 4,
                "n_chair_rank_known": 8,
                "n_chair_at_deputy_rank": 6,
            }
        ),
        "fct_union_terms": [
            {
                "union_id": f"U{n}",
                "status": "in_term",
                "due_on": date(2014, 4 + n % 6, 9),
                "district_code": "210202",
            }
            for n in range(12)
        ]
        + [{"union_id": "U99", "status": "overdue", "due_on": date(2013, 9, 1), "district_code": "210204"}],
        "fct_overdue_terms": [
            {
                "union_id": "U99",
                "name": "大连甲区总工会",
                "kind": "区市县总工会",
                "due_on": date(2013, 9, 1),
                "days_overdue": 211,
                "is_overdue": True,
                "is_for_inspection": True,
                "district_code": "210204",
            }
        ],
        "agg_direct_elections": placed(
            {
                "election_kind": "all",
                "n_elections": 10,
                "n_direct": 8,
                "n_indirect": 1,
                "n_method_unknown": 1,
                "n_unrecorded": 0,
                "n_procedure_judged": 9,
                "n_with_breach": 1,
                "n_with_missing": 1,
                "target_rate": 1.0,
                "meets_target": False,
            }
        ),
        "agg_founding_quality": placed(
            {"n_new_unions": 10, "n_judged": 9, "n_meeting": 8, "mean_score": 86.5, "target_rate": 0.8}
        ),
        "agg_building_funnel": placed(
            {"stage": "founded", "stage_no": 1, "n_unions": 90, "n_reached": 90},
            {"stage": "workers_congress", "stage_no": 2, "n_unions": 90, "n_reached": 61},
            {"stage": "home", "stage_no": 3, "n_unions": 90, "n_reached": 33},
        ),
        "agg_chair_reviews": placed(
            {"denominator": "all", "n_enterprises": 30, "n_complete": 9, "n_surveyed": 7, "target_rate": 0.3},
            {
                "denominator": "with_union",
                "n_enterprises": 28,
                "n_complete": 9,
                "n_surveyed": 7,
                "target_rate": 0.3,
            },
        ),
        "fct_plan_milestones": [
            {"milestone_no": "M1", "kind": "直选指导意见", "status": "done_late"},
            {"milestone_no": "M2", "kind": "直选选举办法", "status": "overdue"},
        ],
        "agg_congress_activities": placed(
            {
                "congress": "十六大",
                "union_kind": "all",
                "opened_on": date(2014, 3, 2),
                "n_unions": 50,
                "n_active": 20,
            }
        ),
        "agg_demonstration_units": [
            {
                "target_group": "non_public",
                "n_named": 12,
                "target_count": 30,
                "n_needed": 18,
                "status": "judged",
            },
            {"target_group": "state", "n_named": 10, "target_count": 10, "n_needed": 0, "status": "judged"},
        ],
        "agg_training": placed(
            {
                "dimension": "total",
                "category": "总计",
                "n_sessions": 6,
                "n_attendances": 70,
                "n_completed": 64,
                "n_persons": 50,
                "n_cadres": 80,
                "n_cadres_trained": 44,
            },
            {
                "dimension": "kind",
                "category": "岗位资格",
                "n_attendances": 3,
                "n_completed": 2,
                "n_persons": 2,
            },
            {
                "dimension": "kind",
                "category": "适应性",
                "n_attendances": 67,
                "n_completed": 62,
                "n_persons": 48,
            },
        ),
        "fct_qualification_training": [
            {"post_id": "P1", "person_id": "1", "district_code": "210202", "status": "overdue"},
            {"post_id": "P2", "person_id": "2", "district_code": "210202", "status": "trained"},
        ],
        "agg_online_training": placed({"n_cadres": 20, "n_trained": 7}),
        "agg_congress_composition": [
            {
                "congress": "十六大",
                "body": "代表",
                "stage": "nominated",
                "dimension": dimension,
                "category": category,
                "n_total": 400,
                "n_in_category": n,
                "n_unknown": 0,
                "min_persons": low,
                "result": "within" if n >= (low or 0) else "short",
            }
            for dimension, category, n, low in (
                ("总数", "总数", 400, 400),
                ("性别", "女", 120, 140),
                ("民族", "少数民族", 3, None),
            )
        ],
        "fct_congress_candidates": [{"candidate_id": "C1", "body": "代表", "is_breach": True}],
        "agg_township_network": placed(
            {
                "n_townships": 12,
                "n_with_federation": 9,
                "n_condition_met": 10,
                "n_met_with_federation": 8,
                "n_should_found": 2,
                "n_condition_not_judged": 1,
                "n_villages": 100,
                "n_village_unions": 71,
            }
        ),
        "agg_network_capacity": placed(
            {"n_firms": 200, "n_firms_with_person": 150, "n_unions": 40, "n_members": 3000, "n_cadres": 60}
        ),
        "agg_members": placed(
            {
                "member_group": "all",
                "base_kind": "union_staff",
                "n_members": 3000,
                "n_base": 4000,
                "n_unions_silent": 2,
            },
            {
                "member_group": "women",
                "group_label": "女",
                "base_kind": "members",
                "n_members": 1300,
                "n_base": 3000,
            },
            {
                "member_group": "migrant",
                "group_label": "农民工",
                "base_kind": "members",
                "n_members": 2,
                "n_base": 3000,
            },
        ),
        "agg_organisation_coverage": placed(
            {"organisation_kind": "institution", "kind_name": "机关事业单位", "n_base": 40, "n_covered": 39}
        ),
        "fct_party_without_union": [
            {
                "enterprise_id": "E1",
                "name": "大连乙有限公司",
                "district_code": "210202",
                "staff_count": 40,
                "is_overdue": True,
            }
        ],
        "fct_funds_evidence": [
            {"enterprise_id": "E2", "district_code": "210204", "fee_conflict": "fee_without_union"},
            {"enterprise_id": "E3", "district_code": "210204"},
        ],
        "agg_plan_targets": placed(
            {
                "plan_name": "2014年工作要点",
                "plan_year": 2014,
                "indicator": "coverage_rate",
                "indicator_name": "企业建会率",
                "unit": "ratio",
                "target_value": 0.91,
                "numerator": 780.0,
                "denominator": 1000.0,
                "value": 0.78,
                "n_needed": 130,
                "due_on": date(2014, 12, 31),
                "verdict": "behind",
            }
        ),
        "agg_target_assessment": [],
    }


def add_plan(release: Path, **changed: list[dict[str, Any]]) -> Path:
    """The marts of the plan into a release folder. A column no model promises is an error."""
    promised = {mart.name: mart for mart in marts()}
    for name, rows in {**plan_tables(), **changed}.items():
        schema = {column.name: _TYPES[column.type] for column in promised[name].columns}
        assert all(row.keys() <= schema.keys() for row in rows), name
        whole = [{column: row.get(column) for column in schema} for row in rows]
        for row in whole:
            if "plan_year" in row:
                row["plan_year"] = 2014
        pl.DataFrame(whole, schema=schema).write_parquet(release / "marts" / f"{name}.parquet")
    return release
