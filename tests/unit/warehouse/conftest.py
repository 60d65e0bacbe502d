"""One build for all scenarios of the city, and small ones for what needs another as-of or other feeds."""

from collections.abc import Callable, Iterator

import pytest
from tests.unit.warehouse.built import Built
from tests.unit.warehouse.scenarios import city_of_scenarios
from tests.unit.warehouse.world import World

from jianhui.settings import Settings
from jianhui.warehouse.build import build


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("home")
    return Settings(home=root, keys_root=root / "keys")


@pytest.fixture(scope="session")
def build_world(
    home: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[World], Built]]:
    built: list[Built] = []

    def run(world: World) -> Built:
        path = world.write(tmp_path_factory.mktemp("build") / "warehouse.duckdb")
        build(home, path)
        built.append(Built(path))
        return built[-1]

    yield run
    for one in built:
        one.connection.close()


@pytest.fixture(scope="session")
def city(build_world: Callable[[World], Built]) -> Built:
    """All scenarios in one city on 31 March 2014."""
    return build_world(city_of_scenarios())
