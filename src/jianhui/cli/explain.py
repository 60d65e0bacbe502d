"""Explaining: from a figure, an enterprise or a pair to the line of the agency's file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianhui.cli.context import as_of, context
from jianhui.cli.options import AsJson, Base, District, Group, Grouping, On, Table
from jianhui.cli.talk import command, pick, put, put_json, say
from jianhui.core.errors import ExitCode, UsageError
from jianhui.stages.context import When

if TYPE_CHECKING:
    from jianhui.publish.explain_asked import Asked
    from jianhui.publish.explain_cells import CellMeant

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
@as_of
def number(
    when: When,
    release: Annotated[
        str | None, typer.Argument(metavar="RELEASE|QUARTER", help="发布或季度，如 2014Q1、current")
    ] = None,
    measure: Annotated[str | None, typer.Argument(metavar="MEASURE", help="指标，如 coverage_rate")] = None,
    table: Table = None,
    district: District = None,
    grouping: Grouping = None,
    group: Group = None,
    base: Base = None,
    on: On = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="行的条件 rows of a table")
    ] = None,
    cell: Annotated[
        tuple[Path, str] | None,
        typer.Option("--cell", metavar="FILE.xlsx SHEET!B7", help="通报或台账的单元格 a cell of a workbook"),
    ] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> ExitCode:
    """一个数从哪里来 What stands behind a figure. Exit 1 if its members do not give it again."""
    from jianhui.publish.explain_asked import Asked
    from jianhui.stages import explaining

    if cell is not None:
        meant = explaining.cell(context(), *cell)
        _say_cell(meant)
        if meant.asked is None:
            return _show_enterprise(when, str(meant.enterprise_id), meant.release.release_id, as_json)
        return _show_number(when, meant.release.release_id, meant.asked, limit, as_json)
    if measure is None and not when.is_now:  # as of a day and moment there need be no release to name
        release, measure = "current", release
    if release is None or measure is None:
        raise UsageError(
            "which_number",
            "哪个数？",
            "Which number?",
            next_step="jianhui explain number current coverage_rate",
        )
    asked = Asked(measure, table, district, grouping, group, base, on, _conditions(where or []))
    return _show_number(when, release, asked, limit, as_json)


def _say_cell(meant: "CellMeant") -> None:
    if not meant.is_as_published:
        say(
            f"{meant.address}“{meant.header}”写着 {meant.shown}，发布的是 {meant.published}：表被改过。",
            f"{meant.address} “{meant.header}” shows {meant.shown}, published was {meant.published}.",
        )
    else:
        say(
            f"{meant.address}“{meant.header}” = {meant.shown}",
            f"{meant.address} “{meant.header}” = {meant.shown}",
        )


def _show_number(when: When, release: str, asked: "Asked", limit: int | None, as_json: bool) -> ExitCode:
    from jianhui.publish.explain_number_text import number_text
    from jianhui.publish.sql import plain
    from jianhui.stages import explaining

    shown = limit if as_json or limit else SHOWN_MEMBERS
    explained = explaining.number(context(), release, asked, shown, when, progress=say)
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
@as_of
def enterprise(
    when: When,
    asked: Annotated[str, typer.Argument(metavar="ID|USCC|NAME", help="企业编号、代码或名称")],
    release: Release = "current",
    as_json: AsJson = False,
) -> None:
    """一户企业为什么这样统计 Its records, both clocks, bases, cover, gap and staff, each with its line."""
    _show_enterprise(when, asked, release, as_json)


@explain_app.command("pair")
@command
@as_of
def pair(
    when: When,
    left: Annotated[str, typer.Argument(metavar="FEED:KEY|ENTERPRISE", help="记录或企业，如 hr:21D00000008")],
    right: Annotated[str, typer.Argument(metavar="ENTERPRISE", help="企业编号、代码或名称")],
    release: Release = "current",
    as_json: AsJson = False,
) -> None:
    """两者为什么是或不是同一家 Every feature, both values, weight, rule and judgement."""
    from jianhui.publish.explain_pair_text import pair_text
    from jianhui.publish.sql import plain
    from jianhui.stages import explaining

    told = explaining.pair(context(), release, left, right, when, progress=say)
    if as_json:
        put_json(plain(told.as_dict()))
    else:
        put(pair_text(told, pick("zh", "en")))


def _show_enterprise(when: When, asked: str, release: str, as_json: bool) -> ExitCode:
    from jianhui.publish.explain_enterprise_text import enterprise_text
    from jianhui.publish.sql import plain
    from jianhui.stages import explaining

    told = explaining.enterprise(context(), release, asked, when, progress=say)
    if as_json:
        put_json(plain(told.as_dict()))
    else:
        put(enterprise_text(told, pick("zh", "en")))
    return ExitCode.DONE


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
