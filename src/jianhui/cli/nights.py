"""Nights, bases, work-lists, reports and releases."""

from pathlib import Path
from typing import Annotated

import typer

from jianhui.cli.context import AsJson, Day, KnownAt, context, parse_day, parse_instant
from jianhui.cli.deliveries import Person, Reason
from jianhui.cli.talk import command, pick, put, put_json, put_table, say
from jianhui.core.errors import ExitCode

Out = Annotated[Path | None, typer.Option("--out", help="输出文件夹 folder")]


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
def base_list(as_json: AsJson = False) -> None:
    """列出已固化的清单 The lists that were frozen, with counts."""
    from jianhui.stages import base

    lists = base.lists(context())
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
def worklist(
    district: Annotated[str | None, typer.Option("--district", metavar="CODE", help="区划代码")] = None,
    out: Out = None,
) -> None:
    """未建会企业台账 The gap list of the current release as ledgers to work with."""
    from jianhui.stages import night

    for path in night.worklists(context(), district, out):
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


release_app = typer.Typer(help="发布 Releases", no_args_is_help=True)


@release_app.command("list")
@command
def release_list(as_json: AsJson = False) -> None:
    """列出发布 Releases, newest first."""
    from jianhui.stages import releases

    rows = releases.list_all(context())
    if as_json:
        put_json(rows)
        return
    put_table(
        rows,
        [
            ("release_id", pick("发布", "release")),
            ("valid_on", pick("截面日", "valid on")),
            ("known_at", pick("知悉时间", "known at")),
            ("state", pick("状态", "state")),
        ],
    )


@release_app.command("show")
@command
def release_show(release: Annotated[str, typer.Argument(metavar="ID")] = "current") -> None:
    """发布清单 The manifest of a release."""
    from jianhui.stages import releases

    put_json(releases.show(context(), release))


@release_app.command("verify")
@command
def release_verify(release: Annotated[str, typer.Argument(metavar="ID")] = "current") -> ExitCode:
    """核对发布 Prove that a release is still, byte for byte, what was published. Exit 5 when it is not."""
    from jianhui.stages import releases

    problems = releases.verify(context(), release)
    for problem in problems:
        put(pick(problem.zh, problem.en))
    if problems:
        say(f"{len(problems)} 处与发布时不符。", f"{len(problems)} thing(s) are not as published.")
        return ExitCode.LOG_DAMAGED
    say("与发布时逐字节一致。", "Byte for byte as published.")
    return ExitCode.DONE


@release_app.command("withdraw")
@command
def release_withdraw(
    release: Annotated[str, typer.Argument(metavar="ID")], reason: Reason, by: Person
) -> None:
    """撤回发布（保留并注明） Withdraw a release: it stays, marked, with the reason."""
    from jianhui.stages import releases

    say(*releases.withdraw(context(), release, reason, by))
