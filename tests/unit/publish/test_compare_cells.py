"""Figures along a path of small builds: causes add up, members account for them, and a gap is named."""

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from jianhui.publish.compare import NotExact, Side, compare
from jianhui.publish.compare_cells import CAUSES, Cause, Step

DAY, LATER = date(2014, 3, 31), date(2014, 6, 30)
DISTRICTS = ("210202", "210203")
GROUPS = (
    ("city", "210200"),
    *((grouping, code) for grouping in ("district", "managing_area") for code in DISTRICTS),
    ("street", "unknown"),
    ("industry", "unknown"),
    ("ownership", "public"),
    ("size", "unknown"),
)
DAILY = ["grouping", "group_code", "valid_on", "n_base", "n_covered", "n_entered", "n_left"]
DAILY += ["n_newly_covered", "n_lost_cover", "n_entered_covered", "n_left_covered"]
DYNAMIC = ["grouping", "group_code", "n_due", "n_due_covered", "n_overdue_0_30"]
DYNAMIC += ["n_overdue_31_90", "n_overdue_over_90", "median_days_to_cover"]
ALWAYS = (date(2010, 1, 1), date(9999, 1, 1))

Firm = tuple[str, str, bool]
"""An enterprise of the live base: its id, its district, whether it is covered."""


def build(folder: Path, firms: list[Firm], day: date = DAY, *, says: int | None = None) -> Path:
    """A build whose live base is ``firms``. ``says``: a city total that is not what the firms give."""
    (folder / "marts").mkdir(parents=True)
    (folder / "states").mkdir()
    cells = []
    for grouping, code in GROUPS:
        is_placed = grouping in ("district", "managing_area")
        mine = [firm for firm in firms if not is_placed or firm[1] == code]
        n_base = len(mine) if says is None or grouping != "city" else says
        n_covered = sum(covered for _, _, covered in mine)
        cells.append((grouping, code, code, "live", n_base, n_covered, n_covered, 0, 0, len(mine), 0, None))
    columns = ["grouping", "group_code", "group_name", "base_kind", "n_base", "n_covered", "n_own"]
    columns += ["n_joint", "n_federation", "n_staff_unknown", "n_absent", "target_rate"]
    coverage = pl.DataFrame(cells, schema=columns, orient="row")
    marts = {
        "agg_coverage": coverage.with_columns(pl.col("target_rate").cast(pl.Float64)),
        "agg_coverage_daily": pl.DataFrame(
            [
                ("city", "210200", each, len(firms), sum(covered for *_, covered in firms), *[0] * 6)
                for each in (DAY, day)
            ],
            schema=DAILY,
            orient="row",
        ).unique("valid_on"),
        "agg_dynamic_coverage": pl.DataFrame(
            [("city", "210200", *[0] * 5, None)],
            schema={name: pl.String if name in ("grouping", "group_code") else pl.Int64 for name in DYNAMIC},
            orient="row",
        ),
        "agg_founding_cohorts": pl.DataFrame(
            [(date(2014, 1, 1), 1, 0, 0, 0)],
            schema=["month", "n", "n_covered_in_time", "n_covered", "n_censored"],
            orient="row",
        ),
        "agg_other_units": pl.DataFrame(
            [("branch", 1, 0, 1)], schema=["kind", "n", "n_covered", "n_registered"], orient="row"
        ),
        **evidence(firms),
    }
    for name, table in marts.items():
        table.write_parquet(folder / "marts" / f"{name}.parquet")
    pl.DataFrame(
        [
            (key, True, True, True, "active", None, date(2010, 1, 1), f"G{key}" if covered else None, True)
            for key, _, covered in firms
        ],
        schema={
            "enterprise_id": pl.String, "in_scope": pl.Boolean, "is_recorded": pl.Boolean,
            "is_alive": pl.Boolean, "status_class": pl.String, "finding": pl.String, "starts_on": pl.Date,
            "union_id": pl.String, "in_base_live": pl.Boolean,
        },
        orient="row",
    ).write_parquet(folder / "states" / "enterprises.parquet")  # fmt: skip
    pl.DataFrame(
        [(f"G{key}", date(2014, 5, 1), None, "正常") for key, _, covered in firms if covered],
        schema={"union_id": pl.String, "founded_on": pl.Date, "ended_on": pl.Date, "status": pl.String},
        orient="row",
    ).write_parquet(folder / "states" / "unions.parquet")
    return folder


def evidence(firms: list[Firm]) -> dict[str, pl.DataFrame]:
    """The tables that say who stands behind the figures."""
    enterprises = pl.DataFrame(
        [(key, f"企业{key}", True, True, None, None) for key, _, _ in firms],
        schema={
            "enterprise_id": pl.String, "name": pl.String, "in_scope": pl.Boolean,
            "is_recorded": pl.Boolean, "exclusion_reason": pl.String, "scope_basis": pl.String,
        },
        orient="row",
    )  # fmt: skip
    states = pl.DataFrame(
        firms,
        schema={"enterprise_id": pl.String, "district_code": pl.String, "is_covered": pl.Boolean},
        orient="row",
    ).with_columns(
        cover_kind=pl.when("is_covered").then(pl.lit("own")).otherwise(pl.lit("none")),
        managing_area=pl.col("district_code"),
        street_code=pl.lit(None, pl.String),
        industry_section=pl.lit(None, pl.String),
        ownership=pl.lit("public"),
        size_code=pl.lit("unknown"),
        is_absent=pl.lit(False),
    )
    is_live = dict.fromkeys(["in_base_live_25", "in_base_due", "in_base_frozen"], pl.lit(False))
    no_date = dict.fromkeys(["due_on", "gap_since"], pl.lit(None, pl.Date))
    cohort = ["enterprise_id", "district_code", "month", "established_on", "due_on", "first_covered_on"]
    cohort += ["is_covered_ever", "is_in_time", "entry_days", "exit_days", "is_event"]
    return {
        "dim_enterprises": enterprises,
        "fct_enterprise_coverage": states.with_columns(
            in_base_live=pl.lit(True), is_overdue=pl.lit(False), **is_live, **no_date
        ),
        "fct_enterprise_spells": states.with_columns(
            valid_from=pl.lit(ALWAYS[0]), valid_to=pl.lit(ALWAYS[1]), in_base=True, is_live_unit=True
        ),
        "fct_frozen_base": states.clear().with_columns(
            member_key=pl.lit(""), record_key=pl.lit(""), in_base=pl.lit(True)
        ),
        "fct_founding_cohort": pl.DataFrame(schema=dict.fromkeys(cohort, pl.String)).with_columns(
            pl.col("month", "established_on", "due_on", "first_covered_on").cast(pl.Date),
            pl.col("is_covered_ever", "is_in_time", "is_event").cast(pl.Boolean),
        ),
    }


