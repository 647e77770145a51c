"""Every route of the API: what it does for whom it is meant, and that nobody else moves anything."""

import pytest
from tests.doors import api_plays, test_api_policy
from tests.doors.api_client import Machine, desk, facts, manager

from sanbao.doors.api.app import api
from sanbao.rooms.complaints.tests import factories as cases
from sanbao.rooms.conversations.tests import factories as talks
from sanbao.rooms.feedback.tests import factories as voices
from sanbao.rooms.outlets import services as outlets
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts.tests.factories import item, labour, stock
from sanbao.rooms.registry.tests.factories import customer, device, imei, owner_actor, product, tac
from sanbao.rooms.repairs import services as repairs_services
from sanbao.rooms.repairs.tests import factories as repairs

INTAKE = {"backup_done": True, "signature": "王小明", "condition": ["边框有划痕"]}
BOUGHT = {"bought_on": "2026-01-05", "proof": "copy"}
TEXTS = [{"text": voices.GOOD}, {"text": voices.BAD}]
NAME, PHONE, WORDS = "欧阳测试", "+8613912345678", "修了两次还是黑屏，请尽快处理"


@pytest.fixture(autouse=True)
def _world(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: TOMORROW_10)
    product()
    tac()
    repairs.place("BJ01", seats=8)
    repairs.place("SH01", city="上海")


def owner():
    return customer(name=NAME, phone=PHONE)


def phone():
    return repairs.bought_device(owner())


def visit():
    made = phone()
    return "/repairs/visits", {
        "device": made.number, "customer": made.customer.number, "outlet": "BJ01",
        "starts_at": TOMORROW_10.replace(day=4), "fault": "battery", "words": WORDS,
    }  # fmt: skip


def parcel():
    repairs.place("GZ01", takes_mail=True)
    made = phone()
    return "/repairs/parcels", {
        "device": made.number, "customer": made.customer.number, "outlet": "GZ01", "fault": "battery",
        "return_address": "北京市朝阳区建国路1号",
    }  # fmt: skip


def walk_in():
    return "/repairs/walk-ins", {
        "outlet": "BJ01", "device": device(customer=None).number, "fault": "battery", "name": NAME,
        "intake": INTAKE,
    }  # fmt: skip


def quote():
    screen, work = item(), labour()
    stock(screen, repairs.place("BJ01"), on_hand=3)
    number = repairs.accepted(phone=phone())
    lines = [{"item": screen.code}, {"item": work.code, "quantity": 2}]
    return f"/repairs/{number}/quote", {"finding": "customer_damage", "diagnosis": "外屏碎裂", "lines": lines}


def priced(verb, body):
    work = labour()
    stock(item(), repairs.place("BJ01"))
    return f"/repairs/{repairs.quoted(work.code, phone=phone())}/{verb}", body


def home_again():
    number = repairs.mailed(phone=phone())
    there = house(TOMORROW_10)
    repairs_services.accept(there, number, intake=repairs.INTAKE)
    repairs_services.clear(there, number, finding="confirmed", diagnosis="主板故障", items=())
    return repairs_services.finish(there, number, resolution="更换主板")


def on_the_way():
    return repairs_services.ship_back(house(TOMORROW_10), home_again(), carrier="SF", waybill="SF1")


def booking():
    return outlets.book(owner_actor(owner()), outlet="BJ01", starts_at=TOMORROW_10.replace(day=4))


def thread():
    return talks.talk(owner(), subject="", body=WORDS)


