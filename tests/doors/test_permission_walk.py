"""Every address of the site as every kind of caller: nobody reads or moves what is not theirs."""

import hashlib
import json
from collections import defaultdict
from urllib.parse import unquote, urlencode

import pytest
from django.apps import apps
from django.test import Client
from tests.doors.api_client import Machine
from tests.doors.every_address import belongings, every_address
from tests.doors.owner_world import LATER, phone_of

from sanbao.rooms.registry.rules import ROLES
from sanbao.rooms.registry.tests.factories import customer, staff
from sanbao.rooms.repairs.tests import factories as repairs

BODIES = {"name", "phone", "imei", "number", "customer", "words", "staff"}
OPEN = {
    "desk/devices/<str:number>": (
        {"imei", "name", "customer"},
        "a device is taken in at any outlet; whoever may search sees model, rights and the masked owner",
    ),
    "desk/devices/<str:number>/imei": ({"imei"}, "as the device page"),
    "desk/people/<str:number>": (
        {"name", "customer", "imei"},
        "an owner may come to any outlet; whoever may search sees the name and a masked number",
    ),
    "desk/people/<str:number>/reveal": (
        {"phone"},
        "whoever may call an owner sees the number, and the ledger keeps who looked",
    ),
    "desk/counter/walk-in": ({"imei", "name", "customer"}, "taking a device in, as the device page"),
    "desk/book": ({"imei", "name", "customer"}, "booking for somebody on the phone, as the person page"),
    "desk/calls/new": ({"name", "customer"}, "a caller is found by number, as the person page"),
    "desk/calls/callers": ({"name", "customer"}, "a caller is found by number, as the person page"),
    "desk/search": ({"imei", "name", "customer"}, "the search of the counter, with the same grant"),
    "api/v1/devices": ({"imei", "customer"}, "as the device page"),
    "api/v1/devices/<number>": ({"imei", "customer"}, "as the device page"),
    "api/v1/customers": ({"name", "customer"}, "as the person page"),
    "api/v1/customers/<number>": ({"name", "customer"}, "as the person page"),
}
"""What staff of other outlets may read at a route, and why; owners and strangers read nothing at all."""

OWN_WORK = {
    "api/v1/customers": "an empty body takes somebody nameless down, which is any counter's own work",
    "desk/report/keep/": "keeps the report of what its maker may see anyway",
    "desk/people/<str:number>/reveal": "the ledger keeps who looked",
    "ui/signin": "counts the attempt",
    "ui/signin/staff": "counts the attempt",
}
"""Addresses where an empty form of a stranger may leave a trace of the stranger's own."""

SHUT = {"api/nothing/here", "api/v1/", "ui/join/<str:token>", "s/<str:token>"}
"""Addresses that open for nobody in this world."""

