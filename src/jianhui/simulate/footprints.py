"""Which records of a city can have anything to do with each other, clean or dirty."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from jianhui.simulate.assertions import key_of
from jianhui.simulate.attaching import enterprise_id_of, identifiers, names_ever, plain_key
from jianhui.simulate.columns import Row, cell, index
from jianhui.simulate.counterfactual import Node, Replay
from jianhui.simulate.dirt import SPOTLESS
from jianhui.simulate.readings import usable_credit_code, usable_registration_number

_UNIONS, _LINES = "union_organisations", "union_coverage"


@dataclass(frozen=True)
class Footprint:
    """Records that share codes or names, directly or through others (``nodes``), the unions on whose lists
    they stand (``unions``, which bring their own dirt but no enterprise), and what the whole city rests on
    (``background``: a general union, and a row of the base list).
    """

    nodes: frozenset[Node]
    unions: frozenset[Node]
    background: frozenset[Node]

    @cached_property
    def all(self) -> frozenset[Node]:
        """Everything needed to count these records like the whole city counts them."""
        return self.nodes | self.unions | self.background


class Surveyor:
    """Parts a city into footprints."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._parent: dict[object, object] = {}

    def footprints(self) -> Iterator[Footprint]:
        """Every footprint of the city, in the order of its first record."""
        lists: dict[Node, set[Node]] = defaultdict(set)
        general: set[Node] = set()
        for node, lines in self._replay.lines.items():
            rows = self._rows_of(node)
            if node[0] == _UNIONS and any(row[index(_UNIONS, "kind")] in SPOTLESS for row in rows):
                general.add(node)
                continue
            for row in rows:
                for token in _tokens(node[0], row):
                    self._join(node, token)
            if node[0] == _LINES:
                lists[node] |= {(_UNIONS, line.row.cells[index(_LINES, "union_no")]) for line in lines}
        for link in self._replay.links:
            self._join((link.feed, plain_key(link.feed, link.record_key)), ("id", link.enterprise_id))
        groups: dict[object, set[Node]] = defaultdict(set)
        for node in self._replay.lines:
            if node not in general:
                groups[self._root(node)].add(node)
        # That there are union registers and a base list at all is so for everybody: one row of each will do.
        of_list = next(node for node in self._replay.lines if node[0] == "base_list")
        background = frozenset({min(general), of_list})
        for nodes in groups.values():
            unions = {union for node in nodes for union in lists.get(node, ())}
            known = {union for union in unions if union in self._replay.lines}
            yield Footprint(frozenset(nodes), frozenset(known), background)

    def _rows_of(self, node: Node) -> set[Row]:
        """Every form in which the record is shown, clean and dirty."""
        forms: set[Row] = set()
        for line in self._replay.lines[node]:
            parcel = self._replay.parcels[line.parcel][1]
            shift = int(parcel.kind == "delta")
            dirty = self._replay.shown(line)
            width = len(line.row.cells)
            forms |= {tuple(one.cells[shift:width]) for one in (line.row, *dirty)}
        return forms

    def _root(self, item: object) -> object:
        while (above := self._parent.setdefault(item, item)) != item:
            self._parent[item] = item = self._parent.setdefault(above, above)
        return item

    def _join(self, one: object, other: object) -> None:
        self._parent[self._root(one)] = self._root(other)


def _tokens(feed: str, row: Row) -> Iterator[tuple[str, str]]:
    """What ties a row to others: its key, its usable codes, its name."""
    yield feed, key_of(feed, row)
    if feed == "commerce":
        uscc = usable_credit_code(cell(feed, row, "uscc"))
        yield "id", enterprise_id_of(key_of(feed, row))
        pairs: Sequence[tuple[str, str]] = (
            ("uscc", uscc),
            ("org", uscc[8:17]),
            ("reg", usable_registration_number(cell(feed, row, "reg_no"))),
            *(("name", name) for name in names_ever(row)),
        )
    else:
        codes, name = identifiers(feed, row)
        pairs = (("uscc", codes.uscc), ("org", codes.org), ("reg", codes.reg), ("name", name))
    yield from ((scheme, value) for scheme, value in pairs if value)