REPAIRS = {
    "book_visit": visit,
    "announce_parcel": parcel,
    "walk_in": walk_in,
    "accept_repair": lambda: (f"/repairs/{repairs.booked(phone=phone())}/accept", INTAKE),
    "clear_repair": lambda: (
        f"/repairs/{repairs.accepted(phone=phone())}/clear",
        {"finding": "confirmed", "diagnosis": "排线松动"},
    ),
    "quote_repair": quote,
    "approve_quote": lambda: priced("approve", {"cents": 5000}),
    "decline_quote": lambda: priced("decline", None),
    "finish_repair": lambda: (f"/repairs/{repairs.cleared(phone=phone())}/finish", {"resolution": "已更换"}),
    "hand_back": lambda: (f"/repairs/{repairs.finished(phone=phone())}/hand-back", None),
    "ship_back": lambda: (f"/repairs/{home_again()}/ship-back", {"carrier": "SF", "waybill": "SF9"}),
    "deliver_parcel": lambda: (f"/repairs/{on_the_way()}/deliver", None),
    "cancel_repair": lambda: (f"/repairs/{repairs.booked(phone=phone())}/cancel", None),
}
OTHERS = {
    "register_customer": lambda: ("/customers", {"name": NAME, "phone": PHONE}),
    "add_device": lambda: ("/devices", {"imei": imei()}),
    "add_purchase": lambda: (
        f"/devices/{phone().number}/purchases",
        {"bought_on": "2026-01-05", "proof": "copy"},
    ),
    "book_seat": lambda: (
        "/outlets/BJ01/bookings",
        {"starts_at": TOMORROW_10.replace(day=4), "customer": owner().number},
    ),
    "cancel_booking": lambda: (f"/bookings/{booking()}/cancel", None),
    "take_ticket": lambda: ("/outlets/BJ01/tickets", {}),
    "file_complaint": lambda: (
        "/complaints",
        {"customer": owner().number, "demand": "repair", "words": WORDS, "outlet": "BJ01"},
    ),
    "take_complaint": lambda: (f"/complaints/{cases.case(owner(), words=WORDS)}/take", None),
    "answer_complaint": lambda: (f"/complaints/{cases.case(owner(), words=WORDS)}/answer", cases.ANSWER),
    "receive_message": lambda: (
        "/messages",
        {"customer": owner().number, "body": WORDS, "external_id": "mail-1", "channel": "mail"},
    ),
    "answer_thread": lambda: (f"/threads/{thread()}/messages", {"body": "明天下午可以来取。"}),
    "add_feedback": lambda: (
        "/feedback",
        {"name": "三月", "rows": TEXTS},
    ),
}
WRITES = REPAIRS | OTHERS | api_plays.AT_OUTLET | api_plays.AT_DESK
OF_THE_HOUSE = {
    "register_customer",
    "add_device",
    "add_purchase",
    "add_feedback",
    "receive_message",
    "file_complaint",
} | api_plays.OF_THE_HOUSE
"""Routes that are about no outlet, or name it themselves: a grant anywhere is enough."""


def everybody(name):
    if name in REPAIRS | api_plays.AT_OUTLET | {"book_seat": 0, "cancel_booking": 0, "take_ticket": 0}:
        return Machine(("manager", "BJ01"), ("manager", "GZ01"))
    return api_plays.spokesman() if name in api_plays.ON_THE_OWNERS_WORD else desk()


@pytest.mark.parametrize("name", WRITES)
def test_who_may_moves_it_and_the_ledger_says_so(name):
    path, body = WRITES[name]()
    machine, before = everybody(name), facts()
    answer = machine.post(path, body)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["number"]
    assert facts() > before


@pytest.mark.parametrize("name", WRITES)
def test_a_token_without_the_grant_moves_nothing(name):
    path, body = WRITES[name]()
    machine = Machine()
    before = facts()
    answer = machine.post(path, body)
    assert answer.status_code in {403, 404}, answer.json()
    assert facts() == before
    assert not told(answer)


@pytest.mark.parametrize("name", sorted(set(WRITES) - OF_THE_HOUSE))
def test_another_outlets_token_moves_nothing_and_learns_nothing(name):
    path, body = WRITES[name]()
    machine = Machine(("manager", "SH01"), ("handler", "SH01"))
    before = facts()
    answer = machine.post(path, body)
    assert answer.status_code in {403, 404}, answer.json()
    assert facts() == before
    assert not told(answer)


def told(answer):
    text = answer.content.decode() if answer.charset else ""
    return [secret for secret in (NAME, PHONE[3:], WORDS) if secret in text or ascii(secret)[1:-1] in text]


def order_read(tail=""):
    return lambda: f"/repairs/{repairs.cleared(phone=phone(), words=WORDS)}{tail}"


def case_read(tail=""):
    return lambda: f"/complaints/{cases.case(owner(), words=WORDS)}{tail}"


