"""Writing a city in blocks, which unit each record is about, and what a person decides."""

import csv
import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jianhui import simulate
from jianhui.simulate import post, world
from jianhui.simulate.agencies import FORMATS, Parcel, formats_of, parcels
from jianhui.simulate.dirt_files import Carriage
from jianhui.simulate.itinerary import REJECT, RELEASE, itinerary
from jianhui.simulate.reception import ACCEPTED, HELD, receive_all

START, END = date(2014, 1, 1), date(2014, 4, 10)
OPTIONS: dict[str, Any] = {"enterprises": 130, "start": START, "end": END, "seed": 7, "truth_on": ()}

PINNED = {
    "clean": "8f6355cac4e9873a9fe5941e039df553c0aeb60410ca7f5bd3417a5295a69e50",
    "dirty": "4180090038e8410c92587326ed701dfed39d67682cac368dac3c1de0fe86bfd8",
}
"""SHA-256 over names and bytes of all files of a small city: changes only when the city is meant to."""


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


@pytest.fixture
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (world, post):
        monkeypatch.setattr(module, "BLOCK", 50)


@pytest.mark.parametrize("kind", ["clean", "dirty"])
def test_a_city_of_several_blocks_has_the_bytes_it_always_had_in_any_number_of_processes(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _small_blocks: None
) -> None:
    for n_cores in (1, 2):
        monkeypatch.setattr("os.cpu_count", lambda n=n_cores: n)
        simulate.simulate(tmp_path / str(n_cores), clean=kind == "clean", **OPTIONS)
        assert digest(tmp_path / str(n_cores)) == PINNED[kind]


def test_the_blocks_of_a_city_do_not_get_in_each_others_way(_small_blocks: None) -> None:
    city = simulate.build_city(enterprises=130, start=START, end=END, seed=7)
    assert [len(block.units) for block in city.blocks] == [50, 50, 30]
    assert [unit.serial for unit in city.units] == list(range(130))
    numbers = Counter(union.number for union in city.unions)
    assert max(numbers.values()) == 1
    above = {union.number for union in city.blocks[0].unions}
    assert all(union.parent in above for union in city.unions if union.parent)
    first = simulate.build_city(enterprises=60, start=START, end=END, seed=7)
    assert [unit.names for unit in first.units[:50]] == [unit.names for unit in city.units[:50]]


def test_a_city_without_blocks_has_the_same_calendar() -> None:
    whole = simulate.build_city(enterprises=30, start=START, end=END, seed=7)
    names = [(day, parcel.delivery) for day, parcel in parcels(whole)]
    empty = simulate.build_city(enterprises=0, start=START, end=END, seed=7)
    assert [(day, parcel.delivery) for day, parcel in parcels(empty)] == names
    assert len(set(names)) == len(names)


def test_what_no_worksheet_can_hold_is_sent_as_text() -> None:
    assert formats_of(1_000_000) == FORMATS
    assert {form.ext for form in formats_of(10_000_000).values()} == {"csv"}


# --- identities ---


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty")
    simulate.simulate(folder, clean=False, **{**OPTIONS, "enterprises": 600})
    return folder


