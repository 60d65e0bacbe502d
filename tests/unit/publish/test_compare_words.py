"""The statement of a revision is right where nothing moved, a rate cannot be had, or a target is crossed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import hypothesis.strategies as st
import polars as pl
from hypothesis import given, settings

from jianhui.publish.compare import Comparison, Side
from jianhui.publish.compare_cells import CAUSES, CELL, Cause, RateMove
from jianhui.publish.compare_members import CONTRIBUTION
from jianhui.publish.compare_openings import OPENING
from jianhui.publish.compare_words import shown_parts, statement
from jianhui.publish.report_figures import shown_share
from jianhui.publish.waterfall import Bar, waterfall

A = Side("quarter-2014Q1-r1", "quarter", date(2014, 3, 31), datetime(2014, 4, 10, 15, 59, 59, tzinfo=UTC))
B = Side("quarter-2014Q2-r1", "quarter", date(2014, 6, 30), datetime(2014, 7, 10, 15, 59, 59, tzinfo=UTC))
B_REVISED = Side("quarter-2014Q1-r2", "quarter", date(2014, 3, 31), datetime(2014, 5, 2, tzinfo=UTC))
TARGET = Fraction(91, 100)


def cells(moves: Mapping[str, tuple[int | None, int | None, Cause]], base: str = "live") -> pl.DataFrame:
    """Changed figures of the city: measure → before, after, cause."""
    rows = []
    for measure, (before, after, cause) in moves.items():
        change = dict.fromkeys(CAUSES, 0) | {cause: (after or 0) - (before or 0)}
        rows.append(("agg_coverage", "city", "210200", base, None, measure, before, after, *change.values()))
    schema = {
        **dict.fromkeys(CELL, pl.String()),
        "day": pl.Date(),
        "measure": pl.String(),
        **dict.fromkeys(["before", "after", *CAUSES], pl.Int64()),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def comparison(moved: pl.DataFrame, rates: list[RateMove], b: Side = B, **more: object) -> Comparison:
    members = pl.DataFrame(schema={**CONTRIBUTION, "name": pl.String()})
    openings = pl.DataFrame(schema={**OPENING, "name": pl.String()})
    return Comparison(A, b, (), moved, rates, members, openings, (), **more)  # type: ignore[arg-type]


def move(
    n_base: tuple[int, int],
    n_covered: tuple[int | None, int | None],
    cause: Cause = "world",
    base: str = "live",
) -> RateMove:
    shares = [
        None if covered is None or not whole else Fraction(covered, whole)
        for covered, whole in zip(n_covered, n_base, strict=True)
    ]
    parts: dict[Cause, Fraction] = dict.fromkeys(CAUSES, Fraction(0))
    if shares[0] is not None and shares[1] is not None:
        parts[cause] = shares[1] - shares[0]
    return RateMove("city", "210200", base, n_base, n_covered, parts)


def test_where_nothing_moved_it_says_so_and_no_more() -> None:
    text = statement(comparison(cells({}), [move((100, 100), (50, 50))], B_REVISED))
    assert text.startswith("2014年第一季度统计（第2版）修订说明\n")
    assert "两者逐项比较，各数均无变动。" in text
    assert "其中" not in text


def test_known_time_is_told_in_shanghai() -> None:
    assert "资料截至2014年4月10日23时59分" in statement(comparison(cells({}), []))


def test_a_target_that_is_crossed_is_told_and_never_by_rounding() -> None:
    frozen = move((10_000, 10_000), (9_099, 9_100), "late", "frozen")
    moved = cells({"n_covered": (9_099, 9_100, "late")}, "frozen")
    text = statement(comparison(moved, [frozen], targets=(TARGET, TARGET)))
    assert "建会率由90.99%变为91.00%，上升0.01个百分点；由未达到年度目标变为达到" in text
    assert "迟到资料使已建会增加1家、建会率上升0.01个百分点" in text
    near = move((100_000, 100_000), (90_998, 90_999), "late", "frozen")
    moved = cells({"n_covered": (90_998, 90_999, "late")}, "frozen")
    text = statement(comparison(moved, [near], targets=(TARGET, TARGET)))
    assert "建会率90.99%，没有变动；仍未达到年度目标" in text
    assert "迟到资料使已建会增加1家、建会率的影响不足0.01个百分点" in text


def test_unknown_cover_is_unknown_and_not_compared() -> None:
    moved = cells({"n_covered": (None, 50, "late")})
    text = statement(comparison(moved, [move((100, 100), (None, 50))]))
    assert "已建会50家（上期未知，不作比较）" in text
    assert "建会率50.00%（上期无从计算，不作比较）" in text
    moved = cells({"n_covered": (50, None, "code")})
    text = statement(comparison(moved, [move((100, 100), (50, None))]))
    assert "已建会数未知（未接收到工会组织登记）" in text and "建会率无从计算" in text


def test_a_base_that_was_empty_has_no_rate_to_compare_with() -> None:
    moved = cells({"n_base": (0, 10, "world"), "n_covered": (0, 4, "world")})
    text = statement(comparison(moved, [move((0, 10), (0, 4))]))
    assert "企业10家，比上期增加10家" in text and "（上期无从计算，不作比较）" in text


COUNTS = st.integers(1, 2_000).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole)))


@settings(max_examples=200, deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=6))
def test_shown_parts_add_up_to_the_shown_change(path: list[tuple[int, int]]) -> None:
    shares = [Fraction(covered, whole) for whole, covered in path]
    parts: dict[Cause, Fraction] = dict.fromkeys(CAUSES, Fraction(0))
    for cause, before, after in zip(CAUSES, shares, shares[1:], strict=False):
        parts[cause] += after - before
    (w0, c0), (w1, c1) = path[0], path[-1]
    whole = RateMove("city", "210200", "live", (w0, w1), (c0, c1), parts)
    before, after = shown_share(c0, w0), shown_share(c1, w1)
    assert before is not None and after is not None
    shown = shown_parts(whole)
    if shown:
        assert sum(shown.values(), Decimal(0)) == (after - before) * 100
        for cause, part in shown.items():
            assert abs(Fraction(part) - parts[cause] * 100) <= Fraction(2, 100)


def test_the_chart_is_an_image_that_needs_nothing_else() -> None:
    bars = [Bar("规则", Fraction(3), "+3.00"), Bar("实际变动", Fraction(-5), "-5.00")]
    text = waterfall(
        "建会率变动 <&>", "a → b", ("前", Fraction(70), "70.00%"), bars, ("后", Fraction(68), "68.00%")
    )
    root = ElementTree.fromstring(text)
    assert next(one.text for one in root.iter("{http://www.w3.org/2000/svg}text")) == "建会率变动 <&>"
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    near = waterfall(
        "t", "s", ("前", Fraction(70), ""), bars, ("后", Fraction(68), ""), ("目标", Fraction(69))
    )
    far = waterfall(
        "t", "s", ("前", Fraction(70), ""), bars, ("后", Fraction(68), ""), ("目标", Fraction(91))
    )
    assert near.count("<line") == far.count("<line") + 1 and "目标（在图外）" in far
    flat = waterfall("t", "s", ("前", Fraction(0), "0"), [], ("后", Fraction(0), "0"))
    ElementTree.fromstring(flat)
