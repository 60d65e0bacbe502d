"""What becomes of a delivery: accepted, no-op, held or refused."""

import shutil
from datetime import date

import polars as pl
import pytest
from tests.unit.intake.home import COMMERCE, CONTRACTS, Home, codes, firm, firms, rules, workbook

from jianhui.core.errors import LogDamaged, UsageError
from jianhui.intake.receive import receive

COOPERATIVE = "93210283MA0ABC1214"  # a valid credit code that is nobody's
TAX = "纳税人识别号,主管税务机关,所属期,征收品目,纳税人名称"


def tax(period: str, *numbers: int) -> str:
    return "".join(f"T{n:04d},中山局,{period},工会经费,甲{n}公司\n" for n in numbers)


def keys(home: Home, feed: str = "commerce") -> list[str]:
    return home.content(feed)["record_key"].to_list()


def test_an_accepted_delivery_is_in_the_log(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(3))
    assert outcome.verdict == "accepted"
    assert outcome.counts["rows_in"] == outcome.counts["rows_accepted"] == outcome.counts["n_appeared"] == 3
    assert keys(home) == [f"X{i:017d}" for i in (1, 2, 3)]


def test_the_same_bytes_as_the_latest_delivery_are_a_no_op_that_says_so(home: Home) -> None:
    first = home.take("commerce_20140331.csv", firms(3))
    again = home.take("commerce_20140331_nochmal.csv", firms(3))
    assert (again.verdict, codes(again), again.delivery_id) == ("noop", ["same_bytes"], first.delivery_id)
    assert home.log.deliveries().height == 1


def test_the_same_bytes_for_another_day_or_kind_are_a_delivery(home: Home) -> None:
    text = firms(3).replace("\n", ",新增\n").replace("登记状态,新增", "登记状态,变更类型")
    assert home.take("commerce_20140331.csv", text).verdict == "accepted"
    assert home.take("commerce_20140401.csv", text).verdict == "accepted"
    assert home.take("commerce_20140331_delta.csv", text).verdict == "accepted"


def test_only_the_latest_delivery_makes_a_no_op(home: Home) -> None:
    first = home.take("commerce_20140331.csv", firms(3))
    home.take("commerce_20140331.csv", firms(4))
    third = home.take("commerce_20140331.csv", firms(3), kind="full")
    assert third.verdict == "held", "one of four firms is missing"
    assert third.delivery_id is not None and first.delivery_id is not None
    assert third.delivery_id == first.delivery_id.removesuffix("1") + "2", "the same bytes, another delivery"


def test_anything_else_is_accepted_possibly_with_no_events(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(3))
    outcome = home.take("commerce_20140430.csv", firms(3))
    assert outcome.verdict == "accepted"
    assert [outcome.counts[f"n_{kind}"] for kind in ("appeared", "changed", "disappeared")] == [0, 0, 0]


def test_older_than_what_is_known_is_a_late_delivery_and_accepted(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(3))
    late = home.take("commerce_20140228.csv", firms(2))
    assert (late.verdict, codes(late)) == ("accepted", ["late"])


def test_a_delivery_id_is_deterministic_and_sorts_by_feed_and_day(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(3))
    digest = home.receipt(outcome).original_sha256
    assert outcome.delivery_id == f"commerce-20140331-full-{digest[:10]}-1"


def test_unknown_columns_are_kept_in_landing_and_reported_once(home: Home) -> None:
    text = firms(2).replace("登记状态", "登记状态,股东,备 注,").replace("存续", "存续,某,好,")
    outcome = home.take("commerce_20140331.csv", text)
    assert codes(outcome) == ["unknown_columns"]
    assert "股东、备 注" in outcome.messages[0].zh
    assert home.receipt(outcome).unknown_headers == ("股东", "备 注")
    assert home.landing(outcome).splitlines()[1].endswith("存续,某,好,")


def test_missing_required_header_refuses_the_delivery(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(3).replace("住所", "地点"))
    assert (outcome.verdict, codes(outcome)) == ("refused", ["missing_header"])
    assert home.content().is_empty()
    assert home.log.deliveries()["verdict"].to_list() == ["refused"]


