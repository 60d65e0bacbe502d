"""Code tables as data: complete, consistent, and saying what the method says."""

import csv
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from jianhui.core.places import EPOCHS, load_place_tables

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
NAMES = sorted(path.stem for path in SEEDS.glob("*.csv"))


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described() -> dict[str, dict[str, object]]:
    content = yaml.safe_load((SEEDS / "_seeds.yml").read_text(encoding="utf-8"))
    return {seed["name"]: seed for seed in content["seeds"]}


def first(name: str, column: str, cell: str) -> str:
    """The decision of a word table for one cell, as the warehouse takes it."""
    for row in sorted(rows(name), key=lambda row: int(row["priority"])):
        kind = row.get("match_kind", "text")
        pattern = row.get("pattern") or row["word"]
        found = pattern in cell if kind == "text" else cell.startswith(pattern)
        if found and row[column]:
            return row[column]
    return ""


def test_every_seed_is_described_with_its_columns_in_order() -> None:
    descriptions = described()
    assert sorted(descriptions) == NAMES
    for name in NAMES:
        head = next(csv.reader((SEEDS / f"{name}.csv").open(encoding="utf-8")))
        assert [column["name"] for column in descriptions[name]["columns"]] == head
        assert list(descriptions[name]["config"]["column_types"]) == head
        assert re.search("[一-鿿]", str(descriptions[name]["description"]).split("\n")[0])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("policy_rules", ("rule_key", "scope", "effective_from")),
        ("area_divisions", ("code",)),
        ("area_streets", ("street_code",)),
        ("area_villages", ("village_code",)),
        ("area_elsewhere", ("name",)),
        ("zone_districts", ("zone_code", "district_code", "valid_from")),
        ("zone_streets", ("zone_code", "street_code")),
        ("industry_divisions", ("edition", "division")),
        ("industry_sections", ("section",)),
        ("registration_types", ("match_kind", "pattern")),
        ("enterprise_types", ("match_kind", "pattern")),
        ("status_words", ("word",)),
        ("size_bands", ("code",)),
        ("union_kinds", ("kind",)),
        ("finding_kinds", ("finding",)),
    ],
)
def test_each_table_has_its_key(name: str, key: tuple[str, ...]) -> None:
    keys = [tuple(row[column] for column in key) for row in rows(name)]
    assert len(keys) == len(set(keys)) > 0


@pytest.mark.parametrize("day", [day + timedelta(days=d) for day in EPOCHS for d in (-1, 0)])
def test_each_zone_has_one_default_district_on_each_day(day: date) -> None:
    tables = load_place_tables(SEEDS)
    homes = tables.zone_homes_on(day)
    defaults = homes.filter("is_default").get_column("zone_code").to_list()
    assert sorted(defaults) == sorted(tables.zones)
    assert set(homes.get_column("district_code")) <= set(tables.districts_on(day).values())


def test_streets_lie_in_listed_districts_and_villages_in_listed_streets() -> None:
    districts = {row["code"] for row in rows("area_divisions") if row["kind"] == "district"}
    streets = {row["street_code"] for row in rows("area_streets")}
    assert {row["district_code"] for row in rows("area_streets")} <= districts
    assert {row["street_code"] for row in rows("area_villages")} <= streets
    assert {row["street_code"] for row in rows("zone_streets")} <= streets
    assert {row["successor_code"] for row in rows("area_streets")} - {""} <= streets


@pytest.mark.parametrize(
    ("edition", "division", "section"),
    [
        ("2002", "52", "G"),
        ("2002", "65", "F"),
        ("2002", "66", "H"),
        ("2002", "61", "I"),
        ("2011", "51", "F"),
        ("2011", "79", "O"),
        ("2017", "79", "N"),
        ("2017", "80", "O"),
    ],
)
def test_an_industry_division_has_the_letter_of_2011_and_2017(
    edition: str, division: str, section: str
) -> None:
    found = [
        row for row in rows("industry_divisions") if (row["edition"], row["division"]) == (edition, division)
    ]
    assert [row["section"] for row in found] == [section]


def test_industry_sections_are_those_of_the_divisions() -> None:
    sections = {row["section"] for row in rows("industry_sections")}
    assert {row["section"] for row in rows("industry_divisions")} == sections
    assert len(sections) == 20


