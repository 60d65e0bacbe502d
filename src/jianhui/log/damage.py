"""A way in which the log does not prove itself, named so that a person can act on it."""

from dataclasses import dataclass, field

from jianhui.core.errors import LogDamaged, Where

NEXT_STEP = "jianhui replay --verify"


@dataclass(frozen=True)
class Problem:
    """One finding: a stable ``code``, a Chinese and an English sentence, and the place."""

    code: str
    zh: str
    en: str
    where: Where = field(default_factory=Where)

    def error(self) -> LogDamaged:
        """The finding as a refusal to go on reading."""
        return LogDamaged(self.code, self.zh, self.en, next_step=NEXT_STEP, where=self.where)

    def message(self, language: str) -> str:
        """One line in ``zh`` or ``en``: the code, the sentence, the place."""
        place = str(self.where)
        return f"[{self.code}] {self.zh if language == 'zh' else self.en}{f' ({place})' if place else ''}"
