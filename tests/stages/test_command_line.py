"""The verbs end with the exit codes published, data on stdout and talk on stderr."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
from typer.testing import CliRunner, Result

from jianhui.cli import app
from tests.cases.case_file import replace_tokens

HEADER = "统一社会信用代码,企业名称,成立日期,住所,从业人数,法定代表人,联系电话\n"
FIRMS = [
    f"$U{n},大连第{n}机械有限公司,2010-01-01,大连市沙河口区中山路{n}号,{20 + n},测试甲,000-1"
    for n in range(1, 61)
]
UNIONS = """工会编号,工会名称,工会类型,所在单位名称,所在单位代码,成立日期,状态
G1,大连第1机械有限公司工会,单独,大连第1机械有限公司,$U1,2011-05-01,正常
"""


class Terminal:
    """Commands against a home of their own; files are written as an agency would drop them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            "JIANHUI_HOME": str(folder / "home"),
            "JIANHUI_KEYS": str(folder / "keys"),
            "JIANHUI_LANG": "zh",
        }

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), env=self.env)

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(replace_tokens(text), encoding="utf-8")
        return str(path)

    def registry(self, name: str, firms: list[str]) -> str:
        return self.file(name, HEADER + "\n".join(firms) + "\n")


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A home with one night published."""
    terminal = Terminal(tmp_path_factory.mktemp("command-line"))
    unions = terminal.file("union_organisations_20140331.csv", UNIONS)
    assert (
        terminal.run("receive", "commerce", terminal.registry("commerce_20140331.csv", FIRMS)).exit_code == 0
    )
    assert terminal.run("receive", "union_organisations", unions).exit_code == 0
    night = terminal.run("nightly", "--date", "2014-03-31")
    assert night.exit_code == 0, night.stderr
    assert "未建会企业: 59" in night.stdout
    return terminal


def test_a_command_that_cannot_be_carried_out_ends_with_2_and_says_what_to_do(terminal: Terminal) -> None:
    unknown = terminal.run("receive", "weather", "x.csv")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "没有这个数据源" in unknown.stderr
    too_early = terminal.run("nightly", "--date", "2014-03-30")
    assert too_early.exit_code == 2
    assert "2014-03-31" in too_early.stderr
    assert terminal.run("nightly", "--date", "2999-01-01").exit_code == 2


DOES = {
    "demo", "simulate", "simulate score", "receive", "nightly", "quarantine release", "quarantine reject",
    "slip", "base freeze", "report", "release plan", "release verify", "release sign", "release publish",
    "release enter", "release withdraw", "release index", "review export", "review import", "review judge",
    "review withdraw", "replay", "doctor", "schedule",
}  # fmt: skip
"""Verbs that do something, or speak of one thing as it is. All others read."""


def verbs(group: Any, name: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every verb with its options."""
    for word, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from verbs(found, f"{name}{word} ")
        if not getattr(found, "no_args_is_help", False):
            yield f"{name}{word}", {option for one in found.params for option in one.opts}


def test_every_verb_that_reads_can_be_asked_of_another_day_and_moment() -> None:
    options = dict(verbs(typer.main.get_command(app)))
    assert set(options) > DOES
    asked = {"--valid-on", "--known-at"}
    assert [verb for verb, known in options.items() if verb not in DOES and not asked <= known] == []
    assert [verb for verb in DOES if "--valid-on" in options[verb]] == []


def test_a_held_delivery_ends_with_4_and_changes_nothing(terminal: Terminal) -> None:
    held = terminal.run("receive", "commerce", terminal.registry("commerce_20140401.csv", FIRMS[:3]))
    assert held.exit_code == 4
    assert "60 条记录" in held.stderr
    listed = json.loads(terminal.run("quarantine", "list", "--json").stdout)
    assert [one["verdict"] for one in listed] == ["held"]
    rejected = terminal.run(
        "quarantine", "reject", listed[0]["delivery_id"], "--by", "经办人", "--reason", "文件截断"
    )
    assert rejected.exit_code == 0


