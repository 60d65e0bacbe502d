"""One build for all scenarios of the city, small ones for what needs another as-of or other feeds; for
the gate a made-up city, of which each test gets a copy to break.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.unit.warehouse import small_city
from tests.unit.warehouse.built import Built
from tests.unit.warehouse.scenarios import city_of_scenarios
from tests.unit.warehouse.world import World

from jianhui.settings import Settings
from jianhui.warehouse.build import build as build_marts


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("home")
    return Settings(home=root, keys_root=root / "keys")


@pytest.fixture(scope="session")
def build_world(home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Built]]:
    built: list[Built] = []

    def run(world: World, *, is_tested: bool = False) -> Built:
        path = world.write(tmp_path_factory.mktemp("build") / "warehouse.duckdb")
        build_marts(home, path, is_tested=is_tested)
        built.append(Built(path))
        return built[-1]

    yield run
    for one in built:
        one.connection.close()


@pytest.fixture(scope="session")
def city(build_world: Callable[..., Built]) -> Built:
    """All scenarios in one city on 31 March 2014; here the models' own tests run too."""
    return build_world(city_of_scenarios(), is_tested=True)


@pytest.fixture(scope="session")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up city; not to be changed."""
    return small_city.build(tmp_path_factory.mktemp("city") / "build.duckdb")


@pytest.fixture
def build(tmp_path: Path, unbroken: Path) -> Path:
    """A copy of the made-up city, to break."""
    return Path(shutil.copy(unbroken, tmp_path / "build.duckdb"))


@pytest.fixture
def previous(tmp_path: Path, build: Path) -> Path:
    """The made-up city as the last release."""
    return small_city.as_release(tmp_path / "previous.duckdb", build)
