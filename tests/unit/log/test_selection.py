"""A log from which deliveries are left out says what it would say had they never come (naive model)."""

from datetime import date
from types import MappingProxyType

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given
from tests.unit.log.naive import Told, changes_of, sightings, state_on
from tests.unit.log.telling import APPENDED, ENDS, KEEPS, SCOPED, instant, tell
from tests.unit.log.test_assertion_rule import HORIZON, LIMITS, spoken_states, told

from jianhui.core.events import FeedRule
from jianhui.log.ledger import GENESIS, Delivery, LedgerLine, SegmentRef
from jianhui.log.selection import SelectedLog, replayed
from jianhui.log.store import EventLog
from jianhui.log.timeline import versions


def lines_of(deliveries: list[Told], rule: FeedRule) -> list[LedgerLine]:
    """The ledger lines of ``deliveries``, as ``tell`` numbers them."""
    lines = []
    for seq, one in enumerate(deliveries, start=1):
        delivery = Delivery(
            feed=rule.feed,
            delivery_id=f"d{seq}",
            kind=one.kind,  # type: ignore[arg-type]
            reference_on=one.on,
            verdict="accepted",
            received_at=instant(seq),
            file_name="",
            scopes=tuple(scope for scope in one.scopes if scope),
            counts=MappingProxyType({}),
        )
        segment = SegmentRef("", "", 0)
        lines.append(
            LedgerLine(seq, GENESIS, GENESIS, "delivery", rule.feed, instant(seq), delivery, segment, None)
        )
    return lines


def assert_left_out_is_never_came(deliveries: list[Told], kept: list[bool], rule: FeedRule) -> None:
    events, register = tell(deliveries, rule)
    lines = lines_of(deliveries, rule)
    segments = [(line, events.filter(pl.col("recorded_at") == line.recorded_at)) for line in lines]
    selected = replayed(segments, lambda line: kept[line.seq - 1], rule)
    left = [one for one, is_kept in zip(deliveries, kept, strict=True) if is_kept]
    register = register.filter(pl.Series(kept))
    for valid_on in {one.on for one in left}:
        seen = versions(selected, register, rule, valid_on, instant(len(deliveries)))
        for key in sorted({key for one in deliveries for key in one.rows}):
            changes = changes_of(key, left, rule.absence)
            assert spoken_states(seen, key) == [state_on(day, changes) for day in HORIZON], key
            sighted = seen.filter(pl.col("record_key") == key)
            if sighted.height:
                first, last, is_absent = sightings(key, left, rule.absence, valid_on)
                assert sighted["first_seen_on"][0] == first
                assert sighted["last_seen_on"][0] == last
                assert sighted["is_absent"][0] == is_absent


def some(scopes: tuple[str, ...]) -> st.SearchStrategy[tuple[list[Told], list[bool]]]:
    """Up to seven deliveries, and which of them are kept."""
    return st.lists(st.tuples(told(scopes), st.booleans()), min_size=2, max_size=7).map(
        lambda pairs: ([one for one, _ in pairs], [is_kept for _, is_kept in pairs])
    )


@LIMITS
@given(some(("",)), st.sampled_from([KEEPS, ENDS]))
def test_a_feed_without_some_of_its_deliveries(case: tuple[list[Told], list[bool]], rule: FeedRule) -> None:
    assert_left_out_is_never_came(*case, rule)


@LIMITS
@given(some(("201401", "201402")))
def test_a_feed_of_periods_without_some_of_its_deliveries(case: tuple[list[Told], list[bool]]) -> None:
    assert_left_out_is_never_came(*case, SCOPED)


def test_findings_without_some_of_their_deliveries() -> None:
    day = date(2014, 1, 2)
    first = Told("full", day, ("",), {"/a": ("甲", "")})
    second = Told("full", day, ("",), {"/a": ("乙", ""), "/b": ("丙", "")})
    events, register = tell([first, second, first], APPENDED)
    lines = lines_of([first, second, first], APPENDED)
    segments = [(line, events.filter(pl.col("recorded_at") == line.recorded_at)) for line in lines]

    without_second = replayed(segments, lambda line: line.seq != 2, APPENDED)
    without_third = replayed(segments, lambda line: line.seq != 3, APPENDED)

    def names(selected: pl.DataFrame, kept: list[bool]) -> list[tuple[str, str]]:
        seen = versions(selected, register.filter(pl.Series(kept)), APPENDED, day, instant(3))
        return seen.select("record_key", "name").rows()

    assert names(without_second, [True, False, True]) == [("/a", "甲")]
    assert names(without_third, [True, True, False]) == [("/a", "乙"), ("/b", "丙")]


def test_a_selection_does_not_write(tmp_path: object) -> None:
    log = SelectedLog(EventLog(tmp_path), {}, lambda line: True)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="read only"):
        log.append_decision("judgements", {}, lambda: instant(1))
