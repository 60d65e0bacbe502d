"""The main job on a real extract of the registry. Test input only: nothing of it is shown, kept or
committed.
"""

from datetime import date

import duckdb
import pytest

from jianhui.core.clock import system_clock
from jianhui.settings import INSTALLATION, Settings
from jianhui.stages import intake, night
from jianhui.stages.context import Context

EXTRACT = INSTALLATION.parent / "shared" / "data" / "real" / "commerce_20190430.csv.gz"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not EXTRACT.is_file(), reason="the registry extract is not beside this checkout"),
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Context, night.Night]:
    folder = tmp_path_factory.mktemp("registry")
    context = Context(Settings(folder / "home", folder / "keys"), system_clock)
    (outcome,) = intake.receive(context, "commerce", [EXTRACT])
    assert outcome.counts["rows_accepted"] >= 40_090
    assert (
        outcome.counts["rows_accepted"] + outcome.counts.get("rows_quarantined", 0)
        == outcome.counts["rows_in"]
    )
    return context, night.publish(context, date(2019, 4, 30))


def one(release: night.Night, query: str) -> tuple[object, ...]:
    with duckdb.connect(str(release.release.warehouse), read_only=True) as connection:
        (row,) = connection.execute(query).fetchall()
    return tuple(row)


def test_every_row_becomes_an_enterprise_and_branches_stand_apart(
    published: tuple[Context, night.Night],
) -> None:
    _, release = published
    n, n_branches, n_in_scope = one(
        release,
        "select count(*), count(*) filter (exclusion_reason = 'branch'), count(*) filter (in_scope) "
        "from dim_enterprises",
    )
    assert n == 40_098
    assert 2_000 < int(str(n_branches)) < 6_000
    assert int(str(n_in_scope)) > 33_000


def test_nearly_all_have_a_district_or_managing_area_mostly_by_other_evidence_than_a_zone(
    published: tuple[Context, night.Night],
) -> None:
    _, release = published
    placed, by_other_evidence = one(
        release,
        "select avg(cast(coalesce(district_code, managing_area) is not null as int)), "
        "avg(cast(district_basis <> 'zone' as int)) filter (district_code is not null) from dim_enterprises",
    )
    assert float(str(placed)) >= 0.98
    assert float(str(by_other_evidence)) >= 0.90


def test_what_rests_on_feeds_never_received_is_null_and_the_release_says_so(
    published: tuple[Context, night.Night],
) -> None:
    _, release = published
    n_rows, n_not_null = one(
        release, "select count(*), count(n_covered) + count(coverage_rate) from agg_coverage where n_base > 0"
    )
    assert int(str(n_rows)) > 10
    assert n_not_null == 0
    assert one(release, "select count(*) from fct_enterprises_without_union") == (0,)
    assert one(release, "select count(is_covered) from fct_enterprise_coverage") == (0,)
    assert "未建会企业: 未知" in release.text("zh"), "an empty list is not shown as nobody lacking a union"
    said = " ".join(caveat["en"] for caveat in release.summary.caveats)
    assert "union_organisations was never received" in said


def test_the_log_proves_itself(published: tuple[Context, night.Night]) -> None:
    context, _ = published
    assert intake.verify(context) == []
