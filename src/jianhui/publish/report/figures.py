"""A figure of a report carries where it comes from; a sentence carries its figures.

So every number of a finished document can be traced: to a cell of a mart (:class:`Cell`), or to a rule that
reckons it from such cells (:class:`Reckoned`). Values are exact (``int``, ``Decimal``, ``Fraction``); what is
unknown is None and shown as ``—``, never as zero.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from jianhui.publish.report_figures import missing_to_target, percent, shown_share
from jianhui.publish.xlsx import chinese_date, plain

UNKNOWN_SHOWN = "—"
FEW = 5
"""Counts of persons below this, but above zero, are not shown in a public copy."""
FEW_SHOWN = "不足5"
HIDDEN = "＊"

_LINE_ENDS = re.compile(r"[\t\r\n\u2028\u2029]+")

Value = int | Decimal | date | None
Unit = Literal["count", "share", "points", "growth", "day", "number"]
Rule = Literal["difference", "sum", "share", "points", "growth", "shortfall", "rank", "given"]


@dataclass(frozen=True)
class Cell:
    """``expression`` over the rows of ``mart`` that ``where`` (column, value) and ``condition`` keep."""

    release_id: str
    mart: str
    expression: str
    where: tuple[tuple[str, object], ...] = ()
    condition: str = ""

    def told(self) -> str:
        """The place in words, for a reader who wants to look it up."""
        rows = [f"{column}={value}" for column, value in self.where]
        rows += [self.condition] if self.condition else []
        return f"{self.release_id} · {self.mart} · {self.expression}" + (
            f" · {'，'.join(rows)}" if rows else ""
        )


@dataclass(frozen=True)
class Reckoned:
    """By ``rule`` from other figures; ``target``: the share a shown share is never rounded up to."""

    rule: Rule
    of: tuple["Figure", ...] = ()
    target: Fraction | None = None
    note: str = ""

    def told(self) -> str:
        """The reckoning in words."""
        a, *rest = [figure.shown for figure in self.of] or [self.note]
        forms: Mapping[str, str] = {
            "difference": f"{a}－{'－'.join(rest)}",
            "sum": f"{'＋'.join([a, *rest])}",
            "share": f"{a}÷{'÷'.join(rest)}",
            "points": f"{a}－{'－'.join(rest)}（百分点）",
            "growth": f"（{a}－{'－'.join(rest)}）÷{'－'.join(rest)}",
            "shortfall": f"按目标{self.note}，{a}与{'、'.join(rest)}之差",
            "rank": self.note,
            "given": self.note,
        }
        return forms[self.rule]


@dataclass(frozen=True)
class Figure:
    """One number or day: its value, how it is written, where it comes from. False where nil or unknown."""

    value: Value
    shown: str
    origin: Cell | Reckoned
    is_of_persons: bool = False

    def __str__(self) -> str:
        return self.shown

    def __bool__(self) -> bool:
        return self.value is not None and self.value != 0

    @property
    def is_known(self) -> bool:
        return self.value is not None

    @property
    def ratio(self) -> Decimal | None:
        """The share it is; None of counts, days and what is unknown."""
        return self.value if isinstance(self.value, Decimal) else None

    def is_above(self, other: "Figure") -> bool:
        """Whether this share is the greater of two that are known."""
        return self.ratio is not None and other.ratio is not None and self.ratio > other.ratio

    @property
    def number(self) -> int:
        """The count it is. Unknown counts as nothing: ask :attr:`is_known` first."""
        return self.value if isinstance(self.value, int) else 0


def shown(value: Value, unit: Unit) -> str:
    """How a value of a unit is written in an official text."""
    if value is None:
        return UNKNOWN_SHOWN
    if isinstance(value, date):
        return chinese_date(value)
    if isinstance(value, int):
        return str(value)
    if unit in ("share", "growth"):
        return percent(value)
    return f"{value:.2f}" if unit == "points" else f"{value.normalize():f}"


def given(value: Value, note: str, unit: Unit = "count") -> Figure:
    """A figure that stands in the release's manifest or in a rule: a day, a target, a deadline."""
    return Figure(value, shown(value, unit), Reckoned("given", note=note))


