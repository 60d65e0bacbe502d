"""Which enterprise a record belongs to, by which evidence, and when to neither."""

import json
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.resolve.frames import UNHURRIED, Row, day, identities, org, reg_no, uscc, versions

from jianhui.core.check_digits import uscc_check
from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.resolve.enterprises import merge_versions
from jianhui.resolve.identity import enterprise_id
from jianhui.resolve.links import Links, link

A, B = "大连甲甲机械有限公司", "大连乙乙食品有限公司"
REG_13 = "2102002112345"

Spell = tuple[object, ...]


def firm(n: int, name: str, **cells: object) -> Row:
    """A commerce row with the credit code of ``n``."""
    return {"key": uscc(n), "uscc": uscc(n), "name": name, **cells}


def by_number(number: str, name: str, **cells: object) -> Row:
    """A commerce row with a registration number alone."""
    return {"key": number, "reg_no": number, "name": name, **cells}


def e(n: int) -> str:
    """The enterprise id of ``firm(n)``."""
    return enterprise_id(uscc(n))


def linked(commerce: list[Row], **feeds: list[Row]) -> Links:
    firms = versions("commerce", commerce)
    ids = identities(firms)
    records = {feed: versions(feed, rows) for feed, rows in feeds.items()}
    return link(records, merge_versions(firms, ids), ids.superseded)


def outcome(links: Links) -> list[Spell]:
    """All spells: record key, from, to, then enterprise and basis, or null and reason."""
    columns = ["record_key", "valid_from", "valid_to"]
    found = links.links.select(*columns, "enterprise_id", said="link_basis")
    missed = links.unmatched.select(*columns, enterprise_id=pl.lit(None, pl.String), said="reason")
    return pl.concat([found, missed]).sort("record_key", "valid_from").rows()


def always(key: str, enterprise: str | None, said: str) -> Spell:
    return (key, BEGINNING, OPEN_END, enterprise, said)


def hr(key: str = "U1", **cells: object) -> Row:
    return {"key": key, "unit_no": key, **cells}


def test_a_parents_name_where_only_a_branch_of_it_is_decides_nothing() -> None:
    branch = f"{A}第三分公司"
    held = [
        firm(1, A, address="大连市甘井子区华北路1号"),
        firm(2, branch, address="沈阳市和平区中山路2号"),
    ]
    there = linked(held, hr=[hr(name=A, address="沈阳市和平区")])
    assert outcome(there) == [always("U1", None, "parent_named")]
    named = json.loads(there.unmatched.get_column("candidates").item())
    assert [one["enterprise_id"] for one in named] == [e(1), e(2)]
    for elsewhere in ("大连市甘井子区华北路", "大连市西岗区", "辽宁省", "鞍山市", None):
        assert outcome(linked(held, hr=[hr(name=A, address=elsewhere)])) == [always("U1", e(1), "name")]
    assert outcome(linked(held, hr=[hr(name=A, uscc=uscc(1), address="沈阳市和平区")])) == [
        always("U1", e(1), "uscc")
    ]


# ── the tiers, in order ──────────────────────────────────────────────────────────────────────────


def test_a_valid_credit_code_finds_its_enterprise_whatever_the_name() -> None:
    links = linked([firm(1, A)], hr=[hr(uscc=uscc(1), name="改过的名字")])
    assert outcome(links) == [always("U1", e(1), "uscc")]
    assert links.links.get_column("link_confidence").to_list() == [1.0]


def test_an_organisation_code_of_its_own_column_finds_the_code_inside_the_credit_code() -> None:
    body = org(1)
    links = linked([firm(1, A)], hr=[hr(org_code=f"{body[:8]}-{body[8]}", name="别名")])
    assert outcome(links) == [always("U1", e(1), "org_code")]


def test_a_credit_code_that_finds_nobody_still_gives_its_organisation_code() -> None:
    moved = uscc(1)
    other_division = "91210211" + moved[8:17]
    links = linked([firm(1, A)], hr=[hr(uscc=other_division + uscc_check(other_division), name="别名")])
    assert outcome(links) == [always("U1", e(1), "org_code")]


def test_a_fifteen_digit_tax_id_gives_its_last_nine() -> None:
    tax = {"key": "T|1|201401|", "tax_id": f"210202{org(1)}", "tax_office": "1", "period": "201401"}
    links = linked([firm(1, A)], tax=[{**tax, "name": "别名"}])
    assert outcome(links) == [always("T|1|201401|", e(1), "org_code")]


