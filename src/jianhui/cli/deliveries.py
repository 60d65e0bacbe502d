"""Taking in deliveries, and what is held back of them."""

from pathlib import Path
from typing import Annotated

import typer

from jianhui.cli.context import as_of, context, parse_day
from jianhui.cli.options import AsJson, Out, Person, Reason
from jianhui.cli.talk import command, pick, put, put_json, put_table, say
from jianhui.core.errors import ExitCode
from jianhui.stages.context import When


@command
def receive(
    feed: Annotated[str, typer.Argument(metavar="FEED", help="数据源 feed, e.g. commerce")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="文件 files")],
    reference_date: Annotated[
        str | None, typer.Option("--reference-date", metavar="YYYY-MM-DD", help="基准日 the day described")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="full|delta", help="全量或增量")] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """接收报送文件 Take in deliveries. Exit 4 when one is held in quarantine."""
    from jianhui.stages import intake

    outcomes = intake.receive(context(), feed, files, parse_day(reference_date), kind)
    if as_json:
        put_json([outcome.as_row() for outcome in outcomes])
    for outcome in outcomes:
        say(*outcome.sentences())
    held = any(outcome.is_held for outcome in outcomes)
    return ExitCode.QUARANTINED if held else ExitCode.DONE


quarantine_app = typer.Typer(
    help="隔离区：什么被拦下，为什么 What is held back, and why", no_args_is_help=True
)


@quarantine_app.command("list")
@command
@as_of
def quarantine_list(when: When, as_json: AsJson = False) -> None:
    """列出待处理的整件与坏行 Held deliveries, and deliveries with bad rows."""
    from jianhui.stages import intake

    items = intake.quarantine_list(context(), when)
    if as_json:
        put_json(items)
    elif items:
        put_table(
            items,
            [
                ("delivery_id", pick("报送", "delivery")),
                ("file_name", pick("文件", "file")),
                ("verdict", pick("处置", "verdict")),
                ("rows_quarantined", pick("坏行", "bad rows")),
                ("note", pick("原因", "reason")),
            ],
        )
    else:
        say("隔离区是空的。", "Nothing is in quarantine.")


@quarantine_app.command("show")
@command
@as_of
def quarantine_show(
    when: When,
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY")],
    as_json: AsJson = False,
) -> None:
    """逐行说明原因 The held delivery and its bad rows, with line, field, value and rule."""
    from jianhui.stages import intake

    held = intake.quarantine_show(context(), delivery, when)
    rows = held.rows()
    if as_json:
        put_json({"delivery": vars(held.delivery), "rows": rows})
        return
    told = held.delivery
    say(
        f"{told.feed} {told.file_name}：{told.verdict}。{told.note}",
        f"{told.feed} {told.file_name}: {told.verdict}. {told.note}",
    )
    put_table(
        rows,
        [
            ("sheet", pick("表", "sheet")),
            ("line", pick("行", "line")),
            ("field", pick("字段", "field")),
            ("value", pick("内容", "value")),
            (pick("reason_zh", "reason_en"), pick("原因", "reason")),
        ],
    )


@quarantine_app.command("release")
@command
def quarantine_release(
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY")], by: Person, reason: Reason
) -> None:
    """放行整件 Let a held delivery into the log, by a person and with a reason."""
    from jianhui.stages import intake

    say(*intake.quarantine_release(context(), delivery, by, reason).sentences())


@quarantine_app.command("reject")
@command
def quarantine_reject(
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY")], by: Person, reason: Reason
) -> None:
    """退回整件 Reject a held delivery; it stays on record and asserts nothing."""
    from jianhui.stages import intake

    say(*intake.quarantine_reject(context(), delivery, by, reason).sentences())


@command
def slip(
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY")],
    out: Out = None,
) -> None:
    """退件单 The agency's own bad lines as xlsx, to send back."""
    from jianhui.stages import intake

    put(str(intake.slip(context(), delivery, out or Path.cwd())))
