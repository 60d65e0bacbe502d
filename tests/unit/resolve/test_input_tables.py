"""Schema ``input`` from a log: every table, the refusals, and the same from the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from tests.unit.resolve.frames import CONTRACTS, day, reg_no, uscc

from jianhui.core.errors import UsageError
from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.intake.landing import feed_rule
from jianhui.log.ledger import Delivery
from jianhui.log.store import EventLog
from jianhui.resolve.identity import enterprise_id
from jianhui.resolve.inputs import PreviousNight, write_inputs
from jianhui.settings import Settings

NIGHT = day("2014-03-31")
NOW = datetime(2014, 4, 1, 2, tzinfo=UTC)
OLD, NEW = reg_no(1), uscc(1)
NAME = "大连甲甲机械有限公司"

Cells = dict[str, str]


class Home:
    """A log with a clock that ticks a minute per delivery."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder, keys_root=folder / "keys")
        self.log = EventLog(self.settings.events)
        self.now = datetime(2014, 3, 1, tzinfo=UTC)

    def clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def deliver(self, feed: str, on: str, rows: list[Cells], kind: str = "full") -> datetime:
        """A delivery of ``rows``: key cells, ``key`` for the record key; when it was recorded."""
        rule = feed_rule(CONTRACTS[feed])
        assertions = pl.DataFrame(
            [
                {
                    "record_key": row["key"],
                    "record_key_raw": row["key"],
                    "scope": "",
                    "op": row.get("op", "present"),
                    "line": i + 2,
                    **{column: row.get(column) for column in rule.content_columns},
                }
                for i, row in enumerate(rows)
            ],
            schema={
                "record_key": pl.String(),
                "record_key_raw": pl.String(),
                "scope": pl.String(),
                "op": pl.String(),
                "line": pl.Int64(),
                **{column: pl.String() for column in rule.content_columns},
            },
        )
        delivery = Delivery(
            feed=feed,
            delivery_id=f"{feed}-{on}-{kind}-{self.now:%H%M}",
            kind="full" if kind == "full" else "delta",
            reference_on=day(on),
            verdict="accepted",
            received_at=self.now,
            file_name=f"{feed}_{on}.csv",
        )
        return self.log.append_delivery(delivery, rule, assertions, self.clock).recorded_at

    def write(
        self, valid_on: date = NIGHT, known_at: datetime = NOW, previous: PreviousNight | None = None
    ) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        write_inputs(
            self.log,
            CONTRACTS,
            self.settings,
            valid_on=valid_on,
            known_at=known_at,
            release_kind="night",
            previous=previous,
            con=con,
            clock=lambda: NOW,
        )
        return con


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


Query = Callable[[duckdb.DuckDBPyConnection, str], list[tuple[object, ...]]]


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = con.execute(query).fetchall()
    return found


def commerce(key: str, **cells: str) -> Cells:
    code = {"uscc": key} if len(key) == 18 else {"reg_no": key}
    return {"key": key, "name": NAME, "address": "大连市中山区人民路1号", "status": "存续", **code, **cells}


def test_every_contract_has_a_records_table_with_its_columns_even_when_never_received(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW)])
    con = home.write()
    tables = {name for (name,) in rows(con, "select table_name from information_schema.tables")}
    assert tables == {
        *(f"records_{feed}" for feed in CONTRACTS),
        *("asof", "feeds", "deliveries", "commerce_versions", "enterprise_records"),
        *("superseded_enterprises", "enterprise_places", "union_places", "links", "unmatched"),
        "link_candidates",
        *("previous_gap", "previous_release"),
    }
    assert rows(con, "select count(*) from input.records_tax") == [(0,)]
    types = dict(rows(con, "select column_name, column_type from (describe input.records_tax)"))
    assert (types["period"], types["staff_count"], types["payroll"]) == ("DATE", "BIGINT", "DOUBLE")
    assert (types["tax_id_valid"], types["valid_from"]) == ("BOOLEAN", "DATE")
    assert types["recorded_at"] == "TIMESTAMP WITH TIME ZONE"


def test_a_feed_never_received_says_so_and_has_no_freshness(home: Home) -> None:
    home.deliver("commerce", "2014-03-20", [commerce(NEW)])
    query = "select is_received, last_reference_on, days_behind, is_stale from input.feeds where feed = '{}'"
    con = home.write()
    assert rows(con, query.format("commerce")) == [(True, day("2014-03-20"), 11, False)]
    assert rows(con, query.format("hr")) == [(False, None, None, None)]


def test_a_feed_is_stale_after_its_period_and_grace(home: Home) -> None:
    home.deliver("commerce", "2014-03-10", [commerce(NEW)])
    query = "select days_behind, is_stale from input.feeds where feed = 'commerce'"
    assert rows(home.write(valid_on=day("2014-03-24")), query) == [(14, False)]
    assert rows(home.write(valid_on=day("2014-03-25")), query) == [(15, True)]