def test_a_tax_id_is_never_read_as_a_registration_number() -> None:
    tax = {"key": "T", "tax_id": reg_no(1), "tax_office": "1", "name": "别名"}
    assert outcome(linked([by_number(reg_no(1), A)], tax=[tax])) == [always("T", None, "no_match")]


def test_a_unit_code_may_be_any_of_the_three_codes() -> None:
    commerce = [firm(1, A), by_number(reg_no(2), B), by_number(REG_13, "大连丙有限公司")]
    codes = {"1": uscc(1), "2": f"{org(1)[:8]}-{org(1)[8]}", "3": reg_no(2), "4": REG_13}
    lines = [
        {"key": f"G|{n}", "union_no": "G", "unit_name": f"某{n}", "unit_code": code}
        for n, code in codes.items()
    ]
    assert outcome(linked(commerce, union_coverage=lines)) == [
        always("G|1", e(1), "uscc"),
        always("G|2", e(1), "org_code"),
        always("G|3", enterprise_id(reg_no(2)), "reg_no"),
        always("G|4", enterprise_id(REG_13), "reg_no"),
    ]


def test_the_code_of_a_local_unit_is_not_that_of_its_parent() -> None:
    links = linked([firm(1, A)], hr=[hr(org_code=org(1)[:8] + "B", name="别名")])
    assert outcome(links) == [always("U1", None, "no_match")]


def test_a_name_borne_by_one_enterprise_finds_it() -> None:
    links = linked([firm(1, "大连（甲）有限公司")], hr=[hr(name="大连(甲) 有限公司")])
    assert outcome(links) == [always("U1", e(1), "name")]
    assert 0 < links.links.get_column("link_confidence")[0] < 1


def test_an_invalid_code_is_no_code() -> None:
    wrong = uscc(2)[:-1] + ("0" if uscc(2)[-1] != "0" else "1")
    assert outcome(linked([firm(1, A)], hr=[hr(uscc=wrong, name=A)])) == [always("U1", e(1), "name")]


def test_an_enterprise_id_of_our_own_list_decides_alone() -> None:
    row = {"key": "K", "name": B, "uscc": uscc(2), "enterprise_id": e(1), "inspected_on": "2014-03-01"}
    assert outcome(linked([firm(1, A), firm(2, B)], verifications=[row])) == [always("K", e(1), "reviewed")]


def test_an_enterprise_id_we_never_gave_says_nothing() -> None:
    row = {"key": "K", "name": A, "enterprise_id": "EAAAAAAAAAAAA", "list_name": "2014"}
    assert outcome(linked([firm(1, A)], base_list=[row])) == [always("K", e(1), "name")]


def test_a_superseded_enterprise_id_leads_to_its_successor() -> None:
    commerce = [by_number(reg_no(1), A, seq=1), firm(1, B, reg_no=reg_no(1), seq=2)]
    row = {"key": "K", "name": "别名", "enterprise_id": enterprise_id(uscc(1)), "list_name": "2014"}
    assert outcome(linked(commerce, base_list=[row])) == [always("K", enterprise_id(reg_no(1)), "reviewed")]


# ── uniqueness and conflict ──────────────────────────────────────────────────────────────────────


def test_a_name_borne_by_two_enterprises_finds_neither() -> None:
    links = linked([firm(1, A), firm(2, A, status="注销", ended_on="2010-01-01")], hr=[hr(name=A)])
    assert outcome(links) == [always("U1", None, "ambiguous_name")]
    candidates = json.loads(links.unmatched.get_column("candidates")[0])
    assert {c["enterprise_id"] for c in candidates} == {e(1), e(2)}
    assert all(c["name"] == A and c["why"] == "名称相同" for c in candidates)


def test_uniqueness_counts_enterprises_not_records() -> None:
    commerce = [
        by_number(reg_no(1), A, established_on="2001-01-01"),
        firm(1, A, reg_no=reg_no(1), established_on="2001-01-01"),
    ]
    assert [row[3:] for row in outcome(linked(commerce, hr=[hr(name=A)]))] == [
        (enterprise_id(reg_no(1)), "name")
    ]


def test_a_code_borne_by_two_enterprises_is_ambiguous() -> None:
    commerce = [
        firm(1, A, reg_no=reg_no(7)),
        firm(2, B, reg_no=reg_no(7)),
    ]
    line = {"key": "G|x", "union_no": "G", "unit_name": "别名", "unit_code": reg_no(7)}
    assert outcome(linked(commerce, union_coverage=[line])) == [always("G|x", None, "ambiguous_code")]


