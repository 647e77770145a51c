"""The lines a repair crosses by coming back or by lasting: by which rule, when, and what they open."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

from sanbao.engines.calendar import Calendar, china_calendar
from sanbao.engines.policy.case import FULL, NOTHING, Case, effective_fault
from sanbao.engines.policy.evaluate import evaluate
from sanbao.engines.policy.facts import LISTED, Facts
from sanbao.engines.policy.pack import Pack, Rule
from sanbao.engines.policy.remedies import (
    came_back,
    only_a_copy,
    share_after_repeat,
    share_after_use,
)
from sanbao.engines.policy.settle import settle
from sanbao.engines.policy.terms import Book, open_book

REPEAT, GUARANTEE, LOANER, REPAIRER, PARTS = "repeat", "guarantee", "loaner", "repairer", "parts"
LINES: Final = (REPEAT, GUARANTEE, LOANER, REPAIRER, PARTS)
"""Repaired too often, back within the repair guarantee, loaner due, too long, too long for parts."""
ALWAYS, REFUSED, NO_STOCK = "", "exchange_refused", "no_stock"
"""When an offer is open: at once, if the owner will not have the exchange, if the model is not there."""


class Offer(NamedTuple):
    """One remedy behind a line: by which rule, at whose cost, and for a refund the share of the price.

    ``share`` is None where no rule fixes a figure; ``when`` is one of the three conditions above.
    """

    remedy: str
    rule: str
    payer: str
    share: Decimal | None = None
    when: str = ALWAYS


class Line(NamedTuple):
    """One line: crossed on the day of hand-in (``more_than`` 0) or when that many days are exceeded."""

    kind: str
    rule: str
    pack: str
    more_than: int
    offers: tuple[Offer, ...]


def lines_of(
    packs: Book | Iterable[Pack], facts: Facts, calendar: Calendar | None = None
) -> tuple[Line, ...]:
    """Return the lines of a repair that begins with these facts, by the default readings.

    The facts are those of the hand-in: ``in_repair`` stays off, so that the days of earlier repairs lengthen
    the period. A case that cannot be judged has no lines; a person looks at it anyway.

    Raises:
        PackError: the packs do not belong together.
    """
    book = packs if isinstance(packs, Book) else open_book(packs)
    days = calendar or china_calendar()
    if not evaluate(book, facts, days).decided:
        return ()
    sold_on = facts.purchased_on or facts.delivered_on or facts.manufactured_on or facts.fault_on
    if sold_on is None:
        return ()
    terms = book.terms(facts.product_class, facts.part, sold_on)
    case = settle(facts, terms, terms.readings, days)
    if case.excluded is not None:
        return ()
    return (*_repeats(case), *_returns(case), *_loaners(case), *_delays(case))


def _repeats(case: Case) -> list[Line]:
    """The rules about repairs that failed once too often and that speak for this case."""
    spoken = {step.rule for step in case.steps if step.code == "repeat"}
    return [
        Line(REPEAT, rule.id, rule.pack, 0, _offers(case, rule))
        for rule in case.terms.of("repeat")
        if rule.id in spoken
    ]


def _returns(case: Case) -> list[Line]:
    """The repairer's own guarantee, where the mended fault shows again inside it."""
    finished, fault = case.facts.last_repair_finished_on, effective_fault(case)
    if finished is None or not came_back(case):
        return []
    return [
        Line(GUARANTEE, rule.id, rule.pack, 0, (Offer("repair", rule.id, rule.payer),))
        for rule in case.terms.of("repair-guarantee")
        if fault in rule.faults and (case.fault - finished).days <= rule.days
    ]


def _loaners(case: Case) -> list[Line]:
    if "repair" not in case.grants:
        return []
    return [
        Line(LOANER, rule.id, rule.pack, rule.more_than, (Offer("loaner", rule.id, rule.payer),))
        for rule in case.terms.of("loaner")
    ]


def _delays(case: Case) -> list[Line]:
    """The rules about repairs that last too long, under the conditions of ``open_after_delay``."""
    unproved = case.without_proof and case.reads.get("no_proof") != "record"
    if unproved or not case.in_period or effective_fault(case) != LISTED:
        return []
    return [
        Line(PARTS if rule.cause == "parts" else REPAIRER, rule.id, rule.pack, rule.more_than, offers)
        for rule in case.terms.of("delay")
        if (offers := _offers(case, rule))
    ]


def _offers(case: Case, rule: Rule) -> tuple[Offer, ...]:
    """Return what the rule gives, and the money that may take the place of an exchange."""
    share = share_after_repeat(case, rule) if rule.kind == "repeat" else FULL
    made = [
        Offer(remedy, rule.id, rule.payer, share if remedy == "refund" else None) for remedy in rule.gives
    ]
    if "exchange" not in rule.gives or only_a_copy(case):
        return tuple(made)
    if "refund" not in rule.gives:
        made += [
            Offer("refund", other.id, other.payer, share_after_use(case, other), REFUSED)
            for other in case.terms.of("depreciation")
            if other.when == "exchange-refused" and share_after_use(case, other) != NOTHING
        ]
    made += [
        Offer(remedy, other.id, other.payer, FULL, NO_STOCK)
        for other in case.terms.of("no-stock")
        for remedy in other.gives
    ]
    return tuple(made)
