"""Any sequence of deliveries gives the states of the method's assertion rule, by the naive model."""

from datetime import date, timedelta

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given, settings
from tests.unit.log.naive import DELETED, Cells, Told, changes_of, said_of, sightings, state_on
from tests.unit.log.telling import APPENDED, ENDS, KEEPS, SCOPED, instant, tell

from jianhui.core.events import FeedRule
from jianhui.log.timeline import entries, keys_of_full, states, versions

DAYS = [date(2014, 1, 1) + timedelta(days=n) for n in range(9)]
HORIZON = [date(1950, 1, 1), *DAYS, date(2030, 1, 1)]
NAMES = st.sampled_from(["甲", "乙", None])
DATES = st.one_of(
    st.sampled_from(["", "无", "不详"]),
    st.sampled_from(DAYS).map(lambda day: day.isoformat()),
    st.sampled_from(DAYS).map(lambda day: f"{day.year}.{day.month}.{day.day}"),
)
CELLS = st.tuples(NAMES, DATES)
LIMITS = settings(max_examples=40)


@st.composite
def told(
    draw: st.DrawFn, scopes: tuple[str, ...], kinds: tuple[str, ...] = ("full", "full", "delta")
) -> Told:
    kind = draw(st.sampled_from(kinds))
    named = draw(st.lists(st.sampled_from(scopes), min_size=1, max_size=2, unique=True))
    keys = st.sampled_from([f"{scope}/{name}" for scope in named for name in "abc"])
    cells = CELLS if kind == "full" else st.one_of(CELLS, CELLS, st.just(DELETED))
    rows = draw(st.dictionaries(keys, cells, max_size=4))
    return Told(kind, draw(st.sampled_from(DAYS[1:])), tuple(named), rows)


def spoken_states(known: pl.DataFrame, key: str) -> list[Cells | None]:
    """The content the versions of ``key`` give on each day of the horizon."""
    spells = known.filter(pl.col("record_key") == key)
    states_by_day: list[Cells | None] = []
    for day in HORIZON:
        there = spells.filter((pl.col("valid_from") <= day) & (pl.col("valid_to") > day))
        assert there.height <= 1, "versions of one key overlap"
        states_by_day.append(there.row(0, named=True) if there.height else None)
    return [None if row is None else (row["name"], row["approved_on"]) for row in states_by_day]


def assert_rule_holds(deliveries: list[Told], rule: FeedRule) -> None:
    """At every point of known time, for every key and day, versions and naive model say the same."""
    events, register = tell(deliveries, rule)
    keys = sorted({key for one in deliveries for key in one.rows})
    for known in range(1, len(deliveries) + 1):
        valid_on = deliveries[known - 1].on
        seen = versions(events, register, rule, valid_on, instant(known))
        for key in keys:
            changes = changes_of(key, deliveries[:known], rule.absence)
            assert spoken_states(seen, key) == [state_on(day, changes) for day in HORIZON], (key, known)
            sighted = seen.filter(pl.col("record_key") == key)
            sighted = sighted.select("first_seen_on", "last_seen_on", "is_absent").unique()
            if sighted.height:
                expected = sightings(key, deliveries[:known], rule.absence, valid_on)
                assert sighted.rows() == [expected], (key, known)


@given(st.lists(told(scopes=("",)), min_size=1, max_size=6))
@LIMITS
def test_any_deliveries_of_a_feed_that_keeps_give_the_states_of_the_rule(deliveries: list[Told]) -> None:
    assert_rule_holds(deliveries, KEEPS)


@given(st.lists(told(scopes=("",)), min_size=1, max_size=6))
@LIMITS
def test_any_deliveries_of_a_feed_that_ends_give_the_states_of_the_rule(deliveries: list[Told]) -> None:
    assert_rule_holds(deliveries, ENDS)


