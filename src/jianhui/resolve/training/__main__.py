"""``python -m jianhui.resolve.training``: fit the link model anew, write it, print before and after.

Invented names from the committed word tables and a seed; the same seed and tables give the same bytes. A
retrained model is a change of ``resolve/model/link_model.json`` to be reviewed with the table printed here.
"""

import argparse
from pathlib import Path

import jianhui.resolve
from jianhui.resolve.training.report import table
from jianhui.resolve.training.retrain import N_RECORDS, N_UNITS, SEED, model_text, retrain
from jianhui.resolve.weighing import MODEL


def main() -> None:
    """Fit, write, print."""
    parser = argparse.ArgumentParser(prog="python -m jianhui.resolve.training", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--units", type=int, default=N_UNITS, help="units in the invented register")
    parser.add_argument("--records", type=int, default=N_RECORDS)
    parser.add_argument("--dry-run", action="store_true", help="print the table, write nothing")
    options = parser.parse_args()
    found = retrain(options.seed, options.units, options.records)
    print(table(found.before, found.after))
    if not options.dry_run:
        path = Path(jianhui.resolve.__file__).parent / "model" / MODEL
        path.write_text(model_text(found), encoding="utf-8", newline="\n")
        print(path.name)


if __name__ == "__main__":
    main()
