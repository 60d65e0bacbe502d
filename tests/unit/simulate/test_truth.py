"""The truth against slower and cruder countings of the same city."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jianhui import simulate
from jianhui.simulate import figures, registry, truth, union_register
from jianhui.simulate.agencies import City
from jianhui.simulate.truth import judged_city
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
        day = max(enterprise.life.start - timedelta(days=30), date(2009, 1, 1))
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
        staff = dict(seen.staff_runs(one.enterprise, START))
        n_changes += len(staff) - 1
        held = None
        for i in range((QUARTER - START).days + 1):
            day = START + timedelta(days=i)
            held = staff.get(day, held)
            assert held == seen.staff_on(one.enterprise, day), (one.enterprise.number, day)
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
    base = [unit for unit in city.units if _is_active(unit, day)]
    return {unit.name_on(day) for unit in base}, {unit.name_on(day) for unit in base if unit.serial in covered}


def _is_active(unit: Unit, day: date) -> bool:
    return (
        unit.kind == "enterprise"
        and unit.established_on <= day
        and unit.status_on(day) in ("存续", "在营", "开业")
    )


def test_without_lags_and_findings_the_truth_is_what_really_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (registry, union_register):
        monkeypatch.setattr(module, "_LAG", ((1, 0, 0),))
        monkeypatch.setattr(module, "_LAG_OF_END", ((1, 0, 0),))
    monkeypatch.setattr("jianhui.simulate.agencies.findings", lambda *_, **__: [])
    simulate.simulate(tmp_path, enterprises=1500, start=START, end=END, seed=5, truth_on=())
    real = simulate.build_city(enterprises=1500, start=START, end=END, seed=5)
    for month_end, known in ((date(2014, 2, 28), date(2014, 3, 3)), (QUARTER, date(2014, 4, 3))):
        _, judged = judged_city(tmp_path, month_end, known)
        base, covered = _really(real, month_end)
        assert {_name(one, month_end) for one in judged if one.state.in_base} == base
        assert {_name(one, month_end) for one in judged if one.state.in_base and one.is_covered} == covered
        assert len(covered) > 300


def _name(one: figures.Judged, day: date) -> str:
    version = one.enterprise.record.version_on(day)
    assert version is not None
    return truth.cell("commerce", version.row, "name")
