"""Making a city block by block and writing its deliveries: one folder a day of arrival.

Each block writes its part of every delivery, and parts are put together in the order of the blocks, so no
more than one block of the world is held in memory (one a process). The bytes do not depend on how many
processes there are.
"""

import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jianhui.simulate import registry
from jianhui.simulate.agencies import Block, City, Parcel, formats_of, parcels
from jianhui.simulate.dirt import PIECE_COLUMNS, Dirt, write_pieces
from jianhui.simulate.dirt_files import Carriage
from jianhui.simulate.files import csv_line, write_part, write_table
from jianhui.simulate.identities import COLUMNS, Identities
from jianhui.simulate.itinerary import PERSON, Arrival, Decision, itinerary
from jianhui.simulate.plan import post as plan_post
from jianhui.simulate.plan.dirt import Piece as PlanPiece
from jianhui.simulate.plan.dirt import PlanDirt
from jianhui.simulate.quiet import collector_at_rest
from jianhui.simulate.unions import make_unions
from jianhui.simulate.world import BLOCK, make_units


@dataclass(frozen=True)
class Plan:
    """What city to make. ``without``: the pieces of dirt to leave out; None for a clean city.

    ``has_plan``: whether the lists of the work plan (``simulate.plan``) are sent too.
    """

    seed: int
    enterprises: int
    start: date
    end: date
    without: frozenset[str] | None = None
    has_plan: bool = False

    def city(self, numbers: Collection[int]) -> City:
        """The city, or some blocks of it."""
        blocks = [self._block(number) for number in numbers]
        return City(self.seed, self.start, self.end, blocks, formats_of(self.enterprises))

    @property
    def block_numbers(self) -> range:
        """The numbers of all its blocks."""
        return range(-(-self.enterprises // BLOCK))

    def _block(self, number: int) -> Block:
        serials = range(number * BLOCK, min((number + 1) * BLOCK, self.enterprises))
        units = make_units(self.seed, serials, self.start, self.end)
        unions = make_unions(self.seed, number, units, self.start, self.end)
        held = {unit.serial: registry.entries(self.seed, unit, self.start, self.end) for unit in units}
        return Block(number, units, unions, held)


@dataclass(frozen=True)
class Sent:
    """One delivery as listed in ``city.json``; ``path`` is relative to the city's folder."""

    arrived_on: str
    feed: str
    kind: str
    reference_on: str
    path: str
    rows: int
    encoding: str
    delimiter: str

    def as_json(self) -> dict[str, Any]:
        """For ``city.json``."""
        return asdict(self)


@dataclass(frozen=True)
class Posted:
    """What was written: the deliveries, a person's decisions about them, and the size of the world."""

    sent: Sequence[Sent]
    decisions: Sequence[dict[str, str]]
    n_units: int
    n_unions: int


@dataclass(frozen=True)
class _Written:
    """A block's parts: below ``folder``, with the number of rows of each parcel."""

    folder: Path
    n_units: int
    n_unions: int
    n_rows: Sequence[int]
    n_plan_rows: Sequence[int]


def send(plan: Plan, out: Path) -> Posted:
    """Write every delivery that arrives by the last day below ``out``, ``identities.csv``, and of a dirty
    city ``dirt.csv``.
    """
    dirt = Dirt(plan.city([]), plan.without) if plan.without is not None else None
    calendar = [(day, parcel, _carriage(plan, dirt, parcel)) for day, parcel in parcels(plan.city([]))]
    arrivals, decisions = itinerary(calendar, plan.end)
    scratch = out / ".parts"
    scratch.mkdir(parents=True)
    try:
        written = list(_written(plan, scratch))
        paths: dict[int, Path] = {}
        last_use = {arrival.number: at for at, arrival in enumerate(arrivals)}
        sent = []
        for at, arrival in enumerate(arrivals):
            sent.append(_deliver(out, calendar[arrival.number][1], arrival, written, paths))
            # Parts go as deliveries come, so that a large city needs its room on the disk once.
            for one in written if last_use[arrival.number] == at else ():
                (one.folder / str(arrival.number)).unlink()
        if plan.has_plan:
            sent = _with_the_plan(plan, out, sent, written)
        _join(out / "identities.csv", COLUMNS, [one.folder / "identities.csv" for one in written])
        if dirt is not None:
            write_pieces(scratch / "files.csv", dirt.pieces.values(), has_header=False)
            parts = [scratch / "files.csv", *(one.folder / "dirt.csv" for one in written)]
            _join(out / "dirt.csv", PIECE_COLUMNS, parts)
        if dirt is not None and plan.has_plan:
            parts = [one.folder / "plan" / plan_post.DIRT for one in written]
            _join(out / plan_post.DIRT, PlanPiece._fields, parts)
    finally:
        shutil.rmtree(scratch)
    return Posted(
        sent,
        [_as_json(one, paths) for one in decisions if one.number in paths],
        sum(one.n_units for one in written),
        sum(one.n_unions for one in written),
    )


def _as_json(decision: Decision, paths: dict[int, Path]) -> dict[str, str]:
    return {
        "decided_on": decision.decided_on.isoformat(),
        "path": paths[decision.number].as_posix(),
        "decision": decision.decision,
        "by": PERSON,
        "reason": decision.reason,
    }


def _carriage(plan: Plan, dirt: Dirt | None, parcel: Parcel) -> Carriage:
    if dirt is not None:
        return dirt.carriage(parcel)
    return Carriage(formats_of(plan.enterprises)[parcel.feed], tuple(parcel.header()))


def _written(plan: Plan, scratch: Path) -> Iterator[_Written]:
    """The blocks' parts, in the order of the blocks."""
    numbers = plan.block_numbers
    n_workers = min(len(numbers), os.cpu_count() or 1)
    if n_workers == 1:
        yield from (_write_block(plan, number, scratch) for number in numbers)
        return
    with ProcessPoolExecutor(n_workers) as pool:
        yield from pool.map(_write_block, [plan] * len(numbers), numbers, [scratch] * len(numbers))


def _write_block(plan: Plan, number: int, scratch: Path) -> _Written:
    """Write one block's part of every parcel."""
    with collector_at_rest():
        return _write_rows(plan, number, scratch)


def _write_rows(plan: Plan, number: int, scratch: Path) -> _Written:
    city = plan.city([number])
    folder = scratch / f"{number:05d}"
    folder.mkdir()
    dirt = Dirt(city, plan.without) if plan.without is not None else None
    identities = Identities()
    n_rows = []
    for at, (_, parcel) in enumerate(parcels(city)):
        carriage = _carriage(plan, dirt, parcel)
        lines: list[Sequence[str]] = []
        for held in parcel.rows:
            rows = [held] if dirt is None else dirt.row(parcel, held)
            identities.see(parcel, held, rows)
            lines += [one.cells for one in rows]
        n_rows.append(len(lines))
        write_part(folder / str(at), carriage.form, carriage.in_order(lines))
    plan_dirt = PlanDirt(plan.seed, plan.without) if plan.without is not None else None
    n_plan_rows = plan_post.write_parts(city, folder / "plan", plan_dirt) if plan.has_plan else []
    identities.write(folder / "identities.csv")
    if dirt is not None:
        of_records = (piece for piece in dirt.pieces.values() if piece.record_key)
        write_pieces(folder / "dirt.csv", of_records, has_header=False)
    return _Written(folder, len(city.units), len(city.unions), n_rows, n_plan_rows)


def _with_the_plan(plan: Plan, out: Path, sent: list[Sent], written: Sequence[_Written]) -> list[Sent]:
    """The plan's lists put in among the others, after those of the same day."""
    parts = [(one.folder / "plan", one.n_plan_rows) for one in written]
    letters = [
        Sent(
            letter.sent_on.isoformat(),
            letter.feed,
            "full",
            letter.sent_on.isoformat(),
            letter.path.as_posix(),
            n_rows,
            letter.form.encoding,
            letter.form.delimiter,
        )
        for letter, n_rows in plan_post.put_together(out, plan.start, plan.end, parts)
    ]
    return sorted([*sent, *letters], key=lambda one: one.arrived_on)


def _deliver(
    out: Path, parcel: Parcel, arrival: Arrival, written: Sequence[_Written], paths: dict[int, Path]
) -> Sent:
    """Put a delivery together. ``paths``: where the first file of each parcel is; a new one is added."""
    carriage = arrival.carriage
    name = f"{parcel.delivery}{arrival.tail}.{carriage.form.ext}"
    path = Path("deliveries") / arrival.arrived_on.isoformat() / name
    n_rows = carriage.n_kept(sum(one.n_rows[arrival.number] for one in written))
    if arrival.is_repeat:
        path = paths[arrival.number]
    else:
        paths.setdefault(arrival.number, path)
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        parts = [one.folder / str(arrival.number) for one in written]
        header = carriage.cells(carriage.header)
        write_table(out / path, carriage.form, header, parts, n_rows, is_spoilt=carriage.is_spoilt)
    return Sent(
        arrival.arrived_on.isoformat(),
        parcel.feed,
        parcel.kind,
        parcel.reference_on.isoformat(),
        path.as_posix(),
        n_rows,
        carriage.form.encoding,
        carriage.form.delimiter,
    )


def _join(path: Path, columns: Sequence[str], parts: Sequence[Path]) -> None:
    with path.open("wb") as out:
        out.write((csv_line(columns, ",") + "\n").encode("utf-8"))
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, out)
