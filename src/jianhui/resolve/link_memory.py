"""What the scored tier remembers from night to night, so that only what changed is weighed again.

Kept: the names of the register taken apart, the texts of their keys, the mentions, and their weighed candidates. On the next night
a mention is weighed anew when it is new, or when a name that came, went or changed shares a key with it
(``blocking.touched``): nothing else can alter its candidates or their probabilities, so the outcome equals
that of weighing everything (tested). A memory is derived and disposable: it belongs to one state of the
code, the word tables and the model, is passed over when that differs or a file of it cannot be read, and is
written whole or not at all.
"""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

from jianhui.resolve.bearers import RAW, raw_bearers, with_parts
from jianhui.resolve.blocking import AREAS, DISTRICTS, hashed, touched
from jianhui.resolve.scored import CANDIDATE_SCHEMA, MENTION, read_mentions, score_mentions
from jianhui.resolve.weighing import Model

_TABLES = ("bearers", "texts", "mentions", "weighed")
_KEY = "key.json"
_AT_A_TIME = 200_000


@dataclass(frozen=True)
class _Remembered:
    bearers: pl.DataFrame
    texts: pl.DataFrame
    mentions: pl.DataFrame
    weighed: pl.DataFrame


class LinkMemory:
    """A folder of the cache. ``None`` remembers nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def recall(self, model: Model) -> _Remembered | None:
        """What was kept by this very code and model, or None."""
        if self._folder is None:
            return None
        try:
            if json.loads((self._folder / _KEY).read_text(encoding="utf-8")) != _key(model):
                return None
            return _Remembered(*(pl.read_parquet(self._folder / f"{name}.parquet") for name in _TABLES))
        except (OSError, ValueError, pl.exceptions.PolarsError):
            return None

    def keep(self, model: Model, remembered: _Remembered) -> None:
        """Put ``remembered`` in place of what was kept."""
        if self._folder is None:
            return
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".links-", dir=self._folder.parent))
        for name in _TABLES:
            getattr(remembered, name).write_parquet(fresh / f"{name}.parquet", compression="lz4")
        (fresh / _KEY).write_text(json.dumps(_key(model)), encoding="utf-8")
        shutil.rmtree(self._folder, ignore_errors=True)
        try:
            fresh.replace(self._folder)
        except OSError:
            # Another run put its own in place meanwhile; either is as good.
            shutil.rmtree(fresh, ignore_errors=True)


class Weighed(NamedTuple):
    """``candidates``: ``scored.CANDIDATE_SCHEMA``, by mention and rank; ``bearers``: as of ``with_parts``."""

    candidates: pl.DataFrame
    bearers: pl.DataFrame


def weigh(
    mentions: pl.DataFrame,
    enterprises: pl.DataFrame,
    borne: pl.DataFrame,
    model: Model,
    memory: LinkMemory,
) -> Weighed:
    """``scored.score_mentions`` of ``mentions`` against all names ``enterprises`` ever bore, and these names.

    ``borne``: as of ``bearers.names_borne``. The same with and without a memory.
    """
    raw = raw_bearers(enterprises, borne)
    known = memory.recall(model)
    if known is None:
        names = _read(raw)
        weighed = score_mentions(mentions, names.bearers, names.texts, model)
    else:
        names, changed = _read_again(raw, known)
        numbered = mentions.join(
            known.mentions.rename({"mention": "was"}), on=list(MENTION), how="left", nulls_equal=True
        )
        asked_before = read_mentions(numbered.filter(pl.col("was").is_not_null()))
        again = touched(hashed(asked_before, "mention"), changed)
        is_asked = pl.col("was").is_null() | pl.col("mention").is_in(again.get_column("mention").implode())
        asked = numbered.filter(is_asked).drop("was").sort("mention")
        kept = (
            numbered.filter(~is_asked)
            .select("mention", "was")
            .join(known.weighed.rename({"mention": "was"}), on="was")
            .select(list(CANDIDATE_SCHEMA))
        )
        fresh = score_mentions(asked, names.bearers, names.texts, model)
        weighed = pl.concat([kept, fresh]).sort("mention", "rank")
    memory.keep(model, _Remembered(*names, mentions, weighed))
    return Weighed(weighed, names.bearers)


class _Names(NamedTuple):
    """``bearers``: as of ``bearers.with_parts``, less what only ``texts`` are made of; ``texts``: these as of
    ``blocking.hashed``."""

    bearers: pl.DataFrame
    texts: pl.DataFrame


def _read(raw: pl.DataFrame) -> _Names:
    """Names as told read, so many at a time: what is in between is several times as large."""
    bearers, texts = [], []
    for some in [*raw.iter_slices(_AT_A_TIME)] or [raw]:
        read = with_parts(some)
        bearers.append(read.drop(AREAS, DISTRICTS))
        texts.append(hashed(read, "bearer"))
    return _Names(pl.concat(bearers), pl.concat(texts))


def _read_again(raw: pl.DataFrame, known: _Remembered) -> tuple[_Names, pl.DataFrame]:
    """The names of today, and the texts of those that are not as they were (come, gone or changed)."""
    before = known.bearers.rename({"bearer": "was"}).join(raw, on=list(RAW), how="left", nulls_equal=True)
    same = before.filter(pl.col("bearer").is_not_null())
    come = _read(raw.join(same, on="bearer", how="anti"))
    texts = known.texts.rename({"bearer": "was"})
    columns = come.texts.columns
    kept = texts.join(same.select("was", "bearer"), on="was").select(columns)
    gone = texts.join(same, on="was", how="anti").rename({"was": "bearer"}).select(columns)
    today = _Names(
        pl.concat([same.select(come.bearers.columns), come.bearers]).sort("bearer"),
        pl.concat([kept, come.texts]),
    )
    return today, pl.concat([come.texts, gone])


def _key(model: Model) -> dict[str, str]:
    return {"model": model.version, "code": _code_digest(), "polars": pl.__version__}


@cache
def _code_digest() -> str:
    """Digest of all a weighed candidate depends on: the code and tables of ``core`` and ``resolve``."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for part in ("core", "resolve"):
        for path in sorted((package / part).rglob("*")):
            if path.suffix in (".py", ".csv", ".json"):
                digest.update(str(path.relative_to(package)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
