"""Keys of one home, kept outside its data: ``<keys root>/<home id>/``.

``pseudonym.key``               turns a personal value into its pseudonym, always the same one
``values.key``                  encrypts the values in the vault
``deliveries/<id>.key``         encrypts one original file; destroying it destroys the file
"""

import os
import secrets
from pathlib import Path

from jianhui.core.errors import UsageError, Where

KEY_BYTES = 32


class KeyRing:
    """The keys of the home called ``home_id``. A key is minted once and never replaced."""

    def __init__(self, keys_root: Path, home_id: str) -> None:
        self.folder = keys_root / home_id

    def get(self, name: str) -> bytes:
        """The key ``name``. Raises ``UsageError`` ``vault_key_missing`` if it is not (or no longer) there."""
        path = self._path(name)
        try:
            key = path.read_bytes()
        except FileNotFoundError as error:
            raise _missing(path) from error
        if len(key) != KEY_BYTES:
            raise _missing(path)
        return key

    def has(self, name: str) -> bool:
        """Whether the key ``name`` is there."""
        return self._path(name).is_file()

    def mint(self, name: str) -> bytes:
        """A new random key ``name``, on disk before it is used; the present one if there is one."""
        path = self._path(name)
        if path.is_file():
            return self.get(name)
        _make_private(path.parent)
        key = secrets.token_bytes(KEY_BYTES)
        pending = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(pending, path)  # fails if another process minted the same key meanwhile
        except FileExistsError:
            return self.get(name)
        finally:
            pending.unlink()
        return key

    def destroy(self, name: str) -> bool:
        """Overwrite and remove the key ``name``; False if there was none. What it sealed is gone for good."""
        path = self._path(name)
        if not path.is_file():
            return False
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        return True

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.key"


def _make_private(folder: Path) -> None:
    """Make ``folder`` and what it lies in, for the owner alone: ``mkdir`` gives the mode to the last only."""
    if folder.is_dir():
        return
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _missing(path: Path) -> UsageError:
    return UsageError(
        "vault_key_missing",
        "缺少保险库密钥：密钥未随数据保存，或已被销毁",
        "a vault key is missing: keys are not kept with the data, or this one was destroyed",
        where=Where(file=str(path)),
        next_step="恢复密钥目录 / restore the folder of keys (JIANHUI_KEYS); jianhui doctor",
    )
