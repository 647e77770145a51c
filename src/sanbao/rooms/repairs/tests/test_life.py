"""The life of an order, from booking to the owner's hands."""

from datetime import timedelta

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed, Refusal
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as seats
from sanbao.rooms.outlets.errors import SlotFull
from sanbao.rooms.outlets.models import Booking, Slot
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts import services as stock_services
from sanbao.rooms.parts.errors import NotInStock
from sanbao.rooms.parts.models import Stock
from sanbao.rooms.parts.tests.factories import item, labour, stock
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.registry.tests.factories import (
    AT,
    bearer,
    customer,
    device,
    nobody,
    owner_actor,
    product,
    staff,
    staff_actor,
)
from sanbao.rooms.repairs import queries, services
from sanbao.rooms.repairs.errors import (
    AlreadyOpen,
    CoveredByRight,
    NoMailHere,
    NotCovered,
    PriceChanged,
    QuoteOver,
)
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.tests.factories import (
    INTAKE,
    accepted,
    booked,
    bought_device,
    cleared,
    finished,
    mailed,
    owner_of,
    place,
    quoted,
    returned,
)

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)
HALF_HOUR = timedelta(minutes=30)


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def state(number):
    return Order.objects.get(number=number).state


def seats_taken():
    return sum(Slot.objects.values_list("booked", flat=True))


def shelf():
    row = Stock.objects.get()
    return row.on_hand, row.reserved


# --- booking ---


def test_a_visit_takes_seat_part_and_order_at_once():
    stock(at=place())
    number = booked()
    card = queries.order(NOW, number)
    assert (card.state, card.row.visit_at, seats_taken(), shelf()) == ("booked", TOMORROW_10, 1, (1, 1))
    assert outlets.booking(NOW, card.booking).order == number
    assert events(number) == ["part.reserved", "repair.booked"]


def test_a_full_slot_leaves_no_order_no_part_and_no_fact():
    stock(at=place())
    for _ in range(3):
        seats.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    before = Entry.objects.count()
    with pytest.raises(SlotFull):
        booked()
    assert (Order.objects.count(), shelf(), Entry.objects.count()) == (0, (1, 0), before)


def test_a_part_that_is_not_there_does_not_stand_in_the_way():
    item()
    number = booked()
    assert ledger.timeline(number)[-1].facts["missing"] == ["SCREEN-P1"]


def test_owners_book_for_themselves_only_and_with_their_own_device():
    mine, other = bought_device(), bought_device()
    me = owner_actor(mine.customer)
    place()
    for wrong in ({"device": other.number}, {"customer": other.customer.number}):
        with pytest.raises(Missing) as refusal:
            booked(me, phone=mine, **wrong)
        assert refusal.value.field == next(iter(wrong))
    assert (Order.objects.count(), seats_taken()) == (0, 0)
    assert state(booked(me, phone=mine)) == "booked"


def test_an_agent_books_for_somebody_who_called_and_a_stranger_may_not():
    agent = staff_actor("agent", "*")
    number = booked(agent, channel="phone")
    assert queries.order(agent, number).row.channel == "phone"
    elsewhere = bearer("repairs.book", "registry.search", outlet="SH01")
    for actor in (elsewhere, bearer("registry.search")):
        with pytest.raises(NotAllowed):
            booked(actor)
    with pytest.raises(Invalid):
        booked(agent, channel="pigeon")
    assert Order.objects.count() == 1


def test_a_seat_that_was_held_becomes_the_visits():
    place()
    phone = bought_device()
    me = owner_actor(phone.customer)
    held = seats.hold(me, outlet="BJ01", starts_at=TOMORROW_10)
    with pytest.raises(Invalid):
        booked(me, phone=phone, hold=held, starts_at=TOMORROW_10 + HALF_HOUR)
    number = booked(me, phone=phone, hold=held)
    assert (queries.order(me, number).booking, seats_taken()) == (held, 1)


