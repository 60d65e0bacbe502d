"""Prove that a release is still what was published: every byte, nothing missing, nothing added."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jianhui.publish.digests import SUMS, file_digest, files_of, read_sums
from jianhui.publish.release_index import MANIFEST, show
from jianhui.settings import Settings


@dataclass(frozen=True)
class FileProblem:
    """One file that is not as published. ``path`` is relative to the release."""

    release_id: str
    path: str
    zh: str
    en: str


def verify_files(
    settings: Settings, name: str, told: Mapping[str, str] = MappingProxyType({})
) -> tuple[FileProblem, ...]:
    """Compare the files of a release with its sums, its manifest, and what the log says of the manifest.

    ``name``: a release id, or a pointer. ``told``: release id → digest of its manifest in the log; without
    it a change made good in manifest and sums alike is not seen. Empty: all is well.
    """
    folder = settings.releases / name
    if not folder.is_dir():
        blocked = settings.releases / "blocked" / name
        folder = blocked if blocked.is_dir() else show(settings, name).folder
    folder = folder.resolve()
    return tuple(_problems(folder, told.get(folder.name)))


def is_whole(folder: Path) -> bool:
    """Whether every file of a folder is as its sums say, none missing, none added."""
    if not (folder / SUMS).is_file():
        return False
    sums = read_sums(folder)
    return sums == {path.relative_to(folder).as_posix(): file_digest(path) for path in files_of(folder)}


def _problems(folder: Path, manifest_sha256: str | None) -> list[FileProblem]:
    def problem(path: str, zh: str, en: str) -> FileProblem:
        return FileProblem(folder.name, path, f"{folder.name}/{path}：{zh}", f"{folder.name}/{path}: {en}")

    if not (folder / SUMS).is_file():
        return [problem(SUMS, "文件缺失", "is missing")]
    sums = read_sums(folder)
    there = {path.relative_to(folder).as_posix(): file_digest(path) for path in files_of(folder)}
    found = [problem(path, "文件缺失", "is missing") for path in sorted(set(sums) - set(there))]
    found += [
        problem(path, "不在发布清单中", "was not published, or its line in the sums was changed")
        for path in sorted(set(there) - set(sums))
    ]
    found += [
        problem(path, "内容已改变", "has changed")
        for path in sorted(set(there) & set(sums))
        if there[path] != sums[path]
    ]
    if manifest_sha256 is not None and there.get(MANIFEST) not in (None, manifest_sha256):
        found.append(problem(MANIFEST, "与事件日志所记不符", "is not the manifest the log tells of"))
    named = {one.path for one in found}
    found += [
        problem(path, "与清单所记不符", "is not the file the manifest tells of")
        for path, facts in _manifest_files(folder).items()
        if path not in named and there.get(path) != facts.get("sha256")
    ]
    return found


def _manifest_files(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """``files`` of the manifest; empty when it cannot be read (then it is named as changed)."""
    try:
        files: Mapping[str, Mapping[str, Any]] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))[
            "files"
        ]
    except (OSError, ValueError, KeyError):
        return {}
    return files
