"""Which judgements may be recorded: those that speak of what there is and contradict nothing that stands.

A second ``same`` of one record, of another enterprise, is refused until the first is withdrawn or the
pair it spoke of is judged ``different``. It does not replace it silently: two people saw two different
enterprises in one record, so one of them is wrong, and somebody has to look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.resolve.bonds import Bonds, can_join, groups
from jianhui.resolve.claims import all_claims
from jianhui.resolve.identity import Identities
from jianhui.resolve.judgements import (
    COMMERCE,
    DIFFERENT,
    NONE,
    SAME,
    UNSURE,
    Judgement,
    standing_bonds,
    standing_links,
)

_LIST = "jianhui review list"
_COMMERCE_KEYS = "jianhui sql \"select record_key from bridge_enterprise_records where feed = 'commerce'\""


@dataclass(frozen=True)
class Judgeable:
    """What there is to judge: ``linkable`` (feed, record key), ``enterprises`` (ids alive), ``superseded``
    (frame ``enterprise_id``, ``superseded_by``), ``is_uscc_key`` (commerce record key → has a valid USCC)."""

    linkable: frozenset[tuple[str, str]]
    enterprises: frozenset[str]
    superseded: pl.DataFrame
    is_uscc_key: Mapping[str, bool]


def judgeable(records: Mapping[str, pl.DataFrame], identities: Identities) -> Judgeable:
    """``records``: feed → typed versions; ``identities``: of the commerce records."""
    of_commerce = identities.records
    return Judgeable(
        linkable=linkable(records),
        enterprises=frozenset(of_commerce.get_column("enterprise_id")),
        superseded=identities.superseded.select("enterprise_id", "superseded_by"),
        is_uscc_key=dict(of_commerce.select("record_key", "is_uscc_key").iter_rows()),
    )


def linkable(records: Mapping[str, pl.DataFrame]) -> frozenset[tuple[str, str]]:
    """Feed and key of the records, of feed → typed versions, that may belong to an enterprise."""
    return frozenset(all_claims(records).select("feed", "record_key").unique().iter_rows())


def refusal(new: Judgement, before: Sequence[Judgement], there: Judgeable) -> UsageError | None:
    """Why ``new`` may not be recorded after ``before``; None if it may."""
    if new.feed == COMMERCE:
        return _refused_pair(new, before, there)
    if (new.feed, new.record_key) not in there.linkable:
        return UsageError(
            "unknown_record",
            "没有这条记录，或者它不是需要对应到企业的记录",
            "there is no such record, or it is none that belongs to an enterprise",
            where=Where(field=f"{new.feed} record_key", value=new.record_key),
            next_step='jianhui sql "select feed, record_key, name from fct_unmatched_records"',
        )
    if new.verdict == NONE or new.enterprise_id is None:
        return None
    successor = dict(there.superseded.iter_rows())
    enterprise = successor.get(new.enterprise_id, new.enterprise_id)
    if enterprise not in there.enterprises:
        return UsageError(
            "unknown_enterprise",
            "没有这个企业编号",
            "there is no enterprise with this id",
            where=Where(field="enterprise_id", value=new.enterprise_id),
            next_step='jianhui sql "select enterprise_id, name from dim_enterprises"',
        )
    return _refused_second(new, enterprise, before, there) if new.verdict == SAME else None


def _refused_second(
    new: Judgement, enterprise: str, before: Sequence[Judgement], there: Judgeable
) -> UsageError | None:
    of_unit = [one for one in before if (one.feed, one.unit) == (new.feed, new.unit)]
    standing = standing_links(of_unit, there.enterprises, there.superseded)
    others = standing.filter(pl.col("verdict") == SAME, pl.col("enterprise_id") != enterprise)
    if others.is_empty():
        return None
    other = others.item(0, "enterprise_id")
    successor = dict(there.superseded.iter_rows())
    holding = [one for one in of_unit if one.verdict == SAME and not one.withdrawal]
    first = next(
        one for one in reversed(holding) if successor.get(one.enterprise_id or "", one.enterprise_id) == other
    )
    return UsageError(
        "judged_same_elsewhere",
        f"这条记录已判断与企业 {other} 为同一家（{first.judgement_id or '本批'}）；一条记录只属于一家企业",
        f"the record is judged to be enterprise {other} ({first.judgement_id or 'in this batch'}); "
        "a record belongs to one enterprise only",
        where=Where(field="enterprise_id", value=new.enterprise_id),
        next_step=f"jianhui review withdraw {first.judgement_id} --reason … --by …"
        if first.judgement_id
        else _LIST,
    )


def _refused_pair(new: Judgement, before: Sequence[Judgement], there: Judgeable) -> UsageError | None:
    other = new.other_key or ""
    for key in (new.record_key, other):
        if key not in there.is_uscc_key:
            return UsageError(
                "unknown_record",
                "工商登记中没有这条记录",
                "there is no such commerce record",
                where=Where(field="commerce record_key", value=key),
                next_step=_COMMERCE_KEYS,
            )
    if new.record_key == other:
        return UsageError(
            "one_record",
            "这是同一条记录",
            "the two are one record",
            where=Where(field="commerce record_key", value=other),
            next_step=_LIST,
        )
    if new.verdict == UNSURE:
        return None
    if new.verdict == SAME and there.is_uscc_key[new.record_key] and there.is_uscc_key[other]:
        return UsageError(
            "two_usccs",
            "两条记录有两个不同的有效统一社会信用代码，不可能是同一家企业",
            "two records with two different valid credit codes are never one enterprise",
            where=Where(field="commerce record_key", value=f"{new.record_key}, {other}"),
            next_step="核对两个代码 / check the two codes",
        )
    return _refused_bond(new, other, standing_bonds(before), there)


def _refused_bond(new: Judgement, other: str, bonds: Bonds, there: Judgeable) -> UsageError | None:
    """A pair against what stands of other pairs; of the pair itself the later judgement counts."""
    pair = (new.record_key, other)
    rest = Bonds(
        tuple(bond for bond in bonds.together if set(bond) != set(pair)),
        bonds.apart - {pair, pair[::-1]},
    )
    mine, theirs = ({key} for key in pair)
    for group in groups(rest, there.is_uscc_key):
        mine = set(group) if pair[0] in group else mine
        theirs = set(group) if pair[1] in group else theirs
    is_refused = (
        new.verdict == SAME and mine != theirs and not can_join(mine, theirs, rest, there.is_uscc_key)
    ) or (new.verdict == DIFFERENT and mine == theirs)
    if not is_refused:
        return None
    return UsageError(
        "contradicts_judgement",
        "与仍然有效的其他判断相矛盾：这些记录经其他判断连在一起，或者必须分开",
        "it contradicts judgements that stand: others join these records, or keep them apart",
        where=Where(field="commerce record_key", value=", ".join(sorted(mine | theirs))),
        next_step=_LIST,
    )
