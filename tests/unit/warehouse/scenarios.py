"""The scenarios of the city on 31 March 2014: each a few enterprises with one thing happening to them.

The daily table begins on 1 January 2014. Figures expected of them are worked out by hand in the tests.
"""

from datetime import date

from tests.unit.warehouse.world import BEGINNING, World

VALID_ON = date(2014, 3, 31)


def city_of_scenarios() -> World:
    """Every scenario in one city."""
    world = World(VALID_ON, first_full_on=date(2013, 12, 31))
    for tell in (
        _cover_comes_and_goes,
        _ways_of_cover,
        _bases_and_statuses,
        _findings,
        _places,
        _staff,
        _frozen_list,
        _scopes,
        _time_to_a_union,
        _gap_list,
    ):
        tell(world)
    return world


def _cover_comes_and_goes(world: World) -> None:
    world.enterprise("LOST")
    world.union(
        "U-LOST-1",
        "单独",
        {},
        {"valid_from": date(2014, 2, 20), "status": "撤销", "dissolved_on": date(2014, 2, 10)},
        host="LOST",
    )
    world.union(
        "U-LOST-2",
        "单独",
        {"founded_on": date(2014, 3, 1)},
        {
            "valid_from": date(2014, 3, 25),
            "status": "撤销",
            "founded_on": date(2014, 3, 1),
            "dissolved_on": date(2014, 3, 20),
        },
        host="LOST",
    )
    world.enterprise("JOINT-HOST")
    world.enterprise("JOINT-LINE")
    world.union("U-JOINT", "联合", {"dissolved_on": date(2014, 3, 15)}, host="JOINT-HOST")
    world.line("U-JOINT", "JOINT-LINE")
    world.enterprise("RETURNED")
    world.union("U-AREA", "区域性联合会")
    world.line("U-AREA", "RETURNED", {"valid_to": date(2014, 2, 1)}, {"valid_from": date(2014, 3, 1)})
    world.enterprise("HANDED-OVER")
    world.union(
        "U-OLD",
        "单独",
        {"founded_on": date(2005, 1, 1), "dissolved_on": date(2014, 2, 1)},
        host="HANDED-OVER",
    )
    world.union("U-NEW", "单独", {"founded_on": date(2014, 2, 1)}, host="HANDED-OVER")


def _ways_of_cover(world: World) -> None:
    world.enterprise("TIED")
    world.union("U-TIE-B", "单独", {"founded_on": date(2011, 1, 1)}, host="TIED")
    world.union("U-TIE-A", "单独", {"founded_on": date(2011, 1, 1)}, host="TIED")
    world.enterprise("OWN-FIRST")
    world.union("U-LATE-OWN", "单独", {"founded_on": date(2013, 5, 1)}, host="OWN-FIRST")
    world.union("U-EARLY-JOINT", "联合", {"founded_on": date(2009, 1, 1)}, host="OWN-FIRST")
    world.enterprise("OLDER-JOINT")
    world.union("U-JOINT-2012", "联合", {"founded_on": date(2012, 1, 1)}, host="OLDER-JOINT")
    world.union("U-JOINT-2010", "联合", {"founded_on": date(2010, 1, 1)})
    world.line("U-JOINT-2010", "OLDER-JOINT")
    world.enterprise("IN-PREPARATION")
    world.union("U-PREPARING", "单独", {"status": "筹建"}, host="IN-PREPARATION")
    world.enterprise("ONLY-TOWN")
    world.union("U-TOWN", "乡镇街道总工会", district="210202", street="210202001")
    world.line("U-TOWN", "ONLY-TOWN")
    world.enterprise("LINE-AHEAD")
    world.line("U-AREA", "LINE-AHEAD", {"started_on": date(2014, 4, 1)})
    world.enterprise("OLDER-UNION", {"established_on": date(2013, 2, 1)}, place="210224")
    world.union("U-OLDER", "单独", {"founded_on": date(2008, 1, 1)}, host="OLDER-UNION")


