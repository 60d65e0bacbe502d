"""What the files said, worked by hand."""

from datetime import date

from jianhui.simulate.assertions import Delivery, Record, gather, record
from jianhui.simulate.codes import registration_number
from jianhui.simulate.columns import FEEDS, Row
from jianhui.simulate.dated import add_months
from jianhui.simulate.lives import life_of
from jianhui.simulate.readings import (
    head_count,
    ownership,
    read_date,
    scope,
    usable_credit_code,
    where,
    whole_months,
)

KEY = "210203000000015"


def day(number: int, month: int = 1) -> date:
    return date(2014, month, number)


def row(feed: str = "commerce", **cells: str) -> Row:
    return tuple(cells.get(name, "") for name in FEEDS[feed].values())


def delivery(
    seq: int, on: date, rows: dict[str, Row], kind: str = "full", feed: str = "commerce"
) -> Delivery:
    return Delivery(seq, on, feed, kind, on, rows)


def spells(*deliveries: Delivery, feed: str = "commerce", key: str = KEY) -> list[tuple[date, date, str]]:
    """(valid from, valid to, name) of each version."""
    name = list(FEEDS[feed].values()).index("name" if feed == "commerce" else "unit_name")
    found = of(*deliveries, feed=feed, key=key)
    return [(one.valid_from, one.valid_to, one.row[name]) for one in found.versions]


def of(*deliveries: Delivery, feed: str = "commerce", key: str = KEY) -> Record:
    found = record(gather(feed, deliveries), [key])
    assert found is not None
    return found


def test_the_first_content_holds_from_the_start_and_a_change_from_the_reference_date() -> None:
    found = spells(delivery(1, day(1), {KEY: row(name="甲")}), delivery(2, day(8), {KEY: row(name="乙")}))
    assert found == [(date.min, day(8), "甲"), (day(8), date.max, "乙")]


def test_a_declared_date_counts_only_if_it_changed_and_lies_after_the_last_assertion() -> None:
    before = delivery(1, day(1), {KEY: row(name="甲", approved_on="2010-05-01")})
    inside = delivery(2, day(8), {KEY: row(name="乙", approved_on="2014-01-05")})
    too_early = delivery(2, day(8), {KEY: row(name="乙", approved_on="2014-01-01")})
    restyled = delivery(2, day(8), {KEY: row(name="乙", approved_on="2010年5月1日")})
    assert spells(before, inside)[1][0] == day(5)
    assert spells(before, too_early)[1][0] == day(8)
    assert spells(before, restyled)[1][0] == day(8)


def test_an_unchanged_assertion_narrows_the_window() -> None:
    before = row(name="甲", approved_on="2010-05-01")
    found = spells(
        delivery(1, day(1), {KEY: before}),
        delivery(2, day(6), {KEY: before}),
        delivery(3, day(8), {KEY: row(name="乙", approved_on="2014-01-05")}),
    )
    assert found[1][0] == day(8)


def test_an_absence_that_keeps_does_not_narrow_the_window() -> None:
    found = spells(
        delivery(1, day(1), {KEY: row(name="甲", approved_on="2010-05-01")}),
        delivery(2, day(6), {"other": row(name="丙")}),
        delivery(3, day(8), {KEY: row(name="乙", approved_on="2014-01-05")}),
    )
    assert found[1][0] == day(5)


def test_a_late_delivery_alters_only_the_days_up_to_the_next_assertion() -> None:
    found = spells(
        delivery(1, day(1), {KEY: row(name="甲")}),
        delivery(2, day(20), {KEY: row(name="丙")}),
        delivery(3, day(10), {KEY: row(name="乙")}),
    )
    assert found == [(date.min, day(10), "甲"), (day(10), day(20), "乙"), (day(20), date.max, "丙")]


def test_of_one_feed_kind_and_reference_date_the_last_recorded_counts() -> None:
    found = spells(
        delivery(1, day(1), {KEY: row(name="甲")}),
        delivery(2, day(8), {KEY: row(name="乙"), "gone": row(name="误")}),
        delivery(3, day(8), {KEY: row(name="丙")}),
    )
    assert found == [(date.min, day(8), "甲"), (day(8), date.max, "丙")]


def test_a_deleted_record_ends_and_a_returning_one_begins_a_new_life() -> None:
    struck = Delivery(2, day(8), "commerce", "delta", day(8), {}, frozenset([KEY]))
    back = delivery(3, day(15), {KEY: row(name="甲")}, kind="delta")
    assert spells(delivery(1, day(1), {KEY: row(name="甲")}), struck, back) == [
        (date.min, day(8), "甲"),
        (day(15), date.max, "甲"),
    ]


def test_a_line_missing_from_a_full_list_of_covered_firms_ends_on_its_reference_date() -> None:
    line = {KEY: row("union_coverage", unit_name="甲")}
    found = spells(
        delivery(1, day(1), line, feed="union_coverage"),
        delivery(2, day(31), {}, feed="union_coverage"),
        feed="union_coverage",
    )
    assert found == [(date.min, day(31), "甲")]


def test_an_end_status_takes_effect_on_its_date_though_it_was_learnt_later() -> None:
    found = of(
        delivery(1, day(1), {KEY: row(status="存续", approved_on="2010-05-01", established_on="2010-05-01")}),
        delivery(
            2, day(20), {KEY: row(status="存续", approved_on="2010-05-01", established_on="2010-05-01")}
        ),
        delivery(3, day(8, 2), {KEY: row(status="注销", ended_on="2014-01-15", established_on="2010-05-01")}),
    )
    life = life_of(found, day(28, 2))
    assert life.status_on(day(14)) == "存续"
    assert life.status_on(day(15)) == "注销"
    assert life.alive_on(day(14))
    assert not life.alive_on(day(15))


