"""Parts of an explanation that need no city: what may be shown, whom a text means, a median."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from jianhui.core.errors import UsageError
from jianhui.publish.explain_find import find_enterprise
from jianhui.publish.explain_number import kaplan_meier_median, same
from jianhui.publish.explain_source import Book, shown
from jianhui.settings import INSTALLATION, Settings


def test_what_is_shown_holds_no_number_of_a_person() -> None:
    assert shown("P:6A2BEA36F504F9343A782514|12102|201401") == "P:6A2B…|12102|201401"
    assert shown("某路1号13840812345") == "某路1号138****2345"
    assert shown("联系人210202198001010016") == "联系人210202***********6"
    assert shown("91210204300000745X") == "91210204300000745X"


def member(entry: int, leaves: int, is_event: bool) -> dict[str, Any]:
    return {"entry_days": entry, "exit_days": leaves, "is_event": is_event}


def test_the_median_is_the_least_day_by_which_half_are_covered() -> None:
    seen_at_once = [member(0, 10, True), member(0, 20, True), member(0, 30, False), member(0, 40, False)]
    assert kaplan_meier_median(seen_at_once) == 20  # 3/4, then 2/3 of it: a half
    assert kaplan_meier_median(seen_at_once[2:]) is None
    # Who is seen only from day 15 on was not at risk on day 10: one of one is covered there.
    assert kaplan_meier_median([member(0, 10, True), member(15, 30, False)]) == 10
    # Covered at or before first sight: never observed.
    assert kaplan_meier_median([member(10, 10, True)]) is None


def test_figures_are_equal_as_numbers() -> None:
    assert same(2 / 3, 2 / 3) and same(None, None) and same(3, 3)
    assert not same(0.5, 0.51) and not same(None, 0) and not same(1, None)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Four enterprises: two of one name, one that took another in."""
    connection = duckdb.connect(":memory:")
    connection.execute(
        "create table dim_enterprises as select * from (values"
        " ('EA', '91210200000000001A', '000000001', '210200100000001', '大连甲（集团）有限公司', '210202',"
        " '存续'),"
        " ('EB', null, null, '210200100000002', '大连乙有限公司', '210203', '存续'),"
        " ('EC', null, null, '210200100000003', '大连乙有限公司', '210204', '注销'))"
        " as t (enterprise_id, uscc, org_code, reg_no, name, district_code, status)"
    )
    connection.execute(
        "create table dim_superseded_enterprises as"
        " select 'EZ' as enterprise_id, 'EA' as superseded_by, 'reg_no' as basis"
    )
    connection.execute(
        "create table bridge_enterprise_evidence as select 'EA' as enterprise_id, 'registry' as role,"
        " '2102-00100000009' as record_key"
    )
    release = SimpleNamespace(release_id="night-2014-03-31-r1")
    return Book(Settings(tmp_path, tmp_path, INSTALLATION), release, connection)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked",
    [
        "EA",
        "91210200000000001a",
        "000000001",
        "210200100000001",
        "210200100000009",
        "大连甲(集团)有限公司",
        "甲",
    ],
)
def test_an_enterprise_is_found_by_id_code_record_or_name(book: Book, asked: str) -> None:
    assert find_enterprise(book, asked) == ("EA", None)


def test_an_id_that_is_no_more_leads_to_its_successor_and_says_so(book: Book) -> None:
    assert find_enterprise(book, "EZ") == ("EA", {"from": "EZ", "to": "EA", "basis": "reg_no"})


def test_a_name_of_several_lists_them(book: Book) -> None:
    with pytest.raises(UsageError) as caught:
        find_enterprise(book, "大连乙有限公司")
    assert caught.value.code == "ambiguous_enterprise"
    assert "EB" in caught.value.zh and "EC" in caught.value.zh and "注销" in caught.value.en


@pytest.mark.parametrize("asked", ["丙", "无", ""])
def test_what_nobody_is_called_is_refused(book: Book, asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_enterprise(book, asked)
    assert caught.value.code == "unknown_enterprise"
