"""Lives of the units of a city: founded, moved, renamed, dormant, revoked, gone. What really happened, day
by day.

Shapes are those of a Liaoning district's sweep in 2014 (half of the register no longer exists; of the
living 15 % have 25 and more staff). Nothing here knows what any agency wrote down: that is ``agencies``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from jianhui.simulate import codes, legal_forms, names
from jianhui.simulate.dated import Dated, add_months, value_on
from jianhui.simulate.draws import Draw, Steps, Weighted
from jianhui.simulate.legal_forms import LIMITED, OF_SHARES, Form
from jianhui.simulate.names import Parts
from jianhui.simulate.places import CITY, DISTRICTS, Place, place

Kind = Literal["enterprise", "branch", "individual", "cooperative", "institution", "social"]

BLOCK = 20_000
"""Units of a city are made by so many at a time, and know nothing of those of other blocks: so a city of any
size fits into memory.
"""

YEARS_BEFORE = 15
"""How long before the first delivery the oldest unit may have been founded."""

USCC_STARTS = date(2015, 10, 1)
USCC_FOR_ALL_BY = date(2017, 12, 31)
FIFTEEN_DIGITS_START = date(2007, 7, 1)

_KINDS: Weighted[Kind] = Weighted(
    [
        (755, "enterprise"),
        (70, "branch"),
        (130, "individual"),
        (35, "cooperative"),
        (5, "institution"),
        (5, "social"),
    ]
)
_FORM_OF: dict[Kind, Form] = {
    "branch": legal_forms.BRANCH,
    "individual": legal_forms.INDIVIDUAL,
    "cooperative": legal_forms.COOPERATIVE,
    "institution": legal_forms.INSTITUTION,
    "social": legal_forms.SOCIAL,
}
_STATUSES = Weighted([(90, "存续"), (6, "在营"), (4, "开业")])
_CAPITALS = Weighted([(4, 10), (5, 50), (4, 100), (2, 500), (1, 1000)])

_LIFE_DAYS = Steps(
    (6, 60, 365),
    (12, 366, 730),
    (13, 731, 1095),
    (20, 1096, 1825),
    (22, 1826, 3650),
    (27, 3651, 12000),
)
_DAYS_TO_DEREGISTER = Steps((60, 0, 60), (30, 61, 365), (10, 366, 900))
_STAFF = Steps(
    (505, 1, 7),
    (362, 8, 24),
    (71, 25, 49),
    (46, 50, 99),
    (10, 100, 199),
    (5, 200, 999),
    (1, 1000, 3200),
)
_STAFF_SMALL = Steps((80, 1, 3), (20, 4, 7))
_STAFF_BRANCH = Steps((60, 2, 9), (30, 10, 24), (10, 25, 60))


@dataclass
class Unit:
    """One registered unit and its whole life.

    ``closed_on`` is the day work stopped; ``ended_on`` the day of revocation or deregistration, which may
    follow years later or never come. ``staff`` changes on first days of months.
    """

    serial: int
    kind: Kind
    established_on: date
    registrar: str
    org_code: str
    reg_no: str
    uscc: str
    uscc_on: date | None
    industry_code: str
    capital: int
    names: Dated[str]
    homes: Dated[Place]
    forms: Dated[Form]
    statuses: Dated[str]
    representatives: Dated[int]
    parts: Parts | None = None
    parent: "Unit | None" = None
    staff: Dated[int] = field(default_factory=list)
    workplace: Place | None = None
    closed_on: date | None = None
    ended_on: date | None = None

    def name_on(self, day: date) -> str:
        """The name on ``day``; the first one before the founding."""
        return value_on(self.names, day) or self.names[0][1]

    def home_on(self, day: date) -> Place:
        """The registered seat on ``day``."""
        return value_on(self.homes, day) or self.homes[0][1]

    def form_on(self, day: date) -> Form:
        """The legal form on ``day``."""
        return value_on(self.forms, day) or self.forms[0][1]

    def status_on(self, day: date) -> str:
        """The registry status on ``day``."""
        return value_on(self.statuses, day) or self.statuses[0][1]

    def staff_on(self, day: date) -> int:
        """People at work on ``day``; 0 before founding and after closing."""
        if self.closed_on is not None and day >= self.closed_on:
            return 0
        return value_on(self.staff, day) or 0

    def works_on(self, day: date) -> bool:
        """Founded and not yet closed, whatever the registry says."""
        return self.established_on <= day and (self.closed_on is None or day < self.closed_on)

    def has_uscc_on(self, day: date) -> bool:
        """The unified code has been given by ``day``."""
        return self.uscc_on is not None and self.uscc_on <= day


def make_units(seed: int, serials: range, start: date, end: date) -> list[Unit]:
    """The units of these serials (one block), founded from fifteen years before ``start`` up to ``end``, in
    order of founding.
    """
    first = add_months(start, -12 * YEARS_BEFORE)
    draw = Draw(seed, "founded", serials.start)
    days = (end - first).days
    founded = sorted(
        max(draw.below(days), draw.below(days)) if draw.chance(600) else draw.below(days) for _ in serials
    )
    block = _Block()
    for serial, day in zip(serials, founded, strict=True):
        block.add(_make_unit(Draw(seed, "unit", serial), serial, first + timedelta(days=day), end, block))
        block.units[-1].staff = _staff(draw, block.units[-1], start, end)
    return block.units


class _Block:
    """The units made so far, and those of them that others are named after."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.firms: list[Unit] = []
        self.shops: list[Unit] = []
        self.given_up: list[tuple[date, str]] = []

    def add(self, unit: Unit) -> None:
        self.units.append(unit)
        if unit.kind == "enterprise":
            self.firms.append(unit)
            self.given_up += [
                (day, name) for (day, _), (_, name) in zip(unit.names[1:], unit.names, strict=False)
            ]
            if unit.ended_on is not None and unit.statuses[-1][1] == "注销":
                self.given_up.append((unit.ended_on, unit.names[-1][1]))
        elif unit.kind in ("individual", "branch"):
            self.shops.append(unit)


