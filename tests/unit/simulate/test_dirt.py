"""Dirt: every class occurs, each piece for itself, and a city without its dirt is the clean one."""

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from jianhui import simulate
from jianhui.simulate import dirt_cells, dirt_classes, dirt_files
from jianhui.simulate.agencies import City, Parcel, parcels
from jianhui.simulate.columns import index
from jianhui.simulate.dirt import Dirt, Piece, read_pieces, record_of
from jianhui.simulate.readings import usable_credit_code
from jianhui.simulate.reception import ACCEPTED, receive_all
from jianhui.simulate.surroundings import Surroundings

START, END = date(2014, 1, 1), date(2014, 2, 10)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty")
    simulate.simulate(folder, enterprises=400, start=START, end=END, seed=7, clean=False, truth_on=())
    return folder


@pytest.fixture(scope="module")
def pieces(out: Path) -> list[Piece]:
    return list(read_pieces(out / "dirt.csv"))


@pytest.fixture(scope="module")
def city() -> City:
    return simulate.build_city(enterprises=2500, start=START, end=date(2014, 4, 10), seed=11)


@pytest.fixture(scope="module")
def unions(city: City) -> list[tuple[list[str], list[str]]]:
    """Every row of a union with a host, clean and dirty, of the register's first full file."""
    dirt = Dirt(city)
    parcel = next(one for _, one in parcels(city) if one.feed == "union_organisations")
    clean = [held for held in parcel.rows if held.cells[index("union_organisations", "host_name")]]
    return [(list(held.cells), list(dirt.row(parcel, held)[0].cells)) for held in clean]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# --- the table of rates ---


def test_every_class_of_the_table_has_what_does_it_and_the_reverse() -> None:
    by_level: dict[str, set[str]] = {"cell": set(), "row": set(), "file": set()}
    for one in dirt_classes.dirt_classes():
        by_level[one.level].add(one.name)
        assert one.zh, one.name
        assert one.en, one.name
        assert any(one.rate(feed) for feed in one.places), one.name
    assert by_level["cell"] == set(dirt_cells.REWRITES)
    assert by_level["file"] == set(dirt_files.REFIT)


def test_every_class_of_dirt_occurs_in_a_city_of_some_size(city: City) -> None:
    dirt = Dirt(city)
    for _, parcel in parcels(city):
        dirt.soil(parcel)
    occurring = Counter(piece.class_name for piece in dirt.pieces.values())
    missing = {one.name for one in dirt_classes.dirt_classes()} - occurring.keys()
    # Codes that begin with a nought are rare, and few deliveries have a form that can still change.
    assert missing <= {"leading_zeros", "bom", "truncated", "corrupted", "wrong_header"}


def test_three_in_ten_union_names_are_altered_and_six_in_ten_have_no_code(
    unions: list[tuple[list[str], list[str]]],
) -> None:
    for column in ("name", "host_name"):
        at = index("union_organisations", column)
        altered = sum(clean[at] != dirty[at] for clean, dirty in unions)
        assert altered >= 0.30 * len(unions), column
    at = index("union_organisations", "host_code")
    assert sum(not dirty[at] for _, dirty in unions) >= 0.60 * len(unions)


# --- rewriting ---


def test_a_zone_is_not_taken_out_of_an_address_as_if_it_were_a_district(city: City) -> None:
    around = Surroundings.of(city.units, city.start)
    address = "辽宁省大连高新技术产业园区龙王塘街道云帆路1号"
    assert dirt_cells.REWRITES["no_district"](address, 0, around) is None


