"""The report of a release of 100,000 enterprises: every edition's seconds, without and with PDF.

The release is a simulated city's, its unit tables repeated under new ids until they hold as many enterprises
(the aggregates stay as they are: their size does not grow with the city). Run:
``python -m tests.benchmarks.bench_report [enterprises]``. Prints a Markdown table.
"""

import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

from jianhui.publish.report import report
from jianhui.publish.report.pdf import print_pdf
from jianhui.simulate import simulate
from jianhui.stages import quarter
from jianhui.stages.context import Context
from jianhui.stages.demo import QUARTER_RUN, FollowingClock, _Desk

UNITS = 600


def small_release(folder: Path) -> Path:
    """The first quarter of a small city, plan and all; its folder."""
    from jianhui.settings import Settings

    simulate(folder / "city", enterprises=UNITS, start=date(2014, 1, 1), end=date(2014, 4, 10), plan=True)
    clock = FollowingClock()
    context = Context(Settings(folder / "home", folder / "keys"), clock)
    _Desk(context, clock, folder / "city").receive_until(date(2014, 4, 10))
    clock.set_to(date(2014, 4, 10), QUARTER_RUN)
    return quarter.publish(context, "2014Q1").folder


def grown(small: Path, large: Path, enterprises: int) -> int:
    """A copy of a release whose unit tables hold about so many enterprises; how many."""
    shutil.copytree(small, large)
    whole = pl.read_parquet(small / "marts" / "dim_enterprises.parquet").height
    times = -(-enterprises // whole)
    for path in sorted((large / "marts").glob("*.parquet")):
        table = pl.read_parquet(path)
        keys = [name for name in ("enterprise_id", "union_id", "record_key") if name in table.columns]
        if not keys or path.stem.startswith("agg_"):
            continue
        copies = [
            table.with_columns(pl.concat_str(pl.col(key), pl.lit(f"-{n}")).alias(key) for key in keys)
            for n in range(times)
        ]
        path.chmod(0o644)
        pl.concat(copies).write_parquet(path)
    return whole * times


def main(enterprises: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        small = small_release(folder)
        for path in (small / "report").iterdir():
            path.chmod(0o644)
        n = grown(small, folder / "large", enterprises)
        print(f"| report of {n:,} enterprises | seconds |\n|---|---:|")
        began = time.perf_counter()
        files = report(folder / "large", folder / "out")
        print(f"| bulletin, workbook and page, full and public, brief ({len(files)} files) | ", end="")
        print(f"{time.perf_counter() - began:.1f} |")
        began = time.perf_counter()
        report(folder / "large", folder / "district", districts=["210204"])
        print(f"| the same of one district | {time.perf_counter() - began:.1f} |")
        began = time.perf_counter()
        printed = print_pdf([path for path in files if path.suffix == ".docx"])
        made = f"{len(printed.files)} PDF" if printed.files else printed.messages[0][1]
        print(f"| {made} | {time.perf_counter() - began:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
