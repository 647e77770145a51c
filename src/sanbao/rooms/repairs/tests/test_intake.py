"""Devices taken in, with and without an appointment."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as seats
from sanbao.rooms.outlets.models import Booking
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.registry.tests.factories import (
    device,
    nobody,
    owner_actor,
    staff_actor,
)
from sanbao.rooms.repairs import queries, services
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.tests.factories import (
    INTAKE,
    accepted,
    booked,
    bought_device,
    events,
    owner_of,
    place,
    state,
)

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)


def test_taking_in_settles_who_pays_promises_a_date_and_stores_both():
    number = accepted()
    page = queries.order(NOW, number)
    assert (page.state, page.row.covered) == ("accepted", True)
    assert page.verdict.remedies == ("repair",)
    assert page.verdict.rules
    assert page.verdict.packs["cn-phone"]
    assert page.verdict.zh
    assert page.row.promised_at == page.row.expected_at
    assert page.row.promised_at > TOMORROW_10
    assert [told.text for told in page.promise][-1] == "Rounded up to the next half-day."
    assert (page.intake.signature, page.intake.backup_done) == ("王小明", True)
    assert events(number)[-1] == "repair.accepted"
    facts = ledger.timeline(number)[-1].facts
    assert facts["covered"] is True
    assert "王小明" not in str(facts)
    assert Booking.objects.get().state == "kept"


def test_outside_the_period_nothing_is_free():
    number = accepted(phone=bought_device(days=800))
    assert queries.order(NOW, number).row.covered is False


def test_without_proof_a_person_has_to_decide():
    number = accepted(phone=device())
    page = queries.order(NOW, number)
    assert (page.row.covered, page.verdict.outcome) == (None, "needs_person")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("signature", {"signature": " "}),
        ("backup_done", {"backup_done": False}),
        ("fault_on", {"fault_on": (TOMORROW_10 + timedelta(days=1)).date()}),
        ("fault_on", {"fault_on": date(1, 1, 1)}),
        ("signature", {"signature": "x" * 121}),
        ("note", {"note": "a\x00b"}),
        ("condition", {"condition": ("x",) * 41}),
        ("accessories", {"accessories": ("a\x00b",)}),
    ],
)
def test_nothing_is_taken_in_without_signature_and_a_word_about_the_data(field, changes):
    number = booked()
    before = facts()
    values = {"backup_done": True, "signature": "王小明"} | changes
    with pytest.raises(Invalid) as refusal:
        services.accept(NOW, number, intake=services.Intake(**values))
    assert (refusal.value.field, state(number), facts()) == (field, "booked", before)


def test_data_given_up_are_as_good_as_data_backed_up():
    intake = services.Intake(erase_consent=True, signature="王小明")
    assert state(accepted(intake=intake)) == "accepted"


def test_only_a_clerk_of_the_outlet_takes_in():
    number = booked()
    for actor in (nobody(), staff_actor("clerk", "SH01"), owner_actor()):
        with pytest.raises(Missing):
            services.accept(actor, number, intake=INTAKE)
    for actor in (staff_actor("engineer"), owner_of(number)):
        with pytest.raises(NotAllowed):
            services.accept(actor, number, intake=INTAKE)
    assert state(number) == "booked"
    clerk = staff_actor("clerk").then(TOMORROW_10)
    assert services.accept(clerk, number, intake=INTAKE) == number
    assert ledger.timeline(number)[-1].actor == clerk.ref


def test_a_second_intake_is_refused():
    number = accepted()
    with pytest.raises(IllegalMove):
        services.accept(NOW, number, intake=INTAKE)


def test_somebody_without_phone_or_appointment_gets_a_number_and_a_receipt():
    place()
    clerk = staff_actor("clerk").then(TOMORROW_10)
    phone = device(customer=None)
    made = services.walk_in(
        clerk, outlet="BJ01", device=phone.number, name="赵大爷", fault="no_power", words="按了没反应"
    )
    assert (made.ticket.count, made.ticket.state) == (1, "waiting")
    who = Customer.objects.get(number=made.customer)
    assert (who.name, who.phone, who.account) == ("赵大爷", "", None)
    services.accept(clerk, made.order, intake=INTAKE)
    assert outlets.ticket_position(made.ticket.number).state == "served"
    paper = queries.receipt(clerk, made.order)
    assert (paper.ticket_count, paper.customer_name, paper.fault) == (1, "赵大爷", "no_power")
    assert paper.promised_at is not None
    assert paper.verdict is not None
    assert paper.outlet.code == "BJ01"


def test_a_walk_in_may_be_taken_in_at_once():
    place()
    clerk = staff_actor("clerk").then(TOMORROW_10)
    drawn = seats.take_ticket(clerk, outlet="BJ01")
    phone = bought_device()
    made = services.walk_in(
        clerk,
        outlet="BJ01",
        device=phone.number,
        customer=phone.customer.number,
        fault="battery",
        intake=INTAKE,
        ticket=drawn.number,
    )
    assert (state(made.order), made.ticket.number, made.ticket.state) == ("accepted", drawn.number, "served")
    assert events(made.order) == ["repair.walked_in", "repair.accepted"]
    assert outlets.queue(clerk, "BJ01") == ()


def test_a_walk_in_needs_the_grant_there():
    place()
    for actor in (nobody(), staff_actor("clerk", "SH01"), staff_actor("engineer")):
        with pytest.raises(NotAllowed):
            services.walk_in(actor, outlet="BJ01", device=device().number, name="x", fault="no_power")
    assert (Order.objects.count(), facts()) == (0, 0)


def test_somebody_whose_part_lies_on_the_shelf_waits_in_the_fast_lane():
    battery = item("BAT-P1", faults=["battery"], minutes=30)
    place()
    here = {"outlet": "BJ01", "fault": "battery", "name": "王"}
    empty = services.walk_in(NOW, device=bought_device().number, **here)
    stock(battery, place(), on_hand=1)
    there = services.walk_in(NOW, device=bought_device().number, **here)
    long = services.walk_in(NOW, device=bought_device().number, **here | {"fault": "liquid"})
    lanes = [each.ticket.lane for each in (empty, there, long)]
    assert lanes == ["usual", "fast", "usual"]
