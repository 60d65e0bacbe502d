"""Where the Word templates are: the package's, and a department's own copies of them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "templates"
OWN_NAMES = {"bulletin": "通报模板.docx", "brief": "专报模板.docx", "monthly": "简报模板.docx"}
"""Kind of report → what a department's copy is called. The package's is ``<kind>.docx``."""


@dataclass(frozen=True)
class Templates:
    """``own``: the department's folder; what is not in it is the package's."""

    own: Path | None = None

    def path(self, kind: str) -> Path:
        """The template of ``bulletin``, ``brief`` or ``monthly``."""
        if self.own is not None and (self.own / OWN_NAMES[kind]).is_file():
            return self.own / OWN_NAMES[kind]
        return FOLDER / f"{kind}.docx"


def hand_out(folder: Path) -> list[Path]:
    """Copies of the templates to edit, into ``folder``; one that is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, name in OWN_NAMES.items():
        if not (folder / name).exists():
            shutil.copyfile(FOLDER / f"{kind}.docx", folder / name)
    return [folder / name for name in OWN_NAMES.values()]
