"""Which enterprise a record belongs to, day by day: by codes, then by a name that only one enterprise
bears, then by a name that only one ever bore; last by links that are given.
"""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from jianhui.simulate.assertions import Feed, Record, record
from jianhui.simulate.columns import Row, cell
from jianhui.simulate.readings import (
    UNION_WORDS,
    Codes,
    canonical,
    canonical_name,
    codes_of_tax_id,
    codes_of_unit_code,
    life_date,
    read_date,
    usable_credit_code,
    usable_org_code,
    usable_registration_number,
)

FEDERATIONS = ("区域性联合会", "行业性联合会")
HOSTED = ("单独", "联合")


class Link(NamedTuple):
    """From ``since`` to the day before ``until`` the record belongs to ``enterprise`` (``reason``: none, or
    :data:`BY_NAME`), or to none for ``reason``.
    """

    since: date
    until: date
    enterprise: str | None
    reason: str


NOBODY = ""
"""The ``enterprise_id`` of a given link that takes a record from everybody."""

CONFLICT = "code_name_conflict"
REFUSED = (CONFLICT, "parent_named")
"""Reasons for which a record whose code or name finds one enterprise may belong to none."""


BY_NAME = "name"
"""Why a record belongs to an enterprise that its name alone tells."""


class GivenLink(NamedTuple):
    """A record of ``feed`` is taken to belong to ``enterprise_id`` from ``since`` to the day before
    ``until``, on the days on which its codes tell nothing. ``record_key``: its key cells joined
    with ``|``, in any notation. :data:`NOBODY`: its code or name is not believed, whatever it tells, for
    ``reason``, one of :data:`REFUSED`.
    """

    feed: str
    record_key: str
    enterprise_id: str
    since: date = date.min
    until: date = date.max
    reason: str = CONFLICT


@dataclass(frozen=True)
class _Borne:
    """A code or name borne by an enterprise from ``since`` to the day before ``until``."""

    enterprise: str
    since: date
    until: date


def enterprises_of(commerce: Feed) -> dict[str, Record]:
    """Enterprises by id: one a registry record, except that an old and a new code of one enterprise are
    one.
    """
    records = {}
    for keys in _clusters(commerce):
        one = record(commerce, keys)
        if one is not None:
            # Minted from the key first recorded; of keys recorded at once the smaller.
            first = min(keys, key=lambda key: (min(said.seq for said in commerce.said[key]), key))
            records[enterprise_id_of(first)] = one
    return records


def enterprise_id_of(key: str) -> str:
    """The id of the enterprise whose first key in the registry is ``key``: E and twelve characters."""
    digest = hashlib.sha256(f"commerce|{key}".encode()).digest()
    return "E" + base64.b32encode(digest).decode("ascii")[:12]


def _clusters(commerce: Feed) -> list[list[str]]:
    """Keys of one enterprise, the registration number before the credit code.

    Joined where a row under a credit code shows the registration number that is another record's key, or
    where name and founding date agree and there is exactly one such record of either kind.
    """
    partner: dict[str, str] = {}
    plain: dict[tuple[str, date], set[str]] = defaultdict(set)
    coded: dict[tuple[str, date], set[str]] = defaultdict(set)
    for key, said in commerce.said.items():
        is_code = bool(usable_credit_code(key))
        for row in {one.row for one in said if one.row is not None}:
            number = usable_registration_number(cell("commerce", row, "reg_no"))
            if is_code and number and number in commerce.said:
                partner.setdefault(key, number)
            founded = life_date(cell("commerce", row, "established_on"))
            if founded is not None:
                (coded if is_code else plain)[(canonical_name(cell("commerce", row, "name")), founded)].add(
                    key
                )
    for same, keys in coded.items():
        if len(keys) == 1 and len(plain.get(same, ())) == 1:
            partner.setdefault(next(iter(keys)), next(iter(plain[same])))
    joined = set(partner.values())
    clusters = [[key] for key in commerce.said if key not in partner and key not in joined]
    by_number: dict[str, list[str]] = defaultdict(list)
    for key in sorted(partner):
        by_number[partner[key]].append(key)
    return clusters + [[number, *keys] for number, keys in sorted(by_number.items())]


