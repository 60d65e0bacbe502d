"""Taking in a commerce file of 100,000 rows, step by step, beside a floor.

The floor is the least any program must do: decode the bytes, read every cell as text with polars and
write them as Parquet. Two files, UTF-8 and GB18030; each is taken in twice by one home: the first time
every person is new to the vault, the second time (another day) every one is known.
Run: ``python -m tests.benchmarks.bench_intake [rows]``. Prints a Markdown table of seconds.
"""

import csv
import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import polars as pl

from jianhui.core import check_digits as checks
from jianhui.intake.contract import Contract, load_contracts
from jianhui.intake.headers import match_headers
from jianhui.intake.landing import Receipt, landing_bytes, read_landing
from jianhui.intake.personal import protect
from jianhui.intake.reader import read_table
from jianhui.log.vault import Vault
from jianhui.settings import Settings

T = TypeVar("T")

ROWS = 100_000
DAYS = (date(2014, 3, 31), date(2014, 4, 30))


def make_file(contract: Contract, rows: int) -> str:
    """A commerce file of ``rows`` firms that never were, with valid codes and all twenty columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(contract.headers.values())
    for number in range(rows):
        cells = dict.fromkeys(contract.column_names, "")
        cells |= {
            "uscc": _uscc(number),
            "name": f"大连甲{number}有限公司",
            "enterprise_type": "有限责任公司（自然人投资或控股）",
            "registration_type": "173",
            "legal_representative": f"某人{number % (rows * 4 // 5)}",
            "registered_capital": "100",
            "established_on": "2010-03-04",
            "approved_on": "2013-05-06",
            "status": "存续",
            "industry_code": "5211",
            "address": f"大连市中山区人民路{number}号",
            "street_code": "210202001",
            "registrar_code": "210202",
            "employed_count": str(1 + number % 300),
            "phone": f"0411-{number:08d}",
            "has_party_organisation": "否",
        }
        writer.writerow(cells.values())
    return out.getvalue()


def _uscc(number: int) -> str:
    body = f"{20_000_000 + number:08d}"
    org = next(body + last for last in checks.ORG_ALPHABET if checks.is_org_code(body + last))
    return next(code for last in checks.USCC_ALPHABET if checks.is_uscc(code := f"91210202{org}{last}"))


def take_in(data: bytes, contract: Contract, vault: Vault, day: date, folder: Path) -> dict[str, float]:
    """Seconds per step of taking ``data`` in, without the log."""
    seconds: dict[str, float] = {}

    def step(name: str, run: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = run()
        seconds[name] = time.perf_counter() - start
        return result

    table = step("read", lambda: read_table(data, contract, "bench", is_delta=False))
    match = match_headers(contract, table.headers)
    table = step("persons", lambda: protect(table, contract, match, vault, day))
    step("seal", lambda: vault.seal_original("bench", data))
    packed, digest = step("land", lambda: landing_bytes(table))
    (folder / "landing.csv.gz").write_bytes(packed)
    receipt = Receipt(
        feed=contract.feed,
        delivery_id="bench",
        file_name="bench",
        kind="full",
        reference_on=day,
        received_at=datetime(2014, 6, 30, tzinfo=UTC),
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheets=(),
        headers=table.headers,
        columns=match.columns,
        change_type=None,
        unknown_headers=(),
        original_sha256="",
        original_bytes=len(data),
        canonical_sha256=digest,
        sealed="",
        contract=contract,
    )
    step("assertions", lambda: read_landing(receipt, packed))
    return seconds


def floor(data: bytes, encoding: str, folder: Path) -> float:
    """Seconds to decode, read as text and write as Parquet."""
    start = time.perf_counter()
    frame = pl.read_csv(data.decode(encoding).encode(), infer_schema=False)
    frame.write_parquet(folder / "floor.parquet", compression="zstd")
    return time.perf_counter() - start


def main(rows: int) -> None:
    contract = load_contracts(Settings(Path(), Path()).contracts)["commerce"]
    text = make_file(contract, rows)
    print("| file | persons | read | persons | seal | land | assertions | all | floor |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    for encoding in ("utf-8", "gb18030"):
        data = text.encode(encoding)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            vault = Vault(folder / "home" / "vault", folder / "keys")
            for state, day in zip(("new", "known"), DAYS, strict=True):
                seconds = take_in(data, contract, vault, day, folder)
                figures = [*seconds.values(), sum(seconds.values()), floor(data, encoding, folder)]
                print(f"| {encoding} | {state} | " + " | ".join(f"{one:.2f}" for one in figures) + " |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
