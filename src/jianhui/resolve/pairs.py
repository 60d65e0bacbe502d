"""What speaks for and against a record and an enterprise being one: the comparison of two names and places.

Pure functions of two sides, used alike by the scored tier, by training and by ``explain pair``. Each
comparison gives one *level* per feature, a word; what a level weighs is the model's business
(``resolve/model``). Features:

==========  ========================================================================================
whole       whether the whole names are the same in standard characters
core        brand and trade (``core.names``): how the one goes over into the other
region      the places the names say, and where each side is
form        the classes of the legal forms
branch      what follows the parent's name
numbers     the numerals
place       where the two are, as far as district or county
address     roads, villages, buildings and house numbers
code        whether the record's unusable code is nearly the enterprise's
former      whether the enterprise bears this name no more
==========  ========================================================================================
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from jianhui.core.regions import ALTERNATIVE, CITY, COUNTY, PROVINCE, is_within
from jianhui.core.words import table

FEATURES = ("whole", "core", "region", "form", "branch", "numbers", "place", "address", "code", "former")


class Side(NamedTuple):
    """One of the two: parts of its name (``core.names``), and where it is.

    ``place``: region code; ``address``: without its province, city and district. ``codes``: of a record a
    code cell that is no valid code, of an enterprise its codes joined by ``|``. ``is_former``: the name is
    one the enterprise bore before.
    """

    folded: str
    region: str
    core: str
    brand: str
    form: str
    branch: str
    numbers: str
    lead: str = ""
    lead_region: str = ""
    place: str = ""
    address: str = ""
    codes: str = ""
    is_former: bool = False

    def without_lead(self) -> "Side":
        """The other reading of a name whose front may be a place: 淳安 is where 天鑫 is."""
        core = self.core[len(self.lead) :]
        brand = self.brand[len(self.lead) :]
        return self._replace(
            core=core, brand=brand if len(brand) > 1 else core[:2], region=self.lead_region, lead=""
        )


class Comparison(NamedTuple):
    """``levels``: feature → level. ``shared``: the part of the core that both have in common."""

    levels: Mapping[str, str]
    shared: str


def compare(record: Side, enterprise: Side) -> Comparison:
    """Compare a record with an enterprise, feature by feature.

    Where only one of the names begins with what may be a place, it is read as one if that brings the cores
    together.
    """
    if record.lead != enterprise.lead and record.core != enterprise.core:
        if enterprise.lead and record.core.startswith(enterprise.core[len(enterprise.lead) :][:2]):
            enterprise = enterprise.without_lead()
        elif record.lead and enterprise.core.startswith(record.core[len(record.lead) :][:2]):
            record = record.without_lead()
    core, shared = _core(record.core, record.brand, enterprise.core, enterprise.brand)
    levels = {
        "whole": "equal" if record.folded == enterprise.folded else "differs",
        "core": core,
        "region": _region(record, enterprise),
        "form": _form(record, enterprise),
        "branch": _branch(record.branch, enterprise.branch),
        "numbers": _numbers(record.numbers, enterprise.numbers),
        "place": place_level(record.place, enterprise.place),
        "address": _address(record.address, enterprise.address),
        "code": _code(record.codes, enterprise.codes),
        "former": "former" if enterprise.is_former else "current",
    }
    return Comparison(levels, shared)


# --- core ---


@lru_cache(maxsize=1_000_000)
def _core(record: str, record_brand: str, enterprise: str, enterprise_brand: str) -> tuple[str, str]:
    """Level of the cores, and what they share."""
    if record == enterprise:
        return "equal", record
    brand = max(2, min(len(record_brand), len(enterprise_brand), 4))
    short, long = sorted((record, enterprise), key=len)
    start, end = _common_ends(record, enterprise)
    middle, other = record[start : len(record) - end], enterprise[start : len(enterprise) - end]
    if start >= brand:
        return _trade(record, enterprise, start, end, middle, other)
    if len(middle) == len(other) == 1:
        return "brand_" + _kind_of_swap(middle, other), record[:start] + record[len(record) - end :]
    if sorted(record) == sorted(enterprise):
        return "reordered", record
    if not middle or not other:
        extra = middle or other
        shared = short
        if len(extra) == 1 and len(short) >= 3:
            return "brand_one_more", shared
        if long.endswith(short) or end == len(short):
            return "behind_more", shared
        return "brand_more", shared
    swaps = [(a, b) for a, b in zip(record, enterprise, strict=False) if a != b]
    same = "".join(a for a, b in zip(record, enterprise, strict=False) if a == b)
    if len(swaps) == 1 and len(same) >= 2:
        # One character exchanged, and one of the two goes on where the other ends.
        return "brand_" + _kind_of_swap(*swaps[0]) + "_short", same
    if len(record) == len(enterprise) and len(swaps) == 2 and len(same) >= 2:
        kinds = {_kind_of_swap(*swap) for swap in swaps}
        return ("brand_two_similar" if "other" not in kinds else "brand_two_other"), same
    if _is_spread_in(short, long) and short[0] == long[0]:
        return "abbreviated", short
    if record_brand in enterprise or enterprise_brand in record:
        inside = record_brand if record_brand in enterprise else enterprise_brand
        return "brand_inside", inside
    return "differs", record[:start] + record[len(record) - end :]


def _trade(record: str, enterprise: str, start: int, end: int, middle: str, other: str) -> tuple[str, str]:
    """Level where the brand is the same and the trade is not quite."""
    shared = record[:start]
    if not middle:
        return ("trade_shorter" if end == 0 else "trade_part_left_out"), record
    if not other:
        return ("trade_longer" if end == 0 else "trade_part_more"), enterprise
    if len(middle) == len(other) == 1:
        return "trade_" + _kind_of_swap(middle, other), shared + record[len(record) - end :]
    mine, theirs = record[start:], enterprise[start:]
    if sorted(mine) == sorted(theirs):
        return "trade_reordered", record
    if _is_spread_in(mine, theirs):
        return "trade_abbreviated", shared + mine
    common = sum((Counter(mine) & Counter(theirs)).values())
    if 2 * common >= min(len(mine), len(theirs)):
        return "trade_overlaps", shared
    return "trade_differs", shared


def _common_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts share at the front, and then at the end."""
    most = min(len(one), len(other))
    start = 0
    while start < most and one[start] == other[start]:
        start += 1
    end = 0
    while end < most - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return start, end


