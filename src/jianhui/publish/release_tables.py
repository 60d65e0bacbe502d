"""The tables of a release: Parquet equal byte for byte, and one DuckDB file equal table by table."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from jianhui.publish.digests import table_digest
from jianhui.warehouse.catalogue import MartSpec

STORAGE_VERSION = "v1.0.0"
"""Every DuckDB from 1.0 reads it."""

PARQUET_SETTINGS: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 6,
    "version": "2.6",
    "data_page_version": "1.0",
    "row_group_size": 131_072,
    "use_dictionary": True,
    "write_statistics": True,
}
"""Written out, so that another default of a later library does not change the bytes unnoticed."""


def write_tables(build: Path, folder: Path, marts: Sequence[MartSpec]) -> dict[str, dict[str, Any]]:
    """Write ``marts/<table>.parquet`` and ``warehouse.duckdb`` into ``folder``.

    Rows stand in a total order: the mart's own, then every other column. Returns per table its rows,
    columns and content digest. Raises ``duckdb.Error`` where the build lacks a table or column.
    """
    (folder / "marts").mkdir()
    facts: dict[str, dict[str, Any]] = {}
    with _files(build, folder / "warehouse.duckdb") as connection:
        for mart in marts:
            query = ordered(mart)
            table = connection.sql(query).to_arrow_table().combine_chunks()
            pq.write_table(table, folder / "marts" / f"{mart.name}.parquet", **PARQUET_SETTINGS)
            connection.execute(f"create table published.main.{mart.name} as {query}")
            _comment(connection, mart)
            facts[mart.name] = {
                "rows": table.num_rows,
                "columns": list(mart.column_names),
                "digest": table_digest(connection, f"published.main.{mart.name}", mart.column_names),
            }
    return facts


def ordered(mart: MartSpec) -> str:
    """The query of a mart's contract columns in a total order; nulls last."""
    columns = ", ".join(_name(column) for column in mart.column_names)
    rest = [column for column in mart.column_names if column not in mart.order]
    order = ", ".join(f"{_name(column)} nulls last" for column in (*mart.order, *rest))
    return f"select {columns} from built.marts.{mart.name} order by {order}"


@contextmanager
def _files(build: Path, published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set timezone = 'UTC'")  # or the machine's own would stand in the Parquet schema
        connection.execute(f"attach '{_text(str(build))}' as built (read_only)")
        connection.execute(
            f"attach '{_text(str(published))}' as published (storage_version '{STORAGE_VERSION}')"
        )
        yield connection
        connection.execute("detach published")
    finally:
        connection.close()


def _comment(connection: duckdb.DuckDBPyConnection, mart: MartSpec) -> None:
    words = mart.description
    connection.execute(
        f"comment on table published.main.{mart.name} is '{_text(f'{words.zh} | {words.en}')}'"
    )
    for column in mart.columns:
        text = _text(f"{column.told.zh} | {column.told.en}")
        connection.execute(f"comment on column published.main.{mart.name}.{_name(column.name)} is '{text}'")


def _name(column: str) -> str:
    return f'"{column}"'


def _text(text: str) -> str:
    return text.replace("'", "''")
