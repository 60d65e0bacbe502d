"""What held on a day, as known then or as known now: a cached build in the shape of a release."""

import json
from datetime import UTC, datetime, timedelta

from jianhui.core.clock import civil_day
from jianhui.core.errors import UsageError
from jianhui.log.ledger import RELEASES
from jianhui.publish.release_index import (
    CURRENT,
    MANIFEST,
    Kind,
    PublishedRelease,
    list_releases,
    previous_night,
    show,
    standing_night,
)
from jianhui.stages.context import AsOf, Context, When, latest_knowledge
from jianhui.stages.publishing import Progress, silent
from jianhui.stages.scenario import Scenario, built


def source(context: Context, name: str, when: When, *, progress: Progress = silent) -> PublishedRelease:
    """Where to read from: the release ``name``, or a build as of the day and moment where one is given.

    Of a release that is named, day and kind are kept where no day is given: it is told as known otherwise.
    Who reads a release that was taken back is told so.
    """
    if when.is_now:
        found = show(context.settings, name)
        if found.state == "withdrawn":
            progress(f"注意：{found.release_id} 已撤回。", f"note: {found.release_id} is withdrawn.")
        return found
    if name == CURRENT:
        return view(context, when, progress=progress)
    release = show(context.settings, name)
    asked = When(when.valid_on or release.valid_on, when.known_at)
    return view(context, asked, kind=release.kind, progress=progress)


def view(
    context: Context, when: When, *, kind: Kind = "night", progress: Progress = silent
) -> PublishedRelease:
    """The build as of ``when``: its day (default the last complete one of then), as known then (now).

    Two moments between which the log learned nothing are one. Raises ``UsageError`` where nothing can be
    said of the day, or the moment has not come.
    """
    moment = known_moment(context, when.known_at)
    then = context.today if when.known_at is None else civil_day(when.known_at)
    day = when.valid_on or then - timedelta(days=1)
    as_of = AsOf(day, moment)
    previous = previous_night(context.settings, day, moment)
    scenario = Scenario(as_of, kind, previous=previous, is_tested=True)
    found = built(context, scenario, progress=progress)
    manifest = json.loads((found.folder / MANIFEST).read_text(encoding="utf-8"))
    return PublishedRelease(
        release_id=manifest["release_id"],
        kind=kind,
        quarter=None,
        revision=0,
        valid_on=day,
        known_at=moment,
        folder=found.folder,
        state="passed",
        withdrawn_at=None,
        manifest=manifest,
    )


def known_moment(context: Context, known_at: datetime | None) -> datetime:
    """When the log last learned something of the data, at or before ``known_at`` (default now).

    Raises ``UsageError`` ``known_at_in_future``.
    """
    now = latest_knowledge(context)
    if known_at is not None and known_at > now:
        raise UsageError(
            "known_at_in_future",
            f"{known_at.isoformat()} 还没有到。",
            f"{known_at.isoformat()} has not come yet.",
            next_step=f"--known-at {now.isoformat(timespec='seconds')}",
        )
    lines = context.log.ledger(known_at or now)
    learned = [line.recorded_at for line in lines if line.stream != RELEASES or line.delivery]
    return (learned[-1] if learned else known_at or now).astimezone(UTC)


def releases_of(context: Context, when: When) -> list[PublishedRelease]:
    """The releases of days up to that of ``when``, and as they stood then: newest first."""
    ledger = None if when.known_at is None else context.log.ledger(when.known_at)
    known = list_releases(context.settings, ledger)
    return [one for one in known if when.valid_on is None or one.valid_on <= when.valid_on]


def standing(context: Context, when: When) -> PublishedRelease:
    """The night that stood then for the day (the newest). Raises ``UsageError`` ``no_release_then``."""
    found = standing_night(releases_of(context, when))
    if found is None:
        raise UsageError(
            "no_release_then",
            "那时还没有这样的发布。",
            "there was no such release then",
            next_step="jianhui release list",
        )
    return found
