"""From a finding to somebody's undertaking, and to its end."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from sanbao.base.actor import EVERYWHERE, Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.errors import Invalid
from sanbao.base.ids import new_number
from sanbao.engines.text import ASPECTS
from sanbao.rooms.feedback.models import Action
from sanbao.rooms.feedback.queries.effects import BEFORE, blamed
from sanbao.rooms.feedback.rules import unkeepable
from sanbao.rooms.feedback.states import ACTIONS
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.registry.models import Staff

LONGEST_WHAT: Final = 400
FURTHEST: Final = timedelta(days=366)


@transaction.atomic
def undertake(
    actor: Actor, *, aspect: str, what: str, person: str, due_on: date, today: date, outlet: str = ""
) -> str:
    """Write down who will do what by when against a blamed aspect; return the action's number.

    The figure it answers, blame of the aspect in the eight weeks before ``today``, is kept with it. Without
    an outlet it holds for all of them, which needs the grant everywhere.

    Raises:
        NotAllowed, Missing: outlet or person.
        Invalid: aspect, words or day.
    """
    require(actor, "feedback.act", outlet=outlet or EVERYWHERE)
    place = Outlet.objects.pick(actor, code=outlet) if outlet else None
    doer = _person(actor, person)
    if aspect not in {each.code for each in ASPECTS}:
        raise Invalid("There is no such aspect.", field="aspect")
    said = _wording(what, field="what")
    if not today <= due_on <= today + FURTHEST:
        raise Invalid("Choose a day from today to a year ahead.", field="due_on")
    before = blamed(aspect, today - BEFORE, today - timedelta(days=1))
    mine = [before.get(outlet, (0, 0))] if outlet else list(before.values())
    count, texts = sum(k for k, _ in mine), sum(n for _, n in mine)
    action = Action.objects.create(
        number=new_number("AC"),
        aspect=aspect,
        outlet=place,
        what=said,
        person=doer,
        count=count,
        texts=texts,
        decided_on=today,
        due_on=due_on,
        made_at=actor.at,
    )
    ledger.append(
        action.number,
        "action.undertaken",
        actor,
        aspect=aspect,
        outlet=outlet or None,
        person=doer.number,
        due_on=due_on,
        count=count,
        texts=texts,
    )
    return str(action.number)


@transaction.atomic
def finish_action(actor: Actor, number: str, *, done_on: date, today: date, words: str = "") -> None:
    """Say that it is done since a day; from that day on the figures are watched.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken.
        Invalid: the day lies before the decision or ahead.
    """
    action = _see(actor, number, "finish")
    if not action.decided_on <= done_on <= today:
        raise Invalid("Choose a day from the decision to today.", field="done_on")
    said = _wording(words, field="words") if words.strip() else ""
    _apply(actor, action, "finish", done_on=done_on, closing_words=said)


@transaction.atomic
def drop_action(actor: Actor, number: str, *, words: str) -> None:
    """Give it up, with the reason.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    action = _see(actor, number, "drop")
    _apply(actor, action, "drop", closing_words=_wording(words, field="words"))


@transaction.atomic
def hand_on_action(actor: Actor, number: str, *, person: str, due_on: date, today: date) -> None:
    """Give it to somebody else, or another day, or both.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    action = _see(actor, number, "hand_on")
    doer = _person(actor, person)
    if not max(today, action.decided_on) <= due_on <= today + FURTHEST:
        raise Invalid("Choose a day from today to a year ahead.", field="due_on")
    seen = {"state": action.state, "person_id": action.person_id, "due_on": action.due_on}
    compare_and_set(action, seen=seen, changes={"person_id": doer.pk, "due_on": due_on})
    event = ACTIONS.moves["hand_on"].event
    ledger.append(action.number, event, actor, outlet=action.outlet_id, person=doer.number, due_on=due_on)


def _see(actor: Actor, number: str, name: str) -> Action:
    action: Action = Action.objects.pick(actor, number=number)
    move = ACTIONS.take(name, action.state)
    require(actor, move.grant, outlet=action.outlet_id or EVERYWHERE)
    return action


def _apply(actor: Actor, action: Action, name: str, **changes: date | str) -> None:
    move = ACTIONS.moves[name]
    compare_and_set(action, seen={"state": action.state}, changes={"state": move.target, **changes})
    ledger.append(action.number, move.event, actor, outlet=action.outlet_id, done_on=changes.get("done_on"))


def _person(actor: Actor, number: str) -> Staff:
    doer: Staff = Staff.objects.pick(actor, number=number)
    if doer.left_at is not None:
        raise Invalid("This person has left.", field="person")
    return doer


def _wording(words: str, *, field: str) -> str:
    tidy = " ".join(words.split())
    if not tidy:
        raise Invalid("Say it in a few words.", field=field)
    if len(tidy) > LONGEST_WHAT or unkeepable(tidy):
        raise Invalid("At most %(most)s plain characters.", field=field, most=LONGEST_WHAT)
    return tidy
