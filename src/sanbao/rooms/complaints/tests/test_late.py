"""Late answers: who is told, in which order, and never twice; and what an authority does with a case."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sanbao.base.errors import IllegalMove, Invalid, NotAllowed
from sanbao.engines.calendar import CLOCKS, PAUSES, PromiseError
from sanbao.rooms.complaints import queries, rules, services
from sanbao.rooms.complaints.errors import MediationRuns
from sanbao.rooms.complaints.models import Alert, Case, Clock
from sanbao.rooms.complaints.tests.factories import ANSWER, AT, HOUSE, case, customer, desk, owner_actor
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.tests.factories import staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def facts(number, event):
    return [fact.facts for fact in ledger.timeline(number) if fact.event == event]


def sweep(hours):
    return services.remind_due(HOUSE.then(AT + hours * HOUR))


def told():
    """Who was told what: staff key, clock, kind."""
    return sorted(Alert.objects.values_list("staff_id", "clock__clock", "kind"))


def test_the_handler_is_warned_then_the_manager_then_the_brand_each_once():
    number, hand = case(), desk()
    manager, brand = staff(("manager", "BJ01")), staff(("handler", "*"))
    services.take(hand, number)
    for hours in (24 * 7, 24 * 7, 24 * 9, 24 * 9, 252, 252, 24 * 12, 24 * 12, 24 * 20, 24 * 20):
        sweep(hours)
    assert told() == sorted(
        [
            (hand.id, "decision", "soon"),
            (manager.pk, "decision", "overdue"),
            (manager.pk, "late_decision", "soon"),
            (brand.pk, "late_decision", "overdue"),
            (brand.pk, "outer_limit", "overdue"),
        ]
    )
    assert Case.objects.get().level == 2


def test_a_missed_decision_names_the_reason_and_the_new_date_which_is_a_clock():
    number, hand = case(), desk()
    services.take(hand, number)
    sweep(24 * 9)
    (fact,) = facts(number, "complaint.overdue")
    new = queries.deadline(HOUSE, number, "late_decision")
    assert (fact["clock"], fact["because"], fact["level"]) == ("decision", "checking", 1)
    assert datetime.fromisoformat(fact["new_due_at"]) == new.due_at
    assert new.source.startswith("own promise")
    services.answer(hand.then(AT + 24 * 9 * HOUR), number, **ANSWER)
    assert not [clock for clock in queries.case(HOUSE, number).clocks if clock.running]


def test_a_case_nobody_took_says_so_and_taking_it_meets_the_new_date():
    number = case()
    sweep(30)
    (fact,) = facts(number, "complaint.overdue")
    assert (fact["clock"], fact["because"]) == ("first_answer", "untaken")
    services.take(desk(at=AT + 31 * HOUR), number)
    late = Clock.objects.get(clock="late_first_answer")
    assert late.met_at == AT + 31 * HOUR


def test_where_an_outlet_has_no_manager_the_brand_is_told_at_once():
    case()
    brand = staff(("handler", "*"))
    sweep(30)
    assert told() == [(brand.pk, "first_answer", "overdue")]


def test_the_list_for_a_person_holds_each_running_clock_once_and_forgets_what_is_met():
    number, brand = case(), staff(("handler", "*"))
    reader = desk().__class__(f"staff:{brand.number}", "staff", AT, brand.pk, brand.name, {})
    sweep(13)
    sweep(30)
    assert [(row.case, row.clock, row.kind) for row in queries.alerts(reader)] == [
        (number, "first_answer", "overdue")
    ]
    services.take(desk(at=AT + 31 * HOUR), number)
    assert queries.alerts(reader) == ()
    assert queries.alerts(owner_actor(customer())) == ()


def test_e_mails_to_staff_go_out_once_and_again_after_a_failure(settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    number, brand = case(), staff(("handler", "*"))
    sweep(30)

    def no_way(*_given, **_named):
        raise OSError

    monkeypatch.setattr("sanbao.rooms.conversations.services.mail_staff", no_way)
    assert services.send_alerts(HOUSE.then(AT + 30 * HOUR)) == 0
    monkeypatch.undo()
    settings.HOME = tmp_path
    assert services.send_alerts(HOUSE.then(AT + 30 * HOUR)) == 0  # not before the lease is over
    assert [services.send_alerts(HOUSE.then(AT + 31 * HOUR)) for _ in range(2)] == [1, 0]
    (letter,) = (tmp_path / "outbox").iterdir()
    text = letter.read_text(encoding="utf-8")
    assert brand.email in text
    assert f"投诉{number}" in text
    with pytest.raises(NotAllowed):
        services.send_alerts(desk())


# an authority


def test_an_authority_starts_its_clocks_and_the_mediation_ends_them():
    number, hand = case(), desk()
    services.authority_received(hand, number)
    assert queries.deadline(hand, number, "authority_acceptance").last_day == date(2026, 3, 11)
    services.authority_accepted(hand.then(AT + 24 * HOUR), number)
    assert queries.case(hand, number).row.mediation == "accepted"
    mediation = queries.deadline(hand, number, "authority_mediation")
    # received before 15 April 2026: 45 working days
    assert mediation.last_day == date(2026, 5, 9)
    assert "Order 20" in mediation.source
    services.mediated(hand, number, words="退一赔一，双方签字。")
    page = queries.case(hand, number)
    assert (page.row.state, page.row.mediation, page.mediation_words) == (
        "closed", "mediated", "退一赔一，双方签字。",
    )  # fmt: skip
    assert not [clock for clock in page.clocks if clock.running]


def test_a_matter_received_under_the_new_order_has_sixty_days():
    at = AT.replace(month=5)
    number, hand = case(at=at), desk(at=at)
    services.authority_received(hand, number)
    services.authority_accepted(hand, number)
    assert queries.deadline(hand, number, "authority_mediation").last_day == at.date() + timedelta(days=60)


def test_a_test_by_experts_stops_the_mediation_and_is_left_out():
    number, hand = case(), desk()
    services.take(hand, number)
    services.authority_received(hand, number)
    services.authority_accepted(hand, number)
    before = queries.deadline(hand, number, "authority_mediation").due_at
    services.answer(hand, number, **ANSWER)
    services.pause(hand, number, reason="expert_test", note="等检测报告")
    services.resume(hand.then(AT + 240 * HOUR), number)
    assert queries.deadline(hand, number, "authority_mediation").due_at > before
    assert queries.case(hand, number).row.state == "answered"


def test_what_an_authority_does_follows_its_order_and_leaves_the_firms_clocks_alone():
    number, hand = case(), desk()
    for verb in (services.authority_accepted, services.mediated, services.mediation_failed):
        with pytest.raises(IllegalMove):
            verb(hand, number, **({} if verb is services.authority_accepted else {"words": "x"}))
    with pytest.raises(NotAllowed):
        services.authority_received(desk(grants=frozenset({"complaints.see"})), number)
    assert [fact.event for fact in ledger.timeline(number)] == ["complaint.filed"]
    services.authority_received(hand, number)
    services.answer(hand, number, **ANSWER)
    running = {clock.clock for clock in queries.case(hand, number).clocks if clock.running}
    assert running == {"authority_acceptance"}
    assert queries.case(hand, number).row.next_clock == ""
    with pytest.raises(Invalid):
        services.authority_rejected(hand, number, words="")
    services.authority_rejected(hand, number, words="不属于本局管辖")
    assert not [clock for clock in queries.case(hand, number).clocks if clock.running]


def test_the_house_does_not_close_what_an_authority_mediates():
    number, hand = case(), desk()
    services.authority_received(hand, number)
    services.authority_accepted(hand, number)
    services.answer(hand, number, **ANSWER)
    with pytest.raises(MediationRuns):
        services.close(hand, number, words="已办结")
    services.mediation_failed(hand, number, words="双方差距较大，调解终止")
    services.close(hand, number, words="已办结")
    assert Case.objects.get().state == "closed"


def test_an_authority_that_is_late_is_noted_and_nobody_of_ours_is_blamed():
    number, hand = case(), desk()
    services.authority_received(hand, number)
    services.authority_accepted(hand, number)
    services.answer(hand, number, **ANSWER)
    sweep(24 * 90)
    (fact,) = facts(number, "complaint.overdue")
    assert fact["clock"] == "authority_mediation"
    assert "because" not in fact
    assert Case.objects.get().level == 0


# the table of clocks


def test_every_clock_that_a_reason_holds_may_be_held_and_no_outer_limit_is_among_them():
    known = {clock.id: clock for clock in CLOCKS}
    for reason in PAUSES:
        assert all(known[clock].pausable for clock in reason.clocks), reason.code
    assert not known["outer_limit"].pausable
    held_by_law = {clock.id for clock in CLOCKS if clock.binding and clock.pausable}
    assert held_by_law == {"authority_mediation"}
    ours = {clock.id for clock in CLOCKS} - rules.THEIRS - {"acknowledge"}
    assert set(rules.ESCALATION) == ours


def own(settings, folder: Path, text: str):
    settings.HOME = folder
    (folder / "clocks.toml").write_text(text, encoding="utf-8")


def test_an_installations_shorter_promise_counts_and_says_so(settings, tmp_path):
    own(settings, tmp_path, '[decision]\namount = 3\nunit = "days"\nsource = "服务承诺第4条"')
    number = case()
    told = queries.deadline(HOUSE, number, "decision")
    assert told.due_at.astimezone(SHANGHAI).date() == AT.astimezone(SHANGHAI).date() + timedelta(days=3)
    assert told.source == "服务承诺第4条"


@pytest.mark.parametrize(
    "table",
    [
        '[decision]\namount = 16\nunit = "days"',
        '[decision]\namount = 11\nunit = "working_days"',
        '[outer_limit]\namount = 10\nunit = "days"',
        '[holiday]\namount = 1\nunit = "days"',
        '[decision]\namount = "3"\nunit = "days"',
        '[decision]\namount = true\nunit = "days"',
        "[decision",
    ],
)
def test_a_promise_longer_than_the_law_is_refused_and_no_case_is_filed(settings, tmp_path, table):
    own(settings, tmp_path, table)
    with pytest.raises(PromiseError):
        case()
    assert not Case.objects.exists()