@given(st.lists(told(scopes=("201401", "201402")), min_size=1, max_size=6))
@LIMITS
def test_any_deliveries_of_a_feed_with_scopes_give_the_states_of_the_rule(deliveries: list[Told]) -> None:
    assert_rule_holds(deliveries, SCOPED)


@given(st.lists(told(scopes=("",)), min_size=1, max_size=5))
@LIMITS
def test_of_an_append_only_feed_the_later_recorded_row_counts(deliveries: list[Told]) -> None:
    events, register = tell(deliveries, APPENDED)
    for known in range(1, len(deliveries) + 1):
        seen = versions(events, register, APPENDED, DAYS[-1], instant(known))
        for key in {key for one in deliveries for key in one.rows}:
            said = [(one.on, one.rows[key]) for one in deliveries[:known] if key in one.rows]
            rows = [what for _, what in said if not isinstance(what, str)]
            ended_on = said[-1][0] if said and said[-1][1] == DELETED else None
            expected = [
                rows[-1] if rows and (ended_on is None or day < ended_on) else None for day in HORIZON
            ]
            assert spoken_states(seen, key) == expected, (key, known)


@given(st.tuples(told(("",), kinds=("full",)), told(("",), kinds=("full",))), st.sampled_from([KEEPS, ENDS]))
@LIMITS
def test_replaying_any_two_full_deliveries_in_order_gives_the_second(
    pair: tuple[Told, Told], rule: FeedRule
) -> None:
    first = pair[0]
    second = Told("full", max(first.on, pair[1].on) + timedelta(days=1), ("",), pair[1].rows)
    events, register = tell([first, second], rule)
    live = states(entries(events))
    held = live.filter(pl.col("event").is_in(["appeared", "changed", "reappeared", "restated"]))
    assert {row["record_key"]: (row["name"], row["approved_on"]) for row in held.to_dicts()} == second.rows
    assert set(keys_of_full(entries(events), register, 2)["record_key"]) == set(second.rows)


@given(st.lists(told(scopes=("201401", "201402")), min_size=1, max_size=6))
@LIMITS
def test_entries_and_deliveries_give_back_the_keys_of_every_full_delivery(deliveries: list[Told]) -> None:
    events, register = tell(deliveries, SCOPED)
    live = entries(events)
    for seq, one in enumerate(deliveries, start=1):
        counting = [
            scope
            for scope in one.scopes
            if not any(
                later.kind == one.kind and later.on == one.on and scope in later.scopes
                for later in deliveries[seq:]
            )
        ]
        if one.kind == "full":
            expected = {key for key in one.rows if key.split("/")[0] in counting}
            assert set(keys_of_full(live, register, seq)["record_key"]) == expected


@given(st.lists(told(scopes=("",)), min_size=1, max_size=6))
@LIMITS
def test_a_delivery_that_says_nothing_new_makes_no_events(deliveries: list[Told]) -> None:
    newest = max(one.on for one in deliveries)
    events, register = tell(deliveries, KEEPS)
    live = states(entries(events)).filter(
        pl.col("event").is_in(["appeared", "changed", "reappeared", "restated"])
    )
    same = {row["record_key"]: (row["name"], row["approved_on"]) for row in live.to_dicts()}
    again = Told("full", newest + timedelta(days=1), ("",), same)
    assert tell([*deliveries, again], KEEPS)[0].height == events.height
    assert register.height == len(deliveries)


@pytest.mark.parametrize("rule", [KEEPS, ENDS, SCOPED])
def test_the_naive_model_counts_the_later_recorded_of_one_slot(rule: FeedRule) -> None:
    scope = "201401" if rule is SCOPED else ""
    one = Told("full", DAYS[1], (scope,), {f"{scope}/a": ("甲", "")})
    two = Told("full", DAYS[1], (scope,), {f"{scope}/b": ("乙", "")})
    assert said_of(f"{scope}/a", [one, two]) == [(DAYS[1], "absent")]
    assert_rule_holds([one, two], rule)
