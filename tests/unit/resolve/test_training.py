"""The link model: fitted from a seed, the same bytes every time, and the committed one from the tables of today."""  # noqa: E501

import json
from importlib.resources import files

import pytest

from jianhui.resolve.training.examples import world
from jianhui.resolve.training.fit import fit
from jianhui.resolve.training.records import NONE
from jianhui.resolve.training.retrain import COMMAND, model_text, retrain, table_digests
from jianhui.resolve.weighing import MODEL, frozen_model


@pytest.fixture(scope="module")
def committed() -> dict[str, object]:
    text = files("jianhui.resolve").joinpath("model", MODEL).read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_the_same_seed_gives_the_same_model() -> None:
    one, other = (model_text(retrain(3, 400, 200)) for _ in range(2))
    assert one == other


def test_another_seed_gives_another_world() -> None:
    one, other = (world(seed, 300, 60) for seed in (1, 2))
    assert [said.name for said in one.said] != [said.name for said in other.said]


def test_records_of_units_and_of_none_are_made() -> None:
    made = world(5, 800, 600)
    kinds = {said.kind for said in made.said}
    assert {
        "none_other_city",
        "none_one_character",
        "none_absent_branch",
        "look_alike",
        "restructured",
    } <= kinds
    assert 0.2 < sum(said.truth == NONE for said in made.said) / len(made.said) < 0.5
    assert all(said.truth == NONE or example.truth is None or example.comparisons
               for said, example in zip(made.said, made.examples, strict=True))  # fmt: skip


def test_a_fit_prefers_the_equal_name() -> None:
    weights = fit(world(7, 800, 400).examples)
    assert weights["core=equal"] > weights["core=differs"]


def test_the_committed_model_is_of_the_tables_of_today(committed: dict[str, object]) -> None:
    assert committed["tables"] == table_digests(), (
        f"a word table changed: retrain with {COMMAND}, review the table"
    )


def test_the_committed_model_says_how_it_came_about(committed: dict[str, object]) -> None:
    assert {"version", "seed", "units", "examples", "held_out", "accept", "doubt", "weights"} <= set(
        committed
    )
    model = frozen_model()
    assert 0 < model.doubt < model.accept < 1
    assert model.weights["core=equal"] > model.weights["core=differs"]
