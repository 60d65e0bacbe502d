"""Scoring: every difference between clean and dirty is traced, what dirt cannot explain is told apart."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jianhui import simulate
from jianhui.simulate.agencies import City
from jianhui.simulate.attaching import GivenLink
from jianhui.simulate.counterfactual import AsOf, Replay
from jianhui.simulate.dirt_classes import dirt_classes
from jianhui.simulate.reception import ACCEPTED, receive_all
from jianhui.simulate.score import Score, score, smallest, unexplained
from jianhui.simulate.score_figures import figures_of, is_count

START, END = date(2014, 1, 1), date(2014, 2, 10)
AS_OF = AsOf(END, END)


@pytest.fixture(scope="module")
def city() -> City:
    return simulate.build_city(enterprises=220, start=START, end=END, seed=3)


@pytest.fixture(scope="module")
def replay(city: City) -> Replay:
    return Replay(city, AS_OF)


@pytest.fixture(scope="module")
def scored(city: City, replay: Replay) -> Score:
    return score(city, AS_OF, replay.whole().tables)


def test_what_is_replayed_in_memory_is_what_the_files_say(replay: Replay, tmp_path: Path) -> None:
    some = frozenset(sorted(replay.pieces)[::3])
    for without in (frozenset(), some, frozenset(replay.pieces)):
        folder = tmp_path / str(len(without))
        simulate.simulate(
            folder,
            enterprises=220,
            start=START,
            end=END,
            seed=3,
            clean=False,
            without=without,
            truth_on=(),
        )
        assert simulate.truth_at(folder, END).tables == replay.whole(without).tables


def test_a_file_that_comes_again_after_another_of_its_day_says_the_same_once_more(tmp_path: Path) -> None:
    end = date(2014, 2, 20)
    city = simulate.build_city(enterprises=500, start=START, end=end, seed=3)
    simulate.simulate(tmp_path, enterprises=500, start=START, end=end, seed=3, clean=False, truth_on=())
    again = [
        one.delivery.reference_on
        for one in receive_all(tmp_path)
        if one.verdict == ACCEPTED
        and one.delivery.feed == "verifications"
        and one.delivery.arrived_on > one.delivery.reference_on
    ]
    assert date(2014, 2, 17) in again
    assert simulate.truth_at(tmp_path, end).tables == Replay(city, AsOf(end, end)).whole().tables


def test_a_build_that_says_what_the_files_say_leaves_nothing_unexplained(scored: Score) -> None:
    assert not scored.unexplained
    assert not scored.untraced


def test_every_difference_is_traced_and_removing_its_pieces_restores_it(
    scored: Score, replay: Replay
) -> None:
    assert len(scored.traces) > 100
    assert all(scored.traces.values())
    for figure in sorted(scored.traces)[::97]:
        restored = figures_of(replay.whole(scored.traces[figure]).tables)
        assert restored.get(figure) == scored.clean.get(figure), figure


def test_no_piece_behind_the_figure_of_an_enterprise_can_be_spared(scored: Score, replay: Replay) -> None:
    figures = [figure for figure in sorted(scored.traces) if figure[0] == "fct_enterprise_coverage"]
    assert figures
    for figure in figures[::25]:
        ids = scored.traces[figure]
        for one in ids:
            still = figures_of(replay.whole(ids - {one}).tables)
            assert still.get(figure) != scored.clean.get(figure), figure


def test_a_figure_built_otherwise_than_the_files_say_is_unexplained(replay: Replay) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in replay.whole().tables.items()}
    row = next(row for row in tables["agg_coverage"] if row["grouping"] == "city")
    row["n_covered"] += 1
    figure = ("agg_coverage", f"city|210200|{row['base_kind']}", "n_covered")
    assert unexplained(replay.whole().tables, tables) == [figure]


def test_a_row_that_was_not_built_is_unexplained(replay: Replay) -> None:
    tables = {"dim_enterprises": list(replay.whole().tables["dim_enterprises"])}
    gone = tables["dim_enterprises"].pop()
    found = unexplained(replay.whole().tables, tables)
    assert {figure[1] for figure in found} == {gone["enterprise_id"]}


def test_forms_of_writing_move_no_figure(scored: Score) -> None:
    absorbed = {one.name for one in dirt_classes() if one.expectation == "absorbed"}
    for one in scored.classes:
        if one.name in absorbed:
            assert one.causes == 0, one.name


def test_lost_links_lower_the_coverage_of_the_city(scored: Score) -> None:
    moved = {one.name: one.moved["live_n_covered"] for one in scored.classes}
    assert moved["legal_form"] + moved["city_prefix"] < 0
    figure = ("agg_coverage", "city|210200|live", "n_covered")
    assert scored.dirty[figure] < scored.clean[figure]
    assert is_count(figure)


def test_links_beyond_codes_and_names_are_counted_and_traced_to_the_dirt_of_their_records(
    city: City, replay: Replay
) -> None:
    told = replay.whole().tables
    unmatched = [row for row in told["fct_unmatched_records"] if row["feed"] == "union_coverage"]
    gaps = [row["enterprise_id"] for row in told["fct_enterprises_without_union"]]
    links = [
        GivenLink("union_coverage", row["record_key"], gap)
        for row, gap in zip(unmatched[:6], gaps, strict=False)
    ]
    built = Replay(city, AS_OF, links=links).whole().tables
    assert unexplained(told, built)
    found = score(city, AS_OF, built, links=links)
    assert not found.unexplained
    assert not found.untraced


def test_the_score_is_written_as_tables(scored: Score, tmp_path: Path) -> None:
    spoilt = replace(scored, unexplained=[("agg_coverage", "city|210200|live", "n_base")])
    spoilt.write(tmp_path)
    lines = {
        path.name: list(csv.reader(path.open(encoding="utf-8", newline="")))
        for path in sorted(tmp_path.iterdir())
    }
    assert set(lines) == {"classes.csv", "figures.csv", "unexplained.csv"}
    assert len(lines["classes.csv"]) == 1 + len(scored.classes)
    assert len(lines["figures.csv"]) == 1 + len(scored.traces)
    assert lines["unexplained.csv"][1][:3] == ["agg_coverage", "city|210200|live", "n_base"]


@pytest.mark.parametrize("needed", [{"c"}, {"a", "f"}, {"a", "b", "c", "d", "e", "f"}])
def test_the_smallest_set_is_what_must_go(needed: set[str]) -> None:
    assert smallest("abcdef", lambda some: needed <= some) == needed


def test_of_two_sets_that_would_do_one_is_taken_and_nothing_more() -> None:
    found = smallest("abcdef", lambda some: {"a", "b"} <= some or {"e"} <= some)
    assert found in ({"a", "b"}, {"e"})
