"""What the truth of the plan makes of a code the registry mistypes, and of what there is none of."""

from datetime import date

from tests.unit.simulate.test_attaching import JANUARY, NUMBERS, firm

from jianhui.simulate.assertions import Delivery, gather, key_of
from jianhui.simulate.attaching import Directory, enterprise_id_of, enterprises_of
from jianhui.simulate.figures import CITY_CODE, Table
from jianhui.simulate.places import DISTRICTS
from jianhui.simulate.plan.indicator_figures import Value, indicator_values
from jianhui.simulate.plan.linkage import SAFETY, visits_that_count
from jianhui.simulate.plan.section import Known, Told

DAY = date(2014, 5, 20)


def visit(unit: str, code: str, name: str, inspected_on: str) -> Told:
    cells = {"unit_no": unit, "uscc": code, "name": name, "inspected_on": inspected_on}
    return Told(unit, cells, JANUARY)


def test_a_visit_is_of_the_firm_whose_name_it_bears_where_the_registry_mistypes_the_code() -> None:
    mistyped = (NUMBERS[0].replace("0", "O", 1), *firm(0, "甲厂")[1:])
    keyed = {key_of("commerce", row): row for row in (mistyped, firm(1, "乙厂"))}
    said = Delivery(1, JANUARY, "commerce", "full", JANUARY, keyed)
    knowing = Directory(enterprises_of(gather("commerce", [said])))
    visits = [
        visit("A1", NUMBERS[0], "甲厂", "2014-05-01"),
        visit("A2", NUMBERS[1], "乙厂", "2014-04-01"),
        visit("A3", NUMBERS[1], "乙厂", "2014-06-01"),  # yet to come
        visit("A4", NUMBERS[2], "丙厂", "2014-05-01"),
    ]
    known = Known(DAY, {}, {}, {SAFETY: visits}, holder=lambda _, __, *told: knowing.holder(*told, DAY))
    found = {number: told.key for number, told in visits_that_count(known).items()}
    first, second = (enterprise_id_of(key) for key in keyed)
    assert found == {first: "A1", second: "A2"}


def coverage(base_kind: str, grouping: str, code: str, n: int, of: int) -> dict[str, object]:
    return {
        "base_kind": base_kind,
        "grouping": grouping,
        "group_code": code,
        "n_covered": n,
        "n_base": of,
    }


NOTHING: dict[str, Table] = {
    name: []
    for name in (
        "agg_coverage",
        "agg_dynamic_coverage",
        "agg_members",
        "agg_organisation_coverage",
        "agg_founding_quality",
        "agg_direct_elections",
        "agg_chair_reviews",
        "agg_demonstration_units",
    )
}


def values(**tables: Table) -> dict[tuple[str, str, str], Value]:
    return indicator_values(Known(DAY, {}, {}, {}, base={**NOTHING, **tables}))


def test_in_a_district_without_a_firm_there_is_nothing_to_count() -> None:
    some, empty, *_ = DISTRICTS
    rows: Table = [
        coverage(kind, *group, 1, 2)
        for kind in ("live", "frozen")
        for group in (("city", CITY_CODE), ("district", some))
    ]
    found = values(agg_coverage=rows)
    assert found["coverage_rate", "district", some] == Value(1, 2, True)
    assert found["coverage_rate", "district", empty] == Value(0, 0, True, "nothing_to_count")
    assert found["n_covered", "district", empty] == Value(0, None, False)
    # Without a list of the year the frozen rate is not measured anywhere.
    without = values(agg_coverage=[row for row in rows if row["base_kind"] == "live"])
    assert ("coverage_rate", "district", empty) not in without


def test_without_the_list_of_demonstration_units_none_of_them_is_counted() -> None:
    named: Table = [
        {"target_group": "state", "n_named": None},
        {"target_group": "non_public", "n_named": 3},
    ]
    found = values(agg_demonstration_units=named)
    assert found["dual_demo_state", "city", CITY_CODE] == Value(None, None, False, "feed_not_received")
    assert found["dual_demo_nonpublic", "city", CITY_CODE] == Value(3, None, False)
