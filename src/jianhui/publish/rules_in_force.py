"""The rules of one day for every day: what lets a rule that begins later be tried on an earlier day."""

import csv
import hashlib
import io
import os
import shutil
from datetime import date
from pathlib import Path

from jianhui.core.policy import COLUMNS, read_policy
from jianhui.publish.digests import policy_digest
from jianhui.publish.rules import SEEDS
from jianhui.settings import Settings

RULES_FILE = "policy_rules.csv"


def rules_in_force_on(settings: Settings, policy: Path | None, day: date) -> Path:
    """A folder of rules (in the cache) in which those of ``policy`` in force on ``day`` hold for ever.

    ``policy``: a folder of seeds, default today's.
    """
    source = policy or settings.dbt_project / SEEDS
    content = (source / RULES_FILE).read_bytes()
    return with_rules(settings, source, {RULES_FILE: for_ever(content, day)})


def with_rules(settings: Settings, source: Path, changed: dict[str, bytes]) -> Path:
    """A copy of the folder of rules ``source``, some files of it replaced; in the cache, named by content."""
    told = hashlib.sha256(policy_digest(source).encode())
    for name in sorted(changed):
        told.update(f"\0{name}\0".encode() + changed[name])
    folder = settings.cache / "rules" / told.hexdigest()[:24]
    fresh = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)
    for name, content in changed.items():
        (fresh / name).write_bytes(content)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.replace(folder)
    return folder


def for_ever(content: bytes, day: date) -> bytes:
    """The rows of a policy file in force on ``day``, without their dates."""
    rows = [
        {
            "rule_key": rule.rule_key,
            "value": rule.value,
            "unit": rule.unit,
            "scope": rule.scope,
            "effective_from": "",
            "effective_to": "",
            "source": rule.source,
            "confidence": rule.confidence,
            "note": rule.note,
        }
        for rule in read_policy(content)
        if rule.holds_on(day)
    ]
    return csv_bytes(COLUMNS, rows)


def csv_bytes(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    """Rows as UTF-8 CSV with LF."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()