@pytest.mark.parametrize(
    ("name", "before", "choice", "after"),
    [
        ("brackets", "鑫泰（大连）电子有限公司", 1, "鑫泰〔大连〕电子有限公司"),
        ("bracket_missing", "鑫泰（大连）电子有限公司", 0, "鑫泰（大连电子有限公司"),
        ("blanks", "大连鑫泰电子有限公司", 3, "大\u200b连鑫泰电子有限公司"),
        ("legal_form", "大连鑫泰电子有限责任公司工会委员会", 0, "大连鑫泰电子有限公司工会委员会"),
        ("legal_form", "大连鑫泰股份有限公司", 0, "大连鑫泰股份公司"),
        ("city_prefix", "大连市鑫泰厂", 0, "大连鑫泰厂"),
        ("province_prefix", "大连鑫泰厂", 1, "辽宁省大连鑫泰厂"),
        ("factory_company", "大连鑫泰总厂工会委员会", 0, "大连鑫泰有限公司工会委员会"),
        ("short_name", "大连鑫泰电子股份有限公司", 0, "大连鑫泰电子"),
        ("lookalike", "大连亚达厂", 0, "大连亜达厂"),
        ("traditional", "大连华达厂", 1, "大连華达厂"),
        ("rare_surname", "綦氏餐饮", 1, "□氏餐饮"),
        ("branch_for_firm", "大连鑫泰电子有限公司", 4, "大连鑫泰电子有限公司办事处"),
        ("branch_for_firm", "大连鑫泰电子有限公司第二分公司", 0, None),
        ("firm_for_branch", "大连鑫泰电子有限公司庄河分公司", 0, "大连鑫泰电子有限公司"),
        ("firm_for_branch", "大连鑫泰机械厂门市部", 0, "大连鑫泰机械厂"),
        ("firm_for_branch", "大连鑫泰电子有限公司", 0, None),
        ("union_words", "大连鑫泰厂", 0, "大连鑫泰厂工会委员会"),
        ("code_hyphen", "241765653", 0, "24176565-3"),
        ("code_lower", "71526726X", 0, "71526726x"),
        ("code_width", "24176565", 0, "２４１７６５６５"),
        ("letter_o", "210200400012345", 0, "21O200400012345"),
        ("check_digit", "241765653", 0, "241765654"),
        ("leading_zeros", "001234567", 0, "1234567"),
        ("scientific", "210246400000052", 0, "2.10246E+14"),
        ("tax_id_as_code", "241765653", 0, "210200241765653"),
        ("placeholder", "241765653", 0, "000000000"),
        ("date_style", "2014-03-31", 5, "41729"),
        ("date_style", "2014-03-31", 4, "2014年3月31日"),
        ("date_impossible", "2014-03-31", 0, "2014-02-30"),
        ("end_before_start", "2014-03-31", 3, "1953-03-31"),
        ("old_district", "辽宁省大连市金州区向应街道", 0, "辽宁省大连市金县向应街道"),
        ("no_district", "辽宁省大连市金州区向应街道听潮街1号", 0, "向应街道听潮街1号"),
        ("elsewhere", "辽宁省大连市", 1, "辽宁省营口市鲅鱼圈区云帆路2号"),
        ("address_width", "云帆路12号", 0, "云帆路１２号"),
        ("status_words", "吊销", 0, "吊销，未注销"),
        ("revoked_insured", "终止", 0, "参保"),
        ("claim_wrong", "拒绝建会", 0, "已建会"),
        ("claim_wrong", "事实不存在", 0, None),
        ("dead_wrong", "正常经营", 0, "事实不存在"),
        ("insured_above_staff", "20", 0, "50"),
        ("count_text", "50", 0, "约50人"),
        ("count_style", "1234", 0, "1,234"),
        ("count_style", "50", 1, "５０"),
    ],
)
def test_a_class_rewrites_a_cell_as_its_description_says(
    city: City, name: str, before: str, choice: int, after: str | None
) -> None:
    around = Surroundings.of(city.units, city.start)
    assert dirt_cells.REWRITES[name](before, choice, around) == after


def test_no_class_makes_something_of_an_empty_cell(city: City) -> None:
    around = Surroundings.of(city.units, city.start)
    for name, rewrite in dirt_cells.REWRITES.items():
        assert rewrite("", 5, around) in (None, ""), name


def test_a_borrowed_code_is_another_units_and_never_a_persons(city: City) -> None:
    around = Surroundings.of(city.units, city.start)
    individuals = {unit.reg_no for unit in city.units if unit.kind == "individual"}
    everybody = {unit.reg_no for unit in city.units}
    for choice in range(300):
        borrowed = dirt_cells.REWRITES["borrowed_code"]("210200000000000", choice, around)
        assert borrowed in everybody - individuals


def test_a_branch_may_show_the_code_of_its_parent_in_every_scheme(city: City) -> None:
    around = Surroundings.of(city.units, city.start)
    branch = next(unit for unit in city.units if unit.parent is not None)
    for scheme in ("uscc", "org_code", "reg_no"):
        rewritten = dirt_cells.REWRITES["parent_code"](getattr(branch, scheme), 0, around)
        assert rewritten == getattr(branch.parent, scheme)
    assert dirt_cells.REWRITES["parent_code"](city.units[0].reg_no, 0, around) is None


def test_a_union_shown_instead_of_its_firm_has_a_code_of_unions(city: City) -> None:
    around = Surroundings.of(city.units, city.start)
    code = dirt_cells.REWRITES["union_code"]("241765653", 17, around)
    assert code is not None and code.startswith("81") and usable_credit_code(code) == code


def test_a_number_is_given_again_only_when_its_unit_is_long_gone(city: City) -> None:
    around = Surroundings.of(city.units, city.start)
    for choice in range(200):
        number = dirt_cells.REWRITES["number_reused"]("21D00000001-2", choice, around)
        assert number is not None and number[:3] == "21D" and number.endswith("-2")
        former = city.units[int(number[3:11])]
        assert former.closed_on is not None and (START - former.closed_on).days > 500


def test_the_old_code_goes_on_beside_the_new_one(city: City) -> None:
    dirt = Dirt(city)
    (parcel,) = [one for _, one in parcels(city) if one.delivery == "commerce_20140101"]
    rows = [dirt.row(parcel, held) for held in parcel.rows]
    doubled = [pair for pair in rows if len(pair) == 2]
    at = index("commerce", "uscc")
    assert any(pair[0].cells[at] and not pair[1].cells[at] for pair in doubled)


