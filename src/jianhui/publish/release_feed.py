"""``releases/index.json``: every release with what became of it, for a program that follows.

Follows from the folders and the log alone, and can be made again from them; it holds no time of its own.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jianhui.log.ledger import RELEASES, LedgerLine
from jianhui.publish.digests import file_digest
from jianhui.publish.life import lives
from jianhui.publish.release_index import MANIFEST, PublishedRelease, list_releases
from jianhui.settings import Settings

INDEX = "index.json"
FORMAT = 1
CORRECTION, WITHDRAWAL = "关于更正", "关于撤回"
"""How the names of notices begin."""


def index_document(settings: Settings, ledger: Sequence[LedgerLine]) -> dict[str, Any]:
    """What ``index.json`` holds: ``current``, ``quarters``, and ``releases`` newest first."""
    releases = list_releases(settings)
    told = lives(releases, ledger)
    quarters: dict[str, dict[str, str | None]] = {}
    for release in releases:
        if release.quarter is None:
            continue
        entry = quarters.setdefault(release.quarter, {"newest": None, "published": None})
        if release.state == "passed":
            entry["newest"] = release.release_id
        if told[release.release_id].stage == "published":
            entry["published"] = release.release_id
    return {
        "format": FORMAT,
        "current": next((one.release_id for one in releases if one.state == "current"), None),
        "quarters": dict(sorted(quarters.items())),
        "releases": [
            {
                "release_id": release.release_id,
                "kind": release.kind,
                "quarter": release.quarter,
                "revision": release.revision,
                "valid_on": release.valid_on.isoformat(),
                "known_at": release.known_at.isoformat(),
                "is_backfilled": release.manifest.get("is_backfilled", False),
                "state": release.state,
                **told[release.release_id].as_dict(),
                "manifest_sha256": _digest(release),
                "notice": _notice(settings, release),
            }
            for release in releases
        ],
        "entered": sum(line.stream == RELEASES and _is_entry(line) for line in ledger),
    }


def write_index(settings: Settings, ledger: Sequence[LedgerLine]) -> Path:
    """Write ``index.json`` in one step."""
    path = settings.releases / INDEX
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{INDEX}-{os.getpid()}")
    text = json.dumps(index_document(settings, ledger), ensure_ascii=False, indent=1)
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(path)
    return path


def notice_folder(settings: Settings, release_id: str) -> Path:
    """Where the notice of a revision or withdrawal stands, beside the release."""
    return settings.releases / "notices" / release_id


def _notice(settings: Settings, release: PublishedRelease) -> str | None:
    folder = notice_folder(settings, release.release_id)
    files = sorted(folder.glob("*.docx")) if folder.is_dir() else []
    # Of a correction that was itself taken back, the withdrawal.
    withdrawals = [path for path in files if path.stem.startswith(WITHDRAWAL)]
    found = next(iter([*withdrawals, *files]), None)
    return found.relative_to(settings.releases).as_posix() if found else None


def _digest(release: PublishedRelease) -> str:
    return file_digest(release.folder / MANIFEST)


def _is_entry(line: LedgerLine) -> bool:
    return bool(line.payload and line.payload.get("event") == "entered")
