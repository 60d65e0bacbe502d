"""Review: uncertain links to a person and back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jianhui.cli.context import as_of, context
from jianhui.cli.options import AsJson, Reason
from jianhui.cli.talk import command, language, pick, put, put_json, put_table, say
from jianhui.core.clock import SHANGHAI
from jianhui.core.errors import ExitCode, JianhuiError, UsageError, Where
from jianhui.stages.context import When

if TYPE_CHECKING:
    from jianhui.publish.review_questions import Item, Question, Sample
    from jianhui.resolve.judgements import Verdict
    from jianhui.stages.review import Sitting

review_app = typer.Typer(
    help="人工判断：拿不准的关联交人判断，再收回来 Review: uncertain links to a person and back",
    no_args_is_help=True,
)

Judge = Annotated[str, typer.Option("--by", help="判断人姓名（加密保存） who judges (kept in the vault)")]


@review_app.command("export")
@command
def review_export(
    out: Annotated[Path | None, typer.Option("--out", help="输出文件 .xlsx")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="至多多少条记录 records at most")] = 200,
    sample: Annotated[
        list[str] | None,
        typer.Option(
            "--sample",
            metavar="TIER:N",
            help="从某类依据随机抽 N 个混入，unmatched 为未匹配 draw N pairs of a tier and mix them in",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="抽样种子 seed of the draw")] = 0,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="在终端逐题判断，可中断后继续 one at a time, can be resumed")
    ] = False,
    by: Judge = "",
) -> None:
    """导出待判断的关联，影响大的在前 Uncertain links, blind, those first that move the rate most."""
    from jianhui.publish.review_questions import Request
    from jianhui.stages import review

    request = Request(limit, tuple(_sample(word) for word in sample or ()), seed)
    if terminal:
        _judge_here(review.Sitting(context(), request, by))
        return
    path, paper = review.export(context(), request, out)
    say(
        f"{len(paper.items)} 条记录、{paper.n_questions} 个候选。填好后：jianhui review import … --by 姓名",
        f"{len(paper.items)} records, {paper.n_questions} candidates. Next: jianhui review import",
    )
    put(str(path))


@review_app.command("import")
@command
def review_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="填好的判断表 .xlsx")],
    by: Judge,
    as_json: AsJson = False,
) -> ExitCode:
    """读入填好的判断表 Take in a filled-in paper. Exit 2 when rows are refused; the others are recorded."""
    from jianhui.stages.review_intake import take_in

    taken = take_in(context(), file, by)
    if as_json:
        put_json(taken.as_dict())
    else:
        for error in taken.refused:
            put(error.message(language()))
    say(*taken.sentences())
    return ExitCode.USAGE if taken.refused else ExitCode.DONE


@review_app.command("score")
@command
@as_of
def review_score(when: When, as_json: AsJson = False) -> None:
    """判断一致性、各类依据的准确率与查全率 Agreement, precision and recall, with Wilson 95 % intervals."""
    from jianhui.stages import review

    result = review.score(context(), when, progress=say)
    if as_json:
        put_json(result.as_dict())
    else:
        put(result.text(language()))


@review_app.command("list")
@command
@as_of
def review_list(
    when: When,
    names: Annotated[bool, typer.Option("--names", help="显示判断人姓名 judges by name")] = False,
    as_json: AsJson = False,
) -> None:
    """列出判断，新的在前 Judgements, newest first, and which of them hold."""
    from jianhui.stages import judging

    rows = judging.listed(context(), when, names=names)
    if as_json:
        put_json(rows)
    elif rows:
        put_table(
            [{**row, **_in_words(row)} for row in rows],
            [
                ("judgement_id", pick("编号", "id")),
                ("judged_at", pick("时间", "judged at")),
                ("state", pick("状态", "state")),
                ("verdict", pick("判断", "verdict")),
                ("feed", pick("来源", "feed")),
                ("record_key", pick("记录键", "record key")),
                ("about", pick("对象", "about")),
                ("by", pick("判断人", "by")),
                ("reason", pick("理由", "reason")),
            ],
        )
    else:
        say("还没有判断。", "Nothing has been judged.")


@review_app.command("judge")
@command
def review_judge(
    feed: Annotated[str, typer.Argument(metavar="FEED", help="数据源，commerce 为两条工商记录")],
    record_key: Annotated[str, typer.Argument(metavar="KEY", help="记录键 record key")],
    by: Judge,
    reason: Reason,
    same: Annotated[
        str | None, typer.Option("--same", metavar="ID", help="是这家企业 it is this one")
    ] = None,
    different: Annotated[
        str | None, typer.Option("--different", metavar="ID", help="不是这家企业 it is not this one")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="不属于本市任何企业 none of the city's")] = False,
) -> None:
    """直接登记一个判断 Record one judgement; of commerce, ID is the other record's key."""
    from jianhui.resolve.judgements import COMMERCE
    from jianhui.stages import judging

    chosen: list[tuple[Verdict, str | None]] = []
    if same is not None:
        chosen.append(("same", same))
    if different is not None:
        chosen.append(("different", different))
    if none:
        chosen.append(("none", None))
    if len(chosen) != 1 or (feed == COMMERCE and none):
        raise UsageError(
            "judge_what",
            "须且只须说明一种判断。",
            "State exactly one judgement.",
            next_step="--same ID | --different ID | --none",
        )
    ((verdict, other),) = chosen
    of_commerce = feed == COMMERCE
    judgement_id = judging.judge(
        context(),
        feed,
        record_key,
        verdict,
        by=by,
        reason=reason,
        enterprise_id=None if of_commerce else other,
        other_key=other if of_commerce else None,
    )
    say("已登记，下一夜起生效。", "Recorded; it counts from the next night on.")
    put(judgement_id)


