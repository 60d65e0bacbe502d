"""What every stage is given: where things live, and the clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from jianhui.core.clock import Clock, civil_day, end_of_civil_day
from jianhui.intake.contract import Contract, load_contracts
from jianhui.log.store import EventLog
from jianhui.settings import Settings


@dataclass(frozen=True)
class Context:
    """One home and one clock. The clock is a parameter of the stages, never of a command."""

    settings: Settings
    clock: Clock

    @cached_property
    def log(self) -> EventLog:
        """The event log of the home."""
        return EventLog(self.settings.events)

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """Every feed's contract, by feed."""
        return load_contracts(self.settings.contracts)

    @property
    def today(self) -> date:
        """The civil day in Shanghai."""
        return civil_day(self.clock())


@dataclass(frozen=True)
class AsOf:
    """What held on ``valid_on``, as known at ``known_at``."""

    valid_on: date
    known_at: datetime


@dataclass(frozen=True)
class When:
    """The day asked of, and the moment as known at which; what is left out is that of the present."""

    valid_on: date | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether nothing else than the present is asked."""
        return self.valid_on is None and self.known_at is None

    @property
    def settled_at(self) -> datetime | None:
        """Of what holds from the moment it is recorded: the earlier of the end of the day and the moment."""
        ends = [] if self.valid_on is None else [end_of_civil_day(self.valid_on)]
        return min([*ends, *([self.known_at] if self.known_at else [])], default=None)


NOW = When()


def night_as_of(context: Context, valid_on: date | None) -> AsOf:
    """The as-of of a night: its date and now. The date defaults to the last complete civil day."""
    return AsOf(valid_on or context.today - timedelta(days=1), latest_knowledge(context))


def latest_knowledge(context: Context) -> datetime:
    """Now, and not before the last line of the log, should the machine's clock have gone back."""
    lines = context.log.ledger()
    return max([context.clock(), *(line.recorded_at for line in lines[-1:])]).astimezone(UTC)
