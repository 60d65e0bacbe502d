"""The slip: an agency's own bad lines with the reason in Chinese, as a workbook to send back.

The only file of intake that holds true personal values; it is written where a person asks for it.
Every cell is text, so that nothing in it is ever computed.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

from jianhui.core.errors import UsageError, Where
from jianhui.intake.landing import Receipt, read_cells
from jianhui.intake.outcome import REASONS
from jianhui.intake.quarantine import HeldBack, read_back, show
from jianhui.intake.table import cell_column
from jianhui.log.store import EventLog
from jianhui.log.vault import Vault

_EXCEL_CELL = 32_767
_WIDTH = 18


def write_slip(log: EventLog, vault: Vault, delivery_id: str, folder: Path) -> Path:
    """Write ``<delivery>.退件单.xlsx`` into ``folder``; its path.

    Sheet 说明: the file, what became of it, the reasons. Sheet 退回行: per row kept back the place, the
    reason, then the agency's own columns. Raises ``UsageError`` ``no_such_delivery``, ``nothing_to_return``.
    """
    held = show(log, delivery_id)
    if held.delivery.verdict in ("accepted", "released") and not held.rows():
        raise UsageError(
            "nothing_to_return",
            "这份文件没有需要退回的行",
            "nothing of this delivery was kept back",
            where=Where(file=delivery_id),
            next_step="jianhui quarantine list",
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{delivery_id}.退件单.xlsx"
    with xlsxwriter.Workbook(path) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DDEBF7", "border": 1})
        cover = book.add_worksheet("说明")
        cover.set_column(0, 0, 14)
        cover.set_column(1, 1, 80, wrapped)
        for row, (label, text) in enumerate(_cover(held)):
            cover.write_string(row, 0, label, bold)
            cover.write_string(row, 1, text, wrapped)
        if held.receipt is not None and held.rows():
            sheet = book.add_worksheet("退回行")
            table = _returned(log, vault, held, held.receipt)
            sheet.set_column(0, len(table[0]) - 1, _WIDTH)
            sheet.freeze_panes(1, 0)
            for row, cells in enumerate(table):
                for column, text in enumerate(cells):
                    sheet.write_string(row, column, text[:_EXCEL_CELL], bold if row == 0 else None)
    return path


def _cover(held: HeldBack) -> list[tuple[str, str]]:
    delivery = held.delivery
    told = {"held": "整件暂缓", "refused": "不予接收", "rejected": "整件退回"}.get(
        delivery.verdict, "部分行退回"
    )
    lines = [
        ("文件", delivery.file_name),
        ("编号", delivery.delivery_id),
        ("基准日期", delivery.reference_on.isoformat() if delivery.reference_on else "不明"),
        ("处理结果", told),
    ]
    if delivery.verdict in ("held", "refused", "rejected"):
        lines.append(("原因", delivery.note))
    if held.derived is not None:
        tally = held.derived.rejected.group_by("rule").len().sort("rule")
        lines += [("退回行", f"{REASONS[rule][0]}：{count} 行") for rule, count in tally.iter_rows()]
    return lines


def _returned(log: EventLog, vault: Vault, held: HeldBack, receipt: Receipt) -> list[Sequence[str]]:
    """Header row and one row per row kept back, in the order of the file, with true values."""
    _, packed = read_back(log, held.delivery)
    cells = read_cells(receipt, packed)
    names = [cell_column(position) for position in range(len(receipt.headers))]
    rejected = pl.DataFrame(held.rows())
    rows = cells.join(
        rejected.select("line", "sheet", "rule", "field"), on=["line", "sheet"], maintain_order="left"
    )
    texts = {text for name in names for text in rows[name]}
    values = vault.reveal(texts)
    table: list[Sequence[str]] = [("工作表", "行号", "退回原因", "相关列", *receipt.headers)]
    for row in rows.iter_rows(named=True):
        own = [values.get(row[name], row[name]) for name in names]
        reason = REASONS[row["rule"]][0]
        table.append((row["sheet"], str(row["line"]), reason, row["field"] or "", *own))
    return table
