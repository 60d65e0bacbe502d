"""What was published of one enterprise, release by release: the second clock as readers saw it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.publish.release_index import list_releases
from jianhui.settings import Settings

MOST = 60
"""Releases looked into, the newest ones."""
SAID = ("in_base_live", "is_covered", "is_overdue")


def published_states(settings: Settings, enterprise_id: str) -> list[dict[str, Any]]:
    """The releases that said otherwise than the one before them, oldest first.

    Each with ``release_id``, ``valid_on``, ``known_at`` and :data:`SAID`; of a release without the enterprise
    these are None.
    """
    standing = [one for one in list_releases(settings) if one.is_standing]
    told: list[dict[str, Any]] = []
    before: Mapping[str, Any] | None = None
    for release in sorted(standing, key=lambda one: one.known_at)[-MOST:]:
        state = _state(release.folder / "marts" / "fct_enterprise_coverage.parquet", enterprise_id)
        if state != before:
            told.append(
                {
                    "release_id": release.release_id,
                    "valid_on": release.valid_on,
                    "known_at": release.known_at,
                    **state,
                }
            )
        before = state
    return told


def _state(path: Path, enterprise_id: str) -> dict[str, Any]:
    if path.is_file():
        found = pl.scan_parquet(path).filter(pl.col("enterprise_id") == enterprise_id).select(SAID).collect()
        if found.height:
            return found.row(0, named=True)
    return dict.fromkeys(SAID)
