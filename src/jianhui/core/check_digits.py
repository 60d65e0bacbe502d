"""Check characters of the codes China gives to organisations and persons.

Pure arithmetic over well-formed text; what a code *means* is decided in ``identifiers``.
Sources: GB 32100-2015 (USCC), GB 11714-1997 (organisation code), GS15-2006 with ISO 7064
MOD 11,10 (registration number), GB 11643-1999 with ISO 7064 MOD 11-2 (citizen number).
"""

import re
from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: no I, O, S, V, Z. A character's value is its position."""

ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECKS = "10X98765432"

USCC_KINDS: dict[str, str] = {
    "1": "1239",  # 机构编制: 机关, 事业单位, 群众团体, 其他
    "2": "19",  # 外交
    "3": "123459",  # 司法行政
    "4": "19",  # 文化
    "5": "1239",  # 民政: 社会团体, 民办非企业单位, 基金会, 其他
    "6": "129",  # 旅游
    "7": "129",  # 宗教
    "8": "19",  # 工会: 基层工会, 其他
    "9": "1239",  # 市场监管: 企业, 个体工商户, 农民专业合作社, 其他
    "A": "19",  # 中央军委改革和编制办公室
    "N": "1239",  # 农业: 组级, 村级, 乡镇级集体经济组织, 其他
    "Y": "1",  # 其他
}
"""First character → allowed second characters (GB 32100-2015 with amendment 1, table 1)."""

# Provinces of the citizen number and of divisions (GB/T 2260), with Hong Kong, Macao, Taiwan (81–83).
PROVINCES = frozenset(
    str(code)
    for span in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for code in range(*span)
)

_USCC = re.compile(rf"^[1-9ANY][1-9][0-9]{{6}}[{USCC_ALPHABET}]{{10}}$")
_ORG = re.compile(r"^[0-9A-Z]{8}[0-9X]$")
_FIFTEEN_DIGITS = re.compile(r"^[0-9]{15}$")
_CITIZEN_18 = re.compile(r"^[0-9]{17}[0-9X]$")

EARLIEST_BIRTH = date(1900, 1, 1)
LATEST_BIRTH = date(2100, 12, 31)


def uscc_check(body: str) -> str:
    """The 18th character of a USCC whose first 17 are ``body``."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def org_check(body: str) -> str:
    """The ninth character of an organisation code whose first eight are ``body``."""
    total = sum(ORG_ALPHABET.index(c) * w for c, w in zip(body, ORG_WEIGHTS, strict=True))
    value = -total % 11
    return "X" if value == 10 else str(value)


def reg_no_check(body: str) -> str:
    """The 15th digit of a registration number whose first 14 are ``body``."""
    state = 10
    for digit in body:
        state = ((state + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - state) % 10)


def citizen_check(body: str) -> str:
    """The 18th character of a citizen number whose first 17 are ``body``."""
    return _CITIZEN_CHECKS[sum(int(c) * w for c, w in zip(body, CITIZEN_WEIGHTS, strict=True)) % 11]


def uscc_prefix_is_known(code: str) -> bool:
    """Whether the first two characters are a registering authority and one of its kinds."""
    return code[1:2] in tuple(USCC_KINDS.get(code[:1], ""))


def is_uscc(code: str) -> bool:
    """Form, authority and kind, and check character of a unified social credit code."""
    return bool(_USCC.match(code)) and uscc_prefix_is_known(code) and uscc_check(code[:17]) == code[17]


def is_org_code(code: str) -> bool:
    """Form and check character of an organisation code without hyphen; all zeros is none."""
    return bool(_ORG.match(code)) and org_check(code[:8]) == code[8] and code != "000000000"


def is_reg_no(code: str) -> bool:
    """Fifteen digits that pass ISO 7064 MOD 11,10."""
    return bool(_FIFTEEN_DIGITS.match(code)) and reg_no_check(code[:14]) == code[14]


def is_birth_date(digits: str) -> bool:
    """Whether eight digits are a day on which a living person may have been born."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return EARLIEST_BIRTH <= born <= LATEST_BIRTH


def looks_like_citizen_number(code: str) -> bool:
    """Form of an 18-character citizen number: province, birth date; the check digit aside."""
    return bool(_CITIZEN_18.match(code)) and code[:2] in PROVINCES and is_birth_date(code[6:14])


def looks_like_old_citizen_number(code: str) -> bool:
    """Form of a 15-digit citizen number (issued until 1999; it has no check digit)."""
    in_form = bool(_FIFTEEN_DIGITS.match(code)) and code[:2] in PROVINCES
    return in_form and is_birth_date("19" + code[6:12])
