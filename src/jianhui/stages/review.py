"""Review: uncertain links to a person, as a workbook or at the terminal, and what the answers tell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jianhui.core.errors import UsageError, Where
from jianhui.publish.release_index import show
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
)
from jianhui.publish.review_score import Score, score_judgements
from jianhui.publish.review_sheet import paper_name, write_paper
from jianhui.resolve.judgements import NONE, Judgement, Verdict, read_judgements, standing_links, unit_of
from jianhui.stages.context import AsOf, Context
from jianhui.stages.judging import Desk, clean_reason, known_at, pseudonyms, said_of


def paper(context: Context, request: Request) -> Paper:
    """What is to be judged of the current release. Raises ``UsageError`` before the first night, and
    ``nothing_to_review``."""
    published = show(context.settings)
    as_of = AsOf(published.valid_on, published.known_at)
    known = known_at(context, as_of)
    ids = known.identities.records.get_column("enterprise_id")
    judgements = read_judgements(context.log.ledger())
    settled = standing_links(judgements, ids, known.identities.superseded)
    return ask(Release(published.folder), said_of(known, context, as_of), settled, request)


def export(context: Context, request: Request, out: Path | None) -> tuple[Path, Paper]:
    """Write the paper as a workbook (default: ``review/`` of the home); its path, and the paper.

    A file that is there already is never overwritten: somebody may have filled it in.
    """
    asked = paper(context, request)
    path = out or context.settings.home / "review" / paper_name(asked)
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
        self, place: tuple[str, str, str], question: str, verdict: Verdict, by: str, reason: str
    ) -> Judgement:
        """The judgement of an answer. ``place``: feed, record key, enterprise id; ``by``: a pseudonym."""
        feed, record_key, enterprise = place
        unit = (feed, unit_of(feed, record_key))
        tiers = self.drawn.get(unit, {})
        is_none = verdict == NONE
        return Judgement(
            feed=feed,
            record_key=record_key,
            verdict=verdict,
            by=by,
            reason=clean_reason(reason),
            enterprise_id=None if is_none else enterprise,
            question_id=question,
            export_id=self.export_id,
            release_id=self.release_id,
            basis=None if is_none else self.basis.get((*unit, enterprise)),
            drawn=min(tiers.values(), default=None) if is_none else tiers.get(enterprise),
        )


def origin(
    context: Context, said: Said, export_id: str | None, release_id: str | None, request: Request | None
) -> Origin:
    """Works out where answers come from: what the release linked, and what the request drew from it."""
    if release_id is None or request is None:
        return Origin(export_id, release_id, {}, {})
    release = Release(show(context.settings, release_id).folder)
    linked = linked_units(release, said.records).select("feed", "unit", "enterprise_id", "link_basis")
    basis = {(feed, unit, enterprise): found for feed, unit, enterprise, found in linked.iter_rows()}
    return Origin(export_id, release_id, basis, draw(release, said.records, request))


class Sitting:
    """One person at the terminal, one question at a time; every answer is in the log at once.

    Who stops and comes back goes on where they stopped: what they answered, with what was shown, is known.
    """

    def __init__(self, context: Context, request: Request, by: str) -> None:
        self.paper = paper(context, request)
        self._by = pseudonyms(context, [by])[by]
        self._desk = Desk(context)
        asked = self.paper
        self._origin = origin(context, self._desk.said, asked.export_id, asked.release_id, request)

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
        place = (item.feed, item.record_key, question.enterprise_id)
        new = self._origin.judgement(place, question.question_id, verdict, self._by, reason)
        refused = self._desk.record([new]).refused
        if refused:
            raise refused[0]


def score(context: Context) -> Score:
    """Agreement of judges, precision of each tier and recall, from the judgements in the log.

    The tiers are weighed by what the current release links. Raises ``UsageError`` before the first night.
    """
    published = show(context.settings)
    release = Release(published.folder)
    return score_judgements(read_judgements(context.log.ledger()), release)
