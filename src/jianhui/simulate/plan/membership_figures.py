"""The truth of members by group and of institutions and social organisations."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jianhui.simulate.codes import organisation_code
from jianhui.simulate.columns import cell
from jianhui.simulate.figures import CITY_CODE, Table
from jianhui.simulate.places import DISTRICTS, ZONES
from jianhui.simulate.plan.section import Known, UnionFacts
from jianhui.simulate.readings import canonical, canonical_name, head_count, life_date, usable_credit_code
from jianhui.simulate.unions import JOINT, OWN, REGIONAL, SECTORAL

GROUPS, ORGANISATIONS = "member_groups", "organisations"
INFORMAL = "非正规就业"

SME_BELOW = 1000

KINDS = {
    "机关": "institution",
    "事业单位": "institution",
    "社会团体": "social_organisation",
    "民办非企业单位": "social_organisation",
    "基金会": "social_organisation",
    "中介服务机构": "new_economic",
    "其他": "other",
}
REQUIRED = {"institution": date(2001, 10, 27), "social_organisation": date(2022, 1, 1)}
ZONE_HOMES = {
    "210231": "210211",
    "210242": "210213",
    "210244": "210281",
    "210245": "210283",
    "210246": "210282",
}
AREAS = (*DISTRICTS, *ZONES, "210241", "210248", "unknown")
"""Managing areas that have a row even when nothing can be told of them."""

Group = tuple[str, str]
"""Grouping and code."""


def tables(known: Known) -> Mapping[str, Table]:
    """The two marts."""
    return {
        "agg_members": [*_members(known)],
        "agg_organisation_coverage": [*_coverage(known)],
    }


# --- members ---


def grassroots(known: Known) -> list[UnionFacts]:
    """Those of the unions."""
    return [one for one in known.unions.values() if is_grassroots(one)]


def is_grassroots(union: UnionFacts) -> bool:
    """A single or joint union in status 正常 and alive."""
    return union.kind in (OWN, JOINT) and union.is_normal


def _of_union(union: UnionFacts) -> tuple[Group, ...]:
    return ("city", CITY_CODE), ("district", union.district), ("managing_area", union.area)


def _members(known: Known) -> Iterator[dict[str, object]]:
    told: dict[tuple[Group, str, str], list[tuple[int | None, int | None]]] = defaultdict(list)
    reported = _reported(known)
    unions = grassroots(known)
    for union in unions:
        facts = [
            ("all", "union_staff", union.members, union.staff),
            ("all", "live_staff", union.members, 0),
            ("women", "members", union.women, union.members),
            ("migrant", "members", union.migrants, union.members),
        ]
        if _is_small_or_medium(known, union):
            facts.append(("sme", "union_staff", union.members, union.staff))
        if union.number in reported:
            facts.append(("informal", "group_workers", *reported[union.number]))
        for name, base, n, of in facts:
            for group in _of_union(union):
                told[group, name, base].append((n, of))
    staff: Counter[Group] = Counter()
    for one in known.enterprises.values():
        if one.state.in_base:
            groups = (
                ("city", CITY_CODE),
                *((name, one.groups[name]) for name in ("district", "managing_area")),
            )
            staff.update(dict.fromkeys(groups, one.staff.count or 0))
    for group in {*(group for group, *_ in told), *staff}:
        for name, base in _ROWS:
            yield _row(group, name, base, told.get((group, name, base), []), staff[group])
    groups_of_all = [("city", CITY_CODE)]
    groups_of_all += [("district", code) for code in (*DISTRICTS, "unknown")]
    groups_of_all += [("managing_area", code) for code in AREAS]
    for group in groups_of_all:
        yield {
            "grouping": group[0],
            "group_code": group[1],
            "member_group": "new_form",
            "base_kind": "group_workers",
            "n_unions": None,
            "n_unions_silent": None,
            "n_members": None,
            "n_base": None,
            "rate": None,
            "status": "not_judged",
            "reason": "no_list_in_force",
        }


_ROWS = (
    ("all", "union_staff"),
    ("all", "live_staff"),
    ("women", "members"),
    ("migrant", "members"),
    ("sme", "union_staff"),
    ("informal", "group_workers"),
)


def _row(
    group: Group, name: str, base: str, facts: Sequence[tuple[int | None, int | None]], staff: int
) -> dict[str, object]:
    whole = [(n, of) for n, of in facts if n is not None and of is not None]
    members = sum(n for n, _ in whole)
    n_base = staff if base == "live_staff" else sum(of for _, of in whole)
    return {
        "grouping": group[0],
        "group_code": group[1],
        "member_group": name,
        "base_kind": base,
        "n_unions": len(whole),
        "n_unions_silent": len(facts) - len(whole),
        "n_members": members,
        "n_base": n_base,
        "rate": members / n_base if n_base else None,
        "status": "judged",
        "reason": None,
    }


def _reported(known: Known) -> dict[str, tuple[int | None, int | None]]:
    """Union → members and workers in informal work; truck drivers stand on no list before 2018."""
    found = {}
    for told in known.of(GROUPS):
        counted = told.day("counted_on")
        if told["group_name"] == INFORMAL and (counted is None or counted <= known.valid_on):
            workers = head_count(told["worker_count"])
            found[canonical(told["union_no"])] = told.count("member_count"), workers
    return found


def _is_small_or_medium(known: Known, union: UnionFacts) -> bool:
    host = known.enterprises.get(union.host or "")
    return host is not None and host.staff.count is not None and host.staff.count < SME_BELOW


# --- institutions and social organisations ---


@dataclass(frozen=True)
class _Organisation:
    org_code: str
    name: str
    kind: str
    groups: tuple[Group, ...]
    staff: int | None


def _organisations(known: Known) -> Iterator[_Organisation]:
    day = known.valid_on
    for told in known.of(ORGANISATIONS):
        established, ended = life_date(told["established_on"]), life_date(told["ended_on"])
        is_alive = (established is None or established <= day) and (ended is None or ended > day)
        if not is_alive or (told["status"] not in ("", "正常") and ended is None):
            continue
        code = told["division_code"][:6]
        district = code if code in DISTRICTS else ZONE_HOMES.get(code, "unknown")
        area = code if code in AREAS else "unknown"
        yield _Organisation(
            org_code=usable_credit_code(told["uscc"])[8:17],
            name=canonical_name(told["name"]),
            kind=KINDS[told["kind"]],
            groups=(("city", CITY_CODE), ("district", district), ("managing_area", area)),
            staff=head_count(told["staff_count"]),
        )


def _claims(known: Known) -> Iterator[tuple[str, str, bool]]:
    """Organisation code, name and whether it is a union of its own, of every union and line on the day."""
    city, day = known.city, known.valid_on
    assert city is not None
    for union in grassroots(known):
        yield _code_inside(union.host_code), canonical_name(union.host_name), union.kind == OWN
    for enterprise in city.enterprises.values():
        for attached in enterprise.lines:
            version = attached.record.version_on(day)
            if version is None or not city.line_life(attached.record).alive_on(day):
                continue
            union_facts = known.unions.get(canonical(cell("union_coverage", version.row, "union_no")))
            if (
                union_facts is not None
                and union_facts.is_normal
                and union_facts.kind in (JOINT, REGIONAL, SECTORAL)
            ):
                name = canonical_name(cell("union_coverage", version.row, "unit_name"))
                yield _code_inside(cell("union_coverage", version.row, "unit_code")), name, False


def _code_inside(code: str) -> str:
    code = canonical(code)
    if len(code) == 9 and organisation_code(code[:8]) == code:
        return code
    return usable_credit_code(code)[8:17]


def _coverage(known: Known) -> Iterator[dict[str, object]]:
    units = [*_organisations(known)]
    claims = [*_claims(known)]
    bearers = Counter(unit.name for unit in units)
    counts: dict[tuple[Group, str], Counter[str]] = defaultdict(Counter)
    for unit in units:
        found = [
            is_own
            for code, name, is_own in claims
            if (code and code == unit.org_code)
            or (name == unit.name and bearers[name] == 1 and not (code and unit.org_code))
        ]
        for group in unit.groups:
            row = counts[group, unit.kind]
            row["n_base"] += 1
            row["n_covered"] += bool(found)
            row["n_own"] += any(found)
            row["n_staff"] += unit.staff or 0
    yield from _coverage_rows(counts, known.valid_on)


def _coverage_rows(
    counts: Mapping[tuple[Group, str], Counter[str]], day: date
) -> Iterable[dict[str, object]]:
    for (group, kind), row in sorted(counts.items()):
        yield {
            "grouping": group[0],
            "group_code": group[1],
            "organisation_kind": kind,
            "n_base": row["n_base"],
            "n_covered": row["n_covered"],
            "n_own": row["n_own"],
            "n_joint": row["n_covered"] - row["n_own"],
            "n_staff": row["n_staff"],
            "is_required_by_law": REQUIRED.get(kind, date.max) <= day,
            "rate": row["n_covered"] / row["n_base"],
            "status": "judged",
            "reason": None,
        }
