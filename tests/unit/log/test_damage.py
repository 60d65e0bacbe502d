"""Every way a log can be damaged is found, and named."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from jianhui.core.clock import Clock
from jianhui.core.errors import ExitCode, LogDamaged
from jianhui.intake.contract import load_contracts
from jianhui.intake.receive import receive
from jianhui.intake.replay import verify
from jianhui.log import files
from jianhui.log.audit import head_bytes
from jianhui.log.damage import Problem
from jianhui.log.ledger import GENESIS, LedgerLine, LogHead, chained, line_bytes, scan
from jianhui.log.store import EventLog
from jianhui.settings import Settings, load

COMMERCE = "注册号,企业名称,住所,成立日期,登记状态,核准日期,法定代表人,变更类型\n"
TAX = "纳税人识别号,主管税务机关,所属期,征收品目,纳税人名称,职工人数\n"
FIRM_A = "210200000000017,大连甲有限公司,中山区,2010-01-01,{status},{approved},张某,{word}\n"
FIRM_B = "210200000000025,大连乙有限公司,西岗区,2011-01-01,存续,,李某,{word}\n"


def firms(status: str = "存续", approved: str = "", word: str = "") -> str:
    return COMMERCE + FIRM_A.format(status=status, approved=approved, word=word) + FIRM_B.format(word=word)


DELIVERIES = (
    ("commerce", "commerce_20140401.csv", firms()),
    ("commerce", "commerce_20140403.csv", firms("注销", "2014-04-02")),
    ("tax", "tax_20140403.csv", TAX + "21020000001,1210200,201402,工会经费,大连甲有限公司,12\n"),
    ("commerce", "commerce_20140402.csv", firms("迁出")),
    ("commerce", "commerce_20140403_x.csv", COMMERCE + FIRM_B.format(word="")),
    ("commerce", "commerce_20140404_delta.csv", COMMERCE + FIRM_B.format(word="删除")),
    ("commerce", "commerce_20140405.csv", "企业名称\n无主键\n"),
)
"""A first file, a changed one, another feed, a late one, one that is held, a delta, one that is refused."""


def ticking(start: datetime) -> Clock:
    ticks: Iterator[datetime] = (start + timedelta(hours=n) for n in range(10_000))
    return lambda: next(ticks)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a small real log and one release that rests on its fourth line."""
    root = tmp_path_factory.mktemp("whole")
    settings = load({"JIANHUI_HOME": str(root / "home"), "JIANHUI_KEYS": str(root / "keys")})
    contracts = load_contracts(settings.contracts)
    clock = ticking(datetime(2014, 5, 1, tzinfo=UTC))
    log = EventLog(settings.events)
    for number, (feed, name, text) in enumerate(DELIVERIES, start=1):
        (root / name).write_text(text, "utf-8")
        receive(settings, contracts[feed], root / name, clock=clock, log=log)
        if number == 4:
            head = {"seq": log.log_head().seq, "hash": log.log_head().hash}
            manifest = settings.releases / "2014-04-03" / "manifest.json"
            files.write_synced(manifest, json.dumps({"log_head": head}).encode())
            log.append_decision("releases", {"id": "2014-04-03"}, clock)
    return settings


@pytest.fixture
def home(whole: Settings, tmp_path: Path) -> Settings:
    """A copy of the whole home to damage."""
    shutil.copytree(whole.home, tmp_path / "home")
    return replace(whole, home=tmp_path / "home")


def codes(home: Settings) -> set[str]:
    return {problem.code for problem in verify(home)}


def ledger_of(home: Settings) -> list[bytes]:
    return (home.events / "LEDGER.jsonl").read_bytes().splitlines(keepends=True)


def write_ledger(home: Settings, lines: list[bytes]) -> None:
    (home.events / "LEDGER.jsonl").write_bytes(b"".join(lines))


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 0x01
    path.write_bytes(data)


def segments(home: Settings) -> list[Path]:
    return sorted(home.events.glob("*/*.parquet"))


