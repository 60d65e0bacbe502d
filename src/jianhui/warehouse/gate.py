"""The gate: every check on a finished build, with what was seen, what is allowed, and what to do.

Nothing is published past a check of severity ``block`` that does not hold, unless a person answers
for it in ``expectations/waivers.yml``. A check that cannot be judged (no earlier release, a feed never
received) says so; it is never counted as passed.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import duckdb
import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.settings import INSTALLATION
from jianhui.warehouse.gate_checks import (
    MAX_EXAMPLES,
    ROWS,
    Check,
    Need,
    Scene,
    Severity,
    read_suites,
    read_thresholds,
)
from jianhui.warehouse.gate_generated import with_generated
from jianhui.warehouse.gate_run import Outcome, attached, run_suites
from jianhui.warehouse.gate_waivers import Waiver, refuse_unknown_checks

Verdict = Literal["pass", "warn", "block", "not_judged", "waived"]

RESULTS_TABLE = "fct_check_results"

_NOT_JUDGED: dict[Need, tuple[str, str]] = {
    "previous": ("没有更早的发布可比", "there is no earlier release to compare with"),
    "union_register": ("从未收到工会登记", "the register of unions was never received"),
    "base_list": ("计划年度没有固化基数清单", "there is no frozen base for the plan year"),
    "log": ("未提供事件日志的有效记录", "the open records of the event log were not handed over"),
    "comparable": (
        "没有可比的数：上次发布无此数，或该数据从未收到",
        "nothing to compare: not in the last release, or never received",
    ),
}


@dataclass(frozen=True)
class CheckResult:
    """One check as judged. ``observed`` and ``allowed`` are texts; ``example_keys`` at most five."""

    check_id: str
    table_name: str
    title_zh: str
    title_en: str
    severity: Severity
    verdict: Verdict
    n_offending: int
    observed: str
    allowed: str
    example_keys: tuple[str, ...]
    do_zh: str
    do_en: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class GateResult:
    """All checks of one build, in order of table and check."""

    valid_on: date
    checks: tuple[CheckResult, ...]

    @property
    def is_passed(self) -> bool:
        """Whether the build may be published."""
        return not self.blocking

    @property
    def blocking(self) -> tuple[CheckResult, ...]:
        """The checks that stand against publishing."""
        return tuple(check for check in self.checks if check.verdict == "block")

    def count(self, verdict: Verdict) -> int:
        """How many checks came to ``verdict``."""
        return sum(check.verdict == verdict for check in self.checks)

    def as_document(self) -> dict[str, Any]:
        """What ``gate.json`` holds: no clock, no path, so equal builds have equal documents."""
        verdicts = Counter(check.verdict for check in self.checks)
        return {
            "valid_on": self.valid_on.isoformat(),
            "is_passed": self.is_passed,
            "verdicts": {verdict: verdicts.get(verdict, 0) for verdict in get_args(Verdict)},
            "checks": [{**asdict(check), "example_keys": list(check.example_keys)} for check in self.checks],
        }

    def as_json(self) -> str:
        """``gate.json``, byte for byte the same for the same result."""
        return json.dumps(self.as_document(), ensure_ascii=False, indent=1) + "\n"


def gate(
    duckdb_path: Path,
    previous: Path | None,
    valid_on: date,
    waivers: Sequence[Waiver] = (),
    *,
    open_records: pl.DataFrame | None = None,
    expectations: Path = INSTALLATION / "expectations",
    only: Collection[str] | None = None,
) -> GateResult:
    """Judge the build in ``duckdb_path`` and fill its table ``marts.fct_check_results``.

    ``previous``: ``warehouse.duckdb`` of the last night that passed, or None for the first.
    ``open_records`` (``feed``, ``record_key``, ``asserted_seq``): what the event log alone says is open
    on ``valid_on``; see :mod:`jianhui.warehouse.replayed`. ``only``: ids of the checks to run, to look
    into one; a release needs all of them. Raises :class:`UsageError` when the build is
    of another day or a waiver names no check.
    """
    thresholds = read_thresholds(expectations)
    with attached(duckdb_path, previous) as connection:
        _refuse_other_day(connection, valid_on)
        scene = _scene(connection)
        suites = with_generated(read_suites(expectations, scene), thresholds, scene)
        every_check = [check for suite in suites for check in suite.checks]
        refuse_unknown_checks(waivers, [check.id for check in every_check])
        checks = [check for check in every_check if only is None or check.id in only]
        _hand_over(connection, open_records)
        met = _needs_met(connection, previous is not None, open_records is not None)
        judged = {check.id for check in checks if all(met[need] for need in check.needs)}
        outcomes = run_suites(connection, [suite.limited_to(judged) for suite in suites])
        bench = _Bench(connection, met, valid_on, tuple(waivers))
        results = tuple(bench.result(check, outcomes.get(check.id)) for check in checks)
    result = GateResult(valid_on, results)
    fill_results(duckdb_path, result)
    return result


def fill_results(duckdb_path: Path, result: GateResult) -> None:
    """Write ``fct_check_results`` of the build anew from ``result``: one row per check."""
    rows = [
        {
            **asdict(check),
            "example_keys": json.dumps(list(check.example_keys), ensure_ascii=False),
        }
        for check in result.checks
    ]
    connection = duckdb.connect(str(duckdb_path))
    try:
        columns = [
            str(row[0])
            for row in connection.execute(
                "select column_name from information_schema.columns where table_schema = 'marts' "
                "and table_name = ? order by ordinal_position",
                [RESULTS_TABLE],
            ).fetchall()
        ]
        marks = ", ".join("?" for _ in columns)
        connection.execute("begin")
        connection.execute(f"delete from marts.{RESULTS_TABLE}")
        connection.executemany(
            f"insert into marts.{RESULTS_TABLE} values ({marks})",
            [[row[column] for column in columns] for row in rows],
        )
        connection.execute("commit")
    finally:
        connection.close()


def _refuse_other_day(connection: duckdb.DuckDBPyConnection, valid_on: date) -> None:
    built_on = connection.execute("select valid_on from input.asof").fetchall()[0][0]
    if built_on != valid_on:
        raise UsageError(
            "build_of_another_day",
            f"构建的基准日是 {built_on}，不是 {valid_on}",
            f"the build is as of {built_on}, not {valid_on}",
            where=Where(field="valid_on", value=valid_on.isoformat()),
            next_step="build again for the day asked for",
        )


def _scene(connection: duckdb.DuckDBPyConnection) -> Scene:
    feeds = connection.execute("select feed from input.feeds order by feed").fetchall()
    columns = connection.execute(
        "select table_name, column_name from information_schema.columns "
        "where table_catalog = 'warehouse' and table_schema = 'marts' and data_type = 'VARCHAR' "
        "order by table_name, ordinal_position"
    ).fetchall()
    texts: dict[str, tuple[str, ...]] = {}
    for table, column in columns:
        texts[table] = (*texts.get(table, ()), column)
    return Scene(tuple(feed for (feed,) in feeds), texts)


def _hand_over(connection: duckdb.DuckDBPyConnection, open_records: pl.DataFrame | None) -> None:
    connection.execute(
        "create table memory.main.open_records (feed varchar, record_key varchar, asserted_seq bigint)"
    )
    if open_records is not None:
        handed = open_records.select("feed", "record_key", "asserted_seq").to_arrow()
        connection.register("handed_over", handed)
        connection.execute("insert into memory.main.open_records select * from handed_over")
        connection.unregister("handed_over")


def _needs_met(connection: duckdb.DuckDBPyConnection, has_previous: bool, has_log: bool) -> dict[Need, bool]:
    ((has_register, has_base_list),) = connection.execute(
        "select coalesce(bool_or(is_received), false), "
        "exists (select 1 from marts.agg_coverage where base_kind = 'frozen') "
        "from input.feeds where feed = 'union_organisations'"
    ).fetchall()
    return {
        "previous": has_previous,
        "union_register": has_register,
        "base_list": has_base_list,
        "log": has_log,
        "comparable": True,
    }


@dataclass(frozen=True)
class _Bench:
    """Turns what a check found into a verdict with figures."""

    connection: duckdb.DuckDBPyConnection
    met: Mapping[Need, bool]
    valid_on: date
    waivers: tuple[Waiver, ...]

    def result(self, check: Check, outcome: Outcome | None) -> CheckResult:
        if outcome is None:
            missing = next(need for need in check.needs if not self.met[need])
            return _row(check, "not_judged", reason=_NOT_JUDGED[missing])
        figures = self._figures(check)
        if figures is None and "comparable" in check.needs:
            return _row(check, "not_judged", reason=_NOT_JUDGED["comparable"])
        figures = figures or _plain_figures(check, outcome)
        if outcome.holds:
            return _row(check, "pass", figures=figures)
        keys = tuple(str(row["key"]) for row in outcome.rows if row.get("key") is not None)[:MAX_EXAMPLES]
        worst = _worst(outcome, keys, figures)
        failed = _row(check, check.severity, figures=worst, found=(outcome.n_offending, keys))
        waiver = self._waiver(check, failed)
        if waiver is None:
            return failed
        reason = f"{waiver.owner}: {waiver.reason} ({waiver.until_on})"
        return replace(failed, verdict="waived", reason_zh=reason, reason_en=reason)

    def _figures(self, check: Check) -> tuple[str, str] | None:
        """Observed and allowed by the check's own query; None where it has none, or nothing to tell."""
        if check.observe is None:
            return None
        rows = self.connection.execute(check.observe).fetchall()
        if not rows or rows[0][0] is None:
            return None
        observed, allowed = rows[0]
        return str(observed), "" if allowed is None else str(allowed)

    def _waiver(self, check: Check, failed: CheckResult) -> Waiver | None:
        keys, is_complete = failed.example_keys, failed.n_offending <= len(failed.example_keys)
        for waiver in self.waivers:
            if waiver.check == check.id and waiver.covers(self.valid_on, keys, is_complete):
                return waiver
        return None


