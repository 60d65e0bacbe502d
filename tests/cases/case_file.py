"""Hand-worked cases as text: deliveries, nights, and the figures the method gives.

A case is a sequence of blocks, each opened by a line ``=== …``:

``=== file NAME``                      the text below is received as file NAME (feed and date from it)
``=== release NAME``                   the held delivery of that file is released from quarantine
``=== night DATE``                     the warehouse is built as of (DATE, now)
``=== expect TABLE [where SQL]``       CSV: the columns named in the header, exactly these rows, in any order
``=== expect outcome NAME``            the verdict of the delivery of that file
``=== expect clear``                   none of these strings stands in clear under the home, the vault apart

Codes are written as tokens and get valid check digits: ``$U1`` a USCC of 沙河口区, ``$P1`` of 普兰店市,
``$Z1`` of the
高新园区, ``$K1`` of the city level, ``$C1`` a co-operative, ``$N1`` a private non-enterprise unit, ``$S1``
an institution;
``$O1`` the organisation code inside ``$U1``, ``$H1`` the same with a hyphen, ``$B1`` the local-unit code of
``$U1``;
``$R1`` a registration number, ``$I1`` that of an individual; ``${ID1}`` an identity number of a region that
does not exist.
"""

import re
from dataclasses import dataclass
from pathlib import Path

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
USCC_PREFIX = {
    "U": "91210204", "P": "91210282", "Z": "91210231", "K": "91210200",
    "C": "93210204", "N": "52210204", "S": "12210204",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One ``===`` block: its verb and argument, and the text below it."""

    verb: str
    argument: str
    text: str


def read_case(path: Path) -> list[Block]:
    """The blocks of a case, tokens replaced by codes."""
    body = replace_tokens(path.read_text(encoding="utf-8"))
    blocks = []
    for part in re.split(r"^=== ", body, flags=re.MULTILINE)[1:]:
        head, _, text = part.partition("\n")
        verb, _, argument = head.strip().partition(" ")
        blocks.append(Block(verb, argument, text.strip("\n")))
    return blocks


def replace_tokens(text: str) -> str:
    """``$U1`` or ``${U1}`` → a code; the same token is the same code everywhere."""
    pattern = re.compile(r"\$(?:\{([A-Z]+)(\d+)\}|([A-Z]+)(\d+))")
    return pattern.sub(lambda m: code(m[1] or m[3], int(m[2] or m[4])), text)


def code(kind: str, number: int) -> str:
    """The code a token stands for."""
    if kind in USCC_PREFIX:
        return uscc(USCC_PREFIX[kind], number)
    if kind == "O":
        return org_code(number)
    if kind == "H":
        return f"{org_code(number)[:8]}-{org_code(number)[8]}"
    if kind == "B":
        return org_code(number)[:8] + "B"
    if kind in ("R", "I"):
        return registration_number(6 if kind == "I" else 0, number)
    if kind == "ID":
        return identity_number(number)
    raise ValueError(f"unknown token kind {kind}")


def org_code(number: int) -> str:
    body = f"{number:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def uscc(prefix: str, number: int) -> str:
    body = prefix + org_code(number)
    total = sum(USCC_ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(body))
    return body + USCC_ALPHABET[(31 - total % 31) % 31]


def registration_number(seventh: int, number: int) -> str:
    body = f"210204{seventh}{number:07d}"
    product = 10
    for digit in body:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return body + str((11 - product) % 10)


def identity_number(number: int) -> str:
    body = f"21029919900101{number:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]
