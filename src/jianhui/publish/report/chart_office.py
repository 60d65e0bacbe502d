"""Charts as Office draws them: one drawing for the workbook and, taken out of a small workbook, for Word.

They stay charts: the department may restyle them, and in Word "Edit Data" opens the workbook embedded with
each. Their numbers are written out in the drawing, so that they can be read back.
"""

import io
import zipfile
from datetime import date
from itertools import pairwise
from typing import Any

from jianhui.publish.report.chart import Chart, Number
from jianhui.publish.report.chart_svg import COLOURS, TARGET
from jianhui.publish.xlsx import Workbook

FONT = "宋体"
_FORMATS = {"share": "0.00%", "count": "0", "persons": "0", "days": "0"}
_PALE = ("#9dbbdb", "#a6d0ae", "#e8aaa5")
"""Of a waterfall's whole, rise and fall: their figures stand on them in black."""
_LABELLED = 40
"""Above so many drawn values the bars carry no figures; the table beside them does."""


def rows_of(chart: Chart) -> tuple[list[str], list[list[str | Number]]]:
    """Headers and rows of the data a chart is drawn from, as both formats hold them.

    A waterfall has three columns more, from which Office draws it: the floor no one sees, rises and falls.
    """
    headers = ["项目", *(one.name for one in chart.series)]
    rows: list[list[str | Number]] = [
        [name, *(one.values[at] for one in chart.series)] for at, name in enumerate(chart.categories)
    ]
    if chart.kind == "step":  # up to the next day the value before it holds
        stairs = [[after[0], *before[1:]] for before, after in pairwise(rows)]
        rows = [rows[0], *(row for pair in zip(stairs, rows[1:], strict=True) for row in pair)]
    if chart.kind == "waterfall":
        headers += ["底", "合计", "增加", "减少"]
        rows = [[*row, *drawn] for row, drawn in zip(rows, _waterfall(chart), strict=True)]
    return headers, rows


def _waterfall(chart: Chart) -> list[list[Number]]:
    """Floor, whole, rise and fall of each bar."""
    found: list[list[Number]] = []
    level: Any = 0
    for at, value in enumerate(chart.series[0].values):
        change: Any = value or 0
        if at in (0, len(chart.categories) - 1):
            level = change
            found.append([None, change, None, None])
        else:
            before, level = level, level + change
            rise, fall = (change, None) if change > 0 else (None, -change)
            found.append([min(before, level), None, rise, fall])
    return found


def add_chart(book: Workbook, sheet: str, first_row: int, chart: Chart) -> Any:
    """An xlsxwriter chart over the data that stand on ``sheet`` from ``first_row`` (the headers) on."""
    kinds: dict[str, dict[str, str]] = {
        "line": {"type": "line"},
        "column": {"type": "column"},
        "stacked": {"type": "column", "subtype": "stacked"},
        "bar": {"type": "bar"},
        "waterfall": {"type": "column", "subtype": "stacked"},
        "step": {"type": "scatter", "subtype": "straight"},
    }
    drawing = book.book.add_chart(kinds[chart.kind])
    last = first_row + len(rows_of(chart)[1])
    names: list[Any] = [sheet, first_row + 1, 0, last, 0]

    def series(column: int, name: str, **more: Any) -> None:
        drawing.add_series(
            {
                "name": name,
                "categories": names,
                "values": [sheet, first_row + 1, column, last, column],
                **more,
            }
        )

    label = {"value": True, "num_format": _FORMATS[chart.unit], "font": {"name": FONT, "size": 8}}
    if chart.kind == "waterfall":
        label = {**label, "num_format": f"{_FORMATS[chart.unit]};-0;"}
        at = 1 + len(chart.series)
        series(at, "底", fill={"none": True}, border={"none": True})
        series(at + 1, "合计", fill={"color": _PALE[0]}, data_labels=label)
        series(at + 2, "增加", fill={"color": _PALE[1]}, data_labels=label)
        series(at + 3, "减少", fill={"color": _PALE[2]}, data_labels=label)
    else:
        for number, one in enumerate(chart.series):
            if chart.kind != "bar" or one.mark != "target":
                series(number + 1, one.name, **_look(chart, number, label))
    _axes(drawing, chart)
    return drawing


def _look(chart: Chart, number: int, label: dict[str, Any]) -> dict[str, Any]:
    one = chart.series[number]
    colour = COLOURS[number % len(COLOURS)]
    if one.mark == "target":
        return {"line": {"color": TARGET, "dash_type": "dash", "width": 1.5}, "marker": {"type": "none"}}
    if one.mark == "line":
        return {"line": {"color": colour, "width": 2}, "marker": {"type": "none"}}
    if one.mark == "point":
        marker = {"type": "diamond", "size": 9, "fill": {"color": colour}, "border": {"color": colour}}
        return {"line": {"none": True}, "marker": marker, "data_labels": {**label, "position": "above"}}
    drawn = sum(value is not None for each in chart.series for value in each.values)
    look: dict[str, Any] = {"fill": {"color": colour}, "gap": 60 if len(chart.categories) > 3 else 220}
    if chart.kind == "stacked":
        return {**look, "overlap": 100}
    return {**look, "data_labels": label} if drawn <= _LABELLED else look


