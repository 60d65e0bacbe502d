"""Releases as they stand: list, show, withdraw, query; status, doctor and the rules in force."""

from datetime import date
from typing import Any

from jianhui.core.policy import load_policy
from jianhui.log.ledger import RELEASES
from jianhui.publish import release, release_index
from jianhui.publish.doctor import Finding
from jianhui.publish.doctor import doctor as examine
from jianhui.publish.sql import query as run_query
from jianhui.publish.status import Status
from jianhui.publish.status import status as status_of
from jianhui.stages.context import Context


def list_all(context: Context) -> list[dict[str, Any]]:
    """Every release, newest first, with its state."""
    return [
        {
            "release_id": one.release_id,
            "kind": one.kind,
            "valid_on": one.valid_on,
            "known_at": one.known_at,
            "state": one.state,
        }
        for one in release_index.list_releases(context.settings)
    ]


def show(context: Context, name: str) -> dict[str, Any]:
    """The manifest of a release, and where it lies."""
    found = release_index.show(context.settings, name)
    return {"folder": str(found.folder), "state": found.state, **found.manifest}


def withdraw(context: Context, name: str, reason: str, by: str) -> tuple[str, str]:
    """Take a release back: it stays, marked. What to say, in Chinese and English."""
    done = release.withdraw(
        context.settings,
        name,
        reason,
        by,
        clock=context.clock,
        decide=lambda decision: context.log.append_decision(RELEASES, decision, context.clock),
    )
    return f"{done.release_id} 已撤回：{reason}", f"{done.release_id} is withdrawn: {reason}"


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
