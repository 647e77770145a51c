"""A person can always be asked: somebody who did not decide looks again, and what comes of it is kept."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house
from sanbao.rooms.parts.models import Item
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry.tests.factories import customer, owner_actor, staff_actor
from sanbao.rooms.repairs import queries, services
from sanbao.rooms.repairs.errors import AskedAlready, CoveredByRight, NotCovered, OwnDecision
from sanbao.rooms.repairs.models import Line, Order, Remedy, Review
from sanbao.rooms.repairs.tests.factories import (
    INTAKE,
    accepted,
    booked,
    bought_device,
    events,
    owner_of,
    place,
)

pytestmark = pytest.mark.django_db
LATER = TOMORROW_10 + timedelta(hours=2)
NOW = house(LATER)
DAMAGE = {"finding": "customer_damage", "diagnosis": "外屏碎裂", "lines": [services.QuoteLine("SCREEN-P1")]}
WHY = "碎片在屏幕内侧，是装配应力造成的"


def damaged(fault="screen_dark"):
    """An order whose engineer says that the owner has broken it, and that engineer."""
    if not Item.objects.exists():
        item()
    number = accepted(fault=fault)
    engineer = staff_actor("engineer", "BJ01", TOMORROW_10)
    return services.quote(engineer, number, **DAMAGE), engineer


def asked(number):
    return services.ask_review(owner_of(number, LATER), number, words="我没有摔过")


def handler(at=LATER):
    return staff_actor("handler", "*", at)


def test_an_owner_asks_and_another_person_upholds_it():
    number, engineer = damaged()
    review = asked(number)
    services.uphold(handler(), review, reason="裂纹从撞击点放射开，是外力")
    page = queries.review(owner_of(number), review)
    assert (page.row.state, page.decided_by) == ("upheld", engineer.ref)
    assert page.before == page.after
    assert Order.objects.get(number=number).state == "quoted"
    assert events(review) == ["review.asked", "review.upheld"]
    assert "撞击点" not in str([fact.facts for fact in ledger.timeline(review)])


def test_a_fact_put_right_makes_the_repair_free_through_the_usual_steps():
    stock(item(), place(), on_hand=3)
    number, _ = damaged()
    review = asked(number)
    services.overturn(handler(), review, reason=WHY, corrected={"fault_kind": "listed-fault"})
    order = Order.objects.get(number=number)
    assert (order.state, order.covered) == ("accepted", True)
    assert not queries.order(owner_of(number, LATER), number).quote.open
    with pytest.raises(CoveredByRight):
        services.quote(NOW, number, **DAMAGE)
    services.clear(NOW, number, finding="customer_damage", diagnosis="按复核免费处理", items=["SCREEN-P1"])
    services.finish(NOW, number, resolution="换屏")
    assert queries.order(NOW, number).total_cents == 0
    told = [name for name in events(number) if name.startswith("repair.")]
    assert told[-3:] == ["repair.reopened", "repair.diagnosed", "repair.ready"]
    assert Order.objects.get(number=number).watch_rule == ""


def test_the_lines_of_the_law_are_watched_from_the_hand_in_after_a_review():
    number, _ = damaged()
    assert Order.objects.get(number=number).watch_at is None
    services.overturn(handler(), asked(number), reason=WHY, corrected={"fault_kind": "listed-fault"})
    services.watch_remedies(house(TOMORROW_10 + timedelta(days=8)))
    assert Remedy.objects.get().facts["handed_in"] == "2026-03-03"


def test_a_person_may_name_the_remedies_where_no_rule_does():
    number, _ = damaged()
    review = asked(number)
    services.overturn(handler(), review, reason=WHY, remedies_now=["repair"])
    page = queries.review(NOW, review)
    assert page.after.remedies == ("repair",)
    assert page.after.zh[0].startswith("人工复核后改判")
    assert Order.objects.get(number=number).verdict["by_person"]


def test_what_was_paid_and_not_handed_over_is_free_after_the_review():
    number, _ = damaged()
    services.approve(owner_of(number, LATER), number)
    assert queries.order(NOW, number).total_cents > 0
    services.overturn(handler(), asked(number), reason=WHY, corrected={"fault_kind": "listed-fault"})
    assert queries.order(NOW, number).total_cents == 0
    assert Line.objects.get().covered
    assert Order.objects.get(number=number).state == "approved"


def test_an_order_the_owner_had_declined_can_begin_again():
    number, _ = damaged()
    services.decline(owner_of(number, LATER), number)
    services.overturn(handler(), asked(number), reason=WHY, corrected={"fault_kind": "listed-fault"})
    assert Order.objects.get(number=number).state == "accepted"


def test_whoever_decided_may_not_review_it():
    item()
    number = accepted()
    boss = staff_actor("manager", "BJ01", TOMORROW_10)
    services.quote(boss, number, **DAMAGE)
    review = asked(number)
    before = facts()
    for act in (
        lambda: services.uphold(boss, review, reason=WHY),
        lambda: services.overturn(boss, review, reason=WHY, remedies_now=["repair"]),
    ):
        with pytest.raises(OwnDecision):
            act()
    assert facts() == before
    assert Review.objects.get().state == "asked"
    assert queries.review(boss, review).row.moves == ()
    services.uphold(staff_actor("manager", "BJ01", LATER), review, reason=WHY)


def test_a_question_is_asked_once_at_a_time_and_again_after_its_answer():
    number, _ = damaged()
    first = asked(number)
    before = facts()
    with pytest.raises(AskedAlready):
        asked(number)
    assert facts() == before
    services.uphold(handler(), first, reason=WHY)
    assert asked(number) != first


def test_there_is_nothing_to_review_before_something_is_decided():
    number = booked()
    before = facts()
    with pytest.raises(IllegalMove):
        asked(number)
    assert facts() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "remedies_now"),
        ({"corrected": {"fault_kind": "customer-damage"}}, "remedies_now"),
        ({"corrected": {"fault_kind": "curse"}}, "fault_kind"),
        ({"corrected": {"price_cents": 1}}, "price_cents"),
        ({"corrected": {"purchased_on": date(1066, 1, 1)}}, "purchased_on"),
        ({"remedies_now": ["apology"]}, "remedies"),
        ({"reason": " "}, "reason"),
    ],
)
def test_an_answer_that_says_nothing_or_the_impossible_is_refused(changes, field):
    number, _ = damaged()
    review = asked(number)
    before = facts()
    with pytest.raises(Invalid) as refused:
        services.overturn(handler(), review, **({"reason": WHY} | changes))
    assert (refused.value.field, facts()) == (field, before)
    assert Order.objects.get(number=number).state == "quoted"


def test_a_review_takes_no_right_away():
    number = accepted()
    review = asked(number)
    before = facts()
    with pytest.raises(Invalid):
        services.overturn(handler(), review, reason=WHY, corrected={"fault_kind": "customer-damage"})
    assert facts() == before
    assert Order.objects.get(number=number).covered


def test_a_right_refused_is_granted_on_review_and_the_laws_clock_runs():
    number = accepted()
    then = TOMORROW_10 + timedelta(days=8)
    services.watch_remedies(house(then))
    right = Remedy.objects.get()
    boss = staff_actor("manager", "BJ01", then)
    services.refuse_remedy(boss, right.number, reason="备用机全部借出")
    review = services.ask_remedy_review(owner_of(number, then), right.number, words="规定写着要借")
    with pytest.raises(OwnDecision):
        services.overturn(boss, review, reason=WHY)
    services.overturn(handler(then), review, reason="从别的门店调一部")
    right.refresh_from_db()
    assert (right.state, right.escalate_at) == ("granted", right.outer_due_at)
    assert events(number)[-1] == "remedy.allowed"
    with pytest.raises(IllegalMove):
        services.ask_remedy_review(owner_of(number, then), right.number)


def test_a_case_somebody_typed_in_is_looked_at_too():
    me = owner_actor(customer(), LATER)
    bought = queries.Bought(bought_on=date(2026, 1, 5), channel="store", proof="invoice")
    review = services.ask_case_review(me, bought=bought, on=LATER.date(), fault="liquid", words="只是出汗")
    services.overturn(handler(), review, reason="防水等级内", corrected={"fault_kind": "listed-fault"})
    (page,) = queries.my_reviews(me)
    assert page.before.remedies == ()
    assert "repair" in page.after.remedies
    with pytest.raises(Missing):
        queries.review(owner_actor(customer(), LATER), review)
    with pytest.raises(Missing):
        queries.review(staff_actor("manager", "BJ01", LATER), review)


def test_accuracy_is_what_was_upheld_of_what_was_answered():
    place(seats=12)
    for act in ("uphold", "uphold", "overturn"):
        number, _ = damaged()
        more = {"remedies_now": ["repair"]} if act == "overturn" else {}
        getattr(services, act)(handler(), asked(number), reason=WHY, **more)
    open_one, _ = damaged()
    asked(open_one)
    assert queries.review_outcomes(NOW, TOMORROW_10) == (2, 3)
    assert queries.review_outcomes(NOW, TOMORROW_10, "SH01") == (0, 0)
    assert queries.review_outcomes(NOW, LATER + timedelta(days=1)) == (0, 0)


def test_a_decision_comes_out_the_same_by_the_packs_it_was_made_with():
    number = accepted()
    again = queries.derive_again(NOW, number)
    assert again.same
    assert all(pack.kept and pack.current for pack in again.packs)
    kept = Order.objects.get(number=number).verdict
    Order.objects.filter(number=number).update(verdict={**kept, "remedies": []})
    (difference,) = queries.derive_again(NOW, number).then
    assert (difference.name, difference.then) == ("remedies", [])


def test_a_lost_pack_and_a_decision_without_facts_are_said_to_be_lost():
    number = accepted()
    kept = Order.objects.get(number=number).verdict
    lost = {**kept, "packs": {**kept["packs"], "cn-phone": "0" * 64}}
    Order.objects.filter(number=number).update(verdict=lost)
    again = queries.derive_again(NOW, number)
    assert (again.then, again.same) == (None, False)
    assert {pack.name for pack in again.packs if not pack.kept} == {"cn-phone"}
    del lost["facts"]
    Order.objects.filter(number=number).update(verdict=lost)
    assert queries.derive_again(NOW, number).today is None


def test_what_an_engineer_may_not_do_without_the_review_stays_refused():
    number = accepted(phone=bought_device(days=700))
    with pytest.raises(NotCovered):
        services.clear(NOW, number, finding="confirmed", diagnosis="主板")


VERBS = {
    "uphold": lambda who, number: services.uphold(who, number, reason=WHY),
    "overturn": lambda who, number: services.overturn(who, number, reason=WHY, remedies_now=["repair"]),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", ["clerk", "engineer", "agent", "auditor"])
def test_who_may_not_answer_is_refused_and_nothing_moves(verb, role):
    number, _ = damaged()
    review = asked(number)
    before = facts()
    with pytest.raises(NotAllowed):
        VERBS[verb](staff_actor(role, "*", LATER), review)
    with pytest.raises(NotAllowed):
        VERBS[verb](owner_of(number, LATER), review)
    with pytest.raises(Missing):
        VERBS[verb](staff_actor("manager", "SH01", LATER), review)
    assert facts() == before


REMEDY_VERBS = {
    "grant_remedy": services.grant_remedy,
    "refuse_remedy": lambda who, n: services.refuse_remedy(who, n, reason=WHY),
    "withdraw_remedy": lambda who, n: services.withdraw_remedy(who, n, cause="twice", reason=WHY),
    "choose_remedy": lambda who, n: services.choose_remedy(who, n, remedy="loaner"),
}


@pytest.mark.parametrize("verb", REMEDY_VERBS)
def test_who_may_answer_a_raised_right_stands_in_the_roles(verb):
    accepted()
    then = TOMORROW_10 + timedelta(days=8)
    services.watch_remedies(house(then))
    right = Remedy.objects.get()
    allowed = {"manager", "clerk"} if verb == "choose_remedy" else {"manager", "handler"}
    before = facts()
    for role in ("clerk", "engineer", "agent", "handler", "manager", "auditor", "admin"):
        if role not in allowed:
            with pytest.raises((NotAllowed, Missing)):
                REMEDY_VERBS[verb](staff_actor(role, "*", then), right.number)
        with pytest.raises(Missing):
            REMEDY_VERBS[verb](staff_actor(role, "SH01", then), right.number)
    with pytest.raises(Missing):
        REMEDY_VERBS[verb](owner_actor(customer(), then), right.number)
    assert facts() == before
    REMEDY_VERBS[verb](staff_actor(min(allowed), "*", then), right.number)


def test_a_second_device_taken_in_keeps_its_own_decision():
    assert INTAKE.signature
    number, _ = damaged()
    other = accepted()
    services.overturn(handler(), asked(number), reason=WHY, remedies_now=["repair"])
    assert "review" not in Order.objects.get(number=other).verdict
