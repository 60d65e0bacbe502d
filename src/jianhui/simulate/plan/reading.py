"""Reading the plan's lists back, and the truth of their marts beside that of the base."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from jianhui.simulate.assertions import Record
from jianhui.simulate.columns import cell
from jianhui.simulate.figures import Judged, Table
from jianhui.simulate.files import Format, read_table
from jianhui.simulate.ledgers import responsible_unions
from jianhui.simulate.places import ZONES
from jianhui.simulate.plan import PLAN_FEEDS, SECTIONS
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Holder, Known, Told, UnionFacts
from jianhui.simulate.readings import (
    PULANDIAN_BECAME_A_DISTRICT,
    canonical,
    head_count,
    life_date,
    where,
)
from jianhui.simulate.states import City


def figures(
    out: Path,
    valid_on: date,
    known_on: date,
    city: City,
    judged: Sequence[Judged],
    base: Mapping[str, Table],
    holder: Holder,
    recorded_from: date,
    listed_on: date,
) -> dict[str, Table]:
    """The truth of the plan's marts from the files below ``out``; none where the city has no such files.

    ``holder``: which enterprise a record of a list belongs to on ``valid_on``. ``recorded_from``: the day
    of the registry's first full file. ``listed_on``: that on which the base list of the year was fixed.
    """
    said = _read(out, known_on)
    if not said:
        return {}
    known = Known(
        valid_on=valid_on,
        unions=_unions(city, judged, valid_on),
        enterprises={one.enterprise.number: one for one in judged},
        records={feed: _as_of(PLAN_FEEDS[feed], said.get(feed, ()), valid_on) for feed in PLAN_FEEDS},
        received=frozenset(said),
        responsible=responsible_unions(city),
        base=base,
        city=city,
        unions_on=lambda day: _unions(city, judged, day),
        holder=holder,
        recorded_from=recorded_from,
        listed_on=listed_on,
    )
    tables: dict[str, Table] = {}
    for section in SECTIONS:
        tables |= section.figures(replace(known, base={**base, **tables}))
    return tables


_Said = tuple[date, Sequence[Mapping[str, str]]]


def _read(out: Path, known_on: date) -> dict[str, list[_Said]]:
    """Feed → what each file that is believed says, in order of arrival: its reference date and its rows."""
    sent = json.loads((out / "city.json").read_text(encoding="utf-8"))["deliveries"]
    found: dict[str, list[_Said]] = defaultdict(list)
    for one in sent:
        if one["feed"] not in PLAN_FEEDS or one["arrived_on"] > known_on.isoformat():
            continue
        feed = PLAN_FEEDS[one["feed"]]
        rows, n_lines = _rows(out / one["path"], feed)
        if 20 * (n_lines - len(rows)) <= n_lines and not _lacks_too_much(feed, rows, found[one["feed"]]):
            found[one["feed"]].append((date.fromisoformat(one["reference_on"]), rows))
    return {name: said for name, said in found.items() if said}


def _rows(path: Path, feed: PlanFeed) -> tuple[list[Mapping[str, str]], int]:
    """The good rows of a file, and how many lines it has: a row without key or name is bad."""
    header, lines = read_table(path, Format(feed.form.ext, feed.form.encoding, feed.form.delimiter))
    names = [feed.columns[title] for title in header]
    width = len(header)
    rows: list[Mapping[str, str]] = [
        dict(zip(names, line + [""] * (width - len(line)), strict=True)) for line in lines
    ]
    good = [row for row in rows if all(row[name].strip() for name in (*feed.key, feed.name))]
    return good, len(lines)


def _lacks_too_much(feed: PlanFeed, rows: Sequence[Mapping[str, str]], said: Sequence[_Said]) -> bool:
    """Fewer than nine tenths of the keys of the file before: it is held."""
    if not said:
        return False
    before = {_key(feed, row) for row in said[-1][1]}
    return 10 * len(before & {_key(feed, row) for row in rows}) < 9 * len(before)


def _key(feed: PlanFeed, row: Mapping[str, str]) -> str:
    return "|".join(canonical(row[name]) for name in feed.key)


def _as_of(feed: PlanFeed, said: Sequence[_Said], day: date) -> list[Told]:
    """Of each key what was last said of a day up to ``day``; else what was said first, which always held."""
    lines: dict[str, list[tuple[date, Mapping[str, str]]]] = defaultdict(list)
    for on, rows in said:
        for row in rows:
            lines[_key(feed, row)].append((on, row))
    found = []
    for key in sorted(lines):
        in_order = sorted(lines[key], key=lambda one: one[0])
        by_then = [row for on, row in in_order if on <= day]
        found.append(Told(key, by_then[-1] if by_then else in_order[0][1], in_order[0][0]))
    return found


# --- the register of unions ---


def _unions(city: City, judged: Sequence[Judged], day: date) -> dict[str, UnionFacts]:
    hosts: dict[str, str] = {}
    for one in judged:
        for attached in one.enterprise.unions:
            if attached.on(day):
                hosts[attached.record.key] = one.enterprise.number
    return {
        number: facts
        for number, record in sorted(city.unions.items())
        if (facts := _facts(city, number, record, hosts, day)) is not None
    }


def _facts(city: City, number: str, record: Record, hosts: Mapping[str, str], day: date) -> UnionFacts | None:
    version = record.version_on(day)
    if version is None:
        return None

    def said(column: str) -> str:
        return cell("union_organisations", version.row, column)

    life = city.union_life(number)
    return UnionFacts(
        number=number,
        kind=said("kind"),
        parent=canonical(said("parent_union_no")),
        founded_on=life_date(said("founded_on")),
        is_normal=life.alive_on(day) and life.status_on(day) in ("正常", ""),
        district=_district(said("street_code"), said("division_code"), said("address"), day),
        host=hosts.get(number),
        members=_whole(said("member_count")),
        street=where(said("street_code"), (said("address"), ""), "", said("street_code"), day).street,
        women=_whole(said("women_member_count")),
        is_over=life.end <= day,
        area=_area(said("street_code"), said("division_code"), said("address"), day),
        staff=head_count(said("staff_count")),
        migrants=_whole(said("migrant_member_count")),
        host_name=said("host_name"),
        host_code=said("host_code"),
        is_subordinate={"是": True, "否": False}.get(said("is_directly_subordinate")),
    )


def _whole(text: str) -> int | None:
    """A whole number of nought or more, in any digits, with or without thousands separators."""
    plain = canonical(text).replace(",", "").removesuffix(".00")
    return int(plain) if plain.isdecimal() else None


def _district(street: str, division: str, address: str, day: date) -> str:
    """The district of a union: by its street, else its division (a zone's is where most of the zone lies)."""
    code = street if street.startswith("2102") else division
    found = where(code, (address, ""), "", code, day).district
    if found == "unknown" and code[:6] in _ZONE_HOMES:
        found = _ZONE_HOMES[code[:6]]
    if found == "210282" and day >= PULANDIAN_BECAME_A_DISTRICT:
        found = "210214"
    return found


def _area(street: str, division: str, address: str, day: date) -> str:
    """The zone that manages a union, by its address, division or street, else its district."""
    code = street if street.startswith("2102") else division
    zone = next((zone for zone, name in ZONES.items() if name in address), code[:6])
    if zone not in _ZONE_HOMES:
        zone = where(code, (address, ""), "", code, day).managing_area
    return zone if zone in _ZONE_HOMES else _district(street, division, address, day)


_ZONE_HOMES = {
    "210231": "210211",
    "210242": "210213",
    "210244": "210281",
    "210245": "210283",
    "210246": "210282",
}
