"""Lives of the units of a city: founded, moved, renamed, dormant, revoked, gone. What really happened, day
by day.

Shapes are those of a Liaoning district's sweep in 2014 (half of the register no longer exists; of the
living 15 % have 25 and more staff). Nothing here knows what any agency wrote down: that is ``agencies``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from jianhui.simulate import codes, names
from jianhui.simulate.dated import Dated, add_months, value_on
from jianhui.simulate.draws import Draw, Steps
from jianhui.simulate.places import CITY, DISTRICTS, Place, place

Kind = Literal["enterprise", "branch", "individual", "cooperative", "institution", "social"]

YEARS_BEFORE = 15
"""How long before the first delivery the oldest unit may have been founded."""

USCC_STARTS = date(2015, 10, 1)
USCC_FOR_ALL_BY = date(2017, 12, 31)
FIFTEEN_DIGITS_START = date(2007, 7, 1)

_KINDS: Sequence[tuple[int, Kind]] = (
    (755, "enterprise"),
    (70, "branch"),
    (130, "individual"),
    (35, "cooperative"),
    (5, "institution"),
    (5, "social"),
)


@dataclass(frozen=True)
class Form:
    """A legal form: how names end, 企业类型, 登记注册类型, seventh digit of the registration number."""

    ending: str
    enterprise_type: str
    registration_type: str
    seventh: str


_LIMITED = Form("有限公司", "有限责任公司(自然人投资或控股)", "173", "2")

FORMS: Sequence[tuple[int, Form]] = (
    (38, _LIMITED),
    (14, Form("有限公司", "有限责任公司(自然人独资)", "173", "2")),
    (10, Form("有限责任公司", "其他有限责任公司", "159", "1")),
    (3, Form("股份有限公司", "股份有限公司(非上市)", "160", "1")),
    (3, Form("有限公司", "有限责任公司(国有独资)", "151", "0")),
    (3, Form("总厂", "全民所有制", "110", "0")),
    (4, Form("厂", "集体所有制", "120", "0")),
    (2, Form("厂", "股份合作制", "130", "0")),
    (6, Form("有限公司", "有限责任公司(中外合资)", "310", "4")),
    (3, Form("有限公司", "有限责任公司(外商独资)", "330", "4")),
    (3, Form("有限公司", "有限责任公司(港澳台法人独资)", "230", "4")),
    (8, Form("加工厂", "个人独资企业", "171", "3")),
    (3, Form("商行（普通合伙）", "普通合伙企业", "172", "3")),
)
_BRANCH = Form("", "有限责任公司分公司", "", "1")
_INDIVIDUAL = Form("", "个体工商户", "400", "6")
_COOPERATIVE = Form("", "农民专业合作社", "", "3")
_INSTITUTION = Form("研究所", "事业单位", "500", "3")
_SOCIAL = Form("培训学校", "民办非企业单位", "700", "3")

_LIFE_DAYS: Steps = (
    (6, 60, 365),
    (12, 366, 730),
    (13, 731, 1095),
    (20, 1096, 1825),
    (22, 1826, 3650),
    (27, 3651, 12000),
)
_STAFF: Steps = (
    (505, 1, 7),
    (362, 8, 24),
    (71, 25, 49),
    (46, 50, 99),
    (10, 100, 199),
    (5, 200, 999),
    (1, 1000, 3200),
)
_STAFF_SMALL: Steps = ((80, 1, 3), (20, 4, 7))
_STAFF_BRANCH: Steps = ((60, 2, 9), (30, 10, 24), (10, 25, 60))


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


def make_units(seed: int, count: int, start: date, end: date) -> list[Unit]:
    """``count`` units founded from fifteen years before ``start`` up to ``end``, in order of founding."""
    first = add_months(start, -12 * YEARS_BEFORE)
    draw = Draw(seed, "founded")
    days = (end - first).days
    founded = sorted(
        first
        + timedelta(days=max(draw.below(days), draw.below(days)) if draw.chance(600) else draw.below(days))
        for _ in range(count)
    )
    register = names.Register()
    units: list[Unit] = []
    parents: list[Unit] = []
    for serial, day in enumerate(founded):
        unit = _make_unit(
            Draw(seed, "unit", serial), serial, day, (start, end), register=register, parents=parents
        )
        units.append(unit)
        if unit.kind == "enterprise":
            parents.append(unit)
    return units


def _make_unit(
    draw: Draw,
    serial: int,
    founded: date,
    span: tuple[date, date],
    *,
    register: names.Register,
    parents: list[Unit],
) -> Unit:
    start, end = span
    kind = draw.weighted(_KINDS)
    if kind == "branch" and not parents:
        kind = "enterprise"
    industry_code, trade = draw.weighted(names.TRADES)
    home = place(draw)
    form = _form(draw, kind)
    closed, ended, statuses = _closing(draw, founded, end, kind)
    registrar = home.street.zone_code or home.street.district_code
    if kind in ("enterprise", "branch") and draw.chance(110):
        registrar = CITY
    org_code = codes.organisation_code(f"{30_000_000 + serial * 37 % 60_000_000:08d}")
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
        capital=draw.weighted([(4, 10), (5, 50), (4, 100), (2, 500), (1, 1000)]) * draw.between(1, 9),
        names=[
            (founded, _first_name(draw, kind, register, home=home, trade=trade, form=form, parents=parents))
        ],
        homes=[(founded, home)],
        forms=[(founded, form)],
        statuses=statuses,
        representatives=[(founded, serial)],
        closed_on=closed,
        ended_on=ended,
    )
    if draw.chance(60):
        unit.workplace = place(draw)
    _changes(draw, unit, register, trade, min(closed or end, end))
    unit.staff = _staff(draw, unit, start, end)
    return unit


def _form(draw: Draw, kind: Kind) -> Form:
    if kind == "enterprise":
        return draw.weighted(FORMS)
    return {
        "branch": _BRANCH,
        "individual": _INDIVIDUAL,
        "cooperative": _COOPERATIVE,
        "institution": _INSTITUTION,
        "social": _SOCIAL,
    }[kind]


def _first_name(
    draw: Draw,
    kind: Kind,
    register: names.Register,
    *,
    home: Place,
    trade: str,
    form: Form,
    parents: list[Unit],
) -> str:
    district = DISTRICTS[home.street.district_code][0]
    if kind == "branch":
        return names.branch_name(draw, register, draw.pick(parents).names[-1][1])
    if kind == "individual":
        return names.shop_name(draw, register, district)
    if kind == "cooperative":
        return names.co_operative_name(draw, register, district)
    if kind in ("institution", "social"):
        return names.public_name(draw, register, district, form.ending)
    return names.enterprise_name(draw, register, trade, form.ending)


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
    statuses: Dated[str] = [(founded, draw.weighted([(90, "存续"), (6, "在营"), (4, "开业")]))]
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
        ended = closed + timedelta(days=draw.steps(((60, 0, 60), (30, 61, 365), (10, 366, 900))))
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


def _changes(draw: Draw, unit: Unit, register: names.Register, trade: str, last: date) -> None:
    """Moves, renames, a factory turned into a company, new representatives, spread over the years of work."""
    for year in range((last - unit.established_on).days // 365 + 1):
        day = unit.established_on + timedelta(days=365 * year + draw.between(1, 364))
        if day >= last:
            break
        what = draw.below(1000)
        if what < 35:
            unit.homes.append((day, place(draw)))
        elif what < 60 and unit.kind == "enterprise":
            ending = unit.forms[-1][1].ending
            unit.names.append((day, names.enterprise_name(draw, register, trade, ending)))
        elif what < 75 and unit.forms[-1][1].ending.endswith("厂"):
            unit.forms.append((day, _LIMITED))
            unit.names.append((day, names.enterprise_name(draw, register, trade, _LIMITED.ending)))
        elif what < 110:
            unit.representatives.append((day, unit.serial + 1_000_000 * (year + 1)))


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
