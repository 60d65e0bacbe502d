"""A list of firms somebody asks about: read like a delivery, kept nowhere.

Source: the boundary of the command line (``jianhui check``); which headers are understood is the list's
contract (``raw/contracts/lists/check.yml``). Every row is answered, so none goes to quarantine: a row
without name and code, or one whose cells cannot be told apart, is answered as unreadable.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from jianhui.core.identifiers import KINDS, PROBLEMS
from jianhui.core.masking import masked
from jianhui.core.text import canonical_name, display
from jianhui.intake.contract import Contract
from jianhui.intake.headers import match_headers
from jianhui.intake.reader import read_table
from jianhui.intake.table import RawTable, cell_column
from jianhui.resolve.records import RECORD_COLUMNS, project

TOTALS = frozenset({"合计", "总计", "小计"})
"""What stands in the name cell of a row of sums, which names no firm."""


@dataclass(frozen=True)
class ListRow:
    """One row of the list, in its order. ``line`` counts rows of the sheet from 1; ``key`` is its record
    key. ``name``, ``code``: as written, numbers of persons masked; None where nothing is said.
    ``code_problem``: why the code is none, in Chinese and English.
    """

    number: int
    key: str
    sheet: str
    line: int
    name: str | None
    code: str | None
    code_problem: tuple[str, str] | None

    @property
    def is_readable(self) -> bool:
        """Whether it says anything a firm could be found by."""
        return self.name is not None or self.code is not None


@dataclass(frozen=True)
class AskedList:
    """A list that was read: its rows, and the typed records to link (``records.project``), row by row."""

    rows: tuple[ListRow, ...]
    records: pl.DataFrame
    passed_over: tuple[str, ...]


def read_list(data: bytes, file_name: str, contract: Contract, valid_on: date) -> AskedList:
    """Read a workbook or text file of firms, as it stands on ``valid_on``.

    Raises ``DeliveryRefused`` as ``read_table`` does, ``missing_header`` where no sheet names a firm.
    """
    table = read_table(data, contract, file_name, is_delta=False)
    said = _said(table, contract)
    records = project(_versions(said, contract, valid_on), contract)
    rows = []
    for number, (place, record) in enumerate(
        zip(said.iter_rows(named=True), records.iter_rows(named=True), strict=True), start=1
    ):
        name, code = display(place["name"]), display(place["code"])
        rows.append(
            ListRow(
                number=number,
                key=place["record_key"],
                sheet=place["sheet"],
                line=place["line"],
                name=masked(name) if name else None,
                code=masked(code) if code else None,
                code_problem=_problem(record) if code and not record["code_valid"] else None,
            )
        )
    return AskedList(tuple(rows), records, table.passed_over)


def _said(table: RawTable, contract: Contract) -> pl.DataFrame:
    """``record_key`` (the row's number, of six digits), ``sheet``, ``line`` and the contract's columns."""
    places = match_headers(contract, table.headers).columns
    cells = [
        (
            pl.col(cell_column(places[name])).fill_null("") if name in places else pl.lit(None, pl.String)
        ).alias(name)
        for name in contract.column_names
    ]
    said = table.frame.select("sheet", "line", *cells)
    is_total = pl.col("name").map_elements(canonical_name, return_dtype=pl.String).is_in(sorted(TOTALS))
    said = said.filter(~is_total.fill_null(value=False))
    return said.with_row_index("n", offset=1).select(
        pl.col("n").cast(pl.String).str.zfill(6).alias("record_key"), pl.exclude("n")
    )


def _versions(said: pl.DataFrame, contract: Contract, valid_on: date) -> pl.DataFrame:
    """The rows as versions that hold on ``valid_on`` alone."""
    told = {
        "record_key_raw": pl.col("record_key"),
        "version_no": pl.lit(1),
        "valid_from": pl.lit(valid_on),
        "valid_to": pl.lit(valid_on + timedelta(days=1)),
        "line": pl.col("line"),
    }
    common = [
        told.get(name, pl.col("record_key") if name == "record_key" else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in RECORD_COLUMNS.items()
    ]
    return said.select(*common, *contract.column_names)


def _problem(record: dict[str, str]) -> tuple[str, str]:
    kind = KINDS.get(record["code_kind"] or "", "")
    zh, en = PROBLEMS.get(record["code_problem"] or "", ("不是有效的代码", "is no valid code"))
    return f"{kind}{zh}", f"{record['code_kind'] or 'code'}: {en}"
