"""From the log to schema ``input``: everything the warehouse is built from, as of one pair of days.

A pure function of the log at ``known_at``, the contracts, the place tables, ``valid_on`` and the gap
list of the night before. Tables, one grain each, all in a total order:

=========================  =====================================================================
asof                       one row
feeds                      contract
deliveries                 delivery
records_<feed>             record key × version, for every contract (``records``)
commerce_versions          enterprise × version (``enterprises``)
enterprise_records         commerce record key
superseded_enterprises     id that is no more
enterprise_places          enterprise × spell (``places``)
union_places               union × spell
links, unmatched           feed × record key × spell (``links``)
link_candidates            feed × record key × enterprise (``link_candidates``)
previous_gap               enterprise on the last night's gap list
previous_release           the last night's release; no row if there was none
=========================  =====================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb
import polars as pl

from jianhui import __version__
from jianhui.core.clock import Clock, civil_day
from jianhui.core.errors import UsageError
from jianhui.core.events import EFFECTIVE_VERDICTS
from jianhui.core.places import load_place_tables
from jianhui.intake.contract import Contract
from jianhui.intake.landing import feed_rule
from jianhui.log.store import EventLog
from jianhui.log.timeline import versions
from jianhui.resolve.enterprises import merge_versions
from jianhui.resolve.freshness import delivery_rows, feeds
from jianhui.resolve.identity import Identities, evidence, identify
from jianhui.resolve.judgements import judge_candidates, read_judgements, standing_bonds, standing_links
from jianhui.resolve.link_candidates import link_candidates
from jianhui.resolve.link_memory import LinkMemory
from jianhui.resolve.links import link
from jianhui.resolve.places import enterprise_places, union_places
from jianhui.resolve.records import project
from jianhui.resolve.weighing import model_in
from jianhui.settings import Settings

SCHEMA = "input"
COMMERCE = "commerce"
UNIONS = "union_organisations"


@dataclass(frozen=True)
class PreviousNight:
    """The newest passed night release with an earlier ``valid_on``; ``gap``: enterprise ids of its list."""

    release_id: str
    valid_on: date
    gap: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """``records``: feed → typed versions; ``enterprises``: commerce versions by enterprise; ``standing``:
    what people judged of records and enterprises (``judgements.standing_links``)."""

    records: Mapping[str, pl.DataFrame]
    identities: Identities
    enterprises: pl.DataFrame
    standing: pl.DataFrame


def write_inputs(
    log: EventLog,
    contracts: Mapping[str, Contract],
    settings: Settings,
    *,
    valid_on: date,
    known_at: datetime,
    release_kind: str,
    previous: PreviousNight | None,
    con: duckdb.DuckDBPyConnection,
    clock: Clock,
    code_version: str = __version__,
) -> None:
    """Write schema ``input`` into ``con``. ``release_kind`` is ``night`` or ``quarter``.

    Raises ``UsageError`` ``commerce_never_received``, ``date_before_first_commerce`` or
    ``date_in_future`` where nothing can be said of ``valid_on``.
    """
    refuse_impossible_day(log.deliveries(COMMERCE, known_at), valid_on, civil_day(clock()))
    tables = input_tables(
        log,
        contracts,
        settings,
        valid_on=valid_on,
        known_at=known_at,
        release_kind=release_kind,
        previous=previous,
        code_version=code_version,
    )
    con.execute(f"create schema {SCHEMA}")
    for name, table in tables.items():
        con.register("one_input", table.to_arrow())
        con.execute(f'create table {SCHEMA}."{name}" as select * from one_input')
        con.unregister("one_input")


def refuse_impossible_day(commerce_deliveries: pl.DataFrame, valid_on: date, today: date) -> None:
    """Refuse a day before the registry is known or after ``today`` (method, "Clocks": as-of)."""
    said = commerce_deliveries.filter(pl.col("verdict").is_in(EFFECTIVE_VERDICTS)).get_column("reference_on")
    first = said.min()
    if not isinstance(first, date):
        raise UsageError(
            "commerce_never_received",
            "还没有收到过工商登记数据，无法统计",
            "no commerce delivery has been received, so there is nothing to count",
            next_step="jianhui receive commerce <file>",
        )
    if valid_on < first:
        raise UsageError(
            "date_before_first_commerce",
            f"{valid_on} 早于最早的工商登记数据；最早可统计的日期是 {first}",
            f"{valid_on} is before the first commerce reference date; the first possible day is {first}",
            next_step=f"--date {first}",
        )
    if valid_on > today:
        yesterday = today - timedelta(days=1)
        raise UsageError(
            "date_in_future",
            f"{valid_on} 还没有到",
            f"{valid_on} has not come yet",
            next_step=f"--date {yesterday}",
        )


def input_tables(
    log: EventLog,
    contracts: Mapping[str, Contract],
    settings: Settings,
    *,
    valid_on: date,
    known_at: datetime,
    release_kind: str,
    previous: PreviousNight | None,
    code_version: str,
) -> dict[str, pl.DataFrame]:
    """The tables of schema ``input`` by name; see the module."""
    deliveries = log.deliveries(known_at=known_at)
    known = recognise(log, contracts, valid_on=valid_on, known_at=known_at)
    records, identities, enterprises = known.records, known.identities, known.enterprises
    places = load_place_tables(settings.dbt_project / "seeds")
    links = link(
        records,
        enterprises,
        identities.superseded,
        model_in(settings.model) if settings.model else None,
        standing=known.standing,
        # A memory knows a model by its version alone: what is weighed by another is not remembered.
        memory=LinkMemory(None if settings.model else settings.cache / "links"),
    )
    candidates = link_candidates(links.weighed, links.unmatched, records, enterprises, valid_on)
    return {
        "asof": pl.DataFrame(
            {
                "valid_on": [valid_on],
                "known_at": [known_at],
                "plan_year": [valid_on.year],
                "code_version": [code_version],
                "release_kind": [release_kind],
            },
            schema_overrides={"known_at": pl.Datetime("us", "UTC"), "plan_year": pl.Int32()},
        ),
        "feeds": feeds(contracts.values(), deliveries, valid_on),
        "deliveries": delivery_rows(deliveries),
        **{f"records_{feed}": table for feed, table in records.items()},
        "commerce_versions": enterprises,
        "enterprise_records": enterprise_records(records[COMMERCE], enterprises, identities, valid_on),
        "superseded_enterprises": identities.superseded,
        "enterprise_places": enterprise_places(enterprises, places, valid_on),
        "union_places": union_places(records[UNIONS], places, valid_on),
        "links": links.links,
        "unmatched": links.unmatched,
        "link_candidates": judge_candidates(candidates, known.standing),
        "previous_gap": pl.DataFrame(
            {"enterprise_id": sorted(previous.gap) if previous else []}, schema={"enterprise_id": pl.String()}
        ),
        "previous_release": pl.DataFrame(
            [(previous.release_id, previous.valid_on)] if previous else [],
            schema={"release_id": pl.String(), "valid_on": pl.Date()},
            orient="row",
        ),
    }


def recognise(
    log: EventLog, contracts: Mapping[str, Contract], *, valid_on: date, known_at: datetime
) -> Recognised:
    """Records and enterprises of every feed, before anything is linked."""
    deliveries = log.deliveries(known_at=known_at)
    records = {
        feed: _records(log, contracts[feed], deliveries, valid_on, known_at) for feed in sorted(contracts)
    }
    judgements = read_judgements(log.ledger(known_at))
    identities = identify(
        evidence(records[COMMERCE], log.events(COMMERCE, known_at)), standing_bonds(judgements)
    )
    enterprises = merge_versions(records[COMMERCE], identities)
    ids = identities.records.get_column("enterprise_id")
    return Recognised(
        records, identities, enterprises, standing_links(judgements, ids, identities.superseded)
    )


def enterprise_records(
    records: pl.DataFrame, enterprises: pl.DataFrame, identities: Identities, valid_on: date
) -> pl.DataFrame:
    """The commerce record keys of each enterprise: one row per key, by enterprise and key.

    ``is_current``: the record that speaks for the enterprise on ``valid_on``; of one that is deleted by
    then, the record that spoke last.
    """
    speaking = (
        enterprises.sort("enterprise_id", pl.col("valid_from") <= valid_on, "valid_from")
        .group_by("enterprise_id", maintain_order=True)
        .agg(speaks=pl.col("record_key").last())
    )
    raw = records.sort("record_key", "version_no").unique("record_key", keep="last", maintain_order=True)
    return (
        identities.records.join(raw.select("record_key", "record_key_raw"), on="record_key")
        .join(speaking, on="enterprise_id", how="left")
        .select(
            "enterprise_id",
            pl.lit(COMMERCE).alias("feed"),
            "record_key",
            "record_key_raw",
            (pl.col("speaks") == pl.col("record_key")).fill_null(False).alias("is_current"),
            "minted_on",
            "link_basis",
            "link_confidence",
        )
        .sort("enterprise_id", "record_key")
    )


def _records(
    log: EventLog, contract: Contract, deliveries: pl.DataFrame, valid_on: date, known_at: datetime
) -> pl.DataFrame:
    """The typed versions of one feed as known at ``known_at``; no rows if it was never received."""
    of_feed = deliveries.filter(pl.col("feed") == contract.feed)
    events = log.events(contract.feed, known_at)
    return project(versions(events, of_feed, feed_rule(contract), valid_on, known_at), contract)
