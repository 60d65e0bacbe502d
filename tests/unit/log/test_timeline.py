"""What the versions say of themselves: basis, dates, sightings, provenance."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from tests.unit.log.naive import DELETED, Told
from tests.unit.log.telling import ENDS, KEEPS, SCOPED, assertions, instant, tell

from jianhui.core.events import BEGINNING, OPEN_END, FeedRule
from jianhui.log.derive import Arriving, assertion_schema, derive_events
from jianhui.log.timeline import VERSION_COLUMNS, entries, keys_of_full, versions

LONG_AFTER = instant(1000)
END_OF_YEAR = date(2014, 12, 31)


def day(month: int, of_month: int) -> date:
    return date(2014, month, of_month)


def full(on: date, **rows: tuple[str | None, str] | str) -> Told:
    return Told("full", on, ("",), {f"/{key}": cells for key, cells in rows.items()})


def delta(on: date, **rows: tuple[str | None, str] | str) -> Told:
    return Told("delta", on, ("",), {f"/{key}": cells for key, cells in rows.items()})


def versions_of(key: str, *told: Told, rule: FeedRule = KEEPS, valid_on: date = END_OF_YEAR) -> list[dict]:
    events, register = tell(told, rule)
    seen = versions(events, register, rule, valid_on, LONG_AFTER)
    return seen.filter(pl.col("record_key") == f"/{key}").to_dicts()


def test_a_first_version_holds_from_the_start_of_the_life() -> None:
    (only,) = versions_of("a", full(day(1, 1), a=("甲", "2014-01-01")))
    assert (only["valid_from"], only["valid_to"], only["valid_from_basis"]) == (BEGINNING, OPEN_END, "first")
    assert (only["version_no"], only["previous_asserted_on"], only["is_backdated"]) == (1, None, False)


def test_a_change_takes_effect_on_the_declared_date_inside_the_window() -> None:
    first, second = versions_of(
        "a", full(day(1, 1), a=("甲", "2013-05-01")), full(day(3, 1), a=("乙", "2014-02-10"))
    )
    assert first["valid_to"] == second["valid_from"] == day(2, 10)
    assert (second["valid_from_basis"], second["declared_on"]) == ("declared", day(2, 10))
    assert (second["previous_asserted_on"], second["asserted_on"]) == (day(1, 1), day(3, 1))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (day(1, 1), day(3, 1)),
        (day(1, 2), day(1, 2)),
        (day(3, 1), day(3, 1)),
        (day(3, 2), day(3, 1)),
    ],
)
def test_the_window_is_open_at_the_last_assertion_and_closed_at_this_one(
    declared: date, expected: date
) -> None:
    _, second = versions_of("a", full(day(1, 1), a=("甲", "")), full(day(3, 1), a=("乙", f"{declared}")))
    assert second["valid_from"] == expected
    assert second["declared_on"] == declared
    assert second["is_backdated"] == (declared in (day(1, 1), day(3, 2)))


def test_a_restyled_change_date_declares_nothing() -> None:
    _, second = versions_of(
        "a", full(day(1, 1), a=("甲", "2014-02-10")), full(day(3, 1), a=("乙", "2014年2月10日"))
    )
    assert (second["valid_from"], second["valid_from_basis"]) == (day(3, 1), "reference_date")
    assert (second["declared_on"], second["is_backdated"]) == (None, False)


def test_an_absence_from_a_feed_that_keeps_does_not_narrow_the_window() -> None:
    _, second = versions_of(
        "a",
        full(day(1, 1), a=("甲", "")),
        full(day(2, 1), b=("丙", "")),
        full(day(3, 1), a=("乙", "2014-01-15")),
    )
    assert (second["valid_from"], second["valid_from_basis"]) == (day(1, 15), "declared")


def test_a_repeated_assertion_narrows_the_window_be_it_full_or_delta() -> None:
    for again in (full(day(2, 1), a=("甲", "")), delta(day(2, 1), a=("甲", ""))):
        _, second = versions_of(
            "a", full(day(1, 1), a=("甲", "")), again, full(day(3, 1), a=("乙", "2014-01-15"))
        )
        assert (second["valid_from"], second["is_backdated"]) == (day(3, 1), True)
        assert second["previous_asserted_on"] == day(2, 1)


def test_the_last_of_several_repeated_assertions_opens_the_window() -> None:
    told = [full(day(1, 1), a=("甲", "")), *(full(day(month, 1), a=("甲", "")) for month in (3, 4, 5))]
    changed = full(day(6, 1), a=("乙", "2014-04-15"))
    late = full(day(2, 1), a=("丙", ""))
    *_, last = versions_of("a", *told, changed, late)
    assert (last["previous_asserted_on"], last["valid_from"]) == (day(5, 1), day(6, 1))
    assert last["is_backdated"]


def test_after_an_absence_the_window_opens_at_the_last_assertion_before_it() -> None:
    _, second = versions_of(
        "a",
        full(day(1, 1), a=("甲", "")),
        full(day(2, 1), a=("甲", "")),
        full(day(3, 1), b=("丙", "")),
        full(day(4, 1), a=("乙", "2014-01-15")),
    )
    assert (second["previous_asserted_on"], second["valid_from"]) == (day(2, 1), day(4, 1))
    assert second["is_backdated"]


def test_the_keys_of_a_full_delivery_are_those_before_a_delta_of_the_same_day() -> None:
    told = [full(day(1, 1), a=("甲", ""), b=("乙", "")), delta(day(1, 1), a=DELETED, c=("丙", ""))]
    events, register = tell(told, KEEPS)
    live = entries(events)
    assert keys_of_full(live, register, 1)["record_key"].to_list() == ["/a", "/b"]
    assert keys_of_full(live, register, 2).is_empty()


def test_a_late_delivery_narrows_the_window_of_the_next_change_from_then_on() -> None:
    told = (full(day(1, 1), a=("甲", "")), full(day(3, 1), a=("乙", "2014-01-15")))
    late = full(day(2, 1), a=("甲", ""))
    events, register = tell([*told, late], KEEPS)
    before = versions(events, register, KEEPS, day(3, 1), instant(2)).to_dicts()
    after = versions(events, register, KEEPS, day(3, 1), instant(3)).to_dicts()
    assert [row["valid_from"] for row in before] == [BEGINNING, day(1, 15)]
    assert [row["valid_from"] for row in after] == [BEGINNING, day(3, 1)]


def test_a_later_delivery_of_the_slot_withdraws_what_only_the_earlier_asserted() -> None:
    told = (full(day(1, 1), a=("甲", ""), b=("乙", "")), full(day(1, 1), a=("甲", "")))
    assert versions_of("b", *told) == []
    assert len(versions_of("a", *told)) == 1


def test_absence_ends_a_record_on_the_reference_date_and_a_return_begins_a_new_life() -> None:
    first, second = versions_of(
        "a",
        full(day(1, 1), a=("甲", "")),
        full(day(2, 1), b=("乙", "")),
        full(day(3, 1), a=("甲", "2014-02-15"), b=("乙", "")),
        rule=ENDS,
    )
    assert (first["valid_to"], second["valid_from"]) == (day(2, 1), day(3, 1))
    assert (second["valid_from_basis"], second["version_no"]) == ("reference_date", 2)


def test_a_deletion_ends_a_record_in_a_feed_that_keeps() -> None:
    (only,) = versions_of("a", full(day(1, 1), a=("甲", "")), delta(day(2, 1), a=DELETED))
    assert (only["valid_to"], only["is_absent"]) == (day(2, 1), False)


def test_sightings_tell_of_the_day_asked_about() -> None:
    told = (full(day(1, 1), a=("甲", "")), full(day(2, 1), a=("甲", "")), full(day(3, 1), b=("乙", "")))
    for valid_on, last_seen_on, is_absent in (
        (date(2013, 12, 31), None, False),
        (day(1, 15), day(1, 1), False),
        (day(2, 28), day(2, 1), False),
        (day(3, 1), day(2, 1), True),
    ):
        (only,) = versions_of("a", *told, valid_on=valid_on)
        assert (only["last_seen_on"], only["is_absent"]) == (last_seen_on, is_absent)
        assert only["first_seen_on"] == day(1, 1)


def test_a_full_file_says_nothing_of_the_scopes_it_does_not_name() -> None:
    january = Told("full", day(2, 1), ("201401",), {"201401/a": ("甲", "")})
    february = Told("full", day(3, 1), ("201402",), {"201402/a": ("甲", "")})
    events, register = tell([january, february], SCOPED)
    seen = versions(events, register, SCOPED, day(3, 1), LONG_AFTER)
    assert seen["is_absent"].to_list() == [False, False]


def test_a_null_cell_and_a_blank_one_are_different_content() -> None:
    told = (full(day(1, 1), a=(None, "")), full(day(2, 1), a=("", "")))
    assert [row["name"] for row in versions_of("a", *told)] == [None, ""]


def test_a_column_new_to_the_contract_is_null_in_older_versions() -> None:
    narrow = FeedRule("commerce", "keeps", False, None, None, ("name",))
    events, register = tell([full(day(1, 1), a=("甲", ""))], narrow)
    told = full(day(2, 1), a=("甲", "2014-01-01"))
    arriving = Arriving(2, "d2", "full", told.on, (), instant(2))
    new = derive_events(entries(events), register, arriving, assertions(told, KEEPS), KEEPS)
    assert new["event"].to_list() == ["changed"]
    seen = versions(pl.concat([events, new], how="diagonal"), register, KEEPS, day(2, 1), LONG_AFTER)
    assert seen["approved_on"].to_list() == [None, "2014-01-01"]


def test_events_say_where_their_cells_were_read() -> None:
    told = (full(day(1, 1), b=("乙", ""), a=("甲", "")), full(day(2, 1), a=("丙", "")))
    events, _ = tell(told, KEEPS)
    placed = events.select("event", "record_key", "delivery_id", "line", "record_key_raw").rows()
    assert placed == [
        ("appeared", "/a", "d1", 3, "raw /a"),
        ("appeared", "/b", "d1", 2, "raw /b"),
        ("changed", "/a", "d2", 2, "raw /a"),
        ("disappeared", "/b", "d2", None, "raw /b"),
    ]


def test_an_unchanged_entry_is_not_told_again_by_a_late_delivery() -> None:
    told = [
        full(day(1, 1), a=("甲", ""), b=("乙", "")),
        full(day(3, 1), a=("甲", ""), b=("丁", "")),
        full(day(4, 1), a=("甲", ""), b=("戊", "")),
    ]
    late = full(day(2, 1), a=("甲", ""), b=("乙", ""))
    events, _ = tell([*told, late], KEEPS)
    mended = events.filter(pl.col("recorded_at") == instant(4))
    assert mended.select("event", "record_key", "asserted_on").rows() == [("restated", "/b", day(3, 1))]


def test_versions_of_nothing_have_the_columns_of_versions() -> None:
    events, register = tell([], KEEPS)
    seen = versions(events, register, KEEPS, day(1, 1), LONG_AFTER)
    assert seen.columns == [*VERSION_COLUMNS, *KEEPS.content_columns]
    assert seen.is_empty()


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "a", "", "present", 1, "甲", ""), ("a", "a", "", "present", 2, "乙", "")],
        [(None, "a", "", "present", 1, "甲", "")],
        [("a", "a", "201401", "present", 1, "甲", "")],
        [("a", "a", "", "gone", 1, "甲", "")],
        [("a", "a", "", "deleted", 1, "甲", "")],
    ],
)
def test_assertions_that_are_none_are_refused(rows: list[tuple]) -> None:
    said = pl.DataFrame(rows, schema=assertion_schema(KEEPS), orient="row")
    events, register = tell([], KEEPS)
    arriving = Arriving(1, "d1", "full", day(1, 1), (), instant(1))
    with pytest.raises(ValueError, match="commerce"):
        derive_events(events, register, arriving, said, KEEPS)


@pytest.mark.parametrize(
    "broken",
    [
        {"absence": "sometimes"},
        {"append_only": True},
        {"change_date_column": "nowhere"},
        {"content_columns": ("name", "approved_on", "record_key")},
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="commerce"):
        replace(KEEPS, **broken)
