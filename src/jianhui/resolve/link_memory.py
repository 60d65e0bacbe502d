"""What the scored tier remembers from night to night, so that only what changed is weighed again.

Kept: the names of the register taken apart, the mentions, the texts of the keys of both, and the weighed
candidates. On the next night a mention is weighed anew when it is new, or when a name that came, went or
changed shares a key with it (``blocking.touched``): nothing else can alter its candidates or their
probabilities, so the outcome equals that of weighing everything (tested). A memory is derived and disposable:
it belongs to one state of the code, the word tables and the model, is passed over when that differs or a file
of it cannot be read, and is written whole or not at all.
"""

import hashlib
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

from jianhui.resolve.bearers import RAW, raw_bearers, with_parts
from jianhui.resolve.blocking import AREAS, DISTRICTS, hashed, touched
from jianhui.resolve.scored import CANDIDATE_SCHEMA, MENTION, Read, read_mentions, score_mentions
from jianhui.resolve.weighing import Model

_TABLES = ("bearers", "bearer_texts", "mentions", "mention_texts", "weighed")
_KEY = "key.json"
_AT_A_TIME = 200_000

Remembered = dict[str, pl.DataFrame]
"""``bearers``, ``bearer_texts``: the register's names read (``scored.Read``); ``mentions``: ``mention`` and
``scored.MENTION``; ``mention_texts``: of their keys; ``weighed``: ``scored.CANDIDATE_SCHEMA``."""


class LinkMemory:
    """A folder of the cache. ``None`` remembers nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def recall(self, model: Model) -> Remembered | None:
        """What was kept by this very code and model, or None."""
        if self._folder is None:
            return None
        try:
            if json.loads((self._folder / _KEY).read_text(encoding="utf-8")) != _key(model):
                return None
            return {name: pl.read_parquet(self._folder / f"{name}.parquet") for name in _TABLES}
        except (OSError, ValueError, pl.exceptions.PolarsError):
            return None

    def keep(self, model: Model, remembered: Remembered) -> None:
        """Put ``remembered`` in place of what was kept."""
        if self._folder is None:
            return
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".links-", dir=self._folder.parent))
        for name in _TABLES:
            remembered[name].write_parquet(fresh / f"{name}.parquet", compression="lz4")
        (fresh / _KEY).write_text(json.dumps(_key(model)), encoding="utf-8")
        shutil.rmtree(self._folder, ignore_errors=True)
        try:
            fresh.replace(self._folder)
        except OSError:
            # Another run put its own in place meanwhile; either is as good.
            shutil.rmtree(fresh, ignore_errors=True)


class Weighed(NamedTuple):
    """``candidates``: ``scored.CANDIDATE_SCHEMA``, by mention and rank; ``bearers``: as of ``with_parts``, in
    no order."""

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
        bearers, said = _read(raw), read_mentions(mentions)
        weighed, texts = score_mentions(said, bearers, model), said.texts
    else:
        bearers, changed = _read_again(raw, known.pop("bearers"), known.pop("bearer_texts"))
        weighed, texts = _weigh_again(mentions, known, bearers, changed, model)
    memory.keep(
        model,
        {
            "bearers": bearers.named,
            "bearer_texts": bearers.texts,
            "mentions": mentions,
            "mention_texts": texts,
            "weighed": weighed,
        },
    )
    return Weighed(weighed, bearers.named)


def _weigh_again(
    mentions: pl.DataFrame, known: Remembered, bearers: Read, changed: pl.DataFrame, model: Model
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The candidates of all mentions, weighed anew where they may be others, and the texts of their keys.

    ``changed``: texts of the names that came and went.
    """
    before = known["mentions"].rename({"mention": "was"})
    numbers = mentions.join(before, on=list(MENTION), how="left", nulls_equal=True).select("mention", "was")
    again = touched(known["mention_texts"], changed, bearers.texts).rename({"mention": "was"})
    kept = numbers.drop_nulls("was").join(again, on="was", how="anti")
    said = read_mentions(mentions.join(kept, on="mention", how="anti"))
    as_before = known["weighed"].rename({"mention": "was"}).join(kept, on="was")
    weighed = pl.concat([as_before.select(list(CANDIDATE_SCHEMA)), score_mentions(said, bearers, model)])
    texts = known["mention_texts"].rename({"mention": "was"}).join(kept, on="was")
    return weighed.sort("mention", "rank"), pl.concat([texts.select(said.texts.columns), said.texts])


def _read(raw: pl.DataFrame) -> Read:
    """Names as told read, so many at a time: what is in between is several times as large."""
    named, texts = [], []
    for some in [*raw.iter_slices(_AT_A_TIME)] or [raw]:
        read = with_parts(some)
        named.append(read.drop(AREAS, DISTRICTS))
        texts.append(hashed(read, "bearer"))
    return Read(pl.concat(named), pl.concat(texts))


def _read_again(raw: pl.DataFrame, named: pl.DataFrame, texts: pl.DataFrame) -> tuple[Read, pl.DataFrame]:
    """The names of today, and the texts of those that are not as they were (come, gone or changed).

    ``named``, ``texts``: those of the night before.
    """
    key = ["enterprise_id", "name"]
    is_same = pl.all_horizontal(pl.col(one).eq_missing(pl.col(f"{one}_now")) for one in RAW if one not in key)
    same = (
        named.select("bearer", *RAW)
        .join(raw.rename({one: f"{one}_now" for one in raw.columns if one not in key}), on=key)
        .filter(is_same)
        .select("bearer", "bearer_now")
    )
    come = _read(raw.join(same, left_on="bearer", right_on="bearer_now", how="anti"))
    gone = texts.join(same, on="bearer", how="anti")

    def renumbered(frame: pl.DataFrame) -> pl.DataFrame:
        kept = frame.join(same, on="bearer").drop("bearer").rename({"bearer_now": "bearer"})
        return kept.select(frame.columns)

    today = Read(pl.concat([renumbered(named), come.named]), pl.concat([renumbered(texts), come.texts]))
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