@pytest.mark.parametrize(
    ("cell", "ownership", "scope"),
    [
        ("110", "public", ""),
        ("143", "public", ""),
        ("149", "unknown", ""),
        ("159", "unknown", ""),
        ("161", "public", ""),
        ("173", "non_public", ""),
        ("230", "hmt_foreign", ""),
        ("330", "hmt_foreign", ""),
        ("400", "non_public", "individual"),
        ("500", "unknown", "institution"),
        ("600", "non_public", "individual"),
        ("700", "unknown", "social_organisation"),
        ("国有独资公司", "public", ""),
        ("集体企业", "public", ""),
        ("私营有限责任公司", "non_public", ""),
        ("中外合资经营企业", "hmt_foreign", ""),
        ("其他有限责任公司", "unknown", ""),
        ("个体工商户", "non_public", "individual"),
        ("农民专业合作社", "unknown", "cooperative"),
        ("民办非企业单位", "unknown", "social_organisation"),
    ],
)
def test_a_registration_type_tells_ownership_and_what_is_no_enterprise(
    cell: str, ownership: str, scope: str
) -> None:
    assert first("registration_types", "ownership", cell) == ownership
    assert first("registration_types", "scope_kind", cell) == scope


@pytest.mark.parametrize(
    ("cell", "ownership", "scope"),
    [
        ("有限责任公司(自然人独资)", "non_public", ""),
        ("有限责任公司(国有控股)", "public", ""),
        ("有限责任公司(台港澳法人独资)", "hmt_foreign", ""),
        ("有限责任公司分公司", "", "branch"),
        ("集体分支机构(非法人)", "public", "branch"),
        ("农民专业合作社", "unknown", "cooperative"),
        ("个体工商户", "non_public", "individual"),
        ("普通合伙企业", "", ""),
        ("1110", "public", "enterprise"),
        ("1130", "non_public", "enterprise"),
        ("4310", "unknown", "branch"),
        ("5800", "hmt_foreign", "branch"),
        ("9500", "non_public", "individual"),
    ],
)
def test_an_enterprise_type_tells_ownership_and_scope(cell: str, ownership: str, scope: str) -> None:
    assert first("enterprise_types", "ownership", cell) == ownership
    assert first("enterprise_types", "scope_kind", cell) == scope


@pytest.mark.parametrize(
    ("status", "effect"),
    [
        ("存续（在营、开业、在册）", "active"),
        ("吊销，未注销", "end"),
        ("注销", "end"),
        ("撤销", "end"),
        ("迁出", "inactive"),
        ("歇业", "inactive"),
        ("清算", "inactive"),
        ("停业", "inactive"),
        ("不详", ""),
    ],
)
def test_inactive_words_of_status_come_first(status: str, effect: str) -> None:
    assert first("status_words", "effect", status) == effect


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("大连甲有限公司沙河口分公司", "branch"),
        ("甲银行股份有限公司乙支行", "branch"),
        ("大连甲有限公司中山店", "branch"),
        ("甲株式会社大连代表处", "branch"),
        ("大连甲养殖专业合作社", "cooperative"),
        ("大连甲供销合作社", ""),
        ("大连甲农村信用合作社", ""),
        ("大连甲分店设备有限公司", ""),
        ("大连甲(中国)有限公司", ""),
        ("大连甲经销部", ""),
    ],
)
def test_a_name_tells_branches_and_co_operatives(name: str, scope: str) -> None:
    found = ""
    for row in sorted(rows("branch_name_patterns"), key=lambda row: int(row["priority"])):
        excepted = row["unless_pattern"] and re.search(row["unless_pattern"], name)
        if not found and re.search(row["pattern"], name) and not excepted:
            found = row["scope_kind"]
    assert found == scope


def test_size_bands_leave_no_head_count_out() -> None:
    bands = [row for row in rows("size_bands") if row["code"] != "unknown"]
    assert bands[0]["min_staff"] == "1"
    assert bands[-1]["max_staff"] == ""
    assert all(int(a["max_staff"]) + 1 == int(b["min_staff"]) for a, b in pairwise(bands))


def test_only_enterprise_unions_and_federations_of_enterprises_cover() -> None:
    cover = {row["kind"]: (row["host_cover_kind"], row["line_cover_kind"]) for row in rows("union_kinds")}
    assert cover == {
        "单独": ("own", ""),
        "联合": ("joint", "joint"),
        "区域性联合会": ("", "federation"),
        "行业性联合会": ("", "federation"),
        "乡镇街道总工会": ("", ""),
        "区市县总工会": ("", ""),
        "产业工会": ("", ""),
    }


def test_a_finding_ends_claims_or_changes_nothing() -> None:
    effects = {row["finding"]: row["effect"] for row in rows("finding_kinds")}
    assert {finding for finding, effect in effects.items() if effect == "out_of_base"} == {
        "事实不存在",
        "异地经营",
    }
    assert {finding for finding, effect in effects.items() if effect == "claim"} == {"已建会"}
    assert [row["finding"] for row in rows("finding_kinds") if row["leaves_frozen_base"] == "true"] == [
        "事实不存在"
    ]
    assert len(effects) == 9
