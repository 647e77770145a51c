"""Clocks that stand still: what may hold them, what ends it, and what the dates then are."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.base.errors import Invalid, NotAllowed, Overtaken
from sanbao.rooms.complaints import handlers, queries, rules, services
from sanbao.rooms.complaints.errors import AlreadyPaused, NothingToPause, NotPaused, WithSomebodyElse
from sanbao.rooms.complaints.models import Case, Clock, Pause
from sanbao.rooms.complaints.services import pauses as pausing
from sanbao.rooms.complaints.tests.factories import (
    ANSWER,
    AT,
    HOUSE,
    case,
    customer,
    desk,
    owner_actor,
)
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.queries import Fact

DAY = timedelta(days=1)
ZONE = "Asia/Shanghai"


def taken(of=None, **changes):
    """A case in somebody's hands, and those hands."""
    number, hand = case(of, **changes), desk()
    services.take(hand, number)
    return number, hand


def held(number, hand, reason="owner_evidence", at=AT + DAY):
    services.pause(hand.then(at), number, reason=reason, note="请补一张购机发票")


def due(number, clock="decision"):
    return Clock.objects.filter(case__number=number, clock=clock).order_by("-pk").first().due_at


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def add_invoice(number, at):
    handlers.on_evidence_added(
        HOUSE.then(at), Fact(1, number, "complaint.evidence_added", "owner:CU-1", at, {})
    )


@pytest.mark.django_db
def test_a_pause_moves_the_decision_and_never_the_laws_last_day():
    number, hand = taken()
    before, law = due(number), due(number, "outer_limit")
    held(number, hand)
    page = queries.case(hand, number)
    assert due(number) == before + 7 * DAY
    assert due(number, "outer_limit") == law
    assert (page.row.paused_for, page.row.paused_until) == ("owner_evidence", Pause.objects.get().until)
    assert {clock.clock for clock in page.clocks if clock.held} == {"decision"}
    fact = ledger.timeline(number)[-1]
    assert (fact.event, fact.facts["reason"]) == ("complaint.paused", "owner_evidence")
    assert fact.facts["latest_due_at"]


@pytest.mark.django_db
def test_the_working_of_a_paused_clock_names_the_days_left_out_and_why():
    number, hand = taken()
    held(number, hand)
    told = queries.deadline(hand, number, "decision")
    assert any("等您补充材料" in line for line in told.words_zh)
    assert any("waiting for your evidence" in line for line in told.words_en)
    assert (told.held, told.source) == (True, "own promise: decision on the demand")


@pytest.mark.django_db
def test_resumed_by_hand_only_the_time_it_stood_is_left_out():
    number, hand = taken()
    before = due(number)
    held(number, hand)
    services.resume(hand.then(AT + 3 * DAY), number)
    assert due(number) == before + 2 * DAY
    assert events(number)[-2:] == ["complaint.paused", "complaint.resumed"]
    with pytest.raises(NotPaused):
        services.resume(hand, number)


@pytest.mark.django_db
def test_evidence_of_the_owner_ends_the_pause_from_the_moment_it_came():
    number, hand = taken()
    before = due(number)
    held(number, hand)
    add_invoice(number, AT + 2 * DAY)
    add_invoice(number, AT + 2 * DAY)
    assert due(number) == before + DAY
    assert Pause.objects.get().ended_by == "owner"
    assert events(number).count("complaint.resumed") == 1


@pytest.mark.django_db
def test_words_end_the_wait_for_an_answer_but_not_the_wait_for_a_test():
    number, hand = taken()
    held(number, hand, "expert_test")
    for event in (handlers.on_owner_wrote, handlers.on_evidence_added):
        fact = Fact(1, number, "x", "owner:CU-1", AT + DAY, {"subject": number})
        event(HOUSE.then(AT + DAY), fact)
    assert queries.case(hand, number).row.paused_for == "expert_test"
    services.resume(hand.then(AT + DAY), number)
    held(number, hand, "owner_answer", AT + DAY)
    handlers.on_owner_wrote(
        HOUSE.then(AT + 2 * DAY), Fact(2, "TH-1", "thread.received", "owner:CU-1", AT + 2 * DAY,
                                       {"subject": number})
    )  # fmt: skip
    assert queries.case(hand, number).row.paused_for == ""


@pytest.mark.django_db
def test_what_the_owner_did_before_the_pause_does_not_end_it():
    number, hand = taken()
    held(number, hand, at=AT + DAY)
    add_invoice(number, AT)
    assert queries.case(hand, number).row.paused_for


