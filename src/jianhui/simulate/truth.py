"""The truth of a simulated city: every figure of the marts, from the files alone, as of a day and what had arrived by another."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jianhui.simulate import figures
from jianhui.simulate.agencies import CHANGE, FORMATS
from jianhui.simulate.assertions import COLUMNS, Delivery, Feed, Record, Row, cell, gather, key_of, record
from jianhui.simulate.attaching import Directory, Link, enterprises_of, needs_an_enterprise
from jianhui.simulate.dated import add_months
from jianhui.simulate.field_work import BASE_HEADER, VERIFICATION_HEADER
from jianhui.simulate.figures import Judged, Table
from jianhui.simulate.files import read_table
from jianhui.simulate.readings import head_count, read_month
from jianhui.simulate.registry import HEADER as COMMERCE_HEADER
from jianhui.simulate.rolls import HR_HEADER, TAX_HEADER
from jianhui.simulate.states import Attached, City, Enterprise, life_of
from jianhui.simulate.union_register import COVERAGE_HEADER, UNION_HEADER

_CHINESE: Mapping[str, Sequence[str]] = {
    "commerce": [COMMERCE_HEADER[1], COMMERCE_HEADER[0], *COMMERCE_HEADER[2:]],
    "tax": TAX_HEADER,
    "hr": HR_HEADER,
    "union_organisations": UNION_HEADER,
    "union_coverage": COVERAGE_HEADER,
    "verifications": VERIFICATION_HEADER,
    "base_list": BASE_HEADER,
}
"""Headers in the order of ``COLUMNS``."""

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
        """One CSV a table and ``as_of.json`` below ``out/truth``, in the folder returned; nulls are empty cells.

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
    return value.isoformat() if isinstance(value, date) else repr(value) if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class _Known:
    """Everything that had arrived, lined up and attached."""

    first_full_on: date
    records: Mapping[str, Sequence[Record]]
    links: Mapping[str, Mapping[str, Sequence[Link]]]
    city: City
    judged: Sequence[Judged]


def truth_of(out: Path, valid_on: date, known_on: date, previous_gap: Iterable[str] | None) -> Truth:
    """Count everything as of ``valid_on`` from the deliveries that had arrived by the end of ``known_on``.

    ``previous_gap``: the gap list of the last night, or None where there was none (then everything on it is new).
    """
    known = _know(out, valid_on, known_on)
    city, judged = known.city, known.judged
    listed = figures.list_of_the_year(known.records["base_list"], valid_on)
    holders = [(row, _holder(known.links["base_list"][row.key], valid_on)) for row in listed]
    n_unmatched = figures.mark_base_list(city, judged, holders)
    first = max(date(valid_on.year, 1, 1), known.first_full_on)
    tables = {
        "agg_coverage": figures.coverage(city, judged, n_unmatched, bool(listed)),
        "agg_coverage_daily": figures.daily(city, judged, first),
        "agg_dynamic_coverage": figures.dynamic(city, judged),
        "agg_founding_cohorts": figures.cohorts(city, judged),
        "agg_other_units": figures.other_units(city, judged),
        "dim_enterprises": _enterprise_rows(judged),
        "fct_enterprise_coverage": _coverage_rows(city, judged, bool(listed)),
        "fct_enterprises_without_union": _gap_rows(city, judged, previous_gap),
        "fct_coverage_changes": figures.changes(city, judged, first),
        "fct_unmatched_records": _unmatched_rows(known.records, known.links, valid_on),
    }
    return Truth(valid_on, known_on, tables)


def judged_city(out: Path, valid_on: date, known_on: date) -> tuple[City, Sequence[Judged]]:
    """The city as known and each enterprise's standing, for countings beyond the marts."""
    known = _know(out, valid_on, known_on)
    return known.city, known.judged


