"""``python -m jianhui.resolve.training.keys``: what each kind of key finds, on an invented register.

Per kind: records whose unit it brings among the candidates, those no other kind does, and pairs it makes.
"""

import polars as pl

from jianhui.resolve.blocking import KINDS, candidates
from jianhui.resolve.training.examples import World, world
from jianhui.resolve.training.retrain import HELD_OUT_SEED, N_UNITS, SEED

_N_RECORDS = 7_500


def found_by_kind(made: World) -> list[tuple[str, float, float, float]]:
    """Kind, share of the records with a unit it finds, share only it finds, pairs a record."""
    truth = pl.DataFrame(
        {"mention": range(len(made.said)), "unit": [one.truth for one in made.said]},
        schema={"mention": pl.UInt32, "unit": pl.Int64},
    ).filter(pl.col("unit") >= 0)
    units = made.bearers.select("bearer", "unit")
    hits: dict[str, set[int]] = {}
    pairs: dict[str, int] = {}
    for kind in KINDS:
        found = candidates(made.mentions, made.bearers, (kind,))
        pairs[kind.name] = found.height
        right = found.join(units, on="bearer").join(truth, on=["mention", "unit"])
        hits[kind.name] = set(right.get_column("mention").to_list())
    n = max(truth.height, 1)
    rows = []
    for name, mine in hits.items():
        others = set().union(*(theirs for other, theirs in hits.items() if other != name))
        rows.append((name, len(mine) / n, len(mine - others) / n, pairs[name] / max(len(made.said), 1)))
    rows.append(
        ("all", len(set().union(*hits.values())) / n, 0.0, sum(pairs.values()) / max(len(made.said), 1))
    )
    return rows


def main() -> None:
    """Print the table of ``docs/benchmarks.md``."""
    print("| key | finds | only it | candidates a record |\n|---|---:|---:|---:|")
    for name, share, alone, n_pairs in found_by_kind(world(SEED + HELD_OUT_SEED, N_UNITS, _N_RECORDS)):
        print(f"| {name} | {share:.4f} | {alone:.4f} | {n_pairs:.2f} |")


if __name__ == "__main__":
    main()
