"""The data dictionary, ``docs/data-dictionary.md``: generated from the models' YAML, never written by hand.

``python -m jianhui.warehouse.dictionary`` writes it; with ``--check`` it only says whether it is up to
date (exit 1 when not).
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from jianhui.settings import INSTALLATION
from jianhui.warehouse.catalogue import MartSpec, marts

PATH = Path("docs") / "data-dictionary.md"

_AREAS = {
    "cadres": ("工会干部与培训", "Cadres and training"),
    "congress": ("代表大会", "The congress"),
    "coverage": ("建会覆盖", "Coverage"),
    "enterprises": ("企业与工会", "Enterprises and unions"),
    "evidence": ("凭据与历史", "Evidence and history"),
    "network": ("“小三级”网络", "The three-level network"),
    "operations": ("运行", "Operations"),
}

_HEAD = """# 数据字典 · Data dictionary

每个发布（release）所含的表。由模型的说明文件生成（`make dictionary`），请勿手改。
The tables of every release. Generated from the models' YAML (`make dictionary`); do not edit by hand.

约定 · Conventions：`_id` 不透明的键 opaque key · `_code` 代码 value of a code list ·
`_on` 上海民用日 civil day · `_at` UTC 时刻 instant · `_rate` [0,1] · `n_` 户数或条数 count ·
`is_` / `has_` 是否 flag。
空值表示未知，不表示零。Null is unknown, never zero.
"""


def render(specs: Sequence[MartSpec]) -> str:
    """The dictionary as Markdown: areas, then tables by name, then columns in the order of the table."""
    areas = sorted({spec.area for spec in specs})
    parts = [_HEAD]
    for area in areas:
        zh, en = _AREAS.get(area, (area, area))
        parts.append(f"## {zh} · {en}\n")
        parts += [_table(spec) for spec in specs if spec.area == area]
    return "\n".join(parts)


def is_current(root: Path = INSTALLATION) -> bool:
    """Whether the committed dictionary is the one the models give."""
    path = root / PATH
    return path.is_file() and path.read_text("utf-8") == render(marts(root / "dbt_project"))


def write(root: Path = INSTALLATION) -> Path:
    """Write the dictionary below ``root``."""
    path = root / PATH
    path.write_text(render(marts(root / "dbt_project")), "utf-8")
    return path


def _table(spec: MartSpec) -> str:
    grain, order = (", ".join(f"`{name}`" for name in names) for names in (spec.grain, spec.order))
    lines = [
        f"### {spec.name}",
        "",
        f"{spec.description.zh}  ",
        spec.description.en,
        "",
        f"- 粒度 grain: {grain}",
        f"- 排序 order: {order}",
        *(f"- {step.zh} · {step.en}" for step in spec.steps),
        "",
        "| 列 column | 类型 type | 含义 | meaning |",
        "|---|---|---|---|",
    ]
    for column in spec.columns:
        zh, en = (text.replace("|", "\\|") for text in (column.told.zh, column.told.en))
        lines.append(f"| `{column.name}` | {column.type} | {zh} | {en} |")
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Write the dictionary, or with ``--check`` compare it. Returns the exit code."""
    if "--check" not in arguments:
        print(write())
        return 0
    if is_current():
        return 0
    print("数据字典已过期 · the data dictionary is out of date → make dictionary", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