@pytest.mark.slow
def test_a_night_of_the_same_day_and_data_ends_with_6(terminal: Terminal) -> None:
    first = terminal.run("nightly", "--date", "2014-03-31")
    assert first.exit_code in (0, 6)  # 0 when a delivery was decided on in the meantime
    assert terminal.run("nightly", "--date", "2014-03-31").exit_code == 6


@pytest.mark.slow
def test_releases_are_proved_compared_and_planned_with_the_exit_codes_published(terminal: Terminal) -> None:
    release = "night-2014-03-31-r1"
    assert terminal.run("release", "verify", release, "--bytes").exit_code == 0
    planned = terminal.run("release", "plan", "--date", "2014-03-31")
    assert planned.exit_code == 6 and not planned.stdout
    same = terminal.run("release", "compare", release, release, "--json")
    assert same.exit_code == 0, same.stderr
    assert json.loads(same.stdout)["cells"] == []
    told = terminal.run("release", "compare", release, release)
    assert "两者逐项比较，各数均无变动。" in told.stdout
    rules = terminal.file("rules.csv", "rule_key,value\nunion.own.min_staff,many\n")
    refused = terminal.run("what-if", "--policy", rules)
    assert refused.exit_code == 2
    assert "[bad_value]" in refused.stderr and "line 2, field value, value 'many'" in refused.stderr
    unknown = terminal.run("release", "compare", "night-1999-01-01-r1", release)
    assert unknown.exit_code == 2 and release in unknown.stderr
    signed = terminal.run("release", "sign", release, "--by", "李")
    assert signed.exit_code == 2 and "只有季度发布需要签发" in signed.stderr


def test_an_index_that_others_follow_is_examined_and_made_again(terminal: Terminal) -> None:
    path = terminal.folder / "home" / "releases" / "index.json"

    def told() -> str:
        found = json.loads(terminal.run("doctor", "--json").stdout)
        return str(next(one["level"] for one in found if one["code"] == "index"))

    assert told() == "ok"
    right = path.read_bytes()
    path.write_bytes(right.replace(b'"passed"', b'"blocked"').replace(b'"current"', b'"withdrawn"'))
    assert told() == "warn"
    assert "jianhui release index" in terminal.run("doctor").stdout
    assert terminal.run("release", "index").stdout.strip() == str(path)
    assert (told(), path.read_bytes()) == ("ok", right)


def test_what_was_published_can_be_read_as_data(terminal: Terminal) -> None:
    query = "select n_base, n_covered from agg_coverage where grouping = 'city' and base_kind = 'live'"
    assert json.loads(terminal.run("sql", query, "--json").stdout) == [{"n_base": 60, "n_covered": 1}]
    assert terminal.run("sql", "create table x as select 1").exit_code == 2
    assert json.loads(terminal.run("status", "--json").stdout)["release"]["release_id"].startswith("night-")
    assert json.loads(terminal.run("release", "show").stdout)["kind"] == "night"
    assert "当前" in terminal.run("release", "list").stdout
    assert "night-" not in terminal.run("release", "list", "--valid-on", "2014-03-30").stdout
    assert terminal.run("policy", "show", "--date", "2014-03-31").stdout.count("assumed") > 3


