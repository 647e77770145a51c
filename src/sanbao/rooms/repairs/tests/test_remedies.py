"""A line of the law is crossed: the right is raised by itself, once, and somebody answers for it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed, Overtaken
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house
from sanbao.rooms.registry import services as registry
from sanbao.rooms.registry.tests.factories import owner_actor, staff_actor
from sanbao.rooms.repairs import handlers, queries, services
from sanbao.rooms.repairs.models import Order, Remedy
from sanbao.rooms.repairs.services import remedies as verbs
from sanbao.rooms.repairs.tests.factories import (
    INTAKE,
    accepted,
    booked,
    bought_device,
    cleared,
    events,
    owner_of,
)

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(days, **more):
    """The house, this many days after the hand-in."""
    return house(TOMORROW_10 + timedelta(days=days, **more))


def raised(number, days):
    """What a sweep raises for an order, by rule."""
    services.watch_remedies(at(days))
    return {row.rule: row for row in Remedy.objects.filter(order__number=number)}


def again(phone, times, gap=timedelta(days=3)):
    """An order of a phone that was mended ``times`` for the same fault before, and the house then."""
    moment = TOMORROW_10
    for _ in range(times):
        number = booked(phone=phone, starts_at=moment)
        then = house(moment)
        services.accept(then, number, intake=INTAKE)
        services.clear(then, number, finding="confirmed", diagnosis="排线故障")
        services.finish(then, number, resolution="更换")
        services.hand_back(then, number)
        moment += gap
    number = booked(phone=phone, starts_at=moment)
    services.accept(house(moment), number, intake=INTAKE)
    return number, house(moment + timedelta(hours=1))


def a_loaner_due(**changes):
    number = accepted(**changes)
    return raised(number, 8)["MOB-LOANER"]


def test_seven_days_without_the_phone_raise_a_loaner_and_not_a_day_before():
    number = accepted()
    assert raised(number, 7) == {}
    row = raised(number, 8)["MOB-LOANER"]
    assert (row.state, row.line, row.crossed_on) == ("raised", "loaner", date(2026, 3, 11))
    assert [offer["remedy"] for offer in row.offers] == ["loaner"]
    assert row.facts["days"] == 8


def test_the_fact_names_rule_pack_hash_facts_and_date():
    number = accepted()
    raised(number, 8)
    fact = next(fact for fact in ledger.timeline(number) if fact.event == "remedy.raised")
    row = Remedy.objects.get()
    assert fact.facts["rule"] == "MOB-LOANER"
    assert fact.facts["hash"] == row.pack_hash
    assert len(row.pack_hash) == 64
    assert (fact.facts["crossed_on"], fact.facts["handed_in"], fact.facts["days"]) == (
        "2026-03-11", "2026-03-03", 8,
    )  # fmt: skip
    assert fact.facts["offers"] == ["loaner"]
    assert fact.facts["answer_due_at"] == row.answer_due_at.astimezone(SHANGHAI).isoformat()


def test_thirty_days_with_the_repairer_raise_the_exchange():
    number = cleared()
    assert set(raised(number, 30)) == {"MOB-LOANER"}
    row = raised(number, 31)["MOB-30"]
    assert {offer["remedy"] for offer in row.offers} == {"exchange", "refund"}
    assert row.facts["more_than"] == 30


def test_sixty_days_for_a_part_raise_the_exchange_and_the_repairer_is_not_blamed():
    number = cleared()
    services.await_part(at(1), number)
    assert set(raised(number, 60)) == {"MOB-LOANER"}
    assert set(raised(number, 61)) == {"MOB-LOANER", "MOB-60"}
    assert Remedy.objects.get(rule="MOB-60").facts["parts_days"] == 60


def test_the_second_failed_repair_raises_the_exchange_at_once():
    number, then = again(bought_device(), 2)
    services.watch_remedies(then)
    rows = {row.rule: row for row in Remedy.objects.filter(order__number=number)}
    assert {"MOB-2X", "MOB-FREE"} == set(rows)
    assert {offer["remedy"] for offer in rows["MOB-2X"].offers} == {"exchange", "refund"}


def test_one_failed_repair_inside_thirty_days_raises_the_repair_guarantee_alone():
    number, then = again(bought_device(), 1)
    services.watch_remedies(then)
    assert [row.rule for row in Remedy.objects.filter(order__number=number)] == ["MOB-FREE"]


def test_a_sum_stands_beside_a_refund_where_price_and_share_are_known():
    number = accepted(phone=bought_device(days=100, price_cents=400_000))
    row = raised(number, 31)["MOB-30"]
    cents = {offer["rule"]: offer["cents"] for offer in row.offers if offer["remedy"] == "refund"}
    assert cents["MOB-NOSTOCK"] == 400_000
    assert cents["MOB-DEPR"] == 400_000 - 400_000 * 5 * 101 // 1000


def test_a_phone_of_its_owners_doing_and_one_past_its_period_cross_no_line_of_delay():
    number = accepted(phone=bought_device(days=700))
    broken = accepted(phone=bought_device(), fault="screen_cracked")
    services.watch_remedies(at(90))
    assert not Remedy.objects.filter(order__number__in=(number, broken)).exists()


def test_nothing_is_raised_twice_however_often_somebody_sweeps():
    number = accepted()
    for days in (8, 8, 9, 20):
        raised(number, days)
    assert Remedy.objects.count() == 1
    assert events(number).count("remedy.raised") == 1
    services.clear(at(20), number, finding="confirmed", diagnosis="排线")
    raised(number, 21)
    assert events(number).count("remedy.raised") == 1


def test_a_sweep_that_comes_late_raises_every_line_crossed_in_between():
    number = accepted()
    assert set(raised(number, 45)) == {"MOB-LOANER", "MOB-30"}
    assert {row.crossed_on for row in Remedy.objects.all()} == {date(2026, 3, 11), date(2026, 4, 3)}


def test_a_device_that_is_ready_in_time_crosses_nothing():
    number = cleared()
    services.finish(at(7), number, resolution="好了")
    assert Order.objects.get(number=number).watch_at is None
    assert raised(number, 40) == {}


def test_a_purchase_put_right_is_looked_at_again_and_what_was_raised_stays():
    phone = bought_device(days=700)
    number = accepted(phone=phone)
    assert raised(number, 8) == {}
    registry.add_purchase(at(8), phone.number, bought_on=date(2026, 1, 1), proof="invoice")
    fact = ledger.timeline(phone.number)[-1]
    handlers.on_purchase_added(at(8), fact)
    assert set(raised(number, 8)) == {"MOB-LOANER"}
    registry.add_purchase(at(9), phone.number, bought_on=date(2024, 6, 1), proof="invoice")
    handlers.on_purchase_added(at(9), ledger.timeline(phone.number)[-1])
    assert set(raised(number, 40)) == {"MOB-LOANER"}


def test_orders_of_before_are_worked_out_by_the_first_sweep_from_their_history():
    number = cleared()
    services.await_part(at(5), number)
    services.resume(at(25), number)
    before = Order.objects.get(number=number)
    assert services.watch_again(at(26)) == 1
    raised(number, 26)
    after = Order.objects.get(number=number)
    assert after.watch == before.watch
    assert after.watch_rule == "MOB-30"


def test_only_the_house_sweeps():
    accepted()
    with pytest.raises(NotAllowed):
        services.watch_remedies(staff_actor("manager", "*", TOMORROW_10))


# --- the answer ----------------------------------------------------------------------------------


def test_a_granted_right_waits_for_its_owners_choice_and_is_then_carried_out():
    row = raised(accepted(), 31)["MOB-30"]
    boss = staff_actor("manager", "BJ01", at(31).at)
    services.grant_remedy(boss, row.number)
    with pytest.raises(Invalid):
        services.fulfil_remedy(boss, row.number)
    services.choose_remedy(owner_of(row.order.number, at(31).at), row.number, remedy="exchange")
    services.fulfil_remedy(boss, row.number)
    row.refresh_from_db()
    assert (row.state, row.chosen, row.escalate_at) == ("fulfilled", "exchange", None)
    told = [name for name in events(row.order.number) if name.startswith("remedy.")]
    assert told[-3:] == ["remedy.granted", "remedy.chosen", "remedy.fulfilled"]


def test_the_owner_may_choose_before_the_answer_and_change_their_mind_before_it_is_done():
    row = raised(accepted(), 31)["MOB-30"]
    me = owner_of(row.order.number, at(31).at)
    services.choose_remedy(me, row.number, remedy="refund")
    services.choose_remedy(me, row.number, remedy="exchange")
    before = facts()
    services.choose_remedy(me, row.number, remedy="exchange")
    assert facts() == before
    with pytest.raises(Invalid):
        services.choose_remedy(me, row.number, remedy="loaner")
    assert facts() == before
    assert Remedy.objects.get(pk=row.pk).chosen == "exchange"


def test_without_the_same_model_the_exchange_becomes_money_and_the_owner_is_asked_again():
    row = raised(accepted(), 31)["MOB-30"]
    services.choose_remedy(owner_of(row.order.number, at(31).at), row.number, remedy="exchange")
    services.grant_remedy(at(31), row.number, in_stock=False)
    row.refresh_from_db()
    assert [(offer["remedy"], offer["rule"]) for offer in row.offers] == [("refund", "MOB-NOSTOCK")]
    assert row.chosen == ""


def test_a_refusal_needs_a_reason_and_offers_another_persons_look():
    row = raised(accepted(), 31)["MOB-30"]
    boss = staff_actor("manager", "BJ01", at(31).at)
    before = facts()
    with pytest.raises(Invalid) as refused:
        services.refuse_remedy(boss, row.number, reason=" 不 ")
    assert (refused.value.field, facts()) == ("reason", before)
    services.refuse_remedy(boss, row.number, reason="机器在等客户回寄，不在我们手里")
    (page, _) = queries.remedies_of(owner_of(row.order.number, at(31).at), row.order.number)
    assert (page.row.state, page.row.moves) == ("refused", ("ask_review",))
    assert "机器在等客户回寄" in page.reason
    told = ledger.timeline(row.order.number)[-1]
    assert told.event == "remedy.refused"
    assert "机器" not in str(told.facts)


def test_what_is_taken_back_says_why_and_by_whom():
    row = a_loaner_due()
    boss = staff_actor("manager", "BJ01", at(9).at)
    before = facts()
    for cause, reason in (("because", "购买日期填错了"), ("fact_corrected", "")):
        with pytest.raises(Invalid):
            services.withdraw_remedy(boss, row.number, cause=cause, reason=reason)
    assert facts() == before
    services.withdraw_remedy(boss, row.number, cause="fact_corrected", reason="购买日期填错了")
    row.refresh_from_db()
    assert (row.state, row.answered_by, row.escalate_at) == ("withdrawn", boss.ref, None)
    raised(row.order.number, 12)
    assert Remedy.objects.count() == 1


@pytest.mark.parametrize("verb", ["grant_remedy", "refuse_remedy", "withdraw_remedy", "fulfil_remedy"])
def test_an_answered_right_is_not_answered_again(verb):
    row = a_loaner_due()
    services.refuse_remedy(at(9), row.number, reason="已经借出备用机")
    more = {
        "refuse_remedy": {"reason": "已经借出备用机"},
        "withdraw_remedy": {"cause": "twice", "reason": "已经提过"},
    }.get(verb, {})
    before = facts()
    with pytest.raises(IllegalMove):
        getattr(services, verb)(at(9), row.number, **more)
    assert facts() == before


def test_two_managers_answer_at_once_and_one_of_them_is_told(monkeypatch):
    row = a_loaner_due()
    real = verbs.see_remedy

    def slow(actor, number):
        found = real(actor, number)
        Remedy.objects.filter(pk=found.pk).update(state="refused")
        return found

    monkeypatch.setattr(verbs, "see_remedy", slow)
    before = facts()
    with pytest.raises(Overtaken):
        services.grant_remedy(at(9), row.number)
    assert facts() == before


# --- the clock -----------------------------------------------------------------------------------


def test_an_answer_is_owed_within_a_working_day_and_the_law_waits_fifteen_days():
    row = a_loaner_due()
    assert row.answer_due_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == "03-12 18:00"
    assert row.outer_due_at.astimezone(SHANGHAI).date() == date(2026, 3, 26)
    page = queries.remedy(NOW, row.number)
    assert page.told("en")[0] == "Time allowed: 1 working day."
    assert page.steps


def test_an_overdue_answer_is_said_once_for_each_clock():
    row = a_loaner_due()
    number = row.order.number
    for days in (8, 9, 10, 10, 20, 24, 30):
        services.watch_remedies(at(days))
    told = [fact.facts["clock"] for fact in ledger.timeline(number) if fact.event == "remedy.overdue"]
    assert told == ["first_answer", "outer_limit"]


def test_an_answer_in_time_stops_the_first_clock_and_the_deed_the_second():
    row = a_loaner_due()
    number = row.order.number
    services.grant_remedy(at(8), row.number)
    services.watch_remedies(at(12))
    assert "remedy.overdue" not in events(number)
    services.fulfil_remedy(at(12), row.number)
    services.watch_remedies(at(30))
    assert "remedy.overdue" not in events(number)


def test_a_granted_right_that_is_not_carried_out_meets_the_law():
    row = a_loaner_due()
    services.grant_remedy(at(8), row.number)
    services.watch_remedies(at(24))
    overdue = [fact for fact in ledger.timeline(row.order.number) if fact.event == "remedy.overdue"]
    assert [fact.facts["clock"] for fact in overdue] == ["outer_limit"]


# --- who sees it ---------------------------------------------------------------------------------


def test_the_queue_holds_what_waits_and_leads_with_the_earliest_date():
    first, second = accepted(), accepted(phone=bought_device())
    raised(first, 8)
    raised(second, 31)
    found = queries.remedy_queue(NOW, "BJ01", most=2)
    rest = queries.remedy_queue(NOW, "BJ01", after=found.after, most=9)
    rows = [*found.rows, *rest.rows]
    assert len(rows) == len({row.number for row in rows}) == 4
    assert [row.answer_due_at for row in rows] == sorted(row.answer_due_at for row in rows)
    assert queries.remedy_counts(at(9), "BJ01") == (4, 0)
    assert queries.remedy_counts(at(40)) == (4, 4)


def test_neither_strangers_nor_other_outlets_see_a_right():
    row = a_loaner_due()
    for who in (owner_actor(), staff_actor("manager", "SH01", at(9).at)):
        assert queries.remedies_of(who, row.order.number) == ()
        with pytest.raises(Missing):
            queries.remedy(who, row.number)
    with pytest.raises(NotAllowed):
        queries.remedy_queue(owner_of(row.order.number))


def test_the_rule_is_told_in_the_words_of_the_pack_it_came_from():
    row = a_loaner_due()
    rule = queries.remedy(NOW, row.number).rule
    assert "备用机" in rule.zh
    assert "lends you" in rule.en
    Remedy.objects.filter(pk=row.pk).update(pack_hash="0" * 64)
    assert queries.remedy(NOW, row.number).rule.zh == ""


def test_erasing_the_owner_empties_the_words_and_leaves_the_right():
    row = a_loaner_due()
    services.refuse_remedy(at(9), row.number, reason="王先生已经借走备用机")
    services.erase_customer(at(9), row.order.customer.number)
    row.refresh_from_db()
    assert (row.reason, row.state) == ("", "refused")
