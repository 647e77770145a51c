"""From the answer on: what the owner says to it, warnings, first answers noticed, erasure, races."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed, Overtaken
from sanbao.rooms.complaints import queries, rules, services
from sanbao.rooms.complaints.errors import OwnOutlet
from sanbao.rooms.complaints.models import Case, Evidence, Reply
from sanbao.rooms.complaints.services import filing
from sanbao.rooms.complaints.tests.factories import (
    ANSWER,
    AT,
    DESK,
    HOUSE,
    case,
    customer,
    desk,
    owner_actor,
    photo,
)
from sanbao.rooms.ledger import queries as ledger

SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def owner_of(number, at=AT):
    return owner_actor(Case.objects.get(number=number).customer, at)


def running(number):
    return {
        c.clock
        for c in queries.case(HOUSE, number).clocks
        if c.running
    }  # fmt: skip


# the owner's side


def test_the_owner_accepts_and_the_case_is_closed():
    number = case()
    services.answer(desk(), number, **ANSWER)
    services.accept(owner_of(number), number)
    page = queries.case(owner_of(number), number)
    assert (page.row.state, page.replies[0].view, page.moves) == ("closed", "accepted", ())
    assert events(number)[-1] == "complaint.accepted"


def test_a_dispute_starts_the_clock_of_the_decision_again_and_leaves_the_outer_limit():
    number = case()
    services.answer(desk(), number, **ANSWER)
    outer = Case.objects.get(number=number).outer_due_at
    services.dispute(owner_of(number, AT + timedelta(days=3)), number, words="没有退全款")
    page = queries.case(HOUSE, number)
    assert (page.row.state, running(number), page.row.next_clock) == ("disputed", {"decision"}, "decision")
    assert page.row.answer_due_at.astimezone(SHANGHAI).date() == date(2026, 3, 12)
    assert page.row.outer_due_at == outer
    assert (page.replies[0].view, page.replies[0].view_words) == ("disputed", "没有退全款")
    with pytest.raises(IllegalMove):
        services.dispute(owner_of(number), number, words="没有退全款")


def test_a_withdrawn_case_owes_nothing_and_is_nobodys_work_any_more():
    number = case()
    services.withdraw(owner_of(number), number)
    assert running(number) == set()
    assert queries.queue(HOUSE).rows == ()
    with pytest.raises(IllegalMove):
        services.take(desk(), number)
    with pytest.raises(Invalid):
        services.add_evidence(owner_of(number), number, file="FL-0000-0000-0")


def test_only_the_owner_or_staff_on_the_owners_word_end_a_case_for_the_owner():
    number = case()
    services.answer(desk(), number, **ANSWER)
    with pytest.raises(Missing):
        services.accept(owner_actor(customer()), number)
    with pytest.raises(NotAllowed):
        services.accept(desk(), number)
    assert events(number)[-1] == "complaint.answered"
    services.accept(desk(grants=DESK | {"complaints.own"}), number)
    assert Case.objects.get(number=number).state == "closed"


def test_the_desk_closes_a_case_with_a_reason_the_owner_reads():
    number = case()
    with pytest.raises(IllegalMove):
        services.close(desk(), number, words="已办结")
    services.answer(desk(), number, **ANSWER)
    with pytest.raises(Invalid):
        services.close(desk(), number, words="")
    with pytest.raises(OwnOutlet):
        services.close(desk("BJ01"), number, words="已办结")
    services.close(desk(), number, words="30天没有回音")
    assert queries.case(owner_of(number), number).closing_words == "30天没有回音"
    assert events(number)[-1] == "complaint.closed"


def test_an_owner_is_offered_the_owners_moves_and_a_desk_the_desks():
    number = case()
    assert set(queries.case(owner_of(number), number).moves) == {"withdraw"}
    assert set(queries.case(desk(), number).moves) == {"take", "answer", "authority_received"}
    services.answer(desk(), number, **ANSWER)
    assert set(queries.case(owner_of(number), number).moves) == {"accept", "dispute", "withdraw"}
    assert set(queries.case(desk(), number).moves) == {"close", "authority_received"}


# sweeps and reactions


def test_each_clock_is_warned_of_once_before_and_once_after_it_runs_out():
    number = case()

    def sweep(hours):
        return services.remind_due(HOUSE.then(AT + timedelta(hours=hours)))

    assert sweep(0) == 0  # first answer due in 25 hours
    assert [sweep(12), sweep(13), sweep(14)] == [0, 1, 0]  # half of its time has passed
    assert [sweep(26), sweep(27)] == [1, 0]
    assert events(number) == ["complaint.filed", "complaint.due_soon", "complaint.overdue"]
    services.take(desk(at=AT + timedelta(hours=30)), number)
    services.answer(desk_of(number), number, **ANSWER)
    assert sweep(24 * 40) == 0


def desk_of(number):
    handler = Case.objects.get(number=number).handler
    return desk().__class__(
        f"staff:{handler.number}", "staff", AT + timedelta(hours=31), handler.pk, handler.name, {"*": DESK}
    )


def test_a_clock_found_too_late_is_only_called_overdue():
    number = case()
    assert services.remind_due(HOUSE.then(AT + timedelta(days=30))) == 3
    assert events(number)[1:] == ["complaint.overdue"] * 3
    with pytest.raises(NotAllowed):
        services.remind_due(desk("BJ01"))


def test_an_answer_in_the_talk_about_the_case_meets_the_first_answer_and_only_that():
    number = case()
    services.meet_first_answer(HOUSE, number)
    services.meet_first_answer(HOUSE, number)
    services.meet_first_answer(HOUSE, "CP-0000-0000-0")
    assert running(number) == {"decision", "outer_limit"}
    assert events(number) == ["complaint.filed", "complaint.first_answered"]


def test_erasing_a_customer_empties_their_words_ends_the_case_and_keeps_the_decision():
    who = customer()
    number, other = case(who), case()
    assert services.erase_customer(HOUSE, who.number) == 1
    assert services.erase_customer(HOUSE, who.number) == 1
    page = queries.case(HOUSE, number)
    assert (page.words, page.row.state, page.row.demand) == ("", "withdrawn", "refund")
    assert queries.case(HOUSE, other).words
    assert events(number) == ["complaint.filed", "complaint.withdrawn"]


def test_a_change_that_slips_in_between_is_noticed(monkeypatch):
    number = case()
    real = rules.promised_by

    def slow(*given):
        Case.objects.filter(number=number).update(state="withdrawn")
        return real(*given)

    monkeypatch.setattr(rules, "promised_by", slow)
    with pytest.raises(Overtaken):
        services.answer(desk(), number, **ANSWER)
    assert not Reply.objects.exists()
    assert "complaint.answered" not in events(number)


def test_a_second_piece_of_the_same_evidence_that_slips_in_counts_once(monkeypatch):
    who = customer()
    number, shot = case(who), photo(who).number
    real = filing._shown

    def slow(*given):
        shown = real(*given)
        Evidence.objects.create(
            case=Case.objects.get(number=number), file=shot, added_by="staff:ST-1", added_at=AT
        )
        return shown

    monkeypatch.setattr(filing, "_shown", slow)
    services.add_evidence(owner_actor(who), number, file=shot)
    assert Evidence.objects.count() == 1
    assert events(number) == ["complaint.filed"]
