"""Which enterprises a record is compared with: those that share a rare key with it, within a budget.

A key is a piece of the name taken apart (``core.names``) that survives one kind of error; each kind has a
cap on how many names may share a key before it says nothing. Of the names that share keys with a record
the :data:`MOST` that share the most and the rarest are kept. Which names those are depends on nothing but
the names that share a key with the record, so a change elsewhere in the register changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from jianhui.core.regions import ALTERNATIVE, CITY, COUNTY, PROVINCE
from jianhui.core.words import column

AREAS, DISTRICTS = "areas", "districts"
"""List columns of a side: city and province codes; district and county codes."""

MOST = 12
"""Candidates per record that are compared in full."""

_FRONT = 6
"""Characters at the front of a core in which one may be wrong, missing or too many."""
_BRANCH_NOISE = r"公司|有限|责任|股份|街道|自治|[()第省市县区镇乡路街]"
_BRANCH_FRONT = 6
_ROAD = r"([\u4e00-\u9fff]{1,8}?(?:大街|大道|胡同|路|街|巷|村|屯|园))"
_DOOR = _ROAD + "([0-9]+)"


@dataclass(frozen=True)
class Kind:
    """A kind of key. ``keys``: the keys of a name, null ones count as none; ``cap`` names may share one.

    ``within``: the list column of codes with each of which the key counts apart.
    """

    name: str
    keys: tuple[pl.Expr, ...]
    cap: int
    within: str | None = None


def _kinds() -> tuple[Kind, ...]:
    core, brand = pl.col("core"), pl.col("brand")
    called = pl.col("branch_called")
    branch = pl.concat_str(pl.lit("#"), called)
    n = core.str.len_chars()
    front = core.str.slice(0, _FRONT)

    branch_end = called.str.tail(_BRANCH_FRONT)
    slips = [
        pl.when(called.str.len_chars() > 1).then(
            pl.concat_str(core, pl.lit("#"), branch_end.str.slice(0, at), branch_end.str.slice(at + 1))
        )
        for at in range(_BRANCH_FRONT)
    ]

    # One of the two characters of a short core may be wrong where the branch is the same.
    has_branch = called.str.len_chars() >= 2

    def of(text: pl.Expr, condition: pl.Expr | None = None) -> pl.Expr:
        key = pl.concat_str(text, branch)
        return key if condition is None else pl.when(condition).then(key)

    dropped = [
        of(pl.concat_str(front.str.slice(0, at), front.str.slice(at + 1)), n >= 3) for at in range(_FRONT - 1)
    ]
    one_of_two = (pl.when(n == 2).then(piece) for piece in (core.str.head(1), core.str.tail(1)))
    branch_of = tuple(of(piece, has_branch) for piece in (core.str.tail(2), *one_of_two))
    near = (*dropped, of(core.str.slice(0, _FRONT - 1), n >= 2))
    sorted_front = front.str.split("").list.sort().list.join("")
    letters = of(sorted_front, n >= 4)
    start = core.str.slice(0, 2)
    door = pl.concat_str(*(pl.col("address").str.extract(_DOOR, part) for part in (1, 2)))
    road = pl.concat_str(start, pl.lit("@"), pl.col("address").str.extract(_ROAD, 1))
    ends = of(pl.concat_str(core.str.slice(0, 2), core.str.tail(2)), n >= 4)
    return (
        Kind("whole", (pl.col("folded"),), 200),
        Kind("core", (of(core),), 200),
        Kind("core_area", (of(core),), 60, within=AREAS),
        Kind("front", (of(core.str.slice(0, 4), n >= 4),), 60),
        Kind("front_area", (of(core.str.slice(0, 3)),), 60, within=AREAS),
        Kind("brand", (of(brand, brand.str.len_chars() >= 3),), 60),
        Kind("brand_area", (of(brand), of(start, n > 2)), 80, within=AREAS),
        Kind("end_area", (of(core.str.tail(5), n >= 6),), 60, within=AREAS),
        Kind("ends", (ends,), 60),
        Kind("ends_area", (ends,), 60, within=AREAS),
        Kind("letters", (letters,), 40),
        Kind("letters_area", (of(sorted_front, n < 4),), 40, within=AREAS),
        Kind("start_district", (of(start),), 60, within=DISTRICTS),
        Kind("road", (of(road),), 40),
        Kind("door", (door, pl.concat_str(start, pl.lit("@"), door)), 30),
        Kind("branch", branch_of, 60),
        Kind("branch_near", tuple(slips), 60),
        Kind("tail", (pl.when(pl.col("branch") != "").then(pl.col("folded").str.tail(7)),), 40),
        Kind("near", near, 60),
        Kind("near_area", near, 60, within=AREAS),
    )  # fmt: skip


def branch_called(branch: pl.Expr) -> pl.Expr:
    """What a branch is called, for keys: 春熙 of 第春熙路连锁店, 三 of 第三分公司."""
    endings = "|".join(sorted(column("branch_endings", "ending"), key=lambda text: (-len(text), text)))
    return branch.str.replace(f"(?:{endings})$", "").str.replace_all(_BRANCH_NOISE, "")


KINDS = _kinds()


def whereabouts(regions: pl.Expr, places: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """:data:`AREAS` and :data:`DISTRICTS` of a region and a place (each perhaps several codes, joined)."""
    codes = pl.concat_str(regions, places, separator=ALTERNATIVE).str.split(ALTERNATIVE)
    of_level = {
        level: codes.list.eval(pl.element().filter(pl.element().str.len_chars() >= level).str.slice(0, level))
        for level in (PROVINCE, CITY, COUNTY)
    }
    areas = of_level[CITY].list.concat(of_level[PROVINCE])
    return tuple(  # type: ignore[return-value]
        found.list.unique().list.sort().alias(name)
        for name, found in ((AREAS, areas), (DISTRICTS, of_level[COUNTY]))
    )


def _distinct_texts() -> list[pl.Expr]:
    """The texts all kinds of keys are made of, each once."""
    found: list[pl.Expr] = []
    for key in (key for kind in KINDS for key in kind.keys):
        if not any(key.meta.eq(other) for other in found):
            found.append(key)
    return found


_TEXTS = _distinct_texts()


def _column(key: pl.Expr) -> str:
    """The column of :func:`hashed` in which a key's text stands."""
    return f"text_{next(at for at, text in enumerate(_TEXTS) if text.meta.eq(key))}"


