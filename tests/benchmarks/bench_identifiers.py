"""Codes diagnosed per second, beside a floor: ``python tests/benchmarks/bench_identifiers.py [rows]``.

The floor is the least any program must do with the same column: look at every byte once (polars'
hash of it). The mix: 3 % with a wrong character, 2 % empty, 1 % with
blanks or hyphens, the rest valid; all distinct.
"""

import sys
import time
from collections.abc import Callable
from random import Random

import polars as pl

from jianhui.core import check_digits as checks
from jianhui.core.identifiers import Scheme, diagnose_series

ROWS = 1_000_000
REPEATS = 3


def make_codes(scheme: Scheme, rows: int, seed: int = 1) -> pl.Series:
    """A column of ``rows`` codes of one scheme, dirty in the proportions above."""
    random = Random(seed)
    makers: dict[Scheme, Callable[[], str]] = {
        "uscc": lambda: _uscc(random),
        "org_code": lambda: _org_code(random),
        "reg_no": lambda: _reg_no(random),
        "tax_id": lambda: "210213" + _org_code(random),
        "unit_code": lambda: random.choice([_uscc, _org_code, _reg_no])(random),
    }
    codes: list[str | None] = [makers[scheme]() for _ in range(rows)]
    for index in range(rows):
        draw, code = random.random(), codes[index] or ""
        if draw < 0.03:
            codes[index] = code[:-1] + ("1" if code[-1] == "0" else "0")
        elif draw < 0.05:
            codes[index] = random.choice(["", "无", None])
        elif draw < 0.06:
            codes[index] = f" {code[:8]}-{code[8:]}"
    return pl.Series("code", codes, dtype=pl.String)


def _org_code(random: Random) -> str:
    body = "MA" + "".join(random.choices(checks.USCC_ALPHABET, k=6))
    return body + checks.org_check(body)


def _uscc(random: Random) -> str:
    body = "91210213" + _org_code(random)
    return body + checks.uscc_check(body)


def _reg_no(random: Random) -> str:
    body = f"210213{random.randrange(10**8):08d}"
    return body + checks.reg_no_check(body)


def _best(action: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main(rows: int) -> None:
    print(f"{'scheme':<10} {'codes/s':>12} {'floor codes/s':>14} {'ratio':>6}")
    schemes: tuple[Scheme, ...] = ("uscc", "org_code", "reg_no", "tax_id", "unit_code")
    for scheme in schemes:
        codes = make_codes(scheme, rows)
        measured = _best(lambda codes=codes, scheme=scheme: diagnose_series(codes, scheme))
        floor = _best(lambda codes=codes: codes.hash().sum())
        print(f"{scheme:<10} {rows / measured:>12,.0f} {rows / floor:>14,.0f} {measured / floor:>6.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
