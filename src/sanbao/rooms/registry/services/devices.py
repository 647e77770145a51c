"""Products, devices and how they were bought."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.errors import AnothersDevice, ImeiTaken, PurchaseUnlike, WrongImei, WrongSerial
from sanbao.rooms.registry.models import Customer, Device, Imei, Product, Purchase, Tac
from sanbao.rooms.registry.rules import (
    Shown,
    counting,
    is_purchase_day,
    tidy_imei,
    tidy_name,
    tidy_serial,
)
from sanbao.rooms.registry.services.attempts import count_attempt
from sanbao.rooms.registry.states import PRODUCT_CLASSES, PROOFS, PURCHASE_CHANNELS
from sanbao.rooms.vault import queries as vault

_DEAREST_CENTS = 10_000_000_00
_LATEST_DELIVERY = timedelta(days=366)


@transaction.atomic
def add_device(
    actor: Actor,
    *,
    imei: str = "",
    serial: str = "",
    product: str | None = None,
    customer: str | None = None,
    made_on: date | None = None,
) -> str:
    """Return the number of the device with this IMEI or serial number, taken down now if it was unknown.

    ``product`` is a product's code, found by the first eight digits of the IMEI where it is not
    given; ``customer`` a customer's number. A device that is known and nobody's becomes the
    customer's; one that is somebody else's is refused (``hand_over_device`` is the way).

    Raises:
        NotAllowed, WrongImei, WrongSerial, Invalid, Missing, AnothersDevice.
    """
    require(actor, "registry.edit")
    owner = Customer.objects.pick(actor, number=customer, erased_at=None) if customer else None
    chosen = _product(product) if product else None
    return _find_or_add(actor, _identity(imei, serial), chosen, owner, made_on)


def claim_device(
    actor: Actor, *, imei: str = "", serial: str = "", bought_on: date | None = None, address: str = ""
) -> str:
    """Make a device the acting owner's own; return its number.

    The rule: an unknown device belongs to whoever types its full identity first; a known one that is
    nobody's as well, if the day of purchase fits the one we know; a device that is somebody else's
    never changes hands here, whatever is typed, but by a clerk who has seen it (``hand_over_device``).

    Raises:
        NotAllowed, SlowDown, WrongImei, WrongSerial, AnothersDevice, PurchaseUnlike.
    """
    if not actor.is_owner:
        raise NotAllowed
    identity = _identity(imei, serial)
    count_attempt(actor, "claim", actor.ref)
    if address:
        count_attempt(actor, "claim.address", address)
    return _claim(actor, identity, bought_on)


@transaction.atomic
def _claim(actor: Actor, identity: dict[str, str], bought_on: date | None) -> str:
    mine = Customer.objects.pick(actor, pk=actor.id)
    known = Device.objects.filter(_named(identity), customer=None).first()
    counts = _counting_purchase(known) if known else None
    if counts is not None and counts.bought_on != bought_on:
        raise PurchaseUnlike(field="bought_on")
    return _find_or_add(actor, identity, None, mine, None)


def _identity(imei: str, serial: str) -> dict[str, str]:
    """Return the one column that names a device: the IMEI where it is given, else the serial number."""
    if imei.strip():
        tidy = tidy_imei(imei)
        if tidy is None:
            raise WrongImei(field="imei", typed=_echo(imei))
        return {"imei": tidy}
    tidy = tidy_serial(serial)
    if tidy is None:
        raise WrongSerial(field="serial", typed=_echo(serial))
    return {"serial": tidy}


def _named(identity: dict[str, str]) -> Q:
    """Return the condition of the device that this names; an IMEI may be the first or the second."""
    imei = identity.get("imei")
    return Q(imei=imei) | Q(second_imei=imei) if imei else Q(**identity)


@transaction.atomic
def add_second_imei(actor: Actor, number: str, *, imei: str) -> str:
    """Put down the other IMEI of a phone with two SIM cards; return the device's number.

    Owners say it of their own device, once; staff may correct it. From then on either finds the device.

    Raises:
        Missing, NotAllowed, WrongImei, ImeiTaken, Overtaken.
        Invalid: it is the first one again, or the device goes by its serial number alone.
    """
    device: Device = Device.objects.pick(actor, number=number)
    tidy = tidy_imei(imei)
    if tidy is None:
        raise WrongImei(field="imei", typed=_echo(imei))
    if device.second_imei == tidy:
        return device.number
    if device.second_imei or not actor.is_owner:
        require(actor, "registry.edit")
    if tidy == device.imei or not device.imei:
        raise Invalid("This is no second IMEI of this device.", field="imei")
    _take_imei(device, tidy)
    Imei.objects.filter(imei=device.second_imei, device=device).delete()
    compare_and_set(device, seen={"second_imei": device.second_imei}, changes={"second_imei": tidy})
    ledger.append(device.number, "device.second_imei_added", actor)
    return device.number


def _take_imei(device: Device, imei: str) -> None:
    try:
        with transaction.atomic():
            Imei.objects.create(imei=imei, device=device)
    except IntegrityError as taken:
        raise ImeiTaken(field="imei") from taken


def _echo(typed: str) -> str:
    return tidy_name(typed)[:40]


def _product(code: str) -> Product:
    found: Product | None = Product.objects.filter(code=tidy_name(code)).first()
    if found is None:
        raise Missing(field="product", product=_echo(code))
    return found


def _find_or_add(
    actor: Actor,
    identity: dict[str, str],
    product: Product | None,
    owner: Customer | None,
    made_on: date | None,
) -> str:
    known = Device.objects.filter(_named(identity)).first()
    if known is None:
        known = _add(actor, identity, product, owner, made_on)
    if known is None:
        known = Device.objects.get(_named(identity))
    if owner is not None and known.customer_id is None:
        _give(actor, known, owner)
    if owner is not None and known.customer_id != owner.pk:
        raise AnothersDevice(field=next(iter(identity)))
    return known.number


def _add(
    actor: Actor,
    identity: dict[str, str],
    product: Product | None,
    owner: Customer | None,
    made_on: date | None,
) -> Device | None:
    """Return the new device, or None when somebody else added the same one a moment ago."""
    today = timezone.localdate(actor.at)
    if made_on is not None and not is_purchase_day(made_on, today=today, released=None):
        raise Invalid("A device cannot have been made on %(day)s.", field="made_on", day=made_on.isoformat())
    tac = Tac.objects.filter(tac=identity.get("imei", "")[:8]).select_related("product").first()
    model = product or (tac.product if tac else None)
    try:
        with transaction.atomic():
            device: Device = Device.objects.create(
                number=new_number("DV"),
                product=model,
                customer=owner,
                made_on=made_on,
                known_since=actor.at,
                **identity,
            )
            if device.imei:
                Imei.objects.create(imei=device.imei, device=device)
    except IntegrityError:
        return None
    ledger.append(device.number, "device.added", actor, product=device.product_id, by=next(iter(identity)))
    return device


def _give(actor: Actor, device: Device, owner: Customer) -> None:
    changed = Device.objects.filter(pk=device.pk, customer=None).update(customer=owner)
    device.refresh_from_db(fields=["customer"])
    if changed:
        ledger.append(device.number, "device.claimed", actor, customer=owner.number)


@transaction.atomic
def hand_over_device(actor: Actor, number: str, *, customer: str, why: str) -> None:
    """Make a device somebody else's, on the word of a clerk who has seen device and proof.

    Raises:
        Missing, NotAllowed, Overtaken.
        Invalid: no reason was given.
    """
    device = Device.objects.pick(actor, number=number)
    require(actor, "registry.edit")
    owner = Customer.objects.pick(actor, number=customer, erased_at=None)
    reason = tidy_name(why)[:200]
    if not reason:
        raise Invalid("Say why this device changes hands.", field="why")
    before = device.customer.number if device.customer else None
    compare_and_set(device, seen={"customer_id": device.customer_id}, changes={"customer_id": owner.pk})
    ledger.append(
        device.number, "device.handed_over", actor, customer=owner.number, before=before, why=reason
    )


@transaction.atomic
def set_product(actor: Actor, number: str, product: str) -> None:
    """Say which model a device is, where its IMEI did not tell.

    Raises:
        Missing, NotAllowed, Overtaken.
    """
    device = Device.objects.pick(actor, number=number)
    require(actor, "registry.edit")
    chosen = _product(product)
    if device.product_id == chosen.code:
        return
    seen, changes = {"product_id": device.product_id}, {"product_id": chosen.code}
    compare_and_set(device, seen=seen, changes=changes)
    ledger.append(device.number, "device.product_set", actor, product=chosen.code)


@transaction.atomic
def add_purchase(
    actor: Actor,
    device: str,
    *,
    bought_on: date,
    delivered_on: date | None = None,
    channel: str = "store",
    price_cents: int = 0,
    proof: str = "none",
    proof_file: str = "",
) -> None:
    """Put down when and how a device was bought; earlier rows stay.

    Staff check the proof by putting it down; what owners say about their own device stays unchecked
    and never outweighs a checked row. Days are of the installation's calendar. The same words again
    add nothing.

    Raises:
        Missing: unknown or foreign device or file.
        NotAllowed, Invalid.
    """
    row = Device.objects.select_related("product").pick(actor, number=device)
    if not actor.is_owner:
        require(actor, "registry.edit")
    _check_days(actor, row, bought_on, delivered_on)
    _check_words(channel, proof, price_cents)
    if proof_file:
        vault.file(actor, proof_file)
    said = {
        "bought_on": bought_on,
        "delivered_on": delivered_on,
        "channel": channel,
        "price_cents": price_cents,
        "proof": proof,
        "proof_file": proof_file,
        "checked_by": "" if actor.is_owner else actor.ref,
    }
    newest = row.purchases.order_by("-id").first()
    if newest is not None and all(getattr(newest, key) == value for key, value in said.items()):
        return
    Purchase.objects.create(device=row, added_by=actor.ref, added_at=actor.at, **said)
    ledger.append(
        row.number,
        "purchase.added",
        actor,
        proof=proof,
        checked=not actor.is_owner,
        proof_file=proof_file or None,
    )


def _check_days(actor: Actor, device: Device, bought: date, delivered: date | None) -> None:
    today = timezone.localdate(actor.at)
    released = device.product.released_on if device.product else None
    if not is_purchase_day(bought, today=today, released=released):
        text = "It cannot have been bought on %(day)s: that day is in the future or before it was on sale."
        raise Invalid(
            text, field="bought_on", remedy="Look at the invoice and type its date.", day=bought.isoformat()
        )
    if delivered is not None and not bought <= delivered <= min(today, bought + _LATEST_DELIVERY):
        text = "The day of delivery must lie between the purchase and today."
        raise Invalid(text, field="delivered_on", remedy="Leave it empty if you do not know it.")


def _check_words(channel: str, proof: str, price_cents: int) -> None:
    if channel not in PURCHASE_CHANNELS:
        raise Invalid("This is not a way of buying that we know.", field="channel")
    if proof not in PROOFS:
        raise Invalid("This is not a kind of proof that we know.", field="proof")
    if not 0 <= price_cents <= _DEAREST_CENTS:
        raise Invalid("This price is not possible.", field="price")


def _counting_purchase(device: Device) -> Purchase | None:
    rows = {row.pk: row for row in device.purchases.all()}
    counts = counting(Shown(row.pk, bool(row.checked_by)) for row in rows.values())
    return rows[counts.place] if counts else None


@transaction.atomic
def put_product(
    actor: Actor,
    *,
    code: str,
    name_zh: str,
    name_en: str,
    product_class: str,
    released_on: date | None = None,
    retired_on: date | None = None,
    price_cents: int = 0,
) -> str:
    """Add a product or replace what is known about it; return its code. The same words again add no fact.

    Raises:
        NotAllowed, Invalid.
    """
    require(actor, "registry.catalogue")
    bare = tidy_name(code)
    if not bare or len(bare) > 24 or not bare.isascii() or " " in bare:  # noqa: PLR2004 - the column's length
        raise Invalid("A product's code is 1 to 24 letters, digits and dashes.", field="code")
    if product_class not in PRODUCT_CLASSES:
        raise Invalid("This is not a class of products that we know.", field="product_class")
    _check_words("store", "none", price_cents)
    said = {
        "name_zh": tidy_name(name_zh)[:80],
        "name_en": tidy_name(name_en)[:80],
        "product_class": product_class,
        "released_on": released_on,
        "retired_on": retired_on,
        "price_cents": price_cents,
    }
    known = Product.objects.filter(code=bare).first()
    if known is not None and all(getattr(known, key) == value for key, value in said.items()):
        return bare
    Product.objects.update_or_create(code=bare, defaults=said)
    ledger.append(f"product:{bare}"[:40], "product.put", actor, product_class=product_class)
    return bare


@transaction.atomic
def put_tac(actor: Actor, *, tac: str, product: str) -> None:
    """Say which product the first eight digits of an IMEI stand for.

    Raises:
        NotAllowed, Invalid, Missing.
    """
    require(actor, "registry.catalogue")
    if len(tac) != 8 or not (tac.isascii() and tac.isdigit()):  # noqa: PLR2004 - 3GPP TS 23.003
        raise Invalid("A TAC is the first eight digits of an IMEI.", field="tac")
    chosen = _product(product)
    if Tac.objects.filter(tac=tac, product=chosen).exists():
        return
    Tac.objects.update_or_create(tac=tac, defaults={"product": chosen})
    ledger.append(f"product:{chosen.code}"[:40], "product.tac_put", actor, tac=tac)
