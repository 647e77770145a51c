"""A person looks again: asked by the owner, answered by somebody who did not decide, and kept for good."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.db import compare_and_set, insert
from sanbao.base.errors import IllegalMove, Invalid, Missing
from sanbao.base.ids import new_number, tidy_number
from sanbao.base.moves import Move
from sanbao.base.texts import said
from sanbao.engines.policy import Facts
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.errors import AskedAlready, OwnDecision
from sanbao.rooms.repairs.models import Line, Order, Quote, Review
from sanbao.rooms.repairs.queries.rights import judge, rights_for
from sanbao.rooms.repairs.rules import remedies, reviews
from sanbao.rooms.repairs.services.remedies import see_remedy, settle_remedy
from sanbao.rooms.repairs.services.steps import apply, see
from sanbao.rooms.repairs.services.watch import watched_anew, zone_of
from sanbao.rooms.repairs.states import (
    AFTER_REVIEW,
    APPROVED,
    ASKED,
    READY,
    REFUSED,
    REMEDY_LIFE,
    REVIEW_LIFE,
    WAITING_PART,
)

_LONGEST_WORDS: Final = 2000
_FREE_FROM_HERE: Final = frozenset({APPROVED, WAITING_PART, READY})
"""States of a paid repair whose bill an overturned decision takes away."""


@transaction.atomic
def ask_review(actor: Actor, order: str, *, words: str = "") -> str:
    """Ask a person to look again at who pays for this order; return the review's number.

    Owners ask for themselves, staff who book for others on their word.

    Raises:
        Missing, NotAllowed, IllegalMove: nothing was decided yet, Invalid, AskedAlready.
    """
    row = see(actor, order, "customer")
    _may_ask(actor, row.customer, row.outlet_id)
    if not row.verdict:
        raise IllegalMove(move="ask_review", state=row.state)
    draft = Review(about="verdict", order=row, customer=row.customer, outlet_id=row.outlet_id)
    draft.before, draft.decided_by = row.verdict, str(row.verdict.get("by", ""))
    return _asked(actor, draft, words, zone_of(row))


@transaction.atomic
def ask_remedy_review(actor: Actor, remedy: str, *, words: str = "") -> str:
    """Ask another person to look again at a right that was refused; return the review's number.

    Raises:
        Missing, NotAllowed, IllegalMove: it was not refused, Invalid, AskedAlready.
    """
    row = see_remedy(actor, remedy)
    _may_ask(actor, row.order.customer, row.order.outlet_id)
    if row.state != REFUSED:
        raise IllegalMove(move="ask_remedy_review", state=row.state)
    draft = Review(about="remedy", order=row.order, remedy=row, outlet_id=row.order.outlet_id)
    draft.customer, draft.decided_by = row.order.customer, row.answered_by
    draft.before = {"rule": row.rule, "reason": row.reason, "remedies": []}
    return _asked(actor, draft, words, zone_of(row.order))


@transaction.atomic
def ask_case_review(
    actor: Actor,
    *,
    bought: rules.Bought,
    on: date,
    fault: str,
    words: str = "",
    customer: str = "",
) -> str:
    """Ask a person to look at a case that somebody typed in, without a device or an order.

    Raises:
        Missing, NotAllowed, Invalid.
    """
    who = _customer(actor, customer)
    _may_ask(actor, who, None)
    (part,) = rights_for(bought, on=on, fault=fault, asked_on=timezone.localdate(actor.at))
    draft = Review(about="case", customer=who, before=rules.plain_verdict(part.verdict))
    return _asked(actor, draft, words, settings.TIME_ZONE)


def _customer(actor: Actor, number: str) -> Customer:
    rows = Customer.objects.all()
    key: dict[str, Any] = {"pk": actor.id} if actor.is_owner else {"number": tidy_number(number) or number}
    found: Customer = rows.pick(actor, **key)
    return found


def _may_ask(actor: Actor, customer: Customer, outlet: str | None) -> None:
    if not (actor.is_owner and customer.pk == actor.id):
        require(actor, "repairs.book", outlet=outlet)


def _asked(actor: Actor, draft: Review, words: str, zone: str) -> str:
    dues = remedies.answer_clocks(actor.at, zone)
    answer = dues[remedies.ANSWER]
    draft.number, draft.words = new_number("RV"), said(words, field="words", most=_LONGEST_WORDS)
    draft.asked_by, draft.asked_at = actor.ref, actor.at
    draft.answer_due_at = draft.escalate_at = answer.due
    draft.working = remedies.records(actor.at, {remedies.ANSWER: answer})
    try:
        with transaction.atomic():
            insert(draft)
    except IntegrityError as twice:
        rows = Review.objects.filter(state=ASKED, about=draft.about, order=draft.order, remedy=draft.remedy)
        first = rows.values_list("number", flat=True).first()
        if first is None:
            raise
        raise AskedAlready(review=first) from twice
    _record(
        actor, draft, "review.asked", answer_due_at=draft.answer_due_at, decided_by=draft.decided_by or None
    )
    return draft.number


def _record(actor: Actor, review: Review, event: str, **facts: Any) -> None:
    ledger.append(
        review.number,
        event,
        actor,
        about=review.about,
        outlet=review.outlet_id,
        customer=review.customer.number,
        order=review.order.number if review.order else None,
        remedy=review.remedy.number if review.remedy else None,
        **facts,
    )


@transaction.atomic
def uphold(actor: Actor, number: str, *, reason: str) -> str:
    """Leave the decision as it is and say why, in words its owner can follow.

    Raises:
        Missing, NotAllowed, OwnDecision, IllegalMove, Invalid, Overtaken.
    """
    row, move = _answering(actor, number, "uphold")
    _answer(actor, row, move, remedies.reason_of(reason), after=row.before)
    return row.number


@transaction.atomic
def overturn(
    actor: Actor,
    number: str,
    *,
    reason: str,
    corrected: Mapping[str, Any] | None = None,
    remedies_now: Sequence[str] = (),
) -> str:
    """Change the decision in the owner's favour: by facts that were wrong, or by naming the remedies.

    With corrected facts the rules are asked again; remedies that are named stand as the person's own word.
    An order takes the new decision over at once: it can be cleared, and what was charged and not yet handed
    over is free. A refused right is granted. Nothing that was granted before is ever taken away.

    Raises:
        Missing, NotAllowed, OwnDecision, IllegalMove, Overtaken.
        Invalid: nothing would change, or a right would be lost.
    """
    row, move = _answering(actor, number, "overturn")
    why = remedies.reason_of(reason)
    if row.about == "remedy":
        _answer(actor, row, move, why, after={**row.before, "remedies": ["granted"]})
        _allow(actor, row)
        return row.number
    fixed = reviews.corrections(corrected or {})
    after = _decided_anew(row, fixed, reviews.remedies_after(remedies_now), actor)
    _answer(actor, row, move, why, after=after, corrected=fixed)
    if row.order is not None:
        _take_over(actor, row.order, after)
    return row.number


def _answering(actor: Actor, number: str, name: str) -> tuple[Review, Move]:
    rows = Review.objects.select_related("order__device", "remedy__order", "customer")
    row: Review = rows.pick(actor, number=tidy_number(number) or number)
    move = REVIEW_LIFE.take(name, row.state)
    require(actor, move.grant, outlet=row.outlet_id)
    if actor.kind != SYSTEM and actor.ref == row.decided_by:
        raise OwnDecision
    return row, move


def _answer(actor: Actor, row: Review, move: Move, why: str, **changes: Any) -> None:
    """Keep the answer and record it; the remedies before and after stand in the fact, the words do not."""
    before, after = row.before, changes["after"]
    compare_and_set(
        row,
        seen={"state": row.state},
        changes={
            "state": move.target,
            "reason": why,
            "answered_at": actor.at,
            "answered_by": actor.ref,
            "escalate_at": None,
            **changes,
        },
    )
    fixed = sorted(changes.get("corrected", {})) or None
    _record(actor, row, move.event, before=before["remedies"], after=after["remedies"], corrected=fixed)


def _decided_anew(
    row: Review, fixed: Mapping[str, Any], named: Sequence[str], actor: Actor
) -> dict[str, Any]:
    before, facts = row.before, rules.kept_facts(row.before)
    if facts is None:
        raise Missing(field="facts")
    anew = rules.plain_verdict(judge(_asked_today(rules.corrected(facts, fixed), actor)))
    after = reviews.by_person(anew, named) if named and list(named) != anew["remedies"] else anew
    if set(before["remedies"]) - set(after["remedies"]):
        raise Invalid("A review never takes a right away.", field="remedies_now")
    if (before["covered"], before["remedies"]) == (after["covered"], after["remedies"]):
        raise Invalid(
            "This changes nothing.",
            field="remedies_now",
            remedy="Uphold the decision, correct a fact, or name the remedies.",
        )
    told = {**before.get("corrected", {}), **fixed}
    return after | {"by": actor.ref, "review": row.number, "corrected": told}


def _asked_today(facts: Facts, actor: Actor) -> Facts:
    """The rules of the day on which the decision was made count, so the question keeps its day."""
    return facts if facts.asked_on else rules.corrected(facts, {"asked_on": actor.at.date().isoformat()})


def _take_over(actor: Actor, order: Order, after: dict[str, Any]) -> None:
    """Let the order go by the new decision, in whatever state it is."""
    anew = {
        "verdict": after,
        "covered": after["covered"],
        **watched_anew(actor, order, rules.kept_facts(after)),
    }
    reopen = AFTER_REVIEW.moves["reopen"]
    if order.state in reopen.sources and after["covered"]:
        over = actor.at - timedelta(seconds=1)
        Quote.objects.filter(order=order, answer="", valid_until__gt=over).update(valid_until=over)
        apply(actor, order, reopen, {"review": after["review"]}, **anew)
        return
    compare_and_set(order, seen={"state": order.state}, changes=anew)
    if order.state in _FREE_FROM_HERE and after["covered"]:
        Line.objects.filter(order=order).update(covered=True)


def _allow(actor: Actor, row: Review) -> None:
    if row.remedy is None:
        raise Missing(field="remedy")
    move = REMEDY_LIFE.take("allow_remedy", row.remedy.state)
    later = row.remedy.outer_due_at
    settle_remedy(
        actor,
        row.remedy,
        move,
        {"review": row.number},
        answered_at=actor.at,
        answered_by=actor.ref,
        escalate_at=later if later > actor.at else None,
    )
