"""What held on a day, as known then or as known now: a cached build in the shape of a release."""

import json
from datetime import UTC, date, datetime, timedelta

from jianhui.core.clock import civil_day
from jianhui.core.errors import UsageError
from jianhui.log.ledger import RELEASES
from jianhui.publish.release_index import (
    MANIFEST,
    Kind,
    PublishedRelease,
    list_releases,
    previous_night,
    show,
)
from jianhui.stages.context import AsOf, Context, latest_knowledge
from jianhui.stages.publishing import Progress, silent
from jianhui.stages.scenario import Scenario, built


def source(
    context: Context,
    name: str,
    valid_on: date | None,
    known_at: datetime | None,
    *,
    progress: Progress = silent,
) -> PublishedRelease:
    """Where to read from: the release ``name``, or a build as of the day and moment where one is given."""
    if valid_on is None and known_at is None:
        return show(context.settings, name)
    return view(context, valid_on, known_at, progress=progress)


def view(
    context: Context,
    valid_on: date | None,
    known_at: datetime | None,
    *,
    kind: Kind = "night",
    progress: Progress = silent,
) -> PublishedRelease:
    """The build as of ``valid_on`` (default: the last complete day of then), as known at ``known_at`` (now).

    Two moments between which the log learned nothing are one. Raises ``UsageError`` where nothing can be
    said of the day, or the moment has not come.
    """
    moment = known_moment(context, known_at)
    day = valid_on or (context.today if known_at is None else civil_day(known_at)) - timedelta(days=1)
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


def standing(context: Context, valid_on: date | None, known_at: datetime | None) -> PublishedRelease:
    """The night that stood for ``valid_on`` (the newest day) at ``known_at`` (now).

    Raises ``UsageError`` ``no_release_then``.
    """
    nights = [
        release
        for release in list_releases(context.settings)
        if release.kind == "night"
        and release.state != "blocked"
        and (valid_on is None or release.valid_on <= valid_on)
        and (known_at is None or release.known_at <= known_at)
        and (release.withdrawn_at is None or (known_at is not None and release.withdrawn_at > known_at))
    ]
    if not nights:
        raise UsageError(
            "no_release_then",
            "那时还没有这样的发布。",
            "there was no such release then",
            next_step="jianhui release list",
        )
    return max(nights, key=lambda release: release.rank)
