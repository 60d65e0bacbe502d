"""The unions of the city: who has one, since when, which firms a joint union or federation covers. What
really happened.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jianhui.simulate import names
from jianhui.simulate.dated import add_months
from jianhui.simulate.draws import Draw, Steps, Weighted
from jianhui.simulate.places import CITY, DISTRICTS, STREETS, ZONES, Street
from jianhui.simulate.world import BLOCK, Unit

OWN, JOINT, REGIONAL, SECTORAL = "单独", "联合", "区域性联合会", "行业性联合会"
STREET_FEDERATION, DISTRICT_FEDERATION, INDUSTRIAL = "乡镇街道总工会", "区市县总工会", "产业工会"

_SECTORS = {
    "52": "商贸",
    "51": "批发",
    "62": "餐饮",
    "58": "货运代理",
    "50": "建筑",
    "70": "房地产",
    "49": "安装",
}

_DAYS_TO_UNION = Steps((58, 20, 180), (26, 181, 365), (12, 366, 900), (4, 901, 2500))
_LATENESS = Steps((55, -30, 30), (30, 31, 365), (15, 366, 1500))

_PLANS: Sequence[tuple[int, Weighted[str]]] = (
    (25, Weighted([(88, OWN), (7, JOINT), (2, REGIONAL), (3, "")])),
    (8, Weighted([(26, OWN), (50, JOINT), (18, REGIONAL), (6, "")])),
    (0, Weighted([(8, OWN), (60, JOINT), (24, REGIONAL), (8, "")])),
)
"""From this many staff: how a firm comes to be covered, in hundredths."""

_SUFFIXES = Weighted([(82, "工会委员会"), (14, "工会"), (4, "基层工会委员会")])
_CODES_SHOWN = Weighted([(35, "reg_no"), (35, "org_code"), (10, "uscc"), (20, "none")])


@dataclass
class Line:
    """A firm under a joint union or federation from ``since`` to the day before ``until``."""

    unit: Unit
    since: date
    until: date | None
    by_code: bool


@dataclass
class Union:
    """One union organisation. ``preparing_from`` is the day the register first knows it as 筹建;
    ``terms`` are the days of its elections, the founding first, of which many come late; each is held for
    ``term_years``.
    """

    number: str
    kind: str
    name: str
    founded_on: date
    district_code: str
    street: Street | None = None
    parent: str = ""
    host: Unit | None = None
    suffix: str = "工会委员会"
    code_shown: str = "none"
    host_shown: bool = True
    preparing_from: date | None = None
    dissolved_on: date | None = None
    lines: list[Line] = field(default_factory=list)
    terms: list[date] = field(default_factory=list)
    term_years: int = 5

    def term_on(self, day: date) -> int:
        """Number of the term in office on ``day``, from 0."""
        return max(0, sum(elected <= day for elected in self.terms) - 1)

    def name_on(self, day: date) -> str:
        """Single unions are named after their firm, and follow its renames."""
        if self.kind == OWN and self.host is not None:
            return self.host.name_on(day) + self.suffix
        return self.name

    def alive_on(self, day: date) -> bool:
        """Founded and not dissolved."""
        return self.founded_on <= day and (self.dissolved_on is None or day < self.dissolved_on)


class _Numbers:
    """Union numbers: the district and seven digits, another range for each block of units."""

    def __init__(self, block: int) -> None:
        self._last = block * BLOCK

    def next(self, district_code: str) -> str:
        self._last += 1
        return f"{district_code}{self._last:07d}"


def make_unions(seed: int, block: int, units: Sequence[Unit], start: date, end: date) -> list[Union]:
    """All unions over the lives of the ``units`` of one block, with those above them in the first."""
    numbers = _Numbers(0)
    above = _federations_above(Draw(seed, "federations"), numbers, start, end)
    parent_of = _parents(above)
    unions = list(above) if block == 0 else []
    numbers = numbers if block == 0 else _Numbers(block)
    joint: dict[str, list[Line]] = defaultdict(list)
    regional: dict[str, list[Line]] = defaultdict(list)
    for unit in units:
        draw = Draw(seed, "cover", unit.serial)
        if unit.kind == "branch" and draw.chance(150):
            unions.append(_own(draw, numbers, unit, unit.established_on + timedelta(days=200), end))
        if unit.kind != "enterprise":
            if unit.kind == "individual" and draw.chance(100):
                joint[unit.homes[0][1].street.code].append(
                    _line(draw, unit, unit.established_on + timedelta(days=90), end)
                )
            continue
        plan = _plan(draw, unit)
        since = max(unit.established_on, date(2000, 1, 1)) + timedelta(days=draw.steps(_DAYS_TO_UNION))
        if not plan or since > end or not unit.works_on(since):
            continue
        if plan == OWN:
            unions.append(_own(draw, numbers, unit, since, end))
            continue
        line = _line(draw, unit, since, end)
        (joint if plan == JOINT else regional)[unit.home_on(since).street.code].append(line)
        if line.until is not None and unit.works_on(line.until) and draw.chance(500):
            unions.append(_own(draw, numbers, unit, line.until + timedelta(days=draw.between(0, 60)), end))
    streets = {street.code: street for group in STREETS.values() for street in group}
    for code in sorted(joint):
        unions += _joint_unions(
            Draw(seed, "joint", code, block), numbers, streets[code], joint[code], end=end
        )
    is_first = block == 0
    unions += _covering_federations(
        Draw(seed, "covering", block), numbers, streets, regional, is_first=is_first
    )
    for union in unions:
        if not union.parent and union.street is not None:
            union.parent = parent_of.get(
                union.street.code, parent_of[union.street.zone_code or union.district_code]
            )
        _hold_elections(Draw(seed, "terms", union.number), union, end)
    return [union for union in unions if union.founded_on <= end]


def _hold_elections(draw: Draw, union: Union, end: date) -> None:
    """Every three or five years (five for those above), some in time and some much too late."""
    years = 5 if union.kind in (STREET_FEDERATION, DISTRICT_FEDERATION, INDUSTRIAL) else draw.pick((3, 5))
    union.term_years = years
    elected = union.founded_on
    while elected <= end:
        union.terms.append(elected)
        elected = add_months(elected, 12 * years) + timedelta(days=draw.steps(_LATENESS))


def _plan(draw: Draw, unit: Unit) -> str:
    size = max(level for _, level in unit.staff)
    for least, plan in _PLANS:
        if size >= least:
            return draw.weighted(plan)
    return ""


def _federations_above(draw: Draw, numbers: _Numbers, start: date, end: date) -> list[Union]:
    """One federation for the city's districts and zones, one for three streets in five, two industrial
    unions.
    """
    unions = []
    for code, name in [(code, name) for code, (name, _) in DISTRICTS.items()] + list(ZONES.items()):
        founded = draw.day(date(1985, 1, 1), date(1999, 12, 31))
        unions.append(Union(numbers.next(code), DISTRICT_FEDERATION, f"{name}总工会", founded, code))
    for group in STREETS.values():
        for street in group:
            if not draw.chance(600):
                continue
            founded = draw.day(date(2001, 1, 1), date(2012, 12, 31))
            if draw.chance(30):
                founded = draw.day(start, end)
            name = f"{DISTRICTS[street.district_code][0]}{street.name}总工会"
            number = numbers.next(street.district_code)
            unions.append(Union(number, STREET_FEDERATION, name, founded, street.district_code, street))
    for trade in ("教育", "建设"):
        unions.append(Union(numbers.next(CITY), INDUSTRIAL, f"大连市{trade}工会", date(1990, 5, 1), CITY))
    return unions


def _parents(above: Sequence[Union]) -> dict[str, str]:
    """Street or district or zone code: number of the federation above."""
    parents = {union.district_code: union.number for union in above if union.kind == DISTRICT_FEDERATION}
    parents |= {union.street.code: union.number for union in above if union.street is not None}
    for union in above:
        if union.street is not None:
            union.parent = parents[union.street.zone_code or union.district_code]
    return parents


def _own(draw: Draw, numbers: _Numbers, unit: Unit, since: date, end: date) -> Union:
    street = unit.home_on(since).street
    union = Union(
        number=numbers.next(street.district_code),
        kind=OWN,
        name="",
        founded_on=since,
        district_code=street.district_code,
        street=street,
        host=unit,
        suffix=draw.weighted(_SUFFIXES),
        code_shown=draw.weighted(_CODES_SHOWN),
        host_shown=not draw.chance(30),
    )
    if draw.chance(300):
        union.preparing_from = since - timedelta(days=draw.between(20, 110))
    if unit.closed_on is not None and unit.closed_on > since and draw.chance(450):
        union.dissolved_on = unit.closed_on + timedelta(days=draw.between(20, 500))
    elif draw.chance(30):
        union.dissolved_on = draw.day(since + timedelta(days=1), max(end, since + timedelta(days=400)))
    if not union.host_shown:
        union.code_shown = "none"
    return union


def _line(draw: Draw, unit: Unit, since: date, end: date) -> Line:
    until = unit.closed_on
    if draw.chance(60):
        left = draw.day(since + timedelta(days=30), max(end, since + timedelta(days=400)))
        until = left if until is None else min(left, until)
    if until is not None and until <= since:
        until = since + timedelta(days=1)
    return Line(unit, since, until, by_code=draw.chance(600))


def _joint_unions(
    draw: Draw, numbers: _Numbers, street: Street, lines: list[Line], *, end: date
) -> list[Union]:
    """Firms of one street, in the order they joined, four to ten to a union."""
    waiting = sorted(lines, key=lambda line: (line.since, line.unit.serial))
    unions = []
    while waiting:
        size = draw.between(4, 10)
        members, waiting = waiting[:size], waiting[size:]
        founded = members[0].since
        union = Union(
            number=numbers.next(street.district_code),
            kind=JOINT,
            name=f"{names.building(draw)}联合工会",
            founded_on=founded,
            district_code=street.district_code,
            street=street,
            lines=members,
        )
        if draw.chance(120) and members[0].unit.kind == "enterprise":
            union.host, union.code_shown = members[0].unit, "reg_no"
        if draw.chance(40):
            union.dissolved_on = draw.day(
                founded + timedelta(days=300), max(end, founded + timedelta(days=800))
            )
        unions.append(union)
    return unions


def _covering_federations(
    draw: Draw,
    numbers: _Numbers,
    streets: dict[str, Street],
    regional: dict[str, list[Line]],
    *,
    is_first: bool,
) -> list[Union]:
    """A regional federation for each street with such firms (beyond the first block for a park in it); a
    third of the firms go to their sector's, if there is one.
    """
    sectors: dict[tuple[str, str], list[Line]] = defaultdict(list)
    unions = []
    for code in sorted(regional):
        street, rest = streets[code], []
        for line in regional[code]:
            sector = _SECTORS.get(line.unit.industry_code[:2], "")
            if sector and draw.chance(350):
                sectors[(street.district_code, sector)].append(line)
            else:
                rest.append(line)
        if rest:
            part = "" if is_first else names.building(draw)
            name = f"{DISTRICTS[street.district_code][0]}{street.name}{part}工会联合会"
            first = min(line.since for line in rest)
            number = numbers.next(street.district_code)
            unions.append(Union(number, REGIONAL, name, first, street.district_code, street, lines=rest))
    for (district, sector), lines in sorted(sectors.items(), key=lambda item: item[0]):
        part = "" if is_first else names.building(draw)
        name = f"{DISTRICTS[district][0]}{part}{sector}行业工会联合会"
        first = min(line.since for line in lines)
        unions.append(Union(numbers.next(district), SECTORAL, name, first, district, lines=lines))
    return unions
