"""Publish a gated build: whole or not at all, and for ever as it was.

A release is staged beside the others, on the same file system, and renamed when every byte of it is on
the disk. What did not pass goes to ``releases/blocked/`` and no pointer moves. Nothing here changes a
release again: a withdrawn one is marked beside it, in the log and in ``releases/withdrawn/``.

``manifest.json``  by what and from what it was made; equal builds have equal manifests
``gate.json``      every check
``comparison/``    of a quarter: what moved against the ones before it, and why
``report/``        of a quarter: the report as it was on the day, in every format
``run.json``       when it was made and how long it took: outside the manifest's digests
``SHA256SUMS``     of every file
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jianhui.core.clock import Clock
from jianhui.core.errors import GateBlocked, NothingChanged, UsageError, Where
from jianhui.log.ledger import LogHead
from jianhui.publish.caveats import Caveats
from jianhui.publish.digests import NO_MODEL, Provenance, file_digest, write_sums
from jianhui.publish.release_index import (
    MANIFEST,
    STAGING_PREFIX,
    Kind,
    PublishedRelease,
    list_releases,
    next_id,
    refresh_pointers,
    show,
    withdrawn_path,
)
from jianhui.publish.release_tables import write_tables
from jianhui.settings import Settings
from jianhui.warehouse.catalogue import MartSpec
from jianhui.warehouse.gate import CheckResult, GateResult

Decide = Callable[[Mapping[str, Any]], object]
"""Tells the log's stream ``releases`` what was decided: published, blocked, withdrawn."""

SHOWN_CHECKS = 3
COMPARISON = "comparison"
"""The folder of a release that holds how it differs from those before it."""

REPORT = "report"
"""The folder of a release that holds its report."""

_READ_ONLY = 0o444


@dataclass(frozen=True)
class ReleaseRequest:
    """What a release says of itself beside its tables.

    ``log_head``: the log's last line known to it; ``data_head``: the same without the stream of
    releases. ``previous``: the night it was compared with. ``quarter`` like ``2014Q1``, of quarters.
    """

    kind: Kind
    valid_on: date
    known_at: datetime
    log_head: LogHead
    data_head: LogHead
    provenance: Provenance
    caveats: Caveats = field(default_factory=Caveats)
    previous: str | None = None
    quarter: str | None = None
    is_backfilled: bool = False

    @property
    def base_id(self) -> str:
        """The id without its revision."""
        return f"night-{self.valid_on}" if self.kind == "night" else f"quarter-{self.quarter}"


def refuse_if_unchanged(
    settings: Settings, kind: Kind, valid_on: date, data_head: LogHead, made_by: Provenance
) -> None:
    """Raise :class:`NothingChanged` when the newest release of that day says what a new one would say.

    That is: the same data, policy and code. Decisions on releases are no data.
    """
    for release in list_releases(settings):
        if release.kind != kind or release.valid_on != valid_on or not release.is_standing:
            continue
        manifest = release.manifest
        then = (
            manifest["data_head"]["hash"],
            manifest["policy_digest"],
            manifest["code"]["digest"],
            manifest.get("link_model_digest", NO_MODEL),
        )
        now = (data_head.hash, made_by.policy_digest, made_by.code_digest, made_by.link_model_digest)
        if then == now:
            raise NothingChanged(
                "nothing_changed",
                f"数据、规则和程序都没有变化，{release.release_id} 仍然有效",
                f"data, policy and code are as they were: {release.release_id} stands",
                next_step=f"jianhui release show {release.release_id}",
            )
        return


def publish(
    settings: Settings,
    build: Path,
    gate: GateResult,
    request: ReleaseRequest,
    marts: Sequence[MartSpec],
    *,
    clock: Clock,
    run: Mapping[str, Any] | None = None,
    decide: Decide | None = None,
    comparison: Path | None = None,
    report: Callable[[Path], object] | None = None,
) -> PublishedRelease:
    """Freeze the build as a new release and move the pointer, or keep it among the blocked ones.

    ``run``: what is worth knowing of this run (when it began, seconds by step); goes to ``run.json``.
    ``decide`` is told after the folder stands. ``comparison``: a folder to be kept with the release.
    ``report``: given the folder of a release that passed, tables and manifest in it, writes ``report/``.
    Raises :class:`GateBlocked` naming check, observed and allowed value, example keys and what to do; the
    last release then stands as it did.
    """
    release_id = next_id(settings, request.base_id)
    home = settings.releases if gate.is_passed else settings.releases / "blocked"
    home.mkdir(parents=True, exist_ok=True)
    staging = settings.releases / f"{STAGING_PREFIX}{release_id}-{os.getpid()}"
    try:
        staging.mkdir()
        tables = write_tables(build, staging, marts)
        (staging / "gate.json").write_text(gate.as_json(), encoding="utf-8")
        if comparison is not None:
            shutil.copytree(comparison, staging / COMPARISON)
        manifest = _manifest(staging, release_id, gate, request, tables)
        _write_json(staging / MANIFEST, manifest)
        if report is not None and gate.is_passed:
            report(staging)
            manifest = _manifest(staging, release_id, gate, request, tables)
            _write_json(staging / MANIFEST, manifest)
        _write_json(staging / "run.json", {**(run or {}), "finished_at": _instant(clock())})
        write_sums(staging)
        _settle(staging)
        digest = file_digest(staging / MANIFEST)
        staging.rename(home / release_id)
        _sync(home)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    if decide is not None:
        decide(
            {
                "event": "published" if gate.is_passed else "blocked",
                "release_id": release_id,
                "manifest_sha256": digest,
                "log_head": manifest["log_head"],
            }
        )
    if not gate.is_passed:
        raise _blocked(release_id, gate.blocking, request.previous)
    refresh_pointers(settings)
    return show(settings, release_id)


