"""A paper that came back: each filled-in row becomes a judgement, or is refused with the reason."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jianhui.core.errors import JianhuiError, UsageError, Where
from jianhui.core.text import display
from jianhui.publish.review_answers import Answer, Returned, read_paper
from jianhui.publish.review_questions import question_id
from jianhui.publish.review_sheet import ANSWERS, COLUMNS
from jianhui.resolve.judgements import NONE, SAME, Judgement, Verdict, unit_of
from jianhui.stages.context import Context
from jianhui.stages.judging import Desk, pseudonyms
from jianhui.stages.review import origin


@dataclass(frozen=True)
class Imported:
    """What became of a returned paper. ``refused``: one error per row that was not taken in."""

    n_recorded: int
    n_already: int
    n_blank: int
    refused: tuple[JianhuiError, ...]

    def sentences(self) -> tuple[str, str]:
        """What to say, in Chinese and English."""
        if not (self.n_recorded or self.refused):
            if self.n_already:
                return (
                    f"没有新的判断：{self.n_already} 条都已登记过，没有重复登记。",
                    f"Nothing new: all {self.n_already} answers are on record; none is recorded twice.",
                )
            return "没有填写任何判断。", "No answer is filled in."
        return (
            f"登记 {self.n_recorded} 条，已登记过 {self.n_already} 条，未填 {self.n_blank} 行，"
            f"退回 {len(self.refused)} 行。",
            f"{self.n_recorded} recorded, {self.n_already} on record already, {self.n_blank} rows blank, "
            f"{len(self.refused)} refused.",
        )

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "recorded": self.n_recorded,
            "already_recorded": self.n_already,
            "blank": self.n_blank,
            "refused": [
                {"code": error.code, "message": error.zh, "next_step": error.next_step, **vars(error.where)}
                for error in self.refused
            ],
        }


def take_in(context: Context, file: Path, by: str) -> Imported:
    """Take in a filled-in paper: its answers become judgements, all of them in one line of the log.

    ``by``: the judge of the rows that name none. Rows that contradict each other or what stands, that were
    altered, or whose record or enterprise says something else by now, are refused one by one; the others
    are recorded. What is on record already is not recorded again, so that a corrected file is simply
    handed in once more. Raises ``UsageError`` for a file that is no paper.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(
            "no_file", "文件无法读取", f"the file cannot be read: {error}", where=Where(file=str(file))
        ) from error
    returned = read_paper(data, file.name)
    people = pseudonyms(context, [by, *(answer.judge or by for answer in returned.answers)])
    desk = Desk(context, {answer.feed for answer in returned.answers})
    check = _Rows(desk, returned, file.name)
    refused: dict[int, JianhuiError] = {}
    good: list[tuple[Answer, Judgement]] = []
    for answer in returned.answers:
        result = check.judgement(answer, people[answer.judge or by])
        if isinstance(result, Judgement):
            good.append((answer, result))
        else:
            refused[answer.line] = result
    refused.update(_contradictions(good, file.name))
    good = [(answer, judgement) for answer, judgement in good if answer.line not in refused]
    fresh = _fresh(good, desk.judgements())
    # What was ruled out goes first: it makes room for another "same" of the record.
    fresh.sort(key=lambda pair: (pair[1].verdict == SAME, pair[0].line))
    digest = hashlib.sha256(data).hexdigest()
    recorded = desk.record(
        [judgement for _, judgement in fresh], export_id=returned.export_id, file_sha256=digest
    )
    for place, why in recorded.refused.items():
        refused[fresh[place][0].line] = _at(why, file.name, fresh[place][0].line)
    return Imported(
        n_recorded=len(recorded.ids),
        n_already=len(good) - len(fresh),
        n_blank=returned.n_blank,
        refused=tuple(refused[line] for line in sorted(refused)),
    )


