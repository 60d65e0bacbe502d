"""The files in docs/examples are what a federation fills in: each can be received as it stands."""

import re
from pathlib import Path

import pytest
from tests.unit.intake.home import Home

from jianhui.settings import INSTALLATION

EXAMPLES = sorted((INSTALLATION / "docs" / "examples").glob("*.csv"))


def test_there_is_an_example_of_a_quota_plan() -> None:
    assert any(path.name.startswith("congress_quotas_") for path in EXAMPLES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_received_without_a_bad_row_and_says_that_it_is_one(home: Home, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    feed = re.split(r"_\d{8}", path.name)[0]
    outcome = home.take(path.name, text, feed=feed)
    lines = text.strip().splitlines()
    assert (outcome.verdict, outcome.counts["rows_accepted"]) == ("accepted", len(lines) - 1)
    assert all("示例" in line for line in lines[1:])
