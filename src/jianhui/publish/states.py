"""Who stands behind the figures of a build: beside its marts, so that two builds can be compared by name.

``states/enterprises.parquet``  one row per enterprise, in or out of scope: what decides where it is counted
``states/unions.parquet``       one row per union: when it was founded and ended
"""

from pathlib import Path

import duckdb
import polars as pl

STATES = "states"

_QUERIES = {
    "enterprises": """
        select
            enterprise_id, name, in_scope, is_recorded, is_alive, status_class, finding, starts_on, ended_on,
            staff_count, union_id, in_base_live, due_on
        from built.intermediate.int_enterprises
        order by enterprise_id
    """,
    "unions": """
        select union_id, name, kind, status, founded_on, ended_on
        from built.marts.dim_unions
        order by union_id
    """,
}


def write_states(build: Path, folder: Path) -> None:
    """Write ``states/`` into ``folder`` from the file of a build."""
    (folder / STATES).mkdir()
    quoted = str(build).replace("'", "''")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{quoted}' as built (read_only)")
        for name, query in _QUERIES.items():
            connection.sql(query).pl().write_parquet(folder / STATES / f"{name}.parquet")


def read_states(folder: Path, name: str) -> pl.DataFrame:
    """One of the tables of ``states/``."""
    return pl.read_parquet(folder / STATES / f"{name}.parquet")
