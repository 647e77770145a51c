"""What pages show, and to whom."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.registry.tests.factories import (
    AT,
    customer,
    device,
    nobody,
    owner_actor,
    staff_actor,
)
from sanbao.rooms.repairs import queries
from sanbao.rooms.repairs.rules import Bought
from sanbao.rooms.repairs.tests.factories import accepted, booked, bought_device, order, owner_of, place

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)


def numbers(rows):
    return [row.number for row in rows]


def test_a_list_is_read_page_by_page_newest_first():
    made = [order().number for _ in range(5)]
    first = queries.worklist(NOW, "BJ01", most=2)
    second = queries.worklist(NOW, "BJ01", after=first.after, most=2)
    third = queries.worklist(NOW, "BJ01", after=second.after, most=2)
    assert numbers((*first.rows, *second.rows, *third.rows)) == made[::-1]
    assert third.after == ""


def test_a_worklist_holds_the_asked_states_of_the_asked_outlet():
    place("SH01")
    here = order(state="accepted")
    order(state="accepted", outlet_id="SH01")
    order(state="returned")
    assert numbers(queries.worklist(NOW, "BJ01").rows) == [here.number]
    assert len(queries.worklist(NOW).rows) == 2
    assert len(queries.worklist(NOW, states=["returned"]).rows) == 1


def test_staff_see_their_outlets_and_owners_their_own():
    place("SH01")
    mine = order()
    order(outlet_id="SH01")
    clerk, me = staff_actor("clerk", "BJ01"), owner_actor(mine.customer)
    assert numbers(queries.worklist(clerk, "BJ01").rows) == [mine.number]
    assert numbers(queries.worklist(clerk).rows) == [mine.number]
    assert numbers(queries.my_orders(me).rows) == [mine.number]
    assert queries.my_orders(clerk).rows == ()
    for outlet in ("SH01", ""):
        with pytest.raises(NotAllowed):
            queries.worklist(nobody(), outlet)
    with pytest.raises(NotAllowed):
        queries.bench(clerk, "SH01")
    with pytest.raises(Missing):
        queries.order(owner_actor(), mine.number)
    with pytest.raises(Missing):
        queries.receipt(staff_actor("clerk", "SH01"), mine.number)


def test_only_moves_open_to_this_person_are_offered():
    number = booked()
    assert set(queries.order(owner_of(number), number).moves) == {"move_visit", "cancel"}
    assert queries.order(staff_actor("engineer"), number).moves == ()
    assert set(queries.order(staff_actor("clerk"), number).moves) == {
        "accept",
        "move_visit",
        "cancel",
        "miss",
    }
    assert "accept" in queries.order(NOW, number).moves


def test_the_bench_lists_the_next_due_first():
    late = order(state="accepted", expected_at=TOMORROW_10 + timedelta(days=2))
    soon = order(state="approved", expected_at=TOMORROW_10)
    unknown = order(state="waiting_part")
    order(state="booked")
    assert numbers(queries.bench(NOW, "BJ01")) == [soon.number, late.number, unknown.number]


def test_an_order_is_found_by_number_device_or_name():
    wanted = order(customer=customer(name="欧阳娜娜"))
    order()
    imei = wanted.device.imei
    typed = wanted.number.replace("-", " ").lower()
    for text in (typed, imei, imei[:15], wanted.device.number, wanted.customer.number, "欧阳"):
        assert numbers(queries.search(NOW, text)) == [wanted.number]
    for text in ("", "欧", "没有的人", "a\x00b"):
        assert queries.search(NOW, text) == ()
    assert queries.search(nobody(), "欧阳") == ()


def test_the_orders_of_a_device_and_of_a_customer():
    old = order(state="returned")
    new = order(device=old.device, customer=old.customer)
    order()
    assert numbers(queries.by_device(NOW, old.device.number)) == [new.number, old.number]
    assert numbers(queries.of_customer(NOW, old.customer.number)) == [new.number, old.number]


def test_open_orders_are_counted_by_state():
    order()
    order(state="accepted")
    order(state="returned")
    assert queries.counts(NOW) == {"accepted": 1, "booked": 1}
    assert queries.counts(NOW, ["SH01"]) == {}


def test_rights_name_every_part_and_the_rule():
    mine = bought_device(days=5)
    rows = queries.rights(owner_actor(mine.customer), mine.number, on=AT.date())
    by_part = {row.part: row.verdict for row in rows}
    assert list(by_part) == ["main", "battery", "charger", "wired-earphone"]
    assert set(by_part["main"].remedies) == {"repair", "exchange", "refund"}
    assert by_part["main"].rule_ids
    with pytest.raises(Missing):
        queries.rights(owner_actor(), mine.number, on=AT.date())


def test_rights_with_a_fault_speak_of_its_part_alone():
    mine = bought_device(days=100)
    (row,) = queries.rights(owner_actor(mine.customer), mine.number, on=AT.date(), fault="battery")
    assert (row.part, row.verdict.covered) == ("battery", True)
    (broken,) = queries.rights(owner_actor(mine.customer), mine.number, on=AT.date(), fault="screen_cracked")
    assert broken.verdict.covered is False


def test_anybody_may_ask_about_plain_facts():
    bought = Bought("phone", date(2026, 1, 1), None, "store", "invoice")
    rows = queries.rights_for(bought, on=date(2026, 3, 2))
    assert rows[0].verdict.remedies == ("repair",)
    late = queries.rights_for(bought, on=date(2030, 1, 1), asked_on=date(2026, 3, 2))
    assert not late[0].verdict.covered


def test_an_order_without_anything_yet_shows_an_empty_page():
    bare = order(device=device())
    page = queries.order(NOW, bare.number.lower())
    assert (page.intake, page.verdict, page.quote, page.lines, page.promise) == (None, None, None, (), ())
    assert (page.ticket, page.total_cents, page.timeline) == (None, 0, ())


def test_a_page_says_what_was_told_when_it_was_taken_in():
    page = queries.order(NOW, accepted())
    assert all(told.text % told.facts for told in page.promise)
    assert page.timeline[-1].event == "repair.accepted"


@pytest.mark.parametrize("junk", ["a\x00b", "", "RO-XXXX", "x" * 500])
def test_junk_instead_of_a_number_finds_nothing_and_breaks_nothing(junk):
    order()
    assert queries.by_device(NOW, junk) == ()
    assert queries.of_customer(NOW, junk) == ()
    for read in (queries.order, queries.receipt, queries.customer_of):
        with pytest.raises(Missing):
            read(NOW, junk)
    if junk:
        with pytest.raises(Invalid):
            queries.worklist(NOW, after=junk)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_dates_out_of_this_world_are_refused(day):
    for values in ({"on": day}, {"bought_on": day}, {"delivered_on": day}):
        bought = {"bought_on": date(2026, 1, 1)} | {k: v for k, v in values.items() if k != "on"}
        with pytest.raises(Invalid) as refusal:
            queries.rights_for(Bought(**bought, proof="invoice"), on=values.get("on", date(2026, 3, 2)))
        assert refusal.value.field == next(iter(values))
