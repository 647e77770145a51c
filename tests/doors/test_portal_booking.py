"""From the device to a booked visit or an announced parcel, and what may go wrong on the way."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from tests.doors.owner_world import AT, phone_of, upload

from sanbao.rooms.outlets.models import Slot
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house, slot
from sanbao.rooms.parts.tests.factories import item, labour, stock
from sanbao.rooms.registry.models import Device, Purchase
from sanbao.rooms.registry.tests.factories import customer, device, imei, product, tac
from sanbao.rooms.repairs import services
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.tests.factories import mailed, place, quoted

NOW = AT + timedelta(minutes=5)
STAMP = "2026-03-03T02:00Z"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def owner(db):
    product()
    tac()
    return customer(name="林小满")


@pytest.fixture
def client(owner):
    return signed_in(owner)


def signed_in(owner, language="en"):
    made = Client(headers={"accept-language": language})
    made.force_login(owner.account)
    return made


def text(response):
    return response.content.decode()


def way(phone, **more):
    chosen = {
        "device": phone.number,
        "fault": "screen_dark",
        "way": "visit",
        "outlet": "BJ01",
        "at": STAMP,
    } | more
    return "&".join(f"{name}={value}" for name, value in chosen.items())


def test_the_whole_way_by_links_alone(client, owner):
    phone = phone_of(owner)
    screen = item()
    stock(screen, place(), on_hand=2)
    page = text(client.get("/book"))
    for marker in (
        f"device={phone.number}",
        "fault=screen_dark",
        "way=visit",
        "outlet=BJ01",
        "day=2026-03-03",
        "at=2026-03-03",
    ):
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/book\?[^"]+)"', page)]
        page = text(client.get(next(link for link in links if marker in link)))
    assert "Tue 3 Mar 2026" in page
    assert "Back up your data first" in page
    action = re.search(r'action="(/book/visit[^"]+)"', page).group(1).replace("&amp;", "&")
    stamp = re.search(r'name="starts_at" value="([^"]+)"', page).group(1)
    done = client.post(action, {"starts_at": stamp, "words": "屏幕全黑 😢 𠮷", "name": "林小满", "once": "a"})
    order = Order.objects.get(device=phone)
    assert done["Location"] == f"/orders/{order.number}"
    assert (order.state, order.words, order.outlet_id) == ("booked", "屏幕全黑 😢 𠮷", "BJ01")
    assert "Booked. We look forward" in text(client.get(done["Location"]))


def test_a_double_click_and_the_back_button_give_the_first_result_again(client, owner):
    place()
    phone = phone_of(owner)
    form = {"starts_at": STAMP, "once": "same page"}
    first = client.post(f"/book/visit?{way(phone)}", form)
    before = facts()
    again = client.post(f"/book/visit?{way(phone)}", form)
    assert again["Location"] == first["Location"]
    assert facts() == before
    assert Order.objects.count() == 1


def test_a_time_that_went_away_is_refused_with_the_next_free_ones(client, owner):
    slot(place(), starts_at=TOMORROW_10, capacity=1, booked=1)
    phone, before = phone_of(owner), facts()
    response = client.post(f"/book/visit?{way(phone)}", {"starts_at": STAMP, "once": "k"})
    page = text(response)
    assert response.status_code == 422
    assert "This time was just taken" in page
    assert re.search(r'href="/book\?[^"]+at=2026-03-03T0[0-9]%3A30Z"', page)
    assert facts() == before
    assert not Order.objects.exists()
    assert Slot.objects.get().booked == 1


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-01T02:00Z",
        "2026-02-30T02:00Z",
        "soon",
        "2026-03-03T02:07Z",
        "2027-03-03T02:00Z",
        "",
        "a\x00b",
    ],
)
def test_an_impossible_time_is_refused_and_nothing_moves(client, owner, typed):
    place()
    phone, before = phone_of(owner), facts()
    response = client.post(f"/book/visit?{way(phone)}", {"starts_at": typed, "once": "k"})
    assert response.status_code == 422
    assert facts() == before


def test_too_many_words_are_refused_at_their_field_and_the_time_is_kept(client, owner):
    place()
    phone = phone_of(owner)
    response = client.post(
        f"/book/visit?{way(phone)}", {"starts_at": STAMP, "words": "长" * 2001, "once": "k"}
    )
    assert response.status_code == 422
    assert 'id="id_words_error"' in text(response)
    assert STAMP in text(response)


def test_a_device_in_an_open_order_leads_to_that_order(client, owner):
    place()
    phone = phone_of(owner)
    client.post(f"/book/visit?{way(phone)}", {"starts_at": STAMP, "once": "a"})
    response = client.post(f"/book/visit?{way(phone, fault='battery')}", {"starts_at": STAMP, "once": "b"})
    assert response.status_code == 409
    assert f'href="/orders/{Order.objects.get().number}"' in text(response)


@pytest.mark.parametrize("wrong", [{"outlet": "XX99"}, {"device": "DV-0000-0000-0"}])
def test_unknown_numbers_on_the_way_are_nothing(client, owner, wrong):
    place()
    phone, before = phone_of(owner), facts()
    assert (
        client.post(f"/book/visit?{way(phone, **wrong)}", {"starts_at": STAMP, "once": "k"}).status_code
        == 404
    )
    assert facts() == before


def test_somebody_elses_device_cannot_be_booked(client):
    place()
    other, before = phone_of(customer()), facts()
    assert client.get(f"/book?device={other.number}").status_code == 404
    assert client.post(f"/book/visit?{way(other)}", {"starts_at": STAMP, "once": "k"}).status_code == 404
    assert facts() == before


def test_a_visit_is_moved_and_called_off(client, owner):
    place()
    phone = phone_of(owner)
    address = client.post(f"/book/visit?{way(phone)}", {"starts_at": STAMP, "once": "a"})["Location"]
    assert client.post(f"{address}/move", {"starts_at": "2026-03-03T03:00Z", "once": "b"}).status_code == 302
    assert Order.objects.get().visit_at == TOMORROW_10 + timedelta(hours=1)
    Slot.objects.filter(starts_at=TOMORROW_10 + timedelta(hours=2)).update(booked=4)
    full = client.post(f"{address}/move", {"starts_at": "2026-03-03T04:00Z", "once": "c"})
    assert (full.status_code, Order.objects.get().visit_at) == (422, TOMORROW_10 + timedelta(hours=1))
    assert "This time was just taken" in text(full)
    assert client.post(f"{address}/cancel", {"once": "d"}).status_code == 302
    assert client.post(f"{address}/cancel", {"once": "d"}).status_code == 302
    assert Order.objects.get().state == "cancelled"


def test_a_parcel_is_announced_and_its_slip_printed(client, owner):
    place("GZ01", takes_mail=True)
    phone = phone_of(owner)
    query = f"device={phone.number}&fault=battery&way=mail&outlet=GZ01"
    wrong = client.post(f"/book/mail?{query}", {"name": "林小满", "once": "a"})
    assert (wrong.status_code, Order.objects.count()) == (422, 0)
    form = {
        "name": "林小满",
        "return_address": "上海市杨浦区某路1号",
        "carrier": "SF",
        "waybill": "SF123",
        "once": "b",
    }
    done = client.post(f"/book/mail?{query}", form)
    order = Order.objects.get()
    assert (order.state, order.waybill_in) == ("mailed", "SF123")
    assert order.number in text(client.get(f"{done['Location']}/slip"))


def test_the_waybill_is_told_later_and_corrected(client, owner):
    number = mailed(phone=phone_of(owner), carrier="", waybill="")
    assert f'href="/orders/{number}/waybill"' in text(client.get(f"/orders/{number}"))
    assert client.post(f"/orders/{number}/waybill", {"carrier": "SF", "once": "a"}).status_code == 422
    for once, bill in (("b", "SF1"), ("b", "SF1"), ("c", "SF2")):
        form = {"carrier": "SF", "waybill": bill, "once": once}
        assert client.post(f"/orders/{number}/waybill", form).status_code == 302
    assert Order.objects.get().waybill_in == "SF2"
    shown = text(client.get(f"/orders/{number}"))
    assert "SF2" in shown
    assert "Correct the waybill" in shown
    assert 'value="SF2"' in text(client.get(f"/orders/{number}/waybill"))


def test_a_price_is_answered_before_any_work_and_only_the_one_that_was_seen(client, owner):
    place("BJ01")
    number = quoted(item().code, labour().code, phone=phone_of(owner), fault="screen_cracked")
    page = text(client.get(f"/orders/{number}"))
    assert "¥549.00" in page
    stale = client.post(f"/orders/{number}/price", {"answer": "yes", "cents": "100", "once": "a"})
    assert (stale.status_code, Order.objects.get().state) == (409, "quoted")
    nothing = client.post(f"/orders/{number}/price", {"answer": "", "once": "c"})
    assert (nothing.status_code, Order.objects.get().state) == (422, "quoted")
    client.post(f"/orders/{number}/price", {"answer": "yes", "cents": "54900", "once": "b"})
    assert Order.objects.get().state == "approved"


def test_a_price_is_declined(client, owner):
    number = quoted(item().code, phone=phone_of(owner), fault="screen_cracked")
    client.post(f"/orders/{number}/price", {"answer": "no", "once": "b"})
    assert Order.objects.get().state == "declined"
    assert "goes back as it came" in text(client.get(f"/orders/{number}"))


# devices and rights


def test_a_device_is_added_and_its_purchase_put_down_with_the_invoice(client, owner):
    typed = imei()
    done = client.post("/devices/add", {"imei": f"{typed[:6]} {typed[6:]}", "once": "a"})
    row = Device.objects.get(customer=owner)
    assert done["Location"] == f"/devices/{row.number}"
    form = {
        "bought_on": "2026-01-05",
        "channel": "store",
        "proof": "invoice",
        "price": "2999.00",
        "file": upload(),
        "once": "b",
    }
    assert client.post(f"/devices/{row.number}/purchase", form).status_code == 302
    bought = Purchase.objects.get(device=row)
    assert (bought.bought_on, bought.price_cents, bought.checked_by) == (date(2026, 1, 5), 299900, "")
    assert "Free repair" in text(client.get(f"/devices/{row.number}"))


def test_a_second_imei_is_put_down_once_and_a_taken_one_is_refused(client, owner):
    phone = phone_of(owner)
    page = f"/devices/{phone.number}/imei"
    taken = client.post(page, {"imei": device(customer=None).imei, "once": "a"})
    assert taken.status_code == 422
    assert "belongs to another device" in text(taken)
    second = imei()
    assert client.post(page, {"imei": second, "once": "b"}).status_code == 302
    assert f"Second IMEI {second}" in text(client.get(f"/devices/{phone.number}"))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"imei": "860123060000011"}, "imei"),
        ({"imei": "12345"}, "imei"),
        ({}, "imei"),
        ({"serial": "?"}, "serial"),
        ({"imei": "860123060000019", "bought_on": "2026-02-30"}, "bought_on"),
    ],
)
def test_a_wrong_device_is_refused_at_its_field(client, form, field):
    before = facts()
    response = client.post("/devices/add", {**form, "once": "k"})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in text(response)
    assert (facts(), Device.objects.count()) == (before, 0)


def test_somebody_elses_device_is_not_handed_over(client):
    other = device(customer())
    response = client.post("/devices/add", {"imei": other.imei, "once": "k"})
    assert response.status_code == 422
    assert "registered to somebody else" in text(response)
    assert other.customer.name not in text(response)


@pytest.mark.parametrize("day", ["2026-02-30", "2027-01-01", "1990-01-01"])
def test_an_impossible_day_of_purchase_is_refused(client, owner, day):
    row = device(owner)
    form = {"bought_on": day, "channel": "store", "proof": "none", "once": "k"}
    response = client.post(f"/devices/{row.number}/purchase", form)
    assert response.status_code == 422
    assert 'id="id_bought_on_error"' in text(response)
    assert not Purchase.objects.exists()


RIGHTS = {
    "product": "P1",
    "fault": "no_power",
    "bought_on": "2026-01-05",
    "channel": "store",
    "proof": "invoice",
}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"bought_on": "2026-02-26"}, "Refund"),
        ({"bought_on": "2026-02-20"}, "Exchange"),
        ({}, "Free repair"),
        ({"bought_on": "2024-05-01"}, "Paid repair"),
        ({"fault": "liquid"}, "Paid repair"),
    ],
)
def test_rights_without_a_sign_in_name_the_rule(owner, change, word):
    before = facts()
    page = text(Client(headers={"accept-language": "en"}).post("/rights", RIGHTS | change))
    assert re.search(rf'class="word \w+">.*?<span>{word}</span>', page, re.DOTALL)
    assert 'class="clause"' in page
    assert facts() == before


def test_a_disputed_reading_stands_beside_the_answer(owner):
    anyone = Client(headers={"accept-language": "en"})
    page = text(anyone.post("/rights", RIGHTS | {"bought_on": "2026-02-23"}))
    assert "Another reading: Exchange" in page
    assert 'class="card verdict second"' in page


def test_a_sign_in_on_the_way_comes_back_to_the_way(owner):
    phone = phone_of(owner)
    asked = Client().get(f"/book?device={phone.number}&fault=battery")
    assert asked["Location"].startswith("/ui/signin?next=%2Fbook%3Fdevice%3D")


def test_what_came_by_parcel_needs_the_day_it_came(owner):
    anyone = Client(headers={"accept-language": "en"})
    response = anyone.post("/rights", RIGHTS | {"channel": "online"})
    assert response.status_code == 422
    assert 'id="id_delivered_on_error"' in text(response)
    assert (
        anyone.post("/rights", RIGHTS | {"channel": "online", "delivered_on": "2026-01-07"}).status_code
        == 200
    )


def test_rights_are_not_asked_without_end(owner):
    anyone = Client()
    answers = [anyone.post("/rights", RIGHTS).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_the_house_may_be_asked_for_the_next_step_only_by_its_owner(owner):
    place()
    number = services.book_visit(
        house(),
        device=phone_of(owner).number,
        customer=owner.number,
        outlet="BJ01",
        starts_at=TOMORROW_10,
        fault="battery",
    )
    assert Client().post(f"/orders/{number}/cancel").status_code == 302
    assert Order.objects.get().state == "booked"
