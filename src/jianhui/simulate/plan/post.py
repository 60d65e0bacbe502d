"""Writing the plan's lists: full files on their days, put together from the parts of the blocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jianhui.simulate.agencies import City
from jianhui.simulate.files import Format, write_part, write_table
from jianhui.simulate.plan import PLAN_FEEDS, SECTIONS
from jianhui.simulate.plan.dirt import PlanDirt, write_pieces
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry

DIRT = "plan_dirt.csv"
FIRST_DAY = 5
_SETTLED = 15
"""From this day of a city on the monthly calendar runs."""


@dataclass(frozen=True)
class Letter:
    """One full file of a feed: what is on the list on the day it is sent."""

    feed: str
    sent_on: date

    @property
    def form(self) -> Format:
        """How the file is written."""
        return PLAN_FEEDS[self.feed].form

    @property
    def path(self) -> Path:
        """Below the city's folder."""
        name = f"{self.feed}_{self.sent_on:%Y%m%d}.{self.form.ext}"
        return Path("deliveries") / self.sent_on.isoformat() / name


def letters(start: date, end: date) -> Iterator[Letter]:
    """Every file of the plan's feeds, in order of days and feeds."""
    for ordinal in range(FIRST_DAY, (end - start).days + 1):
        day = start + timedelta(days=ordinal)
        for name in sorted(PLAN_FEEDS):
            if ordinal == FIRST_DAY or (ordinal >= _SETTLED and day.day == PLAN_FEEDS[name].day):
                yield Letter(name, day)


def write_parts(city: City, folder: Path, dirt: PlanDirt | None = None) -> list[int]:
    """Write one block's part of every letter, and its dirt, into ``folder``; the number of rows of each."""
    folder.mkdir()
    by_feed: dict[str, list[Entry]] = {name: [] for name in PLAN_FEEDS}
    for section in SECTIONS:
        for entry in section.entries(city):
            by_feed[entry.feed].append(entry)
    rows = {name: _by_key(PLAN_FEEDS[name], entries) for name, entries in by_feed.items()}
    counts = []
    for number, letter in enumerate(letters(city.start, city.end)):
        lines = [*_lines_on(rows[letter.feed], letter.sent_on)]
        if dirt is not None:
            feed = PLAN_FEEDS[letter.feed]
            lines = [
                soiled for row in lines for soiled in dirt.rows(letter.feed, feed, letter.path.stem, row)
            ]
        write_part(folder / str(number), letter.form, lines)
        counts.append(len(lines))
    if dirt is not None:
        write_pieces(folder / DIRT, dirt.pieces.values(), has_header=False)
    return counts


def put_together(
    out: Path, start: date, end: date, parts: Sequence[tuple[Path, Sequence[int]]]
) -> list[tuple[Letter, int]]:
    """Write every letter that has a row below ``out``, from each block's folder and counts."""
    sent = []
    for number, letter in enumerate(letters(start, end)):
        n_rows = sum(counts[number] for _, counts in parts)
        if not n_rows:
            continue
        (out / letter.path).parent.mkdir(parents=True, exist_ok=True)
        files = [folder / str(number) for folder, _ in parts]
        write_table(out / letter.path, letter.form, PLAN_FEEDS[letter.feed].headers, files, n_rows)
        sent.append((letter, n_rows))
    return sent


_Rows = Mapping[tuple[str, ...], Sequence[tuple[date, Sequence[str]]]]


def _by_key(feed: PlanFeed, entries: Sequence[Entry]) -> _Rows:
    rows: dict[tuple[str, ...], list[tuple[date, Sequence[str]]]] = {}
    for _, known_on, cells in entries:
        unknown = cells.keys() - feed.columns.values()
        if unknown:
            raise ValueError(f"no such columns: {sorted(unknown)}")
        key = tuple(cells[name] for name in feed.key)
        rows.setdefault(key, []).append((known_on, [cells.get(name, "") for name in feed.names]))
    return {key: sorted(rows[key], key=lambda one: one[0]) for key in sorted(rows)}


def _lines_on(rows: _Rows, day: date) -> Iterator[Sequence[str]]:
    """Of each key the last row known by ``day``."""
    for versions in rows.values():
        known = [row for known_on, row in versions if known_on <= day]
        if known:
            yield known[-1]
