"""What each indicator of plan and assessment is on the day, counted beside the marts."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from jianhui.simulate.figures import CITY_CODE, Table
from jianhui.simulate.places import DISTRICTS
from jianhui.simulate.plan.linkage import has_party
from jianhui.simulate.plan.membership_figures import AREAS
from jianhui.simulate.plan.section import Known

RATES = frozenset(
    {
        "coverage_rate",
        "coverage_rate_live",
        "rate_due",
        "membership_rate",
        "party_union_rate",
        "institution_rate",
        "social_organisation_rate",
        "new_union_standardised",
        "direct_election_share",
        "dual_activity",
    }
)
BY_POLICY = {
    "coverage_rate": 0.91,
    "new_union_standardised": 0.8,
    "direct_election_share": 1.0,
    "dual_activity": 0.3,
    "dual_demo_nonpublic": 30.0,
    "dual_demo_state": 10.0,
}
"""Targets of the plan of 2014 itself."""

Key = tuple[str, str, str]
"""Indicator, grouping, code."""


@dataclass(frozen=True)
class Value:
    """Numerator and denominator of an indicator (none where it is no rate), or why it cannot be told."""

    numerator: float | None
    denominator: float | None
    is_rate: bool
    reason: str | None = None

    @property
    def value(self) -> float | None:
        """The rate, or the number itself."""
        if self.reason is not None or self.numerator is None:
            return None
        if not self.is_rate:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None


def indicator_values(known: Known) -> dict[Key, Value]:
    """Every indicator that has a row."""
    found: dict[Key, Value] = {}

    def put(
        indicator: str, grouping: str, code: str, n: int, of: int | None = None, reason: str | None = None
    ) -> None:
        is_rate = indicator in RATES
        reason = reason or ("nothing_to_count" if is_rate and not of else None)
        found[indicator, grouping, code] = Value(n, of, is_rate, reason)

    # A district has its row even where no firm is in it: nothing to count there, which is not "not measured".
    has_list = any(row["base_kind"] == "frozen" for row in known.base["agg_coverage"])
    for code in DISTRICTS:
        for indicator in ("coverage_rate", "coverage_rate_live", "rate_due", "n_covered"):
            if has_list or indicator != "coverage_rate":
                put(indicator, "district", code, 0, 0 if indicator in RATES else None)
    for row in known.base["agg_coverage"]:
        if row["grouping"] in ("city", "district", "managing_area"):
            group = row["grouping"], row["group_code"]
            if row["base_kind"] == "frozen":
                put("coverage_rate", *group, row["n_covered"], row["n_base"])
            elif row["base_kind"] == "live":
                put("coverage_rate_live", *group, row["n_covered"], row["n_base"])
                put("n_covered", *group, row["n_covered"])
    for row in known.base["agg_dynamic_coverage"]:
        put("rate_due", row["grouping"], row["group_code"], row["n_due_covered"], row["n_due"])
    _put_members(known, put)
    _put_sections(known, put)
    return found


def _put_members(known: Known, put: Callable[..., None]) -> None:
    tables = known.base
    told = {
        (row["grouping"], row["group_code"], row["base_kind"]): row
        for row in tables["agg_members"]
        if row["member_group"] == "all"
    }
    groups = [("city", CITY_CODE)]
    groups += [("district", code) for code in (*DISTRICTS, "unknown")]
    groups += [("managing_area", code) for code in AREAS]
    party = _party(known)
    kinds = {
        (row["grouping"], row["group_code"], row["organisation_kind"]): row
        for row in tables["agg_organisation_coverage"]
    }
    for group in groups:
        live, staff = told.get((*group, "live_staff")), told.get((*group, "union_staff"))
        put("n_members", *group, live["n_members"] if live else 0)
        put("n_grassroots_unions", *group, live["n_unions"] + live["n_unions_silent"] if live else 0)
        put("membership_rate", *group, staff["n_members"] if staff else 0, staff["n_base"] if staff else 0)
        put("party_union_rate", *group, *party.get(group, (0, 0)))
        for kind, indicator in (
            ("institution", "institution_rate"),
            ("social_organisation", "social_organisation_rate"),
        ):
            row = kinds.get((*group, kind))
            put(indicator, *group, row["n_covered"] if row else 0, row["n_base"] if row else 0)


def _put_sections(known: Known, put: Callable[..., None]) -> None:
    """What the sections before have counted."""
    counted = (
        ("new_union_standardised", "agg_founding_quality", "n_meeting", "n_new_unions", ""),
        ("direct_election_share", "agg_direct_elections", "n_direct", "n_elections", "election_kind"),
        ("dual_activity", "agg_chair_reviews", "n_complete", "n_enterprises", "denominator"),
    )
    for indicator, table, n, of, split_by in counted:
        for row in known.base[table]:
            if row["grouping"] in ("city", "district") and row.get(split_by, "all") == "all":
                put(indicator, row["grouping"], row["group_code"], row[n], row[of])
    for row in known.base["agg_demonstration_units"]:
        indicator = {"non_public": "dual_demo_nonpublic", "state": "dual_demo_state"}[row["target_group"]]
        reason = "feed_not_received" if row["n_named"] is None else None
        put(indicator, "city", CITY_CODE, row["n_named"], reason=reason)


def _party(known: Known) -> dict[tuple[str, str], tuple[int, int]]:
    """Group → covered and all firms of the live base with a party organisation."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in known.enterprises.values():
        version = one.enterprise.record.version_on(known.valid_on)
        if not one.state.in_base or version is None or not has_party(version.row):
            continue
        for group in ("city", "district", "managing_area"):
            count = counts[group, one.groups[group]]
            count[0] += one.is_covered
            count[1] += 1
    return {group: (covered, n) for group, (covered, n) in counts.items()}


def rows(values: dict[Key, Value]) -> Table:
    """agg_indicator_values, of groups in which there is something to count."""
    return [
        {
            "indicator": key[0],
            "grouping": key[1],
            "group_code": key[2],
            "numerator": one.numerator,
            "denominator": one.denominator,
            "value": one.value,
            "reason": one.reason,
        }
        for key, one in values.items()
        if one.numerator or one.denominator
    ]
