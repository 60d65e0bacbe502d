"""Places over time: an enterprise moves, and the map moves under it."""

from pathlib import Path

import polars as pl
import pytest
from tests.unit.resolve.frames import Row, day, identities, uscc, versions

from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.core.places import PlaceTables, load_place_tables
from jianhui.resolve.enterprises import merge_versions
from jianhui.resolve.places import enterprise_places, union_places

LATER = day("2020-12-31")
RENAMED = day("2015-10-13")


@pytest.fixture(scope="module")
def tables() -> PlaceTables:
    return load_place_tables(Path(__file__).parents[3] / "dbt_project" / "seeds")


def places(rows: list[Row], tables: PlaceTables, on: str = "2014-03-31") -> list[tuple[object, ...]]:
    records = versions("commerce", [{"key": uscc(1), "uscc": uscc(1), "name": "甲", **row} for row in rows])
    found = enterprise_places(merge_versions(records, identities(records)), tables, day(on))
    return found.select("valid_from", "valid_to", "district_code", "district_basis").rows()


def test_a_firm_that_moves_is_in_the_new_district_from_that_day(tables: PlaceTables) -> None:
    rows = [
        {"address": "大连市中山区人民路1号"},
        {"address": "大连市西岗区黄河路1号", "start": "2014-02-10"},
    ]
    assert places(rows, tables) == [
        (BEGINNING, day("2014-02-10"), "210202", "address"),
        (day("2014-02-10"), OPEN_END, "210203", "address"),
    ]


def test_a_change_that_is_no_move_gives_no_new_spell(tables: PlaceTables) -> None:
    rows = [
        {"address": "大连市中山区人民路1号"},
        {"address": "大连市中山区人民路2号", "start": "2014-02-10"},
    ]
    assert places(rows, tables) == [(BEGINNING, OPEN_END, "210202", "address")]


def test_when_the_map_changes_the_firm_is_in_the_district_of_the_day(tables: PlaceTables) -> None:
    rows = [{"address": "大连市普兰店市中心路1号"}]
    assert places(rows, tables, "2020-12-31") == [
        (BEGINNING, RENAMED, "210282", "address"),
        (RENAMED, OPEN_END, "210214", "address"),
    ]


def test_a_map_change_after_the_as_of_day_is_not_looked_up(tables: PlaceTables) -> None:
    rows = [{"address": "大连市普兰店市中心路1号"}]
    assert places(rows, tables, "2015-10-12") == [(BEGINNING, OPEN_END, "210282", "address")]
    assert len(places(rows, tables, "2015-10-13")) == 2


def test_a_deleted_firm_is_nowhere_afterwards(tables: PlaceTables) -> None:
    rows = [{"address": "大连市中山区人民路1号", "until": "2014-05-01"}]
    assert places(rows, tables) == [(BEGINNING, day("2014-05-01"), "210202", "address")]


def test_a_union_is_in_the_division_it_states_where_it_has_no_street_code(tables: PlaceTables) -> None:
    rows = [
        {"key": "G1", "street_code": "210202001", "division_code": "210203"},
        {"key": "G2", "street_code": "", "division_code": "210203", "address": "大连市沙河口区某路1号"},
        {"key": "G3", "street_code": "无", "division_code": "210200", "address": "大连市沙河口区某路1号"},
    ]
    found = union_places(versions("union_organisations", rows), tables, LATER)
    now = found.filter(pl.col("valid_to") == OPEN_END)
    assert now.select("union_id", "district_code").rows() == [
        ("G1", "210202"),
        ("G2", "210203"),
        ("G3", "210204"),
    ]
