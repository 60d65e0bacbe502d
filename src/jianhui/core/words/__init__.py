"""Words of names as data: places, trades, legal forms, branches, unions, characters. See README.md here."""

import csv
from functools import cache
from importlib.resources import files


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``<name>.csv`` in order; columns are named by its first line."""
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def column(name: str, heading: str) -> tuple[str, ...]:
    """One column of a table, in its order."""
    return tuple(row[heading] for row in table(name))
