"""A small outlet with everything in it, and browsers of the people who work there."""

from datetime import timedelta

from django.test import Client

from sanbao.rooms.complaints.tests.factories import case
from sanbao.rooms.conversations import services as talking
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts.tests.factories import item, labour, stock
from sanbao.rooms.registry.tests.factories import customer, device, owner_actor, purchase, staff
from sanbao.rooms.repairs import services as repairing
from sanbao.rooms.repairs.tests import factories as repairs

NOW = TOMORROW_10


def stop_clock(monkeypatch, at=NOW):
    """Hold the clock at ten in the morning in Shanghai."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def browser(role="clerk", outlet="BJ01", language="en", of=None):
    """The browser of somebody with this role at this outlet, signed in."""
    member = of or staff((role, outlet))
    client = Client(headers={"accept-language": language})
    client.force_login(member.account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["seen_at"] = int(NOW.timestamp())
    session.save()
    client.member = member
    return client


def bought(name="王小明", *, days=100, **changes):
    """A phone that ``name`` bought so many days ago."""
    who = customer(name=name, **changes)
    phone = device(who)
    purchase(phone, bought_on=(NOW - timedelta(days=days)).date())
    return phone


def shelf():
    """A screen on the shelf of BJ01, and the work it takes."""
    repairs.place()
    part = item()
    stock(part, repairs.place(), on_hand=3)
    labour()
    return part


def orders():
    """An order in every state, by its state."""
    shelf()
    made = {
        "booked": repairs.booked(starts_at=NOW + timedelta(hours=4)),
        "accepted": repairs.accepted(),
        "approved": repairs.cleared(items=["SCREEN-P1"]),
        "quoted": repairs.quoted("SCREEN-P1", starts_at=NOW + timedelta(minutes=30)),
        "ready": repairs.finished(starts_at=NOW + timedelta(minutes=30)),
        "returned": repairs.returned(starts_at=NOW + timedelta(minutes=30)),
        "mailed": repairs.mailed(),
    }
    made["waiting_part"] = repairing.await_part(
        house(NOW), repairs.cleared(starts_at=NOW + timedelta(minutes=60))
    )
    declined = repairs.quoted("SCREEN-P1", starts_at=NOW + timedelta(minutes=60))
    made["declined"] = repairing.decline(house(NOW), declined)
    made["cancelled"] = repairing.cancel(house(NOW), repairs.booked(starts_at=NOW + timedelta(hours=5)))
    return made


def complaint(**changes):
    """A case and its owner."""
    who = customer(name="刘建国")
    return case(who, **changes), who


def talk(body="屏幕又黑了，怎么办？"):
    """A talk that waits for an answer."""
    who = customer(name="陈晓雨")
    return talking.write(owner_actor(who, NOW), body=body, key="k1").thread, who


def form(**changes):
    """What a form brings besides its fields: the key that makes it count once."""
    return {"once": "a-key-of-this-page"} | changes


INTAKE = {
    "condition": ["scratches_back"],
    "accessories": ["charger"],
    "backup_done": "on",
    "signature": "王小明",
}
