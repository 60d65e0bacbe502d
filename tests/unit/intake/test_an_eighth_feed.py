"""A further feed needs a contract file and no Python."""

from tests.unit.intake.home import Home, codes, workbook

from jianhui.intake.contract import load_contracts

CONTRACT = """
feed: street_ledger
title: 街道台账
title_en: Ledger of a street
agency: 街道办事处
absence: ends
append_only: false
change_date: changed_on
life: {start: opened_on}
full_scope: quarter
record_key:
  - - {column: ledger_no, when: present}
  - - {column: quarter, when: any}
name: name
required: [ledger_no, name]
required_any: [[code, phone]]
min_keys_ratio: 0.5
max_bad_rows_ratio: 0.25
calendar: {rhythm: quarterly, grace_days: 15}
columns:
  - {name: ledger_no, header: 台账编号, aliases: [编号], type: text, title_en: Number}
  - {name: quarter, header: 季度, type: text, title_en: Quarter}
  - {name: name, header: 单位名称, type: name, title_en: Name}
  - {name: code, header: 代码, type: code, scheme: unit_code, personal: diagnosed, title_en: Code}
  - {name: phone, header: 电话, type: text, personal: always, title_en: Telephone}
  - {name: opened_on, header: 开业日期, type: date, title_en: Opened}
  - {name: changed_on, header: 变更日期, type: date, title_en: Changed}
"""


def test_a_contract_file_alone_brings_a_new_feed_into_landing_log_and_quarantine(home: Home) -> None:
    folder = home.root / "contracts"
    folder.mkdir()
    (folder / "street_ledger.yml").write_text(CONTRACT, encoding="utf-8")
    home.contracts = load_contracts(folder)
    rows = [["2014年台账"], ["编号", "单位名称", "季度", "电话"]]
    rows += [[f"00{i}", f"甲{i}公司", "2014Q1", f"1380000000{i}"] for i in range(1, 8)]
    rows += [["009", "", "2014Q1", "13800000009"]]
    home.drop("street_ledger", "street_ledger_20140331.xlsx", workbook({"台账": rows}))
    home.drop("street_ledger", "street_ledger_20140630.csv", "编号,单位名称,季度,电话\n001,甲1公司,2014Q1,\n")
    first, second = home.take_inbox()
    assert (first.verdict, first.counts["rows_accepted"], first.rejected["rule"].to_list()) == (
        "accepted",
        7,
        ["no_name"],
    )
    assert home.content("street_ledger")["record_key"][0] == "001|2014Q1"
    assert home.content("street_ledger")["phone"].str.starts_with("P:").all()
    assert home.landing(first).splitlines()[0] == "#line,#sheet,#problem,编号,单位名称,季度,电话"
    assert (second.verdict, codes(second)) == ("held", ["too_few_keys"])
