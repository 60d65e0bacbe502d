"""What people judged holds against every tier, until it is withdrawn."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from tests.unit.resolve.frames import Row, identities, reg_no, uscc, versions
from tests.unit.resolve.test_links import A, B, always, e, firm, hr, outcome

from jianhui.log.ledger import LedgerLine
from jianhui.resolve.enterprises import merge_versions
from jianhui.resolve.identity import enterprise_id
from jianhui.resolve.judgements import (
    STREAM,
    Judgement,
    judge_candidates,
    judged_line,
    read_judgements,
    standing_bonds,
    standing_links,
    unit_of,
    withdrawn_line,
)
from jianhui.resolve.judging import judgeable, refusal
from jianhui.resolve.links import Links, link

C = "大连丙丙运输有限公司"
JUDGE = "P:0123456789ABCDEF01234567"


def said(
    verdict: str, enterprise: str | None = None, key: str = "U1", feed: str = "hr", **more: Any
) -> dict[str, Any]:
    """The payload of a line with one judgement."""
    told: dict[str, Any] = {"feed": feed, "record_key": key, "verdict": verdict, "enterprise_id": enterprise}
    return judged_line([Judgement(by=JUDGE, **{**told, **more})])


def log(*payloads: dict[str, Any]) -> tuple[Judgement, ...]:
    """The judgements of a log whose lines, numbered from 1, hold ``payloads``."""
    lines = [
        LedgerLine(n, "", "", "decision", STREAM, datetime(2014, 1, n, tzinfo=UTC), None, None, payload)
        for n, payload in enumerate(payloads, start=1)
    ]
    return read_judgements(lines)


def judged(commerce: list[Row], *payloads: dict[str, Any], **feeds: list[Row]) -> Links:
    """The links of a few records under judgements."""
    firms = versions("commerce", commerce)
    ids = identities(firms)
    records = {feed: versions(feed, rows) for feed, rows in feeds.items()}
    alive = ids.records.get_column("enterprise_id")
    standing = standing_links(log(*payloads), alive, ids.superseded)
    return link(records, merge_versions(firms, ids), ids.superseded, standing=standing)


# ── links ────────────────────────────────────────────────────────────────────────────────────────


def test_same_links_a_record_no_tier_links_on_all_its_days() -> None:
    rows = [hr(name="谁也不是", start="2014-01-01", until="2014-03-01")]
    links = judged([firm(1, A)], said("same", e(1)), hr=rows)
    assert [spell[3:] for spell in outcome(links)] == [(e(1), "reviewed")]
    assert links.links.get_column("link_confidence").to_list() == [1.0]
    assert links.links.get_column("valid_to").cast(pl.String).to_list() == ["2014-03-01"]


def test_same_holds_against_a_code_that_says_otherwise() -> None:
    links = judged([firm(1, A), firm(2, B)], said("same", e(2)), hr=[hr(uscc=uscc(1), name=A)])
    assert outcome(links) == [always("U1", e(2), "reviewed")]


def test_different_leaves_the_record_unmatched_whichever_tier_had_linked_it() -> None:
    links = judged([firm(1, A), firm(2, B)], said("different", e(1)), hr=[hr(uscc=uscc(1), name=A)])
    assert outcome(links) == [always("U1", None, "judged_different")]


def test_different_from_one_does_not_touch_the_link_to_another() -> None:
    links = judged([firm(1, A), firm(2, B)], said("different", e(2)), hr=[hr(uscc=uscc(1), name=A)])
    assert outcome(links) == [always("U1", e(1), "uscc")]


def test_none_leaves_the_record_unmatched() -> None:
    links = judged([firm(1, A)], said("none"), hr=[hr(uscc=uscc(1), name=A)])
    assert outcome(links) == [always("U1", None, "judged_none")]


def test_who_was_ruled_out_is_no_candidate_any_more() -> None:
    commerce = [firm(1, "大连鑫海船舶配件有限公司"), firm(2, "大连鑫海船舶工程有限公司")]
    rows = [hr(name="大连鑫海船舶服务有限公司")]
    before = json.loads(judged(commerce, hr=rows).unmatched.item(0, "candidates"))
    after = json.loads(judged(commerce, said("different", e(1)), hr=rows).unmatched.item(0, "candidates"))
    assert {one["enterprise_id"] for one in before} == {e(1), e(2)}
    assert {one["enterprise_id"] for one in after} == {e(2)}


def test_a_withdrawn_judgement_is_as_if_it_had_not_been() -> None:
    rows = [hr(uscc=uscc(1), name=A)]
    links = judged([firm(1, A)], said("none"), withdrawn_line("J1-1", "弄错了", JUDGE), hr=rows)
    assert outcome(links) == [always("U1", e(1), "uscc")]


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        ((said("same", e(1)), said("different", e(1))), "judged_different"),
        ((said("different", e(1)), said("same", e(1))), "reviewed"),
        ((said("same", e(1)), said("none")), "judged_none"),
        ((said("none"), said("same", e(1))), "reviewed"),
        ((said("same", e(1)), said("unsure", e(1))), "reviewed"),
        ((said("same", e(1)), said("none"), withdrawn_line("J2-1", "", JUDGE)), "reviewed"),
        ((said("none"), said("same", e(1)), said("different", e(1))), "judged_none"),
    ],
)
def test_of_several_the_later_counts(payloads: tuple[dict[str, Any], ...], expected: str) -> None:
    ((*_, basis_or_reason),) = outcome(judged([firm(1, A)], *payloads, hr=[hr(uscc=uscc(1), name=A)]))
    assert basis_or_reason == expected


def test_a_judgement_on_an_id_that_was_superseded_follows_it() -> None:
    old = {"key": reg_no(1), "reg_no": reg_no(1), "name": "旧名", "seq": 1}
    new = {"key": uscc(1), "uscc": uscc(1), "reg_no": reg_no(1), "name": A, "seq": 2}
    links = judged([old, new], said("same", enterprise_id(uscc(1))), hr=[hr(name="谁也不是")])
    assert outcome(links) == [always("U1", enterprise_id(reg_no(1)), "reviewed")]


def test_a_judgement_on_an_enterprise_the_registry_took_back_says_nothing() -> None:
    links = judged([firm(1, A)], said("same", e(9)), hr=[hr(uscc=uscc(1), name=A)])
    assert outcome(links) == [always("U1", e(1), "uscc")]


def test_a_judgement_on_a_taxpayer_holds_for_its_other_months() -> None:
    rows = [
        {"key": f"X1|01|{month}|", "tax_id": "X1", "tax_office": "01", "period": month, "name": "谁也不是"}
        for month in ("201401", "201402")
    ]
    links = judged([firm(1, A)], said("same", e(1), key="X1|01|201401|", feed="tax"), tax=rows)
    assert {row[3:] for row in outcome(links)} == {(e(1), "reviewed")}
    assert len(outcome(links)) == 2
    assert unit_of("hr", "a|b|c") == "a|b|c"


def test_the_decision_on_a_candidate_is_what_people_made_it() -> None:
    candidates = pl.DataFrame(
        {
            "feed": "hr",
            "record_key": ["U1", "U1", "U2"],
            "enterprise_id": [e(1), e(2), e(1)],
            "decision": "uncertain",
        }
    )
    standing = standing_links(
        log(said("same", e(1))), [e(1), e(2)], identities(versions("commerce", [])).superseded
    )
    assert judge_candidates(candidates, standing).get_column("decision").to_list() == [
        "linked",
        "rejected",
        "uncertain",
    ]


# ── commerce records ─────────────────────────────────────────────────────────────────────────────

OLD, NEW, OTHER = reg_no(1), uscc(1), uscc(2)


def pair(verdict: str, first: str, second: str) -> dict[str, Any]:
    return said(verdict, key=first, feed="commerce", other_key=second)


def enterprises(rows: list[Row], *payloads: dict[str, Any]) -> dict[str, str]:
    """Record key → enterprise id."""
    ids = identities(versions("commerce", rows), bonds=standing_bonds(log(*payloads)))
    return dict(ids.records.select("record_key", "enterprise_id").iter_rows())


def registered(key: str, name: str, **cells: Any) -> Row:
    return {"key": key, "name": name, "uscc" if len(key) == 18 else "reg_no": key, **cells}


def test_same_makes_one_enterprise_of_two_records_and_the_later_id_redirects() -> None:
    rows = [registered(OLD, A, seq=1), registered(NEW, B, seq=2)]
    ids = identities(versions("commerce", rows), bonds=standing_bonds(log(pair("same", NEW, OLD))))
    assert set(ids.records.get_column("enterprise_id")) == {enterprise_id(OLD)}
    assert ids.superseded.rows() == [(enterprise_id(NEW), enterprise_id(OLD), "reviewed")]
    assert dict(ids.records.select("record_key", "link_basis").iter_rows()) == {OLD: "reviewed", NEW: "uscc"}


def test_different_splits_what_the_codes_had_joined() -> None:
    rows = [registered(OLD, A, seq=1), registered(NEW, B, reg_no=OLD, seq=2)]
    assert len(set(enterprises(rows).values())) == 1
    apart = enterprises(rows, pair("different", OLD, NEW))
    assert apart == {OLD: enterprise_id(OLD), NEW: enterprise_id(NEW)}
    assert (
        len(set(enterprises(rows, pair("different", OLD, NEW), withdrawn_line("J1-1", "", JUDGE)).values()))
        == 1
    )


def test_same_takes_an_older_record_from_where_the_codes_had_put_it() -> None:
    rows = [registered(OLD, A), registered(NEW, A, reg_no=OLD), registered(OTHER, B)]
    found = enterprises(rows, pair("same", OLD, OTHER))
    assert found[OLD] == found[OTHER] != found[NEW]


def test_two_older_records_judged_one_follow_the_code_of_either() -> None:
    old_too = reg_no(2)
    rows = [registered(OLD, A), registered(old_too, C), registered(NEW, B, reg_no=OLD)]
    assert len(set(enterprises(rows, pair("same", OLD, old_too)).values())) == 1
    alone = enterprises(rows[:2], pair("same", OLD, old_too))
    assert len(set(alone.values())) == 1


def test_two_older_records_of_one_enterprise_judged_different_do_not_stay_together() -> None:
    old_too = reg_no(2)
    dated = {"established_on": "2001-05-01"}
    rows = [registered(OLD, A), registered(old_too, B, **dated), registered(NEW, B, reg_no=OLD, **dated)]
    assert len(set(enterprises(rows).values())) == 1
    found = enterprises(rows, pair("different", OLD, old_too))
    assert found[OLD] == found[NEW] != found[old_too]


def test_two_credit_codes_never_become_one_whatever_was_recorded() -> None:
    rows = [registered(OLD, A), registered(NEW, B), registered(OTHER, C)]
    found = enterprises(rows, pair("same", OLD, NEW), pair("same", OLD, OTHER))
    assert found[NEW] != found[OTHER]
    assert found[OLD] == found[OTHER], "of two that cannot both hold the later counts"


def test_the_versions_of_records_judged_one_are_one_line() -> None:
    rows = [registered(OLD, A, seq=1), registered(NEW, B, seq=2, on="2014-02-28")]
    records = versions("commerce", rows)
    ids = identities(records, bonds=standing_bonds(log(pair("same", NEW, OLD))))
    merged = merge_versions(records, ids)
    assert merged.get_column("name").to_list() == [A, B]
    assert merged.get_column("valid_to")[0] == merged.get_column("valid_from")[1]


# ── what may be recorded ─────────────────────────────────────────────────────────────────────────


def refused(payload: dict[str, Any], *before: dict[str, Any]) -> str | None:
    """The code with which the last of the judgements is refused."""
    commerce = [firm(1, A), firm(2, B), registered(OLD, C)]
    firms = versions("commerce", commerce)
    records = {
        "hr": versions("hr", [hr(name=A)]),
        "union_organisations": versions(
            "union_organisations",
            [{"key": "G", "union_no": "G", "name": "街道总工会", "kind": "乡镇街道总工会"}],
        ),
    }
    *earlier, new = log(*before, payload)
    error = refusal(new, earlier, judgeable(records, identities(firms)))
    return error.code if error else None


def test_what_is_not_there_is_not_judged() -> None:
    assert refused(said("same", e(1))) is None
    assert refused(said("same", e(1), key="U9")) == "unknown_record"
    assert refused(said("same", e(1), key="G", feed="union_organisations")) == "unknown_record"
    assert refused(said("different", e(9))) == "unknown_enterprise"
    assert refused(said("none")) is None
    assert refused(pair("same", OLD, uscc(7))) == "unknown_record"


def test_a_record_is_one_enterprise_only_until_somebody_says_otherwise() -> None:
    first = said("same", e(1))
    assert refused(said("same", e(2)), first) == "judged_same_elsewhere"
    assert refused(said("same", e(1)), first) is None
    assert refused(said("same", e(2)), first, withdrawn_line("J1-1", "", JUDGE)) is None
    assert refused(said("same", e(2)), first, said("different", e(1))) is None


def test_two_different_valid_credit_codes_are_never_judged_one() -> None:
    assert refused(pair("same", uscc(1), uscc(2))) == "two_usccs"
    assert refused(pair("different", uscc(1), uscc(2))) is None
    assert refused(pair("same", OLD, uscc(2)), pair("same", OLD, uscc(1))) == "contradicts_judgement"
    assert refused(pair("different", OLD, uscc(1)), pair("same", OLD, uscc(1))) is None
