"""Nights, bases, work-lists, reports and releases."""

from typing import Annotated

import typer

from jianhui.cli.context import as_of, context, parse_day, parse_instant
from jianhui.cli.options import AsJson, Day, KnownAt, Out, Person, Reason
from jianhui.cli.talk import command, pick, put, put_json, put_table, say
from jianhui.core.errors import UsageError
from jianhui.stages.context import When


@command
def nightly(date: Day = None, as_json: AsJson = False) -> None:
    """每夜主任务 Inbox → events → identity → build → gate → release, work-lists."""
    from jianhui.stages import intake, night

    ctx = context()
    for outcome in intake.receive_inbox(ctx):
        say(*outcome.sentences())
    result = night.publish(ctx, parse_day(date), progress=say)
    if as_json:
        put_json(result.as_dict())
    else:
        put(result.text(pick("zh", "en")))


base_app = typer.Typer(help="固化基数 The frozen base", no_args_is_help=True)


@base_app.command("freeze")
@command
def base_freeze(
    plan_year: Annotated[int, typer.Option("--plan-year", help="计划年度 plan year")],
    reason: Reason,
    by: Person = "",
) -> None:
    """把当前发布的在册基数固化为计划年度的清单 Freeze the live base of the current release as the list of a
    plan year.
    """
    from jianhui.stages import base

    frozen = base.freeze(context(), plan_year, reason, by)
    say(*frozen.sentences())
    put(frozen.list_name)


@base_app.command("list")
@command
@as_of
def base_list(when: When, as_json: AsJson = False) -> None:
    """列出已固化的清单 The lists that were frozen, with counts."""
    from jianhui.stages import base

    lists = base.lists(context(), when)
    if as_json:
        put_json(lists)
    elif lists:
        put_table(
            lists,
            [
                ("list_name", pick("清单名称", "list")),
                ("plan_year", pick("年度", "plan year")),
                ("frozen_on", pick("固化日期", "frozen on")),
                ("n", pick("企业数", "enterprises")),
            ],
        )
    else:
        say("还没有固化基数清单。", "No base list has been frozen.")


@command
@as_of
def worklist(
    when: When,
    district: Annotated[str | None, typer.Option("--district", metavar="CODE", help="区划代码")] = None,
    out: Out = None,
) -> None:
    """未建会企业台账 The gap list of the current release (or of another day) as ledgers to work with."""
    from jianhui.stages import night

    for path in night.worklists(context(), district, out, when, progress=say):
        put(str(path))


@command
def report(
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="2014Q1", help="季度 quarter")] = None,
    known_at: KnownAt = None,
    out: Out = None,
    month: Annotated[
        str | None, typer.Option("--month", metavar="2014-02", help="月度简报 bulletin of a month")
    ] = None,
    district: Annotated[
        list[str] | None, typer.Option("--district", metavar="CODE", help="区市县版 edition of a district")
    ] = None,
    is_printed: Annotated[bool, typer.Option("--pdf/--no-pdf", help="是否生成 PDF with PDF")] = True,
    edit_templates: Annotated[
        bool, typer.Option("--edit-templates", help="取出 Word 模板供修改 copies of the templates to edit")
    ] = False,
) -> None:
    """季度通报、月度简报 The report of a quarter or a month, from a release that passed its gate."""
    from jianhui.stages import quarter as quarters
    from jianhui.stages import reporting

    ctx = context()
    if edit_templates:
        for path in reporting.templates(ctx):
            put(str(path))
        return
    if (quarter is None) == (month is None):
        raise UsageError(
            "no_period",
            "请指明季度或月份。",
            "Name a quarter or a month.",
            next_step="--quarter 2014Q1 | --month 2014-02",
        )
    codes = tuple(district or ())
    if quarter is not None:
        known = parse_instant(known_at)
        written = quarters.report(
            ctx, quarter, known, out, districts=codes, is_printed=is_printed, progress=say
        ).report
    else:
        assert month is not None
        written = reporting.monthly(ctx, month, out, districts=codes, is_printed=is_printed, progress=say)
    for path in written.files:
        put(str(path))
