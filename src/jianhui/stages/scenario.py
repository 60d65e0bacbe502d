"""A build that is not published: another day, another moment, other rules, or without some of the news.

Builds are kept in ``cache/scenarios/<key>/`` in the shape of a release, with ``SHA256SUMS``. The key names
all that goes in: as-of, the log's lines that count, rules, link model, code, dependencies. Derived, proved
before each use, and disposable: the oldest give way.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from jianhui.core.clock import SHANGHAI
from jianhui.core.events import FeedRule
from jianhui.intake.landing import feed_rule
from jianhui.log.ledger import RELEASES, LedgerLine
from jianhui.log.selection import SelectedLog
from jianhui.log.store import EventLog
from jianhui.publish.caveats import Caveat, Caveats, read_caveats
from jianhui.publish.digests import Provenance, provenance, write_sums
from jianhui.publish.release_index import MANIFEST, REBUILT, Kind, PublishedRelease
from jianhui.publish.release_tables import write_tables
from jianhui.publish.release_verify import is_whole
from jianhui.publish.rules import project_under
from jianhui.publish.states import write_states
from jianhui.stages import building
from jianhui.stages.context import AsOf, Context
from jianhui.stages.publishing import Progress, silent, workshop
from jianhui.warehouse.build import build as build_marts
from jianhui.warehouse.catalogue import marts

KEPT = 12
"""How many builds stay in the cache."""

UNGATED = Caveat(
    "按时点重建的结果，未经关卡检验，也未发布", "rebuilt as of a moment: not gated, not published"
)

_KEY_CHARACTERS = 24


@dataclass(frozen=True)
class Scenario:
    """What to build. ``policy``, ``model``: folders of other rules and another link model, else today's.

    ``keep``: which lines of the log count, else all known at ``as_of.known_at``. ``is_tested``: whether the
    data tests of the models run too.
    """

    as_of: AsOf
    kind: Kind = "night"
    policy: Path | None = None
    model: Path | None = None
    keep: Callable[[LedgerLine], bool] | None = None
    previous: PublishedRelease | None = None
    is_tested: bool = False


@dataclass(frozen=True)
class Built:
    """A build in the cache: ``marts/``, ``warehouse.duckdb``, ``states/`` (``publish.states``)."""

    folder: Path
    as_of: AsOf
    provenance: Provenance


def built(context: Context, scenario: Scenario, *, progress: Progress = silent) -> Built:
    """The build of ``scenario``: from the cache where it lies there whole, else made now.

    Raises ``UsageError`` where nothing can be said of the day, ``BuildError``.
    """
    under = _under(context, scenario)
    made_by = provenance(under.settings)
    log = _log(under, scenario)
    facts = _facts(under, log, scenario, made_by)
    key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:_KEY_CHARACTERS]
    folder = context.settings.cache / "scenarios" / key
    if folder.is_dir() and is_whole(folder):
        os.utime(folder)
        return Built(folder, scenario.as_of, made_by)
    moment = f"{scenario.as_of.known_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    progress(
        f"构建 {scenario.as_of.valid_on}（知悉 {moment}）…",
        f"building {scenario.as_of.valid_on} as known {moment}…",
    )
    with workshop(context) as bench:
        path = bench / "build.duckdb"
        building.resolve(under, scenario.as_of, path, kind=scenario.kind, previous=scenario.previous, log=log)
        build_marts(under.settings, path, is_tested=scenario.is_tested)
        made = bench / "made"
        made.mkdir()
        write_tables(path, made, marts(under.settings.dbt_project))
        write_states(path, made)
        manifest = {**facts, **_told(read_caveats(path))}
        (made / MANIFEST).write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        write_sums(made)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    _make_room(folder.parent)
    return Built(folder, scenario.as_of, made_by)


def rules_of_feeds(context: Context) -> dict[str, FeedRule]:
    """The log's rule of every feed, by feed."""
    return {feed: feed_rule(contract) for feed, contract in context.contracts.items()}


def _under(context: Context, scenario: Scenario) -> Context:
    """The context under the rules and the model of the scenario."""
    settings = context.settings
    if scenario.policy is not None:
        settings = replace(settings, project=project_under(settings, scenario.policy))
    if scenario.model is not None:
        settings = replace(settings, model=scenario.model)
    return Context(settings, context.clock)


def _log(context: Context, scenario: Scenario) -> EventLog:
    if scenario.keep is None:
        return context.log
    return SelectedLog(context.log, rules_of_feeds(context), scenario.keep)


def _facts(context: Context, log: EventLog, scenario: Scenario, made_by: Provenance) -> dict[str, object]:
    """Everything the build is a function of, in the words of a manifest."""
    told = hashlib.sha256()
    for line in log.ledger(scenario.as_of.known_at):
        if line.stream != RELEASES:
            told.update(line.hash.encode())
    return {
        "release_id": f"{REBUILT}{scenario.as_of.valid_on} known {scenario.as_of.known_at.isoformat()}",
        "kind": scenario.kind,
        "quarter": None,
        "as_of": {
            "valid_on": scenario.as_of.valid_on.isoformat(),
            "known_at": scenario.as_of.known_at.isoformat(),
        },
        "known": told.hexdigest(),
        **made_by.as_manifest(),
        "previous": scenario.previous.release_id if scenario.previous else None,
        "is_tested": scenario.is_tested,
    }


def _told(caveats: Caveats) -> dict[str, object]:
    """What a reader must know, first that nobody has judged these figures."""
    return {
        "caveats": [asdict(UNGATED), *(asdict(caveat) for caveat in caveats.sentences)],
        "assumed_policy": [dict(rule) for rule in caveats.assumed_policy],
    }


def _make_room(root: Path) -> None:
    """Keep the newest :data:`KEPT` builds."""
    folders = sorted(
        (path for path in root.iterdir() if path.is_dir()),
        key=lambda path: (path.stat().st_mtime_ns, path.name),
        reverse=True,
    )
    for folder in folders[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
