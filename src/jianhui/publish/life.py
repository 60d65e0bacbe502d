"""The life of a quarter's release, as the log tells it: checked → signed → published → revised or withdrawn.

A release is *checked* when it passed its gate and is frozen; from then on nothing of it changes. It is
*signed* when a named person vouches for it, *published* when it is given out, *revised* when a later
revision of its quarter is published, *withdrawn* when it is taken back: it stays, marked. A *draft* is what
``release plan`` shows and keeps nowhere; what its gate blocked is ``blocked``. Each step is a decision in the
log's stream ``releases``; the folders are not touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jianhui.core.errors import UsageError, Where
from jianhui.log.ledger import RELEASES, LedgerLine
from jianhui.publish.release_index import PublishedRelease

Stage = Literal["blocked", "checked", "signed", "published", "revised", "withdrawn"]

STAGE_NAMES: Mapping[Stage, str] = {
    "blocked": "未通过",
    "checked": "已检验",
    "signed": "已签发",
    "published": "已公布",
    "revised": "已修订",
    "withdrawn": "已撤回",
}

SIGNED = "signed"
ISSUED = "issued"
"""The event of giving a release out. (``published`` in the log tells that it passed and was frozen.)"""

ENTERED = "entered"


@dataclass(frozen=True)
class Life:
    """What became of one release. Decisions are as they stand in the log; null where there is none."""

    release_id: str
    stage: Stage
    signed: Mapping[str, Any] | None
    issued: Mapping[str, Any] | None
    withdrawn: Mapping[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "stage": self.stage,
            "signed": _without_event(self.signed),
            "published": _without_event(self.issued),
            "withdrawn": _without_event(self.withdrawn),
        }


def lives(releases: Iterable[PublishedRelease], ledger: Sequence[LedgerLine]) -> dict[str, Life]:
    """The life of every release, by id. ``ledger``: the lines known."""
    told: dict[str, dict[str, Mapping[str, Any]]] = {}
    for line in ledger:
        if line.stream == RELEASES and line.payload and "release_id" in line.payload:
            event = {**line.payload, "recorded_at": line.recorded_at.isoformat()}
            told.setdefault(line.payload["release_id"], {})[line.payload["event"]] = event
    found = {}
    known = list(releases)
    for release in known:
        events = told.get(release.release_id, {})
        later = any(
            other.quarter == release.quarter
            and other.revision > release.revision
            and other.state != "withdrawn"
            and ISSUED in told.get(other.release_id, {})
            for other in known
            if release.quarter is not None
        )
        found[release.release_id] = Life(
            release.release_id,
            _stage(release, events, is_revised=later),
            events.get(SIGNED),
            events.get(ISSUED),
            events.get("withdrawn"),
        )
    return found


def _stage(release: PublishedRelease, events: Mapping[str, object], *, is_revised: bool) -> Stage:
    if release.state == "blocked":
        return "blocked"
    if release.state == "withdrawn":
        return "withdrawn"
    if ISSUED in events:
        return "revised" if is_revised else "published"
    return "signed" if SIGNED in events else "checked"


def signing(release: PublishedRelease, life: Life, by: str, note: str) -> dict[str, Any]:
    """The decision that ``by`` vouches for ``release``. Raises ``cannot_sign``, ``no_name``."""
    _need_name(by)
    if release.kind != "quarter":
        raise _refused("cannot_sign", release, life, "只有季度发布需要签发", "only a quarter is signed")
    if life.stage != "checked":
        zh = "只有已检验、尚未签发的版本可以签发"
        raise _refused("cannot_sign", release, life, zh, "only what is checked and not signed yet is signed")
    return {"event": SIGNED, "release_id": release.release_id, "by": by, "note": note}


def issuing(
    release: PublishedRelease,
    all_lives: Mapping[str, Life],
    others: Iterable[PublishedRelease],
    by: str,
    reason: str,
) -> dict[str, Any]:
    """The decision to give ``release`` out.

    A quarter that was published before is revised: that needs a reason, and a newer revision than the one
    published. Raises ``UsageError``.
    """
    _need_name(by)
    life = all_lives[release.release_id]
    if life.stage != "signed":
        zh, en = "只有已签发的版本可以公布", "only what is signed is published"
        raise _refused("cannot_publish", release, life, zh, en)
    before = [
        other
        for other in others
        if other.quarter == release.quarter
        and other.release_id != release.release_id
        and all_lives[other.release_id].issued is not None
    ]
    if any(other.revision > release.revision and other.state != "withdrawn" for other in before):
        zh, en = "已有更新的版本公布", "a newer revision is published"
        raise _refused("cannot_publish", release, life, zh, en)
    if before and not reason.strip():
        raise UsageError(
            "no_reason", "修订已公布的季度须写明理由。", "A revision needs a reason.", next_step="--reason …"
        )
    return {
        "event": ISSUED,
        "release_id": release.release_id,
        "by": by,
        "reason": reason,
        "revises": max(before, key=lambda one: one.revision).release_id if before else None,
        "number": len(before),
    }


def _need_name(by: str) -> None:
    if not by.strip():
        raise UsageError("no_name", "须写明经办人。", "A name is needed.", next_step="--by …")


def _refused(code: str, release: PublishedRelease, life: Life, zh: str, en: str) -> UsageError:
    return UsageError(
        code,
        f"{zh}；{release.release_id} 现为“{STAGE_NAMES[life.stage]}”",
        f"{en}; {release.release_id} is {life.stage}",
        where=Where(field="release", value=release.release_id),
        next_step="jianhui release list",
    )


def _without_event(decision: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {key: value for key, value in decision.items() if key not in ("event", "release_id")}
