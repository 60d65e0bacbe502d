"""What the tax offices and the social-insurance offices hold of the units: their own codes, lags and
head-counts.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from jianhui.simulate import codes
from jianhui.simulate.dated import add_months, month_end
from jianhui.simulate.draws import Draw, Steps
from jianhui.simulate.places import Place
from jianhui.simulate.unions import OWN, Union
from jianhui.simulate.world import USCC_STARTS, Unit

_TAX_LAG: Steps = ((60, 5, 16), (30, 17, 60), (10, 61, 240))
_HR_LAG: Steps = ((50, 10, 49), (40, 50, 200), (8, 201, 400), (2, 701, 900))

_PAYROLL_A_HEAD = (1800, 2600, 3400, 4800)


def tax_rows(
    seed: int, units: Sequence[Unit], unions: Sequence[Union], reference: date, periods: Sequence[date]
) -> Iterator[list[str]]:
    """Rows of ``periods`` (first days of months) as the tax offices hold them on ``reference``."""
    own = _own_unions(unions)
    for unit in units:
        draw = Draw(seed, "tax", unit.serial)
        if not draw.chance({"enterprise": 780, "individual": 250}.get(unit.kind, 400)):
            continue
        since = unit.established_on + timedelta(days=draw.steps(_TAX_LAG))
        counts_staff, a_head, charged = draw.chance(920), draw.pick(_PAYROLL_A_HEAD), draw.chance(700)
        tax_id = _tax_id(draw, unit, reference)
        for period in periods:
            staff = unit.staff_on(period)
            if since > month_end(period) or not staff:
                continue
            item = _charge_item(unit, own.get(unit.serial, ()), period, staff) if charged else ""
            payroll = staff * a_head
            due = payroll * 2 // 100 if item else 0
            paid = due and (
                period < add_months(reference.replace(day=1), -1) or (unit.serial + period.month) % 7 != 0
            )
            place = unit.workplace or unit.home_on(reference)
            yield [
                tax_id,
                _tax_office(unit, place),
                f"{period.year:04d}{period.month:02d}",
                item,
                unit.name_on(reference),
                unit.form_on(reference).registration_type,
                unit.industry_code,
                place.address,
                place.street.code,
                "停业" if unit.status_on(reference) in ("停业", "歇业") else "正常",
                f"{since:%Y%m%d}",
                str(staff) if counts_staff else "",
                f"{payroll}.00",
                f"{due}.00" if item else "",
                f"{due}.00" if paid else "",
                f"{add_months(period, 1).replace(day=min(12, reference.day)):%Y%m%d}" if paid else "",
            ]


def _own_unions(unions: Sequence[Union]) -> dict[int, list[Union]]:
    own: dict[int, list[Union]] = {}
    for union in unions:
        if union.kind == OWN and union.host is not None:
            own.setdefault(union.host.serial, []).append(union)
    return own


def _charge_item(unit: Unit, unions: Sequence[Union], period: date, staff: int) -> str:
    if any(union.alive_on(period) for union in unions):
        return "工会经费"
    ripe = add_months(unit.established_on, 6) <= period
    return "建会筹备金" if ripe and staff >= 8 and unit.serial % 2 == 0 else ""


def _tax_id(draw: Draw, unit: Unit, reference: date) -> str:
    """Individuals: the owner's identity number and a two-digit serial; others: division and organisation
    code, later the USCC.
    """
    if unit.kind == "individual":
        born = date(1900, 1, 1) + timedelta(days=unit.serial // 1000 % 3000)
        return f"{codes.identity_number(f'{born:%Y%m%d}', unit.serial % 1000)}{draw.between(1, 3):02d}"
    if reference >= USCC_STARTS and unit.has_uscc_on(reference):
        return unit.uscc
    return unit.homes[0][1].street.district_code + unit.org_code


def _tax_office(unit: Unit, place: Place) -> str:
    level = "1" if unit.serial % 5 else "2"
    return f"{level}{place.street.district_code}0000"


def hr_rows(seed: int, units: Sequence[Unit], month: date, reference: date) -> Iterator[list[str]]:
    """One row a registered unit (large firms have two) with the insured of ``month`` as held on
    ``reference``.
    """
    for unit in units:
        draw = Draw(seed, "hr", unit.serial)
        if not draw.chance({"enterprise": 640, "individual": 60}.get(unit.kind, 350)):
            continue
        since = unit.established_on + timedelta(days=draw.steps(_HR_LAG))
        forgotten = draw.between(40, 400)
        share, has_org_code = draw.between(55, 98), not draw.chance(200)
        if since > reference or (unit.closed_on and unit.closed_on + timedelta(days=forgotten) <= reference):
            continue
        status = "参保"
        if not unit.works_on(reference):
            status = "终止"
        elif unit.status_on(reference) in ("停业", "歇业"):
            status = "暂停"
        staff = unit.staff_on(month) * share // 100
        number = f"21D{unit.serial:08d}"
        parts = [(number, staff, "")]
        if unit.staff_on(month) >= 60 and unit.serial % 3 == 0:
            parts = [(number, staff - staff // 4, ""), (f"{number}-2", staff // 4, number)]
        home = unit.home_on(reference)
        for unit_no, insured, parent in parts:
            yield [
                unit_no,
                unit.uscc if unit.has_uscc_on(reference) else "",
                unit.org_code if has_org_code and unit.kind != "individual" else "",
                unit.name_on(reference),
                {"individual": "个体", "institution": "事业", "social": "民办非企业"}.get(unit.kind, "企业"),
                home.address,
                home.street.code,
                status,
                f"{month.year:04d}{month.month:02d}",
                str(insured),
                str(insured + (1 if unit.serial % 4 == 0 else 0)),
                str(max(0, insured - unit.serial % 2)),
                str(insured // 10 if unit.serial % 11 == 0 else 0),
                parent,
            ]
