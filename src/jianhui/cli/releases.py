"""Releases: what there is, what it rests on, how it moved, what becomes of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jianhui.cli.context import as_of, context, parse_day, parse_instant
from jianhui.cli.options import (
    AsJson,
    Base,
    Day,
    District,
    Group,
    Grouping,
    KnownAt,
    On,
    Out,
    Person,
    Reason,
    Table,
)
from jianhui.cli.talk import command, language, pick, put, put_json, put_rows, put_table, say
from jianhui.core.clock import SHANGHAI
from jianhui.core.errors import ExitCode
from jianhui.stages.context import When

if TYPE_CHECKING:
    from jianhui.publish.compare import Comparison
    from jianhui.stages.quarter_life import Done

Release = Annotated[str, typer.Argument(metavar="ID", help="发布、季度或 current")]

release_app = typer.Typer(help="发布 Releases", no_args_is_help=True)


@release_app.command("list")
@command
@as_of
def release_list(when: When, as_json: AsJson = False) -> None:
    """列出发布 Releases, newest first."""
    from jianhui.stages import releases

    rows = releases.list_all(context(), when)
    put_rows(
        rows if as_json else [{**row, **_in_words(row)} for row in rows],
        [
            ("release_id", pick("发布", "release")),
            ("valid_on", pick("截面日", "valid on")),
            ("known_at", pick("知悉时间", "known at")),
            ("state", pick("状态", "state")),
            ("stage", pick("阶段", "stage")),
        ],
        as_json,
    )


_STATES = {
    "current": "当前",
    "passed": "有效",
    "superseded": "已被取代",
    "withdrawn": "已撤回",
    "blocked": "未通过",
}


def _in_words(row: Mapping[str, Any]) -> dict[str, str]:
    """What a reader sees otherwise than a program: the time in Shanghai, words for codes."""
    from jianhui.publish.life import STAGE_NAMES
    from jianhui.publish.report_words import BASE_NAMES

    shown = {"known_at": f"{row['known_at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}"}
    if language() == "zh":
        words = (("state", _STATES), ("stage", STAGE_NAMES), ("base_kind", BASE_NAMES))
        shown |= {name: names.get(row[name], row[name]) for name, names in words if name in row}
    return shown


@release_app.command("index")
@command
def release_index() -> None:
    """重写 releases/index.json（供其他系统跟读） Make releases/index.json again from folders and log."""
    from jianhui.stages import releases

    put(str(releases.write_index(context())))


@release_app.command("show")
@command
@as_of
def release_show(when: When, release: Release = "current") -> None:
    """发布清单 The manifest of a release and what became of it; or of the night that stood then."""
    from jianhui.stages import releases

    put_json(releases.show(context(), release, when))


@release_app.command("history")
@command
@as_of
def release_history(
    when: When,
    grouping: Grouping = "city",
    base: Base = None,
    as_json: AsJson = False,
) -> None:
    """历次公布的数与现在所知 Every rate as published, beside as now known; releases/history.parquet."""
    from jianhui.stages import history

    rows = history.rows(context(), grouping or "city", base, when, progress=say)
    put_rows(
        rows if as_json else [{**row, **_in_words(row)} for row in rows],
        [
            ("release_id", pick("发布", "release")),
            ("valid_on", pick("截面日", "valid on")),
            ("stage", pick("阶段", "stage")),
            ("group_name", pick("名称", "group")),
            ("base_kind", pick("口径", "base")),
            ("published", pick("公布时", "as published")),
            ("now", pick("现在所知", "as now known")),
            ("now_basis", pick("依据", "basis")),
        ],
        as_json,
    )


@release_app.command("verify")
@command
def release_verify(
    release: Release = "current",
    is_bytes_only: Annotated[
        bool, typer.Option("--bytes", help="只核对字节，不重算 bytes alone, no rebuild")
    ] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """核对并重算发布 Prove a release: its bytes, its log, and every table rebuilt from the log.

    Exit 5 when it is not as published, 1 when the same code gives another table.
    """
    from jianhui.stages import verifying

    proof = verifying.verify(context(), release, is_rebuilt=not is_bytes_only, progress=say)
    if as_json:
        put_json(proof.as_dict())
    else:
        for problem in proof.files:
            put(pick(problem.zh, problem.en))
        for sentence in (*proof.log, *(table.sentence() for table in proof.differing), *proof.changed):
            put(pick(*sentence))
    say(*proof.verdict())
    return proof.exit_code


@release_app.command("compare")
@command
@as_of
def release_compare(
    when: When,
    a: Annotated[str, typer.Argument(metavar="A", help="先前的发布 the earlier")],
    b: Annotated[
        str,
        typer.Argument(metavar="B", help="后来的发布，或用 --valid-on、--known-at 指明时点 the later"),
    ] = "current",
    table: Table = None,
    district: District = None,
    grouping: Grouping = None,
    group: Group = None,
    base: Base = None,
    on: On = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """比较两次发布并说明原因 Every figure that moved from A to B, split by cause.

    With a table, district, group or day: who moved that figure.
    """
    from jianhui.stages import comparing

    comparison = comparing.compare_releases(context(), a, b, when, progress=say)
    if not any((table, district, grouping, group, on)):
        _put_comparison(comparison, out, as_json)
        return
    from jianhui.publish.compare_behind import COVERAGE, behind, changed_cell

    cell = changed_cell(
        comparison,
        table or COVERAGE,
        grouping="district" if district else grouping,
        group=district or group,
        base=base or "live",
        on=on,
    )
    put_rows(
        behind(comparison, cell, pick("zh", "en")),
        [
            ("cause", pick("原因", "cause")),
            ("event", pick("事由", "what befell it")),
            ("measure", pick("指标", "measure")),
            ("member_key", pick("企业编号", "enterprise")),
            ("name", pick("企业名称", "name")),
            ("change", pick("增减", "change")),
        ],
        as_json,
    )


@command
@as_of
def what_if(
    when: When,
    policy: Annotated[
        Path, typer.Option("--policy", help="规则文件 CSV 或 YAML rules that replace those in force")
    ],
    release: Annotated[str, typer.Option("--release", help="发布 release")] = "current",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """换一套规则试算（不发布） The same night under other rules: both results, and the difference."""
    from jianhui.stages import what_if as trying

    _put_comparison(trying.what_if(context(), policy, release, when, progress=say), out, as_json)


def _put_comparison(comparison: "Comparison", out: Path | None, as_json: bool) -> None:
    """A comparison on the terminal, and as files where a folder is given."""
    from jianhui.publish.compare_cells import CAUSE_NAMES
    from jianhui.publish.compare_files import write_comparison
    from jianhui.publish.compare_words import short_table, statement

    if out is not None:
        for path in write_comparison(comparison, out):
            say(str(path), str(path))
    if as_json:
        put_json(comparison.as_dict())
        return
    names = {cause: pick(*words) for cause, words in CAUSE_NAMES.items()}
    columns = [
        ("base", pick("口径", "base")),
        ("measure", pick("指标", "measure")),
        ("a", pick("前", "before")),
        *names.items(),
        ("b", pick("后", "after")),
    ]
    put_table(short_table(comparison), columns)
    put("")
    if pick("zh", "en") == "zh":
        put(statement(comparison).rstrip("\n"))
    else:
        for _, note in comparison.notes:
            put(f"* {note}")


@release_app.command("plan")
@command
def release_plan(
    date: Day = None,
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="2014Q1", help="季度 quarter")] = None,
    known_at: KnownAt = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """预览：将发布什么、与上次有何不同（不留存） What would be released now, and what it would change."""
    from jianhui.stages import planning

    plan = planning.plan(
        context(),
        valid_on=parse_day(date),
        quarter=quarter,
        known_at=parse_instant(known_at),
        progress=say,
    )
    if as_json:
        put_json(plan.as_dict())
        return
    for sentence in plan.sentences():
        put(pick(*sentence))
    if plan.comparison is not None:
        _put_comparison(plan.comparison, out, as_json=False)


@release_app.command("sign")
@command
def release_sign(
    release: Release, by: Person, note: Annotated[str, typer.Option("--note", help="备注 note")] = ""
) -> None:
    """签发季度发布 A named person vouches for a quarter that passed its gate."""
    from jianhui.stages import quarter_life

    _put_done(quarter_life.sign(context(), release, by, note))


@release_app.command("publish")
@command
def release_publish(
    release: Release,
    by: Person,
    reason: Annotated[str, typer.Option("--reason", help="修订理由 why, of a revision")] = "",
) -> None:
    """公布已签发的季度发布；再次公布即修订 Give out a signed quarter; again is a revision, with notice."""
    from jianhui.stages import quarter_life

    _put_done(quarter_life.publish(context(), release, by, reason, progress=say))


@release_app.command("enter")
@command
def release_enter(
    file: Annotated[Path, typer.Argument(metavar="CSV", help="此前公布的数 figures with their source")],
    by: Person,
    reason: Reason = "",
) -> None:
    """录入日志开始之前公布的数（注明出处） Enter figures of before the log, with their source."""
    from jianhui.stages import quarter_life

    _put_done(quarter_life.enter(context(), file, by, reason))


@release_app.command("withdraw")
@command
def release_withdraw(release: Release, reason: Reason, by: Person) -> None:
    """撤回发布（保留并注明） Withdraw a release: it stays, marked, with the reason."""
    from jianhui.stages import quarter_life

    _put_done(quarter_life.withdraw(context(), release, reason, by))


def _put_done(done: "Done") -> None:
    say(done.zh, done.en)
    for path in done.files:
        put(str(path))
