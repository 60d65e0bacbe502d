"""Names taken apart: parts and the cases the reading turns on."""

import polars as pl
import pytest

from jianhui.core.folding import fold
from jianhui.core.names import PARTS, in_words, read_places, take_apart


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("甲地市鑫海船舶配件有限公司", ("", "甲地市鑫海", "船舶配件", "有限公司", "")),
        ("大连市鑫海船舶配件有限公司第三分公司", ("大连市", "鑫海", "船舶配件", "有限公司", "第三分公司")),
        ("余姚市临山镇澜泽电器厂", ("余姚市临山镇", "澜泽", "电器", "厂", "")),
        ("昆明澜泽酒店管理有限公司南屏店", ("昆明", "澜泽", "酒店管理", "有限公司", "南屏店")),
        ("开阔达(中国)有限公司上海分公司", ("中国", "开阔达", "", "有限公司", "上海分公司")),
        ("工行昆明翠湖支行", ("", "中国工商", "银行", "", "昆明翠湖支行")),
        ("泰和泰和县澜泽农资有限公司", ("泰和县", "澜泽", "农资", "有限公司", "")),
        ("保税区澜泽贸易有限公司", ("保税区", "澜泽", "贸易", "有限公司", "")),
        ("东方澜泽贸易有限公司", ("", "东方澜泽", "贸易", "有限公司", "")),
        ("肥东长临河镇澜泽贸易有限公司", ("肥东长临河镇", "澜泽", "贸易", "有限公司", "")),
        ("国营昆明澜泽机械厂", ("昆明", "澜泽", "机械", "厂", "")),
    ],
)
def test_a_name_is_taken_apart(name: str, parts: tuple[str, ...]) -> None:
    assert tuple(in_words(name).values()) == parts


def test_one_row_a_distinct_name_in_first_order() -> None:
    read = take_apart(pl.Series(["乙乙贸易有限公司", "甲甲贸易有限公司", "乙乙贸易有限公司", None]))
    assert read.get_column("name").to_list() == ["乙乙贸易有限公司", "甲甲贸易有限公司"]
    assert read.schema == PARTS


def test_no_names_no_rows() -> None:
    assert take_apart(pl.Series([None], dtype=pl.String)).schema == PARTS


@pytest.mark.parametrize(
    ("said", "folded"),
    [("第2廠", "第二厂"), ("第12廠", "第十二厂"), ("第陆分店", "第六分店"), ("甲·乙", "甲乙")],
)
def test_folding(said: str, folded: str) -> None:
    assert fold(said) == folded


def test_places_of_offices_and_addresses() -> None:
    read = read_places(
        pl.Series(["国家税务总局昆明市五华区税务局", "云南省昆明市五华区龙泉路22号", "龙泉路22号",
                   "江阴镇凤凰路1号", "浙江省宁波市镇海区1号", "高新技术产业开发区三星路1号"])
    )  # fmt: skip
    where = {text: (region, rest) for text, region, rest in read.iter_rows()}
    assert where == {
        "国家税务总局昆明市五华区税务局": ("530102", "税务局"),
        "云南省昆明市五华区龙泉路22号": ("530102", "龙泉路22号"),
        "龙泉路22号": ("", "龙泉路22号"),
        "江阴镇凤凰路1号": ("", "江阴镇凤凰路1号"),
        "浙江省宁波市镇海区1号": ("330211", "1号"),
        "高新技术产业开发区三星路1号": ("", "三星路1号"),
    }
