"""Spells against a count of days."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.resolve.frames import UNHURRIED

from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.resolve.spells import coalesce, cut, occupancy, overlay

START = date(2014, 1, 1)
DAYS = 12
SCHEMA = {"key": pl.String(), "value": pl.Int64(), "valid_from": pl.Date(), "valid_to": pl.Date()}


def at(offset: int) -> date:
    return START + timedelta(days=offset)


def frame(rows: list[tuple[str, int, int, int]]) -> pl.DataFrame:
    """Rows ``key, value, from, to`` with days as offsets."""
    return pl.DataFrame([(k, v, at(a), at(b)) for k, v, a, b in rows], schema=SCHEMA, orient="row")


spans = st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)).map(
    lambda s: (s[0], min(s[0] + s[1], DAYS))
)
overlapping = st.lists(st.tuples(st.sampled_from("ab"), spans), max_size=6).map(
    lambda items: [(key, i, a, b) for i, (key, (a, b)) in enumerate(items)]
)


@st.composite
def disjoint(draw: st.DrawFn) -> list[tuple[str, int, int, int]]:
    """Spells of two keys that do not overlap within a key."""
    rows = []
    for key in "ab":
        bounds = sorted(draw(st.sets(st.integers(0, DAYS), max_size=6)))
        rows += [(key, draw(st.integers(0, 1)), a, b) for a, b in pairwise(bounds) if draw(st.booleans())]
    return rows


def on_days(rows: list[tuple[str, int, int, int]]) -> dict[tuple[str, int], list[int]]:
    """Key and day → values held on it."""
    held: dict[tuple[str, int], list[int]] = {}
    for key, value, a, b in rows:
        for offset in range(a, b):
            held.setdefault((key, offset), []).append(value)
    return held


def offsets(result: pl.DataFrame) -> list[dict[str, object]]:
    return [
        {**row, "days": range((row["valid_from"] - START).days, (row["valid_to"] - START).days)}
        for row in result.iter_rows(named=True)
    ]


@UNHURRIED
@given(disjoint())
def test_coalesced_spells_say_the_same_of_every_day_and_adjoining_ones_differ(
    rows: list[tuple[str, int, int, int]],
) -> None:
    result = coalesce(frame(rows), ["key"], ["value"])
    back = [(r["key"], r["value"], r["days"].start, r["days"].stop) for r in offsets(result)]  # type: ignore[attr-defined]
    assert on_days(back) == on_days(rows)
    touching = [(x, y) for x in back for y in back if x[0] == y[0] and x[3] == y[2] and x[1] == y[1]]
    assert touching == []


@UNHURRIED
@given(overlapping)
def test_occupancy_counts_the_holders_of_every_day_and_names_a_single_one(
    rows: list[tuple[str, int, int, int]],
) -> None:
    held = on_days(rows)
    seen = {}
    for row in offsets(occupancy(frame(rows), ["key"], "value")):
        for offset in row["days"]:  # type: ignore[attr-defined]
            seen[(row["key"], offset)] = (row["n"], row["value"])
    assert seen == {k: (len(v), v[0] if len(v) == 1 else None) for k, v in held.items()}


@UNHURRIED
@given(disjoint(), disjoint())
def test_an_overlay_holds_on_the_days_both_sides_hold(
    left: list[tuple[str, int, int, int]], right: list[tuple[str, int, int, int]]
) -> None:
    result = overlay(frame(left), frame(right).rename({"value": "other"}), "key")
    both = {}
    for row in offsets(result):
        for offset in row["days"]:  # type: ignore[attr-defined]
            assert (row["key"], offset) not in both
            both[(row["key"], offset)] = (row["value"], row["other"])
    mine, theirs = on_days(left), on_days(right)
    assert both == {k: (mine[k][0], theirs[k][0]) for k in mine.keys() & theirs.keys()}


@UNHURRIED
@given(overlapping)
def test_cutting_covers_all_time_and_no_given_bound_lies_inside_a_piece(
    rows: list[tuple[str, int, int, int]],
) -> None:
    given_frame = frame(rows)
    pieces = cut(given_frame, "key")
    for key in given_frame.get_column("key").unique():
        mine = pieces.filter(pl.col("key") == key).sort("valid_from")
        assert mine.item(0, "valid_from") == BEGINNING
        assert mine.item(-1, "valid_to") == OPEN_END
        assert mine.get_column("valid_to")[:-1].equals(mine.get_column("valid_from")[1:], check_names=False)
        starts = set(mine.get_column("valid_from"))
        bounds = given_frame.filter(pl.col("key") == key)
        assert {*bounds.get_column("valid_from"), *bounds.get_column("valid_to")} <= starts
