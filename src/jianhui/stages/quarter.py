"""The quarter: a release as of its last day with its cut-off, and the report."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jianhui.core.clock import end_of_civil_day
from jianhui.core.errors import NothingChanged, UsageError
from jianhui.publish.compare import Comparison
from jianhui.publish.compare_files import STATEMENT, write_comparison
from jianhui.publish.digests import provenance
from jianhui.publish.release import COMPARISON, REPORT
from jianhui.publish.release_index import PublishedRelease, list_releases, next_id
from jianhui.publish.release_tables import write_tables
from jianhui.publish.report import report as write_report
from jianhui.publish.report.templates import Templates
from jianhui.publish.states import write_states
from jianhui.publish.summary import Summary, summarise
from jianhui.stages.comparing import End, compare_ends, end_of
from jianhui.stages.context import AsOf, Context, latest_knowledge
from jianhui.stages.publishing import Progress, publish_as_of, silent
from jianhui.stages.reporting import Written, earlier_than, write
from jianhui.warehouse.catalogue import marts

CUT_OFF_DAYS = 10
"""A quarter is as known at the end of the 10th day after it (method, "Clocks": as-of)."""

NOTHING_BEFORE = "{quarter} 是首个季度发布，没有可比较的前期。\n"


@dataclass(frozen=True)
class Quarter:
    """A quarter's release and the files of its report."""

    release: PublishedRelease
    report: Written
    summary: Summary

    @property
    def kept(self) -> tuple[Path, ...]:
        """The report the release itself holds, as it was on the day it was published."""
        return tuple(sorted((self.release.folder / REPORT).iterdir()))

    @property
    def statements(self) -> tuple[Path, ...]:
        """What moved against the releases before it, in words, as the release holds them."""
        return tuple(sorted((self.release.folder / COMPARISON).rglob(STATEMENT)))


