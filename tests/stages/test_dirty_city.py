"""A dirty city played through the stages: what the night says otherwise than the truth is dirt."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jianhui.cli import app
from jianhui.core.clock import SHANGHAI
from jianhui.core.errors import UsageError
from jianhui.log.vault import Vault
from jianhui.simulate import simulate
from jianhui.simulate.agencies import FORMATS
from jianhui.simulate.reception import events, receive_all
from jianhui.simulate.score import Score
from jianhui.stages import intake
from jianhui.stages.scoring import score_build
from tests.stages.city import SimulatedDesk

START, DAYS = date(2014, 1, 1), (date(2014, 1, 20), date(2014, 2, 20))

VERDICTS: Mapping[str, str] = {"nothing_to_do": "noop"}
"""What the desk calls that which the truth calls otherwise."""


class DirtyDesk(SimulatedDesk):
    """A desk to which files come late, twice, cut short or spoilt, and at which a person decides about what
    is held as the city says.
    """

    def __init__(self, folder: Path, city: Path) -> None:
        super().__init__(folder, city)
        self.events = events(city)
        self.expected = [
            VERDICTS.get(one.verdict, one.verdict) for one in receive_all(city) if not one.is_decided
        ]
        self.held: dict[str, str] = {}

    def receive_until(self, day: date) -> None:
        """Take in what arrived, and see that the desk believes just what the truth believes."""
        while self.events and self.events[0][0] <= day:
            on, event = self.events.pop(0)
            evening = datetime.combine(on, datetime.min.time(), SHANGHAI) + timedelta(hours=20)
            self.now = max(self.now, evening.astimezone(UTC))
            if "decision" in event:
                self.decide(event)
                continue
            (outcome,) = intake.receive(self.context, event["feed"], [self.city / event["path"]])
            if event["feed"] in FORMATS:  # of the work plan's lists the truth tells no verdicts
                assert outcome.verdict == self.expected.pop(0), (event["path"], outcome.sentences())
            if outcome.verdict == "held" and outcome.delivery_id:
                self.held[event["path"]] = outcome.delivery_id

    def decide(self, event: Mapping[str, str]) -> None:
        """Let a file in or reject it, if it is held."""
        held = self.held.pop(event["path"], None)
        if held is not None:
            does = {"release": intake.quarantine_release, "reject": intake.quarantine_reject}
            does[event["decision"]](self.context, held, event["by"], event["reason"])


def test_a_clean_city_has_nothing_to_score(tmp_path: Path) -> None:
    simulate(tmp_path, enterprises=20, start=START, end=DAYS[0], seed=1, truth_on=())
    nobody = Vault(tmp_path / "vault", tmp_path / "keys")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError) as refusal:
            score_build(folder, tmp_path / "build.duckdb", DAYS[0], DAYS[0], nobody)
        assert refusal.value.code == "no-dirty-city"


def test_a_city_needs_a_folder(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["simulate", "--dirty"])
    assert refused.exit_code == 2
    made = ["simulate", "--dirty", "--enterprises", "20", "--to", "2014-01-20", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, made).exit_code == 0
    assert (tmp_path / "dirt.csv").is_file()


def score_city(folder: Path, *, enterprises: int, seed: int, days: Sequence[date]) -> Score:
    """Play a dirty city and score it on each of ``days``: nothing may be unexplained, every difference has
    its pieces of dirt. The score of the last day, its tables in ``folder/score``.
    """
    city = folder / "city"
    simulate(city, enterprises=enterprises, start=START, end=days[-1], seed=seed, clean=False, truth_on=())
    desk = DirtyDesk(folder, city)
    for day in days:
        desk.receive_until(day)
        build = desk.build(day, folder / f"{day}.duckdb")
        found = score_build(city, build, day, day, desk.vault, schema="marts")
        told = [(*figure, found.dirty.get(figure), found.built.get(figure)) for figure in found.unexplained]
        assert not told, told[:20]
        assert not found.untraced
        assert len(found.traces) > 100
        assert all(found.traces.values())
    found.write(folder / "score")
    return found


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("enterprises", "seed"), [(500, 3), (500, 5)])
def test_nothing_a_dirty_city_shows_is_unexplained(tmp_path: Path, enterprises: int, seed: int) -> None:
    """What dirt moves, class by class, is printed: shown by ``make slow``. A city of 20,000:
    ``python -m tests.benchmarks.bench_dirty_city``.
    """
    found = score_city(tmp_path, enterprises=enterprises, seed=seed, days=DAYS)
    print(f"{enterprises:,} units on {DAYS[-1]}. {found.summary('en')}")
    print((tmp_path / "score" / "classes.csv").read_text(encoding="utf-8"))
