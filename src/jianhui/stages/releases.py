"""Releases as they stand: list, show, query; status, doctor and the rules in force."""

from datetime import date
from typing import Any

from jianhui.core.policy import load_policy
from jianhui.publish import release_index
from jianhui.publish.doctor import Finding
from jianhui.publish.doctor import doctor as examine
from jianhui.publish.life import lives
from jianhui.publish.sql import query as run_query
from jianhui.publish.status import Status
from jianhui.publish.status import status as status_of
from jianhui.stages.context import Context


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


def show(context: Context, name: str) -> dict[str, Any]:
    """The manifest of a release, and where it lies."""
    found = release_index.show(context.settings, name)
    told = lives(release_index.list_releases(context.settings), context.log.ledger())[found.release_id]
    return {"folder": str(found.folder), "state": found.state, "life": told.as_dict(), **found.manifest}


def query(context: Context, text: str, name: str, form: str) -> str:
    """The answer of a read-only query on a release, as ``table``, ``csv`` or ``json``."""
    return run_query(context.settings, text, name).text(form)


def status(context: Context) -> Status:
    """How things stand: log, feeds, held deliveries, current release."""
    return status_of(context.settings, context.clock)


def doctor(context: Context) -> list[Finding]:
    """What is wrong with the set-up, also where all is well."""
    return examine(context.settings, context.clock)


def policy_in_force(context: Context, day: date | None) -> list[dict[str, Any]]:
    """The rules in force for the city on ``day`` (default: today)."""
    policy = load_policy(context.settings.dbt_project / "seeds" / "policy_rules.csv")
    return [vars(rule) for rule in policy.in_force(day or context.today)]
