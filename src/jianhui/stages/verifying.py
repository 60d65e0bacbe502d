"""Prove a release: every byte as published, the log still the one it rests on, every table made again.

The rebuild takes the log as known at the release's moment, the rules and the link model it was made by
(kept by digest), and today's code. Where code or dependencies are others than then, tables may differ:
that is said, with the tables, and is no fault. Where nothing changed, every table must come out the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jianhui.core.errors import ExitCode
from jianhui.log.ledger import RELEASES
from jianhui.publish.digests import NO_MODEL, provenance
from jianhui.publish.release_index import PublishedRelease, list_releases, show
from jianhui.publish.release_tables import write_tables
from jianhui.publish.release_verify import FileProblem, verify_files
from jianhui.publish.rules import kept_model, kept_policy, project_under
from jianhui.stages.context import AsOf, Context
from jianhui.stages.publishing import Progress, gated, silent, workshop
from jianhui.warehouse.catalogue import marts


@dataclass(frozen=True)
class TableProof:
    """One table of a release and of its rebuild. ``rows``: published, rebuilt (None: there is none)."""

    table: str
    is_same: bool
    rows: tuple[int | None, int | None]

    def sentence(self) -> tuple[str, str]:
        """What to say of a table that differs."""
        published, rebuilt = ("–" if n is None else str(n) for n in self.rows)
        return (
            f"{self.table}：重算结果与发布时不同（发布 {published} 行，重算 {rebuilt} 行）",
            f"{self.table}: rebuilt otherwise than published ({published} rows published, {rebuilt} rebuilt)",
        )


@dataclass(frozen=True)
class Proof:
    """What was found of a release.

    ``files``: what is not byte for byte as published; ``log``: why the log is not the one it rests on;
    ``changed``: by what it was made that is no longer so; ``tables``: empty when it was not rebuilt.
    """

    release_id: str
    files: tuple[FileProblem, ...]
    log: tuple[tuple[str, str], ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    tables: tuple[TableProof, ...] = ()

    @property
    def differing(self) -> tuple[TableProof, ...]:
        """The tables that came out otherwise."""
        return tuple(table for table in self.tables if not table.is_same)

    @property
    def exit_code(self) -> ExitCode:
        """5 where something was damaged; 1 where equal inputs and equal code gave another table; else 0."""
        if self.files or self.log:
            return ExitCode.LOG_DAMAGED
        return ExitCode.BUG if self.differing and not self.changed else ExitCode.DONE

    def verdict(self) -> tuple[str, str]:
        """The whole in one sentence."""
        if self.files or self.log:
            n = len(self.files) + len(self.log)
            return f"{n} 处与发布时不符。", f"{n} thing(s) are not as published."
        if not self.tables:
            return "与发布时逐字节一致。", "Byte for byte as published."
        n, differing = len(self.tables), len(self.differing)
        if not differing:
            return (
                f"与发布时逐字节一致；由事件日志重算，{n} 张表全部相同。",
                f"Byte for byte as published; rebuilt from the log, all {n} tables are equal.",
            )
        if self.changed:
            return (
                f"与发布时逐字节一致；编制所用的程序等已有变化，重算的 {n} 张表中 {differing} 张不同。",
                f"Byte for byte as published; what made it has changed since, and {differing} of {n} rebuilt "
                "tables differ.",
            )
        return (
            f"程序、规则、日志均未变化，而重算的 {n} 张表中 {differing} 张不同：这是程序的错误。",
            f"Code, rules and log are as they were, and yet {differing} of {n} rebuilt tables differ: a bug.",
        )

    def as_dict(self) -> dict[str, Any]:
        """The proof for a program."""
        return {
            "release_id": self.release_id,
            "exit_code": int(self.exit_code),
            "files": [{"path": one.path, "zh": one.zh, "en": one.en} for one in self.files],
            "log": [{"zh": zh, "en": en} for zh, en in self.log],
            "changed": [{"zh": zh, "en": en} for zh, en in self.changed],
            "tables": [
                {"table": one.table, "is_same": one.is_same, "rows": list(one.rows)} for one in self.tables
            ],
        }


def verify(context: Context, name: str, *, is_rebuilt: bool = True, progress: Progress = silent) -> Proof:
    """Prove a release. ``is_rebuilt``: whether its tables are made again too, not only its bytes checked.

    A release whose files or log are damaged is not rebuilt. Raises ``UsageError`` for an unknown release.
    """
    files = verify_files(context.settings, name, told_of_manifests(context))
    if files:
        return Proof(files[0].release_id, files)
    release = show(context.settings, name)
    log = tuple(_log_problems(context, release))
    if log or not is_rebuilt:
        return Proof(release.release_id, files, log)
    changed, under = _as_made(context, release)
    progress("由事件日志重算…", "rebuilding from the log…")
    tables = _rebuilt(under, context, release)
    return Proof(release.release_id, files, log, tuple(changed), tuple(_proofs(release.manifest, tables)))


def told_of_manifests(context: Context) -> dict[str, str]:
    """Release id → digest of its manifest, as the log tells."""
    return {
        line.payload["release_id"]: line.payload["manifest_sha256"]
        for line in context.log.ledger()
        if line.stream == RELEASES and line.payload and "manifest_sha256" in line.payload
    }


def _log_problems(context: Context, release: PublishedRelease) -> list[tuple[str, str]]:
    """Whether what the log knew at the release's moment is what the release rests on."""
    then = release.manifest["data_head"]
    now = context.log.data_head(release.known_at)
    if (now.seq, now.hash) == (then["seq"], then["hash"]):
        return []
    return [
        (
            f"事件日志在该知悉时间的位置是第 {now.seq} 行，而发布依据的是第 {then['seq']} 行："
            "日志不是编制时的那一份",
            f"the log's data head at that moment is line {now.seq}, the release rests on line {then['seq']}: "
            "this is not the log it was made from",
        )
    ]


