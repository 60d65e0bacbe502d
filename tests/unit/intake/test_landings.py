"""The landing is what events derive from, and nothing else."""

import csv
import gzip
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.intake.home import CONTRACTS, Home, firm, firms, workbook

from jianhui.core.errors import LogDamaged
from jianhui.intake.landing import Receipt, landing_bytes, read_cells, read_landing
from jianhui.intake.table import RawTable, TableBuilder


def test_the_landing_is_canonical_text_line_for_line(home: Home) -> None:
    text = '企业名称\t统一社会信用代码\t住所\t备 注\r\n甲\tX1\t路，1\t\r\n\r\n"乙""\n丙"\tX2\t路,2\t好\r\n'
    outcome = home.take("commerce_20140331.csv", text.encode("gb18030"))
    assert home.landing(outcome) == (
        "#line,#sheet,#problem,企业名称,统一社会信用代码,住所,备 注\n"
        "2,,,甲,X1,路，1,\n"
        '4,,,"乙""\n丙",X2,"路,2",好\n'
    )


def test_bad_rows_stand_in_the_landing_too(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(25, firm(40, name="")))
    assert len(home.landing(outcome).splitlines()) == 1 + 26


def test_the_sheet_of_a_row_stands_in_the_landing(home: Home) -> None:
    header = ["企业名称", "排查日期", "排查结论"]
    data = workbook(
        {"甲街道": [header, ["甲", "2014-05-01", "失联"]], "乙街道": [header, ["乙", "2014-05-02", "失联"]]}
    )
    outcome = home.take("verifications_20140501.xlsx", data, feed="verifications")
    assert [line.split(",")[:2] for line in home.landing(outcome).splitlines()[1:]] == [
        ["2", "甲街道"],
        ["2", "乙街道"],
    ]


def test_two_homes_land_one_file_alike_but_for_their_pseudonyms(home: Home) -> None:
    text = "统一社会信用代码,企业名称,住所\nX1,甲,路\n"
    other = Home(home.root / "other")
    first, second = home.take("commerce_20140331.csv", text), other.take("commerce_20140331.csv", text)
    assert home.packed(first) == other.packed(second)
    assert home.receipt(first) == other.receipt(second)


def test_a_receipt_survives_its_file(home: Home) -> None:
    receipt = home.receipt(home.take("commerce_20140331.csv", firms(3)))
    assert Receipt.from_json(receipt.to_json(), "again") == receipt


def test_a_receipt_tells_how_the_file_was_read(home: Home) -> None:
    text = firms(25, firm(3), firm(4, status="注销"), "a,b").encode("gb18030")
    outcome = home.take("commerce_20140331.csv", text)
    receipt = home.receipt(outcome)
    assert (receipt.encoding, receipt.delimiter, receipt.format) == ("gb18030", ",", "csv")
    assert receipt.original_bytes == len(text)
    assert receipt.columns["name"] == 1
    assert receipt.counts == {
        "rows_in": 28,
        "rows_accepted": 25,
        "rows_quarantined": 2,
        "rows_bad": 1,
        "rows_duplicate": 1,
        "rows_collapsed": 1,
        "rows_skipped": 0,
    }


def test_what_the_log_was_told_is_read_again_from_landing_and_receipt_alone(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(5, firm(3, status="注销")))
    again = read_landing(home.receipt(outcome), home.packed(outcome))
    told = home.content().select(again.assertions.drop("op").columns)
    assert again.assertions.drop("op").sort("record_key").equals(told)
    assert again.rejected.equals(outcome.rejected)


def test_an_old_delivery_is_read_by_the_contract_of_its_day(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(3))
    home.contracts["commerce"] = replace(home.contracts["commerce"], name="address")
    assert home.receipt(outcome).contract.name == "name"


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_flipped_byte_in_a_landing_is_noticed(home: Home, place: int) -> None:
    outcome = home.take("commerce_20140331.csv", firms(3))
    packed = bytearray(home.packed(outcome))
    packed[place] ^= 1
    with pytest.raises(LogDamaged) as damage:
        read_landing(home.receipt(outcome), bytes(packed))
    assert damage.value.code == "landing_altered"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"feed": "commerce"}', b"\xff"])
def test_a_receipt_that_is_none_is_noticed(data: bytes) -> None:
    with pytest.raises(LogDamaged) as damage:
        Receipt.from_json(data, "receipt.json")
    assert damage.value.code == "receipt_unreadable"


cell = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(
    headers=st.lists(cell, min_size=1, max_size=4),
    data=st.data(),
    problem=st.sampled_from([None, "cell_count"]),
)
def test_any_cells_come_back_from_the_landing_as_they_went_in(
    headers: list[str], data: st.DataObject, problem: str | None
) -> None:
    rows = data.draw(st.lists(st.tuples(*[cell for _ in headers]), max_size=8))
    builder = TableBuilder(len(headers))
    for line, row in enumerate(rows, start=2):
        builder.add(line, "表,一", row)
    table = RawTable(tuple(headers), builder.frame(), "csv", "utf-8", ",")
    if problem is not None:
        table = replace(table, frame=table.frame.with_columns(problem=pl.lit(problem)))
    packed, digest = landing_bytes(table)
    text = gzip.decompress(packed).decode()
    assert next(csv.reader(io.StringIO(text, newline=""))) == ["#line", "#sheet", "#problem", *headers]
    receipt = _receipt(tuple(headers), digest)
    cells = read_cells(receipt, packed)
    assert cells.select(f"c{i}" for i in range(len(headers))).rows() == rows
    assert cells["line"].to_list() == list(range(2, 2 + len(rows)))
    assert set(cells["problem"]) <= {problem or ""}


def _receipt(headers: tuple[str, ...], digest: str) -> Receipt:
    return Receipt(
        feed="commerce",
        delivery_id="commerce-20140331-full-0000000000-1",
        file_name="commerce_20140331.csv",
        kind="full",
        reference_on=date(2014, 3, 31),
        received_at=datetime(2014, 4, 1, tzinfo=UTC),
        format="csv",
        encoding="utf-8",
        delimiter=",",
        sheets=(),
        headers=headers,
        columns={},
        change_type=None,
        unknown_headers=headers,
        original_sha256="",
        original_bytes=0,
        canonical_sha256=digest,
        sealed="",
        contract=CONTRACTS["commerce"],
    )
