"""Words of explanations, Chinese first: bases, roles of evidence, feeds, and which cells are worth showing.

Definitions of bases follow the method ("In the base on a day"); what a column holds is read from the release.
"""

from collections.abc import Mapping

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

BEGINNING_WORD: Words = ("始", "beginning")
OPEN_WORD: Words = ("今", "now")
