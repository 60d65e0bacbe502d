"""Which releases there are, which is current, and what lay before: read from the folders themselves.

``releases/<id>/`` are those that passed; ``releases/blocked/<id>/`` those that did not;
``releases/withdrawn/<id>.json`` marks one that passed and was taken back. The pointers ``current`` and
``quarters/<quarter>`` follow from these and can be made again from them.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Literal

from jianhui.core.errors import UsageError, Where
from jianhui.log.ledger import RELEASES, LedgerLine
from jianhui.settings import Settings

Kind = Literal["night", "quarter"]
State = Literal["current", "passed", "superseded", "withdrawn", "blocked"]

MANIFEST = "manifest.json"
CURRENT = "current"
REBUILT = "as-of "
"""How the id begins of what was built as of a moment and is no release."""
STAGING_PREFIX = ".staging-"
_ID = re.compile(r"(?P<base>night-\d{4}-\d{2}-\d{2}|quarter-\d{4}Q[1-4])-r(?P<revision>[1-9]\d*)")


@dataclass(frozen=True)
class PublishedRelease:
    """One release on disk, read from its manifest. ``quarter`` like ``2014Q1``, of quarters only."""

    release_id: str
    kind: Kind
    quarter: str | None
    revision: int
    valid_on: date
    known_at: datetime
    folder: Path
    state: State
    withdrawn_at: datetime | None
    manifest: Mapping[str, Any]

    @property
    def warehouse(self) -> Path:
        """Its ``warehouse.duckdb``."""
        return self.folder / "warehouse.duckdb"

    @property
    def is_standing(self) -> bool:
        """Passed its gate and was not taken back."""
        return self.state not in ("withdrawn", "blocked")

    @property
    def rank(self) -> tuple[date, int]:
        """Of two of one kind the greater is the newer."""
        return (self.valid_on, self.revision)


def list_releases(settings: Settings, ledger: Sequence[LedgerLine] | None = None) -> list[PublishedRelease]:
    """Every release, blocked ones too, newest first (by day, kind, revision).

    ``ledger``: only those these lines tell of, in the states the lines left them in.
    """
    found = [_read(settings, folder) for folder in _folders(settings)]
    if ledger is not None:
        found = _as_told(found, ledger)
    newest: dict[tuple[Kind, date], PublishedRelease] = {}
    for release in found:
        key = (release.kind, release.valid_on)
        if release.is_standing and (key not in newest or release.rank > newest[key].rank):
            newest[key] = release
    top = standing_night(newest.values())
    judged = [_with_state(release, newest, top) for release in found]
    return sorted(
        judged, key=lambda release: (release.valid_on, release.kind, release.revision), reverse=True
    )


def standing_night(releases: Iterable[PublishedRelease]) -> PublishedRelease | None:
    """The newest night among ``releases`` that passed and stands."""
    nights = [one for one in releases if one.kind == "night" and one.is_standing]
    return max(nights, key=lambda one: one.rank, default=None)


def current(settings: Settings) -> PublishedRelease | None:
    """The newest night that passed and stands; None before the first."""
    return standing_night(list_releases(settings))


def show(
    settings: Settings, name: str = CURRENT, among: Sequence[PublishedRelease] | None = None
) -> PublishedRelease:
    """A release by its id, ``current``, or a quarter (its newest revision that stands).

    ``among``: where to look, else all there are, newest first. Raises ``UsageError`` ``unknown_release``
    naming those there are.
    """
    releases = list_releases(settings) if among is None else among
    for release in releases:
        is_newest_of_quarter = name == release.quarter and release.state == "passed"
        if (
            name == release.release_id
            or is_newest_of_quarter
            or (name == CURRENT and release.state == CURRENT)
        ):
            return release
    known = ", ".join(release.release_id for release in releases[:5]) or "-"
    raise UsageError(
        "unknown_release",
        f"没有发布 {name}；最近的有：{known}",
        f"there is no release {name}; the newest are: {known}",
        where=Where(field="release", value=name),
        next_step="jianhui release list" if releases else "jianhui nightly",
    )


def previous_night(settings: Settings, valid_on: date, known_at: datetime) -> PublishedRelease | None:
    """The night a build as of (``valid_on``, ``known_at``) is compared with: the newest earlier one.

    Only what stood at ``known_at`` counts, so an old night built again is compared with what it was
    compared with then.
    """
    earlier = [
        release
        for release in list_releases(settings)
        if release.kind == "night"
        and release.state != "blocked"
        and release.valid_on < valid_on
        and release.known_at <= known_at
        and (release.withdrawn_at is None or release.withdrawn_at > known_at)
    ]
    return max(earlier, key=lambda release: release.rank, default=None)


def next_id(settings: Settings, base: str) -> str:
    """``<base>-r<n>``: an id is given once, so revisions of blocked releases count too."""
    revisions = [0]
    for folder in _folders(settings):
        match = _ID.fullmatch(folder.name)
        if match and match["base"] == base:
            revisions.append(int(match["revision"]))
    return f"{base}-r{max(revisions) + 1}"


def withdrawn_path(settings: Settings, release_id: str) -> Path:
    """Where the mark of a withdrawn release stands, beside the release, which stays as it is."""
    return settings.releases / "withdrawn" / f"{release_id}.json"


def refresh_pointers(settings: Settings) -> None:
    """Let ``current`` and ``quarters/*`` point where they should; each changes in one step or not at all."""
    for link, target in misplaced_pointers(settings):
        _point(link, target)


def misplaced_pointers(settings: Settings) -> list[tuple[Path, Path | None]]:
    """Pointers that do not lead where they should, each with its right target (None: it should not be)."""
    releases = list_releases(settings)
    quarters = settings.releases / "quarters"
    wanted: dict[Path, Path | None] = dict.fromkeys(sorted(quarters.glob("*")))
    wanted[settings.releases / CURRENT] = None
    for release in releases:
        if release.state == "current":
            wanted[settings.releases / CURRENT] = Path(release.release_id)
        elif release.quarter is not None and release.state == "passed":
            wanted[quarters / release.quarter] = Path("..") / release.release_id
    return [(link, target) for link, target in wanted.items() if _target(link) != target]


def _target(link: Path) -> Path | None:
    return link.readlink() if link.is_symlink() else None


def _point(link: Path, target: Path | None) -> None:
    """Make ``link`` a relative symlink to ``target``, atomically; None removes it.

    Copying a home without its symlinks (onto a share, out of a zip) leaves a full copy of a release where
    the pointer should be. It is set aside, never deleted: whoever copied may still look for it.
    """
    if link.is_dir() and not link.is_symlink():
        link.rename(_free_name(link.with_name(f"{link.name}-copied")))
    if target is None:
        link.unlink(missing_ok=True)
        return
    link.parent.mkdir(exist_ok=True)
    fresh = link.with_name(f".{link.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _free_name(path: Path) -> Path:
    """``path``, or the first of ``path-2``, ``path-3``… that nothing has yet."""
    numbered = (path.with_name(f"{path.name}-{n}") for n in count(2))
    return next(free for free in chain([path], numbered) if not free.exists())


def _folders(settings: Settings) -> list[Path]:
    roots = (settings.releases, settings.releases / "blocked")
    return [
        folder
        for root in roots
        if root.is_dir()
        for folder in sorted(root.iterdir())
        if _ID.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink()
    ]


def _read(settings: Settings, folder: Path) -> PublishedRelease:
    match = _ID.fullmatch(folder.name)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        as_of = manifest["as_of"]
        withdrawn_at = _withdrawn_at(withdrawn_path(settings, folder.name))
        is_blocked = folder.parent.name == "blocked"
        return PublishedRelease(
            release_id=folder.name,
            kind=manifest["kind"],
            quarter=manifest["quarter"],
            revision=int(match["revision"]) if match else 0,
            valid_on=date.fromisoformat(as_of["valid_on"]),
            known_at=datetime.fromisoformat(as_of["known_at"]),
            folder=folder,
            state="blocked" if is_blocked else "passed" if withdrawn_at is None else "withdrawn",
            withdrawn_at=withdrawn_at,
            manifest=manifest,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "release_unreadable",
            f"发布目录 {folder.name} 已损坏：{error}",
            f"the release folder {folder.name} is damaged: {error}",
            where=Where(file=f"releases/{folder.name}/{MANIFEST}"),
            next_step=f"jianhui release verify {folder.name}",
        ) from error


def _withdrawn_at(mark: Path) -> datetime | None:
    if not mark.is_file():
        return None
    return datetime.fromisoformat(json.loads(mark.read_text(encoding="utf-8"))["withdrawn_at"])


def _as_told(found: Iterable[PublishedRelease], ledger: Sequence[LedgerLine]) -> list[PublishedRelease]:
    """The releases made by these lines; one they do not take back stands."""
    events = {
        (line.payload["release_id"], line.payload["event"])
        for line in ledger
        if line.stream == RELEASES and line.payload and "release_id" in line.payload
    }
    return [
        replace(one, state="passed", withdrawn_at=None)
        if one.state == "withdrawn" and (one.release_id, "withdrawn") not in events
        else one
        for one in found
        if {(one.release_id, "published"), (one.release_id, "blocked")} & events
    ]


def _with_state(
    release: PublishedRelease,
    newest: Mapping[tuple[Kind, date], PublishedRelease],
    top: PublishedRelease | None,
) -> PublishedRelease:
    """The release with the state it has among the others."""
    if not release.is_standing:
        return release
    if top is not None and release.release_id == top.release_id:
        return replace(release, state="current")
    if newest[(release.kind, release.valid_on)].release_id != release.release_id:
        return replace(release, state="superseded")
    return release
