"""Which enterprise is meant by what a person types: an id, a code, a record key, or a name."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.core.text import canonical_key, canonical_name, canonical_name_expr
from jianhui.publish.explain_source import Book, shown

MOST = 12
"""Choices listed for an ambiguous name."""


def find_enterprise(book: Book, asked: str) -> tuple[str, Mapping[str, Any] | None]:
    """Its id, and the redirection followed (``from``, ``to``, ``basis``) where the id asked for is no more.

    Raises ``UsageError`` ``unknown_enterprise``, or ``ambiguous_enterprise`` listing the choices.
    """
    key = canonical_key(asked)
    if key is None:
        raise _unknown(book, asked)
    if redirect := book.row("select * from dim_superseded_enterprises where enterprise_id = ?", [key]):
        followed = {"from": key, "to": redirect["superseded_by"], "basis": redirect["basis"]}
        return str(redirect["superseded_by"]), followed
    for query in (_BY_ID, _BY_CODE, _BY_RECORD):
        if found := book.rows(query, [key] * query.count("?")):
            return _one(found, asked), None
    if found := _by_name(book, asked):
        return _one(found, asked), None
    raise _unknown(book, asked)


def _by_name(book: Book, asked: str) -> list[dict[str, Any]]:
    """Those of the name, as names are compared; where there are none, those whose name contains it."""
    named = book.frame(f"{_SELECT} order by enterprise_id").with_columns(
        compared=canonical_name_expr(pl.col("name"))
    )
    name = canonical_name(asked) or ""
    equal = named.filter(pl.col("compared") == name)
    chosen = equal if equal.height else named.filter(pl.col("compared").str.contains(name, literal=True))
    return chosen.head(MOST + 1).to_dicts()


_SELECT = "select enterprise_id, uscc, reg_no, name, district_code, status from dim_enterprises"
_BY_ID = f"{_SELECT} where enterprise_id = ?"
_BY_CODE = f"{_SELECT} where uscc = ? or reg_no = ? or org_code = ? order by enterprise_id"
_BY_RECORD = (
    f"{_SELECT} where enterprise_id in (select enterprise_id from bridge_enterprise_evidence "
    "where role = 'registry' and upper(replace(record_key, '-', '')) = ?) order by enterprise_id"
)


def _one(found: Sequence[Mapping[str, Any]], asked: str) -> str:
    if len(found) == 1:
        return str(found[0]["enterprise_id"])
    choices = [
        f"{row['enterprise_id']}  {row['uscc'] or row['reg_no'] or '–'}  {row['name']}  "
        f"{row['district_code'] or '–'}  {row['status']}"
        for row in found[:MOST]
    ]
    more = "…" if len(found) > MOST else ""
    listed = "\n  ".join([*choices, *([more] if more else [])])
    n = f"{MOST}+" if more else str(len(found))
    raise UsageError(
        "ambiguous_enterprise",
        f"“{shown(asked)}”可指 {n} 户，请用企业编号再问：\n  {listed}\n",
        f"“{shown(asked)}” may mean {n} enterprises; ask again by id:\n  {listed}\n",
        next_step=f"jianhui explain enterprise {found[0]['enterprise_id']}",
    )


def _unknown(book: Book, asked: str) -> UsageError:
    return UsageError(
        "unknown_enterprise",
        f"{book.release.release_id} 中没有编号、代码或名称为“{shown(asked)}”的企业",
        f"{book.release.release_id} has no enterprise with the id, code or name “{shown(asked)}”",
        where=Where(field="enterprise", value=shown(asked)),
        next_step="jianhui sql \"select enterprise_id, name from dim_enterprises where name like '%…%'\"",
    )
