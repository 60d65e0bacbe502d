"""What held on a day, as known then and as known now: over a cached build that proves itself."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from jianhui.core.errors import UsageError
from jianhui.publish.rules_in_force import RULES_FILE
from jianhui.stages import as_of, base, history, night, quarter, quarter_life, releases
from tests.stages.office import COMMERCE, LATE_UNION, UNIONS, Office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DAY = date(2014, 4, 1)
COVERED = "select n_covered from agg_coverage where grouping = 'city' and base_kind = 'live'"
BEFORE = datetime(2014, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A night and a quarter are out; then the register tells of a union of March."""
    office = Office(tmp_path_factory.mktemp("as-of"))
    office.receive("commerce", "20131231", COMMERCE)
    office.receive("union_organisations", "20131231", UNIONS)
    office.receive("commerce", "20140331", COMMERCE)
    office.now = datetime(2014, 4, 12, tzinfo=UTC)
    night.publish(office.context, DAY)
    quarter.publish(office.context, "2014Q1")
    office.now = datetime(2014, 5, 2, tzinfo=UTC)
    office.receive("union_organisations", "20140331", LATE_UNION)
    yield office


def covered(office: Office, valid_on: date | None = None, known_at: datetime | None = None) -> int:
    answer = releases.query(office.context, COVERED, "current", "json", valid_on, known_at)
    return int(json.loads(answer)[0]["n_covered"])


def cells_of(paths: Sequence[Path], district: str) -> list[str]:
    book = openpyxl.load_workbook(next(path for path in paths if district in path.name))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]


def test_a_day_is_read_as_known_then_and_as_known_now(office: Office) -> None:
    assert covered(office) == 1
    assert covered(office, DAY, BEFORE) == 1
    assert covered(office, DAY) == 2
    assert covered(office, date(2014, 1, 15)) == 1, "the union was founded in March"
    with pytest.raises(UsageError, match="has not come"):
        covered(office, DAY, datetime(2030, 1, 1, tzinfo=UTC))


def test_the_build_is_cached_proved_and_made_again_when_it_was_touched(office: Office) -> None:
    first = as_of.view(office.context, DAY, None)
    stamp = (first.folder / "manifest.json").stat().st_mtime_ns
    again = as_of.view(office.context, DAY, office.clock())
    assert again.folder == first.folder, "between two moments the log learned nothing"
    assert (again.folder / "manifest.json").stat().st_mtime_ns == stamp
    mart = first.folder / "marts" / "agg_coverage.parquet"
    right = mart.read_bytes()
    mart.write_bytes(right + b" ")
    assert (as_of.view(office.context, DAY, None).folder / "marts" / mart.name).read_bytes() == right


def test_work_lists_of_another_moment_lie_apart_and_say_what_they_are(office: Office) -> None:
    then = night.worklists(office.context, None, None, DAY, BEFORE)
    assert all("as-of" in path.parts for path in then)
    assert any("大连丙机械有限公司" in cell for cell in cells_of(then, "210203"))
    now = night.worklists(office.context, None, None, DAY)
    assert not any("大连丙机械有限公司" in cell for cell in cells_of(now, "210203"))


def test_status_releases_bases_and_rules_are_told_as_of_then(office: Office) -> None:
    then, now = releases.status(office.context, None, BEFORE).data, releases.status(office.context).data
    assert then["log"]["seq"] < now["log"]["seq"]
    assert then["release"]["release_id"] == "night-2014-04-01-r1"
    assert releases.status(office.context, None, datetime(2014, 4, 6, tzinfo=UTC)).data["release"] is None
    assert releases.show(office.context, "current", DAY, BEFORE)["release_id"] == "night-2014-04-01-r1"
    with pytest.raises(UsageError, match="no such release"):
        releases.show(office.context, "current", None, datetime(2014, 4, 6, tzinfo=UTC))
    assert base.lists(office.context, BEFORE) == []
    assert releases.policy_in_force(office.context, DAY, BEFORE) == releases.policy_in_force(
        office.context, DAY
    )
    (kept,) = (office.context.settings.releases / "rules").glob(f"policy-*/{RULES_FILE}")
    assert kept.read_bytes() == (office.context.settings.dbt_project / "seeds" / RULES_FILE).read_bytes()


def test_history_holds_what_was_published_beside_what_is_now_known(office: Office) -> None:
    old = office.folder / "old.csv"
    old.write_text(
        "period,grouping,group_code,base_kind,n_base,n_covered,coverage_rate,source\n"
        "2013Q4,city,210200,live,3,1,,市总通报\n",
        encoding="utf-8",
    )
    quarter_life.enter(office.context, old, "王", "补录")
    told = {row["release_id"]: row for row in history.rows(office.context, "city", "live")}
    assert list(told) == ["night-2014-04-01-r1", "quarter-2014Q1-r1", "entered-2013Q4"]
    assert told["quarter-2014Q1-r1"]["published"] == "1 / 3 = 33.33%"
    assert told["quarter-2014Q1-r1"]["now"] == "2 / 3 = 66.67%"
    assert told["quarter-2014Q1-r1"]["now_basis"] == "rebuilt"
    assert told["night-2014-04-01-r1"]["now_basis"] == "daily"
    entered = told["entered-2013Q4"]
    assert (entered["origin"], entered["source"], entered["now"]) == ("entered", "市总通报", "")
    counted = "select count(*) as n from release_history where now_basis = 'rebuilt'"
    assert json.loads(releases.query(office.context, counted, "current", "json"))[0]["n"] > 0
