"""The same message, the same notice, the same thread at the same moment, on real threads."""

import threading

import pytest
from django.db import connection

from sanbao.base.errors import Refusal
from sanbao.rooms.conversations import services
from sanbao.rooms.conversations.models import Message, Notice, Thread
from sanbao.rooms.conversations.tests.factories import (
    HOUSE,
    Postbox,
    agent,
    customer,
    notice,
    owner_actor,
    talk,
)
from sanbao.rooms.ledger import queries as ledger

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_threads():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: threads there only queue")


def together(*acts):
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def one(place, act):
        start.wait()
        try:
            results[place] = act()
        except Refusal as refusal:
            results[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_message_sent_twice_at_once_is_there_once_and_both_get_its_number():
    for turn in range(5):
        who = customer()
        wish = {"subject": "", "body": "在吗", "key": f"tap-{turn}"}
        results = together(*[lambda w=who, k=wish: services.write(owner_actor(w), **k)] * 4)
        assert len({written.message for written in results}) == 1
        assert sorted(written.new for written in results) == [False, False, False, True]
        thread = Thread.objects.get(customer=who)
        assert thread.messages.count() == 1
        assert [fact.event for fact in ledger.timeline(thread.number)] == ["thread.received"]


def test_a_mail_fetched_twice_at_once_counts_once():
    who = customer()
    wish = {"customer": who.number, "channel": "mail", "body": "你好", "external_id": "<1@mail>"}
    results = together(*[lambda: services.receive(HOUSE, **wish)] * 4)
    assert len({written.message for written in results}) == 1
    assert Message.objects.count() == 1


def test_different_messages_of_one_customer_at_once_are_all_kept_in_one_thread():
    who = customer()
    acts = [lambda k=k: services.write(owner_actor(who), body=f"第{k}条", key=f"{k}") for k in range(6)]
    results = together(*acts)
    assert {written.new for written in results} == {True}
    assert Thread.objects.count() == 1
    assert Message.objects.count() == 6


def test_of_two_answers_at_once_each_was_written_knowing_the_thread():
    number, agents = talk(), [agent(), agent()]
    results = together(*(lambda a=a: services.answer(a, number, body="好的") for a in agents))
    sent = [result for result in results if result != "overtaken"]
    assert sent
    assert Message.objects.filter(direction="out").count() == len(sent)
    events = [fact.event for fact in ledger.timeline(number)]
    assert events == ["thread.received", *["thread.answered"] * len(sent)]


def test_one_cause_told_by_two_workers_makes_one_notice():
    who = customer()
    wish = {"customer": who.number, "subject": "RO-1", "template": "repair.ready", "cause": 5, "facts": {}}
    results = together(*[lambda: services.tell(HOUSE, **wish)] * 4)
    assert len(set(results)) == 1
    assert Notice.objects.count() == 1


def test_two_senders_at_once_send_each_notice_once():
    numbers = [notice() for _ in range(30)]
    box = Postbox()
    results = together(*[lambda: services.send_due(HOUSE, ways={"sms": box})] * 3)
    assert sum(results) == 30
    assert sorted(letter.number for letter in box.letters) == sorted(numbers)