def _is_spread_in(short: str, long: str) -> bool:
    """Whether all characters of ``short`` stand in ``long`` in their order."""
    rest = iter(long)
    return all(character in rest for character in short)


@lru_cache(maxsize=200_000)
def _kind_of_swap(one: str, other: str) -> str:
    """``shape`` (look alike), ``sound`` (sound alike) or ``other``."""
    sounds, parts = _characters()
    mine, theirs = parts.get(one, frozenset()), parts.get(other, frozenset())
    if mine & theirs or one in theirs or other in mine or frozenset((one, other)) in _lookalikes():
        return "shape"
    if sounds.get(one, frozenset()) & sounds.get(other, frozenset()):
        return "sound"
    return "other"


_MOST_WITH_A_PART = 60
"""A component that more characters have is a radical and says nothing of likeness."""


@cache
def _characters() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    rows = [row for row in table("characters") if not row["standard"]]
    frequency = Counter(part for row in rows for part in set(row["parts"]))
    sounds = {row["character"]: frozenset(row["sound"].split("|")) - {""} for row in rows}
    parts = {
        row["character"]: frozenset(part for part in row["parts"] if frequency[part] <= _MOST_WITH_A_PART)
        for row in rows
    }
    return sounds, parts


@cache
def _lookalikes() -> frozenset[frozenset[str]]:
    """Pairs of characters that look alike as a whole (己已, 未末): ``words/lookalikes.csv``."""
    groups = (row["characters"] for row in table("lookalikes"))
    return frozenset(
        frozenset((one, other)) for group in groups for one in group for other in group if one != other
    )


# --- region, form, branch, numbers ---


def _region(record: Side, enterprise: Side) -> str:
    mine, theirs = record.region, enterprise.region
    if mine and theirs:
        if mine == theirs:
            return "equal"
        if is_within(mine, theirs) or is_within(theirs, mine):
            return "within"
        if enterprise.place and is_within(enterprise.place, mine):
            return "elsewhere_but_there"
        return "conflict"
    if not mine and not theirs:
        return "none"
    if mine:
        if not enterprise.place:
            return "only_record"
        there = is_within(enterprise.place, mine) or is_within(mine, enterprise.place)
        return "only_record_there" if there else "only_record_elsewhere"
    if not record.place:
        return "only_enterprise"
    there = is_within(record.place, theirs) or is_within(theirs, record.place)
    return "only_enterprise_there" if there else "only_enterprise_elsewhere"


_COMPANIES = frozenset({"company", "company_shares"})