def withdraw(
    settings: Settings,
    release_id: str,
    reason: str,
    by: str,
    *,
    clock: Clock,
    decide: Decide | None = None,
) -> PublishedRelease:
    """Take a release back: it stays, marked with reason and person, and no pointer leads to it.

    Raises ``UsageError`` when there is no such release, it never passed, or it is withdrawn already.
    """
    release = show(settings, release_id)
    if not release.is_standing:
        raise UsageError(
            "cannot_withdraw",
            f"{release.release_id} 的状态是 {release.state}，不能撤回",
            f"{release.release_id} is {release.state} and cannot be withdrawn",
            where=Where(field="release", value=release.release_id),
            next_step="jianhui release list",
        )
    mark = {
        "event": "withdrawn",
        "release_id": release.release_id,
        "reason": reason,
        "by": by,
        "withdrawn_at": _instant(clock()),
    }
    if decide is not None:
        decide(mark)
    path = withdrawn_path(settings, release.release_id)
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(".pending")
    _write_json(fresh, mark)
    fresh.replace(path)
    refresh_pointers(settings)
    return show(settings, release.release_id)


def _manifest(
    folder: Path,
    release_id: str,
    gate: GateResult,
    request: ReleaseRequest,
    tables: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """What the release is made of. Files that differ between two runs (times, DuckDB) are in the sums."""
    beside = sorted(
        path for kept in (COMPARISON, REPORT) for path in (folder / kept).rglob("*") if path.is_file()
    )
    written = [folder / "gate.json", *sorted((folder / "marts").iterdir()), *beside]
    made_by = request.provenance
    return {
        "release_id": release_id,
        "kind": request.kind,
        "quarter": request.quarter,
        "revision": int(release_id.rpartition("-r")[2]),
        "as_of": {"valid_on": request.valid_on.isoformat(), "known_at": _instant(request.known_at)},
        "is_backfilled": request.is_backfilled,
        "log_head": asdict(request.log_head),
        "data_head": asdict(request.data_head),
        **made_by.as_manifest(),
        "previous": request.previous,
        "caveats": [asdict(caveat) for caveat in request.caveats.sentences],
        "assumed_policy": [dict(rule) for rule in request.caveats.assumed_policy],
        "gate": {"is_passed": gate.is_passed, "verdicts": gate.as_document()["verdicts"]},
        "files": {
            path.relative_to(folder).as_posix(): {"sha256": file_digest(path), "bytes": path.stat().st_size}
            for path in written
        },
        "tables": tables,
    }


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _settle(folder: Path) -> None:
    """Every byte on the disk, every file read-only, before the folder gets its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(_READ_ONLY)
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _blocked(release_id: str, checks: Sequence[CheckResult], previous: str | None) -> GateBlocked:
    """What stands against the release, so that a person can act without opening a file."""
    shown = checks[:SHOWN_CHECKS]
    more = len(checks) - len(shown)
    zh = "；".join(
        f"{check.title_zh}（{check.check_id}）：实际 {check.observed}，允许 {check.allowed}，"
        f"例如 {_keys(check)}。处理：{check.do_zh}"
        for check in shown
    )
    en = "; ".join(
        f"{check.title_en} ({check.check_id}): observed {check.observed}, allowed {check.allowed}, "
        f"for example {_keys(check)}. To do: {check.do_en}"
        for check in shown
    )
    stands_zh = f"，{previous} 仍然有效" if previous else ""
    stands_en = f", {previous} stands" if previous else ""
    return GateBlocked(
        "gate_blocked",
        f"有 {len(checks)} 项检查未通过，未发布{stands_zh}。{zh}{f'；另有 {more} 项' if more else ''}",
        f"{len(checks)} checks do not hold, nothing was published{stands_en}. {en}"
        f"{f'; and {more} more' if more else ''}",
        where=Where(file=f"releases/blocked/{release_id}/gate.json", field=shown[0].check_id),
        next_step=f"jianhui release show {release_id}",
    )


def _keys(check: CheckResult) -> str:
    return ", ".join(check.example_keys) or "-"
