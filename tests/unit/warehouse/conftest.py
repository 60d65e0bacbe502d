"""One build for all scenarios of the city, and small ones for what needs another as-of or other feeds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scenarios import city_of_scenarios
from world import World

from jianhui.settings import Settings
from jianhui.warehouse.build import build


class Built:
    """A built warehouse, asked in a few words."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = duckdb.connect(str(path), read_only=True)

    def rows(self, query: str) -> list[dict[str, Any]]:
        found = self.connection.sql(query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    def row(self, table: str, **key: Any) -> dict[str, Any]:
        """The one row of a mart with these key values."""
        condition = " and ".join(f"\"{name}\" = '{value}'" for name, value in key.items())
        (found,) = self.rows(f"select * from marts.{table} where {condition}")
        return found

    def of(self, enterprise: str) -> dict[str, Any]:
        """Its row of fct_enterprise_coverage."""
        return self.row("fct_enterprise_coverage", enterprise_id=enterprise)

    def gap(self, enterprise: str) -> dict[str, Any]:
        """Its row of the gap list."""
        return self.row("fct_enterprises_without_union", enterprise_id=enterprise)

    def changes(self, enterprise: str) -> list[tuple[str, str, str]]:
        """Its changes as (day, change, cause)."""
        found = self.rows(
            "select changed_on, change, cause from marts.fct_coverage_changes"
            f" where enterprise_id = '{enterprise}' order by changed_on, change"
        )
        return [(f"{row['changed_on']:%m-%d}", row["change"], row["cause"]) for row in found]


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
