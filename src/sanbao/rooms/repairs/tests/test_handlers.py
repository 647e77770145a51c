"""Reactions to news; each is run twice and counts once."""

from datetime import timedelta

import pytest

from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts import services as stock
from sanbao.rooms.parts.tests.factories import item
from sanbao.rooms.registry import services as registry
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.repairs import handlers, queries, services
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.tests.factories import booked, cleared, mailed, owner_of, returned

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)


def newest(subject, event):
    return [fact for fact in ledger.timeline(subject) if fact.event == event][-1]


def twice(handler, fact):
    for _ in range(2):
        handler(NOW, fact)


def test_a_part_that_arrives_lets_the_longest_waiting_order_go_on():
    item()
    first, second = (cleared(items=["SCREEN-P1"]) for _ in range(2))
    for number in (first, second):
        services.await_part(NOW, number)
    stock.receive(NOW, outlet="BJ01", item="SCREEN-P1", quantity=1)
    twice(handlers.on_stock_arrived, newest("SCREEN-P1", "stock.arrived"))
    assert queries.order(NOW, first).state == "approved"
    assert queries.order(NOW, second).state == "waiting_part"
    events = [fact.event for fact in ledger.timeline(first)]
    assert events.count("repair.resumed") == 1


def test_a_part_somewhere_else_moves_nothing():
    item()
    number = cleared(items=["SCREEN-P1"])
    services.await_part(NOW, number)
    elsewhere = Fact(1, "SCREEN-P1", "stock.arrived", "x", TOMORROW_10, {"outlet": "SH01", "quantity": 1})
    twice(handlers.on_stock_arrived, elsewhere)
    assert queries.order(NOW, number).state == "waiting_part"


def test_an_erased_customer_leaves_no_words_signature_or_address():
    number = mailed(words="我家住在建国路")
    services.accept(NOW, number, intake=services.Intake(erase_consent=True, signature="王小明", note="老王"))
    person = Order.objects.get().customer
    twice(handlers.on_customer_erased, Fact(1, person.number, "customer.erased", "x", TOMORROW_10, {}))
    page = queries.order(NOW, number)
    assert (page.words, page.return_address, page.intake.signature, page.intake.note) == ("", "", "", "")
    assert page.intake.erase_consent


def test_an_owner_without_open_orders_is_erased_at_once():
    number = returned()
    me = owner_of(number)
    who = registry.request_erasure(me)
    twice(handlers.on_erasure_asked, newest(who, "customer.erasure_asked"))
    assert Customer.objects.get(number=who).erased_at == TOMORROW_10


def test_an_open_order_keeps_the_owner_until_it_ends():
    number = booked()
    me = owner_of(number)
    who = registry.request_erasure(me)
    twice(handlers.on_erasure_asked, newest(who, "customer.erasure_asked"))
    assert Customer.objects.get(number=who).erased_at is None
    services.cancel(me, number)
    twice(handlers.on_order_ended, newest(number, "repair.cancelled"))
    assert Customer.objects.get(number=who).erased_at == TOMORROW_10


def test_the_end_of_an_order_erases_nobody_who_did_not_ask():
    number = returned()
    twice(handlers.on_order_ended, newest(number, "repair.returned"))
    assert Customer.objects.get(orders__number=number).erased_at is None


def test_a_second_repair_of_the_same_fault_opens_the_exchange():
    number = returned()
    phone = Order.objects.get(number=number).device
    later = TOMORROW_10 + timedelta(days=1)
    again = booked(phone=phone, starts_at=later)
    services.accept(house(later), again, intake=services.Intake(backup_done=True, signature="王"))
    services.clear(house(later), again, finding="confirmed", diagnosis="同一故障")
    services.finish(house(later), again, resolution="再次维修")
    services.hand_back(house(later), again)
    third = booked(phone=phone, starts_at=later + timedelta(days=1))
    services.accept(
        house(later + timedelta(days=1)),
        third,
        intake=services.Intake(backup_done=True, signature="王"),
    )
    verdict = queries.order(NOW, third).verdict
    assert "exchange" in verdict.remedies


def test_a_delivery_note_lets_everybody_go_on_for_whom_it_is_enough():
    item()
    first, second = (cleared(items=["SCREEN-P1"]) for _ in range(2))
    for number in (first, second):
        services.await_part(NOW, number)
    stock.receive_delivery(NOW, outlet="BJ01", pieces={"SCREEN-P1": 1})
    twice(handlers.on_stock_delivered, newest("BJ01", "stock.delivered"))
    assert queries.order(NOW, first).state == "approved"
    assert queries.order(NOW, second).state == "waiting_part"
