"""Before it is done: what would be released now, whether it would pass, and what it would change."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jianhui.core.errors import UsageError
from jianhui.publish.compare import Comparison
from jianhui.publish.digests import provenance
from jianhui.publish.release import refuse_if_unchanged
from jianhui.publish.release_index import Kind, PublishedRelease, list_releases, next_id, previous_night
from jianhui.publish.release_tables import write_tables
from jianhui.publish.states import write_states
from jianhui.stages import quarter as quarters
from jianhui.stages.comparing import End, compare_ends, end_of
from jianhui.stages.context import AsOf, Context, night_as_of
from jianhui.stages.publishing import Progress, gated, silent, workshop
from jianhui.warehouse.catalogue import marts
from jianhui.warehouse.gate import CheckResult


@dataclass(frozen=True)
class Plan:
    """A draft: nothing of it is kept.

    ``last``: the release it would follow, if any; ``comparison``: what moved since, null without one.
    """

    release_id: str
    as_of: AsOf
    is_passed: bool
    blocking: tuple[CheckResult, ...]
    verdicts: dict[str, int]
    last: str | None
    comparison: Comparison | None

    def sentences(self) -> list[tuple[str, str]]:
        """The plan but for the figures, line by line."""
        as_of = f"{self.as_of.valid_on} / {self.as_of.known_at.isoformat(timespec='seconds')}"
        lines = [
            (f"将发布 {self.release_id}（{as_of}）", f"would release {self.release_id} ({as_of})"),
            ("检验：通过", "gate: would pass") if self.is_passed else ("检验：不通过", "gate: would block"),
        ]
        lines += [
            (
                f"  {check.title_zh}：实际 {check.observed}，允许 {check.allowed}",
                f"  {check.title_en}: observed {check.observed}, allowed {check.allowed}",
            )
            for check in self.blocking
        ]
        if self.last is None:
            lines.append(("没有可比较的前一次发布", "there is no release before it"))
        else:
            lines.append((f"与 {self.last} 相比：", f"against {self.last}:"))
        return lines

    def as_dict(self) -> dict[str, Any]:
        """The plan for a program."""
        return {
            "release_id": self.release_id,
            "valid_on": self.as_of.valid_on.isoformat(),
            "known_at": self.as_of.known_at.isoformat(),
            "gate": {"is_passed": self.is_passed, "verdicts": self.verdicts},
            "blocking": [check.check_id for check in self.blocking],
            "last": self.last,
            "comparison": self.comparison.as_dict() if self.comparison else None,
        }


def plan(
    context: Context,
    *,
    valid_on: date | None = None,
    quarter: str | None = None,
    known_at: datetime | None = None,
    progress: Progress = silent,
) -> Plan:
    """What ``nightly`` (or ``report --quarter``) would release now; nothing is kept.

    Raises ``NothingChanged`` as they would, ``UsageError``.
    """
    as_of, kind, base = _wanted(context, valid_on, quarter, known_at)
    made_by = provenance(context.settings)
    data_head = context.log.data_head(as_of.known_at)
    refuse_if_unchanged(context.settings, kind, as_of.valid_on, data_head, made_by)
    previous = previous_night(context.settings, as_of.valid_on, as_of.known_at)
    last = _last(context, quarter, as_of)
    name = next_id(context.settings, base)
    with workshop(context) as bench:
        path = bench / "build.duckdb"
        verdict = gated(context, as_of, path, kind, previous, {}, progress)
        comparison = None
        if last is not None:
            made = bench / "made"
            made.mkdir()
            write_tables(path, made, marts(context.settings.dbt_project))
            write_states(path, made)
            end = End(name, kind, as_of, made_by, made)
            progress(f"与 {last.release_id} 比较…", f"comparing with {last.release_id}…")
            comparison = compare_ends(context, end_of(last), end, progress=progress)
    return Plan(
        name,
        as_of,
        verdict.is_passed,
        tuple(verdict.blocking),
        dict(verdict.as_document()["verdicts"]),
        last.release_id if last else None,
        comparison,
    )


def _wanted(
    context: Context, valid_on: date | None, quarter: str | None, known_at: datetime | None
) -> tuple[AsOf, Kind, str]:
    """As-of, kind, and the id without its revision."""
    if quarter is None:
        if known_at is not None:
            raise UsageError(
                "known_at_of_a_night",
                "每夜发布总是按现在所知；--known-at 只用于季度。",
                "a night is always as known now; --known-at goes with --quarter",
                next_step="--quarter 2014Q1 --known-at …",
            )
        as_of = night_as_of(context, valid_on)
        return as_of, "night", f"night-{as_of.valid_on}"
    if valid_on is not None:
        raise UsageError(
            "day_or_quarter",
            "--date 与 --quarter 只能写一个。",
            "either --date or --quarter",
            next_step=f"--quarter {quarter}",
        )
    as_of, _ = quarters.quarter_as_of(context, quarter, known_at)
    return as_of, "quarter", f"quarter-{quarter}"


def _last(context: Context, quarter: str | None, as_of: AsOf) -> PublishedRelease | None:
    """A quarter follows its standing revision, else the quarter before; a night the newest to its day."""
    if quarter is not None:
        return next((release for _, release in quarters.before(context, quarter)), None)
    nights = [
        one
        for one in list_releases(context.settings)
        if one.kind == "night" and one.is_standing and one.valid_on <= as_of.valid_on
    ]
    return max(nights, key=lambda one: one.rank, default=None)
