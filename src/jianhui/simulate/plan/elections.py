"""Elections of unions and how they were held; the truth of their procedure and of direct elections."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from jianhui.simulate.agencies import City
from jianhui.simulate.draws import Draw, Weighted
from jianhui.simulate.figures import Judged, Table
from jianhui.simulate.plan import counting
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.milestones import scheduled_on
from jianhui.simulate.plan.section import Entry, Known, Told
from jianhui.simulate.readings import canonical
from jianhui.simulate.unions import (
    DISTRICT_FEDERATION,
    INDUSTRIAL,
    JOINT,
    OWN,
    STREET_FEDERATION,
    Union,
)

FEED = "union_elections"

FEEDS: Mapping[str, PlanFeed] = {
    FEED: PlanFeed(
        columns={
            "选举编号": "election_no",
            "工会编号": "union_no",
            "工会名称": "name",
            "选举类型": "kind",
            "届次": "term_no",
            "选举日期": "elected_on",
            "任期年限": "term_years",
            "选举方式": "method",
            "会议形式": "meeting",
            "会员人数": "member_count",
            "应到人数": "entitled_count",
            "实到人数": "present_count",
            "主席候选人数": "chair_candidates",
            "应选主席人数": "chair_seats",
            "主席得票数": "chair_votes",
            "公示开始日期": "notice_from",
            "公示结束日期": "notice_to",
            "主席限制身份": "excluded_role",
            "无记名投票": "secret_ballot",
            "委员候选人数": "committee_candidates",
            "应选委员人数": "committee_seats",
            "主席配备级别": "chair_rank",
            "上级批复日期": "approved_on",
            "批复文号": "approval_no",
        },
        key=("election_no",),
        name="name",
    )
}

FOUNDING, RE_ELECTION, BY_ELECTION = "组建", "换届", "补选"
DIRECT, BY_COMMITTEE = "直接选举", "委员会选举"
RANKS = ("同级党政正职", "同级党政副职", "低于同级党政副职")

_METHODS = Weighted([(70, DIRECT), (24, BY_COMMITTEE), (6, "")])
_ROLES = Weighted([(92, "不属于"), (3, "行政副职"), (3, "近亲属"), (2, "")])
_MAY_BE_BLANK = (
    "entitled_count",
    "present_count",
    "chair_votes",
    "notice_from",
    "member_count",
    "secret_ballot",
)
_ABOVE = (DISTRICT_FEDERATION, STREET_FEDERATION, INDUSTRIAL)


class Elections:
    """Every election a union ever held, as its upper union writes it down."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Known some days after each; a founding in twelve is never entered."""
        for union in city.unions:
            draw = Draw(city.seed, "elections", union.number)
            days = [*union.terms]
            planned = _held_as_scheduled(city, union)
            if planned is not None:
                days = sorted({day for day in days if day < planned} | {planned})
            for at, day in enumerate(days):
                if at or not draw.chance(80):
                    yield _entry(draw, union, day, at, FOUNDING if at == 0 else RE_ELECTION)
                if draw.chance(60):
                    yield _entry(draw, union, day + timedelta(days=draw.between(40, 700)), at, BY_ELECTION)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_union_elections and agg_direct_elections."""
        rows = [row for one in known.of(FEED) if (row := _judged(known, one)) is not None]
        return {"fct_union_elections": rows, "agg_direct_elections": _direct(known, rows)}


def _held_as_scheduled(city: City, union: Union) -> date | None:
    """The day on which a federation whose re-election is scheduled holds it: three in four do, some late."""
    if union.kind != DISTRICT_FEDERATION:
        return None
    for year in range(city.start.year, city.end.year + 1):
        planned = scheduled_on(city.seed, union.number, year)
        draw = Draw(city.seed, "held as scheduled", union.number, year)
        if planned is not None and draw.chance(750):
            return planned + timedelta(days=draw.between(-20, 30))
    return None


def _entry(draw: Draw, union: Union, day: date, at: int, kind: str) -> Entry:
    by_election = "-b" if kind == BY_ELECTION else ""
    cells = {
        "election_no": f"{union.number}-{at + 1}{by_election}",
        "union_no": union.number,
        "name": union.name_on(day),
        "kind": kind,
        "term_no": str(at + 1),
        "elected_on": "" if draw.chance(15) else day.isoformat(),
        "term_years": "" if draw.chance(15) else "4" if draw.chance(10) else str(union.term_years),
        "method": draw.weighted(_METHODS),
        "approved_on": (day + timedelta(days=draw.between(1, 15))).isoformat(),
    }
    if union.kind in _ABOVE:
        cells["chair_rank"] = "" if draw.chance(150) else draw.pick(RANKS)
    else:
        cells |= _procedure(draw, day)
    return Entry(FEED, day + timedelta(days=draw.between(1, 20)), cells)


def _procedure(draw: Draw, day: date) -> dict[str, str]:
    """How it was held: mostly well, often just well, sometimes just not."""
    entitled = draw.between(10, 300)
    quorum, majority = -(-2 * entitled // 3), entitled // 2 + 1
    present = _around(draw, quorum, entitled)
    notice_to = day - timedelta(days=0 if draw.chance(60) else draw.between(1, 5))
    length = 6 if draw.chance(70) else draw.between(7, 12)
    members = draw.pick((entitled, 20, 25, 26, 200, 201))
    least, most = (1, 1) if members <= 25 else (3, 7) if members <= 200 else (7, 15)
    seats = draw.pick((least, most, most + 1)) if draw.chance(200) else least
    candidates = draw.pick((1, 1, 2)) if draw.chance(120) else draw.between(2, 3)
    cells = {
        "meeting": "会员大会" if entitled < 100 else "会员代表大会",
        "member_count": str(members),
        "entitled_count": str(entitled),
        "present_count": str(present),
        "chair_candidates": str(candidates),
        "chair_seats": "1",
        "chair_votes": str(min(present, _around(draw, majority, present))),
        "notice_from": (notice_to - timedelta(days=length - 1)).isoformat(),
        "notice_to": notice_to.isoformat(),
        "excluded_role": draw.weighted(_ROLES),
        "secret_ballot": "否" if draw.chance(30) else "是",
        "committee_candidates": str(seats + (0 if draw.chance(60) else 1)),
        "committee_seats": str(seats),
    }
    for name in _MAY_BE_BLANK:
        if draw.chance(12):
            cells[name] = ""
    return cells


def _around(draw: Draw, least: int, most: int) -> int:
    """Sometimes one less than ``least``, sometimes just it, mostly between it and ``most``."""
    if draw.chance(50):
        return least - 1
    return least if draw.chance(150) else draw.between(min(least, most), most)


# --- truth ---

RULES_OF_2008 = date(2008, 7, 25)
RULES_OF_2016 = date(2016, 10, 9)
_FIRST_RULES = date(1992, 4, 14)
EXCLUDED = ("行政负责人", "行政副职", "合伙人", "近亲属", "人力资源部门负责人", "外籍职工")
CHECKS = (
    "quorum",
    "majority",
    "notice",
    "after_notice",
    "candidates",
    "excluded_role",
    "secret_ballot",
    "committee_size",
    "committee_difference",
)
_KINDS = {FOUNDING: "founding", RE_ELECTION: "re_election", BY_ELECTION: "by_election"}


def committee_size(members: int, day: date) -> tuple[int, int]:
    """Least and most seats for so many members: 1992 art. 7, from 9 October 2016 art. 8 of the new rules."""
    if day < RULES_OF_2016:
        bands = ((25, 1, 1), (200, 3, 7), (1000, 7, 15), (5000, 15, 21), (10000, 21, 29))
        last = (1, 37)
    else:
        bands = ((24, 1, 5), (200, 3, 7), (1000, 7, 15), (5000, 15, 21), (10000, 21, 29))
        last = (29, 37) if members <= 50000 else (37, 45)
    return next(((low, high) for limit, low, high in bands if members <= limit), last)


def check(one: Told, name: str, kind: str | None) -> str:
    """ok, breach, missing or no_rule: what one check of an election gives."""
    day = one.day("elected_on")
    if day is None or kind is None:
        return "missing"
    since = {"committee_size": _FIRST_RULES, "committee_difference": RULES_OF_2016}.get(name, RULES_OF_2008)
    if kind not in counting.GRASSROOTS or day < since:
        return "no_rule"
    holds = _holds(one, name, day)
    return "missing" if holds is None else "ok" if holds else "breach"


def _holds(one: Told, name: str, day: date) -> bool | None:
    counts = {column: one.count(column) for column in FEEDS[FEED].names if column.endswith(_COUNTED)}
    entitled, seats = counts["entitled_count"], counts["committee_seats"]
    if name in ("quorum", "majority"):
        value = counts["present_count" if name == "quorum" else "chair_votes"]
        if not entitled or value is None or value > entitled:
            return None
        return 3 * value >= 2 * entitled if name == "quorum" else 2 * value > entitled
    first, last = one.day("notice_from"), one.day("notice_to")
    if name == "notice":
        return None if first is None or last is None or last < first else (last - first).days + 1 >= 7
    if name == "after_notice":
        return None if last is None else day > last
    if name == "candidates":
        standing, wanted = counts["chair_candidates"], counts["chair_seats"]
        return None if standing is None or wanted is None or standing < wanted else standing > wanted
    if name == "excluded_role":
        return None if not one["excluded_role"] else one["excluded_role"] not in EXCLUDED
    if name == "secret_ballot":
        return None if not one["secret_ballot"] else one["secret_ballot"] == "是"
    if name == "committee_size":
        members = counts["member_count"]
        if not members or seats is None:
            return None
        low, high = committee_size(members, day)
        return low <= seats <= high
    standing = counts["committee_candidates"]
    if not seats or standing is None or standing < seats:
        return None
    return 20 * (standing - seats) >= seats


_COUNTED = ("_count", "_candidates", "_seats", "_votes")


def _judged(known: Known, one: Told) -> dict[str, Any] | None:
    day = one.day("elected_on")
    if day is not None and day > known.valid_on:
        return None
    union = known.unions.get(canonical(one["union_no"]))
    firm = counting.host(known, union)
    results = {name: check(one, name, union.kind if union else None) for name in CHECKS}
    breaches = sorted(name for name, result in results.items() if result == "breach")
    if day is None:
        reason = "elected_on_missing"
    elif union is None:
        reason = "unknown_union"
    else:
        reason = "no_rule" if set(results.values()) == {"no_rule"} else ""
    owner = counting.ownership(firm)
    return {
        "election_no": one.key,
        "union_id": canonical(one["union_no"]) or None,
        "union_kind": union.kind if union else None,
        "enterprise_id": firm.enterprise.number if firm else None,
        "district_code": counting.district(union),
        "ownership": owner,
        "is_focus": _is_focus(firm),
        "kind": _KINDS.get(one["kind"]),
        "term_no": one.count("term_no"),
        "elected_on": day,
        "is_in_plan_year": day is not None and day.year == known.valid_on.year,
        "is_direct": {DIRECT: True, BY_COMMITTEE: False}.get(one["method"]),
        **{f"{name}_check": result for name, result in results.items()},
        "n_breaches": len(breaches),
        "n_missing": counting.number(results.values(), lambda result: result == "missing"),
        "findings": counting.joined(breaches),
        "status": "not_judged" if reason else "judged",
        "reason": reason or None,
        "chair_rank": one["chair_rank"] or None,
    }


def _is_focus(firm: Judged | None) -> bool | None:
    """A non-public small or medium firm; None where nobody knows."""
    owner = counting.ownership(firm)
    if owner == "public":
        return False
    if firm is None or owner not in ("non_public", "hmt_foreign") or firm.staff.count is None:
        return None
    return firm.staff.count < 1000


def _direct(known: Known, elections: Table) -> Table:
    members = [
        {**row, "is_unrecorded": False}
        for row in elections
        if row["union_kind"] in (OWN, JOINT)
        and row["kind"] in ("founding", "re_election")
        and row["is_in_plan_year"]
    ]
    entered = {canonical(one["union_no"]) for one in known.of(FEED) if one["kind"] == FOUNDING}
    for facts in counting.living(known):
        if counting.is_new(known, facts) and facts.number not in entered:
            members.append(_unrecorded(known, facts.number))
    of_focus = {True: "non_public_sme", False: "other", None: None}
    table: Table = []
    for kind in ("all", "founding", "re_election"):
        found = counting.groups(
            [row for row in members if kind in ("all", row["kind"])],
            {
                "district": lambda row: row["district_code"],
                "ownership": lambda row: row["ownership"],
                "focus": lambda row: of_focus[row["is_focus"]],
            },
        )
        found.setdefault(("city", "210200"), [])
        table += [_direct_row(known, group, kind, rows) for group, rows in found.items()]
    return table


def _unrecorded(known: Known, number: str) -> dict[str, Any]:
    facts = known.unions[number]
    firm = counting.host(known, facts)
    owner = counting.ownership(firm)
    return {
        "kind": "founding",
        "district_code": counting.district(facts),
        "ownership": owner,
        "is_focus": _is_focus(firm),
        "is_direct": None,
        "is_unrecorded": True,
        "status": "not_judged",
        "n_breaches": 0,
        "n_missing": 0,
    }


def _direct_row(known: Known, group: tuple[str, str], kind: str, rows: Table) -> dict[str, Any]:
    direct = counting.number(rows, lambda row: row["is_direct"])
    is_received = FEED in known.received
    has_target = known.valid_on.year == 2014
    judged = [row for row in rows if row["status"] == "judged"]
    return {
        **counting.head(known, group),
        "election_kind": kind,
        "n_elections": len(rows),
        "n_direct": direct,
        "n_indirect": counting.number(rows, lambda row: row["is_direct"] is False),
        "n_method_unknown": counting.number(
            rows, lambda row: row["is_direct"] is None and not row["is_unrecorded"]
        ),
        "n_unrecorded": counting.number(rows, lambda row: row["is_unrecorded"]),
        "direct_rate": counting.rate(direct, len(rows)) if is_received else None,
        "target_rate": 1.0 if has_target else None,
        "meets_target": direct >= len(rows) if has_target and is_received and rows else None,
        "n_procedure_judged": len(judged),
        "n_with_breach": counting.number(judged, lambda row: row["n_breaches"]),
        "n_with_missing": counting.number(judged, lambda row: row["n_missing"]),
        **counting.judged(is_received, len(rows)),
    }