def cut_tail(home: Settings, keep: int, *, with_received: bool, with_head: bool) -> None:
    """Cut the ledger after ``keep`` lines, and everything the lines after it name."""
    lines = ledger_of(home)
    gone = scan(b"".join(lines)).lines[keep:]
    kept = scan(b"".join(lines[:keep])).lines
    write_ledger(home, lines[:keep])
    for line in gone:
        told = line.delivery
        received = [told.landing, told.receipt] if told and with_received else []
        for ref in [line.segment, *received]:
            if ref is not None:
                (home.events.parent / ref.path).unlink()
    if with_head:
        (home.events / "HEAD.json").write_bytes(head_bytes(kept[-1].head))


def test_a_whole_log_proves_itself(whole: Settings) -> None:
    assert verify(whole) == []
    verdicts = [line.delivery.verdict for line in EventLog(whole.events).ledger() if line.delivery]
    assert verdicts == ["accepted", "accepted", "accepted", "accepted", "held", "accepted", "refused"]
    assert len(segments(whole)) == 5


def test_a_home_without_a_log_proves_itself(tmp_path: Path) -> None:
    settings = load({"JIANHUI_HOME": str(tmp_path), "JIANHUI_KEYS": str(tmp_path / "keys")})
    assert verify(settings) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", range(5))