class _Rows:
    """Turns rows of a returned paper into judgements, or says why not."""

    def __init__(self, desk: Desk, returned: Returned, file_name: str) -> None:
        self.returned = returned
        self.file_name = file_name
        superseded = dict(desk.enterprises.superseded.iter_rows())
        successor = {
            one.enterprise_id: superseded.get(one.enterprise_id, one.enterprise_id)
            for one in returned.answers
        }
        said = desk.said((answer.record_key for answer in returned.answers), successor.values())
        self.records = {(row["feed"], row["record_key"]): row for row in said.records.iter_rows(named=True)}
        told = {row["enterprise_id"]: row for row in said.enterprises.iter_rows(named=True)}
        self.enterprises = {one: told[now] for one, now in successor.items() if now in told}
        self.origin = origin(desk.context, returned.export_id, returned.release_id, returned.request)

    def judgement(self, answer: Answer, by: str) -> Judgement | JianhuiError:
        """The judgement of a row."""
        verdict = ANSWERS.get(answer.answer)
        if verdict is None:
            return self._error(
                answer,
                "bad_answer",
                "判断",
                answer.answer,
                f"只能填写：{'、'.join(ANSWERS)}",
                f"the answer is one of: {', '.join(ANSWERS)}",
            )
        record = self.records.get((answer.feed, answer.record_key))
        enterprise = self.enterprises.get(answer.enterprise_id)
        if record is None or enterprise is None:
            field, value = (
                ("记录键", answer.record_key) if record is None else ("企业编号", answer.enterprise_id)
            )
            return self._error(
                answer,
                "gone",
                field,
                value,
                "这条记录或企业现已不在库中，或编号被改动",
                "the record or enterprise is no longer there, or the id was altered",
            )
        unit = (answer.feed, unit_of(answer.feed, answer.record_key))
        if question_id(unit, answer.enterprise_id, record, enterprise) != answer.question_id:
            return self._stale(answer, record, enterprise)
        return self.origin.judgement(
            record, answer.enterprise_id, answer.question_id, verdict, by=by, reason=answer.reason
        )

    def _stale(self, answer: Answer, record: dict[str, Any], enterprise: dict[str, Any]) -> JianhuiError:
        """Which printed cell no longer says what the record says; else an id was altered."""
        for column in COLUMNS:
            if (
                column.side not in ("record", "enterprise")
                or column.style == "day"
                or column.source == "feed"
            ):
                continue
            now = (record if column.side == "record" else enterprise)[column.source]
            if (display(now) or "") != answer.shown[column.header]:
                return self._error(
                    answer,
                    "changed_since",
                    column.header,
                    answer.shown[column.header],
                    f"导出之后内容已经变化，现为“{now or ''}”；请按新内容重新判断",
                    f"it says something else since the export: {now or ''}; judge it anew",
                    next_step="jianhui review export",
                )
        return self._error(
            answer,
            "row_altered",
            "题目编号",
            answer.question_id,
            "该行的编号与内容不符，可能被改动或错行",
            "the ids of the row do not belong to what it shows; it was altered or shifted",
        )

    def _error(
        self, answer: Answer, code: str, field: str, value: str, zh: str, en: str, *, next_step: str = ""
    ) -> JianhuiError:
        step = next_step or "改正后重新提交整份文件 / correct the row and hand in the file again"
        return UsageError(
            code, zh, en, where=Where(self.file_name, answer.line, field, value), next_step=step
        )


def _contradictions(good: Sequence[tuple[Answer, Judgement]], file_name: str) -> dict[int, JianhuiError]:
    """Rows of one judge that cannot all be so: two answers on one pair, two enterprises for one record."""
    found: dict[int, JianhuiError] = {}
    by_unit: dict[tuple[str, str, str], list[tuple[Answer, Judgement]]] = {}
    for answer, judgement in good:
        by_unit.setdefault((judgement.by, judgement.feed, judgement.unit), []).append((answer, judgement))
    for rows in by_unit.values():
        verdicts: dict[tuple[str, str, str], set[str]] = {}
        for _, judgement in rows:
            verdicts.setdefault(judgement.pair, set()).add(judgement.verdict)
        placed = {judgement.pair for _, judgement in rows if judgement.verdict in (SAME, NONE)}
        for answer, judgement in rows:
            is_double = len(verdicts[judgement.pair]) > 1
            if is_double or (len(placed) > 1 and judgement.verdict in (SAME, NONE)):
                lines = "、".join(str(other.line) for other, _ in rows if other.line != answer.line)
                found[answer.line] = UsageError(
                    "contradictory",
                    f"与第 {lines} 行矛盾：同一条记录只能属于一家企业，同一候选只能有一个判断",
                    f"contradicts line(s) {lines}: a record is one enterprise, a pair has one answer",
                    where=Where(file_name, answer.line, "判断", answer.answer),
                    next_step="改正后重新提交整份文件 / correct the rows and hand in the file again",
                )
    return found


def _fresh(
    good: Sequence[tuple[Answer, Judgement]], before: Sequence[Judgement]
) -> list[tuple[Answer, Judgement]]:
    """Answers that are not on record: neither from this paper (even if withdrawn since), nor in force."""
    told = {(one.export_id, one.question_id, one.by, one.verdict) for one in before}
    latest: dict[tuple[tuple[str, str, str], str], Verdict] = {}
    for one in before:
        if not one.withdrawal:
            latest[one.pair, one.by] = one.verdict
    fresh: list[tuple[Answer, Judgement]] = []
    seen = set()
    for answer, new in good:
        key = (new.export_id, new.question_id, new.by, new.verdict)
        twice = (new.pair, new.by, new.verdict)
        if key in told or latest.get((new.pair, new.by)) == new.verdict or twice in seen:
            continue
        seen.add(twice)
        fresh.append((answer, new))
    return fresh


def _at(error: JianhuiError, file_name: str, line: int) -> JianhuiError:
    where = Where(file_name, line, error.where.field, error.where.value)
    return UsageError(error.code, error.zh, error.en, where=where, next_step=error.next_step)
