"""What became of a delivery, told to a person and to a program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

import polars as pl

from jianhui.core.errors import JianhuiError
from jianhui.core.events import DeliveryKind
from jianhui.intake.rows import (
    CHANGE_TYPE_UNKNOWN,
    DUPLICATE_KEY,
    NO_KEY,
    NO_NAME,
    REJECTED_SCHEMA,
)
from jianhui.intake.table import CELL_COUNT, UNDECODABLE, UNREADABLE

REASONS: Mapping[str, tuple[str, str]] = {
    CELL_COUNT: ("列数与表头不符", "another number of cells than the header"),
    UNDECODABLE: ("含有无法识别的字符编码", "holds bytes that cannot be decoded"),
    UNREADABLE: (
        "引号不配对或单元格过长，无法分列",
        "cells cannot be told apart: a stray quote, or too long",
    ),
    NO_KEY: ("缺少主键", "no record key"),
    NO_NAME: ("缺少名称", "no name"),
    CHANGE_TYPE_UNKNOWN: ("变更类型应为新增、变更或删除", "变更类型 is none of 新增, 变更, 删除"),
    DUPLICATE_KEY: (
        "同一文件中后面另有同一主键的行，以最后一行为准",
        "a later row of the file has the same key",
    ),
}
"""Rule by which a row is kept back → why, in Chinese and English."""

NOOP: Final = "noop"
Result = Literal["accepted", "noop", "held", "refused", "released", "rejected"]


@dataclass(frozen=True)
class Message:
    """One thing to say about a delivery, with a stable code."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Outcome:
    """What became of one file. ``rejected``: the rows kept back, ``rows.REJECTED_SCHEMA``."""

    feed: str
    file_name: str
    verdict: Result
    delivery_id: str | None = None
    kind: DeliveryKind | None = None
    reference_on: date | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED_SCHEMA))

    @property
    def is_held(self) -> bool:
        """Whether the whole file is in quarantine: held for a person, or refused."""
        return self.verdict in ("held", "refused")

    def as_row(self) -> dict[str, Any]:
        """The outcome for a program: plain JSON values."""
        return {
            "feed": self.feed,
            "file_name": self.file_name,
            "verdict": self.verdict,
            "delivery_id": self.delivery_id,
            "kind": self.kind,
            "reference_on": self.reference_on.isoformat() if self.reference_on else None,
            **self.counts,
            "messages": [vars(message) for message in self.messages],
        }

    def sentences(self) -> tuple[str, str]:
        """The outcome for a person, in Chinese and in English: a line, then one per message."""
        figures = ("rows_in", "rows_accepted", "rows_quarantined", "rows_collapsed", "rows_skipped")
        zh_names = ("行数", "接受", "隔离", "合并", "跳过")
        told = [
            (zh, name, self.counts[name])
            for zh, name in zip(zh_names, figures, strict=True)
            if name in self.counts
        ]
        head = f"{self.feed} {self.file_name}"
        zh = f"{head}：{_VERDICTS[self.verdict]}" + "".join(f"，{label} {n}" for label, _, n in told if n)
        en = f"{head}: {self.verdict}" + "".join(
            f", {name.removeprefix('rows_')} {n}" for _, name, n in told if n
        )
        for message in self.messages:
            zh += f"\n  [{message.code}] {message.zh}"
            en += f"\n  [{message.code}] {message.en}"
        return zh, en


_VERDICTS: Mapping[Result, str] = {
    "accepted": "已接受",
    "noop": "与上次相同，未作改动",
    "held": "整件隔离，待人工处理",
    "refused": "不予接收",
    "released": "已放行",
    "rejected": "已退回",
}


def message_of(error: JianhuiError) -> Message:
    """An error as a message: its sentence, place and next step."""
    strip = f"[{error.code}] "
    return Message(
        error.code, error.message("zh").removeprefix(strip), error.message("en").removeprefix(strip)
    )
