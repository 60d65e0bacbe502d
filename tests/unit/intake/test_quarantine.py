"""What is held back, released, rejected, and sent back."""

from pathlib import Path

import openpyxl
import pytest
from tests.unit.intake.home import COMMERCE, Home, firm, firms

from jianhui.core.errors import UsageError
from jianhui.intake.outcome import Outcome
from jianhui.intake.quarantine import list_held_back, reject, release, show
from jianhui.intake.slip import write_slip
from jianhui.log.audit import audit_ledger, audit_segments


def held(home: Home) -> tuple[Outcome, str]:
    home.take("commerce_20140331.csv", firms(20))
    outcome = home.take("commerce_20140430.csv", firms(5))
    assert outcome.verdict == "held" and outcome.delivery_id is not None
    return outcome, outcome.delivery_id


def test_a_held_delivery_keeps_landing_receipt_and_sealed_original(home: Home) -> None:
    outcome, delivery_id = held(home)
    folder = home.settings.quarantine / "deliveries" / "commerce"
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{delivery_id}.csv.gz",
        f"{delivery_id}.receipt.json",
    ]
    assert home.vault.open_original(delivery_id) == firms(5).encode()
    assert home.receipt(outcome).counts["rows_accepted"] == 5


def test_releasing_enters_the_log_now_with_who_and_why(home: Home) -> None:
    _, delivery_id = held(home)
    before = home.log.log_head()
    outcome = release(home.log, delivery_id, by="甲科", reason="确已注销", clock=home.clock)
    assert (outcome.verdict, outcome.counts["n_disappeared"]) == ("released", 15)
    decision, delivery = home.log.ledger()[before.seq :]
    assert decision.payload == {
        "delivery_id": delivery_id,
        "verdict": "released",
        "by": "甲科",
        "reason": "确已注销",
    }
    assert delivery.delivery is not None and delivery.delivery.verdict == "released"
    assert home.log.deliveries()["verdict"].to_list() == ["accepted", "released"]


def test_a_released_delivery_is_the_measure_for_the_next(home: Home) -> None:
    _, delivery_id = held(home)
    release(home.log, delivery_id, by="甲科", reason="确已注销", clock=home.clock)
    assert home.take("commerce_20140531.csv", firms(5, "")).verdict == "accepted"


def test_rejecting_leaves_it_on_record_and_asserts_nothing(home: Home) -> None:
    _, delivery_id = held(home)
    outcome = reject(home.log, delivery_id, by="甲科", reason="文件被截断", clock=home.clock)
    assert outcome.verdict == "rejected"
    assert home.log.deliveries().row(-1, named=True)["verdict"] == "rejected"
    assert set(home.content()["event"]) == {"appeared"}
    assert home.take("commerce_20140430.csv", firms(5)).verdict == "noop"


@pytest.mark.parametrize("decide", [release, reject])
def test_only_a_held_delivery_can_be_decided_on(home: Home, decide: object) -> None:
    _, delivery_id = held(home)
    reject(home.log, delivery_id, by="甲科", reason="文件被截断", clock=home.clock)
    for one, code in ((delivery_id, "not_held"), ("commerce-20140331-full-x-1", "no_such_delivery")):
        with pytest.raises(UsageError) as error:
            decide(home.log, one, by="甲科", reason="再议", clock=home.clock)  # type: ignore[operator]
        assert error.value.code == code


@pytest.mark.parametrize(("by", "reason"), [("", "因为"), ("甲科", " ")])
def test_a_decision_needs_a_person_and_a_reason(home: Home, by: str, reason: str) -> None:
    _, delivery_id = held(home)
    with pytest.raises(UsageError) as error:
        release(home.log, delivery_id, by=by, reason=reason, clock=home.clock)
    assert error.value.code == "decision_unsigned"


