"""A dirty city played through the stages: what the night says otherwise than the truth is dirt."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jianhui.cli import app
from jianhui.core.clock import SHANGHAI
from jianhui.core.errors import UsageError
from jianhui.simulate import simulate
from jianhui.simulate.reception import receive_all
from jianhui.stages import intake
from jianhui.stages.scoring import score_build
from tests.stages.city import SimulatedDesk

START, DAYS = date(2014, 1, 1), (date(2014, 1, 20), date(2014, 2, 20))

VERDICTS: Mapping[str, str] = {"nothing_to_do": "noop"}
"""What the desk calls that which the truth calls otherwise."""


class DirtyDesk(SimulatedDesk):
    """A desk to which files come late, twice, cut short or spoilt; nobody releases what is held."""

    def receive_until(self, day: date) -> None:
        """Take in what arrived, and see that the desk believes just what the truth believes."""
        expected = [VERDICTS.get(one.verdict, one.verdict) for one in receive_all(self.city)]
        while self.waiting and self.waiting[0]["arrived_on"] <= day.isoformat():
            number = len(expected) - len(self.waiting)
            sent = self.waiting.pop(0)
            evening = datetime.combine(date.fromisoformat(sent["arrived_on"]), datetime.min.time(), SHANGHAI)
            self.now = max(self.now, (evening + timedelta(hours=20)).astimezone(UTC))
            (outcome,) = intake.receive(self.context, sent["feed"], [self.city / sent["path"]])
            assert outcome.verdict == expected[number], (sent["path"], outcome.sentences())


def test_a_clean_city_has_nothing_to_score(tmp_path: Path) -> None:
    simulate(tmp_path, enterprises=20, start=START, end=DAYS[0], seed=1, truth_on=())
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError) as refusal:
            score_build(folder, tmp_path / "build.duckdb", DAYS[0], DAYS[0])
        assert refusal.value.code == "no-dirty-city"


def test_a_city_needs_a_folder(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["simulate", "--dirty"])
    assert refused.exit_code == 2
    made = ["simulate", "--dirty", "--enterprises", "20", "--to", "2014-01-20", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, made).exit_code == 0
    assert (tmp_path / "dirt.csv").is_file()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("enterprises", "seed", "days"), [(20_000, 9, DAYS[1:]), (500, 3, DAYS), (500, 5, DAYS)]
)
def test_nothing_a_dirty_city_shows_is_unexplained(
    tmp_path: Path, enterprises: int, seed: int, days: Sequence[date]
) -> None:
    """What dirt moves, class by class, is printed: shown by ``make slow``."""
    city = tmp_path / "city"
    simulate(city, enterprises=enterprises, start=START, end=days[-1], seed=seed, clean=False, truth_on=())
    desk = DirtyDesk(tmp_path, city)
    for day in days:
        desk.receive_until(day)
        build = desk.build(day, tmp_path / f"{day}.duckdb")
        found = score_build(city, build, day, day, schema="marts")
        told = [(*figure, found.dirty.get(figure), found.built.get(figure)) for figure in found.unexplained]
        assert not told, told[:20]
        assert not found.untraced
        assert len(found.traces) > 100
        assert all(found.traces.values())
    found.write(tmp_path / "score")
    print(f"{enterprises:,} units on {days[-1]}. {found.summary('en')}")
    print((tmp_path / "score" / "classes.csv").read_text(encoding="utf-8"))