@pytest.fixture(scope="module")
def identities(dirty: Path) -> list[dict[str, str]]:
    with (dirty / "identities.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_record_of_the_files_has_its_unit(identities: list[dict[str, str]]) -> None:
    city = simulate.build_city(enterprises=600, start=START, end=END, seed=7)
    names = {(str(unit.serial), name) for unit in city.units for _, name in unit.names}
    reg_nos = {str(unit.serial): unit.reg_no for unit in city.units}
    assert {one["feed"] for one in identities} == set(FORMATS)
    assert len({(one["feed"], one["record_key"]) for one in identities}) == len(identities)
    for one in identities:
        if one["feed"] == "commerce":
            assert reg_nos[one["unit"]] == one["clean_key"]
            assert one["commerce_keys"]
        elif one["feed"] == "union_coverage":
            assert (one["unit"], one["clean_key"].split("|")[1]) in names
        elif one["feed"] == "hr":
            assert one["clean_key"][3:11] == f"{int(one['unit']):08d}"


def test_records_about_no_unit_have_none(identities: list[dict[str, str]]) -> None:
    unregistered = [one for one in identities if "大连未登记" in one["clean_key"]]
    assert all(one["unit"] == one["commerce_keys"] == "" for one in unregistered)
    unions = [one for one in identities if one["feed"] == "union_organisations"]
    assert 0 < sum(one["unit"] == "" for one in unions) < len(unions)


def test_keys_are_as_the_dirty_files_give_them(dirty: Path, identities: list[dict[str, str]]) -> None:
    with (dirty / "dirt.csv").open(encoding="utf-8", newline="") as stream:
        renamed = [
            one
            for one in csv.DictReader(stream)
            if (one["feed"], one["field"]) == ("union_coverage", "unit_name") and one["class"] == "blanks"
        ]
    by_clean_key = {
        one["clean_key"]: one["record_key"] for one in identities if one["feed"] == "union_coverage"
    }
    assert renamed
    assert all(by_clean_key[one["record_key"]] != one["record_key"] for one in renamed)


# --- decisions ---


def calendar_of(parcel: Parcel, carriage: Carriage) -> list[tuple[date, Parcel, Carriage]]:
    return [(START, parcel, carriage)]


def test_a_file_cut_short_is_replaced_by_the_whole_and_rejected() -> None:
    parcel = Parcel("hr", "full", START)
    short = Carriage(FORMATS["hr"], tuple(parcel.header()), kept=500, replaced_after=2, repeated_after=1)
    arrivals, decisions = itinerary(calendar_of(parcel, short), END)
    assert [(one.arrived_on - START, one.tail, one.is_repeat) for one in arrivals] == [
        (timedelta(0), "", False),
        (timedelta(1), "", True),
        (timedelta(2), "_whole", False),
    ]
    assert arrivals[-1].carriage.n_kept(100) == 100
    assert [(one.decided_on, one.decision) for one in decisions] == [(START + timedelta(2), REJECT)]


def test_new_numbers_for_everybody_are_held_and_let_in_on_the_same_day(tmp_path: Path) -> None:
    simulate.simulate(tmp_path, **OPTIONS)
    (decision,) = json.loads((tmp_path / "city.json").read_text(encoding="utf-8"))["decisions"]
    assert decision["decision"] == RELEASE
    hr = [one for one in receive_all(tmp_path) if one.delivery.feed == "hr"]
    assert [one.verdict for one in hr] == [ACCEPTED, ACCEPTED, HELD, ACCEPTED, ACCEPTED]
    assert [one.is_decided for one in hr] == [False, False, False, True, False]
    assert hr[2].delivery.rows == hr[3].delivery.rows
    assert hr[2].delivery.seq < hr[3].delivery.seq


def test_what_nobody_decides_stays_held(tmp_path: Path) -> None:
    simulate.simulate(tmp_path, **OPTIONS)
    description = json.loads((tmp_path / "city.json").read_text(encoding="utf-8"))
    (tmp_path / "city.json").write_text(json.dumps({**description, "decisions": []}), encoding="utf-8")
    hr = [one.verdict for one in receive_all(tmp_path) if one.delivery.feed == "hr"]
    assert hr == [ACCEPTED, ACCEPTED, HELD, HELD]


def test_two_districts_may_contradict_each_other_about_one_firm() -> None:
    city = simulate.build_city(enterprises=6_000, start=START, end=END, seed=7)
    answers: dict[tuple[str, str], set[str]] = {}
    n_blank = 0
    for _, parcel in parcels(city):
        for held in parcel.rows if parcel.feed == "verifications" and parcel.tail else ():
            who, day, finding = held.cells[1], held.cells[2], held.cells[3]
            n_blank += not finding
            answers.setdefault((who, day), set()).add(finding)
    assert n_blank > 100
    assert any({"异地经营", "正常经营"} <= found for found in answers.values())
