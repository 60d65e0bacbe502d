"""How a unit's name is written otherwise: restructured, regrouped, renamed, misspelled, shortened.

Each error takes a unit and gives it back as a record would have it, or None where it does not apply. Errors
that change letters and not parts give a unit with ``whole`` set. The kinds are those in which names of one
firm differ between agencies; which characters are mistaken for which follows the components and the sounds
of all characters (``words/characters.csv``) and not any sample of mistakes.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from jianhui.core.likeness import bits
from jianhui.core.regions import stem
from jianhui.core.words import table
from jianhui.resolve.training import lexicon
from jianhui.resolve.training.register import BANK, BRANCH, COOPERATIVE, FIRM, Unit

Error = Callable[[Unit, random.Random], Unit | None]

_RARE = 12.9
_UNTYPED = 10.5
_UNNAMED_BRANCHES = ("分公司", "分公司", "分店", "分厂", "营业部", "办事处", "经营部", "门市部")
_FORM_MISSPELT = (
    ("有限公司", "有限公"),
    ("有限公司", "有公司"),
    ("有限", "有很"),
    ("有限公司", "责任有限公司"),
)
_PREPOSED = [
    "工程",
    "制造",
    "服务",
    "发展",
    "技术",
    "管理",
    "开发",
    "咨询",
    "制品",
    "设备",
    "科技",
    "国际",
    "综合",
]


# --- forms: 改制, 集团化 ---


def restructured(unit: Unit, rng: random.Random) -> Unit | None:
    """A works becomes a company, a company one of another form."""
    if unit.form in ("厂", "总厂"):
        return _formed(unit, rng.choice(["有限公司", "有限责任公司", "厂有限公司", "总厂", "厂"]))
    if unit.form in ("公司", "总公司"):
        return _formed(unit, rng.choice(["有限公司", "有限责任公司", "总公司", "公司", "股份有限公司"]))
    if unit.form == "有限责任公司":
        return _formed(unit, rng.choice(["有限公司", "有限公司", "公司", "股份有限公司"]))
    if unit.form == "有限公司":
        return _formed(
            unit, rng.choice(["有限责任公司"] * 3 + ["股份有限公司"] * 2 + ["厂", "公司", "总公司"])
        )
    if unit.form == "股份有限公司":
        return _formed(unit, rng.choice(["有限公司", "有限责任公司", "集团股份有限公司"]))
    return _whole_restructured(unit, rng)


def _whole_restructured(unit: Unit, rng: random.Random) -> Unit | None:
    name = unit.name
    for old, new in (("总公司", "公司"), ("供销合作社", "供销社"), ("股份有限公司", ""), ("有限责任公司", "有限公司"),  # noqa: E501
                     ("有限公司", "有限责任公司"), ("集团公司", "集团有限公司")):  # fmt: skip
        if old in name and (new or unit.kind == BANK) and rng.random() < 0.7:
            return _written(unit, name.replace(old, new, 1))
    if name.endswith("公司") and "有限" not in name and "分公司" not in name:
        return _written(unit, name[:-2] + "有限公司")
    return None


def regrouped(unit: Unit, rng: random.Random) -> Unit | None:
    """A company becomes a group, or a group writes itself otherwise."""
    if unit.form in ("有限公司", "有限责任公司"):
        if not unit.trade or rng.random() < 0.8:
            return _formed(unit, rng.choice(["(集团)", "集团"]) + unit.form)
        return replace(unit, trade="", form="集团有限公司")
    if unit.form.startswith("("):
        return _formed(unit, unit.form.replace("(集团)", rng.choice(["集团", ""])))
    if unit.form.startswith("集团"):
        return _formed(unit, rng.choice(["", "(集团)"]) + unit.form[2:])
    return None


def form_left_out(unit: Unit, rng: random.Random) -> Unit | None:
    """No form, or half of it."""
    if not unit.form or unit.branch:
        return None
    half = unit.form[:2] if unit.form.startswith("集团") else ""
    return _formed(unit, rng.choice(["", "", "", half]))


def form_exchanged(unit: Unit, rng: random.Random) -> Unit | None:
    """Another form than the register's."""
    if unit.kind == COOPERATIVE:
        return _formed(unit, rng.choice([one for one in ("合作社", "农民专业合作社") if one != unit.form]))
    others = [one for one in ("有限公司", "有限责任公司", "股份有限公司", "公司") if one != unit.form]
    return _formed(unit, rng.choice(others)) if unit.form else None


