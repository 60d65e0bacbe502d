"""Explaining: from a figure, an enterprise or a pair to the line of the agency's file."""

from typing import Annotated

import typer

from jianhui.cli.context import AsJson, context
from jianhui.cli.talk import command, pick, put, put_json, say
from jianhui.core.errors import ExitCode, UsageError

explain_app = typer.Typer(
    help="追溯到报送文件的那一行 From a figure, an enterprise or a pair to the line of the agency's file",
    no_args_is_help=True,
)

Release = Annotated[str, typer.Option("--release", help="发布 release id, current or a quarter")]
Limit = Annotated[
    int | None, typer.Option("--limit", min=1, help="列出多少户 members shown (text: 5, json: all)")
]
SHOWN_MEMBERS = 5


@explain_app.command("number")
@command
def number(
    release: Annotated[str, typer.Argument(metavar="RELEASE|QUARTER", help="发布或季度，如 2014Q1、current")],
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="指标，如 coverage_rate")],
    table: Annotated[str | None, typer.Option("--table", help="数据表 table")] = None,
    district: Annotated[str | None, typer.Option("--district", metavar="CODE|NAME", help="区市县")] = None,
    grouping: Annotated[str | None, typer.Option("--grouping", help="分组 grouping")] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="CODE|NAME", help="组 group")] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="live|frozen|live_25|due", help="基数")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY|MONTH", help="日期或月份 day or month")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="行的条件 rows of a table")
    ] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> ExitCode:
    """一个数从哪里来 What stands behind a figure. Exit 1 if its members do not give it again."""
    from jianhui.publish.explain_asked import Asked
    from jianhui.publish.explain_number_text import number_text
    from jianhui.publish.sql import plain
    from jianhui.stages import explaining

    asked = Asked(measure, table, district, grouping, group, base, on, _conditions(where or []))
    shown = limit if as_json or limit else SHOWN_MEMBERS
    explained = explaining.number(context(), release, asked, shown)
    if as_json:
        put_json(plain(explained.as_dict()))
    else:
        put(number_text(explained, pick("zh", "en"), shown or SHOWN_MEMBERS))
    if explained.is_reproduced:
        return ExitCode.DONE
    say("逐户复算与发布不一致。", "Counting the members again does not give the published figure.")
    return ExitCode.BUG


@explain_app.command("enterprise")
@command
def enterprise(
    asked: Annotated[str, typer.Argument(metavar="ID|USCC|NAME", help="企业编号、代码或名称")],
    release: Release = "current",
    as_json: AsJson = False,
) -> None:
    """一户企业为什么这样统计 Its records, both clocks, bases, cover, gap and staff, each with its line."""
    from jianhui.publish.explain_enterprise_text import enterprise_text
    from jianhui.publish.sql import plain
    from jianhui.stages import explaining

    told = explaining.enterprise(context(), release, asked)
    if as_json:
        put_json(plain(told.as_dict()))
    else:
        put(enterprise_text(told, pick("zh", "en")))


def _conditions(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(
                "bad_condition",
                f"条件写法不对：{text}",
                f"not a condition: {text}",
                next_step="--where feed=hr",
            )
        found[name.strip()] = value.strip()
    return found
