"""What speaks for and against a record and an enterprise being one: the comparison of two names and places.

Pure functions of two sides, used alike by the scored tier, by training and by ``explain pair``. Each
comparison gives one *level* per feature, a word; what a level weighs is the model's business
(``resolve/model``). Features:

==========  ========================================================================================
whole       whether the whole names are the same in standard characters
core        brand and trade (``core.names``): how the one goes over into the other
region      the places the names say, and where each side is
town        the towns and street offices the names say
form        the classes of the legal forms
group       which of the names say 集团
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

from jianhui.core.likeness import TELLING, kind_of_swap
from jianhui.core.regions import ALTERNATIVE, COUNTRY_CODE, is_within
from jianhui.core.words import column, table
from jianhui.resolve.pair_branches import ONE_SIDED, branch_at_door, branch_level, numbers_level
from jianhui.resolve.pair_places import address_level, is_same_door, place_level
from jianhui.resolve.pair_texts import common_ends, is_spread_in

FEATURES = (
    "whole", "core", "region", "town", "form", "group", "branch", "numbers", "place", "address", "code", "former"  # noqa: E501
)  # fmt: skip


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
    town: str = ""
    is_group: bool = False
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

    def with_branch_like(self, other: "Side") -> "Side":
        """The reading in which a name without its parent's form ends in the other's branch (锦旭餐饮春熙路店)."""  # noqa: E501
        branch = other.branch
        if self.branch or not branch or not self.core.endswith(branch) or len(self.core) < len(branch) + 2:
            return self
        core = self.core[: -len(branch)]
        return self._replace(core=core, brand=self.brand[: len(core)], branch=branch)


class Comparison(NamedTuple):
    """``levels``: feature → level. ``shared``: the part of the core that both have in common."""

    levels: Mapping[str, str]
    shared: str

    @property
    def are_told_apart(self) -> bool:
        """Whether the names themselves say that these are two, whatever else agrees: no weight outdoes it.

        A branch is not its parent, unless a parent's name is said at its branch's very door, or 分公司 and no
        more behind a name at its own; branches of two names or numbers, two banks, the Third and the Fifth.
        """
        levels = self.levels
        return (
            levels["branch"] in _OTHER_BRANCH
            or levels["core"] in _OTHER_CORE
            or (levels["numbers"] == "differs" and levels["core"] != "equal")
        )


_OTHER_BRANCH = frozenset(
    {"only_record", "only_enterprise", "told_apart", "differs", "shares_front", "goes_on"}
)
_OTHER_CORE = frozenset(
    {"other_institution", "brand_told_apart", "brand_told_apart_short", "trade_told_apart"}
)


def compare(record: Side, enterprise: Side) -> Comparison:
    """Compare a record with an enterprise, feature by feature.

    Where only one of the names begins with what may be a place, it is read as one if that brings the cores
    together.
    """
    if record.lead != enterprise.lead and record.core != enterprise.core:
        if enterprise.lead and _is_nearer(enterprise.without_lead().core, enterprise.core, record.core):
            enterprise = enterprise.without_lead()
        elif record.lead and _is_nearer(record.without_lead().core, record.core, enterprise.core):
            record = record.without_lead()
    if bool(record.branch) != bool(enterprise.branch):
        record, enterprise = record.with_branch_like(enterprise), enterprise.with_branch_like(record)
    core, shared = _core(record.core, record.brand, enterprise.core, enterprise.brand)
    place = place_level(record.place, enterprise.place)
    address = address_level(record.address, enterprise.address)
    branch = branch_level(record.branch, enterprise.branch)
    if branch in ONE_SIDED and is_same_door(place, address, record.address):
        branch = branch_at_door(record.branch or enterprise.branch, branch)
    levels = {
        "whole": "equal" if record.folded == enterprise.folded else "differs",
        "core": core,
        "region": _region(record, enterprise),
        "town": _one_sided(record.town, enterprise.town),
        "form": _form(record, enterprise),
        "group": _group(record.is_group, enterprise.is_group),
        "branch": branch,
        "numbers": numbers_level(record.numbers, enterprise.numbers),
        "place": place,
        "address": address,
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
    if record in _institutions() and enterprise in _institutions():
        return "other_institution", ""
    brand = max(2, min(len(record_brand), len(enterprise_brand), 4))
    short, long = sorted((record, enterprise), key=len)
    start, end = common_ends(record, enterprise)
    middle, other = record[start : len(record) - end], enterprise[start : len(enterprise) - end]
    if start >= brand:
        return _trade(record, enterprise, start, end, middle, other)
    if _says_trade_only(record) != _says_trade_only(enterprise):
        # 企业管理咨询 has no brand to share with 迈杰企业管理咨询.
        return "brandless", short if long.endswith(short) else ""
    if len(middle) == len(other) == 1:
        return "brand_" + kind_of_swap(middle, other), record[:start] + record[len(record) - end :]
    if sorted(record) == sorted(enterprise):
        return "reordered", record
    if not middle or not other:
        extra = middle or other
        shared = short
        if extra in TELLING and not _is_doubled(extra, long, start):
            return "brand_told_apart", shared
        if len(extra) == 1 and len(short) >= 3:
            return "brand_one_more", shared
        if extra in _TELLING_FRONTS:
            return "other_institution", ""
        if long.endswith(short) or end == len(short):
            return "behind_more", shared
        return "brand_more", shared
    swaps = [(a, b) for a, b in zip(record, enterprise, strict=False) if a != b]
    same = "".join(a for a, b in zip(record, enterprise, strict=False) if a == b)
    if len(swaps) == 1 and len(same) >= 2:
        # One character exchanged, and one of the two goes on where the other ends.
        return "brand_" + kind_of_swap(*swaps[0]) + "_short", same
    if len(record) == len(enterprise) and len(swaps) == 2 and len(same) >= 2:
        kinds = {kind_of_swap(*swap) for swap in swaps}
        return ("brand_two_similar" if "other" not in kinds else "brand_two_other"), same
    if is_spread_in(short, long) and short[0] == long[0]:
        return "abbreviated", short
    if record_brand in enterprise or enterprise_brand in record:
        inside = record_brand if record_brand in enterprise else enterprise_brand
        return "brand_inside", inside
    return "differs", record[:start] + record[len(record) - end :]


def _trade(record: str, enterprise: str, start: int, end: int, middle: str, other: str) -> tuple[str, str]:
    """Level where the brand is the same and the trade is not quite."""
    shared = record[:start]
    if (not middle or not other) and end == 0 and min(len(record), len(enterprise)) <= _SHORT_BRAND:
        return ("trade_none_record" if not middle else "trade_none_enterprise"), shared
    if not middle:
        return ("trade_shorter" if end == 0 else "trade_part_left_out"), record
    if not other:
        return ("trade_longer" if end == 0 else "trade_part_more"), enterprise
    if len(middle) == len(other) == 1:
        return "trade_" + kind_of_swap(middle, other), shared + record[len(record) - end :]
    mine, theirs = record[start:], enterprise[start:]
    if sorted(mine) == sorted(theirs):
        return "trade_reordered", record
    if is_spread_in(mine, theirs):
        return "trade_abbreviated", shared + mine
    common = sum((Counter(mine) & Counter(theirs)).values())
    if 2 * common >= min(len(mine), len(theirs)):
        return "trade_overlaps", shared
    return "trade_differs", shared


@lru_cache(maxsize=500_000)
def _says_trade_only(core: str) -> bool:
    """Whether a core is made of words for trades alone."""
    return _trades().fullmatch(core) is not None


@cache
def _trades() -> re.Pattern[str]:
    longest_first = sorted(column("trade_words", "word"), key=lambda text: (-len(text), text))
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})+")


_SHORT_BRAND = 3
_TELLING_FRONTS = frozenset({"农村", "城市", "民族", "国际"})
"""What before the same words makes another firm: 厦门商业银行 and 厦门农村商业银行."""


@cache
def _institutions() -> frozenset[str]:
    """Banks and insurers with branches everywhere, each of which is another."""
    return frozenset(row["full"] for row in table("institutions"))


def _is_doubled(extra: str, long: str, at: int) -> bool:
    """Whether the character ``extra`` at ``at`` stands there twice, a slip of the hand (盛南南克)."""
    return extra in (long[at - 1 : at], long[at + 1 : at + 2])


def _is_nearer(one: str, other: str, target: str) -> bool:
    """Whether ``one`` is nearer to ``target`` than ``other``: by what they share at the ends, by length."""
    mine, theirs = sum(common_ends(one, target)), sum(common_ends(other, target))
    beyond, theirs_beyond = abs(len(one) - len(target)), abs(len(other) - len(target))
    return mine > 0 and (mine, -beyond) > (theirs, -theirs_beyond)


# --- region, form, group, town ---


def _region(record: Side, enterprise: Side) -> str:
    mine, theirs = _narrowed(record.region, record.place), _narrowed(enterprise.region, enterprise.place)
    if COUNTRY_CODE in (mine, theirs):
        return "country" if mine == theirs else "conflict" if mine and theirs else "country_one_sided"
    if mine and theirs:
        if mine == theirs or set(mine.split(ALTERNATIVE)) & set(theirs.split(ALTERNATIVE)):
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


def _narrowed(region: str, place: str) -> str:
    """A region that may be one or the other (鼓楼区), as the side's own whereabouts decide."""
    if ALTERNATIVE not in region or not place:
        return region
    there = [code for code in region.split(ALTERNATIVE) if is_within(code, place) or is_within(place, code)]
    return ALTERNATIVE.join(there) or region


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


def _one_sided(record: str, enterprise: str) -> str:
    if record == enterprise:
        return "equal" if record else "none"
    if not record:
        return "only_enterprise"
    return "only_record" if not enterprise else "conflict"


def _group(record: bool, enterprise: bool) -> str:
    if record == enterprise:
        return "both" if record else "none"
    return "only_record" if record else "only_enterprise"


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
