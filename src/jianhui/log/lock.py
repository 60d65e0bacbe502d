"""One writer at a time: an operating-system lock that dies with its process."""

import fcntl
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from jianhui.core.clock import SHANGHAI
from jianhui.core.errors import LogBusy, Where

_POLL_SECONDS = 0.05


class WriterLock:
    """A lock on the file ``path``, which names its holder. Not reentrant, not for threads to share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, timeout_seconds: float) -> None:
        """Take the lock, waiting at most ``timeout_seconds``; then :class:`LogBusy` names the holder."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        give_up_at = time.monotonic() + timeout_seconds
        try:
            while not _locked(descriptor):
                if time.monotonic() >= give_up_at:
                    raise self._busy()
                time.sleep(_POLL_SECONDS)
        except BaseException:
            os.close(descriptor)
            raise
        holder = json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv)}, ensure_ascii=False)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, holder.encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back. The file stays, empty: removing it would let two hold "the" lock."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def _busy(self) -> LogBusy:
        """The refusal that names process, command and since when (the file's own time stamp)."""
        try:
            holder = json.loads(self.path.read_text("utf-8"))
            pid, command = str(holder["pid"]), str(holder["command"])
        except (OSError, ValueError, KeyError):
            pid, command = "?", "?"
        since = datetime.fromtimestamp(self.path.stat().st_mtime, UTC).astimezone(SHANGHAI)
        told = since.isoformat(sep=" ", timespec="seconds")
        return LogBusy(
            "log_busy",
            f"事件日志正由进程 {pid}（{command}）写入，自 {told} 起",
            f"process {pid} ({command}) has been writing the log since {told}",
            next_step="等它结束后重试 / wait for it to end, then try again",
            where=Where(file=self.path.name),
        )


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
