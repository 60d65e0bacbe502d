"""The truth against slower and cruder countings of the same city."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from jianhui import simulate
from jianhui.simulate import field_work, figures, registry, union_register
from jianhui.simulate.agencies import City
from jianhui.simulate.columns import cell
from jianhui.simulate.draws import Steps
from jianhui.simulate.staffing import staff_counts, staff_on
from jianhui.simulate.truth import Truth, judged_city
from jianhui.simulate.world import Unit

START, END = date(2014, 1, 1), date(2014, 4, 10)
QUARTER, CUT_OFF = date(2014, 3, 31), date(2014, 4, 10)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    simulate.simulate(out, enterprises=400, start=START, end=END, seed=3, truth_on=())
    return out


def test_the_carried_states_are_those_of_every_single_day(city: Path) -> None:
    seen, judged = judged_city(city, QUARTER, CUT_OFF)
    n_runs = 0
    for one in judged:
        enterprise = one.enterprise
        day = max(enterprise.life.start - timedelta(days=30), date(2012, 1, 1))
        runs = iter(one.runs)
        run = next(runs)
        while day <= QUARTER:
            while day >= run.until:
                run = next(runs)
                n_runs += 1
            assert run.state == seen.state_on(enterprise, day), (enterprise.number, day)
            day += timedelta(days=1)
    assert n_runs > 100


def test_the_carried_staff_is_that_of_every_single_day(city: Path) -> None:
    seen, judged = judged_city(city, QUARTER, CUT_OFF)
    n_changes = 0
    for one in judged:
        staff = dict(staff_counts(seen, one.enterprise, START))
        n_changes += len(staff) - 1
        held = None
        for i in range((QUARTER - START).days + 1):
            day = START + timedelta(days=i)
            held = staff.get(day, held)
            assert held == staff_on(seen, one.enterprise, day).count, (one.enterprise.number, day)
    assert n_changes > 50


def _really(city: City, day: date) -> tuple[set[str], set[str]]:
    """Names of enterprises registered as active on ``day``, and of those some union really covers."""
    covered: set[int] = set()
    for union in city.unions:
        if not union.alive_on(day):
            continue
        if union.host is not None:
            covered.add(union.host.serial)
        for line in union.lines:
            if line.since <= day and (line.until is None or day < line.until):
                covered.add(line.unit.serial)
    shared = _shared_names(city)
    base = [unit for unit in city.units if _is_active(unit, day) and unit.name_on(day) not in shared]
    return {unit.name_on(day) for unit in base}, {
        unit.name_on(day) for unit in base if unit.serial in covered
    }


def _shared_names(city: City) -> set[str]:
    """Names that more than one unit ever bore: a record that shows nothing else may be of either."""
    bearers: dict[str, set[int]] = {}
    for unit in city.units:
        for _, name in unit.names:
            bearers.setdefault(name, set()).add(unit.serial)
    return {name for name, units in bearers.items() if len(units) > 1}


def _is_active(unit: Unit, day: date) -> bool:
    return (
        unit.kind == "enterprise"
        and unit.established_on <= day
        and unit.status_on(day) in ("存续", "在营", "开业")
    )


def _count_without_lags(
    out: Path, monkeypatch: pytest.MonkeyPatch, start: date, end: date, month_ends: list[date]
) -> None:
    """Truth at month ends, known four days later, against what really happened."""
    for module in (registry, union_register):
        monkeypatch.setattr(module, "_LAG", Steps((1, 0, 0)))
        monkeypatch.setattr(module, "_LAG_OF_END", Steps((1, 0, 0)))
    for what in ("visits", "work_list"):
        monkeypatch.setattr(field_work.FieldWork, what, lambda *_: [])
    simulate.simulate(out, enterprises=1500, start=start, end=end, seed=5, truth_on=())
    real = simulate.build_city(enterprises=1500, start=start, end=end, seed=5)
    for month_end in month_ends:
        _, judged = judged_city(out, month_end, month_end + timedelta(days=4))
        base, covered = _really(real, month_end)
        shared = _shared_names(real)
        told = {_name(one, month_end): one for one in judged if one.state.in_base}
        assert told.keys() - shared == base
        assert {name for name, one in told.items() if one.is_covered} - shared == covered
        assert len(covered) > 300


def test_without_lags_and_findings_the_truth_is_what_really_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _count_without_lags(tmp_path, monkeypatch, START, END, [date(2014, 2, 28), QUARTER])


def test_the_truth_survives_the_change_of_codes_and_of_districts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, end = date(2015, 9, 1), date(2016, 1, 10)
    _count_without_lags(tmp_path, monkeypatch, start, end, [date(2015, 10, 31), date(2015, 12, 31)])
    _, judged = judged_city(tmp_path, date(2015, 12, 31), end)
    assert sum(len(one.enterprise.record.keys) == 2 for one in judged) > 20
    assert "210214" in {one.state.place.district for one in judged}
    assert "210282" not in {one.state.place.district for one in judged}


def _name(one: figures.Judged, day: date) -> str:
    version = one.enterprise.record.version_on(day)
    assert version is not None
    return cell("commerce", version.row, "name")


# --- the tables among themselves ---


@pytest.fixture(scope="module")
def quarter(city: Path) -> Truth:
    return simulate.truth_at(city, QUARTER, CUT_OFF)


def test_every_grouping_sums_to_the_city(quarter: Truth) -> None:
    table = quarter.tables["agg_coverage"]
    counts = ("n_base", "n_covered", "n_own", "n_joint", "n_federation", "n_staff_unknown", "n_absent")
    for base in ("live", "live_25", "due", "frozen"):
        rows = [row for row in table if row["base_kind"] == base]
        city = next(row for row in rows if row["grouping"] == "city")
        assert city["n_base"] > 0
        for grouping in {row["grouping"] for row in rows}:
            for name in counts:
                assert sum(row[name] for row in rows if row["grouping"] == grouping) == city[name], (
                    base,
                    grouping,
                )


def test_covered_and_gap_make_the_live_base(quarter: Truth) -> None:
    live = next(
        row
        for row in quarter.tables["agg_coverage"]
        if (row["grouping"], row["base_kind"]) == ("city", "live")
    )
    assert live["n_covered"] + len(quarter.gap) == live["n_base"]
    assert live["n_own"] + live["n_joint"] + live["n_federation"] == live["n_covered"]


def test_the_last_day_of_the_daily_series_is_the_live_base(quarter: Truth) -> None:
    live = {
        (row["grouping"], row["group_code"]): (row["n_base"], row["n_covered"])
        for row in quarter.tables["agg_coverage"]
        if row["base_kind"] == "live" and row["grouping"] in ("city", "district")
    }
    last = {
        (row["grouping"], row["group_code"]): (row["n_base"], row["n_covered"])
        for row in quarter.tables["agg_coverage_daily"]
        if row["valid_on"] == QUARTER and row["n_base"]
    }
    assert last == live


def test_the_flows_of_a_day_explain_the_difference_to_the_day_before(quarter: Truth) -> None:
    before: dict[tuple[str, str], tuple[int, int]] = {}
    n_moves = 0
    for row in quarter.tables["agg_coverage_daily"]:
        group = (row["grouping"], row["group_code"])
        if group in before:
            base, covered = before[group]
            assert row["n_base"] - base == row["n_entered"] - row["n_left"]
            assert row["n_covered"] - covered == (
                row["n_newly_covered"]
                - row["n_lost_cover"]
                + row["n_entered_covered"]
                - row["n_left_covered"]
            )
            n_moves += row["n_entered"]
        before[group] = (row["n_base"], row["n_covered"])
    assert n_moves > 5


def test_overdue_gaps_are_those_of_the_list_by_age(quarter: Truth) -> None:
    city = next(row for row in quarter.tables["agg_dynamic_coverage"] if row["grouping"] == "city")
    ages = [
        (QUARTER - max(row["gap_since"], row["due_on"])).days
        for row in quarter.tables["fct_enterprises_without_union"]
        if row["is_overdue"]
    ]
    assert city["n_due"] - city["n_due_covered"] == len(ages)
    assert city["n_overdue_over_90"] == sum(age > 90 for age in ages)
    assert city["n_overdue_0_30"] == sum(age <= 30 for age in ages)


def test_what_arrived_after_the_cut_off_is_not_known(city: Path) -> None:
    early = simulate.truth_at(city, QUARTER)
    assert early.tables["agg_coverage"] != simulate.truth_at(city, QUARTER, CUT_OFF).tables["agg_coverage"]


def test_an_enterprise_is_new_unless_it_was_on_the_last_list(city: Path) -> None:
    before = simulate.truth_at(city, date(2014, 3, 30))
    today = simulate.truth_at(city, QUARTER, previous_gap=before.gap)
    new = {row["enterprise_id"] for row in today.tables["fct_enterprises_without_union"] if row["is_new"]}
    assert new == today.gap - before.gap
    assert all(row["is_new"] for row in before.tables["fct_enterprises_without_union"])


def test_without_a_union_register_nothing_that_rests_on_it_is_a_number(city: Path, tmp_path: Path) -> None:
    shutil.copytree(city / "deliveries", tmp_path / "deliveries")
    description = json.loads((city / "city.json").read_text(encoding="utf-8"))
    kept = [sent for sent in description["deliveries"] if not sent["feed"].startswith("union_")]
    (tmp_path / "city.json").write_text(json.dumps({"deliveries": kept, "decisions": []}), encoding="utf-8")
    found = simulate.truth_at(tmp_path, QUARTER).tables
    assert found["fct_enterprises_without_union"] == []
    for table, column in (
        ("agg_coverage", "n_covered"),
        ("agg_coverage", "coverage_rate"),
        ("agg_coverage_daily", "n_covered"),
        ("agg_dynamic_coverage", "rate_due"),
        ("agg_founding_cohorts", "n_covered"),
        ("agg_other_units", "n_covered"),
        ("fct_enterprise_coverage", "is_covered"),
    ):
        assert found[table], table
        assert {row[column] for row in found[table]} == {None}, table
    assert found["agg_coverage"][0]["n_base"] > 0


def test_before_the_tax_bureau_has_sent_anything_nobody_is_said_to_pay_or_not(city: Path) -> None:
    payers = [
        {row["preparatory_fee_payer"] for row in found.tables["fct_enterprises_without_union"]}
        for found in (simulate.truth_at(city, START), simulate.truth_at(city, QUARTER))
    ]
    assert payers == [{None}, {True, False}]


def test_a_day_before_the_first_register_is_refused(city: Path) -> None:
    with pytest.raises(ValueError, match="nothing is known"):
        simulate.truth_at(city, START - timedelta(days=1))
