"""Contracts are data, read strictly."""

from pathlib import Path

import pytest
import yaml
from tests.unit.intake.home import CONTRACTS

from jianhui.core.errors import UsageError
from jianhui.intake.contract import load_contract, load_contracts, parse_contract

FEEDS = ["base_list", "commerce", "hr", "tax", "union_coverage", "union_organisations", "verifications"]
"""Those of the boundary; the work plan's own lists come beside them."""

BOUNDARY = {feed: CONTRACTS[feed] for feed in FEEDS}


def test_contracts_are_in_order_of_their_feeds() -> None:
    assert list(CONTRACTS) == sorted(CONTRACTS)
    assert set(FEEDS) <= set(CONTRACTS)


@pytest.mark.parametrize("feed", list(CONTRACTS))
def test_a_contract_survives_its_own_mapping(feed: str) -> None:
    contract = CONTRACTS[feed]
    assert parse_contract(contract.as_mapping(), "receipt") == contract


def test_change_dates_life_columns_and_scopes_are_those_of_the_boundary() -> None:
    told = {
        feed: (one.change_date, one.life_start, one.life_end, one.full_scope, one.absence)
        for feed, one in BOUNDARY.items()
    }
    assert told == {
        "base_list": (None, None, None, None, "none"),
        "commerce": ("approved_on", "established_on", "ended_on", None, "keeps"),
        "hr": (None, None, None, None, "keeps"),
        "tax": (None, None, None, "period", "keeps"),
        "union_coverage": (None, "started_on", "ended_on", None, "ends"),
        "union_organisations": (None, "founded_on", "dissolved_on", None, "keeps"),
        "verifications": (None, None, None, None, "none"),
    }


def test_personal_columns_are_those_of_the_boundary() -> None:
    personal = {
        (feed, column.name)
        for feed, one in BOUNDARY.items()
        for column in one.columns
        if column.personal == "always"
    }
    assert personal == {
        ("commerce", "legal_representative"),
        ("commerce", "phone"),
        ("union_organisations", "chair_name"),
        ("union_organisations", "phone"),
        ("verifications", "responsible_person"),
    }


_OF_A_PERSON = ("姓名", "人员编号", "责任人", "责任人编号", "电话", "法定代表人")


def test_names_and_numbers_of_persons_are_personal_in_every_feed() -> None:
    open_columns = [
        (feed, column.name)
        for feed, one in CONTRACTS.items()
        for column in one.columns
        if any(column.header.endswith(word) for word in _OF_A_PERSON) and column.personal != "always"
    ]
    assert open_columns == []


def test_every_code_column_is_diagnosed_for_personal_numbers() -> None:
    open_codes = [
        (feed, column.name)
        for feed, one in CONTRACTS.items()
        for column in one.columns
        if column.type == "code" and column.personal != "diagnosed"
    ]
    assert open_codes == []


def test_required_headers_are_those_marked_in_the_boundary() -> None:
    headers = {
        feed: {one.headers[name] for name in one.required} | {frozenset(group) for group in one.required_any}
        for feed, one in BOUNDARY.items()
    }
    assert headers == {
        "base_list": {"清单名称", "企业名称", "固化日期"},
        "commerce": {"企业名称", "住所", frozenset({"uscc", "reg_no"})},
        "hr": {"单位编号", "单位名称"},
        "tax": {"纳税人识别号", "主管税务机关", "纳税人名称"},
        "union_coverage": {"工会编号", "涵盖单位名称", "起始日期"},
        "union_organisations": {"工会编号", "工会名称", "工会类型", "成立日期", "状态"},
        "verifications": {"企业名称", "排查日期", "排查结论"},
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"absence": "forgets"}, "absence"),
        ({"absence": "none"}, "absence"),
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"colour": "red"}, "colour"),
        ({"name": "nobody"}, "name"),
        ({"required": ["nobody"]}, "required[0]"),
        ({"required": "unit_no"}, "required"),
        ({"change_date": "name"}, "change_date"),
        ({"record_key": []}, "record_key"),
        ({"record_key": [[{"column": "unit_no", "when": "valid"}]]}, "record_key"),
        ({"record_key": [[{"column": "unit_no", "when": "maybe"}]]}, "record_key[0][0].when"),
        ({"min_keys_ratio": 1.5}, "min_keys_ratio"),
        ({"append_only": "no"}, "append_only"),
        ({"calendar": {"rhythm": "monthly", "grace_days": -1}}, "calendar.grace_days"),
        ({"life": {"begin": "month"}}, "life.begin"),
        ({"columns": [{"name": "a", "header": "甲", "type": "code", "title_en": "A"}]}, "columns[0].scheme"),
        (
            {"columns": [{"name": "a", "header": "甲", "type": "choice", "title_en": "A"}]},
            "columns[0].choices",
        ),
        (
            {
                "columns": [
                    {"name": "a", "header": "甲", "type": "date", "title_en": "A", "personal": "diagnosed"}
                ]
            },
            "columns[0].personal",
        ),
    ],
)
def test_a_contract_that_does_not_hold_is_refused_by_file_and_field(
    tmp_path: Path, change: dict[str, object], field: str
) -> None:
    whole = {**CONTRACTS["hr"].as_mapping(), **change}
    path = tmp_path / "hr.yml"
    path.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    with pytest.raises(UsageError) as refusal:
        load_contract(path)
    assert refusal.value.code == "contract_invalid"
    assert refusal.value.where.file == str(path)
    assert refusal.value.where.field == field


def test_two_columns_may_not_share_a_header() -> None:
    whole = CONTRACTS["hr"].as_mapping()
    whole["columns"][1]["header"] = whole["columns"][0]["header"]
    with pytest.raises(UsageError, match="two columns have one header"):
        parse_contract(whole, "hr.yml")


def test_a_contract_is_called_as_its_file(tmp_path: Path) -> None:
    text = yaml.safe_dump(CONTRACTS["hr"].as_mapping(), allow_unicode=True)
    (tmp_path / "social.yml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refusal:
        load_contracts(tmp_path)
    assert refusal.value.where.field == "feed"


def test_a_folder_without_contracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        load_contracts(tmp_path)
    assert refusal.value.code == "contracts_missing"