def _as_made(context: Context, release: PublishedRelease) -> tuple[list[tuple[str, str]], Context]:
    """What has changed since and cannot be had back, and the context under the release's own rules."""
    manifest, today = release.manifest, provenance(context.settings)
    settings, changed = context.settings, []
    if manifest["code"]["digest"] != today.code_digest:
        was = manifest["code"]["version"]
        changed.append(
            (
                f"程序已有变化（发布时版本 {was}，现为 {today.code_version}）",
                f"the code has changed (version {was} then, {today.code_version} now)",
            )
        )
    if manifest["dependency_digest"] != today.dependency_digest:
        changed.append(("依赖库已有变化", "the dependencies have changed"))
    policy = kept_policy(settings, manifest["policy_digest"])
    if policy is None:
        changed.append(
            ("当时的规则没有留存，按现行规则重算", "the rules of then were not kept: rebuilt under today's")
        )
    else:
        settings = replace(settings, project=project_under(settings, policy))
    # Named, the model is used without what nights remember of it: a proof rests on no cache.
    settings = replace(settings, model=settings.link_model)
    model_digest = manifest.get("link_model_digest", NO_MODEL)
    if model_digest != today.link_model_digest:
        model = kept_model(settings, model_digest)
        if model is None:
            changed.append(("关联模型已有变化，当时的没有留存", "the link model changed and was not kept"))
        else:
            settings = replace(settings, model=model)
    return changed, Context(settings, context.clock)


def _rebuilt(under: Context, context: Context, release: PublishedRelease) -> Mapping[str, Mapping[str, Any]]:
    """Rows and digest of every table, made again: resolve, build, gate (whose results are a table too)."""
    as_of = AsOf(release.valid_on, release.known_at)
    wanted = release.manifest["previous"]
    previous = next((one for one in list_releases(context.settings) if one.release_id == wanted), None)
    with workshop(context) as bench:
        path = bench / "build.duckdb"
        gated(under, as_of, path, release.kind, previous, {})
        made = bench / "made"
        made.mkdir()
        return write_tables(path, made, marts(under.settings.dbt_project))


def _proofs(manifest: Mapping[str, Any], rebuilt: Mapping[str, Mapping[str, Any]]) -> list[TableProof]:
    published: Mapping[str, Mapping[str, Any]] = manifest["tables"]
    proofs = []
    for table in sorted(set(published) | set(rebuilt)):
        then, now = published.get(table, {}), rebuilt.get(table, {})
        is_same = then.get("digest") == now.get("digest")
        proofs.append(TableProof(table, is_same, (then.get("rows"), now.get("rows"))))
    return proofs
