"""Who moved a figure: every member that counts otherwise after a step than before it, and what befell it.

Grain of :func:`contributions`: cause × grouping × group × base × member. The changes of the members of a
cell sum to the cell's change on that cause.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from jianhui.publish.compare_cells import Step
from jianhui.publish.states import STATES, read_states

EVENT_NAMES: Mapping[str, tuple[str, str]] = {
    "new": ("新设企业", "new enterprise"),
    "closed": ("注销、吊销或停业", "closed"),
    "resumed": ("恢复经营", "trading again"),
    "moved": ("迁移", "moved"),
    "founded": ("新建工会", "union founded"),
    "joined": ("纳入已有工会", "joined a union that was there"),
    "dissolved": ("工会撤销", "union dissolved"),
    "left_union": ("退出工会", "left its union"),
    "headcount": ("职工人数过线", "head-count over a line"),
    "came_due": ("建会期限届满", "came due"),
    "finding": ("排查结论", "finding in the field"),
    "listed": ("固化名单变化", "frozen list"),
    "rescoped": ("统计范围变化", "scope"),
    "reclassified": ("行业或经济类型变化", "industry or ownership"),
    "merged": ("企业合并识别", "recognised as one"),
    "record": ("其他登记变化", "other change of record"),
}
"""What befell an enterprise, as the states before and after a step show it."""

MEASURES = ("n_base", "n_covered", "n_own", "n_joint", "n_federation", "n_absent")

GROUPINGS = ("district", "managing_area", "street", "industry", "ownership", "size")
"""Groupings of ``agg_coverage`` below the city; each is a column of ``states/members.parquet``."""

_PUBLISHED_AS = {
    "district_code": "district",
    "street_code": "street",
    "industry_section": "industry",
    "size_code": "size",
}
"""Columns of ``fct_enterprise_coverage`` that are groupings by another name."""

CITY = "210200"
_KEY = ["base_kind", "member_key"]
_TOLD = ["is_matched", "is_covered", "cover_kind", "is_absent", *GROUPINGS]
_BASES = {
    "in_base_live": "live",
    "in_base_live_25": "live_25",
    "in_base_due": "due",
}

CONTRIBUTION: Mapping[str, pl.DataType] = {
    "cause": pl.String(),
    "event": pl.String(),
    "grouping": pl.String(),
    "group_code": pl.String(),
    "base_kind": pl.String(),
    "member_key": pl.String(),
    "is_matched": pl.Boolean(),
    **{measure: pl.Int64() for measure in MEASURES},
    "was_in_base": pl.Boolean(),
    "in_base": pl.Boolean(),
    "was_covered": pl.Boolean(),
    "is_covered": pl.Boolean(),
    "group_before": pl.String(),
    "group_after": pl.String(),
}


def members(folder: Path) -> pl.DataFrame:
    """The members of every base of a build or release: enterprises, and listed firms that match nothing.

    Releases of before ``fct_frozen_base`` name no members of the frozen base.
    """
    marts = folder / "marts"
    enterprises = (
        pl.read_parquet(marts / "fct_enterprise_coverage.parquet")
        .rename({"enterprise_id": "member_key", **_PUBLISHED_AS})
        .with_columns(is_matched=pl.lit(True))
        .unpivot(
            on=list(_BASES), index=["member_key", *_TOLD], variable_name="base_kind", value_name="is_member"
        )
        .filter(pl.col("is_member").fill_null(False))
        .with_columns(pl.col("base_kind").replace_strict(_BASES))
    )
    frozen = marts / "fct_frozen_base.parquet"
    parts = [enterprises.select("base_kind", "member_key", *_TOLD)]
    if frozen.is_file():
        parts.append(
            pl.read_parquet(frozen)
            .filter("in_base")
            .rename(_PUBLISHED_AS)
            .with_columns(base_kind=pl.lit("frozen"), is_matched=pl.col("enterprise_id").is_not_null())
            .sort("member_key", "record_key")
            .unique("member_key", keep="first", maintain_order=True)
            .select("base_kind", "member_key", *_TOLD)
        )
    return pl.concat(parts).select(
        *_KEY,
        "is_matched",
        pl.col("is_covered").fill_null(False),
        pl.col("cover_kind").fill_null("none"),
        pl.col("is_absent").fill_null(False),
        *(pl.col(grouping).fill_null("unknown") for grouping in GROUPINGS),
    )


def contributions(step: Step) -> pl.DataFrame:
    """The members that count otherwise after ``step``: :data:`CONTRIBUTION`, in a total order."""
    before = members(step.before).rename({name: f"{name}_before" for name in _TOLD})
    after = members(step.after)
    both = before.join(after, on=_KEY, how="full", coalesce=True)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in _TOLD)
    moved = _with_events(both.filter(differs), step)
    parts = [_of_grouping(moved, step, grouping) for grouping in (*GROUPINGS, "city")]
    return pl.concat(parts).sort("cause", "grouping", "group_code", "base_kind", "member_key")


def _of_grouping(moved: pl.DataFrame, step: Step, grouping: str) -> pl.DataFrame:
    """The changes of one grouping: what a member takes away where it was, and brings where it is."""
    was_in, is_in = pl.col("is_matched_before").is_not_null(), pl.col("is_matched").is_not_null()
    is_city = grouping not in GROUPINGS
    group_before = pl.when(was_in).then(pl.lit(CITY) if is_city else pl.col(f"{grouping}_before"))
    group_after = pl.when(is_in).then(pl.lit(CITY) if is_city else pl.col(grouping))
    placed = moved.with_columns(group_before=group_before, group_after=group_after, grouping=pl.lit(grouping))
    stays = pl.col("group_before") == pl.col("group_after")
    event = (
        pl.when(~was_in | ~is_in)
        .then("membership_event")
        .when(~stays)
        .then(pl.lit(_EVENT_OF_GROUPING.get(grouping, "record")))
        .otherwise("cover_event")
    )
    placed = placed.with_columns(event=event, cause=pl.lit(step.cause))
    sides = [
        placed.filter(pl.col(group).is_not_null()).with_columns(
            *(expression.cast(pl.Int64) * sign for expression in _counts(suffix)),
            group_code=pl.col(group),
        )
        for group, suffix, sign in (("group_before", "_before", -1), ("group_after", "", 1))
    ]
    shown = [name for name in CONTRIBUTION if name not in MEASURES]
    return (
        pl.concat(sides)
        .with_columns(
            was_in_base=was_in,
            in_base=is_in,
            was_covered=pl.col("is_covered_before").fill_null(False),
            is_covered=pl.col("is_covered").fill_null(False),
            is_matched=pl.coalesce("is_matched", "is_matched_before"),
        )
        .group_by(shown)
        .agg(pl.col(measure).sum() for measure in MEASURES)
        .filter(pl.any_horizontal(pl.col(measure) != 0 for measure in MEASURES))
        .select(pl.col(name).cast(dtype) for name, dtype in CONTRIBUTION.items())
    )


_EVENT_OF_GROUPING = {
    "district": "moved",
    "managing_area": "moved",
    "street": "moved",
    "industry": "reclassified",
    "ownership": "reclassified",
    "size": "headcount",
}


def _counts(suffix: str) -> list[pl.Expr]:
    covered, kind = pl.col(f"is_covered{suffix}"), pl.col(f"cover_kind{suffix}")
    return [
        pl.lit(1).alias("n_base"),
        covered.alias("n_covered"),
        *((kind == name).alias(f"n_{name}") for name in ("own", "joint", "federation")),
        pl.col(f"is_absent{suffix}").alias("n_absent"),
    ]


_ENTERPRISE = (
    "in_scope",
    "is_recorded",
    "is_alive",
    "status_class",
    "finding",
    "starts_on",
    "union_id",
    "in_base_live",
)


def _with_events(moved: pl.DataFrame, step: Step) -> pl.DataFrame:
    """Adds ``membership_event`` and ``cover_event``; null where the states of an end are not at hand."""
    if not all((folder / STATES).is_dir() for folder in (step.before, step.after)):
        return moved.with_columns(
            pl.lit(None, pl.String).alias(name) for name in ("membership_event", "cover_event")
        )
    was = read_states(step.before, "enterprises").select(
        pl.col("enterprise_id").alias("member_key"),
        *(pl.col(name).alias(f"{name}_was") for name in _ENTERPRISE),
    )
    now = read_states(step.after, "enterprises").select(
        pl.col("enterprise_id").alias("member_key"),
        *(pl.col(name).alias(f"{name}_now") for name in _ENTERPRISE),
    )
    unions_was = read_states(step.before, "unions").select(
        union_id_now="union_id", founded_was="founded_on", status_was="status"
    )
    unions_now = read_states(step.after, "unions").select(
        union_id_was="union_id", union_ended_now="ended_on", union_status_now="status"
    )
    told = (
        moved.join(was, on="member_key", how="left")
        .join(now, on="member_key", how="left")
        .join(unions_was, on="union_id_now", how="left")
        .join(unions_now, on="union_id_was", how="left")
    )
    return told.with_columns(membership_event=_membership_event(step), cover_event=_cover_event(step)).select(
        *moved.columns, "membership_event", "cover_event"
    )


def _membership_event(step: Step) -> pl.Expr:
    """Why a member entered or left a base, by the first that explains it."""
    entered = pl.col("is_matched_before").is_null()
    base = pl.col("base_kind")
    is_new = pl.col("starts_on_was").is_null() | (pl.col("starts_on_was") > step.before_on)
    was_live, is_live = (pl.col(f"in_base_live_{side}").fill_null(False) for side in ("was", "now"))
    is_over = ~pl.col("is_alive_now").fill_null(True) | (
        pl.col("status_class_now").fill_null("active") != "active"
    )
    was_over = pl.col("status_class_was").fill_null("active") != "active"
    finding = pl.col("finding_was").ne_missing(pl.col("finding_now"))
    scope = pl.col("in_scope_was").ne_missing(pl.col("in_scope_now"))
    stayed_live = was_live & is_live
    return (
        pl.when((base == "live_25") & stayed_live)
        .then(pl.lit("headcount"))
        .when((base == "due") & stayed_live)
        .then(pl.lit("came_due"))
        .when((base == "frozen") & entered)
        .then(pl.lit("listed"))
        .when(entered & is_new)
        .then(pl.lit("new"))
        .when(entered & was_over)
        .then(pl.lit("resumed"))
        .when(~entered & pl.col("is_recorded_now").is_null())
        .then(pl.lit("merged"))
        .when(~entered & is_over)
        .then(pl.lit("closed"))
        .when(scope)
        .then(pl.lit("rescoped"))
        .when(finding)
        .then(pl.lit("finding"))
        .when(base == "frozen")
        .then(pl.lit("listed"))
        .otherwise(pl.lit("record"))
    )


def _cover_event(step: Step) -> pl.Expr:
    """Why a member that stayed is covered otherwise."""
    covered, was_covered = pl.col("is_covered"), pl.col("is_covered_before")
    is_founded = pl.col("founded_was").is_null() | (pl.col("founded_was") > step.before_on)
    is_dissolved = (pl.col("union_ended_now") <= step.after_on).fill_null(False) | (
        pl.col("union_status_now") == "撤销"
    ).fill_null(False)
    changed_kind = pl.col("cover_kind").ne_missing(pl.col("cover_kind_before"))
    return (
        pl.when(~covered & was_covered)
        .then(pl.when(is_dissolved).then(pl.lit("dissolved")).otherwise(pl.lit("left_union")))
        .when(covered & (~was_covered | changed_kind))
        .then(pl.when(is_founded).then(pl.lit("founded")).otherwise(pl.lit("joined")))
        .otherwise(pl.lit("record"))
    )
