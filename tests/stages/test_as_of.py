"""What held on a day, as known then and as known now: over a cached build that proves itself."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from jianhui.cli import app
from jianhui.core.errors import UsageError
from jianhui.publish.rules_in_force import RULES_FILE
from jianhui.stages import as_of, base, history, night, quarter, quarter_life, releases
from jianhui.stages.comparing import compare_releases
from jianhui.stages.context import When
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
    answer = releases.query(office.context, COVERED, "current", "json", When(valid_on, known_at))
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
    first = as_of.view(office.context, When(DAY))
    stamp = (first.folder / "manifest.json").stat().st_mtime_ns
    again = as_of.view(office.context, When(DAY, office.clock()))
    assert again.folder == first.folder, "between two moments the log learned nothing"
    assert (again.folder / "manifest.json").stat().st_mtime_ns == stamp
    mart = first.folder / "marts" / "agg_coverage.parquet"
    right = mart.read_bytes()
    mart.write_bytes(right + b" ")
    assert (as_of.view(office.context, When(DAY)).folder / "marts" / mart.name).read_bytes() == right


def test_work_lists_of_another_moment_lie_apart_and_say_what_they_are(office: Office) -> None:
    then = night.worklists(office.context, None, None, When(DAY, BEFORE))
    assert all("as-of" in path.parts for path in then)
    assert any("大连丙机械有限公司" in cell for cell in cells_of(then, "210203"))
    now = night.worklists(office.context, None, None, When(DAY))
    assert not any("大连丙机械有限公司" in cell for cell in cells_of(now, "210203"))


def test_status_releases_bases_and_rules_are_told_as_of_then(office: Office) -> None:
    then, now = (
        releases.status(office.context, When(known_at=BEFORE)).data,
        releases.status(office.context).data,
    )
    assert then["log"]["seq"] < now["log"]["seq"]
    assert then["release"]["release_id"] == "night-2014-04-01-r1"
    assert (
        releases.status(office.context, When(known_at=datetime(2014, 4, 6, tzinfo=UTC))).data["release"]
        is None
    )
    assert releases.show(office.context, "current", When(DAY, BEFORE))["release_id"] == "night-2014-04-01-r1"
    with pytest.raises(UsageError, match="no such release"):
        releases.show(office.context, "current", When(known_at=datetime(2014, 4, 6, tzinfo=UTC)))
    assert base.lists(office.context, When(known_at=BEFORE)) == []
    assert releases.policy_in_force(office.context, When(DAY, BEFORE)) == releases.policy_in_force(
        office.context, When(DAY)
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


def run(office: Office, *arguments: str) -> Result:
    settings = office.context.settings
    env = {"JIANHUI_HOME": str(settings.home), "JIANHUI_KEYS": str(settings.keys_root), "JIANHUI_LANG": "zh"}
    return CliRunner().invoke(app, [*arguments], env=env)


def test_a_number_an_enterprise_and_a_pair_are_explained_as_known_then_and_now(office: Office) -> None:
    day, then = ("--valid-on", DAY.isoformat()), ("--known-at", BEFORE.isoformat())
    for known, share, lines in ((then, "1/3 = 33.33%", 1), ((), "2/3 = 66.67%", 2)):
        told = run(office, "explain", "number", "coverage_rate", *day, *known, "--json")
        assert told.exit_code == 0, told.stderr
        members = json.loads(told.stdout)["members"]
        assert sum(one["counted"]["n_covered"] for one in members) == lines
        shown = run(office, "explain", "number", "coverage_rate", *day, *known).stdout
        assert share in shown and "按时点重建，未发布" in shown and "未经关卡检验，也未发布" in shown
    firm = "大连丙机械有限公司"
    gap = json.loads(run(office, "explain", "enterprise", firm, *day, *then, "--json").stdout)
    covered = json.loads(run(office, "explain", "enterprise", firm, *day, "--json").stdout)
    assert not any(one["speaks"] for one in gap["cover"]["unions"])
    assert [one["union_id"] for one in covered["cover"]["unions"] if one["speaks"]] == ["G3"]
    unheard = run(office, "explain", "pair", "union_organisations:G3", firm, *day, *then)
    assert unheard.exit_code == 2 and "[unknown_record]" in unheard.stderr
    assert "是同一家" in run(office, "explain", "pair", "union_organisations:G3", firm, *day).stdout


def test_a_named_quarter_keeps_its_day_when_asked_as_known_otherwise(office: Office) -> None:
    now = office.clock().isoformat()
    told = run(office, "explain", "number", "2014Q1", "n_covered", "--known-at", now, "--json")
    assert told.exit_code == 0, told.stderr
    assert (json.loads(told.stdout)["value"], json.loads(told.stdout)["as_of"]["valid_on"]) == (
        2,
        "2014-03-31",
    )
    moved = compare_releases(office.context, "2014Q1", "current", When(date(2014, 3, 31)))
    city = moved.rate("city", "210200", "live")
    assert city is not None
    assert [cause for cause, part in city.parts.items() if part] == ["late"]


def test_lists_are_told_as_they_stood(office: Office) -> None:
    early = When(known_at=datetime(2014, 4, 6, tzinfo=UTC))
    assert releases.list_all(office.context, early) == []
    stood = releases.list_all(office.context, When(known_at=BEFORE))
    assert [one["stage"] for one in stood] == ["checked", "checked"]
    assert [one["valid_on"] for one in releases.list_all(office.context, When(date(2014, 3, 31)))] == [
        date(2014, 3, 31)
    ]
    then = {row["release_id"]: row["now"] for row in history.rows(office.context, "city", "live",
            When(known_at=BEFORE))}  # fmt: skip
    assert then["quarter-2014Q1-r1"] == "1 / 3 = 33.33%"
