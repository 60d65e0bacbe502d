"""A release: whole or not at all, equal for equal builds, never changed, and readers undisturbed."""

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.unit.publish import small_release
from tests.unit.publish.small_release import BLOCKED, DAY, HEAD, KNOWN_AT, MADE_BY, clock, release

from jianhui.core.errors import ExitCode, GateBlocked, NothingChanged, UsageError
from jianhui.log.ledger import LogHead
from jianhui.publish import release as module
from jianhui.publish.digests import Provenance, provenance
from jianhui.publish.release import publish, refuse_if_unchanged, withdraw
from jianhui.publish.release_index import (
    current,
    list_releases,
    previous_night,
    refresh_pointers,
    show,
)
from jianhui.publish.release_verify import verify_files
from jianhui.settings import INSTALLATION, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", keys_root=tmp_path / "keys")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return small_release.build(tmp_path / "build.duckdb")


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- what a release holds ---------------------------------------------------------------------------


def test_a_release_holds_manifest_gate_tables_and_warehouse(settings: Settings, built: Path) -> None:
    made = release(settings, built)
    assert made.release_id == "night-2014-03-31-r1"
    assert sorted(files(made.folder)) == [
        "SHA256SUMS",
        "gate.json",
        "manifest.json",
        "marts/agg_coverage.parquet",
        "marts/fct_delivery_outcomes.parquet",
        "run.json",
        "warehouse.duckdb",
    ]
    manifest = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    assert manifest["as_of"] == {"valid_on": "2014-03-31", "known_at": "2014-03-31T18:00:00+00:00"}
    assert manifest["log_head"] == {"seq": 7, "hash": "h" * 64}
    assert manifest["caveats"] == [{"zh": "从未收到", "en": "never received"}]
    assert manifest["tables"]["agg_coverage"]["rows"] == 3
    assert manifest["tables"]["agg_coverage"]["columns"] == [
        "group_code",
        "n_base",
        "n_covered",
        "coverage_rate",
    ]
    assert "finished_at" not in json.dumps(manifest)


def test_two_builds_of_equal_content_give_equal_files(settings: Settings, tmp_path: Path) -> None:
    rows = 300_000  # more than one row group, enough for several threads
    one = release(settings, small_release.build(tmp_path / "1.duckdb", rows))
    other_home = Settings(home=tmp_path / "other", keys_root=tmp_path / "keys")
    backwards = small_release.build(tmp_path / "2.duckdb", rows, is_reversed=True)
    two = release(other_home, backwards, run={"began_at": "at another time"})
    differing = {name for name, digest in files(one.folder).items() if files(two.folder)[name] != digest}
    assert differing <= {"warehouse.duckdb", "run.json", "SHA256SUMS"}
    assert "run.json" in differing


def test_rows_stand_in_the_order_of_the_table_whatever_the_build_had(
    settings: Settings, tmp_path: Path
) -> None:
    made = release(settings, small_release.build(tmp_path / "b.duckdb", 5, is_reversed=True))
    table = pq.read_table(made.folder / "marts" / "agg_coverage.parquet")
    assert table.column("group_code").to_pylist() == [f"G{i:06}" for i in range(5)]
    assert table.column_names == ["group_code", "n_base", "n_covered", "coverage_rate"]


