"""Taking any one of these rules out of the code makes a test fail, and not by chance: with it they pass."""

from pathlib import Path

import pytest

from jianhui.settings import INSTALLATION
from tests.guards.mutations import Mutation, copy_tree, read_mutations, run

MUTATIONS = read_mutations()


def test_the_rules_are_many_and_each_is_told_once() -> None:
    assert len(MUTATIONS) >= 15
    assert len({one.id for one in MUTATIONS}) == len(MUTATIONS)
    assert all(one.rule and one.place and one.tests for one in MUTATIONS)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.id)
def test_the_text_of_a_rule_stands_where_it_is_said_to_stand(mutation: Mutation, tmp_path: Path) -> None:
    copy = tmp_path / mutation.file
    copy.parent.mkdir(parents=True)
    before = (INSTALLATION / mutation.file).read_text(encoding="utf-8")
    copy.write_text(before, encoding="utf-8")
    mutation.apply(tmp_path)
    assert copy.read_text(encoding="utf-8") != before


def test_a_text_that_is_no_longer_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"guard gone: its text stands 0 times in code\.py"):
        Mutation("gone", "a rule", "here", "code.py", "y = 1", "y = 2", ()).apply(tmp_path)


@pytest.mark.guard
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.id)
def test_without_the_rule_its_tests_fail(mutation: Mutation, tmp_path: Path) -> None:
    tree = copy_tree(tmp_path)
    mutation.apply(tree)
    outcome = run(tree, mutation.tests)
    unmoved = [test for test in mutation.tests if not outcome.fails_by_assertion(test)]
    assert not unmoved, f"{mutation.rule}\n{outcome.failures}"


@pytest.mark.guard
def test_with_every_rule_in_place_the_same_tests_pass(tmp_path: Path) -> None:
    tests = sorted({test for one in MUTATIONS for test in one.tests})
    outcome = run(copy_tree(tmp_path), tests)
    assert not outcome.failures
    assert len(outcome.passed) >= len(tests)
