"""Names of enterprises, branches, shops and unions, put together from tables; all invented.

A Chinese enterprise name is place + brand + trade + form. Brands repeat as in life: popular ones are borne by
many firms that have nothing to do with each other, groups share one, neighbours differ in one character.
Persons are 测试 with a serial, telephones begin with 000: nobody can be meant.

Tables beside this module: ``name_words.csv`` (kind, weight of each word, words), ``name_characters.csv``
(characters of brands, and groups of those that sound or look alike), ``name_trades.csv`` (class of GB/T 4754,
in 2011 and 2017 the same and in the same section, weight, trade words).
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jianhui.simulate.draws import Draw, Weighted

_HEAVENLY = "甲乙丙丁戊己庚辛壬癸"


def _lines(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _words() -> Mapping[str, Weighted[str]]:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in _lines("name_words.csv"):
        found[line["kind"]] += [(int(line["weight"]), word) for word in line["words"].split()]
    return {kind: Weighted(words) for kind, words in found.items()}


def _alike() -> Mapping[str, str]:
    found: dict[str, str] = defaultdict(str)
    for line in _lines("name_characters.csv"):
        for character in line["characters"] if line["kind"] == "alike" else "":
            found[character] += line["characters"].replace(character, "")
    return dict(found)


def _characters(kind: str) -> str:
    return next(line["characters"] for line in _lines("name_characters.csv") if line["kind"] == kind)


WORDS = _words()
"""Kind of word: the words with their weights."""

TRADES: Weighted[tuple[str, tuple[str, ...]]] = Weighted(
    (int(line["weight"]), (line["code"], tuple(line["trades"].split()))) for line in _lines("name_trades.csv")
)
"""Class of GB/T 4754 and the words of its trade."""

RARE_SURNAMES = WORDS["rare_surname"].items
ALIKE = _alike()
"""Character: others that sound or look like it, and stand in other firms' names."""

_FIRST, _SECOND, _THIRD = (_characters(kind) for kind in ("first", "second", "third"))

_BRAND_KINDS: Weighted[int | str] = Weighted(
    [(430, 2), (230, 3), (40, 4), (200, "popular"), (60, "transliterated"), (40, "surname")]
)
_SHOP_BRAND_KINDS: Weighted[int | str] = Weighted([(300, 2), (80, 3), (400, "popular"), (220, "surname")])
_LAYOUTS = Weighted([(870, "place first"), (60, "bracketed"), (30, "none"), (40, "from elsewhere")])


@dataclass(frozen=True)
class Parts:
    """An enterprise's name in its parts; ``is_bracketed``: brand（place）… instead of place brand …, before
    which its ``origin`` may stand.
    """

    place: str
    brand: str
    middle: str
    trade: str
    ending: str
    is_bracketed: bool = False
    origin: str = ""

    def __str__(self) -> str:
        rest = f"{self.middle}{self.trade}{self.ending}"
        if self.is_bracketed:
            return f"{self.origin}{self.brand}（{self.place}）{rest}"
        return f"{self.place}{self.brand}{rest}"


def enterprise(draw: Draw, trades: tuple[str, ...], ending: str, *, is_foreign: bool = False) -> Parts:
    """A new company, factory, partnership …"""
    brand = draw.weighted(WORDS["transliterated"]) if is_foreign and draw.chance(500) else _brand(draw)
    middle, trade = "", draw.pick(trades)
    how = draw.below(100)
    if how < 22:
        middle = draw.weighted(WORDS["modifier"])
    elif how < 32:
        trade = _two(draw, trades)
    layout = draw.weighted(_LAYOUTS)
    if layout == "none" and is_foreign:
        return Parts("中国", brand, middle, trade, ending, is_bracketed=True)
    if layout in ("bracketed", "from elsewhere"):
        origin = draw.weighted(WORDS["elsewhere"]) if layout == "from elsewhere" else ""
        return Parts("大连", brand, middle, trade, ending, is_bracketed=True, origin=origin)
    place = "" if layout == "none" else draw.weighted(WORDS["place"])
    return Parts(place, brand, middle, trade, ending)


def renamed(draw: Draw, parts: Parts, trades: tuple[str, ...]) -> Parts:
    """The same brand under another place or trade; the name is another one."""
    while True:
        new = replace(parts, trade=draw.pick(trades))
        how = draw.below(100)
        if how < 25:
            new = replace(new, middle=draw.weighted(WORDS["modifier"]))
        elif how < 50:
            new = replace(new, place=draw.weighted(WORDS["place"]), is_bracketed=False)
        elif how < 60:
            new = replace(new, trade=_two(draw, trades), middle="")
        if str(new) != str(parts):
            return new


