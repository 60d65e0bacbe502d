"""Names: as varied and as alike as real ones."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from jianhui import simulate
from jianhui.simulate import names
from jianhui.simulate.agencies import City
from jianhui.simulate.draws import Draw
from jianhui.simulate.world import Unit

START, END = date(2014, 1, 1), date(2014, 4, 10)


@pytest.fixture(scope="module")
def city() -> City:
    return simulate.build_city(enterprises=8_000, start=START, end=END, seed=11)


@pytest.fixture(scope="module")
def firms(city: City) -> list[Unit]:
    return [unit for unit in city.units if unit.kind == "enterprise"]


def test_there_are_hundreds_of_trades_and_thousands_of_brands(firms: list[Unit]) -> None:
    assert len({word for _, trades in names.TRADES.items for word in trades}) > 400
    assert len({unit.parts.brand for unit in firms if unit.parts}) > 3_000


def test_most_names_begin_with_the_city_and_some_do_not_name_it_first(firms: list[Unit]) -> None:
    first = Counter(unit.names[0][1][:2] for unit in firms)
    assert 0.55 <= first["大连"] / len(firms) <= 0.85
    assert 0.03 <= sum("（大连）" in unit.names[0][1] for unit in firms) / len(firms) <= 0.15
    assert any(unit.names[0][1].startswith(("瓦房店", "庄河", "普兰店")) for unit in firms)
    assert any(unit.parts and unit.parts.origin for unit in firms)


def test_a_brand_is_borne_by_firms_that_have_nothing_to_do_with_each_other(firms: list[Unit]) -> None:
    bearers: dict[str, list[Unit]] = defaultdict(list)
    for unit in firms:
        if unit.parts:
            bearers[unit.parts.brand].append(unit)
    shared = [units for units in bearers.values() if len(units) > 5]
    assert len(shared) > 50
    assert any(len({unit.industry_code[:2] for unit in units}) > 5 for units in shared)


def test_some_firms_are_one_character_apart(firms: list[Unit]) -> None:
    patterns: Counter[str] = Counter()
    for name in {unit.names[0][1] for unit in firms}:
        for at in range(len(name)):
            patterns[f"{name[:at]}?{name[at + 1 :]}"] += 1
    assert sum(number > 1 for number in patterns.values()) > 30


def test_few_names_are_given_twice_and_then_to_units_that_can_be_told_apart(city: City) -> None:
    bearers: dict[str, list[Unit]] = defaultdict(list)
    for unit in city.units:
        for name in {name for _, name in unit.names}:
            bearers[name].append(unit)
    twice = [units for units in bearers.values() if len(units) > 1]
    assert 10 < len(twice) < 0.02 * len(city.units)
    assert any(unit.kind == "individual" for units in twice for unit in units)
    assert any(unit.kind == "enterprise" for units in twice for unit in units)


def test_a_name_that_was_given_up_is_borne_by_another_firm_later(firms: list[Unit]) -> None:
    given_up = {
        name: (day, unit.serial)
        for unit in firms
        for (day, _), (_, name) in zip(unit.names[1:], unit.names, strict=False)
    }
    taken = [
        unit
        for unit in firms
        if (found := given_up.get(unit.names[0][1]))
        and found[1] != unit.serial
        and found[0] < unit.names[0][0]
    ]
    assert taken


def test_works_become_companies_and_companies_groups_under_the_same_brand(firms: list[Unit]) -> None:
    pairs = [
        (before, after)
        for unit in firms
        for (_, before), (_, after) in zip(unit.names, unit.names[1:], strict=False)
    ]
    assert len(pairs) > 300
    works = [(one, other) for one, other in pairs if one.endswith("厂") and other.endswith("有限公司")]
    assert sum(one[:4] == other[:4] for one, other in works) > len(works) / 2 > 10
    assert any("集团" in other and "集团" not in one for one, other in pairs)
    assert any(other.endswith("股份有限公司") and not one.endswith("股份有限公司") for one, other in pairs)
    kept = sum(len(set(one[:5]) & set(other[:5])) >= 4 for one, other in pairs)
    assert 0.4 < kept / len(pairs) < 0.9


def test_branches_are_called_after_firms_here_and_elsewhere_and_look_like_banks(city: City) -> None:
    branches = [unit for unit in city.units if unit.kind == "branch"]
    assert 0.05 < sum("银行" in unit.names[0][1] for unit in branches) / len(branches) < 0.2
    assert any(unit.names[0][1].endswith("大连分公司") for unit in branches)
    for unit in branches:
        if unit.parent is not None:
            assert unit.names[0][1].startswith(unit.parent.names[-1][1])
    assert sum(unit.parent is not None for unit in branches) > len(branches) / 3


def test_a_neighbour_differs_in_one_character_of_the_brand() -> None:
    parts = names.Parts("大连", "鑫达", "", "贸易", "有限公司")
    for serial in range(50):
        other = names.neighbour(Draw(serial, "neighbour"), parts, "有限公司")
        assert sum(a != b for a, b in zip(str(parts), str(other), strict=True)) == 1


def test_a_name_is_written_in_the_order_of_its_layout() -> None:
    parts = names.Parts("大连", "鑫达", "国际", "物流", "有限公司")
    assert str(parts) == "大连鑫达国际物流有限公司"
    moved = names.Parts("大连", "鑫达", "", "物流", "有限公司", is_bracketed=True, origin="上海")
    assert str(moved) == "上海鑫达（大连）物流有限公司"
