"""A delivery as the reader saw it: every physical record, its place, and what could not be read.

Grain of ``RawTable.frame``: one row per physical record in the order of the file. Columns: ``line``
Int64 (physical line or row of the sheet, from 1), ``sheet`` String (empty for text files), ``problem``
String (null for a readable record), ``raw`` String (text of an unreadable record, else null), and one
String column ``c<i>`` per header cell (null where the record's sheet lacks the header).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

CELL_COUNT = "cell_count"
UNDECODABLE = "undecodable"
UNREADABLE = "unreadable"
"""Problems of a record whose cells cannot be told apart."""

PLACE_SCHEMA = {"line": pl.Int64(), "sheet": pl.String(), "problem": pl.String(), "raw": pl.String()}
_CHUNK_ROWS = 10_000


@dataclass(frozen=True)
class RawTable:
    """``headers`` are the agency's own cells in their order, unknown ones included."""

    headers: tuple[str, ...]
    frame: pl.DataFrame
    format: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()  # sheets with cells but without the required headers


def cell_column(position: int) -> str:
    """Name of the frame's column for the header cell at ``position``."""
    return f"c{position}"


class TableBuilder:
    """Collects records and turns them into columns a chunk at a time, to bound memory."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._chunks: list[pl.DataFrame] = []
        self._cells: list[Sequence[str | None]] = []
        self._places: list[tuple[int, str, str | None, str | None]] = []
        self._blank: tuple[str, ...] = ("",) * width

    def add(self, line: int, sheet: str, cells: Sequence[str | None]) -> None:
        """A readable record; ``cells`` has the table's width."""
        self._places.append((line, sheet, None, None))
        self._cells.append(cells)
        if len(self._places) >= _CHUNK_ROWS:
            self._flush()

    def add_unreadable(self, line: int, sheet: str, problem: str, raw: str) -> None:
        """A record whose cells cannot be told apart."""
        self._places.append((line, sheet, problem, raw))
        self._cells.append(self._blank)

    def frame(self) -> pl.DataFrame:
        """All records collected."""
        self._flush()
        return pl.concat(self._chunks, rechunk=True)

    def _flush(self) -> None:
        places = pl.DataFrame(self._places, schema=PLACE_SCHEMA, orient="row")
        columns = zip(*self._cells, strict=True) if self._cells else iter([()] * self.width)
        cells = [pl.Series(cell_column(i), column, dtype=pl.String) for i, column in enumerate(columns)]
        self._chunks.append(places.hstack(cells))
        self._places, self._cells = [], []