def form_misspelt(unit: Unit, rng: random.Random) -> Unit | None:
    """A slip in 有限公司."""
    right, wrong = rng.choice(_FORM_MISSPELT)
    return _written(unit, unit.name.replace(right, wrong)) if right in unit.name else None


# --- places ---


def region_left_out(unit: Unit, rng: random.Random) -> Unit | None:
    """No place."""
    if unit.bracketed:
        return replace(unit, bracketed="")
    return replace(unit, region="") if unit.region and unit.brand and not unit.whole else None


def region_otherwise(unit: Unit, rng: random.Random) -> Unit | None:
    """The same place in other words: with or without 市, its province, its district, in brackets."""
    place = unit.place
    if unit.whole or unit.parent or not unit.brand:
        return None
    city, district, province = stem(place.city), stem(place.district), lexicon.province_short(place.province)
    words = [city, city, place.city, place.city + place.district, city + district, province + city, province,
             place.province + place.city]  # fmt: skip
    if place.district in unit.region or district in unit.region:
        words += [place.district, district, place.city + place.district]
    if unit.form.endswith("公司") and not unit.bracketed and rng.random() < 0.2:
        return replace(unit, region="", bracketed=city)
    word = rng.choice(words)
    return None if word == unit.region else replace(unit, region=word, bracketed="")


def county_became_district(unit: Unit, rng: random.Random) -> Unit | None:
    """撤县设区: the place's name under another rank."""
    district = unit.place.district
    short = stem(district)
    if unit.region != district or len(short) < 2 or short == district or district[-1] not in "县市区":
        return None
    kind = rng.choice([one for one in "县市区" if one != district[-1]])
    return replace(
        unit, region=(unit.place.city if kind == "区" and rng.random() < 0.5 else "") + short + kind
    )


def town_added_or_dropped(unit: Unit, rng: random.Random) -> Unit | None:
    """The town before the brand comes or goes, or loses its 镇."""
    if unit.whole or unit.parent or not unit.brand:
        return None
    if unit.town:
        return replace(unit, town=rng.choice(["", unit.town[:-1] if unit.town[-1] in "镇乡" else ""]))
    return replace(unit, town=lexicon.town(rng)) if rng.random() < 0.3 else None


# --- brand and trade ---


def renamed(unit: Unit, rng: random.Random) -> Unit | None:
    """更名 that keeps the brand."""
    if unit.kind not in (FIRM, COOPERATIVE) or not unit.trade:
        return None
    kind = rng.random()
    if kind < 0.35:
        return replace(unit, trade=lexicon.trade(rng))
    if kind < 0.7:
        return replace(
            unit, trade=unit.trade + rng.choice(["科技", "发展", "实业", "工程", "制造", "服务", "贸易"])
        )
    return replace(unit, region=lexicon.province_short(unit.place.province), bracketed="")


def trade_shortened(unit: Unit, rng: random.Random) -> Unit | None:
    """A trade with a part left out, or in two characters."""
    trade = unit.trade
    shorter = [
        trade.replace(word, "", 1) for word in _PREPOSED if word in trade and len(trade) > len(word) + 1
    ]
    if len(trade) >= 4:
        shorter += [trade[:2], trade[-2:], trade[0] + trade[2], trade[:2]]
    if len(trade) in (2, 3):
        shorter.append("")
    return replace(unit, trade=rng.choice(shorter)) if shorter and not unit.parent else None


def trade_left_out(unit: Unit, rng: random.Random) -> Unit | None:
    """Place, brand and form alone."""
    if not unit.trade or unit.parent or unit.kind != FIRM:
        return None
    return replace(unit, trade="", form=rng.choice([unit.form, "公司", "集团"]))


