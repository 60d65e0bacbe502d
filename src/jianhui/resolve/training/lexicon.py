"""What invented names are made of: the committed word tables, drawn from with a seed.

Places, brands' characters with their frequencies, trades, legal forms, branches and institutions come from
``core/words``; roads, towns and buildings are put together from them. Nothing is taken from any register.
"""

import random
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from jianhui.core.likeness import bits
from jianhui.core.regions import CITY, COUNTY, PROVINCE, significant, stem
from jianhui.core.words import column, table

_NO_PLACE = ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "县", "市")
_ROAD_FRONTS = (
    "人民 解放 中山 建设 和平 新华 文化 胜利 北京 长江 东风 光明 友谊 青年 工农 振兴 滨江 环城 创业 科技 学院 民主 "  # noqa: E501
    "团结 红旗 工业 开发 世纪 金山 龙山 凤凰 湖滨 站前 健康 体育 公园 复兴 前进 富民 永安 平安 太平 黄河 花园 育才"  # noqa: E501
)
_ROAD_ENDS = "路 路 路 街 大道 东路 西路 北路 南路 中路 一路 二街 巷"
_BUILDINGS = "大厦 广场 国际中心 商务中心 花园 小区 新村 家园 公寓 商城 市场 科技园 创业园"
_TOWN_ENDS = "镇 镇 镇 乡 街道 街道"
ORDINALS = "一二三四五六七八九十"


class Place(NamedTuple):
    """A district or county: names and codes from the province down. ``city`` is the province's in 直辖市."""

    province: str
    city: str
    district: str
    code: str


@cache
def places_by_city() -> dict[str, tuple[Place, ...]]:
    """City code → its districts and counties, of the whole country, as named last in the tables."""
    names = {significant(row["code"]): row["name"] for row in table("places") if row["code"].isdigit()}
    found: dict[str, list[Place]] = defaultdict(list)
    for code, name in sorted(names.items()):
        province = names.get(code[:PROVINCE])
        if len(code) != COUNTY or province is None or name in _NO_PLACE or len(name) < 2:
            continue
        city = names.get(code[:CITY], province)
        found[code[:CITY]].append(Place(province, province if city in _NO_PLACE else city, name, code))
    return {city: tuple(rows) for city, rows in found.items() if len(rows) > 1}


@cache
def _brand_characters() -> tuple[tuple[str, ...], tuple[float, ...]]:
    rows = table("brand_characters")
    weights = [2.0 ** -float(row["bits"]) for row in rows]
    running, sums = 0.0, []
    for weight in weights:
        running += weight
        sums.append(running)
    return tuple(row["character"] for row in rows), tuple(sums)


def brand_character(rng: random.Random) -> str:
    """A character as often as brands have it."""
    characters, sums = _brand_characters()
    return rng.choices(characters, cum_weights=sums)[0]


@cache
def _common_brands() -> tuple[str, ...]:
    """Brands many firms have: of the characters brands like best. The same for every seed."""
    rng = random.Random(0)
    found: dict[str, None] = {}
    while len(found) < _N_COMMON:
        pair = brand_character(rng) + brand_character(rng)
        if max(bits(one) for one in pair) <= _COMMON_BITS and pair[0] != pair[1]:
            found[pair] = None
    return tuple(found)


_N_COMMON = 1500
_COMMON_BITS = 9.3
_SHARE_COMMON = 0.4


def brand(rng: random.Random) -> str:
    """A brand of two to four characters, most of two, two in five one that other firms have too."""
    if rng.random() < _SHARE_COMMON:
        brands = _common_brands()
        return brands[min(int(rng.expovariate(1) * len(brands) / 4), len(brands) - 1)]
    length = rng.choices((2, 3, 4), (0.72, 0.24, 0.04))[0]
    return "".join(brand_character(rng) for _ in range(length))


@cache
def _trades() -> tuple[str, ...]:
    return tuple(word for word in column("trade_words", "word") if 2 <= len(word) <= 6)


_COMMON_TRADES = [
    "建材",
    "商贸",
    "贸易",
    "科技",
    "机械",
    "食品",
    "服装",
    "建筑工程",
    "装饰工程",
    "物流",
    "运输",
    "房地产开发",
    "物业管理",
    "汽车销售服务",
    "电子",
    "化工",
    "五金制品",
    "塑料制品",
    "农业开发",
    "餐饮管理",
    "酒店",
    "广告",
    "印刷",
    "包装",
    "家具",
    "医药",
    "信息技术",
    "电子商务",
    "投资管理",
    "劳务",
    "园林绿化",
    "水产",
    "煤炭",
    "矿业",
    "机电设备",
    "环保科技",
    "新能源",
    "文化传媒",
    "旅游开发",
    "教育咨询",
    "纺织",
    "粮油",
    "建筑安装",
    "汽车配件",
    "制衣",
    "电器",
    "钢材",
]
_TRADE_ENDS = [
    "工程",
    "设备",
    "制造",
    "服务",
    "发展",
    "技术",
    "管理",
    "开发",
    "咨询",
    "制品",
    "科技",
    "贸易",
    "加工",
    "销售",
    "安装",
    "实业",
]


def trade(rng: random.Random) -> str:
    """A trade: common ones often, sometimes with what is done in it (工程, 服务) behind."""
    first = rng.choice(_COMMON_TRADES) if rng.random() < 0.55 else rng.choice(_trades())
    if rng.random() < 0.28:
        end = rng.choice(_TRADE_ENDS)
        return first if first.endswith(end) else first + end
    return first


def town(rng: random.Random) -> str:
    """A town, township or street office of an invented name."""
    return town_stem(rng) + rng.choice(_TOWN_ENDS.split())


@cache
def _stem_characters() -> tuple[str, ...]:
    return tuple(character for row in table("places") for character in stem(row["name"])[:2])


def town_stem(rng: random.Random) -> str:
    """Two characters such as the names of counties have."""
    return rng.choice(_stem_characters()) + rng.choice(_stem_characters())


def road(rng: random.Random) -> str:
    """A road: a common one, or called after a town."""
    front = rng.choice(_ROAD_FRONTS.split()) if rng.random() < 0.6 else town_stem(rng)
    return front + rng.choice(_ROAD_ENDS.split())


def street_address(rng: random.Random, town_name: str) -> str:
    """The part of an address behind its district: town and village, park, or road and number."""
    kind = rng.random()
    number = rng.randint(1, 999) if rng.random() < 0.5 else rng.randint(1, 199)
    if kind < 0.3:
        end = rng.choice(["", f"{rng.randint(1, 15)}组", f"{rng.randint(1, 300)}号"])
        return (town_name if rng.random() < 0.8 else "") + town_stem(rng) + rng.choice("村村屯庄里") + end
    if kind < 0.4:
        park = rng.choice(["工业园区", "工业园", "经济开发区", "高新技术产业开发区"])
        return (town_name if rng.random() < 0.5 else "") + park + f"{road(rng)}{number}号"
    said = (town_name if rng.random() < 0.25 else "") + f"{road(rng)}{number}号"
    if rng.random() < 0.3:
        said += brand(rng) + rng.choice(_BUILDINGS.split())
    if rng.random() < 0.35:
        said += rng.choice([f"{rng.randint(1, 32)}层", f"{rng.randint(101, 2999)}室", "一楼"])
    return said


@cache
def banks() -> tuple[str, ...]:
    """Banks and insurers with branches everywhere."""
    return tuple(sorted({row["full"] for row in table("institutions")}))


@cache
def province_short(province: str) -> str:
    """辽宁 of 辽宁省."""
    return stem(province)
