"""Rule packs and plan advice through the API."""

import pytest
from tests.doors.api_client import Machine

from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts.tests.factories import item
from sanbao.rooms.registry import services
from sanbao.rooms.registry.adapters.packs import shipped_texts
from sanbao.rooms.registry.tests.factories import installation, product
from sanbao.rooms.registry.tests.packs import pack, published

PLAYED = {"list_publications", "read_pack", "plans_worth"}


@pytest.fixture(autouse=True)
def _world(db, monkeypatch, settings, tmp_path):
    monkeypatch.setattr("django.utils.timezone.now", lambda: TOMORROW_10)
    settings.HOME = tmp_path
    installation()
    services.adopt_packs(house(TOMORROW_10))


def test_publications_are_listed_for_those_who_publish_or_audit():
    number = published()
    for role in ("policy", "auditor"):
        (row,) = Machine((role, "*")).get("/policy/publications?pack=brand-own").json()
        assert (row["number"], row["state"], row["valid_from"]) == (number, "published", "2026-03-03")
    for machine in (Machine(("manager", "BJ01")), Machine()):
        assert machine.get("/policy/publications").json() == []


def test_the_text_behind_a_hash_is_no_secret():
    published()
    shipped, text = next(each for each in shipped_texts() if each[0].name == "cn-phone")
    assert Machine().get(f"/policy/packs/{shipped.hash}").json()["text"] == text
    assert pack() != text
    assert Machine().get(f"/policy/packs/{'0' * 64}").status_code == 404


def test_a_plan_is_answered_with_its_calculation_in_both_languages():
    model = product()
    item("SCREEN", faults=["screen_cracked"], product=model, cents=20_000)
    assert Machine().get("/plans/worth?product=P1").json() == []
    services.put_plan_price(house(TOMORROW_10), plan="screen-1y", valid_from=TOMORROW_10.date(), cents=9_900)
    (plan,) = Machine().get("/plans/worth?product=P1&use=careful&years=1").json()
    assert (plan["plan"], plan["answer"], plan["price_cents"]) == ("screen-1y", "no", 9_900)
    assert plan["saving"]["low"] <= plan["saving"]["point"] <= plan["saving"]["high"] < 0
    (line,) = plan["lines"]
    assert (line["fault"], line["basis"], "SquareTrade" in line["source"]) == (
        "screen_cracked",
        "prior",
        True,
    )
    assert plan["zh"][0] == "不划算，不用买"
    assert plan["en"][0] == "No, it does not pay"


@pytest.mark.parametrize("asked", ["product=P9", "product=P1&use=rough", "product=P1&years=11"])
def test_what_cannot_be_asked_is_refused(asked):
    product()
    assert Machine().get(f"/plans/worth?{asked}").status_code in {404, 422}
