"""Releases as they stand: list, show, query; status, doctor and the rules in force."""

from pathlib import Path
from typing import Any

from jianhui.core.errors import UsageError
from jianhui.core.policy import load_policy
from jianhui.publish import release_feed, release_index
from jianhui.publish.doctor import Finding
from jianhui.publish.doctor import doctor as examine
from jianhui.publish.life import lives
from jianhui.publish.rules import SEEDS, kept_policy
from jianhui.publish.rules_in_force import RULES_FILE
from jianhui.publish.sql import query as run_query
from jianhui.publish.status import Status
from jianhui.publish.status import status as status_of
from jianhui.stages import as_of
from jianhui.stages.context import NOW, Context, When
from jianhui.stages.publishing import Progress, silent


def list_all(context: Context, when: When = NOW) -> list[dict[str, Any]]:
    """Every release, newest first, with its state among the others and the stage of its life, as of then."""
    found = as_of.releases_of(context, when)
    told = lives(found, context.log.ledger(when.known_at))
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


def show(context: Context, name: str, when: When = NOW) -> dict[str, Any]:
    """The manifest of a release, what became of it (by then), and where it lies.

    ``current`` as of a day or moment: the night that stood then.
    """
    known = as_of.releases_of(context, when)
    found = (
        as_of.standing(context, when)
        if name == release_index.CURRENT and not when.is_now
        else release_index.show(context.settings, name, known)
    )
    told = lives(known, context.log.ledger(when.known_at))[found.release_id]
    return {"folder": str(found.folder), "state": found.state, "life": told.as_dict(), **found.manifest}


def write_index(context: Context) -> Path:
    """Make ``releases/index.json`` again from folders and log; where it lies."""
    return release_feed.write_index(context.settings, context.log.ledger())


def query(
    context: Context,
    text: str,
    name: str,
    form: str,
    when: When = NOW,
    *,
    progress: Progress = silent,
) -> str:
    """The answer of a read-only query, as ``table``, ``csv`` or ``json``: on a release, or as of a moment."""
    release = as_of.source(context, name, when, progress=progress)
    return run_query(context.settings, text, release).text(form)


def status(context: Context, when: When = NOW) -> Status:
    """How things stand, or stood: log, feeds, held deliveries, current release."""
    return status_of(context.settings, context.clock, when.valid_on, when.known_at)


def doctor(context: Context) -> list[Finding]:
    """What is wrong with the set-up, also where all is well."""
    return examine(context.settings, context.clock)


def policy_in_force(context: Context, when: When = NOW) -> list[dict[str, Any]]:
    """The rules in force for the city on the day of ``when`` (default: today).

    As known at a moment: by the rules of the newest release of then; raises ``UsageError`` where there is
    none, or its rules were not kept.
    """
    is_now = when.known_at is None
    folder = context.settings.dbt_project / SEEDS if is_now else _rules_then(context, when)
    return [vars(rule) for rule in load_policy(folder / RULES_FILE).in_force(when.valid_on or context.today)]


def _rules_then(context: Context, when: When) -> Path:
    release = as_of.standing(context, When(known_at=when.known_at))
    kept = kept_policy(context.settings, release.manifest["policy_digest"])
    if kept is None:
        raise UsageError(
            "rules_not_kept",
            f"{release.release_id} 的规则没有留存。",
            f"the rules of {release.release_id} were not kept",
            next_step="jianhui policy show",
        )
    return kept