def _make_unit(draw: Draw, serial: int, founded: date, end: date, block: _Block) -> Unit:
    kind = draw.weighted(_KINDS)
    if kind == "branch" and not block.firms:
        kind = "enterprise"
    form = draw.weighted(legal_forms.FORMS) if kind == "enterprise" else _FORM_OF[kind]
    industry_code, trades = draw.weighted(names.TRADES)
    while form.is_factory and not "13" <= industry_code[:2] <= "43":
        industry_code, trades = draw.weighted(names.TRADES)
    home = place(draw)
    closed, ended, statuses = _closing(draw, founded, end, kind)
    registrar = home.street.zone_code or home.street.district_code
    if kind in ("enterprise", "branch") and draw.chance(110):
        registrar = CITY
    org_code = codes.organisation_code(f"{serial * 48_271 % 90_000_000:08d}")
    parts = _first_parts(draw, block.firms, trades, form) if kind == "enterprise" else None
    parent = draw.pick(block.firms) if kind == "branch" else None
    unit = Unit(
        serial=serial,
        kind=kind,
        established_on=founded,
        registrar=registrar,
        org_code=org_code,
        reg_no=_registration_number(serial, registrar, form.seventh, ended),
        uscc=codes.credit_code(_authority(kind), registrar, org_code),
        uscc_on=_uscc_day(draw, founded, ended),
        industry_code=industry_code,
        capital=draw.weighted(_CAPITALS) * draw.between(1, 9),
        names=[(founded, str(parts) if parts else _other_name(draw, kind, home, block, parent))],
        homes=[(founded, home)],
        forms=[(founded, form)],
        statuses=statuses,
        representatives=[(founded, serial)],
        parts=parts,
        closed_on=closed,
        ended_on=ended,
    )
    if parent is not None and unit.names[0][1].startswith(parent.names[-1][1]):
        unit.parent = parent
    if parts and draw.chance(8):
        # A name that its bearer gave up is free for another firm after a while.
        freed, name = draw.pick(block.given_up or [(founded, "")])
        if name and freed < founded:
            unit.names[0] = (founded, name)
    if draw.chance(60):
        unit.workplace = place(draw)
    _changes(draw, unit, trades, min(closed or end, end))
    return unit


def _first_parts(draw: Draw, firms: Sequence[Unit], trades: tuple[str, ...], form: Form) -> Parts:
    """A name of its own; or a sister's brand; or one that differs from a neighbour's in one character."""
    other = draw.pick(firms).parts if firms and draw.chance(90) else None
    if other is None:
        return names.enterprise(draw, trades, form.ending, is_foreign=form.is_foreign)
    if draw.chance(250):
        return names.neighbour(draw, other, form.ending)
    parts = names.related(draw, other, trades, form.ending)
    return names.as_group(draw, parts) if form.ending == LIMITED.ending and draw.chance(200) else parts


def _other_name(draw: Draw, kind: Kind, home: Place, block: _Block, parent: Unit | None) -> str:
    district, street = DISTRICTS[home.street.district_code][0], home.street.name
    if kind in ("branch", "individual") and block.shops and draw.chance(15):
        same = draw.pick(block.shops)
        if same.kind == kind and same.homes[0][1].street.district_code != home.street.district_code:
            return same.names[0][1]
    if parent is not None:
        return names.branch(draw, parent.names[-1][1], district, street)
    if kind == "individual":
        return names.shop(draw, district)
    if kind == "cooperative":
        return names.co_operative(draw, district, street)
    return names.public(draw, district, "public" if kind == "institution" else "school")


