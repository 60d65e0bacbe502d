"""The vault: the only place where personal data stand, encrypted, and the only one they are erased from.

``vault/HOME_ID``                     names the folder of keys that belongs to this home
``vault/values.sqlite``               pseudonym → encrypted value, one row per value
``vault/originals/<delivery>.sealed`` an agency's file as received, under a key of its own

A pseudonym is an HMAC of the value, so equal values of one kind have equal pseudonyms in every feed,
and nobody without the key can test a guess. ``canonical_key`` leaves it as it is, so it can be part
of a record key.
"""

import hmac
import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jianhui.core.errors import UsageError, Where
from jianhui.log.vault_keys import KeyRing

PSEUDONYM_PREFIX = "P:"
PSEUDONYM_BYTES = 12
PSEUDONYM_PATTERN = r"^P:[0-9A-F]{24}$"

_NONCE_BYTES = 12
_SEAL_MAGIC = b"JHS1"
_BATCH = 500  # values asked for in one statement
_SCHEMA = """
create table if not exists personal_values (
    pseudonym blob primary key,
    sealed    blob not null,  -- nonce, then AES-GCM of the UTF-8 value; authenticated with the pseudonym
    last_seen text not null   -- month (YYYY-MM) of the newest delivery that held the value
) without rowid
"""


