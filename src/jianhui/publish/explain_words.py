"""Words of explanations, Chinese first: bases, roles of evidence, feeds, and which cells are worth showing.

Definitions of bases follow the method ("In the base on a day"); what a column holds is read from the release.
"""

from collections.abc import Mapping

from jianhui.publish.release_index import REBUILT

Words = tuple[str, str]
"""The same in Chinese and in English."""

BASES: Mapping[str, Words] = {
    "live": (
        "在册基数：范围内、存续、登记状态正常，且未经排查认定事实不存在或异地经营的企业",
        "live base: in scope, alive, active, and not found non-existent or elsewhere",
    ),
    "live_25": (
        "25人以上：在册基数中职工人数在25人及以上的；人数不详的不计入",
        "live base with 25 or more staff; unknown staff is not in",
    ),
    "due": (
        "已到期限：在册基数中应建会期限在基准日当日或以前的",
        "live base whose deadline for a union has come",
    ),
    "frozen": (
        "固化基数：计划年度清单所列企业，扣除已终止和事实不存在的；未能对应的仍计入",
        "frozen base: the plan year's list less those ended or found non-existent; listed firms that match "
        "nothing stay in",
    ),
}

ROLES: Mapping[str, Words] = {
    "registry": ("工商登记", "registry"),
    "tax": ("税务", "tax"),
    "insurance": ("人社参保", "insurance"),
    "host_union": ("本单位工会", "its own or host union"),
    "cover_line": ("涵盖它的行", "line naming it"),
    "covering_union": ("涵盖它的工会", "union of that line"),
    "finding": ("排查", "finding"),
    "listed": ("固化清单", "frozen list"),
    "safety": ("安监", "work safety"),
    "record": ("记录", "record"),
}

SHOWN_CELLS: Mapping[str, tuple[str, ...]] = {
    "commerce": (
        "企业名称",
        "统一社会信用代码",
        "注册号",
        "登记注册类型",
        "成立日期",
        "登记状态",
        "注吊销日期",
        "街道代码",
        "从业人数",
        "住所",
    ),
    "tax": ("纳税人名称", "所属期", "征收品目", "职工人数", "实缴金额"),
    "hr": ("单位名称", "统计月份", "参保状态", "养老参保人数", "工伤参保人数", "失业参保人数"),
    "union_organisations": (
        "工会名称",
        "工会类型",
        "所在单位名称",
        "所在单位代码",
        "成立日期",
        "状态",
        "撤销日期",
    ),
    "union_coverage": ("工会编号", "涵盖单位名称", "涵盖单位代码", "起始日期", "终止日期"),
    "verifications": ("企业名称", "排查日期", "排查结论", "未建会原因"),
    "base_list": ("清单名称", "企业名称", "统一社会信用代码", "固化日期"),
}
"""Feed → headers shown in a line of text; everything is in ``--json``. A feed not named shows all."""

COVER_KINDS: Mapping[str, Words] = {
    "own": ("单独建会", "a union of its own"),
    "joint": ("联合工会覆盖", "a joint union"),
    "federation": ("联合会覆盖", "a federation"),
    "none": ("未覆盖", "no cover"),
}

LINK_BASES: Mapping[str, Words] = {
    "uscc": ("统一社会信用代码相同", "same credit code"),
    "org_code": ("组织机构代码相同", "same organisation code"),
    "reg_no": ("注册号相同", "same registration number"),
    "name": ("名称相同且唯一", "same name, borne by one"),
    "name_address": ("名称与地址", "name and address"),
    "scored": ("评分关联", "scored link"),
    "reviewed": ("人工认定", "a person's judgement"),
}