def test_one_of_two_code_headers_is_enough(home: Home) -> None:
    text = "注册号,企业名称,住所\n2102001234567,甲公司,路1号\n"
    assert home.take("commerce_20140331.csv", text).verdict == "accepted"
    neither = home.take("commerce_20140401.csv", "企业名称,住所\n甲公司,路1号\n")
    assert "统一社会信用代码/注册号" in neither.messages[0].zh


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("a,b,c", "cell_count"),
        (firm(1, uscc=""), "no_key"),
        (firm(1, uscc=" － "), "no_key"),
        (firm(1, uscc="无"), "no_key"),
        (firm(1, name=""), "no_name"),
        (firm(1, name="N/A"), "no_name"),
        (",,,,,,", "no_key"),
    ],
)
def test_a_bad_row_goes_to_quarantine_with_its_line_and_rule_and_the_others_go_on(
    home: Home, row: str, rule: str
) -> None:
    outcome = home.take("commerce_20140331.csv", firms(30, row))
    assert (outcome.verdict, rules(outcome)) == ("accepted", [(32, rule)])
    assert outcome.counts["rows_accepted"] == 30
    assert outcome.counts["rows_quarantined"] == 1
    (kept,) = home.settings.quarantine.glob("rows/commerce/*.csv")
    assert pl.read_csv(kept).select("line", "rule").rows() == [(32, rule)]


def test_an_invalid_code_is_kept_as_record_key(home: Home) -> None:
    home.take("commerce_20140331.csv", f"{COMMERCE}\n{firm(1, uscc='91-2102 0０ｘ')}\n")
    assert keys(home) == ["9121020" + "0X"]


def test_a_registration_number_is_the_key_where_there_is_no_valid_credit_code(home: Home) -> None:
    header = "统一社会信用代码,注册号,企业名称,住所"
    rows = [f"{COOPERATIVE},210200000012345,甲,路", "X1,210200000012346,乙,路", "X2,,丙,路"]
    home.take("commerce_20140331.csv", "\n".join([header, *rows]) + "\n")
    assert sorted(keys(home)) == sorted([COOPERATIVE, "210200000012346", "X2"])


def test_more_bad_rows_than_the_contract_allows_hold_the_delivery(home: Home) -> None:
    within = home.take("commerce_20140331.csv", firms(19, "a"))
    assert within.verdict == "accepted", "one of twenty is five per cent, not more"
    beyond = home.take("commerce_20140401.csv", firms(18, "a"))
    assert (beyond.verdict, codes(beyond)) == ("held", ["too_many_bad_rows"])
    assert "19 行中有 1 行" in beyond.messages[0].zh
    assert home.log.deliveries()["verdict"].to_list() == ["accepted", "held"]


def test_a_truncated_full_delivery_is_held_with_the_figures(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(20))
    kept = home.take("commerce_20140401.csv", firms(18))
    assert kept.verdict == "accepted", "18 of 20 are nine tenths, not fewer"
    held = home.take("commerce_20140402.csv", firms(16))
    assert (held.verdict, codes(held)) == ("held", ["too_few_keys"])
    assert "18 条记录，本次只见其中 16 条（88.8 %），低于 90 %" in held.messages[0].zh
    assert home.content().filter(home.content()["event"] == "disappeared").height == 2


def test_lost_leading_zeros_hold_a_delivery(home: Home) -> None:
    header, row = "单位编号,单位名称\n", "{},单位{}\n"
    home.take(
        "hr_20140331.csv", header + "".join(row.format(f"00{i}", i) for i in range(100, 120)), feed="hr"
    )
    held = home.take(
        "hr_20140430.csv", header + "".join(row.format(i, i) for i in range(100, 120)), feed="hr"
    )
    assert held.verdict == "held"


def test_the_guard_looks_at_the_newest_earlier_full_delivery_by_reference_date(home: Home) -> None:
    home.take("commerce_20140131.csv", firms(10))
    home.take("commerce_20140331.csv", firms(30))
    assert home.take("commerce_20140228.csv", firms(12)).verdict == "accepted"


def test_a_held_delivery_is_no_measure_for_the_next(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(20))
    assert home.take("commerce_20140401.csv", firms(5)).verdict == "held"
    assert home.take("commerce_20140402.csv", firms(6)).verdict == "held"


def test_deltas_and_append_only_feeds_are_not_guarded(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(20))
    delta = f"{COMMERCE},变更类型\n{firm(1)},变更\n"
    assert home.take("commerce_20140401_delta.csv", delta).verdict == "accepted"
    header = "清单名称,企业名称,固化日期\n"
    whole = header + "".join(f"2014年清单,甲{i},2014-01-01\n" for i in range(20))
    home.take("base_list_20140101.csv", whole, feed="base_list")
    part = header + "2014年清单,乙,2014-01-01\n"
    assert home.take("base_list_20140201.csv", part, feed="base_list").verdict == "accepted"


def test_of_tax_only_the_periods_a_file_names_are_guarded(home: Home) -> None:
    header = TAX + "\n"
    home.take("tax_20140228.csv", header + tax("201401", *range(20)), feed="tax")
    unseen = home.take("tax_20140331.csv", header + tax("2014-02", *range(5)), feed="tax")
    assert unseen.verdict == "accepted", "a period not seen before is not guarded"
    assert unseen.counts["rows_accepted"] == 5
    mixed = header + tax("201401", *range(20)) + tax("2014年2月", *range(3))
    held = home.take("tax_20140430.csv", mixed, feed="tax")
    assert (held.verdict, codes(held)) == ("held", ["too_few_keys"])
    assert "（201402）有 5 条记录，本次只见其中 3 条" in held.messages[0].zh