def as_group(draw: Draw, parts: Parts) -> Parts:
    """What a company of this name is called as a group."""
    word = draw.weighted(WORDS["group"])
    return replace(parts, middle=word, trade="" if word != "（集团）" or draw.chance(600) else parts.trade)


def related(draw: Draw, parts: Parts, trades: tuple[str, ...], ending: str) -> Parts:
    """A subsidiary or sister: the brand of ``parts`` in another trade."""
    return replace(enterprise(draw, trades, ending), brand=parts.brand)


def neighbour(draw: Draw, parts: Parts, ending: str) -> Parts:
    """Another firm whose name is one character away."""
    at = draw.below(len(parts.brand))
    choice = ALIKE.get(parts.brand[at], _SECOND)
    brand = parts.brand[:at] + draw.pick(choice.replace(parts.brand[at], "")) + parts.brand[at + 1 :]
    return replace(parts, brand=brand, ending=ending)


def branch(draw: Draw, parent: str, district: str, street: str) -> str:
    """A branch: of a bank, of a firm of another city, or of ``parent`` here."""
    how = draw.below(100)
    short = (district, street.removesuffix("街道").removesuffix("镇").removesuffix("乡"))
    if how < 14:
        bank, form = draw.weighted(WORDS["bank"]), draw.pick(("", "股份有限公司"))
        form = form if bank.endswith("银行") else ""
        town = draw.pick((*short, _composed(draw, 2)))
        return (
            f"{bank}{form}大连{town.removesuffix('区').removesuffix('市')}{draw.weighted(WORDS['counter'])}"
        )
    if how < 40:
        _, trades = draw.weighted(TRADES)
        firm = f"{draw.weighted(WORDS['elsewhere'])}{_brand(draw)}{draw.pick(trades)}"
        form = draw.pick(("有限公司", "有限公司", "股份有限公司", "有限责任公司"))
        tail = "大连分公司" if draw.chance(700) else f"大连{draw.weighted(WORDS['desk'])}"
        return f"{firm}{form}{tail.replace('大连大连', '大连')}"
    if how < 60:
        return f"{parent}{draw.pick((*short, _composed(draw, 2)))}{draw.weighted(WORDS['desk'])}"
    return f"{parent}{draw.weighted(WORDS['desk'])}"


def shop(draw: Draw, district: str) -> str:
    """An individual business; a third do not say where they are, so some share their names."""
    where = draw.pick((district, district, district, f"大连市{district}", "", "")).replace(
        "大连市长海县", "长海县"
    )
    kind = draw.weighted(_SHOP_BRAND_KINDS)
    return f"{where}{_brand_of(draw, kind)}{draw.weighted(WORDS['shop'])}"


def co_operative(draw: Draw, district: str, street: str) -> str:
    """A farmers' co-operative."""
    where = draw.pick((district, district + street, "大连"))
    return f"{where}{_brand(draw)}{draw.weighted(WORDS['co_op'])}专业合作社"


def public(draw: Draw, district: str, kind: str) -> str:
    """An institution (``public``) or a private non-enterprise unit (``school``)."""
    return f"{draw.pick((district, '大连市', '大连'))}{_brand(draw)}{draw.weighted(WORDS[kind])}"


def building(draw: Draw) -> str:
    """A building or park after which a joint union is called."""
    return f"{_brand(draw)}{draw.weighted(WORDS['building'])}"


def _two(draw: Draw, trades: tuple[str, ...]) -> str:
    """Two words of one trade, if they make sense one after the other."""
    one, other = draw.pick(trades), draw.pick(trades)
    return one if other.startswith(one) or one in other else one + other


def _brand(draw: Draw) -> str:
    return _brand_of(draw, draw.weighted(_BRAND_KINDS))


def _brand_of(draw: Draw, kind: int | str) -> str:
    if isinstance(kind, int):
        return _composed(draw, kind)
    if kind == "surname":
        surname = draw.weighted(WORDS["rare_surname" if draw.chance(150) else "surname"])
        return surname + draw.weighted(WORDS["given"])
    return draw.weighted(WORDS[kind])


def _composed(draw: Draw, length: int) -> str:
    """A brand of two to four characters."""
    brand = draw.pick(_FIRST) + draw.pick(_SECOND)
    if length == 3:
        brand += draw.pick(_THIRD)
    return brand + draw.pick(_FIRST) + draw.pick(_THIRD) if length == 4 else brand


def person(serial: int) -> str:
    """A person who does not exist: 测试 and the serial in heavenly stems."""
    stems = "".join(_HEAVENLY[int(digit)] for digit in str(serial))
    return f"测试{stems}"


def telephone(serial: int) -> str:
    """A telephone number nobody has."""
    return f"000-{serial % 10_000_000:07d}"