def test_what_describes_a_later_day_does_not_make_a_feed_fresh(home: Home) -> None:
    home.deliver("commerce", "2014-03-01", [commerce(NEW)])
    home.deliver("commerce", "2014-03-28", [commerce(NEW)])
    con = home.write(valid_on=day("2014-03-05"))
    columns = "first_reference_on, last_reference_on, last_full_on, days_behind"
    first = day("2014-03-01")
    assert rows(con, f"select {columns} from input.feeds where feed = 'commerce'") == [
        (first, first, first, 4)
    ]


def test_the_as_of_row_names_both_clocks_and_the_plan_year(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW)])
    con = home.write()
    query = "select valid_on, epoch_us(known_at), plan_year, code_version, release_kind from input.asof"
    [(valid_on, known_us, year, version, kind)] = rows(con, query)
    assert (valid_on, year, kind) == (NIGHT, 2014, "night")
    assert known_us == int(NOW.timestamp() * 1_000_000)
    assert version


def test_a_record_becomes_an_enterprise_with_a_place_and_its_union_a_link(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW, street_code="210202001")])
    union = {
        "key": "G1",
        "union_no": "G1",
        "name": "甲工会",
        "kind": "单独",
        "host_name": NAME,
        "status": "正常",
    }
    home.deliver("union_organisations", "2014-03-31", [{**union, "division_code": "210211"}])
    con = home.write()
    me = enterprise_id(NEW)
    assert rows(con, "select enterprise_id, valid_from, valid_to from input.commerce_versions") == [
        (me, BEGINNING, OPEN_END)
    ]
    assert rows(con, "select enterprise_id, district_code, district_basis from input.enterprise_places") == [
        (me, "210202", "street_code")
    ]
    assert rows(con, "select union_id, district_code from input.union_places") == [("G1", "210211")]
    assert rows(con, "select feed, record_key, enterprise_id, link_basis from input.links") == [
        ("union_organisations", "G1", me, "name")
    ]
    assert rows(con, "select record_key, is_current, link_basis from input.enterprise_records") == [
        (NEW, True, "uscc")
    ]


def test_headers_the_file_lacked_are_told_from_blank_cells(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW)])
    home.deliver("hr", "2014-03-31", [{"key": "1", "unit_no": "1", "name": NAME}])
    home.deliver("hr", "2014-03-30", [{"key": "2", "unit_no": "2", "name": NAME, "status": ""}], "delta")
    query = "select record_key, status, absent_headers like '%status%' from input.records_hr order by 1"
    assert rows(home.write(), query) == [("1", None, True), ("2", "", False)]


def test_the_register_becomes_one_enterprise_when_the_number_gives_way_to_the_code(home: Home) -> None:
    home.deliver("commerce", "2014-02-28", [commerce(OLD)])
    home.deliver("commerce", "2014-03-31", [commerce(NEW, reg_no=OLD)])
    con = home.write()
    me = enterprise_id(OLD)
    assert rows(con, "select record_key, valid_from, valid_to from input.commerce_versions") == [
        (OLD, BEGINNING, NIGHT),
        (NEW, NIGHT, OPEN_END),
    ]
    assert rows(con, "select * from input.superseded_enterprises") == [(enterprise_id(NEW), me, "reg_no")]
    found = rows(con, "select enterprise_id, record_key, is_current from input.enterprise_records order by 2")
    assert found == sorted([(me, OLD, False), (me, NEW, True)], key=lambda row: str(row[1]))


def test_a_repeated_delivery_does_not_change_which_id_was_minted_first(home: Home) -> None:
    """A superseding file quotes the same row anew; what was recorded first stays first."""
    home.deliver("commerce", "2014-02-28", [commerce(OLD)])
    home.deliver("commerce", "2014-03-31", [commerce(NEW, reg_no=OLD)])
    home.deliver("commerce", "2014-02-28", [commerce(OLD, address="大连市西岗区某路2号")])
    con = home.write()
    assert rows(con, "select superseded_by from input.superseded_enterprises") == [(enterprise_id(OLD),)]


def test_a_repeated_delivery_does_not_reopen_a_merge_by_name(home: Home) -> None:
    founded = {"established_on": "2001-05-01"}
    home.deliver("commerce", "2014-02-28", [commerce(OLD, **founded)])
    home.deliver("commerce", "2014-03-30", [commerce(NEW, **founded)])
    home.deliver("commerce", "2014-03-31", [commerce(NEW, **founded), commerce(uscc(2), **founded)])
    home.deliver("commerce", "2014-03-30", [commerce(NEW, address="大连市西岗区某路2号", **founded)])
    query = "select enterprise_id, superseded_by from input.superseded_enterprises"
    assert rows(home.write(), query) == [(enterprise_id(NEW), enterprise_id(OLD))]


