"""Reactions: a fact tells the right customer the right words, once."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from sanbao.base.errors import Missing
from sanbao.rooms.conversations import handlers, queries, services
from sanbao.rooms.conversations.models import Notice
from sanbao.rooms.conversations.tests.factories import (
    AT,
    HOUSE,
    agent,
    customer,
    order,
    outlet,
    owner_actor,
    talk,
)
from sanbao.rooms.ledger.queries import Fact, timeline
from sanbao.rooms.ledger.services import append
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as outlet_services
from sanbao.rooms.registry.tests.factories import bearer

pytestmark = pytest.mark.django_db


def fact(subject, event, cause=1, **facts):
    return Fact(cause, subject, event, "system:worker", AT, facts)


def texts(who):
    return [row.body for row in queries.notices(HOUSE, customer=who.number).rows]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("repair.booked", "请于3月5日18:00到BJ01店"),
        ("repair.accepted", "预计3月5日18:00前修好"),
        ("repair.waiting_part", "预计3月5日18:00前修好"),
        ("repair.quoted", "报价¥399"),
        ("repair.delayed", "原因：前面排队的设备较多。新的预计时间：3月5日18:00"),
        ("repair.mailed", "寄修已登记"),
        ("repair.ready", "到BJ01店取机"),
        ("repair.shipped", "顺丰运单号SF123"),
        ("repair.returned", "维修记录"),
    ],
)
def test_the_owner_of_a_repair_hears_of_each_step_once(event, words):
    who = customer()
    repair = order(
        who,
        expected_at=datetime(2026, 3, 5, 10, tzinfo=UTC),
        carrier="顺丰",
        waybill_out="SF123",
        state="quoted",
    )
    moment = "2026-03-05T10:00:00+00:00"
    told = {"promised_at": moment, "expected_at": moment, "starts_at": moment, "outlet": "BJ01"}
    heard = fact(repair.number, event, cents=39900, reason="queue", **told)
    handlers.on_repair_event(HOUSE, heard)
    handlers.on_repair_event(HOUSE, heard)
    (text,) = texts(who)
    assert words in text
    assert repair.number in text
    assert who.name not in text


def test_a_complaints_receipt_names_the_day_of_the_decision():
    who = customer(language="en")
    due = "2026-03-09T23:59:59+08:00"
    heard = fact("CP-1", "complaint.filed", customer=who.number, decision_due_at=due, zone="Asia/Shanghai")
    handlers.on_complaint_event(HOUSE, heard)
    assert "You will have our decision by 9 Mar 24:00." in texts(who)[0]
    handlers.on_complaint_event(HOUSE, fact("CP-1", "complaint.answered", 2, customer=who.number))
    assert "has an answer" in texts(who)[0]


def test_a_called_ticket_tells_its_holder_and_a_walk_in_without_a_name_needs_no_notice():
    clerk = bearer("outlets.serve", "outlets.see", "registry.search", "outlets.book", at=AT)
    who, code = customer(), outlet().pk
    mine = outlet_services.take_ticket(clerk, outlet=code, customer=who.number)
    nameless = outlet_services.take_ticket(clerk, outlet=code)
    for ticket in (mine, nameless):
        outlet_services.call_next(clerk, outlet=code)
        called = timeline(ticket.number)[-1]
        handlers.on_ticket_called(HOUSE, called)
        handlers.on_ticket_called(HOUSE, called)
    assert Notice.objects.count() == 1
    assert f"{mine.count}号，轮到您了" in texts(who)[0]
    assert outlets.ticket_position(mine.number).state == "called"


def test_an_answer_in_a_talk_is_announced_without_its_words():
    who = customer()
    number = talk(who)
    services.answer(agent(), number, body="屏幕已换好")
    handlers.on_thread_answered(HOUSE, timeline(number)[-1])
    assert "新回复" in texts(who)[0]
    assert "屏幕" not in texts(who)[0]


def test_an_erased_customer_is_silent_and_unspoken_to():
    who = customer()
    number = talk(who)
    handlers.on_complaint_event(HOUSE, fact("CP-1", "complaint.taken", customer=who.number))
    erased = fact(who.number, "customer.erased", 2)
    handlers.on_customer_erased(HOUSE, erased)
    handlers.on_customer_erased(HOUSE, erased)
    assert texts(who) == [""]
    assert queries.thread(owner_actor(who), number).messages[0].body == ""


def test_a_wait_for_a_part_and_its_new_date_are_one_notice_and_a_later_delay_another():
    who = customer()
    repair = order(who, expected_at=datetime(2026, 3, 5, 10, tzinfo=UTC), state="waiting_part")
    with transaction.atomic():
        waits = append(repair.number, "repair.waiting_part", HOUSE)
        moved = append(repair.number, "repair.delayed", HOUSE, reason="part")
        again = append(repair.number, "repair.delayed", HOUSE.then(AT.replace(hour=10)), reason="part")
    for heard in timeline(repair.number):
        handlers.on_repair_event(HOUSE, heard)
    told = Notice.objects.filter(customer=who).values_list("cause", flat=True)
    assert sorted(told) == [waits, again]
    assert moved not in told
    with pytest.raises(Missing):
        handlers.on_repair_event(HOUSE, fact("RO-0000-0000-0", "repair.ready", 99))
    assert Notice.objects.count() == 2
