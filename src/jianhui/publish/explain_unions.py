"""Which unions have to do with an enterprise, and why each does or does not cover it on the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jianhui.publish.explain_evidence import Evidence
from jianhui.publish.explain_source import Book


@dataclass(frozen=True)
class UnionTie:
    """A union that has to do with it: the days on which it covers, and why it does or does not on the day."""

    union_id: str
    name: str | None
    kind: str | None
    status: str | None
    founded_on: date | None
    ended_on: date | None
    speaks: bool
    spans: tuple[Mapping[str, Any], ...]
    zh: str
    en: str
    evidence: tuple[Evidence, ...]


def union_ties(
    book: Book, enterprise_id: str, speaking: str | None, records: Sequence[Evidence]
) -> tuple[UnionTie, ...]:
    """Every union that has it as host or names it in a line, the one that speaks first.

    ``speaking``: the union by which it is covered on the day; ``records``: its evidence.
    """
    roles = ("host_union", "cover_line", "covering_union")
    by_union: dict[str, list[Evidence]] = {}
    for one in records:
        if one.role in roles and one.union_id:
            by_union.setdefault(one.union_id, []).append(one)
    spans = book.rows(
        "select * exclude (enterprise_id) from fct_enterprise_cover where enterprise_id = ? "
        "order by valid_from, precedence, union_id, via, record_key",
        [enterprise_id],
    )
    ties = [
        _tie(book, union, speaking == union, rows, [one for one in spans if one["union_id"] == union])
        for union, rows in sorted(by_union.items())
    ]
    return tuple(sorted(ties, key=lambda tie: (not tie.speaks, tie.union_id)))


def _tie(
    book: Book,
    union_id: str,
    is_speaking: bool,
    rows: Sequence[Evidence],
    spans: Sequence[Mapping[str, Any]],
) -> UnionTie:
    day = book.release.valid_on
    union = book.row("select * from dim_unions where union_id = ?", [union_id]) or {}
    on_day = [one for one in spans if one["valid_from"] <= day < one["valid_to"]]
    speaks = bool(on_day) and is_speaking
    zh, en = _why(day, union, rows, spans, speaks)
    return UnionTie(
        union_id=union_id,
        name=union.get("name"),
        kind=union.get("kind"),
        status=union.get("status"),
        founded_on=union.get("founded_on"),
        ended_on=union.get("ended_on"),
        speaks=speaks,
        spans=_runs(spans),
        zh=zh,
        en=en,
        evidence=tuple(rows),
    )


def _why(
    day: date,
    union: Mapping[str, Any],
    rows: Sequence[Evidence],
    spans: Sequence[Mapping[str, Any]],
    speaks: bool,
) -> tuple[str, str]:
    """Why the union covers it on the day, or why it does not."""
    on_day = [one for one in spans if one["valid_from"] <= day < one["valid_to"]]
    if on_day:
        via = (
            ("以其为所在单位", "as its host") if on_day[0]["via"] == "host" else ("有涵盖它的行", "by a line")
        )
        since = _run_start(spans, day)
        if speaks:
            return f"覆盖它：{via[0]}，自 {since}", f"covers it {via[1]}, since {since}"
        return (
            f"也覆盖它（{via[0]}），但另一工会优先",
            f"covers it too ({via[1]}), but another union takes precedence",
        )
    ended, status = union.get("ended_on"), union.get("status")
    founded = union.get("founded_on")
    if ended is not None and ended <= day:
        return f"已于 {ended} 撤销", f"was dissolved on {ended}"
    if status not in (None, "正常"):
        return f"状态“{status}”，不计覆盖", f"is in status “{status}”, which does not cover"
    if founded is not None and founded > day:
        return f"{founded} 才成立", f"is founded only on {founded}"
    if spans:
        last = spans[-1]
        if last["valid_to"] <= day:
            return (
                f"覆盖至 {last['valid_to'] - timedelta(days=1)} 止",
                f"covered it until {last['valid_to']}",
            )
    in_force = [one for one in rows if one.is_in_force and one.role != "covering_union"]
    if not in_force:
        return (
            "基准日没有有效的记录把它与此工会相连",
            "no record in force ties it to the enterprise on the day",
        )
    return (
        f"“{union.get('kind')}”不以此方式计覆盖，或涵盖行已终止、未起始",
        f"kind “{union.get('kind')}” does not cover in this way, or the line has ended or not begun",
    )


def _run_start(spans: Sequence[Mapping[str, Any]], day: date) -> date:
    """First day of the unbroken run of cover that holds on ``day``."""
    start = day
    for span in sorted(spans, key=lambda one: one["valid_from"], reverse=True):
        if span["valid_from"] <= start <= span["valid_to"]:
            start = span["valid_from"]
    return start


def _runs(spans: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Spans of one way of covering that adjoin are one: another version of a record ends no cover."""
    runs: list[dict[str, Any]] = []
    for span in spans:
        if runs and (runs[-1]["via"], runs[-1]["valid_to"]) == (span["via"], span["valid_from"]):
            runs[-1] |= {"valid_to": span["valid_to"], "end_cause": span["end_cause"]}
        else:
            runs.append(dict(span))
    return tuple(runs)
