"""Pages of the workbench: who may open them, that each is drawn in both languages, and what lists cost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.doors.work_world import NOW, bought, browser, complaint, form, orders, shelf, stop_clock, talk

from sanbao.doors.workbench import words
from sanbao.rooms.complaints.tests.factories import case
from sanbao.rooms.conversations import services as talking
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import services as outlets
from sanbao.rooms.outlets.tests.factories import facts, house
from sanbao.rooms.registry.tests.factories import customer, owner_actor, staff
from sanbao.rooms.repairs.tests import factories as repairs

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])
HAN = re.compile(r"[\u4e00-\u9fff]")
PLAIN = [
    "counter", "queue", "walk_in", "mine", "bench", "orders", "mail", "parts", "inbox", "calls", "call_new",
    "cases", "figures", "search",
]  # fmt: skip
HOUSE = ["staff", "invite", "roles", "outlets", "catalogue", "tokens", "deliveries", "imports"]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    stop_clock(monkeypatch)


def at(name, *args):
    return reverse(f"workbench:{name}", args=args)


@pytest.mark.parametrize("name", [*PLAIN, *HOUSE, "home", "voice", "report"])
def test_a_stranger_and_an_owner_are_sent_to_the_sign_in_and_come_back(name):
    owner = Client()
    owner.force_login(customer().account, backend="django.contrib.auth.backends.ModelBackend")
    for client in (Client(), owner):
        answer = client.get(at(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{reverse('ui:staff_signin')}?next=")


@LANGUAGES
def test_pages_are_drawn_empty(language):
    repairs.place()
    manager, admin = browser("manager", language=language), browser("admin", "*", language=language)
    handler = browser("handler", "*", language=language)
    for client, names in ((manager, PLAIN), (admin, HOUSE), (handler, ("mine", "cases", "inbox", "counter"))):
        for name in names:
            answer = client.get(at(name))
            assert answer.status_code == 200, name
            assert bool(HAN.search(_own_words(answer))) == (language == "zh-hans"), name


def _own_words(answer):
    text = re.sub(r"<(script|style|svg).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    main = re.search(r"<main.*</main>|\A(?!<!doctype).*\Z", text, re.DOTALL).group()
    shown = re.sub(r"<[^>]+>", " ", main)
    return re.sub("三包之家朝阳店|李工|北京", "", shown)


@LANGUAGES
def test_every_order_page_is_drawn_with_its_receipts(language):
    made = orders()
    client = browser("manager", "*", language=language)
    for state, number in made.items():
        page = client.get(at("order", number))
        assert page.status_code == 200, state
        assert str(words.STATES[state]) in page.content.decode() or language == "zh-hans"
        for paper in ("slip", "a4"):
            assert client.get(at("receipt", number), {"paper": paper}).status_code == 200
    for name in ("orders", "bench", "mine", "mail", "figures", "counter", "parts"):
        assert client.get(at(name)).status_code == 200
    assert client.get(at("orders"), {"state": "ready"}).content.decode().count("RO-") >= 1


@LANGUAGES
def test_people_devices_talks_and_cases_are_drawn(language):
    shelf()
    phone = bought()
    number, who = complaint()
    thread, _ = talk()
    client = browser("manager", language=language)
    desk = browser("handler", "*", language=language)
    agent = browser("agent", "*", language=language)
    assert client.get(at("device", phone.number)).status_code == 200
    assert client.get(at("person", who.number)).status_code == 200
    assert client.get(at("walk_in"), {"device": phone.number}).status_code == 200
    for clock in ("", "decision", "outer_limit", "first_answer"):
        assert desk.get(at("case", number), {"clock": clock}).status_code == 200
    assert desk.get(at("thread", thread)).status_code == 200
    assert desk.get(at("cases"), {"view": "all"}).status_code == 200
    assert agent.get(at("case_new"), {"customer": who.number}).status_code == 200
    assert agent.get(at("call_new"), {"customer": who.number}).status_code == 200
    assert agent.get(at("callers"), {"phone": who.phone[-4:]}).content.decode().count(who.number) >= 1
    for code in ("", "BJ01"):
        page = agent.get(at("book"), {"customer": who.number, "outlet": code})
        assert page.status_code == 200


@LANGUAGES
def test_pages_of_the_house_are_drawn_full(language):
    shelf()
    admin = browser("admin", "*", language=language)
    member = staff(("clerk", "BJ01"))
    for name, args in (("member", [member.number]), ("outlet", ["BJ01"]), ("outlet", ["new"])):
        assert admin.get(at(name, *args)).status_code == 200, name
    ticket = outlets.take_ticket(house(NOW), outlet="BJ01")
    assert browser(language=language).get(at("ticket", ticket.number)).status_code == 200


def test_the_rail_shows_what_the_grants_open_and_nothing_else():
    repairs.place()
    clerk = browser().get(at("counter")).content.decode()
    admin = browser("admin", "*").get(at("staff")).content.decode()
    assert f'href="{at("bench")}"' in clerk
    assert f'href="{at("tokens")}"' not in clerk
    assert f'href="{at("tokens")}"' in admin
    assert f'href="{at("inbox")}"' not in admin
    assert re.search(r'href="/desk/counter" aria-current="page"', clerk)


def test_the_way_in_leads_to_the_first_page_that_is_open():
    repairs.place()
    assert browser().get(at("home"))["Location"] == at("counter")
    assert browser("handler", "*").get(at("home"))["Location"] == at("mine")
    assert browser("admin", "*").get(at("home"))["Location"] == at("parts")
    assert browser(of=staff()).get(at("home")).status_code == 200


def test_somebody_of_several_outlets_chooses_where_they_work():
    for code in ("BJ01", "BJ02"):
        repairs.place(code, name_en=code)
    client = browser(of=staff(("clerk", "BJ01"), ("clerk", "BJ02")))
    assert "BJ01" in client.get(at("counter")).content.decode()
    client.post(at("work_at"), {"outlet": "BJ02", "next": at("counter")})
    assert client.session["outlet"] == "BJ02"
    client.post(at("work_at"), {"outlet": "SH09"})
    assert client.session["outlet"] == "BJ02"


def test_another_outlets_things_look_as_if_they_did_not_exist():
    number = repairs.accepted()
    repairs.place("SH01", name_zh="沪", name_en="SH")
    stranger = browser("manager", "SH01")
    for name in ("order", "receipt"):
        answer = stranger.get(at(name, number))
        assert answer.status_code == 404
        assert number not in answer.content.decode()
    before = facts()
    assert stranger.post(at("step", number, "cancel"), form()).status_code == 404
    assert facts() == before


def test_the_banner_is_red_while_the_worker_is_silent():
    repairs.place()
    assert 'class="banner bad"' in browser().get(at("counter")).content.decode()


# --- the one search field ------------------------------------------------------------------------


def test_what_a_scanner_types_leads_to_its_page():
    phone = bought("孙小圣")
    number = repairs.booked(phone=phone)
    clerk = browser()
    for typed, target in (
        (phone.imei, at("device", phone.number)),
        (phone.number.lower(), at("device", phone.number)),
        (number.replace("-", ""), at("order", number)),
        (phone.customer.number, at("person", phone.customer.number)),
    ):
        assert clerk.get(at("search"), {"q": typed})["Location"] == target


def test_a_case_number_leads_the_desk_to_its_case():
    number, _ = complaint()
    assert browser("handler", "*").get(at("search"), {"q": number})["Location"] == at("case", number)


def test_a_name_or_the_end_of_a_phone_number_finds_people_with_devices_and_orders_masked():
    phone = bought("孙小圣")
    number = repairs.booked(phone=phone)
    for typed in ("孙小", phone.customer.phone[-4:]):
        page = browser().get(at("search"), {"q": typed}).content.decode()
        assert all(part in page for part in ("孙小圣", phone.number, number))
        assert phone.customer.phone.removeprefix("+86") not in page
    assert "Nothing was found" in browser().get(at("search"), {"q": "没有这个人"}).content.decode()
    assert browser().get(at("search"), {"q": "a\x00b"}).status_code == 200


def test_showing_a_phone_number_is_logged_and_needs_the_grant():
    who = customer()
    clerk, engineer = browser(), browser("engineer")
    shown = clerk.post(f"{at('reveal', who.number)}?for=RO-1", headers={"hx-request": "true"})
    assert who.phone in shown.content.decode()
    assert [f.event for f in ledger.timeline(who.number)] == ["customer.viewed"]
    assert who.phone in clerk.post(at("reveal", who.number)).content.decode()
    before = facts()
    assert engineer.post(at("reveal", who.number)).status_code in {403, 404}
    assert facts() == before


# --- what lists cost -----------------------------------------------------------------------------


def _reads(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    # PostgreSQL's driver does not tell the text of a prepared statement; the run on SQLite counts those too
    told = [each["sql"] or "" for each in seen]
    known = ("registry_assignment", "registry_staff", "registry_account", "django_session", "registry_role")
    return [
        sql for sql in told if not any(f'FROM "{name}"' in sql for name in known)
        and sql.startswith("SELECT")
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["orders", "bench", "inbox", "calls", "cases"])
def test_a_list_costs_the_same_few_reads_however_long_it_is(name):
    shelf()
    clerk, desk = browser("manager"), browser("handler", "*")
    client = desk if name in {"cases", "calls"} else clerk
    _grow(1, desk)
    few = _reads(client, at(name))
    _grow(29, desk)
    many = _reads(client, at(name))
    assert len(many) == len(few)
    # besides the list: the worker's sign of life and whether the outlets have changed
    assert len(many) <= 3, many


def _grow(size, desk):
    for _ in range(size):
        who = customer()
        repairs.order(customer=who, state="accepted")
        case(who)
        talking.write(owner_actor(who, NOW), body="你好", key=who.number)
        desk.post(at("call_new"), form(once=who.number, phone=who.phone, inbound="in", minutes="2"))