def _bases_and_statuses(world: World) -> None:
    world.enterprise(
        "RESUMED", {"status": "歇业"}, {"valid_from": date(2014, 3, 5), "status": "在营（开业）"}
    )
    world.enterprise(
        "ENDS-LATER", {}, {"valid_from": date(2014, 3, 1), "status": "注销", "ended_on": date(2014, 5, 1)}
    )
    world.enterprise(
        "UNDATED-END",
        {},
        {"valid_from": date(2014, 2, 1), "status": "吊销，未注销"},
        {"valid_from": date(2014, 3, 1), "status": "注销"},
    )
    world.enterprise(
        "BACKDATED-END", {}, {"valid_from": date(2014, 3, 20), "status": "注销", "ended_on": date(2014, 2, 5)}
    )
    # Asserted after valid_on, of a day before it: already known when the release is made.
    world.enterprise(
        "KNOWN-LATER", {}, {"valid_from": date(2014, 4, 5), "status": "注销", "ended_on": date(2014, 3, 10)}
    )
    world.enterprise("UNKNOWN-WORD", {"status": "其他"})
    world.enterprise("NO-STATUS", {"status": None})
    world.enterprise("UNDATED-START", {"established_on": None}, first_seen_on=date(2013, 12, 31))
    world.enterprise("CLAMPED", {"established_on": date(2013, 8, 31)}, place="210224")
    world.enterprise("BORN", {"established_on": date(2014, 2, 3)}, place="210224")
    world.enterprise("DELETED", {"valid_to": date(2014, 3, 3)})
    world.enterprise("ABSENT", is_absent=True)


def _findings(world: World) -> None:
    world.enterprise("FOUND-AGAIN")
    world.finding("FOUND-AGAIN", date(2014, 1, 10), "事实不存在")
    world.finding("FOUND-AGAIN", date(2014, 2, 20), "正常经营")
    world.enterprise("SAME-DAY")
    world.finding("SAME-DAY", date(2014, 1, 15), "正常经营", line=1)
    world.finding("SAME-DAY", date(2014, 1, 15), "异地经营", line=2)
    world.enterprise("EXPIRED")
    world.finding("EXPIRED", date(2013, 3, 10), "事实不存在")
    world.enterprise("STOPPED")
    world.finding("STOPPED", date(2014, 3, 1), "停产歇业")
    world.enterprise("CLAIMED")
    world.finding("CLAIMED", date(2014, 3, 1), "已建会")


def _places(world: World) -> None:
    world.enterprise(
        "MOVED",
        {},
        {"valid_from": date(2014, 2, 15), "address": "新址"},
        place=[(BEGINNING, "210281"), (date(2014, 2, 15), "210283")],
    )
    world.union("U-MOVED", "单独", host="MOVED")
    world.enterprise("NOWHERE", place=None)
    world.enterprise("STREET", place="210202", street="210202001")
    world.enterprise("ZONED", place="210211", zone="210231")
    world.enterprise("PLAIN", place="210211")
    world.union("U-DISTRICT", "区市县总工会", {"founded_on": date(1990, 1, 1)}, district="210211")
    world.union("U-ZONE", "区市县总工会", {"founded_on": date(1985, 1, 1)}, district="210211", zone="210231")


def _staff(world: World) -> None:
    world.enterprise("TAX-15")
    world.tax("TAX-15", date(2012, 12, 1), 40)
    world.enterprise("TAX-16", {"employed_count": 5})
    world.tax("TAX-16", date(2012, 11, 1), 40)
    world.insured("TAX-16", "H1", date(2013, 9, 1), 10, injury_count=12)
    world.insured("TAX-16", "H2", date(2013, 9, 1), 20)
    world.insured("TAX-16", "H3", date(2013, 9, 1), 99, status="终止")
    world.insured("TAX-16", "H4", date(2013, 8, 1), 77)
    world.enterprise("HR-7", {"employed_count": 6})
    world.insured("HR-7", "H5", date(2013, 8, 1), 50)
    world.enterprise("LARGEST")
    world.tax("LARGEST", date(2014, 1, 1), 60)
    world.tax("LARGEST", date(2014, 2, 1), 30, charge_item="工会经费")
    world.tax("LARGEST", date(2014, 2, 1), 33)
    world.tax("LARGEST", date(2014, 2, 1), 2000000, charge_item="其他")
    world.tax("LARGEST", date(2014, 3, 1), None)
    world.tax("LARGEST", date(2014, 4, 1), 44)
    world.enterprise("OWN-COUNT")
    world.union("U-COUNT", "单独", {"staff_count": 28}, host="OWN-COUNT")
    world.enterprise("GREW")
    world.tax("GREW", date(2014, 1, 1), 24)
    world.tax("GREW", date(2014, 2, 1), 25)


