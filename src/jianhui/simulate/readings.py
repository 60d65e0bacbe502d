"""Cells read as the method says: dates, counts, codes, scope, ownership, status, place. Written apart from
the parsers it checks.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from jianhui.simulate.codes import ORG_ALPHABET, credit_code, organisation_code, registration_number
from jianhui.simulate.dated import month_length
from jianhui.simulate.places import DISTRICTS, PARTLY_IN_ZONE, STREETS, ZONE_STREETS, ZONES

_EMPTY = ("", "无", "-", "NULL", "N/A")

PULANDIAN_BECAME_A_DISTRICT = date(2015, 10, 13)
_PULANDIAN_TO_JINZHOU = {
    "210282012": "210213027",
    "210282013": "210213028",
    "210282014": "210213030",
    "210282015": "210213029",
}

UNION_WORDS = ("基层工会委员会", "工会委员会", "联合工会", "工会联合会", "基层工会", "工会")


_INVISIBLE = "\u200b\u200c\u200d\ufeff"
_ONE_KIND_OF_BRACKET = str.maketrans("[{〔【「〈《]}〕】」〉》", "(" * 7 + ")" * 7)


@cache
def canonical(text: str) -> str:
    """NFKC, no blanks (the invisible ones included) or hyphens, upper case: how keys are compared."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and c != "-" and c not in _INVISIBLE).upper()


@cache
def canonical_name(text: str) -> str:
    """A name for comparison: the same folding as keys, and every bracket is a round one."""
    return canonical(text).translate(_ONE_KIND_OF_BRACKET)


