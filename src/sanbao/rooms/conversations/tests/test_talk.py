"""Messages, notes and calls: who reads what, what is owed, and that nothing arrives twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from sanbao.base.actor import anonymous
from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed, Overtaken, Reused
from sanbao.rooms.conversations import queries, services
from sanbao.rooms.conversations.errors import NobodyToCall
from sanbao.rooms.conversations.models import Call, Message, Thread
from sanbao.rooms.conversations.services import talk as talking
from sanbao.rooms.conversations.tests.factories import (
    AGENT,
    AT,
    HOUSE,
    agent,
    customer,
    order,
    owner_actor,
    talk,
)
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.services import append
from sanbao.rooms.registry.models import Customer

SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def owner_of(number, at=AT):
    return owner_actor(Thread.objects.get(number=number).customer, at)


def test_an_owners_message_owes_an_answer_by_the_end_of_the_next_working_day():
    row = queries.thread(HOUSE, talk()).row
    assert row.answer_due_at == datetime(2026, 3, 3, 18, tzinfo=SHANGHAI)
    friday = queries.thread(HOUSE, talk(at=datetime(2026, 3, 6, 9, tzinfo=UTC))).row
    assert friday.answer_due_at == datetime(2026, 3, 9, 18, tzinfo=SHANGHAI)
    assert queries.thread(HOUSE, talk(at=datetime(2026, 12, 31, 9, tzinfo=UTC))).row.provisional


def test_the_same_message_sent_again_is_there_once_and_gives_the_first_result():
    who = customer()
    subject = order(who).number
    first = services.write(owner_actor(who), subject=subject, body="在吗", key="tap-1")
    again = services.write(owner_actor(who), subject=subject, body="在吗", key="tap-1")
    assert (again.message, again.thread, first.new, again.new) == (first.message, first.thread, True, False)
    assert Message.objects.count() == 1
    assert events(first.thread) == ["thread.received"]
    with pytest.raises(Reused):
        services.write(owner_actor(who), subject=subject, body="别的话", key="tap-1")
    other = services.write(owner_actor(), subject="", body="在吗", key="tap-1")
    assert other.new


def test_one_customer_and_subject_have_one_thread_over_every_channel():
    who = customer()
    subject = order(who).number
    written = services.write(owner_actor(who), subject=subject, body="在吗", key="1")
    mailed = services.receive(
        HOUSE, customer=who.number, channel="mail", body="还没修好？", external_id="<a@b>", subject=subject
    )
    called = services.log_call(agent(), customer=who.number, subject=subject, summary="问进度")
    assert {written.thread, mailed.thread, called} == {written.thread}
    assert queries.thread(HOUSE, called).row.channel == "phone"
    assert services.write(owner_actor(who), body="别的事", key="2").thread != called


def test_a_message_from_outside_that_comes_twice_counts_once():
    who = customer()
    wish = {"customer": who.number, "channel": "mail", "body": "你好", "external_id": "<1@mail>"}
    first, again = services.receive(HOUSE, **wish), services.receive(HOUSE, **wish)
    assert (again.message, again.new) == (first.message, False)
    long = wish | {"external_id": "<" + "x" * 900 + "@mail>", "body": "又来了"}
    assert [services.receive(HOUSE, **long).new for _ in range(2)] == [True, False]
    assert Message.objects.count() == 2
    assert events(first.thread) == ["thread.received"] * 2


def test_an_answer_that_is_owed_keeps_its_day_however_often_the_customer_writes():
    who = customer()
    number = talk(who, subject="")
    later = owner_actor(who, AT + timedelta(days=1))
    services.write(later, body="还在吗？", key="again")
    assert queries.thread(HOUSE, number).row.answer_due_at == datetime(2026, 3, 3, 18, tzinfo=SHANGHAI)
    services.answer(agent(at=AT + timedelta(days=1)), number, body="在的")
    assert queries.thread(HOUSE, number).row.answer_due_at is None
    services.write(owner_actor(who, AT + timedelta(days=2)), body="谢谢，还有", key="third")
    assert queries.thread(HOUSE, number).row.answer_due_at == datetime(2026, 3, 5, 18, tzinfo=SHANGHAI)


def test_an_internal_note_never_reaches_an_owner_by_any_way():
    number, clerk = talk(), agent()
    services.note(clerk, number, body="客户情绪激动，先联系工程师")
    services.log_call(
        clerk, customer=owner_of(number).ref[6:], subject=Thread.objects.get(number=number).subject,
        summary="内部小结",
    )  # fmt: skip
    owner = owner_of(number)
    page = queries.thread(owner, number)
    shown = repr(
        (page, queries.threads(owner), queries.calls(owner), queries.threads_of(owner, page.row.subject))
    )
    assert "激动" not in shown
    assert "内部小结" not in shown
    assert "什么时候修好" in shown
    assert {m.direction for m in page.messages} == {"in"}
    assert not Message.objects.visible_to(owner).filter(direction="note").exists()
    assert not Message.objects.visible_to(anonymous(AT)).exists()
    assert [m.direction for m in queries.thread(clerk, number).messages] == ["in", "note"]
    assert queries.thread(clerk, number).row.answer_due_at is not None


def test_staff_of_another_outlet_and_other_owners_see_no_thread():
    number = talk()
    for stranger in (agent("SH01"), owner_actor(), anonymous(AT)):
        with pytest.raises(Missing):
            queries.thread(stranger, number)
        with pytest.raises(Missing):
            services.answer(stranger, number, body="好")
        assert queries.threads(stranger).rows == ()
    assert queries.thread(agent("BJ01"), number).row.outlet == "BJ01"
    assert events(number) == ["thread.received"]


def test_an_owner_cannot_answer_note_or_close_and_a_reader_cannot_either():
    number = talk()
    reader = agent(grants=frozenset({"conversations.see"}))
    for actor in (owner_of(number), reader):
        for verb in (services.answer, services.note):
            with pytest.raises(NotAllowed):
                verb(actor, number, body="好")
        with pytest.raises(NotAllowed):
            services.close(actor, number)
    assert events(number) == ["thread.received"]
    assert Message.objects.count() == 1


def test_a_subject_of_somebody_else_looks_as_if_it_did_not_exist():
    foreign = order().number
    with transaction.atomic():
        append("CP-1", "complaint.filed", HOUSE, customer="CU-another", outlet="BJ01")
    for subject in (foreign, "RO-0000-0000-0", "CP-1", "CP-2", "DV-1", "x", "\x00", "RO-\x00"):
        with pytest.raises(Missing):
            services.write(owner_actor(), subject=subject, body="在吗", key="1")
    with pytest.raises(Missing):
        services.receive(
            HOUSE, customer=customer().number, channel="chat", body="在吗", external_id="1", subject=foreign
        )
    assert not Thread.objects.exists()


def test_a_complaint_of_ones_own_can_be_talked_about_at_its_outlet():
    who = customer()
    order(who)
    with transaction.atomic():
        append("CP-1", "complaint.filed", HOUSE, customer=who.number, outlet="BJ01")
    number = services.write(owner_actor(who), subject="CP-1", body="有结果了吗", key="1").thread
    assert queries.thread(HOUSE, number).row.outlet == "BJ01"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"body": "  "}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"body": "长" * 4001}, "body"),
        ({"key": ""}, "key"),
        ({"key": "k" * 121}, "key"),
        ({"key": "a\x00"}, "key"),
    ],
)
def test_a_wrong_message_is_refused_by_its_field(wrong, field):
    with pytest.raises(Invalid) as refusal:
        services.write(owner_actor(), **{"subject": "", "body": "在吗", "key": "1"} | wrong)
    assert refusal.value.field == field
    assert not Thread.objects.exists()


def test_emoji_and_rare_characters_are_kept():
    number = talk(body="谢谢😊𠮷先生", subject="")
    assert queries.thread(HOUSE, number).messages[0].body == "谢谢😊𠮷先生"


def test_only_owners_write_and_only_those_who_may_put_down_what_came_in():
    for stranger in (HOUSE, agent(), anonymous(AT)):
        with pytest.raises(NotAllowed):
            services.write(stranger, body="在吗", key="1")
    wish = {"customer": customer().number, "channel": "chat", "body": "在吗", "external_id": "1"}
    with pytest.raises(NotAllowed):
        services.receive(agent(grants=AGENT - {"conversations.write"}), **wish)
    with pytest.raises(Invalid):
        services.receive(HOUSE, **wish | {"channel": "pigeon"})
    assert not Thread.objects.exists()


def test_a_closed_thread_takes_no_answer_and_a_new_message_opens_it_again():
    who = customer()
    number = talk(who, subject="")
    services.close(agent(), number)
    with pytest.raises(IllegalMove):
        services.answer(agent(), number, body="好")
    assert queries.inbox(HOUSE).rows == ()
    services.write(owner_actor(who), body="还有一个问题", key="more")
    assert queries.thread(HOUSE, number).row.state == "open"
    assert events(number) == ["thread.received", "thread.closed", "thread.received"]


def test_an_answer_written_while_the_customer_wrote_again_is_sent_back_to_be_read(monkeypatch):
    number = talk()
    real = talking.rules.wording

    def slow(typed, **given):
        Thread.objects.filter(number=number).update(last_at=AT + timedelta(seconds=1))
        return real(typed, **given)

    monkeypatch.setattr(talking.rules, "wording", slow)
    with pytest.raises(Overtaken):
        services.answer(agent(), number, body="好的")
    assert Message.objects.count() == 1
    assert events(number) == ["thread.received"]


def test_a_caller_is_found_by_phone_and_an_unknown_one_becomes_a_customer():
    known = customer(phone="+8613800138000")
    number = services.log_call(agent(), phone="138 0013 8000", summary="问门店地址")
    assert queries.thread(HOUSE, number).row.customer == known.number
    handler = agent(grants=AGENT - {"registry.edit"})
    assert services.log_call(handler, phone="+86 138-0013-8000") == number
    with pytest.raises(NotAllowed):
        services.log_call(handler, phone="8000")
    fresh = services.log_call(
        agent(), phone="139 0013 9000", name="赵女士", seconds=95, recording_consent=True
    )
    assert Customer.objects.get(phone="+8613900139000").name == "赵女士"
    call = queries.thread(HOUSE, fresh).calls[0]
    assert (call.seconds, call.recording_consent, call.inbound) == (95, True, True)
    assert queries.thread(HOUSE, fresh).row.state == "waiting"
    nameless = services.log_call(agent(), name="钱先生")
    assert queries.thread(HOUSE, nameless).row.customer_name == "钱先生"
    assert events(nameless) == ["thread.called"]


def test_a_call_of_nobody_or_of_an_impossible_length_leaves_nothing_behind():
    before = Customer.objects.count()
    with pytest.raises(NobodyToCall):
        services.log_call(agent(), summary="没说是谁")
    for wrong in ({"seconds": -1}, {"seconds": 10**6}, {"started_at": AT + timedelta(hours=1)}):
        with pytest.raises(Invalid):
            services.log_call(agent(), phone="13900139001", **wrong)
    with pytest.raises(NotAllowed):
        services.log_call(agent(grants=AGENT - {"conversations.call"}), phone="13900139001")
    assert Customer.objects.count() == before
    assert not Call.objects.exists()


def test_a_call_to_follow_up_is_owed_like_a_message_and_a_plain_one_keeps_what_is_owed():
    who = customer()
    number = services.log_call(agent(), customer=who.number, follow_up=True)
    assert queries.inbox(HOUSE).rows[0].number == number
    services.log_call(agent(), customer=who.number, inbound=False)
    assert queries.inbox(HOUSE).rows[0].number == number


def test_the_inbox_is_ordered_by_what_is_due_first_and_pages_without_a_gap():
    times = (AT, AT - timedelta(days=3), AT + timedelta(days=2), AT)
    numbers = [talk(at=at) for at in times]
    first = queries.inbox(HOUSE, most=2)
    rest = queries.inbox(HOUSE, first.after, most=2)
    assert [row.number for row in (*first.rows, *rest.rows)] == [numbers[i] for i in (1, 0, 3, 2)]
    assert rest.after == ""
    assert queries.inbox(HOUSE.then(AT + timedelta(days=2))).rows[0].overdue
    for wrong in ("x", "2026-01-01~1", "~", "2026-13-01T00:00:00+00:00~1", "2026-01-01T00:00:00+00:00~x"):
        with pytest.raises(Invalid):
            queries.inbox(HOUSE, wrong)


def test_erasing_a_customer_empties_what_was_said_and_ends_the_talk():
    who = customer()
    number, other = talk(who), talk()
    services.answer(agent(), number, body="王先生您好")
    assert [services.erase_customer(HOUSE, who.number) for _ in range(2)] == [1, 1]
    page = queries.thread(HOUSE, number)
    assert ({m.body for m in page.messages}, page.row.state) == ({""}, "closed")
    assert queries.thread(HOUSE, other).messages[0].body
    assert events(number) == ["thread.received", "thread.answered", "thread.closed"]
    with pytest.raises(NotAllowed):
        services.erase_customer(agent(), who.number)


@pytest.mark.parametrize("size", [1, 30])
def test_lists_cost_one_query_and_a_talk_three_however_long(size, django_assert_num_queries):
    who, clerk = customer(), agent()
    subject = order(who).number
    for turn in range(size):
        services.write(owner_actor(who), subject=subject, body="在吗", key=f"a{turn}")
        services.write(owner_actor(), body="在吗", key=f"b{turn}")
        services.log_call(clerk, customer=who.number, subject=subject)
    for read in (queries.inbox, queries.threads, queries.calls, queries.notices):
        with django_assert_num_queries(1):
            read(clerk)
    with django_assert_num_queries(3):
        (page,) = queries.threads_of(owner_actor(who), subject)
    assert (len(page.messages), len(page.calls)) == (size, size)
    assert len(queries.inbox(clerk).rows) == size + 1


def test_a_nul_in_a_filter_finds_nothing_and_breaks_nothing():
    talk()
    assert queries.inbox(HOUSE, outlet="\x00").rows == ()
    assert queries.threads(HOUSE, customer="\x00").rows == ()
    assert queries.threads_of(HOUSE, "\x00") == ()
    assert queries.notices(HOUSE, state="\x00", subject="\x00", customer="\x00").rows == ()
    with pytest.raises(Missing):
        queries.thread(HOUSE, "\x00")


def test_the_same_message_that_slips_in_between_gives_its_number_and_is_there_once(monkeypatch):
    who = customer()
    real, first = talking._thread, []

    def slow(*given):
        monkeypatch.setattr(talking, "_thread", real)
        first.append(services.write(owner_actor(who), body="在吗", key="1"))
        return real(*given)

    monkeypatch.setattr(talking, "_thread", slow)
    second = services.write(owner_actor(who), body="在吗", key="1")
    assert (second.message, second.new) == (first[0].message, False)
    assert Message.objects.count() == 1
    assert events(second.thread) == ["thread.received"]


def test_a_thread_that_slips_in_between_is_used(monkeypatch):
    who = customer()
    real, first = talking.new_number, []

    def slow(prefix):
        if prefix == "TH" and not first:
            first.append("")
            first[0] = services.write(owner_actor(who), body="第一句", key="1").thread
        return real(prefix)

    monkeypatch.setattr(talking, "new_number", slow)
    assert services.write(owner_actor(who), body="第二句", key="2").thread == first[0]
    assert Thread.objects.count() == 1
    assert Message.objects.count() == 2
