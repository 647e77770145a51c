"""Two people at one complaint at the same moment, on real threads."""

import threading

import pytest
from django.db import connection

from sanbao.base.errors import Refusal
from sanbao.rooms.complaints import queries, services
from sanbao.rooms.complaints.models import Case, Clock, Evidence, Reply
from sanbao.rooms.complaints.tests.factories import (
    ANSWER,
    AT,
    HOUSE,
    case,
    customer,
    desk,
    owner_actor,
    photo,
)
from sanbao.rooms.ledger import queries as ledger

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_threads():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: threads there only queue")


def together(*acts):
    start, results = threading.Barrier(len(acts)), [""] * len(acts)

    def one(place, act):
        start.wait()
        try:
            act()
            results[place] = "won"
        except Refusal as refusal:
            results[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def test_of_two_handlers_who_take_a_case_at_once_one_has_it():
    for _ in range(5):
        number, handlers = case(), [desk(), desk()]
        results = together(*(lambda h=h, n=number: services.take(h, n) for h in handlers))
        # the slower one either lost the race or, coming after it, took the case over: both leave one holder
        taken = results.count("won")
        assert set(results) <= {"won", "overtaken"}
        assert events(number) == ["complaint.filed"] + ["complaint.taken"] * taken
        assert Clock.objects.filter(case__number=number, clock="first_answer", met_at=AT).count() == 1


def test_of_two_answers_at_once_one_is_sent():
    for _ in range(5):
        number, handlers = case(), [desk(), desk()]
        results = together(*(lambda h=h, n=number: services.answer(h, n, **ANSWER) for h in handlers))
        assert results[-1] == "won"
        assert results[0] in {"overtaken", "illegal_move"}
        assert Reply.objects.filter(case__number=number).count() == 1
        assert events(number) == ["complaint.filed", "complaint.answered"]


def test_a_withdrawal_and_an_answer_at_once_leave_one_of_the_two_histories():
    for _ in range(5):
        who, handler = customer(), desk()
        number = case(who)
        together(
            lambda n=number, w=who: services.withdraw(owner_actor(w), n),
            lambda n=number, h=handler: services.answer(h, n, **ANSWER),
        )
        page = queries.case(HOUSE, number)
        assert page.row.state in {"withdrawn", "answered"}
        assert not [clock for clock in page.clocks if clock.running]
        assert len(events(number)) == 1 + len(page.replies) + (page.row.state == "withdrawn")


def test_a_dispute_sent_twice_starts_one_clock():
    who = customer()
    number = case(who)
    services.answer(desk(), number, **ANSWER)
    results = together(*[lambda: services.dispute(owner_actor(who), number, words="不同意")] * 3)
    assert results.count("won") == 1
    assert Clock.objects.filter(case__number=number, clock="decision", met_at=None).count() == 1
    assert events(number).count("complaint.disputed") == 1


def test_the_same_evidence_sent_twice_is_there_once():
    who = customer()
    number, shot = case(who), photo(who).number
    results = together(*[lambda: services.add_evidence(owner_actor(who), number, file=shot)] * 4)
    assert set(results) == {"won"}
    assert Evidence.objects.count() == 1
    assert events(number).count("complaint.evidence_added") == 1


def test_two_sweeps_at_once_warn_of_each_clock_once():
    numbers = [case() for _ in range(5)]
    late = HOUSE.then(Case.objects.get(number=numbers[0]).outer_due_at.replace(year=2027))
    results = together(*[lambda: services.remind_due(late)] * 3)
    assert set(results) == {"won"}
    for number in numbers:
        assert events(number).count("complaint.overdue") == 3


def test_a_pause_and_an_answer_at_once_leave_no_clock_that_stands_still():
    for _ in range(5):
        number, hand = case(), desk()
        services.take(hand, number)
        together(
            lambda n=number, h=hand: services.pause(h, n, reason="owner_answer", note="请说明"),
            lambda n=number, h=hand: services.answer(h, n, **ANSWER),
        )
        page = queries.case(HOUSE, number)
        # whoever came second was told so; an answered case never stands still
        assert bool(page.row.paused_for) == (page.row.state == "working")
        assert page.row.paused_for or not [clock for clock in page.clocks if clock.running]
        assert events(number).count("complaint.answered") == len(page.replies)
        assert events(number).count("complaint.paused") == len(page.pauses)


def test_a_pause_sent_twice_stands_once():
    number, hand = case(), desk()
    services.take(hand, number)
    results = together(*[lambda: services.pause(hand, number, reason="owner_answer", note="请说明")] * 3)
    assert results.count("won") == 1
    assert events(number).count("complaint.paused") == 1


def test_evidence_the_sweep_and_the_handler_end_a_pause_once():
    for _ in range(5):
        number, hand = case(), desk()
        services.take(hand, number)
        services.pause(hand, number, reason="owner_evidence", note="请补发票")
        until = queries.case(HOUSE, number).row.paused_until
        before = queries.deadline(HOUSE, number, "decision").due_at
        together(
            lambda n=number: services.resume_for_owner(HOUSE.then(AT), n, what="evidence", at=AT),
            lambda n=number, h=hand: services.resume(h, n),
            lambda u=until: services.end_pauses(HOUSE.then(u)),
        )
        assert events(number).count("complaint.resumed") == 1
        assert queries.deadline(HOUSE, number, "decision").due_at <= before


def test_an_answer_and_the_sweep_at_once_leave_no_new_date_on_an_answered_case():
    for _ in range(5):
        number, hand = case(), desk()
        services.take(hand, number)
        late = HOUSE.then(queries.deadline(HOUSE, number, "decision").due_at.replace(day=12))
        together(
            lambda at=late: services.remind_due(at),
            lambda n=number, h=hand, at=late: services.answer(h.then(at.at), n, **ANSWER),
        )
        page = queries.case(HOUSE, number)
        assert page.row.state == "answered" or page.row.next_clock
        assert not (page.row.state == "answered" and [clock for clock in page.clocks if clock.running])
