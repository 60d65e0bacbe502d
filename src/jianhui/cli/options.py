"""Options that several verbs take: each is written once, so they mean and look the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

Day = Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="日期 civil day in Shanghai")]
ValidOn = Annotated[
    str | None, typer.Option("--valid-on", metavar="YYYY-MM-DD", help="截面日 the day asked of")
]
KnownAt = Annotated[str | None, typer.Option("--known-at", metavar="INSTANT", help="知悉时间 known time")]
AsJson = Annotated[bool, typer.Option("--json", help="供程序读取 for a program")]
Out = Annotated[Path | None, typer.Option("--out", help="输出文件夹 folder")]
Person = Annotated[str, typer.Option("--by", help="经办人 who decides")]
Reason = Annotated[str, typer.Option("--reason", help="理由 why")]

Table = Annotated[str | None, typer.Option("--table", help="数据表 table")]
District = Annotated[str | None, typer.Option("--district", metavar="CODE|NAME", help="区市县 district")]
Grouping = Annotated[
    str | None,
    typer.Option("--grouping", help="分组，如 district、street、industry grouping"),
]
Group = Annotated[str | None, typer.Option("--group", metavar="CODE|NAME", help="组 group")]
Base = Annotated[str | None, typer.Option("--base", metavar="live|frozen|live_25|due", help="基数 base")]
On = Annotated[str | None, typer.Option("--on", metavar="DAY|MONTH", help="日期或月份 day or month")]
