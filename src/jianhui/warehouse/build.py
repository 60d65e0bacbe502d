"""Drive dbt in this process: schema ``input`` of a DuckDB file in, staging, intermediate and marts out.

dbt is imported when first needed (seconds), parses the project once per process (the manifest is kept
while no project file changes) and writes its artefacts under the home's cache, never into the checkout.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb

from jianhui.core.errors import ExitCode, JianhuiError, Where
from jianhui.settings import Settings

MAX_EXAMPLES = 5
_GOOD = frozenset({"success", "pass", "warn", "skipped", "no-op"})

_Fingerprint = tuple[tuple[str, int, int], ...]
_manifests: dict[Path, tuple[_Fingerprint, Any]] = {}


class BuildError(JianhuiError):
    """A model could not be built, or a test of one failed: a bug of ours or input nobody foresaw."""

    exit_code = ExitCode.BUG


@dataclass(frozen=True)
class NodeRun:
    """One seed, model or test of a build. ``kind``: seed, model, test or unit_test."""

    name: str
    kind: str
    status: str
    seconds: float


@dataclass(frozen=True)
class BuildResult:
    """What was built where, and how long each node took."""

    duckdb_path: Path
    seconds: float
    nodes: tuple[NodeRun, ...]

    def count(self, kind: str) -> int:
        """How many nodes of a kind ran."""
        return sum(node.kind == kind for node in self.nodes)


def build(
    settings: Settings, duckdb_path: Path, *, select: str | None = None, is_tested: bool = True
) -> BuildResult:
    """Build seeds, models and their tests in ``duckdb_path``, whose schema ``input`` is filled.

    ``select``: a dbt selector, default everything. ``is_tested``: whether the data tests run (what is
    published always is). The file is closed again when this returns.
    Raises :class:`BuildError` naming the model or test, the rows observed and example keys.
    """
    # Nobody reads the artefacts as JSON; writing them takes a tenth of a small build.
    arguments = ["build", "--no-write-json", "--exclude-resource-type", "unit_test"]
    if not is_tested:
        arguments += ["--exclude-resource-type", "test"]
    if select is not None:
        arguments += ["--select", select]
    return _run(settings, duckdb_path, arguments)


def run_unit_tests(settings: Settings, duckdb_path: Path) -> BuildResult:
    """Run the project's dbt unit tests against a file that :func:`build` has filled (for its types)."""
    return _run(settings, duckdb_path, ["test", "--select", "test_type:unit"])


def _run(settings: Settings, duckdb_path: Path, arguments: Sequence[str]) -> BuildResult:
    began = time.monotonic()
    with _environment(duckdb_path):
        outcome = _invoke(settings, _manifest(settings), arguments)
        _close_connections()
    results = list(outcome.result) if outcome.result is not None else []
    bad = [result for result in results if str(result.status) not in _GOOD]
    if bad:
        raise _failure(bad, duckdb_path)
    if not outcome.success:
        raise _crash(outcome.exception)
    nodes = tuple(
        NodeRun(
            name=result.node.name,
            kind=str(result.node.resource_type),
            status=str(result.status),
            seconds=float(result.execution_time),
        )
        for result in results
    )
    return BuildResult(duckdb_path, time.monotonic() - began, nodes)


def _manifest(settings: Settings) -> Any:
    """The parsed project, parsed again only when a file of it has changed."""
    project = settings.dbt_project
    fingerprint = _fingerprint(project)
    known = _manifests.get(project)
    if known is not None and known[0] == fingerprint:
        return known[1]
    parsed = _invoke(settings, None, ["parse"])
    if not parsed.success:
        raise _crash(parsed.exception)
    _manifests[project] = (fingerprint, parsed.result)
    return parsed.result


def _fingerprint(project: Path) -> _Fingerprint:
    files = sorted(path for path in project.rglob("*") if path.is_file())
    stats = [(str(path.relative_to(project)), path.stat()) for path in files]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def _invoke(settings: Settings, manifest: Any, arguments: Sequence[str]) -> Any:
    from dbt.cli.main import dbtRunner

    work = settings.cache / "dbt"
    work.mkdir(parents=True, exist_ok=True)
    where = ["--project-dir", settings.dbt_project, "--profiles-dir", settings.dbt_project]
    artefacts = ["--target-path", work / "target", "--log-path", work / "logs"]
    talk = ["--quiet", "--no-use-colors", "--log-level", "none", "--log-level-file", "none"]
    command = [*arguments, *map(str, where), *map(str, artefacts), *talk, "--no-version-check"]
    with redirect_stdout(StringIO()):
        return dbtRunner(manifest=manifest).invoke(command)


@contextmanager
def _environment(duckdb_path: Path) -> Iterator[None]:
    """The environment dbt's profile reads; what was there before is put back."""
    wanted = {
        "JIANHUI_WAREHOUSE": str(duckdb_path),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _close_connections() -> None:
    """dbt keeps its connection for the process; a second build, or a reader, needs the file free."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    reset_adapters()  # type: ignore[no-untyped-call]


def _failure(bad: Sequence[Any], duckdb_path: Path) -> BuildError:
    """The first failure in words: what failed, how many rows, which keys."""
    first = bad[0]
    name, kind = first.node.name, str(first.node.resource_type)
    others = len(bad) - 1
    if kind == "test":
        examples = _examples(first.node, duckdb_path)
        model = getattr(first.node, "attached_node", None) or name
        zh = f"构建后的检验未通过：{name}，{first.failures} 行不合，例如 {examples}"
        en = f"a test of the build failed: {name}, {first.failures} rows, for example {examples}"
        place = Where(file=str(model).rsplit(".", maxsplit=1)[-1], field=name)
    else:
        zh = f"模型无法构建：{name}：{first.message}"
        en = f"could not build {name}: {first.message}"
        place = Where(file=str(first.node.original_file_path))
    if others:
        zh, en = f"{zh}（另有 {others} 处失败）", f"{en} ({others} more failures)"
    return BuildError("build_failed", zh, en, where=place, next_step="jianhui doctor")


def _examples(node: Any, duckdb_path: Path) -> str:
    """The first rows a failed test found, or why they cannot be shown."""
    try:
        with duckdb.connect(":memory:") as connection:
            quoted = str(duckdb_path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as warehouse (read_only)")
            found = connection.sql(f"select * from ({node.compiled_code}) limit {MAX_EXAMPLES}")
            rows: list[Mapping[str, Any]] = [
                dict(zip(found.columns, row, strict=True)) for row in found.fetchall()
            ]
    except duckdb.Error as error:
        return f"({error})"
    return "; ".join(", ".join(f"{key}={value}" for key, value in row.items()) for row in rows)


def _crash(error: BaseException | None) -> BuildError:
    return BuildError(
        "build_crashed",
        f"仓库构建中断：{error}",
        f"the warehouse build stopped: {error}",
        next_step="jianhui doctor",
    )
