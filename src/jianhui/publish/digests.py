"""Digests a release answers with: of its files, its tables, the code, the policy, the dependencies."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from jianhui import __version__
from jianhui.settings import Settings

SUMS = "SHA256SUMS"
"""Lists every other file of a release, in the format of ``sha256sum``: ``sha256sum -c`` proves a copy."""

CODE_FOLDERS = ("src/jianhui", "dbt_project", "expectations", "raw/contracts")
POLICY_FOLDER = "dbt_project/seeds"
MODEL_FOLDER = "src/jianhui/resolve/model"
NO_MODEL = "none"
LOCK = "requirements/base.txt"
_NOT_SOURCE = frozenset({"__pycache__", "target", "logs", "dbt_packages", ".user.yml"})


@dataclass(frozen=True)
class Provenance:
    """By what a release was made: code, policy (the seeds), dependencies (the lock file), link model."""

    code_version: str
    code_digest: str
    policy_digest: str
    dependency_digest: str
    link_model_digest: str = NO_MODEL

    def as_manifest(self) -> dict[str, Any]:
        """As a manifest holds it."""
        return {
            "code": {"version": self.code_version, "digest": self.code_digest},
            "policy_digest": self.policy_digest,
            "link_model_digest": self.link_model_digest,
            "dependency_digest": self.dependency_digest,
        }

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any]) -> "Provenance":
        """As a manifest holds it; the oldest ones name no link model."""
        return cls(
            code_version=manifest["code"]["version"],
            code_digest=manifest["code"]["digest"],
            policy_digest=manifest["policy_digest"],
            dependency_digest=manifest["dependency_digest"],
            link_model_digest=manifest.get("link_model_digest", NO_MODEL),
        )


def provenance(settings: Settings) -> Provenance:
    """Digests of the installation as it stands, with the rules and the model of ``settings``.

    A missing lock file gives ``unlocked``, a missing link model :data:`NO_MODEL`.
    """
    root = settings.installation
    apart = (root / POLICY_FOLDER, root / MODEL_FOLDER)
    code = [
        path
        for folder in CODE_FOLDERS
        for path in source_files(root / folder)
        if not any(path.is_relative_to(other) for other in apart)
    ]
    lock = root / LOCK
    return Provenance(
        code_version=__version__,
        code_digest=tree_digest(root, code),
        policy_digest=policy_digest(settings.dbt_project / "seeds"),
        dependency_digest=file_digest(lock) if lock.is_file() else "unlocked",
        link_model_digest=model_digest(settings.link_model),
    )


def policy_digest(seeds: Path) -> str:
    """The digest of a folder of rules, wherever it lies."""
    return tree_digest(seeds, source_files(seeds), POLICY_FOLDER)


def model_digest(folder: Path) -> str:
    """The digest of a link model; :data:`NO_MODEL` where there is none."""
    files = source_files(folder) if folder.is_dir() else []
    return tree_digest(folder, files, MODEL_FOLDER) if files else NO_MODEL


def source_files(folder: Path) -> list[Path]:
    """The files of a folder that are source: no caches, no targets."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and _NOT_SOURCE.isdisjoint(path.relative_to(folder).parts) and path.suffix != ".pyc"
    ]


def tree_digest(root: Path, files: Iterable[Path], under: str = "") -> str:
    """SHA-256 over names (relative to ``root``, below ``under``) and contents, in order of name."""
    digest = hashlib.sha256()
    prefix = f"{under}/" if under else ""
    for path in sorted(files, key=lambda path: path.relative_to(root).as_posix()):
        digest.update(f"{prefix}{path.relative_to(root).as_posix()}\0{file_digest(path)}\n".encode())
    return digest.hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def table_digest(connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]) -> str:
    """SHA-256 of a table's rows as a multiset: equal content, equal digest, whatever the file it lies in.

    A row is the JSON text of its columns in the given order; the rows' digests are sorted and hashed.
    """
    fields = ", ".join(f'"{column}" := "{column}"' for column in columns)
    row_digest = f"sha256(cast(to_json(struct_pack({fields})) as varchar))"
    found = connection.execute(
        f"select sha256(coalesce(string_agg(digest, '' order by digest), '')) "
        f"from (select {row_digest} as digest from {relation})"
    ).fetchall()
    return str(found[0][0])


def write_sums(folder: Path) -> None:
    """Write ``SHA256SUMS`` over every file of ``folder``."""
    lines = [f"{file_digest(path)}  {path.relative_to(folder).as_posix()}" for path in files_of(folder)]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_sums(folder: Path) -> dict[str, str]:
    """Path → digest as ``SHA256SUMS`` has them; lines of another form are left out."""
    sums = {}
    for line in (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines():
        digest, separator, path = line.partition("  ")
        if separator and len(digest) == 64:
            sums[path] = digest
    return sums


def files_of(folder: Path) -> list[Path]:
    """Every file of a release but the sums themselves, by path."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / SUMS)
