"""Rights that the house raises, and reviews, as owners and managers meet them in the browser."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.doors import work_world
from tests.doors.owner_world import phone_of

from sanbao import wiring
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house
from sanbao.rooms.registry.tests.factories import customer
from sanbao.rooms.repairs import services
from sanbao.rooms.repairs.models import Order, Remedy, Review
from sanbao.rooms.repairs.tests.factories import accepted

pytestmark = pytest.mark.django_db
THEN = TOMORROW_10 + timedelta(days=31)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: THEN)


@pytest.fixture
def owner():
    return customer(name="林小满", phone="+8613900001234")


@pytest.fixture
def order(owner):
    number = accepted(phone=phone_of(owner))
    services.watch_remedies(house(THEN))
    return number


def of(who):
    made = Client(headers={"accept-language": "en"})
    made.force_login(who.account)
    return made


def browser(role, outlet="BJ01"):
    """Staff at work on that day."""
    made = work_world.browser(role, outlet)
    session = made.session
    session["seen_at"] = int(THEN.timestamp())
    session.save()
    return made


def right(rule="MOB-30"):
    return Remedy.objects.get(rule=rule)


def text(response):
    return response.content.decode()


def test_the_owner_reads_what_was_raised_by_which_rule_and_until_when_an_answer_is_due(owner, order):
    page = text(of(owner).get(f"/orders/{order}"))
    assert "You did not have to ask" in page
    assert "More than 30 days for the repairer" in page
    assert "A new device in exchange" in page
    assert "Time allowed: 1 working day." in page
    assert "with the repairer" in page.lower()


def test_the_owner_chooses_and_the_manager_sees_it_and_grants_it(owner, order):
    number = right().number
    client = of(owner)
    client.post(f"/rights/raised/{number}/choose", {"remedy": "exchange", "once": "a"})
    assert right().chosen == "exchange"
    boss = browser("manager")
    assert number in text(boss.get("/desk/rights"))
    assert number in text(boss.get("/desk/counter"))
    assert "The owner was told at the same time" in text(boss.get(f"/desk/rights/{number}"))
    boss.post(f"/desk/rights/{number}/grant_remedy", {"in_stock": "on", "once": "b"})
    boss.post(f"/desk/rights/{number}/fulfil_remedy", {"once": "c"})
    assert right().state == "fulfilled"


def test_a_refusal_without_a_reason_is_shown_at_its_field(order):
    boss = browser("manager")
    before = facts()
    answer = boss.post(f"/desk/rights/{right().number}/refuse_remedy", {"reason": "不", "once": "b"})
    assert answer.status_code == 422
    assert "Give the reason in a sentence" in text(answer)
    assert (facts(), right().state) == (before, "raised")


def test_a_refused_right_is_looked_at_by_another_person(owner, order):
    number = right().number
    boss, other = browser("manager"), browser("handler", "*")
    boss.post(f"/desk/rights/{number}/refuse_remedy", {"reason": "机器昨天已修好待取", "once": "b"})
    client = of(owner)
    assert "Ask another person to look at it" in text(client.get(f"/orders/{order}"))
    client.post(f"/rights/raised/{number}/review", {"words": "没有通知我", "once": "c"})
    review = Review.objects.get().number
    assert "You decided this yourself" in text(boss.get(f"/desk/reviews/{review}"))
    assert (
        boss.post(f"/desk/reviews/{review}/overturn", {"reason": "没有通知记录", "once": "d"}).status_code
        == 403
    )
    other.post(f"/desk/reviews/{review}/overturn", {"reason": "没有通知记录", "once": "e"})
    assert (right().state, Review.objects.get().state) == ("granted", "overturned")
    assert "没有通知记录" in text(client.get(f"/orders/{order}"))


def test_strangers_neither_see_nor_choose(owner, order):
    number, before = right().number, facts()
    other = of(customer(name="别人"))
    assert other.get(f"/orders/{order}").status_code == 404
    for path in (
        f"/rights/raised/{number}/choose",
        f"/rights/raised/{number}/review",
        f"/orders/{order}/review",
    ):
        assert other.post(path, {"remedy": "exchange", "once": "x"}).status_code == 404
    assert (facts(), right().chosen) == (before, "")


def test_an_owner_asks_about_the_decision_and_a_person_decides_anew(owner):
    number = accepted(phone=phone_of(owner), fault="screen_cracked")
    client = of(owner)
    client.post(f"/orders/{number}/review", {"words": "从没摔过", "once": "a"})
    review = Review.objects.get().number
    handler = browser("handler", "*")
    page = text(handler.get(f"/desk/reviews/{review}"))
    assert "从没摔过" in page
    form = {"fault_kind": "listed-fault", "reason": "装配应力造成", "once": "b"}
    handler.post(f"/desk/reviews/{review}/overturn", form)
    assert Order.objects.get(number=number).covered
    assert "Repaired again" in text(client.get(f"/orders/{number}"))
    figures = text(browser("manager").get("/desk/promises"))
    assert "Decisions upheld on review" in figures


def test_a_decision_is_derived_again_on_a_page(order):
    page = text(browser("manager").get(f"/desk/orders/{order}/again"))
    assert page.count("The same result.") == 2


CASE = {
    "product": "", "imei": "", "fault": "liquid", "bought_on": "2026-01-05", "channel": "store",
    "delivered_on": "", "proof": "invoice", "fault_on": "2026-03-01",
}  # fmt: skip


def test_a_typed_in_case_can_be_put_before_a_person_after_signing_in(owner):
    client = Client(headers={"accept-language": "en"})
    assert "Ask a person to look at it" in text(client.post("/rights", CASE))
    assert client.post("/rights", CASE | {"ask": "1"})["Location"] == "/rights/ask"
    assert "/signin" in client.get("/rights/ask")["Location"]
    assert not Review.objects.exists()
    mine = of(owner)
    mine.post("/rights", CASE | {"ask": "1"})
    mine.post("/rights/ask", {"words": "只是出汗", "once": "a"})
    made = Review.objects.get()
    assert (made.about, made.customer, made.words) == ("case", owner, "只是出汗")
    assert made.before["facts"]["fault_kind"] == "customer-damage"
    assert made.number in text(mine.get("/rights/ask"))


def test_typing_cases_in_has_a_limit(db):
    client = Client()
    answers = [client.post("/rights", CASE).status_code for _ in range(31)]
    assert set(answers[:30]) == {200}
    assert answers[30] == 429


def test_the_owner_is_told_what_was_raised_and_by_when_somebody_answers(owner, order):
    while ledger.sequence(wiring.WIRING, at=THEN) or ledger.deliver(house(THEN), wiring.HANDLERS):
        pass
    told = [row.body for row in talks.notices(house(THEN), subject=order).rows]
    assert any("按规定您可以要求：换机、退款。" in body and "4月7日18:00前答复" in body for body in told)
    assert any("按规定您可以要求：免费借用备用机。" in body for body in told)