class Directory:
    """Who bears which code and name on which day; a name that nobody bears on a day means the one enterprise
    that ever bore it.
    """

    def __init__(self, enterprises: Mapping[str, Record]) -> None:
        self._borne: dict[str, dict[str, list[_Borne]]] = {
            scheme: {} for scheme in ("uscc", "org", "reg", "name")
        }
        self._enterprises = enterprises
        self._changes: dict[str, set[date]] = {}
        self._ever: dict[str, set[str]] = defaultdict(set)
        self._known: dict[tuple[Codes, str], list[Link]] = {}
        for number, enterprise in enterprises.items():
            self._changes[number] = {
                day for one in enterprise.versions for day in (one.valid_from, one.valid_to)
            }
            for version in enterprise.versions:
                codes = _codes_of_enterprise(version.row)
                name = canonical_name(cell("commerce", version.row, "name"))
                for scheme, value in (
                    ("uscc", codes.uscc),
                    ("org", codes.org),
                    ("reg", codes.reg),
                    ("name", name),
                ):
                    if value:
                        spell = _Borne(number, version.valid_from, version.valid_to)
                        self._borne[scheme].setdefault(value, []).append(spell)
                for borne in names_ever(version.row):
                    self._ever[borne].add(number)

    def links(self, of: Record, given: Sequence[GivenLink] = ()) -> list[Link]:
        """The record's links over all days, one after the other without a gap while a version is in force."""
        found: list[Link] = []
        for version in of.versions:
            codes, name = identifiers(of.feed, version.row)
            for link in self._all_days(codes, name):
                since, until = max(link.since, version.valid_from), min(link.until, version.valid_to)
                if since < until:
                    found.append(Link(since, until, link.enterprise, link.reason))
        linked = self._with_given(found, given) if given else found
        return _joined(link if link.enterprise is None else link._replace(reason="") for link in linked)

    def holder(self, codes: Codes, name: str, day: date, given: Sequence[GivenLink] = ()) -> str | None:
        """The enterprise that a record with these codes and this name belongs to on ``day``, or None."""
        told = Link(day, day + timedelta(days=1), *self.attach(codes, name, day))
        (link,) = self._with_given([told], given)
        return link.enterprise

    def _all_days(self, codes: Codes, name: str) -> list[Link]:
        """Where a record with these codes and this name belongs on all days: many records share them."""
        known = self._known.get((codes, name))
        if known is None:
            inside = (day for day in self._days_of_change(codes, name) if date.min < day < date.max)
            days = [date.min, *sorted(inside), date.max]
            known = _joined(
                Link(since, until, *self.attach(codes, name, since)) for since, until in pairwise(days)
            )
            self._known[(codes, name)] = known
        return known

    def _with_given(self, links: Iterable[Link], given: Sequence[GivenLink]) -> Iterable[Link]:
        """The same days, those on which no code tells whose the record is given away, and those taken that
        are given to nobody.
        """
        bounds = sorted({day for one in given for day in (one.since, one.until)})
        for link in links:
            days = [link.since, *(day for day in bounds if link.since < day < link.until), link.until]
            for since, until in pairwise(days):
                taken = next((one for one in given if one.since <= since < one.until), None)
                if taken is not None and taken.enterprise_id == NOBODY:
                    yield Link(since, until, None, taken.reason)
                elif (
                    (link.enterprise is None or link.reason == BY_NAME)
                    and taken is not None
                    and taken.enterprise_id in self._enterprises
                ):
                    yield Link(since, until, taken.enterprise_id, "")
                else:
                    yield Link(since, until, link.enterprise, link.reason)

    def attach(self, codes: Codes, name: str, day: date) -> tuple[str | None, str]:
        """The enterprise a record with these codes and this name belongs to on ``day`` and whether by its
        name alone, or None and why.
        """
        named = self._bearers("name", name, day)
        is_ambiguous_code = False
        for scheme, code in (("uscc", codes.uscc), ("org", codes.org), ("reg", codes.reg)):
            holders = self._bearers(scheme, code, day)
            if len(holders) == 1:
                if len(named) == 1 and named != holders:
                    return None, CONFLICT
                return next(iter(holders)), ""
            is_ambiguous_code = is_ambiguous_code or len(holders) > 1
        if len(named) == 1:
            enterprise = next(iter(named))
            version = self._enterprises[enterprise].version_on(day)
            if version is not None and _contradicts(codes, _codes_of_enterprise(version.row)):
                return None, "code_conflict"
            return enterprise, BY_NAME
        former = self._former_bearer(codes, name, day) if not named else None
        if former is not None:
            return former, BY_NAME
        if is_ambiguous_code:
            return None, "ambiguous_code"
        return None, "ambiguous_name" if named else "no_match"

    def _former_bearer(self, codes: Codes, name: str, day: date) -> str | None:
        """The one enterprise that ever bore ``name``, if the registry holds it on ``day``.

        None where the record has a code of its own: one nobody bears speaks against a name of the past.
        """
        bearers = self._ever.get(name, ()) if name else ()
        if len(bearers) != 1 or codes != Codes():
            return None
        enterprise = next(iter(bearers))
        return enterprise if self._enterprises[enterprise].version_on(day) is not None else None

    def _bearers(self, scheme: str, value: str, day: date) -> set[str]:
        spells = self._borne[scheme].get(value, ()) if value else ()
        return {spell.enterprise for spell in spells if spell.since <= day < spell.until}

    def _days_of_change(self, codes: Codes, name: str) -> set[date]:
        """Days on which another bearer of a code or name comes or goes.

        Any change of a bearer counts: a namesake's codes decide whether the name may be believed.
        """
        days: set[date] = set()
        for scheme, value in (("uscc", codes.uscc), ("org", codes.org), ("reg", codes.reg), ("name", name)):
            for spell in self._borne[scheme].get(value, ()) if value else ():
                days |= self._changes[spell.enterprise]
        for enterprise in self._ever.get(name, ()):
            days |= self._changes[enterprise]
        return days


