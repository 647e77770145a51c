"""One stream: talks, calls and disputes come in; copies count once; made-up texts wait for a person."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.complaints import services as complaints
from sanbao.rooms.complaints.tests.factories import case, desk, order
from sanbao.rooms.conversations import services as talks
from sanbao.rooms.feedback import handlers, services
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.models import Mention, Suspicion, Voice
from sanbao.rooms.feedback.queries.stream import left_out, links, shift_of, suspicion, suspicions
from sanbao.rooms.feedback.rules import Row, odd_day, odd_group, odd_text
from sanbao.rooms.feedback.states import LEFT_OUT
from sanbao.rooms.feedback.tests.factories import AT, BAD, HOUSE, READER, SENTENCES, reader_of_feedback
from sanbao.rooms.feedback.tests.test_teaching import ANNA, CHEN
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.registry.tests.factories import customer, owner_actor

DAY = date(2026, 1, 10)
TEMPLATE = "这款手机真的很好用，售后也很贴心，强烈推荐大家购买"


def fact(subject: str, event: str, **facts) -> Fact:
    return Fact(1, subject, event, "system:test", AT, facts)


def brought(*rows: Row, origin: str = "review") -> list[Voice]:
    services.add_texts(HOUSE, rows=rows, name="own.csv", origin=origin)
    while services.read_unread(HOUSE, READER):
        pass
    while services.compare_waiting(HOUSE):
        pass
    return list(Voice.objects.order_by("id"))


def copies(count: int, **facts) -> list[Row]:
    return [Row(f"{TEMPLATE}{'！' * (turn + 1)}", **({"said_on": DAY} | facts)) for turn in range(count)]


def unlike(number: int) -> str:
    """A text that is no copy of one with another number."""
    return "".join(
        chr(0x4E00 + (number * 131 + place * 977 + number * place * 17) % 5000) for place in range(24)
    )


@pytest.mark.django_db
def test_a_copy_counts_once_in_its_month_and_every_text_is_kept():
    others = [Row(text, said_on=DAY) for text in SENTENCES]
    voices = brought(*copies(3), *others, Row(TEMPLATE, said_on=DAY + timedelta(days=40)))
    assert [voice.counts for voice in voices] == [True, False, False, *[True] * 9]
    assert {voice.cluster for voice in voices[:3]} == {voices[0].pk}
    assert voices[-1].cluster == voices[-1].pk
    out = left_out(HOUSE)
    assert (out.copies, out.by_decision, out.waiting) == (2, 0, 0)
    assert cube.differences() == 0


@pytest.mark.django_db
def test_what_is_read_in_a_copy_does_not_count_either_now_or_read_again():
    long = f"{BAD}真的太让人失望了再也不来了"
    voices = brought(Row(long, said_on=DAY), Row(f"{long}。", said_on=DAY))
    assert set(Mention.objects.filter(voice=voices[1]).values_list("counts", flat=True)) == {False}
    services.read_again(HOUSE, READER, version="zzz")
    assert set(Mention.objects.filter(voice=voices[1]).values_list("counts", flat=True)) == {False}
    assert set(Mention.objects.filter(voice=voices[0]).values_list("counts", flat=True)) == {True}
    assert cube.differences() == 0


@pytest.mark.django_db
def test_copies_are_found_though_they_come_one_import_after_the_other():
    brought(*copies(1))
    voices = brought(Row(f"{TEMPLATE}。。。", said_on=DAY + timedelta(days=3)))
    assert [voice.counts for voice in voices] == [True, False]


@pytest.mark.django_db
def test_two_people_may_say_the_same_and_one_who_says_it_twice_counts_once():
    services.add_texts(HOUSE, rows=copies(3), name="a.csv", origin="survey")
    first, other = customer(), customer(phone="13900000002")
    keys = list(Voice.objects.order_by("id").values_list("pk", flat=True))
    for key, who in zip(keys, (first, other, first), strict=True):
        Voice.objects.filter(pk=key).update(customer=who)
    services.read_unread(HOUSE, READER)
    services.compare_waiting(HOUSE)
    counts = Voice.objects.order_by("id").values_list("counts", flat=True)
    assert list(counts) == [True, True, False]
    assert not Suspicion.objects.exists()


@pytest.mark.django_db
def test_a_template_is_flagged_with_reasons_and_nothing_is_left_out():
    brought(*copies(6, stars=5), *[Row(text, said_on=DAY) for text in SENTENCES])
    found = suspicions(HOUSE)
    row = found.rows[0]
    assert (row.kind, row.size, row.state, found.counts) == ("copies", 6, "open", (("open", 1),))
    assert dict(row.reasons) == {"copies": "6", "burst": "6", "same_stars": "5", "one_source": ""}
    assert left_out(HOUSE).by_decision == 0
    assert left_out(HOUSE).open_suspicions == 1
    assert len(suspicion(HOUSE, row.number).texts) == 6


@pytest.mark.django_db
def test_a_person_leaves_a_template_out_with_a_reason_and_later_copies_go_with_it():
    brought(*copies(6, stars=5))
    number = suspicions(HOUSE).rows[0].number
    assert services.decide_suspicion(HOUSE, number, leave_out=True, why="  one  text, six shops ") == 6
    assert left_out(HOUSE).by_decision == 6
    assert set(Mention.objects.values_list("counts", flat=True)) <= {False}
    last = ledger.timeline(number)[-1]
    assert (last.event, last.facts["texts"], last.facts["why"]) == (
        "feedback.suspicion_decided",
        6,
        "one text, six shops",
    )
    voices = brought(Row(f"{TEMPLATE}，真的！", said_on=DAY))
    assert voices[-1].aside == LEFT_OUT
    assert suspicions(HOUSE, state=LEFT_OUT).rows[0].size == 7
    assert services.decide_suspicion(HOUSE, number, leave_out=False, why="asked the shop: real") == 7
    assert [voice.counts for voice in Voice.objects.order_by("id")] == [True] + [False] * 6
    assert cube.differences() == 0


@pytest.mark.django_db
def test_only_judges_decide_and_only_with_a_reason():
    brought(*copies(6, stars=5))
    number = suspicions(HOUSE).rows[0].number
    with pytest.raises(NotAllowed):
        services.decide_suspicion(ANNA, number, leave_out=True, why="no")
    with pytest.raises(Invalid):
        services.decide_suspicion(CHEN, number, leave_out=True, why="  ")
    with pytest.raises(Missing):
        services.decide_suspicion(CHEN, "SU-0000-0000-0", leave_out=True, why="x")
    with pytest.raises(NotAllowed):
        suspicions(reader_of_feedback("BJ01"))
    assert left_out(HOUSE).by_decision == 0
    assert ledger.timeline(number) == []


@pytest.mark.django_db
def test_bringing_one_suspicion_back_leaves_what_another_one_leaves_out():
    brought(*copies(6, stars=5))
    head = Voice.objects.order_by("id")[0]
    template = Suspicion.objects.get()
    alone = Suspicion.objects.create(
        number="SU-1111-1111-1", kind="stars", mark="stars:1", origin="review", head=head, size=1, weight=1,
        found_at=AT,
    )  # fmt: skip
    for row in (template, alone):
        services.decide_suspicion(CHEN, row.number, leave_out=True, why="made up")
    assert services.decide_suspicion(CHEN, template.number, leave_out=False, why="real after all") == 5
    head.refresh_from_db()
    assert head.aside == LEFT_OUT
    assert cube.differences() == 0


@pytest.mark.django_db
def test_a_day_with_far_too_many_texts_is_flagged():
    calm = [Row(unlike(n), said_on=DAY - timedelta(days=1 + n % 9)) for n in range(9)]
    storm = [Row(unlike(n), said_on=DAY, stars=1) for n in range(9, 39)]
    brought(*calm, *storm)
    row = next(each for each in suspicions(HOUSE).rows if each.kind == "burst")
    assert (row.day, dict(row.reasons)["usual"]) == (DAY, "1")
    assert services.decide_suspicion(HOUSE, row.number, leave_out=True, why="a call to write") == row.size
    assert left_out(HOUSE).by_decision == row.size


def test_stars_that_contradict_the_text_and_advertising_are_odd():
    assert [odd.reasons[0] for odd in odd_text("太差了", 5, -0.95, -1)] == ["stars:5"]
    assert [odd.reasons[0] for odd in odd_text("很好", 1, 0.95, 1)] == ["stars:1"]
    assert odd_text("还行吧", 3, 0.1, 0) == ()
    assert [odd.reasons for odd in odd_text("加微信领优惠券 vx:abcdef99", None, None, None)] == [("promo",)]
    assert odd_text("优惠券没用上", None, 0.0, 0) == ()


def test_groups_and_days_are_odd_only_beyond_their_bounds():
    assert odd_group([DAY] * 4, [5] * 4, [0.9] * 4, 1, 1) is None
    spread = [DAY + timedelta(days=9 * n) for n in range(5)]
    assert odd_group(spread, [1, 2, 3, 4, 5], [0.0] * 5, 2, 3).reasons == ("copies:5", "products:3")
    assert "tone:-0.90" in odd_group([DAY] * 5, [5] * 5, [-0.9] * 5, 1, 1).reasons
    assert odd_day(19, 1, 20, {}) is None
    assert odd_day(30, 10, 20, {}) is None
    assert odd_day(60, 10, 6, {}) is None
    assert odd_day(60, 10, 20, {5: 58, None: 2}).reasons == ("burst:60", "usual:10", "same_stars:5")


@pytest.mark.django_db
def test_a_closed_talk_becomes_one_text_and_what_follows_another():
    owner = owner_actor(customer())
    thread = talks.write(owner, body="等了三天没有人回复我", key="a").thread
    talks.write(owner, body="到底什么时候能好", key="b")
    for _turn in range(2):
        handlers.on_thread_closed(HOUSE, fact(thread, "thread.closed"))
    later = AT + timedelta(hours=1)
    talks.write(owner.then(later), body="谢谢，修好了", key="c")
    handlers.on_thread_closed(HOUSE.then(later), fact(thread, "thread.closed", erased=True))
    handlers.on_thread_closed(HOUSE.then(later), fact(thread, "thread.closed"))
    texts = list(Voice.objects.order_by("id"))
    assert [(text.origin, text.text, text.subject) for text in texts] == [
        ("chat", "等了三天没有人回复我\n到底什么时候能好", thread),
        ("chat", "谢谢，修好了", thread),
    ]
    assert links(HOUSE, texts[0].number).thread == thread
    assert [each.event for each in ledger.timeline(texts[0].number)] == ["feedback.voice_kept"]


@pytest.mark.django_db
def test_the_writer_of_a_talk_can_have_it_erased():
    who = customer()
    thread = talks.write(owner_actor(who), body="等了三天没有人回复我", key="a").thread
    handlers.on_thread_closed(HOUSE, fact(thread, "thread.closed"))
    services.erase_voices(HOUSE, who.number)
    assert Voice.objects.get().text == ""


@pytest.mark.django_db
def test_the_note_of_a_call_is_kept_once_with_its_order():
    repair = order(customer())
    agent = desk(
        grants=frozenset({"conversations.see", "conversations.call", "registry.search", "repairs.see"})
    )
    thread = talks.log_call(
        agent,
        customer=repair.customer.number,
        subject=repair.number,
        seconds=60,
        summary="说修了一周还没通知",
    )
    for _turn in range(2):
        handlers.on_thread_called(HOUSE, fact(thread, "thread.called"))
    text = Voice.objects.get()
    assert (text.origin, text.text, text.outlet_id) == ("call", "说修了一周还没通知", "BJ01")
    assert links(HOUSE, text.number).order == repair.number


@pytest.mark.django_db
def test_what_is_said_against_an_answer_is_kept_beside_the_complaint():
    who = customer()
    filed = case(who)
    complaints.answer(
        desk(), filed, decision="refused", facts_found="外壳有摔痕", rule="人为损坏不在保修内",
        next_step="可以付费维修", by_when=AT.date() + timedelta(days=3),
    )  # fmt: skip
    complaints.dispute(owner_actor(who), filed, words="我没有摔过，你们自己弄的")
    for _turn in range(2):
        handlers.on_complaint_filed(HOUSE, fact(filed, "complaint.filed"))
        handlers.on_complaint_disputed(HOUSE, fact(filed, "complaint.disputed"))
    texts = Voice.objects.filter(origin="complaint", subject=filed).order_by("id")
    assert [text.text for text in texts] == ["修了两次还是黑屏", "我没有摔过，你们自己弄的"]
    tied = links(HOUSE, texts[0].number)
    assert (tied.case, tied.rules) == (filed, ("人为损坏不在保修内",))


def test_the_day_has_three_shifts():
    at = AT.replace(hour=9)
    assert [shift_of(at.replace(hour=hour)) for hour in (9, 12, 18)] == ["morning", "afternoon", "evening"]
