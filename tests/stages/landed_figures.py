"""Figures of every table of a release, counted by :mod:`tests.stages.landed` from the landed files alone."""

from collections.abc import Callable, Mapping
from datetime import date

from tests.stages.landed import City, count, day_before
from tests.stages.landing_reader import Landed

Keys = Mapping[str, str]

SIZES = (
    (1, "<8"),
    (8, "8–24"),
    (25, "25–49"),
    (50, "50–99"),
    (100, "100–199"),
    (200, "200–999"),
    (1000, "1000+"),
)


def size_of(staff: int | None) -> str:
    return "unknown" if staff is None else [name for least, name in SIZES if staff >= least][-1]


def _grouped(city: City, keys: Keys, firm: str | None, day: date) -> bool:
    grouping, code = keys["grouping"], keys["group_code"]
    if grouping == "city":
        return True
    if grouping == "district":
        return (city.district(firm, day) if firm else "unknown") == code
    return size_of(city.staff(firm) if firm else None) == code


def coverage(city: City, keys: Keys, measure: str) -> float | int:
    day, base = city.valid_on, keys["base_kind"]
    if base == "frozen":
        firms = list(city.frozen().values())
    else:
        firms = [firm for firm in city.firms if city.in_base(firm, day)]
    if base == "live_25":
        firms = [firm for firm in firms if (city.staff(str(firm)) or 0) >= 25]
    if base == "due":
        firms = [firm for firm in firms if city.due_on(str(firm)) <= day]
    kinds = [city.covered(day).get(firm or "") for firm in firms if _grouped(city, keys, firm, day)]
    if measure == "coverage_rate":
        return count(kinds) / len(kinds)
    if measure in ("n_base", "n_covered"):
        return len(kinds) if measure == "n_base" else count(kinds)
    return kinds.count(measure.removeprefix("n_"))


def daily(city: City, keys: Keys, measure: str) -> float | int:
    day = date.fromisoformat(keys["valid_on"])

    def state(firm: str, on: date) -> tuple[bool, bool]:
        is_in = city.in_base(firm, on) and _grouped(city, keys, firm, on)
        return is_in, is_in and firm in city.covered(on)

    steps = [(*state(firm, day_before(day)), *state(firm, day)) for firm in city.firms]
    n_base, n_covered = count(step[2] for step in steps), count(step[3] for step in steps)
    counted: dict[str, float | int] = {
        "n_base": n_base,
        "n_covered": n_covered,
        "coverage_rate": n_covered / n_base if n_base else 0,
        "n_entered": count(is_in and not was for was, _, is_in, _ in steps),
        "n_left": count(was and not is_in for was, _, is_in, _ in steps),
        "n_newly_covered": count(was and is_in and now and not then for was, then, is_in, now in steps),
        "n_lost_cover": count(was and is_in and then and not now for was, then, is_in, now in steps),
        "n_entered_covered": count(now and not was for was, _, _, now in steps),
        "n_left_covered": count(then and not is_in for _, then, is_in, _ in steps),
    }
    return counted[measure]


def _due(city: City, keys: Keys) -> list[str]:
    day = city.valid_on
    return [
        firm
        for firm in city.firms
        if city.in_base(firm, day) and city.due_on(firm) <= day and _grouped(city, keys, firm, day)
    ]


def dynamic(city: City, keys: Keys, measure: str) -> float | int:
    firms, covered = _due(city, keys), city.covered(city.valid_on)
    n_covered = count(firm in covered for firm in firms)
    if measure in ("n_due", "n_due_covered"):
        return len(firms) if measure == "n_due" else n_covered
    if measure == "rate_due":
        return n_covered / len(firms)
    ages = [
        (city.valid_on - max(city.gap_since(firm), city.due_on(firm))).days
        for firm in firms
        if firm not in covered
    ]
    least, most = {"n_overdue_0_30": (0, 30), "n_overdue_31_90": (31, 90)}.get(measure, (91, 10**6))
    return count(least <= age <= most for age in ages)


def _cohort(city: City) -> dict[str, date]:
    since = date(city.valid_on.year - 3, city.valid_on.month, city.valid_on.day)
    born = {firm: city.established(firm) for firm in city.firms if city.is_enterprise(firm)}
    return {firm: day for firm, day in born.items() if day and since < day <= city.valid_on}


def cohorts(city: City, keys: Keys, measure: str) -> float | int:
    firms = [firm for firm, day in _cohort(city).items() if day.isoformat()[:7] == keys["month"][:7]]
    first = {firm: city.first_covered(firm) for firm in firms}
    in_time = count(day is not None and day <= city.due_on(firm) for firm, day in first.items())
    n_covered = count(day is not None for day in first.values())
    counted: dict[str, float | int] = {
        "n": len(firms),
        "n_covered": n_covered,
        "n_covered_in_time": in_time,
        "n_censored": len(firms) - n_covered,
        "in_time_rate": in_time / len(firms) if firms else 0,
    }
    return counted[measure]


