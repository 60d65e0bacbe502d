"""The marts of a release as a report asks them: one figure, or one table of rows, at a time.

Every number of the text and of the charts is read here and nowhere else. A mart or column the release does
not have gives an unknown figure, never an error and never zero: the releases of former quarters were made by
former code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from jianhui.publish.report.figures import (
    UNKNOWN_SHOWN,
    Cell,
    Figure,
    Unit,
    Value,
    given,
    plain_percent,
    shown,
)
from jianhui.publish.report_figures import target_fraction
from jianhui.publish.report_source import Manifest, Release

LOADED = 100_000
"""A mart of more rows is read from its file each time and not held in memory."""


@dataclass(frozen=True)
class Scope:
    """Whom the report is about: the city, or one district."""

    grouping: str
    code: str
    name: str

    @property
    def is_city(self) -> bool:
        return self.grouping == "city"

    @property
    def called(self) -> str:
        """``全市``, or the district's name."""
        return "全市" if self.is_city else self.name


@dataclass(frozen=True)
class Edition:
    """Which copy: for whom, of which period, in comparison with what."""

    is_public: bool = False
    district: str | None = None


class Facts:
    """The figures of one release, and (``previous``, ``last_year``) of those it is compared with."""

    def __init__(
        self,
        release: Release,
        edition: Edition | None = None,
        previous: "Facts | None" = None,
        last_year: "Facts | None" = None,
    ) -> None:
        self.release, self.edition = release, edition or Edition()
        self.previous, self.last_year = previous, last_year
        self._connection = duckdb.connect(":memory:")
        self._columns: dict[str, dict[str, str]] = {}

    @property
    def manifest(self) -> Manifest:
        return self.release.manifest

    @cached_property
    def scope(self) -> Scope:
        """The city, or the district of the edition. A district the release does not know keeps its code."""
        district = self.edition.district
        if district is None:
            code, name = self.rows(
                "agg_coverage", "select any_value(group_code), any_value(group_name)", grouping="city"
            )[0]
            return Scope("city", code, name or code)
        return Scope("district", district, self.district_names.get(district, district))

    @cached_property
    def city_name(self) -> str:
        rows = self.rows("agg_coverage", "select any_value(group_name)", grouping="city")
        return str(rows[0][0])

    @cached_property
    def district_names(self) -> Mapping[str, str]:
        """Districts in the official order; ``unknown`` is none of them."""
        found = self.rows(
            "agg_coverage",
            "select group_code, any_value(group_name)",
            "group_code <> 'unknown' group by group_code order by group_code",
            grouping="district",
        )
        return {code: name or code for code, name in found}

    @cached_property
    def has_coverage(self) -> bool:
        """False when no union register was ever received: coverage is then null, never zero."""
        return self.release.has_coverage()

    @cached_property
    def target(self) -> Fraction | None:
        """The target of the frozen base; None where none is in force or there is no list."""
        rows = self.rows("agg_coverage", "select max(target_rate)", grouping="city", base_kind="frozen")
        return target_fraction(rows[0][0]) if rows else None

    @cached_property
    def judged_base(self) -> str:
        """The base by which districts are compared: the frozen one where there is a list."""
        found = self.rows("agg_coverage", "select count(*)", grouping="city", base_kind="frozen")
        return "frozen" if found[0][0] else "live"

    @cached_property
    def first_day(self) -> date:
        """The first day of the period: of the quarter, or of the month of a release that is no quarter's."""
        day, quarter = self.manifest.valid_on, self.manifest.quarter
        return date(day.year, 3 * int(quarter[-1]) - 2, 1) if quarter else day.replace(day=1)

    @property
    def eve(self) -> date:
        return self.first_day - timedelta(days=1)

    def has(self, mart: str, *columns: str) -> bool:
        """Whether the release holds the mart with these columns."""
        return set(columns) <= set(self.columns(mart)) if self.columns(mart) else False

    def columns(self, mart: str) -> Mapping[str, str]:
        """Column → type; none where the release has no such mart."""
        if mart not in self._columns:
            path = self.release.folder / "marts" / f"{mart}.parquet"
            if path.is_file():
                self._open(mart, path)
                described = self._connection.execute(f'describe "{mart}"').fetchall()
                self._columns[mart] = {row[0]: row[1] for row in described}
            else:
                self._columns[mart] = {}
        return self._columns[mart]

    def _open(self, mart: str, path: Path) -> None:
        quoted = str(path).replace("'", "''")
        source = f"read_parquet('{quoted}')"
        (n,) = self._connection.execute(f"select count(*) from {source}").fetchone() or (0,)
        kind = "table" if n <= LOADED else "view"
        self._connection.execute(f'create {kind} "{mart}" as select * from {source}')

    def is_empty(self, mart: str) -> bool:
        """Whether the mart is missing or has no row."""
        return not self.columns(mart) or self.rows(mart, "select count(*)")[0][0] == 0

    def rows(self, mart: str, select: str, condition: str = "", **where: object) -> list[tuple[Any, ...]]:
        """The rows of ``select … from mart where …``; ``condition`` may end in group and order."""
        if not self.columns(mart):
            return []
        clauses = [f'"{column}" is not distinct from ?' for column in where]
        clauses += [condition] if condition else []
        statement = f'{select} from "{mart}"' + (f" where {' and '.join(clauses)}" if clauses else "")
        return self._connection.execute(statement, list(where.values())).fetchall()

    def query(self, statement: str, *parameters: object, marts: Sequence[str]) -> list[tuple[Any, ...]]:
        """A statement over several marts; no rows where one of them is missing."""
        if not all(self.columns(mart) for mart in marts):
            return []
        return self._connection.execute(statement, list(parameters)).fetchall()

    def figure(
        self,
        mart: str,
        expression: str,
        condition: str = "",
        *,
        unit: Unit = "count",
        of_persons: bool = False,
        **where: Any,
    ) -> Figure:
        """One figure. Unknown where the mart, a column or the row is missing, or the value is null."""
        cell = Cell(self.manifest.release_id, mart, expression, tuple(where.items()), condition)
        if not self.has(mart, *where):
            return Figure(None, UNKNOWN_SHOWN, cell, of_persons)
        try:
            found = self.rows(mart, f"select {expression}", condition, **where)
        except duckdb.BinderException:  # a column that former code did not have
            return Figure(None, UNKNOWN_SHOWN, cell, of_persons)
        value: Value = found[0][0] if found else None
        value = int(value) if isinstance(value, int) else value
        return Figure(value, shown(value, unit), cell, of_persons)

    def here(self, mart: str, expression: str, **more: Any) -> Figure:
        """A figure of the edition's own scope, of a mart in groups."""
        return self.figure(
            mart, expression, **{"grouping": self.scope.grouping, "group_code": self.scope.code, **more}
        )

    def target_figure(self) -> Figure:
        """The target as it is written, ``91%``."""
        target = self.target
        if target is None:
            return given(None, "没有目标")
        found = self.figure(
            "agg_coverage", "max(target_rate)::decimal(9, 4)", grouping="city", base_kind="frozen"
        )
        return Figure(found.value, plain_percent(target), found.origin)


@dataclass(frozen=True)
class Earlier:
    """The releases a period is compared with; None where there is none of that period."""

    previous: Path | None = None
    last_year: Path | None = None
    comparison: Mapping[str, Any] = field(default_factory=dict)
    """The comparison with the period before (``comparison.json``), where it was made."""