def test_the_parquet_bytes_do_not_depend_on_the_time_zone_of_the_machine(built: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.unit.publish.small_release import MARTS\n"
        "from jianhui.publish.release_tables import write_tables\n"
        "out = Path(sys.argv[2]); out.mkdir(); write_tables(Path(sys.argv[1]), out, MARTS)\n"
    )
    digests = set()
    for zone in ("Asia/Shanghai", "America/New_York"):
        out = tmp_path / zone.replace("/", "-")
        subprocess.run(
            [sys.executable, "-c", script, str(built), str(out)],
            env={"TZ": zone, "PYTHONPATH": f"{INSTALLATION / 'src'}:{INSTALLATION}", "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
        )
        digests.add(files(out)["marts/fct_delivery_outcomes.parquet"])
    assert len(digests) == 1


def test_the_warehouse_file_holds_the_same_rows_and_a_comment_on_every_column(
    settings: Settings, built: Path
) -> None:
    made = release(settings, built)
    with duckdb.connect(str(made.warehouse), read_only=True) as connection:
        parquet = made.folder / "marts" / "agg_coverage.parquet"
        both = "select * from main.agg_coverage except all select * from read_parquet(?)"
        assert connection.execute(both, [str(parquet)]).fetchall() == []
        assert connection.execute("select count(*) from main.agg_coverage").fetchall() == [(3,)]
        bare = "select column_name from duckdb_columns() where comment is null and not internal"
        assert connection.execute(bare).fetchall() == []
        words = connection.execute("select comment from duckdb_tables() where table_name = 'agg_coverage'")
        assert words.fetchall() == [("建会率 | Coverage",)]


def test_the_warehouse_file_is_readable_by_duckdb_1_0(settings: Settings, built: Path) -> None:
    made = release(settings, built)
    # Bytes 12-19 of a DuckDB file: its storage version; 64 is that of DuckDB 0.9 to 1.1.
    with made.warehouse.open("rb") as stream:
        header = stream.read(20)
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


# --- ids, pointers, readers -------------------------------------------------------------------------


def test_a_second_release_of_a_day_is_a_new_revision_and_becomes_current(
    settings: Settings, built: Path
) -> None:
    release(settings, built)
    second = release(settings, built)
    assert second.release_id == "night-2014-03-31-r2"
    assert (settings.releases / "current").readlink() == Path("night-2014-03-31-r2")
    assert [(r.release_id, r.state) for r in list_releases(settings)] == [
        ("night-2014-03-31-r2", "current"),
        ("night-2014-03-31-r1", "superseded"),
    ]


def test_an_old_night_built_again_does_not_become_current(settings: Settings, built: Path) -> None:
    newer = release(settings, built)
    release(settings, built, valid_on=DAY - timedelta(days=7))
    found = current(settings)
    assert found is not None and found.release_id == newer.release_id
    assert (settings.releases / "current").readlink() == Path(newer.release_id)


def test_a_quarter_has_its_own_pointer_and_never_becomes_current(settings: Settings, built: Path) -> None:
    release(settings, built, kind="quarter", quarter="2014Q1")
    second = release(settings, built, kind="quarter", quarter="2014Q1")
    link = settings.releases / "quarters" / "2014Q1"
    assert link.readlink() == Path("../quarter-2014Q1-r2")
    assert (link / "manifest.json").is_file()
    assert current(settings) is None
    assert not (settings.releases / "current").exists()
    assert show(settings, "2014Q1").release_id == second.release_id


def test_the_home_can_be_moved_because_pointers_are_relative(settings: Settings, built: Path) -> None:
    release(settings, built)
    moved = settings.home.rename(settings.home.with_name("elsewhere"))
    assert (moved / "releases" / "current" / "manifest.json").is_file()


def test_a_reader_of_the_old_release_is_undisturbed(settings: Settings, tmp_path: Path) -> None:
    release(settings, small_release.build(tmp_path / "1.duckdb", 3))
    path = settings.releases / "current" / "warehouse.duckdb"
    reader = duckdb.connect(str(path.resolve()), read_only=True)
    assert reader.execute("select count(*) from agg_coverage").fetchall() == [(3,)]
    release(settings, small_release.build(tmp_path / "2.duckdb", 5))
    assert reader.execute("select count(*) from agg_coverage").fetchall() == [(3,)]
    with duckdb.connect(str(path.resolve()), read_only=True) as newcomer:
        assert newcomer.execute("select count(*) from agg_coverage").fetchall() == [(5,)]
    reader.close()


def test_files_of_a_release_are_read_only(settings: Settings, built: Path) -> None:
    made = release(settings, built)
    assert {path.stat().st_mode & 0o222 for path in made.folder.rglob("*") if path.is_file()} == {0}


# --- blocked ----------------------------------------------------------------------------------------


def test_a_blocked_build_is_kept_apart_and_the_last_release_stands(settings: Settings, built: Path) -> None:
    stands = release(settings, built)
    before = files(stands.folder)
    with pytest.raises(GateBlocked) as caught:
        release(settings, built, BLOCKED, previous=stands.release_id)
    assert caught.value.exit_code == ExitCode.GATE_BLOCKED
    kept = settings.releases / "blocked" / "night-2014-03-31-r2"
    assert json.loads((kept / "gate.json").read_text("utf-8"))["is_passed"] is False
    assert (kept / "warehouse.duckdb").is_file()
    found = current(settings)
    assert found is not None and found.release_id == stands.release_id
    assert files(stands.folder) == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_message_names_check_observed_allowed_keys_and_what_to_do(
    settings: Settings, built: Path, language: str
) -> None:
    with pytest.raises(GateBlocked) as caught:
        release(settings, built, BLOCKED)
    message = caught.value.message(language)
    do = "核对交付" if language == "zh" else "look at the deliveries"
    for part in ("agg_coverage.live_base_city", "1200 → 700 (-41.7%)", "1140 … 1320", "210200", do):
        assert part in message


def test_an_id_is_never_given_twice(settings: Settings, built: Path) -> None:
    with pytest.raises(GateBlocked):
        release(settings, built, BLOCKED)
    assert release(settings, built).release_id == "night-2014-03-31-r2"


# --- whole or not at all ----------------------------------------------------------------------------


def test_a_failure_on_the_way_leaves_nothing_behind(
    settings: Settings, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(module, "write_sums", full_disk)
    with pytest.raises(OSError, match="no space"):
        release(settings, built)
    assert list(settings.releases.iterdir()) == []


def test_a_table_the_build_lacks_stops_the_release(settings: Settings, tmp_path: Path) -> None:
    built = small_release.build(tmp_path / "b.duckdb")
    with duckdb.connect(str(built)) as connection:
        connection.execute("drop table marts.fct_delivery_outcomes")
    with pytest.raises(duckdb.CatalogException, match="fct_delivery_outcomes"):
        release(settings, built)
    assert list_releases(settings) == []


def test_a_pointer_that_was_copied_as_a_folder_is_set_aside(settings: Settings, built: Path) -> None:
    release(settings, built)
    pointer = settings.releases / "current"
    for set_aside in ("current-copied", "current-copied-2"):
        pointer.unlink()
        shutil.copytree(settings.releases / "night-2014-03-31-r1", pointer)
        refresh_pointers(settings)
        assert pointer.readlink() == Path("night-2014-03-31-r1")
        assert (settings.releases / set_aside / "manifest.json").is_file()
    assert [found.release_id for found in list_releases(settings)] == ["night-2014-03-31-r1"]


def test_a_release_without_its_pointer_gets_it_back(settings: Settings, built: Path) -> None:
    release(settings, built)
    (settings.releases / "current").unlink()
    refresh_pointers(settings)
    assert (settings.releases / "current").readlink() == Path("night-2014-03-31-r1")


def test_the_log_is_told_of_every_release_with_its_manifest(settings: Settings, built: Path) -> None:
    told: list[Any] = []
    made = publish(
        settings, built, small_release.PASSED, small_release.request(), small_release.MARTS,
        clock=clock, decide=told.append,
    )  # fmt: skip
    with pytest.raises(GateBlocked):
        publish(
            settings, built, BLOCKED, small_release.request(), small_release.MARTS,
            clock=clock, decide=told.append,
        )  # fmt: skip
    assert [event["event"] for event in told] == ["published", "blocked"]
    assert told[0]["manifest_sha256"] == files(made.folder)["manifest.json"]


# --- verify -----------------------------------------------------------------------------------------


def test_an_untouched_release_verifies(settings: Settings, built: Path) -> None:
    release(settings, built)
    assert verify_files(settings, "current") == ()


@pytest.mark.parametrize(
    "path",
    [
        "manifest.json",
        "gate.json",
        "run.json",
        "marts/agg_coverage.parquet",
        "warehouse.duckdb",
        "SHA256SUMS",
    ],
)
def test_a_changed_byte_is_named(settings: Settings, built: Path, path: str) -> None:
    made = release(settings, built)
    target = made.folder / path
    target.chmod(0o644)
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(bytes(data))
    problems = verify_files(settings, made.release_id)
    if path == "SHA256SUMS":  # it then contradicts, or no longer lists, the file whose line was changed
        assert problems
    else:
        assert path in {problem.path for problem in problems}


def test_a_missing_and_an_extra_file_are_named(settings: Settings, built: Path) -> None:
    made = release(settings, built)
    (made.folder / "gate.json").unlink()
    (made.folder / "notes.txt").write_text("added later", "utf-8")
    assert {(p.path, p.en.partition(": ")[2]) for p in verify_files(settings, made.release_id)} == {
        ("gate.json", "is missing"),
        ("notes.txt", "was not published, or its line in the sums was changed"),
        ("gate.json", "is missing"),
    }


def test_a_change_made_good_in_the_sums_contradicts_the_manifest(settings: Settings, built: Path) -> None:
    made = release(settings, built)
    for name in ("gate.json", "SHA256SUMS"):
        (made.folder / name).chmod(0o644)
    old = files(made.folder)["gate.json"]
    (made.folder / "gate.json").write_text("{}", "utf-8")
    sums = made.folder / "SHA256SUMS"
    sums.write_text(sums.read_text("utf-8").replace(old, files(made.folder)["gate.json"]), "utf-8")
    assert [problem.path for problem in verify_files(settings, made.release_id)] == ["gate.json"]


def test_a_manifest_that_is_not_the_one_in_the_log_is_named(settings: Settings, built: Path) -> None:
    made = release(settings, built)
    good = files(made.folder)["manifest.json"]
    assert verify_files(settings, "current", {made.release_id: good}) == ()
    forged = verify_files(settings, made.release_id, {made.release_id: "0" * 64})
    assert [problem.path for problem in forged] == ["manifest.json"]


# --- previous night, nothing changed, withdrawn -----------------------------------------------------


def test_the_previous_night_is_the_newest_earlier_one_known_by_then(settings: Settings, built: Path) -> None:
    def night(day: date, known_at: datetime) -> str:
        return release(settings, built, valid_on=day, known_at=known_at).release_id

    night(date(2014, 3, 10), datetime(2014, 3, 10, 18, tzinfo=UTC))
    second = night(date(2014, 3, 17), datetime(2014, 3, 17, 18, tzinfo=UTC))
    revised = night(date(2014, 3, 17), datetime(2014, 4, 2, 18, tzinfo=UTC))

    def before(day: date, known_at: datetime) -> str | None:
        found = previous_night(settings, day, known_at)
        return None if found is None else found.release_id

    assert before(date(2014, 3, 24), datetime(2014, 3, 24, 18, tzinfo=UTC)) == second
    assert before(date(2014, 3, 24), datetime(2014, 4, 3, 18, tzinfo=UTC)) == revised
    assert before(date(2014, 3, 10), datetime(2014, 4, 3, 18, tzinfo=UTC)) is None


def test_blocked_nights_and_quarters_are_no_previous_night(settings: Settings, built: Path) -> None:
    with pytest.raises(GateBlocked):
        release(settings, built, BLOCKED, valid_on=DAY - timedelta(days=1))
    release(settings, built, kind="quarter", quarter="2013Q4", valid_on=date(2013, 12, 31))
    assert previous_night(settings, DAY, KNOWN_AT) is None


@pytest.mark.parametrize(
    ("data_head", "made_by", "is_unchanged"),
    [
        (HEAD, MADE_BY, True),
        (LogHead(8, "i" * 64), MADE_BY, False),
        (HEAD, Provenance("0.1.0", "other code", "policy", "lock"), False),
        (HEAD, Provenance("0.1.0", "code", "other policy", "lock"), False),
    ],
)
def test_nothing_changed_means_same_day_data_policy_and_code(
    settings: Settings, built: Path, data_head: LogHead, made_by: Provenance, is_unchanged: bool
) -> None:
    release(settings, built)
    refuse_if_unchanged(settings, "night", DAY + timedelta(days=1), data_head, made_by)
    if not is_unchanged:
        refuse_if_unchanged(settings, "night", DAY, data_head, made_by)
        return
    with pytest.raises(NothingChanged) as caught:
        refuse_if_unchanged(settings, "night", DAY, data_head, made_by)
    assert caught.value.exit_code == ExitCode.NOTHING_CHANGED
    assert "night-2014-03-31-r1" in caught.value.en


def test_a_blocked_build_does_not_count_as_nothing_changed(settings: Settings, built: Path) -> None:
    with pytest.raises(GateBlocked):
        release(settings, built, BLOCKED)
    refuse_if_unchanged(settings, "night", DAY, HEAD, MADE_BY)


def test_a_withdrawn_release_stays_marked_and_the_one_before_is_current(
    settings: Settings, built: Path
) -> None:
    first = release(settings, built, valid_on=DAY - timedelta(days=1))
    second = release(settings, built)
    before = files(second.folder)
    told: list[Any] = []
    gone = withdraw(settings, "current", "重复计数", "统计岗", clock=clock, decide=told.append)
    assert gone.state == "withdrawn" and gone.withdrawn_at == clock()
    assert files(second.folder) == before
    assert (settings.releases / "current").readlink() == Path(first.release_id)
    assert told[0]["event"] == "withdrawn" and told[0]["reason"] == "重复计数"
    with pytest.raises(UsageError, match="cannot be withdrawn"):
        withdraw(settings, second.release_id, "again", "统计岗", clock=clock)


def test_when_the_only_release_is_withdrawn_nothing_is_current(settings: Settings, built: Path) -> None:
    release(settings, built, kind="quarter", quarter="2014Q1")
    release(settings, built)
    withdraw(settings, "current", "r", "p", clock=clock)
    withdraw(settings, "2014Q1", "r", "p", clock=clock)
    assert current(settings) is None
    assert not (settings.releases / "current").is_symlink()
    assert not (settings.releases / "quarters" / "2014Q1").is_symlink()


def test_an_unknown_release_is_refused_by_name(settings: Settings, built: Path) -> None:
    release(settings, built)
    with pytest.raises(UsageError, match=r"night-2099-01-01-r1.*night-2014-03-31-r1"):
        show(settings, "night-2099-01-01-r1")


# --- provenance -------------------------------------------------------------------------------------


def _installation(root: Path) -> Settings:
    for path, text in {
        "src/jianhui/a.py": "a",
        "dbt_project/models/m.sql": "select 1",
        "dbt_project/seeds/policy_rules.csv": "k,v",
        "expectations/thresholds.yml": "x: 1",
        "raw/contracts/tax.yml": "feed: tax",
        "requirements/base.txt": "duckdb==2.0.0",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return Settings(home=root, keys_root=root, installation=root)


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("src/jianhui/a.py", {"code_digest"}),
        ("dbt_project/models/m.sql", {"code_digest"}),
        ("expectations/thresholds.yml", {"code_digest"}),
        ("raw/contracts/tax.yml", {"code_digest"}),
        ("dbt_project/seeds/policy_rules.csv", {"policy_digest"}),
        ("requirements/base.txt", {"dependency_digest"}),
        ("dbt_project/target/manifest.json", set()),
        ("src/jianhui/__pycache__/a.pyc", set()),
    ],
)
def test_a_digest_changes_with_what_it_stands_for_and_nothing_else(
    tmp_path: Path, path: str, changed: set[str]
) -> None:
    settings = _installation(tmp_path)
    before = provenance(settings)
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("something else", "utf-8")
    after = provenance(settings)
    fields = ("code_digest", "policy_digest", "dependency_digest")
    assert {name for name in fields if getattr(before, name) != getattr(after, name)} == changed
