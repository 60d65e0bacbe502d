"""Where things live. The only module that reads the environment.

``JIANHUI_HOME`` (default: the checkout) holds the data. Contracts, models, suites and templates
come from the installation. Keys live outside the data folders, under ``JIANHUI_KEYS`` or the
user's configuration folder, so that a copy of the data is not a copy of the persons in it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

INSTALLATION = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Paths of one home. Nothing is created here; writers create what they write into.

    ``project``: another dbt project than the installation's, which differs in its rules (seeds) alone;
    ``model``: another link model. Both serve rebuilding under other rules, never a release.
    """

    home: Path
    keys_root: Path
    installation: Path = INSTALLATION
    project: Path | None = None
    model: Path | None = None

    @property
    def inbox(self) -> Path:
        return self.home / "raw" / "inbox"

    @property
    def landing(self) -> Path:
        return self.home / "raw" / "landing"

    @property
    def quarantine(self) -> Path:
        return self.home / "raw" / "quarantine"

    @property
    def events(self) -> Path:
        return self.home / "raw" / "events"

    @property
    def vault(self) -> Path:
        return self.home / "vault"

    @property
    def releases(self) -> Path:
        return self.home / "releases"

    @property
    def worklists(self) -> Path:
        return self.home / "worklists"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def templates(self) -> Path:
        """The department's own Word templates; those it has not are the installation's."""
        return self.home / "templates"

    @property
    def cache(self) -> Path:
        """Derived and disposable: builds in progress, dbt targets."""
        return self.home / "cache"

    @property
    def contracts(self) -> Path:
        return self.installation / "raw" / "contracts"

    @property
    def dbt_project(self) -> Path:
        return self.project or self.installation / "dbt_project"

    @property
    def link_model(self) -> Path:
        """The folder of the versioned link model; it need not exist."""
        return self.model or self.installation / "src" / "jianhui" / "resolve" / "model"

    @property
    def expectations(self) -> Path:
        return self.installation / "expectations"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment: ``JIANHUI_HOME``, ``JIANHUI_KEYS``, ``XDG_CONFIG_HOME``."""
    env = os.environ if environ is None else environ
    home = Path(env.get("JIANHUI_HOME") or INSTALLATION).expanduser().resolve()
    config = Path(env.get("XDG_CONFIG_HOME") or Path.home() / ".config").expanduser()
    keys = Path(env.get("JIANHUI_KEYS") or config / "jianhui" / "keys").expanduser().resolve()
    return Settings(home=home, keys_root=keys)
