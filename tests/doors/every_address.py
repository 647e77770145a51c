"""Every address of the site, filled with what belongs to one owner, and what nobody else may read there."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern
from tests.doors.owner_world import LATER, WRITTEN, build

from sanbao.doors.workbench.order_steps import STEPS
from sanbao.doors.workbench.raised import REVIEW_STEPS, RIGHT_STEPS
from sanbao.rooms.conversations.models import Notice
from sanbao.rooms.feedback import services as feedback
from sanbao.rooms.feedback.models import Lesson, Suspicion, Voice
from sanbao.rooms.feedback.states import ACTIONS
from sanbao.rooms.feedback.tests import factories as voices
from sanbao.rooms.ledger.models import Delivery, Entry
from sanbao.rooms.outlets.tests.factories import house
from sanbao.rooms.registry import queries as registry_queries
from sanbao.rooms.registry import services as registry
from sanbao.rooms.registry.models import Device
from sanbao.rooms.registry.tests.factories import customer, installation, staff
from sanbao.rooms.registry.tests.packs import keeper
from sanbao.rooms.registry.tests.packs import pack as promise
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as repairing
from sanbao.rooms.repairs.models import Order, Remedy

NAME, PHONE, EMAIL = "欧阳小满", "+8613912345678", "xiaoman.ouyang@example.com"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
VERBS = {
    "orders": sorted(STEPS),
    "rights": sorted(RIGHT_STEPS),
    "reviews": sorted(REVIEW_STEPS),
    "cases": [
        "accept",
        "answer",
        "authority_accepted",
        "authority_received",
        "authority_rejected",
        "close",
        "dispute",
        "mediated",
        "mediation_failed",
        "pause",
        "resume",
        "take",
        "withdraw",
    ],
    "threads": ["answer", "close", "note"],
    "staff": ["leave", "link", "unassign"],
    "queue": ["call", "leave", "next", "serve"],
    "models": ["activate", "back", "measure"],
    "actions": sorted(ACTIONS.moves),
    "parts": ["count", "expect", "receive"],
    "policy": ["compare", "publish", "withdraw"],
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
    edition = feedback.keep_report(boss)
    action = feedback.undertake(
        boss,
        aspect="TT",
        what="每天清点备件",
        person=member.number,
        due_on=LATER.date(),
        today=LATER.date(),
        outlet="BJ01",
    )
    suspicion = taught(boss, voice)
    dead = Delivery.objects.create(entry=Entry.objects.first(), handler="note", state="dead", due_at=boss.at)
    orders = Order.objects.filter(customer=world.owner)
    repairing.watch_remedies(house(LATER + timedelta(days=40)))
    right = Remedy.objects.filter(order__customer=world.owner).first()
    review = repairing.ask_review(boss, world.quoted, words="碎片在内侧，不是摔的")
    installation()
    registry.adopt_packs(boss)
    pack = registry.propose_pack(
        keeper(boss.at), text=promise(), valid_from=boss.at.date() + timedelta(days=1)
    )
    digest = next(iter(registry_queries.hashes_on(boss.at.date()).values()))
    places = {
        "policy": pack, "packs": digest,
        "rights": right.number, "raised": right.number, "reviews": review,
        "orders": world.quoted, "repairs": world.quoted, "devices": world.device, "queue": world.ticket,
        "tickets": world.ticket, "complaints": world.case, "cases": world.case, "talks": world.thread,
        "threads": world.thread, "files": world.file, "survey": world.survey, "people": world.owner.number,
        "customers": world.owner.number, "staff": member.number, "tokens": token, "imports": batch,
        "editions": edition, "editions kind": "pdf", "report. kind": "pdf", "actions": action,
        "tables": "figures", "views": feedback.save_view(boss, title="all", facets={}, shared=True),
        "alerts": "AL-0000-0000-0",
        "texts": voice, "disputes": voice, "suspicious": suspicion,
        "bookings": repairs.order(boss, world.booked).booking, "outlets": "BJ01",
        "join": "no-such-link", "s": "no-such-link",
        "notices": Notice.objects.filter(customer=world.owner).first().number,
        "stock": "SCREEN-P1", "deliveries": dead.pk,
        "deadlines": "decision", "deadlines subject": world.case, "deadlines clock": "decision",
        "outlets code": "BJ01",
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


def taught(boss, voice):
    """A text on which two readers disagree and that is suspected; returns the number of the suspicion."""
    row = Voice.objects.get(number=voice)
    Lesson.objects.create(
        voice=row, drawn="wrong", rank=-1, readers=2, state="split", drawn_at=boss.at, drawn_by=boss.ref
    )
    return Suspicion.objects.create(
        number="SU-0000-0000-0", kind="promo", mark="promo:1", origin=row.origin, head=row, size=1,
        reasons=["promo"], weight=2, found_at=boss.at,
    ).number  # fmt: skip


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
        place = places.get(f"{before} {name}") or places.get(before)
        values = VERBS.get(before) if name == "verb" else place and [place]
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