def test_an_ambiguous_code_leaves_the_name_to_decide() -> None:
    commerce = [firm(1, A, reg_no=reg_no(7)), firm(2, B, reg_no=reg_no(7))]
    line = {"key": "G|x", "union_no": "G", "unit_name": B, "unit_code": reg_no(7)}
    assert outcome(linked(commerce, union_coverage=[line])) == [always("G|x", e(2), "name")]


def test_a_code_and_a_name_of_two_enterprises_attach_to_neither() -> None:
    links = linked([firm(1, A), firm(2, B)], hr=[hr(uscc=uscc(1), name=B)])
    assert outcome(links) == [always("U1", None, "code_name_conflict")]
    candidates = json.loads(links.unmatched.get_column("candidates")[0])
    assert [(c["enterprise_id"], c["why"]) for c in candidates][:1] == [(e(1), "统一社会信用代码相同")]
    assert e(2) in {c["enterprise_id"] for c in candidates}


def test_a_name_borne_by_two_is_no_conflict_with_a_code() -> None:
    links = linked([firm(1, A), firm(2, B), firm(3, B)], hr=[hr(uscc=uscc(1), name=B)])
    assert outcome(links) == [always("U1", e(1), "uscc")]


def test_a_code_that_finds_nobody_is_no_evidence_against_the_name() -> None:
    line = {"key": "G|x", "union_no": "G", "unit_name": A, "unit_code": reg_no(9)}
    assert outcome(linked([firm(1, A)], union_coverage=[line])) == [always("G|x", e(1), "name")]


def test_two_valid_codes_of_one_scheme_that_differ_speak_against_the_name() -> None:
    commerce = [firm(1, A, reg_no=reg_no(1))]
    for code in (uscc(9), org(9), reg_no(9)):
        line = {"key": "G|x", "union_no": "G", "unit_name": A, "unit_code": code}
        links = linked(commerce, union_coverage=[line])
        assert outcome(links) == [always("G|x", None, "code_conflict")], code
        candidates = json.loads(links.unmatched.get_column("candidates")[0])
        assert [c["enterprise_id"] for c in candidates] == [e(1)]


def test_a_code_that_agrees_does_not_make_up_for_one_that_differs() -> None:
    twin = "91210211" + org(1)
    commerce = [firm(1, A), {"key": twin, "uscc": twin + uscc_check(twin), "name": B}]
    links = linked(commerce, hr=[hr(org_code=org(1), uscc=uscc(9), name=A)])
    assert outcome(links) == [always("U1", None, "code_conflict")]


def test_numbers_of_thirteen_and_fifteen_digits_cannot_be_compared() -> None:
    line = {"key": "G|x", "union_no": "G", "unit_name": A, "unit_code": REG_13}
    assert outcome(linked([firm(1, A, reg_no=reg_no(1))], union_coverage=[line])) == [
        always("G|x", e(1), "name")
    ]


# ── unions and their hosts ───────────────────────────────────────────────────────────────────────


def union(key: str, **cells: object) -> Row:
    return {
        "key": key,
        "union_no": key,
        "kind": "单独",
        "status": "正常",
        "founded_on": "2005-01-01",
        **cells,
    }


def test_a_union_without_host_is_looked_up_by_its_own_name_less_the_union_words() -> None:
    links = linked([firm(1, A)], union_organisations=[union("G", name=f"{A}工会委员会")])
    assert outcome(links) == [always("G", e(1), "name")]


def test_the_own_name_of_a_union_with_a_host_is_no_tier_and_speaks_after_all_of_them() -> None:
    rows = [union("G", name=f"{A}工会委员会", host_name="别名"), union("H", name=f"{A}工会", host_code="123")]
    links = linked([firm(1, A), firm(2, B)], union_organisations=rows)
    assert outcome(links) == [always("G", e(1), "scored"), always("H", e(1), "scored")]
    elsewhere = linked([firm(1, A), firm(2, B)], union_organisations=[{**rows[0], "host_name": B}])
    assert outcome(elsewhere) == [always("G", e(2), "name")]


