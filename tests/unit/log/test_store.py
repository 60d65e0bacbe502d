"""One writer, many readers; what is committed stands, and what is not leaves no trace."""

import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.unit.log.naive import Cells, Told
from tests.unit.log.telling import KEEPS, assertions

from jianhui.core.clock import Clock
from jianhui.core.errors import LogBusy, LogDamaged
from jianhui.core.events import FeedRule
from jianhui.log import files
from jianhui.log.audit import audit_ledger, audit_segments
from jianhui.log.ledger import EMPTY_HEAD, Delivery, FileRef, LedgerLine
from jianhui.log.store import EventLog

NOON = datetime(2014, 6, 1, 4, tzinfo=UTC)


def clock_at(instant: datetime) -> Clock:
    return lambda: instant


def delivery(number: int, on: date, verdict: str = "accepted", **more: Any) -> Delivery:
    return Delivery("commerce", f"d{number}", "full", on, verdict, NOON, f"{number}.csv", **more)  # type: ignore[arg-type]


def put(
    log: EventLog,
    number: int,
    rows: dict[str, Cells | str],
    rule: FeedRule = KEEPS,
    clock: Clock | None = None,
) -> LedgerLine:
    on = date(2014, 1, number)
    said = assertions(Told("full", on, ("",), {f"/{key}": cells for key, cells in rows.items()}), rule)
    return log.append_delivery(delivery(number, on), rule, said, clock or clock_at(NOON))


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    return EventLog(tmp_path / "raw" / "events", timeout_seconds=0.2)


def sound(log: EventLog) -> bool:
    state, problems = audit_ledger(log.root)
    return not problems and not audit_segments(log.root, state)


def test_an_empty_log_reads_as_empty_and_creates_nothing(log: EventLog) -> None:
    assert log.log_head() == log.data_head() == log.head_at(NOON) == EMPTY_HEAD
    assert log.events("commerce").is_empty()
    assert log.deliveries().is_empty()
    assert not log.root.exists()


def test_what_is_appended_can_be_read(log: EventLog) -> None:
    line = put(log, 1, {"a": ("甲", "")})
    assert log.log_head() == line.head
    assert log.events("commerce")["name"].to_list() == ["甲"]
    assert log.events("tax").is_empty()
    assert (log.root / "commerce" / "00000001-d1.parquet").is_file()
    assert sound(log)


