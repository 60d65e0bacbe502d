"""A waterfall chart as SVG, drawn here: it opens in any browser and in Word, and needs no network.

From the value before, by one bar a cause, to the value after. Equal input gives equal bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

WIDTH, HEIGHT = 960, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 24, 24, 78, 64
_FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',SimHei,sans-serif"
_UP, _DOWN, _TOTAL = "#1b7f79", "#c8681f", "#37618e"
"""No red and green: they mean the opposite of each other in a stock chart, and the same to some eyes."""
_HEADROOM = Fraction(15, 100)


@dataclass(frozen=True)
class Bar:
    """One change: what it is called, by how much, and how that is written."""

    label: str
    change: Fraction
    shown: str


def waterfall(
    title: str,
    subtitle: str,
    start: tuple[str, Fraction, str],
    bars: Sequence[Bar],
    end: tuple[str, Fraction, str],
    target: tuple[str, Fraction] | None = None,
) -> str:
    """The chart. ``start``, ``end``: label, value, value as written; the bars lead from one to the other.

    ``target``: label and value of a line to be held against; one too far off is named, not drawn. The axis
    does not begin at zero: the chart says so, and the columns of both ends are drawn broken.
    """
    levels = [start[1]]
    for bar in bars:
        levels.append(levels[-1] + bar.change)
    moved = max(levels) - min(levels)
    is_near = target is not None and min(levels) - moved <= target[1] <= max(levels) + moved
    seen = [*levels, *([target[1]] if target and is_near else [])]
    span = max(seen) - min(seen) or abs(start[1]) or Fraction(1)
    low, high = min(seen) - span * _HEADROOM * 2, max(seen) + span * _HEADROOM
    height = HEIGHT - _TOP - _BOTTOM

    def y(value: Fraction) -> float:
        return round(float(_TOP + height * (high - value) / (high - low)), 2)

    step = (WIDTH - _LEFT - _RIGHT) / (len(bars) + 2)
    width = min(step * 0.62, 90)
    parts = [
        _text(_LEFT, 32, title, 20, "start", "#111", "bold"),
        _text(_LEFT, 56, subtitle, 13, "start", "#555"),
    ]

    # Below everything else: a value stands on the line, not behind it.
    if target is not None and not is_near:
        parts.append(_text(WIDTH - _RIGHT, 56, f"{target[0]}（在图外）", 13, "end", "#8a1c1c"))
    elif target is not None:
        height_of = y(target[1])
        parts.append(
            f'<line x1="{_LEFT}" y1="{height_of}" x2="{WIDTH - _RIGHT}" y2="{height_of}" stroke="#8a1c1c" '
            'stroke-width="1.2" stroke-dasharray="8 4"/>'
        )
        parts.append(_text(WIDTH - _RIGHT, 56, f"- - {target[0]}", 13, "end", "#8a1c1c"))

    def column(place: int, top: Fraction, bottom: Fraction, colour: str, shown: str, label: str) -> None:
        x = _LEFT + step * place + (step - width) / 2
        upper, lower = y(max(top, bottom)), y(min(top, bottom))
        parts.append(
            f'<rect x="{x:.2f}" y="{upper}" width="{width:.2f}" height="{max(lower - upper, 1.5):.2f}" '
            f'fill="{colour}"/>'
        )
        half = len(shown) * 4.6 + 2
        parts.append(
            f'<rect x="{x + width / 2 - half:.2f}" y="{upper - 21:.2f}" width="{2 * half:.2f}" height="19" '
            'fill="#fff"/>'
        )
        parts.append(_text(x + width / 2, upper - 7, shown, 14, "middle", colour, "bold"))
        parts.append(_text(x + width / 2, HEIGHT - _BOTTOM + 22, label, 14, "middle", "#222"))

    def broken(place: int) -> None:
        x, foot = _LEFT + step * place + (step - width) / 2, HEIGHT - _BOTTOM
        points = [(x - 3, foot - 14), (x + width / 3, foot - 22), (x + width * 2 / 3, foot - 14)]
        points.append((x + width + 3, foot - 22))
        line = " ".join(f"{px:.2f},{py:.2f}" for px, py in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="#fff" stroke-width="5"/>')

    column(0, start[1], low, _TOTAL, start[2], start[0])
    broken(0)
    for place, bar in enumerate(bars, start=1):
        before, after = levels[place - 1], levels[place]
        column(place, after, before, _UP if bar.change > 0 else _DOWN, bar.shown, bar.label)
    column(len(bars) + 1, end[1], low, _TOTAL, end[2], end[0])
    broken(len(bars) + 1)
    for place, level in enumerate(levels):
        x1 = _LEFT + step * place + (step + width) / 2
        x2 = _LEFT + step * (place + 1) + (step - width) / 2
        parts.append(
            f'<line x1="{x1:.2f}" y1="{y(level)}" x2="{x2:.2f}" y2="{y(level)}" stroke="#999" '
            'stroke-dasharray="3 3"/>'
        )
    foot = HEIGHT - _BOTTOM
    parts.append(f'<line x1="{_LEFT}" y1="{foot}" x2="{WIDTH - _RIGHT}" y2="{foot}" stroke="#333"/>')
    parts.append(
        _text(_LEFT, HEIGHT - 12, "纵轴不从零开始（两端柱形已截断）；各项相加等于变动。", 12, "start", "#777")
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="{escape(_FONT, quote=True)}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, size: int, anchor: str, colour: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )
