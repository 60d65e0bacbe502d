"""The columns of the federation's ledger of enterprises without a union, left to right.

Source: the ledger as assembled from local practice (domain reference, working lists), with what a filled-in
list needs to come back as feed ``verifications``: those headers are the feed's own, each stands exactly once,
and no other header may be confused with one of them (the staff on record is ``职工人数(来源)``, the staff
found on the spot is ``职工人数``). The widths are set so that the ledger prints on two A4 pages side by
side: who the enterprise is, then what was found.
"""

from dataclasses import dataclass
from typing import Literal

Part = Literal["known", "blank", "answer"]


@dataclass(frozen=True)
class LedgerColumn:
    """``source`` names the frame's column. ``known`` is printed, ``blank`` is the office's own to fill,
    ``answer`` is read back from the returned file."""

    header: str
    width: float
    part: Part
    style: str = "text"
    source: str | None = None


def _known(header: str, source: str, width: float, style: str = "text") -> LedgerColumn:
    return LedgerColumn(header, width, "known", style, source)


def _blank(header: str, width: float, style: str = "text") -> LedgerColumn:
    return LedgerColumn(header, width, "blank", style)


def _answer(header: str, width: float, style: str = "text") -> LedgerColumn:
    return LedgerColumn(header, width, "answer", style)


STAFF_ON_RECORD = "职工人数(来源)"
OVERDUE = "是否逾期"
ENTERPRISE_ID = "企业编号"

LEDGER: tuple[LedgerColumn, ...] = (
    _known("序号", "number", 4, "count"),
    _known("企业名称", "name", 18),
    _known("统一社会信用代码", "uscc", 8.5, "code"),
    _known("所属区市县", "district", 6),
    _known("街道/乡镇", "street", 7),
    _blank("社区/村", 5.5),
    _known("经营地址", "address", 17),
    _known("行业", "industry", 7),
    _known("登记注册类型", "enterprise_type", 7.5),
    _known("成立日期", "established_on", 8, "day"),
    _known(STAFF_ON_RECORD, "staff_count", 7, "count"),
    _blank("女职工", 4, "count"),
    _blank("农民工", 4, "count"),
    _known("经营状态", "status", 4.5),
    _blank("负责人政治身份/荣誉", 6),
    _known("负责人", "legal_representative", 6),
    _known("联系电话", "phone", 9, "code"),
    _known("缺口发现日期", "gap_since", 8, "day"),
    _known("发现来源", "evidence", 16),
    _known("应建会期限", "due_on", 8, "day"),
    _known(OVERDUE, "is_overdue", 4, "centre"),
    _known("是否新增", "is_new", 4, "centre"),
    _known("缴筹备金", "preparatory_fee_payer", 4, "centre"),
    _known("建议形式", "recommended_form", 4.5, "centre"),
    _known("对口工会", "responsible_union", 9),
    _known("上次排查日期", "last_finding_on", 8, "day"),
    _known("上次排查结论", "last_finding", 6.5),
    _known("上次未建会原因", "last_finding_reason", 7),
    _answer("排查日期", 8, "day"),
    _answer("排查结论", 7),
    _answer("职工人数", 5, "count"),
    _answer("未建会原因", 8),
    _answer("拟建形式", 5),
    _answer("责任单位", 8),
    _answer("责任人", 6),
    _answer("计划完成时限", 8, "day"),
    _blank("进展", 7),
    _blank("销号日期", 8, "day"),
    _blank("销号依据", 7),
    _answer("备注", 10),
    _known(ENTERPRISE_ID, "enterprise_id", 7, "id"),
)

FINDINGS = (
    "正常经营",
    "事实不存在",
    "停产歇业",
    "异地经营",
    "已由总部建会",
    "拒绝建会",
    "筹建中",
    "已建会",
    "失联",
)
"""The nine words of 排查结论 (contract of feed ``verifications``)."""

REASONS = (
    "新开业未满期限",
    "无职工/空壳",
    "停产歇业",
    "注册地与经营地不一致",
    "已由总部建会",
    "已并入联合工会",
    "企业不愿建",
    "职工意愿不足",
    "失联",
    "数据错误",
    "其他",
)
"""The reasons offered for 未建会原因 (domain reference, ledger columns)."""

FORMS = ("单独", "联合", "覆盖")
"""The words of 拟建形式 (domain reference, ledger columns)."""

CHOICES = {"排查结论": FINDINGS, "未建会原因": REASONS, "拟建形式": FORMS}

STAFF_SOURCES = {"tax": "税务", "hr": "人社", "commerce": "工商", "union": "工会"}
RECOMMENDED_FORMS = {"own": "单独", "joint": "联合"}
ERASED = "已删除"


def position(header: str) -> int:
    """Index of the column with ``header``."""
    return [column.header for column in LEDGER].index(header)
