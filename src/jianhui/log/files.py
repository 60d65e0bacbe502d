"""Files of the log: written whole or not at all, and read against their digest.

A file the ledger answers for is first written to ``<path>.pending``; it gets its name only after the
ledger line that names it is on disk. So a name without a line, or a line without its file, is damage,
and never the trace of a power cut.
"""

import hashlib
import io
import os
from pathlib import Path

import polars as pl

PENDING = ".pending"


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def pending(path: Path) -> Path:
    """Where a file waits for the ledger line that names it."""
    return path.with_name(path.name + PENDING)


def write_synced(path: Path, data: bytes) -> None:
    """Write ``data`` and have it on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def append_synced(path: Path, data: bytes) -> None:
    """Append ``data`` in one write and have it on disk when this returns."""
    with path.open("ab", buffering=0) as stream:
        stream.write(data)
        os.fsync(stream.fileno())


def truncate_synced(path: Path, size: int) -> None:
    """Cut a file to ``size`` bytes, on disk when this returns."""
    with path.open("r+b") as stream:
        stream.truncate(size)
        os.fsync(stream.fileno())


def replace_synced(source: Path, target: Path) -> None:
    """Rename within one file system, the new name on disk when this returns."""
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in ``folder`` on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """``frame`` as Parquet: equal frames give equal bytes under one version of polars."""
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(
        buffer, compression="zstd", compression_level=3, statistics=True, row_group_size=1 << 18
    )
    return buffer.getvalue()
