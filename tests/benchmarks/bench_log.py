"""A night of the log: derive and append a full delivery of 100,000 records with 1 % of them changed.

Beside the floor: the same two frames compared by a polars and a duckdb full join, and nothing else.
Run: ``python -m tests.benchmarks.bench_log [records] [rounds]``. Prints a Markdown table of medians.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from jianhui.core.events import FeedRule
from jianhui.log.derive import Arriving, derive_events
from jianhui.log.ledger import Delivery
from jianhui.log.store import EventLog
from jianhui.log.timeline import versions

COLUMNS = tuple(f"column_{number:02d}" for number in range(20))
RULE = FeedRule("commerce", "keeps", False, "column_08", None, COLUMNS)
FIRST_NIGHT = date(2014, 1, 1)


def snapshot(records: int, night: int) -> pl.DataFrame:
    """The assertions of night ``night``: every hundredth record has changed since the night before."""
    row = pl.int_range(records, eager=True)
    # How often the record had changed by then: once in a hundred nights, records taking turns.
    turns = (night + row % 100) // 100
    key = pl.Series([f"2102{number:014d}" for number in range(records)])
    frame = pl.DataFrame({"record_key": key, "record_key_raw": key, "line": row + 2, "turn": turns})
    cells = [
        pl.format(f"大连第{{}}号{number}的内容", "record_key").alias(name)
        for number, name in enumerate(COLUMNS)
    ]
    return (
        frame.with_columns(*cells, scope=pl.lit(""), op=pl.lit("present"))
        .with_columns(pl.format("大连{}有限公司{}", "record_key", "turn").alias(COLUMNS[2]))
        .drop("turn")
    )


def clock_of(night: int) -> Callable[[], datetime]:
    return lambda: datetime(2014, 1, 1, 18, tzinfo=UTC) + timedelta(days=night)


def put(log: EventLog, night: int, said: pl.DataFrame) -> None:
    """Append the full delivery of one night."""
    on = FIRST_NIGHT + timedelta(days=night)
    told = Delivery("commerce", f"d{night}", "full", on, "accepted", clock_of(night)(), f"{night}.csv")
    log.append_delivery(told, RULE, said, clock_of(night))


def polars_floor(before: pl.DataFrame, after: pl.DataFrame) -> int:
    """Rows that differ, by a full join of row hashes."""
    hashed = [frame.select("record_key", hash=frame.select(COLUMNS).hash_rows()) for frame in (before, after)]
    joined = hashed[0].join(hashed[1], on="record_key", how="full", coalesce=True)
    return joined.filter(pl.col("hash").ne_missing(pl.col("hash_right"))).height


def duckdb_floor(before: pl.DataFrame, after: pl.DataFrame) -> int:
    """Rows that differ, by a full join of row hashes."""
    columns = ", ".join(COLUMNS)
    connection = duckdb.connect()
    connection.register("before", before.to_arrow())
    connection.register("after", after.to_arrow())
    query = f"""
        select count(*) from (select record_key, hash({columns}) as h from before) as b
        full join (select record_key, hash({columns}) as h from after) as a using (record_key)
        where a.h is distinct from b.h
    """
    return int(connection.sql(query).fetchall()[0][0])


def timed(rounds: int, action: Callable[[], object]) -> float:
    """Median seconds of ``rounds`` runs."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main(records: int, rounds: int) -> None:
    """Measure and print."""
    nights = [snapshot(records, night) for night in range(rounds + 2)]
    last = rounds + 1
    results: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(Path(folder) / "raw" / "events")
        results.append(("first delivery: derive and append", timed(1, lambda: put(log, 0, nights[0]))))
        coming = iter(list(enumerate(nights))[1:last])
        step = "night of 1 % change: derive and append, entries in memory"
        results.append((step, timed(rounds, lambda: put(log, *next(coming)))))
        live, before = log.live_entries("commerce"), log.deliveries("commerce")
        at = clock_of(last)()
        arriving = Arriving(last + 1, "next", "full", FIRST_NIGHT + timedelta(days=last), (), at)
        results.append(
            (
                "of it: derive",
                timed(rounds, lambda: derive_events(live, before, arriving, nights[last], RULE)),
            )
        )
        results.append(
            (
                "read the entries from disk",
                timed(rounds, lambda: EventLog(log.root).live_entries("commerce")),
            )
        )
        events = log.events("commerce")
        results.append(
            (
                "versions on a day",
                timed(rounds, lambda: versions(events, before, RULE, FIRST_NIGHT, at)),
            )
        )
        late = Arriving(last + 1, "late", "full", FIRST_NIGHT + timedelta(days=1), (), at)
        step = "late full delivery, behind all others but the first: derive"
        results.append((step, timed(1, lambda: derive_events(live, before, late, nights[0], RULE))))
    floor = [
        (
            "floor: polars, row hash and full join",
            timed(rounds, lambda: polars_floor(nights[-2], nights[-1])),
        ),
        (
            "floor: duckdb, row hash and full join",
            timed(rounds, lambda: duckdb_floor(nights[-2], nights[-1])),
        ),
    ]
    print(f"{records:,} records × {len(COLUMNS)} columns, 1 % changed, median of {rounds}\n")
    print("| step | seconds |\n|---|---:|")
    for name, seconds in [*results, *floor]:
        print(f"| {name} | {seconds:.3f} |")


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], "100000", "5"][:2]))
