"""Great Expectations on DuckDB: suites in, one outcome per check out.

The build file and the last release are attached read-only to one in-memory database, so queries name
both (``marts``, ``input``; ``previous.main``) and nothing can be written. Great Expectations is
imported here alone, when the gate runs: it takes seconds.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from jianhui.core.errors import ExitCode, JianhuiError
from jianhui.warehouse.gate_checks import MAX_EXAMPLES, ROWS, Check, Suite
from jianhui.warehouse.gate_generated import PERSONAL_MACROS


@dataclass(frozen=True)
class Outcome:
    """What a check found. ``n_offending`` rows; ``rows`` are the first of them, worst first."""

    holds: bool
    n_offending: int
    rows: tuple[Mapping[str, Any], ...]


class CheckRunError(JianhuiError):
    """A check could not be carried out (a column renamed, a query that does not parse): a bug of ours."""

    exit_code = ExitCode.BUG


@contextmanager
def attached(build: Path, previous: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on ``build`` (catalog ``warehouse``) and ``previous``, both read-only."""
    connection = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )
    try:
        connection.execute(PERSONAL_MACROS)
        connection.execute(f"attach '{_quoted(build)}' as warehouse (read_only)")
        if previous is not None:
            connection.execute(f"attach '{_quoted(previous)}' as previous (read_only)")
        connection.execute("use warehouse.marts")
        yield connection
    finally:
        connection.close()


def run_suites(connection: duckdb.DuckDBPyConnection, suites: Sequence[Suite]) -> dict[str, Outcome]:
    """Outcomes by check id. Raises :class:`CheckRunError` naming the check and the database's words."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from duckdb_engine import ConnectionWrapper
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").propagate = False  # what it has to say is in the outcomes
    _keep_duckdb_connections_open()
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)

    def cursor() -> Any:
        one = connection.cursor()
        one.execute("use warehouse.marts")
        return ConnectionWrapper(one)

    sources: Any = context.data_sources
    source = sources.add_sql(
        "warehouse",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
        kwargs={"creator": cursor},
    )
    outcomes: dict[str, Outcome] = {}
    try:
        for suite in suites:
            if suite.checks:
                outcomes |= _run(gx, context, source, suite)
    finally:
        _close(source)
    return outcomes


def _run(gx: Any, context: Any, source: Any, suite: Suite) -> dict[str, Outcome]:
    asset = source.add_table_asset(suite.table, table_name=suite.table, schema_name=suite.schema)
    batch = asset.add_batch_definition_whole_table(suite.table)
    expectations = context.suites.add(gx.ExpectationSuite(name=suite.table))
    for check in suite.checks:
        expectations.add_expectation(_expectation(gx, check))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=suite.table, data=batch, suite=expectations)
    )
    key = next((check.key_columns for check in suite.checks if check.key_columns), ())
    validation = definition.run(
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": list(key),
            "partial_unexpected_count": MAX_EXAMPLES,
        }
    )
    return _outcomes(validation, {check.id: check for check in suite.checks})


def _close(source: Any) -> None:
    """Give the connections back before the database goes, or the pool complains on stderr at exit."""
    engine = source.get_execution_engine()
    if engine._connection:
        engine._connection.close()
        engine._connection = None
    engine.engine.dispose()
    source.get_engine().dispose()


def _expectation(gx: Any, check: Check) -> Any:
    kwargs = dict(check.kwargs)
    severity = "critical" if check.severity == "block" else "warning"
    return getattr(gx.expectations, check.expectation)(
        **kwargs, severity=severity, description=check.title_en, meta={"check_id": check.id}
    )


def _outcomes(validation: Any, checks: Mapping[str, Check]) -> dict[str, Outcome]:
    """Of results in any order; the first that could not run is raised, not those it dragged along."""
    outcomes = {}
    failures: list[tuple[str, str]] = []
    for result in validation.results:
        check = checks[result.expectation_config.meta["check_id"]]
        if problem := _problem(result):
            failures.append((check.id, problem))
        else:
            outcomes[check.id] = _outcome(check, bool(result.success), result.result)
    if failures:
        failures.sort(key=lambda failure: ("current transaction is aborted" in failure[1].lower(), failure))
        check_id, words = failures[0]
        raise CheckRunError(
            "check_cannot_run",
            f"检查 {check_id} 无法运行：{words}",
            f"the check {check_id} cannot run: {words}",
            next_step="correct the suite in expectations/, or the model it speaks of",
        )
    return outcomes


def _problem(result: Any) -> str | None:
    """The message of the exception a result carries, in either of the two shapes it comes in."""
    information = result.exception_info or {}
    entries = [information, *(entry for entry in information.values() if isinstance(entry, dict))]
    for entry in entries:
        if entry.get("raised_exception"):
            words = str(entry.get("exception_message") or entry.get("exception_traceback"))
            return words.partition("\n[SQL: ")[0]
    return None


def _outcome(check: Check, holds: bool, result: Mapping[str, Any]) -> Outcome:
    if check.expectation == ROWS:
        rows = result.get("details", {}).get("unexpected_rows") or []
        return Outcome(holds, int(result["observed_value"]), tuple(dict(row) for row in rows[:MAX_EXAMPLES]))
    column = check.kwargs["column"]
    found = result.get("partial_unexpected_index_list") or []
    rows = [
        {"key": "|".join(str(row[name]) for name in check.key_columns), "observed": row[column]}
        for row in found[:MAX_EXAMPLES]
    ]
    return Outcome(holds, int(result.get("unexpected_count") or 0), tuple(rows))


def _keep_duckdb_connections_open() -> None:
    """Let Great Expectations keep one DuckDB connection, as it does for SQLite.

    It otherwise closes the connection before it fetches the rows, and the rollback on closing drops
    DuckDB's pending result: every value metric then fails with "list index out of range".
    """
    from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine

    engine: Any = SqlAlchemyExecutionEngine
    original = engine.get_connection
    if getattr(original, "keeps_duckdb_open", False):
        return

    @contextmanager
    def get_connection(self: Any) -> Iterator[Any]:
        if self.dialect_name != "duckdb":
            with original(self) as connection:
                yield connection
            return
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection

    get_connection.keeps_duckdb_open = True  # type: ignore[attr-defined]
    engine.get_connection = get_connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
