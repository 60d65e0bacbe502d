"""Read a release with SQL: nothing can be written, no file and no network reached."""

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

import duckdb

from jianhui.core.errors import UsageError, Where
from jianhui.publish.history import HISTORY
from jianhui.publish.release_index import CURRENT, PublishedRelease, show
from jianhui.settings import Settings

Form = Literal["table", "json", "csv"]

_WIDE_FROM = 0x2E7F
"""Characters above it (CJK) take two places on a terminal."""


@dataclass(frozen=True)
class QueryResult:
    """Rows of a query, with where they come from."""

    release_id: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def text(self, form: str) -> str:
        """As ``table`` (aligned), ``json`` (a list of objects) or ``csv`` (with a header, LF)."""
        if form not in get_args(Form):
            raise UsageError(
                "unknown_format",
                f"不支持的输出形式：{form}",
                f"there is no output format {form!r}",
                where=Where(field="format", value=form),
                next_step=" | ".join(get_args(Form)),
            )
        return {"table": self._table, "json": self._json, "csv": self._csv}[form]()

    def _table(self) -> str:
        lines = [list(self.columns), *([_shown(value) for value in row] for row in self.rows)]
        widths = [max(_width(line[i]) for line in lines) for i in range(len(self.columns))]
        ruled = [lines[0], ["─" * width for width in widths], *lines[1:]]
        return "\n".join(
            "  ".join(
                text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)
            ).rstrip()
            for line in ruled
        )

    def _json(self) -> str:
        objects = [dict(zip(self.columns, map(_plain, row), strict=True)) for row in self.rows]
        return json.dumps(objects, ensure_ascii=False, indent=1)

    def _csv(self) -> str:
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_shown(value) for value in row] for row in self.rows)
        return stream.getvalue().rstrip("\n")


def query(settings: Settings, sql: str, release: str | PublishedRelease | None = None) -> QueryResult:
    """Run ``sql`` on a release (an id, ``current`` or a quarter; default ``current``), or one at hand.

    ``release_history`` can be read too, once ``release history`` has written it.
    Raises ``UsageError``: ``no_statement``, or ``sql_error`` with the database's own words.
    """
    published = release if isinstance(release, PublishedRelease) else show(settings, release or CURRENT)
    connection = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )
    try:
        quoted = str(published.warehouse).replace("'", "''")
        connection.execute(f"attach '{quoted}' as release (read_only)")
        if (settings.releases / HISTORY).is_file():
            history = str(settings.releases / HISTORY).replace("'", "''")
            connection.execute(f"create table release_history as from '{history}'")
        connection.execute("set search_path = 'release.main,memory.main'")
        connection.execute("set timezone = 'Asia/Shanghai'")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        if not connection.extract_statements(sql):
            raise UsageError(
                "no_statement",
                "没有要执行的查询",
                "there is no statement to run",
                next_step='jianhui sql "select * from agg_coverage"',
            )
        cursor = connection.execute(sql)
        columns = tuple(str(column[0]) for column in cursor.description or ())
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall() if columns else ()
    except duckdb.Error as error:
        raise UsageError(
            "sql_error",
            f"查询无法执行：{error}",
            f"the query cannot be run: {error}",
            next_step='jianhui sql "select table_name, comment from duckdb_tables()"',
        ) from error
    finally:
        connection.close()
    return QueryResult(published.release_id, columns, tuple(rows))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    """A value JSON knows: numbers and truth values as they are, days and instants in ISO form."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return str(value)


def _width(text: str) -> int:
    return sum(2 if ord(char) > _WIDE_FROM else 1 for char in text)