NOT_DATA = {"Session", "Meter", "Answer"}
"""Tables that remember the caller, not what was called for."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)


@pytest.fixture
def theirs(db):
    """What belongs to owner X at outlet BJ01, beside another owner and another outlet."""
    found = belongings()
    repairs.place("SH01", city="上海")
    return found


class Caller:
    """Somebody who opens addresses: by session, or with a token where the address is of the API."""

    def __init__(self, title, account=None, machine=None):
        self.title, self.account, self.machine = title, account, machine
        self.client = Client(raise_request_exception=False, headers={"accept-language": "zh-cn"})
        self.turn = 0
        self.enter()

    def enter(self):
        if self.account:
            self.client.force_login(self.account, backend="django.contrib.auth.backends.ModelBackend")
            session = self.client.session
            session["seen_at"] = int(LATER.timestamp())
            session.save()

    def through(self, address):
        return self.machine.client if self.machine and address.door == "api" else self.client

    def get(self, address, query=""):
        return self.through(address).get(f"{address.path}{query}")

    def post(self, address):
        self.turn += 1
        if address.door == "api":
            return self.through(address).post(
                address.path,
                "{}",
                content_type="application/json",
                headers={"Idempotency-Key": f"w{self.turn}"},
            )
        response = self.client.post(address.path)
        if address.name in {"signout", "sign_out"}:
            self.enter()
        return response


def worker(code, outlet):
    """Somebody with one shipped role at one outlet, and their machine."""
    machine = Machine((code, outlet))
    member = staff((code, outlet))
    return Caller(f"{code} at {outlet}", member.account, machine)


def other_owner():
    who = customer(name="陌生人")
    repairs.booked(phone=phone_of(who), starts_at=LATER.replace(day=9))
    return Caller("another owner", who.account)


def strangers():
    return [Caller("anonymous"), other_owner()]


def other_staff():
    return [worker(role.code, "SH01") for role in ROLES]


def body_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode(errors="replace")
    if "json" in response.headers.get("Content-Type", ""):
        return json.dumps(json.loads(text), ensure_ascii=False) if text.strip() else ""
    return text


def leaks(response, address, asked, theirs, allowed=frozenset()):
    """What stands in an answer that its reader must not see and did not say in the question."""
    text = body_of(response)
    question = unquote(asked)
    return [
        f"{kind}: {secret}"
        for kind, secrets in theirs.secrets.items()
        if kind not in allowed
        for secret in secrets
        if secret in text and secret not in question
    ]


def questions(theirs):
    """Query strings that ask for what belongs to X by every name a page could listen to."""
    places, secrets = theirs.places, theirs.secrets
    by_number = {
        "outlet": "BJ01", "device": places["devices"], "order": places["orders"],
        "customer": places["people"],
        "subject": places["orders"], "case": places["cases"], "thread": places["threads"],
        "ticket": places["queue"], "number": places["orders"], "fault": "battery", "way": "visit",
        "day": "2026-03-03", "bought_on": "2026-01-01", "product": "P1", "search": secrets["imei"][0],
    }  # fmt: skip
    typed = (secrets["imei"][0], secrets["phone"][0], secrets["name"][0], places["orders"])
    fields = ("q", "search", "text", "imei", "phone", "name", "typed")
    asked = [by_number, *(dict.fromkeys(fields, words) for words in typed)]
    return ["", *(f"?{urlencode(each)}" for each in asked)]


def walk(callers, addresses, asked, theirs, *, may_read, statuses=None):
    """Open every address; return what went wrong."""
    wrong = []
    for caller in callers:
        for address in addresses:
            for query in asked if "<" not in address.route else asked[:2]:
                response = caller.get(address, query)
                where = f"{caller.title} GET {address.path}{query}"
                if statuses is not None:
                    statuses[address.route].add(response.status_code)
                if response.status_code >= 500:
                    wrong.append(f"{where}: {response.status_code}")
                elif may_read:
                    body_of(response)  # a file is closed when it is read to its end
                else:
                    allowed = OPEN.get(address.route, [()])[0] if caller.machine else ()
                    said = leaks(response, address, f"{address.path}{query}", theirs, allowed)
                    wrong += [f"{where} ({response.status_code}): {what}" for what in said]
    return wrong


def readable(places):
    """Every address; of those that differ by their verb alone, which take no GET, one."""
    seen = {address.route: address for address in reversed(every_address(places))}
    return list(seen.values())


def opened(seen):
    """Tell whether an address that takes GET was shown to somebody, or leads everybody elsewhere."""
    return 200 in seen or not seen - {302, 405}


def none(wrong):
    assert not wrong, "\n".join(["", *sorted(set(wrong))])


def test_nobody_makes_a_page_fall_over_and_somebody_can_open_each(theirs):
    addresses = readable(theirs.places)
    inside = [worker(role.code, outlet) for role in ROLES for outlet in ("BJ01", "*")]
    owner = Caller("the owner", repairs.Order.objects.get(number=theirs.places["orders"]).customer.account)
    callers, statuses = [Caller("anonymous"), owner, *inside], defaultdict(set)
    none(walk(callers, addresses, [""], theirs, may_read=True, statuses=statuses))
    again = [address for address in addresses if not opened(statuses[address.route])]
    none(walk(callers, again, questions(theirs)[1:2], theirs, may_read=True, statuses=statuses))
    none(sorted({route for route, seen in statuses.items() if not opened(seen)} ^ SHUT))


@pytest.mark.on_sqlite
def test_strangers_and_other_owners_read_nothing_of_it(theirs):
    addresses = readable(theirs.places)
    none(walk(strangers(), addresses, questions(theirs), theirs, may_read=False))


@pytest.mark.on_sqlite
def test_staff_of_another_outlet_read_no_more_than_the_table_says(theirs):
    addresses = readable(theirs.places)
    inside = [address for address in addresses if address.door in {"work", "api"}]
    outside = [address for address in addresses if address not in inside]
    callers = other_staff()
    wrong = walk(callers, inside, questions(theirs), theirs, may_read=False)
    none(wrong + walk(callers, outside, [""], theirs, may_read=False))


def fingerprint():
    """Every table by its rows."""
    return {
        model.__name__: hashlib.sha256(
            repr(list(model._default_manager.order_by("pk").values_list())).encode()
        ).hexdigest()
        for model in apps.get_models()
        if model.__name__ not in NOT_DATA
    }


def changed(before, after):
    return sorted(name for name in before if before[name] != after[name])


@pytest.mark.on_sqlite
def test_an_empty_form_of_a_stranger_moves_nothing(theirs):
    addresses = [a for a in every_address(theirs.places) if a.route not in OWN_WORK]
    callers = [*strangers(), *other_staff()]
    wrong = []
    before = fingerprint()
    for caller in callers:
        for address in addresses:
            response = caller.post(address)
            where = f"{caller.title} POST {address.path} ({response.status_code})"
            if response.status_code >= 500:
                wrong.append(where)
            if response.status_code < 400:
                after = fingerprint()
                wrong += [f"{where}: changed {name}" for name in changed(before, after)]
                before = after
            allowed = OPEN.get(address.route, [()])[0] if caller.machine else ()
            wrong += [f"{where}: {what}" for what in leaks(response, address, address.path, theirs, allowed)]
        after = fingerprint()
        wrong += [
            f"{caller.title}, at an address that refused: changed {name}" for name in changed(before, after)
        ]
        before = after
    none(wrong)


def test_the_table_names_only_addresses_that_there_are(theirs):
    routes = {address.route for address in every_address(theirs.places)}
    assert set(OPEN) <= routes
    assert set(OWN_WORK) <= routes
    assert all(kinds <= BODIES and reason for kinds, reason in OPEN.values())


def test_the_walk_finds_a_page_that_tells_too_much(theirs):
    owner = Caller("the owner", repairs.Order.objects.get(number=theirs.places["orders"]).customer.account)
    found = [a for a in every_address(theirs.places) if a.route == "complaints/<str:number>"]
    assert walk([owner], found, [""], theirs, may_read=False)


def test_an_address_with_an_unknown_place_is_an_error_with_a_hint():
    from tests.doors.every_address import filled

    with pytest.raises(pytest.fail.Exception, match=r"tests/doors/every_address\.py"):
        filled("desk/wonders/<str:number>", {})