def test_a_joint_union_without_host_whose_name_finds_nobody_is_not_unmatched() -> None:
    rows = [
        union("G", kind="联合", name="某某街道联合工会"),
        union("H", kind="联合", name=f"{A}联合工会"),
        union("I", kind="联合", name="某某联合工会", host_name="别名"),
        union("J", kind="单独", name="某某工会"),
    ]
    assert outcome(linked([firm(1, A)], union_organisations=rows)) == [
        always("H", e(1), "name"),
        always("I", None, "no_match"),
        always("J", None, "no_match"),
    ]


def test_federations_and_general_unions_have_no_host() -> None:
    kinds = ("区域性联合会", "行业性联合会", "乡镇街道总工会", "区市县总工会", "产业工会")
    rows = [union(kind, kind=kind, name=A, host_name=A) for kind in kinds]
    assert outcome(linked([firm(1, A)], union_organisations=rows)) == []


# ── over time ────────────────────────────────────────────────────────────────────────────────────


def test_when_the_enterprise_is_renamed_its_former_name_still_finds_it_with_less_confidence() -> None:
    commerce = [firm(1, A), firm(1, B, start="2014-03-01", seq=2)]
    links = linked(commerce, hr=[hr(name=A)])
    assert outcome(links) == [
        ("U1", BEGINNING, day("2014-03-01"), e(1), "name"),
        ("U1", day("2014-03-01"), OPEN_END, e(1), "name"),
    ]
    today, former = links.links.get_column("link_confidence").to_list()
    assert former < today < 1


def test_a_former_name_that_another_enterprise_bears_today_means_that_one() -> None:
    commerce = [firm(1, A), firm(1, B, start="2014-03-01", seq=2), firm(2, A, start="2014-06-01", seq=3)]
    assert outcome(linked(commerce, hr=[hr(name=A)]))[-1][3] != e(1)


def test_a_former_name_in_the_registrys_own_list_finds_its_enterprise() -> None:
    for told in (f"{B}；大连旧名厂", f"大连旧名厂 {B}", f"{B}　大连旧名厂"):
        links = linked([firm(1, A, former_names=told)], hr=[hr(name="大连旧名厂")])
        assert outcome(links) == [always("U1", e(1), "name")]
    links = linked([firm(1, A, former_names="大连 旧名厂")], hr=[hr(name="大连旧名厂")])
    assert outcome(links) == [always("U1", e(1), "name")], "a blank inside a name parts nothing"


def test_when_the_record_is_renamed_it_is_linked_from_that_day() -> None:
    rows = [hr(name=B), hr(name=A, start="2014-02-10", seq=2)]
    assert outcome(linked([firm(1, A)], hr=rows)) == [
        ("U1", BEGINNING, day("2014-02-10"), None, "no_match"),
        ("U1", day("2014-02-10"), OPEN_END, e(1), "name"),
    ]


def test_when_both_are_renamed_the_link_holds_throughout() -> None:
    commerce = [firm(1, A), firm(1, B, start="2014-03-01", seq=2)]
    rows = [hr(name=A), hr(name=B, start="2014-04-01", seq=3)]
    assert outcome(linked(commerce, hr=rows)) == [
        ("U1", BEGINNING, day("2014-03-01"), e(1), "name"),
        ("U1", day("2014-03-01"), day("2014-04-01"), e(1), "name"),
        ("U1", day("2014-04-01"), OPEN_END, e(1), "name"),
    ]


def test_versions_that_say_the_same_give_one_spell() -> None:
    rows = [hr(uscc=uscc(1), name=A), hr(uscc=uscc(1), name=B, start="2014-02-10", seq=2)]
    assert outcome(linked([firm(1, A)], hr=rows)) == [always("U1", e(1), "uscc")]


def test_a_name_becomes_ambiguous_on_the_day_a_second_enterprise_takes_it() -> None:
    commerce = [firm(1, A), firm(2, B), firm(2, A, start="2014-03-01", seq=2)]
    assert outcome(linked(commerce, hr=[hr(name=A)])) == [
        ("U1", BEGINNING, day("2014-03-01"), e(1), "name"),
        ("U1", day("2014-03-01"), OPEN_END, None, "ambiguous_name"),
    ]


def test_a_code_conflict_begins_on_the_day_the_enterprise_gets_its_code() -> None:
    number = reg_no(1)
    commerce = [
        by_number(number, A, on="2014-01-31", absent=True),
        firm(1, A, reg_no=number, on="2014-03-31", seq=3),
    ]
    links = linked(commerce, hr=[hr(uscc=uscc(9), name=A)])
    assert outcome(links) == [
        ("U1", BEGINNING, day("2014-03-31"), enterprise_id(number), "name"),
        ("U1", day("2014-03-31"), OPEN_END, None, "code_conflict"),
    ]


