"""小三级网络, 会员, 党建带工建: how far the net reaches, whom it holds, what partners' lists add."""

from typing import Any

from jianhui.publish.report.chart import Chart, Series, chart
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, say, share
from jianhui.publish.report.section import Indicator, Plan, Problem, Section
from jianhui.publish.report.sections.plan_common import (
    Spec,
    cases,
    district_chart,
    grouped,
    listed_table,
    unjudged,
)

TOWNSHIPS, CAPACITY, MEMBERS = "agg_township_network", "agg_network_capacity", "agg_members"
ORGANISATIONS, PARTY, EVIDENCE = "agg_organisation_coverage", "fct_party_without_union", "fct_funds_evidence"


def network(facts: Facts) -> Section:
    """Federations of townships and streets, unions of villages and communities."""
    reason = unjudged(facts, TOWNSHIPS)
    columns = {
        "乡镇街道": "n_townships",
        "有总工会": "n_with_federation",
        "具备条件": "n_condition_met",
        "具备条件且有": "n_met_with_federation",
        "应建未建": "n_should_found",
        "条件未判": "n_condition_not_judged",
        "村社区": "n_villages",
        "村社区已建": "n_village_unions",
    }
    figures = {name: facts.here(TOWNSHIPS, column) for name, column in columns.items()}
    rate = share(figures["具备条件且有"], figures["具备条件"])
    lack = figures["应建未建"]
    words = {
        **figures,
        "总工会率": rate,
        "村社区建会率": share(figures["村社区已建"], figures["村社区"]),
        "村社区情况": _villages(figures),
        "力量": _capacity(facts),
    }
    problems: tuple[Problem, ...] = ()
    if lack and not reason:
        text = say("具备条件而尚未成立总工会的乡镇（街道）有{n}个。", n=lack)
        problems = (Problem("小三级网络还有空白", text),)
    specs = [Spec(name, 12, "count", column) for name, column in columns.items()]
    drawn = [("n_with_federation", "有总工会"), ("n_should_found", "具备条件而未建")]
    title = f"{'各区市县' if facts.scope.is_city else facts.scope.name}乡镇（街道）总工会（个）"
    return Section(
        "网络",
        "小三级工会组织网络",
        words,
        tables=(
            grouped(facts, "小三级网络", "各区市县乡镇（街道）、村（社区）工会", TOWNSHIPS, specs),
            grouped(facts, "力量与任务", "各区市县工会力量与任务", CAPACITY, _CAPACITY),
        ),
        charts=(district_chart(facts, "网络", title, TOWNSHIPS, drawn),),
        problems=problems,
        indicators=()
        if reason
        else (
            Indicator(
                "具备条件的乡镇街道总工会率",
                Said(rate),
                Said("应建尽建"),
                say("差{n}个", n=lack) if lack else Said("达到"),
            ),
        ),
        reason=reason,
    )


_MEMBER_BASES = {
    "union_staff": "工会所报职工",
    "live_staff": "实有企业职工",
    "members": "全体会员",
    "group_workers": "该群体从业人员",
}
_CAPACITY = (
    Spec("企业（户）", 11, "count", "n_firms"),
    Spec("分工到人（户）", 12, "count", "n_firms_with_person"),
    Spec("工会（个）", 11, "count", "n_unions"),
    Spec("会员（人）", 11, "count", "n_members", True),
    Spec("在任干部（人）", 12, "count", "n_cadres", True),
    Spec("专职（人）", 11, "count", "n_full_time", True),
    Spec("报来经费工会", 12, "count", "n_unions_funds"),
    Spec("入不敷出工会", 12, "count", "n_unions_funds_short"),
)


def _villages(figures: dict[str, Figure]) -> Said:
    if not figures["村社区"]:
        return Said("")
    return say(
        "已上报的村（社区）{n}个，已建工会{m}个，占{r}。",
        n=figures["村社区"],
        m=figures["村社区已建"],
        r=share(figures["村社区已建"], figures["村社区"]),
    )


def _capacity(facts: Facts) -> Said:
    firms, assigned = (facts.here(CAPACITY, column) for column in ("n_firms", "n_firms_with_person"))
    if not firms or not assigned.is_known:
        return Said("")
    rate = share(assigned, firms)
    return say("实有企业{n}户中，已分工到人的{m}户，占{r}。", n=firms, m=assigned, r=rate)


