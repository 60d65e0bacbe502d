"""Scoring a build of a simulated dirty city: what the dirt explains, piece by piece, and what not."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from jianhui.core.clock import civil_day
from jianhui.core.errors import UsageError
from jianhui.log.vault import Vault, is_pseudonym
from jianhui.publish.release_index import show
from jianhui.settings import Settings
from jianhui.simulate import GivenLink, read_city, truth_at
from jianhui.simulate.attaching import CONFLICT, NOBODY, REFUSED
from jianhui.simulate.counterfactual import AsOf
from jianhui.simulate.plan.score import PlanScore
from jianhui.simulate.plan.score import score as plan_score
from jianhui.simulate.score import Score, score
from jianhui.simulate.score_figures import GRAIN

CLASS_COLUMNS = (
    ("class", "类别"),
    ("expectation", "预期"),
    ("pieces", "处数"),
    ("causes", "起作用"),
    ("figures", "涉及数"),
    ("live_n_base", "在册基数"),
    ("live_n_covered", "在册已建会"),
    ("frozen_n_base", "固化基数"),
    ("frozen_n_covered", "固化已建会"),
)
"""Keys of ``ClassScore.as_row`` with their headings."""

_RECORDED = "enterprise_id in (select enterprise_id from dim_enterprises where is_recorded)"

_QUERIES = {
    "dim_enterprises": f"select * from dim_enterprises where {_RECORDED}",
    "fct_enterprise_coverage": f"select * from fct_enterprise_coverage where {_RECORDED}",
    "fct_coverage_changes": """
        select
            enterprise_id,
            changed_on as valid_on,
            bool_or(change = 'entered_base') as entered,
            bool_or(change = 'left_base') as "left",
            bool_or(change = 'gained_cover') as gained_cover,
            bool_or(change = 'lost_cover') as lost_cover,
            bool_or(change = 'moved_district') as moved_district,
            bool_or(change in ('rose_to_25', 'fell_below_25')) as crossed_25
        from fct_coverage_changes
        group by all
    """,
}
"""Where a mart tells more than the truth: enterprises struck off, a row for each kind of change."""


JUDGED = ("scored", "name_address", "reviewed")
"""Bases of links that no code and no name alone makes: the score takes them as given."""


def score_release(settings: Settings, city: Path) -> Score:
    """Score the current release of the home against the city below ``city``, whose deliveries it was made of.

    Raises ``UsageError`` where ``city`` holds no dirty city, or there is no release.
    """
    release = show(settings)
    # What is new depends on the night before, which the city knows nothing of.
    return score_build(
        city,
        release.warehouse,
        release.valid_on,
        civil_day(release.known_at),
        Vault(settings.vault, settings.keys_root),
        leave_out=("is_new",),
    )


def score_build(
    city: Path,
    warehouse: Path,
    valid_on: date,
    known_on: date,
    vault: Vault,
    *,
    schema: str | None = None,
    leave_out: tuple[str, ...] = (),
) -> Score:
    """Score the marts in the DuckDB file ``warehouse``, built as of ``valid_on`` and the end of ``known_on``.

    ``vault``: that of the home it was built in, for the links of records under a person's number.
    ``schema``: where the marts lie, if not in the main one. ``leave_out``: columns not to compare.
    """
    try:
        world, washed = read_city(city)
    except (FileNotFoundError, KeyError, ValueError) as error:
        raise UsageError(
            "no-dirty-city",
            f"这里没有带脏数据的模拟城市：{city}",
            f"there is no simulated dirty city in {city}",
            next_step=f"jianhui simulate --dirty --out {city}",
        ) from error
    built = _read_marts(warehouse, schema, leave_out)
    links = in_clear(judged_links(warehouse, schema), vault)
    return score(world, AsOf(valid_on, known_on), built, washed, links=links)


def judged_links(warehouse: Path, schema: str | None) -> list[GivenLink]:
    """The links of :data:`JUDGED` bases, and records whose code or name was not believed, given to nobody:
    with their days where the file still holds the staging models, else (in a release) for all days.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        staged = connection.execute(
            "select table_schema from information_schema.tables where table_name = 'stg_links'"
        ).fetchone()
        home = staged[0] if staged else schema or "main"
        linked, refused = (
            ("stg_links", "stg_unmatched")
            if staged
            else ("bridge_enterprise_records", "fct_unmatched_records")
        )
        forever = "date '0001-01-01', date '9999-12-31'"
        days = "valid_from, valid_to" if staged else forever
        rows = connection.execute(
            f"""
            select feed, record_key, enterprise_id, {days}, $conflict
            from {home}.{linked} where link_basis in $judged
            union all
            select feed, record_key, $nobody, {days}, reason
            from {home}.{refused} where reason in $refused
            """,
            {"judged": JUDGED, "nobody": NOBODY, "conflict": CONFLICT, "refused": REFUSED},
        ).fetchall()
    return sorted(GivenLink(*row) for row in rows)


def score_plan_release(settings: Settings, city: Path) -> PlanScore:
    """Hold the current release's marts of the work plan against what the city's files say."""
    release = show(settings)
    vault = Vault(settings.vault, settings.keys_root)
    return score_plan(city, release.warehouse, release.valid_on, civil_day(release.known_at), vault)


def score_plan(
    city: Path, warehouse: Path, valid_on: date, known_on: date, vault: Vault, *, schema: str | None = None
) -> PlanScore:
    """Hold the plan's marts in ``warehouse`` against the truth of the files below ``city``, dirt and all.

    Of a city without the plan's lists nothing is told, so nothing is held. Arguments: as of ``score_build``.
    """
    links = in_clear(judged_links(warehouse, schema), vault)
    tables = truth_at(city, valid_on, known_on, links=links).tables
    told = {name: rows for name, rows in tables.items() if name not in GRAIN}
    built: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if schema is not None:
            connection.execute(f"use {schema}")
        for table in told:
            rows = connection.execute(f"select * from {table}")
            names = [column[0] for column in rows.description or ()]
            built[table] = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return plan_score(city, told, built)


def in_clear(links: Iterable[GivenLink], vault: Vault) -> list[GivenLink]:
    """The links with what is pseudonymised in their keys as in the files: the city knows no pseudonyms."""
    given = list(links)
    parts = {part for one in given for part in one.record_key.split("|") if is_pseudonym(part)}
    told = vault.reveal(parts)

    def clear(key: str) -> str:
        return "|".join([told.get(part, part) for part in key.split("|")])

    return [one._replace(record_key=clear(one.record_key)) for one in given]


def _read_marts(
    warehouse: Path, schema: str | None, leave_out: tuple[str, ...]
) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if schema is not None:
            connection.execute(f"use {schema}")
        for table in GRAIN:
            rows = connection.execute(_QUERIES.get(table, f"select * from {table}"))
            names = [column[0] for column in rows.description or ()]
            tables[table] = [
                {name: value for name, value in zip(names, row, strict=True) if name not in leave_out}
                for row in rows.fetchall()
            ]
    return tables
