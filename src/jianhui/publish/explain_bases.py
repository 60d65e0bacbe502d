"""Why an enterprise is or is not in each base: the conditions of the method, checked one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jianhui.publish.explain_evidence import Evidence
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


class Conditions:
    """The conditions of the method, checked one by one on the rows of the release."""

    def __init__(
        self,
        book: Book,
        row: Mapping[str, Any],
        state: Mapping[str, Any],
        coverage: Mapping[str, Any],
        records: Sequence[Evidence],
        policy: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.book, self.day, self.row, self.state = book, book.release.valid_on, row, state
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
            f"成立于 {row['established_on']}"
            if row["established_on"]
            else f"没有填写成立日期，自首见日 {starts} 起算",
            f"established {row['established_on']}"
            if row["established_on"]
            else f"date of establishment not stated, counted from first sight {starts}",
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
        runs_from = DUE_BASES.get(self.coverage.get("due_basis"), ("成立", "establishment"))
        return Condition(
            "due",
            due is not None and due <= self.day,
            f"应建会期限 {due}（{runs_from[0]}后 {months} 个月）",
            f"due on {due} ({months} months after {runs_from[1]})",
            self._of("registry"),
        )

    def _frozen(self) -> BaseReason:
        rows = self.book.rows(
            "select * from fct_frozen_base where enterprise_id = ? order by record_key",
            [self.row["enterprise_id"]],
        )
        any_list = self.book.row("select count(*) as n from fct_frozen_base")
        if not any_list or not any_list["n"]:
            told = Condition(
                "list", None, "本年度没有固化基数清单，不评判", "no frozen list this year: not judged"
            )
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
            {"ended": "已终止，退出清单", "finding": "经排查事实不存在，退出清单"}.get(
                left or "", "没有退出"
            ),
            {"ended": "ended: off the list", "finding": "found non-existent: off the list"}.get(
                left or "", "still on it"
            ),
            self._of("registry", "finding"),
        )
        member = bool(rows) and any(row["in_base"] for row in rows)
        return BaseReason("frozen", member, (listed, stays) if rows else (listed,))
