"""How things stand: the log, every feed against its calendar, what is held, what is published."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import polars as pl

from jianhui.core.clock import Clock, civil_day
from jianhui.intake.contract import Contract, load_contracts
from jianhui.log.store import EventLog
from jianhui.publish.release_index import PublishedRelease, list_releases, standing_night
from jianhui.resolve.freshness import PERIOD_DAYS, feeds
from jianhui.settings import Settings


@dataclass(frozen=True)
class Status:
    """``data``: plain values, ready for JSON.

    Keys: ``log``, ``feeds``, ``held``, ``release``, ``blocked``, ``next_due``.
    """

    data: Mapping[str, Any]

    def text(self, language: str) -> str:
        """The same in sentences, ``zh`` or ``en``."""
        is_zh = language == "zh"
        lines = [_log_line(self.data["log"], is_zh), "", "数据 feeds" if is_zh else "Feeds"]
        lines += [f"  {_feed_line(feed, is_zh)}" for feed in self.data["feeds"]]
        held = self.data["held"]
        lines += ["", f"待处理的交付：{len(held)}" if is_zh else f"Deliveries held: {len(held)}"]
        lines += [f"  {one['feed']}  {one['delivery_id']}  {one['file_name']}  {one['note']}" for one in held]
        if held:
            lines.append("  → jianhui quarantine list")
        lines += ["", *_release_lines(self.data["release"], self.data["blocked"], is_zh)]
        if self.data["next_due"]:
            due = self.data["next_due"]
            words = "下一次应到的数据：" if is_zh else "Next due: "
            lines += ["", f"{words}{due['feed']} {due['due_on']}"]
        return "\n".join(lines)


def status(
    settings: Settings, clock: Clock, valid_on: date | None = None, known_at: datetime | None = None
) -> Status:
    """Read the log and the releases of a home. Raises ``LogDamaged`` on a damaged ledger.

    ``known_at``: how things stood then; ``valid_on``: the day by which feeds are late, and up to which
    releases count; default that of then.
    """
    today = valid_on or civil_day(known_at or clock())
    contracts = load_contracts(settings.contracts)
    log = EventLog(settings.events)
    deliveries = log.deliveries(known_at=known_at)
    head = log.log_head() if known_at is None else log.head_at(known_at)
    feed_rows = [_feed(row, contracts[row["feed"]]) for row in _freshness(contracts, deliveries, today)]
    held = deliveries.filter(pl.col("verdict") == "held").sort("seq")
    known = list_releases(settings, None if known_at is None else log.ledger(known_at))
    releases = [one for one in known if valid_on is None or one.valid_on <= valid_on]
    standing = standing_night(releases)
    due = sorted((row["due_on"], row["feed"]) for row in feed_rows if row["due_on"])
    return Status(
        {
            "log": {"seq": head.seq, "hash": head.hash},
            "feeds": feed_rows,
            "held": [
                {
                    "delivery_id": row["delivery_id"],
                    "feed": row["feed"],
                    "file_name": row["file_name"],
                    "reference_on": _iso(row["reference_on"]),
                    "received_at": _iso(row["received_at"]),
                    "note": row["note"] or "",
                }
                for row in held.iter_rows(named=True)
            ],
            "release": None if standing is None else _release(standing),
            "blocked": _blocked_since(releases, standing),
            "next_due": {"feed": due[0][1], "due_on": due[0][0]} if due else None,
        }
    )


def _freshness(
    contracts: Mapping[str, Contract], deliveries: pl.DataFrame, today: date
) -> list[dict[str, Any]]:
    return feeds(contracts.values(), deliveries, today).to_dicts()


def _feed(row: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """``due_on``: by when the next delivery is to describe a new day; ``late_from``: after the grace."""
    last, period = row["last_reference_on"], PERIOD_DAYS.get(row["rhythm"])
    due_on = last + timedelta(days=period) if last and period else None
    late_from = due_on + timedelta(days=row["grace_days"] + 1) if due_on else None
    return {
        "feed": row["feed"],
        "title": contract.title,
        "title_en": contract.title_en,
        "is_received": row["is_received"],
        "last_reference_on": _iso(last),
        "last_received_at": _iso(row["last_received_at"]),
        "days_behind": row["days_behind"],
        "is_stale": bool(row["is_stale"]),
        "rhythm": row["rhythm"],
        "due_on": _iso(due_on),
        "late_from": _iso(late_from),
    }


def _release(release: PublishedRelease) -> dict[str, Any]:
    gate = json.loads((release.folder / "gate.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(release.warehouse), read_only=True) as connection:
        # A gap is not zero but unknown while the register of unions was never received.
        ((n_gap,),) = connection.execute(
            "select case when bool_and(n_covered is not null) "
            "then (select count(*) from fct_enterprises_without_union) end from agg_coverage"
        ).fetchall()
    return {
        "release_id": release.release_id,
        "valid_on": release.valid_on.isoformat(),
        "known_at": release.known_at.isoformat(),
        "gate": gate["verdicts"],
        "warnings": [check["check_id"] for check in gate["checks"] if check["verdict"] == "warn"],
        "n_gap": n_gap,
        "caveats": list(release.manifest["caveats"]),
    }


def _blocked_since(releases: list[PublishedRelease], standing: PublishedRelease | None) -> list[str]:
    """Blocked builds that came after the current release, newest first."""
    since = datetime.min.replace(tzinfo=releases[0].known_at.tzinfo) if releases else None
    if standing is not None:
        since = standing.known_at
    return [
        release.release_id
        for release in releases
        if release.state == "blocked" and since is not None and release.known_at > since
    ]


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _known(count: int | None, unknown: str) -> str:
    return unknown if count is None else str(count)


def _log_line(log: Mapping[str, Any], is_zh: bool) -> str:
    if log["seq"] == 0:
        return "事件日志为空 → jianhui receive" if is_zh else "The log is empty → jianhui receive"
    short = f"{log['seq']} ({log['hash'][:12]})"
    return f"事件日志：第 {short} 行" if is_zh else f"Log head: line {short}"


def _feed_line(feed: Mapping[str, Any], is_zh: bool) -> str:
    name = f"{feed['feed']} {feed['title']}" if is_zh else f"{feed['feed']}"
    if not feed["is_received"]:
        return f"{name}：从未收到" if is_zh else f"{name}: never received"
    if feed["last_reference_on"] is None:
        return f"{name}：尚无今日以前的数据" if is_zh else f"{name}: nothing that describes a day up to today"
    day, behind = feed["last_reference_on"], feed["days_behind"]
    if is_zh:
        late = "，逾期" if feed["is_stale"] else ""
        due = f"，下次应到 {feed['due_on']}" if feed["due_on"] else ""
        return f"{name}：截至 {day}（{behind} 天前{late}）{due}"
    late = ", late" if feed["is_stale"] else ""
    due = f", next due {feed['due_on']}" if feed["due_on"] else ""
    return f"{name}: as of {day} ({behind} days ago{late}){due}"


def _release_lines(release: Mapping[str, Any] | None, blocked: list[str], is_zh: bool) -> list[str]:
    if release is None:
        lines = ["尚无发布 → jianhui nightly" if is_zh else "Nothing published yet → jianhui nightly"]
    else:
        verdicts = release["gate"]
        if is_zh:
            lines = [
                f"当前发布：{release['release_id']}（截面日 {release['valid_on']}）",
                f"  关卡：通过 {verdicts['pass']}，提示 {verdicts['warn']}，豁免 {verdicts['waived']}，"
                f"未判断 {verdicts['not_judged']}",
                f"  未建会企业：{_known(release['n_gap'], '未知')} 户",
            ]
        else:
            lines = [
                f"Current release: {release['release_id']} (as of {release['valid_on']})",
                f"  gate: {verdicts['pass']} passed, {verdicts['warn']} warnings, "
                f"{verdicts['waived']} waived, {verdicts['not_judged']} not judged",
                f"  gap: {_known(release['n_gap'], 'unknown number of')} enterprises",
            ]
        lines += [f"  ! {check}" for check in release["warnings"]]
        lines += [f"  * {caveat['zh' if is_zh else 'en']}" for caveat in release["caveats"]]
    words = "此后未通过关卡" if is_zh else "Blocked since"
    return [
        *lines,
        *(f"  {words}: {release_id} → jianhui release show {release_id}" for release_id in blocked),
    ]
