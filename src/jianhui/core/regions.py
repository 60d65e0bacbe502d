"""The places enterprises are named after, for the whole country: words of names and what they stand for.

A region code is a GB/T 2260 code less its trailing pairs of noughts: ``21`` a province, ``2102`` a
city, ``210213`` a district or county; ``""`` a place of no code (a development zone). The tables hold the
names of all revisions since 1980: firms keep the name of a county that became a district.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

from jianhui.core.words import column, table

_PEOPLES = "|".join(column("peoples", "name"))
_SUFFIX = re.compile(
    rf"(?:(?:{_PEOPLES})*自治(?:区|州|县|旗)|特别行政区|省|市|地区|林区|特区|新区|矿区|区|县|盟|左旗|右旗|旗)$"
)
_SHORTEST_STEM = 2
_SHORTEST_ZONE = 3
_HIGH_TECH_ZONE = "高新区"
_SHORT_NAMES = {
    "内蒙古自治区": "内蒙古",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "广西壮族自治区": "广西",
}

PROVINCE, CITY, COUNTY = 2, 4, 6
"""Length of a region code by level."""

COUNTRY = "中国"
COUNTRY_CODE = "00"
"""Region code of a name that says 中国 in brackets: no place of the country, and none of its places."""


def significant(code: str) -> str:
    """A six-digit code less its trailing pairs of noughts: the region code."""
    while code.endswith("00"):
        code = code[:-2]
    return code


def stem(name: str) -> str:
    """A place's name less the word for what it is: ``大连市`` → ``大连``; too short a stem is the name."""
    short = _SHORT_NAMES.get(name) or _SUFFIX.sub("", name)
    if len(name) == _SHORTEST_STEM + 1 and name[1:] in ("林区", "新区") and name != _HIGH_TECH_ZONE:
        # 碑林区 is no 林区.
        return name[:-1]
    return short if len(short) >= _SHORTEST_STEM else name


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Every word a name may say a place by → the region codes it may mean, sorted.

    Full names of all levels, of today and before (``words/renamed_places.csv``), stems, and short forms. A
    full name also means the places that bear its stem in the same city now, or in the same province where one
    of the two is a city: 铜仁地区 became 铜仁市, 长安县 became 长安区. A zone's word means ``("",)``.
    """
    meanings: dict[str, set[str]] = defaultdict(set)
    of_stem: dict[str, set[str]] = defaultdict(set)
    for name, code in _named():
        of_stem[stem(name)].add(code)
    for name, code in _named():
        meanings[stem(name)].add(code)
        for word in {name, *_short_forms(name, code)}:
            meanings[word] |= {code, *(other for other in of_stem[stem(name)] if _may_be_one(code, other))}
    for word, codes in meanings.items():
        # 海南 and 吉林 are the provinces; 海南州 and 吉林市 say so.
        meanings[word] = {code for code in codes if len(code) == PROVINCE} or codes
    return {word: tuple(sorted(codes)) for word, codes in sorted(meanings.items())}


def _named() -> list[tuple[str, str]]:
    """Name and region code of every place, of today and before."""
    rows = (*table("places"), *table("renamed_places"))
    return [(row["name"], significant(row["code"])) for row in rows]


def _short_forms(name: str, code: str) -> list[str]:
    """Other full forms of a place's name: 石林县 of 石林彝族自治县; 萧山市 and 萧山县, which became a district."""  # noqa: E501
    short = stem(name)
    if len(short) < _SHORTEST_STEM or short == name or len(code) < CITY:
        return []
    if "自治" in name:
        return [short + name[-1]]
    if len(code) != COUNTY or name[-1] not in "县市区":
        return []
    # 朝阳市 is a place of its own and no other word for 朝阳区.
    return [word for word in (short + kind for kind in "县市区") if word == name or word not in _full_names()]


@cache
def _full_names() -> frozenset[str]:
    return frozenset(name for name, _ in _named())


def _may_be_one(code: str, other: str) -> bool:
    """Whether two places of one stem may be one place before and after a change of its rank."""
    if not code or not other or code[:PROVINCE] != other[:PROVINCE] or min(len(code), len(other)) < CITY:
        return False
    return code[:CITY] == other[:CITY] or len(code) == len(other) == CITY or code == other


@cache
def leading_words() -> dict[str, tuple[str, ...]]:
    """Words that say a place at the very front of a name, with nothing before them.

    All full names, of zones too (保税区); of stems those of provinces and cities only, less those many
    brands begin with (东方). The stem of a district or county (朝阳, 平安) is more often a brand there.
    """
    brands = frozenset(column("brand_places", "stem"))
    full = {word for name, code in _named() for word in (name, *_short_forms(name, code))}
    found: dict[str, tuple[str, ...]] = {}
    for word, codes in words().items():
        meant = tuple(
            code
            for code in codes
            if code and (word in full or len(code) < COUNTY or code in _county_cities())
        )
        if meant and word != COUNTRY and word not in brands:
            found[word] = meant
        elif codes == ("",) and len(word) >= _SHORTEST_ZONE and word.endswith("区"):
            found[word] = codes
    return found


@cache
def county_stems() -> dict[str, tuple[str, ...]]:
    """Stems of districts and counties (淳安, 金州), which before a name may be a place or a brand's."""
    leading = leading_words()
    return {
        word: meant
        for word, codes in words().items()
        if word not in leading and (meant := tuple(code for code in codes if len(code) == COUNTY))
    }


@cache
def _county_cities() -> frozenset[str]:
    """County-level cities: 庄河, 昆山. Their stems lead names of firms as cities' do."""
    return frozenset(
        significant(row["code"])
        for row in table("places")
        if row["name"].endswith("市") and len(significant(row["code"])) == COUNTY
    )


ALTERNATIVE = "|"
"""Between the codes of a place that may be one or the other (鼓楼区)."""


@lru_cache(maxsize=200_000)
def is_within(inner: str, outer: str) -> bool:
    """Whether the region ``inner`` may be ``outer`` or lie in it; the empty region holds everything."""
    return any(
        one.startswith(other) for one in inner.split(ALTERNATIVE) for other in outer.split(ALTERNATIVE)
    )


def outermost(codes: Sequence[str]) -> tuple[str, ...]:
    """The meanings of a place word less those that lie in another of them: 吉林 is the province."""
    return tuple(
        code
        for code in codes
        if not any(other != code and code.startswith(other) for other in codes if other)
    )


def narrowed(before: Sequence[str], codes: Sequence[str]) -> tuple[str, ...]:
    """What the places ``before`` and a place word behind them mean together; none if it lies in none of them.

    A zone (``""``) may lie anywhere and narrows nothing.
    """
    if "" in codes:
        return tuple(before)
    inside = sorted({code for code in codes for outer in before if code.startswith(outer)})
    return tuple(inside)