def difference(a: Figure, *rest: Figure) -> Figure:
    """``a`` less the rest; unknown when any is."""
    known = a.is_known and all(each.is_known for each in rest)
    value = a.number - sum(each.number for each in rest) if known else None
    persons = a.is_of_persons or any(each.is_of_persons for each in rest)
    return Figure(value, shown(value, "count"), Reckoned("difference", (a, *rest)), persons)


def distance(a: Figure, b: Figure) -> Figure:
    """The difference without its sign, the greater first, for ``增加`` and ``减少``."""
    return difference(a, b) if a.number >= b.number else difference(b, a)


def total(*parts: Figure) -> Figure:
    """The sum; unknown when any part is."""
    value = sum(part.number for part in parts) if all(part.is_known for part in parts) else None
    persons = any(part.is_of_persons for part in parts)
    return Figure(value, shown(value, "count"), Reckoned("sum", parts), persons)


def share(part: Figure, whole: Figure, target: Fraction | None = None) -> Figure:
    """``part / whole`` as a percentage of two places, never rounded up to a target or to the whole."""
    value = shown_share(part.number if part.is_known else None, whole.number, target=target)
    return Figure(value, percent(value), Reckoned("share", (part, whole), target))


def points(a: Figure, b: Figure) -> Figure:
    """How far two shown shares lie apart, in percentage points, without sign."""
    if a.ratio is None or b.ratio is None:
        return Figure(None, UNKNOWN_SHOWN, Reckoned("points", (a, b)))
    value = abs(a.ratio - b.ratio) * 100
    return Figure(value, f"{value:.2f}", Reckoned("points", (b, a) if b.is_above(a) else (a, b)))


def growth(now: Figure, before: Figure) -> Figure:
    """``|now − before| / before`` as a percentage; unknown when there was nothing before."""
    value = None
    if now.is_known and before.is_known and before.number:
        value = shown_share(abs(now.number - before.number), before.number)
    return Figure(value, percent(value), Reckoned("growth", (now, before)))


def shortfall(covered: Figure, base: Figure, target: Fraction) -> Figure:
    """How many more it takes to reach the target."""
    known = covered.is_known and base.is_known
    value = missing_to_target(covered.number, base.number, target) if known else None
    note = plain_percent(target)
    return Figure(value, shown(value, "count"), Reckoned("shortfall", (covered, base), target, note))


def plain_percent(share_: Fraction) -> str:
    """91/100 → ``91%``."""
    return f"{float(share_ * 100):g}%"


def for_public(figure: Figure) -> Figure:
    """The figure as a public copy may show it: few persons are not counted out."""
    if figure.is_of_persons and isinstance(figure.value, int) and 0 < abs(figure.value) < FEW:
        return Figure(None, FEW_SHOWN, figure.origin, True)
    return figure


def on_one_line(text: str) -> str:
    """Without control characters and line ends, which no sentence holds."""
    return _LINE_ENDS.sub(" ", plain(text))


class Said(str):
    """Words with the figures in them. ``pieces``: text and figures in their order."""

    pieces: tuple["str | Figure", ...]

    def __new__(cls, *pieces: "str | Figure") -> "Said":
        flat: list[str | Figure] = []
        for piece in pieces:
            flat += piece.pieces if isinstance(piece, Said) else [piece]
        cleaned = tuple(on_one_line(one) if isinstance(one, str) else one for one in flat)
        said = super().__new__(cls, "".join(str(piece) for piece in cleaned))
        said.pieces = cleaned
        return said

    @property
    def figures(self) -> Iterator[Figure]:
        return (piece for piece in self.pieces if isinstance(piece, Figure))


def say(form: str, **parts: "str | Figure") -> Said:
    """``say("增加{n}家", n=figure)``. Braces name the parts."""
    pieces: list[str | Figure] = []
    rest = form
    while rest:
        text, opened, rest = rest.partition("{")
        pieces.append(text)
        if opened:
            name, _, rest = rest.partition("}")
            pieces.append(parts[name])
    return Said(*(piece for piece in pieces if piece != ""))


def listed(parts: Sequence["str | Figure"], between: str = "、") -> Said:
    """``甲、乙、丙``."""
    pieces: list[str | Figure] = []
    for number, part in enumerate(parts):
        pieces += [between, part] if number else [part]
    return Said(*pieces)
