"""What the log alone says is open on a day."""

from datetime import UTC, date, datetime

import polars as pl

from jianhui.core.events import FeedRule
from jianhui.log.timeline import event_schema
from jianhui.warehouse.replayed import open_of_feed

BEGINNING = date(1, 1, 1)
RULE = FeedRule("hr", "keeps", False, None, None, ("unit_no",))
APPENDED = FeedRule("verifications", "none", True, None, None, ("name",))


def events(rule: FeedRule, *rows: tuple[str, str, int, date, date | None]) -> pl.DataFrame:
    """Events (key, kind, ledger line, asserted on, valid from), in order of recording."""
    schema = event_schema(rule)
    recorded_at = datetime(2014, 4, 1, tzinfo=UTC)
    documents = [
        {
            **dict.fromkeys(schema),
            "seq": number,
            "record_key": key,
            "event": kind,
            "asserted_by": line,
            "asserted_on": asserted_on,
            "valid_from": valid_from,
            "recorded_at": recorded_at,
        }
        for number, (key, kind, line, asserted_on, valid_from) in enumerate(rows)
    ]
    return pl.DataFrame(documents, schema=schema)


def opened(rule: FeedRule, day: date, *rows: tuple[str, str, int, date, date | None]) -> dict[str, int]:
    frame = open_of_feed(events(rule, *rows), rule, day)
    assert set(frame["feed"]) <= {rule.feed}
    return dict(zip(frame["record_key"], frame["asserted_seq"], strict=True))


MARCH = date(2014, 3, 1)
APRIL = date(2014, 4, 1)


def test_the_first_content_holds_from_the_beginning() -> None:
    assert opened(RULE, date(2013, 1, 1), ("A", "appeared", 1, MARCH, BEGINNING)) == {"A": 1}


def test_a_change_counts_from_the_day_it_takes_effect() -> None:
    rows = (("A", "appeared", 1, MARCH, BEGINNING), ("A", "changed", 2, APRIL, date(2014, 3, 20)))
    assert opened(RULE, date(2014, 3, 19), *rows) == {"A": 1}
    assert opened(RULE, date(2014, 3, 20), *rows) == {"A": 2}


def test_an_absent_record_keeps_its_content_and_an_ended_one_is_not_open() -> None:
    absent = (("A", "appeared", 1, MARCH, BEGINNING), ("A", "disappeared", 2, APRIL, None))
    ended = (("A", "appeared", 1, MARCH, BEGINNING), ("A", "ended", 2, APRIL, APRIL))
    assert opened(RULE, APRIL, *absent) == {"A": 1}
    assert opened(RULE, APRIL, *ended) == {}
    assert opened(RULE, MARCH, *ended) == {"A": 1}


def test_what_was_taken_back_is_not_open() -> None:
    rows = (("A", "appeared", 1, MARCH, BEGINNING), ("A", "retracted", 1, MARCH, BEGINNING))
    assert opened(RULE, APRIL, *rows) == {}


def test_of_an_append_only_feed_the_last_recorded_row_counts() -> None:
    rows = (("A", "appeared", 1, APRIL, BEGINNING), ("A", "changed", 2, MARCH, BEGINNING))
    assert opened(APPENDED, APRIL, *rows) == {"A": 2}


def test_no_events_are_no_open_records() -> None:
    assert opened(RULE, APRIL) == {}
