"""The checks of the gate, read from ``expectations/``: one suite a table, thresholds and patterns as data.

A suite names Great Expectations classes with their keyword arguments, so it can be read, diffed and
changed without Python. ``{batch}`` is the table of the suite; other tables are named by schema
(``marts``, ``input``). What a check is *about* (titles, severity, what to do) stands beside it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template
from typing import Any, Literal, get_args

from yaml import YAMLError

from jianhui.core.errors import UsageError, Where
from jianhui.core.yaml_text import parse_yaml

Severity = Literal["block", "warn"]
Need = Literal["previous", "union_register", "base_list", "log", "comparable"]

THRESHOLDS = "thresholds.yml"
WAIVERS = "waivers.yml"
NOT_SUITES = (THRESHOLDS, WAIVERS)
ROWS = "UnexpectedRowsExpectation"
MAX_EXAMPLES = 5


@dataclass(frozen=True)
class Check:
    """One rule.

    ``id`` is ``<suite>.<name>`` and lasts for ever. ``table`` is the table it speaks of.
    ``expectation`` and ``kwargs`` go to Great Expectations; a query returns the offending rows, a
    column ``key`` naming each, and may return ``observed`` and ``allowed`` of each, worst first.
    ``observe``: a query of one row ``observed``, ``allowed`` that tells the figures also when all is
    well. ``needs``: what must be there for the check to be judged at all.
    """

    id: str
    table: str
    title_zh: str
    title_en: str
    severity: Severity
    expectation: str
    kwargs: Mapping[str, Any]
    key_columns: tuple[str, ...]
    do_zh: str
    do_en: str
    observe: str | None = None
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class Suite:
    """The checks of one table; ``schema`` is where the table lies in the build."""

    table: str
    schema: str
    checks: tuple[Check, ...]

    def limited_to(self, ids: Collection[str]) -> "Suite":
        """The suite with only the checks of these ids."""
        return replace(self, checks=tuple(check for check in self.checks if check.id in ids))


@dataclass(frozen=True)
class Thresholds:
    """``thresholds.yml``: how far figures may move, how stale feeds may be, what looks personal."""

    measures: Mapping[str, Mapping[str, Any]]
    movements: Mapping[str, Mapping[str, Any]]
    freshness: Mapping[str, Mapping[str, Any]]
    personal: Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """What the build holds that the list of checks depends on."""

    feeds: tuple[str, ...]
    text_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_thresholds(folder: Path) -> Thresholds:
    """The thresholds. Raises :class:`UsageError` naming file and field where one is missing."""
    path = folder / THRESHOLDS
    document = _document(path)
    for section in ("measures", "movements", "freshness", "personal"):
        if not isinstance(document.get(section), dict):
            raise _invalid(path, section, document.get(section), "is not a mapping")
    for name, rule in document["movements"].items():
        for key in ("measure", "grouping", "severity", "free", "zh", "en", "reason_zh", "reason_en"):
            if key not in rule:
                raise _invalid(path, f"movements.{name}.{key}", None, "is missing")
        if rule["severity"] not in get_args(Severity):
            raise _invalid(path, f"movements.{name}.severity", rule["severity"], "is neither block nor warn")
        if rule["measure"] not in document["measures"]:
            raise _invalid(path, f"movements.{name}.measure", rule["measure"], "is no measure")
    if "default" not in document["freshness"]:
        raise _invalid(path, "freshness.default", None, "is missing")
    return Thresholds(
        document["measures"], document["movements"], document["freshness"], document["personal"]
    )


def read_suites(folder: Path, scene: Scene) -> tuple[Suite, ...]:
    """Every ``*.yml`` suite in order of its name; ``for_each: feeds`` makes one check per feed.

    Raises :class:`UsageError` on an unknown key, a missing one, or an id used twice.
    """
    suites = []
    for path in sorted(folder.glob("*.yml")):
        if path.name in NOT_SUITES:
            continue
        document = _document(path)
        table = str(document.get("table") or "")
        if not table or not isinstance(document.get("checks"), list):
            raise _invalid(path, "table", table, "a suite needs a table and a list of checks")
        key = tuple(document.get("key") or ())
        checks = [
            check
            for entry in document["checks"]
            for check in _expanded(_check(entry, path, table, key), entry, scene)
        ]
        _refuse_twins(checks, path)
        suites.append(Suite(table, str(document.get("schema", "marts")), tuple(checks)))
    return tuple(suites)


_FIELDS = {
    "id", "zh", "en", "severity", "type", "kwargs", "rows", "observe", "needs", "for_each", "do_zh", "do_en",
}  # fmt: skip


def _check(entry: Mapping[str, Any], path: Path, table: str, key: tuple[str, ...]) -> Check:
    if unknown := set(entry) - _FIELDS:
        raise _invalid(path, str(entry.get("id")), sorted(unknown), "unknown keys of a check")
    for name in ("id", "zh", "en", "severity", "do_zh", "do_en"):
        if not entry.get(name):
            raise _invalid(path, f"{entry.get('id')}.{name}", entry.get(name), "is missing")
    if entry["severity"] not in get_args(Severity):
        raise _invalid(path, f"{entry['id']}.severity", entry["severity"], "is neither block nor warn")
    if ("rows" in entry) == ("type" in entry):
        raise _invalid(path, entry["id"], None, "needs either rows (a query) or type (an expectation)")
    if "rows" in entry:
        expectation, kwargs = ROWS, {"unexpected_rows_query": str(entry["rows"])}
    else:
        expectation, kwargs = str(entry["type"]), dict(entry.get("kwargs") or {})
    needs = tuple(entry.get("needs") or ())
    if strangers := set(needs) - set(get_args(Need)):
        raise _invalid(path, f"{entry['id']}.needs", sorted(strangers), "is nothing the gate knows of")
    return Check(
        id=f"{path.stem}.{entry['id']}",
        table=table,
        title_zh=str(entry["zh"]),
        title_en=str(entry["en"]),
        severity=entry["severity"],
        expectation=expectation,
        kwargs=kwargs,
        key_columns=key,
        do_zh=str(entry["do_zh"]),
        do_en=str(entry["do_en"]),
        observe=entry.get("observe"),
        needs=needs,
    )


def _expanded(check: Check, entry: Mapping[str, Any], scene: Scene) -> Iterable[Check]:
    if "for_each" not in entry:
        return [check]
    return [for_feed(check, feed) for feed in scene.feeds]


def for_feed(check: Check, feed: str) -> Check:
    """The check of one feed: ``$feed`` in its texts and queries is the feed's name."""

    def filled(text: str) -> str:
        return Template(text).safe_substitute(feed=feed)

    kwargs = {
        name: filled(value) if isinstance(value, str) else value for name, value in check.kwargs.items()
    }
    return replace(
        check,
        id=f"{check.id}.{feed}",
        title_zh=filled(check.title_zh),
        title_en=filled(check.title_en),
        do_zh=filled(check.do_zh),
        do_en=filled(check.do_en),
        kwargs=kwargs,
        observe=None if check.observe is None else filled(check.observe),
    )


def _refuse_twins(checks: Sequence[Check], path: Path) -> None:
    seen: set[str] = set()
    for check in checks:
        if check.id in seen:
            raise _invalid(path, check.id, None, "two checks of one id")
        seen.add(check.id)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError) as error:
        raise _invalid(path, None, None, f"cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise _invalid(path, None, None, "is not a mapping")
    return document


def _invalid(path: Path, field_name: str | None, value: object, problem: str) -> UsageError:
    return UsageError(
        "expectations_invalid",
        f"关卡规则文件有误：{path.name} {field_name or ''}",
        f"{path.name}: {field_name or 'the file'} {problem}",
        where=Where(file=path.name, field=field_name, value=None if value is None else str(value)),
        next_step=f"correct expectations/{path.name}",
    )
