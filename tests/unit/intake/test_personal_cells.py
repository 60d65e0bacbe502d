"""Personal cells never stand in clear outside the vault."""

import gzip
import zlib
from pathlib import Path

import pytest
from tests.unit.intake.home import COMMERCE, Home, firm, firms, workbook

from jianhui.log.vault import is_pseudonym

# Invented: a division that was abolished, a day of birth long past, and the check digit that follows.
CITIZEN = "210201190001010013"
HEADER = f"{COMMERCE},联系电话"


def everything_written(home: Home) -> list[Path]:
    return [path for path in home.settings.home.rglob("*") if path.is_file()]


def assert_nowhere(home: Home, *secrets: str) -> None:
    """No file of the home holds a secret, packed or not."""
    for path in everything_written(home):
        data = path.read_bytes()
        for unpack in (lambda raw: raw, gzip.decompress, zlib.decompress):
            try:
                text = unpack(data)
            except (OSError, EOFError, zlib.error):
                continue
            for secret in secrets:
                assert secret.encode() not in text, f"{secret} in {path}"
                assert secret.encode("gb18030") not in text, f"{secret} in {path}"


def test_personal_columns_are_pseudonyms_everywhere_outside_the_vault(home: Home) -> None:
    rows = [
        firm(1, who="王某某甲") + ",13800001111",
        firm(2, who="王某某乙") + ",13800002222",
        firm(2, who="王某某丙", name="") + ",13800003333",  # a bad row
        firm(1, who="王某某丁", status="注销") + ",13800004444",  # makes the first one a duplicate
        firm(3, who="王某某戊") + ",13800005555,太多",  # cells that cannot be told apart
        *(firm(i, who="") + "," for i in range(10, 60)),
    ]
    home.drop("commerce", "commerce_20140331.csv", "\n".join([HEADER, *rows]) + "\n")
    (outcome,) = home.take_inbox()
    assert outcome.verdict == "accepted"
    assert outcome.rejected.height == 3
    names = [f"王某某{one}" for one in "甲乙丙丁戊"]
    assert_nowhere(home, *names, *(f"1380000{i}{i}{i}{i}" for i in range(1, 6)))


def test_a_held_and_a_refused_delivery_do_not_show_persons_either(home: Home) -> None:
    home.drop("commerce", "commerce_20140331.csv", firms(1, "王某某甲", "王某某乙,x"))
    home.drop("commerce", "commerce_20140401.csv", "企业名称,法定代表人\n甲,王某某丙\n")
    home.drop("commerce", "commerce_20140402.csv", "X1,甲,王某某戊\nX2,乙,王某某己\n")
    home.drop("commerce", "说明.csv", "王某某丁")
    outcomes = home.take_inbox()
    assert [one.verdict for one in outcomes] == ["held", "refused", "refused", "refused"]
    assert_nowhere(home, "王某某甲", "王某某乙", "王某某丙", "王某某丁", "王某某戊", "王某某己")


def test_equal_values_have_equal_pseudonyms_in_every_feed(home: Home) -> None:
    home.take("commerce_20140331.csv", f"{HEADER}\n{firm(1, who=' 王某某 ')},0411-8888\n")
    header = "工会编号,工会名称,工会类型,成立日期,状态,主席姓名,联系电话"
    union = f"{header}\nU1,甲工会,单独,2010,正常,王某某,0411-8888\n"
    home.take("union_organisations_20140331.csv", union, feed="union_organisations")
    row = home.content().row(0, named=True)
    chair = home.content("union_organisations").row(0, named=True)
    assert row["legal_representative"] == chair["chair_name"] != chair["phone"] == row["phone"]
    assert home.vault.reveal([row["legal_representative"], row["phone"]]) == {
        row["legal_representative"]: "王某某",
        row["phone"]: "0411-8888",
    }


def test_an_identity_number_as_tax_id_is_a_pseudonym_also_in_the_record_key(home: Home) -> None:
    header = "纳税人识别号,主管税务机关,所属期,纳税人名称\n"
    rows = f"{CITIZEN},中山局,201401,某店\n T-1 ,中山局,201401,甲公司\n"
    home.take("tax_20140131.csv", header + rows, feed="tax")
    spaced = f"{CITIZEN[:6]} {CITIZEN[6:]}"
    home.take(
        "tax_20140228.csv", header + rows.replace(CITIZEN, spaced).replace("201401", "201402"), feed="tax"
    )
    keys = [key.split("|")[0] for key in home.content("tax").sort("asserted_on")["record_key"]]
    personal = [key for key in keys if key != "T1"]
    assert is_pseudonym(personal[0])
    assert personal == [personal[0]] * 2, "one person, however the number is spaced"
    assert home.vault.reveal(personal) == {personal[0]: CITIZEN}
    raw = home.content("tax").filter(home.content("tax")["record_key"].str.starts_with("P:"))
    assert all(one.startswith(personal[0]) for one in raw["record_key_raw"])
    assert_nowhere(home, CITIZEN, spaced)