def test_before_the_date_of_an_end_known_from_the_first_the_status_is_active() -> None:
    life = life_of(of(delivery(1, day(1), {KEY: row(status="吊销，未注销", ended_on="2013-06-01")})), day(1))
    assert life.status_on(date(2013, 5, 31)) == ""
    assert life.status_on(date(2013, 6, 1)) == "吊销，未注销"


def test_without_a_founding_date_a_record_lives_from_where_it_was_first_seen() -> None:
    life = life_of(of(delivery(1, day(6), {KEY: row(status="存续")})), day(31))
    assert (life.start, life.start_is_stated) == (day(6), False)


def test_dates_are_read_in_every_notation_of_the_contract() -> None:
    for text in (
        "2014-03-31",
        "20140331",
        "2014.3.31",
        "2014/3/31",
        "2014年3月31日",
        "41729",
        "２０１４-3-31",
    ):
        assert read_date(text) == date(2014, 3, 31), text
    for text in ("", "无", "2014-02-30", "0000-01-01", "约2014年"):
        assert read_date(text) is None, text


def test_months_are_whole_and_clamped() -> None:
    assert add_months(date(2013, 8, 31), 6) == date(2014, 2, 28)
    assert whole_months(date(2013, 8, 31), date(2014, 2, 28)) == 6
    assert whole_months(date(2013, 8, 31), date(2014, 2, 27)) == 5
    assert whole_months(date(2014, 3, 1), date(2014, 2, 27)) == -1


def test_a_head_count_is_a_whole_number_up_to_a_million() -> None:
    assert head_count("1,024") == 1024
    assert head_count("３０") == 30
    for text in ("0", "", "约50人", "1000001", "12.5"):
        assert head_count(text) is None, text


def test_scope_is_told_by_the_first_that_decides() -> None:
    coop = "93210283MA0ABC1214"
    assert usable_credit_code(coop)
    assert scope(coop, "173", "有限责任公司", KEY, "甲") == ("cooperative", "uscc")
    assert scope("", "400", "有限责任公司", "", "甲") == ("individual", "registration_type")
    assert scope("", "173", "有限责任公司分公司", "", "甲") == ("branch", "enterprise_type")
    assert scope("", "", "有限责任公司", "", "甲公司营业部") == ("", "enterprise_type")
    assert scope("", "", "", registration_number("210203", "60000001"), "甲") == ("individual", "reg_no")
    assert scope("", "", "", "", "甲公司营业部") == ("branch", "name")
    assert scope("", "", "", "", "甲供销合作社") == ("", "default")


def test_ownership_is_told_by_registration_type_then_enterprise_type() -> None:
    assert ownership("151", "有限责任公司(自然人独资)") == "public"
    assert ownership("159", "其他有限责任公司") == "unknown"
    assert ownership("", "有限责任公司(自然人独资)") == "non_public"
    assert ownership("", "有限责任公司(港澳台法人独资)") == "hmt_foreign"


def test_a_street_of_pulandian_changes_district_on_the_day_the_city_became_one() -> None:
    before, after = date(2015, 10, 12), date(2015, 10, 13)
    assert where("210282005", ("", ""), "", "", before).district == "210282"
    assert where("210282005", ("", ""), "", "", after).street == "210214005"
    assert where("210282012", ("", ""), "", "", after).district == "210213"


def test_an_address_tells_district_and_street_and_a_zone_who_administers_it() -> None:
    found = where("", ("辽宁省大连市甘井子区椒金山街道云帆路1号", ""), "", "", day(1))
    assert (found.district, found.street, found.basis) == ("210211", "210211002", "address")
    zone = where("210211016", ("辽宁省大连高新技术产业园区凌水街道云帆路1号", ""), "", "", day(1))
    assert (zone.district, zone.managing_area) == ("210211", "210231")
    assert where("", ("", ""), "", "210204", day(1)).basis == "registrar"


def test_a_street_without_its_district_tells_it_where_only_one_has_the_street() -> None:
    found = where("", ("大李家街道渔歌街55号", ""), "", "210204", day(1))
    assert (found.district, found.street, found.basis) == ("210213", "210213024", "address")
    assert where("", ("新华街道渔歌街55号", ""), "", "210204", day(1)).basis == "registrar"


def test_a_former_name_of_a_district_is_the_district() -> None:
    assert where("", ("辽宁省新金县皮口街道渔歌街1号", ""), "", "", day(1)).street == "210282005"
    assert where("", ("辽宁省大连市金县向应街道渔歌街1号", ""), "", "", day(1)).district == "210213"


def test_a_zone_alone_is_counted_where_most_of_it_lies_unless_the_workplace_tells() -> None:
    zone = "辽宁省大连高新技术产业园区渔歌街1号"
    assert where("", (zone, ""), "", "210202", day(1)).basis == "zone"
    assert where("", (zone, ""), "", "210202", day(1)).district == "210211"
    elsewhere = where("", (zone, "辽宁省大连市沙河口区马栏街道渔歌街1号"), "", "", day(1))
    assert (elsewhere.district, elsewhere.managing_area) == ("210204", "210231")
