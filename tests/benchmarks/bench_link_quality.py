"""How well a dirty city is recognised: recall and precision by feed and by class of dirt, coverage error.

A record that is about a registered unit and attaches to nothing counts as missed. Run:
``python -m tests.benchmarks.bench_link_quality [units] [seed]``. Prints Markdown tables; a test does the
same on a smaller city (``tests/stages/test_link_quality.py``).
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.stages.link_quality import by_class, by_feed, judged_records, wrongly_joined
from tests.stages.true_links import cells, play, with_true_links

START, DAY = date(2014, 1, 1), date(2014, 1, 31)
HEAD = "| {} | records due | recall | precision |\n|---|---:|---:|---:|"


def main(units: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings, built = play(folder, enterprises=units, seed=seed, start=START, day=DAY)
        city = folder / "city"
        records = judged_records(city, built, DAY)
        joined, enterprises = wrongly_joined(city, built)
        print(f"Dirty city of {units:,} units, seed {seed}, on {DAY}.\n")
        print(HEAD.format("feed"), *(one.row() for one in by_feed(records)), sep="\n")
        print()
        print(HEAD.format("class of dirt"), *(one.row() for one in by_class(records, city)), sep="\n")
        print(f"\nEnterprises that hold two units: {joined} of {enterprises:,}.")
        for cell in cells(built, with_true_links(settings, city, built)):
            if cell.grouping == "city":
                print(
                    f"{cell.base_kind}: {cell.rate:.4%} shown ({cell.low:.4%}–{cell.high:.4%}), "
                    f"{cell.true_rate:.4%} with the true links."
                )


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*given, *(100_000, 77)[len(given) :])
