"""Filing, clocks, answers: who may do what, what it leaves behind, and what refusals leave alone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sanbao.base.actor import anonymous
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.engines.calendar import CLOCKS
from sanbao.rooms.complaints import queries, rules, services, states
from sanbao.rooms.complaints.errors import OwnOutlet, WithSomebodyElse
from sanbao.rooms.complaints.models import Case, Clock, Reply
from sanbao.rooms.complaints.tests.factories import (
    ANSWER,
    AT,
    DESK,
    HOUSE,
    case,
    customer,
    desk,
    device,
    order,
    outlet,
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


# filing


def test_a_complaint_starts_four_clocks_in_the_outlets_time_and_the_receipt_meets_the_first():
    number = case()
    clocks = {c.clock: c for c in queries.case(HOUSE, number).clocks}
    due = {name: c.due_at.astimezone(SHANGHAI) for name, c in clocks.items()}
    # filed on Monday 2 March 2026 at 17:00
    assert clocks["acknowledge"].met_at == AT
    assert due["first_answer"] == datetime(2026, 3, 3, 18, tzinfo=SHANGHAI)
    assert due["decision"] == datetime(2026, 3, 9, 23, 59, 59, tzinfo=SHANGHAI)
    assert due["outer_limit"] == datetime(2026, 3, 17, 23, 59, 59, tzinfo=SHANGHAI)
    row = queries.case(HOUSE, number).row
    assert (row.next_clock, row.answer_due_at) == ("first_answer", due["first_answer"])
    assert row.outer_due_at == due["outer_limit"]
    assert events(number) == ["complaint.filed"]


def test_the_first_answer_waits_out_a_holiday_and_comes_on_a_make_up_saturday():
    # Friday 13 February 2026 before Spring Festival: Saturday the 14th is a make-up working day
    number = case(at=datetime(2026, 2, 13, 9, tzinfo=UTC))
    assert queries.deadline(HOUSE, number, "first_answer").last_day == date(2026, 2, 14)
    later = case(at=datetime(2026, 2, 14, 9, tzinfo=UTC))
    assert queries.deadline(HOUSE, later, "first_answer").last_day == date(2026, 2, 24)
    # the decision runs in calendar days, so over this holiday it is owed first
    assert queries.case(HOUSE, later).row.next_clock == "decision"


def test_a_clock_that_runs_into_a_year_without_a_published_calendar_is_marked_provisional():
    number = case(at=datetime(2026, 12, 31, 9, tzinfo=UTC))
    assert queries.case(HOUSE, number).row.provisional
    assert queries.deadline(HOUSE, number, "first_answer").provisional
    assert not queries.deadline(HOUSE, number, "decision").provisional
    assert not queries.case(HOUSE, case()).row.provisional


def test_days_are_counted_where_the_outlet_is():
    outlet("SG01", time_zone="Asia/Tokyo")
    number = case(outlet="SG01", at=datetime(2026, 3, 2, 15, 30, tzinfo=UTC))
    card = queries.deadline(HOUSE, number, "decision")
    assert (card.zone, card.last_day) == ("Asia/Tokyo", date(2026, 3, 10))


def test_a_complaint_passed_on_by_an_authority_also_runs_its_seven_working_days():
    who = customer()
    number = services.file(
        desk(),
        customer=who.number,
        demand="refund",
        words="12315转来",
        outlet=outlet().pk,
        channel="authority",
    )
    assert "authority_acceptance" in running(number)
    assert queries.deadline(HOUSE, number, "authority_acceptance").last_day == date(2026, 3, 11)


def test_the_working_of_a_clock_can_be_read_in_both_languages():
    card = queries.deadline(HOUSE, case(), "first_answer")
    assert [step["code"] for step in card.steps] == ["start", "first_day_out", "counted", "due"]
    assert card.words_zh[0] == "期限：1个工作日。"
    assert card.words_en[-1] == "Due: Tue 3 Mar 2026, 18:00."


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"demand": "revenge"}, "demand"),
        ({"demand": "compensation", "demand_cents": None}, "demand_cents"),
        ({"demand_cents": 0}, "demand_cents"),
        ({"demand_cents": 10**12}, "demand_cents"),
        ({"words": "   "}, "words"),
        ({"words": "x\x00y"}, "words"),
        ({"words": "长" * 5001}, "words"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "authority"}, "channel"),
        ({"order": "RO-0000-0000-0"}, "order"),
        ({"outlet": "NOWHERE"}, "outlet"),
        ({"outlet": "\x00"}, "outlet"),
        ({"order": "RO-\x00"}, "order"),
        ({"files": ("\x00",)}, "files"),
        ({"outlet": "", "device": "DV-0000-0000-0"}, "device"),
        ({"files": ("FL-0000-0000-0",)}, "files"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field_and_nothing_is_kept(wrong, field):
    outlet()
    with pytest.raises((Invalid, Missing)) as refusal:
        case(**{"outlet": "BJ01"} | wrong)
    assert refusal.value.field == field
    assert not Case.objects.exists()
    assert not Clock.objects.exists()


def test_emoji_and_rare_characters_are_kept():
    assert queries.case(HOUSE, case(words="气死了😡 𠮷先生")).words == "气死了😡 𠮷先生"


def test_an_order_a_device_or_a_file_of_somebody_else_looks_as_if_it_did_not_exist():
    mine, other = customer(), customer()
    foreign = {"order": order(other).number, "device": device(other).number, "files": (photo(other).number,)}
    for field, value in foreign.items():
        with pytest.raises(Missing) as refusal:
            services.file(
                owner_actor(mine), demand="apology", words="不满意", **{"outlet": outlet().pk, field: value}
            )
        assert refusal.value.field == field
    with pytest.raises(Missing):
        services.file(owner_actor(mine), customer=other.number, demand="apology", words="不满意")
    for field, value in foreign.items():
        with pytest.raises(Missing) as refusal:
            services.file(
                desk(), customer=mine.number, demand="apology", words="不满意",
                **{"outlet": outlet().pk, field: value},
            )  # fmt: skip
        assert refusal.value.field == field
    assert not Case.objects.exists()


def test_staff_file_for_a_customer_only_where_they_may():
    who = customer()
    wish = {"customer": who.number, "demand": "apology", "words": "态度差", "outlet": outlet().pk}
    for stranger in (desk("SH01"), desk("BJ01", grants=DESK - {"complaints.file"}), anonymous(AT)):
        with pytest.raises((NotAllowed, Missing)):
            services.file(stranger, **wish)
    assert not Case.objects.exists()
    with pytest.raises(Invalid, match="whose complaint"):
        services.file(desk(), **wish | {"customer": ""})


def test_evidence_of_the_owner_is_kept_once_and_another_customers_never():
    who = customer()
    shot = photo(who).number
    number = case(who, files=(shot, shot))
    services.add_evidence(owner_actor(who), number, file=shot)
    services.add_evidence(owner_actor(who), number, file=photo(who).number, note="第二张")
    with pytest.raises(Missing):
        services.add_evidence(owner_actor(who), number, file=photo(customer()).number)
    assert len(queries.case(HOUSE, number).evidence) == 2
    assert events(number) == ["complaint.filed", "complaint.evidence_added"]


# handling


def test_taking_a_case_meets_the_first_answer_and_the_decision_is_next():
    number, handler = case(), desk()
    services.take(handler, number)
    services.take(handler, number)
    row = queries.case(HOUSE, number).row
    assert (row.state, row.next_clock, row.handler) == ("working", "decision", handler.ref[6:])
    assert row.answer_due_at.astimezone(SHANGHAI).date() == date(2026, 3, 9)
    assert events(number) == ["complaint.filed", "complaint.taken"]


def test_an_answer_in_the_fixed_shape_meets_every_clock():
    number, handler = case(), desk()
    services.answer(handler, number, **ANSWER)
    page = queries.case(HOUSE, number)
    assert (page.row.state, page.row.next_clock, running(number)) == ("answered", "", set())
    reply = page.replies[0]
    assert (reply.decision, reply.by_when, reply.author_name) == ("granted", date(2026, 3, 20), handler.name)
    assert events(number) == ["complaint.filed", "complaint.answered"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision": "maybe"}, "decision"),
        ({"facts_found": " "}, "facts_found"),
        ({"rule": ""}, "rule"),
        ({"next_step": ""}, "next_step"),
        ({"by_when": None}, "by_when"),
        ({"by_when": date(2026, 3, 1)}, "by_when"),
        ({"by_when": date(2028, 3, 1)}, "by_when"),
    ],
)
def test_an_answer_with_a_part_missing_is_refused_and_nothing_moves(wrong, field):
    number = case()
    with pytest.raises(Invalid) as refusal:
        services.answer(desk(), number, **ANSWER | wrong)
    assert refusal.value.field == field
    assert Case.objects.get(number=number).state == "filed"
    assert not Reply.objects.exists()
    assert events(number) == ["complaint.filed"]


def test_nobody_decides_on_the_only_outlet_they_work_for():
    number = case()
    for verb in (services.take, lambda a, n: services.answer(a, n, **ANSWER)):
        with pytest.raises(OwnOutlet):
            verb(desk("BJ01"), number)
    assert events(number) == ["complaint.filed"]
    assert queries.case(desk("BJ01"), number).own_outlet
    assert "answer" not in queries.case(desk("BJ01"), number).moves
    services.answer(desk("BJ01", "SH01"), number, **ANSWER)
    assert Case.objects.get(number=number).state == "answered"


def test_another_outlets_staff_do_not_even_see_the_case():
    number = case()
    with pytest.raises(Missing):
        services.take(desk("SH01"), number)
    with pytest.raises(NotAllowed):
        services.take(desk(grants=frozenset({"complaints.see"})), number)
    assert queries.queue(desk("SH01")).rows == ()
    assert events(number) == ["complaint.filed"]


def test_a_case_in_somebodys_hands_is_taken_over_before_it_is_answered():
    number, first, second = case(), desk(), desk()
    services.take(first, number)
    with pytest.raises(WithSomebodyElse):
        services.answer(second, number, **ANSWER)
    services.take(second, number)
    services.answer(second, number, **ANSWER)
    assert events(number) == ["complaint.filed", "complaint.taken", "complaint.taken", "complaint.answered"]


def test_every_code_a_page_may_show_has_a_word():
    titles = {
        "demand": (queries.DEMAND_TITLES, states.DEMANDS),
        "decision": (queries.DECISION_TITLES, states.DECISIONS),
        "state": (queries.STATE_TITLES, states.MACHINE.states()),
        "channel": (queries.CHANNEL_TITLES, states.CASE_CHANNELS),
        "clock": (queries.CLOCK_TITLES, {clock.id for clock in CLOCKS}),
        "pause": (queries.PAUSE_TITLES, rules.PAUSE_REASONS),
        "mediation": (queries.MEDIATION_TITLES, states.MEDIATION.states()),
    }
    for words, codes in titles.values():
        assert set(words) == set(codes)