def _know(out: Path, valid_on: date, known_on: date) -> _Known:
    deliveries = [one for one in _deliveries(out) if one.arrived_on <= known_on]
    feeds = {feed: gather(feed, [one for one in deliveries if one.feed == feed]) for feed in COLUMNS}
    first_full_on = feeds["commerce"].first_full_on
    if first_full_on is None or valid_on < first_full_on:
        raise ValueError(f"nothing is known of the registry on {valid_on.isoformat()}")
    records = {feed: _records(feeds[feed]) for feed in ATTACHED_FEEDS}
    commerce = enterprises_of(feeds["commerce"])
    directory = Directory(commerce)
    links = {feed: {one.key: directory.links(one) for one in records[feed]} for feed in ATTACHED_FEEDS}
    city = _city(valid_on, commerce, records, links, unions_known=bool(feeds["union_organisations"].said))
    standings = (figures.judge(city, enterprise) for enterprise in city.enterprises.values())
    judged = [one for one in standings if one is not None]
    return _Known(first_full_on, records, links, city, judged)


# --- reading -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _deliveries(out: Path) -> tuple[Delivery, ...]:
    """All deliveries of the city in order of arrival."""
    description = json.loads((out / "city.json").read_text(encoding="utf-8"))
    same: dict[Row, Row] = {}
    return tuple(
        _read(out, seq, sent, same) for seq, sent in enumerate(description["deliveries"], start=1)
    )


def _read(out: Path, seq: int, sent: Mapping[str, Any], same: dict[Row, Row]) -> Delivery:
    feed = sent["feed"]
    header, lines = read_table(out / sent["path"], FORMATS[feed])
    order = [header.index(name) for name in _CHINESE[feed]]
    change = header.index(CHANGE) if CHANGE in header else None
    rows: dict[str, Row] = {}
    deleted: set[str] = set()
    for line in lines:
        cells = line + [""] * (len(header) - len(line))
        row = tuple([cells[at] for at in order])
        row = same.setdefault(row, row)
        key = key_of(feed, row)
        if change is not None and cells[change] == "删除":
            deleted.add(key)
            rows.pop(key, None)
        else:
            rows[key] = row
    return Delivery(
        seq,
        date.fromisoformat(sent["arrived_on"]),
        feed,
        sent["kind"],
        date.fromisoformat(sent["reference_on"]),
        rows,
        frozenset(deleted),
    )


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
    *,
    unions_known: bool,
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
    return City(valid_on, enterprises, unions, lives, unions_known=unions_known)


def _shelf(enterprise: Enterprise, feed: str) -> list[Attached]:
    return {
        "tax": enterprise.tax,
        "hr": enterprise.hr,
        "union_organisations": enterprise.unions,
        "union_coverage": enterprise.lines,
        "verifications": enterprise.findings,
        "base_list": enterprise.base,
    }[feed]


# --- rows ----------------------------------------------------------------------------------------------------------


def _enterprise_rows(judged: Sequence[Judged]) -> Table:
    return [
        {
            "enterprise_id": one.enterprise.number,
            "record_key": one.enterprise.record.key,
            "in_scope": one.in_scope,
            "exclusion_reason": one.state.reason or None,
            "district_code": None if one.state.place.district == "unknown" else one.state.place.district,
            "managing_area": None if one.state.place.managing_area == "unknown" else one.state.place.managing_area,
            "street_code": None if one.state.place.street == "unknown" else one.state.place.street,
            "district_basis": one.state.place.basis,
            "ownership": one.groups["ownership"],
            "industry_section": None if one.groups["industry"] == "unknown" else one.groups["industry"],
            "staff_count": one.staff.count,
            "staff_source": one.staff.source or None,
            "staff_as_of": one.staff.as_of,
            "last_seen_on": one.enterprise.record.last_seen_on,
        }
        for one in judged
    ]


def _coverage_rows(city: City, judged: Sequence[Judged], has_list: bool) -> Table:
    known = city.unions_known
    return [
        {
            "enterprise_id": one.enterprise.number,
            "in_base_live": one.state.in_base,
            "in_base_live_25": one.is_25,
            "in_base_frozen": one.in_frozen if has_list else None,
            "in_base_due": one.is_due(city.valid_on),
            "is_covered": one.is_covered if known else None,
            "cover_kind": (one.state.cover.kind if one.state.cover else "none") if known else None,
            "union_id": one.state.cover.union if one.state.cover else None,
            "covered_since": one.covered_since,
            "due_on": one.due_on,
            "is_overdue": one.is_overdue(city.valid_on) if known else None,
            "recommended_form": _form(one),
            "has_claim": one.state.finding == "已建会",
        }
        for one in judged
        if one.in_scope
    ]


