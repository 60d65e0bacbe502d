"""The figures of the marts one by one, so that two tellings of a city can be held against each other."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from jianhui.simulate.readings import canonical, read_date

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table, as in ``Truth.tables``."""

Figure = tuple[str, str, str]
"""Table, key of the row, column."""

GRAIN: Mapping[str, tuple[str, ...]] = {
    "agg_coverage": ("grouping", "group_code", "base_kind"),
    "agg_coverage_daily": ("valid_on", "grouping", "group_code"),
    "agg_dynamic_coverage": ("grouping", "group_code"),
    "agg_founding_cohorts": ("month",),
    "agg_other_units": ("kind",),
    "dim_enterprises": ("enterprise_id",),
    "fct_enterprise_coverage": ("enterprise_id",),
    "fct_enterprises_without_union": ("enterprise_id",),
    "fct_coverage_changes": ("enterprise_id", "valid_on"),
    "fct_unmatched_records": ("feed", "record_key"),
}
"""What a row of each table is about."""

DERIVED = ("coverage_rate", "rate_due", "meets_target", "target_rate", "is_reached", "median_days_to_cover")
"""Figures that are worked out of others and cannot be added up."""

NOT_COMPARED = {
    "agg_coverage": ("valid_on",),
    "dim_enterprises": ("record_key",),
    "fct_enterprises_without_union": ("record_key",),
}
"""Columns that tell a reader what is meant and are no figures."""

FOLLOWS = {"fct_enterprises_without_union": ("rank", "is_new")}
"""Columns that follow from the list as a whole: compared with the build, not traced by themselves."""

RESPONSIBLE = ("fct_enterprises_without_union", "responsible_union_id")
"""Follows from where an enterprise of the list is, since general unions enter themselves without dirt."""

_SIGNIFICANT = 9
PRESENT = "(row)"
"""The column that says that there is such a row."""

_PERSONAL = "(person)"


def figures_of(tables: Tables) -> dict[Figure, Any]:
    """Every figure that says something: no nulls, no noughts of a group in which nothing is.

    A row of a table of enterprises or records counts as a figure of its own, ``(row)``.
    """
    found: dict[Figure, Any] = {}
    for table, rows in tables.items():
        for row in rows:
            key = "|".join(_key_part(table, name, row[name]) for name in GRAIN[table])
            if not table.startswith("agg_"):
                found[(table, key, PRESENT)] = True
            for name, value in row.items():
                if name in GRAIN[table] or name in NOT_COMPARED.get(table, ()):
                    continue
                plain = _plain(value)
                if plain is not None and not (table.startswith("agg_") and plain in (0, False)):
                    found[(table, key, name)] = plain
    return _without_empty_groups(found)


def differing(one: Mapping[Figure, Any], other: Mapping[Figure, Any]) -> list[Figure]:
    """The figures that are not the same in both, in order."""
    return sorted(figure for figure in one.keys() | other.keys() if one.get(figure) != other.get(figure))


def is_count(figure: Figure) -> bool:
    """Whether the figure is a sum over enterprises or records, so that parts of a city add up to it."""
    return figure[0].startswith("agg_") and figure[2] not in DERIVED


def is_placed(figure: Figure) -> bool:
    """Whether the figure follows from where an enterprise is."""
    return (figure[0], figure[2]) == RESPONSIBLE


def is_traced(figure: Figure) -> bool:
    """Whether the figure can be traced by itself."""
    return figure[2] not in FOLLOWS.get(figure[0], ())


def group_of(figure: Figure) -> tuple[str, str]:
    """The group a figure of an aggregate speaks of: table and key."""
    return figure[0], figure[1]


def _without_empty_groups(found: dict[Figure, Any]) -> dict[Figure, Any]:
    """A rate, target or judgement of a group that counts nobody says nothing."""
    counted = {group_of(figure) for figure in found if is_count(figure)}
    return {
        figure: value
        for figure, value in found.items()
        if not figure[0].startswith("agg_") or group_of(figure) in counted
    }


def _key_part(table: str, name: str, value: Any) -> str:
    text = str(_plain(value))
    if table != "fct_unmatched_records" or name != "record_key":
        return text
    return "|".join(_record_part(part) for part in text.split("|"))


def _record_part(part: str) -> str:
    """A part of a record key in one form: the marts show it as written, and persons by a pseudonym."""
    plain = canonical(part)
    if len(plain) == 20 or plain.startswith("P:"):
        return _PERSONAL
    day = read_date(part) if len(part) != 6 else None
    return f"{day:%Y%m%d}" if day else plain


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(f"{value:.{_SIGNIFICANT}g}") if isinstance(value, float) else value


def shown(figures: Mapping[Figure, Any], wanted: Sequence[Figure]) -> Iterator[str]:
    """Figures as lines for a person."""
    for figure in wanted:
        yield f"{'.'.join(figure)} = {figures.get(figure)}"