def test_the_log_proves_itself_after_holding_releasing_and_refusing(home: Home) -> None:
    _, delivery_id = held(home)
    home.take("nameless.csv", firms(1))
    release(home.log, delivery_id, by="甲科", reason="确已注销", clock=home.clock)
    state, problems = audit_ledger(home.settings.events)
    assert problems + audit_segments(home.settings.events, state) == []


def test_the_list_holds_deliveries_held_refused_and_those_with_rows_kept_back(home: Home) -> None:
    home.take("commerce_20140228.csv", firms(30))
    home.take("commerce_20140331.csv", firms(30, "a"))
    home.take("commerce_20140401.csv", firms(3))
    home.take("nameless.csv", firms(1))
    listed = list_held_back(home.log).select("verdict", "rows_quarantined").rows()
    assert listed == [("held", 0), ("accepted", 1), ("refused", None)]


def test_a_row_is_shown_with_line_field_value_rule_and_reason(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(30, firm(40, name=" 无 "), firm(7, status="注销")))
    assert outcome.delivery_id is not None
    assert show(home.log, outcome.delivery_id).rows() == [
        {
            "line": 8,
            "sheet": "",
            "rule": "duplicate_key",
            "field": "统一社会信用代码 / 注册号",
            "value": f"X{7:017d}",
            "record_key": f"X{7:017d}",
            "reason_zh": "同一文件中后面另有同一主键的行，以最后一行为准",
            "reason_en": "a later row of the file has the same key",
        },
        {
            "line": 32,
            "sheet": "",
            "rule": "no_name",
            "field": "企业名称",
            "value": " 无 ",
            "record_key": None,
            "reason_zh": "缺少名称",
            "reason_en": "no name",
        },
    ]


def read_slip(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_a_slip_holds_the_agencys_own_lines_with_reason_and_true_values_as_text(home: Home) -> None:
    text = f"{COMMERCE},备注\n" + "".join(f"{firm(i)},\n" for i in range(1, 60))
    text += f"{firm(70, name='', who='王某某')},=1+1\n王某某,=2+2\n"
    outcome = home.take("commerce_20140331.csv", text)
    assert outcome.delivery_id is not None
    path = write_slip(home.log, home.vault, outcome.delivery_id, home.root / "slips")
    assert path.name == f"{outcome.delivery_id}.退件单.xlsx"
    slip = read_slip(path)
    assert ("退回行", "缺少名称：1 行") in slip["说明"]
    header, no_name, unreadable = slip["退回行"]
    assert header == ("工作表", "行号", "退回原因", "相关列", *COMMERCE.split(","), "备注")
    assert no_name[1:5] == ("61", "缺少名称", "企业名称", f"X{70:017d}")
    assert "王某某" in no_name and "=1+1" in no_name
    assert unreadable[1:5] == ("62", "列数与表头不符", "", "王某某,=2+2")
    kinds = {cell.data_type for row in openpyxl.load_workbook(path)["退回行"] for cell in row if cell.value}
    assert kinds == {"s"}, "formulas stay text"


def test_a_slip_of_a_held_or_refused_delivery_says_why(home: Home) -> None:
    _, delivery_id = held(home)
    told = dict(read_slip(write_slip(home.log, home.vault, delivery_id, home.root))["说明"])
    assert told["处理结果"] == "整件暂缓"
    assert "20 条记录，本次只见其中 5 条" in str(told["原因"])
    refused = home.take("nameless.csv", firms(1))
    assert refused.delivery_id is not None
    told = dict(read_slip(write_slip(home.log, home.vault, refused.delivery_id, home.root))["说明"])
    assert told["处理结果"] == "不予接收"
    assert told["基准日期"] == "不明"


def test_nothing_kept_back_makes_no_slip(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(3))
    assert outcome.delivery_id is not None
    with pytest.raises(UsageError) as error:
        write_slip(home.log, home.vault, outcome.delivery_id, home.root)
    assert error.value.code == "nothing_to_return"
