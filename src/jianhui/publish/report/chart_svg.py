"""Charts as SVG for the page: no script, no network, equal bytes for equal input.

Each is drawn twice, wide and narrow, so that words stay legible on a telephone; the page shows one of them.
"""

import math
from dataclasses import dataclass
from html import escape

from jianhui.publish.report.chart import Chart, Series, written

_FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',SimHei,sans-serif"
COLOURS = ("#2f5c8a", "#c8782a", "#7a9e7e", "#8a4f7d", "#b8b8b8")
TARGET, INK, GREY, GRID = "#b3261e", "#222", "#666", "#e2e2e2"
UP, DOWN = "#3d7a4a", "#b3261e"
_MAX_LABELLED, _MAX_POINTS = 16, 8


@dataclass(frozen=True)
class _Box:
    """The field of the drawing and the range of values on it."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        return round(self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low), 2)

    def x(self, value: float) -> float:
        return round(self.left + (self.right - self.left) * (value - self.low) / (self.high - self.low), 2)


def svg(chart: Chart, *, narrow: bool = False) -> str:
    """The drawing, ``viewBox`` 900 or 360 wide. The chart must be drawn."""
    width, size = (360, 12) if narrow else (900, 14)
    if chart.kind == "bar":
        body, height = _bars(chart, width, size)
    else:
        body, height = _upright(chart, width, size, 260 if narrow else 360)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" role="img" '
        f'aria-label="{escape(chart.title, quote=True)}" font-family="{escape(_FONT, quote=True)}" '
        f'font-size="{size}">' + "".join(body) + "</svg>"
    )


def _scale(values: list[float], *, from_zero: bool) -> tuple[float, float, float]:
    """Low end, high end and step of an axis that holds the values."""
    low, high = min(values), max(values)
    low = min(low, 0.0) if from_zero else low
    span = (high - low) or abs(high) or 1.0
    raw = span / 4
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    bottom = math.floor(low / step + 1e-9) * step
    top = math.ceil(high / step - 1e-9) * step
    return bottom, top if top > bottom else bottom + step, step


def _axis_word(value: float, chart: Chart) -> str:
    if chart.unit == "share":
        return f"{value * 100:.4g}%"
    return f"{value:.10g}"


def _upright(chart: Chart, width: int, size: int, height: int) -> tuple[list[str], float]:
    values = chart.values()
    if chart.kind == "stacked":
        values = [
            float(sum(one.values[at] or 0 for one in chart.series)) for at in range(len(chart.categories))
        ]
    if chart.kind == "waterfall":
        values = [float(level) for level in _levels(chart.series[0])]
    from_zero = chart.kind in ("column", "stacked") or chart.unit in ("persons", "days")
    low, high, step = _scale(values, from_zero=from_zero)
    if chart.kind == "step":
        low, high, step = 0.0, 1.0, 0.25
    rows = _legend(chart, width, size)
    box = _Box(size * 4.2, rows[1] + size * 1.6, width - size * 1.2, height - size * 3.2, low, high)
    parts = list(rows[0])
    for tick in range(round((high - low) / step) + 1):
        value = low + tick * step
        y = box.y(value)
        parts.append(_line(box.left, y, box.right, y, GRID))
        parts.append(_text(box.left - 6, y + size * 0.35, _axis_word(value, chart), "end", GREY))
    parts.append(_line(box.left, box.bottom, box.right, box.bottom, INK))
    draw = {"line": _lines, "step": _steps, "waterfall": _waterfall}.get(chart.kind, _columns)
    parts += draw(chart, box, size)
    parts += _targets(chart, box)
    return parts, height


def _legend(chart: Chart, width: int, size: int) -> tuple[list[str], float]:
    """The names of the series in as many lines as they need, and where they end."""
    if len(chart.series) == 1:
        return [], 0.0
    parts, x, y = [], 4.0, size * 1.2
    for number, one in enumerate(chart.series):
        room = size * (len(one.name) + 2.6)
        if x + room > width and x > 4:
            x, y = 4.0, y + size * 1.5
        colour = TARGET if one.mark == "target" else COLOURS[number % len(COLOURS)]
        parts.append(_rect(x, y - size * 0.8, size, size * 0.8, colour, one.name))
        parts.append(_text(x + size * 1.3, y, one.name, "start", INK))
        x += room
    return parts, y


def _across(chart: Chart, box: _Box) -> tuple[float, list[float]]:
    """The width of a category and where each has its middle."""
    step = (box.right - box.left) / len(chart.categories)
    return step, [box.left + step * (at + 0.5) for at in range(len(chart.categories))]


def _below(chart: Chart, box: _Box, size: int) -> list[str]:
    """Names of categories, as many as there is room for; long ones on two lines."""
    step, middles = _across(chart, box)
    longest = max(len(name) for name in chart.categories)
    fit = max(1, int(step / (size * 0.95)))
    wraps = fit < longest <= fit * 2 and not chart.categories[0][:1].isdigit()
    every = 1 if longest <= fit or wraps else math.ceil(longest * size * 0.62 / step)
    if chart.categories[0][:1].isdigit():
        every = max(1, math.ceil((longest * 0.62 + 1) * size / step))
    parts = []
    for at, name in enumerate(chart.categories):
        if at % every and at != len(chart.categories) - 1:
            continue
        if (
            at != len(chart.categories) - 1
            and len(chart.categories) - 1 - at < every
            and at % every == 0
            and every > 1
        ):
            continue
        words = [name[:fit], name[fit:]] if wraps and len(name) > fit else [name]
        for line, word in enumerate(words):
            parts.append(_text(middles[at], box.bottom + size * (1.3 + 1.15 * line), word, "middle", INK))
    return parts


def _columns(chart: Chart, box: _Box, size: int) -> list[str]:
    step, middles = _across(chart, box)
    drawn = [(number, one) for number, one in enumerate(chart.series) if one.mark == "fill"]
    stacked = chart.kind == "stacked"
    width = min(step * 0.7 / (1 if stacked else len(drawn)), 64)
    parts = []
    labelled = len(chart.categories) * (1 if stacked else len(drawn)) <= _MAX_LABELLED
    for at, name in enumerate(chart.categories):
        floor = 0.0
        for place, (number, one) in enumerate(drawn):
            value = one.values[at]
            if value is None:
                continue
            x = middles[at] - width / 2 if stacked else middles[at] + (place - len(drawn) / 2) * width
            upper, lower = box.y(floor + float(value)), box.y(floor)
            told = f"{name} {one.name} {written(value, chart.unit)}"
            parts.append(_rect(x, upper, width * 0.94, lower - upper, COLOURS[number % len(COLOURS)], told))
            word = written(value, chart.unit)
            if labelled and not stacked and len(word) * size * 0.55 <= step / len(drawn) + 4:
                parts.append(_text(x + width * 0.47, upper - 4, word, "middle", INK))
            floor += float(value) if stacked else 0.0
        if stacked and labelled:
            whole = sum((one.values[at] or 0) for _, one in drawn)
            parts.append(
                _text(middles[at], box.y(float(whole)) - 4, written(whole, chart.unit), "middle", INK)
            )
    return parts + _below(chart, box, size)


def _lines(chart: Chart, box: _Box, size: int) -> list[str]:
    _, middles = _across(chart, box)
    parts = []
    for number, one in enumerate(chart.series):
        colour = COLOURS[number % len(COLOURS)]
        at = [(middles[i], box.y(float(v)), v, i) for i, v in enumerate(one.values) if v is not None]
        if one.mark == "line":
            points = " ".join(f"{x:.2f},{y}" for x, y, _, _ in at)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        if one.mark in ("line", "point"):
            ends = at if one.mark == "point" or len(at) <= _MAX_POINTS else [at[0], at[-1]]
            for x, y, value, i in ends:
                told = f"{chart.categories[i]} {one.name} {written(value, chart.unit)}"
                parts.append(
                    f'<circle cx="{x:.2f}" cy="{y}" r="4" fill="{colour}">'
                    f"<title>{escape(told)}</title></circle>"
                )
                anchor = "end" if x > box.right - 60 else "start" if x < box.left + 60 else "middle"
                parts.append(_text(x, y - 8, written(value, chart.unit), anchor, colour))
    return parts + _below(chart, box, size)


def _steps(chart: Chart, box: _Box, size: int) -> list[str]:
    """A share reached by days: a stair. The days are the categories, as numbers."""
    days = [int(day) for day in chart.categories]
    last = days[-1] or 1
    parts = []

    def x(day: int) -> float:
        return round(box.left + (box.right - box.left) * day / last, 2)

    for number, one in enumerate(chart.series):
        if one.mark == "target":
            continue
        path, y = [], box.bottom
        for day, value in zip(days, one.values, strict=True):
            if value is None:
                continue
            path.append(f"{x(day)},{y}")
            y = box.y(float(value))
            path.append(f"{x(day)},{y}")
        path.append(f"{x(last)},{y}")
        parts.append(
            f'<polyline points="{" ".join(path)}" fill="none" stroke="{COLOURS[number]}" stroke-width="2.5"/>'
        )
        final = next(value for value in reversed(one.values) if value is not None)
        parts.append(_text(box.right, y - 8, written(final, chart.unit), "end", COLOURS[number]))
    for tick in range(0, last + 1, 182 if last > 400 else 91 if last > 200 else 30):
        parts.append(_text(x(tick), box.bottom + size * 1.3, f"{tick}天", "middle", INK))
    return parts


def _levels(series: Series) -> list[float]:
    """The value before, after each change, and after all of them."""
    first, *changes, last = (float(value or 0) for value in series.values)
    levels = [first]
    for change in changes:
        levels.append(levels[-1] + change)
    return [*levels, last]


def _waterfall(chart: Chart, box: _Box, size: int) -> list[str]:
    step, middles = _across(chart, box)
    one, width = chart.series[0], min(step * 0.62, 90)
    levels, parts = _levels(one), []
    for at, value in enumerate(one.values):
        is_end = at in (0, len(one.values) - 1)
        top, bottom = (levels[at], box.low) if is_end else (levels[at], levels[at - 1])
        upper, lower = box.y(max(top, bottom)), box.y(min(top, bottom))
        colour = COLOURS[0] if is_end else UP if (value or 0) > 0 else DOWN
        word = written(value, chart.unit) if is_end else signed(value or 0, chart)
        parts.append(
            _rect(
                middles[at] - width / 2,
                upper,
                width,
                max(lower - upper, 1.5),
                colour,
                f"{chart.categories[at]} {word}",
            )
        )
        parts.append(_text(middles[at], upper - 5, word, "middle", colour))
    return parts + _below(chart, box, size)


def signed(value: object, chart: Chart) -> str:
    """A change with its sign: ``+12``; of a share in percentage points."""
    return f"{float(value) * 100:+.2f}" if chart.unit == "share" else f"{value:+}"  # type: ignore[arg-type]


def _bars(chart: Chart, width: int, size: int) -> tuple[list[str], float]:
    """Horizontal bars, one group of them a category, the first on top."""
    drawn = [(number, one) for number, one in enumerate(chart.series) if one.mark == "fill"]
    legend, top = _legend(chart, width, size)
    thick = size * (1.35 if len(drawn) == 1 else 1.0)
    gap = size * 0.75
    group = thick * len(drawn) + gap
    left = size * (min(max(len(name) for name in chart.categories), 9) + 0.8)
    top += size * 0.9
    high = _scale(chart.values(), from_zero=True)[1]
    bottom = top + group * len(chart.categories)
    box = _Box(left, top, width - size * 5.0, bottom, 0.0, high)
    parts = list(legend)
    for at, name in enumerate(chart.categories):
        y = top + group * at
        parts.append(_text(left - 6, y + (group - gap) / 2 + size * 0.35, name[:9], "end", INK))
        for place, (number, one) in enumerate(drawn):
            value = one.values[at]
            if value is None:
                continue
            told = f"{name} {one.name} {written(value, chart.unit)}"
            end = box.x(float(value))
            parts.append(_rect(left, y + place * thick, end - left, thick * 0.92, COLOURS[number], told))
            parts.append(
                _text(
                    end + 5,
                    y + place * thick + thick * 0.5 + size * 0.33,
                    written(value, chart.unit),
                    "start",
                    INK,
                )
            )
    for one in chart.series:
        if one.mark == "target":
            x = box.x(float(one.values[0] or 0))
            parts.append(_line(x, top - 4, x, bottom, TARGET, "5 4"))
            parts.append(_text(x, bottom + size, written(one.values[0], chart.unit), "middle", TARGET))
    return parts, bottom + size * 1.6


def _targets(chart: Chart, box: _Box) -> list[str]:
    parts = []
    for one in chart.series:
        if one.mark == "target":
            y = box.y(float(next(value for value in one.values if value is not None)))
            parts.append(_line(box.left, y, box.right, y, TARGET, "6 4"))
    return parts


def _rect(x: float, y: float, width: float, height: float, colour: str, told: str) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{max(width, 0):.2f}" height="{max(height, 0):.2f}" '
        f'fill="{colour}"><title>{escape(told)}</title></rect>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{colour}"{dashed}/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
