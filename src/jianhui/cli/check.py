"""Checking a list: union status of every firm on it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jianhui.cli.context import as_of, context
from jianhui.cli.options import AsJson
from jianhui.cli.talk import command, language, pick, put_json, put_table, say
from jianhui.stages.context import When

if TYPE_CHECKING:
    from jianhui.publish.check_answers import Answer


@command
@as_of
def check(
    when: When,
    file: Annotated[Path, typer.Argument(metavar="LIST.xlsx", help="名单 list of firms, xlsx or csv")],
    out: Annotated[Path | None, typer.Option("--out", help="结果文件 .xlsx workbook to write")] = None,
    as_json: AsJson = False,
) -> None:
    """名单上每家企业的建会情况 Union status of every firm on a list, with evidence; unsure ones marked."""
    from jianhui.stages import checking

    ctx = context()
    checked = checking.check(ctx, file, when, progress=say)
    path = checking.write(ctx, checked, out)
    if as_json:
        put_json({**checked.as_dict(), "workbook": str(path)})
    else:
        zh = language() == "zh"
        put_table(
            [_line(one, zh) for one in checked.answers],
            [
                ("number", pick("序号", "no.")),
                ("asked", pick("名单所列", "asked")),
                ("match", pick("对应", "match")),
                ("union", pick("建会情况", "union")),
                ("name", pick("企业（工商登记）", "enterprise")),
                ("by", pick("工会", "union of")),
                ("since", pick("覆盖起始", "since")),
                ("look", pick("须核", "look at")),
            ],
        )
    told = checked.as_dict()
    say(
        f"数据截至 {told['valid_on']}：共 {told['rows']} 行，已建会 {told['has_union']}，"
        f"未建会 {told['no_union']}，不能回答 {told['unknown']}；须核实 {told['unsure']}。结果：{path}",
        f"As of {told['valid_on']}: {told['rows']} rows, {told['has_union']} with a union, "
        f"{told['no_union']} without, {told['unknown']} cannot be said; {told['unsure']} to look at. {path}",
    )


def _line(one: "Answer", zh: bool) -> dict[str, object]:
    from jianhui.publish.check_words import MATCHES, UNION_STATUSES
    from jianhui.publish.check_xlsx import remark_text
    from jianhui.publish.explain_words import word

    return {
        "number": one.row.number,
        "asked": one.row.name or one.row.code,
        "match": word(MATCHES, one.match, zh),
        "union": word(UNION_STATUSES, one.union_status, zh),
        "name": one.name or "、".join(candidate.name or "" for candidate in one.candidates),
        "by": one.union_name or one.union_id,
        "since": one.covered_since,
        "look": "" if one.is_sure else f"? {remark_text(one, zh)}",
    }