def side(name: str, day: date) -> Side:
    return Side(name, "night", day, datetime(2014, 7, 10, tzinfo=UTC))


def path_of(folder: Path, *builds: tuple[Cause, list[Firm]]) -> list[Step]:
    """Steps over builds of these firms; the first has no cause."""
    folders = [build(folder / str(number), firms) for number, (_, firms) in enumerate(builds)]
    return [
        Step(cause, before, after, DAY, LATER)
        for (cause, _), before, after in zip(builds[1:], folders, folders[1:], strict=False)
    ]


def test_each_cause_has_its_own_share_and_all_add_up(tmp_path: Path) -> None:
    steps = path_of(
        tmp_path,
        ("code", [("E1", "210202", False), ("E2", "210202", False), ("E3", "210203", True)]),
        ("correction", [("E1", "210203", False), ("E2", "210202", False), ("E3", "210203", True)]),
        ("late", [("E1", "210203", False), ("E2", "210202", True), ("E3", "210203", True)]),
        ("world", [("E2", "210202", True), ("E3", "210203", False), ("E4", "210203", False)]),
    )
    found = compare(side("a", DAY), side("b", LATER), steps, ())
    for row in found.cells.to_dicts():
        assert (row["after"] or 0) - (row["before"] or 0) == sum(row[cause] for cause in CAUSES)
    told = {
        (row["cause"], row["member_key"]): row["event"]
        for row in found.members.filter(pl.col("grouping") == "district").to_dicts()
    }
    assert told == {
        ("correction", "E1"): "moved",
        ("late", "E2"): "founded",
        ("world", "E1"): "merged",
        ("world", "E3"): "left_union",
        ("world", "E4"): "new",
    }
    assert set(found.members.filter(pl.col("member_key") == "E1").get_column("name")) == {"企业E1"}


def test_a_base_that_is_empty_on_the_way_loses_nothing_of_the_rate(tmp_path: Path) -> None:
    steps = path_of(
        tmp_path,
        ("code", [("E1", "210202", False)]),
        ("correction", [("E1", "210203", False)]),
        ("late", [("E1", "210202", True)]),
    )
    found = compare(side("a", DAY), side("b", DAY), steps, ())
    move = found.rate("district", "210202", "live")
    assert move is not None
    assert (move.before, move.after) == (Fraction(0), Fraction(1))
    assert {cause: part for cause, part in move.parts.items() if part} == {"late": Fraction(1)}


def test_days_that_only_one_end_knows_are_no_changed_figures(tmp_path: Path) -> None:
    before = build(tmp_path / "a", [("E1", "210202", False)])
    after = build(tmp_path / "b", [("E1", "210202", False), ("E2", "210202", False)], LATER)
    found = compare(side("a", DAY), side("b", LATER), [Step("world", before, after, DAY, LATER)], ())
    daily = found.cells.filter(pl.col("mart") == "agg_coverage_daily")
    assert daily.select("day", "measure", "before", "after").rows() == [(DAY, "n_base", 1, 2)]
    opened = found.openings.filter(pl.col("mart") == "agg_coverage_daily")
    assert opened.select("cause", "day", "measure", "member_key", "change", "name").rows() == [
        ("world", DAY, "n_base", "E2", 1, "企业E2")
    ]


def test_a_release_of_before_its_evidence_opens_to_nobody_and_says_so(tmp_path: Path) -> None:
    before = build(tmp_path / "a", [("E1", "210202", False)])
    (before / "marts" / "fct_enterprise_spells.parquet").unlink()
    after = build(tmp_path / "b", [("E1", "210202", True)])
    found = compare(side("a", DAY), side("b", DAY), [Step("code", before, after, DAY, DAY)], ())
    assert found.openings.is_empty() and found.cells.height
    assert any("cannot be opened" in en for _, en in found.notes)


def test_members_that_do_not_account_for_a_figure_end_it(tmp_path: Path) -> None:
    before = build(tmp_path / "a", [("E1", "210202", False)])
    after = build(tmp_path / "b", [("E1", "210202", False)], says=5)
    with pytest.raises(NotExact, match="do not sum"):
        compare(side("a", DAY), side("b", DAY), [Step("late", before, after, DAY, DAY)], ())


def test_the_same_code_with_another_result_is_told(tmp_path: Path) -> None:
    before = build(tmp_path / "a", [("E1", "210202", False)])
    after = build(tmp_path / "b", [("E1", "210202", True)])
    found = compare(side("a", DAY), side("b", DAY), [Step("code", before, after, DAY, DAY)], ())
    assert any("find out why" in en for _, en in found.notes)
