"""What the boundary takes in of the files: which deliveries are believed, which rows of them, and as what.

The rule, in the words of the boundary: the same bytes as the latest delivery of feed, kind and reference
date change nothing; a file that cannot be read, lacks a required header or has no row is refused; a full
file that shows fewer than nine tenths of the keys of the newest earlier one is held, as is one with more
than a twentieth of bad rows; a row is bad without a key or a name, with a wrong number of cells or with a
byte that cannot be decoded; of two rows of one key the last stands.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from jianhui.simulate.agencies import CHANGE, DELETED, FORMATS
from jianhui.simulate.assertions import APPEND_ONLY, Delivery, key_of, scopes_of
from jianhui.simulate.columns import Row, cell, headers, index
from jianhui.simulate.files import read_table
from jianhui.simulate.itinerary import RELEASE

ACCEPTED, HELD, REFUSED, NOTHING_NEW = "accepted", "held", "refused", "nothing_to_do"

_NAMES = {"union_coverage": "unit_name"}
_KEYS = {
    "commerce": (),
    "tax": ("tax_id", "tax_office", "period"),
    "hr": ("unit_no",),
    "union_organisations": ("union_no",),
    "union_coverage": ("union_no", "unit_name"),
    "verifications": ("inspected_on",),
    "base_list": ("list_name", "name"),
}
"""Cells without which a row has no key; a row of the registry always has a number of some kind."""

_BAD_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Said:
    """What the lines of a file say: rows by key, keys struck off, and how many lines were bad of all."""

    rows: Mapping[str, Row]
    deleted: frozenset[str]
    n_bad: int
    n_lines: int


def read_lines(
    feed: str, header: Sequence[str], lines: Sequence[Sequence[str]], same: dict[Row, Row] | None = None
) -> Said | None:
    """What ``lines`` say under ``header``; None where a column is missing. ``same`` keeps equal rows once."""
    places = {_plain(title): at for at, title in enumerate(header)}
    if any(title not in places for title in headers(feed)):
        return None
    order = [places[title] for title in headers(feed)]
    change, width = places.get(CHANGE), len(header)
    rows: dict[str, Row] = {}
    deleted: set[str] = set()
    n_bad = 0
    finding = order[index(feed, "finding")] if feed == "verifications" else None
    for line in lines:
        is_torn = len(line) != width or _BAD_BYTE.search("".join(line)) is not None
        row: Row = () if is_torn else tuple([line[at] for at in order])
        is_deletion = not is_torn and change is not None and line[change] == DELETED
        if is_torn or not _has_key_and_name(feed, row, is_deletion=is_deletion):
            n_bad += 1
            continue
        if finding is not None and not line[finding].strip():
            continue
        row = row if same is None else same.setdefault(row, row)
        key = key_of(feed, row)
        rows.pop(key, None)
        deleted.discard(key)
        if is_deletion:
            deleted.add(key)
        else:
            rows[key] = row
    return Said(rows, frozenset(deleted), n_bad, len(lines))


def _plain(title: str) -> str:
    """A header without blanks and without a remark in brackets."""
    return unicodedata.normalize("NFKC", title).replace(" ", "").partition("(")[0]


def _has_key_and_name(feed: str, row: Row, *, is_deletion: bool) -> bool:
    has_key = all(cell(feed, row, column).strip() for column in _KEYS[feed])
    return has_key and (is_deletion or bool(cell(feed, row, _NAMES.get(feed, "name")).strip()))


@dataclass
class Guard:
    """Remembers what each full delivery held, to tell a file that lacks too much of the one before."""

    _fulls: dict[tuple[str, str], list[tuple[date, int, frozenset[str]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def verdict(self, delivery: Delivery, said: Said) -> str:
        """Accepted, held or refused; an accepted full one is remembered."""
        is_guarded = delivery.kind == "full" and delivery.feed not in APPEND_ONLY
        if is_guarded and not said.n_lines:
            return REFUSED
        if 20 * said.n_bad > said.n_lines:
            return HELD
        if not is_guarded:
            return ACCEPTED
        for scope in scopes_of(delivery):
            earlier = [one for one in self._fulls[(delivery.feed, scope)] if one[0] <= delivery.reference_on]
            if earlier:
                keys = max(earlier, key=lambda one: one[:2])[2]
                if 10 * len(keys & delivery.rows.keys()) < 9 * len(keys):
                    return HELD
        self.remember(delivery)
        return ACCEPTED

    def remember(self, delivery: Delivery) -> None:
        """What a full delivery that is let in holds."""
        for scope, rows in scopes_of(delivery).items():
            kept = [one for one in self._fulls[(delivery.feed, scope)] if one[0] != delivery.reference_on]
            self._fulls[(delivery.feed, scope)] = [
                *kept,
                (delivery.reference_on, delivery.seq, frozenset(rows)),
            ]


@dataclass
class Desk:
    """Believes deliveries or not, and does what a person decides about those that are held."""

    _guard: Guard = field(default_factory=Guard)
    _held: dict[str, tuple[Delivery, Said]] = field(default_factory=dict)

    def take(self, name: str, delivery: Delivery, said: Said | None) -> tuple[Delivery, str]:
        """The delivery with its rows, and what becomes of it. ``name``: what a decision calls it."""
        if said is None:
            return delivery, REFUSED
        delivery = replace(delivery, rows=said.rows, deleted=said.deleted)
        verdict = self._guard.verdict(delivery, said)
        if verdict == HELD:
            self._held[name] = (delivery, said)
        return delivery, verdict

    def decide(self, name: str, decision: str, on: date, seq: int) -> Delivery | None:
        """The delivery that a decision of the day ``on`` lets in, if it is held and the decision does so."""
        held = self._held.pop(name, None)
        if held is None or decision != RELEASE:
            return None
        delivery = replace(held[0], arrived_on=on, seq=seq)
        self._guard.remember(delivery)
        return delivery


@dataclass(frozen=True)
class Received:
    """A delivery of ``city.json``, what it says and what becomes of it. ``is_decided``: by a person."""

    delivery: Delivery
    verdict: str
    is_decided: bool = False


def events(out: Path) -> list[tuple[date, Mapping[str, Any]]]:
    """Deliveries and decisions (these have a ``decision``) of the city below ``out`` with their days, in
    order; of one day the deliveries come first.
    """
    description = json.loads((out / "city.json").read_text(encoding="utf-8"))
    dated = [(one["arrived_on"], False, one) for one in description["deliveries"]]
    dated += [(one["decided_on"], True, one) for one in description["decisions"]]
    dated.sort(key=lambda one: one[:2])
    return [(date.fromisoformat(day), event) for day, _, event in dated]


def receive_all(out: Path) -> Iterator[Received]:
    """Every delivery of the city below ``out`` in order of arrival, and again what a person let in, in the
    evening of that day.
    """
    same: dict[Row, Row] = {}
    desk = Desk()
    latest: dict[tuple[str, str, str], bytes] = {}
    for seq, (on, event) in enumerate(events(out), start=1):
        if "feed" in event and event["feed"] not in FORMATS:
            continue  # one of the work plan's lists, which are read by themselves
        if "decision" in event:
            let_in = desk.decide(event["path"], event["decision"], on, seq)
            if let_in is not None:
                yield Received(let_in, ACCEPTED, is_decided=True)
            continue
        feed, kind, reference_on = event["feed"], event["kind"], event["reference_on"]
        delivery = Delivery(seq, on, feed, kind, date.fromisoformat(reference_on), {})
        data = (out / event["path"]).read_bytes()
        if latest.get((feed, kind, reference_on)) == data:
            yield Received(delivery, NOTHING_NEW)
            continue
        delivery, verdict = desk.take(event["path"], delivery, _read(out, event, same))
        if verdict != REFUSED:
            latest[(feed, kind, reference_on)] = data
        yield Received(delivery, verdict)


def _read(out: Path, sent: Mapping[str, Any], same: dict[Row, Row]) -> Said | None:
    form = replace(FORMATS[sent["feed"]], encoding=sent["encoding"], delimiter=sent["delimiter"])
    if sent["path"].endswith(".csv"):
        form = replace(form, ext="csv")
    try:
        header, lines = read_table(out / sent["path"], form)
    except ValueError:
        return None
    if form.ext == "xlsx":
        # A workbook does not write blank cells, so a line may end early.
        lines = [line + [""] * (len(header) - len(line)) for line in lines]
    return read_lines(sent["feed"], header, lines, same)
