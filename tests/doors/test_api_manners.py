"""How the API behaves, whatever is asked: repeats, refusals, pages, languages, limits."""

import json
import logging
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from tests.doors.api_client import PROBLEM, Machine, desk, facts, manager, reads

from sanbao.rooms.complaints.tests import factories as cases
from sanbao.rooms.conversations.tests import factories as talks
from sanbao.rooms.feedback.tests import factories as voices
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, outlet
from sanbao.rooms.registry.models import Customer, Token
from sanbao.rooms.registry.tests.factories import customer, device, product
from sanbao.rooms.repairs.tests import factories as repairs

SOMEBODY = {"name": "王小明", "phone": "+8613912345678"}


@pytest.fixture(autouse=True)
def _clock(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: TOMORROW_10)


# --- the same request twice --------------------------------------------------------------------


def test_the_same_key_and_body_give_the_first_answer_and_say_so():
    machine = manager()
    first = machine.post("/customers", SOMEBODY, key="a")
    after = facts()
    again = machine.post("/customers", SOMEBODY, key="a")
    assert (again.status_code, again.json()) == (201, first.json())
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert facts() == after


def test_a_key_with_another_body_or_at_another_address_is_refused():
    machine = manager()
    machine.post("/customers", {}, key="a")
    before = facts()
    for path, body in (("/customers", {"name": "别人"}), ("/devices", {})):
        refused = machine.post(path, body, key="a")
        assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
    assert facts() == before
    assert Customer.objects.filter(name="别人").count() == 0


def test_keys_of_two_tokens_do_not_meet_even_of_one_person():
    one, two = manager(), manager()
    assert one.post("/customers", {"name": "甲"}, key="a").status_code == 201
    other = two.post("/customers", {"name": "乙"}, key="a")
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other


@pytest.mark.parametrize("key", [" ", "x" * 81, "a\x07b"])
def test_a_post_without_a_usable_key_does_nothing(key):
    before = facts()
    refused = manager().post("/customers", SOMEBODY, key=key)
    assert (refused.status_code, refused.json()["code"]) == (400, "key_needed")
    assert refused.json()["field"] == "Idempotency-Key"
    assert facts() == before + 1  # the token that was made for this test


def test_a_refused_request_may_be_mended_under_its_key():
    machine = manager()
    assert machine.post("/customers", {"phone": "12"}, key="a").status_code == 422
    assert machine.post("/customers", SOMEBODY, key="a").status_code == 201


def test_after_a_day_a_key_may_be_used_again(monkeypatch):
    machine = manager()
    machine.post("/customers", {"name": "甲"}, key="a")
    monkeypatch.setattr("django.utils.timezone.now", lambda: TOMORROW_10 + timedelta(hours=25))
    assert "Idempotency-Replayed" not in machine.post("/customers", {"name": "乙"}, key="a")


# --- refusals have one form --------------------------------------------------------------------


def bare(**headers):
    return Client(raise_request_exception=False, headers=headers)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch"])
@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/outlets", "/api/%00"])
def test_an_address_that_is_none_is_a_problem_with_any_method(method, address):
    answer = getattr(bare(), method)(address, content_type="application/json")
    assert answer.status_code in {404, 405, 422}
    assert answer["Content-Type"] == PROBLEM
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer sb_none", "Basic eDp5", "Bearer \x00"])
def test_without_a_living_token_every_route_is_closed(token):
    answer = bare(authorization=token).get("/api/v1/outlets")
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_a_revoked_and_a_leavers_token_open_nothing(monkeypatch):
    machine = manager()
    token = Token.objects.filter(number=machine.token)
    assert machine.get("/outlets").status_code == 200
    token.update(revoked_at=TOMORROW_10)
    assert machine.get("/outlets").status_code == 401
    token.update(revoked_at=None, expires_at=TOMORROW_10)
    assert machine.get("/outlets").status_code == 401
    token.update(expires_at=None)
    token.get().staff.account.__class__.objects.update(is_active=False)
    assert machine.get("/outlets").status_code == 401


