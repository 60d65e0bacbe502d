"""What the tax offices and the social-insurance offices hold of the units: their own codes, lags and
head-counts.

Lags from founding to registration have the shape that the UK statistical office measured for its business
register: the monthly tax feed learns within weeks, the payroll feed with a median of 49 days, a mean of 106
and three in a hundred after more than two years.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from jianhui.simulate import codes
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.draws import Draw, Steps
from jianhui.simulate.places import Place
from jianhui.simulate.unions import OWN, Union
from jianhui.simulate.world import USCC_STARTS, Kind, Unit

_TAX_LAG = Steps((60, 5, 16), (30, 17, 60), (10, 61, 240))
_HR_LAG = Steps((50, 10, 49), (40, 50, 200), (7, 201, 400), (3, 731, 1000))

_TAX_SHARE: dict[Kind, int] = {"enterprise": 780, "individual": 250}
_HR_SHARE: dict[Kind, int] = {"enterprise": 640, "individual": 60}
_PAYROLL_A_HEAD = (1800, 2600, 3400, 4800)
_UNIT_TYPES = {"individual": "个体", "institution": "事业", "social": "民办非企业"}

RENUMBERED = {"old": "21D", "new": "21E"}
"""How unit numbers of the insurance office begin before and after it moved to its new system."""

Rows = Iterator[tuple[Unit, list[str]]]
"""A unit and a row about it."""


class TaxRoll:
    """The taxpayers among some units."""

    def __init__(self, seed: int, units: Sequence[Unit], unions: Sequence[Union]) -> None:
        self._payers = []
        own: dict[int, list[Union]] = {}
        for union in unions:
            if union.kind == OWN and union.host is not None:
                own.setdefault(union.host.serial, []).append(union)
        for unit in units:
            draw = Draw(seed, "tax", unit.serial)
            if draw.chance(_TAX_SHARE.get(unit.kind, 400)):
                self._payers.append(_Payer(draw, unit, own.get(unit.serial, ())))

    def rows(self, reference: date, periods: Sequence[date]) -> Rows:
        """Rows of ``periods`` (first days of months) as the tax offices hold them on ``reference``."""
        for payer in self._payers:
            yield from payer.rows(reference, periods)


class _Payer:
    """A unit as its tax office holds it."""

    def __init__(self, draw: Draw, unit: Unit, unions: Sequence[Union]) -> None:
        self._unit, self._unions = unit, unions
        self._since = unit.established_on + timedelta(days=draw.steps(_TAX_LAG))
        self._counts_staff, self._a_head = draw.chance(920), draw.pick(_PAYROLL_A_HEAD)
        self._charged = draw.chance(700)

    def rows(self, reference: date, periods: Sequence[date]) -> Rows:
        unit = self._unit
        known = [period for period in periods if self._since <= month_end(period) and unit.staff_on(period)]
        if not known:
            return
        place = unit.workplace or unit.home_on(reference)
        tax_id, office, name = _tax_id(unit, reference), _tax_office(unit, place), unit.name_on(reference)
        status = "停业" if unit.status_on(reference) in ("停业", "歇业") else "正常"
        for period in known:
            staff = unit.staff_on(period)
            item = self._charge_item(period, staff) if self._charged else ""
            payroll = staff * self._a_head
            due = payroll * 2 // 100 if item else 0
            paid = due and (
                period < add_months(reference.replace(day=1), -1) or (unit.serial + period.month) % 7 != 0
            )
            yield (
                unit,
                [
                    tax_id,
                    office,
                    f"{period.year:04d}{period.month:02d}",
                    item,
                    name,
                    unit.form_on(reference).registration_type,
                    unit.industry_code,
                    place.address,
                    place.street.code,
                    status,
                    self._since.strftime("%Y%m%d"),
                    str(staff) if self._counts_staff else "",
                    f"{payroll}.00",
                    f"{due}.00" if item else "",
                    f"{due}.00" if paid else "",
                    f"{add_months(period, 1).replace(day=min(12, reference.day)):%Y%m%d}" if paid else "",
                ],
            )

    def _charge_item(self, period: date, staff: int) -> str:
        if any(union.alive_on(period) for union in self._unions):
            return "工会经费"
        ripe = add_months(self._unit.established_on, 6) <= period
        return "建会筹备金" if ripe and staff >= 8 and self._unit.serial % 2 == 0 else ""


def _tax_id(unit: Unit, reference: date) -> str:
    """Individuals: the owner's identity number and a two-digit serial; others: division and organisation
    code, later the USCC.
    """
    if unit.kind == "individual":
        born = date(1900, 1, 1) + timedelta(days=unit.serial // 1000 % 3000)
        number = codes.identity_number(f"{born:%Y%m%d}", unit.serial % 1000)
        return f"{number}{1 + unit.serial // 3_000_000:02d}"
    if reference >= USCC_STARTS and unit.has_uscc_on(reference):
        return unit.uscc
    return unit.homes[0][1].street.district_code + unit.org_code


def _tax_office(unit: Unit, place: Place) -> str:
    level = "1" if unit.serial % 5 else "2"
    return f"{level}{place.street.district_code}0000"


class InsuranceRoll:
    """The insured units among some units."""

    def __init__(self, seed: int, units: Sequence[Unit]) -> None:
        self._insured = []
        for unit in units:
            draw = Draw(seed, "hr", unit.serial)
            if draw.chance(_HR_SHARE.get(unit.kind, 350)):
                self._insured.append(_Insured(draw, unit))

    def rows(self, month: date, reference: date, prefix: str) -> Rows:
        """The insured of ``month`` as held on ``reference``: one row a unit, large firms have two."""
        for insured in self._insured:
            yield from insured.rows(month, reference, prefix)


class _Insured:
    """A unit as its insurance office holds it."""

    def __init__(self, draw: Draw, unit: Unit) -> None:
        self._unit = unit
        self._since = unit.established_on + timedelta(days=draw.steps(_HR_LAG))
        forgotten = timedelta(days=draw.between(40, 400))
        self._until = unit.closed_on + forgotten if unit.closed_on else date.max
        self._share, self._has_org_code = draw.between(55, 98), not draw.chance(200)

    def rows(self, month: date, reference: date, prefix: str) -> Rows:
        unit = self._unit
        if not self._since <= reference < self._until:
            return
        status = "参保"
        if not unit.works_on(reference):
            status = "终止"
        elif unit.status_on(reference) in ("停业", "歇业"):
            status = "暂停"
        at_work = unit.staff_on(month)
        staff = at_work * self._share // 100
        number = f"{prefix}{unit.serial:08d}"
        parts = [(number, staff, "")]
        if at_work >= 60 and unit.serial % 3 == 0:
            parts = [(number, staff - staff // 4, ""), (f"{number}-2", staff // 4, number)]
        home = unit.home_on(reference)
        for unit_no, insured, parent in parts:
            yield (
                unit,
                [
                    unit_no,
                    unit.uscc if unit.has_uscc_on(reference) else "",
                    unit.org_code if self._has_org_code and unit.kind != "individual" else "",
                    unit.name_on(reference),
                    _UNIT_TYPES.get(unit.kind, "企业"),
                    home.address,
                    home.street.code,
                    status,
                    f"{month.year:04d}{month.month:02d}",
                    str(insured),
                    str(insured + (1 if unit.serial % 4 == 0 else 0)),
                    str(max(0, insured - unit.serial % 2)),
                    str(insured // 10 if unit.serial % 11 == 0 else 0),
                    parent,
                ],
            )