def _authority(kind: Kind) -> str:
    return {"individual": "92", "cooperative": "93", "institution": "12", "social": "52"}.get(kind, "91")


def _registration_number(serial: int, registrar: str, seventh: str, ended: date | None) -> str:
    """Fifteen digits; thirteen for what ended before the long numbers came, which never changed any more."""
    if ended is not None and ended < FIFTEEN_DIGITS_START:
        return f"{registrar}{serial:07d}"
    return codes.registration_number(registrar, f"{seventh}{serial:07d}")


def _uscc_day(draw: Draw, founded: date, ended: date | None) -> date | None:
    """The day the unified code was given; one unit in eight takes part in a pilot and has it from the
    start.
    """
    pilot, converted = draw.chance(125), draw.day(USCC_STARTS, USCC_FOR_ALL_BY)
    if ended is not None and ended < USCC_STARTS:
        return founded if pilot and ended >= FIFTEEN_DIGITS_START else None
    if pilot or founded >= USCC_STARTS:
        return founded
    return converted if ended is None or converted < ended else None


def _closing(draw: Draw, founded: date, end: date, kind: Kind) -> tuple[date | None, date | None, Dated[str]]:
    """When work stops, when the registry says so, and the statuses on the way."""
    statuses: Dated[str] = [(founded, draw.weighted(_STATUSES))]
    active = statuses[0][1]
    closed = founded + timedelta(days=draw.steps(_LIFE_DAYS))
    if draw.chance(80):
        asleep = founded + timedelta(days=draw.between(200, 4000))
        awake = asleep + timedelta(days=draw.between(60, 400))
        if awake < min(closed, end + timedelta(days=500)):
            statuses += [(asleep, draw.pick(("歇业", "停业"))), (awake, active)]
    if closed > end:
        return None, None, statuses
    way = draw.below(100)
    if kind in ("institution", "social") or way < 56:
        ended = closed + timedelta(days=draw.steps(_DAYS_TO_DEREGISTER))
        if way < 12:
            liquidation = ended - timedelta(days=min(45, (ended - closed).days))
            statuses.append((liquidation, "清算"))
        statuses.append((ended, "注销"))
    elif way < 86:
        ended = closed + timedelta(days=draw.between(500, 1100))
        statuses.append((ended, "吊销，未注销"))
    else:
        return closed, None, statuses
    return closed, ended, statuses


def _changes(draw: Draw, unit: Unit, trades: tuple[str, ...], last: date) -> None:
    """Moves, renames, restructurings, new owners and representatives, spread over the years of work."""
    for year in range((last - unit.established_on).days // 365 + 1):
        day = unit.established_on + timedelta(days=365 * year + draw.between(1, 364))
        if day >= last:
            break
        what = draw.below(1000)
        if what < 35:
            unit.homes.append((day, place(draw)))
        elif what < 75 and unit.parts is not None:
            _rename(draw, unit, unit.parts, day, trades)
        elif what < 85 and unit.kind == "enterprise":
            became = next((new for old, new in legal_forms.TYPE_CHANGES if old == unit.forms[-1][1]), None)
            if became is not None:
                unit.forms.append((day, became))
        elif what < 120:
            unit.representatives.append((day, unit.serial + 1_000_000 * (year + 1)))


def _rename(draw: Draw, unit: Unit, parts: Parts, day: date, trades: tuple[str, ...]) -> None:
    """A works becomes a company, a company a group or one of shares; else a new name with or without the
    old brand.
    """
    form, how = unit.forms[-1][1], draw.below(100)
    if form.is_factory and how < 70:
        new = replace(parts, ending=LIMITED.ending)
        unit.forms.append((day, LIMITED))
        if how < 10:
            new = names.enterprise(draw, trades, LIMITED.ending)
    elif form.ending == LIMITED.ending and how < 12:
        new = names.as_group(draw, parts)
    elif form.ending == LIMITED.ending and not form.is_foreign and how < 20:
        new = replace(parts, ending=OF_SHARES.ending)
        unit.forms.append((day, OF_SHARES))
    elif how < 62:
        new = names.renamed(draw, parts, trades)
    else:
        new = names.enterprise(draw, trades, form.ending)
    unit.parts = new
    unit.names.append((day, str(new)))


def _staff(draw: Draw, unit: Unit, start: date, end: date) -> Dated[int]:
    """Staff from two years before the first delivery (or founding), a new level every few months."""
    table = {"individual": _STAFF_SMALL, "branch": _STAFF_BRANCH}.get(unit.kind, _STAFF)
    level = draw.steps(table)
    since = max(unit.established_on, add_months(start, -24)).replace(day=1)
    staff: Dated[int] = [(since, level)]
    while True:
        since = add_months(since, draw.between(2, 9))
        if since > end:
            return staff
        level = max(1, level * draw.between(85, 118) // 100 + draw.between(-1, 1))
        staff.append((since, level))
