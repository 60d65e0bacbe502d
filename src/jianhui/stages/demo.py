"""A simulated city, played through all the stages: what ``make demo`` runs.

Deliveries arrive day by day under a clock that follows them, so every release is as known on its night. The
city
lies in ``demo/`` of the home, apart from anything real, and is made anew each time.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jianhui.core.clock import SHANGHAI
from jianhui.core.errors import UsageError
from jianhui.publish.release_index import PublishedRelease
from jianhui.settings import Settings
from jianhui.simulate import DEMO_END, DEMO_START, simulate
from jianhui.simulate.itinerary import RELEASE
from jianhui.simulate.reception import events
from jianhui.stages import intake, night, quarter
from jianhui.stages.context import Context
from jianhui.stages.night import Night
from jianhui.stages.publishing import Progress, silent
from jianhui.stages.quarter import Quarter

QUARTER = "2014Q1"
MARKER = "这是模拟数据.txt"
NIGHTS = 12
ARRIVAL = timedelta(hours=20)
NIGHT_RUN = timedelta(days=1, hours=2)
QUARTER_RUN = timedelta(days=1, hours=4)


@dataclass(frozen=True)
class Demo:
    """What the demo leaves behind."""

    settings: Settings
    city: Path
    nights: tuple[PublishedRelease, ...]
    last: Night
    quarter: Quarter
    n_held: int

    def text(self, language: str) -> str:
        """The city's rates, the gap by district, and where everything lies."""
        zh = language == "zh"
        home = self.settings.home
        places = [
            ("模拟城市的报送与真值", "the city's deliveries and truth", self.city),
            ("发布", "releases", self.settings.releases),
            ("台账", "work-lists", self.last.worklists[0].parent if self.last.worklists else "–"),
            ("季度通报", "quarterly report", self.quarter.report.files[0].parent),
            ("隔离区", "quarantine", f"{self.settings.quarantine} ({self.n_held})"),
        ]
        lines = [self.last.summary.text(language), ""]
        lines += [f"{a if zh else b}: {path}" for a, b, path in places]
        lines += [
            "",
            "季度通报的文件：" if zh else "Files of the quarterly report:",
            *(f"  {path.name}" for path in self.quarter.report.files),
            "",
            "接着看：" if zh else "Go on with:",
            f"  export JIANHUI_HOME={home} JIANHUI_KEYS={self.settings.keys_root}",
            "  .venv/bin/jianhui status",
            "  .venv/bin/jianhui sql \"from agg_coverage where grouping = 'city'\"",
        ]
        return "\n".join(lines)


class FollowingClock:
    """A clock that is set by hand and moves a millisecond each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def set_to(self, day: date, time: timedelta) -> None:
        """Go on to ``time`` after the beginning of ``day`` in Shanghai; never back."""
        start = datetime.combine(day, datetime.min.time(), SHANGHAI)
        self.now = max(self.now, (start + time).astimezone(UTC))


def run(settings: Settings, enterprises: int, seed: int, *, progress: Progress = silent) -> Demo:
    """Simulate a city of ``enterprises`` registered units, run a dozen nights over a quarter, publish the
    quarter.
    """
    folder = _clean_folder(settings.home / "demo")
    city = folder / "city"
    progress(
        f"模拟一座有 {enterprises} 家登记单位的城市…", f"simulating a city of {enterprises} registered units…"
    )
    simulate(city, enterprises=enterprises, start=DEMO_START, end=DEMO_END, seed=seed, clean=True, plan=True)
    clock = FollowingClock()
    own = Settings(folder / "home", folder / "keys", settings.installation)
    context = Context(own, clock)
    desk = _Desk(context, clock, city)
    nights = []
    for day in _nights():
        desk.receive_until(day)
        clock.set_to(day, NIGHT_RUN)
        progress(f"{day} 夜…", f"night of {day}…")
        nights.append(night.publish(context, day))
    progress(f"{QUARTER} 季度发布…", f"quarter {QUARTER}…")
    desk.receive_until(DEMO_END)
    clock.set_to(DEMO_END, QUARTER_RUN)
    report = quarter.report(context, QUARTER, progress=progress)
    held = sum(one["verdict"] == "held" for one in intake.quarantine_list(context))
    return Demo(own, city, tuple(one.release for one in nights), nights[-1], report, held)


def _nights() -> list[date]:
    """A dozen nights evenly over the quarter; the last is the quarter's last day."""
    last = quarter.last_day(QUARTER)
    step = (last - DEMO_START).days // NIGHTS
    return [last - timedelta(days=step * i) for i in reversed(range(NIGHTS))]


class _Desk:
    """Takes in a city's deliveries day by day, and does what a person decides about those held."""

    def __init__(self, context: Context, clock: FollowingClock, city: Path) -> None:
        self._context, self._clock, self._city = context, clock, city
        self._events = events(city)
        self._held: dict[str, str] = {}

    def receive_until(self, last: date) -> None:
        """Everything up to the end of ``last`` that was not yet taken in."""
        while self._events and self._events[0][0] <= last:
            day, event = self._events.pop(0)
            self._clock.set_to(day, ARRIVAL)
            if "decision" in event:
                self._decide(event)
                continue
            (outcome,) = intake.receive(self._context, event["feed"], [self._city / event["path"]])
            if outcome.verdict == "held" and outcome.delivery_id:
                self._held[event["path"]] = outcome.delivery_id

    def _decide(self, event: Mapping[str, str]) -> None:
        held = self._held.pop(event["path"], None)
        if held is not None:
            does = intake.quarantine_release if event["decision"] == RELEASE else intake.quarantine_reject
            does(self._context, held, event["by"], event["reason"])


def _clean_folder(folder: Path) -> Path:
    """An empty folder for the demo; one that is not marked as a demo's is refused, never deleted."""
    if folder.exists():
        if not (folder / MARKER).is_file():
            raise UsageError(
                "not_a_demo",
                f"{folder} 已存在且不是演示留下的，不会覆盖。",
                f"{folder} exists and was not made by the demo; it is left alone.",
                next_step=f"mv {folder} …",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).write_text("本文件夹全部为模拟数据，可以整个删除。\n", encoding="utf-8")
    return folder
