"""The truth of a simulated city: every figure of the marts, from the files alone, as of a day and what had
arrived by another.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jianhui.simulate import deadlines, figures, flows, ledgers
from jianhui.simulate.assertions import Delivery, Feed, Record, gather, record
from jianhui.simulate.attaching import (
    Directory,
    GivenByRecord,
    GivenLink,
    Link,
    enterprises_of,
    given_by_record,
)
from jianhui.simulate.columns import FEEDS
from jianhui.simulate.figures import Judged, Table
from jianhui.simulate.lives import Attached, Enterprise, life_of
from jianhui.simulate.plan import reading as plan_reading
from jianhui.simulate.quiet import collector_at_rest
from jianhui.simulate.readings import Codes
from jianhui.simulate.reception import ACCEPTED, receive_all
from jianhui.simulate.states import City

ATTACHED_FEEDS = ("tax", "hr", "union_organisations", "union_coverage", "verifications", "base_list")


@dataclass(frozen=True)
class Truth:
    """Every table by its name in the contract, with the as-of it holds for."""

    valid_on: date
    known_on: date
    tables: Mapping[str, Table]

    @property
    def gap(self) -> frozenset[str]:
        """Enterprises on the gap list."""
        return frozenset(row["enterprise_id"] for row in self.tables["fct_enterprises_without_union"])

    def write(self, out: Path) -> Path:
        """One CSV a table and ``as_of.json`` below ``out/truth``, in the folder returned; nulls are empty
        cells.

        The folder is named after ``valid_on``, and after ``known_on`` too where that is another day.
        """
        later = "" if self.known_on == self.valid_on else f"_known_{self.known_on.isoformat()}"
        folder = out / "truth" / f"{self.valid_on.isoformat()}{later}"
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(table[0].keys() if table else ())
                writer.writerows([_text(value) for value in row.values()] for row in table)
        as_of = {"valid_on": self.valid_on.isoformat(), "known_on": self.known_on.isoformat()}
        (folder / "as_of.json").write_text(json.dumps(as_of) + "\n", encoding="utf-8")
        return folder


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value.isoformat()
        if isinstance(value, date)
        else repr(value)
        if isinstance(value, float)
        else str(value)
    )


@dataclass(frozen=True)
class _Known:
    """Everything that had arrived, lined up and attached."""

    first_full_on: date
    records: Mapping[str, Sequence[Record]]
    links: Mapping[str, Mapping[str, Sequence[Link]]]
    city: City
    judged: Sequence[Judged]
    directory: Directory


def truth_of(
    out: Path,
    valid_on: date,
    known_on: date,
    previous_gap: Iterable[str] | None,
    *,
    links: Iterable[GivenLink] = (),
) -> Truth:
    """Count everything as of ``valid_on`` from the deliveries that had arrived by the end of ``known_on``.

    ``previous_gap``: the gap list of the last night, or None where there was none (then everything on it is
    new). ``links`` are taken as given on the days on which the tiers attach their records to nobody.
    """
    given = given_by_record(links)
    with collector_at_rest():
        known = _know(_deliveries(out), valid_on, known_on, given)
        truth = _count(known, valid_on, known_on, previous_gap)

        def holder(feed: str, key: str, codes: Codes, name: str) -> str | None:
            return known.directory.holder(codes, name, valid_on, given.get((feed, key), ()))

        since = known.first_full_on, figures.frozen_on(known.records["base_list"], valid_on)
        told = known.city, known.judged, truth.tables, holder, *since
        plan = plan_reading.figures(out, valid_on, known_on, *told)
    return replace(truth, tables={**truth.tables, **plan})


def truth_from(
    deliveries: Iterable[Delivery],
    valid_on: date,
    known_on: date,
    previous_gap: Iterable[str] | None = None,
    *,
    given: GivenByRecord = MappingProxyType({}),
) -> Truth:
    """As ``truth_of``, from believed deliveries at hand, in order of arrival, and links by their records."""
    with collector_at_rest():
        known = _know(deliveries, valid_on, known_on, given)
        return _count(known, valid_on, known_on, previous_gap)


def _count(known: _Known, valid_on: date, known_on: date, previous_gap: Iterable[str] | None) -> Truth:
    city, judged = known.city, known.judged
    listed = figures.list_of_the_year(known.records["base_list"], valid_on)
    holders = [(row, _holder(known.links["base_list"][row.key], valid_on)) for row in listed]
    n_unmatched = figures.mark_base_list(city, judged, holders)
    first = max(date(valid_on.year, 1, 1), known.first_full_on)
    tables = {
        "agg_coverage": figures.coverage(city, judged, n_unmatched, bool(listed)),
        "agg_coverage_daily": flows.daily(city, judged, first),
        "agg_dynamic_coverage": deadlines.dynamic(city, judged),
        "agg_founding_cohorts": deadlines.cohorts(city, judged),
        "agg_other_units": figures.other_units(city, judged),
        "dim_enterprises": ledgers.enterprise_rows(judged),
        "fct_enterprise_coverage": ledgers.coverage_rows(city, judged, bool(listed)),
        "fct_enterprises_without_union": ledgers.gap_rows(city, judged, previous_gap),
        "fct_coverage_changes": flows.changes(city, judged, first),
        "fct_unmatched_records": ledgers.unmatched_rows(known.records, known.links, valid_on),
    }
    return Truth(valid_on, known_on, tables)


def judged_city(out: Path, valid_on: date, known_on: date) -> tuple[City, Sequence[Judged]]:
    """The city as known and each enterprise's standing, for countings beyond the marts."""
    known = _know(_deliveries(out), valid_on, known_on)
    return known.city, known.judged


