"""How well a dirty city was recognised: links of a build against what each record really is about."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

FEEDS = ("tax", "hr", "union_organisations", "union_coverage", "base_list", "verifications")


@dataclass(frozen=True)
class Quality:
    """Records in force on the day, of a feed or a class of dirt.

    ``n_due``: records about a registered unit, so a link is due; ``n_linked``: records with a link;
    ``n_right``: those linked to the unit they are about.
    """

    name: str
    n_due: int
    n_linked: int
    n_right: int

    @property
    def recall(self) -> float:
        return self.n_right / self.n_due if self.n_due else 1.0

    @property
    def precision(self) -> float:
        return self.n_right / self.n_linked if self.n_linked else 1.0

    def row(self) -> str:
        """A line of a Markdown table: name, records, recall, precision."""
        return f"| {self.name} | {self.n_due:,} | {self.recall:.4f} | {self.precision:.4f} |"


@dataclass(frozen=True)
class Judged:
    """A record in force, as raw key: the enterprises it may be linked to (none: no link is due), the link."""

    feed: str
    record_key: str
    right: frozenset[str]
    linked: str | None


def judged_records(city: Path, built: Path, day: date) -> list[Judged]:
    """Every record in force on ``day`` that the city knows by its key, in order.

    Records under a person's number are keyed by a pseudonym, which the city does not know; left out.
    """
    with duckdb.connect(str(built), read_only=True) as connection:
        enterprise_of = dict(
            connection.execute("select record_key, enterprise_id from input.enterprise_records").fetchall()
        )
        told = " union all ".join(
            f"select '{feed}' as feed, record_key, record_key_raw from input.records_{feed} "
            f"where valid_from <= $day and $day < valid_to"
            for feed in FEEDS
        )
        rows = connection.execute(
            f"""
            select distinct told.feed, told.record_key_raw, links.enterprise_id
            from ({told}) as told
            left join (select * from input.links where valid_from <= $day and $day < valid_to) as links
                using (feed, record_key)
            order by all
            """,
            {"day": day},
        ).fetchall()
    about = _about(city, enterprise_of)
    return [Judged(feed, key, about[feed, key], linked) for feed, key, linked in rows if (feed, key) in about]


def by_feed(records: Iterable[Judged]) -> list[Quality]:
    """Quality of each feed, and of all."""
    of: dict[str, list[Judged]] = defaultdict(list)
    for one in records:
        of[one.feed].append(one)
        of["all"].append(one)
    return [_quality(name, of[name]) for name in (*FEEDS, "all") if name in of]


def by_class(records: Iterable[Judged], city: Path) -> list[Quality]:
    """Quality of the records each class of dirt strikes, by class; ``(clean)``: those that none does."""
    struck: dict[tuple[str, str], set[str]] = defaultdict(set)
    with (city / "dirt.csv").open(encoding="utf-8", newline="") as stream:
        for piece in csv.DictReader(stream):
            struck[piece["feed"], piece["record_key"]].add(piece["class"])
    clean_key = {}
    with (city / "identities.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            clean_key[row["feed"], row["record_key"]] = row["clean_key"]
    of: dict[str, list[Judged]] = defaultdict(list)
    for one in records:
        classes = struck.get((one.feed, clean_key.get((one.feed, one.record_key), "")), {"(clean)"})
        for name in classes:
            of[name].append(one)
    return [_quality(name, of[name]) for name in sorted(of)]


def wrongly_joined(city: Path, built: Path) -> tuple[int, int]:
    """Enterprises that hold registry records of two units, and enterprises in all."""
    unit_of = {}
    with (city / "identities.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for key in row["commerce_keys"].split(";") if row["feed"] == "commerce" else ():
                unit_of[key] = row["unit"]
    units: dict[str, set[str]] = defaultdict(set)
    with duckdb.connect(str(built), read_only=True) as connection:
        for key, enterprise in connection.execute(
            "select record_key, enterprise_id from input.enterprise_records"
        ).fetchall():
            units[enterprise].add(unit_of.get(key, key))
    return sum(len(held) > 1 for held in units.values()), len(units)


def _about(city: Path, enterprise_of: dict[str, str]) -> dict[tuple[str, str], frozenset[str]]:
    about = {}
    with (city / "identities.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            keys = row["commerce_keys"].split(";") if row["commerce_keys"] else []
            right = frozenset(enterprise_of[key] for key in keys if key in enterprise_of)
            about[row["feed"], row["record_key"]] = right
    return about


def _quality(name: str, records: list[Judged]) -> Quality:
    return Quality(
        name,
        n_due=sum(bool(one.right) for one in records),
        n_linked=sum(one.linked is not None for one in records),
        n_right=sum(one.linked in one.right for one in records),
    )
