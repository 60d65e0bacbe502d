"""Reports from releases: of a quarter, of a month, of a district; with what they are compared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jianhui.core.errors import UsageError
from jianhui.publish.release_index import Kind, PublishedRelease, list_releases
from jianhui.publish.report import report as write_report
from jianhui.publish.report.facts import Earlier
from jianhui.publish.report.pdf import print_pdf
from jianhui.publish.report.templates import Templates, hand_out
from jianhui.stages.context import Context
from jianhui.stages.publishing import Progress, silent


@dataclass(frozen=True)
class Written:
    """The files of a report, and (Chinese, English) what could not be made."""

    files: tuple[Path, ...]
    messages: tuple[tuple[str, str], ...] = ()


def write(
    context: Context,
    release: PublishedRelease,
    folder: Path,
    *,
    districts: Sequence[str] = (),
    is_printed: bool = True,
) -> Written:
    """The report of a release into ``folder``. Raises ``UsageError`` (:func:`publish.report.report`)."""
    kind: Kind = "quarter" if release.quarter else "night"
    files = write_report(
        release.folder,
        folder,
        earlier=earlier_than(context, release.valid_on, kind),
        districts=districts or (None,),
        templates=Templates(context.settings.templates),
    )
    if not is_printed:
        return Written(tuple(files))
    printed = print_pdf([path for path in files if path.suffix == ".docx"])
    return Written((*files, *printed.files), printed.messages)


def earlier_than(context: Context, valid_on: date, kind: Kind) -> Earlier:
    """The newest standing releases of exactly the period before, and of the same period a year ago.

    A quarter is compared with quarters, a month with the night of a month's last day.
    """
    standing = [one for one in list_releases(context.settings) if one.kind == kind and one.is_standing]

    def of(day: date) -> Path | None:
        found = [one for one in standing if one.valid_on == day]
        return max(found, key=lambda one: one.rank).folder if found else None

    months = 3 if kind == "quarter" else 1
    return Earlier(previous=of(_month_end(valid_on, months)), last_year=of(_month_end(valid_on, 12)))


def monthly(
    context: Context,
    month: str,
    out: Path | None = None,
    *,
    districts: Sequence[str] = (),
    is_printed: bool = True,
    progress: Progress = silent,
) -> Written:
    """The bulletin of a month (``2014-02``), from the night of its last day.

    Raises ``UsageError``: ``bad_month``, ``no_night`` where that night was not published.
    """
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
    if match is None:
        raise UsageError("bad_month", f"月份写法不对：{month}", f"not a month: {month}", next_step="2014-02")
    last = _month_end(date(int(match[1]), int(match[2]), 1), 0)
    nights = [
        one
        for one in list_releases(context.settings)
        if one.kind == "night" and one.is_standing and one.valid_on == last
    ]
    if not nights:
        raise UsageError(
            "no_night",
            f"没有 {last} 的夜间发布，不能编制 {month} 简报。",
            f"there is no release of the night of {last}: no bulletin of {month}.",
            next_step=f"jianhui nightly --date {last}",
        )
    release = max(nights, key=lambda one: one.rank)
    progress("生成简报…", "writing the bulletin…")
    folder = out or context.settings.reports / f"month-{month}"
    written = write(context, release, folder, districts=districts, is_printed=is_printed)
    for sentence in written.messages:
        progress(*sentence)
    return written


def templates(context: Context) -> list[Path]:
    """Copies of the Word templates in the home, to be edited; those that are there stay as they are."""
    return hand_out(context.settings.templates)


def _month_end(day: date, months_before: int) -> date:
    """The last day of the month so many months before that of ``day``."""
    number = day.year * 12 + day.month - 1 - months_before + 1
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)
