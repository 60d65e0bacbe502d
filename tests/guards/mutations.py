"""Rules taken out of the code in a copy of the tree, and what the tests named for them say of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import yaml

from jianhui.settings import INSTALLATION

TREE = (
    "src",
    "tests",
    "dbt_project",
    "expectations",
    "flows",
    "raw/contracts",
    "requirements",
    "pyproject.toml",
)
"""What the tests need of the checkout."""

SECONDS = 280
BY_ASSERTION = ("AssertionError", "assert ", "Failed: DID NOT RAISE")
"""How a failure reads that tells of a wrong figure or a missing refusal, and not of code that cannot run."""


@dataclass(frozen=True)
class Mutation:
    """A rule, written in ``place``, and how to take it out: ``instead`` for ``text`` in ``file``."""

    id: str
    rule: str
    place: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]

    def apply(self, tree: Path) -> None:
        """Take the rule out of ``tree``. ``AssertionError`` where its text does not stand there once."""
        path = tree / self.file
        before = path.read_text(encoding="utf-8")
        n = before.count(self.text)
        assert n == 1, (
            f"guard {self.id}: its text stands {n} times in {self.file}; mend tests/guards/mutations.yml"
        )
        path.write_text(before.replace(self.text, self.instead), encoding="utf-8")


@dataclass(frozen=True)
class Outcome:
    """Of the tests of one run: node ids (``file::name``) that passed, and the words of the others."""

    passed: frozenset[str]
    failures: dict[str, str]

    def fails_by_assertion(self, test: str) -> bool:
        """Whether ``test``, or one of its parameters, failed because something asserted did not hold."""
        return any(
            node.partition("[")[0] == test.partition("[")[0] and words.startswith(BY_ASSERTION)
            for node, words in self.failures.items()
        )


def read_mutations() -> list[Mutation]:
    """Every mutation of ``mutations.yml``."""
    document = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return [Mutation(**{**entry, "tests": tuple(entry["tests"])}) for entry in document]


def copy_tree(to: Path) -> Path:
    """What the tests need of this checkout, anew below ``to``."""
    for name in TREE:
        source = INSTALLATION / name
        if source.is_dir():
            shutil.copytree(source, to / name)
        else:
            shutil.copy2(source, to / name)
    return to


def run(tree: Path, tests: Sequence[str]) -> Outcome:
    """Run ``tests`` on the code of ``tree`` in a process of their own. Other code is out of its reach."""
    report = tree / "report.xml"
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={tree / 'tmp'}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--junitxml={report}", *tests],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tree / "src"), str(tree)))},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert report.is_file() and done.returncode in (0, 1), f"{done.stdout}\n{done.stderr}"
    passed, failures = set(), {}
    for case in ElementTree.parse(report).iter("testcase"):
        node = f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name']}"
        if len(case) == 0:
            passed.add(node)
        for problem in case:
            words = problem.attrib.get("message", "")
            failures[node] = words if problem.tag == "failure" else f"{problem.tag}: {words}"
    return Outcome(frozenset(passed), failures)
