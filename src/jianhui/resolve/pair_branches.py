"""Levels of branches and of numerals: how what follows the parent's name agrees. Parts of ``pairs``."""

import re
from functools import cache, lru_cache

from jianhui.core.likeness import TELLING, likeness
from jianhui.core.regions import words
from jianhui.core.words import table
from jianhui.resolve.pair_texts import common_ends, is_spread_in

_BRANCH_NOISE = re.compile(r"公司|有限|责任|股份|街道|自治|[()省市县区镇乡]|(?<=..)[路街]")
_COUNTED = re.compile(r"第?([0-9]+|[一二三四五六七八九十]+)")


@lru_cache(maxsize=200_000)
def branch_level(record: str, enterprise: str) -> str:
    """Level of two branches: what each is called, and what each is."""
    if not record and not enterprise:
        return "none"
    if not enterprise:
        return "only_record"
    if not record:
        return "only_enterprise"
    if record == enterprise:
        return "equal"
    (mine, my_kind), (theirs, their_kind) = branch_parts(record), branch_parts(enterprise)
    if mine == theirs:
        return "alike" if my_kind == their_kind else "alike_of_other_kind"
    if not mine or not theirs:
        return "one_unnamed"
    if _digits(mine) != _digits(theirs):
        return "told_apart"
    short, long = sorted((mine, theirs), key=len)
    if len(long) == len(short) + 1 > _SAME_FRONT + 1 and is_spread_in(short, long):
        extra = next((a for a, b in zip(long, short, strict=False) if a != b), long[-1])
        return "told_apart" if extra in TELLING else "one_more"
    if mine.endswith(theirs) or theirs.endswith(mine):
        return "within"
    if mine.startswith(theirs) or theirs.startswith(mine):
        return "goes_on"
    start, end = common_ends(mine, theirs)
    if start + end and len(mine) == len(theirs) == start + end + 1 and len(mine) > 1:
        one, other = mine[start : start + 1], theirs[start : start + 1]
        if one in TELLING and other in TELLING:
            return "told_apart"
        return "near_" + likeness(one, other)
    return "shares_front" if start >= _SAME_FRONT else "differs"


_SAME_FRONT = 2
ONE_SIDED = frozenset({"only_record", "only_enterprise"})
"""Levels of a branch and a name without one."""


def branch_at_door(branch: str, level: str) -> str:
    """Level of a branch and a whole at one door: the whole named for its branch, or the whole with a word for
    a branch behind it that says neither where nor which.
    """
    if level == "only_enterprise":
        return "whole_at_door"
    called, _ = branch_parts(branch)
    return "unnamed_at_door" if not called or called in words() else level


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


@lru_cache(maxsize=200_000)
def branch_parts(branch: str) -> tuple[str, str]:
    """What a branch is called and the class of what it is: 南屏街连锁店 is (南屏, outlet)."""
    endings = _branch_endings()
    length = next((n for n in range(min(5, len(branch)), 0, -1) if branch[-n:] in endings), 0)
    called = branch[: len(branch) - length]
    called = _COUNTED.sub(lambda found: _plain_number(found[1]), called)
    return _BRANCH_NOISE.sub("", called), endings.get(branch[-length:], "") if length else ""


@cache
def _branch_endings() -> dict[str, str]:
    return {row["ending"]: row["kind"] for row in table("branch_endings")}


def numbers_level(record: str, enterprise: str) -> str:
    """Level of two sets of numerals, each joined by ``|``."""
    mine, theirs = _plain_numbers(record), _plain_numbers(enterprise)
    if mine == theirs:
        return "equal" if mine else "none"
    return "one_sided" if not mine or not theirs else "differs"


_CHINESE_DIGITS = "零一二三四五六七八九"


@lru_cache(maxsize=50_000)
def _plain_numbers(numbers: str) -> tuple[str, ...]:
    found = (_COUNTED.search(one) for one in numbers.split("|"))
    return tuple(_plain_number(one[1]) for one in found if one)


@lru_cache(maxsize=10_000)
def _plain_number(said: str) -> str:
    """A numeral in digits: 十二, 一二 and 12 are 12."""
    if said.isdigit():
        return said.lstrip("0") or "0"
    digits = {digit: n for n, digit in enumerate(_CHINESE_DIGITS)}
    if "十" not in said:
        return "".join(str(digits[one]) for one in said)
    tens, _, ones = said.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return said
    return str(10 * digits.get(tens, 1) + digits.get(ones, 0))
