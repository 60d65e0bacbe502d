"""Words of the answers to a list, Chinese first."""

from collections.abc import Mapping

from jianhui.publish.explain_words import Words

MATCHES: Mapping[str, Words] = {
    "sure": ("确认", "sure"),
    "likely": ("可能是", "likely"),
    "several": ("待核：有相近企业", "to be looked at: candidates"),
    "none": ("查无此企业", "no such enterprise"),
    "unreadable": ("无法辨认", "unreadable row"),
}

UNION_STATUSES: Mapping[str, Words] = {
    "has_union": ("已建会", "has a union"),
    "no_union": ("未建会", "no union"),
    "unknown": ("不能回答", "cannot be said"),
}

LIKELY_ONLY = "likely_only"
CODE_UNREAD = "code_unread"
ENDED = "ended"
OUT_OF_SCOPE = "out_of_scope"
UNCOVERED_BY_CLAIM = "uncovered_by_claim"
UNCOVERED_PAYS_FEE = "uncovered_pays_fee"
COVERED_PAYS_PREPARATORY_FEE = "covered_pays_preparatory_fee"
DUPLICATE = "duplicate"

REMARKS: Mapping[str, Words] = {
    LIKELY_ONLY: ("凭相近名称、地址或曾用名对应", "recognised by a like name, address or a former name"),
    CODE_UNREAD: ("名单所填代码无效", "the code on the list is not valid"),
    ENDED: ("工商登记已终止或不在营", "ended or not active in the registry"),
    OUT_OF_SCOPE: ("分支机构或其他单位，不在企业建会率统计范围", "a branch or other unit outside the rate"),
    UNCOVERED_BY_CLAIM: ("排查称已建会，登记中没有", "a finding claims a union the register lacks"),
    UNCOVERED_PAYS_FEE: ("缴纳工会经费而登记中没有工会", "pays union dues, yet the register has no union"),
    COVERED_PAYS_PREPARATORY_FEE: ("有工会而仍缴建会筹备金", "has a union, yet pays the preparatory fee"),
    DUPLICATE: ("与名单前面一行是同一企业", "the same enterprise as an earlier row"),
}
"""What else is to be said of an answer; all but :data:`NOTES` mark it for a person to look at."""

NOTES = (OUT_OF_SCOPE, DUPLICATE)
"""Remarks that explain an answer and cast no doubt on it."""