def _frozen_list(world: World) -> None:
    for name in ("LISTED", "LISTED-ENDED", "LISTED-GONE", "LISTED-STOPPED", "LISTED-ELSEWHERE"):
        world.enterprise(
            name,
            {"status": "吊销" if name == "LISTED-ENDED" else "停业" if name == "LISTED-STOPPED" else "存续"},
            place="210212",
        )
    world.union("U-LISTED", "单独", host="LISTED")
    world.finding("LISTED-GONE", date(2014, 2, 1), "事实不存在")
    world.finding("LISTED-ELSEWHERE", date(2014, 2, 1), "异地经营")
    world.enterprise("LISTED-BRANCH", {"enterprise_type": "有限责任公司分公司"}, place="210212")
    frozen = date(2014, 1, 5)
    for name in (
        "LISTED",
        "LISTED-ENDED",
        "LISTED-GONE",
        "LISTED-STOPPED",
        "LISTED-ELSEWHERE",
        "LISTED-BRANCH",
    ):
        world.listed("2014年基数", name, frozen, name)
    world.listed("2014年基数", "LISTED旧名", frozen, "LISTED")
    world.listed("2014年基数", "无此企业甲", frozen, None)
    world.listed("2014年基数", "无此企业乙", frozen, None)
    world.listed("2013年基数", "PLAIN", date(2014, 2, 1), "PLAIN")
    world.listed("2014年基数（修订）", "PLAIN", date(2014, 4, 1), "PLAIN")


def _scopes(world: World) -> None:
    company = "有限责任公司(自然人投资或控股)"
    world.enterprise(
        "RECLASSED",
        {"enterprise_type": company},
        {"valid_from": date(2014, 2, 10), "enterprise_type": "有限责任公司分公司"},
    )
    world.enterprise(
        "BY-CODE", {"uscc": "92210200TEST000001", "uscc_valid": True, "enterprise_type": company}
    )
    world.enterprise("BY-REGISTRATION", {"registration_type": "700", "enterprise_type": company})
    world.enterprise("BY-REGNO", {"reg_no": "210200600000013", "reg_no_valid": True})
    world.enterprise("BY-NAME", {"name_canonical": "大连某某有限公司(沈阳)营业部"})
    world.enterprise("SUPPLY-COOP", {"name_canonical": "大连某某供销合作社"})
    world.enterprise("FARM-COOP", {"name_canonical": "大连某某种植专业合作社"})
    world.enterprise(
        "FOREIGN", {"registration_type": "159", "enterprise_type": "有限责任公司(台港澳与境内合资)"}
    )
    world.enterprise("STATE", {"registration_type": "国有企业", "industry_code": "C1311"})


def _time_to_a_union(world: World) -> None:
    """In 普兰店市, all established on 1 January 2013: covered after 100, 200 and 300 days, and never."""
    start = date(2013, 1, 1)
    for name, founded in (
        ("KM-100", date(2013, 4, 11)),
        ("KM-200", date(2013, 7, 20)),
        ("KM-300", date(2013, 10, 28)),
    ):
        world.enterprise(name, {"established_on": start}, place="210282")
        world.union(f"U-{name}", "单独", {"founded_on": founded}, host=name)
    world.enterprise("KM-NEVER", {"established_on": start}, place="210282")
    # First seen after 150 days, covered after 120: never under observation.
    world.enterprise("KM-UNSEEN", {"established_on": start}, place="210282", first_seen_on=date(2013, 5, 31))
    world.union("U-KM-UNSEEN", "单独", {"founded_on": date(2013, 5, 1)}, host="KM-UNSEEN")


def _gap_list(world: World) -> None:
    world.enterprise("PAYER", {"business_address": "经营地"})
    world.tax("PAYER", date(2013, 4, 1), charge_item="建会筹备金", amount_paid=100.0)
    world.enterprise("OLD-PAYER")
    world.tax("OLD-PAYER", date(2013, 3, 1), charge_item="建会筹备金", amount_paid=100.0)
    world.enterprise("NOT-PAID")
    world.tax("NOT-PAID", date(2014, 2, 1), charge_item="建会筹备金", amount_paid=0.0)
    world.add("previous_release", release_id="2014-03-30", valid_on=date(2014, 3, 30))
    world.add("previous_gap", enterprise_id="PAYER")
