"""A machine that talks to the API, and what every answer of it must look like."""

import json
from itertools import count

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanbao.base.actor import system
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import services as registry
from sanbao.rooms.registry.tests.factories import AT, staff

PROBLEM = "application/problem+json"
OF_THE_ACTOR = 2
"""Reads until it is known who asks: the key, and what its member of staff holds."""
_turn = count(1)


class Machine:
    """A client with a token; ``post`` sends a fresh key each time unless it is given one."""

    def __init__(self, *roles, grants=(), language="en"):
        member = staff(*roles)
        self.staff = member.number
        self.token, self.secret = registry.make_token(
            system(AT), staff=member.number, name=f"machine {next(_turn)}", grants=grants
        )
        self.client = Client(
            raise_request_exception=False,
            headers={"authorization": f"Bearer {self.secret}", "accept-language": language},
        )

    def get(self, path, **query):
        return checked(self.client.get(f"/api/v1{path}", query))

    def post(self, path, body=None, *, key=None, **headers):
        headers = {"Idempotency-Key": key or f"k{next(_turn)}"} | headers
        sent = "" if body is None else json.dumps(body, default=str)
        path = f"/api/v1{path}"
        return checked(self.client.post(path, sent, content_type="application/json", headers=headers))


def checked(response):
    """The response, having the form that all of them have."""
    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        assert response["Content-Type"] == PROBLEM, response.content[:300]
        told = response.json()
        assert told["status"] == response.status_code
        assert told["code"]
        assert told["detail"]
    return response


def manager(outlet="BJ01", **changes):
    """Somebody who leads an outlet: counter, bench and more."""
    return Machine(("manager", outlet), **changes)


def desk(**changes):
    """Somebody at the complaint desk of the brand, who also answers and reads feedback."""
    return Machine(("handler", "*"), ("agent", "*"), ("admin", "*"), **changes)


def facts():
    """How many facts the ledger holds that nothing has sequenced: all of them, in these tests."""
    return ledger.health(AT).unplaced


def reads(act):
    """How many SELECTs ``act`` cost once the actor was known, and what it returned."""
    with CaptureQueriesContext(connection) as seen:
        answer = act()
    selects = [q["sql"] for q in seen if q["sql"].startswith("SELECT")]
    return len(selects) - OF_THE_ACTOR, answer
