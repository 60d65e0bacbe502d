"""The inbox: everything in order, and one bad file never stops the others."""

import json
from datetime import date
from pathlib import Path

import pytest
from tests.unit.intake.home import COMMERCE, Home, codes, firm, firms

from jianhui.core.errors import LogBusy
from jianhui.intake import receive as receiving
from jianhui.log.store import EventLog


def inbox(home: Home) -> list[str]:
    root = home.settings.inbox
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and ".done" not in path.parts
    )


def test_oldest_reference_date_comes_first_then_full_before_delta_then_name(home: Home) -> None:
    delta = f"{COMMERCE},变更类型\n{firm(1, status='注销')},变更\n"
    home.drop("commerce", "commerce_20140430.csv", firms(3))
    home.drop("commerce", "commerce_20140331_delta_a.csv", delta)
    home.drop("commerce", "commerce_20140331_z.csv", firms(3))
    home.drop("hr", "hr_20140401.csv", "单位编号,单位名称\n1,甲\n")
    home.drop("commerce", "later.csv", firms(3) + "\n", {"reference_date": "2014-04-15"})
    home.drop("commerce", "nameless.csv", firms(2))
    taken = [(one.reference_on, one.kind, one.verdict) for one in home.take_inbox()]
    assert taken == [
        (date(2014, 3, 31), "full", "accepted"),
        (date(2014, 3, 31), "delta", "accepted"),
        (date(2014, 4, 1), "full", "accepted"),
        (date(2014, 4, 15), "full", "accepted"),
        (date(2014, 4, 30), "full", "accepted"),
        (None, None, "refused"),
    ]


def test_a_bad_file_never_stops_the_others(home: Home) -> None:
    home.drop("commerce", "commerce_20140331.csv", b"\x1f\x8b broken")
    home.drop("commerce", "commerce_20140401.xlsx", b"PK\x03\x04 broken")
    home.drop("commerce", "commerce_20140402.csv", firms(3), {"feed": "tax"})
    home.drop("commerce", "commerce_20140403.csv", firms(3))
    became = {one.file_name[:17]: one.verdict for one in home.take_inbox()}
    assert became == {
        "commerce_20140331": "refused",
        "commerce_20140401": "refused",
        "commerce_20140402": "refused",
        "commerce_20140403": "accepted",
    }
    assert inbox(home) == []


def test_what_breaks_the_reader_is_refused_and_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    read_table = receiving.read_table

    def breaks(data: bytes, *more: object, **named: object) -> object:
        if b"break" in data:
            raise RuntimeError("王某某 13800001111")
        return read_table(data, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving, "read_table", breaks)
    home.drop("commerce", "commerce_20140331.csv", firms(1) + "break")
    home.drop("commerce", "commerce_20140401.csv", firms(3))
    broken, fine = home.take_inbox()
    assert (broken.verdict, codes(broken), fine.verdict) == ("refused", ["unreadable"], "accepted")
    assert "王某某" not in str(broken.as_row()), "an error may quote the file and is not repeated"
    assert broken.delivery_id is not None
    assert home.vault.open_original(broken.delivery_id).endswith(b"break")


def test_a_file_leaves_the_inbox_once_its_original_is_safe(home: Home) -> None:
    texts = {"commerce_20140331.csv": firms(20), "commerce_20140401.csv": firms(5), "no_date.csv": "x"}
    for name, text in texts.items():
        home.drop("commerce", name, text)
    outcomes = home.take_inbox()
    assert [one.verdict for one in outcomes] == ["accepted", "held", "refused"]
    assert inbox(home) == []
    for outcome in outcomes:
        assert outcome.delivery_id is not None
        original = home.vault.open_original(outcome.delivery_id).decode()
        assert original == texts[outcome.file_name]
        note = home.settings.inbox / ".done" / "commerce" / f"{outcome.delivery_id}.json"
        assert json.loads(note.read_text(encoding="utf-8"))["verdict"] == outcome.verdict


def test_a_file_whose_original_cannot_be_read_back_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jianhui.log.vault.Vault.open_original", lambda self, delivery_id: b"something else")
    home.drop("commerce", "commerce_20140331.csv", firms(3))
    home.take_inbox()
    assert inbox(home) == ["commerce/commerce_20140331.csv"]


def test_the_same_file_again_is_a_no_op_and_leaves_too(home: Home) -> None:
    home.drop("commerce", "commerce_20140331.csv", firms(3))
    home.take_inbox()
    home.drop("commerce", "commerce_20140331.csv", firms(3), {"rows": 3})
    assert [one.verdict for one in home.take_inbox()] == ["noop"]
    assert inbox(home) == []


def test_a_second_run_over_an_empty_inbox_does_nothing(home: Home) -> None:
    assert home.take_inbox() == []
    home.drop("commerce", "commerce_20140331.csv", firms(3))
    home.take_inbox()
    assert home.take_inbox() == []


def test_unknown_feeds_and_folders_are_told_and_left_alone(home: Home) -> None:
    home.drop("weather", "weather_20140331.csv", "x")
    home.drop("commerce/folder", "commerce_20140331.csv", firms(3))
    assert [(one.verdict, codes(one)) for one in home.take_inbox()] == [
        ("refused", ["unknown_feed"]),
        ("refused", ["no_such_file"]),
    ]
    assert len(inbox(home)) == 2


@pytest.mark.parametrize(
    "name", [".gitkeep", "~$commerce_20140331.xlsx", "commerce_20140331.csv.part", "Thumbs.db"]
)
def test_what_is_no_delivery_is_passed_over(home: Home, name: str) -> None:
    home.drop("commerce", name, "x")
    assert home.take_inbox() == []


def test_a_busy_log_leaves_everything_where_it_is(home: Home) -> None:
    home.drop("commerce", "commerce_20140331.csv", firms(3))
    home.log = EventLog(home.settings.events, timeout_seconds=0.05)
    with EventLog(home.settings.events).writing(), pytest.raises(LogBusy):
        home.take_inbox()
    assert inbox(home) == ["commerce/commerce_20140331.csv"]


def test_receiving_a_file_by_hand_leaves_it_where_it_is(home: Home) -> None:
    path: Path = home.write("commerce_20140331.csv", firms(3))
    home.take("commerce_20140331.csv", firms(3))
    assert path.read_text(encoding="utf-8") == firms(3)
