"""Complaints, questions, surveys and one's own data, as owners do them in the browser."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.doors.owner_world import AT, LATER, phone_of, upload

from sanbao.rooms.complaints import services as complaining
from sanbao.rooms.complaints.models import Case, Evidence
from sanbao.rooms.complaints.tests.factories import ANSWER, case, desk
from sanbao.rooms.conversations.models import Message, Notice
from sanbao.rooms.feedback import services as feedback
from sanbao.rooms.feedback.models import Survey
from sanbao.rooms.outlets.tests.factories import facts, house
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.registry.tests.factories import customer
from sanbao.rooms.repairs.tests.factories import returned

WORDS = "修了两次还是黑屏 😡 𠮷"
NOW = AT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    hands = {"at": NOW}
    monkeypatch.setattr("django.utils.timezone.now", lambda: hands["at"])
    return hands


@pytest.fixture
def owner(db):
    return customer(name="林小满")


@pytest.fixture
def client(owner):
    made = Client(headers={"accept-language": "en"})
    made.force_login(owner.account)
    return made


def text(response):
    return response.content.decode()


def test_a_complaint_has_a_number_a_date_and_its_working(client, owner):
    order = returned(phone=phone_of(owner))
    form = {
        "demand": "refund",
        "words": WORDS,
        "order": order,
        "photos": [upload("a.jpg"), upload("b.jpg")],
        "once": "k",
    }
    done = client.post("/complain", form)
    row = Case.objects.get()
    assert done["Location"] == f"/complaints/{row.number}"
    assert (row.words, row.order.number, row.device_id) == (WORDS, order, row.order.device_id)
    assert Evidence.objects.filter(case=row).count() == 2
    page = text(client.get(done["Location"]))
    assert "Tue 3 Mar 2026, 18:00" in page
    assert 'class="clock"' in page
    assert "How this date is counted" in page


def test_the_same_complaint_sent_twice_is_one(client):
    form = {"demand": "apology", "words": WORDS, "once": "k"}
    first, again = client.post("/complain", form), client.post("/complain", form)
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"demand": ""}, "demand"),
        ({"demand": "blood"}, "demand"),
        ({"words": "  "}, "words"),
        ({"words": "长" * 5001}, "words"),
        ({"words": "a\x00b"}, "words"),
        ({"demand": "compensation"}, "amount"),
        ({"demand": "compensation", "amount": "-5"}, "amount"),
        ({"order": "RO-0000-0000-0"}, "order"),
        ({"photos": [upload("x.jpg", b"<html>")]}, "photos"),
    ],
)
def test_a_wrong_complaint_is_refused_at_its_field(client, change, field):
    before = facts()
    response = client.post("/complain", {"demand": "refund", "words": WORDS, "once": "k"} | change)
    page = text(response)
    assert response.status_code == 422
    assert re.search(rf'id="(id_)?{field}_error"', page)
    assert (facts(), Case.objects.count()) == (before, 0)


def test_somebody_elses_order_is_no_choice(client):
    other = returned()
    response = client.post("/complain", {"demand": "refund", "words": WORDS, "order": other, "once": "k"})
    assert (response.status_code, Case.objects.count()) == (422, 0)


def test_a_date_in_a_year_without_a_published_calendar_is_provisional(client, owner, clock):
    number = case(owner, at=AT.replace(year=2031))
    assert "provisional" in text(client.get(f"/complaints/{number}"))


def test_an_answer_is_accepted_once(client, owner):
    number = case(owner)
    complaining.answer(desk(), number, **ANSWER)
    page = text(client.get(f"/complaints/{number}"))
    assert all(
        words in page for words in (ANSWER["facts_found"], ANSWER["rule"], ANSWER["next_step"], "Granted")
    )
    for _ in range(2):
        assert client.post(f"/complaints/{number}/view", {"view": "accept", "once": "k"}).status_code == 302
    assert Case.objects.get().state == "closed"
    assert client.post(f"/complaints/{number}/view", {"view": "accept", "once": "other"}).status_code == 409


@pytest.mark.parametrize("view", ["", "burn"])
def test_what_no_button_says_ends_no_case(client, owner, view):
    number, before = case(owner), facts()
    assert client.post(f"/complaints/{number}/view", {"view": view, "once": "k"}).status_code == 422
    assert (Case.objects.get().state, facts()) == ("filed", before)


def test_an_answer_is_disputed_with_words(client, owner):
    number = case(owner)
    complaining.answer(desk(), number, **ANSWER)
    assert client.post(f"/complaints/{number}/dispute", {"words": "", "once": "a"}).status_code == 422
    assert (
        client.post(f"/complaints/{number}/dispute", {"words": "没有说明原因", "once": "b"}).status_code
        == 302
    )
    assert Case.objects.get().state == "disputed"


def test_a_complaint_is_withdrawn_and_evidence_is_added_before(client, owner):
    number = case(owner)
    assert (
        client.post(f"/complaints/{number}/file", {"file": upload(), "note": "裂痕", "once": "a"}).status_code
        == 302
    )
    client.post(f"/complaints/{number}/view", {"view": "withdraw", "once": "b"})
    assert (Case.objects.get().state, Evidence.objects.count()) == ("withdrawn", 1)
    late = client.post(f"/complaints/{number}/file", {"file": upload(), "once": "c"})
    assert late.status_code in {409, 422}
    assert Evidence.objects.count() == 1


def test_a_question_sent_twice_is_one_message(client):
    form = {"words": "能不能先用备用机？", "once": "k"}
    first, again = client.post("/ask", form), client.post("/ask", form)
    assert first["Location"] == again["Location"]
    assert Message.objects.count() == 1
    assert client.post("/ask", {"words": " ", "once": "l"}).status_code == 422


def test_a_survey_is_answered_once(client, owner, clock):
    number = feedback.send_survey(house(LATER), returned(phone=phone_of(owner)))
    clock["at"] = LATER
    assert client.post(f"/survey/{number}", {"stars": "9", "once": "a"}).status_code == 422
    form = {"stars": "2", "in_time": "no", "solved": "yes", "words": "等太久", "once": "b"}
    assert client.post(f"/survey/{number}", form).status_code == 302
    row = Survey.objects.get()
    assert (row.stars, row.in_time, row.solved, row.words) == (2, False, True, "等太久")
    assert "answered already" in text(client.get(f"/survey/{number}"))


def linked(who):
    """The address that was sent to the owner of a returned repair."""
    feedback.send_survey(house(LATER), returned(phone=phone_of(who)))
    return Notice.objects.exclude(link="").get().link


def test_a_survey_is_answered_through_its_link_without_a_sign_in(client, settings, clock):
    settings.SANBAO = settings.SANBAO | {"survey_link": "/s/%s"}
    who = customer(name="欧阳小满", phone="+8613912345678")
    address = linked(who)
    clock["at"] = LATER
    stranger = Client(headers={"Accept-Language": "en"})
    shown = stranger.get(address)
    assert shown.status_code == 200
    assert "欧阳" not in text(shown)
    assert "12345678" not in text(shown)
    assert shown["Referrer-Policy"] == "no-referrer"
    assert "no-store" in shown["Cache-Control"]
    assert stranger.post(address, {"stars": "9", "once": "a"}).status_code == 422
    form = {"stars": "2", "in_time": "no", "solved": "yes", "words": "等太久", "once": "b"}
    first, again = stranger.post(address, form), stranger.post(address, form)
    assert (first.status_code, again.status_code) == (302, 302)
    assert Survey.objects.get().stars == 2
    assert "Your answer is with us" in text(stranger.get(address))
    assert stranger.post(address, {"stars": "5", "once": "c"}).status_code == 409
    assert Survey.objects.get().stars == 2


def test_links_of_surveys_are_not_tried_for_ever(db, clock):
    stranger = Client(headers={"Accept-Language": "en"})
    codes = [stranger.get(f"/s/{turn}").status_code for turn in range(61)]
    assert set(codes[:60]) == {404}
    assert codes[60] == 429


def test_name_and_language_are_changed(client, owner):
    assert client.post("/me", {"name": "王𠮷祥", "language": "en", "once": "k"}).status_code == 302
    row = Customer.objects.get(pk=owner.pk)
    assert (row.name, row.language) == ("王𠮷祥", "en")
    assert client.post("/me", {"name": "x" * 81, "language": "xx", "once": "l"}).status_code == 422


def test_erasure_is_asked_once_more_and_ends_the_session(client, owner):
    assert client.post("/me/erase", {}).status_code == 422
    assert Customer.objects.get(pk=owner.pk).erasure_asked_at is None
    assert client.post("/me/erase", {"sure": "yes"}).status_code == 302
    assert Customer.objects.get(pk=owner.pk).erasure_asked_at == NOW
    assert client.get("/me").status_code == 302
