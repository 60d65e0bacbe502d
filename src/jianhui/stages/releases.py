"""Releases as they stand: list, show, query; status, doctor and the rules in force."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from jianhui.core.errors import UsageError
from jianhui.core.policy import load_policy
from jianhui.publish import release_index
from jianhui.publish.doctor import Finding
from jianhui.publish.doctor import doctor as examine
from jianhui.publish.life import lives
from jianhui.publish.rules import SEEDS, kept_policy
from jianhui.publish.rules_in_force import RULES_FILE
from jianhui.publish.sql import query as run_query
from jianhui.publish.status import Status
from jianhui.publish.status import status as status_of
from jianhui.stages import as_of
from jianhui.stages.context import Context
from jianhui.stages.publishing import Progress, silent


def list_all(context: Context) -> list[dict[str, Any]]:
    """Every release, newest first, with its state among the others and the stage of its life."""
    found = release_index.list_releases(context.settings)
    told = lives(found, context.log.ledger())
    return [
        {
            "release_id": one.release_id,
            "kind": one.kind,
            "valid_on": one.valid_on,
            "known_at": one.known_at,
            "state": one.state,
            "stage": told[one.release_id].stage,
        }
        for one in found
    ]


def show(
    context: Context, name: str, valid_on: date | None = None, known_at: datetime | None = None
) -> dict[str, Any]:
    """The manifest of a release, what became of it, and where it lies.

    With a day or a moment: the night that stood then.
    """
    found = (
        release_index.show(context.settings, name)
        if valid_on is None and known_at is None
        else as_of.standing(context, valid_on, known_at)
    )
    told = lives(release_index.list_releases(context.settings), context.log.ledger())[found.release_id]
    return {"folder": str(found.folder), "state": found.state, "life": told.as_dict(), **found.manifest}


def query(
    context: Context,
    text: str,
    name: str,
    form: str,
    valid_on: date | None = None,
    known_at: datetime | None = None,
    *,
    progress: Progress = silent,
) -> str:
    """The answer of a read-only query, as ``table``, ``csv`` or ``json``: on a release, or as of a moment."""
    release = as_of.source(context, name, valid_on, known_at, progress=progress)
    return run_query(context.settings, text, release).text(form)


def status(context: Context, valid_on: date | None = None, known_at: datetime | None = None) -> Status:
    """How things stand, or stood: log, feeds, held deliveries, current release."""
    return status_of(context.settings, context.clock, valid_on, known_at)


def doctor(context: Context) -> list[Finding]:
    """What is wrong with the set-up, also where all is well."""
    return examine(context.settings, context.clock)


def policy_in_force(
    context: Context, day: date | None, known_at: datetime | None = None
) -> list[dict[str, Any]]:
    """The rules in force for the city on ``day`` (default: today).

    ``known_at``: by the rules of the newest release of then; raises ``UsageError`` where there is none, or
    its rules were not kept.
    """
    folder = context.settings.dbt_project / SEEDS if known_at is None else _rules_then(context, known_at)
    return [vars(rule) for rule in load_policy(folder / RULES_FILE).in_force(day or context.today)]


def _rules_then(context: Context, known_at: datetime) -> Path:
    release = as_of.standing(context, None, known_at)
    kept = kept_policy(context.settings, release.manifest["policy_digest"])
    if kept is None:
        raise UsageError(
            "rules_not_kept",
            f"{release.release_id} 的规则没有留存。",
            f"the rules of {release.release_id} were not kept",
            next_step="jianhui policy show",
        )
    return kept
