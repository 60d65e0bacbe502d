"""What a "same" on a pair would change, so that people are asked about that first."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.unit.warehouse.built import Built
from tests.unit.warehouse.world import World

DAY = date(2014, 3, 31)
LIST = "2014年清单"


def candidate(world: World, feed: str, record_key: str, enterprise: str, decision: str = "uncertain") -> None:
    """A pair to be judged, with a mobile number in its address."""
    world.add(
        "link_candidates",
        feed=feed,
        record_key=record_key,
        record_name=record_key,
        record_address="某路1号13840812345",
        enterprise_id=enterprise,
        enterprise_name=enterprise,
        rank=1,
        decision=decision,
        evidence="[]",
    )


@pytest.fixture(scope="module")
def asked(build_world: Callable[[World], Built]) -> Built:
    world = World(DAY)
    for name in ("BARE", "COVERED", "ELSEWHERE", "BIG"):
        world.enterprise(name)
    world.enterprise("GONE", {"status": "注销", "ended_on": date(2014, 1, 1)})
    world.enterprise("IDLE", {"status": "歇业"})
    world.union("U-OWN", "单独", host="COVERED")
    world.union("U-LOOSE", "单独")
    world.union("U-DEAD", "单独", {"status": "撤销", "dissolved_on": date(2014, 1, 1)})
    world.union("U-TOWN", "乡镇街道总工会")
    world.tax("BIG", date(2014, 2, 1), 40)
    for unit, staff in (("H-MANY", 30), ("H-FEW", 3), ("H-OLD", 30)):
        month = date(2012, 1, 1) if unit == "H-OLD" else date(2014, 2, 1)
        world.insured("ELSEWHERE", unit, month, staff)
    world.finding("ELSEWHERE", date(2014, 3, 1), "事实不存在")
    world.finding("ELSEWHERE", date(2014, 3, 2), "正常经营")
    world.listed(LIST, "某某", date(2014, 1, 1), None)
    world.listed(LIST, "IDLE", date(2014, 1, 1), "IDLE")
    gone, seen = (f"大连ELSEWHERE有限公司|{day}|1" for day in ("2014-03-01", "2014-03-02"))
    for feed, key, enterprise in (
        ("union_organisations", "U-LOOSE", "BARE"),
        ("union_organisations", "U-LOOSE", "COVERED"),
        ("union_organisations", "U-LOOSE", "GONE"),
        ("union_organisations", "U-LOOSE", "IDLE"),
        ("union_organisations", "U-DEAD", "BARE"),
        ("union_organisations", "U-TOWN", "BARE"),
        ("hr", "H-MANY", "BARE"),
        ("hr", "H-MANY", "BIG"),
        ("hr", "H-FEW", "BARE"),
        ("hr", "H-OLD", "BARE"),
        ("verifications", gone, "BARE"),
        ("verifications", seen, "BARE"),
        ("base_list", f"{LIST}|某某", "BARE"),
    ):
        candidate(world, feed, key, enterprise)
    return build_world(world)


@pytest.mark.parametrize(
    ("record_key", "enterprise", "effect"),
    [
        ("U-LOOSE", "BARE", "live_cover"),
        ("U-LOOSE", "COVERED", "other"),
        ("U-LOOSE", "GONE", "other"),
        ("U-LOOSE", "IDLE", "frozen"),
        ("U-DEAD", "BARE", "other"),
        ("U-TOWN", "BARE", "other"),
        ("H-MANY", "BARE", "live_25"),
        ("H-MANY", "BIG", "other"),
        ("H-FEW", "BARE", "other"),
        ("H-OLD", "BARE", "other"),
        ("大连ELSEWHERE有限公司|2014-03-01|1", "BARE", "live_base"),
        ("大连ELSEWHERE有限公司|2014-03-02|1", "BARE", "other"),
        (f"{LIST}|某某", "BARE", "frozen"),
    ],
)
def test_the_effect_of_a_pair(asked: Built, record_key: str, enterprise: str, effect: str) -> None:
    row = asked.row("fct_link_candidates", record_key=record_key, enterprise_id=enterprise)
    assert row["effect"] == effect


def test_a_person_s_number_in_an_address_is_masked(asked: Built) -> None:
    found = asked.rows("select distinct record_address from marts.fct_link_candidates")
    assert found == [{"record_address": "某路1号138****2345"}]