def test_a_flipped_byte_in_a_segment_is_named(home: Settings, number: int) -> None:
    path = segments(home)[number]
    flip(path, path.stat().st_size // 2)
    (problem,) = verify(home)
    assert (problem.code, problem.where.file) == (
        "segment_changed",
        path.relative_to(home.events.parent).as_posix(),
    )


@pytest.mark.parametrize(
    ("pattern", "code"), [("*.csv.gz", "landing_changed"), ("*.json", "receipt_changed")]
)
def test_a_flipped_byte_in_landing_or_receipt_is_named(home: Settings, pattern: str, code: str) -> None:
    for path in [*home.landing.rglob(pattern), *home.quarantine.rglob(pattern)]:
        intact = path.read_bytes()
        flip(path, len(intact) // 3)
        (problem,) = verify(home)
        assert (problem.code, problem.where.file) == (
            code,
            path.relative_to(home.events.parent).as_posix(),
        )
        path.write_bytes(intact)


def test_a_flipped_byte_in_any_line_of_the_ledger_is_named(home: Settings) -> None:
    lines = ledger_of(home)
    for number, line in enumerate(lines, start=1):
        damaged = bytearray(line)
        damaged[len(damaged) // 2] ^= 0x01
        write_ledger(home, [*lines[: number - 1], bytes(damaged), *lines[number:]])
        assert ("ledger_line_changed", number) in {(one.code, one.where.line) for one in verify(home)}


def test_any_single_flipped_byte_is_found(home: Settings) -> None:
    choice = random.Random(20140403)
    paths = [
        path
        for folder in (home.events, home.landing, home.quarantine / "deliveries")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "WRITER.lock"
    ]
    for path in paths:
        intact = path.read_bytes()
        flip(path, choice.randrange(len(intact)))
        assert verify(home) != [], path
        path.write_bytes(intact)
    assert verify(home) == []


def test_a_missing_segment_is_named(home: Settings) -> None:
    path = segments(home)[1]
    path.unlink()
    (problem,) = verify(home)
    assert (problem.code, problem.where.file) == (
        "segment_missing",
        path.relative_to(home.events.parent).as_posix(),
    )


def test_an_extra_segment_is_named(home: Settings) -> None:
    path = segments(home)[1]
    extra = path.with_name("00000099-commerce-20140499-full-0-1.parquet")
    shutil.copy(path, extra)
    (problem,) = verify(home)
    assert (problem.code, problem.where.file) == (
        "segment_extra",
        extra.relative_to(home.events.parent).as_posix(),
    )


@pytest.mark.parametrize("kind", ["landing", "receipt"])
def test_a_missing_landing_or_receipt_is_named(home: Settings, kind: str) -> None:
    told = scan(b"".join(ledger_of(home))).lines[0].delivery
    path = home.events.parent / getattr(told, kind).path
    path.unlink()
    assert codes(home) == {f"{kind}_missing"}


@pytest.mark.parametrize("keep", [0, 1, 5, 7])
def test_a_cut_tail_is_named_even_when_nothing_else_witnesses_it(home: Settings, keep: int) -> None:
    shutil.rmtree(home.releases)
    cut_tail(home, keep, with_received=True, with_head=False)
    (problem,) = verify(home)
    assert (problem.code, problem.where.line) == ("ledger_cut", 8)


def test_a_cut_tail_is_witnessed_by_receipts_when_the_head_is_set_back_too(home: Settings) -> None:
    cut_tail(home, 5, with_received=False, with_head=True)
    assert codes(home) == {"received_unknown"}


def test_a_cut_tail_is_witnessed_by_a_release_when_the_head_is_set_back_too(home: Settings) -> None:
    cut_tail(home, 3, with_received=True, with_head=True)
    (problem,) = verify(home)
    assert (problem.code, problem.where.file) == ("release_head_unknown", "releases/2014-04-03/manifest.json")


def test_a_missing_head_is_named(home: Settings) -> None:
    (home.events / "HEAD.json").unlink()
    assert codes(home) == {"ledger_extra"}


def test_a_changed_head_is_named(home: Settings) -> None:
    (home.events / "HEAD.json").write_bytes(b'{"seq": 8}\n')
    assert codes(home) == {"log_head_changed"}


def test_swapped_lines_are_named(home: Settings) -> None:
    lines = ledger_of(home)
    write_ledger(home, [*lines[:1], lines[2], lines[1], *lines[3:]])
    misplaced = [one for one in verify(home) if one.code == "ledger_line_misplaced"]
    assert [one.where.line for one in misplaced] == [2, 3]


def test_a_line_taken_out_of_the_middle_is_named(home: Settings) -> None:
    lines = ledger_of(home)
    write_ledger(home, [*lines[:3], *lines[4:]])
    assert {"ledger_line_misplaced", "ledger_cut"} <= codes(home)


def test_a_line_written_twice_is_named(home: Settings) -> None:
    lines = ledger_of(home)
    write_ledger(home, [*lines, lines[-1]])
    assert codes(home) == {"ledger_line_misplaced"}


@pytest.mark.parametrize("cut", [1, 40, -1])
def test_an_incomplete_last_line_is_named(home: Settings, cut: int) -> None:
    lines = ledger_of(home)
    write_ledger(home, [*lines[:-1], lines[-1][:cut]])
    named = [one for one in verify(home) if one.code == "ledger_incomplete_last_line"]
    assert [one.where.line for one in named] == [8]


def test_a_line_that_was_never_finished_is_named_until_the_next_writer_removes_it(home: Settings) -> None:
    lines = ledger_of(home)
    write_ledger(home, [*lines, lines[-1][:50]])
    assert codes(home) == {"ledger_incomplete_last_line"}
    EventLog(home.events).append_decision("base", {}, ticking(datetime(2015, 1, 1, tzinfo=UTC)))
    assert verify(home) == []


def rewrite(home: Settings, lines: list[LedgerLine]) -> None:
    """Write a ledger whose chain is right from end to end."""
    previous = GENESIS
    written = []
    for line in lines:
        written.append(chained(replace(line, prev_hash=previous)))
        previous = written[-1].hash
    write_ledger(home, [line_bytes(line) for line in written])


def test_a_line_written_anew_does_not_fit_the_next_one(home: Settings) -> None:
    lines = list(scan(b"".join(ledger_of(home))).lines)
    assert lines[0].delivery is not None
    lines[0] = chained(replace(lines[0], delivery=replace(lines[0].delivery, file_name="other.csv")))
    write_ledger(home, [line_bytes(line) for line in lines])
    broken = [one for one in verify(home) if one.code == "ledger_chain_broken"]
    assert [one.where.line for one in broken] == [2]


def test_a_ledger_written_anew_is_named_though_its_chain_is_right(home: Settings) -> None:
    lines = list(scan(b"".join(ledger_of(home))).lines)
    assert lines[0].delivery is not None
    lines[0] = replace(lines[0], delivery=replace(lines[0].delivery, file_name="other.csv"))
    rewrite(home, lines)
    assert codes(home) == {"ledger_rewritten", "release_head_unknown"}


def test_a_forged_segment_is_named_though_ledger_and_head_were_forged_with_it(home: Settings) -> None:
    shutil.rmtree(home.releases)
    path = segments(home)[0]
    forged = pl.read_parquet(path).with_columns(status=pl.lit("注销"))
    data = files.parquet_bytes(forged)
    path.write_bytes(data)
    lines = list(scan(b"".join(ledger_of(home))).lines)
    assert lines[0].segment is not None
    lines[0] = replace(lines[0], segment=replace(lines[0].segment, sha256=files.sha256(data)))
    rewrite(home, lines)
    head = scan(b"".join(ledger_of(home))).head
    (home.events / "HEAD.json").write_bytes(head_bytes(head))
    (problem,) = verify(home)
    assert (problem.code, problem.where.file) == (
        "segment_underivable",
        path.relative_to(home.events.parent).as_posix(),
    )


def test_a_receipt_that_speaks_of_another_delivery_is_named(home: Settings) -> None:
    shutil.rmtree(home.releases)
    lines = list(scan(b"".join(ledger_of(home))).lines)
    assert lines[0].delivery is not None
    told = replace(lines[0].delivery, reference_on=date(2014, 3, 31))
    rewrite(home, [replace(lines[0], delivery=told), *lines[1:]])
    head = scan(b"".join(ledger_of(home))).head
    (home.events / "HEAD.json").write_bytes(head_bytes(head))
    assert "receipt_contradicts" in codes(home)


@pytest.mark.parametrize("manifest", ["{}", "{", '{"log_head": 3}'])
def test_a_release_that_names_no_log_head_is_named(home: Settings, manifest: str) -> None:
    path = home.releases / "quarters" / "2014Q1" / "manifest.json"
    files.write_synced(path, manifest.encode())
    assert codes(home) == {"release_unreadable"}


def test_a_release_of_another_log_is_named(home: Settings) -> None:
    path = home.releases / "other" / "manifest.json"
    head = LogHead(2, "f" * 64)
    files.write_synced(path, json.dumps({"log_head": {"seq": head.seq, "hash": head.hash}}).encode())
    assert codes(home) == {"release_head_unknown"}


def test_readers_refuse_a_changed_segment_and_a_changed_ledger(home: Settings) -> None:
    flip(segments(home)[0], 100)
    with pytest.raises(LogDamaged) as refusal:
        EventLog(home.events).events("commerce")
    assert (refusal.value.code, refusal.value.exit_code) == ("segment_changed", ExitCode.LOG_DAMAGED)
    flip(home.events / "LEDGER.jsonl", 100)
    with pytest.raises(LogDamaged) as refusal:
        EventLog(home.events).log_head()
    assert refusal.value.code == "ledger_line_changed"


def test_a_problem_is_told_in_chinese_and_in_english(home: Settings) -> None:
    segments(home)[0].unlink()
    (problem,) = verify(home)
    assert isinstance(problem, Problem)
    assert "事件段缺失" in problem.message("zh")
    assert "the segment is missing" in problem.message("en")
    assert problem.error().next_step == "jianhui replay --verify"


def test_a_segment_without_landing_and_receipt_in_the_ledger_is_named(home: Settings) -> None:
    shutil.rmtree(home.releases)
    lines = list(scan(b"".join(ledger_of(home))).lines)
    told = lines[0].delivery
    assert told is not None
    for ref in (told.landing, told.receipt):
        assert ref is not None
        (home.events.parent / ref.path).unlink()
    rewrite(home, [replace(lines[0], delivery=replace(told, landing=None, receipt=None)), *lines[1:]])
    head = scan(b"".join(ledger_of(home))).head
    (home.events / "HEAD.json").write_bytes(head_bytes(head))
    assert codes(home) == {"segment_unproved"}