class Vault:
    """The vault in ``folder`` with its keys under ``keys_root``. Reading creates nothing."""

    def __init__(self, folder: Path, keys_root: Path) -> None:
        self.folder = folder
        self.keys_root = keys_root

    @property
    def is_set_up(self) -> bool:
        """Whether this home ever had a vault: its identity names its keys."""
        return (self.folder / "HOME_ID").is_file()

    # -- personal values -------------------------------------------------------------------------

    def pseudonymise(self, values: pl.Series, kind: str, seen_on: date) -> pl.Series:
        """Pseudonyms of a String column, row by row (null stays null); new values go into the vault.

        ``kind`` keeps values of different meaning apart (a text that equals a code is another value).
        ``seen_on`` is the day of the delivery, for retention. About 200,000 new values a second.
        """
        distinct = values.drop_nulls().unique().to_list()
        if not distinct:
            return values.cast(pl.String)
        keys = self._keys(create=True)
        digests = _digests(keys.get("pseudonym"), kind, distinct)
        self._store(dict(zip(digests, distinct, strict=True)), keys.get("values"), seen_on)
        mapping = pl.DataFrame(
            {"value": distinct, "pseudonym": [_pseudonym(digest) for digest in digests]},
            schema={"value": pl.String, "pseudonym": pl.String},
        )
        rows = pl.DataFrame({"value": values.cast(pl.String)})
        joined = rows.join(mapping, on="value", how="left", maintain_order="left")
        return joined.get_column("pseudonym").alias(values.name)

    def reveal(self, pseudonyms: Iterable[str]) -> dict[str, str]:
        """The values behind ``pseudonyms``; those erased, unknown or not pseudonyms at all are left out.

        Raises ``UsageError`` ``vault_key_missing`` or ``vault_key_wrong``.
        """
        digests = [digest for digest in map(_digest_of, dict.fromkeys(pseudonyms)) if digest]
        if not digests or not self._database.is_file():
            return {}
        cipher = AESGCM(self._keys().get("values"))
        found: dict[str, str] = {}
        with self._connect() as connection:
            for batch in _batches(digests, _BATCH):
                query = f"select pseudonym, sealed from personal_values where pseudonym in ({_marks(batch)})"
                for digest, sealed in connection.execute(query, batch):
                    found[_pseudonym(digest)] = _open(cipher, sealed, digest, self._database).decode()
        return found

    def erase(self, pseudonyms: Iterable[str]) -> int:
        """Remove the values behind ``pseudonyms`` for good; how many there were."""
        digests = [digest for digest in map(_digest_of, dict.fromkeys(pseudonyms)) if digest]
        if not digests or not self._database.is_file():
            return 0
        erased = 0
        with self._connect() as connection:
            for batch in _batches(digests, _BATCH):
                statement = f"delete from personal_values where pseudonym in ({_marks(batch)})"
                erased += connection.execute(statement, batch).rowcount
        return erased

    def erase_unseen_since(self, day: date) -> int:
        """Remove every value that no delivery since the month of ``day`` has held; how many there were."""
        if not self._database.is_file():
            return 0
        with self._connect() as connection:
            statement = "delete from personal_values where last_seen < ?"
            return connection.execute(statement, (f"{day:%Y-%m}",)).rowcount

    def _store(self, values: dict[bytes, str], key: bytes, seen_on: date) -> None:
        """Encrypt and keep the values not yet there; note the month for those that are."""
        month = f"{seen_on:%Y-%m}"
        cipher = AESGCM(key)
        with self._connect() as connection:
            connection.execute(_SCHEMA)
            known: dict[bytes, str] = {}
            for batch in _batches(sorted(values), _BATCH):
                query = (
                    f"select pseudonym, last_seen from personal_values where pseudonym in ({_marks(batch)})"
                )
                known.update(connection.execute(query, batch))
            new = sorted(values.keys() - known.keys())
            nonces = os.urandom(_NONCE_BYTES * len(new))
            rows = []
            for i, digest in enumerate(new):
                nonce = nonces[i * _NONCE_BYTES : (i + 1) * _NONCE_BYTES]
                rows.append((digest, nonce + cipher.encrypt(nonce, values[digest].encode(), digest), month))
            connection.executemany("insert into personal_values values (?, ?, ?)", rows)
            older = [digest for digest, seen in known.items() if seen < month]
            for batch in _batches(older, _BATCH):
                statement = f"update personal_values set last_seen = ? where pseudonym in ({_marks(batch)})"
                connection.execute(statement, (month, *batch))

    # -- originals -------------------------------------------------------------------------------

    def seal_original(self, delivery_id: str, data: bytes) -> Path:
        """Keep ``data`` encrypted under a key of its own; the sealed file, flushed to disk."""
        key = self._keys(create=True).mint(f"deliveries/{delivery_id}")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, zlib.compress(data, 1), delivery_id.encode())
        path = self.original_path(delivery_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        pending = path.with_name(path.name + ".pending")
        with pending.open("wb") as file:
            file.write(_SEAL_MAGIC + nonce)
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        pending.replace(path)
        return path

    def open_original(self, delivery_id: str) -> bytes:
        """The bytes as received.

        Raises ``UsageError``: ``original_missing``, ``vault_key_missing`` after the key was destroyed,
        ``vault_key_wrong`` if key and file do not belong together.
        """
        path = self.original_path(delivery_id)
        if not path.is_file():
            raise UsageError(
                "original_missing",
                "保险库中没有这份原件",
                "the vault holds no original of this delivery",
                where=Where(file=str(path)),
                next_step="从备份恢复 vault/originals / restore vault/originals from backup",
            )
        key = self._keys().get(f"deliveries/{delivery_id}")
        sealed = path.read_bytes().removeprefix(_SEAL_MAGIC)
        return zlib.decompress(_open(AESGCM(key), sealed, delivery_id.encode(), path))

    def destroy_original_key(self, delivery_id: str) -> bool:
        """End the retention of an original: its key is destroyed; False if it was already."""
        return self._keys().destroy(f"deliveries/{delivery_id}")

    def original_path(self, delivery_id: str) -> Path:
        """Where the sealed original of a delivery lies."""
        return self.folder / "originals" / f"{delivery_id}.sealed"

    # -- keys and database -----------------------------------------------------------------------

    @property
    def _database(self) -> Path:
        return self.folder / "values.sqlite"

    def _keys(self, *, create: bool = False) -> KeyRing:
        """The key ring of this home. A home that has values but lost its keys is not given new ones."""
        identity = self.folder / "HOME_ID"
        if not identity.is_file():
            if not create or self._database.is_file():
                return KeyRing(self.keys_root, "unknown-home")
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            identity.write_text(secrets.token_hex(8) + "\n", encoding="ascii")
        ring = KeyRing(self.keys_root, identity.read_text(encoding="ascii").strip())
        if create and not self._database.is_file():
            ring.mint("pseudonym")
            ring.mint("values")
        return ring

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        """One transaction; what is deleted is overwritten in the file."""
        connection = sqlite3.connect(self._database)
        try:
            connection.execute("pragma secure_delete = on")
            with connection:
                yield connection
        finally:
            connection.close()


def is_pseudonym(text: str | None) -> bool:
    """Whether ``text`` has the form of a pseudonym."""
    return _digest_of(text or "") is not None


def _digests(key: bytes, kind: str, values: Sequence[str]) -> list[bytes]:
    base = hmac.new(key, f"{kind}\0".encode(), "sha256")
    digests = []
    for value in values:
        one = base.copy()
        one.update(value.encode())
        digests.append(one.digest()[:PSEUDONYM_BYTES])
    return digests


def _pseudonym(digest: bytes) -> str:
    return PSEUDONYM_PREFIX + digest.hex().upper()


def _digest_of(pseudonym: str) -> bytes | None:
    """The digest a pseudonym writes out; None for any other text."""
    text = pseudonym.removeprefix(PSEUDONYM_PREFIX)
    if text == pseudonym or len(text) != 2 * PSEUDONYM_BYTES or not set(text) <= set("0123456789ABCDEF"):
        return None
    return bytes.fromhex(text)


def _open(cipher: AESGCM, sealed: bytes, bound_to: bytes, path: Path) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
    except InvalidTag as error:
        raise UsageError(
            "vault_key_wrong",
            "保险库密钥与数据不符",
            "the vault's key does not fit its data",
            where=Where(file=str(path)),
            next_step="jianhui doctor",
        ) from error


def _batches(items: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _marks(batch: Sequence[bytes]) -> str:
    return ",".join("?" * len(batch))
