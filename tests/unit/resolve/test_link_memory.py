"""Weighing only what changed gives what weighing everything gives."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.resolve.frames import identities, uscc, versions

from jianhui.resolve.enterprises import merge_versions
from jianhui.resolve.link_memory import LinkMemory
from jianhui.resolve.links import Links, link
from jianhui.resolve.scored import Read

BRANDS = ("鑫海", "鑫洋", "华泰", "华泰来")
TRADES = ("船舶配件", "船舶", "食品", "食品贸易")
FORMS = ("有限公司", "有限责任公司", "厂")
PLACES = ("大连", "大连市", "沈阳", "")

names = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(PLACES),
    st.sampled_from(BRANDS),
    st.sampled_from(TRADES),
    st.sampled_from(FORMS),
)
registers = st.lists(names, min_size=1, max_size=8)
told = st.lists(names, min_size=1, max_size=6)


def linked(register: list[str], said: list[str], memory: LinkMemory | None) -> Links:
    firms = versions(
        "commerce", [{"key": uscc(n), "uscc": uscc(n), "name": name} for n, name in enumerate(register, 1)]
    )
    ids = identities(firms)
    rows = [{"key": f"U{n}", "unit_no": f"U{n}", "name": name} for n, name in enumerate(said)]
    records = {"hr": versions("hr", rows)}
    return link(records, merge_versions(firms, ids), ids.superseded, memory=memory)


def same(one: Links, other: Links) -> bool:
    return all(
        getattr(one, table).equals(getattr(other, table)) for table in ("links", "unmatched", "weighed")
    )


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(registers, told), min_size=2, max_size=3))
def test_the_outcome_equals_weighing_everything(
    tmp_path_factory: pytest.TempPathFactory, nights: list[tuple[list[str], list[str]]]
) -> None:
    memory = LinkMemory(tmp_path_factory.mktemp("home") / "links")
    for register, said in nights:
        assert same(linked(register, said, memory), linked(register, said, None))


def asked_each_night(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many mentions are weighed, night by night."""
    from jianhui.resolve import link_memory

    asked: list[int] = []
    plain = link_memory.score_mentions

    def counting(mentions: Read, *rest: object) -> pl.DataFrame:
        asked.append(mentions.named.height)
        return plain(mentions, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(link_memory, "score_mentions", counting)
    return asked


def test_what_did_not_change_is_not_weighed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asked_each_night(monkeypatch)
    memory = LinkMemory(tmp_path / "links")
    said = ["大连市鑫海船舶公司", "沈阳华泰食品厂店"]
    linked(["大连鑫海船舶有限公司", "沈阳华泰食品有限公司"], said, memory)
    linked(["大连鑫海船舶有限公司", "沈阳华泰食品有限公司", "大连鑫海船舶厂"], said, memory)
    assert asked == [2, 1]


CROWD = [
    f"大连鑫海{one}{other}制品有限公司" for one in "铝铜铁锡锌铅银金钛镍" for other in "板管线棒网丝箔带条块"
]
SAID = ["大连鑫海瓷砖厂"]


@pytest.mark.parametrize("sizes", [(79, 82, 79), (82, 79, 82)])
def test_a_key_that_becomes_common_or_rare_counts_as_if_all_were_weighed(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    memory = LinkMemory(tmp_path / "links")
    for size in sizes:
        assert same(linked(CROWD[:size], SAID, memory), linked(CROWD[:size], SAID, None))


def test_a_key_too_many_share_before_and_after_leads_to_no_weighing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_each_night(monkeypatch)
    memory = LinkMemory(tmp_path / "links")
    for size in (79, 82, 90, 100):
        linked(CROWD[:size], SAID, memory)
    assert asked == [1, 1, 0, 0]


def test_a_memory_of_another_model_or_one_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "links"
    register, said = ["大连鑫海船舶有限公司"], ["大连市鑫海船舶公司"]
    first = linked(register, said, LinkMemory(folder))
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    (folder / "key.json").write_text(json.dumps({**key, "model": "of yesterday"}), encoding="utf-8")
    assert same(linked(register, said, LinkMemory(folder)), first)
    (folder / "bearers.parquet").write_bytes(b"not a table")
    assert same(linked(register, said, LinkMemory(folder)), first)
    assert same(linked(register, said, LinkMemory(folder)), first)
