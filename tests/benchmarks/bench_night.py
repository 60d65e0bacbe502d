"""A night of 100,000 enterprises with 1 % change, step by step, beside the floor of the same run.

A simulated city of that size has lived for a week; then the registry sends its whole register again with
one row in a
hundred changed. The floor is the fastest of polars, DuckDB and iconv-and-scan that reads the very file and
writes it as
Parquet. Run: ``python -m tests.benchmarks.bench_night [units]``. Prints a Markdown table.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from jianhui.core.clock import SHANGHAI
from jianhui.simulate import simulate
from jianhui.stages import intake, night
from tests.stages.city import SimulatedDesk

START, LAST = date(2014, 1, 1), date(2014, 1, 8)
CHANGED_EVERY = 100


def changed_register(source: Path, target: Path) -> int:
    """The register of ``source`` again, the head count of every hundredth row another one; how many rows."""
    with source.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    column = header.index("从业人数")
    for row in rows[::CHANGED_EVERY]:
        row[column] = str(int(row[column] or 0) + 1)
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return len(rows)


def floors(file: Path, folder: Path) -> dict[str, float]:
    """Seconds of each bare way to read ``file`` as text and write Parquet."""

    def with_polars() -> None:
        pl.read_csv(file, infer_schema=False).write_parquet(folder / "p.parquet", compression="zstd")

    def with_duckdb() -> None:
        duckdb.read_csv(str(file), all_varchar=True).write_parquet(
            str(folder / "d.parquet"), compression="zstd"
        )

    def with_iconv() -> None:
        with (folder / "i.csv").open("wb") as out:
            subprocess.run(["iconv", "-f", "UTF-8", "-t", "UTF-8", str(file)], stdout=out, check=True)
        lazy = pl.scan_csv(folder / "i.csv", infer_schema=False)
        lazy.sink_parquet(folder / "i.parquet", compression="zstd")

    ways: dict[str, Callable[[], None]] = {
        "polars": with_polars,
        "DuckDB": with_duckdb,
        "iconv and scan": with_iconv,
    }
    return {name: min(timed(way) for _ in range(3)) for name, way in ways.items()}


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main(units: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        simulate(folder / "city", enterprises=units, seed=1, start=START, end=LAST, truth_on=())
        desk = SimulatedDesk(folder, folder / "city")
        desk.receive_until(LAST - timedelta(days=1))
        night.publish(desk.context, LAST - timedelta(days=1))
        register = next(
            folder / "city" / one["path"]
            for one in json.loads((folder / "city" / "city.json").read_text(encoding="utf-8"))["deliveries"]
            if (one["feed"], one["kind"]) == ("commerce", "full")
        )
        inbox = desk.context.settings.inbox / "commerce"
        inbox.mkdir(parents=True)
        file = inbox / f"commerce_{LAST:%Y%m%d}.csv"
        rows = changed_register(register, file)
        floor = floors(file, folder)
        desk.now = datetime.combine(LAST + timedelta(days=1), datetime.min.time(), SHANGHAI).astimezone(UTC)

        seconds = {"receive (read, land, diff, append)": timed(lambda: intake.receive_inbox(desk.context))}
        whole = timed(lambda: night.publish(desk.context, LAST))
        run = json.loads(
            (desk.context.settings.releases / "current" / "run.json").read_text(encoding="utf-8")
        )
        seconds |= {step: run["seconds"][step] for step in ("resolve", "build", "gate")}
        seconds["release, work-lists"] = whole - sum(run["seconds"].values())
        seconds["the night"] = sum(seconds.values())

        best = min(floor.values())
        print(f"{rows:,} rows in the register, one in {CHANGED_EVERY} changed.\n")
        print("| step | seconds | ratio to the floor |\n|---|---:|---:|")
        for way, taken in floor.items():
            print(f"| floor: {way} | {taken:.2f} | {taken / best:.1f} |")
        for step, taken in seconds.items():
            print(f"| {step} | {taken:.2f} | {taken / best:.0f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
