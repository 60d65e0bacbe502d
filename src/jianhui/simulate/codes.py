"""Codes with right check digits: written from the standards, apart from the parser they will test.

GB 32100-2015 (unified social credit code), GB 11714-1997 (organisation code), GS15-2006 (registration
number), GB 11643-1999 (identity number; only with the unassigned division 210299 and birth years before
1910, so that no living person can own one).
"""

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def organisation_code(body: str) -> str:
    """Eight characters with their check character."""
    total = sum(ORG_ALPHABET.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = 11 - total % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(authority: str, division: str, org_code: str) -> str:
    """A unified social credit code: ``authority`` two characters, ``division`` six, ``org_code`` nine."""
    body = authority + division + org_code
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + USCC_ALPHABET[-total % 31]


def registration_number(registrar: str, sequence: str) -> str:
    """Fifteen digits: ``registrar`` six, ``sequence`` eight, and the check digit (ISO 7064 MOD 11,10)."""
    p = 10
    for digit in registrar + sequence:
        p = (p + int(digit)) % 10 or 10
        p = p * 2 % 11
    return f"{registrar}{sequence}{(11 - p) % 10}"


def identity_number(birth: str, serial: int) -> str:
    """An identity number nobody holds: division 210299, birth date ``YYYYMMDD`` before 1910."""
    body = f"210299{birth}{serial:03d}"
    total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(body))
    return body + "10X98765432"[total % 11]
