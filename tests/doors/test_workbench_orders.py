"""The counter and the life of an order, as people click it; refusals move nothing and say why."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from tests.doors.work_world import INTAKE, NOW, bought, browser, form, shelf, stop_clock

from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as serving
from sanbao.rooms.outlets.tests.factories import facts, house
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry.tests.factories import imei, tac
from sanbao.rooms.repairs import queries
from sanbao.rooms.repairs.tests import factories as repairs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    stop_clock(monkeypatch)


def at(name, *args):
    return reverse(f"workbench:{name}", args=args)


def step(client, number, verb, **typed):
    return client.post(at("step", number, verb), form(once=f"{number}{verb}") | typed)


def state(number):
    return queries.order(house(NOW), number).state


def test_an_order_goes_its_whole_way_by_clicks():
    shelf()
    number = repairs.booked()
    clerk, engineer = browser(), browser("engineer")
    assert step(clerk, number, "accept", **INTAKE)["Location"] == at("order", number)
    found = {"finding": "confirmed", "diagnosis": "屏幕排线故障", "items": ["SCREEN-P1"]}
    assert step(engineer, number, "clear", **found).status_code == 302
    assert step(engineer, number, "await_part", expected_at="2026-03-05T18:00").status_code == 302
    assert state(number) == "waiting_part"
    assert step(engineer, number, "resume").status_code == 302
    assert step(engineer, number, "finish", resolution="更换屏幕组件").status_code == 302
    assert step(clerk, number, "hand_back").status_code == 302
    assert state(number) == "returned"


def test_a_price_is_put_before_the_owner_and_their_signed_word_is_taken():
    shelf()
    number = repairs.accepted()
    engineer, clerk = browser("engineer"), browser()
    typed = {"finding": "customer_damage", "diagnosis": "外屏碎裂", "note": "含工时"}
    lines = {"items": ["SCREEN-P1", "LABOUR-1"], "quantity_LABOUR-1": "2"}
    assert step(engineer, number, "quote", **typed, **lines).status_code == 302
    assert queries.order(house(NOW), number).quote.cents == 49900 + 2 * 5000
    assert step(clerk, number, "approve", cents="1").status_code == 409
    assert state(number) == "quoted"
    assert step(clerk, number, "approve", cents=str(49900 + 2 * 5000)).status_code == 302
    assert state(number) == "approved"


def test_a_declined_device_goes_back_as_it_came_and_a_parcel_by_mail():
    shelf()
    number = repairs.quoted("SCREEN-P1")
    clerk = browser()
    step(clerk, number, "decline")
    assert "ship_back" not in clerk.get(at("order", number)).content.decode()
    assert step(clerk, number, "hand_back").status_code == 302
    parcel, centre = repairs.mailed(), browser("manager", "GZ01")
    step(centre, parcel, "accept", **INTAKE)
    step(centre, parcel, "clear", finding="confirmed", diagnosis="主板虚焊")
    step(centre, parcel, "finish", resolution="补焊")
    assert step(centre, parcel, "ship_back", carrier="", waybill="SF9").status_code == 422
    assert step(centre, parcel, "ship_back", carrier="SF", waybill="SF9").status_code == 302
    assert step(centre, parcel, "deliver").status_code == 302
    assert state(parcel) == "returned"


def test_visits_are_moved_missed_and_cancelled():
    moved, missed, called_off = (
        repairs.booked(starts_at=NOW + timedelta(hours=4)),
        repairs.booked(),
        repairs.booked(),
    )
    clerk = browser()
    page = clerk.get(at("order", moved)).content.decode()
    later = (NOW + timedelta(hours=5)).isoformat()
    assert f'value="{later}"' in page
    assert step(clerk, moved, "move_visit", starts_at=later).status_code == 302
    assert queries.order(house(NOW), moved).row.visit_at == NOW + timedelta(hours=5)
    assert step(clerk, moved, "move_visit", starts_at="tomorrow").status_code == 422
    assert step(clerk, missed, "miss").status_code == 302
    assert step(clerk, called_off, "cancel").status_code == 302
    assert [state(each) for each in (missed, called_off)] == ["missed", "cancelled"]


def test_a_date_moves_with_its_reason_and_work_is_handed_on():
    number, engineer = repairs.cleared(), browser("engineer")
    typed = {"expected_at": "2026-03-06T18:00", "reason": "queue"}
    assert step(engineer, number, "delay", **typed).status_code == 302
    assert step(engineer, number, "delay", **(typed | {"reason": ""})).status_code == 422
    assert step(engineer, number, "assign_engineer", staff=engineer.member.number).status_code == 302
    row = queries.order(house(NOW), number).row
    assert (row.engineer, row.expected_at.day) == (engineer.member.number, 6)
    assert number in engineer.get(at("mine")).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"signature": ""}, "accept_signature"),
        ({"backup_done": ""}, "accept_backup_done"),
        ({"fault_on": "2027-01-01"}, "accept_fault_on"),
        ({"fault_on": "31.02."}, "accept_fault_on"),
        ({"note": "a\x00b"}, "accept_note"),
    ],
)
def test_what_is_wrong_at_intake_is_said_at_its_field_and_nothing_moves(typed, field):
    number, clerk = repairs.booked(), browser()
    before = facts()
    answer = step(clerk, number, "accept", **(INTAKE | {"marks": "镜头划伤"} | typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert f'id="{field}_error"' in page
    assert "镜头划伤" in page, "what was typed is kept"
    assert (facts(), state(number)) == (before, "booked")


def test_a_step_that_is_not_open_any_more_is_refused_on_the_page():
    number, clerk = repairs.accepted(), browser()
    before = facts()
    answer = step(clerk, number, "cancel")
    assert answer.status_code == 409
    assert "This step is not possible in the present state." in answer.content.decode()
    assert facts() == before
    assert clerk.post(at("step", number, "explode"), form()).status_code == 404


def test_what_is_covered_by_right_cannot_be_charged_and_the_diagnosis_stays_typed():
    shelf()
    number, engineer = repairs.accepted(), browser("engineer")
    before = facts()
    answer = step(engineer, number, "quote", finding="confirmed", diagnosis="排线松动", items=["SCREEN-P1"])
    assert answer.status_code == 409
    assert "排线松动" in answer.content.decode()
    assert (facts(), state(number)) == (before, "accepted")


def test_who_may_not_do_a_step_is_not_offered_it_and_refused():
    number, engineer = repairs.booked(), browser("engineer")
    assert "Take in" not in engineer.get(at("order", number)).content.decode()
    before = facts()
    assert step(engineer, number, "accept", **INTAKE).status_code == 403
    assert (facts(), state(number)) == (before, "booked")


def test_a_form_sent_twice_is_done_once():
    number, clerk = repairs.finished(), browser()
    first, second = step(clerk, number, "hand_back"), step(clerk, number, "hand_back")
    assert (first.status_code, second.status_code) == (302, 302)
    events = [fact.event for fact in queries.order(house(NOW), number).timeline]
    assert events.count("repair.returned") == 1


# --- the counter ---------------------------------------------------------------------------------

WALK_IN = INTAKE | {"fault": "screen_dark", "name": "赵婆婆", "channel": "store", "proof": "invoice"}


def test_somebody_without_phone_or_appointment_gets_a_number_and_a_receipt():
    repairs.place()
    tac()
    clerk, number = browser(), imei()
    answer = clerk.post(at("walk_in"), form(imei=number, bought_on="2026-02-01", **WALK_IN))
    receipt = clerk.get(answer["Location"]).content.decode()
    order = answer["Location"].split("/")[-2]
    assert all(word in receipt for word in (order, "赵婆婆", number, "Your number: 1"))
    assert queries.order(house(NOW), order).verdict.covered is True
    again = clerk.post(at("walk_in"), form(imei=number, bought_on="2026-02-01", **WALK_IN))
    assert again["Location"] == answer["Location"]
    assert len(queries.worklist(house(NOW), "BJ01").rows) == 1


def test_a_known_device_keeps_its_owner_and_a_drawn_number_is_used_up():
    repairs.place()
    phone = bought()
    ticket = serving.take_ticket(house(NOW), outlet="BJ01")
    clerk = browser()
    typed = form(device=phone.number, ticket=ticket.number, **WALK_IN)
    number = clerk.post(at("walk_in"), typed)["Location"].split("/")[-2]
    assert queries.order(house(NOW), number).row.customer == phone.customer.number
    assert outlets.queue(house(NOW), "BJ01") == ()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"imei": "123456789012345"}, "id_imei"),
        ({"imei": ""}, "id_imei"),
        ({"phone": "12"}, "id_phone"),
        ({"signature": ""}, "id_signature"),
        ({"bought_on": "2030-01-01"}, "id_bought_on"),
        ({"product": "NO-SUCH"}, "id_product"),
    ],
)
def test_a_walk_in_with_something_wrong_leaves_nothing_behind(typed, field):
    repairs.place()
    tac()
    clerk, before = browser(), facts()
    answer = clerk.post(at("walk_in"), form(**(WALK_IN | {"imei": imei()} | typed)))
    assert answer.status_code in {404, 409, 422}
    assert f'id="{field}_error"' in answer.content.decode()
    assert facts() == before
    assert registry.search_people(house(NOW), "赵婆婆") == ()


def test_a_device_that_is_here_already_is_not_taken_in_twice():
    phone = bought()
    repairs.accepted(phone=phone)
    clerk, before = browser(), facts()
    answer = clerk.post(at("walk_in"), form(device=phone.number, **WALK_IN))
    assert answer.status_code == 409
    assert "already an open order" in answer.content.decode()
    assert facts() == before


def test_the_counter_scan_leads_to_the_open_order_the_walk_in_or_the_search():
    here, known, clerk = bought("甲"), bought("乙"), browser()
    number = repairs.accepted(phone=here)
    fresh = imei()
    for typed, target in (
        (here.imei, at("order", number)),
        (known.imei, f"{at('walk_in')}?device={known.number}"),
        (fresh, f"{at('walk_in')}?imei={fresh}"),
        ("王小", at("search")),
        (number, at("search")),
    ):
        assert clerk.get(at("scan"), {"q": typed})["Location"].startswith(target)


def test_the_queue_is_drawn_called_served_and_left():
    repairs.place()
    clerk = browser()
    for turn in range(3):
        clerk.post(at("queue_step", "draw"), form(once=f"draw{turn}"))
    first, second, third = (each.number for each in outlets.queue(house(NOW), "BJ01"))
    assert "1" in clerk.get(at("queue")).content.decode()
    clerk.post(at("queue_step", "next"), form(once="n1"))
    clerk.post(at("queue_step", "next"), form(once="n1"))
    assert outlets.ticket_position(first).state == "called"
    assert outlets.ticket_position(second).state == "waiting", "a double click calls one person"
    clerk.post(at("queue_step", "serve"), form(ticket=first))
    clerk.post(at("queue_step", "leave"), form(ticket=second))
    clerk.post(at("queue_step", "call"), form(ticket=third))
    states = [outlets.ticket_position(each).state for each in (first, second, third)]
    assert states == ["served", "left", "called"]
    clerk.post(at("queue_step", "next"), form(once="n2"))
    assert "Nobody is waiting." in clerk.get(at("counter")).content.decode()
    assert clerk.post(at("queue_step", "jump"), form()).status_code == 404


def test_todays_appointments_are_taken_in_from_the_counter():
    number = repairs.booked(starts_at=NOW + timedelta(hours=1))
    page = browser().get(at("counter")).content.decode()
    assert f'href="{at("order", number)}"' in page


def test_a_photo_is_kept_with_the_order_and_a_program_is_refused(tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    number, clerk = repairs.accepted(), browser()
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    picture.seek(0)
    picture.name = "front.jpg"
    assert clerk.post(at("attach", number), form(file=picture, note="正面")).status_code == 302
    page = clerk.get(at("order", number)).content.decode()
    assert "正面" in page
    file = page.split("/desk/files/")[1].split("/")[0].split('"')[0]
    for name in ("file", "thumb"):
        answer = clerk.get(at(name, file))
        assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
        assert b"".join(answer.streaming_content)
    before = facts()
    wicked = BytesIO(b"<svg onload=alert(1)>")
    wicked.name = "front.jpg"
    assert clerk.post(at("attach", number), form(once="2", file=wicked)).status_code == 422
    assert facts() == before
