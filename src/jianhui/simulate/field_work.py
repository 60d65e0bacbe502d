"""What people find when they go and look, and the base list frozen for a plan year."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from jianhui.simulate.columns import Row, cell
from jianhui.simulate.draws import Draw
from jianhui.simulate.registry import Entry, row_held
from jianhui.simulate.world import Unit

_ACTIVE = ("存续", "在营", "开业")


def findings(
    seed: int,
    units: Sequence[Unit],
    registry: Mapping[int, Sequence[Entry]],
    covered: Mapping[int, Sequence[tuple[date, date | None]]],
    *,
    visits: tuple[date, date],
    share: int,
) -> list[list[str]]:
    """Findings of visits between two days, to ``share`` of a thousand registered enterprises.

    Firms where nobody works any more are visited four times as often: someone has heard of them.
    """
    first, last = visits
    rows = []
    for unit in units:
        draw = Draw(seed, "visit", unit.serial, last.isoformat())
        visited = draw.day(first, last)
        row = row_held(registry[unit.serial], visited) if registry[unit.serial] else None
        if unit.kind != "enterprise" or row is None or _status(row) not in (*_ACTIVE, "歇业", "停业"):
            continue
        works = unit.works_on(visited)
        if not draw.chance(share * (1 if works else 4)):
            continue
        finding = _finding(draw, unit, visited, works, covered.get(unit.serial, ()))
        reason = {"拒绝建会": "企业不愿建", "失联": "失联", "筹建中": "新开业未满期限"}.get(finding, "")
        rows.append(
            [
                cell("commerce", row, "uscc"),
                cell("commerce", row, "name"),
                visited.isoformat(),
                finding,
                str(unit.staff_on(visited)) if works and finding != "失联" else "",
                reason,
                ("单独" if unit.staff_on(visited) >= 25 else "联合") if reason else "",
                (visited + timedelta(days=90)).isoformat() if finding == "筹建中" else "",
                "",
                "测试员",
                "",
            ]
        )
    rows.sort(key=lambda row: (row[2], row[1]))
    return rows


def _status(row: Row) -> str:
    return cell("commerce", row, "status")


def _finding(
    draw: Draw, unit: Unit, day: date, works: bool, covered: Sequence[tuple[date, date | None]]
) -> str:
    if not works:
        return draw.weighted([(85, "事实不存在"), (15, "失联")])
    if unit.status_on(day) in ("歇业", "停业"):
        return "停产歇业"
    if any(since <= day and (until is None or day < until) for since, until in covered):
        return draw.weighted([(80, "已建会"), (20, "正常经营")])
    if (
        unit.workplace is not None
        and unit.workplace.street.district_code != unit.home_on(day).street.district_code
    ):
        return "异地经营"
    return draw.weighted(
        [(40, "正常经营"), (25, "拒绝建会"), (20, "筹建中"), (8, "已由总部建会"), (4, "失联"), (3, "已建会")]
    )


def base_list(
    seed: int, units: Sequence[Unit], registry: Mapping[int, Sequence[Entry]], year: int, frozen_on: date
) -> list[list[str]]:
    """Enterprises active in the registry on ``frozen_on``, most of the empty ones left out, and a few that
    nobody registered.
    """
    title = f"{year}年度企业建会基数清单"
    rows = []
    for unit in units:
        row = row_held(registry[unit.serial], frozen_on) if registry[unit.serial] else None
        if unit.kind != "enterprise" or row is None or _status(row) not in _ACTIVE:
            continue
        draw = Draw(seed, "base", year, unit.serial)
        if not unit.works_on(frozen_on) and draw.chance(800):
            continue
        uscc, name = cell("commerce", row, "uscc"), cell("commerce", row, "name")
        rows.append([title, uscc, name, frozen_on.isoformat()])
        if draw.chance(4):
            rows.append([title, "", f"大连未登记{unit.serial}号有限公司", frozen_on.isoformat()])
    return rows
