"""The place tables: districts, zones, streets, villages of the city, and what they were on a day.

A code is true for a time: 普兰店市 210282 became 普兰店区 210214 on 2015-10-13, and four of its streets
went to 金州区. A record may carry a code or a name of any time; it is read by the tables of the day asked
for. ``PlaceTables`` answers that question; how an address is read is in ``addresses``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

CITY = "2102"
"""First four digits of every division of the city."""

_STREET_ENDING = re.compile(r"(?:街道办事处|街道|办事处|(?:满族)?[镇乡])$")
_VILLAGE_ENDING = re.compile(r"(?:村?(?:村民委员会|村委会)|(?:社区)?(?:居民委员会|居委会)|生活区)$")
_STREET_ENDINGS = ("街道", "镇", "乡", "满族乡", "满族镇", "办事处")
# A stem that is also what a road or a square is called says nothing about where on it a firm sits.
_LIKE_A_ROAD = re.compile(r"(?:路|街|大道|广场|桥|公园|小区|新村|花园)$")
_SHORTEST_STEM = 2
_SHORTEST_BARE_STEM = 3

LISTED, OTHER_ENDING, BARE_STREET, VILLAGE, BARE_VILLAGE = range(5)
"""Ranks of the words for a street: its name as listed, with another ending it may have had, without one."""


@dataclass(frozen=True)
class Spell:
    """A code while it is in force: ``valid_from`` inclusive, ``valid_to`` exclusive."""

    code: str
    parent: str
    valid_from: date
    valid_to: date
    successor: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day < self.valid_to


@dataclass(frozen=True)
class PlaceTables:
    """The seeds ``area_*`` and ``zone_*`` as read, all columns text (blank = null)."""

    divisions: pl.DataFrame
    streets: pl.DataFrame
    villages: pl.DataFrame
    zone_districts: pl.DataFrame
    zone_streets: pl.DataFrame
    elsewhere: pl.DataFrame

    @cached_property
    def epochs(self) -> list[date]:
        """Days on which any table changes, ascending."""
        columns = [
            table.get_column(column).str.to_date()
            for table in (self.divisions, self.streets, self.zone_districts)
            for column in ("valid_from", "valid_to")
        ]
        days: list[date] = pl.concat([column.alias("day") for column in columns]).drop_nulls().to_list()
        return sorted(set(days))

    @cached_property
    def zones(self) -> list[str]:
        return self.divisions.filter(kind="zone").get_column("code").to_list()

    @cached_property
    def _districts(self) -> dict[str, Spell]:
        return _spells(self.divisions.filter(kind="district"), "code", None)

    @cached_property
    def _streets(self) -> dict[str, Spell]:
        return _spells(self.streets, "street_code", "district_code")

    def districts_on(self, day: date) -> dict[str, str]:
        """District code of any time → the district code in force on ``day``."""
        return {code: _in_force(code, self._districts, day) for code in self._districts}

    def streets_on(self, day: date) -> pl.DataFrame:
        """Street codes of any time as of ``day``.

        Columns: ``listed_code``, ``street_code``, ``district_code``, ``is_in_force``.

        Grain: one row per listed code. A code with no certain successor (or predecessor) in force stays
        as it is: it is the best that is known of the place.
        """
        districts = self.districts_on(day)
        rows = []
        for code in self._streets:
            now = _in_force(code, self._streets, day)
            spell = self._streets[now]
            rows.append((code, now, districts[spell.parent], spell.holds_on(day)))
        columns = ["listed_code", "street_code", "district_code", "is_in_force"]
        return pl.DataFrame(rows, schema=columns, orient="row")

    def homes_on(self, day: date) -> pl.DataFrame:
        """Districts a street's name may be written with: ``street_code``, ``district_code``, both of ``day``.

        Grain: street × district it lies in or once lay in.
        """
        districts = self.districts_on(day)
        former = dict(self.streets.select("street_code", "former_district_code").rows())
        rows = set()
        for code, spell in self._streets.items():
            now = _in_force(code, self._streets, day)
            rows |= {(now, districts[home]) for home in (spell.parent, former[code]) if home}
            rows.add((now, districts[self._streets[now].parent]))
        return pl.DataFrame(sorted(rows), schema=["street_code", "district_code"], orient="row")

    def zone_homes_on(self, day: date) -> pl.DataFrame:
        """Formal districts a zone may lie in on ``day``: ``zone_code``, ``district_code``, ``is_default``."""
        start = pl.col("valid_from").str.to_date().fill_null(date.min)
        end = pl.col("valid_to").str.to_date().fill_null(date.max)
        return self.zone_districts.filter((start <= day) & (end > day)).select(
            "zone_code", "district_code", (pl.col("is_default") == "true").alias("is_default")
        )

    def zone_streets_on(self, day: date) -> pl.DataFrame:
        """Streets a zone administers, codes of ``day``: ``zone_code``, ``street_code``, ``is_whole``."""
        on_day = self.streets_on(day).select("listed_code", now="street_code")
        return (
            self.zone_streets.join(on_day, left_on="street_code", right_on="listed_code")
            .select("zone_code", pl.col("is_whole") == "true", street_code="now")
            .unique(maintain_order=True)
        )

    @cached_property
    def names(self) -> pl.DataFrame:
        """Every word an address may name a place by: ``word``, ``role``, ``code``, ``rank``.

        Grain: word × role × code. ``role`` is district, zone, area (a zone word that others use too), street
        or elsewhere; a village is a word for its street. ``rank`` orders competing street words, least
        first: ``LISTED`` to ``BARE_VILLAGE``.
        """
        rows: set[tuple[str, str, str, int]] = set()
        short = {word for cell in self.divisions.get_column("short_names") for word in _words(cell)}
        for code, name, others, kind in self.divisions.select("code", "name", "other_names", "kind").rows():
            if kind == "city":
                continue
            for word in [name, *_words(others)]:
                rows.add((word, "area" if word in _AREA_WORDS else kind, code, 0))
        for code, name, others in self.streets.select("street_code", "name", "other_names").rows():
            for word in [name, *_words(others)]:
                rows |= {
                    (form, "street", code, rank) for form, rank in _street_words(word) if form not in short
                }
        for code, name in self.villages.select("street_code", "name").rows():
            rows |= {(form, "street", code, rank) for form, rank in _village_words(name)}
        rows |= {(name, "elsewhere", code, 0) for code, name in self.elsewhere.rows()}
        return pl.DataFrame(sorted(rows), schema=["word", "role", "code", "rank"], orient="row")


# Words of the development zone that other places use as well: they mean it only within its own districts.
_AREA_WORDS = frozenset({"经济技术开发区", "金州新区", "金普新区", "开发区"})


def _words(cell: str | None) -> list[str]:
    return [word for word in (cell or "").split("|") if word]


def _street_words(name: str) -> list[tuple[str, int]]:
    """Forms of a street's name and their ranks: with each ending it may have had, and bare if telling."""
    stem = _STREET_ENDING.sub("", name)
    others = [(stem + ending, OTHER_ENDING) for ending in _STREET_ENDINGS if stem + ending != name]
    forms = [(name, LISTED), *others]
    return [*forms, (stem, BARE_STREET)] if _is_telling(stem) else forms


