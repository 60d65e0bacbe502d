"""Terms of unions: extensions, inspections, reviews of leading bodies; the truth of what is overdue."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from jianhui.simulate.agencies import City
from jianhui.simulate.dated import add_months
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import Table
from jianhui.simulate.plan import counting, elections, milestones
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known, Told, UnionFacts
from jianhui.simulate.readings import canonical
from jianhui.simulate.unions import DISTRICT_FEDERATION, INDUSTRIAL, STREET_FEDERATION, Union

EXTENSIONS, INSPECTIONS, REVIEWS = "term_extensions", "term_inspections", "cadre_reviews"

FEEDS: Mapping[str, PlanFeed] = {
    EXTENSIONS: PlanFeed(
        columns={
            "延期编号": "extension_no",
            "工会编号": "union_no",
            "工会名称": "name",
            "届次": "term_no",
            "提议单位": "proposer",
            "提议日期": "proposed_on",
            "批准工会编号": "approver_union_no",
            "批准结果": "decision",
            "批准日期": "approved_on",
            "延期至": "extended_to",
        },
        key=("extension_no",),
        name="name",
    ),
    INSPECTIONS: PlanFeed(
        columns={
            "督查编号": "inspection_no",
            "工会编号": "union_no",
            "工会名称": "name",
            "督查日期": "inspected_on",
            "督查结论": "result",
            "整改期限": "rectify_by",
            "办结日期": "closed_on",
        },
        key=("inspection_no",),
        name="name",
    ),
    REVIEWS: PlanFeed(
        columns={
            "考察编号": "review_no",
            "工会编号": "union_no",
            "工会名称": "name",
            "考察日期": "reviewed_on",
            "考察范围": "extent",
            "配合党组织": "party_unit",
        },
        key=("review_no",),
        name="name",
    ),
}

_ABOVE = (DISTRICT_FEDERATION, STREET_FEDERATION, INDUSTRIAL)
_COMMITTEE = "同级工会委员会"
_AGREED, _REFUSED, _WAITING = "同意", "不同意", "待批"


class Terms:
    """What the upper union decides about terms, and what it finds."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """Requests for an extension as terms end; inspections in spring; reviews before elections."""
        for union in city.unions:
            draw = Draw(city.seed, "terms of the plan", union.number)
            ends = [add_months(day, 12 * union.term_years) for day in union.terms]
            last = ends[-1]
            if last <= city.end and draw.chance(300):
                yield _extension(draw, union, last)
            if union.kind in _ABOVE or draw.chance(40):
                for at, day in enumerate(union.terms):
                    if draw.chance(600):
                        yield _review(draw, union, day, at)
            is_inspected = union.kind in (DISTRICT_FEDERATION, INDUSTRIAL) and draw.chance(700)
            if is_inspected or draw.chance(20):
                for year in range(city.start.year, city.end.year + 1):
                    yield from _inspection(draw, union, year)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_union_terms, fct_overdue_terms and agg_terms."""
        index = _Index(known)
        terms = [_term(known, index, facts) for facts in known.unions.values() if facts.is_normal]
        overdue = [row for term in terms if (row := _overdue(known, index, term)) is not None]
        return {
            "fct_union_terms": terms,
            "fct_overdue_terms": overdue,
            "agg_terms": _counted(known, terms, {row["union_id"]: row for row in overdue}),
        }


def _extension(draw: Draw, union: Union, ends: date) -> Entry:
    proposed = ends - timedelta(days=draw.between(10, 60))
    approved = proposed + timedelta(days=draw.between(3, 30))
    decision = draw.pick((_AGREED, _AGREED, _AGREED, _AGREED, _REFUSED, _WAITING))
    cells = {
        "extension_no": f"{union.number}-x",
        "union_no": union.number,
        "name": union.name_on(ends),
        "term_no": str(len(union.terms)),
        "proposer": "其他" if draw.chance(100) else _COMMITTEE,
        "proposed_on": proposed.isoformat(),
        "approver_union_no": "" if draw.chance(60) else union.number if draw.chance(60) else union.parent,
        "decision": decision,
        "approved_on": "" if decision == _WAITING or draw.chance(60) else approved.isoformat(),
        "extended_to": (ends + timedelta(days=draw.between(30, 720))).isoformat(),
    }
    return Entry(EXTENSIONS, approved, cells)


