"""Levels of whereabouts: how the regions and the addresses of two sides agree. Parts of ``pairs``."""

import re
from functools import lru_cache

from jianhui.core.regions import ALTERNATIVE, CITY, COUNTY, PROVINCE

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
def address_level(record: str, enterprise: str) -> str:
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


_AT_ONE_DOOR = frozenset({"equal", "part", "same_road_and_number"})


def is_same_door(place: str, address: str, number: str) -> bool:
    """Whether two sides are at one door: levels of place and address, and the address the record says.

    A road without a number is no door; in another district the same road is another one.
    """
    return (
        place in ("same_district", "same_city", "unknown")
        and address in _AT_ONE_DOOR
        and bool(_NUMBER.search(number))
    )