def _village_words(name: str) -> list[tuple[str, int]]:
    """Forms of a village's or community's name, 村 and 社区 alike, and bare if telling; with ranks."""
    stem = _VILLAGE_ENDING.sub("", name)
    if len(stem) < _SHORTEST_STEM:
        return []
    forms = [(stem + "村", VILLAGE), (stem + "社区", VILLAGE)]
    return [*forms, (stem, BARE_VILLAGE)] if _is_telling(stem) else forms


def _is_telling(stem: str) -> bool:
    """Whether a name without its ending still means the place and no road, square or estate."""
    return len(stem) >= _SHORTEST_BARE_STEM and not _LIKE_A_ROAD.search(stem)


def _spells(table: pl.DataFrame, code: str, parent: str | None) -> dict[str, Spell]:
    return {
        row[code]: Spell(
            code=row[code],
            parent=row[parent] if parent else "",
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max,
            successor=row["successor_code"] or "",
        )
        for row in table.iter_rows(named=True)
    }


def _in_force(code: str, spells: Mapping[str, Spell], day: date) -> str:
    """The code in force on ``day`` for what ``code`` names, going along certain successions only."""
    spell = spells[code]
    while day >= spell.valid_to and spell.successor in spells:
        spell = spells[spell.successor]
    while day < spell.valid_from:
        before = [other for other in spells.values() if other.successor == spell.code]
        if len(before) != 1:
            break
        spell = before[0]
    return spell.code if spell.holds_on(day) else code


def load_place_tables(seeds: Path) -> PlaceTables:
    """The place tables of an installation, from its folder ``dbt_project/seeds``."""

    def read(name: str) -> pl.DataFrame:
        return pl.read_csv(seeds / f"{name}.csv", infer_schema=False)

    return PlaceTables(
        divisions=read("area_divisions"),
        streets=read("area_streets"),
        villages=read("area_villages"),
        zone_districts=read("zone_districts"),
        zone_streets=read("zone_streets"),
        elsewhere=read("area_elsewhere"),
    )
