"""Driving dbt: what a build leaves behind, and how it says that it failed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from tests.unit.warehouse.built import Built
from tests.unit.warehouse.world import World

from jianhui.settings import Settings
from jianhui.warehouse.build import BuildError, build, run_unit_tests
from jianhui.warehouse.catalogue import marts


def test_the_interval_logic_gives_the_spells_worked_out_by_hand(
    city: Built, home: Settings, tmp_path: Path
) -> None:
    """The project's dbt unit tests; they need the types of a built file, so they get a copy of one."""
    copy = tmp_path / "warehouse.duckdb"
    copy.write_bytes(city.path.read_bytes())
    result = run_unit_tests(home, copy)
    assert result.count("unit_test") >= 6


def test_every_mart_has_the_columns_its_yaml_promises_in_that_order(city: Built) -> None:
    for mart in marts():
        found = city.rows(
            "select column_name, lower(data_type) as type from duckdb_columns()"
            f" where schema_name = 'marts' and table_name = '{mart.name}' order by column_index"
        )
        assert [(row["column_name"], row["type"]) for row in found] == [
            (column.name, column.type) for column in mart.columns
        ]


def test_every_column_carries_its_comment_into_the_file(city: Built) -> None:
    bare = city.rows(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and comment is null"
    )
    assert bare == []


def test_a_mart_is_totally_ordered_by_what_it_says(city: Built) -> None:
    for mart in marts():
        order = ", ".join(f'"{name}"' for name in mart.order)
        ties = city.rows(f"select {order} from marts.{mart.name} group by all having count(*) > 1")
        assert ties == [], mart.name


@pytest.fixture(scope="module")
def twins(build_world: Callable[[World], Built]) -> tuple[Built, Built]:
    """The same forty enterprises of 2015, half of them listed, built twice."""

    def world() -> World:
        told = World(date(2015, 3, 31))
        for number in range(40):
            name = told.enterprise(f"E{number:02}", place=f"2102{number % 5:02}")
            if number % 3 == 0:
                told.union(f"U{number:02}", "单独", host=name)
            if number % 2 == 0:
                told.listed("2015年基数", name, date(2015, 1, 5), name)
        return told

    return build_world(world()), build_world(world())


def test_two_builds_of_one_input_are_equal(twins: tuple[Built, Built]) -> None:
    one, other = twins
    for mart in marts():
        assert one.rows(f"select * from marts.{mart.name}") == other.rows(f"select * from marts.{mart.name}")


def test_outside_the_years_of_the_target_nothing_is_judged(twins: tuple[Built, Built]) -> None:
    row = twins[0].row("agg_coverage", grouping="city", base_kind="frozen")
    assert (row["n_base"], row["n_covered"], row["target_rate"], row["meets_target"]) == (20, 7, None, None)


def test_a_failed_test_names_the_model_the_rows_and_the_keys(home: Settings, tmp_path: Path) -> None:
    world = World(date(2014, 3, 31))
    world.enterprise("TWICE")
    world.add(
        "enterprise_places",
        enterprise_id="TWICE",
        valid_from=date(1, 1, 1),
        valid_to=date(9999, 12, 31),
        district_code="210202",
    )
    path = world.write(tmp_path / "warehouse.duckdb")
    with pytest.raises(BuildError) as caught:
        build(home, path)
    assert caught.value.code == "build_failed"
    assert "stg_enterprise_places" in caught.value.en
    assert "enterprise_id=TWICE" in caught.value.en


def test_a_build_leaves_nothing_in_the_checkout_and_the_file_unlocked(city: Built, home: Settings) -> None:
    assert not (home.dbt_project / "target").exists()
    assert not (home.dbt_project / "logs").exists()
    assert (home.cache / "dbt" / "target").is_dir()
    with duckdb.connect(str(city.path), read_only=True) as reader:
        assert reader.sql("select count(*) from marts.dim_enterprises").fetchall()[0][0] > 0
