"""Did it help? Blame before an action and since, there and at outlets like it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q

from sanbao.base.actor import EVERYWHERE, Actor, require
from sanbao.engines.counting import Estimate, difference, wilson
from sanbao.rooms.feedback.models import Action, Mention, Voice
from sanbao.rooms.feedback.states import ACTIONS, DONE, UNDERTAKEN
from sanbao.rooms.outlets import queries as outlets

BEFORE: Final = timedelta(days=56)
LEAST: Final = 30
"""Fewer texts than this, before or since, and no word is said on whether it helped."""

Counts = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changed, as shares of texts. ``net`` is the change less the change elsewhere, where there is one.

    ``few`` says that no judgement is made; ``peers`` is how many outlets stand behind ``elsewhere``.
    """

    before: Estimate
    since: Estimate
    change: Estimate
    elsewhere: Estimate | None
    net: Estimate | None
    peers: int
    until: date
    few: bool

    @property
    def verdict(self) -> str:
        """``few``, ``better``, ``worse`` or ``unclear``: by the net change where there is one."""
        if self.few:
            return "few"
        sign = (self.net or self.change).sure_sign
        return "better" if sign < 0 else "worse" if sign > 0 else "unclear"


@dataclass(frozen=True, slots=True)
class ActionCard:
    """One action in the list, with its moves open to the reader and, once done, its effect."""

    number: str
    aspect: str
    outlet: str
    what: str
    person: str
    person_name: str
    state: str
    count: int
    texts: int
    decided_on: date
    due_on: date
    done_on: date | None
    closing_words: str
    moves: tuple[str, ...]
    effect: Effect | None

    def late(self, today: date) -> bool:
        """Tell whether it should have been done before ``today``."""
        return self.state == UNDERTAKEN and self.due_on < today


@dataclass(frozen=True, slots=True)
class ActionList:
    """One page of actions; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[ActionCard, ...]
    after: str


def actions(actor: Actor, *, today: date, after: str = "", most: int = 20) -> ActionList:
    """Return the actions this actor may see, newest first; three queries for each that is done.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.see")
    rows = Action.objects.visible_to(actor).select_related("person").order_by("-id")
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: most + 1])
    cards = tuple(_card(actor, row, today) for row in found[:most])
    return ActionList(cards, str(found[most - 1].pk) if len(found) > most else "")


def action(actor: Actor, number: str, *, today: date) -> ActionCard:
    """Return one action with its effect; four queries.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.see")
    return _card(actor, Action.objects.select_related("person").pick(actor, number=number), today)


def blamed(aspect: str, since: date, until: date) -> dict[str, tuple[int, int]]:
    """Return for each outlet how many of how many texts that count blame the aspect; two queries.

    Texts without an outlet stand under the empty name; the last day is included.
    """
    days = Q(said_on__gte=since, said_on__lte=until, counts=True)
    read = Voice.objects.filter(days).exclude(reader="")
    texts = dict(read.order_by().values_list("outlet_id").annotate(n=Count("id")))
    spoken = Mention.objects.filter(days, aspect=aspect, polarity=-1)
    blame = dict(spoken.order_by().values_list("outlet_id").annotate(n=Count("voice_id", distinct=True)))
    return {outlet or "": (blame.get(outlet, 0), n) for outlet, n in texts.items()}


def effect_of(before: Counts, since: Counts, outlet: str, peers: Iterable[str], until: date) -> Effect:
    """Return the change of blame at ``outlet`` (all of them without one) beside that of its peers.

    The change is a difference of two shares, the net change a difference of two such differences, each with
    bounds by the same rule, so the net bounds hold where the four samples are independent.
    """
    mine = [outlet] if outlet else sorted(before.keys() | since.keys())
    old, new = _share(before, mine), _share(since, mine)
    change = difference(new, old)
    others = [p for p in peers if p != outlet and before.get(p, (0, 0))[1] and since.get(p, (0, 0))[1]]
    their_old, their_new = _share(before, others), _share(since, others)
    few = min(old.n, new.n) < LEAST
    if not outlet or min(their_old.n, their_new.n) < LEAST:
        return Effect(old, new, change, None, None, 0, until, few)
    elsewhere = difference(their_new, their_old)
    return Effect(old, new, change, elsewhere, difference(change, elsewhere), len(others), until, few)


def _share(counts: Counts, names: Iterable[str]) -> Estimate:
    found = [counts.get(name, (0, 0)) for name in names]
    return wilson(sum(k for k, _ in found), sum(n for _, n in found))


def _effect(row: Action, today: date) -> Effect | None:
    if row.state != DONE or row.done_on is None or row.done_on >= today:
        return None
    until = min(today - timedelta(days=1), row.done_on + BEFORE)
    before = blamed(row.aspect, row.decided_on - BEFORE, row.decided_on - timedelta(days=1))
    since = blamed(row.aspect, row.done_on, until)
    return effect_of(before, since, row.outlet_id or "", _peers(row) if row.outlet_id else (), until)


def _peers(row: Action) -> tuple[str, ...]:
    """Return the outlets of the same kind where nothing was undertaken against the same aspect meanwhile."""
    kinds = {place.code: place.kind for place in outlets.places()}
    busy = Action.objects.filter(aspect=row.aspect, decided_on__gte=row.decided_on - BEFORE)
    treated = set(busy.values_list("outlet_id", flat=True))
    mine = kinds.get(str(row.outlet_id))
    return tuple(sorted(code for code, kind in kinds.items() if kind == mine and code not in treated))


def _card(actor: Actor, row: Action, today: date) -> ActionCard:
    return ActionCard(
        row.number,
        row.aspect,
        row.outlet_id or "",
        row.what,
        row.person.number,
        row.person.name,
        row.state,
        row.count,
        row.texts,
        row.decided_on,
        row.due_on,
        row.done_on,
        row.closing_words,
        tuple(ACTIONS.open_from(row.state, actor.all_grants(row.outlet_id or EVERYWHERE))),
        _effect(row, today),
    )
