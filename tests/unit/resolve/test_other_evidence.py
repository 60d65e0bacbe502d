"""What decides where neither code nor name does: the other name, a shared code, the door."""

import pytest
from tests.unit.resolve.frames import Row, day, org, reg_no, uscc
from tests.unit.resolve.test_links import Spell, always, by_number, e, firm, hr, linked, outcome

from jianhui.core.check_digits import uscc_check
from jianhui.resolve.identity import enterprise_id
from jianhui.resolve.shared_codes import CONFIDENCE

WORKS, TRADE = "大连瀚泽精密机械有限公司", "大连琼岛海产贸易有限公司"
HERE, THERE = "大连市甘井子区华北路118号", "大连市西岗区北京街27号"


def union(name: str, host: str, kind: str = "单独", **cells: object) -> Row:
    return {"key": "G1", "union_no": "G1", "name": name, "kind": kind, "host_name": host, **cells}


def tax(taxpayer: str, name: str, office: str = "12102110000") -> Row:
    key = f"{taxpayer}|{office}|201401|"
    return {"key": key, "tax_id": taxpayer, "tax_office": office, "period": "201401", "name": name}


def said(record: Spell) -> tuple[object, ...]:
    return record[3:]


# ── the other name of a record's unit ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("union_name", "host", "expected"),
    [
        (f"{WORKS}工会委员会", "大连瀚海某某集团有限公司", (e(1), "scored")),
        (f"{WORKS}工会委员会", f"{WORKS}分厂", (e(1), "scored")),
        (f"{WORKS}工会委员会", TRADE, (e(2), "name")),
        (f"{TRADE}工会委员会", WORKS, (e(1), "name")),
        (f"{WORKS}金州分公司工会", WORKS, (e(3), "scored")),
        (f"{WORKS}旅顺分公司工会", WORKS, (e(1), "name")),
        ("大连无人知晓有限公司工会", "大连瀚海某某集团有限公司", (None, "no_match")),
    ],
)
def test_a_unions_own_name_speaks_where_its_host_is_unknown_or_the_parent(
    union_name: str, host: str, expected: tuple[object, ...]
) -> None:
    held = [firm(1, WORKS), firm(2, TRADE), firm(3, f"{WORKS}金州分公司")]
    (record,) = outcome(linked(held, union_organisations=[union(union_name, host)]))
    assert said(record) == expected


def test_the_name_of_a_joint_union_is_that_of_no_unit() -> None:
    joint = union(f"{WORKS}联合工会", "大连瀚海某某集团有限公司", kind="联合")
    assert outcome(linked([firm(1, WORKS)], union_organisations=[joint])) == [always("G1", None, "no_match")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{WORKS}分店", (e(1), "scored")),
        (f"{WORKS}第三分公司", (None, "no_match")),
        (f"{WORKS}旅顺分公司", (None, "no_match")),
    ],
)
def test_on_a_list_of_enterprises_an_unnamed_branch_is_the_whole(
    name: str, expected: tuple[object, ...]
) -> None:
    listed = {"key": "L|1", "list_name": "L", "name": name, "frozen_on": "2014-01-01"}
    (record,) = outcome(linked([firm(1, WORKS)], base_list=[listed]))
    assert said(record) == expected
    assert outcome(linked([firm(1, WORKS)], hr=[hr(name=name)])) == [always("U1", None, "no_match")]


def test_the_credit_code_of_a_union_says_nothing_of_the_firm() -> None:
    body = f"81210200{org(7)}"
    of_union = body + uscc_check(body)
    record = union(f"{WORKS}工会", WORKS, host_code=of_union)
    assert outcome(linked([firm(1, WORKS)], union_organisations=[record])) == [always("G1", e(1), "name")]


def test_an_organisation_code_may_begin_like_the_credit_code_of_a_union() -> None:
    code = org(81_000_123)
    assert code.startswith("81")
    held = [firm(81_000_123, WORKS)]
    assert outcome(linked(held, hr=[hr(name="别名", org_code=code)])) == [
        always("U1", e(81_000_123), "org_code")
    ]


# ── codes the registry does not hold ─────────────────────────────────────────────────────────────

OLD = "大连早已改名某某有限公司"
FIRM = enterprise_id(reg_no(1))


