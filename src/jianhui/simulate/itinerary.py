"""In which order the deliveries of a city arrive, and what a person decides about those that are held."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jianhui.simulate.agencies import Parcel
from jianhui.simulate.dirt_files import Carriage

RELEASE, REJECT = "release", "reject"
PERSON = "测试经办人"


@dataclass(frozen=True)
class Arrival:
    """A file that arrives: of which parcel (its number in the calendar), in which form; ``tail`` ends its
    name. ``is_repeat``: the same file once more.
    """

    arrived_on: date
    number: int
    carriage: Carriage
    tail: str = ""
    is_repeat: bool = False


@dataclass(frozen=True)
class Decision:
    """What a person decides in the evening of a day about the file of a parcel that is held."""

    decided_on: date
    number: int
    decision: str
    reason: str


def itinerary(
    post: Sequence[tuple[date, Parcel, Carriage]], end: date
) -> tuple[list[Arrival], list[Decision]]:
    """What arrives up to ``end``, in order, and the decisions up to then.

    A day's own deliveries come before those that should have come earlier. A file cut short may be replaced
    by the whole, and is then rejected. New numbers for everybody look like a file that lacks everybody, so a
    person lets it in.
    """
    keyed: list[tuple[tuple[date, bool, int, int], Arrival]] = []
    decisions: list[Decision] = []
    for number, (day, parcel, carriage) in enumerate(post):
        arrived = day + timedelta(days=carriage.days_late)
        files = [Arrival(arrived, number, carriage)]
        if carriage.repeated_after:
            again = arrived + timedelta(days=carriage.repeated_after)
            files.append(Arrival(again, number, carriage, is_repeat=True))
        if carriage.replaced_after:
            replaced = arrived + timedelta(days=carriage.replaced_after)
            whole = replace(carriage, kept=1000, repeated_after=0, replaced_after=0)
            files.append(Arrival(replaced, number, whole, tail="_whole"))
            decisions.append(Decision(replaced, number, REJECT, "文件不完整，已另送全文"))
        if parcel.is_renumbered:
            decisions.append(Decision(arrived, number, RELEASE, "单位编号整体换号"))
        keyed += [
            ((one.arrived_on, one.arrived_on != day, number, at), one)
            for at, one in enumerate(files)
            if one.arrived_on <= end
        ]
    arrivals = [one for _, one in sorted(keyed, key=lambda item: item[0])]
    decisions.sort(key=lambda one: (one.decided_on, one.number))
    return arrivals, [one for one in decisions if one.decided_on <= end]