def _form(one: Judged) -> str:
    return "own" if (one.staff.count or 0) >= figures.OWN_FROM else "joint"


def _gap_rows(city: City, judged: Sequence[Judged], previous_gap: Iterable[str] | None) -> Table:
    if not city.unions_known:
        return []
    before = frozenset(previous_gap or ())
    gaps = sorted(
        (one for one in judged if one.is_gap),
        key=lambda one: (
            not one.is_overdue(city.valid_on),
            -(one.staff.count or 0),
            one.gap_since,
            one.enterprise.number,
        ),
    )
    federations = _responsible(city)
    table: Table = []
    for rank, one in enumerate(gaps, start=1):
        place, last = one.state.place, city.last_finding_by(one.enterprise, city.valid_on)
        areas = (place.street, place.managing_area, place.district)
        table.append(
            {
                "rank": rank,
                "enterprise_id": one.enterprise.number,
                "record_key": one.enterprise.record.key,
                "district_code": None if place.district == "unknown" else place.district,
                "street_code": None if place.street == "unknown" else place.street,
                "staff_count": one.staff.count,
                "staff_source": one.staff.source or None,
                "gap_since": one.gap_since,
                "due_on": one.due_on,
                "is_overdue": one.is_overdue(city.valid_on),
                "recommended_form": _form(one),
                "preparatory_fee_payer": _pays_preparatory_fee(one.enterprise, city.valid_on),
                "last_finding": last[1] if last else None,
                "last_finding_on": last[0] if last else None,
                "responsible_union_id": next((federations[area] for area in areas if area in federations), None),
                "is_new": one.enterprise.number not in before,
            }
        )
    return table


def _responsible(city: City) -> dict[str, str]:
    """Street, zone or district: its federation, 正常 and alive on the day; of several the earliest founded, then by number."""
    found: dict[str, tuple[date, str]] = {}
    for number, union in city.unions.items():
        version, life = union.version_on(city.valid_on), city.union_life(number)
        if version is None or not life.alive_on(city.valid_on) or life.status_on(city.valid_on) not in ("正常", ""):
            continue
        kind = cell("union_organisations", version.row, "kind")
        column = {"乡镇街道总工会": "street_code", "区市县总工会": "division_code"}.get(kind)
        area = cell("union_organisations", version.row, column) if column else ""
        if area:
            found[area] = min(found.get(area, (date.max, "")), (life.start, number))
    return {area: number for area, (_, number) in found.items()}


def _pays_preparatory_fee(enterprise: Enterprise, valid_on: date) -> bool:
    """建会筹备金 paid for one of the twelve months up to that of ``valid_on``."""
    for attached in enterprise.tax:
        version = attached.record.version_on(valid_on)
        if version is None or not attached.on(valid_on):
            continue
        period = read_month(cell("tax", version.row, "period"))
        is_recent = period is not None and add_months(valid_on.replace(day=1), -12) < period <= valid_on
        is_paid = head_count(cell("tax", version.row, "amount_paid").replace(".00", "")) is not None
        if is_recent and is_paid and cell("tax", version.row, "charge_item") == "建会筹备金":
            return True
    return False


def _unmatched_rows(
    records: Mapping[str, Sequence[Record]], links: Mapping[str, Mapping[str, Sequence[Link]]], valid_on: date
) -> Table:
    table: Table = []
    for feed in ATTACHED_FEEDS:
        for one in records[feed]:
            version = one.version_on(valid_on)
            if version is None or not needs_an_enterprise(feed, version.row):
                continue
            for link in links[feed][one.key]:
                if link.since <= valid_on < link.until and link.enterprise is None:
                    table.append({"feed": feed, "record_key": one.key, "reason": link.reason})
    table.sort(key=lambda row: (row["feed"], row["record_key"]))
    return table
