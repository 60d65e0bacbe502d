"""The night: inbox → events → identity → build → gate → release, work-lists."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.core.errors import UsageError
from jianhui.log.vault import Vault
from jianhui.publish.duelist import write_due_list
from jianhui.publish.release_index import CURRENT, PublishedRelease
from jianhui.publish.summary import Summary, summarise
from jianhui.publish.worklist import worklists as write_worklists
from jianhui.stages import as_of, building
from jianhui.stages.context import NOW, AsOf, Context, When, night_as_of
from jianhui.stages.publishing import Progress, publish_as_of, silent, workshop


@dataclass(frozen=True)
class Night:
    """A night that passed: its release, its work-lists and due-list, and its figures in words."""

    release: PublishedRelease
    worklists: tuple[Path, ...]
    summary: Summary
    due_list: Path | None = None

    def text(self, language: str) -> str:
        """What the night desk reads: rates on each base, gap by district, caveats, where things are."""
        places = {"zh": ("发布", "台账", "到期清单"), "en": ("release", "work-lists", "due-list")}[language]
        folder = self.worklists[0].parent if self.worklists else None
        lines = [self.summary.text(language), f"{places[0]}: {self.release.folder}"]
        lines += [f"{places[1]}: {folder}"] if folder else []
        return "\n".join([*lines, f"{places[2]}: {self.due_list}"] if self.due_list else lines)

    def as_dict(self) -> dict[str, Any]:
        """The night for a program."""
        return {
            "release_id": self.release.release_id,
            "folder": str(self.release.folder),
            "worklists": [str(path) for path in self.worklists],
            "due_list": str(self.due_list) if self.due_list else None,
            **self.summary.as_dict(),
        }


def publish(context: Context, valid_on: date | None = None, *, progress: Progress = silent) -> Night:
    """Build, gate and release one night, and write its work-lists.

    ``valid_on`` defaults to the last complete civil day. Raises ``NothingChanged``, ``GateBlocked``,
    ``UsageError``.
    """
    published = publish_as_of(context, night_as_of(context, valid_on), progress=progress)
    progress("生成台账…", "writing work-lists…")
    lists = _write(context, published.release, published.contacts, context.settings.worklists, None)
    folder = context.settings.worklists / published.release.valid_on.isoformat()
    due_list = write_due_list(published.release.folder, folder)
    return Night(published.release, tuple(lists), summarise(published.release.folder), due_list)


def worklists(
    context: Context,
    district: str | None,
    out: Path | None,
    when: When = NOW,
    *,
    progress: Progress = silent,
) -> list[Path]:
    """The work-lists of the current release anew, of one district or all; or as of a day and moment.

    Those of another moment go to ``worklists/as-of``, apart from the ones people fill in. Raises
    ``UsageError`` before the first night.
    """
    release = as_of.source(context, CURRENT, when, progress=progress)
    if out is None and release.folder.parent != context.settings.releases:
        out = context.settings.worklists / "as-of"
    with workshop(context) as folder:
        path = folder / "resolved.duckdb"
        building.resolve(context, AsOf(release.valid_on, release.known_at), path)
        contacts = building.contacts(path)
    return _write(context, release, contacts, out or context.settings.worklists, district)


def _write(
    context: Context, release: PublishedRelease, contacts: pl.DataFrame, out: Path, district: str | None
) -> list[Path]:
    vault = Vault(context.settings.vault, context.settings.keys_root)
    gap = pl.read_parquet(release.folder / "marts" / "fct_enterprises_without_union.parquet")
    if gap.is_empty():
        if district is not None:
            raise UsageError(
                "nothing_to_list",
                f"{release.release_id} 的未建会清单是空的。",
                f"The gap list of {release.release_id} is empty.",
                next_step=f"jianhui release show {release.release_id}",
            )
        return []
    return write_worklists(release.folder, contacts, vault, out, district=district)
