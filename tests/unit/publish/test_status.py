"""How things stand, and what is wrong with the set-up: each with what to do."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from tests.unit.publish import small_release

from jianhui.core.errors import GateBlocked
from jianhui.intake.contract import load_contracts
from jianhui.intake.landing import feed_rule
from jianhui.log.derive import assertion_schema
from jianhui.log.ledger import Delivery
from jianhui.log.store import EventLog
from jianhui.publish.doctor import Finding, doctor
from jianhui.publish.status import status
from jianhui.settings import INSTALLATION, Settings


def clock() -> datetime:
    return datetime(2014, 4, 20, 2, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", keys_root=tmp_path / "keys")


def the(findings: list[Finding], code: str) -> Finding:
    return next(finding for finding in findings if finding.code == code)


def outcome(settings: Settings, verdict: str, note: str = "") -> None:
    """A delivery of commerce in the log: held, or taken in with one record."""
    log = EventLog(settings.events)
    delivery = Delivery(
        feed="commerce",
        delivery_id=f"commerce-20140331-{verdict}",
        kind="full",
        reference_on=date(2014, 3, 31),
        verdict=verdict,  # type: ignore[arg-type]
        received_at=datetime(2014, 4, 1, tzinfo=UTC),
        file_name="commerce_20140331.csv",
        note=note,
    )
    with log.writing():
        log.append_outcome(delivery, clock)


def gap_release(settings: Settings, path: Path, *, is_known: bool = True) -> None:
    """A release with a gap list of two enterprises, or one that knows nothing of cover."""
    built = small_release.build(path)
    with duckdb.connect(str(built)) as connection:
        connection.execute(
            "create table marts.fct_enterprises_without_union as "
            "select * replace ('E' || n_base as group_code) from marts.agg_coverage limit 2"
        )
        if not is_known:
            connection.execute("update marts.agg_coverage set n_covered = null")
    gap = replace(small_release.MARTS[0], name="fct_enterprises_without_union")
    small_release.release(settings, built, marts=(*small_release.MARTS, gap))


def test_an_empty_home_says_how_to_begin(settings: Settings) -> None:
    found = status(settings, clock)
    assert found.data["log"]["seq"] == 0
    assert found.data["release"] is None
    assert {feed["feed"] for feed in found.data["feeds"]} == set(load_contracts(settings.contracts))
    assert "jianhui receive" in found.text("zh") and "从未收到" in found.text("zh")
    assert "jianhui nightly" in found.text("en")


def test_held_deliveries_are_listed_with_their_note(settings: Settings) -> None:
    outcome(settings, "held", note="少了一成以上")
    found = status(settings, clock)
    assert [one["delivery_id"] for one in found.data["held"]] == ["commerce-20140331-held"]
    assert "少了一成以上" in found.text("zh") and "jianhui quarantine list" in found.text("zh")


def test_the_current_release_its_gate_and_its_gap_are_shown(settings: Settings, tmp_path: Path) -> None:
    gap_release(settings, tmp_path / "b.duckdb")
    found = status(settings, clock)
    assert found.data["release"]["release_id"] == "night-2014-03-31-r1"
    assert found.data["release"]["n_gap"] == 2
    assert found.data["release"]["gate"]["pass"] == 1
    assert "never received" in found.text("en") and "2 enterprises" in found.text("en")


def test_an_unknown_gap_is_not_shown_as_a_number(settings: Settings, tmp_path: Path) -> None:
    gap_release(settings, tmp_path / "b.duckdb", is_known=False)
    found = status(settings, clock)
    assert found.data["release"]["n_gap"] is None
    assert "未知" in found.text("zh") and "unknown" in found.text("en")


def test_a_build_blocked_since_is_named(settings: Settings, tmp_path: Path) -> None:
    gap_release(settings, tmp_path / "b.duckdb")
    with pytest.raises(GateBlocked):
        later = datetime(2014, 4, 1, 18, tzinfo=UTC)
        small_release.release(
            settings,
            tmp_path / "b.duckdb",
            small_release.BLOCKED,
            valid_on=date(2014, 4, 1),
            known_at=later,
        )
    found = status(settings, clock)
    assert found.data["blocked"] == ["night-2014-04-01-r1"]
    assert "night-2014-04-01-r1" in found.text("zh")


def test_a_sound_home_has_nothing_fatal(settings: Settings) -> None:
    findings = doctor(settings, clock)
    assert [finding for finding in findings if finding.is_fatal] == []
    assert all(finding.do for finding in findings if finding.level != "ok")
    assert all(finding.text("zh") and finding.text("en") for finding in findings)


def test_keys_others_can_read_are_fatal(settings: Settings) -> None:
    key = settings.keys_root / "home" / "pseudonym.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    finding = the(doctor(settings, clock), "keys")
    assert finding.is_fatal and finding.do.startswith("chmod")
    key.chmod(0o600)
    assert the(doctor(settings, clock), "keys").level == "ok"


def test_a_vault_without_its_keys_is_fatal(settings: Settings) -> None:
    settings.vault.mkdir(parents=True)
    (settings.vault / "HOME_ID").write_text("home", "utf-8")
    assert the(doctor(settings, clock), "keys").is_fatal


def test_keys_inside_the_data_folder_are_warned_of(tmp_path: Path) -> None:
    inside = Settings(home=tmp_path, keys_root=tmp_path / "keys")
    assert the(doctor(inside, clock), "keys_place").level == "warn"


def test_a_home_that_cannot_be_written_is_fatal(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way", "utf-8")
    finding = the(doctor(Settings(home=file, keys_root=tmp_path / "keys"), clock), "home")
    assert finding.is_fatal and "JIANHUI_HOME" in finding.do


def test_dependencies_that_differ_from_the_lock_are_named(tmp_path: Path) -> None:
    installation = tmp_path / "installation"
    for folder in ("expectations", "raw/contracts"):
        (installation / folder).parent.mkdir(parents=True, exist_ok=True)
        (installation / folder).symlink_to(INSTALLATION / folder)
    (installation / "requirements").mkdir()
    (installation / "requirements" / "base.txt").write_text(
        "duckdb==0.0.1 \\\n    --hash=sha256:00\nnever-heard-of==1 ; sys_platform == 'win32'\n", "utf-8"
    )
    finding = the(
        doctor(Settings(home=tmp_path / "h", keys_root=tmp_path / "k", installation=installation), clock),
        "lock",
    )
    assert finding.level == "warn"
    assert "duckdb" in finding.en and "never-heard-of" not in finding.en


def test_a_broken_pointer_and_what_was_left_over_are_named(settings: Settings, tmp_path: Path) -> None:
    small_release.release(settings, small_release.build(tmp_path / "b.duckdb"))
    pointer = settings.releases / "current"
    pointer.unlink()
    pointer.symlink_to("night-1999-01-01-r1")
    staging = settings.releases / ".staging-night-2014-04-01-r1-1"
    staging.mkdir()
    findings = doctor(settings, clock)
    assert the(findings, "pointer").do == f"ln -sfn night-2014-03-31-r1 {pointer}"
    assert str(staging) in the(findings, "left_over").do
    pointer.unlink()
    pointer.mkdir()
    do = f"mv {pointer} {pointer}-copied && ln -sfn night-2014-03-31-r1 {pointer}"
    assert the(doctor(settings, clock), "pointer").do == do


def test_a_damaged_log_is_fatal_and_says_how_to_look(settings: Settings) -> None:
    outcome(settings, "held")
    ledger = settings.events / "LEDGER.jsonl"
    ledger.write_text(ledger.read_text("utf-8").replace("commerce", "kommerce"), "utf-8")
    finding = the(doctor(settings, clock), "log")
    assert finding.is_fatal and finding.do == "jianhui replay --verify"


def test_a_delivery_shows_its_lag_and_when_the_next_is_due(settings: Settings) -> None:
    contract = load_contracts(settings.contracts)["commerce"]
    rule = feed_rule(contract)
    schema = assertion_schema(rule)
    row = dict.fromkeys(schema) | {
        "record_key": "A",
        "record_key_raw": "A",
        "scope": "",
        "op": "present",
        "line": 2,
    }
    delivery = Delivery(
        feed="commerce", delivery_id="d", kind="full", reference_on=date(2014, 3, 31), verdict="accepted",
        received_at=datetime(2014, 4, 1, tzinfo=UTC), file_name="commerce_20140331.csv",
    )  # fmt: skip
    log = EventLog(settings.events)
    with log.writing():
        log.append_delivery(delivery, rule, pl.DataFrame([row], schema=schema), clock)
    (feed,) = (one for one in status(settings, clock).data["feeds"] if one["feed"] == "commerce")
    assert feed["last_reference_on"] == "2014-03-31"
    assert feed["days_behind"] == 20
    assert feed["due_on"] is not None and feed["due_on"] > "2014-03-31"