def _review(draw: Draw, union: Union, elected: date, at: int) -> Entry:
    day = elected - timedelta(days=draw.between(0, 90))
    cells = {
        "review_no": f"{union.number}-{at + 1}",
        "union_no": union.number,
        "name": union.name_on(day),
        "reviewed_on": "" if draw.chance(50) else day.isoformat(),
        "extent": "领导班子全面考察",
        "party_unit": "党委组织部",
    }
    return Entry(REVIEWS, day, cells)


def _inspection(draw: Draw, union: Union, year: int) -> Iterator[Entry]:
    day = draw.day(date(year, 1, 10), date(year, 6, 20))
    until = day + timedelta(days=draw.between(20, 60))
    cells = {
        "inspection_no": f"{year}-{union.number}",
        "union_no": union.number,
        "name": union.name_on(day),
        "inspected_on": "" if draw.chance(50) else day.isoformat(),
        "result": "限期换届",
        "rectify_by": "" if draw.chance(50) else until.isoformat(),
    }
    yield Entry(INSPECTIONS, day, cells)
    if draw.chance(500):
        closed = day + timedelta(days=draw.between(5, 90))
        yield Entry(INSPECTIONS, closed, {**cells, "closed_on": closed.isoformat()})


# --- truth ---


class _Index:
    """Records of a feed by union, looked up once a counting."""

    def __init__(self, known: Known) -> None:
        self._by: dict[tuple[str, str], list[Told]] = {}
        for feed in (elections.FEED, EXTENSIONS, INSPECTIONS, REVIEWS, milestones.FEED):
            for one in known.of(feed):
                self._by.setdefault((feed, canonical(one["union_no"])), []).append(one)

    def of(self, feed: str, number: str) -> Sequence[Told]:
        """In order of their keys."""
        return self._by.get((feed, number), ())


def _beginning(told: Sequence[Told], day: date) -> Told | None:
    """The election that began the present term: the last dated one, unless one without a date is of a later
    term.
    """
    begins = [one for one in told if one["kind"] in (elections.FOUNDING, elections.RE_ELECTION)]
    dated = [(on, one) for one in begins if (on := one.day("elected_on")) is not None and on <= day]
    undated = [one for one in begins if one.day("elected_on") is None]
    if not dated:
        return max(undated, key=_by_term, default=None)
    terms = [term for _, one in dated if (term := one.count("term_no")) is not None]
    later = [
        one for one in undated if terms and (term := one.count("term_no")) is not None and term > max(terms)
    ]
    if later:
        return max(later, key=_by_term)
    return max(dated, key=lambda item: (item[0], *_by_term(item[1])))[1]


def _by_term(one: Told) -> tuple[int, str]:
    term = one.count("term_no")
    return (-1 if term is None else term), one.key


