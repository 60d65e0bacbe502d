"""Schema ``input`` of a DuckDB file, filled from a few words a scenario says.

Only what a scenario is about is stated; everything else has a dull default. Links are stated too:
finding them is the business of another layer.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from jianhui.intake.contract import Contract, load_contracts
from jianhui.log.timeline import VERSION_COLUMNS
from jianhui.resolve.records import RECORD_COLUMNS, project
from jianhui.settings import INSTALLATION

BEGINNING = date(1, 1, 1)
OPEN = date(9999, 12, 31)
FIRST_SEEN = date(2010, 1, 1)
RECORDED = datetime(2014, 1, 1, tzinfo=UTC)

TABLES: Mapping[str, str] = {
    "asof": "valid_on date, known_at timestamptz, plan_year bigint, code_version text, release_kind text",
    "feeds": """feed text, title text, is_received boolean, absence text, rhythm text, grace_days bigint,
        first_reference_on date, first_full_on date, last_reference_on date, last_full_on date,
        last_received_at timestamptz, days_behind bigint, is_stale boolean""",
    "deliveries": """delivery_id text, seq bigint, feed text, kind text, reference_on date,
        received_at timestamptz, verdict text, is_late boolean, rows_in bigint, rows_accepted bigint,
        rows_quarantined bigint, rows_collapsed bigint, rows_skipped bigint, n_appeared bigint,
        n_changed bigint, n_disappeared bigint, n_reappeared bigint, n_ended bigint, n_restated bigint,
        lag_days bigint, absent_keys bigint, file_name text, note text""",
    "enterprise_records": """feed text, enterprise_id text, record_key text, record_key_raw text,
        is_current boolean, minted_on date, link_basis text, link_confidence double""",
    "superseded_enterprises": "enterprise_id text, superseded_by text, basis text",
    "enterprise_places": """enterprise_id text, valid_from date, valid_to date, district_code text,
        managing_area text, street_code text, district_basis text""",
    "union_places": """union_id text, valid_from date, valid_to date, district_code text,
        managing_area text, street_code text""",
    "links": """feed text, record_key text, valid_from date, valid_to date, enterprise_id text,
        link_basis text, link_confidence double""",
    "unmatched": """feed text, record_key text, valid_from date, valid_to date, reason text,
        candidates text""",
    "link_candidates": """feed text, record_key text, record_name text, record_address text,
        enterprise_id text, enterprise_name text, enterprise_address text, rank bigint,
        probability double, decision text, evidence text""",
    "previous_gap": "enterprise_id text",
    "previous_release": "release_id text, valid_on date",
}
"""Tables of schema ``input`` besides the records of each feed, as DuckDB columns."""

CONTRACTS = load_contracts(INSTALLATION / "raw" / "contracts")


def empty(contract: Contract) -> pl.DataFrame:
    """The records table of a feed that was never received: the right columns, no rows."""
    columns = [*VERSION_COLUMNS, *contract.column_names]
    known = {**RECORD_COLUMNS, **{name: pl.String() for name in contract.column_names}}
    return project(pl.DataFrame(schema={name: known[name] for name in columns}), contract)


class World:
    """A city of a handful of enterprises as known on one day."""

    def __init__(
        self, valid_on: date, *, plan_year: int | None = None, first_full_on: date = FIRST_SEEN
    ) -> None:
        self.valid_on = valid_on
        self.first_full_on = first_full_on
        self.received: set[str] = {"commerce"}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.add(
            "asof",
            valid_on=valid_on,
            known_at=RECORDED,
            plan_year=plan_year or valid_on.year,
            code_version="test",
            release_kind="night",
        )

    def add(self, table: str, **values: Any) -> None:
        """One row; columns not named are null."""
        self.rows.setdefault(table, []).append(values)

    def enterprise(
        self,
        enterprise: str,
        *versions: Mapping[str, Any],
        place: str | list[tuple[date, str]] | None = "210202",
        street: str | None = None,
        zone: str | None = None,
        first_seen_on: date = FIRST_SEEN,
        is_absent: bool = False,
    ) -> str:
        """An enterprise with its content, version by version (``valid_from`` from the second one on).

        ``place``: its district all the time, or from each of several days.
        """
        said = versions or ({},)
        for number, version in enumerate(said, start=1):
            following = said[number]["valid_from"] if number < len(said) else OPEN
            self.add(
                "commerce_versions",
                **{
                    "enterprise_id": enterprise,
                    "record_key": f"K{enterprise}",
                    "record_key_raw": f"K{enterprise}",
                    "version_no": number,
                    "valid_from": BEGINNING,
                    "valid_to": following,
                    "asserted_on": version.get("valid_from", first_seen_on),
                    "asserted_seq": number,
                    "delivery_id": "D1",
                    "line": number,
                    "recorded_at": RECORDED,
                    "first_seen_on": first_seen_on,
                    "last_seen_on": self.valid_on,
                    "is_absent": is_absent,
                    "uscc": None,
                    "uscc_valid": False,
                    "reg_no_valid": False,
                    "name": f"大连{enterprise}有限公司",
                    "name_canonical": f"大连{enterprise}有限公司",
                    "status": "存续",
                    "established_on": date(2010, 5, 1),
                    "address": "某路1号",
                }
                | version,
            )
        self.add(
            "enterprise_records",
            feed="commerce",
            enterprise_id=enterprise,
            record_key=f"K{enterprise}",
            record_key_raw=f"K{enterprise}",
            is_current=True,
            minted_on=first_seen_on,
            link_basis="uscc",
            link_confidence=1.0,
        )
        moves = [(BEGINNING, place)] if place is None or isinstance(place, str) else place
        for number, (since, district) in enumerate(moves, start=1):
            self.add(
                "enterprise_places",
                enterprise_id=enterprise,
                valid_from=since,
                valid_to=moves[number][0] if number < len(moves) else OPEN,
                district_code=district,
                managing_area=zone or district,
                street_code=street,
                district_basis="address" if district else "none",
            )
        return enterprise

    def union(
        self,
        union: str,
        kind: str,
        *versions: Mapping[str, Any],
        host: str | None = None,
        district: str | None = None,
        street: str | None = None,
        zone: str | None = None,
    ) -> str:
        """A union organisation, with the enterprise it is in."""
        said = versions or ({},)
        for number, version in enumerate(said, start=1):
            following = said[number]["valid_from"] if number < len(said) else OPEN
            self._record(
                "union_organisations",
                union,
                {
                    "version_no": number,
                    "valid_to": following,
                    "union_no": union,
                    "name": f"{union}工会",
                    "kind": kind,
                    "status": "正常",
                    "founded_on": date(2012, 1, 1),
                    "asserted_on": version.get("valid_from", FIRST_SEEN),
                }
                | version,
            )
        if host is not None:
            self.link("union_organisations", union, host)
        self.add(
            "union_places",
            union_id=union,
            valid_from=BEGINNING,
            valid_to=OPEN,
            district_code=district,
            managing_area=zone or district,
            street_code=street,
        )
        return union

    def line(self, union: str, enterprise: str, *versions: Mapping[str, Any]) -> str:
        """A line of a joint union or federation; versions state ``valid_from``, ``valid_to`` themselves."""
        key = f"{union}|大连{enterprise}有限公司"
        for number, version in enumerate(versions or ({},), start=1):
            self._record(
                "union_coverage",
                key,
                {
                    "version_no": number,
                    "union_no": union,
                    "unit_name": f"大连{enterprise}有限公司",
                    "started_on": date(2012, 6, 1),
                }
                | version,
            )
        self.link("union_coverage", key, enterprise)
        return key

    def tax(self, enterprise: str, period: date, staff: int | None = None, **values: Any) -> None:
        """A tax row of one period (its first day)."""
        key = f"T{enterprise}|01|{period:%Y%m}|{values.get('charge_item', '')}"
        self._record(
            "tax", key, {"tax_id": f"T{enterprise}", "period": period, "staff_count": staff} | values
        )
        self.link("tax", key, enterprise)

    def insured(self, enterprise: str, unit: str, month: date, pension: int | None, **values: Any) -> None:
        """A social-insurance unit in its newest month."""
        self._record("hr", unit, {"unit_no": unit, "month": month, "pension_count": pension} | values)
        self.link("hr", unit, enterprise)

    def finding(self, enterprise: str, inspected_on: date, finding: str, **values: Any) -> None:
        """Something seen in the field."""
        key = f"大连{enterprise}有限公司|{inspected_on}|{values.get('line', 1)}"
        self._record(
            "verifications",
            key,
            {"name": f"大连{enterprise}有限公司", "inspected_on": inspected_on, "finding": finding} | values,
        )
        self.link("verifications", key, enterprise)

    def listed(
        self, list_name: str, name: str, frozen_on: date, enterprise: str | None, **values: Any
    ) -> None:
        """A row of a frozen base list; unmatched when no enterprise is given."""
        key = f"{list_name}|{name}"
        self._record(
            "base_list", key, {"list_name": list_name, "name": name, "frozen_on": frozen_on} | values
        )
        if enterprise is not None:
            self.link("base_list", key, enterprise)
        else:
            self.add(
                "unmatched",
                feed="base_list",
                record_key=key,
                valid_from=BEGINNING,
                valid_to=OPEN,
                reason="no_match",
                candidates="[]",
            )

    def link(
        self, feed: str, record_key: str, enterprise: str, since: date = BEGINNING, until: date = OPEN
    ) -> None:
        """A record is an enterprise's."""
        self.add(
            "links",
            feed=feed,
            record_key=record_key,
            valid_from=since,
            valid_to=until,
            enterprise_id=enterprise,
            link_basis="name",
            link_confidence=1.0,
        )

    def write(self, path: Path) -> Path:
        """Write schema ``input`` into a fresh file."""
        self._say_feeds()
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema input")
            for table, columns in TABLES.items():
                connection.execute(f"create table input.{table} ({columns})")
            for feed, contract in CONTRACTS.items():
                self._create_records(connection, f"records_{feed}", empty(contract))
            owned = empty(CONTRACTS["commerce"]).insert_column(0, pl.Series("enterprise_id", [], pl.String))
            self._create_records(connection, "commerce_versions", owned)
            for table, rows in self.rows.items():
                connection.register("rows_said", pl.DataFrame(rows, infer_schema_length=None))
                connection.execute(f"insert into input.{table} by name select * from rows_said")
        return path

    @staticmethod
    def _create_records(connection: duckdb.DuckDBPyConnection, table: str, columns: pl.DataFrame) -> None:
        connection.register("columns_said", columns)
        connection.execute(f"create table input.{table} as select * from columns_said")

    def _record(self, feed: str, key: str, values: Mapping[str, Any]) -> None:
        self.received.add(feed)
        self.add(
            f"records_{feed}",
            **{
                "record_key": key,
                "record_key_raw": key,
                "version_no": 1,
                "valid_from": BEGINNING,
                "valid_to": OPEN,
                "asserted_on": FIRST_SEEN,
                "asserted_seq": 1,
                "delivery_id": "D1",
                "line": 1,
                "recorded_at": RECORDED,
                "first_seen_on": FIRST_SEEN,
                "last_seen_on": self.valid_on,
                "is_absent": False,
            }
            | values,
        )

    def _say_feeds(self) -> None:
        for feed, contract in CONTRACTS.items():
            is_received = feed in self.received
            seen = self.first_full_on if is_received else None
            self.add(
                "feeds",
                feed=feed,
                title=contract.title,
                is_received=is_received,
                absence=contract.absence,
                rhythm=contract.calendar.rhythm,
                grace_days=contract.calendar.grace_days,
                first_reference_on=seen,
                first_full_on=seen,
                last_reference_on=self.valid_on - timedelta(days=1) if is_received else None,
            )
