"""Invented records of an invented register, and whom each means: a unit, or none the register holds."""

import random
from dataclasses import dataclass, replace

from jianhui.core.likeness import bits
from jianhui.core.regions import stem
from jianhui.resolve.training import lexicon
from jianhui.resolve.training.errors import ERRORS, looks_like, sounds_like
from jianhui.resolve.training.lexicon import ORDINALS
from jianhui.resolve.training.register import (
    BANK,
    BRANCH,
    FIRM,
    GROUPS,
    ORPHANS,
    SHOP,
    STATE,
    WITHOUT_REGION,
    Register,
    Unit,
    neighbour,
)

NONE = -1
_TRIES = 12
_POOLS = {
    "absent_parent": ORPHANS, "other_bank": BANK, "subsidiary": GROUPS, "homonym_elsewhere": WITHOUT_REGION,
    "sibling": FIRM,
}  # fmt: skip
_TWO_AT_ONCE = 0.22
_SHARE = {"erring": 0.56, "as_registered": 0.08, "homonym": 0.03, "none": 0.33}

_INSTITUTIONS = (
    "{d}第{n}中学 {d}实验小学 {d}{t}镇中心小学 {d}人民医院 {d}中医院 {d}教育局 {d}财政局 {d}水利局 {d}市场监督管理局 {d}人民法院 "  # noqa: E501
    "{d}公安局 {d}{t}街道办事处 {d}{t}镇人民政府 {t}村 {d}{t}镇{t}村 {d}{t}街道{t}社区 {c}职业技术学院 {c}图书馆 {c}广播电视台 "  # noqa: E501
    "{c}公路管理局 {d}农业技术推广中心 {d}供电所 国家税务总局{d}税务局 中共{d}委党校 {d}{t}卫生院 {c}住房公积金管理中心 {p}大学 "  # noqa: E501
    "{d}工业园区 {d}{t}商圈 {d}建筑业 {d}快递行业 {d}个体私营企业"
)
_OFFICES = (
    "国家税务总局{c}{d}税务局 {d}地方税务局 {c}{d}国家税务局 国家税务总局{c}税务局第{n}税务分局 国家税务总局{d}税务局{t}税务分局 "  # noqa: E501
    "{p}{c}{d}国家税务局 {c}地方税务局第{n}税务分局"
)


@dataclass(frozen=True)
class Said:
    """What a record says. ``truth``: position of its unit in the register, :data:`NONE` for none."""

    name: str
    address: str | None
    office: str | None
    code: str
    truth: int
    kind: str
    is_former: bool = False


def records(register: Register, seed: int, n: int) -> list[Said]:
    """``n`` records, by ``seed`` alone."""
    rng = random.Random(seed)
    found: list[Said] = []
    kinds, shares = list(_SHARE), list(_SHARE.values())
    homonyms = [at for at, unit in enumerate(register.units) if register.names[unit.name] != at]
    while len(found) < n:
        kind = rng.choices(kinds, shares)[0]
        if kind == "none":
            one = _of_none(register, rng)
        elif kind == "homonym" and homonyms:
            one = _of(register, rng.choice(homonyms), rng, "homonym")
        else:
            at = rng.randrange(len(register.units))
            one = _erring(register, at, rng) if kind == "erring" else _of(register, at, rng, kind)
        if one is not None:
            found.append(one)
    return found


def _of(register: Register, at: int, rng: random.Random, kind: str) -> Said | None:
    """A record with the registered name, or another branch's parent's beside it."""
    unit = register.units[at]
    if kind == "as_registered" and rng.random() < 0.35:
        # The name as it was; the register has the new one, and what was is among its former names.
        former = _altered(replace(unit, brand=lexicon.brand(rng)) if unit.kind == FIRM else unit, rng)
        if former and former[0].name not in register.names:
            return _said(register, unit, former[0].name, rng, at, "former_name", is_former=True)
    return _said(register, unit, unit.name, rng, at, kind)


def _erring(register: Register, at: int, rng: random.Random) -> Said | None:
    unit = register.units[at]
    altered = _altered(unit, rng)
    if altered is None:
        return None
    written, kind = altered
    if written.name == unit.name or len(written.name) < 3:
        return None
    if kind == "parent_said" and written.name in register.names:
        # The parent bears this very name: the deterministic tiers decide, and no score.
        return None
    # Written as another unit's name is: the record means the one it comes from all the same.
    return _said(register, unit, written.name, rng, at, kind)


