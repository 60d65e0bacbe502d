"""What the log must prove of itself: ledger, head and segments on disk against each other."""

import json
from pathlib import Path

from jianhui.core.errors import Where
from jianhui.log import files
from jianhui.log.damage import Problem
from jianhui.log.ledger import EMPTY_HEAD, LEDGER_NAME, FileRef, LedgerLine, LogHead, Scan, scan

HEAD_NAME = "HEAD.json"
LOCK_NAME = "WRITER.lock"


def read_head(root: Path) -> LogHead | Problem:
    """The last line known to be finished; the empty head where there is no file."""
    path = root / HEAD_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return EMPTY_HEAD
    try:
        document = json.loads(data)
        head = LogHead(document["seq"], document["hash"])
    except (ValueError, KeyError, TypeError):
        head = None
    if head is None or head_bytes(head) != data:
        return Problem(
            "log_head_changed",
            f"{HEAD_NAME} 与写入时不符",
            f"{HEAD_NAME} is not what was written",
            Where(file=HEAD_NAME),
        )
    return head


def head_bytes(head: LogHead) -> bytes:
    """``HEAD.json`` as it stands in the file."""
    return json.dumps({"seq": head.seq, "hash": head.hash}).encode() + b"\n"


def head_problem(state: Scan, head: LogHead) -> Problem | None:
    """What the finished head says against the ledger: its tail cut off, its chain written anew.

    Holds while a writer is at work, if the head was read before the ledger.
    """
    where = Where(file=LEDGER_NAME, line=head.seq)
    if head.seq > state.height and state.torn:
        return Problem(
            "ledger_incomplete_last_line",
            f"账本最后一行（第 {state.height + 1} 行）不完整，而曾写到第 {head.seq} 行",
            f"the last line of the ledger (line {state.height + 1}) is incomplete, "
            f"yet line {head.seq} was written",
            Where(file=LEDGER_NAME, line=state.height + 1),
        )
    if head.seq > state.height:
        return Problem(
            "ledger_cut",
            f"账本止于第 {state.height} 行，而曾写到第 {head.seq} 行：尾部被截断",
            f"the ledger ends at line {state.height}, yet line {head.seq} was written: its tail is cut off",
            where,
        )
    at_head = next((line for line in state.lines if line.seq == head.seq), None)
    if at_head is not None and at_head.head != head:
        return Problem(
            "ledger_rewritten",
            f"账本第 {head.seq} 行不是当时写入的那一行：账本被重写",
            f"ledger line {head.seq} is not the line that was written: the ledger was written anew",
            where,
        )
    return None


def surplus_problem(state: Scan, head: LogHead) -> Problem | None:
    """Lines beyond the head and the one append that may have been interrupted. For a log standing still."""
    if state.height <= head.seq + 1:
        return None
    return Problem(
        "ledger_extra",
        f"账本有 {state.height} 行，{HEAD_NAME} 只记到第 {head.seq} 行：有外来的行，或 {HEAD_NAME} 被换",
        f"the ledger has {state.height} lines, yet {HEAD_NAME} knows of {head.seq}: "
        f"lines were added, or {HEAD_NAME} was exchanged or removed",
        Where(file=LEDGER_NAME, line=head.seq + 1),
    )


def file_refs(line: LedgerLine) -> tuple[FileRef, ...]:
    """The files a line answers for: segment, landing, receipt."""
    told = line.delivery
    refs = (line.segment, told.landing if told else None, told.receipt if told else None)
    return tuple(ref for ref in refs if ref is not None)


def file_problem(path: Path, ref: FileRef, kind: str) -> Problem | None:
    """What is wrong with a file the ledger answers for. ``kind``: segment, landing or receipt."""
    zh = {"segment": "事件段", "landing": "落地文件", "receipt": "回执"}[kind]
    if not path.is_file():
        return Problem(f"{kind}_missing", f"{zh}缺失", f"the {kind} is missing", Where(file=ref.path))
    if files.sha256(path.read_bytes()) != ref.sha256:
        return Problem(
            f"{kind}_changed",
            f"{zh}与账本记下的摘要不符",
            f"the {kind} does not have the digest the ledger holds",
            Where(file=ref.path),
        )
    return None


def audit_ledger(root: Path) -> tuple[Scan, list[Problem]]:
    """The ledger as it stands, and everything that speaks against it. The log must stand still."""
    path = root / LEDGER_NAME
    state = scan(path.read_bytes() if path.is_file() else b"")
    problems = list(state.problems)
    head = read_head(root)
    if isinstance(head, Problem):
        return state, [*problems, head]
    cut = head_problem(state, head)
    if state.torn and cut is None:
        cut = Problem(
            "ledger_incomplete_last_line",
            f"账本最后一行（第 {state.height + 1} 行）不完整：写入中断，从未生效，下次写入时清除",
            f"the last line of the ledger (line {state.height + 1}) is incomplete: "
            "an append was interrupted and never took effect; the next writer removes it",
            Where(file=LEDGER_NAME, line=state.height + 1),
        )
    found = (cut, surplus_problem(state, head))
    return state, [*problems, *(problem for problem in found if problem is not None)]


def audit_segments(root: Path, state: Scan) -> list[Problem]:
    """Segments on disk against the ledger: changed, missing, extra. The log must stand still."""
    named = {line.segment.path: line.segment for line in state.lines if line.segment}
    problems = [
        problem
        for ref in named.values()
        if (problem := file_problem(standing_file(root, ref), ref, "segment")) is not None
    ]
    own = {root / name for name in (LEDGER_NAME, HEAD_NAME, LOCK_NAME)}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root.parent).as_posix()
        # What waits for a ledger line that never came is no part of the log; the next writer tidies it away.
        is_waiting = path.name.endswith(files.PENDING)
        if path.is_file() and relative not in named and path not in own and not is_waiting:
            problems.append(
                Problem(
                    "segment_extra",
                    "事件目录中有账本没有记下的文件",
                    "no ledger line names this file among the events",
                    Where(file=relative),
                )
            )
    return problems


def standing_file(root: Path, ref: FileRef) -> Path:
    """Where a file the ledger names stands: by its name, or still waiting for it after an interruption."""
    path = root.parent / ref.path
    waiting = files.pending(path)
    return waiting if not path.exists() and waiting.exists() else path
