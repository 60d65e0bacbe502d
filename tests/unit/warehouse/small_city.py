"""A made-up city of 400 enterprises as a finished build: every figure follows from the rows below.

Aggregates are counted from the fact tables by plain SQL, so the city is consistent until a test
breaks it. One enterprise in four has no union; every fifth has unknown staff; four districts.
"""

import re
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

VALID_ON = date(2014, 3, 31)
DISTRICTS = ("210202", "210203", "210204", "210211")
HERE = Path(__file__).parent
FURTHER = sorted(HERE.glob("small_city_*.sql"))
"""The marts of further feeds, by subject: each file makes tables of its own beside those of the base."""

MARTS = (
    "dim_enterprises",
    "dim_unions",
    "bridge_enterprise_evidence",
    "bridge_enterprise_records",
    "fct_enterprise_cover",
    "fct_enterprise_coverage",
    "fct_enterprise_spells",
    "fct_enterprises_without_union",
    "fct_coverage_changes",
    "fct_frozen_base",
    "agg_coverage",
    "agg_coverage_daily",
    "agg_dynamic_coverage",
    "agg_founding_cohorts",
    "agg_other_units",
    "fct_unmatched_records",
    "fct_link_candidates",
    "fct_delivery_outcomes",
    "fct_check_results",
    *(
        table
        for path in FURTHER
        for table in re.findall(r"^create table marts\.(\w+)", path.read_text("utf-8"), flags=re.MULTILINE)
    ),
)
FEEDS = ("base_list", "commerce", "hr", "tax", "union_coverage", "union_organisations", "verifications")

RECORDS = """
create table input.records_{feed} (record_key varchar, asserted_seq bigint, valid_from date, valid_to date);
"""


def build(path: Path) -> Path:
    """A finished, consistent build in a new file at ``path``."""
    records = "".join(RECORDS.format(feed=feed) for feed in FEEDS)
    connection = duckdb.connect(str(path))
    connection.execute((HERE / "small_city.sql").read_text("utf-8").replace("{records}", records))
    for further in FURTHER:
        connection.execute(further.read_text("utf-8"))
    connection.execute("drop table members; drop table city")
    connection.close()
    return path


def open_records() -> pl.DataFrame:
    """What a log in agreement with the city hands over: its unions, and nothing of other feeds."""
    unions = [f"U{i}" for i in range(1, 401) if i % 8 < 6]
    return pl.DataFrame({"feed": "union_organisations", "record_key": unions, "asserted_seq": 2})


def as_release(path: Path, build_path: Path) -> Path:
    """The marts of a build as a release holds them: in schema ``main`` of a file of their own."""
    connection = duckdb.connect(str(path))
    connection.execute(f"attach '{build_path}' as built (read_only)")
    for table in MARTS:
        connection.execute(f"create table main.{table} as select * from built.marts.{table}")
    connection.close()
    return path


def change(path: Path, sql: str) -> None:
    """Break something."""
    connection = duckdb.connect(str(path))
    connection.execute(sql)
    connection.close()
