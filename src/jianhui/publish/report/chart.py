"""A chart as data: what is drawn, not how. The page, the bulletin and the workbook draw it each their way.

Shares are in [0,1], as shown in the tables (two places of a percentage); None is a gap in the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from jianhui.publish.report.figures import FEW

Kind = Literal["line", "column", "stacked", "bar", "waterfall", "step"]
Mark = Literal["fill", "line", "point", "target"]
Unit = Literal["share", "count", "persons", "days"]
Number = int | Decimal | None


@dataclass(frozen=True)
class Series:
    """One row of values, one per category. ``mark``: how it is drawn; a target is a line across."""

    name: str
    values: tuple[Number, ...]
    mark: Mark = "fill"


@dataclass(frozen=True)
class Chart:
    """``reason`` says why there is nothing to draw; it is empty where there is.

    Of a waterfall the only series holds the value before, the changes, and the value after. Of ``step`` the
    categories are days as text, and a value holds up to the next day named. ``origin``: the mart.
    """

    key: str
    title: str
    kind: Kind
    unit: Unit
    categories: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    note: str = ""
    origin: str = ""
    reason: str = ""

    @property
    def is_drawn(self) -> bool:
        return not self.reason

    def values(self) -> list[float]:
        """Every value that is drawn."""
        return [float(value) for one in self.series for value in one.values if value is not None]


def chart(
    key: str,
    title: str,
    kind: Kind,
    unit: Unit,
    categories: Sequence[str],
    series: Sequence[Series],
    *,
    note: str = "",
    origin: str = "",
    nothing: str = "本期没有可以绘制的数据。",
) -> Chart:
    """A chart, or the same without a drawing where no series has a value."""
    drawn = [one for one in series if any(value is not None for value in one.values)]
    if not categories or not any(one.mark != "target" for one in drawn):
        return undrawn(key, title, nothing, unit)
    return Chart(key, title, kind, unit, tuple(categories), tuple(drawn), note, origin)


def undrawn(key: str, title: str, reason: str, unit: Unit = "count") -> Chart:
    """A chart that only says why it is not there."""
    return Chart(key, title, "column", unit, reason=reason)


def for_public(one: Chart) -> Chart:
    """The chart as a public copy may show it: bars of few persons are left out."""
    if one.unit != "persons" or not one.is_drawn:
        return one
    series = tuple(
        replace(each, values=tuple(None if _is_few(value) else value for value in each.values))
        for each in one.series
    )
    note = f"{one.note}人数不足{FEW}人的不绘出。"
    return replace(one, series=series, note=note)


def _is_few(value: Number) -> bool:
    return value is not None and 0 < value < FEW


def written(value: Number, unit: Unit) -> str:
    """A value as it stands at its bar."""
    if value is None:
        return ""
    return (
        f"{value * 100:.2f}%"
        if unit == "share"
        else f"{value:f}"
        if isinstance(value, Decimal)
        else str(value)
    )
