"""Scoring: what dirt does to the figures, piece by piece, and whether the night does anything besides.

Three tellings of one city are compared: what its clean files say, what its dirty files say (both counted by
the truth), and what was built of the dirty files. What was built otherwise than the dirty files say is
*unexplained*: a mistake of the night, not dirt. What the dirty files say otherwise than the clean ones is
traced to a smallest set of pieces without which the files would say the clean figure.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from jianhui.simulate.agencies import City
from jianhui.simulate.attaching import GivenLink
from jianhui.simulate.counterfactual import AsOf, Replay
from jianhui.simulate.dirt import Piece
from jianhui.simulate.dirt_classes import dirt_classes
from jianhui.simulate.footprints import Footprint, Surveyor
from jianhui.simulate.score_figures import (
    GRAIN,
    PRESENT,
    Figure,
    Tables,
    differing,
    figures_of,
    group_of,
    is_count,
    is_placed,
    is_traced,
)

Figures = Mapping[Figure, Any]
Ids = frozenset[str]


@dataclass(frozen=True)
class ClassScore:
    """What a class of dirt does. ``pieces`` in the city, how many ``causes`` any difference at all,
    ``figures`` it has a part in, and ``moved``: by how much the counts of the whole city change if the class
    alone is taken away, by name of the figure.
    """

    name: str
    expectation: str
    pieces: int
    causes: int
    figures: int
    moved: Mapping[str, int]

    def as_row(self) -> dict[str, Any]:
        """The class as a row of a table."""
        return {
            "class": self.name,
            "expectation": self.expectation,
            "pieces": self.pieces,
            "causes": self.causes,
            "figures": self.figures,
            **self.moved,
        }


@dataclass
class Score:
    """The outcome. ``clean``, ``dirty`` and ``built`` hold every figure; ``traces`` the pieces behind each
    figure that differs between clean and dirty; ``untraced`` those for which the parts do not add up.
    """

    clean: Figures
    dirty: Figures
    built: Figures
    unexplained: Sequence[Figure]
    traces: Mapping[Figure, Ids]
    untraced: Sequence[Figure]
    classes: Sequence[ClassScore]

    def summary(self, language: str) -> str:
        """How many figures differ from the clean city, and how many nothing explains."""
        counts = len(self.traces), len(self.unexplained), len(self.untraced)
        return {
            "zh": "脏数据改动的数 {} 个，无法解释 {} 个，未能追溯 {} 个。",
            "en": "{} figures moved by dirt, {} unexplained, {} untraced.",
        }[language].format(*counts)

    def write(self, folder: Path) -> None:
        """``classes.csv``, ``figures.csv`` (each differing figure with its pieces), ``unexplained.csv``."""
        folder.mkdir(parents=True, exist_ok=True)
        heads = list(self.classes[0].as_row()) if self.classes else []
        _write(folder / "classes.csv", heads, [[*one.as_row().values()] for one in self.classes])
        traced = [
            [*figure, self.clean.get(figure), self.dirty.get(figure), " ".join(sorted(ids))]
            for figure, ids in sorted(self.traces.items())
        ]
        _write(folder / "figures.csv", ["table", "key", "figure", "clean", "dirty", "dirt"], traced)
        unexplained = [
            [*figure, self.dirty.get(figure), self.built.get(figure)] for figure in self.unexplained
        ]
        _write(folder / "unexplained.csv", ["table", "key", "figure", "files_say", "built"], unexplained)


def _write(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def score(
    city: City,
    as_of: AsOf,
    built: Tables,
    washed: Collection[str] = frozenset(),
    *,
    links: Iterable[GivenLink] = (),
) -> Score:
    """Score ``built`` (rows by table) against the dirty ``city``, made without the pieces ``washed``.

    ``links``: what the build attached beyond codes and names. They are taken as given, so what they change
    is the dirt's of their records, not unexplained.
    """
    replay = Replay(city, as_of, washed, links=links)
    everything = frozenset(replay.pieces)
    told = replay.whole().tables
    dirty = figures_of(told)
    in_time = figures_of(replay.whole(replay.of_files).tables)
    tracing = _Tracing(replay)
    tracing.files(dirty, in_time)
    clean = figures_of(replay.whole(everything).tables)
    tracing.records(in_time, clean)
    wanted = [figure for figure in differing(dirty, clean) if is_traced(figure)]
    return Score(
        clean,
        dirty,
        figures_of(built),
        unexplained(told, built),
        {figure: tracing.causes_of(figure) for figure in wanted},
        sorted(tracing.untraced),
        _by_class(replay.pieces, tracing, wanted),
    )


def unexplained(told: Tables, built: Tables) -> list[Figure]:
    """The figures that were built otherwise than they were told, of the tables and columns in both."""
    said, made = (figures_of(tables) for tables in _in_common(told, built))
    return differing(said, made)


def _in_common(told: Tables, built: Tables) -> tuple[Tables, Tables]:
    """Both with the tables that were built, and of these with the columns that both tell."""
    columns = {
        table: set(told[table][0]) & set(rows[0]) if told[table] and rows else set(GRAIN[table])
        for table, rows in built.items()
    }

    def narrowed(tables: Tables) -> Tables:
        return {
            table: [{name: row[name] for name in names} for row in tables[table]]
            for table, names in columns.items()
        }

    return narrowed(told), narrowed(built)


@dataclass
class _Tracing:
    """Collects which pieces move which figure."""

    replay: Replay
    causes: dict[Figure, set[str]] = field(default_factory=lambda: defaultdict(set))
    moved: dict[str, Counter[Figure]] = field(default_factory=lambda: defaultdict(Counter))
    untraced: set[Figure] = field(default_factory=set)

    def files(self, dirty: Figures, in_time: Figures) -> None:
        """Trace what whole files change, by counting the whole city again without some of them.

        Without some, the desk believes just the same: that is not counted again.
        """
        changed = [figure for figure in differing(dirty, in_time) if is_traced(figure)]
        if not changed:
            return
        counted: dict[tuple[int, ...], Figures] = {}

        @cache
        def changes(ids: Ids) -> Figures:
            believed = self.replay.believed(ids)
            # What says the same is the same object, for as long as only files change.
            name = tuple(id(one.rows) for one in believed)
            if name not in counted:
                counted[name] = _changes(dirty, figures_of(self.replay.count(believed).tables))
            return counted[name]

        def told(ids: Ids, figure: Figure) -> Any:
            return changes(ids).get(figure, dirty.get(figure))

        self._trace(changed, self.replay.of_files, told, in_time)
        for name, ids in _grouped(self.replay.pieces, self.replay.of_files).items():
            self._note_moves(name, dirty, changes(ids))

    def records(self, in_time: Figures, clean: Figures) -> None:
        """Trace what dirt in records changes, one footprint after the other, and see that it adds up."""
        by_record: dict[tuple[str, str], set[str]] = defaultdict(set)
        for name, piece in self.replay.pieces.items():
            by_record[(piece.feed, piece.record_key)].add(name)
        sums: Counter[Figure] = Counter()
        seen: dict[tuple[str, str], set[Figure]] = defaultdict(set)
        for footprint in Surveyor(self.replay).footprints():
            ids = frozenset().union(*(by_record[node] for node in footprint.nodes | footprint.unions))
            if ids:
                changes = self._footprint(footprint, ids)
                for figure, change in changes.items():
                    seen[group_of(figure)].add(figure)
                    sums[figure] += change
        for figure in differing(in_time, clean):
            if is_count(figure):
                if in_time.get(figure, 0) - clean.get(figure, 0) != sums[figure]:
                    self.untraced.add(figure)
            elif figure[0].startswith("agg_"):
                self._derive(figure, seen)
            elif is_placed(figure):
                self._place(figure)
            elif is_traced(figure) and figure not in self.causes:
                self.untraced.add(figure)

    def _footprint(self, footprint: Footprint, ids: Ids) -> dict[Figure, int]:
        """Trace one footprint; the changes of its counts."""

        @cache
        def without(some: Ids) -> Figures:
            return self._figures(footprint, some | self.replay.of_files)

        def told(some: Ids, figure: Figure) -> Any:
            return without(some).get(figure)

        dirty, clean = without(frozenset()), without(ids)
        changed = [
            figure
            for figure in differing(dirty, clean)
            if is_traced(figure)
            and not is_placed(figure)
            and (is_count(figure) or not figure[0].startswith("agg_"))
        ]
        self._trace(changed, ids, told, clean)
        if changed:
            for name, some in _grouped(self.replay.pieces, ids).items():
                self._note_moves(name, dirty, _changes(dirty, without(some)))
        return {
            figure: dirty.get(figure, 0) - clean.get(figure, 0) if is_count(figure) else 0
            for figure in changed
        }

    def _figures(self, footprint: Footprint, without: Ids) -> Figures:
        tables = dict(self.replay.part(footprint.all, without).tables)
        own = {record for feed, record in footprint.nodes if feed == "union_organisations"}
        tables["fct_unmatched_records"] = [
            row
            for row in tables["fct_unmatched_records"]
            if row["feed"] not in ("union_organisations", "base_list") or self._is_own(row, footprint, own)
        ]
        return figures_of(tables)

    def _is_own(self, row: Mapping[str, Any], footprint: Footprint, own: Collection[str]) -> bool:
        """Whether an unmatched record is one of the footprint and not of its surroundings."""
        if row["feed"] == "union_organisations":
            return row["record_key"] in own
        return any(feed == "base_list" for feed, _ in footprint.nodes)

    def _trace(
        self, changed: Sequence[Figure], ids: Ids, told: Callable[[Ids, Figure], Any], clean: Figures
    ) -> None:
        """Find what moves each figure. ``told``: what is told of it without some pieces."""
        for figure in changed:

            def restores(some: Ids, figure: Figure = figure) -> bool:
                return bool(told(some, figure) == clean.get(figure))

            self.causes[figure] |= smallest(sorted(ids), restores)

    def _note_moves(self, name: str, dirty: Figures, changes: Figures) -> None:
        for figure, value in changes.items():
            if is_traced(figure):
                moved = (dirty.get(figure) or 0) - (value or 0) if is_count(figure) else 1
                self.moved[name][figure] += moved

    def _derive(self, figure: Figure, seen: Mapping[tuple[str, str], Collection[Figure]]) -> None:
        """What is worked out of others has their causes: those of its own row, else of all enterprises and
        records. ``seen``: what was traced, by row.
        """
        own = seen.get(group_of(figure))
        others = [own] if own else [rows for (table, _), rows in seen.items() if not table.startswith("agg_")]
        for other in chain.from_iterable(others):
            self.causes[figure] |= self.causes[other]

    def _place(self, figure: Figure) -> None:
        """What follows from a place has the causes of the place, and those of being on the list."""
        table, key, _ = figure
        rest = [("dim_enterprises", key, name) for name in ("district_code", "managing_area", "street_code")]
        for other in [(table, key, PRESENT), *rest]:
            self.causes[figure] |= self.causes.get(other, set())
        if not self.causes[figure]:
            self.untraced.add(figure)

    def causes_of(self, figure: Figure) -> Ids:
        """The pieces behind a figure."""
        return frozenset(self.causes.get(figure, ()))


def _changes(before: Figures, after: Figures) -> Figures:
    """What is told otherwise after than before; None where it is not told any more."""
    return {figure: after.get(figure) for figure in differing(before, after)}


def smallest(ids: Sequence[str], restores: Callable[[Ids], bool]) -> Ids:
    """A set of ``ids`` that restores a figure and of which none can be spared; ``ids`` as a whole restore.

    By halving: what one half needs in the presence of the other (QuickXplain, Junker 2004).
    """

    def needed(taken: Ids, is_grown: bool, of: Sequence[str]) -> Ids:
        if is_grown and restores(taken):
            return frozenset()
        if len(of) == 1:
            return frozenset(of)
        half = len(of) // 2
        later = needed(taken | frozenset(of[:half]), True, of[half:])
        earlier = needed(taken | later, bool(later), of[:half])
        return later | earlier

    found = needed(frozenset(), False, ids)
    return found if restores(found) else frozenset(ids)


def _grouped(pieces: Mapping[str, Piece], ids: Ids) -> dict[str, Ids]:
    """The ids by class of dirt."""
    groups: dict[str, set[str]] = defaultdict(set)
    for one in ids:
        groups[pieces[one].class_name].add(one)
    return {name: frozenset(some) for name, some in sorted(groups.items())}


_HEADLINES = ("n_base", "n_covered")


def _by_class(pieces: Mapping[str, Piece], tracing: _Tracing, wanted: Sequence[Figure]) -> list[ClassScore]:
    present = Counter(piece.class_name for piece in pieces.values())
    causing: dict[str, set[str]] = defaultdict(set)
    figures: Counter[str] = Counter()
    for figure in wanted:
        names = set()
        for one in tracing.causes_of(figure):
            name = pieces[one].class_name
            causing[name].add(one)
            names.add(name)
        figures.update(names)
    return [
        ClassScore(
            one.name,
            one.expectation,
            present[one.name],
            len(causing[one.name]),
            figures[one.name],
            {
                f"{base}_{name}": tracing.moved[one.name][("agg_coverage", f"city|210200|{base}", name)]
                for base in ("live", "frozen")
                for name in _HEADLINES
            },
        )
        for one in dirt_classes()
        if present[one.name]
    ]
