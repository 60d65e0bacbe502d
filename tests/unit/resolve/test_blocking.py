"""Candidates: a record of a slip still meets its enterprise, and a common key says nothing."""

import polars as pl
import pytest

from jianhui.resolve.bearers import with_sides
from jianhui.resolve.blocking import MOST, candidates, whereabouts


def named(names: list[str], owner: str, said: list[str | None] | None = None) -> pl.DataFrame:
    frame = pl.DataFrame(
        {"name": names, "said": said or [None] * len(names)}, schema={"name": pl.String, "said": pl.String}
    )
    read = with_sides(frame, ["said"])
    return read.with_columns(*whereabouts(pl.col("region"), pl.col("place"))).with_row_index(owner)


@pytest.mark.parametrize(
    "record",
    ["昆明澜泽机电设备有限公司", "昆明澜择机电设备有限公司", "澜泽机电设备", "昆明澜泽机电", "昆明澜泽设备机电厂",  # noqa: E501
     "云南澜泽机电设备股份有限公司", "昆明澜泽机电设备集团有限公司"],
)  # fmt: skip
def test_a_slip_does_not_hide_the_enterprise(record: str) -> None:
    held = named(["昆明澜泽机电设备有限公司", "成都天府茶业有限公司"], "bearer")
    found = candidates(named([record], "mention"), held)
    assert 0 in found.get_column("bearer").to_list()


def test_a_record_has_at_most_so_many_candidates() -> None:
    held = named([f"昆明澜泽机电{one}有限公司" for one in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"], "bearer")
    assert candidates(named(["昆明澜泽机电有限公司"], "mention"), held).height <= MOST


def test_strangers_share_no_key() -> None:
    held = named(["成都天府茶业有限公司"], "bearer")
    assert candidates(named(["昆明澜泽机电设备有限公司"], "mention"), held).is_empty()


@pytest.mark.parametrize(
    ("record", "said", "enterprise", "held_at"),
    [
        ("元丰有限公司", "文化路3号", "昆明元丰饮食服务有限公司", "昆明市五华区文化路3号"),
        ("昆明忆飞橱柜仪表有限公司", "姚北路10号", "昆明亿飞橱柜仪器仪表有限公司", "姚北路10号"),
        ("屏边县钰屏供销合作社综合门市部", None, "屏边县玉屏供销合作社综合门市部", None),
        ("肥东政房有限公司", None, "肥东县政房贸易有限公司", None),
    ],
)
def test_two_errors_at_once_leave_a_key_where_place_or_branch_agree(
    record: str, said: str | None, enterprise: str, held_at: str | None
) -> None:
    held = named([enterprise, "成都天府茶业有限公司"], "bearer", [held_at, None])
    found = candidates(named([record], "mention", [said]), held)
    assert 0 in found.get_column("bearer").to_list()