@pytest.mark.django_db
def test_the_sweep_ends_a_pause_at_its_limit_however_late_it_runs():
    number, hand = taken()
    before = due(number)
    held(number, hand)
    until = Pause.objects.get().until
    assert services.end_pauses(HOUSE.then(until - DAY)) == 0
    assert services.end_pauses(HOUSE.then(until + 9 * DAY)) == 1
    assert services.end_pauses(HOUSE.then(until + 9 * DAY)) == 0
    assert (Pause.objects.get().ended_at, due(number)) == (until, before + 7 * DAY)


@pytest.mark.django_db
def test_an_answer_ends_the_pause_with_the_case():
    number, hand = taken()
    held(number, hand)
    services.answer(hand.then(AT + 2 * DAY), number, **ANSWER)
    assert (Pause.objects.get().ended_by, Pause.objects.get().ended_at) == ("case", AT + 2 * DAY)
    assert queries.case(hand, number).row.paused_for == ""


@pytest.mark.django_db
def test_a_paused_clock_is_never_called_overdue():
    number, hand = taken()
    held(number, hand)
    late = due(number) - timedelta(minutes=1)
    services.remind_due(HOUSE.then(late))
    told = [fact.facts["clock"] for fact in ledger.timeline(number) if fact.event == "complaint.overdue"]
    assert "decision" not in told


def refused(number, hand, error, **changes):
    before = (due(number), events(number))
    with pytest.raises(error):
        services.pause(hand, number, **({"reason": "owner_answer", "note": "请说明"} | changes))
    assert (due(number), events(number)) == before


@pytest.mark.django_db
def test_a_pause_that_is_refused_moves_nothing():
    number, hand = taken()
    refused(number, hand, Invalid, reason="holiday")
    refused(number, hand, Invalid, note="")
    refused(number, desk(), WithSomebodyElse)
    refused(number, desk(grants=frozenset({"complaints.see"})), NotAllowed)
    held(number, hand)
    refused(number, hand, AlreadyPaused)
    other, hand = taken()
    services.answer(hand, other, **ANSWER)
    refused(other, hand, NothingToPause)


@pytest.mark.django_db
def test_an_answer_that_slips_in_before_a_pause_is_noticed(monkeypatch):
    number, hand = taken()
    real = pausing._recounted

    def slow(*given):
        moved = real(*given)
        services.answer(hand, number, **ANSWER)
        return moved

    monkeypatch.setattr(pausing, "_recounted", slow)
    with pytest.raises(Overtaken):
        held(number, hand)
    assert not Pause.objects.exists()


@pytest.mark.django_db
def test_a_handler_is_offered_the_pause_and_then_the_way_back():
    number, hand = taken()
    assert "pause" in queries.case(hand, number).moves
    assert "pause" not in queries.case(desk(), number).moves
    held(number, hand)
    assert {"pause", "resume"} & set(queries.case(hand, number).moves) == {"resume"}
    assert not {"pause", "resume"} & set(queries.case(owner_actor(Case.objects.get().customer), number).moves)


@pytest.mark.django_db
def test_an_erased_customers_pause_says_nothing_any_more():
    who = customer()
    number, hand = taken(who)
    held(number, hand)
    services.erase_customer(HOUSE.then(AT + 2 * DAY), who.number)
    assert (Pause.objects.get().note, Pause.objects.get().ended_by) == ("", "case")


moments = st.integers(0, 60 * 24 * 12).map(lambda minutes: AT + timedelta(minutes=minutes))


@given(moments, moments, moments)
def test_a_pause_never_brings_a_date_forward_and_split_in_two_it_is_the_same(a, b, c):
    begin, middle, end = sorted((a, b, c))
    plain = rules.due_from(AT, "decision", ZONE)
    whole = rules.due_from(AT, "decision", ZONE, pauses=[rules.Stood("owner_answer", begin, end)])
    halves = [rules.Stood("owner_answer", begin, middle), rules.Stood("owner_answer", middle, end)]
    assert whole.due >= plain.due
    assert rules.due_from(AT, "decision", ZONE, pauses=halves).due == whole.due
    assert sum(step.amount for step in whole.steps if step.code == "counted") == 7


@given(moments, moments)
def test_no_pause_moves_a_clock_of_the_law_that_nothing_may_hold(a, b):
    begin, end = sorted((a, b))
    for reason in rules.PAUSE_REASONS:
        stood = [rules.Stood(reason, begin, end)]
        for clock in ("outer_limit", "first_answer", "authority_acceptance"):
            assert rules.due_from(AT, clock, ZONE, pauses=stood) == rules.due_from(AT, clock, ZONE)
