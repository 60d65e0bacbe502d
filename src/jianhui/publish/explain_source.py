"""What an explanation reads: the tables of one release, and the lines its deliveries left in the landing.

Nothing else is opened, so a figure explains itself offline and long after it was published; nothing is built
anew. Personal cells are pseudonyms in the landing and are shown masked; a person's number within free text is
masked as in the published addresses.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.core.masking import masked
from jianhui.intake.contract import Contract
from jianhui.intake.landing import (
    LANDING_SUFFIX,
    RECEIPT_SUFFIX,
    Receipt,
    landed_line,
    landed_record,
    read_cells,
)
from jianhui.publish.release_index import PublishedRelease
from jianhui.settings import Settings

EVIDENCE = "bridge_enterprise_evidence"

_SHOWN_OF_PSEUDONYM = 6
_PSEUDONYM = re.compile(r"P:[0-9A-F]{24}")


def shown(text: str) -> str:
    """``text`` as it may be shown: pseudonyms cut short, a person's numbers without their middle."""
    return masked(_PSEUDONYM.sub(lambda found: found[0][:_SHOWN_OF_PSEUDONYM] + "…", text))


@dataclass(frozen=True)
class _Landed:
    """A landing that was read: its rows by the agency's line."""

    receipt: Receipt
    cells: pl.DataFrame
    rows_of: Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Delivery:
    """A delivery as the release tells of it."""

    delivery_id: str
    feed: str
    file_name: str
    reference_on: date | None
    is_late: bool


