"""A kept decision derived again, years later, by the packs it was made with and by those of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing, Refusal
from sanbao.base.ids import tidy_number
from sanbao.engines.policy import Verdict
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.queries.books import book_for, book_on

_COMPARED: Final = ("outcome", "remedies", "last_day", "refund_share", "loaner_due", "rules")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that comes out otherwise."""

    name: str
    then: Any
    now: Any


@dataclass(frozen=True, slots=True)
class PackThen:
    """A pack a decision names: is its text still kept here, and is it the one that counts today?"""

    name: str
    hash: str
    kept: bool
    current: bool


@dataclass(frozen=True, slots=True)
class DerivedAgain:
    """What the same facts come to. ``then`` holds what differs by the packs of that day: nothing, or the

    program has changed. ``today`` holds what differs by the packs of today. ``by_person`` says that a person
    named the remedies, which no rule derives. None where it cannot be derived.
    """

    order: str
    packs: tuple[PackThen, ...]
    facts: Mapping[str, Any]
    then: tuple[Difference, ...] | None
    today: tuple[Difference, ...] | None
    by_person: bool
    zh: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def same(self) -> bool:
        """The decision can be derived again and comes out the same."""
        return self.then == ()


def derive_again(actor: Actor, order: str) -> DerivedAgain:
    """Derive the decision of an order again from its kept facts.

    Raises:
        Missing: no such order, or nothing was decided.
    """
    found: Order = Order.objects.all().pick(actor, number=tidy_number(order) or order)
    kept = found.verdict
    if not kept:
        raise Missing(field="order")
    facts = rules.kept_facts(kept)
    here = dict(book_on(actor.at.date()).hashes)
    packs = tuple(
        PackThen(name, digest, _is_kept(digest), here.get(name) == digest)
        for name, digest in kept["packs"].items()
    )
    then = today = None
    verdict: Verdict | None = None
    if facts is not None:
        today = _differences(kept, rules.verdict_for(book_on(actor.at.date()), facts))
        if packs and all(pack.kept for pack in packs):
            verdict = rules.verdict_for(book_for(kept["packs"].values()), facts)
            then = _differences(kept, verdict)
    plain = rules.plain_verdict(verdict) if verdict is not None else kept
    return DerivedAgain(
        order=found.number,
        packs=packs,
        facts=kept.get("facts") or {},
        then=then,
        today=today,
        by_person=bool(kept.get("by_person")),
        zh=tuple(plain["zh"]),
        en=tuple(plain["en"]),
    )


def _is_kept(digest: str) -> bool:
    try:
        book_for([digest])
    except Refusal:
        return False
    return True


def _differences(kept: Mapping[str, Any], verdict: Verdict) -> tuple[Difference, ...]:
    """Return what differs, the remedies left out where a person named them."""
    anew = rules.plain_verdict(verdict)
    left_out = {"remedies", "outcome"} if kept.get("by_person") else set()
    return tuple(
        Difference(name, kept.get(name), anew[name])
        for name in _COMPARED
        if name not in left_out and name in kept and kept.get(name) != anew[name]
    )
