"""Stock moves, reservations and prices."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.tests.factories import facts, house, outlet
from sanbao.rooms.parts import queries, services
from sanbao.rooms.parts.errors import NoPrice, NotInStock, PromisedToOthers
from sanbao.rooms.parts.models import Item, Movement, Reservation, Stock
from sanbao.rooms.parts.rules import Availability, available, worst
from sanbao.rooms.parts.tests.factories import item, labour, stock
from sanbao.rooms.registry.tests.factories import AT, bearer, nobody, product

pytestmark = pytest.mark.django_db
RO = "RO-0000-0001-X"
DAY = date(2026, 3, 2)


def shelf():
    row = Stock.objects.get()
    return row.on_hand, row.reserved


def test_what_is_received_lies_there_and_is_told():
    outlet()
    item()
    services.expect(house(), outlet="BJ01", item="SCREEN-P1", on=date(2026, 3, 5))
    assert queries.availability(["SCREEN-P1"], ["BJ01"])["BJ01"] == Availability("expected", date(2026, 3, 5))
    services.receive(house(), outlet="BJ01", item="SCREEN-P1", quantity=3, note="周一到货")
    assert shelf() == (3, 0)
    assert Stock.objects.get().expected_on is None
    fact = ledger.timeline("SCREEN-P1")[-1]
    assert (fact.event, fact.facts) == ("stock.arrived", {"outlet": "BJ01", "quantity": 3})


def test_the_movements_add_up_to_the_stock():
    stock(on_hand=0)
    services.receive(house(), outlet="BJ01", item="SCREEN-P1", quantity=5)
    services.use(house(), order=RO, outlet="BJ01", item="SCREEN-P1", quantity=2)
    services.count_stock(house(), outlet="BJ01", item="SCREEN-P1", counted=4)
    assert shelf() == (4, 0)
    assert sum(Movement.objects.values_list("quantity", flat=True)) == 4


def test_a_reserved_piece_is_nobody_elses():
    stock(on_hand=1)
    services.reserve(house(), order=RO, outlet="BJ01", item="SCREEN-P1")
    before = facts()
    for act in (services.reserve, services.use):
        with pytest.raises(NotInStock) as refusal:
            act(house(), order="RO-OTHER", outlet="BJ01", item="SCREEN-P1")
        assert refusal.value.facts == {"item": "SCREEN-P1", "outlet": "BJ01"}
    assert (shelf(), facts()) == ((1, 1), before)
    services.use(house(), order=RO, outlet="BJ01", item="SCREEN-P1")
    assert shelf() == (0, 0)
    assert [f.event for f in ledger.timeline(RO)] == ["part.reserved", "part.used"]


def test_reserving_twice_keeps_one_lot():
    stock(on_hand=2)
    for _ in range(2):
        services.reserve(house(), order=RO, outlet="BJ01", item="SCREEN-P1")
    assert (shelf(), Reservation.objects.count()) == ((2, 1), 1)


def test_releasing_gives_back_once():
    stock(on_hand=1)
    services.reserve(house(), order=RO, outlet="BJ01", item="SCREEN-P1")
    assert services.release(house(), order=RO) == 1
    assert services.release(house(), order=RO) == 0
    assert shelf() == (1, 0)
    assert [row.state for row in queries.reservations_of(RO)] == ["released"]


def test_more_than_was_kept_is_used_only_if_it_is_free():
    stock(on_hand=2)
    services.reserve(house(), order=RO, outlet="BJ01", item="SCREEN-P1")
    services.reserve(house(), order="RO-OTHER", outlet="BJ01", item="SCREEN-P1")
    with pytest.raises(NotInStock):
        services.use(house(), order=RO, outlet="BJ01", item="SCREEN-P1", quantity=2)
    assert shelf() == (2, 2)
    assert Reservation.objects.filter(state="held").count() == 2


def test_a_count_cannot_go_below_what_is_promised():
    stock(on_hand=3, reserved=2)
    with pytest.raises(PromisedToOthers) as refusal:
        services.count_stock(house(), outlet="BJ01", item="SCREEN-P1", counted=1)
    assert (refusal.value.facts["reserved"], shelf()) == (2, (3, 2))


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_a_quantity_is_a_few_pieces(quantity):
    stock()
    for act in (services.receive, services.reserve, services.use):
        order = {} if act is services.receive else {"order": RO}
        with pytest.raises(Invalid):
            act(house(), outlet="BJ01", item="SCREEN-P1", quantity=quantity, **order)
    assert (shelf(), facts()) == ((1, 0), 0)


def test_labour_does_not_lie_on_a_shelf_and_unknown_items_are_missing():
    outlet()
    labour()
    with pytest.raises(Invalid):
        services.receive(house(), outlet="BJ01", item="LABOUR-1", quantity=1)
    with pytest.raises(Missing):
        services.receive(house(), outlet="BJ01", item="NOTHING", quantity=1)
    item()
    with pytest.raises(Missing):
        services.receive(house(), outlet="XX99", item="SCREEN-P1", quantity=1)
    assert Stock.objects.count() == 0


@pytest.mark.parametrize("act", [services.receive, services.reserve, services.use, services.count_stock])
def test_without_the_grant_nothing_moves(act):
    stock()
    values = {"outlet": "BJ01", "item": "SCREEN-P1"}
    values |= {"counted": 5} if act is services.count_stock else {"quantity": 1}
    values |= {"order": RO} if act in {services.reserve, services.use} else {}
    elsewhere = bearer("parts.receive", "parts.reserve", "parts.use", outlet="SH01")
    for actor in (nobody(), elsewhere):
        with pytest.raises(NotAllowed):
            act(actor, **values)
    assert (shelf(), facts()) == ((1, 0), 0)


def test_a_price_is_that_of_the_day():
    item(cents=None)
    services.set_price(house(), item="SCREEN-P1", valid_from=date(2026, 1, 1), cents=39900)
    services.set_price(house(), item="SCREEN-P1", valid_from=date(2026, 3, 1), cents=44900)
    assert queries.price_on("SCREEN-P1", date(2026, 2, 28)) == 39900
    assert queries.price_on("SCREEN-P1", date(2026, 3, 1)) == 44900
    with pytest.raises(NoPrice):
        queries.price_on("SCREEN-P1", date(2025, 12, 31))
    with pytest.raises(Invalid):
        services.set_price(house(), item="SCREEN-P1", valid_from=DAY, cents=-1)


def test_items_for_a_fault_fit_the_product_or_all_of_them():
    p1, p2 = product("P1"), product("P2")
    item("SCREEN-P1", product=p1)
    item("SCREEN-P2", product=p2)
    item("FRAME-P1", product=p1, faults=["case"])
    labour()
    found = queries.items_for("P1", "screen_dark", DAY)
    assert [(i.code, i.cents, i.minutes) for i in found] == [("SCREEN-P1", 49900, 40), ("LABOUR-1", 5000, 20)]
    assert [i.code for i in queries.items(DAY, codes=["FRAME-P1"])] == ["FRAME-P1"]


def test_the_catalogue_is_put_down_by_those_who_may():
    code = services.put_item(house(), code="BATTERY-P1", kind="part", name_zh="电池", faults=("battery",))
    assert (Item.objects.get(code=code).name_en, Item.objects.get(code=code).faults) == ("电池", ["battery"])
    with pytest.raises(NotAllowed):
        services.put_item(nobody(), code="X-1", kind="part", name_zh="x")
    for wrong in ({"code": "x y"}, {"kind": "gift"}, {"minutes": -1}):
        with pytest.raises(Invalid) as refusal:
            services.put_item(house(), **({"code": "OK-1", "kind": "part", "name_zh": "x"} | wrong))
        assert refusal.value.field == next(iter(wrong))


def test_the_public_words_say_no_numbers_and_the_worst_counts():
    first = stock(on_hand=2, reserved=2, expected_on=date(2026, 3, 9))
    battery = item("BATTERY-P1")
    stock(battery, first.outlet, on_hand=5)
    words = queries.availability(["SCREEN-P1", "BATTERY-P1"], ["BJ01", "SH01"])
    assert words["BJ01"] == Availability("expected", date(2026, 3, 9))
    assert words["SH01"] == Availability("none")
    assert queries.availability(["BATTERY-P1"], ["BJ01"])["BJ01"] == Availability("shelf")


def test_what_is_kept_for_an_order_is_there_for_it():
    stock(on_hand=1)
    services.reserve(house(), order=RO, outlet="BJ01", item="SCREEN-P1")
    assert queries.availability(["SCREEN-P1"], ["BJ01"])["BJ01"].state == "none"
    assert queries.availability(["SCREEN-P1"], ["BJ01"], order=RO)["BJ01"].state == "shelf"


def test_words_and_their_order():
    assert available(1, 1, None).state == "shelf"
    assert available(0, 1, None).state == "none"
    assert worst([]) == Availability("shelf")
    early, late = Availability("expected", date(2026, 1, 1)), Availability("expected", date(2026, 2, 1))
    assert worst([early, late]) == late
    assert worst([late, Availability("none")]) == Availability("none")


def test_a_shortage_is_a_part_that_was_used_and_is_gone():
    gone = stock(on_hand=2)
    battery = item("BATTERY-P1")
    stock(battery, gone.outlet, on_hand=0)
    for _ in range(2):
        services.use(house(), order=RO, outlet="BJ01", item="SCREEN-P1")
    rows = queries.shortage(house(AT + timedelta(days=1)))
    assert [(row.item, row.used) for row in rows] == [("SCREEN-P1", 2)]
    assert queries.shortage(house(AT + timedelta(days=29))) == ()
    assert queries.shortage(bearer("parts.see", outlet="SH01")) == ()


def test_the_shelf_is_read_page_by_page():
    place = outlet()
    for n in range(5):
        stock(item(f"ITEM-{n}"), place)
    page = queries.stock_at(house(), "BJ01", most=3)
    rest = queries.stock_at(house(), "BJ01", after=page.after, most=3)
    assert [r.item for r in (*page.rows, *rest.rows)] == [f"ITEM-{n}" for n in range(5)]
    assert rest.after == ""
    with pytest.raises(NotAllowed):
        queries.stock_at(nobody(), "BJ01")


@pytest.mark.parametrize("junk", ["a\x00b", "", "x" * 500])
def test_junk_instead_of_a_code_finds_nothing_and_breaks_nothing(junk):
    stock()
    with pytest.raises(Missing):
        services.receive(house(), outlet="BJ01", item=junk, quantity=1)
    with pytest.raises(NoPrice):
        queries.price_on(junk, DAY)
    if junk:
        with pytest.raises(Invalid):
            queries.stock_at(house(), "BJ01", after=junk)
    with pytest.raises(Invalid):
        services.receive(house(), outlet="BJ01", item="SCREEN-P1", quantity=1, note="a\x00b")
    assert shelf() == (1, 0)


def test_a_delivery_note_is_put_on_the_shelf_whole_and_told_once():
    outlet()
    item()
    labour()
    services.receive_delivery(house(), outlet="BJ01", pieces={"SCREEN-P1": 3}, note="周一到货")
    services.receive_delivery(house(), outlet="BJ01", pieces={"SCREEN-P1": 2})
    assert Stock.objects.get(outlet_id="BJ01", item_id="SCREEN-P1").on_hand == 5
    assert [row.quantity for row in Movement.objects.order_by("id")] == [3, 2]
    facts = [fact for fact in ledger.timeline("BJ01") if fact.event == "stock.delivered"]
    assert [fact.facts["pieces"] for fact in facts] == [{"SCREEN-P1": 3}, {"SCREEN-P1": 2}]


@pytest.mark.parametrize(
    ("pieces", "fault"),
    [
        ({"SCREEN-P1": 1, "NOTHING": 1}, Missing),
        ({"SCREEN-P1": 1, "a\x00b": 1}, Missing),
        ({"SCREEN-P1": 1, "LABOUR-1": 1}, Invalid),
        ({"SCREEN-P1": 0}, Invalid),
        ({}, Invalid),
    ],
)
def test_a_delivery_note_with_a_wrong_line_is_refused_whole(pieces, fault):
    outlet()
    item()
    labour()
    with pytest.raises(fault):
        services.receive_delivery(house(), outlet="BJ01", pieces=pieces)
    assert not Movement.objects.exists()
    assert not [fact for fact in ledger.timeline("BJ01") if fact.event == "stock.delivered"]