_COLUMNS = {kind.name: tuple(_column(key) for key in kind.keys) for kind in KINDS}


def hashed(named: pl.DataFrame, owner: str) -> pl.DataFrame:
    """The texts keys are made of as hashes of 64 bits, a column each, beside ``owner`` and where they count.

    ``named``: ``owner``, parts of the name, ``address``, :data:`AREAS`, :data:`DISTRICTS`. Grain: the
    readings of each name (:func:`with_readings`). A hash is good for one version of polars alone.
    """
    where = pl.col(AREAS, DISTRICTS).list.eval(pl.element().hash())
    texts = (
        pl.when(text.is_not_null()).then(text.hash()).alias(f"text_{at}") for at, text in enumerate(_TEXTS)
    )
    return with_readings(named).select(owner, where, *texts)


def keys_of(texts: pl.DataFrame, owner: str, kind: Kind, among: pl.DataFrame | None = None) -> pl.DataFrame:
    """The keys of one kind: ``owner``, ``text`` (its hash), ``key`` (with where it counts).

    ``texts``: as of :func:`hashed`. ``among``: keys of the other side, the only ones asked for.
    """
    within = kind.within
    where = (within,) if within else ()
    found = []
    for name in _COLUMNS[kind.name]:
        keyed = texts.select(owner, *where, text=name).drop_nulls("text")
        found.append(keyed if among is None else keyed.join(among, on="text", how="semi"))
    keys = pl.concat(found)
    if within is None:
        return keys.with_columns(key="text").unique()
    placed = keys.explode(within).drop_nulls(within)
    placed = placed.select(owner, "text", key=pl.col("text") + pl.col(within))
    return (placed if among is None else placed.join(among, on="key", how="semi")).unique()


