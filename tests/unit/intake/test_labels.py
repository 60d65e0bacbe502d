"""Which day a file describes, and how: options before sidecar before file name."""

from datetime import date
from typing import Any

import pytest
from tests.unit.intake.home import Home, codes, firms

TODAY = date(2014, 6, 30)


@pytest.mark.parametrize(
    ("name", "day", "kind"),
    [
        ("commerce_20140331.csv", date(2014, 3, 31), "full"),
        ("commerce_20140331_大连市局.csv", date(2014, 3, 31), "full"),
        ("commerce_20140331_deltas.csv", date(2014, 3, 31), "full"),
        ("COMMERCE_20140331.CSV", date(2014, 3, 31), "full"),
        ("commerce_20140630.csv", TODAY, "full"),
    ],
)
def test_name_gives_reference_date_and_kind(home: Home, name: str, day: date, kind: str) -> None:
    outcome = home.take(name, firms(2))
    assert (outcome.verdict, outcome.reference_on, outcome.kind) == ("accepted", day, kind)


@pytest.mark.parametrize("name", ["commerce_20140331_delta.csv", "commerce_20140331_delta_2.csv"])
def test_delta_is_said_in_the_name(home: Home, name: str) -> None:
    header, row = firms(1).splitlines()
    outcome = home.take(name, f"{header},变更类型\n{row},新增\n")
    assert (outcome.verdict, outcome.kind) == ("accepted", "delta")


def test_sidecar_wins_over_the_name(home: Home) -> None:
    sidecar = {"feed": "commerce", "reference_date": "2014-02-28", "kind": "full", "rows": 2}
    outcome = home.take("commerce_20140331_delta.csv", firms(2), sidecar=sidecar)
    assert (outcome.reference_on, outcome.kind) == (date(2014, 2, 28), "full")


def test_options_win_over_sidecar_and_name(home: Home) -> None:
    outcome = home.take(
        "commerce_20140331_delta.csv",
        firms(2),
        sidecar={"reference_date": "2014-02-28", "kind": "delta"},
        reference_date=date(2014, 1, 31),
        kind="full",
    )
    assert (outcome.reference_on, outcome.kind) == (date(2014, 1, 31), "full")


@pytest.mark.parametrize(
    ("sidecar", "code"),
    [
        ({"feed": "tax"}, "wrong_feed"),
        ({"rows": 3}, "sidecar_mismatch"),
        ({"sha256": "0" * 64}, "sidecar_mismatch"),
        ({"rows": "two"}, "bad_sidecar"),
        ({"kind": "partial"}, "bad_sidecar"),
        ({"reference_date": "soon"}, "bad_sidecar"),
        ({"feed": 7}, "bad_sidecar"),
    ],
)
def test_sidecar_is_checked(home: Home, sidecar: dict[str, Any], code: str) -> None:
    outcome = home.take("commerce_20140331.csv", firms(2), sidecar=sidecar)
    assert (outcome.verdict, codes(outcome)) == ("refused", [code])


def test_a_sidecar_that_is_not_json_refuses(home: Home) -> None:
    home.write("commerce_20140331.csv.manifest.json", "rows: 2")
    assert codes(home.take("commerce_20140331.csv", firms(2))) == ["bad_sidecar"]


def test_rows_of_the_sidecar_count_bad_rows_too(home: Home) -> None:
    text = firms(30, "a,b")
    assert home.take("commerce_20140331.csv", text, sidecar={"rows": 31}).verdict == "accepted"


@pytest.mark.parametrize("name", ["commerce_20140701.csv", "commerce_20990101.csv"])
def test_reference_date_after_today_is_refused(home: Home, name: str) -> None:
    outcome = home.take(name, firms(2))
    assert (outcome.verdict, codes(outcome)) == ("refused", ["reference_date_in_future"])


def test_today_is_a_day_in_shanghai(home: Home) -> None:
    home.now = home.now.replace(hour=17)  # one in the morning of 1 July in Shanghai
    assert home.take("commerce_20140701.csv", firms(2)).verdict == "accepted"


@pytest.mark.parametrize("name", ["企业.csv", "commerce.csv", "commerce_2014.csv", "commerce_20140230.csv"])
def test_a_file_nobody_dates_is_refused(home: Home, name: str) -> None:
    outcome = home.take(name, firms(2))
    assert (outcome.verdict, codes(outcome)) == ("refused", ["no_reference_date"])


def test_a_file_of_another_feed_is_refused(home: Home) -> None:
    assert codes(home.take("tax_20140331.csv", firms(2))) == ["wrong_feed"]