def _joined(links: Iterable[Link]) -> list[Link]:
    """Links of adjacent days that say the same, as one."""
    found: list[Link] = []
    for link in links:
        last = found[-1] if found else None
        if last and last.until == link.since and last[2:] == link[2:]:
            found[-1] = Link(last.since, link.until, link.enterprise, link.reason)
        else:
            found.append(link)
    return found


GivenByRecord = Mapping[tuple[str, str], Sequence[GivenLink]]
"""Links that are given, by feed and record key in the notation of ``assertions.key_of``."""


def given_by_record(links: Iterable[GivenLink]) -> GivenByRecord:
    """The links by feed and record key, the key in the notation of ``assertions.key_of``."""
    by_record: dict[tuple[str, str], list[GivenLink]] = defaultdict(list)
    for link in sorted(links):
        by_record[(link.feed, plain_key(link.feed, link.record_key))].append(link)
    return dict(by_record)


def plain_key(feed: str, record_key: str) -> str:
    """A record key as given, in the notation of ``assertions.key_of``."""
    parts = record_key.split("|")
    if feed == "verifications":
        day = read_date(parts[-1])
        parts[-1] = f"{day:%Y%m%d}" if day else parts[-1]
    return "|".join(map(canonical, parts))


_BETWEEN_NAMES = re.compile(r"[、,，；;\s]+")


@cache
def names_ever(row: Row) -> tuple[str, ...]:
    """The present name and the former ones that a row of the registry tells, in canonical form."""
    told = [cell("commerce", row, "name"), *_BETWEEN_NAMES.split(cell("commerce", row, "former_names"))]
    return tuple(dict.fromkeys(filter(None, map(canonical_name, told))))


@cache
def _codes_of_enterprise(row: Row) -> Codes:
    uscc = usable_credit_code(cell("commerce", row, "uscc"))
    return Codes(uscc, uscc[8:17], usable_registration_number(cell("commerce", row, "reg_no")))


def _contradicts(one: Codes, other: Codes) -> bool:
    """Both carry a usable code of one scheme, and the codes differ.

    A registration number of thirteen digits says nothing against one of fifteen: firms had both in turn.
    """
    pairs = ((one.uscc, other.uscc), (one.org, other.org), (one.reg, other.reg))
    return any(a and b and len(a) == len(b) and a != b for a, b in pairs)


@cache
def identifiers(feed: str, row: Row) -> tuple[Codes, str]:
    """The codes and the canonical name by which a row points to an enterprise; the credit code of a union
    (81…) points to none.
    """
    codes, name = _told(feed, row)
    if codes.uscc.startswith("81"):
        own = "" if codes.org == codes.uscc[8:17] else codes.org
        codes = Codes("", own, codes.reg)
    return codes, name


def _told(feed: str, row: Row) -> tuple[Codes, str]:
    if feed == "tax":
        return codes_of_tax_id(cell(feed, row, "tax_id")), canonical_name(cell(feed, row, "name"))
    if feed == "hr":
        uscc = usable_credit_code(cell(feed, row, "uscc"))
        own = usable_org_code(cell(feed, row, "org_code"))
        return Codes(uscc, own or uscc[8:17]), canonical_name(cell(feed, row, "name"))
    if feed == "union_coverage":
        return codes_of_unit_code(cell(feed, row, "unit_code")), canonical_name(cell(feed, row, "unit_name"))
    if feed == "union_organisations":
        host, code = cell(feed, row, "host_name"), cell(feed, row, "host_code")
        if cell(feed, row, "kind") not in HOSTED:
            return Codes(), ""
        if not host and not code:
            host = _without_union_words(cell(feed, row, "name"))
        return codes_of_unit_code(code), canonical_name(host)
    uscc = usable_credit_code(cell(feed, row, "uscc"))
    return Codes(uscc, uscc[8:17]), canonical_name(cell(feed, row, "name"))


def needs_an_enterprise(feed: str, row: Row) -> bool:
    """False for records of which none is expected: federations, and joint unions that name no host."""
    if feed != "union_organisations":
        return True
    kind = cell(feed, row, "kind")
    if kind == "联合" and not cell(feed, row, "host_name") and not cell(feed, row, "host_code"):
        return False
    return kind in HOSTED


def _without_union_words(name: str) -> str:
    for word in UNION_WORDS:
        if name.endswith(word):
            return name[: -len(word)]
    return name
