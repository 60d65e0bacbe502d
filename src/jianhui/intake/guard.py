"""Checks of a whole delivery against what is known, before it may say anything.

A full file that lacks many of the keys of the one before it is held, so that a truncated file, or one
whose leading zeros were lost, closes nobody. Rule: the feed boundary, "A delivery".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from jianhui.core.events import CONTENT_EVENTS, NO_SCOPE, DeliveryKind
from jianhui.intake.contract import Contract
from jianhui.intake.outcome import Message
from jianhui.intake.rows import Derived
from jianhui.log.timeline import effective_slots, keys_of_full, states

_ADDED = "新增"


@dataclass(frozen=True)
class Known:
    """What the log knows of a feed: its live entries and its deliveries."""

    live: pl.DataFrame
    deliveries: pl.DataFrame


def reasons_to_hold(
    contract: Contract, kind: DeliveryKind, reference_on: date, derived: Derived, known: Known
) -> tuple[Message, ...]:
    """Why a delivery must wait for a person, with the figures; empty if it need not."""
    reasons = list(_too_many_bad_rows(contract, derived))
    if kind == "full" and not contract.append_only:
        reasons += _too_few_keys(contract, reference_on, derived, known)
    return tuple(reasons)


def _too_many_bad_rows(contract: Contract, derived: Derived) -> Iterator[Message]:
    """Bad rows as a share of the rows that say something (skipped ones say nothing)."""
    rows = derived.rows_in - derived.rows_skipped
    if derived.rows_bad > contract.max_bad_rows_ratio * rows:
        limit = _percent(contract.max_bad_rows_ratio)
        yield Message(
            "too_many_bad_rows",
            f"{rows} 行中有 {derived.rows_bad} 行不合格，超过 {limit}",
            f"{derived.rows_bad} of {rows} rows are bad, more than {limit}",
        )


def _too_few_keys(
    contract: Contract, reference_on: date, derived: Derived, known: Known
) -> Iterator[Message]:
    """Keys of the newest earlier full delivery, scope by scope; a scope not seen before is not guarded."""
    scopes = derived.scopes if contract.full_scope else (NO_SCOPE,)
    slots = (
        effective_slots(known.deliveries)
        .filter((pl.col("kind") == "full") & (pl.col("reference_on") <= reference_on))
        .filter(pl.col("scope").is_in(scopes))
        .sort("reference_on", "seq")
        .unique("scope", keep="last", maintain_order=True)
    )
    present = derived.assertions.select("record_key")
    for (seq,), guarded in slots.group_by("seq", maintain_order=True):
        keys = keys_of_full(known.live, known.deliveries, int(seq))
        for scope, earlier_on in guarded.sort("scope").select("scope", "reference_on").rows():
            before = keys.filter(pl.col("scope") == scope)
            found = before.join(present, on="record_key", how="semi").height
            if found < contract.min_keys_ratio * before.height:
                yield _too_few(contract, scope, earlier_on, found, before.height)


def _too_few(contract: Contract, scope: str, earlier_on: date, found: int, before: int) -> Message:
    of_scope = f"（{scope}）" if scope else ""
    share, limit = _percent(Fraction(found, before)), _percent(contract.min_keys_ratio)
    return Message(
        "too_few_keys",
        f"{earlier_on} 的完整文件{of_scope}有 {before} 条记录，"
        f"本次只见其中 {found} 条（{share}），低于 {limit}",
        f"of {before} records of the full file of {earlier_on}{f', {scope}' if scope else ''}, "
        f"only {found} are present ({share}), fewer than {limit}",
    )


def oddities(
    kind: DeliveryKind, reference_on: date, derived: Derived, known: Known, *, append_only: bool
) -> Iterator[Message]:
    """What is applied all the same and reported: late files, 新增 of open keys, 变更/删除 of unknown ones."""
    newest = effective_slots(known.deliveries)["reference_on"].max()
    if isinstance(newest, date) and reference_on < newest and not append_only:
        yield Message(
            "late",
            f"迟到的文件：已有 {newest} 的数据；只影响其后下一次数据之前的日子",
            f"a late delivery: {newest} is known already; only the days up to the next assertions change",
        )
    if kind != "delta" or append_only:
        return
    there = states(known.live.filter(pl.col("asserted_on") <= reference_on))
    is_open = pl.col("event").is_in(CONTENT_EVENTS)
    changes = derived.assertions.select("record_key").with_columns(word=derived.change_types)
    joined = changes.join(there.select("record_key", is_open), on="record_key", how="left")
    is_known = pl.col("event").fill_null(False)
    is_new = pl.col("word") == _ADDED
    added, unknown = joined.filter(is_new & is_known), joined.filter(~is_new & ~is_known)
    if added.height:
        yield Message(
            "added_but_known",
            f"{added.height} 条“新增”的记录早已在册，按变更处理：{_some(added)}",
            f"{added.height} records of 新增 were open already and are applied: {_some(added)}",
        )
    if unknown.height:
        yield Message(
            "changed_but_unknown",
            f"{unknown.height} 条“变更”或“删除”的记录原先不在册，照样处理：{_some(unknown)}",
            f"{unknown.height} records of 变更 or 删除 were unknown and are applied: {_some(unknown)}",
        )


def _some(rows: pl.DataFrame) -> str:
    keys = rows["record_key"].head(3).to_list()
    return "、".join(keys) + ("…" if rows.height > len(keys) else "")


def _percent(ratio: Fraction) -> str:
    """A share to a tenth of a percent, rounded down so that a miss never looks like a hit."""
    tenths = ratio * 1000 // 1
    return f"{tenths // 10}.{tenths % 10} %" if tenths % 10 else f"{tenths // 10} %"
