"""The rules a release was made by, kept so that it can be made again after they changed.

``releases/rules/policy-<digest>/`` and ``model-<digest>/`` hold one copy of each version of the seeds and
of the link model, named by the digest that stands in the manifests. A project under other rules is today's
dbt project with those seeds in it; it lies in the cache and can be made again.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from jianhui.core.errors import UsageError, Where
from jianhui.publish.digests import NO_MODEL, Provenance, model_digest, policy_digest, source_files
from jianhui.settings import Settings

RULES = "rules"
SEEDS = "seeds"
_SHORT = 16


def keep_rules(settings: Settings, made_by: Provenance) -> None:
    """Keep the seeds and the link model as they stand, unless this version is kept already."""
    _keep(settings.dbt_project / SEEDS, _policy_folder(settings, made_by.policy_digest))
    if made_by.link_model_digest != NO_MODEL:
        _keep(settings.link_model, _model_folder(settings, made_by.link_model_digest))


def kept_policy(settings: Settings, digest: str) -> Path | None:
    """The folder of seeds with this digest: today's, or a kept one; None where it was never kept.

    Raises ``UsageError`` ``rules_changed`` when the kept copy is no longer what it was.
    """
    today = settings.dbt_project / SEEDS
    if policy_digest(today) == digest:
        return today
    return _kept(_policy_folder(settings, digest), digest, policy_digest)


def kept_model(settings: Settings, digest: str) -> Path | None:
    """The folder of the link model with this digest; None where it was never kept or never was."""
    if model_digest(settings.link_model) == digest:
        return settings.link_model
    return _kept(_model_folder(settings, digest), digest, model_digest)


def project_under(settings: Settings, seeds: Path) -> Path:
    """A dbt project like today's, under the rules of ``seeds``; today's own where they are the same.

    A seed that ``seeds`` lacks, or has with other columns, is today's: its shape belongs to the code.
    """
    own = settings.dbt_project
    if seeds == own / SEEDS or policy_digest(seeds) == policy_digest(own / SEEDS):
        return own
    shapes = policy_digest(own / SEEDS)[:_SHORT]
    root = settings.cache / "projects" / f"{policy_digest(seeds)[:_SHORT]}-{shapes}"
    fresh = root.with_name(f".{root.name}-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    # Named like the original: dbt and the digests know it by that name.
    project = fresh / own.name
    for path in source_files(own):
        target = project / path.relative_to(own)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    for path in sorted(seeds.glob("*.csv")):
        there = project / SEEDS / path.name
        if there.is_file() and _header(there) == _header(path):
            shutil.copyfile(path, there)
    if root.is_dir() and _same(root / own.name, project):
        shutil.rmtree(fresh)
    else:
        shutil.rmtree(root, ignore_errors=True)
        fresh.replace(root)
    return root / own.name


def _same(left: Path, right: Path) -> bool:
    def content(folder: Path) -> dict[str, bytes]:
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in source_files(folder)}

    return content(left) == content(right)


def _header(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as stream:
        return stream.readline().strip()


def _policy_folder(settings: Settings, digest: str) -> Path:
    return settings.releases / RULES / f"policy-{digest[:_SHORT]}"


def _model_folder(settings: Settings, digest: str) -> Path:
    return settings.releases / RULES / f"model-{digest[:_SHORT]}"


def _keep(source: Path, target: Path) -> None:
    if target.is_dir():
        return
    fresh = target.with_name(f".{target.name}-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    for path in source_files(source):
        copy = fresh / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    fresh.replace(target)


def _kept(folder: Path, digest: str, digest_of: Callable[[Path], str]) -> Path | None:
    if not folder.is_dir():
        return None
    if digest_of(folder) == digest:
        return folder
    raise UsageError(
        "rules_changed",
        f"留存的规则 {folder.name} 已被改动，不能据以重算",
        f"the kept rules {folder.name} were changed and prove nothing",
        where=Where(file=f"releases/{RULES}/{folder.name}"),
        next_step="restore the folder from backup",
    )
