"""Names of other days and links that are given, worked by hand."""

from datetime import date

import pytest

from jianhui.simulate.assertions import Delivery, Record, gather, key_of, record
from jianhui.simulate.attaching import (
    NOBODY,
    REFUSED,
    Directory,
    GivenLink,
    Link,
    enterprises_of,
    given_by_record,
)
from jianhui.simulate.codes import credit_code, organisation_code, registration_number
from jianhui.simulate.columns import FEEDS, Row

JANUARY, MARCH = date(2014, 1, 1), date(2014, 3, 1)
NUMBERS = [registration_number("210202", f"2{serial:07d}") for serial in range(4)]
ORG_CODES = [organisation_code(f"3000000{serial}") for serial in range(4)]


def firm(serial: int, name: str, former: str = "", *, coded: bool = False) -> Row:
    uscc = credit_code("91", "210202", ORG_CODES[serial]) if coded else ""
    cells = {"reg_no": NUMBERS[serial], "uscc": uscc, "name": name, "former_names": former}
    return tuple(cells.get(column, "") for column in FEEDS["commerce"].values())


def directory(*months: tuple[date, list[Row]]) -> tuple[Directory, dict[int, str]]:
    """The registry as said month by month, and the enterprises' ids by serial."""
    said = [
        Delivery(seq, on, "commerce", "full", on, {key_of("commerce", row): row for row in rows})
        for seq, (on, rows) in enumerate(months, start=1)
    ]
    enterprises = enterprises_of(gather("commerce", said))
    ids = {NUMBERS.index(one.versions[0].row[0]): number for number, one in enterprises.items()}
    return Directory(enterprises), ids


def union(host: str, code: str = "") -> Record:
    cells = {"union_no": "U1", "name": "工会", "kind": "单独", "host_name": host, "host_code": code}
    row = tuple(cells.get(column, "") for column in FEEDS["union_organisations"].values())
    said = Delivery(1, JANUARY, "union_organisations", "full", JANUARY, {"U1": row})
    found = record(gather("union_organisations", [said]), ["U1"])
    assert found is not None
    return found


RENAMED = ((JANUARY, [firm(0, "甲厂")]), (MARCH, [firm(0, "甲公司")]))


def test_a_former_name_is_the_firm_that_bore_it_and_a_later_one_too() -> None:
    knowing, ids = directory(*RENAMED)
    assert knowing.links(union("甲厂")) == [Link(date.min, date.max, ids[0], "")]
    assert knowing.links(union("甲公司")) == [Link(date.min, date.max, ids[0], "")]


@pytest.mark.parametrize(
    "cells", ["甲厂、丙厂", "丙厂；甲厂", "丙厂;甲厂", "甲厂,丙厂", "甲厂，丙厂", "丙厂 甲厂"]
)
def test_the_registry_tells_former_names_in_many_notations(cells: str) -> None:
    knowing, ids = directory((JANUARY, [firm(0, "甲公司", cells)]))
    assert knowing.links(union("甲厂"))[0].enterprise == ids[0]


def test_a_name_that_somebody_bears_today_is_that_firm() -> None:
    knowing, ids = directory((JANUARY, [firm(0, "甲公司", "甲厂"), firm(1, "甲厂")]))
    assert knowing.links(union("甲厂"))[0].enterprise == ids[1]


def test_a_former_name_of_two_firms_is_nobody() -> None:
    knowing, _ = directory((JANUARY, [firm(0, "甲公司", "甲厂"), firm(1, "乙公司", "甲厂")]))
    assert knowing.links(union("甲厂")) == [Link(date.min, date.max, None, "no_match")]


def test_a_code_of_another_firm_contradicts_a_former_name() -> None:
    knowing, ids = directory((JANUARY, [firm(0, "甲公司", "甲厂", coded=True)]))
    assert knowing.links(union("甲厂", ORG_CODES[3])) == [Link(date.min, date.max, None, "no_match")]
    assert knowing.links(union("甲厂", ORG_CODES[0]))[0].enterprise == ids[0]


def test_a_given_link_holds_where_no_code_does() -> None:
    plain, ids = directory((JANUARY, [firm(0, "甲厂"), firm(1, "乙厂")]), (MARCH, [firm(1, "乙厂")]))
    given = [GivenLink("union_organisations", "U1", ids[1])]
    assert plain.links(union("甲厂"))[0].enterprise == ids[0]
    assert plain.links(union("甲厂"), given)[0].enterprise == ids[1], "a name alone yields"
    assert plain.links(union("甲厂", NUMBERS[0]), given)[0].enterprise == ids[0], "a code does not"
    assert plain.links(union("丙厂"), given) == [Link(date.min, date.max, ids[1], "")]
    some = [GivenLink("union_organisations", "U1", ids[1], JANUARY, MARCH)]
    assert plain.links(union("丙厂"), some) == [
        Link(date.min, JANUARY, None, "no_match"),
        Link(JANUARY, MARCH, ids[1], ""),
        Link(MARCH, date.max, None, "no_match"),
    ]


def test_an_enterprise_that_is_not_there_is_given_nothing() -> None:
    plain, _ = directory((JANUARY, [firm(0, "甲厂")]))
    given = [GivenLink("union_organisations", "U1", "EAAAAAAAAAAAA")]
    assert plain.links(union("丙厂"), given) == [Link(date.min, date.max, None, "no_match")]


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_given_to_nobody_is_taken_from_everybody_for_its_reason(reason: str) -> None:
    plain, _ = directory((JANUARY, [firm(0, "甲厂")]))
    given = [GivenLink("union_organisations", "U1", NOBODY, reason=reason)]
    assert plain.links(union("甲厂"), given) == [Link(date.min, date.max, None, reason)]


def test_links_are_given_in_any_notation_of_their_keys() -> None:
    said = given_by_record(
        [
            GivenLink("union_coverage", "u1|甲（大连）厂 ", "E1"),
            GivenLink("verifications", "甲厂|2014年3月1日", "E2"),
        ]
    )
    assert set(said) == {("union_coverage", "U1|甲(大连)厂"), ("verifications", "甲厂|20140301")}
