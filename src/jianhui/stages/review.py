"""Review: uncertain links to a person, as a workbook or at the terminal, and what the answers tell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.publish.release_index import CURRENT, show
from jianhui.publish.report_source import Release
from jianhui.publish.review_questions import (
    Item,
    Paper,
    Question,
    Request,
    Said,
    Unit,
    ask,
    draw,
    linked_units,
    records_asked,
)
from jianhui.publish.review_score import Score, score_judgements
from jianhui.publish.review_sheet import paper_name, write_paper
from jianhui.resolve.judgements import NONE, Judgement, Verdict, read_judgements, standing_links, unit_of
from jianhui.resolve.said import said_by_records, said_of_enterprises
from jianhui.stages import as_of
from jianhui.stages.context import NOW, AsOf, Context, When
from jianhui.stages.judging import Desk, clean_reason, known_at, pseudonyms
from jianhui.stages.publishing import Progress, silent


def paper(context: Context, request: Request) -> Paper:
    """What is to be judged of the current release. Raises ``UsageError`` before the first night, and
    ``nothing_to_review``."""
    published = show(context.settings)
    as_of = AsOf(published.valid_on, published.known_at)
    release = Release(published.folder)
    known = known_at(context, as_of)
    asked = records_asked(release, request)
    records = {
        feed: versions.join(asked.filter(pl.col("feed") == feed), on="record_key_raw", how="semi")
        for feed, versions in known.records.items()
    }
    said = Said(
        said_by_records(records, as_of.valid_on), said_of_enterprises(known.enterprises, as_of.valid_on)
    )
    ids = known.identities.records.get_column("enterprise_id")
    judgements = read_judgements(context.log.ledger())
    settled = standing_links(judgements, ids, known.identities.superseded)
    return ask(release, said, settled, request)


def export(context: Context, request: Request, out: Path | None) -> tuple[Path, Paper]:
    """Write the paper as a workbook (default: ``worklists/review/`` of the home); its path, and the paper.

    A file that is there already is never overwritten: somebody may have filled it in.
    """
    asked = paper(context, request)
    path = out or context.settings.worklists / "review" / paper_name(asked)
    if path.exists():
        raise UsageError(
            "file_exists",
            "文件已经存在，可能已有人填写，不予覆盖",
            "the file is there already and may have been filled in; it is not overwritten",
            where=Where(file=str(path)),
            next_step="--out …",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_paper(path, asked)
    return path, asked


@dataclass(frozen=True)
class Origin:
    """Where an answer was asked for: the paper, its release, what the release linked (feed, unit, enterprise
    → basis), and what the paper drew at random (unit → enterprise → tier). Of an unknown paper nothing."""

    export_id: str | None
    release_id: str | None
    basis: Mapping[tuple[str, str, str], str]
    drawn: Mapping[Unit, Mapping[str, str]]

    def judgement(
        self,
        record: Mapping[str, Any],
        enterprise_id: str,
        question: str,
        verdict: Verdict,
        *,
        by: str,
        reason: str,
    ) -> Judgement:
        """The judgement of an answer. ``record``: a row of ``said_by_records``; ``by``: a pseudonym."""
        feed = record["feed"]
        unit = (feed, unit_of(feed, record["record_key_raw"]))
        tiers = self.drawn.get(unit, {})
        is_none = verdict == NONE
        return Judgement(
            feed=feed,
            record_key=record["record_key"],
            verdict=verdict,
            by=by,
            reason=clean_reason(reason),
            enterprise_id=None if is_none else enterprise_id,
            question_id=question,
            export_id=self.export_id,
            release_id=self.release_id,
            basis=None if is_none else self.basis.get((*unit, enterprise_id)),
            drawn=min(tiers.values(), default=None) if is_none else tiers.get(enterprise_id),
        )


def origin(
    context: Context, export_id: str | None, release_id: str | None, request: Request | None
) -> Origin:
    """Works out where answers come from: what the release linked, and what the request drew from it."""
    if release_id is None or request is None:
        return Origin(export_id, release_id, {}, {})
    release = Release(show(context.settings, release_id).folder)
    basis = {
        (feed, unit, enterprise): found for feed, unit, enterprise, found in linked_units(release).iter_rows()
    }
    return Origin(export_id, release_id, basis, draw(release, request))


class Sitting:
    """One person at the terminal, one question at a time; every answer is in the log at once.

    Who stops and comes back goes on where they stopped: what they answered, with what was shown, is known.
    """

    def __init__(self, context: Context, request: Request, by: str) -> None:
        self.paper = paper(context, request)
        self._by = pseudonyms(context, [by])[by]
        self._desk = Desk(context, {item.feed for item in self.paper.items})
        self._origin = origin(context, self.paper.export_id, self.paper.release_id, request)

    def questions(self, is_open: Callable[[Item], bool]) -> Iterator[tuple[int, Item, Question]]:
        """Questions this person has not answered, with the number of their item.

        ``is_open`` is asked before each whether its item still needs an answer.
        """
        answered = {
            one.question_id for one in self._desk.judgements() if one.by == self._by and not one.withdrawal
        }
        for number, item in enumerate(self.paper.items, start=1):
            for question in item.questions:
                if question.question_id not in answered and is_open(item):
                    yield number, item, question

    def answer(self, item: Item, question: Question, verdict: Verdict, reason: str = "") -> None:
        """Record an answer. Raises ``UsageError`` when it contradicts what stands."""
        new = self._origin.judgement(
            item.says, question.enterprise_id, question.question_id, verdict, by=self._by, reason=reason
        )
        refused = self._desk.record([new]).refused
        if refused:
            raise refused[0]


def score(context: Context, when: When = NOW, *, progress: Progress = silent) -> Score:
    """Agreement of judges, precision of each tier and recall, from the judgements in the log (of then).

    The tiers are weighed by what the current release (or the city as of ``when``) links. Raises
    ``UsageError`` before the first night.
    """
    published = as_of.source(context, CURRENT, when, progress=progress)
    judgements = read_judgements(context.log.ledger(when.settled_at))
    return score_judgements(judgements, Release(published.folder))