def _altered(unit: Unit, rng: random.Random) -> tuple[Unit, str] | None:
    """The unit with one error, or two, and their kind."""
    kinds, weights = list(ERRORS), [weight for _, weight in ERRORS.values()]
    done: list[str] = []
    wanted = 2 if rng.random() < _TWO_AT_ONCE else 1
    for _ in range(_TRIES):
        kind = rng.choices(kinds, weights)[0]
        written = None if kind in done else ERRORS[kind][0](unit, rng)
        if written is not None:
            unit = written
            done.append(kind)
        if len(done) == wanted:
            break
    if not done:
        return None
    return unit, done[0] if len(done) == 1 else "two_at_once"


def _of_none(register: Register, rng: random.Random) -> Said | None:  # noqa: PLR0915
    """A record of a unit that is in no register: look-alikes, institutions, absent firms and branches."""
    kind = rng.choices(
        (
            "other_city",
            "one_character",
            "absent",
            "institution",
            "absent_branch",
            "absent_parent",
            "sibling",
            "other_bank",
            "subsidiary",
            "homonym_elsewhere",
        ),
        (0.24, 0.15, 0.08, 0.07, 0.14, 0.05, 0.07, 0.04, 0.10, 0.06),
    )[0]
    pool = register.pools.get(_POOLS.get(kind, ""))
    if kind == "absent_branch" and rng.random() < 0.5:
        pool = register.pools.get(BRANCH)
    unit = register.units[rng.choice(pool) if pool else rng.randrange(len(register.units))]
    place = register.place()
    meant = replace(unit, place=place, address=register.address(place))
    if kind == "other_city":
        if unit.whole or unit.parent or place.city == unit.place.city:
            return None
        city, province = stem(place.city), lexicon.province_short(place.province)
        words = [city] * 5 + [place.city, place.city + place.district, place.district, province]
        meant = replace(meant, region=rng.choice(words), bracketed="")
    elif kind == "one_character":
        if unit.whole or unit.parent or not unit.brand:
            return None
        meant = replace(unit, brand=_other_brand(unit.brand, rng))
        if meant.brand == unit.brand:
            return None
        meant = _at_home(register, meant, unit, rng) if rng.random() < 0.9 else meant
    elif kind == "absent":
        meant = rng.choice(register.absent)
    elif kind == "institution":
        text = rng.choice(_INSTITUTIONS.split()).format(
            d=place.district, c=place.city, p=lexicon.province_short(place.province),
            n=rng.choice(ORDINALS), t=lexicon.town_stem(rng),
        )  # fmt: skip
        meant = Unit(place, "institution", whole=text, address=register.address(place))
    elif kind == "absent_branch":
        if unit.kind == SHOP or (not unit.parent and not unit.name.endswith(("公司", "社", "行", "厂"))):
            return None
        where = place if rng.random() < 0.5 else register.place(unit.place.code[:4])
        meant = register.branch(unit, where)
        if unit.parent:
            meant = replace(meant, parent=unit.parent)
        if rng.random() < 0.2:
            meant = replace(meant, address=unit.address)
            if rng.random() < 0.3 and not unit.parent:
                meant = replace(meant, branch=rng.choice(["分公司", "营业部", "办事处"]))
        if unit.kind in (BANK, STATE) and unit.branch:
            meant = replace(meant, parent=unit.whole)
    elif kind == "absent_parent":
        if unit.kind != BRANCH:
            return None
        # A parent from elsewhere is seldom itself where its branch is: who says so means the branch.
        where, there = (place, register.address(place)) if rng.random() < 0.85 else (unit.place, unit.address)
        meant = Unit(where, FIRM, whole=unit.parent, address=there)
    elif kind == "other_bank":
        if unit.kind != BANK:
            return None
        other = rng.choice(lexicon.banks())
        meant = replace(unit, whole=unit.whole.replace(unit.brand, other), brand=other)
        meant = replace(meant, address=register.address(unit.place)) if rng.random() < 0.7 else meant
    elif kind == "subsidiary":
        if unit.kind != FIRM or "集团" not in unit.name:
            return None
        brand = unit.brand.removesuffix("集团")
        meant = replace(
            unit, brand=brand + rng.choice(["集团", "集团", ""]), trade=lexicon.trade(rng), form="有限公司"
        )
        meant = _at_home(register, meant, unit, rng) if rng.random() < 0.3 else meant
    elif kind == "homonym_elsewhere":
        if unit.region or unit.whole or unit.parent or unit.bracketed:
            return None
        where = place if rng.random() < 0.5 else register.place(unit.place.code[:4])
        if where.code == unit.place.code:
            return None
        meant = replace(unit, place=where, address=register.address(where))
        said, office = _whereabouts(register, meant, rng)
        return Said(unit.name, said, office, "", NONE, f"none_{kind}") if said or office else None
    else:
        if unit.kind != FIRM or unit.whole:
            return None
        meant = _at_home(register, replace(unit, trade=lexicon.trade(rng)), unit, rng)
    if rng.random() < 0.25 and (altered := _altered(meant, rng)):
        meant = replace(altered[0], place=meant.place, address=meant.address)
    if meant.name in register.names or len(meant.name) < 3:
        return None
    return _said(register, meant, meant.name, rng, NONE, f"none_{kind}")


