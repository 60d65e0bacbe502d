"""Four firms and one piece of news of every kind, each known by hand: every cause names its own enterprise.

The same over a simulated year, with a better reader of numbers too: ``test_trust.py``.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from jianhui.publish.compare_cells import CAUSES
from jianhui.publish.digests import provenance
from jianhui.publish.rules import SEEDS, keep_rules, project_under
from jianhui.publish.rules_in_force import RULES_FILE, with_rules
from jianhui.resolve.judgements import STREAM, Judgement, judged_line
from jianhui.stages import as_of
from jianhui.stages.comparing import compare_ends, end_of
from jianhui.stages.context import Context, When
from tests.stages.office import COMMERCE, LATE_UNION, UNIONS, Office

DAY, LATER = date(2014, 3, 31), date(2014, 4, 15)
G2 = "G2,大连乙机械有限公司工会,单独,大连乙机械有限公司,$U2,2012-05-01,正常\n"
NEW_FIRM = "$U4,大连丁机械有限公司,2014-04-10,大连市西岗区长江路4号,5\n"


@pytest.mark.slow
def test_each_cause_moves_its_own_enterprise_and_all_add_up(tmp_path: Path) -> None:
    office = Office(tmp_path)
    context = office.context
    office.receive("commerce", "20131231", COMMERCE)
    office.receive("union_organisations", "20131231", UNIONS + G2)
    office.receive("commerce", "20140331", COMMERCE)
    before = as_of.view(context, When(DAY))
    keep_rules(context.settings, provenance(context.settings))  # as every release does

    says = Judgement("union_organisations", "G2", "none", by="p:judge", reason="查无此会")
    context.log.append_decision(STREAM, judged_line([says]), office.clock)
    corrected = COMMERCE.replace("西岗区长江路2号", "中山区人民路2号")
    office.receive("commerce", "20140331", corrected)
    office.receive("union_organisations", "20140331", LATE_UNION + G2)
    office.now = datetime(2014, 4, 16, tzinfo=UTC)
    office.receive("commerce", "20140415", corrected + NEW_FIRM)
    seeds = context.settings.dbt_project / SEEDS
    rules = (seeds / RULES_FILE).read_text(encoding="utf-8")
    higher = rules.replace("union.own.min_staff,25,", "union.own.min_staff,35,").encode()
    assert higher != rules.encode()
    project = project_under(context.settings, with_rules(context.settings, seeds, {RULES_FILE: higher}))
    today = Context(replace(context.settings, project=project), office.clock)
    after = as_of.view(today, When(LATER))

    found = compare_ends(today, end_of(before), end_of(after))

    told = {
        (row["cause"], row["base_kind"], row["event"], str(row["name"])[2])
        for row in found.members.filter(pl.col("grouping") == "district").to_dicts()
    }
    assert told == {
        ("policy", "live_25", "headcount", "甲"),
        *(("judgement", base, "left_union", "乙") for base in ("live", "due")),
        *(("correction", base, "moved", "乙") for base in ("live", "due")),
        *(("late", base, "founded", "丙") for base in ("live", "live_25", "due")),
        ("world", "live", "new", "丁"),
    }
    for row in found.cells.to_dicts():
        assert (row["after"] or 0) - (row["before"] or 0) == sum(row[cause] for cause in CAUSES), row
    for move in found.rates:
        if move.before is not None and move.after is not None:
            assert move.after - move.before == sum(move.parts.values()), move
    due = next(move for move in found.rates if (move.mart, move.grouping) == ("agg_dynamic_coverage", "city"))
    assert (due.measure, due.before, due.after) == ("rate_due", Fraction(2, 3), Fraction(2, 3))
    assert {cause: part for cause, part in due.parts.items() if part} == {
        "judgement": Fraction(-1, 3),
        "late": Fraction(1, 3),
    }
    daily = found.openings.filter(pl.col("mart") == "agg_coverage_daily", pl.col("measure") == "n_covered")
    of_city = daily.filter(pl.col("grouping") == "city", pl.col("day") == DAY)
    assert of_city.select("cause", "change", pl.col("name").str.slice(2, 1)).rows() == [
        ("judgement", -1, "乙"),
        ("late", 1, "丙"),
    ]