CHANGES: Mapping[str, Words] = {
    "entered_base": ("进入在册基数", "entered the base"),
    "left_base": ("退出在册基数", "left the base"),
    "gained_cover": ("新获覆盖", "gained cover"),
    "lost_cover": ("失去覆盖", "lost cover"),
    "moved_district": ("迁至另一区县", "moved district"),
    "rose_to_25": ("职工达到25人", "rose to 25 staff"),
    "fell_below_25": ("职工不足25人", "fell below 25 staff"),
}
CAUSES: Mapping[str, Words] = {
    "record_returned": ("登记记录恢复", "record returned"),
    "record_deleted": ("登记记录删除", "record deleted"),
    "established": ("成立", "established"),
    "ended": ("终止", "ended"),
    "status_active": ("恢复经营状态", "status active again"),
    "status_inactive": ("状态不再在营", "status no longer active"),
    "scope_changed": ("统计范围变化", "scope changed"),
    "finding": ("排查结论", "finding"),
    "finding_replaced": ("排查结论更新", "finding replaced"),
    "finding_expired": ("排查结论到期", "finding expired"),
    "union_founded": ("工会成立", "union founded"),
    "union_dissolved": ("工会撤销", "union dissolved"),
    "union_status": ("工会状态变化", "union's status"),
    "line_started": ("涵盖起始", "line began"),
    "line_ended": ("涵盖终止", "line ended"),
    "record_changed": ("登记内容变化", "record changed"),
    "code_list_changed": ("区划代码变化", "code list changed"),
    "staff_unknown": ("人数不再可知", "staff no longer known"),
    "staff_tax": ("税务人数", "count of tax"),
    "staff_hr": ("参保人数", "count of social insurance"),
    "staff_commerce": ("工商人数", "count of the registry"),
    "staff_union": ("工会登记人数", "count of the union register"),
}
REASONS: Mapping[str, Words] = {
    "no_match": ("没有企业有这一代码或名称", "no enterprise bears the code or name"),
    "ambiguous_code": ("代码对应多家企业", "several enterprises bear the code"),
    "ambiguous_name": ("名称对应多家企业", "several enterprises bear the name"),
    "code_conflict": ("名称相同，但两边有效代码不同", "the name is the same, but valid codes differ"),
    "code_name_conflict": ("代码与名称指向不同企业", "code and name mean two different enterprises"),
    "parent_named": (
        "名称是总机构的，所在地只有其分支机构",
        "the name is a parent's, only a branch of it is there",
    ),
    "judged_different": ("人工判定不是这一家", "a person judged them different"),
    "judged_none": ("人工判定不属于任何企业", "a person judged that it is no enterprise's"),
    "no_host": ("此类工会没有所在单位", "a union of this kind has no host"),
    "two_valid_codes": (
        "两户各有有效且不同的统一社会信用代码，永不并为一户",
        "both carry valid, different credit codes: never one enterprise",
    ),
    "two_records": ("登记机关的两条记录，没有合并的依据", "two records of the registry; nothing merges them"),
}
BASE_NAMES: Mapping[str, Words] = {
    "live": ("在册基数", "live base"),
    "live_25": ("25人以上基数", "live base, 25+ staff"),
    "due": ("已到期限基数", "due base"),
    "frozen": ("固化基数", "frozen base"),
}
DETAILS: Mapping[str, tuple[Words, Mapping[str, Words]]] = {
    "cover_kind": (("覆盖", "cover"), COVER_KINDS),
    "due_on": (("应建会期限", "due"), {}),
    "gap_since": (("缺口自", "gap since"), {}),
    "days_overdue": (("逾期天数", "days overdue"), {}),
    "first_covered_on": (("首次覆盖", "first covered"), {}),
    "changed_on": (("变化日", "on"), {}),
    "change": (("变化", "change"), CHANGES),
    "cause": (("原因", "cause"), CAUSES),
    "reason": (("原因", "reason"), REASONS),
    "verdict": (("处置", "verdict"), {}),
    "file_name": (("文件", "file"), {}),
    "amount": (("计", "counts"), {}),
}
"""Column of a member → its heading, and what its values are called."""


def source(release_id: str, zh: bool) -> str:
    """What an explanation was read from, in words."""
    if release_id.startswith(REBUILT):
        return "按时点重建，未发布" if zh else "rebuilt as of then, not published"
    return f"发布 {release_id}" if zh else f"release {release_id}"


def word(words: Mapping[str, Words], key: str, zh: bool) -> str:
    """What ``key`` is called; itself where there is no word."""
    return words.get(key, (key, key))[0 if zh else 1]
