"""From the bytes of a delivery to its records, by contract."""

from jianhui.intake.containers import MAX_BYTES, unpack
from jianhui.intake.contract import Contract
from jianhui.intake.csv_reader import read_csv
from jianhui.intake.table import RawTable
from jianhui.intake.xlsx_reader import read_xlsx


def read_table(
    data: bytes, contract: Contract, file_name: str, *, is_delta: bool, max_bytes: int = MAX_BYTES
) -> RawTable:
    """Every record of a delivery: a text or workbook, perhaps packed.

    Raises ``DeliveryRefused`` as ``unpack``, ``read_csv`` and ``read_xlsx`` do.
    """
    content = unpack(data, file_name, max_bytes)
    read = read_xlsx if content.format == "xlsx" else read_csv
    return read(content.data, contract, file_name, is_delta=is_delta)