@dataclass(frozen=True)
class Line:
    """One line of an agency's file, in its own words.

    ``cells``: header → text as landed, masked, blanks left out; empty where the landing is no longer kept.
    """

    delivery: Delivery
    line: int
    sheet: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether the landing still holds the line."""
        return bool(self.cells)

    def place(self, language: str) -> str:
        """File and line in words."""
        sheet = f" [{self.sheet}]" if self.sheet else ""
        late = {"zh": "（迟到）", "en": " (late)"}[language] if self.delivery.is_late else ""
        where = f"{self.delivery.file_name}{sheet}"
        return f"{where} 第{self.line}行{late}" if language == "zh" else f"{where} line {self.line}{late}"

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "feed": self.delivery.feed,
            "delivery_id": self.delivery.delivery_id,
            "file": self.delivery.file_name,
            "reference_on": self.delivery.reference_on,
            "is_late": self.delivery.is_late,
            "sheet": self.sheet or None,
            "line": self.line,
            "text": dict(self.cells),
        }


class Book:
    """One release opened for reading, with the landing beside it."""

    def __init__(self, settings: Settings, release: PublishedRelease, connection: Any) -> None:
        self.release = release
        self.settings = settings
        self._connection = connection
        self._landed: dict[str, _Landed | None] = {}
        self._deliveries: dict[str, Delivery] | None = None

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The rows of a query on the release's tables, as dicts."""
        cursor = self._connection.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> dict[str, Any] | None:
        """The first row, or none."""
        return next(iter(self.rows(sql, parameters)), None)

    def frame(self, sql: str) -> pl.DataFrame:
        """The rows of a query as a frame."""
        found: pl.DataFrame = self._connection.sql(sql).pl()
        return found

    def load(self, table: str, frame: pl.DataFrame) -> None:
        """Put rows of ours beside the release's tables, for the queries that follow."""
        self._connection.register(table, frame.to_arrow())

    def words(self, table: str, column: str) -> tuple[str, str]:
        """What a column holds, in Chinese and English, as the release itself says."""
        found = self.row(
            "select comment from duckdb_columns() where database_name = 'release' and table_name = ? "
            "and column_name = ?",
            [table, column],
        )
        zh, _, en = str((found or {}).get("comment") or column).partition(" | ")
        return zh, en or zh

    def columns(self, table: str) -> dict[str, str]:
        """Column → type of a published table; empty for no table."""
        return {
            row["column_name"]: row["data_type"]
            for row in self.rows(
                "select column_name, data_type from duckdb_columns() where database_name = 'release' "
                "and table_name = ? order by column_index",
                [table],
            )
        }

    def delivery(self, delivery_id: str) -> Delivery:
        """A delivery by its id."""
        if self._deliveries is None:
            self._deliveries = {
                row["delivery_id"]: Delivery(**row)
                for row in self.rows(
                    "select delivery_id, feed, file_name, reference_on, coalesce(is_late, false) as is_late "
                    "from fct_delivery_outcomes"
                )
            }
        feed = delivery_id.split("-", maxsplit=1)[0]
        return self._deliveries.get(delivery_id) or Delivery(delivery_id, feed, delivery_id, None, False)

    def line(self, delivery_id: str, line: int, record_key: str | None = None) -> Line:
        """The line as landed. Of a workbook in which several sheets have it, the one of ``record_key``."""
        delivery = self.delivery(delivery_id)
        landed = self._landing(delivery)
        if landed is None or line not in landed.rows_of:
            return Line(delivery, line)
        sheet, cells = landed_line(landed.receipt, landed.cells[landed.rows_of[line]], record_key)
        # The sheet is told where there are several, which only a workbook has.
        told = sheet if len(landed.receipt.sheets) > 1 else ""
        return Line(delivery, line, told, {header: shown(text) for header, text in cells.items() if text})

    def record(self, delivery_id: str, line: int, record_key: str) -> tuple[Contract, pl.DataFrame] | None:
        """The record read from a line, with the contract of its day: one row of raw cells; None if gone."""
        landed = self._landing(self.delivery(delivery_id))
        if landed is None or line not in landed.rows_of:
            return None
        rows = landed.cells[landed.rows_of[line]]
        return landed.receipt.contract, landed_record(landed.receipt, rows, record_key)

    def _landing(self, delivery: Delivery) -> _Landed | None:
        if delivery.delivery_id not in self._landed:
            self._landed[delivery.delivery_id] = self._read(delivery)
        return self._landed[delivery.delivery_id]

    def _read(self, delivery: Delivery) -> _Landed | None:
        """A landing; None where retention has ended and its files are gone. Raises ``LogDamaged``."""
        names = (f"{delivery.delivery_id}{RECEIPT_SUFFIX}", f"{delivery.delivery_id}{LANDING_SUFFIX}")
        # A delivery that was held and then released stays where it was held.
        homes = (self.settings.landing, self.settings.quarantine / "deliveries")
        folder = next(
            (
                home / delivery.feed
                for home in homes
                if all((home / delivery.feed / name).is_file() for name in names)
            ),
            None,
        )
        if folder is None:
            return None
        receipt_path, text_path = (folder / name for name in names)
        receipt = Receipt.from_json(receipt_path.read_bytes(), receipt_path.name)
        cells = read_cells(receipt, text_path.read_bytes())
        rows_of: dict[int, list[int]] = {}
        for row, line in enumerate(cells.get_column("line").to_list()):
            rows_of.setdefault(line, []).append(row)
        return _Landed(receipt, cells, rows_of)


@contextmanager
def opened(settings: Settings, release: PublishedRelease) -> Iterator[Book]:
    """The release's DuckDB file, read-only.

    Raises ``UsageError`` ``release_before_explain`` where the release was published without its evidence.
    """
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    try:
        quoted = str(release.warehouse).replace("'", "''")
        connection.execute(f"attach '{quoted}' as release (read_only)")
        connection.execute("use release")
        connection.execute("set timezone = 'UTC'")
        book = Book(settings, release, connection)
        if not book.columns(EVIDENCE):
            raise UsageError(
                "release_before_explain",
                f"{release.release_id} 发布时还不附带凭据表，无法追溯；请重新发布该日",
                f"{release.release_id} was published without its evidence and cannot be explained; "
                "publish its day anew",
                where=Where(file=f"releases/{release.release_id}/warehouse.duckdb", field=EVIDENCE),
                next_step=f"jianhui nightly --date {release.valid_on}"
                if release.kind == "night"
                else f"jianhui report --quarter {release.quarter}",
            )
        yield book
    finally:
        connection.close()
