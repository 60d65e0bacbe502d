"""A quarter's release of a small city, made from counts per district so that parts sum to the whole."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.unit.publish.release_folder import VALID_ON, coverage, write_release

TARGET = 0.91
# code, name, frozen base and covered, live base and covered
DISTRICTS = [
    ("210202", "中山区", 4200, 3911, 5120, 3950),
    ("210203", "西岗区", 2610, 2402, 3077, 2431),
    ("210204", "沙河口区", 3907, 3420, 4451, 3466),
    ("210211", "甘井子区", 6120, 5561, 8010, 5702),
    ("210212", "旅顺口区", 1404, 1270, 1733, 1288),
    ("210213", "金州区", 7003, 6449, 8925, 6611),
    ("210224", "长海县", 301, 290, 322, 291),
    ("210281", "瓦房店市", 2508, 2204, 2914, 2233),
    ("210282", "普兰店市", 2111, 1890, 2498, 1911),
    ("210283", "庄河市", 2307, 2061, 2702, 2085),
    ("unknown", "未知", 37, 12, 215, 20),
]
ASSUMED = [
    {
        "key": "establish.deadline_months",
        "value": "6",
        "unit": "months",
        "source": "取上海、北京条例",
    },
    {"key": "gap.close_within_days", "value": "90", "unit": "days", "source": "无依据"},
    {"key": "staff.source_order", "value": "tax|hr|commerce|union", "unit": "order", "source": "无依据"},
]


def tables(*, with_frozen: bool = True, with_unions: bool = True) -> dict[str, list[dict[str, Any]]]:
    """The marts of the quarter; without unions every coverage is null."""
    return {
        "agg_coverage": _coverage(with_frozen=with_frozen, with_unions=with_unions),
        "agg_coverage_daily": _daily(with_unions=with_unions),
        "agg_dynamic_coverage": _dynamic(with_unions=with_unions),
        "agg_founding_cohorts": [
            {
                "month": date(2013, month, 1),
                "n": 90 + month,
                "n_covered_in_time": 31 + month if with_unions else None,
                "n_covered": 41 + month if with_unions else None,
                "n_censored": 49 if with_unions else None,
            }
            for month in range(1, 13)
        ],
        "agg_other_units": [
            {"kind": "branch", "n": 2117, "n_covered": 903 if with_unions else None},
            {"kind": "individual", "n": 30211, "n_covered": 77 if with_unions else None},
        ],
        "fct_unmatched_records": [
            *({"feed": "tax", "record_key": f"t{n}", "reason": "no_match"} for n in range(143)),
            *({"feed": "hr", "record_key": f"h{n}", "reason": "ambiguous_name"} for n in range(52)),
            *({"feed": "tax", "record_key": f"c{n}", "reason": "code_name_conflict"} for n in range(6)),
        ],
        "fct_delivery_outcomes": _outcomes(with_unions=with_unions),
    }


def write_quarter(
    folder: Path,
    *,
    with_frozen: bool = True,
    with_unions: bool = True,
    shrunk: int = 0,
    change: Callable[[dict[str, list[dict[str, Any]]]], None] | None = None,
    **manifest: Any,
) -> Path:
    """The release folder of the quarter. ``shrunk``: so many fewer covered in each district; ``change``: of
    the rows before they are written.
    """
    data = tables(with_frozen=with_frozen, with_unions=with_unions)
    if shrunk:
        for row in data["agg_coverage"]:
            fewer = shrunk * (1 if row["grouping"] == "district" else len(DISTRICTS))
            row["n_covered"] = max(0, row["n_covered"] - fewer)
    if change is not None:
        change(data)
    return write_release(folder, data, assumed_policy=ASSUMED, **manifest)


def _coverage(*, with_frozen: bool, with_unions: bool) -> list[dict[str, Any]]:
    rows = []
    for base, at in (("frozen", 2), ("live", 4), ("live_25", 4), ("due", 4)):
        if base == "frozen" and not with_frozen:
            continue
        divisor = {"live_25": 7, "due": 2}.get(base, 1)
        lines = [(line[0], line[1], line[at] // divisor, line[at + 1] // divisor) for line in DISTRICTS]
        whole = ("210200", "大连市", sum(line[2] for line in lines), sum(line[3] for line in lines))
        for grouping, (code, name, n_base, n_covered) in [
            ("city", whole),
            *(("district", line) for line in lines),
            *(("ownership", (code, name, *whole[2:])) for code, name in [("non_public", "非公有（内资）")]),
            *(("size", (code, code, *whole[2:])) for code in ("1000+", "<8", "unknown", "8–24", "100–199")),
        ]:
            judged = base == "frozen"
            joint, federation = n_covered // 4, n_covered // 10
            rows.append(
                coverage(
                    grouping,
                    code,
                    name,
                    base_kind=base,
                    n_base=n_base,
                    n_covered=n_covered if with_unions else None,
                    n_own=n_covered - joint - federation if with_unions else None,
                    n_joint=joint if with_unions else None,
                    n_federation=federation if with_unions else None,
                    n_staff_unknown=n_base // 9,
                    n_absent=n_base // 50,
                    rate_low=n_covered / n_base if with_unions else None,
                    rate_high=(n_covered + n_base) / 2 / n_base if with_unions else None,
                    target_rate=TARGET if judged else None,
                    meets_target=100 * n_covered >= 91 * n_base if judged and with_unions else None,
                )
            )
    return rows


def _daily(*, with_unions: bool) -> list[dict[str, Any]]:
    n_base, n_covered = sum(line[4] for line in DISTRICTS), sum(line[5] for line in DISTRICTS)
    days = [VALID_ON - timedelta(days=back) for back in range(89, -1, -1)]
    return [
        {
            "valid_on": day,
            "grouping": "city",
            "group_code": "210200",
            "n_base": n_base - 2 * left,
            "n_covered": n_covered - 5 * left if with_unions else None,
            "n_entered": 4,
            "n_left": 2,
            "n_newly_covered": 7 if with_unions else None,
            "n_lost_cover": 2 if with_unions else None,
            "n_entered_covered": 0 if with_unions else None,
            "n_left_covered": 0 if with_unions else None,
        }
        for day, left in zip(days, range(89, -1, -1), strict=True)
    ]


def _dynamic(*, with_unions: bool) -> list[dict[str, Any]]:
    rows = [
        {
            "grouping": "district",
            "group_code": code,
            "n_due": live // 2,
            "n_due_covered": covered // 2,
            "n_overdue_0_30": 21,
            "n_overdue_31_90": 33,
            "n_overdue_over_90": 0 if code == "210224" else live // 2 - covered // 2 - 54,
            "median_days_to_cover": 211,
            "is_reached": code == "210224",
        }
        for code, _, _, _, live, covered in DISTRICTS
    ]
    counts = ("n_due", "n_due_covered", "n_overdue_0_30", "n_overdue_31_90", "n_overdue_over_90")
    city = {column: sum(row[column] for row in rows) for column in counts}
    rows.insert(
        0,
        {
            "grouping": "city",
            "group_code": "210200",
            **city,
            "median_days_to_cover": 233,
            "is_reached": False,
        },
    )
    if not with_unions:
        known = ("grouping", "group_code", "n_due")
        rows = [{column: row[column] for column in known} for row in rows]
    return rows


def _outcomes(*, with_unions: bool) -> list[dict[str, Any]]:
    feeds = ["commerce", "tax", *(["union_organisations", "union_coverage"] if with_unions else [])]
    return [
        *(
            {
                "delivery_id": f"{feed}-1",
                "feed": feed,
                "reference_on": date(2014, 3, 28),
                "verdict": "accepted",
                "rows_in": 1003,
                "rows_accepted": 1001,
                "rows_quarantined": 2,
            }
            for feed in feeds
        ),
        {
            "delivery_id": "tax-2",
            "feed": "tax",
            "reference_on": date(2014, 3, 31),
            "verdict": "held",
            "rows_in": 11,
        },
    ]
