"""A built warehouse as the tests ask it."""

from pathlib import Path
from typing import Any

import duckdb


class Built:
    """A built warehouse, asked in a few words."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = duckdb.connect(str(path), read_only=True)

    def rows(self, query: str) -> list[dict[str, Any]]:
        found = self.connection.sql(query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    def row(self, table: str, **key: Any) -> dict[str, Any]:
        """The one row of a mart with these key values."""
        condition = " and ".join(f"\"{name}\" = '{value}'" for name, value in key.items())
        (found,) = self.rows(f"select * from marts.{table} where {condition}")
        return found

    def of(self, enterprise: str) -> dict[str, Any]:
        """Its row of fct_enterprise_coverage."""
        return self.row("fct_enterprise_coverage", enterprise_id=enterprise)

    def gap(self, enterprise: str) -> dict[str, Any]:
        """Its row of the gap list."""
        return self.row("fct_enterprises_without_union", enterprise_id=enterprise)

    def changes(self, enterprise: str) -> list[tuple[str, str, str]]:
        """Its changes as (day, change, cause)."""
        found = self.rows(
            "select changed_on, change, cause from marts.fct_coverage_changes"
            f" where enterprise_id = '{enterprise}' order by changed_on, change"
        )
        return [(f"{row['changed_on']:%m-%d}", row["change"], row["cause"]) for row in found]
