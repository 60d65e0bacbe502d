"""A dirty city built as it was delivered, and once more with the links that are true in its world."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.settings import Settings
from jianhui.simulate import simulate
from jianhui.warehouse.build import build
from tests.stages.test_dirty_city import DirtyDesk

FEEDS = ("union_organisations", "union_coverage", "base_list")
"""Feeds whose links bear on coverage: who covers whom, and who is listed."""


@dataclass(frozen=True)
class Cell:
    """One row of ``agg_coverage``, and the rate it would show if every link were right. ``n``: the base."""

    grouping: str
    base_kind: str
    n: int
    low: float
    rate: float
    high: float
    true_rate: float

    @property
    def is_held(self) -> bool:
        return self.low - 1e-12 <= self.true_rate <= self.high + 1e-12


def play(folder: Path, *, enterprises: int, seed: int, start: date, day: date) -> tuple[Settings, Path]:
    """A dirty city of one seed taken in below ``folder`` and built as of ``day``."""
    simulate(
        folder / "city", enterprises=enterprises, start=start, end=day, seed=seed, clean=False, truth_on=()
    )
    desk = DirtyDesk(folder, folder / "city")
    desk.receive_until(day)
    return desk.context.settings, desk.build(day, folder / "build.duckdb")


def with_true_links(settings: Settings, city: Path, built: Path) -> Path:
    """The same night with the links of :data:`FEEDS` replaced by those of ``identities.csv``; same folder."""
    path = built.with_name("true.duckdb")
    shutil.copy(built, path)
    with duckdb.connect(str(path)) as connection:
        links = _true_links(connection, city)
        feeds = ", ".join(f"'{feed}'" for feed in FEEDS)
        connection.execute(f"delete from input.unmatched where feed in ({feeds})")
        connection.execute(f"delete from input.links where feed in ({feeds})")
        connection.register("true_links", links.to_arrow())
        connection.execute("insert into input.links by name select * from true_links")
    build(settings, path, select="+agg_coverage")
    return path


def cells(built: Path, true: Path) -> list[Cell]:
    """Every cell of ``agg_coverage`` that has a rate in both builds, in order."""
    with duckdb.connect(str(built), read_only=True) as connection:
        connection.execute(f"attach '{true}' as true_links (read_only)")
        rows = connection.sql("""
            select
                mine."grouping", mine.base_kind, mine.n_base,
                mine.rate_low, mine.coverage_rate, mine.rate_high, theirs.coverage_rate
            from marts.agg_coverage as mine
            inner join true_links.marts.agg_coverage as theirs using ("grouping", group_code, base_kind)
            where mine.coverage_rate is not null and theirs.coverage_rate is not null
            order by mine."grouping", group_code, mine.base_kind
        """).fetchall()
    return [Cell(*row) for row in rows]


def _true_links(connection: duckdb.DuckDBPyConnection, city: Path) -> pl.DataFrame:
    """Each record of :data:`FEEDS` that is about a registered unit, linked to it on all days."""
    told = pl.read_csv(city / "identities.csv", infer_schema_length=0)
    enterprises = connection.sql(
        "select record_key as commerce_key, enterprise_id from input.enterprise_records"
    ).pl()
    of_units = (
        told.filter(pl.col("commerce_keys").is_not_null())
        .select("unit", commerce_key=pl.col("commerce_keys").str.split(";"))
        .unique()
        .explode("commerce_key")
        .join(enterprises, on="commerce_key")
        .select("unit", "enterprise_id")
        .unique()
        .sort("unit", "enterprise_id")
        .unique("unit", keep="first", maintain_order=True)
    )
    records = pl.concat(
        connection.sql(
            f"select distinct '{feed}' as feed, record_key, record_key_raw from input.records_{feed}"
        ).pl()
        for feed in FEEDS
    )
    named = told.select("feed", "unit", record_key_raw="record_key")
    return (
        records.join(named, on=["feed", "record_key_raw"])
        .join(of_units, on="unit")
        .select(
            "feed",
            "record_key",
            pl.lit(BEGINNING).alias("valid_from"),
            pl.lit(OPEN_END).alias("valid_to"),
            "enterprise_id",
            pl.lit("reviewed").alias("link_basis"),
            pl.lit(1.0).alias("link_confidence"),
        )
        .unique(["feed", "record_key"])
        .sort("feed", "record_key")
    )
