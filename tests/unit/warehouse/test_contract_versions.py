"""A published column neither vanishes unannounced nor changes its type; CI holds every version to it."""

from typing import Any

import pytest

from jianhui import __version__
from jianhui.settings import INSTALLATION
from jianhui.warehouse.catalogue import Bilingual, ColumnSpec, MartSpec, marts
from jianhui.warehouse.contract_versions import breaches, document, main, read_snapshots
from jianhui.warehouse.dictionary import render

THEN: dict[str, Any] = {"agg": {"n": {"type": "bigint"}, "rate": {"type": "double"}}}
MARKED: dict[str, Any] = {
    "agg": {
        "n": {"type": "bigint", "deprecated_in": "0.2", "renamed_to": "n_base"},
        "n_base": {"type": "bigint"},
        "rate": {"type": "double"},
    }
}
RENAMED: dict[str, Any] = {"agg": {"n_base": {"type": "bigint"}, "rate": {"type": "double"}}}


def test_the_marts_keep_what_every_committed_version_promised() -> None:
    snapshots = read_snapshots()
    major, minor = map(int, __version__.split(".")[:2])
    assert (major, minor) in snapshots, "python -m jianhui.warehouse.contract_versions --write"
    assert breaches(snapshots, document(marts(INSTALLATION / "dbt_project")), (major, minor)) == []
    assert main([]) == 0


def test_a_column_that_vanishes_unannounced_is_a_breach() -> None:
    (breach,) = breaches({(0, 1): THEN}, RENAMED, (0, 2))
    assert (breach.table, breach.column) == ("agg", "n")


def test_a_table_that_vanishes_breaks_all_its_columns() -> None:
    assert {one.column for one in breaches({(0, 1): THEN}, {}, (0, 2))} == {"n", "rate"}


def test_another_type_is_a_breach() -> None:
    now = {"agg": {**THEN["agg"], "n": {"type": "integer"}}}
    (breach,) = breaches({(0, 1): THEN}, now, (0, 1))
    assert "bigint" in breach.en and "integer" in breach.en


@pytest.mark.parametrize(("minor", "n_breaches"), [(2, 2), (3, 2), (4, 0)])
def test_a_renamed_column_keeps_its_old_name_for_two_minor_versions(minor: int, n_breaches: int) -> None:
    snapshots = {(0, 1): THEN, (0, 2): MARKED}
    assert breaches(snapshots, MARKED, (0, minor)) == []
    assert len(breaches(snapshots, RENAMED, (0, minor))) == n_breaches


def test_a_mark_must_name_a_column_that_is_there() -> None:
    now = {"agg": {**THEN["agg"], "n": {"type": "bigint", "deprecated_in": "0.2", "renamed_to": "gone"}}}
    (breach,) = breaches({}, now, (0, 2))
    assert breach.column == "n"


def test_a_reader_is_told_of_a_column_that_is_to_go() -> None:
    column = ColumnSpec("n", "bigint", Bilingual("户数", "enterprises"), "0.2", "n_base")
    assert column.told == Bilingual(
        "户数（0.2 版起弃用，改用 n_base）", "enterprises (deprecated in 0.2: use n_base)"
    )
    assert "改用 n_base" in render([MartSpec("t", "coverage", column.told, ("n",), ("n",), (), (column,))])


def test_a_new_major_version_owes_nothing() -> None:
    assert breaches({(0, 1): THEN}, RENAMED, (1, 0)) == []
