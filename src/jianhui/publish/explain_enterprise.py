"""One enterprise taken apart: its records in every feed, both clocks, bases, cover, gap and staff.

Everything is read from one release and the landing. A condition of the method is one :class:`Condition`, with
whether it holds and the lines that say so.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jianhui.publish.explain_evidence import Evidence, evidence_row
from jianhui.publish.explain_find import find_enterprise
from jianhui.publish.explain_source import Book


@dataclass(frozen=True)
class Condition:
    """One condition of the method: whether it holds on the day (None: not judged), and what says so."""

    name: str
    holds: bool | None
    zh: str
    en: str
    evidence: tuple[Evidence, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "condition": self.name,
            "holds": self.holds,
            "zh": self.zh,
            "en": self.en,
            "evidence": [one.as_dict() for one in self.evidence],
        }


@dataclass(frozen=True)
class BaseReason:
    """Whether it is in a base, and each condition of that base."""

    kind: str
    is_member: bool | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class UnionTie:
    """A union that has to do with it: how, on which days it covers, and why not on the day where it does not."""

    union_id: str
    name: str | None
    kind: str | None
    status: str | None
    founded_on: date | None
    ended_on: date | None
    speaks: bool
    spans: tuple[Mapping[str, Any], ...]
    zh: str
    en: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class EnterpriseExplanation:
    """All that a release knows of one enterprise. ``row``: its row of ``dim_enterprises``."""

    release_id: str
    valid_on: date
    known_at: Any
    asked: str
    redirected: Mapping[str, Any] | None
    row: Mapping[str, Any]
    state: Mapping[str, Any]
    coverage: Mapping[str, Any]
    gap: Mapping[str, Any] | None
    bases: tuple[BaseReason, ...]
    unions: tuple[UnionTie, ...]
    staff: tuple[Evidence, ...]
    records: tuple[Evidence, ...]
    spells: tuple[Mapping[str, Any], ...]
    staff_spells: tuple[Mapping[str, Any], ...]
    changes: tuple[Mapping[str, Any], ...]
    near: tuple[Mapping[str, Any], ...]
    policy: Mapping[str, Mapping[str, Any]]

    @property
    def enterprise_id(self) -> str:
        """Its lasting id."""
        return str(self.row["enterprise_id"])

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "release_id": self.release_id,
            "as_of": {"valid_on": self.valid_on, "known_at": self.known_at},
            "asked": self.asked,
            "redirected": self.redirected,
            "enterprise": dict(self.row),
            "bases": [
                {
                    "base": base.kind,
                    "is_member": base.is_member,
                    "conditions": [one.as_dict() for one in base.conditions],
                }
                for base in self.bases
            ],
            "cover": {
                "is_covered": self.state.get("is_covered"),
                "cover_kind": self.state.get("cover_kind"),
                "union_id": self.state.get("union_id"),
                "covered_since": self.coverage.get("covered_since"),
                "unions": [
                    {**vars(tie), "evidence": [one.as_dict() for one in tie.evidence]} for tie in self.unions
                ],
            },
            "gap": dict(self.gap) if self.gap else None,
            "staff": {
                "count": self.row["staff_count"],
                "source": self.row["staff_source"],
                "as_of": self.row["staff_as_of"],
                "evidence": [one.as_dict() for one in self.staff],
            },
            "records": [one.as_dict() for one in self.records],
            "history": {
                "spells": [dict(spell) for spell in self.spells],
                "staff": [dict(spell) for spell in self.staff_spells],
                "changes": [dict(change) for change in self.changes],
            },
            "unattached_records_that_may_mean_it": [dict(one) for one in self.near],
            "policy": [dict(rule) for rule in self.policy.values()],
        }


def explain_enterprise(book: Book, asked: str) -> EnterpriseExplanation:
    """Take one enterprise apart; ``asked``: its id, a code of it, a record key, or its name.

    Raises ``UsageError`` ``unknown_enterprise``, or ``ambiguous_enterprise`` listing the choices.
    """
    found, redirected = find_enterprise(book, asked)
    day = book.release.valid_on
    row = book.row("select * from dim_enterprises where enterprise_id = ?", [found]) or {}
    records = [
        evidence_row(book, one)
        for one in book.rows(
            "select * from bridge_enterprise_evidence where enterprise_id = ? "
            "order by role, record_key, valid_from",
            [found],
        )
    ]
    spells = book.rows("select * from fct_enterprise_spells where enterprise_id = ? order by valid_from", [found])
    state = next((one for one in reversed(spells) if one["valid_from"] <= day < one["valid_to"]), {})
    coverage = book.row("select * from fct_enterprise_coverage where enterprise_id = ?", [found]) or {}
    policy = {rule["rule_key"]: rule for rule in book.rows("from dim_policy")}
    facts = _Facts(book, day, row, state, coverage, records, policy)
    return EnterpriseExplanation(
        release_id=book.release.release_id,
        valid_on=day,
        known_at=book.release.known_at,
        asked=asked,
        redirected=redirected,
        row=row,
        state=state,
        coverage=coverage,
        gap=book.row("select * from fct_enterprises_without_union where enterprise_id = ?", [found]),
        bases=facts.bases(),
        unions=facts.unions(),
        staff=tuple(one for one in records if one.is_staff_source),
        records=tuple(records),
        spells=tuple(spells),
        staff_spells=tuple(
            book.rows("select * from fct_staff_spells where enterprise_id = ? order by valid_from", [found])
        ),
        changes=tuple(
            book.rows(
                "select * from fct_coverage_changes where enterprise_id = ? order by changed_on, change", [found]
            )
        ),
        near=tuple(_near(book, found)),
        policy=policy,
    )


def _near(book: Book, enterprise_id: str) -> list[dict[str, Any]]:
    """Records that attach to nobody and may mean this enterprise: it is among their nearest candidates."""
    found = []
    for row in book.rows(
        "select * from fct_unmatched_records where contains(candidates, ?) order by feed, record_key",
        [f'"{enterprise_id}"'],
    ):
        line = book.line(row["source_delivery_id"], row["source_line"], row["record_key"])
        why = [
            one["why"] for one in json.loads(row["candidates"]) if one["enterprise_id"] == enterprise_id
        ]
        found.append(
            {
                "record_key": row["record_key"],
                "name": row["name"],
                "reason": row["reason"],
                "why": why,
                **line.as_dict(),
            }
        )
    return found


class _Facts:
    """The conditions of the method, checked one by one on the rows of the release."""

    def __init__(
        self,
        book: Book,
        day: date,
        row: Mapping[str, Any],
        state: Mapping[str, Any],
        coverage: Mapping[str, Any],
        records: Sequence[Evidence],
        policy: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.book, self.day, self.row, self.state = book, day, row, state
        self.coverage, self.records, self.policy = coverage, records, policy

    def _of(self, *roles: str) -> tuple[Evidence, ...]:
        return tuple(one for one in self.records if one.role in roles and one.is_in_force)

    def bases(self) -> tuple[BaseReason, ...]:
        """Every base, each with its conditions."""
        live = self._live()
        in_live = all(one.holds for one in live)
        minimum = int(self.policy["union.own.min_staff"]["value"])
        staff = self.row["staff_count"]
        enough = Condition(
            "staff",
            staff is not None and staff >= minimum,
            f"职工 {'人数不详' if staff is None else f'{staff} 人'}，须 {minimum} 人以上",
            f"staff {'unknown' if staff is None else staff}, {minimum} or more needed",
            tuple(one for one in self.records if one.is_staff_source),
        )
        return (
            BaseReason("live", in_live, live),
            BaseReason("live_25", in_live and bool(enough.holds), (*live, enough)),
            BaseReason("due", in_live and bool(self._due().holds), (*live, self._due())),
            self._frozen(),
        )

    def _live(self) -> tuple[Condition, ...]:
        registry = self._of("registry")
        row, state, day = self.row, self.state, self.day
        basis = SCOPE_BASES.get(row["scope_basis"], (row["scope_basis"], row["scope_basis"]))
        out = EXCLUSIONS.get(row["exclusion_reason"] or "", ("", ""))
        scope = Condition(
            "scope",
            bool(row["in_scope"]),
            f"统计范围：{'在内' if row['in_scope'] else f'不在内（{out[0]}）'}，依据{basis[0]}",
            f"scope: {'in' if row['in_scope'] else f'out ({out[1]})'}, by {basis[1]}",
            registry,
        )
        recorded = Condition(
            "recorded",
            bool(state.get("is_recorded")),
            "登记机关持有此记录" if state.get("is_recorded") else "登记机关已删除此记录",
            "held by the registry" if state.get("is_recorded") else "deleted by the registry",
            registry,
        )
        starts = row["established_on"] or row["first_seen_on"]
        established = Condition(
            "established",
            starts is not None and starts <= day,
            f"成立于 {row['established_on'] or f'（未填，自首见日 {starts} 起算）'}，不晚于 {day}",
            f"established {row['established_on'] or f'(not stated; first seen {starts})'}, by {day}",
            registry,
        )
        ended = row["ended_on"]
        not_ended = Condition(
            "not_ended",
            ended is None or ended > day,
            f"终止于 {ended}" if ended else "没有终止",
            f"ended on {ended}" if ended else "has not ended",
            registry,
        )
        status_basis = STATUS_BASES.get(row["status_basis"], ("", ""))
        status = Condition(
            "status",
            row["status_class"] == "active",
            f"登记状态“{row['status']}”{status_basis[0]}",
            f"registry status “{row['status']}”{status_basis[1]}",
            registry,
        )
        said = state.get("finding")
        finding = Condition(
            "finding",
            not state.get("is_found_out"),
            f"有效的排查结论：{said}" if said else "没有有效的排查结论",
            f"finding in force: {said}" if said else "no finding in force",
            self._of("finding"),
        )
        return (scope, recorded, established, not_ended, status, finding)

    def _due(self) -> Condition:
        due = self.coverage.get("due_on")
        months = self.policy["establish.deadline_months"]["value"]
        return Condition(
            "due",
            due is not None and due <= self.day,
            f"应建会期限 {due}（{DUE_BASES.get(self.coverage.get('due_basis'), ('成立', ''))[0]}后 {months} 个月）",
            f"due on {due} ({months} months after "
            f"{DUE_BASES.get(self.coverage.get('due_basis'), ('', 'establishment'))[1]})",
            self._of("registry"),
        )

    def _frozen(self) -> BaseReason:
        rows = self.book.rows(
            "select * from fct_frozen_base where enterprise_id = ? order by record_key",
            [self.row["enterprise_id"]],
        )
        any_list = self.book.row("select count(*) as n from fct_frozen_base")
        if not any_list or not any_list["n"]:
            told = Condition("list", None, "本年度没有固化基数清单，不评判", "no frozen list this year: not judged")
            return BaseReason("frozen", None, (told,))
        listed = Condition(
            "listed",
            bool(rows),
            f"在清单“{rows[0]['list_name']}”上" if rows else "不在本年度的固化清单上",
            f"on the list {rows[0]['list_name']}" if rows else "not on this year's list",
            self._of("listed"),
        )
        left = rows[0]["left_because"] if rows else None
        stays = Condition(
            "stays",
            left is None,
            {"ended": "已终止，退出清单", "finding": "经排查事实不存在，退出清单"}.get(left or "", "没有退出"),
            {"ended": "ended: off the list", "finding": "found non-existent: off the list"}.get(
                left or "", "still on it"
            ),
            self._of("registry", "finding"),
        )
        member = bool(rows) and any(row["in_base"] for row in rows)
        return BaseReason("frozen", member, (listed, stays) if rows else (listed,))

    def unions(self) -> tuple[UnionTie, ...]:
        """Every union that has it as host or names it in a line, the one that speaks first."""
        roles = ("host_union", "cover_line", "covering_union")
        by_union: dict[str, list[Evidence]] = {}
        for one in self.records:
            if one.role in roles and one.union_id:
                by_union.setdefault(one.union_id, []).append(one)
        spans = self.book.rows(
            "select * exclude (enterprise_id) from fct_enterprise_cover where enterprise_id = ? "
            "order by valid_from, precedence, union_id, via, record_key",
            [self.row["enterprise_id"]],
        )
        ties = [self._tie(union, rows, [one for one in spans if one["union_id"] == union])
                for union, rows in sorted(by_union.items())]  # fmt: skip
        return tuple(sorted(ties, key=lambda tie: (not tie.speaks, tie.union_id)))

    def _tie(self, union_id: str, rows: Sequence[Evidence], spans: Sequence[Mapping[str, Any]]) -> UnionTie:
        union = self.book.row("select * from dim_unions where union_id = ?", [union_id]) or {}
        on_day = [one for one in spans if one["valid_from"] <= self.day < one["valid_to"]]
        speaks = bool(on_day) and self.state.get("union_id") == union_id
        zh, en = self._why(union, rows, spans, on_day, speaks)
        return UnionTie(
            union_id=union_id,
            name=union.get("name"),
            kind=union.get("kind"),
            status=union.get("status"),
            founded_on=union.get("founded_on"),
            ended_on=union.get("ended_on"),
            speaks=speaks,
            spans=tuple(spans),
            zh=zh,
            en=en,
            evidence=tuple(rows),
        )

    def _why(
        self,
        union: Mapping[str, Any],
        rows: Sequence[Evidence],
        spans: Sequence[Mapping[str, Any]],
        on_day: Sequence[Mapping[str, Any]],
        speaks: bool,
    ) -> tuple[str, str]:
        """Why the union covers it on the day, or why it does not."""
        if on_day:
            via = ("以其为所在单位", "as its host") if on_day[0]["via"] == "host" else ("有涵盖它的行", "by a line")
            since = on_day[0]["valid_from"]
            if speaks:
                return f"覆盖它：{via[0]}，自 {since}", f"covers it {via[1]}, since {since}"
            return (
                f"也覆盖它（{via[0]}），但另一工会优先",
                f"covers it too ({via[1]}), but another union takes precedence",
            )
        ended, status = union.get("ended_on"), union.get("status")
        founded = union.get("founded_on")
        if ended is not None and ended <= self.day:
            return f"已于 {ended} 撤销", f"was dissolved on {ended}"
        if status not in (None, "正常"):
            return f"状态“{status}”，不计覆盖", f"is in status “{status}”, which does not cover"
        if founded is not None and founded > self.day:
            return f"{founded} 才成立", f"is founded only on {founded}"
        if spans:
            last = spans[-1]
            if last["valid_to"] <= self.day:
                return f"覆盖至 {last['valid_to'] - timedelta(days=1)} 止", f"covered it until {last['valid_to']}"
        in_force = [one for one in rows if one.is_in_force and one.role != "covering_union"]
        if not in_force:
            return "基准日没有有效的记录把它与此工会相连", "no record in force ties it to the enterprise on the day"
        return (
            f"“{union.get('kind')}”不以此方式计覆盖，或涵盖行已终止、未起始",
            f"kind “{union.get('kind')}” does not cover in this way, or the line has ended or not begun",
        )


SCOPE_BASES: Mapping[str | None, tuple[str, str]] = {
    "uscc": ("统一社会信用代码前两位", "the first two characters of the credit code"),
    "registration_type": ("登记注册类型", "the registration type"),
    "enterprise_type": ("企业类型", "the enterprise type"),
    "reg_no": ("注册号第七位", "the seventh digit of the registration number"),
    "name": ("名称用字", "its name"),
    "default": ("无排除依据，推定在内", "default: nothing excludes it"),
}
EXCLUSIONS: Mapping[str, tuple[str, str]] = {
    "branch": ("分支机构", "branch"),
    "individual": ("个体工商户", "individual"),
    "cooperative": ("农民专业合作社", "cooperative"),
    "institution": ("机关事业单位", "institution"),
    "social_organisation": ("社会组织", "social organisation"),
    "union": ("工会", "union"),
    "other": ("其他", "other"),
}
STATUS_BASES: Mapping[str | None, tuple[str, str]] = {
    "assumed": ("（文件未给状态，推定存续）", " (assumed: the file has no status)"),
    "unknown_word": ("（不识此词，按存续计）", " (an unknown word counts as active)"),
    "before_end": ("（终止日期尚未到）", " (its end date has not come)"),
}
DUE_BASES: Mapping[str | None, tuple[str, str]] = {
    "established_on": ("成立", "establishment"),
    "first_seen_on": ("首见", "first sight"),
}
