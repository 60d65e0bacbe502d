"""Recording people's judgements, taking them back, and telling which hold.

The judge is a person: the log holds a pseudonym, the vault the name (as for 责任人 of a finding). Numbers
of a person in a reason are masked before it enters the log.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from jianhui.core.errors import JianhuiError, UsageError, Where
from jianhui.core.masking import masked
from jianhui.core.text import display
from jianhui.intake.personal import TEXT
from jianhui.log.vault import Vault
from jianhui.publish.review_questions import Said
from jianhui.resolve.inputs import Recognised, recognise
from jianhui.resolve.judgements import (
    COMMERCE,
    NONE,
    SAME,
    STREAM,
    UNSURE,
    Judgement,
    Verdict,
    judged_line,
    judgement_id,
    read_judgements,
    withdrawn_line,
)
from jianhui.resolve.judging import Judgeable, judgeable, linkable, refusal
from jianhui.resolve.said import said_by_records, said_of_enterprises
from jianhui.stages.context import NOW, AsOf, Context, When, latest_knowledge

STANDS, WITHDRAWN, OVERRULED, NO_EFFECT = "stands", "withdrawn", "overruled", "no_effect"


@dataclass(frozen=True)
class Recorded:
    """What became of judgements handed in: their ids by place, and errors by place."""

    ids: Mapping[int, str]
    refused: Mapping[int, JianhuiError]


class Desk:
    """What is known of records and enterprises when somebody sits down to judge, or hands in judgements."""

    def __init__(self, context: Context, feeds: Iterable[str]) -> None:
        self.context = context
        self.feeds = frozenset(feeds)

    @cached_property
    def known(self) -> Recognised:
        """Records of the feeds in question, and enterprises, as of today and now."""
        as_of = AsOf(self.context.today, latest_knowledge(self.context))
        return known_at(self.context, as_of, self.feeds)

    def said(self, record_keys: Iterable[str], enterprise_ids: Iterable[str]) -> Said:
        """What these records and enterprises say today."""
        keys, ids = sorted(set(record_keys)), sorted(set(enterprise_ids))
        records = {
            feed: versions.filter(pl.col("record_key").is_in(keys))
            for feed, versions in self.known.records.items()
        }
        enterprises = self.known.enterprises.filter(pl.col("enterprise_id").is_in(ids))
        today = self.context.today
        return Said(said_by_records(records, today), said_of_enterprises(enterprises, today))

    @cached_property
    def enterprises(self) -> Judgeable:
        """The enterprises there are to judge; no records yet."""
        return judgeable({}, self.known.identities)

    def there(self, judgements: Iterable[Judgement]) -> Judgeable:
        """What there is of what ``judgements`` speak of."""
        keys = pl.Series(sorted({one.record_key for one in judgements}), dtype=pl.String)
        asked = {
            feed: records.filter(pl.col("record_key").is_in(keys))
            for feed, records in self.known.records.items()
        }
        return replace(self.enterprises, linkable=linkable(asked))

    def judgements(self) -> tuple[Judgement, ...]:
        """Every judgement in the log by now."""
        return read_judgements(self.context.log.ledger())

    def record(self, new: Sequence[Judgement], **about: str | None) -> Recorded:
        """Append those of ``new`` that may be recorded, as one line; each is held against those before it.

        ``about``: what else the line says (of which file). Nothing is appended if none may be.
        """
        there = self.there(new)
        with self.context.log.writing():
            before = list(self.judgements())
            places: list[int] = []
            refused: dict[int, JianhuiError] = {}
            for place, judgement in enumerate(new):
                error = refusal(judgement, before, there)
                if error is not None:
                    refused[place] = error
                    continue
                before.append(judgement)
                places.append(place)
            if not places:
                return Recorded({}, refused)
            said = {key: value for key, value in about.items() if value is not None}
            payload = {**judged_line(new[place] for place in places), **said}
            line = self.context.log.append_decision(STREAM, payload, self.context.clock)
        ids = {place: judgement_id(line, number) for number, place in enumerate(places, start=1)}
        return Recorded(ids, refused)


def known_at(context: Context, as_of: AsOf, feeds: Iterable[str] | None = None) -> Recognised:
    """Records (of ``feeds``, default all) and enterprises of an as-of."""
    wanted = set(context.contracts) if feeds is None else {COMMERCE, *feeds}
    contracts = {feed: contract for feed, contract in context.contracts.items() if feed in wanted}
    return recognise(context.log, contracts, valid_on=as_of.valid_on, known_at=as_of.known_at)


def pseudonyms(context: Context, names: Iterable[str]) -> dict[str, str]:
    """The pseudonym of each judge; the names go into the vault. Blanks and widths make no other person.

    Raises ``UsageError`` ``no_judge`` for a name that says nothing.
    """
    wanted = list(dict.fromkeys(names))
    clean = [display(unicodedata.normalize("NFKC", name)) for name in wanted]
    if None in clean:
        raise UsageError(
            "no_judge", "须写明判断人。", "Who judges must be named.", next_step="--by 姓名 / a name"
        )
    vault = Vault(context.settings.vault, context.settings.keys_root)
    told = vault.pseudonymise(pl.Series("judge", clean, dtype=pl.String), TEXT, context.today)
    return dict(zip(wanted, told.to_list(), strict=True))


def clean_reason(reason: str) -> str:
    """A reason as it enters the log."""
    return masked(reason.strip())


def judge(
    context: Context,
    feed: str,
    record_key: str,
    verdict: Verdict,
    *,
    by: str,
    reason: str,
    enterprise_id: str | None = None,
    other_key: str | None = None,
) -> str:
    """Record one judgement of one person; its id.

    ``record_key``: as a mart shows it, or canonical. Of commerce, two record keys are judged. Raises
    ``UsageError`` when it may not be recorded.
    """
    desk = Desk(context, [feed])
    new = Judgement(
        feed=feed,
        record_key=_canonical(desk, feed, record_key),
        verdict=verdict,
        by=pseudonyms(context, [by])[by],
        reason=clean_reason(reason),
        enterprise_id=enterprise_id,
        other_key=_canonical(desk, feed, other_key) if other_key else None,
    )
    recorded = desk.record([new])
    if recorded.refused:
        raise recorded.refused[0]
    return recorded.ids[0]


def _canonical(desk: Desk, feed: str, record_key: str) -> str:
    """The canonical key of a record named as a mart shows it."""
    records = desk.known.records.get(feed)
    if records is None:
        return record_key
    found = records.filter(pl.col("record_key_raw") == record_key).get_column("record_key")
    return record_key if found.is_empty() else str(found[-1])


def withdraw(context: Context, number: str, reason: str, by: str) -> Judgement:
    """Take the judgement with this id back; it stays in the log. Raises ``UsageError`` when none stands."""
    if not reason.strip():
        raise UsageError(
            "no_reason", "撤回须写明理由。", "A withdrawal needs a reason.", next_step="--reason …"
        )
    person = pseudonyms(context, [by])[by]
    with context.log.writing():
        known = {one.judgement_id: one for one in read_judgements(context.log.ledger())}
        found = known.get(number)
        if found is None or found.withdrawal is not None:
            state = ("没有这个判断", "there is no such judgement")
            gone = ("这个判断已经撤回", "the judgement is withdrawn already")
            raise UsageError(
                "cannot_withdraw",
                *(state if found is None else gone),
                where=Where(field="judgement_id", value=number),
                next_step="jianhui review list",
            )
        payload = withdrawn_line(number, clean_reason(reason), person)
        context.log.append_decision(STREAM, payload, context.clock)
    return found


def listed(context: Context, when: When = NOW, *, names: bool = False) -> list[dict[str, Any]]:
    """Every judgement, newest first, with its state. ``names``: judges by name (from the vault).

    ``when``: as they stood at the end of that day or at that moment; a judgement holds once it is recorded.
    """
    judgements = read_judgements(context.log.ledger(when.settled_at))
    states = _states(judgements)
    people = {one.by for one in judgements} | {one.withdrawal.by for one in judgements if one.withdrawal}
    known = Vault(context.settings.vault, context.settings.keys_root).reveal(sorted(people)) if names else {}
    return [
        {
            "judgement_id": one.judgement_id,
            "judged_at": one.judged_at,
            "state": states[one.judgement_id],
            "feed": one.feed,
            "record_key": one.record_key,
            "verdict": one.verdict,
            "about": one.other_key or one.enterprise_id,
            "by": known.get(one.by, one.by),
            "reason": one.reason,
            "withdrawn_at": one.withdrawal.at if one.withdrawal else None,
            "withdrawn_by": known.get(one.withdrawal.by, one.withdrawal.by) if one.withdrawal else None,
            "withdrawn_because": one.withdrawal.reason if one.withdrawal else None,
        }
        for one in reversed(judgements)
    ]


def _states(judgements: Sequence[Judgement]) -> dict[str, str]:
    """What a judgement does today: holds, was withdrawn, yielded to a later one, or never said anything."""
    states: dict[str, str] = {}
    later: set[tuple[str, ...]] = set()
    for one in reversed(judgements):
        speaks_of = [one.pair]
        if one.feed != COMMERCE and one.verdict in (SAME, NONE):
            speaks_of.append((one.feed, one.unit, "at most one"))
        if one.withdrawal:
            states[one.judgement_id] = WITHDRAWN
        elif one.verdict == UNSURE:
            states[one.judgement_id] = NO_EFFECT
        else:
            states[one.judgement_id] = OVERRULED if later.intersection(speaks_of) else STANDS
            later.update(speaks_of)
    return states
