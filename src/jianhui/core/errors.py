"""Errors a user can act on: where, what, which rule, and what to do next.

Every error carries a stable ``code`` (for programs), the exit code of the command that ends
with it, a Chinese and an English sentence, and the next step. A caller never parses the text.
"""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line, as published."""

    DONE = 0
    BUG = 1
    USAGE = 2
    GATE_BLOCKED = 3
    QUARANTINED = 4
    LOG_DAMAGED = 5
    NOTHING_CHANGED = 6


@dataclass(frozen=True)
class Where:
    """The place an error speaks of. ``line`` counts physical lines (rows of a sheet) from 1."""

    file: str | None = None
    line: int | None = None
    field: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        parts = [self.file or "", f"line {self.line}" if self.line else ""]
        parts.append(f"field {self.field}" if self.field else "")
        parts.append(f"value {self.value!r}" if self.value is not None else "")
        return ", ".join(part for part in parts if part)


class JianhuiError(Exception):
    """A refusal with a reason. ``value`` in ``where`` must already be masked if personal."""

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        next_step: str = "",
        where: Where | None = None,
    ) -> None:
        super().__init__(en)
        self.code = code
        self.zh = zh
        self.en = en
        self.next_step = next_step
        self.where = where or Where()

    def message(self, language: str) -> str:
        """One paragraph in ``zh`` or ``en``: the sentence, the place, the next step."""
        text = self.zh if language == "zh" else self.en
        place = str(self.where)
        step = f" → {self.next_step}" if self.next_step else ""
        return f"[{self.code}] {text}{f' ({place})' if place else ''}{step}"


class UsageError(JianhuiError):
    """The command or its arguments cannot be carried out as given."""


class DeliveryRefused(JianhuiError):
    """A whole delivery is refused or held; nothing of it entered the log."""

    exit_code = ExitCode.QUARANTINED


class LogDamaged(JianhuiError):
    """The event log does not prove itself."""

    exit_code = ExitCode.LOG_DAMAGED


class LogBusy(JianhuiError):
    """Another process is writing the log."""


class GateBlocked(JianhuiError):
    """A build did not pass its gate; the last release stands."""

    exit_code = ExitCode.GATE_BLOCKED


class NothingChanged(JianhuiError):
    """Same date, log head, policy and code as the last release."""

    exit_code = ExitCode.NOTHING_CHANGED