def look_alike(unit: Unit, rng: random.Random) -> Unit | None:
    """A character for one that looks or sounds like it, seldom for any other."""
    at = _somewhere(unit, rng)
    if at is None:
        return None
    name = unit.name
    alike = _alike(name[at])
    kind = rng.random()
    choices = alike["shape"] if kind < 0.7 else alike["sound"] if kind < 0.95 else ()
    other = rng.choice(choices) if choices else lexicon.brand_character(rng) if kind >= 0.95 else ""
    return _written(unit, name[:at] + other + name[at + 1 :]) if other and other != name[at] else None


def letter_slip(unit: Unit, rng: random.Random) -> Unit | None:
    """A character lost, doubled, or two exchanged; a mark behind the name."""
    at, name = _somewhere(unit, rng), unit.name
    if at is None or len(name) < 6:
        return None
    kind = rng.random()
    if kind < 0.4:
        return _written(unit, name[:at] + name[at + 1 :])
    if kind < 0.6:
        return _written(unit, name[: at + 1] + name[at:])
    if kind < 0.9:
        return _written(unit, name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :])
    return _written(unit, name + rng.choice("。、.*"))


def traditional(unit: Unit, rng: random.Random) -> Unit | None:
    """Traditional or variant characters, some or all."""
    variants, share = _variants(), rng.choice([1.0, 0.3])
    name = "".join(
        rng.choice(variants[one]) if one in variants and rng.random() < share else one for one in unit.name
    )
    return _written(unit, name) if name != unit.name else None


def numeral_otherwise(unit: Unit, rng: random.Random) -> Unit | None:
    """第一 as 第1, or without 第."""
    for n, said in enumerate(lexicon.ORDINALS, start=1):
        if f"第{said}" in unit.name:
            return _written(unit, unit.name.replace(f"第{said}", rng.choice([f"第{n}", said]), 1))
    return None


# --- branches ---


def branch_otherwise(unit: Unit, rng: random.Random) -> Unit | None:
    """A branch in other words: with 市 or without, another word for what it is, its parent shortened."""
    if not unit.branch:
        return None
    city, branch, name = stem(unit.place.city), unit.branch, unit.name
    parent = name[: len(name) - len(branch)]
    written = [
        branch.replace(city, city + "市") if city + "市" not in branch else branch.replace(city + "市", city)
    ]
    written += [branch.replace("第", "", 1), f"({branch})"]
    for old, new in (("分理处", "支行"), ("储蓄所", "支行"), ("中心支公司", "分公司"), ("连锁店", "店"), ("分店", "店"),  # noqa: E501
                     ("分店", "分公司"), ("门市部", "门市"), ("店", "分店"), ("县支公司", "支公司"), ("路支行", "支行")):  # fmt: skip  # noqa: E501
        if branch.endswith(old) and not (old == "店" and branch.endswith(("分店", "连锁店"))):
            written.append(branch[: -len(old)] + new)
    written = [parent + one for one in written if one != branch]
    if unit.kind == BANK:
        short = parent.replace("股份有限公司", "")
        shorts = [row["short"] for row in table("institutions") if row["full"] == short]
        written += [short + branch, short + branch, *(one + branch for one in shorts[:1])]
    elif "有限公司" in parent:
        written += [parent.replace("有限公司", "公司") + branch, parent.replace("有限公司", "") + branch]
    return _written(unit, rng.choice(written)) if written else None


def branch_added(unit: Unit, rng: random.Random) -> Unit | None:
    """A word for a branch behind the name of the whole."""
    if unit.branch or unit.parent or not unit.name.endswith(("公司", "厂", "行", "社", "中心")):
        return None
    city = stem(unit.place.city)
    return _written(unit, unit.name + rng.choice(["", "", city]) + rng.choice(_UNNAMED_BRANCHES))


def parent_said(unit: Unit, rng: random.Random) -> Unit | None:
    """The parent's name for its branch."""
    if not unit.branch:
        return None
    return _written(unit, unit.name[: len(unit.name) - len(unit.branch)])


def left_unwritten(unit: Unit, rng: random.Random) -> Unit | None:
    """A sign for a rare character of the brand that could not be typed."""
    rare = [at for at, one in enumerate(unit.name) if one in unit.brand and bits(one) > _UNTYPED]
    if not rare or unit.parent:
        return None
    at = rng.choice(rare)
    return _written(unit, unit.name[:at] + rng.choice("?□■*某") + unit.name[at + 1 :])


