"""Waivers: a person answers, until a day, for one check not holding. Committed beside the checks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jianhui.core.errors import UsageError, Where
from jianhui.core.yaml_text import parse_yaml


@dataclass(frozen=True)
class Waiver:
    """``check`` does not block while ``from_on <= valid_on <= until_on``.

    ``keys``: only these keys are waived (empty: whatever the check finds). A waiver for one district
    lets nothing else through.
    """

    check: str
    owner: str
    reason: str
    from_on: date
    until_on: date
    keys: tuple[str, ...] = ()

    def covers(self, valid_on: date, keys: Sequence[str], is_complete: bool) -> bool:
        """Whether it answers for these offending keys; ``is_complete``: they are all there are."""
        if not self.from_on <= valid_on <= self.until_on:
            return False
        return not self.keys or (is_complete and set(keys) <= set(self.keys))


def read_waivers(path: Path, valid_on: date) -> tuple[Waiver, ...]:
    """The waivers of ``path``. An expired one is an error: somebody said it would be over by then.

    Raises :class:`UsageError` naming the check and the field.
    """
    document = parse_yaml(path.read_text(encoding="utf-8")) or {}
    waivers = tuple(_waiver(entry, path) for entry in document.get("waivers") or [])
    for waiver in waivers:
        if waiver.until_on < valid_on:
            raise UsageError(
                "waiver_expired",
                f"豁免已过期：{waiver.check}（责任人 {waiver.owner}，{waiver.until_on} 到期）",
                f"the waiver of {waiver.check} by {waiver.owner} expired on {waiver.until_on}",
                where=Where(file=path.name, field="until", value=waiver.until_on.isoformat()),
                next_step=f"mend the data and delete the waiver, or renew it in expectations/{path.name}",
            )
    return waivers


def refuse_unknown_checks(waivers: Iterable[Waiver], known: Iterable[str]) -> None:
    """A waiver of a check that does not exist waives nothing, silently: refused."""
    names = set(known)
    for waiver in waivers:
        if waiver.check not in names:
            raise UsageError(
                "waiver_of_unknown_check",
                f"豁免所指的检查不存在：{waiver.check}",
                f"there is no check {waiver.check!r} to waive",
                where=Where(field="check", value=waiver.check),
                next_step="write the check's id as gate.json shows it",
            )


def _waiver(entry: object, path: Path) -> Waiver:
    if not isinstance(entry, dict):
        raise _invalid(path, "waivers", entry)
    for name in ("check", "owner", "reason"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise _invalid(path, f"{entry.get('check')}.{name}", entry.get(name))
    for name in ("from", "until"):
        if not isinstance(entry.get(name), date):
            raise _invalid(path, f"{entry['check']}.{name}", entry.get(name))
    if unknown := set(entry) - {"check", "owner", "reason", "from", "until", "keys"}:
        raise _invalid(path, entry["check"], sorted(unknown))
    return Waiver(
        check=entry["check"],
        owner=entry["owner"],
        reason=entry["reason"],
        from_on=entry["from"],
        until_on=entry["until"],
        keys=tuple(str(key) for key in entry.get("keys") or ()),
    )


def _invalid(path: Path, field: str, value: object) -> UsageError:
    return UsageError(
        "waiver_invalid",
        f"豁免写法有误：{field}",
        f"a waiver needs check, owner, reason, from and until (days); {field} is not as it should be",
        where=Where(file=path.name, field=field, value=None if value is None else str(value)),
        next_step=f"correct expectations/{path.name}",
    )
