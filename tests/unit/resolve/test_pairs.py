"""Two sides compared: levels of a feature, and what tells two units apart whatever else agrees."""

import pytest
from tests.labelled.adapter import _side

from jianhui.core.likeness import bits
from jianhui.core.text import canonical_name
from jianhui.resolve.pair_branches import branch_parts
from jianhui.resolve.pair_places import place_level
from jianhui.resolve.pairs import compare


def levels(record: str, enterprise: str) -> dict[str, str]:
    return dict(compare(_side(record, None, None), _side(enterprise, None, None)).levels)


@pytest.mark.parametrize(
    ("record", "enterprise", "feature", "level"),
    [
        ("昆明澜泽机械有限公司", "昆明澜泽机械有限公司", "whole", "equal"),
        ("昆明瀾澤機械有限公司", "昆明澜泽机械有限公司", "whole", "equal"),
        ("昆明澜泽机械厂", "昆明澜泽机械有限公司", "form", "restructured"),
        ("昆明澜泽机械", "昆明澜泽机械有限公司", "form", "only_enterprise"),
        ("成都澜泽机械有限公司", "昆明澜泽机械有限公司", "region", "conflict"),
        ("昆明市澜泽机械有限公司", "昆明澜泽机械有限公司", "region", "equal"),
        ("昆明东凤机械有限公司", "昆明东风机械有限公司", "core", "brand_shape"),
        ("昆明澜泽机械集团有限公司", "昆明澜泽机械有限公司", "group", "only_record"),
        ("昆明五大大食用菌合作社", "昆明五大食用菌合作社", "core", "brand_one_more"),
        ("昆明五大南食用菌合作社", "昆明五大食用菌合作社", "core", "brand_told_apart"),
        ("昆明泽达机械有限公司", "昆明泽远机械有限公司", "core", "brand_shape"),
        ("澜泽（中国）有限公司", "澜泽（中国）有限公司", "region", "country"),
        ("肥东政房有限公司", "肥东县政房贸易有限公司", "region", "equal"),
        ("革吉县高明有害生物防治有限公司", "广东高明有害生物防治有限公司", "region", "conflict"),
        ("昆明澜泽超市有限公司第伍分店", "昆明澜泽超市有限公司第五分店", "branch", "equal"),
        ("昆明澜泽建筑有限公司第六分有限公司", "昆明澜泽建筑有限公司第六分公司", "branch", "equal"),
        ("昆明澜泽超市有限公司南屏街连锁店", "昆明澜泽超市有限公司南屏店", "branch", "alike"),
        ("昆明澜泽建筑有限公司第三分公司", "昆明澜泽建筑有限公司三分公司", "branch", "alike"),
        ("昆明澜泽建筑有限公司营业部", "昆明澜泽建筑有限公司分公司", "branch", "alike_of_other_kind"),
        ("昆明?氏机械有限公司", "昆明佘氏机械有限公司", "core", "brand_unwritten"),
        ("昆明澜泽企业管理咨询有限公司", "昆明企业管理咨询有限公司", "core", "brandless"),
        ("澜泽（昆明机械有限公司", "澜泽（昆明）机械有限公司", "core", "equal"),
        ("澜泽（昆明（集团）机械有限公司", "澜泽（昆明）（集团）机械有限公司", "core", "equal"),
    ],
)
def test_levels(record: str, enterprise: str, feature: str, level: str) -> None:
    assert levels(record, enterprise)[feature] == level


@pytest.mark.parametrize(
    ("record", "enterprise"),
    [
        ("昆明澜泽建筑有限公司贵阳分公司", "昆明澜泽建筑有限公司"),
        ("昆明澜泽建筑有限公司第三分公司", "昆明澜泽建筑有限公司第二分公司"),
        ("中国工商银行昆明翠湖支行", "中国建设银行昆明翠湖支行"),
        ("永福县第三建筑公司", "永福县第二建筑公司"),
        ("中国农业银行股份有限公司汨罗城北分理处", "中国农业银行股份有限公司汨罗城南分理处"),
    ],
)
def test_names_that_tell_two_units_apart(record: str, enterprise: str) -> None:
    assert compare(_side(record, None, None), _side(enterprise, None, None)).are_told_apart
    assert not compare(_side(record, None, None), _side(record, None, None)).are_told_apart


@pytest.mark.parametrize(
    ("record", "enterprise", "level"),
    [("530102", "530102", "same_district"), ("530102", "5301", "same_city"), ("530102", "530103", "other_district"),  # noqa: E501
     ("530102", "532901", "other_city"), ("530102", "510101", "other_province"), ("", "5301", "unknown")],
)  # fmt: skip
def test_how_far_two_places_agree(record: str, enterprise: str, level: str) -> None:
    assert place_level(record, enterprise) == level


def test_what_a_branch_is_called() -> None:
    assert branch_parts("第十二分公司") == ("12", "branch")
    assert branch_parts("南屏街连锁店")[0] == branch_parts("南屏街店")[0]
    assert canonical_name("甲") == "甲" and bits("") == 0.0
