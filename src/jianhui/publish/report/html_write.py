"""The page: the bulletin's own words as Word has them, its charts as SVG, its tables; one file, no network.

The text is taken from the rendered bulletin, so what a department changed in its template stands here too.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from docx.table import Table as WordTable

from jianhui.publish.report.chart import Chart
from jianhui.publish.report.chart_svg import svg
from jianhui.publish.report.context import Report
from jianhui.publish.report.docx_write import marked
from jianhui.publish.report.section import Table
from jianhui.publish.report_figures import percent
from jianhui.publish.xlsx import Cell, Column, chinese_date

_TAGS = {
    "公文标题": "h1",
    "一级标题": "h2",
    "附件标题": "h2",
    "说明标题": "h3",
    "图题": "figcaption",
    "图注": "small",
    "主送机关": "p class=to",
    "发文机关": "p class=sign",
    "成文日期": "p class=sign",
    "附件": "p class=part",
}
_LONG = 60
"""Tables of more rows are folded."""

_STYLE = """
:root{--ink:#1c1c1c;--soft:#666;--line:#d8d8d8;--head:#eef2f7;--accent:#2f5c8a}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#f4f4f2;line-height:1.75;
font-family:'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',SimHei,sans-serif}
main{max-width:1040px;margin:0 auto;background:#fff;padding:40px 56px 64px}
h1{font-size:1.7rem;line-height:1.4;text-align:center;margin:.2em 0 1em}
h2{font-size:1.2rem;margin:1.8em 0 .6em;border-left:4px solid var(--accent);padding-left:.6em}
h3{font-size:1.02rem;margin:1.3em 0 .4em}
p{margin:.5em 0;text-align:justify;text-indent:2em}
p.to,p.sign,p.part,p.meta{text-indent:0}p.sign{text-align:right}p.part,p.meta{color:var(--soft)}
b{font-weight:600}
figure{margin:1.6em 0;break-inside:avoid}figcaption{font-weight:600;margin-bottom:.5em}
figure svg{width:100%;height:auto;display:block}svg.narrow{display:none!important}
small,.reason{color:var(--soft);font-size:.85rem;display:block}
.scroll{overflow-x:auto;margin:.6em 0}
table{border-collapse:collapse;font-size:.86rem;width:100%;font-variant-numeric:tabular-nums}
th,td{border:1px solid var(--line);padding:.28em .6em;text-align:right;white-space:nowrap}
th{background:var(--head);font-weight:600;text-align:center}td.t{text-align:left;white-space:normal;min-width:5em}
details{margin:.6em 0}summary{cursor:pointer;font-weight:600}
nav{columns:2;font-size:.92rem;margin:1em 0}nav a{display:block;color:var(--accent);text-decoration:none}
@media(max-width:720px){main{padding:20px 14px 40px}h1{font-size:1.3rem}nav{columns:1}
svg.wide{display:none!important}svg.narrow{display:block!important}}
@media print{body{background:#fff}main{max-width:none;padding:0}nav{display:none}}
"""


def write_html(path: Path, report: Report, bulletin: Any) -> None:
    """The page of ``report`` from its rendered ``bulletin`` (charts not drawn yet)."""
    body = "\n".join(_body(report, bulletin))
    tables = "\n".join(_table(number, table) for number, table in enumerate(report.tables, start=1))
    links = "".join(
        f'<a href="#t{number}">{escape(table.title)}</a>'
        for number, table in enumerate(report.tables, start=1)
    )
    title = escape(f"{report.title}{report.copy}")
    path.write_text(
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>\n{body}\n"
        f"<h2>数据表</h2><nav>{links}</nav>\n{tables}\n"
        f'<p class="meta">数据截至{chinese_date(report.manifest.valid_on)}，'
        f"版本 {escape(report.manifest.release_id)}。</p>\n</main></body></html>\n",
        encoding="utf-8",
    )


def _body(report: Report, bulletin: Any) -> Iterator[str]:
    charts = {one.key: one for one in report.charts}
    inside = False
    for block in bulletin.iter_inner_content():
        if isinstance(block, WordTable):
            yield _word_table(block)
            continue
        text, style = block.text.strip(), block.style.name
        if not text:
            continue
        if style == "图题":
            inside = True
            yield f"<figure><figcaption>{escape(text)}</figcaption>"
        elif inside and style == "图":
            key = marked(text)
            yield _drawn(charts[key]) if key else f'<span class="reason">{escape(text)}</span>'
            if not key or not charts[key].note:
                yield "</figure>"
                inside = False
        elif inside and style == "图注":
            yield f"<small>{escape(text)}</small></figure>"
            inside = False
        else:
            yield _paragraph(block, style)


def _paragraph(block: Any, style: str) -> str:
    tag = _TAGS.get(style, "p")
    name, _, attribute = tag.partition(" class=")
    opening = f'<{name} class="{attribute}">' if attribute else f"<{name}>"
    runs = [run for run in block.runs if run.text]
    if name == "p" and len(runs) > 1 and runs[0].font.name == "楷体":
        rest = "".join(run.text for run in runs[1:])
        return f"{opening}<b>{escape(runs[0].text)}</b>{escape(rest)}</{name}>"
    return f"{opening}{escape(block.text.strip())}</{name}>"


def _drawn(chart: Chart) -> str:
    wide = svg(chart).replace("<svg ", '<svg class="wide" ', 1)
    return wide + svg(chart, narrow=True).replace("<svg ", '<svg class="narrow" ', 1)


def _word_table(table: WordTable) -> str:
    header, *rows = [[cell.text for cell in row.cells] for row in table.rows]
    head = "".join(f"<th>{escape(text)}</th>" for text in header)
    body = "".join(
        "<tr>"
        + "".join(f"<td{' class=t' if at == 0 else ''}>{escape(t)}</td>" for at, t in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _table(number: int, table: Table) -> str:
    heading = f'<h3 id="t{number}">{escape(table.title)}</h3>'
    if not table.rows:
        return f'{heading}<span class="reason">{escape(table.reason or "本期没有数据。")}</span>'
    head = "".join(f"<th>{escape(column.header)}</th>" for column in table.columns)
    rows = "".join(_row(table, cells) for cells in table.rows)
    grid = f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    if len(table.rows) > _LONG:
        grid = f"<details><summary>共{len(table.rows)}行，展开查看</summary>{grid}</details>"
    return heading + grid


def _row(table: Table, cells: Any) -> str:
    shown = zip(table.columns, cells, strict=True)
    return "<tr>" + "".join(_cell(column, value) for column, value in shown) + "</tr>"


def _cell(column: Column, value: Cell) -> str:
    kind = " class=t" if column.style in ("text", "code") else ""
    return f"<td{kind}>{escape(written(column, value))}</td>"


def written(column: Column, value: Cell) -> str:
    """A cell as the page shows it."""
    if value is None or value == "":
        return "—" if column.style in ("count", "share", "day") else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.style == "share" and isinstance(value, int | float | Decimal):
        return percent(value if isinstance(value, Decimal) else Decimal(str(value)))
    return value.isoformat() if isinstance(value, date) else str(value)