@review_app.command("withdraw")
@command
def review_withdraw(
    judgement_id: Annotated[str, typer.Argument(metavar="ID")], reason: Reason, by: Judge
) -> None:
    """撤回判断（保留并注明） Take a judgement back: it stays in the log, with the reason."""
    from jianhui.stages import judging

    judging.withdraw(context(), judgement_id, reason, by)
    say(
        f"{judgement_id} 已撤回，下一夜起不再起作用。", f"{judgement_id} is withdrawn from the next night on."
    )


_STATES = {"stands": "有效", "withdrawn": "已撤回", "overruled": "被后来的判断取代", "no_effect": "不影响"}
_VERDICTS = {"same": "同一家", "different": "不是", "none": "均不是", "unsure": "无法判断"}


def _in_words(row: dict[str, Any]) -> dict[str, str]:
    """What a reader sees otherwise than a program: the time in Shanghai, words for codes."""
    shown = {"judged_at": f"{row['judged_at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}"}
    if language() == "zh":
        shown |= {"state": _STATES[row["state"]], "verdict": _VERDICTS[row["verdict"]]}
    return shown


def _sample(word: str) -> "Sample":
    from jianhui.publish.review_questions import Sample

    tier, _, n = word.rpartition(":")
    if not (tier and n.isdecimal() and int(n) > 0):
        raise UsageError(
            "bad_sample",
            f"抽样写法不对：{word}",
            f"not a sample: {word}",
            where=Where(field="sample", value=word),
            next_step="--sample name:50",
        )
    return Sample(tier, int(n))


_KEYS: dict[str, "Verdict"] = {"y": "same", "n": "different", "u": "unsure", "0": "none"}


def _judge_here(sitting: "Sitting") -> None:
    """One question at a time; every answer is recorded at once, so stopping loses nothing."""
    say(
        "y 同一家  n 不是  u 无法判断  0 均不是  s 跳过  q 停止（下次从这里继续）",
        "y same  n different  u cannot tell  0 none of them  s skip  q stop (and go on from here next time)",
    )
    done: set[str] = set()
    n_answered = 0
    for number, item, question in sitting.questions(lambda item: item.record_key not in done):
        _show(number, len(sitting.paper.items), item, question)
        key = _key()
        if key == "q":
            break
        if key == "s":
            continue
        try:
            sitting.answer(item, question, _KEYS[key])
        except JianhuiError as error:
            typer.echo(error.message(language()), err=True)
            continue
        n_answered += 1
        if _KEYS[key] in ("same", "none"):
            done.add(item.record_key)
    say(f"本次登记 {n_answered} 条。", f"{n_answered} recorded.")


def _show(number: int, total: int, item: "Item", question: "Question") -> None:
    from jianhui.publish.report_words import FEED_NAMES
    from jianhui.publish.review_sheet import COLUMNS

    record = {**item.says, "feed": pick(FEED_NAMES.get(item.feed, item.feed), item.feed)}
    put(f"\n── {number}/{total} ──")
    for side, says, title in (
        ("record", record, pick("记录", "record")),
        ("enterprise", question.says, pick("企业", "enterprise")),
    ):
        put(title)
        for column in COLUMNS:
            if column.side == side and says.get(column.source) not in (None, ""):
                put(f"  {column.header}  {says[column.source]}")


def _key() -> str:
    """One key of those offered; others are passed over. The end of the input stops."""
    while True:
        key = (typer.getchar() if sys.stdin.isatty() else sys.stdin.read(1)).lower()
        if key in _KEYS or key in ("s", "q"):
            return key
        if key in ("\x03", "\x04", ""):
            return "q"
