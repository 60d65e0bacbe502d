"""The rows of the marts the tables of coverage are made of, in their official order.

No name of a natural person is in any of it: the tables read here hold none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from jianhui.core.clock import civil_day
from jianhui.publish.report_figures import shown_share, target_fraction
from jianhui.publish.report_source import UNKNOWN, Manifest, Release

GROUPINGS = ("city", "district", "managing_area", "street", "industry", "ownership", "size")
BASES = ("frozen", "live", "live_25", "due")
UNKNOWN_NAME = "未知"


@dataclass(frozen=True)
class CoverageLine:
    """One row of ``agg_coverage``. Counts of covered ones are None where coverage is unknown."""

    grouping: str
    code: str
    name: str
    base_kind: str
    n_base: int
    n_covered: int | None
    n_own: int | None
    n_joint: int | None
    n_federation: int | None
    n_staff_unknown: int
    n_absent: int
    target: Fraction | None
    meets_target: bool | None
    rate_low: float | None
    rate_high: float | None

    @property
    def n_uncovered(self) -> int | None:
        return None if self.n_covered is None else self.n_base - self.n_covered

    @property
    def rate(self) -> Decimal | None:
        return shown_share(self.n_covered, self.n_base, target=self.target)


@dataclass(frozen=True)
class DynamicLine:
    """One row of ``agg_dynamic_coverage`` with the group's name. None where coverage is unknown."""

    grouping: str
    code: str
    name: str
    n_due: int
    n_due_covered: int | None
    n_overdue_0_30: int | None
    n_overdue_31_90: int | None
    n_overdue_over_90: int | None
    median_days_to_cover: int | None
    is_reached: bool | None

    @property
    def rate(self) -> Decimal | None:
        return shown_share(self.n_due_covered, self.n_due)


@dataclass(frozen=True)
class CohortLine:
    """Enterprises of one month of establishment."""

    month: date
    n: int
    n_covered_in_time: int | None
    n_covered: int | None
    n_censored: int | None

    @property
    def rate_in_time(self) -> Decimal | None:
        return shown_share(self.n_covered_in_time, self.n)


@dataclass(frozen=True)
class OtherLine:
    """Units outside the enterprise rate, by kind."""

    kind: str
    n: int
    n_covered: int | None

    @property
    def rate(self) -> Decimal | None:
        return shown_share(self.n_covered, self.n)


@dataclass(frozen=True)
class DailyLine:
    """The live base of the city, or of one district, on one day."""

    day: date
    n_base: int
    n_covered: int | None
    n_entered: int | None
    n_left: int | None
    n_newly_covered: int | None
    n_lost_cover: int | None

    @property
    def rate(self) -> Decimal | None:
        return shown_share(self.n_covered, self.n_base)


@dataclass(frozen=True)
class UnmatchedLine:
    """Records of one feed that attach to no enterprise, by reason."""

    feed: str
    reason: str
    n: int


@dataclass(frozen=True)
class FeedLine:
    """What was received of one feed up to the release."""

    feed: str
    n_deliveries: int
    n_not_accepted: int
    last_reference_on: date | None
    n_rows_in: int
    n_rows_accepted: int
    n_rows_quarantined: int
    days_behind: int | None


@dataclass(frozen=True)
class ReportContext:
    """``coverage`` is ordered by grouping, base, then the official order of the groups, ``unknown`` last."""

    manifest: Manifest
    has_coverage: bool
    coverage: tuple[CoverageLine, ...]
    dynamic: tuple[DynamicLine, ...]
    cohorts: tuple[CohortLine, ...]
    other_units: tuple[OtherLine, ...]
    daily: tuple[DailyLine, ...]
    unmatched: tuple[UnmatchedLine, ...]
    feeds: tuple[FeedLine, ...]
    district: str | None = None
    """Whose days ``daily`` tells; the city's where it is None."""

    @property
    def issued_on(self) -> date:
        """The civil day of the cut-off."""
        return civil_day(self.manifest.known_at)

    @property
    def city_name(self) -> str:
        return next(line.name for line in self.coverage if line.grouping == "city")

    def lines(self, grouping: str, base_kind: str) -> tuple[CoverageLine, ...]:
        return tuple(
            line for line in self.coverage if (line.grouping, line.base_kind) == (grouping, base_kind)
        )

    def city(self, base_kind: str) -> CoverageLine | None:
        """The city on one base; None when that base does not exist (no frozen list)."""
        return next(iter(self.lines("city", base_kind)), None)

    def line(self, grouping: str, code: str, base_kind: str) -> CoverageLine | None:
        return next((line for line in self.lines(grouping, base_kind) if line.code == code), None)

    def dynamic_line(self, grouping: str, code: str) -> DynamicLine | None:
        return next((line for line in self.dynamic if (line.grouping, line.code) == (grouping, code)), None)


