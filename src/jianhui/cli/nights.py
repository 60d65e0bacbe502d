"""Nights, bases, work-lists, reports and releases."""

from typing import Annotated

import typer

from jianhui.cli.context import as_of, context, parse_day, parse_instant
from jianhui.cli.options import AsJson, Day, KnownAt, Out, Person, Reason
from jianhui.cli.talk import command, pick, put, put_json, put_table, say
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
    quarter: Annotated[str, typer.Option("--quarter", metavar="2014Q1", help="季度 quarter")],
    known_at: KnownAt = None,
    out: Out = None,
) -> None:
    """季度通报 The quarterly report, from a release that passed its gate."""
    from jianhui.stages import quarter as quarters

    result = quarters.report(context(), quarter, parse_instant(known_at), out, progress=say)
    for path in result.report:
        put(str(path))
