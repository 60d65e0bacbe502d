"""The federation's own two registers: union organisations, and the firms that joint unions and federations
cover.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from jianhui.simulate import names
from jianhui.simulate.draws import Draw, Steps
from jianhui.simulate.unions import DISTRICT_FEDERATION, JOINT, OWN, STREET_FEDERATION, Line, Union
from jianhui.simulate.world import USCC_STARTS, Unit

_LAG: Steps = ((50, 0, 5), (35, 6, 30), (15, 31, 75))
_LAG_OF_END: Steps = ((40, 0, 20), (40, 21, 120), (20, 121, 500))


def union_row(seed: int, union: Union, day: date) -> list[str] | None:
    """The register's row of ``union`` on ``day``; None while the register does not know it."""
    draw = Draw(seed, "union register", union.number)
    known = union.founded_on + timedelta(days=draw.steps(_LAG))
    ended_known = (union.dissolved_on or date.max - timedelta(days=1000)) + timedelta(
        days=draw.steps(_LAG_OF_END)
    )
    is_preparing = union.preparing_from is not None and union.preparing_from <= day < known
    if day < known and not is_preparing:
        return None
    is_dissolved = day >= ended_known and union.dissolved_on is not None
    workers = _workers(union, day)
    members = workers * draw.between(70, 100) // 100
    above = union.kind in (DISTRICT_FEDERATION, STREET_FEDERATION)
    return [
        union.number,
        union.name_on(day),
        union.kind,
        "",
        union.parent,
        union.host.name_on(day) if union.host is not None and union.host_shown else "",
        _host_code(union, day),
        (
            union.street.zone_code
            if union.street is not None and union.street.zone_code
            else union.district_code
        ),
        union.street.code if union.street is not None else "",
        union.host.home_on(day).address if union.host is not None else "",
        "" if is_preparing else union.founded_on.isoformat(),
        "撤销" if is_dissolved else "筹建" if is_preparing else "正常",
        union.dissolved_on.isoformat() if is_dissolved and union.dissolved_on is not None else "",
        str(workers) if workers else "",
        str(members) if workers else "",
        str(members * 4 // 10) if workers else "",
        str(members * 3 // 10) if workers else "",
        "是" if members >= 25 else "否",
        "是" if members >= 8 else "否",
        names.person(int(union.number) % 1_000_000),
        "专职" if above or workers >= 200 else "兼职",
        names.telephone(int(union.number)),
        "是" if int(union.number) % 50 == 0 else "否",
    ]


def coverage_rows(seed: int, unions: Sequence[Union], day: date) -> list[list[str]]:
    """All lines the register holds on ``day``. Half of the ended ones are shown with their end, half just
    disappear.
    """
    rows = []
    for union in unions:
        if not union.lines or union_row(seed, union, day) is None:
            continue
        # Two firms of one name cannot be: names are given once in the city.
        for line in union.lines:
            row = _coverage_row(seed, union, line, day)
            if row is not None:
                rows.append(row)
    return rows


def _coverage_row(seed: int, union: Union, line: Line, day: date) -> list[str] | None:
    draw = Draw(seed, "line", union.number, line.unit.serial)
    if day < line.since + timedelta(days=draw.steps(_LAG)):
        return None
    end = (
        line.until
        if union.dissolved_on is None or line.until is None
        else min(line.until, union.dissolved_on)
    )
    end_known = end is not None and day >= end + timedelta(days=draw.steps(_LAG_OF_END))
    if end_known and (draw.chance(500) or (end is not None and day > end + timedelta(days=800))):
        return None
    home = line.unit.home_on(day)
    return [
        union.number,
        line.unit.name_on(day),
        line.unit.reg_no if line.by_code else "",
        home.address,
        line.since.isoformat(),
        end.isoformat() if end_known and end is not None else "",
    ]


def _host_code(union: Union, day: date) -> str:
    host = union.host
    if host is None:
        return ""
    if union.code_shown == "reg_no":
        return host.reg_no
    if union.code_shown == "uscc" or day >= USCC_STARTS:
        return host.uscc if host.has_uscc_on(day) and union.code_shown != "none" else ""
    return host.org_code if union.code_shown == "org_code" else ""


def _workers(union: Union, day: date) -> int:
    """Head-count as the union reports it: once a year, in January."""
    asked = date(day.year, 1, 1)
    if union.kind == OWN and union.host is not None:
        return _staff(union.host, asked)
    if union.kind == JOINT or union.lines:
        return sum(_staff(line.unit, asked) for line in union.lines)
    return 0


def _staff(unit: Unit, day: date) -> int:
    return unit.staff_on(max(day, unit.staff[0][0])) if unit.staff else 0
