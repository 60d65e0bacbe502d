"""Classes of dirt that confuse units: a branch and its firm, a firm and its union, one firm and another, here
and elsewhere, what is and what was found. Each as in ``dirt_cells``.
"""

import re
from collections.abc import Mapping

from jianhui.simulate import codes, names
from jianhui.simulate.places import STREETS, ZONES
from jianhui.simulate.surroundings import Rewrite, Surroundings
from jianhui.simulate.world import Unit

_DESKS = ("分公司", "分厂", "分店", "营业部", "办事处")
_A_BRANCH = re.compile(r"(.{4,}(?:公司|厂|商行（普通合伙）)).{0,8}(?:公司|部|处|厂|店|站|所|行)$")
_UNION_WORDS = ("工会委员会", "工会", "工会筹备组", "基层工会")
_INSTEAD_OF_THE_RARE = ("?", "□", "■", "*", "某")
_CITIES = ("沈阳市浑南区", "营口市鲅鱼圈区", "丹东市振兴区", "鞍山市铁东区")


def _rare_surname(text: str, choice: int, _: Surroundings) -> str | None:
    for surname in names.RARE_SURNAMES:
        if surname in text:
            return text.replace(surname, _INSTEAD_OF_THE_RARE[choice % len(_INSTEAD_OF_THE_RARE)], 1)
    return None


def _branch_for_firm(text: str, choice: int, _: Surroundings) -> str | None:
    if not text.endswith(("公司", "厂")) or _A_BRANCH.fullmatch(text):
        return None
    return text + ("大连" if choice % 3 == 0 else "") + _DESKS[choice % len(_DESKS)]


def _firm_for_branch(text: str, choice: int, _: Surroundings) -> str | None:
    branch = _A_BRANCH.fullmatch(text)
    return branch[1] if branch is not None and branch[1] != text else None


def _parent_code(text: str, choice: int, city: Surroundings) -> str | None:
    return city.parent_codes.get(text)


def _union_code(text: str, choice: int, _: Surroundings) -> str | None:
    if not text:
        return None
    return codes.credit_code("81", "210200", codes.organisation_code(f"{choice % 100_000_000:08d}"))


def _union_words(text: str, choice: int, _: Surroundings) -> str | None:
    return text + _UNION_WORDS[choice % len(_UNION_WORDS)] if text else None


def _unit_of(city: Surroundings, choice: int) -> Unit:
    """Any unit but individuals: their codes are those of persons."""
    firms = len(city.units)
    for step in range(firms):
        unit = city.units[(choice + step) % firms]
        if unit.kind != "individual":
            return unit
    return city.units[0]


def _borrowed_code(text: str, choice: int, city: Surroundings) -> str | None:
    other = _unit_of(city, choice)
    borrowed = {9: other.org_code, 13: other.reg_no, 15: other.reg_no}.get(len(text), other.uscc)
    return borrowed if text and borrowed != text else None


def _number_reused(text: str, choice: int, city: Surroundings) -> str | None:
    if not city.long_gone or len(text) < 11:
        return None
    return f"{text[:3]}{city.long_gone[choice % len(city.long_gone)].serial:08d}{text[11:]}"


def _revoked_insured(text: str, choice: int, _: Surroundings) -> str | None:
    return "参保" if text == "终止" else None


def _elsewhere(text: str, choice: int, _: Surroundings) -> str | None:
    return f"辽宁省{_CITIES[choice % len(_CITIES)]}云帆路{1 + choice % 99}号" if text else None


def _zone_address(text: str, choice: int, _: Surroundings) -> str | None:
    return f"辽宁省{ZONES['210231']}软件园路{1 + choice % 99}号" if text else None


def _moved(text: str, choice: int, _: Surroundings) -> str | None:
    if not text:
        return None
    street = STREETS["210211"][choice % len(STREETS["210211"])]
    return f"辽宁省大连市甘井子区{street.name}云帆路{1 + choice % 99}号" if not street.zone_code else None


def _claim_wrong(text: str, choice: int, _: Surroundings) -> str | None:
    return "已建会" if text in ("正常经营", "拒绝建会", "筹建中") else None


def _dead_wrong(text: str, choice: int, _: Surroundings) -> str | None:
    return "事实不存在" if text and text not in ("事实不存在", "失联") else None


OF_UNITS: Mapping[str, Rewrite] = {
    "rare_surname": _rare_surname,
    "branch_for_firm": _branch_for_firm,
    "firm_for_branch": _firm_for_branch,
    "parent_code": _parent_code,
    "union_code": _union_code,
    "union_words": _union_words,
    "borrowed_code": _borrowed_code,
    "number_reused": _number_reused,
    "revoked_insured": _revoked_insured,
    "elsewhere": _elsewhere,
    "zone_address": _zone_address,
    "moved_last_week": _moved,
    "claim_wrong": _claim_wrong,
    "dead_wrong": _dead_wrong,
}
"""Class of dirt → how it rewrites."""
