"""What dirt moves in a large city, class by class, each figure traced to the pieces that move it.

Run: ``python -m tests.benchmarks.bench_dirty_city [units] [seed]``. Fails where a difference is unexplained.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.stages.test_dirty_city import score_city

DAY = date(2014, 2, 20)


def main(units: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        found = score_city(Path(name), enterprises=units, seed=seed, days=(DAY,))
        print(f"{units:,} units, seed {seed}, on {DAY}. {found.summary('en')}\n")
        print((Path(name) / "score" / "classes.csv").read_text(encoding="utf-8"))


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*given, *(20_000, 9)[len(given) :])
