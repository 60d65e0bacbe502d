"""How characters are mistaken for one another: by shape, by sound; and how telling a piece of a name is.

Shape: components in common (``words/characters.csv``), nearly the same strokes in their order, or a pair in
``words/lookalikes.csv``. Sound: a reading in common, tones aside. How telling: the frequency of characters
in brands (``words/brand_characters.csv``).
"""

from collections import Counter
from functools import cache, lru_cache

from jianhui.core.words import table

TELLING = frozenset("零〇一二三四五六七八九十百东西南北上下前后左右新老大小甲乙丙丁0123456789")
"""Numerals and directions, which tell siblings apart and are never a slip."""

UNWRITTEN = frozenset("?□■▲△〓×*＊某")
"""What stands for a character that could not be typed, such as a rare surname's."""


@lru_cache(maxsize=200_000)
def kind_of_swap(one: str, other: str) -> str:
    """``shape`` (look alike), ``sound`` (sound alike) or ``other``; ``_common`` where brands have both often.

    ``unwritten`` where one of the two stands for a character that could not be typed.

    Numerals and directions are never a slip: they tell siblings apart (第二, 第三; 渝东, 渝西). And of two
    characters both of which many brands have (鑫, 信), the other one is as likely another firm's.
    """
    if one in UNWRITTEN or other in UNWRITTEN:
        return "unwritten"
    if one in TELLING and other in TELLING:
        return "shape" if one.translate(_ARABIC) == other.translate(_ARABIC) else "told_apart"
    kind = likeness(one, other)
    return kind if kind == "other" or max(bits(one), bits(other)) > _COMMON_BITS else f"{kind}_common"


_ARABIC = str.maketrans("零〇一二三四五六七八九", "00123456789")
_COMMON_BITS = 9.0
_LIKE_ENOUGH = 0.5


def likeness(one: str, other: str) -> str:
    sounds, parts = _characters()
    mine, theirs = parts.get(one, frozenset()), parts.get(other, frozenset())
    if mine & theirs or one in theirs or other in mine or frozenset((one, other)) in _lookalikes():
        return "shape"
    mine_, theirs_ = Counter(_leaves(one)), Counter(_leaves(other))
    if sum((mine_ & theirs_).values()) >= _LIKE_ENOUGH * sum((mine_ | theirs_).values()):
        return "shape"
    if _share_strokes(one, other):
        return "shape"
    if sounds.get(one, frozenset()) & sounds.get(other, frozenset()):
        return "sound"
    return "other"


_STROKES_SHARED = 0.66


def _share_strokes(one: str, other: str) -> bool:
    """Whether two characters are written nearly alike, stroke by stroke (达, 远): by edit distance."""
    mine, theirs = _strokes().get(one, ""), _strokes().get(other, "")
    longest = max(len(mine), len(theirs))
    if min(len(mine), len(theirs)) < _STROKES_SHARED * longest or not longest:
        return False
    distances = list(range(len(theirs) + 1))
    for row, stroke in enumerate(mine, start=1):
        diagonal, distances[0] = distances[0], row
        for at, their_stroke in enumerate(theirs, start=1):
            here = min(distances[at] + 1, distances[at - 1] + 1, diagonal + (stroke != their_stroke))
            diagonal, distances[at] = distances[at], here
    return 1 - distances[-1] / longest >= _STROKES_SHARED


@cache
def _strokes() -> dict[str, str]:
    return {row["character"]: row["strokes"] for row in table("characters") if row["strokes"]}


_DEEPEST = 4


@lru_cache(maxsize=50_000)
def _leaves(character: str, depth: int = 0) -> str:
    """The components a character is made of in the end."""
    parts = _parts().get(character, "")
    if len(parts) < 2 or depth == _DEEPEST:
        return character
    return "".join(_leaves(part, depth + 1) for part in parts)


@cache
def _parts() -> dict[str, str]:
    return {row["character"]: row["parts"] for row in table("characters") if not row["standard"]}


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
def _bits_of() -> dict[str, float]:
    return {row["character"]: float(row["bits"]) for row in table("brand_characters")}


_MOST_BITS = 40.0
_RARE_BITS = 13.0


def bits(shared: str) -> float:
    """How telling a piece of a name is: bits of its characters by their frequency in brands, at most 40."""
    of = _bits_of()
    return min(_MOST_BITS, sum(of.get(character, _RARE_BITS) for character in shared))


@cache
def _lookalikes() -> frozenset[frozenset[str]]:
    """Pairs of characters that look alike as a whole (己已, 未末): ``words/lookalikes.csv``."""
    groups = (row["characters"] for row in table("lookalikes"))
    return frozenset(
        frozenset((one, other)) for group in groups for one in group for other in group if one != other
    )