def test_a_device_is_in_one_open_order_at_most():
    phone = bought_device()
    number = booked(phone=phone)
    with pytest.raises(AlreadyOpen) as refusal:
        booked(phone=phone, starts_at=TOMORROW_10 + HALF_HOUR)
    assert (refusal.value.facts["order"], seats_taken()) == (number, 1)
    services.cancel(owner_of(number, AT), number)
    assert state(booked(phone=phone)) == "booked"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("fault", {"fault": "bored"}),
        ("words", {"words": "x" * 4001}),
        ("words", {"words": "a\x00b"}),
        ("device", {"device": "DV-NONE"}),
        ("customer", {"customer": "CU-NONE"}),
        ("outlet", {"outlet": "XX99"}),
        ("starts_at", {"starts_at": AT}),
        ("starts_at", {"starts_at": TOMORROW_10 + timedelta(minutes=7)}),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(field, changes):
    with pytest.raises(Refusal) as refusal:
        booked(NOW.then(AT), **changes)
    assert refusal.value.field == field
    assert (Order.objects.count(), Booking.objects.count()) == (0, 0)


def test_emoji_and_rare_characters_are_kept():
    number = booked(words="屏幕𠮷闪🔥")
    assert queries.order(NOW, number).words == "屏幕𠮷闪🔥"


def test_moving_a_visit_moves_its_seat_and_the_owner_needs_no_grant():
    number = booked()
    later = TOMORROW_10 + HALF_HOUR
    services.move_visit(owner_of(number, AT), number, starts_at=later)
    assert (queries.order(NOW, number).row.visit_at, seats_taken()) == (later, 1)
    assert events(number) == ["repair.booked", "repair.visit_moved"]
    services.move_visit(owner_of(number, AT), number, starts_at=later)
    assert len(events(number)) == 2
    with pytest.raises(Missing):
        services.move_visit(owner_actor(), number, starts_at=TOMORROW_10)


def test_cancelling_gives_seat_and_part_back():
    stock(at=place())
    number = booked()
    services.cancel(owner_of(number, AT), number)
    assert (state(number), seats_taken(), shelf()) == ("cancelled", 0, (1, 0))
    with pytest.raises(IllegalMove):
        services.cancel(owner_of(number, AT), number)
    assert events(number) == ["part.reserved", "repair.booked", "repair.cancelled", "part.released"]


def test_nobody_is_missed_before_the_visit_and_the_sweep_finds_the_others():
    stock(at=place())
    number = booked()
    with pytest.raises(Invalid):
        services.miss(house(), number)
    assert services.miss_overdue(house(TOMORROW_10 + timedelta(hours=11))) == 0
    assert services.miss_overdue(house(TOMORROW_10 + timedelta(hours=13))) == 1
    assert (state(number), shelf()) == ("missed", (1, 0))
    assert Booking.objects.get().state == "missed"


# --- intake ---


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
    ],
)
def test_nothing_is_taken_in_without_signature_and_a_word_about_the_data(field, changes):
    number = booked()
    before = Entry.objects.count()
    values = {"backup_done": True, "signature": "王小明"} | changes
    with pytest.raises(Invalid) as refusal:
        services.accept(NOW, number, intake=services.Intake(**values))
    assert (refusal.value.field, state(number), Entry.objects.count()) == (field, "booked", before)


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
    assert (Order.objects.count(), Entry.objects.count()) == (0, 0)


# --- bench ---


def test_a_covered_repair_goes_all_the_way_without_a_price():
    screen = item()
    labour()
    stock(screen, place())
    number = returned(items=["SCREEN-P1", "LABOUR-1"])
    page = queries.order(NOW, number)
    assert (page.state, page.total_cents, shelf()) == ("returned", 0, (0, 0))
    assert all(line.covered and line.used_at for line in page.lines)
    assert events(number) == [
        "part.reserved",
        "repair.booked",
        "repair.accepted",
        "repair.diagnosed",
        "repair.ready",
        "part.used",
        "repair.returned",
    ]


def test_what_no_rule_covers_is_not_cleared():
    number = accepted(phone=bought_device(days=800))
    with pytest.raises(NotCovered):
        services.clear(NOW, number, finding="confirmed", diagnosis="主板故障")
    assert state(number) == "accepted"


def test_damage_found_at_the_bench_takes_the_free_repair_away_and_the_verdict_says_so():
    item()
    number = accepted()
    with pytest.raises(NotCovered):
        services.clear(NOW, number, finding="customer_damage", diagnosis="进水")
    services.quote(
        NOW,
        number,
        finding="customer_damage",
        diagnosis="进水腐蚀",
        lines=[services.QuoteLine("SCREEN-P1")],
    )
    page = queries.order(NOW, number)
    assert (page.row.covered, page.verdict.covered, page.verdict.fault_kind) == (
        False,
        False,
        "customer-damage",
    )
    assert (page.quote.cents, page.quote.open, page.total_cents) == (49900, True, 49900)