def test_a_code_whose_other_record_says_the_name_links_one_under_another() -> None:
    taxpayer = f"210211{org(5)}"
    held = [by_number(reg_no(1), WORKS)]
    links = linked(held, hr=[hr(name=WORKS, org_code=org(5))], tax=[tax(taxpayer, OLD)])
    found = {record[0]: said(record) for record in outcome(links)}
    assert found == {"U1": (FIRM, "name"), f"{taxpayer}|12102110000|201401|": (FIRM, "scored")}
    assert CONFIDENCE in links.links.get_column("link_confidence").to_list()
    alone = linked(held, tax=[tax(taxpayer, OLD)])
    assert [said(record) for record in outcome(alone)] == [(None, "no_match")]


def test_what_another_name_or_a_shared_code_links_ends_when_the_registry_takes_the_firm_back() -> None:
    taxpayer = f"210211{org(5)}"
    held = [by_number(reg_no(1), WORKS, until="2014-05-01")]
    records = {"hr": [hr(name=WORKS, org_code=org(5))], "tax": [tax(taxpayer, OLD)]}
    unions = [union(f"{WORKS}工会", "大连瀚海某某集团有限公司")]
    links = linked(held, union_organisations=unions, **records)
    ends = dict(links.links.select("record_key", "valid_to").iter_rows())
    assert ends == dict.fromkeys(("U1", "G1", f"{taxpayer}|12102110000|201401|"), day("2014-05-01"))


def test_a_code_that_other_records_link_to_two_enterprises_tells_nothing() -> None:
    held = [by_number(reg_no(1), WORKS), by_number(reg_no(2), TRADE)]
    insured = [hr("U1", name=WORKS, org_code=org(5)), hr("U2", name=TRADE, org_code=org(5))]
    links = linked(held, hr=insured, tax=[tax(f"210211{org(5)}", OLD)])
    assert (None, "no_match") in [said(record) for record in outcome(links)]


@pytest.mark.parametrize("name", [f"{WORKS}旅顺分公司", f"{WORKS}第二分店"])
def test_a_shared_code_makes_no_branch_its_parent(name: str) -> None:
    links = linked(
        [by_number(reg_no(1), WORKS)],
        hr=[hr(name=WORKS, org_code=org(5))],
        tax=[tax(f"210211{org(5)}", name)],
    )
    assert (None, "no_match") in [said(record) for record in outcome(links)]


def test_a_shared_code_yields_to_a_valid_one_that_differs() -> None:
    insured = [hr("U1", name=WORKS, org_code=org(5)), hr("U2", name=OLD, org_code=org(5), uscc=uscc(9))]
    by_code = linked([by_number(reg_no(1), WORKS)], hr=insured)
    assert said(outcome(by_code)[1]) == (FIRM, "scored"), "the firm has no credit code to differ from"
    both = [{**by_number(reg_no(1), WORKS), "key": uscc(1), "uscc": uscc(1)}]
    assert said(outcome(linked(both, hr=insured))[1]) == (None, "no_match")


# ── a branch and its parent at one door ──────────────────────────────────────────────────────────

BRANCH = f"{WORKS}旅顺分公司"


def test_a_parent_the_registry_lacks_is_its_branch_at_the_branchs_door() -> None:
    held = [firm(1, BRANCH, address=HERE)]
    assert outcome(linked(held, hr=[hr(name=WORKS, address=HERE)])) == [always("U1", e(1), "scored")]
    for elsewhere in (THERE, "大连市甘井子区华北路", "大连市甘井子区", None):
        assert outcome(linked(held, hr=[hr(name=WORKS, address=elsewhere)])) == [
            always("U1", None, "no_match")
        ]


def test_a_word_for_a_branch_behind_the_whole_at_its_own_door_says_no_other_unit() -> None:
    held = [firm(1, WORKS, address=HERE)]
    for word in ("分公司", "营业部", "大连办事处"):
        assert outcome(linked(held, hr=[hr(name=WORKS + word, address=HERE)])) == [
            always("U1", e(1), "scored")
        ]
        assert outcome(linked(held, hr=[hr(name=WORKS + word, address=THERE)])) == [
            always("U1", None, "no_match")
        ]
    assert outcome(linked(held, hr=[hr(name=f"{WORKS}第三分公司", address=HERE)])) == [
        always("U1", None, "no_match")
    ]


def test_where_codes_exclude_the_parent_its_branch_at_the_door_is_meant() -> None:
    held = [firm(1, WORKS, address=THERE), by_number(reg_no(2), BRANCH, address=HERE)]
    excluded = [hr(name=WORKS, org_code=org(5), address=HERE)]
    assert outcome(linked(held, hr=excluded)) == [always("U1", enterprise_id(reg_no(2)), "scored")]
    away = [hr(name=WORKS, org_code=org(5), address="大连市西岗区长春路5号")]
    assert outcome(linked(held, hr=away)) == [always("U1", None, "code_conflict")]
