"""The moving clock of the demo world: lives are generators that say when they go on."""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from sanbao import wiring
from sanbao.base.actor import OWNER, STAFF, Actor, system
from sanbao.base.errors import Refusal
from sanbao.demo.places import Shop
from sanbao.rooms.conversations import services as conversations
from sanbao.rooms.conversations.adapters.gateways import Gateway, Letter
from sanbao.rooms.ledger import services as ledger

Life = Iterator[datetime]
ZONE: Final = ZoneInfo("Asia/Shanghai")
_AT_ONCE: Final = 250
_MOST: Final = 2000
_HEARD_WITHIN: Final = timedelta(hours=3)
_DUTIES_EVERY: Final = timedelta(hours=6)
_NOT_HERE: Final = frozenset({"conversations.send_due", "feedback.read_waiting", "feedback.continue_imports"})


class _Silence:
    """A way to nobody: the people of the demo have no telephones, whatever gateway is set."""

    def send(self, letter: Letter) -> None:
        """Keep still."""


_NOBODY: Final[Mapping[str, Gateway]] = {"sms": _Silence(), "mail": _Silence()}


def _all_of(work: Callable[..., int]) -> int:
    """Do all that waits, as much as may be at a time; return how much it was."""
    done = some = work(most=_MOST)
    while some == _MOST:
        done += (some := work(most=_MOST))
    return done


@dataclass(slots=True)
class Town:
    """Everybody who acts, one random generator, one clock, and the lives that wait for their next moment."""

    rng: Random
    now: datetime
    end: datetime
    roles: Mapping[str, frozenset[str]]
    crew: dict[tuple[str, str], list[tuple[str, int, str]]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    _waiting: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _turn: int = 0

    def house(self) -> Actor:
        """The house itself, now."""
        return system(self.now, "demo")

    def staff(self, role: str, outlet: str) -> Actor:
        """Somebody with this role at this outlet (``*``: everywhere), now."""
        number, key, name = self.rng.choice(self.crew[role, outlet])
        return Actor(f"staff:{number}", STAFF, self.now, key, name, {outlet: self.roles[role]})

    def owner(self, number: str, key: int) -> Actor:
        """A customer, now."""
        return Actor(f"owner:{number}", OWNER, self.now, key)

    def begin(self, when: datetime, life: Life) -> None:
        """Let a life go on at a moment; one that lies beyond the end never does."""
        if when <= self.end:
            self._turn += 1
            heapq.heappush(self._waiting, (when, self._turn, life))

    def run(self, progress: Callable[[str], object]) -> None:
        """Live until the end. Many steps share a commit; every fact is heard before the clock goes far."""
        duties_at, shown = self.now, self.now.date()
        while self._waiting:
            with transaction.atomic():
                self._live_until(self.now + _HEARD_WITHIN)
                self.hear()
                if self.now >= duties_at:
                    self.do_duties()
                    duties_at = self.now + _DUTIES_EVERY
            if (self.now.date() - shown).days >= 7:  # noqa: PLR2004 - a line a week
                shown = self.now.date()
                progress(f"  {shown:%Y-%m-%d}")
        self.now = self.end
        self.hear()
        self.do_duties()

    def _live_until(self, moment: datetime) -> None:
        """Take the steps up to a moment; at least one, and not so many that a commit grows heavy."""
        for taken in range(_AT_ONCE):
            if not self._waiting or (taken and self._waiting[0][0] > moment):
                return
            self._step()

    def _step(self) -> None:
        when, _, life = heapq.heappop(self._waiting)
        self.now = max(self.now, when)
        try:
            self.begin(next(life), life)
        except StopIteration:
            return
        except Refusal as refusal:
            self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1

    def hear(self) -> bool:
        """Place the facts and let the handlers hear them; tell whether there was anything to hear."""
        house = self.house()
        with transaction.atomic():
            counts = (
                _all_of(partial(ledger.sequence, wiring.WIRING, at=self.now)),
                _all_of(partial(ledger.deliver, house, wiring.HANDLERS)),
                _all_of(partial(conversations.send_due, house, ways=_NOBODY)),
            )
        return any(counts)

    def do_duties(self) -> None:
        """Do what falls due by the clock, but for sending and reading, which the end does at once."""
        with transaction.atomic():
            for name, (_, duty) in wiring.DUTIES.items():
                if name not in _NOT_HERE:
                    duty(self.house())

    def later(self, hours: float, spread: float = 0.4) -> datetime:
        """A moment about so many hours from now."""
        return self.now + timedelta(hours=hours * (1 + spread * self.rng.uniform(-1, 1)))

    def in_hours(self, when: datetime, first: int = 10, last: int = 20) -> datetime:
        """The moment itself, or the next one at which shops are open."""
        local = when.astimezone(ZONE)
        if local.hour < first:
            return local.replace(hour=first, minute=self.rng.randrange(5, 55))
        if local.hour >= last:
            return (local + timedelta(days=1)).replace(hour=first, minute=self.rng.randrange(5, 55))
        return local

    def some_time(self, day: date, first: int = 10, last: int = 20) -> datetime:
        """A moment of a day during opening hours."""
        start = datetime.combine(day, time(first), ZONE)
        return start + timedelta(minutes=self.rng.randrange((last - first) * 60))


@dataclass(frozen=True, slots=True)
class Scale:
    """How big the world is."""

    days: int
    orders: int
    texts: int
    shops: tuple[Shop, ...]
