"""The API's document: it is what was promised, and the routes keep to it whatever is thrown at them."""

import json
import runpy
from collections import Counter
from datetime import timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import iter_modules

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from schemathesis import checks
from tests.doors.api_client import Machine
from tests.doors.owner_world import AT, build

from sanbao.doors.api import routes, schemas

ROOT = Path(__file__).parent.parent.parent
SNAPSHOT = Path(__file__).parent / "openapi.json"


def document():
    return runpy.run_path(str(ROOT / "scripts" / "openapi.py"))["document"]()


def test_the_document_is_the_one_that_was_promised():
    assert document() == SNAPSHOT.read_text(encoding="utf-8"), "if it is meant: python scripts/openapi.py"


def test_every_route_is_described():
    paths = json.loads(document())["paths"]
    operations = [(verb, operation) for path in paths.values() for verb, operation in path.items()]
    names = [operation["operationId"] for _, operation in operations]
    assert len(set(names)) == len(names)
    for verb, operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]
        assert {"401", "403", "404", "422", "503"} <= set(operation["responses"])
        asked = [p["name"] for p in operation.get("parameters", [])]
        assert ("Idempotency-Key" in asked) == (verb == "post")
        assert not {"order", "order_by", "sort"} & set(asked)


def test_no_two_shapes_have_one_name():
    shapes = {}
    names = (f"{routes.__name__}.{found.name}" for found in iter_modules(routes.__path__))
    for module in (schemas, *map(import_module, names)):
        for name, shape in vars(module).items():
            if isinstance(shape, type) and issubclass(shape, BaseModel):
                assert shapes.setdefault(name, shape) is shape, name
    assert {"OrderRow", "TicketOut", "StockRow"} <= set(shapes)


# --- thrown at it ------------------------------------------------------------------------------

EXAMPLES = 20
CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)


def real_numbers(world):
    """What a caller could know, by the name of the field that asks for it or the word before it."""
    orders = [world.booked, world.mailed, world.quoted, world.working, world.ready, world.returned]
    return {
        "repairs": orders,
        "complaints": [world.case, world.answered],
        "threads": [world.thread],
        "devices": [world.device],
        "customers": [world.owner.number],
        "code": ["BJ01", "GZ01"],
        "outlet": ["BJ01", "GZ01", ""],
        "device": [world.device],
        "customer": [world.owner.number, ""],
        "order": orders,
        "item": ["SCREEN-P1", "LABOUR-1"],
        "clock": ["decision", "first_answer"],
        "fault": ["battery", "screen_dark"],
    }


def mixed(given, known, draw):
    """Generated values with real ones in most of the places that have any."""
    return {
        name: draw(st.sampled_from(known[name])) if name in known and draw(st.integers(0, 3)) else value
        for name, value in given.items()
    }


@pytest.fixture
def _one_connection(db):
    """The requests share the test's transaction, so the server must not tidy its connection away."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
def test_whatever_is_thrown_at_a_route_is_answered_as_the_document_says(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(minutes=5))
    known = real_numbers(build())
    machine = Machine(("manager", "*"), ("handler", "*"), ("agent", "*"), ("admin", "*"))
    headers = {"Authorization": f"Bearer {machine.secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    turn, codes = count(), Counter()

    def throw(operation):
        @seed(20260302)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), data=st.data())
        def thrown(case, data):
            room = next((word for word in operation.path.split("/") if word in known), "repairs")
            here = {**known, "number": known[room]}
            case.path_parameters = mixed(case.path_parameters or {}, here, data.draw)
            if isinstance(case.body, dict):
                case.body = mixed(case.body, known, data.draw)
            case.headers = {**headers, "Idempotency-Key": f"s{next(turn)}"}
            response = case.call()
            codes[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        thrown()

    for found in schema.get_all_operations():
        throw(found.ok())
    assert codes[200] > 50, codes
    assert codes[201] > 30, codes
