"""Every address of the site, filled with what belongs to one owner, and what nobody else may read there."""

import re
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern
from tests.doors.owner_world import LATER, WRITTEN, build

from sanbao.doors.workbench.order_steps import STEPS
from sanbao.rooms.feedback import services as feedback
from sanbao.rooms.feedback.tests import factories as voices
from sanbao.rooms.ledger.models import Delivery, Entry
from sanbao.rooms.outlets.tests.factories import house
from sanbao.rooms.registry import services as registry
from sanbao.rooms.registry.models import Device
from sanbao.rooms.registry.tests.factories import customer, staff
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs.models import Order

NAME, PHONE, EMAIL = "欧阳小满", "+8613912345678", "xiaoman.ouyang@example.com"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
VERBS = {
    "orders": sorted(STEPS),
    "cases": ["accept", "answer", "close", "dispute", "take", "withdraw"],
    "threads": ["answer", "close", "note"],
    "staff": ["leave", "link", "unassign"],
    "queue": ["call", "leave", "next", "serve"],
    "parts": ["count", "expect", "receive"],
}
"""The words that an address may end with, by the word before its number."""


@dataclass(frozen=True)
class Address:
    """One address: as the resolver has it, and filled."""

    route: str
    name: str
    path: str

    @property
    def door(self):
        return self.route.partition("/")[0] if self.route.startswith(("desk/", "api/", "ui/")) else "portal"


@dataclass(frozen=True)
class Belongings:
    """What belongs to one owner at one outlet: for the places of addresses, and as secrets."""

    places: dict
    secrets: dict


def belongings():
    """Everything that can belong to somebody, made through the services."""
    world = build(customer(name=NAME, phone=PHONE, email=EMAIL))
    boss = house(LATER)
    member = staff(("engineer", "BJ01"), name="李宝昌", email="baochang.li@example.com")
    token, _ = registry.make_token(boss, staff=member.number, name="machine of BJ01")
    voice = feedback.add_complaint_words(boss, world.case)
    batch = feedback.add_texts(boss, rows=voices.rows(3, outlet="BJ01"), name="own.csv").number
    while feedback.read_unread(boss, voices.READER):
        pass
    dead = Delivery.objects.create(entry=Entry.objects.first(), handler="note", state="dead", due_at=boss.at)
    orders = Order.objects.filter(customer=world.owner)
    places = {
        "orders": world.quoted, "repairs": world.quoted, "devices": world.device, "queue": world.ticket,
        "tickets": world.ticket, "complaints": world.case, "cases": world.case, "talks": world.thread,
        "threads": world.thread, "files": world.file, "survey": world.survey, "people": world.owner.number,
        "customers": world.owner.number, "staff": member.number, "tokens": token, "imports": batch,
        "texts": voice, "bookings": repairs.order(boss, world.booked).booking, "outlets": "BJ01",
        "join": "no-such-link", "deliveries": dead.pk, "deadlines": "decision", "outlets code": "BJ01",
    }  # fmt: skip
    secrets = {
        "name": [NAME, NAME[1:]],
        "phone": [PHONE[3:], EMAIL],
        "imei": sorted(Device.objects.filter(customer=world.owner).values_list("imei", flat=True)),
        "number": [
            *orders.values_list("number", flat=True),
            world.case,
            world.answered,
            world.thread,
            world.file,
        ],
        "customer": [world.owner.number],
        "words": [WRITTEN, "能不能先用备用机", "请问到哪一步了", "裂痕.jpg", "北京市朝阳区建国路1号"],
        "staff": ["李宝昌", "baochang.li"],
    }
    return Belongings(places, secrets)


def routes(patterns=None, before=""):
    """Every route below, as text with its places, and its name."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(each.pattern, RoutePattern):
            yield f"{before}nothing/here", "nothing"
        elif isinstance(each, URLPattern):
            yield f"{before}{each.pattern}", each.name or ""
        else:
            yield from routes(each.url_patterns, f"{before}{each.pattern}")


def filled(route, places):
    """The addresses of one route, its places filled by the word that stands before each."""
    ready = [""]
    before, rest = "", route
    while found := PARAMETER.search(rest):
        text, name = rest[: found.start()], found.group(2)
        before = ([word for word in text.split("/") if word] or [before])[-1]
        values = VERBS.get(before) if name == "verb" else places.get(before) and [places[before]]
        if values is None:
            pytest.fail(
                f"/{route}: nobody knows what <{name}> after “{before}” stands for. "
                "Put it into `places` or `VERBS` of tests/doors/every_address.py."
            )
        ready = [f"{path}{text}{value}" for path in ready for value in values]
        rest = rest[found.end() :]
    return [f"/{path}{rest}" for path in ready]


def every_address(places):
    """Every address of the site, new ones included by themselves."""
    return [Address(route, name, path) for route, name in routes() for path in filled(route, places)]
