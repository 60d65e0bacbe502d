"""What an error in a cell may be made of: names, codes and numbers of the units around."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jianhui.simulate.world import Unit

_LONG_GONE = timedelta(days=500)


@dataclass(frozen=True)
class Surroundings:
    """Former names by present name, a branch's codes with its parent's, the units, those of them that closed
    so long ago that nobody insures them any more, and the city's first day.
    """

    former_names: Mapping[str, str]
    parent_codes: Mapping[str, str]
    units: Sequence[Unit]
    long_gone: Sequence[Unit]
    start: date

    @classmethod
    def of(cls, units: Sequence[Unit], start: date) -> "Surroundings":
        """The surroundings of some units."""
        former = {
            later: earlier
            for unit in units
            for (_, earlier), (_, later) in zip(unit.names, unit.names[1:], strict=False)
        }
        parents = {
            own: other
            for unit in units
            if (parent := unit.parent) is not None
            for own, other in (
                (unit.uscc, parent.uscc),
                (unit.org_code, parent.org_code),
                (unit.reg_no, parent.reg_no),
            )
        }
        gone = [one for one in units if one.closed_on is not None and one.closed_on < start - _LONG_GONE]
        return cls(former, parents, units, gone, start)


Rewrite = Callable[[str, int, Surroundings], str | None]
"""How a class of dirt rewrites a cell: ``(text, choice, city) → text``, or None where it does not apply."""