def _at_home(register: Register, meant: Unit, unit: Unit, rng: random.Random) -> Unit:
    """``meant`` somewhere in the place ``unit``'s name says: its district, or any of its city."""
    place = unit.place
    if stem(place.district) not in unit.region and rng.random() < _OF_ANY_DISTRICT:
        place = register.place(place.code[:4])
    return replace(meant, place=place, address=register.address(place))


_OF_ANY_DISTRICT = 0.8


def _other_brand(brand: str, rng: random.Random) -> str:
    """A neighbour's brand: one character apart (that sounds or looks the same, often), or two."""
    kind = rng.random()
    if kind < 0.58:
        return neighbour(brand, rng)
    if kind < 0.74:
        return neighbour(neighbour(brand, rng), rng)
    places = range(len(brand)) if kind < 0.82 else [rng.randrange(len(brand))]
    kin = sounds_like if kind < 0.91 else looks_like
    for at in places:
        if alike := [one for one in kin(brand[at]) if bits(one) < _COMMON_BITS]:
            brand = brand[:at] + rng.choice(alike) + brand[at + 1 :]
    return brand


_COMMON_BITS = 10.0


def _said(
    register: Register,
    unit: Unit,
    name: str,
    rng: random.Random,
    truth: int,
    kind: str,
    *,
    is_former: bool = False,
) -> Said:
    address, office = _whereabouts(register, unit, rng)
    code = ""
    if truth != NONE and rng.random() < 0.04:
        code = slipped(code_of(truth), rng)
    return Said(name, address, office, code, truth, kind, is_former)


def _whereabouts(register: Register, unit: Unit, rng: random.Random) -> tuple[str | None, str | None]:
    """An address in full, in part or a wrong one, a tax office, or nothing."""
    place, kind = unit.place, rng.random()
    if kind < 0.34:
        return None, None
    if kind < 0.58:
        near = rng.choice(lexicon.places_by_city()[place.code[:4]]) if rng.random() < 0.05 else place
        office = rng.choice(_OFFICES.split()).format(
            c=near.city,
            d=near.district,
            p=near.province,
            n=rng.choice(ORDINALS[:5]),
            t=lexicon.town_stem(rng),
        )
        return None, office
    if kind < 0.74:
        return unit.address, None
    if kind < 0.94:
        street = unit.address
        for front in (place.province, place.city, place.district):
            street = street.removeprefix(front)
        digits = [at for at, character in enumerate(street) if character.isdigit()]
        road = street[: digits[0]] if digits else street
        parts = [place.city + place.district, place.district, place.city, road, place.district + road, street]
        return rng.choice(parts) or None, None
    if kind < 0.98:
        return register.address(place), None
    # Registered here and working elsewhere, or not moved in one of the files.
    return register.address(register.place(place.code[:4] if kind < 0.991 else None)), None


_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code_of(unit: int) -> str:
    """A code-like text of a unit; what checks there are on codes is no business of the model."""
    rng = random.Random(unit)
    return (
        "91"
        + "".join(rng.choice("0123456789") for _ in range(6))
        + "".join(rng.choice(_CODE) for _ in range(10))
    )


def slipped(code: str, rng: random.Random) -> str:
    """A code with one character misread."""
    at = rng.randrange(2, len(code))
    return code[:at] + rng.choice([one for one in _CODE if one != code[at]]) + code[at + 1 :]