@pytest.mark.parametrize("header", ["统一社会信用代码,企业名称,住所", "注册号,企业名称,住所"])
def test_an_identity_number_in_any_code_column_is_a_pseudonym(home: Home, header: str) -> None:
    home.take("commerce_20140331.csv", f"{header}\n{CITIZEN},某店,路1号\n")
    assert is_pseudonym(home.content()["record_key"][0])
    assert_nowhere(home, CITIZEN)


def test_identity_and_mobile_numbers_in_unknown_columns_are_pseudonyms_and_the_rest_stays(home: Home) -> None:
    text = f"{COMMERCE},联系人,备用\n{firm(1)},13800001111,{CITIZEN}\n{firm(2)},无,普通文字\n"
    outcome = home.take("commerce_20140331.csv", text)
    assert_nowhere(home, "13800001111", CITIZEN)
    assert home.landing(outcome).splitlines()[2].endswith(",无,普通文字")


def test_the_contact_on_a_returned_work_list_is_a_pseudonym_too(home: Home) -> None:
    header = ["企业名称", "负 责 人", "联系电话", "所属区市县", "排查日期", "排查结论"]
    rows = [
        ["甲公司", "王某某", "0411-88886666", "中山区", "2014-05-01", "失联"],
        ["乙公司", "李某某", "", "", "", ""],
    ]
    data = workbook({"人民路街道": [header, *rows]})
    home.drop("verifications", "verifications_20140501_210202.xlsx", data)
    (outcome,) = home.take_inbox()
    assert outcome.verdict == "accepted"
    assert_nowhere(home, "王某某", "李某某", "0411-88886666")
    assert "中山区" in home.landing(outcome)


def test_empty_words_in_personal_columns_stay_what_they_are(home: Home) -> None:
    home.take("commerce_20140331.csv", f"{HEADER}\n{firm(1, who='无')},-\n{firm(2, who='')},\n")
    assert home.content()["legal_representative"].to_list() == ["无", ""]
    assert home.content()["phone"].to_list() == ["-", ""]


def test_a_row_whose_cells_cannot_be_told_apart_goes_sealed_to_the_vault(home: Home) -> None:
    outcome = home.take("commerce_20140331.csv", firms(30, "王某某,13800001111"))
    (pseudonym,) = outcome.rejected["value"].to_list()
    assert home.landing(outcome).splitlines()[-1] == f"32,,cell_count,{pseudonym},,,,,,"
    assert home.vault.reveal([pseudonym]) == {pseudonym: "王某某,13800001111"}


def test_the_original_can_be_read_back_until_its_key_is_destroyed(home: Home) -> None:
    text = firms(3)
    outcome = home.take("commerce_20140331.csv", text)
    assert outcome.delivery_id is not None
    assert home.vault.open_original(outcome.delivery_id) == text.encode()
    sealed = home.settings.home / home.receipt(outcome).sealed
    assert sealed == home.vault.original_path(outcome.delivery_id)
    assert home.vault.destroy_original_key(outcome.delivery_id)


def test_keys_lie_outside_the_home(home: Home) -> None:
    home.take("commerce_20140331.csv", firms(3))
    keys = list(home.settings.keys_root.rglob("*.key"))
    assert {path.name for path in keys} >= {"pseudonym.key", "values.key"}
    assert not list(home.settings.home.rglob("*.key"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys)


def test_a_number_of_a_person_within_free_text_is_personal(home: Home) -> None:
    lines = [
        "企业名称,排查日期,排查结论,备注,未建会原因",
        "甲公司,2014-05-01,失联,门卫电话13800007777，无人接听,搬走了",
        f"乙公司,2014-05-01,失联,老板身份证{CITIZEN}。,第2次去",
    ]
    outcome = home.take("verifications_20140501.csv", "\n".join(lines) + "\n", feed="verifications")
    assert outcome.counts["rows_accepted"] == 2
    assert_nowhere(home, "13800007777", CITIZEN)
    kept = home.log.events("verifications").sort("record_key")
    assert [is_pseudonym(cell) for cell in kept.get_column("remark")] == [True, True]
    assert set(kept.get_column("reason")) == {"搬走了", "第2次去"}
