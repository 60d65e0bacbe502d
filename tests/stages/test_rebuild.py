"""A table is a pure function of log, as-of, policy and code: builds and releases are reproduced byte for
byte.
"""

from datetime import date
from pathlib import Path

import pytest

from jianhui.publish.release_index import PublishedRelease
from jianhui.publish.release_tables import write_tables
from jianhui.simulate import simulate
from jianhui.stages import building, night
from jianhui.stages.context import AsOf, Context
from jianhui.warehouse.catalogue import marts
from tests.stages.city import SimulatedDesk

FIRST, SECOND = date(2014, 2, 10), date(2014, 2, 17)

# Written after the gate, from the gate: no part of a build.
NOT_OF_THE_BUILD = {"fct_check_results.parquet"}


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> SimulatedDesk:
    """Two nights of a small city; deliveries of both have arrived."""
    folder = tmp_path_factory.mktemp("rebuild")
    simulate(folder / "city", enterprises=200, seed=11, truth_on=())
    return SimulatedDesk(folder, folder / "city")


def marts_of(
    context: Context, as_of: AsOf, folder: Path, previous: PublishedRelease | None = None
) -> dict[str, bytes]:
    folder.mkdir()
    building.build(context, as_of, folder / "build.duckdb", previous=previous)
    write_tables(folder / "build.duckdb", folder, marts())
    return bytes_of(folder / "marts")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in NOT_OF_THE_BUILD}


def test_an_old_night_rebuilt_after_later_deliveries_equals_the_release_of_that_night(
    desk: SimulatedDesk, tmp_path: Path
) -> None:
    desk.receive_until(FIRST)
    first = night.publish(desk.context, FIRST).release
    desk.receive_until(SECOND)
    second = night.publish(desk.context, SECOND).release
    assert second.manifest["previous"] == first.release_id

    again = marts_of(desk.context, AsOf(FIRST, first.known_at), tmp_path / "first")
    as_now_known = marts_of(desk.context, AsOf(FIRST, second.known_at), tmp_path / "now")
    second_again = marts_of(desk.context, AsOf(SECOND, second.known_at), tmp_path / "second", previous=first)

    assert again == bytes_of(first.folder / "marts")
    assert second_again == bytes_of(second.folder / "marts")
    assert as_now_known != again, (
        "later deliveries said nothing new of the first night: the test proves nothing"
    )