def test_what_was_recorded_after_known_at_is_not_known(home: Home) -> None:
    first = home.deliver("commerce", "2014-03-30", [commerce(NEW)])
    home.deliver("commerce", "2014-03-31", [commerce(NEW, name="新名"), commerce(uscc(2), name="另一家")])
    assert rows(home.write(known_at=first), "select name from input.commerce_versions") == [(NAME,)]
    assert rows(home.write(known_at=first), "select count(*) from input.deliveries") == [(1,)]


def test_the_previous_night_is_written_for_comparison(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW)])
    previous = PreviousNight("2014-03-30-1", day("2014-03-30"), ("E2", "E1"))
    con = home.write(previous=previous)
    assert rows(con, "select * from input.previous_gap") == [("E1",), ("E2",)]
    assert rows(con, "select * from input.previous_release") == [("2014-03-30-1", day("2014-03-30"))]
    assert rows(home.write(previous=replace(previous, gap=())), "select * from input.previous_gap") == []
    assert rows(home.write(), "select * from input.previous_release") == []


def test_a_day_before_the_first_commerce_reference_date_is_refused_with_the_first_possible_one(
    home: Home,
) -> None:
    home.deliver("commerce", "2014-02-28", [commerce(NEW)])
    home.deliver("commerce", "2014-03-31", [commerce(NEW)])
    with pytest.raises(UsageError) as refusal:
        home.write(valid_on=day("2014-02-27"))
    assert refusal.value.code == "date_before_first_commerce"
    assert "2014-02-28" in refusal.value.next_step
    home.write(valid_on=day("2014-02-28"))


def test_without_any_commerce_delivery_there_is_nothing_to_count(home: Home) -> None:
    home.deliver("hr", "2014-03-31", [{"key": "1", "unit_no": "1", "name": NAME}])
    with pytest.raises(UsageError) as refusal:
        home.write()
    assert refusal.value.code == "commerce_never_received"


def test_a_day_that_has_not_come_in_shanghai_is_refused(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW)])
    home.write(valid_on=day("2014-04-01"))
    with pytest.raises(UsageError) as refusal:
        home.write(valid_on=day("2014-04-02"))
    assert refusal.value.code == "date_in_future"


def test_two_runs_write_equal_tables_in_equal_order(home: Home) -> None:
    names = [f"大连{n}有限公司" for n in range(40)]
    home.deliver("commerce", "2014-02-28", [commerce(uscc(n), name=names[n]) for n in range(30)])
    home.deliver("commerce", "2014-03-31", [commerce(uscc(n), name=names[n % 9]) for n in range(30)])
    units = [{"key": str(n), "unit_no": str(n), "name": name} for n, name in enumerate(names)]
    home.deliver("hr", "2014-03-31", units)
    first, second = home.write(), home.write()
    for (table,) in rows(first, "select table_name from information_schema.tables"):
        query = f'select * from input."{table}"'
        assert rows(first, query) == rows(second, query), table


def judged(verdict: str, record_key: str) -> dict[str, object]:
    """The payload of a judgement on an hr record and the one enterprise."""
    told = {"feed": "hr", "record_key": record_key, "verdict": verdict, "by": "P:0123456789ABCDEF01234567"}
    return {"event": "judged", "judgements": [{**told, "enterprise_id": enterprise_id(NEW)}]}


def test_a_judgement_counts_from_the_instant_it_was_recorded(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW)])
    home.deliver("hr", "2014-03-31", [{"key": "U1", "unit_no": "U1", "name": NAME}])
    before = home.now
    after = home.log.append_decision("judgements", judged("different", "U1"), home.clock).recorded_at
    query = """
        select record_key, link_basis from input.links
        union all
        select record_key, reason from input.unmatched
    """
    assert rows(home.write(known_at=before), query) == [("U1", "name")]
    assert rows(home.write(known_at=after), query) == [("U1", "judged_different")]


def test_a_pair_that_may_be_one_is_told_with_both_sides(home: Home) -> None:
    home.deliver("commerce", "2014-03-31", [commerce(NEW), commerce(uscc(2))])
    home.deliver("hr", "2014-03-31", [{"key": "U1", "unit_no": "U1", "name": NAME, "address": "人民路1号"}])
    query = """
        select record_key, record_name, record_address, enterprise_id, enterprise_name, decision
        from input.link_candidates order by enterprise_id
    """
    said = ("U1", NAME, "人民路1号")
    ids = sorted((enterprise_id(NEW), enterprise_id(uscc(2))))
    assert rows(home.write(), query) == [(*said, one, NAME, "uncertain") for one in ids]
    home.log.append_decision("judgements", judged("same", "U1"), home.clock)
    decided = dict(rows(home.write(), "select enterprise_id, decision from input.link_candidates"))
    assert decided.get(enterprise_id(NEW), "linked") == "linked"
    assert set(decided.values()) <= {"linked", "rejected"}
