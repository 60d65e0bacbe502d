"""Which unit each record really is about, dirt or not: what links can be held against."""

import csv
from collections.abc import Sequence
from pathlib import Path

from jianhui.simulate.agencies import Held, Parcel
from jianhui.simulate.assertions import key_of
from jianhui.simulate.columns import FEEDS, Row, cell, index
from jianhui.simulate.dirt import record_of
from jianhui.simulate.readings import usable_credit_code

COLUMNS = ("feed", "record_key", "unit", "commerce_keys", "clean_key")
"""``record_key``: the key cells as the files give them, joined with ``|``; ``unit``: serial, empty where the
record is about none; ``commerce_keys``: every key (canonical, joined with ``;``) under which the registry's
files show the unit; ``clean_key``: what ``dirt.csv`` calls the record.
"""

_KEYS = {
    "tax": ("tax_id", "tax_office", "period", "charge_item"),
    "hr": ("unit_no",),
    "union_organisations": ("union_no",),
    "union_coverage": ("union_no", "unit_name"),
    "base_list": ("list_name", "name"),
}
_KEYS_AT = {feed: [index(feed, column) for column in columns] for feed, columns in _KEYS.items()}
_TORN = tuple(map(chr, range(0xDC80, 0xDD00)))


class Identities:
    """Collects the records of one block of a city as they are sent."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], tuple[int | None, str]] = {}
        self._keys: dict[int, dict[str, None]] = {}
        self._last: dict[str, dict[str, Sequence[str]]] = {feed: {} for feed in FEEDS}

    def see(self, parcel: Parcel, clean: Held, sent: Sequence[Held]) -> None:
        """A clean row, and the rows that are sent for it."""
        feed, shift = parcel.feed, int(parcel.kind == "delta")
        clean_key = record_of(feed, clean.cells, shift)
        if len(sent) == 1:
            last = self._last[feed]
            if last.get(clean_key) is sent[0].cells:
                return
            last[clean_key] = sent[0].cells
        for held in sent:
            row = tuple(held.cells[shift:])
            key = _raw_key(feed, row)
            if key and (feed, key) not in self._records and not key.endswith(_TORN):
                self._records[(feed, key)] = (clean.unit, clean_key)
                if feed == "commerce" and clean.unit is not None:
                    self._keys.setdefault(clean.unit, {})[key_of(feed, row)] = None

    def write(self, path: Path) -> None:
        """One line a record, in order of first appearance; without a header."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream, lineterminator="\n")
            for (feed, key), (unit, clean_key) in self._records.items():
                keys = ";".join(self._keys.get(unit, ())) if unit is not None else ""
                lines.writerow([feed, key, "" if unit is None else unit, keys, clean_key])


def _raw_key(feed: str, row: Row) -> str:
    """The key cells as given, joined; ``""`` where the row has no key."""
    if feed == "commerce":
        uscc = cell(feed, row, "uscc")
        return uscc if usable_credit_code(uscc) else cell(feed, row, "reg_no") or uscc
    if feed == "verifications":
        day = cell(feed, row, "inspected_on")
        return f"{cell(feed, row, 'uscc') or cell(feed, row, 'name')}|{day}" if day else ""
    places = _KEYS_AT[feed]
    return "|".join([row[at] for at in places]) if row[places[0]] else ""
