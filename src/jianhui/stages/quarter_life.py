"""What becomes of a release after it passed: signed, published, revised, withdrawn; and figures of old.

Every step is a decision in the log; the folders of releases are never touched. ``releases/index.json``
follows.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

import polars as pl

from jianhui.core.clock import civil_day
from jianhui.core.errors import UsageError, Where
from jianhui.log.ledger import RELEASES
from jianhui.publish import release as releases
from jianhui.publish.entered import read_entered
from jianhui.publish.life import Life, issuing, lives, signing
from jianhui.publish.notice import revision_notice, withdrawal_notice
from jianhui.publish.release_feed import notice_folder, write_index
from jianhui.publish.release_index import PublishedRelease, list_releases, show
from jianhui.publish.release_verify import verify_files
from jianhui.stages.comparing import compare_releases
from jianhui.stages.context import Context
from jianhui.stages.publishing import Progress, silent
from jianhui.stages.verifying import told_of_manifests


@dataclass(frozen=True)
class Done:
    """A step that was taken: what to say of it, and the files it made."""

    zh: str
    en: str
    files: tuple[Path, ...] = ()


def sign(context: Context, name: str, by: str, note: str = "") -> Done:
    """``by`` vouches for a release, whose bytes are proved first.

    Raises ``UsageError`` where it is no quarter, not checked, signed already, or not as published.
    """
    release, told = _found(context, name)
    problems = verify_files(context.settings, release.release_id, told_of_manifests(context))
    if problems:
        raise UsageError(
            "not_as_published",
            f"{problems[0].zh}，不能签发",
            f"{problems[0].en}: it cannot be signed",
            where=Where(file=f"releases/{release.release_id}/{problems[0].path}"),
            next_step=f"jianhui release verify {release.release_id}",
        )
    _decide(context, signing(release, told[release.release_id], by, note))
    return Done(f"{release.release_id} 已由{by}签发。", f"{release.release_id} is signed by {by}.")


def publish(context: Context, name: str, by: str, reason: str = "", *, progress: Progress = silent) -> Done:
    """Give a signed release out. Of a quarter published before it is a revision, with a notice.

    Raises ``UsageError`` where it is not signed, a newer revision is published, or a revision has no reason.
    """
    release, told = _found(context, name)
    decision = issuing(release, told, list_releases(context.settings), by, reason)
    files: list[Path] = []
    if decision["revises"]:
        comparison = compare_releases(context, decision["revises"], release.release_id, progress=progress)
        assert release.quarter is not None
        signed = _signature(context, release, by)
        letter = revision_notice(release.quarter, decision["number"], reason, comparison, **signed)
        files = letter.write(notice_folder(context.settings, release.release_id), letter.heading)
    _decide(context, decision)
    if not decision["revises"]:
        return Done(f"{release.release_id} 已公布。", f"{release.release_id} is published.")
    return Done(
        f"{release.release_id} 已公布：第{decision['number']}次修订，取代 {decision['revises']}。",
        f"{release.release_id} is published, in place of {decision['revises']}.",
        tuple(files),
    )


def withdraw(context: Context, name: str, reason: str, by: str) -> Done:
    """Take a release back: it stays, marked; of one that was published a notice goes out."""
    release, told = _found(context, name)
    was_published = told[release.release_id].issued is not None
    done = releases.withdraw(
        context.settings,
        release.release_id,
        reason,
        by,
        clock=context.clock,
        decide=lambda decision: context.log.append_decision(RELEASES, decision, context.clock),
    )
    files: list[Path] = []
    if was_published and release.quarter is not None:
        known = list_releases(context.settings)
        after = lives(known, context.log.ledger())
        stands = next(
            (
                one.release_id
                for one in known
                if one.quarter == release.quarter and after[one.release_id].stage == "published"
            ),
            None,
        )
        signed = _signature(context, release, by)
        letter = withdrawal_notice(release.quarter, release.release_id, reason, stands, **signed)
        files = letter.write(notice_folder(context.settings, release.release_id), letter.heading)
    write_index(context.settings, context.log.ledger())
    return Done(
        f"{done.release_id} 已撤回：{reason}", f"{done.release_id} is withdrawn: {reason}", tuple(files)
    )


def enter(context: Context, path: Path, by: str, reason: str) -> Done:
    """Enter figures that were published before the log began, with their source; they are marked so."""
    if not by.strip():
        raise UsageError("no_name", "须写明经办人。", "A name is needed.", next_step="--by …")
    rows = read_entered(path)
    _decide(context, {"event": "entered", "file": path.name, "rows": rows, "by": by, "reason": reason})
    return Done(
        f"录入 {len(rows)} 个日志开始之前公布的数。", f"{len(rows)} figures of before the log are entered."
    )


def _found(context: Context, name: str) -> tuple[PublishedRelease, dict[str, Life]]:
    release = show(context.settings, name)
    return release, lives(list_releases(context.settings), context.log.ledger())


def _decide(context: Context, decision: dict[str, Any]) -> None:
    context.log.append_decision(RELEASES, decision, context.clock)
    write_index(context.settings, context.log.ledger())


class _Signature(TypedDict):
    issuer: str
    by: str
    day: date


def _signature(context: Context, release: PublishedRelease, by: str) -> _Signature:
    """Who issues a notice on a release, by whom, and when."""
    coverage = pl.read_parquet(release.folder / "marts" / "agg_coverage.parquet")
    city = coverage.filter(pl.col("grouping") == "city").get_column("group_name")[0]
    return {"issuer": f"{city}总工会", "by": by, "day": civil_day(context.clock())}
