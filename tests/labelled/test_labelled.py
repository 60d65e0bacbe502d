"""The engine against the labelled cases: no strong miss, weak ones at or above the floor, hopes reported.

``python -m tests.labelled`` prints the same by group, with every miss.
"""

from collections.abc import Callable

import pytest

from tests.labelled import adapter, cases
from tests.labelled.cases import Answer, Case


@pytest.fixture(scope="module", params=cases.KINDS)
def answered(request: pytest.FixtureRequest) -> tuple[str, list[Answer]]:
    kind: str = request.param
    try:
        return kind, cases.judge(kind)
    except NotImplementedError as missing:
        pytest.skip(f"{kind}: {missing}")


def test_no_strong_case_is_missed(answered: tuple[str, list[Answer]]) -> None:
    _, answers = answered
    missed = [answer.line() for answer in cases.of_strength(answers, "strong") if not answer.passed]
    assert not missed, f"{len(missed)} strong:\n" + "\n".join(missed)


def test_weak_cases_stay_above_their_floor(answered: tuple[str, list[Answer]]) -> None:
    kind, answers = answered
    weak = cases.of_strength(answers, "weak")
    missed = [answer.line() for answer in weak if not answer.passed]
    passed = len(weak) - len(missed)
    floor = cases.floors()[kind]
    assert passed >= floor, f"{passed} of {len(weak)}, floor {floor}:\n" + "\n".join(missed)


def test_hopes_are_reported(
    answered: tuple[str, list[Answer]], record_property: Callable[[str, object], None]
) -> None:
    kind, answers = answered
    hopes = cases.of_strength(answers, "hope")
    assert hopes, f"{kind} has no hopes to report"
    record_property(f"{kind}_hopes", f"{sum(answer.passed for answer in hopes)} of {len(hopes)}")


# ── the cases themselves, engine or none ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", cases.KINDS)
def test_cases_are_well_formed(kind: str) -> None:
    rows = cases.read(kind)
    assert len({case["id"] for case in rows}) == len(rows)
    subject = {"pairs": ("record_name", "record_address", "record_office", "enterprise_name",
                         "enterprise_address"),
               "unions": ("union_name",), "names": ("name",)}[kind]  # fmt: skip
    assert len({tuple(case[column] for column in subject) for case in rows}) == len(rows), "a case twice"
    for case in rows:
        assert None not in case and None not in case.values(), f"{case['id']}: cells too many or too few"
        assert case["strength"] in cases.STRENGTHS, case["id"]
        assert case["source"] in cases.SOURCES, case["id"]
        assert case["group"] and case["shows"], case["id"]
        if kind == "pairs":
            assert case["verdict"] in cases.VERDICTS, case["id"]
            assert case["record_name"].strip() and case["enterprise_name"].strip(), case["id"]
            assert not (case["record_address"] and case["record_office"]), f"{case['id']}: one or the other"
        if kind == "unions" and case["host"]:
            assert cases.folded(case["host"]) in cases.folded(case["union_name"]), case["id"]
        if kind == "names":
            for part in cases.PARTS:
                asked = case[part] != cases.NOT_ASKED
                assert not asked or cases.folded(case[part]) in cases.folded(case["name"]), case["id"]


@pytest.mark.parametrize("kind", cases.KINDS)
def test_every_kind_has_every_strength_and_a_floor_it_can_reach(kind: str) -> None:
    rows = cases.read(kind)
    of = {strength: [c for c in rows if c["strength"] == strength] for strength in cases.STRENGTHS}
    assert all(of.values()), {strength: len(found) for strength, found in of.items()}
    assert 0 < cases.floors()[kind] <= len(of["weak"])


def test_both_verdicts_carry_weight() -> None:
    strong = [case for case in cases.read("pairs") if case["strength"] == "strong"]
    n_same = sum(case["verdict"] == "same" for case in strong)
    n_different = sum(case["verdict"] == "different" for case in strong)
    assert n_same >= 100 and n_different >= 100, (n_same, n_different)


def a_pair(verdict: str) -> Case:
    return {
        "record_name": "甲", "record_address": "", "record_office": "", "enterprise_name": "乙",
        "enterprise_address": "", "verdict": verdict,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "p", "passes"),
    [
        ("same", adapter.LINK_AT, True),
        ("same", adapter.LINK_AT - 0.001, False),
        ("different", 0.499, True),
        ("different", 0.5, False),
        ("unsure", adapter.REVIEW_AT, True),
        ("unsure", adapter.REVIEW_AT - 0.001, False),
        ("unsure", adapter.LINK_AT, False),
    ],
)
def test_a_probability_is_judged_by_the_thresholds(verdict: str, p: float, passes: bool) -> None:
    assert cases.judge_pair(a_pair(verdict), lambda record, enterprise: p).passed is passes


def test_an_absent_cell_reaches_the_engine_as_null() -> None:
    seen: list[dict[str, str | None]] = []

    def probability(record: dict[str, str | None], enterprise: dict[str, str | None]) -> float:
        seen.extend((record, enterprise))
        return 0.0

    cases.judge_pair(a_pair("different"), probability)
    assert seen == [{"name": "甲", "address": None, "office": None}, {"name": "乙", "address": None}]


def test_an_engine_that_links_by_brand_alone_would_fail() -> None:
    """The guard bites: whoever joins all that share four characters joins strong differents."""

    def careless(record: dict[str, str | None], enterprise: dict[str, str | None]) -> float:
        return 1.0 if len(set(str(record["name"])) & set(str(enterprise["name"]))) >= 4 else 0.0

    answers = [cases.judge_pair(case, careless) for case in cases.read("pairs")]
    missed = [answer for answer in cases.of_strength(answers, "strong") if not answer.passed]
    assert len(missed) > 50 and all(answer.case["verdict"] == "different" for answer in missed[:3])


def test_an_engine_that_links_exact_names_alone_would_fail() -> None:
    """And whoever asks for the exact name misses strong sames."""

    def exact(record: dict[str, str | None], enterprise: dict[str, str | None]) -> float:
        return float(cases.folded(record["name"]) == cases.folded(enterprise["name"]))

    answers = [cases.judge_pair(case, exact) for case in cases.read("pairs")]
    missed = [answer for answer in cases.of_strength(answers, "strong") if not answer.passed]
    assert len(missed) > 50


def test_parts_are_compared_without_width_and_brackets() -> None:
    case = {"name": "甲(集团)有限公司", "region": "*", "brand": "甲", "trade": "", "form": "（集团）有限公司",
            "branch": "", "id": "N", "group": "g", "shows": "s"}  # fmt: skip
    good = {"region": "谁知", "brand": "甲", "trade": "", "form": "集团有限公司", "branch": ""}
    assert cases.judge_name(case, lambda name: good).passed
    wrong = cases.judge_name(case, lambda name: good | {"trade": "有限"})
    assert not wrong.passed and "甲·有限·集团有限公司" in wrong.line()


def test_a_union_with_no_unit_behind_it_wants_null() -> None:
    case = {"union_name": "某县总工会", "host": "", "id": "U", "group": "g", "shows": "s"}
    assert cases.judge_union(case, lambda name: None).passed
    assert not cases.judge_union(case, lambda name: "某县").passed
