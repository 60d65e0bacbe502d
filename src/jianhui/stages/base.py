"""The frozen base: the list of a plan year, frozen from the current release or delivered by the
federation.
"""

import csv
import hashlib
import io
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from jianhui.core.dates import parse_date
from jianhui.core.errors import UsageError
from jianhui.core.text import canonical_name
from jianhui.intake.receive import receive
from jianhui.log.timeline import entries
from jianhui.publish.release_index import show
from jianhui.stages.context import NOW, Context, When

FEED = "base_list"
STREAM = "base"

_YEAR_IN_NAME = r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)"
"""A year standing alone, as the model ``int_frozen_list`` reads a list's name."""


@dataclass(frozen=True)
class Frozen:
    """A list just frozen: its name, its plan year, how many enterprises, and the digest of its rows."""

    list_name: str
    plan_year: int
    n: int
    digest: str

    def sentences(self) -> tuple[str, str]:
        """What to say, in Chinese and English."""
        return (
            f"已固化 {self.plan_year} 年基数：{self.n} 家，清单《{self.list_name}》。",
            f"The base of {self.plan_year} is frozen: {self.n} enterprises, list {self.list_name}.",
        )


def freeze(context: Context, plan_year: int, reason: str, by: str) -> Frozen:
    """Freeze the live base of the current release as the list of ``plan_year``.

    The list enters the log like a delivered one; reason, person and digest are a decision beside it. Raises
    ``UsageError`` when there is no reason, no release, its base is empty, the plan year is over by its day,
    or the log
    does not take the list in.
    """
    if not reason.strip():
        raise UsageError(
            "no_reason", "固化基数须写明理由。", "Freezing the base needs a reason.", next_step="--reason …"
        )
    release = show(context.settings)
    if release.valid_on.year > plan_year:
        raise UsageError(
            "base_year_over",
            f"当前发布是 {release.valid_on} 的，不能作为 {plan_year} 年的基数。",
            f"The current release is of {release.valid_on}; it cannot be the base of {plan_year}.",
            next_step=f"--plan-year {release.valid_on.year}",
        )
    rows = _live_base(release.warehouse)
    if not rows:
        raise UsageError(
            "base_empty",
            "当前发布的在册基数是空的。",
            "The live base of the current release is empty.",
            next_step=f"jianhui release show {release.release_id}",
        )
    edition = sum(one["plan_year"] == plan_year for one in lists(context)) + 1
    list_name = f"{plan_year}年固化基数" + (f"（第{edition}版）" if edition > 1 else "")
    text = _as_csv(list_name, rows, release.valid_on.isoformat())
    digest = hashlib.sha256(text.encode()).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{FEED}_{context.today:%Y%m%d}_{digest[:8]}.csv"
        file.write_text(text, encoding="utf-8")
        outcome = receive(
            context.settings, context.contracts[FEED], file, clock=context.clock, log=context.log
        )
    if outcome.verdict != "accepted":
        raise UsageError("base_not_taken_in", *outcome.sentences(), next_step="jianhui quarantine list")
    context.log.append_decision(
        STREAM,
        {
            "event": "frozen",
            "list_name": list_name,
            "plan_year": plan_year,
            "n": len(rows),
            "sha256": digest,
            "release_id": release.release_id,
            "reason": reason,
            "by": by,
        },
        context.clock,
    )
    return Frozen(list_name, plan_year, len(rows), digest)


def lists(context: Context, when: When = NOW) -> list[dict[str, Any]]:
    """Lists in the log, frozen by the day and known at the moment of ``when``, oldest first: ``list_name``,
    ``plan_year``, ``frozen_on`` (as delivered), ``n``.
    """
    live = entries(context.log.events(FEED, when.known_at))
    if live.is_empty():
        return []
    year = pl.coalesce(
        pl.col("list_name").str.extract(_YEAR_IN_NAME), pl.col("frozen_on").str.extract(r"(\d{4})")
    )
    grouped = live.group_by("list_name").agg(
        plan_year=year.first().cast(pl.Int32), frozen_on=pl.col("frozen_on").min(), n=pl.len()
    )
    found = grouped.sort("plan_year", "frozen_on", "list_name").to_dicts()
    if when.valid_on is None:
        return found
    return [one for one in found if (parse_date(one["frozen_on"]) or when.valid_on) <= when.valid_on]


def _live_base(warehouse: Path) -> list[tuple[str, str, str]]:
    """Code (USCC, else registration number), name and id of every enterprise of the live base, by id."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            """
            select coalesce(d.uscc, d.reg_no, ''), d.name, d.enterprise_id
            from dim_enterprises as d
            inner join fct_enterprise_coverage as c on d.enterprise_id = c.enterprise_id
            where c.in_base_live
            order by d.enterprise_id
            """
        ).fetchall()


def _as_csv(list_name: str, rows: list[tuple[str, str, str]], frozen_on: str) -> str:
    """The list as a delivery. A list is keyed by name, so enterprises of one name carry their id in it."""
    bearers = Counter(canonical_name(name) for _, name, _ in rows)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["清单名称", "统一社会信用代码", "企业名称", "固化日期", "企业编号"])
    for code, name, number in rows:
        told_apart = name if bearers[canonical_name(name)] == 1 else f"{name}（{number}）"
        writer.writerow([list_name, code, told_apart, frozen_on, number])
    return stream.getvalue()
