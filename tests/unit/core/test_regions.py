"""Places of the country by the words of names, renamed and re-ranked ones too."""

import pytest

from jianhui.core.regions import is_within, leading_words, narrowed, outermost, words


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("襄樊市", "襄阳市"), ("思茅市", "普洱市"), ("铜仁地区", "铜仁市"), ("郫县", "郫都区"), ("萧山市", "萧山区"),  # noqa: E501
        ("长安县", "长安区"), ("莱芜市", "莱芜区"), ("中甸县", "香格里拉市"), ("石林县", "石林彝族自治县"), ("红河州", "红河哈尼族彝族自治州"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_former_name_means_the_place_of_today(before: str, now: str) -> None:
    assert set(words()[before]) & set(words()[now])


def test_places_of_one_stem_stay_apart() -> None:
    assert not set(words()["朝阳市"]) & set(words()["朝阳区"])
    assert words()["海南"] == ("46",) and "46" not in words()["海南州"]


def test_a_countys_stem_does_not_lead_a_name() -> None:
    assert "平安" not in leading_words() and "昆明" in leading_words()


def test_a_citys_stem_that_many_brands_begin_with_does_not_lead_a_name_either() -> None:
    assert "东方" not in leading_words() and "东方市" in leading_words() and "庄河" in leading_words()


def test_stems_of_districts_whose_names_end_like_a_kind_of_place() -> None:
    assert words()["碑林"] == ("610103",) and "鄂伦春" not in leading_words()


def test_narrowing_and_containing() -> None:
    assert narrowed(("5301",), words()["五华"]) == ("530102",)
    assert narrowed(("5301",), ("",)) == ("5301",)
    assert outermost(("22", "2202")) == ("22",)
    assert is_within("530102", "5301") and not is_within("5301", "530102")
