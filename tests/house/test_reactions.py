"""Facts, wiring and notices fit together: what is told has words, and it arrives."""

from datetime import timedelta

import pytest

from sanbao import wiring
from sanbao.rooms.complaints import services as complaints
from sanbao.rooms.complaints.tests.factories import ANSWER, AT, case, customer, desk, order, owner_actor
from sanbao.rooms.conversations import queries, rules
from sanbao.rooms.conversations import services as conversations
from sanbao.rooms.conversations.tests.factories import HOUSE, Postbox, agent
from sanbao.rooms.ledger import services as ledger

TELLERS = {
    "conversations.on_repair_event",
    "conversations.on_complaint_event",
    "conversations.on_remedy_event",
    "conversations.on_ticket_called",
    "feedback.on_repair_returned",
}


def test_every_event_that_is_told_to_a_customer_has_a_text_and_every_text_an_event():
    told = {event for event, names in wiring.WIRING.items() if TELLERS & set(names)}
    assert told | {"thread.answered"} == set(rules.TEXTS)


def test_every_handler_that_is_wired_exists_and_every_handler_is_wired():
    wired = {name for names in wiring.WIRING.values() for name in names}
    assert wired == set(wiring.HANDLERS)


def work(at):
    house = HOUSE.then(at)
    while ledger.sequence(wiring.WIRING, at=at) or ledger.deliver(house, wiring.HANDLERS):
        pass
    box = Postbox()
    conversations.send_due(house, ways={"sms": box, "mail": box})
    return [letter.text for letter in box.letters]


@pytest.mark.django_db
def test_a_complaint_from_its_receipt_to_its_answer_reaches_the_owner():
    who = customer()
    number = case(who, order=order(who).number)
    assert [text for text in work(AT) if number in text] == [
        f"【Sanbao】投诉已收到，编号{number}。我们会在3月9日24:00前给出处理决定。期限怎么算的，网页上可查。"
    ]
    talk = conversations.write(owner_actor(who), subject=number, body="等您回复", key="1").thread
    conversations.answer(agent(), talk, body="已在核实")
    complaints.answer(desk(), number, **ANSWER)
    told = work(AT + timedelta(minutes=1))
    assert any(f"投诉{number}已答复" in text for text in told)
    assert any("新回复" in text for text in told)
    assert not [row for row in queries.notices(HOUSE, subject=number).rows if row.state != "sent"]
    assert work(AT + timedelta(minutes=2)) == []


@pytest.mark.django_db
def test_a_first_answer_in_the_talk_is_noticed_by_the_case():
    who = customer()
    number = case(who)
    work(AT)
    talk = conversations.write(owner_actor(who), subject=number, body="等您回复", key="1").thread
    conversations.answer(agent(), talk, body="已在核实")
    work(AT + timedelta(minutes=1))
    assert complaints.remind_due(HOUSE.then(AT + timedelta(hours=30))) == 0


@pytest.mark.django_db
def test_a_late_answer_is_told_once_with_its_reason_the_new_date_and_where_to_go():
    number = case(customer())
    work(AT)
    later = AT + timedelta(hours=30)
    complaints.remind_due(HOUSE.then(later))
    told = [text for text in work(later) if number in text]
    assert len(told) == 1
    assert "对不起。原因：还没有专人接手" in told[0]
    assert "新的期限：3月4日18:00" in told[0]
    assert "12315" in told[0]
    complaints.remind_due(HOUSE.then(later))
    assert work(later) == []


@pytest.mark.django_db
def test_a_pause_is_told_with_its_reason_and_the_owners_message_ends_it():
    who = customer()
    number, hand = case(who), desk()
    complaints.take(hand, number)
    work(AT)
    complaints.pause(hand, number, reason="owner_answer", note="请说明第二次维修的时间")
    assert any("暂停计时：等您的答复" in text for text in work(AT))
    conversations.write(owner_actor(who, AT), subject=number, body="是2月20日", key="1")
    assert any("已恢复计时" in text for text in work(AT))
