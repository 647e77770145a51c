"""The ledger: one fact with its change, dense places, deliveries that happen once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from sanbao.base.actor import Actor, system
from sanbao.base.errors import Missing, NotAllowed, Reused
from sanbao.rooms.ledger import queries, services
from sanbao.rooms.ledger.models import Answer, Delivery, Entry
from sanbao.rooms.ledger.states import DEAD, DONE, MOST_ATTEMPTS, WAITING

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUSE = system(AT)
CLERK = Actor("staff:ST-1", "staff", AT, 1)
WIRING = {"thing.happened": ("note",)}


def _happen(count=1, subject="TH-1"):
    with transaction.atomic():
        for number in range(count):
            services.append(subject, "thing.happened", HOUSE, count=number)


@pytest.mark.django_db(transaction=True)
def test_a_fact_cannot_be_written_outside_a_transaction():
    with pytest.raises(RuntimeError):
        services.append("TH-1", "thing.happened", HOUSE)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_change_that_is_rolled_back_leaves_no_fact():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.append("TH-1", "thing.happened", HOUSE)
        raise ZeroDivisionError
    assert queries.timeline("TH-1") == []


@pytest.mark.django_db
def test_places_are_dense_and_every_fact_gets_one_delivery_per_handler():
    _happen(3)
    assert services.sequence(WIRING, at=AT) == 3
    _happen(2)
    assert services.sequence(WIRING, at=AT, most=1) == 1
    assert services.sequence(WIRING, at=AT) == 1
    assert list(Entry.objects.order_by("position").values_list("position", flat=True)) == [0, 1, 2, 3, 4]
    assert Delivery.objects.count() == 5


@pytest.mark.django_db
def test_a_handler_that_fails_is_tried_again_later_and_then_shown():
    def fail(actor, fact):
        _happen(subject="TH-2")
        raise ValueError("no")

    _happen()
    services.sequence(WIRING, at=AT)
    at = AT
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert services.deliver(HOUSE.then(at), {"note": fail}) == 1
        row = Delivery.objects.get()
        assert (row.attempts, row.state) == (attempt, DEAD if attempt == MOST_ATTEMPTS else WAITING)
        assert services.deliver(HOUSE.then(at), {"note": fail}) == 0
        at = row.due_at
    assert queries.timeline("TH-2") == []
    dead = queries.dead_deliveries(HOUSE)
    assert [(d.handler, d.attempts) for d in dead] == [("note", MOST_ATTEMPTS)]
    assert "ValueError: no" in dead[0].fault


@pytest.mark.django_db
def test_a_dead_delivery_comes_back_only_by_somebody_who_may():
    _happen()
    services.sequence(WIRING, at=AT)
    Delivery.objects.update(state=DEAD)
    key = Delivery.objects.get().pk
    with pytest.raises(NotAllowed):
        services.revive(CLERK, key)
    with pytest.raises(Missing):
        services.revive(HOUSE, key + 1)
    assert Delivery.objects.get().state == DEAD
    services.revive(HOUSE, key)
    assert Delivery.objects.get().state == WAITING


@pytest.mark.django_db
def test_a_lost_lease_means_no_second_effect():
    heard = []
    _happen()
    services.sequence(WIRING, at=AT)
    leased = services._lease(HOUSE, 10)
    later = HOUSE.then(AT + timedelta(seconds=61))
    services.deliver(later, {"note": lambda actor, fact: heard.append(fact.subject)})
    services._run(HOUSE, leased[0], {"note": lambda actor, fact: heard.append("twice")})
    assert heard == ["TH-1"]
    assert Delivery.objects.get().state == DONE


@pytest.mark.django_db
def test_the_same_key_does_the_thing_once_and_answers_the_same():
    done = []

    def act():
        done.append(1)
        return {"number": "RO-1"}

    assert services.once(CLERK, "k", b"body", act) == ({"number": "RO-1"}, True)
    assert services.once(CLERK, "k", b"body", act) == ({"number": "RO-1"}, False)
    with pytest.raises(Reused):
        services.once(CLERK, "k", b"other", act)
    assert services.once(CLERK.then(AT + timedelta(hours=25)), "k", b"other", act)[1]
    assert len(done) == 2


@pytest.mark.django_db
def test_a_refused_act_leaves_the_key_free():
    def refuse():
        raise Missing

    with pytest.raises(Missing):
        services.once(CLERK, "k", b"body", refuse)
    assert not Answer.objects.exists()
    assert services.once(CLERK, "k", b"body", lambda: {"ok": True}) == ({"ok": True}, True)


@pytest.mark.django_db
def test_a_worker_that_says_nothing_for_two_minutes_is_silent():
    assert queries.is_silent(AT)
    services.beat(HOUSE, "worker")
    assert not queries.is_silent(AT + timedelta(minutes=2))
    assert queries.is_silent(AT + timedelta(minutes=2, seconds=1))
    assert queries.health(AT).last_beat == AT
