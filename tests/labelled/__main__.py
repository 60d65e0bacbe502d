"""``python -m tests.labelled [--misses]``: passed of asked by kind, group, strength; misses on request."""

import sys
from itertools import groupby

from tests.labelled import cases


def main() -> None:
    """Print the table; a kind the engine does not answer yet is said to be so."""
    for kind in cases.KINDS:
        try:
            answers = cases.judge(kind)
        except NotImplementedError as missing:
            print(f"{kind}: {missing}")
            continue
        print(f"{kind:<28}" + "".join(f"{strength:>12}" for strength in cases.STRENGTHS))
        for group, of_group in groupby(answers, key=lambda answer: answer.case["group"]):
            rows = list(of_group)
            cells = [cases.of_strength(rows, strength) for strength in cases.STRENGTHS]
            print(f"  {group:<26}" + "".join(f"{sum(a.passed for a in c):>7} / {len(c):<2}" for c in cells))
        if "--misses" in sys.argv[1:]:
            for answer in answers:
                if not answer.passed:
                    print(f"  {answer.case['strength']:<7}{answer.line()}")


if __name__ == "__main__":
    main()
