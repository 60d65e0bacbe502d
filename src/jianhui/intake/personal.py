"""Personal cells become pseudonyms before anything is written; their values go to the vault.

Personal are: columns the contract marks ``always``; of those it marks ``diagnosed``, codes that are a natural
person's number and free text that holds one; the
text of rows whose cells cannot be told apart; and, of columns the contract does not know, those whose
header speaks of a person (a returned work-list carries the contact) and cells that have the form of an
identity or mobile number. Equal values get equal pseudonyms whatever the feed.
"""

import re
from dataclasses import replace
from datetime import date

import polars as pl

from jianhui.core.identifiers import diagnose_series
from jianhui.core.text import canonical_key_expr, canonical_name, display_expr
from jianhui.intake.contract import Column, Contract
from jianhui.intake.headers import HeaderMatch
from jianhui.intake.table import RawTable, cell_column
from jianhui.log.vault import Vault

TEXT = "text"
CODE = "code"
LINE = "line"
"""Kinds of value: what is compared is the trimmed text, the canonical code, the line as it stands."""

_OF_A_PERSON = re.compile(
    "法定代表人|法人代表|负责人|联系人|责任人|经办人|填报人|填表人|姓名|主席|电话|手机|联系方式|身份证|证件号|邮箱|微信|QQ"
)
_IDENTITY_NUMBER = r"^[1-8][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9X]$"
_MOBILE_NUMBER = r"^(86|\+86)?1[3-9][0-9]{9}$"
_NUMBER_IN_TEXT = (
    r"(^|[^0-9])(1[3-9][0-9]{9}|[1-8][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9Xx])"
    r"([^0-9A-Za-z]|$)"
)
"""An identity or mobile number within free text."""


def protect(table: RawTable, contract: Contract, match: HeaderMatch, vault: Vault, seen_on: date) -> RawTable:
    """``table`` with every personal cell as a pseudonym; unreadable rows hold one in their first cell."""
    by_position = {position: contract.column(name) for name, position in match.columns.items()}
    protected: dict[str, pl.Series] = {}
    for position in range(len(table.headers)):
        name = cell_column(position)
        cells = table.frame[name]
        for kind, values in _personal_values(cells, table.headers[position], by_position.get(position)):
            pseudonyms = vault.pseudonymise(values, kind, seen_on)
            cells = pseudonyms.zip_with(pseudonyms.is_not_null(), cells).alias(name)
            protected[name] = cells
    frame = table.frame.with_columns(protected.values())
    unreadable = vault.pseudonymise(frame["raw"], LINE, seen_on)
    first = cell_column(0)
    frame = frame.with_columns(
        unreadable.zip_with(unreadable.is_not_null(), frame[first]).alias(first),
        pl.lit(None, pl.String).alias("raw"),
    )
    return replace(table, frame=frame)


def _personal_values(cells: pl.Series, header: str, column: Column | None) -> list[tuple[str, pl.Series]]:
    """Kind and value of the personal cells of a column (null elsewhere); nothing for harmless ones.

    ``column`` is null for a column the contract does not know.
    """
    frame = pl.DataFrame([cells.alias("cell")])
    key = canonical_key_expr(pl.col("cell"))
    if column is None and not _OF_A_PERSON.search(canonical_name(header) or ""):
        identity = frame.select(pl.when(key.str.contains(_IDENTITY_NUMBER)).then(key)).to_series()
        mobile = key.str.contains(_MOBILE_NUMBER)
        phone = frame.select(pl.when(mobile).then(display_expr(pl.col("cell")))).to_series()
        return [(CODE, identity), (TEXT, phone)]
    if column is None or column.personal == "always":
        return [(TEXT, frame.select(display_expr(pl.col("cell"))).to_series())]
    if column.personal == "diagnosed" and column.scheme is None:
        text = display_expr(pl.col("cell"))
        speaks_of_a_person = text.str.contains(_NUMBER_IN_TEXT)
        return [(TEXT, frame.select(pl.when(speaks_of_a_person).then(text)).to_series())]
    if column.personal == "diagnosed" and column.scheme is not None:
        diagnosis = diagnose_series(cells, column.scheme)
        return [(CODE, diagnosis.select(pl.when("is_personal").then("canonical")).to_series())]
    return []