def test_another_method_names_those_that_are_taken():
    answer = manager().client.delete("/api/v1/complaints")
    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
    assert answer["Allow"] == "GET, POST"


def sent(body, kind="application/json"):
    machine = manager()
    before = facts()
    answer = machine.client.post(
        "/api/v1/customers", body, content_type=kind, headers={"Idempotency-Key": "a"}
    )
    assert answer["Content-Type"] == PROBLEM
    assert facts() == before
    return answer.status_code, answer.json()


def test_a_body_that_is_no_json_is_refused():
    assert sent(b"name=x", "application/x-www-form-urlencoded")[0] == 415
    assert sent(b"<a/>", "text/xml")[0] == 415
    assert sent(b'{"name": ')[0] == 400
    assert sent(b'{"name": "\xff"}')[0] == 400
    assert sent(b"[" * 200_000)[0] == 400
    assert sent(b'["name"]')[0] == 422
    assert sent(b'{"nmae": "x"}')[1]["field"] == "nmae"


def test_characters_that_no_text_holds_are_refused_and_rare_ones_are_kept():
    assert sent(rb'{"name": "a\u0000b"}')[0] == 422
    assert sent(rb'{"name": "a\ud800b"}')[0] == 422
    assert sent(rb'{"name": "a\\\u0000b"}')[0] == 422
    machine = manager()
    for name in ("𠮷野家😀", "back\\u0000slash"):
        number = machine.post("/customers", {"name": name}).json()["number"]
        assert machine.get(f"/customers/{number}").json()["name"] == name


def test_a_body_over_the_limit_is_refused_with_the_limit():
    status, told = sent(json.dumps({"name": "x" * 3_000_000}).encode())
    assert (status, told["code"]) == (413, "too_long")
    assert "2048" in told["detail"]


def test_a_wrong_field_is_named():
    refused = manager().post("/devices", {"imei": "490154203237519"})
    assert (refused.status_code, refused.json()["field"]) == (422, "imei")
    assert refused.json()["remedy"]
    shape = manager().post("/devices/DV-1/purchases", {"bought_on": "2026-02-30"})
    assert (shape.status_code, shape.json()["field"]) == (422, "bought_on")


def test_the_sentences_are_in_the_language_that_is_asked_for():
    said = {
        language: Machine(language=language).get("/repairs/RO-1").json()["detail"]
        for language in ("zh-CN", "en", "zh-TW, en;q=0.5", "de")
    }
    assert said["en"] == "There is nothing here under this number."
    assert said["zh-CN"] != said["en"]
    assert all(character >= "一" for character in said["zh-CN"][:1])
    assert said["de"] == said["zh-CN"]  # the house speaks Chinese first


@pytest.mark.parametrize("fault", [OperationalError("gone"), InterfaceError("closed")])
def test_while_the_database_is_away_api_and_pages_say_when_to_come_back(monkeypatch, fault):
    def away(*_args, **_more):
        raise fault

    machine, person = manager(), bare()
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    with monkeypatch.context() as broken:
        broken.setattr("sanbao.rooms.registry.queries.actor_for_token", away)
        broken.setattr("sanbao.rooms.ledger.queries.health", away)
        broken.setattr("sanbao.rooms.outlets.queries.outlet", away)
        answer, page = machine.client.get("/api/v1/repairs"), person.get("/outlets/BJ01")
        ready, alive = person.get("/readyz"), person.get("/healthz")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, PROBLEM, "5")
    assert answer.json()["code"] == "away"
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "gone" not in page.content.decode()
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert machine.get("/repairs").status_code == 200