# --- pieces ---


def test_the_same_seed_gives_the_same_dirty_bytes(out: Path, tmp_path: Path) -> None:
    simulate.simulate(tmp_path, enterprises=400, start=START, end=END, seed=7, clean=False, truth_on=())
    assert _files(tmp_path) == _files(out)


def test_a_city_without_any_of_its_dirt_says_what_the_clean_city_says(
    out: Path, pieces: list[Piece], tmp_path: Path
) -> None:
    options = {"enterprises": 400, "start": START, "end": END, "seed": 7, "truth_on": ()}
    everything = frozenset(piece.id for piece in pieces)
    simulate.simulate(tmp_path / "washed", clean=False, without=everything, **options)
    simulate.simulate(tmp_path / "clean", **options)
    assert not list(read_pieces(tmp_path / "washed" / "dirt.csv"))
    washed, clean = (
        {name: data for name, data in _files(tmp_path / one).items() if name.startswith("deliveries/")}
        for one in ("washed", "clean")
    )
    assert washed == clean


def test_taking_away_one_piece_leaves_every_other_where_it_was(city: City) -> None:
    some = [parcel for _, parcel in parcels(city) if parcel.feed == "union_organisations"][:2]
    some = [Parcel(one.feed, one.kind, one.reference_on, list(one.rows), one.tail) for one in some]
    whole = Dirt(city)
    for parcel in some:
        whole.soil(parcel)
    for gone in sorted(whole.pieces)[::40]:
        rest = Dirt(city, without={gone})
        for parcel in some:
            rest.soil(parcel)
        assert rest.pieces.keys() == whole.pieces.keys() - {gone}


def test_a_lasting_error_comes_again_with_every_delivery_and_is_one_piece(city: City) -> None:
    dirt = Dirt(city)
    fulls = [one for _, one in parcels(city) if one.feed == "union_organisations" and one.kind == "full"]
    fulls = [Parcel(one.feed, one.kind, one.reference_on, list(one.rows), one.tail) for one in fulls]
    at = index("union_organisations", "host_name")
    seen: dict[str, set[tuple[str, str]]] = {}
    for parcel in fulls[:2]:
        for held in parcel.rows:
            row, dirty = held.cells, dirt.row(parcel, held)[-1].cells
            if dirty[at] and len(dirty) == len(row):
                seen.setdefault(record_of(parcel.feed, row), set()).add((row[at], dirty[at]))
    unchanged_hosts = [pairs for pairs in seen.values() if len({clean for clean, _ in pairs}) == 1]
    assert len(unchanged_hosts) > 50
    assert all(len(pairs) == 1 for pairs in unchanged_hosts)


def test_each_piece_has_an_id_of_its_own_and_says_what_it_changed(pieces: list[Piece]) -> None:
    assert len({piece.id for piece in pieces}) == len(pieces)
    by_class = {one.name: one for one in dirt_classes.dirt_classes()}
    for piece in pieces:
        assert re.fullmatch(r"D[0-9a-f]{16}", piece.id)
        if by_class[piece.class_name].level == "cell":
            assert piece.before != piece.after
            assert piece.field and piece.record_key


def test_dirt_csv_opens_as_a_table_with_the_columns_of_a_piece(out: Path) -> None:
    with (out / "dirt.csv").open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert header == ["id", "class", "feed", "delivery", "record_key", "field", "before", "after"]


# --- deliveries ---


def test_deliveries_are_listed_in_order_of_arrival_the_late_ones_after_their_day(
    out: Path, pieces: list[Piece]
) -> None:
    late = {piece.delivery for piece in pieces if piece.class_name == "late"}
    sent = json.loads((out / "city.json").read_text(encoding="utf-8"))["deliveries"]
    arrivals = [one["arrived_on"] for one in sent]
    assert arrivals == sorted(arrivals)
    for one in sent:
        name = Path(one["path"]).stem
        if name in late and one["feed"] == "commerce":
            assert one["arrived_on"] > one["reference_on"]


def test_what_is_spoilt_is_not_believed_and_the_rest_is(out: Path, pieces: list[Piece]) -> None:
    spoilt = {
        piece.delivery
        for piece in pieces
        if piece.class_name in ("truncated", "corrupted", "wrong_header", "repeated")
    }
    sent = json.loads((out / "city.json").read_text(encoding="utf-8"))["deliveries"]
    by_file = (received for received in receive_all(out) if not received.is_decided)
    for one, received in zip(sent, by_file, strict=True):
        is_small = one["kind"] == "delta" and one["rows"] < 60  # where one bad row is more than a twentieth
        if Path(one["path"]).stem not in spoilt and not is_small:
            assert received.verdict == ACCEPTED, one["path"]
    assert any(received.verdict != ACCEPTED for received in receive_all(out))
