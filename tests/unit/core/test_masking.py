"""Numbers of a person are not shown; numbers that only look long are."""

import pytest

from jianhui.core.masking import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13840812345。", "电话138****2345。"),
        ("13840812345/13940812345", "138****2345/139****2345"),
        ("身份证210202198001010016，某人", "身份证210202***********6，某人"),
        ("21020219800101001X", "210202***********X"),
        ("中山路1号", "中山路1号"),
        ("注册号210200000012345", "注册号210200000012345"),
        ("0411-84812345", "0411-84812345"),
        ("编号113840812345", "编号113840812345"),
    ],
)
def test_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