def _plain_figures(check: Check, outcome: Outcome) -> tuple[str, str]:
    """Without figures of its own a check counts its offending rows; a domain names what is allowed."""
    kwargs = check.kwargs
    if check.expectation == ROWS:
        return str(outcome.n_offending), "0"
    if "value_set" in kwargs:
        return f"{outcome.n_offending} × {kwargs['column']}", ", ".join(map(str, kwargs["value_set"]))
    limits = f"{kwargs.get('min_value', '')} … {kwargs.get('max_value', '')}"
    return f"{outcome.n_offending} × {kwargs['column']}", limits


def _worst(outcome: Outcome, keys: Sequence[str], figures: tuple[str, str]) -> tuple[str, str]:
    """Observed and allowed of the first offending row, where the check tells them of each row."""
    observed, allowed = figures
    worst = outcome.rows[0] if outcome.rows else {}
    if worst.get("observed") is not None:
        observed = f"{worst['observed']} ({keys[0]})" if keys else str(worst["observed"])
    if worst.get("allowed") is not None:
        allowed = str(worst["allowed"])
    return observed, allowed


def _row(
    check: Check,
    verdict: Verdict,
    *,
    figures: tuple[str, str] = ("", ""),
    found: tuple[int, tuple[str, ...]] = (0, ()),
    reason: tuple[str, str] = ("", ""),
) -> CheckResult:
    return CheckResult(
        check_id=check.id,
        table_name=check.table,
        title_zh=check.title_zh,
        title_en=check.title_en,
        severity=check.severity,
        verdict=verdict,
        n_offending=found[0],
        observed=figures[0],
        allowed=figures[1],
        example_keys=found[1],
        do_zh=check.do_zh,
        do_en=check.do_en,
        reason_zh=reason[0],
        reason_en=reason[1],
    )