def test_a_fault_of_ours_is_a_problem_without_its_trace(monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("secret words")

    machine = manager()
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr("sanbao.rooms.repairs.queries.worklist", broken)
    answer = machine.client.get("/api/v1/repairs")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert "secret" not in answer.content.decode()


def test_a_host_that_is_not_ours_is_refused(monkeypatch):
    monkeypatch.setattr(logging.getLogger("django.security.DisallowedHost"), "disabled", True)
    answer = bare(host="evil.example").get("/api/v1/outlets/")
    assert answer.status_code in {400, 404}
    assert answer["Content-Type"] == PROBLEM


# --- pages -------------------------------------------------------------------------------------


def walked(machine, path, **query):
    found, after = [], ""
    while True:
        page = machine.get(path, after=after, **query).json()
        found += page["items"]
        after = page["next"]
        if not after:
            return found


def many_orders():
    return [repairs.order(outlet=repairs.place(), device=device(), state="accepted").number for _ in range(7)]


def many_cases():
    who = customer()
    return [cases.case(who, order="", outlet=cases.outlet().code) for _ in range(7)]


def many_threads():
    return [talks.talk(subject="") for _ in range(7)]


def many_sentences():
    voices.stored(14)
    return [s["voice"] for s in desk().get("/feedback/sentences", limit=100).json()["items"]]


def many_products():
    return [product(f"P{turn}").code for turn in range(7)]


def many_outlets():
    return [outlet(f"X{turn:02}").code for turn in range(7)]


def many_facts():
    number = repairs.returned()
    return [fact.event for fact in ledger.timeline(number)]


PAGED = {
    "/repairs": (many_orders, lambda row: row["number"]),
    "/complaints": (many_cases, lambda row: row["number"]),
    "/threads": (many_threads, lambda row: row["number"]),
    "/feedback/sentences": (many_sentences, lambda row: row["voice"]),
    "/products": (many_products, lambda row: row["code"]),
    "/outlets": (many_outlets, lambda row: row["place"]["code"]),
}


@pytest.mark.parametrize("path", PAGED)
def test_a_list_is_walked_by_its_cursor_and_nothing_is_missed_or_doubled(path):
    make, key = PAGED[path]
    made = make()
    found = [key(row) for row in walked(desk(), path, limit=3)]
    assert sorted(found) == sorted(made)


def test_a_timeline_is_walked_in_its_order():
    made = many_facts()
    number = repairs.Order.objects.get().number
    found = [row["event"] for row in walked(desk(), f"/repairs/{number}/timeline", limit=2)]
    assert found == made


@pytest.mark.parametrize("path", [*PAGED, "/repairs/{}/timeline"])
@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "RO-0000-0000-0", "' OR 1=1", "٣"])
def test_a_cursor_from_elsewhere_is_refused_or_ends_the_list(path, after):
    answer = desk().get(path.format(repairs.order().number), after=after)
    assert answer.status_code == 422 or answer.json()["next"] == ""


@pytest.mark.parametrize("limit", [-5, 0, 1000])
def test_a_page_is_never_empty_or_endless(limit):
    many_orders()
    assert 1 <= len(desk().get("/repairs", limit=limit).json()["items"]) <= 100


BUDGETED = {
    "/repairs": lambda n: [repairs.order(outlet=repairs.place(), state="accepted") for _ in range(n)],
    "/complaints": lambda n: [cases.case() for _ in range(n)],
    "/threads": lambda n: [talks.talk() for _ in range(n)],
    "/feedback/sentences": voices.stored,
    "/products": lambda n: [product(f"Q{turn}") for turn in range(n)],
    "/outlets": lambda n: [outlet(f"Y{turn:02}") for turn in range(n)],
    "/customers?search=王": lambda n: [customer() for _ in range(n)],
}


@pytest.mark.parametrize("path", BUDGETED)
@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_costs_at_most_three_reads(path, rows):
    BUDGETED[path](rows)
    machine = desk()
    machine.get(path)  # what a process reads once, such as the map of the outlets
    cost, answer = reads(lambda: machine.get(path))
    assert answer.json()["items"]
    assert cost <= 3


# --- the document and its page -----------------------------------------------------------------


def test_the_page_of_the_document_asks_for_nothing_from_elsewhere_and_has_no_script_of_its_own():
    page = bare().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "http://" not in text
    assert "https://" not in text
    for tag in text.split("<script")[1:]:
        assert 'src="/static/' in tag.split(">")[0] or 'type="application/json"' in tag.split(">")[0]
    assert "default-src 'self'" in page["Content-Security-Policy"]