def other_units(city: City, keys: Keys, measure: str) -> int:
    day = city.valid_on
    held = {firm: city.at(versions, day) for firm, versions in city.firms.items()}
    firms = [firm for firm, cells in held.items() if cells and city.excluded(cells) == keys["kind"]]
    if measure == "n_registered":
        return len(firms)
    live = [firm for firm in firms if city.is_live_unit(firm, day)]
    return len(live) if measure == "n" else count(firm in city.covered(day) for firm in live)


def enterprise_coverage(city: City, keys: Keys, measure: str) -> int:
    day = city.valid_on
    firms = [
        firm
        for firm in city.firms
        if city.is_enterprise(firm) and city.district(firm, day) == keys["district_code"]
    ]
    told: Mapping[str, Callable[[str], bool]] = {
        "is_covered": lambda firm: firm in city.covered(day),
        "in_base_live": lambda firm: city.in_base(firm, day),
        "is_gap": lambda firm: city.in_base(firm, day) and firm not in city.covered(day),
    }
    return count(told[measure](firm) for firm in firms)


def gap_list(city: City, keys: Keys, measure: str) -> int:
    day = city.valid_on
    firms = [firm for firm in city.firms if city.in_base(firm, day) and firm not in city.covered(day)]
    firms = [firm for firm in firms if city.district(firm, day) == keys["district_code"]]
    return len(firms) if measure == "rows" else count(city.due_on(firm) <= day for firm in firms)


def changes(city: City, keys: Keys, measure: str) -> int:
    """Days of the year on which an enterprise in the base, before or after, changed in the way asked."""
    n, day = 0, date(city.valid_on.year, 1, 1)
    while day <= city.valid_on:
        before = day_before(day)
        for firm in city.firms:
            was, now = city.in_base(firm, before), city.in_base(firm, day)
            then, covered = firm in city.covered(before), firm in city.covered(day)
            told = {
                "entered_base": now and not was,
                "left_base": was and not now,
                "gained_cover": covered and not then,
                "lost_cover": then and not covered,
                "moved_district": city.district(firm, before) != city.district(firm, day),
            }
            n += (was or now) and told[keys["change"]]
        day = date.fromordinal(day.toordinal() + 1)
    return n


def frozen_base(city: City, keys: Keys, measure: str) -> int:
    members = city.frozen()
    if measure == "is_covered":
        # Rows that left the list are rows of the table too, so cover is asked of all that are listed.
        linked = city.linked("base_list", city._turn(city.valid_on))
        return count(firm in city.covered(city.valid_on) for firm in linked.values())
    return len(members)


def founding_cohort(city: City, keys: Keys, measure: str) -> int:
    first = {firm: city.first_covered(firm) for firm in _cohort(city)}
    if measure == "rows":
        return len(first)
    if measure == "is_in_time":
        return count(day is not None and day <= city.due_on(firm) for firm, day in first.items())
    return count(day is not None for day in first.values())


def enterprises(city: City, keys: Keys, measure: str) -> int:
    day = city.valid_on
    firms = [firm for firm, versions in city.firms.items() if city.at(versions, day)]
    return count(city.district(firm, day) == keys["district_code"] for firm in firms)


def unions(city: City, keys: Keys, measure: str) -> int:
    held = [city.at(versions, city.valid_on) for versions in city.records("union_organisations").values()]
    return count(cells and cells["工会类型"] == keys["kind"] for cells in held)


def records(city: City, keys: Keys, measure: str) -> int:
    if keys["feed"] == "commerce":
        return len(city.firms)
    return len(city.linked(keys["feed"], city._turn(city.valid_on)))


def outcomes(city: City, keys: Keys, measure: str) -> int:
    files: list[Landed] = city.of(keys["feed"])
    return len(files) if measure == "rows" else sum(len(one.rows) for one in files)


FIGURES: Mapping[str, Callable[[City, Keys, str], float | int]] = {
    "agg_coverage": coverage,
    "agg_coverage_daily": daily,
    "agg_dynamic_coverage": dynamic,
    "agg_founding_cohorts": cohorts,
    "agg_other_units": other_units,
    "fct_enterprise_coverage": enterprise_coverage,
    "fct_enterprises_without_union": gap_list,
    "fct_coverage_changes": changes,
    "fct_frozen_base": frozen_base,
    "fct_founding_cohort": founding_cohort,
    "dim_enterprises": enterprises,
    "dim_unions": unions,
    "bridge_enterprise_records": records,
    "fct_delivery_outcomes": outcomes,
}
"""Table → how a figure of it is counted: ``(city, keys, measure) → figure``."""
