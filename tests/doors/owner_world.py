"""One owner with something in every state, and a stranger: for the tests of the owners' pages."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.rooms.complaints import services as complaints
from sanbao.rooms.complaints.tests.factories import ANSWER, desk
from sanbao.rooms.conversations import services as talks
from sanbao.rooms.feedback import services as feedback
from sanbao.rooms.outlets import services as queue
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts.tests.factories import item, labour, stock
from sanbao.rooms.registry.tests.factories import AT, customer, owner_actor, product, tac
from sanbao.rooms.repairs.tests import factories as repairs
from sanbao.rooms.vault import services as vault
from sanbao.rooms.vault.tests.factories import photo

LATER = TOMORROW_10 + timedelta(hours=3)
WRITTEN = "每次都说再等等，已经第三次了"


@dataclass(frozen=True)
class World:
    """Public numbers of what there is."""

    owner: object
    device: str
    booked: str
    mailed: str
    quoted: str
    working: str
    ready: str
    returned: str
    survey: str
    case: str
    answered: str
    thread: str
    file: str
    ticket: str


def upload(name="photo.jpg", content=None, kind="image/jpeg"):
    return SimpleUploadedFile(name, content if content is not None else photo(), kind)


def phone_of(owner, **changes):
    return repairs.bought_device(owner, **changes)


def build(owner=None):
    """Everything an owner can have, made through the services."""
    product()
    tac()
    who = owner or customer(name="林小满")
    me = owner_actor(who)
    place = repairs.place("BJ01", seats=12)
    screen, work = item(), labour()
    stock(screen, place, on_hand=9)
    numbers = {
        "booked": repairs.booked(phone=phone_of(who)),
        "mailed": repairs.mailed(phone=phone_of(who)),
        "quoted": repairs.quoted(screen.code, work.code, phone=phone_of(who), fault="screen_cracked"),
        "working": repairs.cleared(phone=phone_of(who)),
        "ready": repairs.finished(phone=phone_of(who)),
        "returned": repairs.returned(phone=phone_of(who)),
    }
    file = vault.add_file(me, content=photo(), name="裂痕.jpg", subject=numbers["working"])
    case = complaints.file(me, demand="repair", words=WRITTEN, order=numbers["returned"], files=[file])
    answered = complaints.file(
        me, demand="compensation", demand_cents=20000, words=WRITTEN, order=numbers["ready"]
    )
    complaints.answer(desk(), answered, **ANSWER)
    thread = talks.write(me, body="能不能先用备用机？", key="first").thread
    talks.write(me, body="请问到哪一步了？", subject=numbers["working"], key="second")
    talks.answer(house(LATER), thread, body="可以，到店登记即可。")
    return World(
        owner=who,
        device=phone_of(who).number,
        survey=feedback.send_survey(house(LATER), numbers["returned"]),
        case=case,
        answered=answered,
        thread=thread,
        file=file,
        ticket=queue.take_ticket(house(), outlet="BJ01").number,
        **numbers,
    )


def pages(world):
    """Every address an owner may open, by name."""
    way = f"/book?device={world.device}&fault=battery"
    return {
        "home": "/",
        "rights": "/rights",
        "privacy": "/privacy",
        "outlets": "/outlets",
        "outlets by place": "/outlets?latitude=39.9&longitude=116.4",
        "no outlet": "/outlets?text=nowhere",
        "outlet": "/outlets/BJ01",
        "queue": f"/queue/{world.ticket}",
        "device_add": "/devices/add",
        "device": f"/devices/{world.device}",
        "purchase": f"/devices/{world.device}/purchase",
        "book_device": "/book",
        "book_fault": f"/book?device={world.device}",
        "book_way": f"/book?device={world.device}&fault=screen_cracked",
        "book_outlet": f"/book?device={world.device}&fault=screen_cracked&way=visit",
        "book_centre": f"{way}&way=mail",
        "book_mail": f"{way}&way=mail&outlet=GZ01",
        "book_time": f"{way}&way=visit&outlet=BJ01",
        "book_review": f"{way}&way=visit&outlet=BJ01&at=2026-03-04T02:00Z",
        **{
            name: f"/orders/{getattr(world, name)}"
            for name in ("booked", "mailed", "quoted", "working", "ready", "returned")
        },
        "orders": "/orders",
        "progress": f"/orders/{world.working}/progress",
        "move": f"/orders/{world.booked}/move",
        "slip": f"/orders/{world.mailed}/slip",
        "calendar": f"/orders/{world.booked}/visit.ics",
        "complain": f"/complain?order={world.working}",
        "case": f"/complaints/{world.case}",
        "answered": f"/complaints/{world.answered}",
        "talk": "/ask",
        "thread": f"/talks/{world.thread}",
        "account": "/me",
        "erase": "/me/erase",
        "notices": "/me/notices",
        "data": "/me/data.json",
        "survey": f"/survey/{world.survey}",
        "file": f"/files/{world.file}",
        "thumb": f"/files/{world.file}/small",
    }


__all__ = ["AT", "LATER", "TOMORROW_10", "WRITTEN", "World", "build", "pages", "phone_of", "upload"]
