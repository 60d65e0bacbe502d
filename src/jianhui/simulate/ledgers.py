"""The tables with one row an enterprise or record: standings, the gap list, what attaches to nobody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from jianhui.simulate.assertions import Record
from jianhui.simulate.attaching import Link, needs_an_enterprise
from jianhui.simulate.columns import cell
from jianhui.simulate.dated import add_months
from jianhui.simulate.figures import OWN_FROM, Judged, Table
from jianhui.simulate.lives import Enterprise
from jianhui.simulate.readings import code_on, head_count, read_month
from jianhui.simulate.states import City


def enterprise_rows(judged: Sequence[Judged]) -> Table:
    return [
        {
            "enterprise_id": one.enterprise.number,
            "record_key": one.enterprise.record.key,
            "in_scope": one.in_scope,
            "exclusion_reason": one.state.reason or None,
            "district_code": None if one.state.place.district == "unknown" else one.state.place.district,
            "managing_area": None
            if one.state.place.managing_area == "unknown"
            else one.state.place.managing_area,
            "street_code": None if one.state.place.street == "unknown" else one.state.place.street,
            "district_basis": one.state.place.basis,
            "ownership": one.groups["ownership"],
            "industry_section": None if one.groups["industry"] == "unknown" else one.groups["industry"],
            "staff_count": one.staff.count,
            "staff_source": one.staff.source or None,
            "staff_as_of": one.staff.as_of,
            "last_seen_on": one.enterprise.record.last_seen_on,
        }
        for one in judged
    ]


def coverage_rows(city: City, judged: Sequence[Judged], has_list: bool) -> Table:
    known = city.unions_known
    return [
        {
            "enterprise_id": one.enterprise.number,
            "in_base_live": one.state.in_base,
            "in_base_live_25": one.is_25,
            "in_base_frozen": one.in_frozen if has_list else None,
            "in_base_due": one.is_due(city.valid_on),
            "is_covered": one.is_covered if known else None,
            "cover_kind": (one.state.cover.kind if one.state.cover else "none") if known else None,
            "union_id": one.state.cover.union if one.state.cover else None,
            "covered_since": one.covered_since,
            "due_on": one.due_on,
            "is_overdue": one.is_overdue(city.valid_on) if known else None,
            "recommended_form": _form(one),
            "has_claim": one.state.finding == "已建会",
        }
        for one in judged
        if one.in_scope
    ]


def _form(one: Judged) -> str:
    return "own" if (one.staff.count or 0) >= OWN_FROM else "joint"


def gap_rows(city: City, judged: Sequence[Judged], previous_gap: Iterable[str] | None) -> Table:
    if not city.unions_known:
        return []
    before = frozenset(previous_gap or ())
    gaps = sorted(
        (one for one in judged if one.is_gap),
        key=lambda one: (
            not one.is_overdue(city.valid_on),
            -(one.staff.count or 0),
            one.gap_since,
            one.enterprise.number,
        ),
    )
    federations = responsible_unions(city)
    table: Table = []
    for rank, one in enumerate(gaps, start=1):
        place, last = one.state.place, city.last_finding_by(one.enterprise, city.valid_on)
        areas = (place.street, place.managing_area, place.district)
        table.append(
            {
                "rank": rank,
                "enterprise_id": one.enterprise.number,
                "record_key": one.enterprise.record.key,
                "district_code": None if place.district == "unknown" else place.district,
                "street_code": None if place.street == "unknown" else place.street,
                "staff_count": one.staff.count,
                "staff_source": one.staff.source or None,
                "gap_since": one.gap_since,
                "due_on": one.due_on,
                "is_overdue": one.is_overdue(city.valid_on),
                "recommended_form": _form(one),
                "preparatory_fee_payer": _pays_preparatory_fee(one.enterprise, city.valid_on)
                if city.tax_known
                else None,
                "last_finding": last[1] if last else None,
                "last_finding_on": last[0] if last else None,
                "responsible_union_id": next(
                    (federations[area] for area in areas if area in federations), None
                ),
                "is_new": one.enterprise.number not in before,
            }
        )
    return table


def responsible_unions(city: City) -> dict[str, str]:
    """Street, zone or district: its federation, 正常 and alive on the day; of several the earliest founded,
    then by number.
    """
    found: dict[str, tuple[date, str]] = {}
    for number, union in city.unions.items():
        version, life = union.version_on(city.valid_on), city.union_life(number)
        if (
            version is None
            or not life.alive_on(city.valid_on)
            or life.status_on(city.valid_on) not in ("正常", "")
        ):
            continue
        kind = cell("union_organisations", version.row, "kind")
        column = {"乡镇街道总工会": "street_code", "区市县总工会": "division_code"}.get(kind)
        area = code_on(cell("union_organisations", version.row, column), city.valid_on) if column else ""
        if area:
            found[area] = min(found.get(area, (date.max, "")), (life.start, number))
    return {area: number for area, (_, number) in found.items()}


def _pays_preparatory_fee(enterprise: Enterprise, valid_on: date) -> bool:
    """建会筹备金 paid for one of the twelve months up to that of ``valid_on``."""
    for attached in enterprise.tax:
        version = attached.record.version_on(valid_on)
        if version is None or not attached.on(valid_on):
            continue
        period = read_month(cell("tax", version.row, "period"))
        is_recent = period is not None and add_months(valid_on.replace(day=1), -12) < period <= valid_on
        is_paid = head_count(cell("tax", version.row, "amount_paid").replace(".00", "")) is not None
        if is_recent and is_paid and cell("tax", version.row, "charge_item") == "建会筹备金":
            return True
    return False


def unmatched_rows(
    records: Mapping[str, Sequence[Record]], links: Mapping[str, Mapping[str, Sequence[Link]]], valid_on: date
) -> Table:
    table: Table = []
    for feed in records:
        for one in records[feed]:
            version = one.version_on(valid_on)
            if version is None or not needs_an_enterprise(feed, version.row):
                continue
            for link in links[feed][one.key]:
                if link.since <= valid_on < link.until and link.enterprise is None:
                    table.append({"feed": feed, "record_key": one.key, "reason": link.reason})
    table.sort(key=lambda row: (row["feed"], row["record_key"]))
    return table