def _axes(drawing: Any, chart: Chart) -> None:
    font = {"name": FONT, "size": 9}
    numbers: dict[str, Any] = {
        "num_format": "0%" if chart.unit == "share" else "0",
        "num_font": font,
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
        "line": {"none": True},
    }
    names: dict[str, Any] = {"num_font": font}
    values = chart.values()
    if chart.kind in ("line", "waterfall") and chart.unit != "days":
        floor = _floor(chart)
        numbers["min"] = floor
        if chart.unit == "share":
            numbers["num_format"] = "0.0%" if max(values) - floor < 0.1 else "0%"
    if len(chart.categories) > 20:
        names["interval_unit"] = names["interval_tick"] = max(1, len(chart.categories) // 8)
    if chart.kind == "bar":  # xlsxwriter calls the upright axis y; its bars carry their figures
        drawing.set_y_axis({**names, "reverse": True})
        drawing.set_x_axis({**numbers, "visible": False, "major_gridlines": {"visible": False}, "min": 0})
    elif chart.kind == "step":
        drawing.set_x_axis(
            {"num_font": font, "num_format": '0"天"', "min": 0, "max": int(chart.categories[-1])}
        )
        drawing.set_y_axis({**numbers, "min": 0, "max": 1})
    else:
        drawing.set_x_axis(names)
        drawing.set_y_axis(numbers)
    drawing.set_title({"none": True})
    if chart.kind == "waterfall":
        drawing.set_legend({"position": "bottom", "font": font, "delete_series": [0]})
    elif sum(chart.kind != "bar" or one.mark != "target" for one in chart.series) > 1:
        drawing.set_legend({"position": "bottom", "font": font})
    else:
        drawing.set_legend({"none": True})
    drawing.set_chartarea({"border": {"none": True}})


def _floor(chart: Chart) -> float:
    """Where an axis begins that does not begin at zero: a round number somewhat below the least value."""
    if chart.kind == "waterfall":
        level, levels = 0.0, []
        for at, value in enumerate(chart.series[0].values):
            level = float(value or 0) if at in (0, len(chart.categories) - 1) else level + float(value or 0)
            levels.append(level)
    else:
        levels = chart.values()
    low, high = min(levels), max(levels)
    room = (high - low) * 0.5 or abs(low) * 0.1 or 1.0
    step: float = 10 ** (len(str(int(room / (0.0001 if chart.unit == "share" else 1)))) - 1)
    step *= 0.0001 if chart.unit == "share" else 1
    return max(0.0, round((low - room) // step * step, 6))


def embedded(chart: Chart, created: date) -> tuple[bytes, bytes]:
    """For Word: the drawing as XML, and the workbook its data stand in."""
    packed = io.BytesIO()
    with Workbook(packed, title=chart.title, created=created) as book:
        sheet = book.sheet("数据")
        write_data(book, sheet, 0, chart)
        sheet.insert_chart("H2", add_chart(book, "数据", 0, chart))
    data = packed.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        drawing = parts.read("xl/charts/chart1.xml")
    drawing = explicit(drawing)
    linked = b'<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    head, mark, rest = drawing.partition(b"<c:printSettings>")
    del rest
    assert mark, "a chart of the workbook ends in its print settings"
    return head + linked + b"</c:chartSpace>", data


def explicit(drawing: bytes) -> bytes:
    """What Excel takes for granted said outright: labels show values alone, lines are not smoothed.

    LibreOffice takes a missing element for true.
    """
    shown = b'<c:showVal val="1"/>'
    others = b"".join(
        b'<c:%s val="0"/>' % name
        for name in (b"showCatName", b"showSerName", b"showPercent", b"showBubbleSize")
    )
    drawing = drawing.replace(shown, b'<c:showLegendKey val="0"/>' + shown + others)
    if b"<c:lineChart>" in drawing or b"<c:scatterChart>" in drawing:
        drawing = drawing.replace(b'<c:smooth val="1"/>', b"").replace(
            b"</c:ser>", b'<c:smooth val="0"/></c:ser>'
        )
    return drawing


def write_data(book: Workbook, sheet: Any, row: int, chart: Chart) -> int:
    """The data of a chart from ``row`` on, headers first; the first free row after them."""
    headers, rows = rows_of(chart)
    number = book.style("share" if chart.unit == "share" else "count")
    for column, header in enumerate(headers):
        sheet.write_string(row, column, header, book.style("header"))
    for cells in rows:
        row += 1
        for column, value in enumerate(cells):
            if isinstance(value, str) and not (chart.kind == "step" and value.isdigit()):
                sheet.write_string(row, column, value, book.style("text"))
            elif value is not None:
                sheet.write_number(row, column, float(value), number if column else book.style("count"))
    return row + 1