def _form(record: Side, enterprise: Side) -> str:
    mine, theirs = record.form, enterprise.form
    if mine == theirs:
        return "equal" if mine else "none"
    if not mine:
        return "only_enterprise"
    if not theirs:
        return "only_record"
    if {mine, theirs} <= _COMPANIES:
        return "companies"
    if "works" in (mine, theirs) and (mine in _COMPANIES or theirs in _COMPANIES):
        return "restructured"
    return "conflict"


_BRANCH_NOISE = re.compile(
    r"(?:分公司|支公司|分行|支行|分理处|营业部|分店|分厂|公司|有限|责任|股份|店|市|县|区|省|街道|镇|乡)"
)


@lru_cache(maxsize=200_000)
def _branch(record: str, enterprise: str) -> str:
    if not record and not enterprise:
        return "none"
    if not enterprise:
        return "only_record"
    if not record:
        return "only_enterprise"
    if record == enterprise:
        return "equal"
    mine, theirs = _BRANCH_NOISE.sub("", record), _BRANCH_NOISE.sub("", enterprise)
    if mine == theirs:
        return "alike"
    if mine and theirs and (mine in theirs or theirs in mine):
        return "part"
    return "differs"


def _numbers(record: str, enterprise: str) -> str:
    mine, theirs = _plain_numbers(record), _plain_numbers(enterprise)
    if mine == theirs:
        return "equal" if mine else "none"
    return "one_sided" if not mine or not theirs else "differs"


_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


@lru_cache(maxsize=50_000)
def _plain_numbers(numbers: str) -> tuple[str, ...]:
    return tuple(re.sub(r"[^0-9十百零]", "", one.translate(_DIGITS)) for one in numbers.split("|") if one)


# --- codes ---

_MISREAD = str.maketrans("OIZSBQ", "012580")


@lru_cache(maxsize=200_000)
def _code(record: str, enterprise: str) -> str:
    """Whether a code that is no valid one is one of the enterprise's but for a slip.

    ``record``: the cell as a canonical key; ``enterprise``: its codes joined by ``|``. Slips: a character
    misread or exchanged, the check character wrong, leading noughts lost.
    """
    if not record or not enterprise:
        return "none"
    readings = {record, record[-9:]} if len(record) == 15 else {record}
    for mine in (reading.translate(_MISREAD) for reading in readings):
        for theirs in (code.translate(_MISREAD) for code in enterprise.split(ALTERNATIVE)):
            if mine in (theirs, theirs.lstrip("0")):
                return "slip"
            if len(mine) == len(theirs) and sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1:
                return "slip"
    return "none"


# --- place, address ---


_LEVEL_OF_DEPTH = {PROVINCE: "same_province", CITY: "same_city", COUNTY: "same_district"}


@lru_cache(maxsize=200_000)
def place_level(record: str, enterprise: str) -> str:
    """How two regions agree: same district, city, province, none, or what one side leaves open."""
    if not record or not enterprise:
        return "unknown"
    pairs = [(one, other) for one in record.split(ALTERNATIVE) for other in enterprise.split(ALTERNATIVE)]
    depths = [
        min(len(one), len(other)) for one, other in pairs if one.startswith(other) or other.startswith(one)
    ]
    if depths:
        return _LEVEL_OF_DEPTH[max(depths)]
    if any(one[:CITY] == other[:CITY] for one, other in pairs):
        return "other_district"
    if any(one[:PROVINCE] == other[:PROVINCE] for one, other in pairs):
        return "other_city"
    return "other_province"


_TOKEN = re.compile(
    r"[\u4e00-\u9fff]{1,8}?(?:大街|街道|大道|胡同|社区|小区|大厦|广场|工业园|产业园|科技园|商城|市场|"
    r"路|街|巷|村|屯|镇|乡|里|园|庄|港|场)"
)
_NUMBER = re.compile(r"[0-9]+(?:[-之][0-9]+)*")


@lru_cache(maxsize=500_000)
def address_tokens(address: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Roads, villages and buildings an address names, and its numbers in order."""
    return frozenset(_TOKEN.findall(address)), tuple(_NUMBER.findall(address))


@lru_cache(maxsize=500_000)
def _address(record: str, enterprise: str) -> str:
    """Level of two addresses, each less its province, city and district."""
    if not record or not enterprise:
        return "unknown"
    if record == enterprise:
        return "equal"
    if record in enterprise or enterprise in record:
        return "part" if min(len(record), len(enterprise)) >= 4 else "part_short"
    names, numbers = address_tokens(record)
    their_names, their_numbers = address_tokens(enterprise)
    if names & their_names:
        if numbers and their_numbers:
            return "same_road_and_number" if numbers[0] == their_numbers[0] else "same_road"
        return "same_road"
    return "differs" if names and their_names else "unknown"