def test_every_line_is_recorded_after_the_one_before_it_whatever_the_clock_says(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", "")})
    log.append_decision("base", {"why": "…"}, clock_at(NOON - timedelta(days=1)))
    put(log, 2, {"a": ("乙", "")}, clock=clock_at(NOON))
    put(log, 3, {"a": ("丙", "")}, clock=clock_at(NOON + timedelta(hours=1)))
    tick = timedelta(microseconds=1)
    instants = [line.recorded_at for line in log.ledger()]
    assert instants == [NOON, NOON + tick, NOON + 2 * tick, NOON + timedelta(hours=1)]
    assert log.events("commerce")["recorded_at"].unique().to_list() == [instants[0], *instants[2:]]


def test_what_was_known_at_an_instant_stays_known(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", "")})
    known = log.ledger()[-1]
    before = (log.events("commerce"), log.deliveries())
    put(log, 2, {"b": ("乙", "")}, clock=clock_at(NOON + timedelta(days=1)))
    assert log.head_at(known.recorded_at) == known.head
    assert log.events("commerce", known.recorded_at).equals(before[0])
    assert log.deliveries(known_at=known.recorded_at).equals(before[1])


def test_the_head_of_the_data_does_not_move_with_releases(log: EventLog) -> None:
    line = put(log, 1, {"a": ("甲", "")})
    log.append_decision("releases", {"id": "2014-01-01"}, clock_at(NOON))
    assert log.data_head() == line.head != log.log_head()
    decision = log.append_decision("judgements", {"id": 1}, clock_at(NOON))
    assert log.data_head() == decision.head


def test_a_held_delivery_asserts_nothing_until_it_is_released(log: EventLog) -> None:
    on = date(2014, 1, 5)
    log.append_outcome(delivery(5, on, "held", counts={"rows_in": 1}), clock_at(NOON))
    assert log.events("commerce").is_empty()
    assert log.deliveries()["verdict"].to_list() == ["held"]
    said = assertions(Told("full", on, ("",), {"/a": ("甲", "")}), KEEPS)
    log.append_delivery(delivery(5, on, "released"), KEEPS, said, clock_at(NOON))
    assert log.deliveries().select("delivery_id", "seq", "verdict").rows() == [("d5", 2, "released")]
    assert log.events("commerce").height == 1


def test_the_register_tells_what_a_delivery_did(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", ""), "b": ("乙", "")})
    put(log, 9, {"a": ("丙", "")})
    put(log, 4, {"a": ("甲", ""), "c": ("丁", "")})
    told = log.deliveries("commerce").select(
        "delivery_id", "is_late", "n_appeared", "n_changed", "n_disappeared", "n_restated", "absent_keys"
    )
    # The late third file also mends the ninth's change of a, and says that the ninth lacks c.
    assert told.rows() == [
        ("d1", False, 2, 0, 0, 0, 0),
        ("d9", False, 0, 1, 1, 0, 1),
        ("d4", True, 1, 0, 1, 3, 1),
    ]
    assert log.deliveries()["lag_days"].to_list() == [151, 143, 148]


def test_a_delivery_takes_effect_once(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", "")})
    with pytest.raises(ValueError, match="in the log already"):
        put(log, 1, {"a": ("甲", "")})


def test_verdicts_and_appends_must_agree(log: EventLog) -> None:
    on = date(2014, 1, 1)
    with pytest.raises(ValueError, match="append_outcome"):
        log.append_delivery(delivery(1, on, "held"), KEEPS, pl.DataFrame(), clock_at(NOON))
    with pytest.raises(ValueError, match="append_delivery"):
        log.append_outcome(delivery(1, on), clock_at(NOON))
    with pytest.raises(ValueError, match="aware"):
        log.append_decision("base", {}, clock_at(NOON.replace(tzinfo=None)))


def test_segments_of_different_contracts_unite_by_name(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", "")}, FeedRule("commerce", "keeps", False, None, None, ("name",)))
    put(log, 2, {"a": ("甲", "2014-01-01")})
    assert log.events("commerce")["approved_on"].to_list() == [None, "2014-01-01"]


def test_two_logs_of_the_same_deliveries_are_equal_byte_for_byte(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        log = EventLog(tmp_path / name / "raw" / "events")
        put(log, 1, {key: ("甲", key) for key in "abcdefgh"})
        put(log, 2, {key: ("乙", key) for key in "aceg"})
        contents.append({p.relative_to(log.root): p.read_bytes() for p in log.root.rglob("*") if p.is_file()})
    assert contents[0] == contents[1]


def test_waiting_files_of_a_delivery_get_their_names_when_it_is_committed(log: EventLog) -> None:
    landing = log.root.parent / "landing" / "commerce" / "d1.csv.gz"
    files.write_synced(files.pending(landing), b"cells")
    ref = FileRef("landing/commerce/d1.csv.gz", files.sha256(b"cells"))
    log.append_outcome(delivery(1, date(2014, 1, 1), "held", landing=ref), clock_at(NOON))
    assert landing.read_bytes() == b"cells"
    assert not files.pending(landing).exists()


def test_a_writer_may_nest_and_gives_the_lock_back(log: EventLog) -> None:
    with log.writing(), log.writing():
        put(log, 1, {"a": ("甲", "")})
    with EventLog(log.root, timeout_seconds=0).writing():
        pass


HOLDER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from jianhui.log.store import EventLog
    with EventLog(Path(sys.argv[1])).writing():
        print("held", flush=True)
        time.sleep(float(sys.argv[2]))
    """
)


def hold(log: EventLog, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(log.root), str(seconds)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_is_refused_by_name_while_readers_go_on(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", "")})
    holder = hold(log, 30)
    try:
        with pytest.raises(LogBusy) as refusal:
            put(log, 2, {"a": ("乙", "")})
        assert str(holder.pid) in refusal.value.zh
        assert str(holder.pid) in refusal.value.en
        assert log.events("commerce").height == 1
    finally:
        holder.kill()
        holder.wait()


def test_a_second_writer_waits_for_the_first(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", "")})
    holder = hold(log, 0.3)
    log.timeout_seconds = 30
    put(log, 2, {"a": ("乙", "")})
    assert holder.wait() == 0
    assert len(log.ledger()) == 2


def test_the_lock_of_a_dead_writer_is_free(log: EventLog) -> None:
    holder = hold(log, 30)
    holder.kill()
    holder.wait()
    put(log, 1, {"a": ("甲", "")})


class PowerCutError(Exception):
    """The machine stops here."""


def cut_power_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop before the ``step``-th action on disk; an append stops half-way through its line."""
    actions = 0

    def interrupted(real: Callable[..., None], half: bool) -> Callable[..., None]:
        def act(path: Path, *rest: Any) -> None:
            nonlocal actions
            actions += 1
            if actions == step:
                if half:
                    real(path, rest[0][: len(rest[0]) // 2])
                raise PowerCutError
            real(path, *rest)

        return act

    for name, half in (("write_synced", True), ("append_synced", True), ("replace_synced", False)):
        monkeypatch.setattr(files, name, interrupted(getattr(files, name), half))


@pytest.mark.parametrize("step", range(1, 8))
def test_a_power_cut_at_any_step_leaves_the_delivery_whole_or_absent(
    log: EventLog, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(log, 1, {"a": ("甲", "")})
    landing = log.root.parent / "landing" / "d2.csv.gz"
    files.write_synced(files.pending(landing), b"cells")
    on = date(2014, 1, 2)
    told = delivery(2, on, landing=FileRef("landing/d2.csv.gz", files.sha256(b"cells")))
    said = assertions(Told("full", on, ("",), {"/a": ("乙", "")}), KEEPS)
    with monkeypatch.context() as patch:
        cut_power_at(step, patch)
        # Segment, line, two names, head and its name: six actions, so that at the seventh nothing is cut.
        if step <= 6:
            with pytest.raises(PowerCutError):
                log.append_delivery(told, KEEPS, said, clock_at(NOON))
        else:
            log.append_delivery(told, KEEPS, said, clock_at(NOON))

    reopened = EventLog(log.root)
    is_committed = len(reopened.ledger()) == 2
    assert is_committed == (step >= 3)
    names = ["甲", "乙"] if is_committed else ["甲"]
    assert reopened.events("commerce")["name"].to_list() == names, "readers see it before it is finished"
    with reopened.writing():
        pass
    assert sound(reopened)
    assert reopened.events("commerce")["name"].to_list() == names
    assert landing.exists() == is_committed
    if not is_committed:
        files.write_synced(files.pending(landing), b"cells")
        reopened.append_delivery(told, KEEPS, said, clock_at(NOON))
    put(reopened, 3, {"a": ("丙", "")})
    assert sound(reopened)
    assert reopened.events("commerce")["name"].to_list() == ["甲", "乙", "丙"]


def test_nobody_writes_to_a_damaged_log(log: EventLog) -> None:
    put(log, 1, {"a": ("甲", "")})
    put(log, 2, {"a": ("乙", "")})
    ledger = log.root / "LEDGER.jsonl"
    ledger.write_bytes(ledger.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(LogDamaged) as refusal:
        put(EventLog(log.root), 3, {"a": ("丙", "")})
    assert refusal.value.code == "ledger_cut"
