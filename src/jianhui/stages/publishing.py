"""Steps 7 and 8: gate and release. A release passes whole or not at all."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from jianhui.intake.landing import feed_rule
from jianhui.log.ledger import RELEASES
from jianhui.publish.caveats import read_caveats
from jianhui.publish.digests import provenance
from jianhui.publish.release import ReleaseRequest, publish, refuse_if_unchanged
from jianhui.publish.release_feed import write_index
from jianhui.publish.release_index import Kind, PublishedRelease, previous_night
from jianhui.publish.rules import keep_rules
from jianhui.stages import building
from jianhui.stages.context import AsOf, Context
from jianhui.warehouse.build import build
from jianhui.warehouse.catalogue import marts
from jianhui.warehouse.gate import GateResult
from jianhui.warehouse.gate import gate as judge
from jianhui.warehouse.gate_waivers import read_waivers
from jianhui.warehouse.replayed import open_records

Progress = Callable[[str, str], None]
"""Told what is being done, in Chinese and English."""


def silent(zh: str, en: str) -> None:
    """A progress nobody hears."""


@dataclass(frozen=True)
class Published:
    """A release, and the contacts of its day (``enterprise_id`` and pseudonyms) for the work-lists."""

    release: PublishedRelease
    contacts: pl.DataFrame


def publish_as_of(
    context: Context,
    as_of: AsOf,
    *,
    kind: Kind = "night",
    quarter: str | None = None,
    is_backfilled: bool = False,
    beside: Callable[[Path, Path], None] | None = None,
    report: Callable[[Path], object] | None = None,
    progress: Progress = silent,
) -> Published:
    """Build, gate and release one as-of.

    ``beside``: given the build that passed and a folder, writes there what the release is to hold beside its
    tables (``comparison/``). ``report``: given the folder of the release on its way, writes its report.
    Raises ``NothingChanged`` when the newest release of that day says the same, ``GateBlocked`` when the
    build did not pass: the last release then stands.
    """
    began = context.clock()
    made_by = provenance(context.settings)
    data_head = context.log.data_head(as_of.known_at)
    refuse_if_unchanged(context.settings, kind, as_of.valid_on, data_head, made_by)
    previous = previous_night(context.settings, as_of.valid_on, as_of.known_at)
    seconds: dict[str, float] = {}
    with workshop(context) as folder:
        path = folder / "build.duckdb"
        verdict = gated(context, as_of, path, kind, previous, seconds, progress)
        request = ReleaseRequest(
            kind=kind,
            valid_on=as_of.valid_on,
            known_at=as_of.known_at,
            log_head=context.log.head_at(as_of.known_at),
            data_head=data_head,
            provenance=made_by,
            caveats=read_caveats(path, is_backfilled=is_backfilled),
            previous=previous.release_id if previous else None,
            quarter=quarter,
            is_backfilled=is_backfilled,
        )
        keep_rules(context.settings, made_by)
        comparison = None
        if beside is not None and verdict.is_passed:
            comparison = folder / "comparison"
            with _timed(seconds, "compare"):
                beside(path, comparison)
        try:
            release = publish(
                context.settings,
                path,
                verdict,
                request,
                marts(context.settings.dbt_project),
                clock=context.clock,
                run={"began_at": began.isoformat(), "seconds": seconds},
                decide=lambda decision: context.log.append_decision(RELEASES, decision, context.clock),
                comparison=comparison,
                report=report,
            )
        finally:  # what was blocked is told too
            write_index(context.settings, context.log.ledger())
        return Published(release, building.contacts(path))


def gated(
    context: Context,
    as_of: AsOf,
    path: Path,
    kind: Kind,
    previous: PublishedRelease | None,
    seconds: dict[str, float],
    progress: Progress = silent,
) -> GateResult:
    """Steps 5 to 7 into the file ``path``: resolve, build, gate. ``seconds`` takes how long each was."""
    progress("识别企业、建立关联…", "recognising enterprises, linking records…")
    with _timed(seconds, "resolve"):
        building.resolve(context, as_of, path, kind=kind, previous=previous)
    progress("构建数据表…", "building tables…")
    with _timed(seconds, "build"):
        build(context.settings, path)
    progress("检验…", "checking…")
    with _timed(seconds, "gate"):
        return gate(context, as_of, path, previous)


def gate(context: Context, as_of: AsOf, path: Path, previous: PublishedRelease | None) -> GateResult:
    """Step 7: judge the build at ``path`` against the last night and against the log itself."""
    rules = [feed_rule(contract) for contract in context.contracts.values()]
    return judge(
        path,
        previous.warehouse if previous else None,
        as_of.valid_on,
        read_waivers(context.settings.expectations / "waivers.yml", as_of.valid_on),
        open_records=open_records(context.log, rules, as_of.valid_on, as_of.known_at),
        expectations=context.settings.expectations,
    )


@contextmanager
def workshop(context: Context) -> Iterator[Path]:
    """A folder for one build under the cache; gone when the build is done."""
    root = context.settings.cache / "builds"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="build-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - start, 3)
