"""Plays a simulated city through the stages and holds every mart against its independently counted truth."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from jianhui.core.clock import SHANGHAI
from jianhui.log.vault import Vault
from jianhui.settings import INSTALLATION, Settings
from jianhui.simulate.score_figures import GRAIN
from jianhui.simulate.truth import Truth
from jianhui.stages import building, intake
from jianhui.stages.context import AsOf, Context, latest_knowledge
from jianhui.warehouse.build import build
from jianhui.warehouse.catalogue import marts

SIGNIFICANT_DIGITS = 9


class SimulatedDesk:
    """A home into which a city's deliveries arrive day by day, under a clock that follows them."""

    def __init__(self, folder: Path, city: Path) -> None:
        self.city = city
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        self.context = Context(Settings(folder / "home", folder / "keys", INSTALLATION), self.clock)
        self.waiting = json.loads((city / "city.json").read_text(encoding="utf-8"))["deliveries"]

    @property
    def vault(self) -> Vault:
        """Where the numbers of persons stand."""
        return Vault(self.context.settings.vault, self.context.settings.keys_root)

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def receive_until(self, day: date) -> None:
        """Take in everything that arrived up to the end of ``day``, at eight in the evening of its day."""
        while self.waiting and self.waiting[0]["arrived_on"] <= day.isoformat():
            sent = self.waiting.pop(0)
            evening = datetime.combine(date.fromisoformat(sent["arrived_on"]), datetime.min.time(), SHANGHAI)
            self.now = max(self.now, (evening + timedelta(hours=20)).astimezone(UTC))
            (outcome,) = intake.receive(self.context, sent["feed"], [self.city / sent["path"]])
            if outcome.verdict == "held" and outcome.delivery_id:
                # When the codes of a whole feed change, a person looks at the file and lets it in.
                outcome = intake.quarantine_release(self.context, outcome.delivery_id, "经办人", "换码")
            assert outcome.verdict in ("accepted", "released"), outcome.sentences()[1]

    def build(self, valid_on: date, path: Path) -> Path:
        """Build as of ``valid_on`` and everything received so far, not before the evening of that day."""
        building.build(self.context, self._as_of(valid_on), path)
        return path

    def build_compared(self, valid_on: date, path: Path) -> Path:
        """As ``build``, but only the marts that the truth tells and what they rest on, without the models'
        own tests: every figure is held against the truth, which is the stricter test.
        """
        building.resolve(self.context, self._as_of(valid_on), path)
        has_plan = json.loads((self.city / "city.json").read_text(encoding="utf-8")).get("plan", False)
        tables = [mart.name for mart in marts()] if has_plan else GRAIN
        selected = " ".join(f"+{table}" for table in tables)
        build(self.context.settings, path, select=selected, is_tested=False)
        return path

    def _as_of(self, valid_on: date) -> AsOf:
        evening = datetime.combine(valid_on, datetime.min.time(), SHANGHAI) + timedelta(hours=21)
        self.now = max(self.now, evening.astimezone(UTC))
        return AsOf(valid_on, latest_knowledge(self.context))


CHANGES_BY_DAY = """(
    select
        enterprise_id,
        changed_on as valid_on,
        bool_or(change = 'entered_base') as entered,
        bool_or(change = 'left_base') as "left",
        bool_or(change = 'gained_cover') as gained_cover,
        bool_or(change = 'lost_cover') as lost_cover,
        bool_or(change = 'moved_district') as moved_district,
        bool_or(change in ('rose_to_25', 'fell_below_25')) as crossed_25
    from fct_coverage_changes
    group by all
)"""
"""The truth tells what moved by enterprise and day; the mart has a row for each kind of change."""

RECORDED = "(select * from dim_enterprises where is_recorded)"
"""The truth does not list what an agency took back; the mart keeps it for its changes to refer to."""

WITH_SOMETHING_TO_COUNT = "(select * from agg_indicator_values where numerator <> 0 or denominator <> 0)"

RELATIONS = {
    "fct_coverage_changes": CHANGES_BY_DAY,
    "dim_enterprises": RECORDED,
    "agg_indicator_values": WITH_SOMETHING_TO_COUNT,
}
UNKNOWN_TO_MARTS = {"dim_enterprises": {"record_key"}, "fct_enterprises_without_union": {"record_key"}}
"""Columns of the truth that say for a reader of the truth which line of a file is meant."""


def differences(truth: Truth, build: Path) -> dict[str, str]:
    """Table → how it differs from the truth; empty when every figure is equal."""
    found = {}
    with duckdb.connect(str(build), read_only=True) as connection:
        connection.execute("use marts")
        for table, rows in truth.tables.items():
            if difference := _difference(connection, table, rows):
                found[table] = difference
    return found


def _difference(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]
) -> str | None:
    relation = RELATIONS.get(table, table)
    columns = [name for name in (rows[0] if rows else ()) if name not in UNKNOWN_TO_MARTS.get(table, ())]
    if not rows:
        ((n,),) = connection.execute(f"select count(*) from {relation}").fetchall()
        return f"{n} rows, none expected" if n else None
    quoted = [f'"{name}"' for name in columns]
    built = connection.execute(f"select {', '.join(quoted)} from {relation}").fetchall()
    expected = _counted(tuple(row[name] for name in columns) for row in rows)
    observed = _counted(built)
    if expected == observed:
        return None
    more, less = observed - expected, expected - observed
    shown = [f"columns {columns}"]
    shown += [f"built    {row}" for row in list(more)[:4]] + [f"expected {row}" for row in list(less)[:4]]
    return f"{more.total()} rows too many, {less.total()} missing\n  " + "\n  ".join(shown)


def _counted(rows: Iterable[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Rows as a multiset, dates as text, floats to nine significant digits; groups in which nothing is are
    left out.
    """
    plain = (tuple(map(_plain, row)) for row in rows)
    return Counter(row for row in plain if not _says_nothing(row))


def _says_nothing(row: tuple[Any, ...]) -> bool:
    """Whether a row of an aggregate counts nothing at all: a group that happens to be empty."""
    counts = [value for value in row if isinstance(value, int) and not isinstance(value, bool)]
    return len(counts) > 1 and not any(counts)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        # The marts show keys as given, the truth shows them canonical.
        return unicodedata.normalize("NFKC", value).replace("-", "")
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if isinstance(value, float) else value