def _term(known: Known, index: _Index, facts: UnionFacts) -> dict[str, Any]:
    today, told = known.valid_on, index.of(elections.FEED, facts.number)
    begun = _beginning(told, today)
    elected = begun.day("elected_on") if begun else None
    years = (begun.count("term_years") or None) if begun else None
    ends = add_months(elected, 12 * years) if elected and years else None
    state, findings, until = "none", None, None
    if elected is not None:
        state, findings, until = _extended(index, facts, elected, ends, today)
    due = max(ends, until) if ends and until else ends
    reason = None
    if elections.FEED not in known.received:
        reason = "feed_not_received"
    elif begun is None:
        reason = "no_election"
    elif elected is None:
        reason = "elected_on_missing"
    elif years is None:
        reason = "term_years_missing"
    status = "not_judged"
    if reason is None and ends is not None and due is not None:
        status = "overdue" if due < today else "extended" if ends < today else "in_term"
    is_above = facts.kind in _ABOVE
    reelected = _reelected(told, today)
    reviewed = _reviewed(index, facts.number, told, elected, today)
    rank = (begun["chair_rank"] or None) if begun else None
    return {
        "union_id": facts.number,
        "kind": facts.kind,
        "district_code": counting.district(facts),
        "election_no": begun.key if begun else None,
        "elected_on": elected,
        "term_years": years,
        "is_lawful_length": None if years is None else years in ((5,) if is_above else (3, 5)),
        "term_ends_on": ends,
        "extension_state": state,
        "extension_findings": findings,
        "extended_to": until,
        "due_on": due,
        "status": status,
        "reason": reason,
        "days_overdue": (today - due).days if status == "overdue" and due else None,
        "is_for_inspection": status == "overdue" and facts.kind in (DISTRICT_FEDERATION, INDUSTRIAL),
        **_first_half(index, facts, reelected, today),
        "reelected_on": reelected,
        "chair_rank": rank,
        "is_chair_at_deputy_rank": None if rank is None else rank in elections.RANKS[:2],
        "last_cadre_review_on": reviewed,
        "has_cadre_review": None if elected is None else reviewed is not None,
    }


def _extended(
    index: _Index, facts: UnionFacts, elected: date, ends: date | None, today: date
) -> tuple[str, str | None, date | None]:
    """State of the last request since the election, what is wrong about it, and until when it holds."""
    asked = []
    for one in index.of(EXTENSIONS, facts.number):
        day = one.day("approved_on") or one.day("proposed_on")
        if elected <= (day or elected) <= today:
            asked.append((day or date.min, one.key, one))
    if not asked:
        return "none", None, None
    one = max(asked, key=lambda item: item[:2])[2]
    if one["decision"] != _AGREED:
        return ("refused" if one["decision"] == _REFUSED else "pending"), None, None
    approved, until = one.day("approved_on"), one.day("extended_to")
    wrong = [
        None if one["proposer"] == _COMMITTEE else "proposer",
        None if facts.parent and canonical(one["approver_union_no"]) == facts.parent else "approver",
        None if approved else "approval_date",
        None if until else "extended_to",
    ]
    is_capped = approved is not None and approved >= elections.RULES_OF_2016
    is_over = (
        is_capped and facts.kind in counting.GRASSROOTS and until and ends and until > add_months(ends, 6)
    )
    findings = counting.joined([*wrong, "over_cap" if is_over else None])
    is_valid = not any(wrong)
    return ("approved" if is_valid else "irregular"), findings, until if is_valid else None


def _reelected(told: Sequence[Told], today: date) -> date | None:
    days = (one.day("elected_on") for one in told if one["kind"] == elections.RE_ELECTION)
    return min((day for day in days if day and date(today.year, 1, 1) <= day <= today), default=None)


def _reviewed(
    index: _Index, number: str, told: Sequence[Told], elected: date | None, today: date
) -> date | None:
    """The last review between the election before and the one that began the term."""
    if elected is None:
        return None
    begins = (one for one in told if one["kind"] in (elections.FOUNDING, elections.RE_ELECTION))
    before = max(
        (day for one in begins if (day := one.day("elected_on")) and day < elected), default=date.min
    )
    days = (one.day("reviewed_on") for one in index.of(REVIEWS, number))
    return max((day for day in days if day and before < day <= min(elected, today)), default=None)


def _first_half(index: _Index, facts: UnionFacts, reelected: date | None, today: date) -> dict[str, Any]:
    """The rule of 31 May, for those scheduled in the first half of the year."""
    scheduled = []
    for one in index.of(milestones.FEED, facts.number):
        day = one.day("planned_on")
        is_of_year = day.year == today.year if day else str(today.year) in one["name"]
        if one["kind"] == milestones.RE_ELECTION and is_of_year:
            scheduled.append((day or date.max, one.key))
    first = min(scheduled)[0] if scheduled else None
    planned = None if first == date.max else first
    is_bound = facts.kind == DISTRICT_FEDERATION and bool(scheduled)
    is_first_half = planned.month <= 6 if is_bound and planned else None
    state = None
    deadline = date(2014, 5, 31)
    if is_bound and today.year == 2014:
        if planned is None:
            state = "undated"
        elif is_first_half:
            if reelected is None:
                state = "breach" if today > deadline else "pending"
            else:
                state = "met" if reelected <= deadline else "late"
    return {"scheduled_on": planned, "is_scheduled_h1": is_first_half, "h1_state": state}


