"""Union status of every firm on a list: linked like a feed, answered from a release, kept nowhere."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jianhui.core.errors import DeliveryRefused, UsageError, Where
from jianhui.intake.containers import file_bytes
from jianhui.intake.contract import load_contract
from jianhui.publish.check_answers import Answer, answer_rows
from jianhui.publish.check_list import read_list
from jianhui.publish.check_xlsx import write_answers
from jianhui.publish.release_index import CURRENT
from jianhui.publish.report_source import Manifest, Release
from jianhui.resolve.claims import CHECK_LIST
from jianhui.resolve.links import link
from jianhui.resolve.weighing import model_in
from jianhui.stages import as_of
from jianhui.stages.context import NOW, AsOf, Context, When
from jianhui.stages.judging import known_at as recognised_at
from jianhui.stages.publishing import Progress, silent

LIST_CONTRACT = Path("lists") / "check.yml"
"""Below the folder of the feed contracts: the headers a list may have."""


@dataclass(frozen=True)
class Checked:
    """The answers to a list. ``passed_over``: sheets without a column that names firms."""

    title: str
    manifest: Manifest
    answers: tuple[Answer, ...]
    passed_over: tuple[str, ...]
    districts: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        statuses = Counter(one.union_status for one in self.answers)
        return {
            "list": self.title,
            "release_id": self.manifest.release_id,
            "valid_on": self.manifest.valid_on,
            "known_at": self.manifest.known_at,
            "rows": len(self.answers),
            "has_union": statuses["has_union"],
            "no_union": statuses["no_union"],
            "unknown": statuses["unknown"],
            "unsure": sum(not one.is_sure for one in self.answers),
            "sheets_passed_over": list(self.passed_over),
            "answers": [one.as_dict() for one in self.answers],
        }


def check(
    context: Context,
    file: Path,
    when: When = NOW,
    *,
    progress: Progress = silent,
) -> Checked:
    """Answer every row of ``file`` (xlsx or csv) from the current release, or as of a day and moment.

    Nothing of the list is kept, in the log or elsewhere. Raises ``UsageError`` ``no_such_file``,
    ``unreadable_list``, ``empty_list``; and what ``as_of.source`` raises before the first night.
    """
    data = file_bytes(file)
    published = as_of.source(context, CURRENT, when, progress=progress)
    contract = load_contract(context.settings.contracts / LIST_CONTRACT)
    try:
        asked = read_list(data, file.name, contract, published.valid_on)
    except DeliveryRefused as refusal:
        raise UsageError(
            "unreadable_list",
            f"名单无法读取：{refusal.zh}",
            f"the list cannot be read: {refusal}",
            where=refusal.where,
            next_step="须有“企业名称”或“统一社会信用代码”一列 / a column for name or code is needed",
        ) from refusal
    if not asked.rows:
        raise UsageError(
            "empty_list",
            "名单只有表头，没有一行",
            "the list has a header and not a single row",
            where=Where(file=file.name),
            next_step="jianhui check LIST.xlsx",
        )
    progress(f"对应 {len(asked.rows)} 行…", f"recognising {len(asked.rows)} rows…")
    known = recognised_at(context, AsOf(published.valid_on, published.known_at), ())
    links = link(
        {CHECK_LIST: asked.records},
        known.enterprises,
        known.identities.superseded,
        model_in(context.settings.model) if context.settings.model else None,
    )
    release = Release(published.folder)
    answers = answer_rows(asked.rows, links.links, links.unmatched, release)
    return Checked(file.stem, release.manifest, answers, asked.passed_over, release.group_names("district"))


def write(context: Context, checked: Checked, out: Path | None) -> Path:
    """Write the answers as a workbook (default: below ``worklists/check/``, named after list and day).

    The same list, release and day give the same bytes; a file of that name that differs is never
    overwritten: somebody may have noted in it what they found.
    """
    name = f"{checked.title}_建会核查_{checked.manifest.valid_on.isoformat()}.xlsx"
    path = out or context.settings.worklists / "check" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.writing")
    try:
        write_answers(fresh, checked.title, checked.answers, checked.manifest, checked.districts)
        if path.exists() and path.read_bytes() != fresh.read_bytes():
            raise UsageError(
                "file_exists",
                "文件已经存在且内容不同，可能已有人填写，不予覆盖",
                "the file is there already and differs; it may have been filled in and is not overwritten",
                where=Where(file=str(path)),
                next_step="--out …",
            )
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path
