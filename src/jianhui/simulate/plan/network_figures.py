"""The truth of the marts of the three-level network, counted street by street and firm by firm."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from jianhui.simulate.attaching import enterprise_id_of
from jianhui.simulate.figures import CITY_CODE, Judged, Table
from jianhui.simulate.places import STREETS
from jianhui.simulate.plan.cadres_figures import Post, posts_of
from jianhui.simulate.plan.section import Known, Told
from jianhui.simulate.readings import canonical, code_on, life_date

MIN_FIRMS, MIN_STAFF = 100, 5000
MAX_FIRMS_PER_CADRE, MAX_MEMBERS_PER_FULL_TIME = 200, 2000
CLASSES = (("A", 100, 10_000), ("B", 30, 3_000))
"""Class, firms or staff from; C below."""

EMPTY_STREETS = ("210211015",)
"""On the division list, and without a unit in any simulated city."""

Row = dict[str, object]


def tables(known: Known) -> Mapping[str, Table]:
    """The four marts."""
    base = [one for one in known.enterprises.values() if one.state.in_base]
    townships = [*_townships(known, base)]
    duties = [*_responsibility(known, base)]
    return {
        "fct_townships": townships,
        "agg_township_network": [*_network(townships)],
        "fct_responsibility": duties,
        "agg_network_capacity": [*_capacity(known, base, duties)],
    }


def _none_if_unknown(code: str) -> str | None:
    return None if code == "unknown" else code


# --- townships ---


def _townships(known: Known, base: Iterable[Judged]) -> Iterator[Row]:
    """Every street of the division list, and those in which nobody ever settles."""
    reported = {told.key: told for told in known.of("townships")}
    firms: dict[str, list[Judged]] = defaultdict(list)
    for one in base:
        firms[one.state.place.street].append(one)
    listed = [street.code for group in STREETS.values() for street in group]
    for code in sorted(code_on(one, known.valid_on) for one in (*listed, *EMPTY_STREETS)):
        yield _township(known, code, reported.get(code), firms.get(code, []))


def _township(known: Known, code: str, told: Told | None, firms: Sequence[Judged]) -> Row:
    counts = [one.staff.count for one in firms]
    n_known, n_unknown = sum(count or 0 for count in counts), counts.count(None)
    said = [told.count(name) if told is not None else None for name in ("firm_count", "staff_count")]
    n_firms, n_staff = said if None not in said else (len(firms), n_known)
    assert n_firms is not None and n_staff is not None
    is_reported = None not in said
    if n_firms >= MIN_FIRMS and n_staff >= MIN_STAFF:
        status = "met"
    elif not is_reported and n_firms >= MIN_FIRMS and n_unknown:
        status = "not_judged"
    else:
        status = "not_met"
    federation = known.responsible.get(code)
    villages = told.count("village_count") if told is not None else None
    with_union = told.count("village_union_count") if told is not None else None
    reached = (name for name, least, staff in CLASSES if n_firms >= least or n_staff >= staff)
    return {
        "street_code": code,
        "district_code": code[:6],
        "n_firms_reported": said[0],
        "n_staff_reported": said[1],
        "n_firms_registered": len(firms),
        "n_staff_registered": n_known,
        "n_staff_unknown": n_unknown,
        "n_covered": sum(one.is_covered for one in firms),
        "n_firms": n_firms,
        "n_staff": n_staff,
        "figures_basis": "reported" if is_reported else "register",
        "condition_status": status,
        "reason": "staff_unknown" if status == "not_judged" else None,
        "federation_union_id": federation,
        "has_federation": federation is not None,
        "should_found": None if status == "not_judged" else status == "met" and federation is None,
        "n_villages": villages,
        "n_village_unions": with_union,
        "village_rate": with_union / villages if villages and with_union is not None else None,
        "class_code": next(reached, "C"),
    }


def _network(townships: Sequence[Row]) -> Iterator[Row]:
    districts = sorted({str(one["district_code"]) for one in townships})
    for group in (CITY_CODE, *districts):
        ones = [one for one in townships if group in (CITY_CODE, one["district_code"])]
        met = [one for one in ones if one["condition_status"] == "met"]
        told = [one for one in ones if one["n_villages"] is not None and one["n_village_unions"] is not None]
        villages = sum(int(str(one["n_villages"])) for one in told)
        with_union = sum(int(str(one["n_village_unions"])) for one in told)
        n_met = sum(bool(one["has_federation"]) for one in met)
        yield {
            "grouping": "city" if group == CITY_CODE else "district",
            "group_code": group,
            "n_townships": len(ones),
            "n_with_federation": sum(bool(one["has_federation"]) for one in ones),
            "n_condition_met": len(met),
            "n_condition_not_judged": sum(one["condition_status"] == "not_judged" for one in ones),
            "n_met_with_federation": n_met,
            "n_should_found": sum(one["should_found"] is True for one in ones),
            "federation_rate": n_met / len(met) if met else None,
            "n_villages": villages if told else None,
            "n_village_unions": with_union if told else None,
            "n_villages_unreported": len(ones) - len(told),
            "village_rate": with_union / villages if villages else None,
            "status": "judged" if met else "not_judged",
            "reason": None if met else "empty",
        }


# --- who answers for a firm ---


def _responsibility(known: Known, base: Iterable[Judged]) -> Iterator[Row]:
    assigned: dict[str, Told] = {}
    for told in known.of("responsible_cadres"):
        began, ended = life_date(told["started_on"]), life_date(told["ended_on"])
        if (began is None or began <= known.valid_on) and (ended is None or ended > known.valid_on):
            assigned[enterprise_id_of(canonical(told["uscc"]))] = told
    for one in base:
        place, duty = one.state.place, assigned.get(one.enterprise.number)
        union = canonical(duty["union_no"]) if duty is not None else ""
        facts = known.unions.get(union)
        zone = place.managing_area if place.managing_area != place.district else ""
        levels = (("street", place.street), ("zone", zone), ("district", place.district))
        by_place = [(basis, known.responsible[area]) for basis, area in levels if area in known.responsible]
        basis, responsible = ("none", None) if not by_place else by_place[0]
        has_person = False
        finding: str | None = None
        if facts is not None and facts.is_normal and duty is not None:
            basis, responsible = "assigned", union
            has_person = bool(duty["person_no"])
            finding = None if has_person else "no_person"
        elif duty is None:
            finding = "not_assigned"
        else:
            finding = "union_unknown" if facts is None else "union_ended"
        yield {
            "enterprise_id": one.enterprise.number,
            "district_code": _none_if_unknown(place.district),
            "street_code": _none_if_unknown(place.street),
            "is_covered": one.is_covered,
            "responsible_union_id": responsible,
            "responsible_basis": basis,
            "has_person": has_person,
            "since": life_date(duty["started_on"]) if duty is not None else None,
            "finding": finding,
        }


# --- load, hands and funds ---


def _capacity(known: Known, base: Sequence[Judged], duties: Sequence[Row]) -> Iterator[Row]:
    firms: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for one, duty in zip(base, duties, strict=True):
        for group in _places(one.state.place.district, one.state.place.street):
            firms[group].append(duty)
    unions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for facts in known.unions.values():
        for group in _places(facts.district, facts.street) if facts.is_normal else ():
            unions[group].append(facts.number)
    cadres: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts_of(known):
        street = post.facts.street if post.facts is not None else "unknown"
        for group in _places(post.district, street) if post.is_in_office else ():
            cadres[group].append(post)
    funds, year = _funds(known)
    for group in sorted({*firms, *unions, *_places("unknown", "unknown")}):
        yield _capacity_row(known, group, firms[group], unions[group], cadres[group], funds, year)


def _places(district: str, street: str) -> Sequence[tuple[str, str]]:
    return ("city", CITY_CODE), ("district", district), ("street", street)


def _funds(known: Known) -> tuple[dict[str, tuple[Decimal, Decimal]], int | None]:
    """Union → what it needs and what it has, in the newest year that has come."""
    years = {told.count("year") for told in known.of("union_funds")}
    year = max((one for one in years if one is not None and one <= known.valid_on.year), default=None)
    found = {}
    for told in known.of("union_funds"):
        facts = known.unions.get(told.key.split("|")[0])
        if told.count("year") == year and told["budget"] and told["income"]:
            needed, income, subsidy = (
                Decimal(told[name].replace(",", "") or "0") for name in ("budget", "income", "subsidy")
            )
            if facts is not None and facts.is_normal:
                found[facts.number] = needed, income + subsidy
    return found, year


def _capacity_row(
    known: Known,
    group: tuple[str, str],
    firms: Sequence[Row],
    unions: Sequence[str],
    cadres: Sequence[Post],
    funds: Mapping[str, tuple[Decimal, Decimal]],
    year: int | None,
) -> Row:
    counts = [known.unions[number].members for number in unions]
    told = [count for count in counts if count is not None]
    members = sum(told) if told else None
    people = {one.person for one in cadres}
    full_time = {one.person for one in cadres if one.is_full_time}
    money = [funds[number] for number in unions if number in funds]
    needed, available = sum(one for one, _ in money), sum(one for _, one in money)
    overloaded = len(firms) > MAX_FIRMS_PER_CADRE * len(people)
    short_of_hands = None if members is None else members > MAX_MEMBERS_PER_FULL_TIME * len(full_time)
    short_of_funds = available < needed if money else None
    flags = (overloaded, short_of_hands, short_of_funds)
    problems = None if None in flags else sum(bool(flag) for flag in flags)
    return {
        "grouping": group[0],
        "group_code": group[1],
        "n_firms": len(firms),
        "n_firms_assigned": sum(one["responsible_basis"] == "assigned" for one in firms),
        "n_firms_with_person": sum(one["has_person"] is True for one in firms),
        "n_unions": len(unions),
        "n_members": members,
        "n_cadres": len(people),
        "n_full_time": len(full_time),
        "firms_per_cadre": len(firms) / len(people) if people else None,
        "members_per_full_time": members / len(full_time) if full_time and members is not None else None,
        "n_unions_funds": len(money),
        "n_unions_funds_short": sum(has < needs for needs, has in money),
        "funds_year": year,
        "funds_needed": float(needed) if money else None,
        "funds_available": float(available) if money else None,
        "is_overloaded": overloaded,
        "is_short_of_hands": short_of_hands,
        "is_short_of_funds": short_of_funds,
        "n_problems": problems,
        "class_code": None
        if problems is None
        else "重点帮扶"
        if problems == 3
        else "加强"
        if problems
        else "巩固",
        "status": "judged" if problems is not None else "not_judged",
        "reason": None if problems is not None else "no_members" if short_of_hands is None else "no_funds",
    }
