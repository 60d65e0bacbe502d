"""Reading: SQL, the proof of the log, how things stand, the rules in force."""

from dataclasses import replace
from typing import Annotated

import typer

from jianhui.cli.context import as_of, context, parse_day
from jianhui.cli.options import AsJson
from jianhui.cli.talk import command, pick, put, put_json, put_rows, say
from jianhui.core.errors import ExitCode, UsageError
from jianhui.stages.context import When


@command
@as_of
def sql(
    when: When,
    query: Annotated[str, typer.Argument(metavar="SQL", help="select …")],
    release: Annotated[str, typer.Option("--release", help="发布 release id")] = "current",
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json", help="输出形式")] = "table",
    as_json: AsJson = False,
) -> None:
    """查询发布 Read a release, or what held on a day as known at a moment; read-only."""
    from jianhui.stages import releases

    shown = "json" if as_json else form
    put(releases.query(context(), query, release, shown, when, progress=say))


@command
def replay(
    verify: Annotated[bool, typer.Option("--verify", help="验证日志 prove the log")] = False,
) -> ExitCode:
    """从落地文件重推事件并验证日志 Re-derive the events and prove the log. Exit 5 when it is damaged."""
    from jianhui.stages import intake

    if not verify:
        raise UsageError("replay_what", "要做什么？", "Replay what?", next_step="jianhui replay --verify")
    problems = intake.verify(context())
    for problem in problems:
        put(problem.message(pick("zh", "en")))
    if problems:
        say(f"日志有 {len(problems)} 处损坏。", f"The log is damaged in {len(problems)} place(s).")
        return ExitCode.LOG_DAMAGED
    say("日志完好：每个事件段都能从落地文件重推出来。", "The log proves itself: every segment is re-derived.")
    return ExitCode.DONE


@command
@as_of
def status(when: When, as_json: AsJson = False) -> None:
    """现状 How things stand, or stood: log, feeds, held deliveries, current release."""
    from jianhui.stages import releases

    shown = releases.status(context(), when)
    if as_json:
        put_json(shown.data)
    else:
        put(shown.text(pick("zh", "en")))


@command
def doctor(as_json: AsJson = False) -> ExitCode:
    """检查环境 What is wrong with the set-up, and what to do about it."""
    from jianhui.stages import releases

    findings = releases.doctor(context())
    if as_json:
        put_json([finding.as_dict() for finding in findings])
    for finding in findings if not as_json else ():
        put(finding.text(pick("zh", "en")))
    return ExitCode.USAGE if any(finding.is_fatal for finding in findings) else ExitCode.DONE


policy_app = typer.Typer(help="口径与规则 Policy", no_args_is_help=True)


@policy_app.command("show")
@command
@as_of
def policy_show(
    when: When,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="同 --valid-on the same")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """某日有效的规则 The rules in force on a day, with source and confidence, as now or then."""
    from jianhui.stages import releases

    rows = releases.policy_in_force(context(), replace(when, valid_on=parse_day(date) or when.valid_on))
    put_rows(
        rows,
        [
            ("rule_key", pick("规则", "rule")),
            ("value", pick("值", "value")),
            ("unit", pick("单位", "unit")),
            ("confidence", pick("可信度", "confidence")),
            ("source", pick("来源", "source")),
        ],
        as_json,
    )
