"""The feeds of the work plan as agencies write them: headers, keys, calendar. One declaration a feed, beside
the section that fills it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jianhui.simulate.files import Format

_PLAIN = Format("csv", "utf-8")


@dataclass(frozen=True)
class PlanFeed:
    """One feed. ``columns``: header → the name used here, in the file's order; ``key``: the columns that
    tell its records apart; ``name``: the column without which a row is bad.

    A full file comes on the 6th day of a city and then on the ``day`` of each month; a record that is no
    longer in it keeps its last content.
    """

    columns: Mapping[str, str]
    key: tuple[str, ...]
    name: str
    day: int = 9
    form: Format = _PLAIN

    @property
    def headers(self) -> list[str]:
        """The header line."""
        return list(self.columns)

    @property
    def names(self) -> list[str]:
        """The names used here, in the order of the headers."""
        return list(self.columns.values())