@cache
def read_date(text: str) -> date | None:
    """A date in one of the notations of the contract; None where there is none or it is not a day."""
    text = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"\d{5}", text) and 20000 <= int(text) <= 60000:
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(text))
    match = re.fullmatch(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?", text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        return None
    return date(year, month, day)


def life_date(text: str) -> date | None:
    """A date usable as the start or end of a life: 1900 to 2100."""
    day = read_date(text)
    return day if day is not None and 1900 <= day.year <= 2100 else None


@cache
def read_month(text: str) -> date | None:
    """The first day of a month written ``YYYYMM``."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"\d{6}", text) or not 1 <= int(text[4:]) <= 12:
        return None
    return date(int(text[:4]), int(text[4:]), 1)


@cache
def head_count(text: str) -> int | None:
    """A usable head-count: a whole number from 1 to 1,000,000."""
    text = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    if not re.fullmatch(r"\d+(\.0+)?", text):
        return None
    number = int(text.split(".")[0])
    return number if 1 <= number <= 1_000_000 else None


def whole_months(first: date, last: date) -> int:
    """The greatest n such that ``first`` plus n calendar months, clamped, is not after ``last``; -1 where
    it is later.
    """
    if last < first:
        return -1
    n = (last.year - first.year) * 12 + last.month - first.month
    clamped = min(first.day, month_length(last.year, last.month))
    return n if clamped <= last.day else n - 1


# --- codes ---


def _is_placeholder(code: str) -> bool:
    """One character over and over: what is typed where a code must be and nobody has it."""
    return len(set(code)) == 1


@cache
def usable_credit_code(text: str) -> str:
    """The unified social credit code in ``text``, or ``""`` where it is none or fails a check."""
    code = canonical(text)
    if not re.fullmatch(r"[1-9ANY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}", code):
        return ""
    if not usable_org_code(code[8:17]):
        return ""
    return code if credit_code(code[:2], code[2:8], code[8:17]) == code else ""


@cache
def usable_org_code(text: str) -> str:
    """The organisation code in ``text``, or ``""``."""
    code = canonical(text)
    if len(code) != 9 or any(c not in ORG_ALPHABET for c in code[:8]) or _is_placeholder(code):
        return ""
    return code if organisation_code(code[:8]) == code else ""


@cache
def usable_registration_number(text: str) -> str:
    """The registration number in ``text``: fifteen digits with a right check digit, or the older thirteen;
    else ``""``.
    """
    code = canonical(text)
    if _is_placeholder(code):
        return ""
    if re.fullmatch(r"\d{13}", code):
        return code
    if re.fullmatch(r"\d{15}", code) and registration_number(code[:6], code[6:14]) == code:
        return code
    return ""


@dataclass(frozen=True)
class Codes:
    """The usable codes a record carries; ``""`` where it has none of a scheme."""

    uscc: str = ""
    org: str = ""
    reg: str = ""


def codes_of_unit_code(text: str) -> Codes:
    """A unit code of the union registers: credit code, organisation code or registration number, told by
    its length.
    """
    code = canonical(text)
    if len(code) == 18:
        uscc = usable_credit_code(code)
        return Codes(uscc=uscc, org=uscc[8:17])
    if len(code) == 9:
        return Codes(org=usable_org_code(code))
    return Codes(reg=usable_registration_number(code))


def codes_of_tax_id(text: str) -> Codes:
    """A tax id: a credit code, or fifteen characters of which the last nine are the organisation code."""
    code = canonical(text)
    if len(code) == 18:
        uscc = usable_credit_code(code)
        return Codes(uscc=uscc, org=uscc[8:17])
    return Codes(org=usable_org_code(code[6:])) if len(code) == 15 else Codes()


# --- scope, ownership, status ---


_BRANCH = re.compile(
    "(分公司|支公司|分店|分厂|分行|支行|分社|分部|分院|分所|分校|分理处|储蓄所|营业部|营业所|营业厅"
    r"|办事处|代表处|联络处|项目部)(\([^()]*\))?$"
)
_DESK_OF_A_COMPANY = re.compile(
    "(有限|有限责任|股份)公司[^()]*(店|厂|部|站|所|处|库|中心|门市|超市|药房|加油站)$"
)
"""Endings of branches' names: 企业名称登记管理规定, art. 13."""


def scope(uscc: str, registration_type: str, enterprise_type: str, reg_no: str, name: str) -> tuple[str, str]:
    """Why a unit is outside the enterprise rate (``""`` where it is inside), and what told it."""
    code = usable_credit_code(uscc)
    if code and code[:2] != "91":
        reason = {"92": "individual", "93": "cooperative", "11": "institution", "12": "institution"}.get(
            code[:2]
        )
        if reason is None:
            reason = {"5": "social_organisation", "8": "union"}.get(code[0], "other")
        return reason, "uscc"
    outside = {"400": "individual", "600": "individual", "500": "institution", "700": "social_organisation"}
    if registration_type[:3] in outside:
        return outside[registration_type[:3]], "registration_type"
    if enterprise_type not in _EMPTY:
        for word, reason in (
            ("分公司", "branch"),
            ("分支机构", "branch"),
            ("个体", "individual"),
            ("合作社", "cooperative"),
        ):
            if word in enterprise_type:
                return reason, "enterprise_type"
        return "", "enterprise_type"
    number = usable_registration_number(reg_no)
    if len(number) == 15 and number[6] in "6789":
        return "individual", "reg_no"
    plain = canonical_name(name)
    if _BRANCH.search(plain) or _DESK_OF_A_COMPANY.search(plain):
        return "branch", "name"
    if "合作社" in plain and not re.search("(供销|信用)(联合)?合作社", plain):
        return "cooperative", "name"
    return "", "default"


def ownership(registration_type: str, enterprise_type: str) -> str:
    """public, non_public, hmt_foreign or unknown, by 登记注册类型, then by the words of 企业类型."""
    code = registration_type[:3]
    if code in ("110", "120", "130", "141", "142", "143", "151", "161"):
        return "public"
    if code.startswith("17") or code in ("400", "600"):
        return "non_public"
    if code[:1] in ("2", "3"):
        return "hmt_foreign"
    for words, owner in (
        (("港澳台", "外商", "中外"), "hmt_foreign"),
        (("国有", "集体", "全民"), "public"),
        (("自然人", "私营", "个体"), "non_public"),
    ):
        if any(word in enterprise_type for word in words):
            return owner
    return "unknown"


def is_end_status(status: str) -> bool:
    """注销, 吊销 or 撤销, also within a longer text."""
    return any(word in status for word in ("撤销", "注销", "吊销"))


def is_active_status(status: str) -> bool:
    """Active unless an inactive word occurs; an unknown text counts as active."""
    return not any(word in status for word in ("吊销", "注销", "撤销", "迁出", "歇业", "停业", "清算"))


_SECTIONS = (
    *((5, "A"), (12, "B"), (43, "C"), (46, "D"), (50, "E"), (52, "F"), (60, "G")),
    *((62, "H"), (65, "I"), (69, "J"), (70, "K"), (72, "L"), (75, "M"), (78, "N")),
)
"""The last division of each section."""


def industry_section(code: str) -> str:
    """The section of a GB/T 4754 class, for the divisions that 2011 and 2017 have in common; else
    ``unknown``.
    """
    if not re.fullmatch(r"\d{4}", code):
        return "unknown"
    return next((section for last, section in _SECTIONS if int(code[:2]) <= last), "unknown")


def size_code(staff: int | None) -> str:
    """The head-count band."""
    if staff is None:
        return "unknown"
    bands = ((1000, "1000+"), (200, "200–999"), (100, "100–199"), (50, "50–99"), (25, "25–49"), (8, "8–24"))
    return next((code for least, code in bands if staff >= least), "<8")


# --- places ---


@dataclass(frozen=True)
class Where:
    """Where a unit is counted: ``unknown`` where nothing tells."""

    district: str
    managing_area: str
    street: str
    basis: str


_ZONE_OF_STREET = {
    street: zone
    for zone, streets in ZONE_STREETS.items()
    for street in streets
    if street not in PARTLY_IN_ZONE
}
_OLD_NAMES = (("210282", "新金县"), ("210213", "金县"), ("210281", "复县"))
_KNOWN_STREETS = {street.code for group in STREETS.values() for street in group}


def where(street_code: str, addresses: tuple[str, str], uscc: str, registrar: str, day: date) -> Where:
    """District by street code, then address, then the code's division, the registrar and the zone; as of
    ``day``.

    ``addresses``: 住所 and 经营场所. Where the first says no more than a zone, the second tells which of the
    zone's districts.
    """
    return _where(street_code, addresses, uscc, registrar, day >= PULANDIAN_BECAME_A_DISTRICT)


@cache
def _where(street_code: str, addresses: tuple[str, str], uscc: str, registrar: str, later: bool) -> Where:
    address, business = addresses[0] or addresses[1], addresses[1]
    street = street_code if street_code in _KNOWN_STREETS else ""
    district, basis = street[:6], "street_code" if street else ""
    zone = next((code for code, name in ZONES.items() if name in address), "")
    homes = _homes(zone, later) if zone else tuple(DISTRICTS)
    offices = ((usable_credit_code(uscc)[2:8], "uscc"), (registrar[:6], "registrar"))
    if not district:
        district, street = _read_address(address, homes)
        if not district and zone:
            district, street = _read_address(business, homes)
            district, street = (district, street) if district in homes else ("", "")
        basis = "address" if district else ""
    if not district:
        for code, name in offices:
            if code in homes:
                district, basis = code, name
                break
    if not district and zone:
        district, basis = homes[0], "zone"
    zone = zone or _zone_of_office([code for code, _ in offices], district, street, later)
    zone = zone or _ZONE_OF_STREET.get(street, "")
    if later and district == "210282":
        street = _PULANDIAN_TO_JINZHOU.get(street, street and f"210214{street[6:]}")
        district = street[:6] or "210214"
    if not district:
        return Where("unknown", "unknown", "unknown", "none")
    return Where(district, zone or district, street or "unknown", basis)


def _zone_of_office(offices: Sequence[str], district: str, street: str, later: bool) -> str:
    """The zone that registered a unit, where its district and street may be the zone's."""
    zones = [code for code in offices if code in ZONES and district in _homes(code, later)]
    return next((code for code in zones if not street or street in ZONE_STREETS[code]), "")


def _homes(zone: str, later: bool) -> tuple[str, ...]:
    """The districts a zone lies in, that of most of it first; for 普湾新区 another since the reform."""
    if zone == "210246" and later:
        return ("210213", "210282")
    return {
        "210231": ("210211", "210204", "210212"),
        "210242": ("210213",),
        "210244": ("210281",),
        "210245": ("210283",),
        "210246": ("210282", "210213"),
    }[zone]


def code_on(code: str, day: date) -> str:
    """A district or street code as it reads on ``day``: 普兰店's changed with the reform."""
    if day < PULANDIAN_BECAME_A_DISTRICT or not code.startswith("210282"):
        return code
    return _PULANDIAN_TO_JINZHOU.get(code, f"210214{code[6:]}")


def _read_address(address: str, homes: Sequence[str]) -> tuple[str, str]:
    """District and street an address names; a street alone tells the district where only one of ``homes``
    has it.
    """
    for code, name in (*((code, name) for code, (name, _) in DISTRICTS.items()), *_OLD_NAMES):
        if name in address:
            after = address.split(name, 1)[1]
            names = [street for street in STREETS[code] if after.startswith(street.name)]
            return code, names[0].code if names else ""
    found = [street for code in homes for street in STREETS[code] if street.name in address]
    # 大李家街道 is not 李家街道: the longest name is meant.
    longest = max((len(street.name) for street in found), default=0)
    found = [street for street in found if len(street.name) == longest]
    return (found[0].district_code, found[0].code) if len(found) == 1 else ("", "")