def read_context(release: Release, district: str | None = None) -> ReportContext:
    """Read the tables of a report. Grain and columns are those of the release's contract.

    ``district``: whose days are told, else the city's.
    """
    names = {grouping: release.group_names(grouping) for grouping in ("city", "district")}
    return ReportContext(
        manifest=release.manifest,
        has_coverage=release.has_coverage(),
        coverage=_coverage(release.mart("agg_coverage")),
        dynamic=_dynamic(release.mart("agg_dynamic_coverage"), names),
        cohorts=_cohorts(release.mart("agg_founding_cohorts")),
        other_units=tuple(
            OtherLine(**row)
            for row in release.mart("agg_other_units")
            .select("kind", "n", "n_covered")
            .sort("kind")
            .to_dicts()
        ),
        daily=_daily(release.mart("agg_coverage_daily"), district),
        unmatched=tuple(
            UnmatchedLine(*row)
            for row in release.mart("fct_unmatched_records")
            .group_by("feed", "reason")
            .len()
            .sort("feed", "reason")
            .iter_rows()
        ),
        feeds=_feeds(release.mart("fct_delivery_outcomes"), release.manifest.valid_on),
        district=district,
    )


def _coverage(table: pl.DataFrame) -> tuple[CoverageLine, ...]:
    lines = [
        CoverageLine(
            grouping=row["grouping"],
            code=row["group_code"],
            name=_name(row["group_code"], row["group_name"]),
            base_kind=row["base_kind"],
            n_base=row["n_base"],
            n_covered=row["n_covered"],
            n_own=row["n_own"],
            n_joint=row["n_joint"],
            n_federation=row["n_federation"],
            n_staff_unknown=row["n_staff_unknown"] or 0,
            n_absent=row["n_absent"] or 0,
            target=target_fraction(row["target_rate"]),
            meets_target=row["meets_target"],
            rate_low=row["rate_low"],
            rate_high=row["rate_high"],
        )
        for row in table.to_dicts()
    ]
    return tuple(sorted(lines, key=_coverage_order))


def _coverage_order(line: CoverageLine) -> tuple[int, int, bool, int, str]:
    """Sizes come in the order of their numbers, everything else in that of its code, ``unknown`` last."""
    first_number = int("".join(char for char in line.code.split("–")[0] if char.isdigit()) or 0)
    size = 0 if line.grouping != "size" or line.code.startswith("<") else first_number
    return (
        GROUPINGS.index(line.grouping),
        BASES.index(line.base_kind),
        line.code == UNKNOWN,
        size,
        line.code,
    )


def _dynamic(table: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> tuple[DynamicLine, ...]:
    lines = [
        DynamicLine(
            grouping=row["grouping"],
            code=row["group_code"],
            name=_name(row["group_code"], names[row["grouping"]].get(row["group_code"])),
            n_due=row["n_due"],
            n_due_covered=row["n_due_covered"],
            n_overdue_0_30=row["n_overdue_0_30"],
            n_overdue_31_90=row["n_overdue_31_90"],
            n_overdue_over_90=row["n_overdue_over_90"],
            median_days_to_cover=row["median_days_to_cover"],
            is_reached=row["is_reached"],
        )
        for row in table.to_dicts()
    ]
    return tuple(
        sorted(lines, key=lambda line: (GROUPINGS.index(line.grouping), line.code == UNKNOWN, line.code))
    )


def _cohorts(table: pl.DataFrame) -> tuple[CohortLine, ...]:
    columns = ("month", "n", "n_covered_in_time", "n_covered", "n_censored")
    return tuple(CohortLine(*row) for row in table.select(columns).sort("month").iter_rows())


def _daily(table: pl.DataFrame, district: str | None) -> tuple[DailyLine, ...]:
    columns = ("n_base", "n_covered", "n_entered", "n_left", "n_newly_covered", "n_lost_cover")
    is_meant = pl.col("grouping") == "city" if district is None else pl.col("group_code") == district
    lines = table.filter(is_meant).sort("valid_on")
    return tuple(DailyLine(*row) for row in lines.select("valid_on", *columns).iter_rows())


def _feeds(outcomes: pl.DataFrame, valid_on: date) -> tuple[FeedLine, ...]:
    """One line a feed that delivered anything; rows are those of deliveries that entered the log."""
    last = "last_reference_on"
    entered = pl.col("verdict").is_in(["accepted", "released"])
    lines = (
        outcomes.group_by("feed")
        .agg(
            pl.len().alias("n_deliveries"),
            (~entered).sum().alias("n_not_accepted"),
            pl.col("reference_on").filter(entered & (pl.col("reference_on") <= valid_on)).max().alias(last),
            *(
                pl.col(column).filter(entered).sum().alias(f"n_{column}")
                for column in ("rows_in", "rows_accepted", "rows_quarantined")
            ),
        )
        .sort("feed")
    )
    return tuple(
        FeedLine(**row, days_behind=None if row[last] is None else (valid_on - row[last]).days)
        for row in lines.to_dicts()
    )


def _name(code: str, name: str | None) -> str:
    return UNKNOWN_NAME if code == UNKNOWN else name or code
