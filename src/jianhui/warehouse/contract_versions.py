"""The marts' columns, version by version: what a reader of a release may rely on.

``dbt_project/contracts/marts-<major>.<minor>.json`` holds tables, columns and types of each minor version.
A column never changes its type, and never vanishes unannounced: a renamed one stays under its old name for
two minor versions, marked in the model's YAML::

    - name: old_name
      config: {meta: {deprecated_in: "0.2", renamed_to: new_name}}

so it may go in 0.4. A new major version owes nothing. ``python -m jianhui.warehouse.contract_versions``
checks; ``--write`` writes the file of the present version, which a release of the code does.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jianhui import __version__
from jianhui.settings import INSTALLATION
from jianhui.warehouse.catalogue import MartSpec, marts

FOLDER = Path("dbt_project") / "contracts"
KEPT_MINORS = 2
"""For how many minor versions a renamed column keeps its old name."""

Version = tuple[int, int]
Columns = Mapping[str, Mapping[str, Any]]
"""Column → ``type``, and ``deprecated_in``, ``renamed_to`` where it is marked."""


@dataclass(frozen=True)
class Breach:
    """A promise that is not kept: the version that made it, and what is wrong."""

    version: Version
    table: str
    column: str
    zh: str
    en: str


def document(specs: Sequence[MartSpec]) -> dict[str, Columns]:
    """Tables, columns and types as a snapshot holds them."""
    return {spec.name: {column.name: column.promise for column in spec.columns} for spec in specs}


def breaches(
    snapshots: Mapping[Version, Mapping[str, Columns]], now: Mapping[str, Columns], version: Version
) -> list[Breach]:
    """What the snapshots promise and the tables of today, of ``version``, do not keep; in a total order."""
    found = []
    for then, tables in sorted(snapshots.items()):
        if then[0] != version[0]:
            continue
        for table, columns in sorted(tables.items()):
            for column, promise in sorted(columns.items()):
                found += _of_column(then, table, column, promise, now.get(table, {}), snapshots, version)
    return found + _of_marks(now, version)


def _of_column(
    then: Version,
    table: str,
    column: str,
    promise: Mapping[str, Any],
    today: Columns,
    snapshots: Mapping[Version, Mapping[str, Columns]],
    version: Version,
) -> list[Breach]:
    if column in today:
        was, is_now = promise["type"], today[column]["type"]
        if was == is_now:
            return []
        return [
            Breach(then, table, column, f"类型由 {was} 变为 {is_now}", f"its type was {was} and is {is_now}")
        ]
    marks = [
        _parsed(tables[table][column]["deprecated_in"])
        for tables in snapshots.values()
        if "deprecated_in" in tables.get(table, {}).get(column, {})
    ]
    if marks and version >= (min(marks)[0], min(marks)[1] + KEPT_MINORS):
        return []
    told = f"{marks[0][0]}.{marks[0][1]}" if marks else "–"
    return [
        Breach(
            then,
            table,
            column,
            f"列不见了；弃用须先注明并保留 {KEPT_MINORS} 个次版本（注明于：{told}）",
            f"it is gone; one that is to go is marked and kept for {KEPT_MINORS} minors (marked: {told})",
        )
    ]


def _of_marks(now: Mapping[str, Columns], version: Version) -> list[Breach]:
    """A column that is to go says what takes its place, and that is there."""
    found = []
    for table, columns in sorted(now.items()):
        for column, promise in sorted(columns.items()):
            if "deprecated_in" in promise and promise.get("renamed_to") not in columns:
                zh = "已注明弃用，而 renamed_to 所指的列不存在"
                en = "it is marked as going, and the column renamed_to names is not there"
                found.append(Breach(version, table, column, zh, en))
    return found


def read_snapshots(root: Path = INSTALLATION) -> dict[Version, dict[str, Columns]]:
    """Every committed snapshot, by version."""
    found = {}
    for path in sorted((root / FOLDER).glob("marts-*.json")):
        match = re.fullmatch(r"marts-(\d+\.\d+)\.json", path.name)
        if match:
            found[_parsed(match[1])] = json.loads(path.read_text(encoding="utf-8"))
    return found


def write(root: Path = INSTALLATION) -> Path:
    """Write the snapshot of the present version."""
    path = root / FOLDER / f"marts-{'.'.join(map(str, _parsed(__version__)))}.json"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(document(marts(root / "dbt_project")), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _parsed(version: str) -> Version:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def main(arguments: Sequence[str]) -> int:
    """Check, or with ``--write`` write the present version's snapshot. Returns the exit code."""
    if "--write" in arguments:
        print(write())
        return 0
    now = document(marts(INSTALLATION / "dbt_project"))
    found = breaches(read_snapshots(), now, _parsed(__version__))
    for breach in found:
        since = ".".join(map(str, breach.version))
        print(f"{breach.table}.{breach.column}（{since}）：{breach.zh} · {breach.en}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
