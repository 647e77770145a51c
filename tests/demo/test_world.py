"""The demo world: everything in it has happened through services, and everything that can be is there."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from sanbao.base.actor import system
from sanbao.demo import cast, world
from sanbao.demo.places import BUSY, LACKING, SHORT_OF, SLOW
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.complaints import states as case_states
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.parts.models import Movement, Stock
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registry_services
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import states as order_states

END = datetime(2026, 6, 17, 7, 30, tzinfo=UTC)
HOUSE = system(END, "test")


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """The small world, built once for this module and thrown away afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        refused = world.build(HOUSE, progress=lambda _: None, size="small")
        yield refused
        transaction.set_rollback(True)


@pytest.fixture
def town(filled, db):
    return filled


def every_order():
    rows, after = [], ""
    while True:
        page = repairs.worklist(HOUSE, states=order_states.OPEN | order_states.ENDED, after=after)
        rows += page.rows
        after = page.after
        if not after:
            return rows


def every_case():
    rows, after = [], ""
    while True:
        page = complaints.all_cases(HOUSE, after)
        rows += page.rows
        after = page.after
        if not after:
            return rows


def test_every_state_of_an_order_is_there(town):
    assert {row.state for row in every_order()} == order_states.OPEN | order_states.ENDED


def test_every_state_of_a_case_is_there(town):
    assert {row.state for row in every_case()} == case_states.OPEN | case_states.ENDED | {
        case_states.ANSWERED
    }


def test_every_way_in_is_used(town):
    assert {row.channel for row in every_order()} == order_states.CHANNELS


def test_every_fact_was_heard_and_nothing_died(town):
    health = ledger.health(END)
    assert (health.unplaced, health.waiting, health.dead) == (0, 0, 0)


def test_few_things_were_refused(town):
    assert sum(town.values()) <= 2


def test_the_stock_is_the_sum_of_what_moved(town):
    moved = Movement.objects.values_list("outlet_id", "item_id").annotate(n=Sum("quantity"))
    books = {(outlet, item): n for outlet, item, n in moved.order_by()}
    on_hand = {(row.outlet_id, row.item_id): row.on_hand for row in Stock.objects.all()}
    assert {place: n for place, n in on_hand.items() if n or place in books} == books


def test_the_slow_shop_is_slow(town):
    took = {True: [], False: []}
    for row in every_order():
        if row.ready_at:
            took[row.outlet == SLOW].append(row.ready_at - row.accepted_at)
    usual, slow = (sum(took[which], timedelta()) / len(took[which]) for which in (False, True))
    assert slow > 3 * usual


def test_somebody_waits_for_the_part_that_is_nowhere(town):
    waiting = [row for row in every_order() if row.state == order_states.WAITING_PART]
    kept = [parts.availability([LACKING], [row.outlet])[row.outlet].state for row in waiting]
    assert kept
    assert set(kept) == {"expected"}


def test_the_short_part_came_back(town):
    assert parts.availability([SHORT_OF], [BUSY])[BUSY].state == "shelf"


def test_the_counter_of_today_is_busy(town):
    day = outlets.place(BUSY).day(END)
    assert len(outlets.day_list(HOUSE, BUSY, day)) >= 5
    assert len([ticket for ticket in outlets.queue(HOUSE, BUSY, day) if ticket.state == "waiting"]) == 3
    here = Counter(row.state for row in every_order() if row.outlet == BUSY)
    assert all(here[state] for state in ("accepted", "quoted", "approved", "ready", "waiting_part"))


def test_all_texts_are_read_and_both_sides_are_heard(town):
    figures = feedback.figures(HOUSE)
    assert figures.texts == figures.read >= world.SCALES["small"].texts
    assert feedback.sentences(HOUSE, polarity=1).rows
    assert feedback.sentences(HOUSE, polarity=-1).rows


def test_the_people_of_the_list_can_sign_in(town, settings):
    settings.SANBAO = settings.SANBAO | {"demo": True}
    for member in cast.staff_of(world.SCALES["small"].shops):
        if member.signs_in:
            account = registry_services.sign_in_staff(
                HOUSE, email=member.email, password=cast.PASSWORD, code=cast.CODE, address="127.0.0.1"
            )
            actor = registry.actor_for(account, END)
            assert actor is not None
            assert actor.is_staff
