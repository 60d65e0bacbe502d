"""What each published figure is counted from: for every measure of every aggregate, its members.

A *member* is what a figure counts: an enterprise, or a listed firm that matches none. For a cell (a table,
its keys, a measure) the query gives one row per member: ``member_key``, ``enterprise_id``, ``days`` (those
whose evidence speaks for it) and the columns the conditions below read. A measure counts the members for
which its condition holds; a rate divides two of them. So a figure is counted again from what is published
beside it, and that the two agree is part of the explanation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

GROUP_COLUMNS: Mapping[str, str | None] = {
    "city": None,
    "district": "district_code",
    "managing_area": "managing_area",
    "street": "street_code",
    "industry": "industry_section",
    "ownership": "ownership",
    "size": "size_code",
}
"""Grouping → the column of an enterprise it groups by."""

REGISTRY, FINDING, LISTED, STAFF = "registry", "finding", "listed", "staff"
COVER = ("host_union", "cover_line", "covering_union")
"""Roles of evidence that tell of cover; ``staff`` stands for the records the head count is taken from."""

FINDING_RULES = ("finding.valid_months",)
STAFF_RULES = (
    "union.own.min_staff",
    "staff.source_order",
    "staff.max_age_months.tax",
    "staff.max_age_months.hr",
    "staff.max_age_months.commerce",
    "staff.max_age_months.union",
)
DUE_RULES = ("establish.deadline_months",)
OVERDUE_RULES = (*DUE_RULES, "gap.close_within_days")
TARGET_RULES = ("target.coverage_rate.min",)
COHORT_RULES = ("cohort.months", *DUE_RULES)

MEDIAN = "median"
"""A measure that is no count: the Kaplan–Meier median over its members."""


@dataclass(frozen=True)
class Measure:
    """A figure of a table.

    ``condition``: SQL over a member; the measure counts those for which it is true. ``part`` / ``whole``: of
    a rate or judgement, the measures it is made of. ``published``: the expression over the table's row, where
    it is no column. ``roles``: evidence beside the registry's. ``rules``: keys of policy it rests on.
    ``special``: how it is counted again where that is neither a count nor a rate.
    """

    condition: str | None = None
    part: str | None = None
    whole: str | None = None
    published: str | None = None
    roles: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    special: str | None = None


Keys = Mapping[str, Any]
Query = Callable[[Keys, str, date], tuple[str, list[Any]]]
"""``(keys, measure, valid_on) → (SQL, parameters)`` of the members of a cell."""


@dataclass(frozen=True)
class Aggregate:
    """An aggregate that can be explained. ``keys``: what names a cell. ``members``: see :data:`Query`."""

    name: str
    keys: tuple[str, ...]
    measures: Mapping[str, Measure]
    members: Query


def _in_group(keys: Keys, prefix: str = "") -> tuple[str, list[Any]]:
    column = GROUP_COLUMNS[keys["grouping"]]
    if column is None:
        return "true", []
    return f"coalesce({prefix}{column}, 'unknown') = ?", [keys["group_code"]]


def _coverage_members(keys: Keys, measure: str, valid_on: date) -> tuple[str, list[Any]]:
    where, parameters = _in_group(keys)
    base = keys["base_kind"]
    if base == "frozen":
        return (
            "select member_key, any_value(enterprise_id) as enterprise_id, [?::date] as days, "
            "any_value(is_covered) as is_covered, any_value(cover_kind) as cover_kind, "
            "any_value(is_staff_unknown) as is_staff_unknown, any_value(is_absent) as is_absent "
            f"from fct_frozen_base where in_base and {where} group by member_key",
            [valid_on, *parameters],
        )
    # Beside live_25 stand the live enterprises whose head count nobody knows.
    counted = "live" if (base, measure) == ("live_25", "n_staff_unknown") else base
    return (
        "select enterprise_id as member_key, enterprise_id, [?::date] as days, is_covered, cover_kind, "
        "size_code = 'unknown' as is_staff_unknown, is_absent "
        f"from fct_enterprise_coverage where in_base_{counted} and {where}",
        [valid_on, *parameters],
    )


def _daily_members(keys: Keys, measure: str, valid_on: date) -> tuple[str, list[Any]]:
    day, is_city = keys["valid_on"], keys["grouping"] == "city"
    if measure in FLOWS:
        return _daily_moves(day, None if is_city else keys["group_code"])
    where, parameters = _in_group(keys)
    return (
        "select enterprise_id as member_key, enterprise_id, list_distinct([?::date, ?::date]) as days, "
        "is_covered, cover_kind, district_code from fct_enterprise_spells "
        f"where in_base and valid_from <= ? and valid_to > ? and {where}",
        [day, valid_on, day, day, *parameters],
    )


def _daily_moves(day: date, district: str | None) -> tuple[str, list[Any]]:
    """Who moved on the day; for a district a move away is a leave and a move here an entry."""
    changes = (
        "select distinct enterprise_id, was_in_base, in_base, was_in_base and coalesce(was_covered, false) "
        "as was_covered, in_base and coalesce(is_covered, false) as is_covered, "
        "coalesce(district_code_before, 'unknown') as district_before, "
        "coalesce(district_code, 'unknown') as district from fct_coverage_changes "
        "where changed_on = ? and change not in ('rose_to_25', 'fell_below_25')"
    )
    shown = "enterprise_id as member_key, enterprise_id, [?::date - 1, ?::date] as days"
    states = "was_in_base, in_base, was_covered, is_covered"
    if district is None:
        return f"select {shown}, {states} from ({changes})", [day, day, day]
    there, then = "district_before = ?", "district = ?"
    return (
        f"select {shown}, was_in_base and {there} as was_in_base, in_base and {then} as in_base, "
        f"was_covered and {there} as was_covered, is_covered and {then} as is_covered "
        f"from ({changes}) where {there} or {then}",
        [day, day, *[district] * 4, day, *[district] * 2],
    )


def due_rows(valid_on: date) -> str:
    """Every member of dynamic coverage; ``days_overdue`` is null of one that is not overdue."""
    return (
        "select enterprise_id as member_key, enterprise_id, district_code, is_covered, cover_kind, due_on, "
        f"gap_since, if(is_overdue, date '{valid_on}' - greatest(gap_since, due_on), null) as days_overdue "
        "from fct_enterprise_coverage where in_base_due"
    )


COHORT_ROWS = (
    "select enterprise_id as member_key, enterprise_id, month, established_on, due_on, first_covered_on, "
    "is_covered_ever, is_in_time from fct_founding_cohort"
)
"""Every member of the founding cohorts."""


def other_unit_rows(valid_on: date) -> str:
    """Every unit out of scope that the registry holds."""
    return (
        "select units.enterprise_id as member_key, units.enterprise_id, units.exclusion_reason, "
        "spells.is_live_unit, spells.is_covered, units.scope_basis from dim_enterprises as units "
        "inner join fct_enterprise_spells as spells on units.enterprise_id = spells.enterprise_id "
        f"and spells.valid_from <= date '{valid_on}' and spells.valid_to > date '{valid_on}' "
        "where not units.in_scope and units.is_recorded"
    )


def _dynamic_members(keys: Keys, measure: str, valid_on: date) -> tuple[str, list[Any]]:
    where, parameters = _in_group(keys)
    if measure == "median_days_to_cover":
        return (
            "select enterprise_id as member_key, enterprise_id, "
            "list_filter([?::date, first_covered_on], lambda day: day is not null) as days, "
            "entry_days, exit_days, is_event from fct_founding_cohort "
            f"where {where}",
            [valid_on, *parameters],
        )
    return (
        f"select * exclude (district_code), [?::date] as days from ({due_rows(valid_on)}) where {where}",
        [valid_on, *parameters],
    )


def _cohort_members(keys: Keys, measure: str, valid_on: date) -> tuple[str, list[Any]]:
    return (
        "select * exclude (month), list_filter([?::date, first_covered_on], lambda day: day is not null) "
        f"as days from ({COHORT_ROWS}) where month = ?",
        [valid_on, keys["month"]],
    )


def _other_members(keys: Keys, measure: str, valid_on: date) -> tuple[str, list[Any]]:
    return (
        f"select * exclude (exclusion_reason), [?::date] as days from ({other_unit_rows(valid_on)}) "
        "where exclusion_reason = ?",
        [valid_on, keys["kind"]],
    )


_LIVE = (FINDING,)
_COVERED = (FINDING, *COVER)
_MOVED = (FINDING, *COVER)

COVERAGE = Aggregate(
    "agg_coverage",
    ("grouping", "group_code", "base_kind"),
    {
        "coverage_rate": Measure(part="n_covered", whole="n_base", roles=_COVERED, rules=FINDING_RULES),
        "n_base": Measure("true", roles=_LIVE, rules=FINDING_RULES),
        "n_covered": Measure("is_covered", roles=_COVERED, rules=FINDING_RULES),
        "n_own": Measure("cover_kind = 'own'", roles=_COVERED, rules=FINDING_RULES),
        "n_joint": Measure("cover_kind = 'joint'", roles=_COVERED, rules=FINDING_RULES),
        "n_federation": Measure("cover_kind = 'federation'", roles=_COVERED, rules=FINDING_RULES),
        "n_uncovered": Measure(
            "not is_covered", published="n_base - n_covered", roles=_COVERED, rules=FINDING_RULES
        ),
        "n_staff_unknown": Measure("is_staff_unknown", roles=(FINDING, STAFF), rules=STAFF_RULES),
        "n_absent": Measure("is_absent", roles=_LIVE, rules=FINDING_RULES),
        "meets_target": Measure(
            part="n_covered", whole="n_base", special="target", roles=_COVERED, rules=TARGET_RULES
        ),
        "target_rate": Measure("false", special="rule", rules=TARGET_RULES),
        "rate_low": Measure(part="n_covered", whole="n_base", special="model", roles=_COVERED),
        "rate_high": Measure(part="n_covered", whole="n_base", special="model", roles=_COVERED),
    },
    _coverage_members,
)
DYNAMIC = Aggregate(
    "agg_dynamic_coverage",
    ("grouping", "group_code"),
    {
        "rate_due": Measure(part="n_due_covered", whole="n_due", roles=_COVERED, rules=DUE_RULES),
        "n_due": Measure("true", roles=_LIVE, rules=DUE_RULES),
        "n_due_covered": Measure("is_covered", roles=_COVERED, rules=DUE_RULES),
        "n_overdue_0_30": Measure("days_overdue between 0 and 30", roles=_COVERED, rules=OVERDUE_RULES),
        "n_overdue_31_90": Measure("days_overdue between 31 and 90", roles=_COVERED, rules=OVERDUE_RULES),
        "n_overdue_over_90": Measure("days_overdue > 90", roles=_COVERED, rules=OVERDUE_RULES),
        "is_reached": Measure(
            "days_overdue > (select value::integer from dim_policy where rule_key = 'gap.close_within_days')",
            special="none",
            roles=_COVERED,
            rules=OVERDUE_RULES,
        ),
        "median_days_to_cover": Measure(special=MEDIAN, roles=_COVERED, rules=COHORT_RULES),
    },
    _dynamic_members,
)
COHORTS = Aggregate(
    "agg_founding_cohorts",
    ("month",),
    {
        "n": Measure("true", rules=COHORT_RULES),
        "n_covered_in_time": Measure("is_in_time", roles=COVER, rules=COHORT_RULES),
        "n_covered": Measure("is_covered_ever", roles=COVER, rules=COHORT_RULES),
        "n_censored": Measure("not is_covered_ever", roles=COVER, rules=COHORT_RULES),
        "in_time_rate": Measure(part="n_covered_in_time", whole="n", roles=COVER, rules=COHORT_RULES),
    },
    _cohort_members,
)
OTHER_UNITS = Aggregate(
    "agg_other_units",
    ("kind",),
    {
        "n": Measure("is_live_unit", roles=_LIVE, rules=FINDING_RULES),
        "n_covered": Measure("is_live_unit and is_covered", roles=_COVERED, rules=FINDING_RULES),
        "n_registered": Measure("true", roles=_LIVE),
        "covered_rate": Measure(
            part="n_covered",
            whole="n",
            published="if(n > 0, n_covered / n, null)",
            roles=_COVERED,
            rules=FINDING_RULES,
        ),
    },
    _other_members,
)

_ENTERED, _LEFT = "not was_in_base and in_base", "was_in_base and not in_base"
FLOWS: Mapping[str, Measure] = {
    "n_entered": Measure(_ENTERED, roles=_MOVED, rules=FINDING_RULES),
    "n_left": Measure(_LEFT, roles=_MOVED, rules=FINDING_RULES),
    "n_newly_covered": Measure(
        "was_in_base and in_base and not was_covered and is_covered", roles=_MOVED, rules=FINDING_RULES
    ),
    "n_lost_cover": Measure(
        "was_in_base and in_base and was_covered and not is_covered", roles=_MOVED, rules=FINDING_RULES
    ),
    "n_entered_covered": Measure("not was_in_base and is_covered", roles=_MOVED, rules=FINDING_RULES),
    "n_left_covered": Measure("was_covered and not in_base", roles=_MOVED, rules=FINDING_RULES),
}
"""Measures of the daily table that count what moved on the day."""

DAILY = Aggregate(
    "agg_coverage_daily",
    ("valid_on", "grouping", "group_code"),
    {
        "n_base": Measure("true", roles=_LIVE, rules=FINDING_RULES),
        "n_covered": Measure("is_covered", roles=_COVERED, rules=FINDING_RULES),
        **FLOWS,
        "coverage_rate": Measure(part="n_covered", whole="n_base", roles=_COVERED, rules=FINDING_RULES),
    },
    _daily_members,
)

AGGREGATES: Mapping[str, Aggregate] = {
    table.name: table for table in (COVERAGE, DYNAMIC, COHORTS, OTHER_UNITS, DAILY)
}
"""Every aggregate of a release; a measure named without its table is that of the first that has it."""


def rules_of(table: Aggregate, measure: str, keys: Keys) -> tuple[str, ...]:
    """The policy a cell rests on: that of its measure, its base and its grouping."""
    rules = list(table.measures[measure].rules)
    base = keys.get("base_kind")
    if base == "due":
        rules += DUE_RULES
    if base == "live_25" or keys.get("grouping") == "size":
        rules += STAFF_RULES
    if base == "frozen":
        rules += TARGET_RULES
    return tuple(dict.fromkeys(rules))


def roles_of(table: Aggregate, measure: str, keys: Keys) -> tuple[str, ...]:
    """The evidence a cell rests on, beside the registry's."""
    roles = list(table.measures[measure].roles)
    if keys.get("base_kind") == "live_25" or keys.get("grouping") == "size":
        roles.append(STAFF)
    if keys.get("base_kind") == "frozen":
        roles.append(LISTED)
    return tuple(dict.fromkeys(roles))
