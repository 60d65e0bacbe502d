"""Judgements on two commerce records: which must, and which must not, be one enterprise.

The evidence of ``resolve.identity`` proposes that older records became one with a USCC record. A
person's ``same`` joins records whatever the evidence says, a ``different`` keeps them apart. Two valid
USCCs are never one enterprise: a judgement that would make them so is refused when it is recorded
(``resolve.judging``), and would be passed over here. So a merge or a split is an event; the ids that it
makes superfluous redirect like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

MERGE_SCHEMA = {"old_key": pl.String(), "new_key": pl.String(), "basis": pl.String()}
BASIS_REVIEWED = "reviewed"
_WEIGHT = {BASIS_REVIEWED: 0, "reg_no": 1, "name": 2}


@dataclass(frozen=True)
class Bonds:
    """``together``: pairs judged the same, the latest first; ``apart``: pairs judged different, both ways."""

    together: tuple[tuple[str, str], ...] = ()
    apart: frozenset[tuple[str, str]] = frozenset()

    def apart_frame(self) -> pl.DataFrame:
        """``old_key``, ``new_key``: every pair in both orders."""
        schema = {"old_key": pl.String(), "new_key": pl.String()}
        return pl.DataFrame(sorted(self.apart), schema=schema, orient="row")


def groups(bonds: Bonds, is_uscc_key: Mapping[str, bool]) -> list[tuple[str, ...]]:
    """The records judged to be one enterprise, two and more each, of those in ``is_uscc_key``; ordered.

    A pair that would put two USCCs, or two records judged different, into one group is passed over.
    """
    group_of: dict[str, set[str]] = {}
    for first, second in bonds.together:
        if first not in is_uscc_key or second not in is_uscc_key:
            continue
        mine, theirs = group_of.get(first, {first}), group_of.get(second, {second})
        if mine is theirs or not can_join(mine, theirs, bonds, is_uscc_key):
            continue
        joined = mine | theirs
        group_of.update(dict.fromkeys(joined, joined))
    return sorted({tuple(sorted(group)) for group in group_of.values()})


def can_join(
    mine: Iterable[str], theirs: Iterable[str], bonds: Bonds, is_uscc_key: Mapping[str, bool]
) -> bool:
    """Whether two groups may be one: at most one USCC, and nobody judged different from anybody."""
    left, right = list(mine), list(theirs)
    if sum(is_uscc_key[key] for key in (*left, *right)) > 1:
        return False
    return not any((a, b) in bonds.apart for a in left for b in right)


def with_bonds(keys: pl.DataFrame, merges: pl.DataFrame, bonds: Bonds) -> pl.DataFrame:
    """The merges of ``resolve.identity`` as people's judgements have them: :data:`MERGE_SCHEMA`.

    ``keys``: ``record_key``, ``first_recorded_at``, ``is_uscc_key``. No ``new_key`` is an ``old_key``. A
    group of older records follows its members' evidence where that leads to one enterprise, and stays by
    itself where it leads to several.
    """
    spoken_of = {key for pair in (*bonds.together, *bonds.apart) for key in pair}
    if not spoken_of:
        return merges
    is_old = pl.col("old_key").is_in(sorted(spoken_of))
    columns = list(MERGE_SCHEMA)
    proposed = {old: (new, basis) for old, new, basis in merges.filter(is_old).select(columns).iter_rows()}
    known = keys.filter(pl.col("record_key").is_in(sorted(spoken_of | {new for new, _ in proposed.values()})))
    is_uscc = dict(known.select("record_key", "is_uscc_key").iter_rows())
    order = dict(known.select("record_key", "first_recorded_at").iter_rows())
    for group in groups(bonds, is_uscc):
        evidence = {key: proposed.pop(key) for key in group if key in proposed}
        root = next((key for key in group if is_uscc[key]), None)
        if root is None:
            found = {new for new, _ in evidence.values() if can_join(group, [new], bonds, is_uscc)}
            root = found.pop() if len(found) == 1 else min(group, key=lambda key: (order[key], key))
        for key in group:
            if key != root:
                new, basis = evidence.get(key, (None, BASIS_REVIEWED))
                proposed[key] = (root, basis if new == root else BASIS_REVIEWED)
    kept = _kept_apart(proposed, bonds)
    rows = [(old, new, basis) for old, (new, basis) in sorted(kept.items())]
    judged = pl.DataFrame(rows, schema=MERGE_SCHEMA, orient="row")
    return pl.concat([merges.filter(~is_old).select(columns), judged])


def _kept_apart(merges: Mapping[str, tuple[str, str]], bonds: Bonds) -> dict[str, tuple[str, str]]:
    """Of two records of one enterprise judged different the one joined on less leaves it."""
    kept = dict(merges)
    for first, second in sorted(bonds.apart):
        roots = [kept.get(key, (key, ""))[0] for key in (first, second)]
        if first > second or roots[0] != roots[1]:
            continue
        joined = [key for key in (first, second) if key in kept]
        del kept[max(joined, key=lambda key: (_WEIGHT[kept[key][1]], key))]
    return kept