@pytest.mark.slow
def test_a_filled_in_work_list_dropped_into_the_inbox_changes_the_next_night(terminal: Terminal) -> None:
    folder = terminal.folder / "home" / "worklists" / "2014-03-31"
    (path,) = folder.glob("verifications_20140331_210204_*.xlsx")
    book = openpyxl.load_workbook(path)
    tops = (row for sheet in book.worksheets for row in sheet.iter_rows(max_row=10))
    header = next(row for row in tops if any(cell.value == "排查结论" for cell in row))
    sheet = header[0].parent
    columns = {cell.value: cell.column for cell in header}
    row = header[0].row + 1
    name = sheet.cell(row, columns["企业名称"]).value
    sheet.cell(row, columns["排查日期"], "2014-04-01")
    sheet.cell(row, columns["排查结论"], "事实不存在")
    inbox = terminal.folder / "home" / "raw" / "inbox" / "verifications"
    inbox.mkdir(parents=True, exist_ok=True)
    book.save(inbox / path.name)

    night = terminal.run("nightly", "--date", "2014-04-01")

    assert night.exit_code == 0, night.stderr
    assert "未建会企业: 58" in night.stdout
    query = f"select d.name from fct_enterprises_without_union as d where d.name = '{name}'"
    assert json.loads(terminal.run("sql", query, "--json").stdout) == []


@pytest.mark.slow
def test_the_frozen_base_is_judged_from_the_next_night_on(terminal: Terminal) -> None:
    frozen = terminal.run("base", "freeze", "--plan-year", "2014", "--reason", "年初固化", "--by", "组织部")
    assert frozen.exit_code == 0, frozen.stderr
    (listed,) = json.loads(terminal.run("base", "list", "--json").stdout)
    assert listed["plan_year"] == 2014
    night = terminal.run("nightly", "--date", "2014-04-02")
    assert night.exit_code == 0, night.stderr
    assert f"固化基数: 1/{listed['n']}" in night.stdout


@pytest.mark.slow
def test_a_build_that_does_not_pass_ends_with_3_and_the_last_release_stands(terminal: Terminal) -> None:
    before = json.loads(terminal.run("release", "show").stdout)["release_id"]
    gone = [f"{firm.replace('2010-01-01', '2015-01-01')}" for firm in FIRMS]
    assert (
        terminal.run("receive", "commerce", terminal.registry("commerce_20140403.csv", gone)).exit_code == 0
    )

    blocked = terminal.run("nightly", "--date", "2014-04-03")

    assert blocked.exit_code == 3, blocked.stdout
    for said in ("实际", "允许", "处理"):
        assert said in blocked.stderr
    assert json.loads(terminal.run("release", "show").stdout)["release_id"] == before


@pytest.mark.slow
def test_a_release_made_good_in_all_its_own_files_ends_with_5_because_the_log_knows_better(
    terminal: Terminal,
) -> None:
    assert terminal.run("release", "verify").exit_code == 0
    folder = terminal.folder / "home" / "releases" / "current"
    manifest, sums = folder / "manifest.json", folder / "SHA256SUMS"
    told = {path: path.read_bytes() for path in (manifest, sums)}
    forged = told[manifest] + b"\n"
    digests = [hashlib.sha256(data).hexdigest().encode() for data in (told[manifest], forged)]
    try:
        for path, data in ((manifest, forged), (sums, told[sums].replace(*digests))):
            path.chmod(0o644)
            path.write_bytes(data)

        verified = terminal.run("release", "verify")

        assert verified.exit_code == 5
        assert "manifest.json：与事件日志所记不符" in verified.stdout
    finally:
        for path, data in told.items():
            path.write_bytes(data)


def test_nothing_personal_stands_in_clear_outside_vault_and_work_lists(terminal: Terminal) -> None:
    home = terminal.folder / "home"
    apart = (home / "vault", home / "worklists")
    files = [p for p in home.rglob("*") if p.is_file() and not any(one in p.parents for one in apart)]
    assert len(files) > 50
    assert not [path for path in files if "测试甲".encode() in path.read_bytes()]


def test_a_damaged_log_ends_with_5_and_is_named(terminal: Terminal) -> None:
    assert terminal.run("replay", "--verify").exit_code == 0
    segment = next((terminal.folder / "home" / "raw" / "events" / "commerce").glob("*.parquet"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.chmod(0o644)
    segment.write_bytes(bytes(data))

    damaged = terminal.run("replay", "--verify")

    assert damaged.exit_code == 5
    assert segment.name in damaged.stdout
