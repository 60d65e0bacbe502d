"""Cells as text: empty words, canonical forms, union names."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianhui.core import text

CELLS = st.text(
    alphabet=st.sampled_from(
        "ABcd019 　\u200b\ufeff\t-－—（）【】〔〕()[]无工会委员联合基层大连市甲乙有限公司筹／n/aA０Ａ"
    ),
    max_size=14,
)


def column(function_expr, cells: list[str | None]) -> list[str | None]:
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    return frame.select(function_expr(pl.col("cell")).alias("out")).get_column("out").to_list()


@pytest.mark.parametrize(
    "word", ["", " ", "　", "无", "-", "－", "NULL", "null", "N/A", "n／a", "\ufeff", " 无 "]
)
def test_an_empty_word_of_any_width_and_case_is_empty(word: str) -> None:
    assert text.is_empty(word)
    assert text.canonical_key(word) is None
    assert text.display(word) is None


@pytest.mark.parametrize("word", ["无锡甲公司", "0", "NA", "A-1"])
def test_a_word_that_only_resembles_an_empty_one_is_kept(word: str) -> None:
    assert not text.is_empty(word)


def test_a_key_has_no_blanks_hyphens_width_or_case() -> None:
    assert text.canonical_key(" ９１２１０２－ma\u200b1 b　c ") == "912102MA1BC"


def test_a_name_has_one_kind_of_brackets() -> None:
    names = [
        "大连甲（中国）有限公司",
        "大连甲〔中国〕有限公司",
        "大连甲【中国】有限公司",
        "大连甲 [中国] 有限公司",
    ]
    assert {text.canonical_name(name) for name in names} == {"大连甲(中国)有限公司"}


def test_display_keeps_the_agencys_own_characters() -> None:
    assert text.display("\ufeff　大连甲（中国）有限公司 ") == "大连甲（中国）有限公司"


@pytest.mark.parametrize(
    ("union", "stem"),
    [
        ("大连甲有限公司工会委员会", "大连甲有限公司"),
        ("大连甲有限公司工会", "大连甲有限公司"),
        ("大连甲有限公司基层工会委员会", "大连甲有限公司"),
        ("大连甲有限公司工会基层委员会", "大连甲有限公司"),
        ("大连甲有限公司基层委员会", "大连甲有限公司"),
        ("中国工会大连甲有限公司委员会", "大连甲有限公司"),
        ("中国工会大连甲有限公司基层委员会", "大连甲有限公司"),
        ("大连甲（中国）有限公司联合工会", "大连甲(中国)有限公司"),
        ("乙村工会联合会", "乙村"),
        ("乙街道行业性工会联合会", "乙街道"),
        ("大连甲有限公司工会第三届委员会", "大连甲有限公司"),
        ("大连甲有限公司工会（筹）", "大连甲有限公司"),
        ("大连甲有限公司工会筹备组", "大连甲有限公司"),
        ("大连甲有限公司", "大连甲有限公司"),
        ("甲工会服务有限公司", "甲工会服务有限公司"),
        ("工会委员会", None),
        (None, None),
    ],
)
def test_the_stem_of_a_union_is_the_unit_inside_its_name(union: str | None, stem: str | None) -> None:
    assert text.union_stem(union) == stem


@given(st.lists(st.none() | CELLS, min_size=1, max_size=20))
def test_a_column_is_read_like_its_cells(cells: list[str | None]) -> None:
    assert column(text.canonical_key_expr, cells) == [text.canonical_key(cell) for cell in cells]
    assert column(text.canonical_name_expr, cells) == [text.canonical_name(cell) for cell in cells]
    assert column(text.display_expr, cells) == [text.display(cell) for cell in cells]
    assert column(text.union_stem_expr, cells) == [text.union_stem(cell) for cell in cells]
    assert column(text.is_empty_expr, cells) == [text.is_empty(cell) for cell in cells]


@given(CELLS)
def test_a_canonical_form_is_its_own_canonical_form(cell: str) -> None:
    name = text.canonical_name(cell)
    assert text.canonical_name(name) == name