def members(facts: Facts) -> Section:
    """Members by group, and the rates of institutions and social organisations."""
    everyone: dict[str, Any] = {"member_group": "all", "base_kind": "union_staff"}
    reason = unjudged(facts, MEMBERS, **everyone)

    def count(column: str, group: str, base: str) -> Figure:
        return facts.here(MEMBERS, column, of_persons=True, member_group=group, base_kind=base)

    whole, staff = count("n_members", "all", "union_staff"), count("n_base", "all", "union_staff")
    women, migrant = (count("n_members", group, "members") for group in ("women", "migrant"))
    words = {
        "会员": whole,
        "职工": staff,
        "入会率": share(whole, staff),
        "女会员": women,
        "农民工会员": migrant,
        "未报工会": facts.here(MEMBERS, "n_unions_silent", **everyone),
        "构成": _groups(whole, women, migrant),
        "其他单位": _organisations(facts),
    }
    specs = [
        Spec("群体", 16, "text", "coalesce(group_label, member_group)"),
        Spec(
            "基数口径",
            16,
            "text",
            cases("base_kind", _MEMBER_BASES),
        ),
        Spec("会员（人）", 12, "count", "n_members", True),
        Spec("基数（人）", 12, "count", "n_base", True),
        Spec("有数工会", 11, "count", "n_unions"),
        Spec("未报工会", 11, "count", "n_unions_silent"),
    ]
    others = [
        Spec("类别", 18, "text", "kind_name"),
        Spec("单位数", 11, "count", "n_base"),
        Spec("已建会", 11, "count", "n_covered"),
        Spec("建会率", 11, "share", "n_covered", whole="n_base"),
    ]
    tables = [grouped(facts, "会员", "工会会员情况", MEMBERS, specs, order="member_group, base_kind")]
    if facts.columns(ORGANISATIONS):
        title = "机关事业单位和社会组织建会情况"
        tables.append(
            grouped(facts, "机关事业社会组织", title, ORGANISATIONS, others, order="organisation_kind")
        )
    return Section(
        "会员", "会员发展", words, tables=tuple(tables), charts=(_members_chart(facts),), reason=reason
    )


def _groups(whole: Figure, women: Figure, migrant: Figure) -> Said:
    told = [
        say("{name}会员{n}人，占{r}", name=name, n=n, r=share(n, whole))
        for name, n in (("女", women), ("农民工", migrant))
        if n.is_known and whole
    ]
    return (
        Said("其中", told[0], *(piece for one in told[1:] for piece in ("；", one)), "。")
        if told
        else Said("")
    )


def _organisations(facts: Facts) -> Said:
    kinds = facts.rows(
        ORGANISATIONS,
        "select organisation_kind, kind_name",
        "status = 'judged' and n_base > 0 order by organisation_kind",
        grouping=facts.scope.grouping,
        group_code=facts.scope.code,
    )
    told: list[str | Figure] = []
    for kind, name in kinds:
        n, covered = (
            facts.here(ORGANISATIONS, column, organisation_kind=kind) for column in ("n_base", "n_covered")
        )
        told += ["；" if told else "", say("{name}建会率{r}", name=name, r=share(covered, n))]
    return Said(*told, "。") if told else Said("")


def _members_chart(facts: Facts) -> Chart:
    rows = facts.rows(
        MEMBERS,
        "select coalesce(group_label, member_group), n_members",
        "n_members is not null and member_group <> 'all' order by n_members desc, member_group",
        grouping=facts.scope.grouping,
        group_code=facts.scope.code,
        base_kind="members",
    )
    series = [Series("会员（人）", tuple(row[1] for row in rows))]
    title = f"{facts.scope.called}会员中的各类群体（人）"
    return chart("会员", title, "bar", "persons", [row[0] for row in rows], series, origin=MEMBERS)


def linkage(facts: Facts) -> Section:
    """Enterprises with a party organisation and no union; fees against the register of unions."""
    here: dict[str, Any] = {} if facts.scope.is_city else {"district_code": facts.scope.code}
    missing = facts.figure(PARTY, "count(*)", **here)
    fees = facts.figure(EVIDENCE, "count(*)", fee_conflict="fee_without_union", **here)
    words = {
        "有党组织无工会": missing,
        "缴费无工会": fees,
        "经费": say("近期缴纳工会经费而没有工会的企业{n}家。", n=fees) if fees else Said(""),
    }
    problems: tuple[Problem, ...] = ()
    if missing:
        text = say("有党组织而没有工会的企业有{n}家。", n=missing)
        problems = (Problem("党建带工建还有空白", text),)
    specs = [
        Spec("企业编号", 18, "text", "enterprise_id"),
        Spec("企业名称", 34, "text", "name"),
        Spec("区划代码", 12, "text", "district_code"),
        Spec("职工人数", 10, "count", "staff_count"),
        Spec("缺口首日", 13, "day", "gap_since"),
        Spec("应建会期限", 13, "day", "due_on"),
        Spec("是否逾期", 10, "flag", "is_overdue"),
    ]
    mine = "true" if facts.scope.is_city else f"district_code = '{facts.scope.code}'"
    where = f"{mine} order by is_overdue desc, staff_count desc nulls last, enterprise_id"
    table = listed_table(
        facts,
        "有党组织无工会名单",
        "有党组织而没有工会的企业名单",
        PARTY,
        specs,
        where,
        is_internal=True,
        reason="没有这样的企业。",
    )
    return Section("联动", "党建带工建和经费联动", words, tables=(table,), problems=problems)


PLANS = (
    Plan("网络", "小三级工会组织网络", (TOWNSHIPS,), network, (("网络", "乡镇（街道）总工会"),), "乡镇街道"),
    Plan("会员", "会员发展", (MEMBERS,), members, (("会员", "会员中的各类群体"),), "会员"),
    Plan("联动", "党建带工建和经费联动", (EVIDENCE,), linkage, source="党组织和经费"),
)