READS = {
    "get_repair": order_read(),
    "list_repair_facts": order_read("/timeline"),
    "get_complaint": case_read(),
    "list_complaint_facts": case_read("/timeline"),
    "explain_deadline": case_read("/deadlines/decision"),
    "list_deadlines": lambda: f"/deadlines/{cases.case(owner(), words=WORDS)}",
    "get_deadline": lambda: f"/deadlines/{cases.case(owner(), words=WORDS)}/decision",
    "get_thread": lambda: f"/threads/{talks.talk(owner(), body=WORDS)}",
}
PUBLIC_READS = {
    "list_products": "/products",
    "list_outlets": "/outlets?city=北京",
    "get_outlet": "/outlets/BJ01",
    "list_slots": "/outlets/BJ01/slots?day=2026-03-04",
    "check_rights": "/rights?bought_on=2026-01-01&fault=battery",
}


def list_of_repairs():
    order_read()()
    return "/repairs"


def list_of_cases():
    case_read()()
    return "/complaints"


def list_of_threads():
    READS["get_thread"]()
    return "/threads"


def sentences():
    voices.stored(8, outlet="BJ01")
    return "/feedback/sentences"


LISTS = {
    "list_queue": lambda: (api_plays.ticket("call")(), "/outlets/BJ01/queue")[1],
    "list_stock": lambda: (api_plays.shelf("count", {})(), "/outlets/BJ01/stock")[1],
    "list_repairs": list_of_repairs,
    "list_open_complaints": list_of_cases,
    "list_threads": list_of_threads,
    "list_sentences": sentences,
    "list_figures": lambda: (sentences(), "/feedback/figures")[1],
}
PEOPLE = {
    "get_customer": lambda: f"/customers/{owner().number}",
    "search_customers": lambda: f"/customers?search={owner().number}",
    "find_device": lambda: f"/devices?search={phone().imei}",
    "get_device": lambda: f"/devices/{phone().number}",
}
"""Open to every holder of registry.search wherever they work: a device may come in anywhere."""


@pytest.mark.parametrize("name", READS)
def test_what_belongs_to_an_outlet_is_shown_there_and_nowhere_else(name):
    path = READS[name]()
    assert Machine(("manager", "BJ01"), ("handler", "BJ01")).get(path).status_code == 200
    for machine in (Machine(("manager", "SH01"), ("handler", "SH01")), Machine()):
        answer = machine.get(path)
        assert answer.status_code == 404, answer.json()
        assert not told(answer)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_what_its_reader_may_see(name):
    path = LISTS[name]()
    assert Machine(("manager", "BJ01"), ("handler", "BJ01")).get(path).json()["items"]
    for machine in (Machine(("manager", "SH01"), ("handler", "SH01")), Machine()):
        answer = machine.get(path)
        assert answer.status_code == 403 or answer.json()["items"] == [], answer.json()
        assert not told(answer)


@pytest.mark.parametrize("name", PUBLIC_READS)
def test_what_is_no_secret_is_read_with_any_token(name):
    answer = Machine().get(PUBLIC_READS[name])
    assert answer.status_code == 200
    assert answer.json()


@pytest.mark.parametrize("name", PEOPLE)
def test_people_and_devices_are_found_with_the_grant_alone_and_masked(name):
    path = PEOPLE[name]()
    answer = manager("SH01").get(path)
    assert answer.status_code == 200
    assert PHONE[3:] not in answer.content.decode()
    refused = Machine().get(path)
    assert refused.status_code in {403, 404} or refused.json()["items"] == []
    assert not told(refused)


def test_every_route_is_played_here():
    played = {*WRITES, *READS, *LISTS, *PUBLIC_READS, *PEOPLE, *test_api_policy.PLAYED}
    routes = {
        operation["operationId"]
        for path in api.get_openapi_schema()["paths"].values()
        for operation in path.values()
    }
    assert routes == played


def test_a_narrowed_token_holds_less_than_its_person():
    number = repairs.booked(phone=phone())
    narrow = manager(grants=("repairs.see",))
    assert narrow.get(f"/repairs/{number}").status_code == 200
    before = facts()
    assert narrow.post(f"/repairs/{number}/accept", INTAKE).status_code == 403
    assert facts() == before


def test_a_slot_that_is_gone_names_the_next_free_ones():
    repairs.place("TJ01", seats=1, walk_in_share=0)
    at = TOMORROW_10.replace(day=4)
    machine = Machine(("manager", "TJ01"))
    assert (
        machine.post("/outlets/TJ01/bookings", {"starts_at": at, "customer": owner().number}).status_code
        == 201
    )
    refused = machine.post("/outlets/TJ01/bookings", {"starts_at": at, "customer": customer().number})
    assert refused.status_code == 409
    assert refused.json()["facts"]["next_free"]
