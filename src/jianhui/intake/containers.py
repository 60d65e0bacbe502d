"""What lies inside a file: a text or a workbook, perhaps alone in a .gz or .zip.

Told apart by content, never by name. Sizes are bounded before anything is unpacked into memory, so
that a small file cannot fill the machine.
"""

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jianhui.core.errors import DeliveryRefused, UsageError, Where

MAX_BYTES = 1 << 30
"""Greatest size of an unpacked delivery: some two to three million enterprises."""

_CHUNK = 4 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BURIED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True)
class Content:
    """An unpacked delivery."""

    format: Literal["csv", "xlsx"]
    data: bytes


def file_bytes(file: Path) -> bytes:
    """The content of a file somebody names. Raises ``UsageError``: ``no_such_file``, ``too_large``."""
    if not file.is_file():
        raise UsageError(
            "no_such_file",
            "没有这个文件",
            "there is no such file",
            where=Where(file=str(file)),
            next_step=f"ls {file.parent}",
        )
    if file.stat().st_size > MAX_BYTES:
        raise UsageError(
            "too_large",
            f"文件超过 {MAX_BYTES >> 20} MiB",
            f"the file is larger than {MAX_BYTES >> 20} MiB",
            where=Where(file=file.name),
            next_step="分成几份 / split it",
        )
    return file.read_bytes()


def unpack(data: bytes, file_name: str, max_bytes: int = MAX_BYTES) -> Content:
    """The one text or workbook ``data`` holds.

    Raises ``DeliveryRefused``: ``empty_file``, ``too_large``, ``damaged_archive``, ``encrypted_archive``,
    ``not_one_file``, ``nested_archive``, ``old_excel_format``.
    """
    inner = _member(data, file_name, max_bytes)
    is_packed = inner is not data
    if is_packed and (inner.startswith(_GZIP_MAGIC) or (_is_zip(inner) and not _is_workbook(inner))):
        raise _refused(
            "nested_archive",
            "压缩包里还是压缩包",
            "an archive inside an archive",
            file_name,
            "只压缩一层 / pack it once",
        )
    if not inner.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise _refused(
            "empty_file", "文件是空的", "the file is empty", file_name, "请重新发送 / ask for it again"
        )
    if inner.startswith(_OLE_MAGIC):
        raise _refused(
            "old_excel_format",
            "旧版 Excel 文件（.xls）或加密的工作簿",
            "an old Excel file (.xls) or an encrypted workbook",
            file_name,
            "另存为不加密的 .xlsx / save it as .xlsx, without a password",
        )
    return Content("xlsx" if _is_zip(inner) else "csv", inner)


def _member(data: bytes, file_name: str, max_bytes: int) -> bytes:
    """The content of a gzip or zip file, else ``data`` itself."""
    if len(data) > max_bytes:
        raise _too_large(file_name, max_bytes)
    if data.startswith(_GZIP_MAGIC):
        return _gunzip(data, file_name, max_bytes)
    if _is_zip(data):
        members = _zip_members(data, file_name)
        if sum(member.file_size for member in members) > max_bytes:
            raise _too_large(file_name, max_bytes)
        if not _is_workbook(data):
            return _unzip(data, members, file_name)
    return data


def _is_zip(data: bytes) -> bool:
    return data.startswith((_ZIP_MAGIC, _EMPTY_ZIP_MAGIC))


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _gunzip(data: bytes, file_name: str, max_bytes: int) -> bytes:
    """Every member of a gzip file, one after the other, within ``max_bytes``."""
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            while part := file.read(_CHUNK):
                parts.append(part)
                size += len(part)
                if size > max_bytes:
                    raise _too_large(file_name, max_bytes)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _damaged(file_name) from error
    return b"".join(parts)


def _zip_members(data: bytes, file_name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except zipfile.BadZipFile as error:
        raise _damaged(file_name) from error


def _unzip(data: bytes, members: list[zipfile.ZipInfo], file_name: str) -> bytes:
    """The only real file of a zip archive. Its declared size, already checked, bounds what is read."""
    files = [item for item in members if not item.is_dir() and not item.filename.startswith(_BURIED[0])]
    files = [item for item in files if not item.filename.endswith(_BURIED[1:])]
    if len(files) != 1:
        raise _refused(
            "not_one_file",
            f"压缩包里有 {len(files)} 个文件，应当只有一个",
            f"the archive holds {len(files)} files, it must hold one",
            file_name,
            "每个文件单独压缩 / pack each file alone",
        )
    if files[0].flag_bits & 0x1:
        raise _refused(
            "encrypted_archive",
            "压缩包有密码",
            "the archive is encrypted",
            file_name,
            "去掉密码 / remove the password",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(files[0])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise _damaged(file_name) from error


def _too_large(file_name: str, max_bytes: int) -> DeliveryRefused:
    return _refused(
        "too_large",
        f"文件解压后超过 {max_bytes >> 20} MiB",
        f"the file is larger than {max_bytes >> 20} MiB when unpacked",
        file_name,
        "分批发送 / send it in parts",
    )


def _damaged(file_name: str) -> DeliveryRefused:
    return _refused(
        "damaged_archive",
        "压缩包已损坏或不完整",
        "the archive is damaged or cut off",
        file_name,
        "请重新发送 / ask for it again",
    )


def _refused(code: str, zh: str, en: str, file_name: str, next_step: str) -> DeliveryRefused:
    return DeliveryRefused(code, zh, en, where=Where(file=file_name), next_step=next_step)
