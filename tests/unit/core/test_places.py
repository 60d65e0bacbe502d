"""Places: district, managing area, street and basis, as of a day."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianhui.core.places import EPOCHS, LOCATION, PlaceTables, load_place_tables, locate

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
IN_2014, IN_2019 = date(2014, 3, 31), date(2019, 4, 30)
COLUMNS = ("street_code", "address", "business_address", "uscc_division", "registrar_code")


@pytest.fixture(scope="module")
def tables() -> PlaceTables:
    return load_place_tables(SEEDS)


def place(tables: PlaceTables, day: date = IN_2014, **cells: str) -> dict[str, str | None]:
    frame = pl.DataFrame(
        {column: [cells.get(column)] for column in COLUMNS}, schema=dict.fromkeys(COLUMNS, pl.String)
    )
    return locate(frame, day, tables).row(0, named=True)


def district(tables: PlaceTables, address: str, day: date = IN_2014) -> tuple[str | None, str | None]:
    found = place(tables, day, address=address)
    return found["district_code"], found["managing_area"]


def test_the_epochs_are_the_days_on_which_the_tables_change(tables: PlaceTables) -> None:
    assert tables.epochs == EPOCHS


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("辽宁省大连市中山区人民路1号", "210202"),
        ("大连市西岗区长春路1号", "210203"),
        ("辽宁省大连市沙河口区中山路1号", "210204"),
        ("大连沙河口西安路1号", "210204"),
        ("辽宁省大连市甘井子区中华路１号", "210211"),
        ("大连市旅顺口区旅顺中路1号", "210212"),
        ("大连市　金州区　斯大林路1号", "210213"),
        ("辽宁省长海县大长山岛镇1号", "210224"),
        ("辽宁省大连庄河市青堆镇1号", "210283"),
        ("瓦房店市复州城镇1号", "210281"),
        ("大连市金县登沙河镇1号", "210213"),
        ("辽宁省新金县皮口镇", "210282"),
        ("辽宁省复县松树镇", "210281"),
    ],
)
def test_a_district_is_read_off_an_address_in_old_and_new_words(
    tables: PlaceTables, address: str, code: str
) -> None:
    assert place(tables, address=address)["district_code"] == code


@pytest.mark.parametrize(
    ("address", "zone", "formal", "basis"),
    [
        ("辽宁省大连高新技术产业园区火炬路1号", "210231", "210211", "zone"),
        ("大连高新园区龙王塘街道1号", "210231", "210212", "address"),
        ("中国(辽宁)自由贸易试验区大连保税区海明路1号", "210242", "210213", "zone"),
        ("大连保税区二十里堡镇1号", "210242", "210213", "address"),
        ("大连出口加工区1号", "210242", "210213", "zone"),
        ("大连长兴岛经济区1号", "210244", "210281", "zone"),
        ("瓦房店市长兴岛街道1号", "210244", "210281", "address"),
        ("大连花园口经济区1号", "210245", "210283", "zone"),
        ("大连旅顺经济开发区1号", "210248", "210212", "zone"),
        ("大连市旅顺口区旅顺经济技术开发区1号", "210248", "210212", "address"),
        ("大连经济技术开发区金马路1号", "210241", "210213", "zone"),
        ("大连金州新区1号", "210241", "210213", "zone"),
        ("大连市金州区开发区1号", "210241", "210213", "address"),
        ("大连金普新区1号", "210241", "210213", "zone"),
        ("大连普湾新区1号", "210246", "210282", "zone"),
        ("大连市甘井子区凌水街道高新区1号", "210231", "210211", "address"),
    ],
)
def test_a_zone_administers_and_a_district_read_off_it_alone_says_so(
    tables: PlaceTables, address: str, zone: str, formal: str, basis: str
) -> None:
    found = place(tables, address=address)
    assert (found["managing_area"], found["district_code"], found["district_basis"]) == (zone, formal, basis)


def test_another_towns_development_zone_is_not_the_citys(tables: PlaceTables) -> None:
    for address in ("大连普兰店经济开发区1号", "庄河市经济开发区1号", "瓦房店市岗店开发区1号"):
        found = place(tables, address=address)
        assert found["managing_area"] == found["district_code"]


def test_a_zone_in_the_uscc_administers_only_where_it_fits_the_district(tables: PlaceTables) -> None:
    fits = place(tables, address="大连市甘井子区1号", uscc_division="210231")
    moved = place(tables, address="大连市中山区1号", uscc_division="210231")
    assert (fits["district_code"], fits["managing_area"]) == ("210211", "210231")
    assert (moved["district_code"], moved["managing_area"]) == ("210202", "210202")


def test_the_uscc_gives_the_formal_district_of_a_zone_it_fits(tables: PlaceTables) -> None:
    fits = place(tables, address="大连经济技术开发区1号", uscc_division="210213")
    contradicts = place(tables, address="大连高新园区1号", uscc_division="210203")
    assert (fits["district_code"], fits["district_basis"], fits["managing_area"]) == (
        "210213",
        "uscc",
        "210241",
    )
    assert (contradicts["district_code"], contradicts["district_basis"]) == ("210211", "zone")


def test_evidence_counts_in_its_order(tables: PlaceTables) -> None:
    cells = {
        "street_code": "210202001",
        "address": "大连市西岗区1号",
        "uscc_division": "210204",
        "registrar_code": "210211",
    }
    tiers = ["street_code", "address", "uscc", "registrar", "none"]
    codes = ["210202", "210203", "210204", "210211", None]
    for tier, code, column in zip(tiers, codes, [*cells, None], strict=True):
        found = place(tables, **cells)
        assert (found["district_basis"], found["district_code"]) == (tier, code)
        cells.pop(column, None) if column else None


def test_the_citys_own_code_gives_no_district(tables: PlaceTables) -> None:
    found = place(tables, street_code="210200001", uscc_division="210200", registrar_code="210200")
    assert found == {
        "district_code": None,
        "managing_area": None,
        "street_code": None,
        "district_basis": "none",
    }


def test_an_unknown_street_code_with_a_known_prefix_still_gives_the_district(tables: PlaceTables) -> None:
    found = place(tables, street_code="210204099")
    assert (found["district_code"], found["street_code"], found["district_basis"]) == (
        "210204",
        "210204099",
        "street_code",
    )


def test_a_street_code_with_a_zone_in_front_gives_the_zone(tables: PlaceTables) -> None:
    found = place(tables, street_code="210242001")
    assert (found["managing_area"], found["district_code"], found["district_basis"]) == (
        "210242",
        "210213",
        "zone",
    )


def test_pulandian_changes_its_code_on_the_day_of_approval(tables: PlaceTables) -> None:
    for cells in (
        {"street_code": "210282004"},
        {"street_code": "210214004"},
        {"address": "普兰店市丰荣街道1号"},
        {"address": "大连市普兰店区丰荣街道1号"},
        {"uscc_division": "210282"},
        {"registrar_code": "210214"},
    ):
        assert place(tables, date(2015, 10, 12), **cells)["district_code"] == "210282"
        assert place(tables, date(2015, 10, 13), **cells)["district_code"] == "210214"


def test_four_streets_went_to_jinzhou_that_day(tables: PlaceTables) -> None:
    for cells in ({"street_code": "210282012"}, {"address": "普兰店市炮台镇1号"}, {"address": "炮台街道1号"}):
        before = place(tables, date(2015, 10, 12), **cells)
        after = place(tables, date(2015, 10, 13), **cells)
        assert (before["district_code"], before["street_code"]) == ("210282", "210282012")
        assert (after["district_code"], after["street_code"]) == ("210213", "210213027")


def test_a_renamed_township_is_the_same_place(tables: PlaceTables) -> None:
    found = place(tables, IN_2019, address="长海县广鹿乡柳条村")
    assert (found["district_code"], found["street_code"]) == ("210224", "210224102")
    assert place(tables, IN_2014, address="长海县广鹿岛镇")["street_code"] == "210224202"


def test_a_street_name_borne_in_two_districts_says_nothing_alone(tables: PlaceTables) -> None:
    assert district(tables, "大连市得胜街道1号") == (None, None)
    assert place(tables, address="大连市旅顺口区得胜街道1号")["street_code"] == "210212003"
    assert place(tables, address="大连市金州区得胜街道1号")["street_code"] == "210213025"
    assert place(tables, address="大连经济技术开发区得胜镇1号")["street_code"] == "210213025"


def test_a_street_is_not_a_town_of_the_same_stem_elsewhere(tables: PlaceTables) -> None:
    assert place(tables, address="泡崖街道听潮街277号")["street_code"] == "210211007"
    assert place(tables, address="泡崖乡泡崖村")["street_code"] == "210281210"
    assert place(tables, address="瓦房店市泡崖街道")["street_code"] == "210281210"


def test_a_street_that_a_zone_administers_as_a_whole_tells_the_managing_area(tables: PlaceTables) -> None:
    assert place(tables, street_code="210211016")["managing_area"] == "210231"
    assert place(tables, address="甘井子区凌水街道1号")["managing_area"] == "210231"
    assert place(tables, street_code="210211015")["managing_area"] == "210211", "红旗街道: a part of it"
    assert place(tables, street_code="210282001")["managing_area"] == "210282"


def test_a_town_or_village_of_a_unique_name_tells_the_district(tables: PlaceTables) -> None:
    assert district(tables, "大连市三涧堡镇1号") == ("210212", "210212")
    assert district(tables, "大连市小辛寨子村") == ("210211", "210211")


def test_the_name_of_a_road_says_nothing(tables: PlaceTables) -> None:
    for address in ("大连市人民路33号", "大连市中山路1号", "大连市旅顺南路1号", "大连市老虎滩路1号"):
        assert district(tables, address) == (None, None)


def test_a_district_in_a_name_is_not_also_a_street(tables: PlaceTables) -> None:
    assert place(tables, address="大连市甘井子区虹韵路1号")["street_code"] is None
    assert place(tables, address="大连长兴岛经济区1号")["street_code"] is None


@pytest.mark.parametrize(
    "address",
    [
        "吉林省白城市大安市1号",
        "北京市西城区1号",
        "辽宁省沈阳市和平区1号",
        "常州市天宁区1号",
        "鞍山市立山区1号",
    ],
)
def test_an_address_outside_the_city_has_no_district(tables: PlaceTables, address: str) -> None:
    found = place(tables, address=address, uscc_division="210202")
    assert (found["district_code"], found["managing_area"], found["district_basis"]) == (None, None, "none")


def test_the_business_address_speaks_where_the_registered_one_does_not(tables: PlaceTables) -> None:
    for silent in ("人民路1号", "北京市西城区1号", ""):
        found = place(tables, address=silent, business_address="大连市中山区1号")
        assert (found["district_code"], found["district_basis"]) == ("210202", "address")
    found = place(tables, address="大连市西岗区1号", business_address="大连市中山区1号")
    assert found["district_code"] == "210203"


def test_the_business_address_tells_the_district_of_a_zone_only_where_it_fits(tables: PlaceTables) -> None:
    fits = place(tables, address="大连高新园区1号", business_address="大连市沙河口区1号")
    other = place(tables, address="大连高新园区1号", business_address="大连市中山区1号")
    assert (fits["district_code"], fits["managing_area"]) == ("210204", "210231")
    assert (other["district_code"], other["district_basis"]) == ("210211", "zone")


def test_rows_keep_their_order_and_their_number(tables: PlaceTables) -> None:
    addresses = ["大连市中山区1号", None, "大连市西岗区1号", "大连市中山区1号", ""]
    frame = pl.DataFrame({"address": addresses}).with_columns(
        pl.lit(None, dtype=pl.String).alias(column) for column in COLUMNS if column != "address"
    )
    found = locate(frame, IN_2014, tables)
    assert found.schema == LOCATION
    assert found["district_code"].to_list() == ["210202", None, "210203", "210202", None]


def test_no_rows_give_no_rows(tables: PlaceTables) -> None:
    frame = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    assert locate(frame, IN_2014, tables).schema == LOCATION


WORDS = [
    "大连市",
    "中山区",
    "金州区",
    "普兰店市",
    "高新园区",
    "保税区",
    "开发区",
    "得胜街道",
    "炮台镇",
    "辽宁省",
    "1号",
    "北京市",
]
CODES = st.sampled_from(
    [None, "210202", "210213", "210282", "210214", "210231", "210242", "210200", "110101"]
)


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([None, "210282012", "210213027", "210202001", "210242001", "110101001"]),
            st.lists(st.sampled_from(WORDS), max_size=4).map("".join),
            st.lists(st.sampled_from(WORDS), max_size=3).map("".join),
            CODES,
            CODES,
        ),
        min_size=1,
        max_size=12,
    ),
    day=st.sampled_from([day + timedelta(days=d) for day in EPOCHS for d in (-1, 0)]),
)
def test_every_answer_is_in_force_and_hangs_together(
    tables: PlaceTables, rows: list[tuple[str | None, ...]], day: date
) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    found = locate(frame, day, tables)
    in_force = set(tables.districts_on(day).values())
    for row in found.iter_rows(named=True):
        assert row["district_code"] is None or row["district_code"] in in_force
        assert (row["district_code"] is None) == (row["district_basis"] == "none")
        assert (row["managing_area"] is None) == (row["district_code"] is None)
    alone = [locate(frame[index], day, tables).row(0) for index in range(frame.height)]
    assert found.rows() == alone


def test_a_firm_that_moved_to_a_street_outside_the_zone_is_no_longer_administered_by_it(
    tables: PlaceTables,
) -> None:
    registered = {"registrar_code": "210231"}

    outside = place(tables, street_code="210212013", address="旅顺口区北海街道1号", **registered)
    inside = place(tables, street_code="210212006", address="旅顺口区龙王塘街道1号", **registered)
    unknown = place(tables, address="旅顺口区1号", **registered)

    assert outside["managing_area"] == "210212"
    assert inside["managing_area"] == "210231"
    assert unknown["managing_area"] == "210231"
