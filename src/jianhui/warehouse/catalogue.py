"""What the marts are, read from the models' own YAML: columns, types, words, grain, order, steps.

One source for the release (order and comments), the gate (keys) and the data dictionary. A text in
the YAML is bilingual, Chinese first: ``中文 | English``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jianhui.core.errors import JianhuiError, Where
from jianhui.core.yaml_text import parse_yaml
from jianhui.settings import INSTALLATION

MARTS = Path("models") / "marts"


@dataclass(frozen=True)
class Bilingual:
    """A text in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class ColumnSpec:
    """A column of a mart: its DuckDB type in lower case and what it holds.

    ``deprecated_in``, ``renamed_to``: since which version it is to go, and what takes its place.
    """

    name: str
    type: str
    description: Bilingual
    deprecated_in: str | None = None
    renamed_to: str | None = None

    @property
    def told(self) -> Bilingual:
        """What a reader is told of it: what it holds, and what to use in its place where it is to go."""
        if self.deprecated_in is None:
            return self.description
        since, other, said = self.deprecated_in, self.renamed_to, self.description
        return Bilingual(
            f"{said.zh}（{since} 版起弃用，改用 {other}）", f"{said.en} (deprecated in {since}: use {other})"
        )

    @property
    def promise(self) -> dict[str, str]:
        """What a snapshot of the contract holds of it."""
        marks = {"deprecated_in": self.deprecated_in, "renamed_to": self.renamed_to}
        return {"type": self.type, **{name: mark for name, mark in marks.items() if mark is not None}}


@dataclass(frozen=True)
class MartSpec:
    """A published table. ``grain``: its key. ``order``: a total order of its rows, ending in the key."""

    name: str
    area: str
    description: Bilingual
    grain: tuple[str, ...]
    order: tuple[str, ...]
    steps: tuple[Bilingual, ...]
    columns: tuple[ColumnSpec, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def marts(project: Path | None = None) -> list[MartSpec]:
    """Every mart of the dbt project, by name. ``project``: default that of the installation.

    Raises ``model_undocumented`` where a model lacks what this system publishes about it.
    """
    folder = (project or INSTALLATION / "dbt_project") / MARTS
    found = [_mart(path) for path in folder.rglob("*.yml")]
    return sorted(found, key=lambda mart: mart.name)


def bilingual(text: str, path: Path, field: str) -> Bilingual:
    """Split ``中文 | English``. Raises ``model_undocumented`` if one half is missing."""
    zh, bar, en = text.partition(" | ")
    if not (bar and zh.strip() and en.strip()):
        raise _undocumented(path, field, text)
    return Bilingual(zh.strip(), en.strip())


def _mart(path: Path) -> MartSpec:
    model: Mapping[str, Any] = parse_yaml(path.read_text("utf-8"))["models"][0]
    meta = model.get("config", {}).get("meta", {})
    for field in ("grain", "ordered_by", "transformation_steps"):
        if not meta.get(field):
            raise _undocumented(path, f"meta.{field}", None)
    columns = tuple(
        ColumnSpec(
            name=column["name"],
            type=column["data_type"],
            description=bilingual(column.get("description", ""), path, column["name"]),
            deprecated_in=column.get("config", {}).get("meta", {}).get("deprecated_in"),
            renamed_to=column.get("config", {}).get("meta", {}).get("renamed_to"),
        )
        for column in model["columns"]
    )
    grain, order = tuple(meta["grain"]), tuple(meta["ordered_by"])
    for name in (*grain, *order):
        if name not in {column.name for column in columns}:
            raise _undocumented(path, name, None)
    return MartSpec(
        name=model["name"],
        area=path.parent.name,
        description=bilingual(model.get("description", ""), path, "description"),
        grain=grain,
        order=order,
        steps=tuple(bilingual(step, path, "transformation_steps") for step in meta["transformation_steps"]),
        columns=columns,
    )


def _undocumented(path: Path, field: str, value: str | None) -> JianhuiError:
    return JianhuiError(
        "model_undocumented",
        "模型的说明文件缺少发布所需的内容",
        "the model's YAML lacks what is published about it",
        where=Where(file=path.name, field=field, value=value),
        next_step="在该模型的 YAML 中补上，中文在前：中文 | English",
    )