def _know(
    deliveries: Iterable[Delivery],
    valid_on: date,
    known_on: date,
    given: GivenByRecord = MappingProxyType({}),
) -> _Known:
    arrived = [one for one in deliveries if one.arrived_on <= known_on]
    feeds = {feed: gather(feed, [one for one in arrived if one.feed == feed]) for feed in FEEDS}
    first_full_on = feeds["commerce"].first_full_on
    if first_full_on is None or valid_on < first_full_on:
        raise ValueError(f"nothing is known of the registry on {valid_on.isoformat()}")
    records = {feed: _records(feeds[feed]) for feed in ATTACHED_FEEDS}
    commerce = enterprises_of(feeds["commerce"])
    directory = Directory(commerce)
    attached = {
        feed: {one.key: directory.links(one, given.get((feed, one.key), ())) for one in records[feed]}
        for feed in ATTACHED_FEEDS
    }
    city = _city(valid_on, commerce, records, attached, frozenset(one.feed for one in arrived))
    standings = (figures.judge(city, enterprise) for enterprise in city.enterprises.values())
    judged = [one for one in standings if one is not None]
    return _Known(first_full_on, records, attached, city, judged, directory)


# --- reading ---


@lru_cache(maxsize=2)
def _deliveries(out: Path) -> tuple[Delivery, ...]:
    """The deliveries that were believed, in order of arrival."""
    with collector_at_rest():
        return tuple(one.delivery for one in receive_all(out) if one.verdict == ACCEPTED)


def _records(feed: Feed) -> list[Record]:
    found = (record(feed, [key]) for key in feed.said)
    return [one for one in found if one is not None]


def _holder(links: Sequence[Link], day: date) -> str | None:
    return next((link.enterprise for link in links if link.since <= day < link.until), None)


def _city(
    valid_on: date,
    commerce: Mapping[str, Record],
    records: Mapping[str, Sequence[Record]],
    links: Mapping[str, Mapping[str, Sequence[Link]]],
    received: frozenset[str],
) -> City:
    enterprises = {
        number: Enterprise(number, one, life_of(one, valid_on)) for number, one in sorted(commerce.items())
    }
    for feed in ATTACHED_FEEDS:
        for one in records[feed]:
            held: dict[str, list[Link]] = defaultdict(list)
            for link in links[feed][one.key]:
                if link.enterprise is not None:
                    held[link.enterprise].append(link)
            for number, spells in held.items():
                _shelf(enterprises[number], feed).append(Attached(one, tuple(spells)))
    unions = {one.key: one for one in records["union_organisations"]}
    lives = {number: life_of(one, valid_on) for number, one in unions.items()}
    return City(valid_on, enterprises, unions, lives, received)


def _shelf(enterprise: Enterprise, feed: str) -> list[Attached]:
    return {
        "tax": enterprise.tax,
        "hr": enterprise.hr,
        "union_organisations": enterprise.unions,
        "union_coverage": enterprise.lines,
        "verifications": enterprise.findings,
        "base_list": enterprise.base,
    }[feed]
