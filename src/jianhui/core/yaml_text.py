"""YAML as data: the safe subset, read by libyaml where the installed PyYAML has it (ten times as fast)."""

from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """What a YAML document holds; None if it is empty. Raises ``yaml.YAMLError``."""
    return yaml.load(text, Loader=_LOADER)
