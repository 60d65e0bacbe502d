"""The columns of each feed: headers as agencies write them, in their order, and the names used here."""

from collections.abc import Mapping

Row = tuple[str, ...]
"""The cells of a feed in the order of ``FEEDS``."""

FEEDS: Mapping[str, Mapping[str, str]] = {
    "commerce": {
        "注册号": "reg_no",
        "统一社会信用代码": "uscc",
        "企业名称": "name",
        "企业类型": "enterprise_type",
        "登记注册类型": "registration_type",
        "法定代表人": "legal_representative",
        "注册资本": "registered_capital",
        "成立日期": "established_on",
        "核准日期": "approved_on",
        "登记状态": "status",
        "注吊销日期": "ended_on",
        "行业代码": "industry_code",
        "住所": "address",
        "经营场所": "business_address",
        "街道代码": "street_code",
        "登记机关代码": "registrar_code",
        "从业人数": "employed_count",
        "联系电话": "phone",
        "曾用名": "former_names",
        "党组织": "has_party_organisation",
    },
    "tax": {
        "纳税人识别号": "tax_id",
        "主管税务机关": "tax_office",
        "所属期": "period",
        "征收品目": "charge_item",
        "纳税人名称": "name",
        "登记注册类型": "registration_type",
        "行业代码": "industry_code",
        "生产经营地址": "address",
        "街道乡镇代码": "street_code",
        "纳税人状态": "status",
        "登记日期": "registered_on",
        "职工人数": "staff_count",
        "工资薪金总额": "payroll",
        "应缴金额": "amount_due",
        "实缴金额": "amount_paid",
        "缴款日期": "paid_on",
    },
    "hr": {
        "单位编号": "unit_no",
        "统一社会信用代码": "uscc",
        "组织机构代码": "org_code",
        "单位名称": "name",
        "单位类型": "unit_type",
        "经营地址": "address",
        "街道代码": "street_code",
        "参保状态": "status",
        "统计月份": "month",
        "养老参保人数": "pension_count",
        "工伤参保人数": "injury_count",
        "失业参保人数": "unemployment_count",
        "劳务派遣人数": "dispatched_count",
        "上级单位编号": "parent_unit_no",
    },
    "union_organisations": {
        "工会编号": "union_no",
        "工会名称": "name",
        "工会类型": "kind",
        "工会统一社会信用代码": "union_uscc",
        "上级工会编号": "parent_union_no",
        "所在单位名称": "host_name",
        "所在单位代码": "host_code",
        "行政区划代码": "division_code",
        "街道代码": "street_code",
        "地址": "address",
        "成立日期": "founded_on",
        "状态": "status",
        "撤销日期": "dissolved_on",
        "职工人数": "staff_count",
        "会员人数": "member_count",
        "女会员人数": "women_member_count",
        "农民工会员人数": "migrant_member_count",
        "女职工委员会": "has_women_committee",
        "经审委员会": "has_audit_committee",
        "主席姓名": "chair_name",
        "主席职务类型": "chair_post_type",
        "联系电话": "phone",
        "市总直属": "is_directly_subordinate",
    },
    "union_coverage": {
        "工会编号": "union_no",
        "涵盖单位名称": "unit_name",
        "涵盖单位代码": "unit_code",
        "涵盖单位地址": "address",
        "起始日期": "started_on",
        "终止日期": "ended_on",
    },
    "verifications": {
        "统一社会信用代码": "uscc",
        "企业名称": "name",
        "排查日期": "inspected_on",
        "排查结论": "finding",
        "职工人数": "staff_count",
        "未建会原因": "reason",
        "拟建形式": "proposed_form",
        "计划完成时限": "planned_by",
        "责任单位": "responsible_unit",
        "责任人": "responsible_person",
        "备注": "remark",
    },
    "base_list": {
        "清单名称": "list_name",
        "统一社会信用代码": "uscc",
        "企业名称": "name",
        "固化日期": "frozen_on",
    },
}

_AT = {feed: {name: at for at, name in enumerate(columns.values())} for feed, columns in FEEDS.items()}


def headers(feed: str) -> list[str]:
    """The header line of a feed."""
    return list(FEEDS[feed])


def cell(feed: str, row: Row, column: str) -> str:
    """One cell of a row by the column's name."""
    return row[_AT[feed][column]]


def index(feed: str, column: str) -> int:
    """Where a column stands in a row."""
    return _AT[feed][column]
