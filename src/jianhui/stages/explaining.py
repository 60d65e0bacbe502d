"""Explaining: from a figure, an enterprise or a pair to the lines of the agencies' files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jianhui.publish.explain_asked import Asked
from jianhui.publish.explain_cells import CellMeant, find_cell
from jianhui.publish.explain_enterprise import EnterpriseExplanation, explain_enterprise
from jianhui.publish.explain_number import Explanation, explain_number
from jianhui.publish.explain_pair import PairExplanation, explain_pair
from jianhui.publish.explain_source import Book, opened
from jianhui.resolve.judgements import read_judgements
from jianhui.stages import as_of
from jianhui.stages.context import NOW, Context, When
from jianhui.stages.publishing import Progress, silent


@contextmanager
def book(context: Context, release: str, when: When = NOW, *, progress: Progress = silent) -> Iterator[Book]:
    """A release (an id, ``current``, a quarter), or its day as known otherwise, opened for explaining."""
    source = as_of.source(context, release, when, progress=progress)
    with opened(context.settings, source) as found:
        yield found


def number(
    context: Context,
    release: str,
    asked: Asked,
    limit: int | None,
    when: When = NOW,
    *,
    progress: Progress = silent,
) -> Explanation:
    """The figure taken apart; ``limit``: how many members with their lines, None for all."""
    with book(context, release, when, progress=progress) as found:
        return explain_number(found, asked, limit)


def enterprise(
    context: Context, release: str, asked: str, when: When = NOW, *, progress: Progress = silent
) -> EnterpriseExplanation:
    """The enterprise meant by ``asked`` (id, code, record key or name) taken apart."""
    with book(context, release, when, progress=progress) as found:
        return explain_enterprise(found, asked)


def cell(context: Context, file: Path, address: str) -> CellMeant:
    """The figure or enterprise that a cell of a published workbook shows."""
    return find_cell(context.settings, file, address)


def pair(
    context: Context,
    release: str,
    left: str,
    right: str,
    when: When = NOW,
    *,
    progress: Progress = silent,
) -> PairExplanation:
    """Why ``left`` (``feed:record_key`` or an enterprise) and the enterprise ``right`` are one or not."""
    with book(context, release, when, progress=progress) as found:
        judged = read_judgements(context.log.ledger(found.release.known_at))
        return explain_pair(found, left, right, judged)
