"""The landing: a delivery as the reader saw it, in canonical text, with an immutable receipt.

``<delivery>.csv.gz``       UTF-8, LF, RFC 4180: ``#line``, ``#sheet``, ``#problem``, then the agency's own
                            columns in their order; one row per physical record, bad ones included;
                            personal cells as pseudonyms
``<delivery>.receipt.json`` where it came from, how it was read, and the contract of the day

Events derive from these two files and nothing else (``read_landing``), at receipt and at replay.
"""

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from jianhui.core.errors import LogDamaged, Where
from jianhui.core.events import DeliveryKind, FeedRule
from jianhui.intake.contract import Contract, parse_contract
from jianhui.intake.rows import Derived, derive
from jianhui.intake.table import RawTable, cell_column

FORMAT = 1
LANDING_SUFFIX = ".csv.gz"
RECEIPT_SUFFIX = ".receipt.json"

_PLACE = ("#line", "#sheet", "#problem")
_GZIP_LEVEL = 3


@dataclass(frozen=True)
class Receipt:
    """What is known of a delivery. ``columns``: contract column → position among ``headers``.

    ``original_sha256``: of the file as delivered, packed or not; ``canonical_sha256``: of the landing's
    text, unpacked. ``sealed`` is relative to the home. ``contract`` is the one in force at receipt.
    """

    feed: str
    delivery_id: str
    file_name: str
    kind: DeliveryKind
    reference_on: date
    received_at: datetime
    format: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[str, ...]
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    change_type: int | None
    unknown_headers: tuple[str, ...]
    original_sha256: str
    original_bytes: int
    canonical_sha256: str
    sealed: str
    contract: Contract
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def rule(self) -> FeedRule:
        """The rule the log reads the delivery by."""
        return feed_rule(self.contract)

    def to_json(self) -> bytes:
        """The receipt's file: sorted keys, UTF-8, readable."""
        document = {
            **{name: getattr(self, name) for name in _PLAIN},
            "receipt": FORMAT,
            "reference_on": self.reference_on.isoformat(),
            "received_at": self.received_at.isoformat(),
            "columns": dict(self.columns),
            "counts": dict(self.counts),
            "contract": self.contract.as_mapping(),
        }
        return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, origin: str) -> "Receipt":
        """The receipt in ``data``. Raises ``LogDamaged`` ``receipt_unreadable``."""
        try:
            document: dict[str, Any] = json.loads(data)
            plain = {name: document[name] for name in _PLAIN}
            for name in ("sheets", "headers", "unknown_headers"):
                plain[name] = tuple(plain[name])
            return cls(
                **plain,
                reference_on=date.fromisoformat(document["reference_on"]),
                received_at=datetime.fromisoformat(document["received_at"]),
                columns=document["columns"],
                counts=document["counts"],
                contract=parse_contract(document["contract"], origin),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise LogDamaged(
                "receipt_unreadable",
                "回执无法读取",
                f"the receipt cannot be read: {error}",
                where=Where(file=origin),
                next_step="jianhui replay --verify",
            ) from error


_PLAIN = (
    "feed",
    "delivery_id",
    "file_name",
    "kind",
    "format",
    "encoding",
    "delimiter",
    "sheets",
    "headers",
    "change_type",
    "unknown_headers",
    "original_sha256",
    "original_bytes",
    "canonical_sha256",
    "sealed",
)
"""Fields of a receipt that stand in its file as they are."""


def feed_rule(contract: Contract) -> FeedRule:
    """What the log must know of a contract."""
    return FeedRule(
        feed=contract.feed,
        absence=contract.absence,
        append_only=contract.append_only,
        change_date_column=contract.change_date,
        scope_column=contract.full_scope,
        content_columns=contract.column_names,
    )


def landing_bytes(table: RawTable) -> tuple[bytes, str]:
    """The landing's file for a table whose personal cells are pseudonyms, and the digest of its text."""
    names = [cell_column(i) for i in range(len(table.headers))]
    head = pl.DataFrame(
        [[*_PLACE, *table.headers]], schema=["line", "sheet", "problem", *names], orient="row"
    )
    body = table.frame.select(pl.col("line").cast(pl.String), "sheet", "problem", *names)
    text = (_csv_text(head) + _csv_text(body)).encode()
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=_GZIP_LEVEL, mtime=0) as file:
        file.write(text)
    return packed.getvalue(), hashlib.sha256(text).hexdigest()


