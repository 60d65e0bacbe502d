"""The commerce registry's view of the units: which row it holds since when, and when it entered it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jianhui.simulate import names
from jianhui.simulate.columns import Row
from jianhui.simulate.dated import value_on
from jianhui.simulate.draws import Draw, Steps, Weighted
from jianhui.simulate.world import Unit

_LAG = Steps((68, 0, 0), (20, 1, 3), (9, 4, 12), (3, 13, 30))
_LAG_OF_END = Steps((45, 0, 1), (35, 2, 14), (15, 15, 45), (5, 46, 120))
"""The law gives thirty days to register a change; ends are learnt later."""

_PARTY = Weighted([(15, "是"), (60, "否"), (25, "")])
_BETWEEN_FORMER_NAMES = ("", "", "", ";", "；", "、", "，", " ")
"""How a row tells former names; ``""``: it does not."""


@dataclass(frozen=True)
class Entry:
    """A row as it stands in the registry from ``entered_on`` until the unit's next entry. ``row`` None:
    struck off the file.
    """

    entered_on: date
    row: Row | None


def entries(seed: int, unit: Unit, start: date, end: date) -> list[Entry]:
    """The registry's successive rows of one unit entered up to ``end``; of those before ``start`` only the
    last.
    """
    draw = Draw(seed, "registry", unit.serial)
    quirks = _Quirks(
        no_founding_date=draw.chance(3),
        no_street_code=draw.chance(50) and not unit.homes[0][1].street.zone_code,
        no_street=draw.chance(200),
        reports_staff=draw.chance(620),
        no_type=draw.chance(60),
        no_registration_type=draw.chance(150),
        party=draw.weighted(_PARTY),
        between_former_names=draw.pick(_BETWEEN_FORMER_NAMES),
    )
    found: list[Entry] = []
    entered = date.min
    approved = unit.established_on
    for day, is_approval in _change_days(draw, unit, start, end, quirks):
        steps = _LAG_OF_END if day == unit.ended_on else _LAG
        entered = max(entered, day + timedelta(days=draw.steps(steps)))
        if entered > end:
            break
        approved = day if is_approval else approved
        entry = Entry(entered, _row(unit, day, approved, quirks))
        if found and (found[-1].entered_on == entered or entered <= start):
            found[-1] = entry
        elif not found or entry.row != found[-1].row:
            found.append(entry)
    if unit.ended_on is not None and unit.ended_on < start - timedelta(days=700) and draw.chance(2):
        struck = draw.day(start + timedelta(days=1), max(end, start + timedelta(days=90)))
        if struck <= end:
            found.append(Entry(struck, None))
    return found


@dataclass(frozen=True)
class _Quirks:
    """What this unit's row lacks, for as long as it stands."""

    no_founding_date: bool
    no_street_code: bool
    no_street: bool
    reports_staff: bool
    no_type: bool
    no_registration_type: bool
    party: str
    between_former_names: str


def _change_days(
    draw: Draw, unit: Unit, start: date, end: date, quirks: _Quirks
) -> Iterator[tuple[date, bool]]:
    """Days on which the row changes, with True where an approval (核准) stands behind it."""
    days: dict[date, bool] = {unit.established_on: True}
    for dated in (unit.names, unit.homes, unit.forms, unit.statuses, unit.representatives):
        for day, _ in dated:
            days[day] = True
    if unit.uscc_on is not None:
        days[unit.uscc_on] = True
    if quirks.reports_staff:
        for year in range(start.year - 1, end.year + 1):
            report = date(year, 3, 1) + timedelta(days=draw.below(120))
            if unit.works_on(report):
                days.setdefault(report, False)
    return iter(sorted(days.items()))


def _row(unit: Unit, day: date, approved: date, quirks: _Quirks) -> Row:
    form, home = unit.form_on(day), unit.home_on(day)
    is_in_street = not (quirks.no_street_code and quirks.no_street) or home.street.zone_code
    status = unit.status_on(day)
    # Some rows lack a type, never both kinds of type where only they tell what the unit is.
    no_type = quirks.no_type and unit.kind in ("enterprise", "branch", "individual", "cooperative")
    no_registration = quirks.no_registration_type and form.registration_type in (
        "173",
        "151",
        "159",
        "310",
        "230",
    )
    if unit.kind == "enterprise" and no_type and no_registration:
        no_type = False
    ended = unit.ended_on if unit.ended_on is not None and unit.ended_on <= day else None
    return (
        unit.reg_no,
        unit.uscc if unit.has_uscc_on(day) else "",
        unit.name_on(day),
        "" if no_type else form.enterprise_type,
        "" if no_registration else form.registration_type,
        names.person(value_on(unit.representatives, day) or unit.serial),
        str(unit.capital),
        "" if quirks.no_founding_date else unit.established_on.isoformat(),
        approved.isoformat(),
        status,
        ended.isoformat() if ended else "",
        unit.industry_code,
        home.address if is_in_street else home.address.replace(home.street.name, "", 1),
        unit.workplace.address if unit.workplace is not None else "",
        home.street.code if not quirks.no_street_code or home.street.zone_code else "",
        unit.registrar,
        _reported_staff(unit, day) if quirks.reports_staff else "",
        names.telephone(unit.serial),
        _former_names(unit, day, quirks.between_former_names),
        quirks.party,
    )


def _former_names(unit: Unit, day: date, between: str) -> str:
    if not between:
        return ""
    now = unit.name_on(day)
    return between.join(name for since, name in unit.names[:-1] if since <= day and name != now)


def _reported_staff(unit: Unit, day: date) -> str:
    """Staff as last reported: of 1 March of the year when reporting, else of the year before."""
    asked = day if day.month >= 3 else date(day.year - 1, 3, 1)
    return str(unit.staff_on(asked) or (unit.staff[0][1] if unit.staff else 1))


def row_held(entered: Sequence[Entry], day: date) -> Row | None:
    """The row in the registry on ``day``; None before the first entry and after striking off."""
    for entry in reversed(entered):
        if entry.entered_on <= day:
            return entry.row
    return None
