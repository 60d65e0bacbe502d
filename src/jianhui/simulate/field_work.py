"""What people find when they go and look, work-lists that come back filled in, and the base list frozen for a
plan year.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from jianhui.simulate.columns import Row, cell
from jianhui.simulate.draws import Draw, Weighted
from jianhui.simulate.registry import Entry, row_held
from jianhui.simulate.world import Unit

_ACTIVE = ("存续", "在营", "开业")
_ASLEEP = ("歇业", "停业")

Spells = Sequence[tuple[date, date | None]]
"""(since, until) of cover by a union; until None: to this day."""

Rows = Iterator[tuple[Unit | None, list[str]]]

_OF_THE_GONE = Weighted([(85, "事实不存在"), (15, "失联")])
_OF_THE_COVERED = Weighted([(80, "已建会"), (20, "正常经营")])
_OF_THE_REST = Weighted(
    [(40, "正常经营"), (25, "拒绝建会"), (20, "筹建中"), (8, "已由总部建会"), (4, "失联"), (3, "已建会")]
)
_REASONS = {"拒绝建会": "企业不愿建", "失联": "失联", "筹建中": "新开业未满期限"}


class FieldWork:
    """What is found of some units."""

    def __init__(
        self,
        seed: int,
        units: Sequence[Unit],
        registry: Mapping[int, Sequence[Entry]],
        covered: Mapping[int, Spells],
    ) -> None:
        self._seed, self._registry, self._covered = seed, registry, covered
        self._firms = [unit for unit in units if unit.kind == "enterprise" and registry[unit.serial]]
        self._asked: tuple[date, list[tuple[Unit, Row, str, str]]] = date.min, []

    def visits(self, first: date, last: date, share: int) -> list[tuple[Unit, list[str]]]:
        """Findings of visits between two days, to ``share`` of a thousand registered enterprises.

        Firms where nobody works any more are visited four times as often: someone has heard of them.
        """
        rows = []
        for unit in self._firms:
            draw = Draw(self._seed, "visit", unit.serial, last.isoformat())
            if not draw.chance(share * 4):
                continue
            visited = draw.day(first, last)
            row = row_held(self._registry[unit.serial], visited)
            works = unit.works_on(visited)
            if row is None or _status(row) not in (*_ACTIVE, *_ASLEEP) or (works and not draw.chance(250)):
                continue
            finding = self._finding(draw, unit, visited)
            rows.append((unit, _answer(unit, row, visited, finding)))
        rows.sort(key=lambda item: (item[1][2], item[1][1]))
        return rows

    def work_list(self, district: str, day: date) -> list[tuple[Unit, list[str]]]:
        """The work-list of a district as it comes back on ``day``, half filled in the day before: active
        enterprises without a union that sit or work in the district.

        Two districts may both list a firm, and not agree on it: where it sits it works elsewhere.
        """
        asked = day - timedelta(days=1)
        rows = []
        for unit, row, seat, work in self._asked_about(asked):
            if district not in (seat, work):
                continue
            draw = Draw(self._seed, "work-list", unit.serial, district, day.isoformat())
            finding = self._finding(draw, unit, asked) if draw.chance(550) else ""
            if finding and unit.works_on(asked) and seat != work:
                finding = "正常经营" if district == work else "异地经营"
            rows.append((unit, _answer(unit, row, asked, finding)))
        return rows

    def _asked_about(self, day: date) -> list[tuple[Unit, Row, str, str]]:
        """Active enterprises without a union, their rows, and the districts where they sit and work; kept for
        the next district.
        """
        if self._asked[0] != day:
            found = []
            for unit in self._firms:
                row = row_held(self._registry[unit.serial], day)
                if row is None or _status(row) not in _ACTIVE or self._is_covered(unit, day):
                    continue
                seat = unit.home_on(day).street.district_code
                work = unit.workplace.street.district_code if unit.workplace is not None else seat
                found.append((unit, row, seat, work))
            self._asked = day, found
        return self._asked[1]

    def _is_covered(self, unit: Unit, day: date) -> bool:
        spells = self._covered.get(unit.serial, ())
        return any(since <= day and (until is None or day < until) for since, until in spells)

    def _finding(self, draw: Draw, unit: Unit, day: date) -> str:
        if not unit.works_on(day):
            return draw.weighted(_OF_THE_GONE)
        if unit.status_on(day) in _ASLEEP:
            return "停产歇业"
        if self._is_covered(unit, day):
            return draw.weighted(_OF_THE_COVERED)
        if (
            unit.workplace is not None
            and unit.workplace.street.district_code != unit.home_on(day).street.district_code
        ):
            return "异地经营"
        return draw.weighted(_OF_THE_REST)

    def base_list(self, year: int, frozen_on: date) -> Rows:
        """Enterprises active in the registry on ``frozen_on``, most of the empty ones left out; some under a
        former name, and a few that nobody registered.
        """
        title = f"{year}年度企业建会基数清单"
        for unit in self._firms:
            row = row_held(self._registry[unit.serial], frozen_on)
            if row is None or _status(row) not in _ACTIVE:
                continue
            draw = Draw(self._seed, "base", year, unit.serial)
            if not unit.works_on(frozen_on) and draw.chance(800):
                continue
            uscc, name = cell("commerce", row, "uscc"), cell("commerce", row, "name")
            if draw.chance(5):
                name = unit.names[0][1]
            yield unit, [title, uscc, name, frozen_on.isoformat()]
            if draw.chance(4):
                yield None, [title, "", f"大连未登记{unit.serial}号有限公司", frozen_on.isoformat()]


def _answer(unit: Unit, row: Row, day: date, finding: str) -> list[str]:
    """A row of findings; with no finding, a row of a work-list that was left unfilled."""
    works = unit.works_on(day)
    reason = _REASONS.get(finding, "")
    return [
        cell("commerce", row, "uscc"),
        cell("commerce", row, "name"),
        day.isoformat(),
        finding,
        str(unit.staff_on(day)) if works and finding not in ("", "失联") else "",
        reason,
        ("单独" if unit.staff_on(day) >= 25 else "联合") if reason else "",
        (day + timedelta(days=90)).isoformat() if finding == "筹建中" else "",
        "",
        "测试员",
        "",
    ]


def _status(row: Row) -> str:
    return cell("commerce", row, "status")