def test_what_is_free_by_right_cannot_be_charged():
    item()
    number = accepted()
    with pytest.raises(CoveredByRight):
        services.quote(
            NOW,
            number,
            finding="confirmed",
            diagnosis="排线故障",
            lines=[services.QuoteLine("SCREEN-P1")],
        )
    assert (state(number), queries.order(NOW, number).lines) == ("accepted", ())


def test_where_no_rule_decides_the_engineers_word_counts_and_is_recorded():
    number = accepted(phone=device())
    services.clear(NOW, number, finding="confirmed", diagnosis="屏幕排线故障")
    assert ledger.timeline(number)[-1].facts["by_person"] is True


def test_no_work_before_the_owner_has_said_yes():
    stock(at=place())
    number = quoted("SCREEN-P1")
    with pytest.raises(IllegalMove):
        services.finish(NOW, number, resolution="换屏")
    services.approve(owner_of(number), number, cents=49900)
    assert (state(number), shelf()) == ("approved", (1, 1))
    services.finish(NOW, number, resolution="换屏")
    page = queries.order(NOW, number)
    assert (page.state, page.total_cents, page.quote.answer, shelf()) == ("ready", 49900, "yes", (0, 0))


def test_a_no_sends_the_device_back_and_the_part_to_the_shelf():
    stock(at=place())
    number = quoted("SCREEN-P1")
    services.decline(owner_of(number), number)
    assert (state(number), shelf()) == ("declined", (1, 0))
    services.hand_back(NOW, number)
    assert ledger.timeline(number)[-1].facts == {"outlet": "BJ01", "repaired": False, "how": "counter"}


def test_only_the_owner_or_a_clerk_on_the_owners_word_answers():
    item()
    number = quoted("SCREEN-P1")
    with pytest.raises(Missing):
        services.approve(owner_actor(), number)
    with pytest.raises(NotAllowed):
        services.approve(staff_actor("engineer").then(TOMORROW_10), number)
    services.approve(staff_actor("clerk").then(TOMORROW_10), number)
    assert ledger.timeline(number)[-1].facts["on_word"] == "signed"


def test_a_price_that_is_over_or_changed_is_not_accepted():
    item()
    number = quoted("SCREEN-P1")
    me = owner_of(number)
    with pytest.raises(PriceChanged):
        services.approve(me, number, cents=100)
    with pytest.raises(QuoteOver):
        services.approve(me.then(TOMORROW_10 + timedelta(days=15)), number)
    assert (state(number), queries.order(me, number).quote.answer) == ("quoted", "")


def test_a_new_quote_takes_the_place_of_the_old_one():
    item()
    item("BATTERY-P1", cents=9900)
    number = quoted("SCREEN-P1")
    lines = [services.QuoteLine("BATTERY-P1", 2), services.QuoteLine("SCREEN-P1", covered=True)]
    services.quote(NOW, number, finding="customer_damage", diagnosis="电池鼓包", lines=lines)
    page = queries.order(NOW, number)
    assert (page.quote.cents, page.total_cents) == (19800, 19800)
    assert [(line.item, line.charged) for line in page.lines] == [("BATTERY-P1", 19800), ("SCREEN-P1", 0)]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("finding", {"finding": "magic"}),
        ("diagnosis", {"diagnosis": " "}),
        ("diagnosis", {"diagnosis": "x" * 4001}),
        ("lines", {"lines": []}),
        ("lines", {"lines": [services.QuoteLine("SCREEN-P1", 0)]}),
        ("lines", {"lines": [services.QuoteLine("SCREEN-P1"), services.QuoteLine("SCREEN-P1")]}),
        ("item", {"lines": [services.QuoteLine("NOTHING")]}),
        ("note", {"note": "x" * 301}),
    ],
)
def test_a_quote_is_refused_by_the_name_of_the_field(field, changes):
    item()
    number = accepted()
    values = {"finding": "customer_damage", "diagnosis": "进水", "lines": [services.QuoteLine("SCREEN-P1")]}
    with pytest.raises(Refusal) as refusal:
        services.quote(NOW, number, **(values | changes))
    assert (refusal.value.field, state(number)) == (field, "accepted")


def test_the_price_is_that_of_the_day_of_the_quote():
    item()
    stock_services.set_price(
        house(), item="SCREEN-P1", valid_from=TOMORROW_10.date() + timedelta(days=1), cents=1
    )
    number = quoted("SCREEN-P1")
    assert queries.order(NOW, number).quote.cents == 49900


