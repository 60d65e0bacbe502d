"""Evidence of partners: the work-safety office's list, and what dues and party organisations tell."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from jianhui.simulate.agencies import City
from jianhui.simulate.columns import cell
from jianhui.simulate.dated import add_months
from jianhui.simulate.draws import Draw
from jianhui.simulate.figures import Judged, Table
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.section import Entry, Known, Told
from jianhui.simulate.readings import canonical_name, codes_of_unit_code, head_count, read_month
from jianhui.simulate.states import City as CityAsRead

SAFETY = "work_safety"
WINDOW_MONTHS = 12
NONEXISTENT = "事实不存在"

FEEDS: Mapping[str, PlanFeed] = {
    SAFETY: PlanFeed(
        columns={
            "单位编号": "unit_no",
            "统一社会信用代码": "uscc",
            "单位名称": "name",
            "地址": "address",
            "从业人数": "worker_count",
            "检查日期": "inspected_on",
        },
        key=("unit_no",),
        name="name",
    )
}


class Linkage:
    """The safety office visits a quarter of the firms that were never renamed, some of them twice."""

    feeds = FEEDS

    def entries(self, city: City) -> Iterator[Entry]:
        """The last visit of each unit as known at the start, and a later one."""
        before = city.start - timedelta(days=1)
        borne = Counter(name for unit in city.units for _, name in unit.names)
        for unit in city.units:
            draw = Draw(city.seed, "safety", unit.serial)
            is_plain = len(unit.names) == 1 and borne[unit.names[0][1]] == 1 and bool(unit.reg_no)
            known_long = unit.established_on < city.start - timedelta(days=120) and unit.ended_on is None
            if unit.kind != "enterprise" or not is_plain or not known_long or not draw.chance(300):
                continue
            visits = [before - timedelta(days=draw.below(300)), draw.day(city.start, city.end)]
            for known_on, visit in zip((before, visits[1]), visits, strict=True):
                workers = unit.staff_on(visit)
                cells = {
                    "unit_no": f"A{unit.serial:07d}",
                    "uscc": unit.reg_no,
                    "name": unit.names[0][1],
                    "address": unit.home_on(visit).address,
                    "worker_count": str(workers) if workers and not draw.chance(100) else "",
                    "inspected_on": "" if draw.chance(60) else visit.isoformat(),
                }
                yield Entry(SAFETY, known_on, cells)

    def figures(self, known: Known) -> Mapping[str, Table]:
        """fct_funds_evidence, fct_party_without_union."""
        city = known.city
        assert city is not None
        visits = visits_that_count(known)
        firms = [one for one in known.enterprises.values() if one.in_scope]
        funds = [_funds_row(city, one, visits.get(one.enterprise.number)) for one in firms]
        return {
            "fct_funds_evidence": [row for row in funds if row is not None],
            "fct_party_without_union": [
                row for one in firms if (row := _party_row(known.valid_on, one)) is not None
            ],
        }


def visits_that_count(known: Known) -> dict[str, Told]:
    """Enterprise → the record of the office that counts: the last inspected, then by key.

    Whose a record is is told as of every other record: a code that the registry mistypes leaves the name.
    """
    found: dict[str, Told] = {}
    for told in known.of(SAFETY):
        codes, name = codes_of_unit_code(told["uscc"]), canonical_name(told["name"])
        number = known.holder(SAFETY, told.key, codes, name)
        inspected = told.day("inspected_on")
        if number is None or (inspected is not None and inspected > known.valid_on):
            continue
        before = found.get(number)
        if before is None or (inspected or date.min) > (before.day("inspected_on") or date.min):
            found[number] = told
    return found


def _payments(one: Judged, day: date) -> Iterator[tuple[str, date, Decimal]]:
    """Charge item, period and amount of what was paid in the window."""
    after = add_months(day.replace(day=1), -WINDOW_MONTHS)
    for attached in one.enterprise.tax:
        version = attached.record.version_on(day)
        if version is None or not attached.on(day):
            continue
        period = read_month(cell("tax", version.row, "period"))
        paid = cell("tax", version.row, "amount_paid").replace(",", "").strip()
        item = cell("tax", version.row, "charge_item")
        if period is not None and after < period <= day and paid and Decimal(paid) > 0:
            yield item, period, Decimal(paid)


def _funds_row(city: CityAsRead, one: Judged, visit: Told | None) -> dict[str, object] | None:
    day = city.valid_on
    paid = [payment for payment in _payments(one, day) if payment[0] in ("工会经费", "建会筹备金")]
    if not paid and visit is None:
        return None
    fees = [payment for payment in paid if payment[0] == "工会经费"]
    preparatory = [payment for payment in paid if payment[0] == "建会筹备金"]
    last_fee = max((period for _, period, _ in fees), default=None)
    last_preparatory = max((period for _, period, _ in preparatory), default=None)
    covered_to = max((run.until for run in one.runs if run.state.cover is not None), default=date.min)
    conflict = None
    if one.is_covered and last_preparatory is not None and one.covered_since is not None:
        conflict = "preparatory_with_union" if last_preparatory > one.covered_since else None
    elif one.is_gap and last_fee is not None and covered_to <= last_fee:
        conflict = "fee_without_union"
    inspected = visit.day("inspected_on") if visit is not None else None
    last = city.last_finding_by(one.enterprise, day)
    is_contradicted = (
        one.state.finding == NONEXISTENT
        and last is not None
        and inspected is not None
        and inspected > last[0]
    )
    return {
        "enterprise_id": one.enterprise.number,
        "in_base_live": one.state.in_base,
        "is_covered": one.is_covered,
        "covered_since": one.covered_since,
        "is_fee_payer": bool(fees),
        "last_fee_period_on": last_fee,
        "fee_amount": float(sum((amount for *_, amount in fees), Decimal())) if fees else None,
        "is_preparatory_fee_payer": bool(preparatory),
        "last_preparatory_period_on": last_preparatory,
        "fee_conflict": conflict,
        "safety_inspected_on": inspected,
        "safety_worker_count": head_count(visit["worker_count"]) if visit is not None else None,
        "safety_conflict": "inspected_after_found_nonexistent" if is_contradicted else None,
    }


def _party_row(day: date, one: Judged) -> dict[str, object] | None:
    """A gap whose row in the registry says 党组织 是; since the last row that did not."""
    record = one.enterprise.record
    version = record.version_on(day)
    if not one.is_gap or version is None or not has_party(version.row):
        return None
    others = [
        other.valid_to
        for other in record.versions
        if other.valid_to <= version.valid_from and not has_party(other.row)
    ]
    return {
        "enterprise_id": one.enterprise.number,
        "party_since": max(others, default=date.min),
        "gap_since": one.gap_since,
        "due_on": one.due_on,
        "is_overdue": one.is_overdue(day),
        "staff_count": one.staff.count,
    }


def has_party(row: tuple[str, ...]) -> bool:
    """Whether a row of the registry says the firm has a party organisation."""
    return cell("commerce", row, "has_party_organisation") == "是"