ERRORS: dict[str, tuple[Error, float]] = {
    "restructured": (restructured, 1.3),
    "regrouped": (regrouped, 0.6),
    "renamed": (renamed, 1.2),
    "form_left_out": (form_left_out, 1.3),
    "form_exchanged": (form_exchanged, 1.0),
    "form_misspelt": (form_misspelt, 0.15),
    "region_left_out": (region_left_out, 1.2),
    "region_otherwise": (region_otherwise, 2.4),
    "county_became_district": (county_became_district, 0.4),
    "town_added_or_dropped": (town_added_or_dropped, 0.5),
    "trade_shortened": (trade_shortened, 1.4),
    "trade_left_out": (trade_left_out, 0.4),
    "look_alike": (look_alike, 2.0),
    "letter_slip": (letter_slip, 0.9),
    "traditional": (traditional, 0.6),
    "numeral_otherwise": (numeral_otherwise, 0.3),
    "branch_otherwise": (branch_otherwise, 2.5),
    "branch_added": (branch_added, 0.6),
    "parent_said": (parent_said, 1.5),
    "left_unwritten": (left_unwritten, 0.3),
}
"""Kind of error → how it is made and how often it is tried."""


def _formed(unit: Unit, form: str) -> Unit | None:
    if unit.whole or unit.parent or form == unit.form:
        return None
    return replace(unit, form=form)


def _written(unit: Unit, name: str) -> Unit | None:
    return replace(unit, whole=name, branch="", parent="") if name != unit.name else None


def _somewhere(unit: Unit, rng: random.Random) -> int | None:
    """A place in the name behind its region and before its form."""
    if unit.kind == BRANCH and rng.random() < 0.5:
        front = len(unit.parent)
        return rng.randrange(front, len(unit.name) - 2) if len(unit.branch) > 3 else None
    front = 0 if unit.whole or unit.parent else len(unit.region + unit.town)
    end = len(unit.name) - len(unit.form) - len(unit.branch)
    return rng.randrange(front, end) if end - front >= 2 else None


@cache
def _alike(character: str) -> dict[str, tuple[str, ...]]:
    """Characters brands have that look like one (a rare component in common) or sound like it."""
    of_part, of_sound, rows = _by_likeness()
    row = rows.get(character)
    if row is None:
        return {"shape": (), "sound": ()}
    shape = {one for group in _groups() if character in group for one in group}
    for part in {*row["parts"], character}:
        shape |= of_part[part] if len(of_part[part]) <= 40 else set()
    shape |= {part for part in row["parts"] if part in rows and len(of_part[part]) <= 40}
    sound = {one for said in row["sound"].split("|")[:1] for one in of_sound[said]}
    return {
        "shape": tuple(sorted(shape - {character})),
        "sound": tuple(sorted(one for one in sound - {character} if bits(one) < _RARE)),
    }


def sounds_like(character: str) -> tuple[str, ...]:
    """Characters of brands that sound the same."""
    return _alike(character)["sound"]


def looks_like(character: str) -> tuple[str, ...]:
    """Characters of brands that look the same."""
    return _alike(character)["shape"]


@cache
def _groups() -> tuple[str, ...]:
    return tuple(row["characters"] for row in table("lookalikes"))


@cache
def _by_likeness() -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, dict[str, str]]]:
    rows = {row["character"]: row for row in table("characters") if not row["standard"]}
    of_part: dict[str, set[str]] = defaultdict(set)
    of_sound: dict[str, set[str]] = defaultdict(set)
    for character, row in rows.items():
        if bits(character) >= _RARE:
            continue
        for part in row["parts"]:
            of_part[part].add(character)
        of_sound[row["sound"].split("|")[0]].add(character)
    return of_part, of_sound, rows


@cache
def _variants() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in table("characters"):
        if row["standard"] and len(row["standard"]) == 1 and ord(row["character"]) > 0x3400:
            found[row["standard"]].append(row["character"])
    return {standard: tuple(variants[:2]) for standard, variants in found.items()}
