"""The post of a dirty city: the same deliveries as of the clean one, with their dirt, in order of arrival."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jianhui.simulate.agencies import City, Sent, parcels
from jianhui.simulate.dirt import Dirt, Soiled
from jianhui.simulate.files import write_table


@dataclass(frozen=True)
class SentDirty(Sent):
    """A delivery with the form its text really has, whatever the agency is used to."""

    encoding: str
    delimiter: str


def send_dirty(city: City, out: Path, dirt: Dirt) -> list[SentDirty]:
    """Write every delivery that arrives by the last day, late and repeated ones too, in order of arrival.

    A day's own deliveries come before those that should have come earlier.
    """
    sent: list[tuple[date, int, SentDirty]] = []
    for number, (day, parcel) in enumerate(parcels(city)):
        soiled = dirt.soil(parcel)
        arrival = day + timedelta(days=soiled.carriage.days_late)
        if arrival > city.end:
            continue
        one = _write(soiled, arrival, out)
        sent.append((arrival, number - (100_000_000 if arrival == day else 0), one))
        again = arrival + timedelta(days=soiled.carriage.repeated_after)
        if again > arrival and again <= city.end:
            sent.append((again, number, SentDirty(**{**one.as_json(), "arrived_on": again.isoformat()})))
    return [one for _, _, one in sorted(sent, key=lambda item: item[:2])]


def _write(soiled: Soiled, arrival: date, out: Path) -> SentDirty:
    parcel, carriage = soiled.parcel, soiled.carriage
    path = Path("deliveries") / arrival.isoformat() / parcel.file_name()
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    count = write_table(out / path, carriage.form, soiled.header, soiled.lines)
    if carriage.is_spoilt:
        (out / path).write_bytes(carriage.spoil((out / path).read_bytes()))
    return SentDirty(
        arrival.isoformat(),
        parcel.feed,
        parcel.kind,
        parcel.reference_on.isoformat(),
        path.as_posix(),
        count,
        carriage.form.encoding,
        carriage.form.delimiter,
    )
