"""What a machine does beside the main way: for the tests of the API's routes."""

from datetime import timedelta

from tests.doors.api_client import Machine

from sanbao.rooms.complaints import services as complaining
from sanbao.rooms.complaints.tests import factories as cases
from sanbao.rooms.conversations.models import Notice
from sanbao.rooms.conversations.tests import factories as talks
from sanbao.rooms.outlets import services as outlets
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry import services as registry
from sanbao.rooms.registry.tests.factories import AT, customer, device, imei, product, staff
from sanbao.rooms.repairs import services as repairing
from sanbao.rooms.repairs.tests import factories as repairs

NAME, PHONE, WORDS = "欧阳测试", "+8613912345678", "修了两次还是黑屏，请尽快处理"
NEXT_DAY, LATER = TOMORROW_10.replace(day=4), TOMORROW_10.replace(day=5)


def owner():
    return customer(name=NAME, phone=PHONE)


def phone():
    return repairs.bought_device(owner())


def order(make, verb, body=None):
    return lambda: (f"/repairs/{make(phone=phone())}/{verb}", body() if callable(body) else body)


def waiting(**changes):
    return repairing.await_part(house(TOMORROW_10), repairs.cleared(**changes))


def case(verb, body=None, *, answered=False):
    def play():
        number = cases.case(owner(), words=WORDS)
        if answered:
            complaining.answer(cases.desk(), number, **cases.ANSWER)
        return f"/complaints/{number}/{verb}", body

    return play


def thread(verb, body=None):
    return lambda: (f"/threads/{talks.talk(owner(), subject='', body=WORDS)}/{verb}", body)


def lost_notice():
    number = talks.notice(owner())
    Notice.objects.update(state="failed")
    return f"/notices/{number}/resend", None


def seat(verb, body=None, *, held=False, starts_at=NEXT_DAY, now=TOMORROW_10):
    def play():
        take = outlets.hold if held else outlets.book
        who = owner()
        number = take(house(now), outlet="BJ01", starts_at=starts_at, customer=who.number)
        return f"/bookings/{number}/{verb}", body

    return play


def ticket(verb, body=None, *, called=False):
    def play():
        card = outlets.take_ticket(house(TOMORROW_10), outlet="BJ01", customer=owner().number)
        if called:
            outlets.call_next(house(TOMORROW_10), outlet="BJ01")
        return f"/tickets/{card.number}/{verb}", body

    return play


def next_one():
    ticket("call")()
    return "/outlets/BJ01/queue/next", None


def shelf(verb, body):
    def play():
        made = item()
        stock(made, repairs.place("BJ01"), on_hand=2)
        return f"/outlets/BJ01/stock/{made.code}/{verb}", body

    return play


def delivery():
    return "/outlets/BJ01/deliveries", {"pieces": {item().code: 4}}


AT_OUTLET = {
    "move_visit": order(repairs.booked, "move-visit", {"starts_at": LATER}),
    "miss_visit": order(repairs.booked, "miss"),
    "await_part": order(repairs.cleared, "await-part", {"expected_at": LATER}),
    "resume_repair": order(waiting, "resume"),
    "delay_repair": order(
        repairs.accepted, "delay", {"expected_at": TOMORROW_10 + timedelta(days=3), "reason": "queue"}
    ),
    "assign_engineer": order(
        repairs.accepted, "engineer", lambda: {"staff": staff(("engineer", "BJ01")).number}
    ),
    "tell_waybill": order(repairs.mailed, "waybill", {"carrier": "SF", "waybill": "SF7"}),
    "hold_seat": lambda: (
        "/outlets/BJ01/holds",
        {"starts_at": NEXT_DAY, "customer": owner().number},
    ),
    "confirm_booking": seat("confirm", {}, held=True),
    "move_booking": seat("move", {"starts_at": LATER}),
    "keep_booking": seat("keep"),
    "miss_booking": seat("miss", starts_at=TOMORROW_10, now=AT),
    "call_next": next_one,
    "call_ticket": ticket("call"),
    "serve_ticket": ticket("serve", {}, called=True),
    "leave_queue": ticket("leave"),
    "receive_delivery": delivery,
    "receive_stock": shelf("receive", {"quantity": 3}),
    "count_stock": shelf("count", {"counted": 5}),
    "expect_stock": shelf("expect", {"on": "2026-03-09"}),
}
AT_DESK = {
    "accept_answer": case("accept", answered=True),
    "dispute_answer": case("dispute", {"words": "没有说清楚"}, answered=True),
    "withdraw_complaint": case("withdraw"),
    "close_complaint": case("close", {"words": "车主电话确认已解决"}, answered=True),
    "note_thread": thread("notes", {"body": "明天再打一次"}),
    "close_thread": thread("close"),
    "log_call": lambda: ("/calls", {"customer": owner().number, "summary": "问进度", "seconds": 60}),
    "resend_notice": lost_notice,
    "update_customer": lambda: (f"/customers/{owner().number}/change", {"name": "欧阳新名"}),
    "hand_over_device": lambda: (
        f"/devices/{phone().number}/hand-over",
        {"customer": customer().number, "why": "转卖，看过发票"},
    ),
    "add_second_imei": lambda: (f"/devices/{phone().number}/second-imei", {"imei": imei()}),
    "set_product": lambda: (
        f"/devices/{device(owner(), product=None).number}/product",
        {"product": product("P2").code},
    ),
}
ON_THE_OWNERS_WORD = {"accept_answer", "dispute_answer", "withdraw_complaint"}
"""The owner's own moves: no shipped role holds their grant, but a brand may cut one that does."""


def spokesman():
    registry.put_role(
        house(TOMORROW_10),
        code="spokesman",
        title_zh="代客表态",
        title_en="Speaks for owners",
        grants=["complaints.see", "complaints.own"],
    )
    machine = Machine()
    registry.assign(house(TOMORROW_10), machine.staff, role="spokesman", outlet="*")
    return machine


OF_THE_HOUSE = {"update_customer", "add_second_imei", "hand_over_device", "set_product", "log_call"}