def test_periods_and_dates_in_keys_are_written_one_way(home: Home) -> None:
    home.take("tax_20140228.csv", f"{TAX}\nT1,中山局,2014年1月,,甲\n", feed="tax")
    assert home.content("tax").select("record_key", "record_key_raw", "scope").rows() == [
        ("T1|中山局|201401|", "T1|中山局|2014年1月|", "201401")
    ]
    finding = "统一社会信用代码,企业名称,排查日期,排查结论\n,甲 公司,2014年5月1日,失联\n"
    home.take("verifications_20140501.csv", finding, feed="verifications")
    assert keys(home, "verifications") == ["甲公司|20140501"]


def test_equal_rows_of_one_key_collapse(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(3, firm(2), firm(2)))
    assert (outcome.verdict, rules(outcome)) == ("accepted", [])
    assert outcome.counts["rows_collapsed"] == 2
    assert outcome.counts["rows_accepted"] == 3


def test_of_different_rows_the_last_stands_and_the_others_are_duplicates_not_bad(home: Home) -> None:
    text = firms(2, firm(2, status="注销"), firm(1, status="吊销"), firm(2, status="迁出"))
    outcome = home.take("commerce_20140331.csv", text)
    assert outcome.verdict == "accepted", "duplicates are not counted as bad rows"
    assert rules(outcome) == [(2, "duplicate_key"), (3, "duplicate_key"), (4, "duplicate_key")]
    assert home.content()["status"].to_list() == ["吊销", "迁出"]
    assert home.content()["line"].to_list() == [5, 6]
    counts = outcome.counts
    kept_back = counts["rows_quarantined"] + counts["rows_collapsed"] + counts["rows_skipped"]
    assert counts["rows_in"] == counts["rows_accepted"] + kept_back


def test_a_delta_says_of_each_row_whether_it_is_new_changed_or_gone(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(3))
    rows = [
        firm(1, status="吊销") + ",变更",
        "X00000000000000002,,,,,,,删除",
        firm(4) + ", 新 增 ",
        firm(5) + ",增加",
    ]
    outcome = home.take("commerce_20140401_delta.csv", f"{COMMERCE},变更类型\n" + "\n".join(rows) + "\n")
    assert outcome.verdict == "held", "one of four rows is bad"
    rows[3] = firm(5) + ",新增"
    outcome = home.take("commerce_20140401_delta.csv", f"{COMMERCE},变更类型\n" + "\n".join(rows) + "\n")
    assert (outcome.verdict, codes(outcome)) == ("accepted", [])
    told = home.content().filter(home.content()["asserted_on"] == date(2014, 4, 1))
    assert told.select("record_key", "event").rows() == [
        ("X00000000000000001", "changed"),
        ("X00000000000000002", "ended"),
        ("X00000000000000004", "appeared"),
        ("X00000000000000005", "appeared"),
    ]


def test_a_deletion_needs_no_more_than_the_key(home: Home) -> None:
    header = "统一社会信用代码,企业名称,排查日期,排查结论,变更类型\n"
    found = f"{COOPERATIVE},甲社,2014-05-01,失联,新增\n"
    home.take("verifications_20140501_delta.csv", header + found, feed="verifications")
    gone = f"{COOPERATIVE},,2014.5.1,,删除\n"
    outcome = home.take("verifications_20140502_delta.csv", header + gone, feed="verifications")
    assert (outcome.verdict, outcome.counts["n_ended"]) == ("accepted", 1)


def test_an_unknown_change_type_makes_the_row_bad(home: Home) -> None:
    rows = [f"{firm(i)},新增" for i in range(30)] + [f"{firm(40)},", f"{firm(41)},停用"]
    text = f"{COMMERCE},变更类型\n" + "\n".join(rows) + "\n"
    outcome = home.take("commerce_20140401_delta.csv", text, kind="delta")
    assert outcome.verdict == "held"
    assert rules(outcome) == [(32, "change_type"), (33, "change_type")]
    assert outcome.rejected["value"].to_list() == ["", "停用"]


def test_added_but_open_and_changed_but_unknown_are_applied_and_reported(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(2))
    rows = f"{firm(1)},新增\n{firm(7)},变更\nX{8:017d},,,,,,,删除\n"
    outcome = home.take("commerce_20140401_delta.csv", f"{COMMERCE},变更类型\n{rows}")
    assert (outcome.verdict, codes(outcome)) == ("accepted", ["added_but_known", "changed_but_unknown"])
    assert outcome.messages[1].zh.startswith("2 条")
    assert f"X{7:017d}" in keys(home)