def _csv_text(rows: pl.DataFrame) -> str:
    """Lines of RFC 4180 ended by LF; a blank cell is nothing between two commas."""
    blanks_as_null = rows.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return blanks_as_null.write_csv(include_header=False, line_terminator="\n")


def read_landing(receipt: Receipt, packed: bytes) -> Derived:
    """What a delivery asserts, from its receipt and the bytes of its landing alone.

    Raises ``LogDamaged`` ``landing_altered`` if the text is not the one the receipt names.
    """
    return derive(receipt.contract, receipt.kind, read_rows(receipt, packed))


def read_rows(receipt: Receipt, packed: bytes) -> pl.DataFrame:
    """The landing's rows in the shape ``rows.derive`` takes; the contract's columns by name."""
    return _contract_rows(receipt, read_cells(receipt, packed))


def _contract_rows(receipt: Receipt, cells: pl.DataFrame) -> pl.DataFrame:
    columns = {
        name: cells[cell_column(receipt.columns[name])]
        if name in receipt.columns
        else pl.Series([None], dtype=pl.String).new_from_index(0, cells.height)
        for name in receipt.contract.column_names
    }
    return cells.select(
        "row",
        "line",
        "sheet",
        "problem",
        pl.col(cell_column(0)).alias("raw"),
        (
            pl.lit(None, pl.String)
            if receipt.change_type is None
            else pl.col(cell_column(receipt.change_type))
        ).alias("change_type"),
    ).hstack([series.alias(name) for name, series in columns.items()])


def read_cells(receipt: Receipt, packed: bytes) -> pl.DataFrame:
    """The landing as it stands: ``row``, ``line``, ``sheet``, ``problem``, cells ``c<i>``; no nulls."""
    text = _checked_text(receipt, packed)
    names = ["line", "sheet", "problem", *(cell_column(i) for i in range(len(receipt.headers)))]
    frame = pl.read_csv(
        text, has_header=False, new_columns=names, infer_schema=False, empty_string_is_null=False
    )
    return frame.slice(1).with_columns(pl.col("line").cast(pl.Int64)).with_row_index("row")


def landed_line(
    receipt: Receipt, rows: pl.DataFrame, record_key: str | None = None
) -> tuple[str, dict[str, str]]:
    """Sheet, and header → text, of the line meant by ``rows``: those of :func:`read_cells` with its number.

    Several sheets of a workbook may have the line: then the row that names ``record_key`` (as given or
    canonical) is meant, else the first.
    """
    row = rows.row(_row_meant(receipt, rows, record_key), named=True)
    return row["sheet"], {header: row[cell_column(i)] for i, header in enumerate(receipt.headers)}


def landed_record(receipt: Receipt, rows: pl.DataFrame, record_key: str | None = None) -> pl.DataFrame:
    """The same line as the contract's columns: one row, ``record_key``, ``record_key_raw`` and the cells."""
    chosen = _contract_rows(receipt, rows).slice(_row_meant(receipt, rows, record_key), 1)
    return derive(receipt.contract, receipt.kind, chosen).assertions


def _row_meant(receipt: Receipt, rows: pl.DataFrame, record_key: str | None) -> int:
    if rows.height > 1 and record_key is not None:
        shaped = _contract_rows(receipt, rows)
        for i in range(rows.height):
            said = derive(receipt.contract, receipt.kind, shaped.slice(i, 1)).assertions
            if record_key in (*said["record_key"], *said["record_key_raw"]):
                return i
    return 0


def _checked_text(receipt: Receipt, packed: bytes) -> bytes:
    try:
        text = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise _altered(receipt) from error
    if hashlib.sha256(text).hexdigest() != receipt.canonical_sha256:
        raise _altered(receipt)
    return text


def _altered(receipt: Receipt) -> LogDamaged:
    return LogDamaged(
        "landing_altered",
        "到达文件的规范文本与回执不符",
        "the landing is not the text its receipt names",
        where=Where(file=receipt.delivery_id + LANDING_SUFFIX),
        next_step="jianhui replay --verify",
    )