def with_readings(named: pl.DataFrame) -> pl.DataFrame:
    """Each name as read, and once more where its front may be a place: core and brand without it, there.

    Adds ``branch_called``, of :func:`branch_called`.
    """
    again = named.filter(pl.col("lead") != "").with_columns(
        core=pl.col("core").str.slice(pl.col("lead").str.len_chars()),
        brand=pl.col("brand").str.slice(pl.col("lead").str.len_chars()),
    )
    shortest = pl.col("brand").str.len_chars() >= 2
    again = again.with_columns(
        brand=pl.when(shortest).then("brand").otherwise(pl.col("core").str.slice(0, 2))
    ).with_columns(*whereabouts(pl.col("lead_region"), pl.col("place")))
    return pl.concat([named, again]).with_columns(branch_called=branch_called(pl.col("branch")))


def candidates(
    mentions: pl.DataFrame, bearers: pl.DataFrame, kinds: tuple[Kind, ...] = KINDS
) -> pl.DataFrame:
    """:func:`candidates_by_text` of what :func:`hashed` makes of both sides."""
    return candidates_by_text(hashed(mentions, "mention"), hashed(bearers, "bearer"), kinds)


def candidates_by_text(
    mentions: pl.DataFrame, bearers: pl.DataFrame, kinds: tuple[Kind, ...] = KINDS
) -> pl.DataFrame:
    """The names each mention is compared with: ``mention``, ``bearer``; at most :data:`MOST` a mention.

    ``mentions``, ``bearers``: as of :func:`hashed`. Ordered by mention.
    """
    found = [_sharing(mentions, bearers, kind) for kind in kinds]
    return (
        pl.concat(found)
        .group_by("mention", "bearer")
        .agg(pl.col("rarity").sum())
        .sort("mention", "rarity", "bearer", descending=[False, True, False])
        .group_by("mention", maintain_order=True)
        .head(MOST)
        .select("mention", "bearer")
    )


def _sharing(mentions: pl.DataFrame, bearers: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    mine = keys_of(mentions, "mention", kind)
    theirs = keys_of(bearers, "bearer", kind, mine)
    rare = theirs.group_by("key").len().filter(pl.col("len") <= kind.cap)
    rarity = (1.0 / (pl.col("len").cast(pl.Float64) + 1.0).log(2)).cast(pl.Float32)
    shared = theirs.join(rare.select("key", rarity=rarity), on="key")
    return mine.join(shared, on="key").select("mention", "bearer", "rarity")


def touched(mentions: pl.DataFrame, changed: pl.DataFrame, bearers: pl.DataFrame) -> pl.DataFrame:
    """The mentions whose candidates a change of the names ``changed`` may alter: ``mention``, ordered.

    All that share a key with one of them: how many names share a key matters too. A key that too many share,
    whatever came or went, says nothing as before. All three as of :func:`hashed`; ``changed``: the names
    that came and that went, ``bearers``: those of now.
    """
    found = []
    for kind in KINDS:
        theirs = keys_of(changed, "bearer", kind)
        mine = keys_of(mentions, "mention", kind, theirs)
        now = keys_of(bearers, "bearer", kind, mine).group_by("key").agg(now=pl.len())
        moved = theirs.group_by("key").agg(moved=pl.len()).join(now, on="key", how="left")
        may_count = pl.col("now").fill_null(0) <= pl.col("moved") + kind.cap
        found.append(mine.join(moved.filter(may_count), on="key", how="semi").select("mention"))
    return pl.concat(found).unique().sort("mention")


def kinds_by_name() -> Mapping[str, Kind]:
    """The kinds of keys by name, for measuring what each finds."""
    return {kind.name: kind for kind in KINDS}