def test_a_blank_cell_of_a_delta_is_empty_not_unchanged(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(1))
    home.take("commerce_20140401_delta.csv", f"{COMMERCE},变更类型\n{firm(1, status='')},变更\n")
    assert home.content()["status"].to_list() == ["存续", ""]


def test_a_column_that_is_absent_is_null_and_a_blank_cell_is_blank(home: Home) -> None:
    home.take("commerce_20140331.csv", "统一社会信用代码,企业名称,住所,登记状态\nX1,甲,路,\n")
    assert home.content().select("status", "approved_on").row(0) == ("", None)


@pytest.mark.parametrize("feed", ["commerce", "union_coverage"])
def test_a_full_file_of_nothing_but_a_header_is_refused(home: Home, feed: str) -> None:
    header = ",".join(CONTRACTS[feed].headers.values()) + "\n"
    outcome = home.take(f"{feed}_20140331.csv", header, feed=feed)
    assert (outcome.verdict, codes(outcome)) == ("refused", ["no_rows"])


def test_a_delta_of_nothing_but_a_header_says_that_nothing_changed(home: Home) -> None:
    outcome = home.take("commerce_20140331_delta.csv", f"{COMMERCE},变更类型\n")
    assert (outcome.verdict, outcome.counts["rows_in"]) == ("accepted", 0)


def test_rows_of_a_work_list_without_finding_are_skipped_not_bad(home: Home) -> None:
    header = ["企业编号", "统一社会信用代码", "企业名称", "排查日期", "排查结论", "责任人", "街道负责人意见"]
    rows = [["E1", "", "甲公司", None, None, None, None]] * 30
    found = ["E2", "", "乙公司", "2014-05-01", "已建会", "李某", "同意"]
    spoilt = ["E3", "", "", "2014-05-01", "失联", "", ""]
    sheets = {
        "人民路街道": [["大连市未建会企业排查台账"], [], header, *rows, found],
        "青泥洼桥街道": [["大连市未建会企业排查台账"], [], header, *rows],
    }
    outcome = home.take("verifications_20140501_中山区.xlsx", workbook(sheets), feed="verifications")
    assert outcome.verdict == "accepted"
    assert outcome.counts["rows_skipped"] == 60
    assert home.content("verifications").select("enterprise_id", "finding", "line").row(0) == (
        "E2",
        "已建会",
        34,
    )
    sheets["青泥洼桥街道"].append(spoilt)
    outcome = home.take("verifications_20140501_中山区.xlsx", workbook(sheets), feed="verifications")
    assert (outcome.verdict, rules(outcome)) == ("held", [(34, "no_key")]), (
        "one of two rows that say something"
    )


def test_a_finding_nobody_can_read_is_kept_and_said_to_be_so(home: Home) -> None:
    lines = [
        "企业名称,排查日期,排查结论",
        "甲公司,2014-05-01, 失联 ",
        "乙公司,昨天,失联",
        "丙公司,2014-02-30,倒闭",
    ]
    outcome = home.take("verifications_20140501.csv", "\n".join(lines) + "\n", feed="verifications")
    assert (outcome.verdict, outcome.counts["rows_accepted"]) == ("accepted", 3)
    assert [one.zh for one in outcome.messages] == [
        "“排查日期”有 2 格无法识别，所在行不起作用或不全：第 3、4 行",
        "“排查结论”有 1 格无法识别，所在行不起作用或不全：第 4 行",
    ]


def test_a_file_that_is_not_there_is_a_usage_error(home: Home) -> None:
    with pytest.raises(UsageError) as error:
        receive(
            home.settings, CONTRACTS["commerce"], home.root / "nothing.csv", clock=home.clock, log=home.log
        )
    assert error.value.code == "no_such_file"


def test_a_lost_log_or_vault_is_not_begun_anew(home: Home) -> None:
    assert home.take("commerce_20140331.csv", firms(12)).verdict == "accepted"
    events, elsewhere = home.settings.events, home.root / "elsewhere"
    events.rename(elsewhere)
    with pytest.raises(LogDamaged) as lost_log:
        home.take("commerce_20140401.csv", firms(3))
    assert lost_log.value.code == "log_lost"
    assert not (events / "LEDGER.jsonl").exists()

    shutil.rmtree(events, ignore_errors=True)
    elsewhere.rename(events)
    home.settings.vault.rename(elsewhere)
    with pytest.raises(UsageError) as lost_vault:
        home.take("commerce_20140401.csv", firms(12))
    assert lost_vault.value.code == "vault_lost"
    assert not home.settings.vault.exists()
