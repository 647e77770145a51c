"""Devices by IMEI or serial number, whose they are, and how they were bought."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import imei as stdnum_imei
from stdnum import luhn

from sanbao.base.actor import anonymous, system
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.errors import (
    AnothersDevice,
    PurchaseUnlike,
    SlowDown,
    WrongImei,
    WrongSerial,
)
from sanbao.rooms.registry.models import Device, Product, Purchase
from sanbao.rooms.registry.rules import Shown, counting, looks_like_imei, tidy_imei, tidy_serial
from sanbao.rooms.registry.tests import factories
from sanbao.rooms.registry.tests.factories import AT

HOUSE = system(AT)
TODAY = date(2026, 3, 2)


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


@given(st.integers(0, 10**14 - 1))
def test_a_tidy_imei_is_always_valid_and_stays_what_it_is(body):
    typed = f"{body:014d}"
    full = typed + luhn.calc_check_digit(typed)
    if body:
        assert tidy_imei(f" {full[:2]}-{full[2:8]} {full[8:]} ") == full
        assert stdnum_imei.is_valid(full)
        assert tidy_imei(typed + "07") == full


@given(st.integers(1, 10**14 - 1), st.integers(0, 14), st.integers(1, 9))
def test_any_single_mistyped_digit_is_noticed(body, place, shift):
    typed = f"{body:014d}"
    full = typed + luhn.calc_check_digit(typed)
    slip = full[:place] + str((int(full[place]) + shift) % 10) + full[place + 1 :]
    assert tidy_imei(slip) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_an_identity_or_none(typed):
    imei, serial = tidy_imei(typed), tidy_serial(typed)
    assert imei is None or (len(imei) == 15 and imei.isascii())
    assert serial is None or 4 <= len(serial) <= 40


def test_full_width_digits_are_digits():
    assert tidy_imei("３５６８６８００００４１４１８") == "356868000041418"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("35-686800-004141-9", True), ("35686800004141", True), ("1" * 18, False), ("SN35686800004141", False)],
)
def test_a_mistyped_imei_is_still_seen_as_one(typed, meant):
    assert looks_like_imei(typed) is meant


@pytest.mark.django_db
def test_the_imei_tells_the_model():
    factories.tac("86012306")
    number = services.add_device(HOUSE, imei=factories.imei(7))
    card = queries.device(HOUSE, number)
    assert (card.product.code, card.customer, card.purchase) == ("P1", "", None)
    assert events(number) == ["device.added"]


@pytest.mark.django_db
def test_the_same_device_again_is_the_same_number():
    imei = factories.imei()
    first = services.add_device(HOUSE, imei=imei)
    assert services.add_device(HOUSE, imei=f"{imei[:14]}01") == first
    assert services.add_device(HOUSE, serial=" sn-0001/a ") == services.add_device(HOUSE, serial="SN-0001/A")
    assert events(first) == ["device.added"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"imei": "356868000041419"}, WrongImei, "imei"),
        ({"imei": "35686800004141"}, WrongImei, "imei"),
        ({"imei": "0" * 15}, WrongImei, "imei"),
        ({"imei": "<script>"}, WrongImei, "imei"),
        ({"imei": "35686800\x0000414"}, WrongImei, "imei"),
        ({"serial": "ab"}, WrongSerial, "serial"),
        ({"serial": "序列号一二三"}, WrongSerial, "serial"),
        ({}, WrongSerial, "serial"),
        ({"serial": "SN0001", "product": "none"}, Missing, "product"),
        ({"serial": "SN0001", "made_on": TODAY + timedelta(days=1)}, Invalid, "made_on"),
        ({"serial": "SN0001", "customer": "CU-NONE"}, Missing, ""),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(given, refusal, field):
    with pytest.raises(refusal) as refused:
        services.add_device(HOUSE, **given)
    assert refused.value.field == field
    assert str(refused.value)
    assert not Device.objects.exists()


@pytest.mark.django_db
def test_only_who_may_edit_adds_devices():
    for actor in (factories.staff_actor("engineer"), factories.owner_actor(), anonymous(AT)):
        with pytest.raises(NotAllowed):
            services.add_device(actor, imei=factories.imei())
    assert not Device.objects.exists()


@pytest.mark.django_db
def test_an_owner_claims_an_unknown_device_and_then_finds_it():
    actor = factories.owner_actor()
    imei = factories.imei()
    number = services.claim_device(actor, imei=imei)
    assert services.claim_device(actor, imei=imei) == number
    assert queries.find_device(actor, imei).number == number
    assert [card.number for card in queries.my_devices(actor)] == [number]


@pytest.mark.django_db
def test_a_known_device_of_nobody_needs_the_right_day_of_purchase():
    device = factories.device(customer=None)
    factories.purchase(device, bought_on=date(2025, 11, 11))
    actor = factories.owner_actor()
    for day in (None, date(2025, 11, 12)):
        with pytest.raises(PurchaseUnlike):
            services.claim_device(actor, imei=device.imei, bought_on=day)
    device.refresh_from_db()
    assert device.customer_id is None
    assert services.claim_device(actor, imei=device.imei, bought_on=date(2025, 11, 11)) == device.number
    assert events(device.number) == ["device.claimed"]


@pytest.mark.django_db
def test_somebody_elses_device_is_never_taken_over_whatever_is_typed():
    bought = factories.purchase()
    device, owner = bought.device, bought.device.customer
    with pytest.raises(AnothersDevice):
        services.claim_device(factories.owner_actor(), imei=device.imei, bought_on=bought.bought_on)
    with pytest.raises(AnothersDevice):
        services.add_device(HOUSE, imei=device.imei, customer=factories.customer().number)
    device.refresh_from_db()
    assert device.customer_id == owner.pk
    assert events(device.number) == []


@pytest.mark.django_db
def test_claims_are_counted_so_that_imeis_cannot_be_tried_out():
    actor = factories.owner_actor()
    device = factories.device()
    for _ in range(20):
        with pytest.raises(AnothersDevice):
            services.claim_device(actor, imei=device.imei)
    with pytest.raises(SlowDown):
        services.claim_device(actor, imei=factories.imei())


@pytest.mark.django_db
def test_a_clerk_hands_a_device_over_and_says_why():
    device, buyer = factories.device(), factories.customer()
    before = device.customer.number
    clerk = factories.staff_actor("clerk")
    with pytest.raises(Invalid) as refused:
        services.hand_over_device(clerk, device.number, customer=buyer.number, why="")
    assert refused.value.field == "why"
    with pytest.raises(NotAllowed):
        services.hand_over_device(
            factories.staff_actor("engineer"), device.number, customer=buyer.number, why="sold"
        )
    services.hand_over_device(clerk, device.number, customer=buyer.number, why="sold, saw the invoice")
    assert queries.device(clerk, device.number).customer == buyer.number
    assert ledger.timeline(device.number)[0].facts["before"] == before
    assert len(events(device.number)) == 1


@pytest.mark.django_db
def test_owners_see_only_their_own_devices():
    device = factories.device()
    other = factories.owner_actor()
    assert queries.find_device(other, device.imei) is None
    assert queries.find_device(anonymous(AT), device.imei) is None
    for read in (queries.device, queries.purchases):
        with pytest.raises(Missing):
            read(other, device.number)


@pytest.mark.django_db
def test_a_device_is_found_by_number_imei_imeisv_and_serial():
    device = factories.device(serial="SN0009")
    clerk = factories.staff_actor("clerk")
    for typed in (device.number.lower(), device.imei, device.imei[:14] + "99", "sn 0009"):
        assert queries.find_device(clerk, typed).number == device.number, typed
    for typed in ("", "x", "\x00", device.imei[:14]):
        assert queries.find_device(clerk, typed) is None, typed


@pytest.mark.django_db
def test_the_public_check_names_the_model_and_never_the_device():
    factories.tac("86012306")
    known, unknown = factories.device().imei, factories.imei()
    assert queries.public_coverage(known) == queries.public_coverage(unknown)
    assert queries.public_coverage("356868000041418") is None


@given(st.lists(st.tuples(st.integers(1, 99), st.booleans()), unique_by=lambda pair: pair[0]))
def test_what_staff_checked_outweighs_what_was_only_said(pairs):
    best = counting(Shown(*pair) for pair in pairs)
    if not pairs:
        assert best is None
    elif any(checked for _, checked in pairs):
        assert best.place == max(place for place, checked in pairs if checked)
    else:
        assert best.place == max(place for place, _ in pairs)


@pytest.mark.django_db
def test_an_owner_says_when_it_was_bought_and_cannot_overrule_a_clerk():
    device = factories.device()
    owner, clerk = factories.owner_actor(device.customer), factories.staff_actor("clerk")
    services.add_purchase(owner, device.number, bought_on=date(2025, 6, 1), proof="invoice")
    assert not queries.device(owner, device.number).purchase.checked
    services.add_purchase(clerk, device.number, bought_on=date(2025, 5, 1), proof="invoice", channel="online")
    services.add_purchase(owner, device.number, bought_on=date(2026, 2, 1), proof="invoice")
    counts = queries.device(owner, device.number).purchase
    assert (counts.bought_on, counts.checked, counts.channel) == (date(2025, 5, 1), True, "online")
    assert len(queries.purchases(clerk, device.number)) == 3
    assert events(device.number) == ["purchase.added"] * 3


@pytest.mark.django_db
def test_the_same_purchase_again_adds_nothing():
    device = factories.device()
    for _ in range(2):
        services.add_purchase(HOUSE, device.number, bought_on=TODAY)
    assert Purchase.objects.count() == 1
    assert events(device.number) == ["purchase.added"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("bought_on", {"bought_on": TODAY + timedelta(days=1)}),
        ("bought_on", {"bought_on": date(2024, 2, 29)}),
        ("bought_on", {"bought_on": date(1, 1, 1)}),
        ("delivered_on", {"bought_on": TODAY, "delivered_on": TODAY - timedelta(days=1)}),
        ("delivered_on", {"bought_on": TODAY, "delivered_on": TODAY + timedelta(days=1)}),
        ("channel", {"bought_on": TODAY, "channel": "theft"}),
        ("proof", {"bought_on": TODAY, "proof": "word"}),
        ("price", {"bought_on": TODAY, "price_cents": -1}),
        ("files", {"bought_on": TODAY, "proof_file": "FL-NONE"}),
    ],
)
def test_impossible_purchases_are_refused_by_field(field, said):
    device = factories.device()
    with pytest.raises((Invalid, Missing)) as refused:
        services.add_purchase(factories.owner_actor(device.customer), device.number, **said)
    assert refused.value.field == field
    assert not Purchase.objects.exists()
    assert events(device.number) == []


@pytest.mark.django_db
def test_nobody_adds_a_purchase_to_a_foreign_device():
    device = factories.device()
    with pytest.raises(Missing):
        services.add_purchase(factories.owner_actor(), device.number, bought_on=TODAY)
    with pytest.raises(NotAllowed):
        services.add_purchase(factories.staff_actor("engineer"), device.number, bought_on=TODAY)
    assert not Purchase.objects.exists()


@pytest.mark.django_db
def test_the_day_of_purchase_is_read_in_the_calendar_of_the_installation():
    device = factories.device()
    late = AT.replace(hour=16, minute=30)
    services.add_purchase(HOUSE.then(late), device.number, bought_on=TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        services.add_purchase(HOUSE.then(late), device.number, bought_on=TODAY + timedelta(days=2))


@pytest.mark.django_db
def test_products_are_put_once_and_changed_by_putting_them_again():
    admin = factories.staff_actor("admin", "*")
    said = {"code": "P9", "name_zh": "九号", "name_en": "Nine", "product_class": "phone", "price_cents": 1}
    services.put_product(admin, **said)
    services.put_product(admin, **said)
    services.put_product(admin, **said | {"price_cents": 2})
    services.put_tac(admin, tac="86099999", product="P9")
    assert queries.product(admin, "P9").price_cents == 2
    assert queries.product_for_imei(factories.imei(1, "86099999")).code == "P9"
    assert events("product:P9") == ["product.put", "product.put", "product.tac_put"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"code": ""}, {"code": "x" * 25}, {"code": "a b"}, {"product_class": "car"}, {"price_cents": -1}],
)
def test_wrong_products_are_refused(wrong):
    said = {"code": "P9", "name_zh": "九号", "name_en": "Nine", "product_class": "phone"} | wrong
    with pytest.raises(Invalid):
        services.put_product(HOUSE, **said)
    with pytest.raises(NotAllowed):
        services.put_product(factories.staff_actor("manager"), **said)
    with pytest.raises((Invalid, Missing)):
        services.put_tac(HOUSE, tac="8609999x", product="P9")
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_device_reads_cost_the_same_however_many_there_are(django_assert_max_num_queries):
    person = factories.customer()
    actor = factories.owner_actor(person)
    for _ in range(30):
        factories.purchase(factories.device(person))
    with django_assert_max_num_queries(3):
        assert len(queries.my_devices(actor)) == 30


@pytest.mark.django_db
def test_a_clerk_says_which_model_it_is_where_the_imei_does_not():
    device = factories.device(product=None)
    factories.product("P2")
    clerk = factories.staff_actor("clerk")
    for _ in range(2):
        services.set_product(clerk, device.number, "P2")
    with pytest.raises(Missing):
        services.set_product(clerk, device.number, "P\x00")
    assert queries.device(clerk, device.number).product.code == "P2"
    assert [card.number for card in queries.devices_of(clerk, device.customer.number)] == [device.number]
    assert events(device.number) == ["device.product_set"]


@pytest.mark.django_db
def test_a_known_device_of_nobody_becomes_the_customers_it_is_brought_in_for():
    device, owner = factories.device(customer=None), factories.customer()
    for _ in range(2):
        assert services.add_device(HOUSE, imei=device.imei, customer=owner.number) == device.number
    assert queries.device(HOUSE, device.number).customer == owner.number
    assert events(device.number) == ["device.claimed"]
