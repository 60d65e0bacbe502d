"""The city itself: the same everywhere, plausible in shape, with files as the feeds' contract wants them."""

import csv
import hashlib
import io
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from jianhui import simulate
from jianhui.simulate import agencies, codes, places
from jianhui.simulate.columns import FEEDS

START, END = date(2014, 1, 1), date(2014, 2, 10)

PINNED = "81e58e1a938da47de4955bb76eff71b93e0d1d76dbd3597fd74702ce62b067c3"
"""SHA-256 over names and bytes of the files of a city of 150 with seed 7: changes only when the city is
meant to change.
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    simulate.simulate(folder, enterprises=600, start=START, end=END, seed=7)
    return folder


@pytest.fixture(scope="module")
def city() -> agencies.City:
    return simulate.build_city(enterprises=8000, start=START, end=END, seed=11)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _rows(folder: Path, feed: str, encoding: str, delimiter: str = ",") -> list[dict[str, str]]:
    rows = []
    for path in sorted(folder.glob(f"deliveries/*/{feed}_*.csv")):
        text = path.read_bytes().decode(encoding)
        rows += list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    return rows


# --- the same everywhere ---


def test_a_seed_gives_the_bytes_it_always_gave(tmp_path: Path) -> None:
    simulate.simulate(tmp_path, enterprises=150, start=START, end=END, seed=7)
    assert _digest(tmp_path) == PINNED


def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    simulate.simulate(tmp_path, enterprises=150, start=START, end=END, seed=8, truth_on=())
    assert _digest(tmp_path) != PINNED


# --- codes, checked by a few lines of their own ---


def _is_credit_code(code: str) -> bool:
    values = ["0123456789ABCDEFGHJKLMNPQRTUWXY".find(c) for c in code]
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
    return (
        len(code) == 18
        and min(values) >= 0
        and sum(v * w for v, w in zip(values, weights, strict=True)) % 31 == 0
    )


def _is_org_code(code: str) -> bool:
    weights = (3, 7, 9, 10, 5, 8, 4, 2, 1)
    values = [10 if i == 8 and c == "X" else int(c, 36) for i, c in enumerate(code)]
    return len(code) == 9 and sum(v * w for v, w in zip(values, weights, strict=True)) % 11 == 0


def _is_registration_number(code: str) -> bool:
    remainder = 10
    for digit in code:
        total = (remainder + int(digit)) % 10 or 10
        remainder = total * 2 % 11
        last = total
    return len(code) == 15 and last == 1


def test_the_generators_agree_with_public_codes() -> None:
    assert codes.credit_code("91", "210231", "MA105AEM2") == "91210231MA105AEM20"
    assert codes.credit_code("91", "210200", "241765653") == "91210200241765653R"
    assert codes.organisation_code("71526726") == "71526726X"
    assert codes.organisation_code("MA10ETFR") == "MA10ETFR0"
    assert codes.registration_number("440301", "10309741") == "440301103097413"
    assert codes.identity_number("19000101", 2)[-1] in "0123456789X"


def test_every_code_in_the_city_passes_its_check(city: agencies.City) -> None:
    for unit in city.units:
        assert _is_credit_code(unit.uscc), unit.uscc
        assert _is_org_code(unit.org_code), unit.org_code
        assert unit.uscc[8:17] == unit.org_code
        assert _is_registration_number(unit.reg_no) or re.fullmatch(r"\d{13}", unit.reg_no), unit.reg_no
    for code in ("uscc", "org_code", "reg_no"):
        assert len({getattr(unit, code) for unit in city.units}) == len(city.units)


def test_the_check_of_the_check_refuses_a_wrong_digit() -> None:
    assert not _is_credit_code("91210231MA105AEM21")
    assert not _is_org_code("241765654")
    assert not _is_registration_number("440301103097412")


# --- shape ---


def test_half_of_the_register_no_longer_works(city: agencies.City) -> None:
    registered = [unit for unit in city.units if unit.established_on <= START]
    share = sum(not unit.works_on(START) for unit in registered) / len(registered)
    assert 0.40 <= share <= 0.55


def test_one_in_seven_working_enterprises_has_25_staff_or_more(city: agencies.City) -> None:
    working = [unit for unit in city.units if unit.kind == "enterprise" and unit.works_on(START)]
    assert 0.12 <= sum(unit.staff_on(START) >= 25 for unit in working) / len(working) <= 0.18


def test_every_kind_of_unit_and_union_occurs(city: agencies.City) -> None:
    kinds = Counter(unit.kind for unit in city.units)
    assert set(kinds) == {"enterprise", "branch", "individual", "cooperative", "institution", "social"}
    assert 0.05 <= kinds["branch"] / len(city.units) <= 0.09
    unions = Counter(union.kind for union in city.unions)
    wanted = {"单独", "联合", "区域性联合会", "行业性联合会", "乡镇街道总工会", "区市县总工会", "产业工会"}
    assert set(unions) == wanted


def test_before_october_2015_most_units_have_no_credit_code_and_after_2017_all_living_ones_have(
    city: agencies.City,
) -> None:
    working = [unit for unit in city.units if unit.works_on(START)]
    assert 0.08 <= sum(unit.has_uscc_on(START) for unit in working) / len(working) <= 0.18
    later = simulate.build_city(enterprises=1500, start=date(2016, 1, 1), end=date(2018, 1, 10), seed=2)
    living = [unit for unit in later.units if unit.ended_on is None]
    assert living
    assert all(
        unit.has_uscc_on(date(2017, 12, 31)) for unit in living if unit.established_on <= date(2017, 12, 31)
    )


def test_no_road_bears_the_name_of_a_street_or_district() -> None:
    stems = [street.name.rstrip("街道镇乡") for group in places.STREETS.values() for street in group]
    stems += [name.rstrip("区市县") for name, _ in places.DISTRICTS.values()]
    for unit_road in places._ROADS:
        assert not any(stem and stem in unit_road for stem in stems), unit_road


# --- files ---


def test_every_file_is_named_after_its_feed_and_reference_date_and_lies_in_its_day(out: Path) -> None:
    files = [path for path in (out / "deliveries").rglob("*") if path.is_file()]
    assert {re.split(r"_\d", path.name)[0] for path in files} == set(FEEDS)
    for path in files:
        match = re.fullmatch(r"([a-z_]+)_(\d{8})(_delta)?(_\d{6})?\.(csv|xlsx)", path.name)
        assert match, path.name
        reference = date(int(match[2][:4]), int(match[2][4:6]), int(match[2][6:]))
        assert reference <= date.fromisoformat(path.parent.name)


def test_the_registry_comes_every_day_and_whole_every_week(out: Path) -> None:
    day = START
    while day <= END:
        found = [path.name for path in (out / "deliveries" / day.isoformat()).glob("commerce_*")]
        is_full = day == START or day.weekday() == 0
        assert found == [f"commerce_{day:%Y%m%d}{'' if is_full else '_delta'}.csv"]
        day += timedelta(days=1)


def test_applying_the_daily_deltas_to_a_full_register_gives_the_next_full_one(out: Path) -> None:
    def read(day: date, mark: str = "") -> list[dict[str, str]]:
        path = out / "deliveries" / day.isoformat() / f"commerce_{day:%Y%m%d}{mark}.csv"
        return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))

    held = {row["注册号"]: row for row in read(date(2014, 1, 20))}
    for day in range(21, 27):
        for row in read(date(2014, 1, day), "_delta"):
            change = row.pop("变更类型")
            assert (change == "新增") == (row["注册号"] not in held)
            if change == "删除":
                del held[row["注册号"]]
            else:
                held[row["注册号"]] = row
    monday = date(2014, 1, 27)
    last = {row["注册号"]: row for row in read(monday)}
    differing = {key for key in last.keys() | held.keys() if last.get(key) != held.get(key)}
    city = simulate.build_city(enterprises=600, start=START, end=END, seed=7)
    entered = {
        serial for serial, entries in city.registry.items() for one in entries if one.entered_on == monday
    }
    assert differing == {unit.reg_no for unit in city.units if unit.serial in entered}


def test_agencies_write_in_their_own_encodings(out: Path) -> None:
    assert _rows(out, "tax", "gb18030", "\t")[0].keys() == FEEDS["tax"].keys()
    assert _rows(out, "union_organisations", "gb18030")[0].keys() >= FEEDS["union_organisations"].keys()
    assert _rows(out, "union_coverage", "utf-8")[0].keys() == FEEDS["union_coverage"].keys()
    for path in out.glob("deliveries/*/union_organisations_*.csv"):
        with pytest.raises(UnicodeDecodeError):
            path.read_bytes().decode("utf-8")


def test_a_workbook_opens_in_a_spreadsheet_program(out: Path) -> None:
    path = next(out.glob("deliveries/*/hr_*.xlsx"))
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][0] == "大连市参保单位月报"
    assert list(lines[1]) == list(FEEDS["hr"])
    assert len(lines) > 100


def test_in_a_clean_city_every_host_name_or_code_is_one_the_registry_knows(out: Path) -> None:
    known: set[str] = set()
    for row in _rows(out, "commerce", "utf-8-sig"):
        known |= {row["企业名称"], row["注册号"], row["统一社会信用代码"], row["统一社会信用代码"][8:17]}
    unions = [row for row in _rows(out, "union_organisations", "gb18030") if row["工会类型"] == "单独"]
    assert len(unions) > 100
    for row in unions:
        host = row["所在单位名称"] or row["工会名称"].removesuffix("委员会").removesuffix("工会")
        assert host in known or row["所在单位代码"] in known, row


def test_persons_and_telephones_are_obviously_invented(out: Path) -> None:
    for row in _rows(out, "commerce", "utf-8-sig"):
        assert row["法定代表人"].startswith("测试")
        assert row["联系电话"].startswith("000-")
    ids = [
        row["纳税人识别号"] for row in _rows(out, "tax", "gb18030", "\t") if len(row["纳税人识别号"]) == 20
    ]
    assert ids
    assert all(code.startswith("210299190") for code in ids)