def _overdue(known: Known, index: _Index, term: Mapping[str, Any]) -> dict[str, Any] | None:
    today, is_overdue = known.valid_on, term["status"] == "overdue"
    told = [
        (day, one.key, one)
        for one in index.of(INSPECTIONS, term["union_id"])
        if (day := one.day("inspected_on")) is not None and day <= today
    ]
    last = max(told, key=lambda item: item[:2], default=None)
    if last is not None and is_overdue and last[0] <= term["due_on"]:
        last = None
    if not is_overdue and (last is None or last[0].year != today.year):
        return None
    one = last[2] if last else None
    closed = one.day("closed_on") if one else None
    closed = closed if closed is not None and closed <= today else None
    until = one.day("rectify_by") if one else None
    state = "not_inspected"
    if one is not None:
        is_late = until is not None and until < today
        state = "closed" if closed else "past_deadline" if is_late else "open"
    return {
        "union_id": term["union_id"],
        "due_on": term["due_on"],
        "is_overdue": None if term["status"] == "not_judged" else is_overdue,
        "is_for_inspection": term["is_for_inspection"],
        "inspection_no": one.key if one else None,
        "inspected_on": last[0] if last else None,
        "rectify_by": until,
        "closed_on": closed,
        "inspection_state": state,
    }


def _counted(
    known: Known, terms: Sequence[Mapping[str, Any]], overdue: Mapping[str, Mapping[str, Any]]
) -> Table:
    table: Table = []
    by = {"district": lambda row: row["district_code"], "kind": lambda row: row["kind"]}
    for group, rows in counting.groups(terms, by).items():
        inspected = [overdue[row["union_id"]] for row in rows if row["union_id"] in overdue]
        n_judged = counting.number(rows, lambda row: row["status"] != "not_judged")
        n_overdue = counting.number(rows, lambda row: row["status"] == "overdue")
        known_ranks = [row for row in rows if row["is_chair_at_deputy_rank"] is not None]
        n_deputy = counting.number(known_ranks, lambda row: row["is_chair_at_deputy_rank"])
        reelected = [row for row in rows if row["reelected_on"]]
        states = [row["h1_state"] for row in rows]
        table.append(
            {
                **counting.head(known, group),
                "n_unions": len(rows),
                "n_in_term": counting.number(rows, lambda row: row["status"] == "in_term"),
                "n_extended": counting.number(rows, lambda row: row["status"] == "extended"),
                "n_overdue": n_overdue,
                "n_not_judged": len(rows) - n_judged,
                "overdue_rate": counting.rate(n_overdue, n_judged),
                "n_for_inspection": counting.number(rows, lambda row: row["is_for_inspection"]),
                "n_inspected": counting.number(
                    inspected, lambda row: row["is_for_inspection"] and row["inspected_on"]
                ),
                "n_inspection_closed": counting.number(
                    inspected, lambda row: row["inspection_state"] == "closed"
                ),
                "n_h1_scheduled": counting.number(rows, lambda row: row["is_scheduled_h1"]),
                **{
                    f"n_h1_{state}": states.count(state)
                    for state in ("met", "late", "breach", "pending", "undated")
                },
                "n_chair_rank_known": len(known_ranks),
                "n_chair_at_deputy_rank": n_deputy,
                "deputy_rank_rate": counting.rate(n_deputy, len(known_ranks)),
                "n_reelected": len(reelected),
                "n_reelected_reviewed": counting.number(reelected, lambda row: row["has_cadre_review"]),
                **counting.judged(elections.FEED in known.received, n_judged),
            }
        )
    return table
