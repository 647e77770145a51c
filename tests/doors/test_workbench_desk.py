"""Calls, talks, complaints, parts, the manager's page and the house: what is typed, done and refused."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from tests.doors.work_world import NOW, bought, browser, complaint, form, orders, shelf, stop_clock, talk

from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.complaints import services as complaining
from sanbao.rooms.complaints.tests.factories import ANSWER
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.ledger.models import Delivery, Entry
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets.tests.factories import facts, house
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry.tests.factories import customer, imei, role, staff, tac
from sanbao.rooms.repairs import queries as repairing
from sanbao.rooms.repairs.tests import factories as repairs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    stop_clock(monkeypatch)


def at(name, *args):
    return reverse(f"workbench:{name}", args=args)


# --- calls and talks -----------------------------------------------------------------------------


def test_an_agent_logs_a_call_and_books_a_visit_from_it():
    repairs.place()
    tac()
    who, agent = customer(name="刘建国"), browser("agent", "*")
    typed = form(phone=who.phone, inbound="in", minutes="4", recorded="yes", summary="屏幕不亮", book="1")
    answer = agent.post(at("call_new"), typed)
    assert answer["Location"] == f"{at('book')}?customer={who.number}"
    (call,) = talks.calls(house(NOW)).rows
    assert (call.customer, call.seconds, call.recording_consent) == (who.number, 240, True)
    free = outlets.free_slots("BJ01", NOW.date() + timedelta(days=1), NOW)[0].starts_at
    visit = form(
        customer=who.number, outlet="BJ01", starts_at=free.isoformat(), fault="screen_dark", imei=imei()
    )
    number = agent.post(at("book"), visit)["Location"].split("/")[-1]
    row = repairing.order(house(NOW), number).row
    assert (row.channel, row.customer, row.visit_at) == ("phone", who.number, free)
    assert agent.post(at("book"), visit)["Location"] == at("order", number), "sent twice, booked once"


def test_a_call_of_nobody_is_refused_and_what_was_typed_stays():
    agent, before = browser("agent", "*"), facts()
    answer = agent.post(at("call_new"), form(inbound="in", summary="没有留号码"))
    assert answer.status_code == 422
    assert "没有留号码" in answer.content.decode()
    assert facts() == before
    assert agent.post(at("call_new"), form(phone="12", inbound="in")).status_code == 422


def test_a_full_time_is_refused_at_its_field():
    repairs.place()
    phone, agent = bought(), browser("agent", "*")
    over = form(customer=phone.customer.number, device=phone.number, outlet="BJ01", fault="screen_dark")
    for starts_at in ((NOW - timedelta(hours=3)).isoformat(), "2026-03-03T10:00", "soon"):
        before = facts()
        answer = agent.post(at("book"), over | {"starts_at": starts_at})
        assert answer.status_code in {409, 422}, starts_at
        assert facts() == before


def test_an_answer_goes_to_the_customer_and_a_note_never_does():
    number, who = talk()
    agent = browser("agent", "*")
    assert (
        number in agent.get(at("inbox")).content.decode()
        or who.name in agent.get(at("inbox")).content.decode()
    )
    agent.post(at("say", number, "note"), form(once="n", body="客户很急"))
    agent.post(at("say", number, "answer"), form(once="a", body="请带来门店检测"))
    agent.post(at("say", number, "answer"), form(once="a", body="请带来门店检测"))
    said = [(m.direction, m.body) for m in talks.thread(house(NOW), number).messages]
    assert said[1:] == [("note", "客户很急"), ("out", "请带来门店检测")]
    page = agent.get(at("thread", number)).content.decode()
    assert '<article class="note">' in page
    assert "only staff see this" in page
    assert agent.post(at("say", number, "answer"), form(body="  ")).status_code == 422
    assert agent.post(at("say", number, "shout"), form(body="x")).status_code == 404
    agent.post(at("say", number, "close"), form(once="c"))
    assert talks.thread(house(NOW), number).row.state == "closed"


# --- complaints ----------------------------------------------------------------------------------


def test_a_handler_takes_a_case_and_answers_in_the_fixed_shape():
    number, _ = complaint()
    handler = browser("handler", "*")
    handler.post(at("case_step", number, "take"), form())
    assert complaints.case(house(NOW), number).row.state == "working"
    page = handler.get(at("case", number)).content.decode()
    assert all(word in page for word in ("The rule it rests on", "how each is counted", 'svg class="clock"'))
    answer = handler.post(at("case_step", number, "answer"), form(**{**ANSWER, "by_when": "2026-03-20"}))
    assert answer["Location"] == at("case", number)
    assert complaints.case(house(NOW), number).replies[0].decision == "granted"


def test_missing_parts_of_an_answer_are_named_and_nothing_is_sent():
    number, _ = complaint()
    handler = browser("handler", "*")
    before = facts()
    answer = handler.post(at("case_step", number, "answer"), form(decision="granted", facts_found="查明"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Still missing: The rule it rests on, What happens next" in page
    whole = {**ANSWER, "by_when": ""}
    assert handler.post(at("case_step", number, "answer"), form(**whole)).status_code == 422
    assert (facts(), complaints.case(house(NOW), number).row.state) == (before, "filed")


def test_the_owners_word_is_put_down_and_a_case_is_closed_with_its_reason():
    number, _ = complaint()
    handler = browser("handler", "*")
    handler.post(at("case_step", number, "answer"), form(**{**ANSWER, "by_when": "2026-03-20"}))
    assert handler.post(at("case_step", number, "close"), form(words="")).status_code == 422
    assert handler.post(at("case_step", number, "close"), form(words="双方同意")).status_code == 302
    assert complaints.case(house(NOW), number).row.state == "closed"
    assert handler.post(at("case_step", number, "melt"), form()).status_code == 404


def test_nobody_decides_on_their_own_outlet():
    number, _ = complaint()
    role("manager")
    both = staff(("manager", "BJ01"), ("handler", "BJ01"))
    client, before = browser(of=both), facts()
    page = client.get(at("case", number)).content.decode()
    assert "somebody from elsewhere decides" in page
    assert (
        client.post(
            at("case_step", number, "answer"), form(**{**ANSWER, "by_when": "2026-03-20"})
        ).status_code
        == 403
    )
    assert facts() == before


def test_a_clerk_puts_a_complaint_down_from_an_order():
    number, clerk = repairs.accepted(), browser()
    typed = form(order=number, channel="counter", demand="compensation", amount="200.50", words="等了两周")
    assert clerk.post(at("case_new"), typed).status_code == 302
    (row,) = complaints.cases_of(house(NOW), number)
    assert (row.demand_cents, row.channel, row.outlet) == (20050, "counter", "BJ01")
    before = facts()
    wrong = form(once="2", order=number, channel="counter", demand="compensation", words="赔钱")
    answer = clerk.post(at("case_new"), wrong)
    assert (answer.status_code, facts()) == (422, before)
    assert 'id="id_amount_error"' in answer.content.decode()


def test_the_least_time_left_comes_first_and_mine_are_found():
    first, _ = complaint()
    late, _ = complaint()
    handler = browser("handler", "*")
    complaining.take(handler_actor(handler), late)
    page = handler.get(at("cases")).content.decode()
    assert page.index(first) < page.index(late)
    assert late in handler.get(at("cases"), {"view": "mine"}).content.decode()
    assert late not in handler.get(at("cases"), {"view": "nobody"}).content.decode()
    assert handler.get(at("cases"), {"after": "nonsense"}).status_code == 422


def handler_actor(client):
    return registry.actor_for(client.member.account_id, NOW)


# --- parts, figures ------------------------------------------------------------------------------


def test_parts_are_booked_in_expected_and_counted():
    shelf()
    client = browser("manager")
    client.post(at("parts_step", "receive"), form(item="SCREEN-P1", quantity="5"))
    client.post(at("parts_step", "receive"), form(item="SCREEN-P1", quantity="5"))
    client.post(at("parts_step", "expect"), form(item="SCREEN-P1", on="2026-03-20"))
    (row,) = parts.stock_at(house(NOW), "BJ01").rows
    assert (row.on_hand, row.expected_on.day) == (8, 20)
    client.post(at("parts_step", "count"), form(item="SCREEN-P1", counted="2"))
    assert parts.stock_at(house(NOW), "BJ01").rows[0].on_hand == 2
    before = facts()
    assert client.post(at("parts_step", "receive"), form(item="SCREEN-P1", quantity="0")).status_code == 422
    assert (
        browser().post(at("parts_step", "receive"), form(item="SCREEN-P1", quantity="1")).status_code == 403
    )
    assert facts() == before


def test_a_slow_outlet_stands_first_with_n_and_interval():
    repairs.place("BJ02", name_en="Swift")
    orders()
    later = NOW + timedelta(days=9)
    found = repairing.promises(house(later), NOW, today_ends=later + timedelta(hours=12))
    slow = next(each for each in found if each.outlet == "BJ01")
    assert (slow.made > slow.kept, slow.late > 0, slow.waiting_part) == (True, True, 1)
    page = browser("manager").get(at("figures"), {"days": "7"}).content.decode()
    assert "n=" in page
    assert browser("clerk").get(at("figures")).status_code == 403


# --- the house -----------------------------------------------------------------------------------


def test_a_link_is_shown_once_and_opens_the_way_in():
    role("clerk")
    repairs.place()
    admin = browser("admin", "*")
    answer = admin.post(at("invite"), form(name="新人", email="new@example.com", role="clerk", outlet="BJ01"))
    page = answer.content.decode()
    secret = page.split("/ui/join/")[1].split("<")[0]
    assert registry.joining(secret, NOW).name == "新人"
    assert answer["Cache-Control"].count("no-store")
    (card,) = [each for each in registry.staff_list(house(NOW)) if each.name == "新人"]
    assert secret not in admin.get(at("member", card.number)).content.decode()
    before = facts()
    taken = form(once="2", name="又一人", email="new@example.com", role="clerk", outlet="BJ01")
    answer = admin.post(at("invite"), taken)
    assert (answer.status_code, facts()) == (409, before)
    assert 'id="id_email_error"' in answer.content.decode()


def test_roles_are_given_and_taken_and_somebody_leaves():
    repairs.place()
    role("engineer")
    admin, member = browser("admin", "*"), staff(("clerk", "BJ01"))
    admin.post(at("member", member.number), form(role="engineer", outlet="BJ01"))
    admin.post(at("member_step", member.number, "unassign"), form(role="clerk", outlet="BJ01"))
    assert [post.role for post in registry.staff(house(NOW), member.number).posts] == ["engineer"]
    assert "/ui/join/" in admin.post(at("member_step", member.number, "link"), form()).content.decode()
    admin.post(at("member_step", member.number, "leave"), form(once="l"))
    assert registry.staff(house(NOW), member.number).left_at == NOW
    own = admin.member
    admin.post(at("member_step", own.number, "leave"), form(once="o"))
    assert registry.staff(house(NOW), own.number).left_at is None, "the last administrator stays"


def test_an_outlet_is_opened_changed_and_closed_for_a_day():
    admin = browser("admin", "*")
    typed = {
        "code": "HZ01", "kind": "brand_store", "name_zh": "杭州店", "province": "浙江", "city": "杭州",
        "address_zh": "庆春路1号", "latitude": "30.25", "longitude": "120.16", "seats": "2",
        "slot_minutes": "30", "walk_in_share": "25", "hours_0": "10:00-13:00，14:00-21:00",
    }  # fmt: skip
    new = admin.post(at("outlet", "new"), form(**typed))
    assert new.status_code in {302, 422}
    if new.status_code == 422:
        pytest.fail(new.content.decode().split('class="errors"')[1][:600])
    assert outlets.place("HZ01").hours[0] != ()
    assert outlets.place("HZ01").hours[6] == ()
    admin.post(at("special_day", "HZ01"), form(day="2026-03-09", open="", reason="盘点"))
    assert outlets.place("HZ01").special
    before = facts()
    for wrong in (
        {"hours_0": "ten to nine"},
        {"seats": "0"},
        {"latitude": "abc"},
        {"hours_1": "21:00-10:00"},
    ):
        assert admin.post(at("outlet", "HZ01"), form(**(typed | wrong))).status_code == 422, wrong
    assert facts() == before


def test_a_key_is_shown_once_and_revoked():
    admin = browser("admin", "*")
    page = admin.post(at("tokens"), form(name="报表", staff=admin.member.number, days="30")).content.decode()
    secret = "sb_" + page.split("sb_")[1].split("<")[0]
    assert registry.actor_for_token(secret, NOW) is not None
    assert secret not in admin.get(at("tokens")).content.decode()
    (token,) = registry.tokens(house(NOW))
    admin.post(at("revoke", token.number), form())
    assert registry.actor_for_token(secret, NOW) is None


def test_a_dead_delivery_is_shown_and_sent_out_again():
    repairs.accepted()
    entry = Entry.objects.first()
    dead = Delivery.objects.create(
        entry=entry, handler="x", state="dead", due_at=NOW, attempts=10, fault="Boom"
    )
    admin = browser("admin", "*")
    assert "Boom" in admin.get(at("deliveries")).content.decode()
    admin.post(at("revive", dead.pk), form())
    dead.refresh_from_db()
    assert dead.state == "waiting"
    assert browser().post(at("revive", dead.pk), form()).status_code == 403


def test_a_file_is_looked_at_then_brought_in_and_a_program_is_refused(tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    admin = browser("admin", "*")

    def upload(content, name="评价.csv", **typed):
        file = BytesIO(content)
        file.name = name
        return admin.post(at("imports"), form(file=file, origin="review", **typed))

    good = "评论,星级\n屏幕很好,5\n,3\n".encode()
    looked = upload(good, look="1").content.decode()
    assert "This is what would happen" in looked
    assert feedback.batches(house(NOW)).rows == ()
    answer = upload(good, once="2")
    assert answer.status_code == 302
    assert admin.get(answer["Location"]).status_code == 200
    number = answer["Location"].split("/")[-1]
    assert admin.get(at("import_errors", number)).content.startswith(b"\xef\xbb\xbf")
    assert admin.get(at("imports")).status_code == 200
    wrong = upload(b"\x7fELF\x00\x01", name="x.csv", once="3")
    assert (wrong.status_code, 'id="id_file_error"' in wrong.content.decode()) == (422, True)
    assert browser().get(at("imports")).status_code == 403
