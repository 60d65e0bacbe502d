"""Each rate as published beside as now known, over all releases and the figures entered by hand."""

from datetime import datetime
from typing import Any

import polars as pl

from jianhui.publish.digests import provenance
from jianhui.publish.history import (
    as_published,
    beside,
    entered_rows,
    in_order,
    now_by_daily,
    now_by_rebuild,
    write_history,
)
from jianhui.publish.life import lives
from jianhui.publish.release_index import PublishedRelease, standing_night
from jianhui.publish.report_figures import percent, shown_share
from jianhui.stages.as_of import known_moment, releases_of, view
from jianhui.stages.context import NOW, Context, When
from jianhui.stages.publishing import Progress, silent


def history(context: Context, when: When = NOW, *, progress: Progress = silent) -> pl.DataFrame:
    """The rates of every release (``publish.history.COLUMNS``); ``releases/history.parquet`` holds those of
    now.

    Quarters are rebuilt as now known by today's code and rules, unless nothing has changed since; nights are
    read off the newest night's daily table, which is as known then. ``when``: of days up to its day, and
    beside as known at its moment.
    """
    releases = [one for one in releases_of(context, when) if one.state != "blocked"]
    ledger = context.log.ledger(when.known_at)
    told = lives(releases, ledger)
    newest = standing_night(releases_of(context, When(known_at=when.known_at)))
    parts = []
    for release in releases:
        published = as_published(release, told[release.release_id])
        if release.kind == "quarter":
            now = _quarter_now(context, release, when.known_at, progress)
        elif newest is not None:
            now = now_by_daily(newest, release.valid_on)
        else:
            now = now_by_rebuild(release.folder, release.known_at).clear()
        parts.append(beside(published, now))
    entered = entered_rows(ledger)
    if when.valid_on is not None:
        entered = entered.filter(pl.col("valid_on") <= when.valid_on)
    table = in_order([*parts, entered])
    if when.is_now:
        write_history(context.settings, table)
    return table


def rows(
    context: Context, grouping: str, base: str | None, when: When = NOW, *, progress: Progress = silent
) -> list[dict[str, Any]]:
    """The history of one grouping (and base), with the rates as they are shown."""
    table = history(context, when, progress=progress).filter(pl.col("grouping") == grouping)
    if base is not None:
        table = table.filter(pl.col("base_kind") == base)
    return [
        {
            **row,
            "published": _shown(row["n_covered"], row["n_base"], row["coverage_rate"]),
            "now": _shown(row["n_covered_now"], row["n_base_now"], row["coverage_rate_now"]),
        }
        for row in table.to_dicts()
    ]


def _quarter_now(
    context: Context, release: PublishedRelease, known_at: datetime | None, progress: Progress
) -> pl.DataFrame:
    """What is known of a quarter now (then): itself where neither log, code nor rules have changed."""
    made_by, manifest = provenance(context.settings), release.manifest
    moment = known_moment(context, known_at)
    is_same = (
        manifest["data_head"]["hash"] == context.log.data_head(known_at).hash
        and manifest["code"]["digest"] == made_by.code_digest
        and manifest["policy_digest"] == made_by.policy_digest
    )
    if is_same:
        return now_by_rebuild(release.folder, moment)
    found = view(context, When(release.valid_on, known_at), kind="quarter", progress=progress)
    return now_by_rebuild(found.folder, moment)


def _shown(covered: int | None, base: int | None, rate: float | None) -> str:
    """``n / N = r``, as far as it is known."""
    if base is None:
        return "" if rate is None else f"{rate:.2%}"
    if covered is None:
        return f"— / {base}"
    return f"{covered} / {base} = {percent(shown_share(covered, base))}"