def test_waiting_for_a_part_ends_when_it_arrives_not_before():
    item()
    number = cleared(items=["SCREEN-P1"])
    services.await_part(NOW, number, expected_at=TOMORROW_10 + timedelta(days=9))
    with pytest.raises(NotInStock):
        services.resume(NOW, number)
    with pytest.raises(IllegalMove):
        services.finish(NOW, number, resolution="换屏")
    page = queries.order(NOW, number)
    assert page.row.expected_at == TOMORROW_10 + timedelta(days=9)
    assert page.row.promised_at != page.row.expected_at
    assert events(number)[-2:] == ["repair.waiting_part", "repair.delayed"]


def test_finishing_without_the_part_is_refused_and_nothing_moves():
    item()
    number = cleared(items=["SCREEN-P1"])
    with pytest.raises(NotInStock):
        services.finish(NOW, number, resolution="换屏")
    assert state(number) == "approved"
    with pytest.raises(Invalid):
        services.finish(NOW, number, resolution=" ")


def test_a_delay_is_told_with_its_reason_and_the_promise_stays():
    number = accepted()
    first = queries.order(NOW, number).row.promised_at
    later = first + timedelta(days=2)
    services.delay(NOW, number, expected_at=later, reason="queue")
    page = queries.order(NOW, number)
    assert (page.row.promised_at, page.row.expected_at) == (first, later)
    assert ledger.timeline(number)[-1].facts["reason"] == "queue"
    for wrong in ({"reason": "王小明没来"}, {"expected_at": AT}):
        with pytest.raises(Invalid):
            services.delay(NOW, number, **({"expected_at": later, "reason": "queue"} | wrong))
    with pytest.raises(NotAllowed):
        services.delay(staff_actor("clerk"), number, expected_at=later, reason="queue")


def test_an_order_is_late_once_its_expected_date_has_passed_and_it_is_not_ready():
    number = accepted()
    when = queries.order(NOW, number).row.expected_at + timedelta(minutes=1)
    assert queries.order(house(when), number).row.late
    assert not queries.order(NOW, number).row.late


def test_an_engineer_is_assigned_once_and_must_work_here():
    number = accepted()
    person = staff(("engineer", "BJ01"))
    for _ in range(2):
        services.assign_engineer(NOW, number, staff=person.number)
    assert queries.order(NOW, number).row.engineer == person.number
    assert events(number).count("repair.assigned") == 1
    with pytest.raises(Missing):
        services.assign_engineer(NOW, number, staff="ST-NONE")
    with pytest.raises(NotAllowed):
        services.assign_engineer(staff_actor("clerk"), number, staff=person.number)


# --- mail ---


def test_a_parcel_comes_is_unpacked_repaired_and_goes_back():
    number = mailed()
    services.accept(NOW, number, intake=INTAKE)
    services.clear(NOW, number, finding="no_fault", diagnosis="未复现故障")
    services.finish(NOW, number, resolution="升级系统后正常")
    services.ship_back(NOW, number, carrier="SF", waybill="SF999")
    services.deliver(NOW, number)
    page = queries.order(NOW, number)
    assert (page.state, page.waybill_in, page.waybill_out) == ("returned", "SF1234567890", "SF999")
    assert events(number) == [
        "repair.mailed",
        "repair.accepted",
        "repair.diagnosed",
        "repair.ready",
        "repair.shipped",
        "repair.returned",
    ]
    assert "建国路" not in str([fact.facts for fact in ledger.timeline(number)])


def test_only_a_centre_takes_parcels_and_an_address_is_needed():
    place()
    with pytest.raises(NoMailHere):
        mailed(outlet="BJ01")
    with pytest.raises(Invalid) as refusal:
        mailed(return_address=" ")
    assert refusal.value.field == "return_address"
    assert Order.objects.count() == 0


def test_a_visitors_device_is_not_shipped_without_an_address():
    number = finished()
    with pytest.raises(Invalid):
        services.ship_back(NOW, number, carrier="SF", waybill="SF1")
    assert state(number) == "ready"


def test_an_announced_parcel_may_be_called_off_by_its_owner():
    number = mailed()
    services.cancel(owner_of(number), number)
    assert state(number) == "cancelled"


def test_the_customer_of_an_order_keeps_apart_from_others():
    number = booked()
    assert queries.customer_of(NOW, number) == Order.objects.get().customer.number
    with pytest.raises(Missing):
        queries.order(owner_actor(customer()), number)
    assert product().code == "P1"