def test_a_deleted_enterprise_is_found_until_its_last_day() -> None:
    assert outcome(linked([firm(1, A, until="2014-05-01")], hr=[hr(uscc=uscc(1), name=A)])) == [
        ("U1", BEGINNING, day("2014-05-01"), e(1), "uscc"),
        ("U1", day("2014-05-01"), OPEN_END, None, "no_match"),
    ]


def test_a_record_that_ended_has_no_link_after_it() -> None:
    line = {"key": "G|x", "union_no": "G", "unit_name": A, "until": "2014-04-30"}
    assert outcome(linked([firm(1, A)], union_coverage=[line])) == [
        ("G|x", BEGINNING, day("2014-04-30"), e(1), "name")
    ]


# ── candidates, further tiers, missing feeds ─────────────────────────────────────────────────────


def test_a_record_of_a_similar_name_is_shown_the_nearest_three() -> None:
    commerce = [firm(n, f"大连海鑫源{n}贸易有限公司") for n in range(1, 6)] + [
        firm(9, "大连长兴建筑有限公司")
    ]
    links = linked(commerce, hr=[hr(name="大连市海鑫源贸易公司")])
    candidates = json.loads(links.unmatched.get_column("candidates")[0])
    assert len(candidates) == 3
    assert all("海鑫源" in c["name"] and "可能性" in c["why"] for c in candidates)


def test_a_record_like_nothing_has_no_candidates() -> None:
    links = linked([firm(1, A)], hr=[hr(name="完全不同")])
    assert links.unmatched.get_column("candidates").to_list() == ["[]"]


def test_feeds_never_received_have_no_links_and_no_unmatched_records() -> None:
    firms = versions("commerce", [firm(1, A)])
    ids = identities(firms)
    enterprises = merge_versions(firms, ids)
    for records in ({}, {"hr": versions("hr", []), "tax": versions("tax", [])}):
        links = link(records, enterprises, ids.superseded)
        assert links.links.is_empty()
        assert links.unmatched.is_empty()


@UNHURRIED
@given(st.permutations(range(6)), st.permutations(range(5)))
def test_the_order_of_rows_changes_nothing(firm_order: list[int], hr_order: list[int]) -> None:
    firms = versions(
        "commerce",
        [
            firm(1, A),
            firm(1, B, start="2014-03-01", seq=2),
            firm(2, B),
            firm(3, "大连丙丙丙有限公司"),
            by_number(reg_no(4), A),
            by_number(reg_no(5), "大连丙丙丁有限公司"),
        ],
    )
    units = versions(
        "hr",
        [
            hr("U1", name=A),
            hr("U1", name=B, start="2014-02-01", seq=2),
            hr("U2", name=B, uscc=uscc(1)),
            hr("U3", name="丙丙丙丙"),
            hr("U4", name=A, org_code=org(3)),
        ],
    )
    ids = identities(firms)

    def run(commerce: pl.DataFrame, records: pl.DataFrame) -> Links:
        return link({"hr": records}, merge_versions(commerce, ids), ids.superseded)

    straight, shuffled = run(firms, units), run(firms[firm_order], units[hr_order])
    assert shuffled.links.equals(straight.links)
    assert shuffled.unmatched.equals(straight.unmatched)


@UNHURRIED
@given(
    st.lists(
        st.tuples(
            st.sampled_from([A, B, "大连丙有限公司"]), st.sampled_from([None, 1, 2, 9]), st.integers(1, 60)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_every_day_of_a_record_is_linked_or_unmatched_and_never_both(
    said: list[tuple[str, int | None, int]],
) -> None:
    days = sorted({offset for _, _, offset in said})
    rows = [
        hr(
            name=name,
            **({"uscc": uscc(n)} if n else {}),
            **({"start": f"2014-{1 + d // 28:02d}-{1 + d % 28:02d}"} if i else {}),
        )
        for i, (d, (name, n, _)) in enumerate(zip(days, said, strict=False))
    ]
    commerce = [
        firm(1, A),
        firm(1, B, start="2014-01-20", seq=2),
        firm(2, B),
        firm(2, A, start="2014-02-10", seq=2),
    ]
    spells = outcome(linked(commerce, hr=rows))
    assert spells[0][1] == BEGINNING
    assert spells[-1][2] == OPEN_END
    assert all(before[2] == after[1] for before, after in pairwise(spells))
