"""Each case of this folder gives exactly the figures worked out by hand."""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from jianhui.settings import Settings
from jianhui.stages import building, intake
from jianhui.stages.context import Context, night_as_of
from jianhui.warehouse.build import build
from tests.cases.case_file import Block, read_case

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*.txt"))


class Desk:
    """Plays one case against a home of its own, with a clock that moves a second at every step."""

    def __init__(self, home: Path, asked: Sequence[str] | None = None) -> None:
        """``asked``: the marts the case asks for, which are all that is built; None for every one."""
        self.home = home
        self.select = asked and " ".join(f"+{table}" for table in ("dim_enterprises", *asked))
        self.now = datetime(2020, 1, 1, tzinfo=UTC)
        self.context = Context(Settings(home / "home", home / "keys"), self.clock)
        self.verdicts: dict[str, str] = {}
        self.deliveries: dict[str, str] = {}
        self.build = home / "build.duckdb"
        self.nights = 0

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def play(self, block: Block) -> None:
        verb, argument = block.verb, block.argument
        if verb == "file":
            self.receive(argument, block.text)
        elif verb == "release":
            intake.quarantine_release(self.context, self.deliveries[argument], "经办人", "情况属实")
        elif verb == "night":
            self.night(date.fromisoformat(argument))
        elif argument.startswith("outcome "):
            assert self.verdicts[argument.removeprefix("outcome ")] == block.text
        elif argument == "clear":
            self.nothing_stands_in_clear(block.text.splitlines())
        else:
            self.expect(argument, block.text)

    def receive(self, name: str, text: str) -> None:
        folder = self.home / "files"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text + "\n", encoding="utf-8")
        feed = re.split(r"_\d{8}", name)[0]
        (outcome,) = intake.receive(self.context, feed, [folder / name])
        self.verdicts[name] = outcome.verdict
        if outcome.delivery_id:
            self.deliveries[name] = outcome.delivery_id

    def night(self, valid_on: date) -> None:
        self.nights += 1
        building.resolve(self.context, night_as_of(self.context, valid_on), self.build)
        # Every figure asked for was worked out on paper; the models' own tests are for others.
        build(self.context.settings, self.build, select=self.select, is_tested=False)

    def expect(self, argument: str, text: str) -> None:
        table, _, condition = argument.partition(" where ")
        header, *expected = csv.reader(io.StringIO(text))
        with duckdb.connect(str(self.build), read_only=True) as connection:
            connection.execute("use marts")
            known = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
            names = {"uscc", "name"} - known if "enterprise_id" in known else set()
            source = f"select t.*{''.join(f', d.{name}' for name in sorted(names))} from {table} as t"
            if names:
                source += " left join dim_enterprises as d using (enterprise_id)"
            query = f"select {', '.join(header)} from ({source}) {'where ' + condition if condition else ''}"
            rows = connection.execute(query).fetchall()
        assert sorted(map(shown, rows)) == sorted(tuple(row) for row in expected), argument

    def nothing_stands_in_clear(self, texts: list[str]) -> None:
        vault = self.context.settings.vault
        files = [p for p in self.context.settings.home.rglob("*") if p.is_file() and vault not in p.parents]
        assert files
        for path in [*files, self.build]:
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            for text in texts:
                assert text.encode() not in data, f"{text} stands in {path.name}"


def shown(row: tuple[object, ...]) -> tuple[str, ...]:
    """Cells as the cases write them: empty for null, true/false, no trailing zeros."""

    def cell(value: object) -> str:
        if value is None:
            return ""
        return str(value).lower() if isinstance(value, bool) else str(value)

    return tuple(map(cell, row))


def asked_for(blocks: Iterable[Block]) -> list[str] | None:
    """The marts a case asks for; None where it asks for all of them."""
    told = [block.argument for block in blocks if block.verb == "expect"]
    if "clear" in told:
        return None
    return sorted({one.split(" ")[0] for one in told if not one.startswith("outcome ")})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_figures_are_those_worked_out_by_hand(path: Path, tmp_path: Path) -> None:
    blocks = read_case(path)
    assert any(block.verb == "expect" for block in blocks)
    desk = Desk(tmp_path, asked_for(blocks))
    for block in blocks:
        desk.play(block)


def test_there_are_at_least_thirty_cases() -> None:
    assert len(CASES) >= 30
