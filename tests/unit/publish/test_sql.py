"""SQL on a release: it is read, shown as asked, and cannot be written to or reached around."""

import json
from pathlib import Path

import pytest
from tests.unit.publish import small_release

from jianhui.core.errors import UsageError
from jianhui.publish.sql import query
from jianhui.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", keys_root=tmp_path / "keys")
    small_release.release(settings, small_release.build(tmp_path / "b.duckdb"))
    return settings


def test_a_query_reads_the_current_release(settings: Settings) -> None:
    result = query(settings, "select group_code, n_base from agg_coverage order by 1")
    assert result.release_id == "night-2014-03-31-r1"
    assert result.columns == ("group_code", "n_base")
    assert result.rows == (("G000000", 0), ("G000001", 1), ("G000002", 2))


def test_another_release_is_read_by_its_id(settings: Settings, tmp_path: Path) -> None:
    small_release.release(settings, small_release.build(tmp_path / "2.duckdb", 9))
    count = "select count(*) from agg_coverage"
    assert query(settings, count).rows == ((9,),)
    assert query(settings, count, "night-2014-03-31-r1").rows == ((3,),)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from agg_coverage",
        "create table main.mine as select 1",
        "drop table agg_coverage",
        "copy agg_coverage to '{out}'",
        "select * from read_csv('/etc/hostname')",
        "attach '{out}' as other",
        "install httpfs",
        "set enable_external_access = true",
        "select nothing from nowhere",
    ],
)
def test_writing_reaching_out_and_nonsense_are_refused(settings: Settings, tmp_path: Path, sql: str) -> None:
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="the query cannot be run"):
        query(settings, sql.format(out=out))
    assert not out.exists()
    assert query(settings, "select count(*) from agg_coverage").rows == ((3,),)


@pytest.mark.parametrize("sql", ["", "  ", ";", "-- nothing but a comment"])
def test_a_query_that_says_nothing_is_refused(settings: Settings, sql: str) -> None:
    with pytest.raises(UsageError, match="there is no statement"):
        query(settings, sql)


def test_a_table_is_aligned_also_under_chinese(settings: Settings) -> None:
    text = query(
        settings, "select '大连' as 市, 1 as n union all select 'x', null order by 2 nulls last"
    ).text("table")
    assert text.splitlines() == ["市    n", "────  ─", "大连  1", "x"]


def test_json_keeps_numbers_and_days(settings: Settings) -> None:
    text = query(
        settings, "select 1 as n, date '2014-03-31' as d, null as x, 'nan'::double as f, [1] as l"
    ).text("json")
    assert json.loads(text) == [{"n": 1, "d": "2014-03-31", "x": None, "f": None, "l": [1]}]


def test_csv_quotes_what_needs_it(settings: Settings) -> None:
    assert query(settings, "select 'a,b' as x, true as y").text("csv") == 'x,y\n"a,b",true'


def test_an_unknown_format_is_refused(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no output format 'xml'"):
        query(settings, "select 1").text("xml")
