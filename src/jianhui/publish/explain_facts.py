"""Counts and sums over the rows of fact and dimension tables: every row is a member, with its own line."""

from collections.abc import Mapping

from jianhui.publish.explain_asked import unknown
from jianhui.publish.explain_measures import COVER, FINDING, STAFF
from jianhui.publish.explain_source import Book

CROSSINGS = ("rose_to_25", "fell_below_25")
"""Changes of the head count; the others have nothing to do with it."""

ROWS = "rows"
"""The measure every table has: how many rows it holds."""

_OWN_KEYS = {
    "fct_unmatched_records": "feed || '/' || record_key",
    "bridge_enterprise_records": "feed || '/' || record_key",
    "fct_delivery_outcomes": "delivery_id",
    "fct_frozen_base": "record_key",
    "dim_unions": "union_id",
    "dim_policy": "rule_key",
}
_FEEDS = {"dim_unions": "union_organisations", "dim_enterprises": "commerce", "fct_frozen_base": "base_list"}
"""Feed of the line a row names as its source, where the row itself does not say."""


def fact_measures(book: Book, table: str, measure: str) -> tuple[str, str, str, str]:
    """``(condition, amount, zh, en)`` of a measure: rows, those a truth value marks, or a sum of a count.

    Raises ``UsageError`` ``unknown_measure``.
    """
    columns = book.columns(table)
    kind = columns.get(measure)
    if measure == ROWS:
        comment = book.row(
            "select comment from duckdb_tables() where database_name = 'release' and table_name = ?", [table]
        )
        zh, _, en = str(comment["comment"] if comment else table).partition(" | ")
        return "true", "1", f"行数：{zh}", f"rows: {en or zh}"
    if kind == "BOOLEAN":
        return f'"{measure}"', "1", *book.words(table, measure)
    if kind == "BIGINT":
        return f'"{measure}" <> 0', f'"{measure}"', *book.words(table, measure)
    raise unknown(
        "measure",
        measure,
        [ROWS, *(name for name, of in columns.items() if of in ("BOOLEAN", "BIGINT"))],
        f"{table} 没有可计数的指标 {measure}",
        f"{table} has nothing to count called {measure}",
    )


def fact_members(book: Book, table: str, where: Mapping[str, str], condition: str, amount: str) -> int:
    """Fill the temporary table ``members`` with the rows meant; the figure as the published table gives it.

    ``where``: column → value, several parted by ``|``; ``unknown`` is null.

    Raises ``UsageError`` ``unknown_column`` where ``where`` names none.
    """
    columns = book.columns(table)
    for name in where:
        if name not in columns:
            raise unknown(
                "where",
                name,
                columns,
                f"{table} 没有列 {name}",
                f"{table} has no column {name}",
                code="unknown_column",
            )
    filters = [
        f"list_contains(?::varchar[], coalesce(cast(\"{name}\" as varchar), 'unknown'))" for name in where
    ]
    chosen = " and ".join([f"({condition})", *filters])
    parameters = [str(value).split("|") for value in where.values()]
    enterprise = next(
        (name for name in ("enterprise_id", "host_enterprise_id") if name in columns), "null::varchar"
    )
    own = _own_columns(table, columns)
    days = _days(table, columns)
    book.rows(
        f"create or replace temp table members as select {_key(table, columns)} as member_key, "
        f"{enterprise} as enterprise_id, {days} as days, {amount} as amount{own}{_shown(table, columns)} "
        f"from {table} where {chosen}",
        [*([book.release.valid_on] if "?" in days else []), *parameters],
    )
    found = book.row(f"select coalesce(sum({amount}), 0) as n from {table} where {chosen}", parameters)
    return int(found["n"]) if found else 0


def fact_roles(table: str, where: Mapping[str, str]) -> tuple[str, ...]:
    """The evidence rows of a table rest on, beside the registry's and their own line."""
    if table == "fct_coverage_changes" and where.get("change") not in (None, *CROSSINGS):
        return (FINDING, *COVER)
    return (FINDING, *COVER, STAFF)


def _key(table: str, columns: Mapping[str, str]) -> str:
    if table in _OWN_KEYS:
        return _OWN_KEYS[table]
    if table == "fct_coverage_changes":
        return "enterprise_id || ' ' || changed_on || ' ' || change"
    if "enterprise_id" in columns:
        extra = "|| ' ' || valid_from" if "valid_from" in columns else ""
        return f"enterprise_id {extra}"
    return "cast(row_number() over () as varchar)"


def _days(table: str, columns: Mapping[str, str]) -> str:
    """The days whose evidence speaks for a row."""
    if table == "fct_coverage_changes":
        return "[changed_on - 1, changed_on]"
    return "[?::date]"


def _own_columns(table: str, columns: Mapping[str, str]) -> str:
    """The line a row itself was read from."""
    if "source_delivery_id" not in columns or table == "fct_enterprises_without_union":
        return ""
    feed = "feed" if "feed" in columns else f"'{_FEEDS.get(table, '')}'"
    key = next((name for name in ("record_key", "union_id", "uscc") if name in columns), "null::varchar")
    return (
        f", {feed} as own_feed, {key} as own_key, source_delivery_id as own_delivery, source_line as own_line"
    )


_DETAIL = (
    "changed_on",
    "change",
    "cause",
    "reason",
    "candidates",
    "gap_since",
    "due_on",
    "is_overdue",
    "is_covered",
    "cover_kind",
    "status",
    "file_name",
    "verdict",
    "reference_on",
    "value",
)


def _shown(table: str, columns: Mapping[str, str]) -> str:
    """Columns worth showing beside a row."""
    shown = [name for name in _DETAIL if name in columns]
    return "".join(f', "{name}"' for name in shown)