def last_day(quarter: str) -> date:
    """The last day of ``2014Q1``. Raises ``UsageError`` for another form."""
    match = re.fullmatch(r"(\d{4})Q([1-4])", quarter)
    if match is None:
        raise UsageError(
            "bad_quarter", f"季度写法不对：{quarter}", f"not a quarter: {quarter}", next_step="2014Q1"
        )
    year, number = int(match[1]), int(match[2])
    first_of_next = date(year + number // 4, number * 3 % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def last_quarter(context: Context) -> str:
    """The newest quarter whose cut-off has passed."""
    day = context.today - timedelta(days=CUT_OFF_DAYS + 1)
    number = (day.month - 1) // 3 + 1
    if day == last_day(f"{day.year}Q{number}"):
        return f"{day.year}Q{number}"
    return f"{day.year}Q{number - 1}" if number > 1 else f"{day.year - 1}Q4"


def quarter_as_of(context: Context, quarter: str, known_at: datetime | None) -> tuple[AsOf, bool]:
    """The as-of of a quarter, and whether it is backfilled: the log began after the cut-off.

    Raises ``UsageError`` for a quarter that is not over, before the cut-off, unless ``known_at`` is given,
    and for a ``known_at`` in the
    future.
    """
    valid_on = last_day(quarter)
    now = latest_knowledge(context)
    if valid_on >= context.today:
        raise UsageError(
            "quarter_not_over",
            f"{quarter} 还没有结束。",
            f"{quarter} is not over yet.",
            next_step=f"jianhui report --quarter {last_quarter(context)}",
        )
    if known_at is not None:
        if known_at > now:
            raise UsageError(
                "known_at_in_future",
                f"{known_at.isoformat()} 还没有到。",
                f"{known_at.isoformat()} has not come yet.",
                next_step=f"--known-at {now.isoformat(timespec='seconds')}",
            )
        return AsOf(valid_on, known_at.astimezone(UTC)), False
    closes_on = valid_on + timedelta(days=CUT_OFF_DAYS)
    cut_off = end_of_civil_day(closes_on)
    if now <= cut_off:
        raise UsageError(
            "before_cut_off",
            f"{quarter} 的数据截止到 {closes_on} 日终，还没有到。",
            f"{quarter} closes at the end of {closes_on}, which has not come yet.",
            next_step=f"jianhui report --quarter {quarter} --known-at {now.isoformat(timespec='seconds')}",
        )
    began = context.log.ledger()
    is_backfilled = bool(began) and began[0].recorded_at > cut_off
    return AsOf(valid_on, now if is_backfilled else cut_off), is_backfilled


def publish(
    context: Context, quarter: str, known_at: datetime | None = None, *, progress: Progress = silent
) -> PublishedRelease:
    """Release a quarter, with its comparison; the standing revision when nothing changed since.

    Raises ``GateBlocked``, ``UsageError``.
    """
    as_of, is_backfilled = quarter_as_of(context, quarter, known_at)

    def beside(build: Path, folder: Path) -> None:
        compare_with_the_last(context, quarter, as_of, build, folder, progress=progress)

    def reported(folder: Path) -> None:
        progress("生成通报…", "writing the report…")
        files = write_report(
            folder,
            folder / REPORT,
            earlier=earlier_than(context, as_of.valid_on, "quarter"),
            templates=Templates(context.settings.templates),
            is_checked=False,
        )
        assert files, "every release that passed has its report"

    try:
        return publish_as_of(
            context,
            as_of,
            kind="quarter",
            quarter=quarter,
            is_backfilled=is_backfilled,
            beside=beside,
            report=reported,
            progress=progress,
        ).release
    except NothingChanged:
        return next(r for r in list_releases(context.settings) if r.quarter == quarter and r.is_standing)


def before(context: Context, quarter: str) -> list[tuple[str, PublishedRelease]]:
    """The releases a new revision of ``quarter`` is compared with, each with the name of its comparison.

    ``revision``: the standing revision of the same quarter; ``previous``: that of the quarter before it that
    was released. Neither need exist.
    """
    standing = [one for one in list_releases(context.settings) if one.kind == "quarter" and one.is_standing]
    same = [one for one in standing if one.quarter == quarter]
    earlier = [one for one in standing if one.valid_on < last_day(quarter)]
    found = [("revision", max(same, key=lambda one: one.rank))] if same else []
    return found + ([("previous", max(earlier, key=lambda one: one.rank))] if earlier else [])


def compare_with_the_last(
    context: Context, quarter: str, as_of: AsOf, build: Path, folder: Path, *, progress: Progress = silent
) -> list[Comparison]:
    """Compare the build of a quarter with the releases before it, into ``folder``; what was found.

    Where there is none, ``folder`` says so: no quarter is without a word on its comparison.
    """
    folder.mkdir()
    others = before(context, quarter)
    if not others:
        (folder / STATEMENT).write_text(NOTHING_BEFORE.format(quarter=quarter), encoding="utf-8")
        return []
    made = folder.with_name("made")
    made.mkdir()
    write_tables(build, made, marts(context.settings.dbt_project))
    write_states(build, made)
    name = next_id(context.settings, f"quarter-{quarter}")
    end = End(name, "quarter", as_of, provenance(context.settings), made)
    found = []
    for kind, other in others:
        progress(f"与 {other.release_id} 比较…", f"comparing with {other.release_id}…")
        comparison = compare_ends(context, end_of(other), end, progress=progress)
        write_comparison(comparison, folder / kind)
        found.append(comparison)
    shutil.rmtree(made)
    return found


def report(
    context: Context,
    quarter: str,
    known_at: datetime | None = None,
    out: Path | None = None,
    *,
    districts: Sequence[str] = (),
    is_printed: bool = True,
    progress: Progress = silent,
) -> Quarter:
    """The report of a quarter from its gated release, into ``out`` (default ``reports/<release>`` of the
    home): the city's, or the editions of ``districts``; ``is_printed``: with PDF where the machine can.
    """
    release = publish(context, quarter, known_at, progress=progress)
    progress("生成通报…", "writing the report…")
    folder = out or context.settings.reports / release.release_id
    written = write(context, release, folder, districts=districts, is_printed=is_printed)
    for sentence in written.messages:
        progress(*sentence)
    files = (*written.files, *_comparisons(release, folder))
    return Quarter(release, Written(files, written.messages), summarise(release.folder))


COMPARED = {"previous": "与上一季度比较", "revision": "与原版本比较"}
"""Comparison of a release → its folder beside the report."""


def _comparisons(release: PublishedRelease, folder: Path) -> list[Path]:
    """What a reader of the report needs of the release's comparisons, beside it; the files for programs stay
    in the release. Of the first quarter: the word that there is nothing to compare with.
    """
    source, written = release.folder / COMPARISON, []
    for path in sorted(source.rglob("*")):
        if path.suffix not in (".txt", ".docx", ".xlsx", ".svg"):
            continue
        kind = path.parent.relative_to(source).as_posix()
        target = folder / COMPARED.get(kind, "") / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        written.append(target)
    return written
