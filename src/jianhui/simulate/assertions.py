"""What the files said: deliveries as plain assertions, and the dated content of each record that follows
from them.

The rule, in the words of the method: a delivery asserts of each key it names the record on its reference
date; of several deliveries of one feed, kind and reference date the last recorded counts; between
successive assertions with different content the change takes effect on the declared date if that itself
changed and lies in the window, else on the later reference date; the first content holds from the start of
the record's life.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from jianhui.simulate.columns import Row, cell, index
from jianhui.simulate.readings import canonical, read_date, usable_credit_code

_KEYS = {
    "tax": ("tax_id", "tax_office", "period", "charge_item"),
    "hr": ("unit_no",),
    "union_organisations": ("union_no",),
    "union_coverage": ("union_no", "unit_name"),
    "base_list": ("list_name", "name"),
}

APPEND_ONLY = ("verifications", "base_list")
ENDS_WHEN_ABSENT = ("union_coverage",)
DECLARED_BY = {"commerce": "approved_on"}


@dataclass(frozen=True)
class Delivery:
    """One delivery as read: rows in the order of ``columns.FEEDS``; ``deleted`` names the keys a delta
    strikes off.
    """

    seq: int
    arrived_on: date
    feed: str
    kind: str
    reference_on: date
    rows: Mapping[str, Row]
    deleted: frozenset[str] = frozenset()


class Said(NamedTuple):
    """One assertion about one key: its row, or None where it is said to be no more."""

    on: date
    seq: int
    row: Row | None


@dataclass(frozen=True)
class Version:
    """Content that holds from ``valid_from`` to the day before ``valid_to``; asserted first and last on
    these days.
    """

    row: Row
    valid_from: date
    valid_to: date
    asserted_on: tuple[date, ...]


@dataclass
class Record:
    """One record of a feed: its versions in order, and where it was first seen."""

    feed: str
    keys: tuple[str, ...]
    versions: list[Version]
    first_seen_on: date
    first_seq: int
    last_seen_on: date
    is_absent: bool = False

    @property
    def key(self) -> str:
        """The first of its keys."""
        return self.keys[0]

    def version_on(self, day: date) -> Version | None:
        """The version in force on ``day``."""
        for version in self.versions:
            if version.valid_from <= day < version.valid_to:
                return version
        return None

    def last_version_by(self, day: date) -> Version | None:
        """The version in force on ``day``, else the last one before it."""
        found = None
        for version in self.versions:
            if version.valid_from <= day:
                found = version
        return found


@dataclass
class Feed:
    """All that was said in one feed: per key, in order of reference dates."""

    name: str
    said: dict[str, list[Said]] = field(default_factory=dict)
    first_full_on: date | None = None
    last_full_keys: frozenset[str] = frozenset()
    last_full_on: date | None = None


def key_of(feed: str, row: Row) -> str:
    """The record key: the key cells in canonical form, joined with ``|``."""
    if feed == "commerce":
        uscc = cell(feed, row, "uscc")
        return usable_credit_code(uscc) or canonical(cell(feed, row, "reg_no")) or canonical(uscc)
    if feed == "verifications":
        who = cell(feed, row, "uscc") or cell(feed, row, "name")
        visited = cell(feed, row, "inspected_on")
        day = read_date(visited)
        return canonical(who) + "|" + (f"{day:%Y%m%d}" if day else canonical(visited))
    return "|".join([canonical(cell(feed, row, column)) for column in _KEYS[feed]])


def gather(feed: str, deliveries: Iterable[Delivery]) -> Feed:
    """Line up what ``deliveries`` of one feed (in order of arrival) say of each key.

    A full delivery also says that a key it does not name is absent; only where absence ends a record
    (union_coverage) is that an assertion of its own. In tax, full means all of the periods it names, so
    each period is a scope.
    """
    result = Feed(feed)
    if feed in APPEND_ONLY:
        for delivery in deliveries:
            for key, row in delivery.rows.items():
                result.said[key] = [Said(delivery.reference_on, delivery.seq, row)]
        return result
    slots: dict[tuple[date, str, str], tuple[int, Mapping[str, Row], frozenset[str]]] = {}
    for delivery in deliveries:
        for scope, rows in scopes_of(delivery).items():
            slots[(delivery.reference_on, delivery.kind, scope)] = (delivery.seq, rows, delivery.deleted)
    in_order = sorted(
        ((on, seq, kind, rows, deleted) for (on, kind, _), (seq, rows, deleted) in slots.items()),
        key=lambda slot: slot[:2],
    )
    open_keys: set[str] = set()
    for on, seq, kind, rows, deleted in in_order:
        for key in deleted:
            _say(result.said, key, Said(on, seq, None))
        for key, row in rows.items():
            _say(result.said, key, Said(on, seq, row))
        if feed in ENDS_WHEN_ABSENT and kind == "full":
            for key in sorted(open_keys - rows.keys()):
                _say(result.said, key, Said(on, seq, None))
            open_keys -= open_keys - rows.keys()
        open_keys = (open_keys | rows.keys()) - deleted
        if kind == "full":
            result.first_full_on = result.first_full_on or on
            result.last_full_on, result.last_full_keys = on, frozenset(rows)
    return result


def scopes_of(delivery: Delivery) -> dict[str, Mapping[str, Row]]:
    """What is complete in a full delivery: in tax each period it names, elsewhere all of it."""
    if delivery.feed != "tax":
        return {"": delivery.rows}
    scopes: dict[str, dict[str, Row]] = {}
    for key, row in delivery.rows.items():
        scopes.setdefault(cell("tax", row, "period"), {})[key] = row
    return dict(scopes)


def _say(said: dict[str, list[Said]], key: str, new: Said) -> None:
    """Of one reference date the last recorded counts."""
    line = said.setdefault(key, [])
    if line and line[-1].on == new.on:
        line.pop()
    line.append(new)


def record(feed: Feed, keys: Sequence[str]) -> Record | None:
    """The record that ``keys`` (more than one after a change of code) make up; None where nothing was ever
    said of it.
    """
    if len(keys) == 1 and len(feed.said[keys[0]]) == 1:
        return _record_said_once(feed, keys[0])
    declared = DECLARED_BY.get(feed.name)
    column = index(feed.name, declared) if declared else None
    said = sorted(
        (
            (one.on, one.seq, number, key, one.row)
            for number, key in enumerate(keys)
            for one in feed.said[key]
        ),
        key=lambda item: item[:3],
    )
    spells: list[tuple[Row, date, date, list[date]]] = []
    alive: set[str] = set()
    last_on = date.min
    for on, _, _, key, row in said:
        if row is None:
            alive.discard(key)
            if spells and not alive and spells[-1][2] == date.max:
                spells[-1] = (spells[-1][0], spells[-1][1], on, spells[-1][3])
            continue
        alive.add(key)
        if not spells:
            spells.append((row, date.min, date.max, [on]))
        elif spells[-1][2] != date.max:
            spells.append((row, on, date.max, [on]))
        elif row == spells[-1][0]:
            spells[-1][3].append(on)
        else:
            begins = _effect(spells[-1][0], row, last_on, on, column)
            before = spells[-1]
            spells[-1] = (before[0], before[1], begins, before[3])
            spells.append((row, begins, date.max, [on]))
        last_on = on
    if not spells:
        return None
    content = [(on, seq) for on, seq, _, _, row in said if row is not None]
    last_seen = max(on for on, _ in content)
    return Record(
        feed=feed.name,
        keys=tuple(keys),
        versions=[Version(row, begins, ends, tuple(on)) for row, begins, ends, on in spells if begins < ends],
        first_seen_on=content[0][0],
        first_seq=min(seq for _, seq in content),
        last_seen_on=last_seen,
        is_absent=_is_absent(feed, keys, last_seen),
    )


def _record_said_once(feed: Feed, key: str) -> Record | None:
    """The record of a key of which one thing was ever said."""
    (said,) = feed.said[key]
    if said.row is None:
        return None
    version = Version(said.row, date.min, date.max, (said.on,))
    is_absent = _is_absent(feed, (key,), said.on)
    return Record(feed.name, (key,), [version], said.on, said.seq, said.on, is_absent)


def _is_absent(feed: Feed, keys: Sequence[str], last_seen_on: date) -> bool:
    """The newest full delivery is later than what was last said of the record, and lacks it."""
    if feed.last_full_on is None or last_seen_on >= feed.last_full_on:
        return False
    return not any(key in feed.last_full_keys for key in keys)


def _effect(before: Row, after: Row, r1: date, r2: date, column: int | None) -> date:
    """The day a change takes effect: the declared date if it changed and r1 < d <= r2, else the reference
    date r2.
    """
    if column is None or before[column] == after[column]:
        return r2
    old, new = read_date(before[column]), read_date(after[column])
    if new is None or new == old or not r1 < new <= r2:
        return r2
    return new
