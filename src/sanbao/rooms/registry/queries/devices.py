"""Reads of products, devices and purchases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q

from sanbao.base.actor import Actor
from sanbao.base.db import Visible
from sanbao.base.ids import tidy_number
from sanbao.rooms.registry.models import Device, Product, Purchase, Tac
from sanbao.rooms.registry.rules import Shown, counting, tidy_imei, tidy_serial


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A model that is sold. ``product_class`` is a word of ``states.PRODUCT_CLASSES``."""

    code: str
    name_zh: str
    name_en: str
    product_class: str
    released_on: date | None
    retired_on: date | None
    price_cents: int


@dataclass(frozen=True, slots=True)
class PurchaseCard:
    """When and how a device was bought; ``checked`` when staff saw the proof."""

    bought_on: date
    delivered_on: date | None
    channel: str
    price_cents: int
    proof: str
    proof_file: str
    checked: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """A device, its model (None: unknown), whose it is ("": nobody's) and the purchase that counts."""

    id: int
    number: str
    imei: str
    second_imei: str
    serial: str
    made_on: date | None
    product: ProductCard | None
    customer: str
    customer_name: str
    purchase: PurchaseCard | None
    known_since: datetime


def device(actor: Actor, number: str) -> DeviceCard:
    """Return one device. Two queries. Raises: Missing."""
    row = Device.objects.select_related("product", "customer").pick(actor, number=number)
    return device_card(row, Purchase.objects.filter(device_id=row.pk).order_by("id"))


def find_device(actor: Actor, typed: str) -> DeviceCard | None:
    """Return the device meant by an IMEI, IMEISV, serial or device number; None if the actor sees none.

    Unknown and somebody else's look the same.
    """
    number, imei, serial = tidy_number(typed), tidy_imei(typed), tidy_serial(typed)
    wanted = Q(pk__in=())
    if number:
        wanted |= Q(number=number)
    if imei:
        wanted |= Q(imei=imei) | Q(second_imei=imei)
    if serial:
        wanted |= Q(serial=serial)
    row = device_rows(actor).filter(wanted).order_by("id").first()
    return device_card(row) if row else None


def devices_of(actor: Actor, customer_number: str) -> tuple[DeviceCard, ...]:
    """Return a customer's devices, newest first, as far as the actor may see them."""
    rows = device_rows(actor).filter(customer__number=customer_number).order_by("-id")
    return tuple(device_card(row) for row in rows)


def purchases(actor: Actor, number: str) -> tuple[PurchaseCard, ...]:
    """Return every purchase row of a device, oldest first. Raises: Missing."""
    row = device_rows(actor).pick(actor, number=number)
    return tuple(_purchase_card(each) for each in row.purchases.all())


def products(actor: Actor) -> tuple[ProductCard, ...]:
    """Return all products by code. One query."""
    return tuple(product_card(row) for row in Product.objects.visible_to(actor).order_by("code"))


def product(actor: Actor, code: str) -> ProductCard:
    """Return one product. Raises: Missing."""
    return product_card(Product.objects.pick(actor, code=code))


def product_for_imei(imei: str) -> ProductCard | None:
    """Return the product that the first eight digits of an IMEI stand for, where we know them."""
    tidy = tidy_imei(imei)
    row = Tac.objects.filter(tac=tidy[:8]).select_related("product").first() if tidy else None
    return product_card(row.product) if row else None


def public_coverage(imei: str) -> ProductCard | None:
    """Return what anybody may know about an IMEI: its model, never whether we have seen the device.

    So the check gives no answer to "is this phone registered, and since when"; the door counts the
    attempts (``services.count_attempt(actor, "coverage", address)``).
    """
    return product_for_imei(imei)


def device_rows(actor: Actor) -> Visible:
    """Return the devices an actor may see, each with its model, customer and purchases."""
    purchases = Prefetch("purchases", Purchase.objects.order_by("id"))
    return Device.objects.visible_to(actor).select_related("product", "customer").prefetch_related(purchases)


def device_card(row: Device, purchases: Iterable[Purchase] | None = None) -> DeviceCard:
    """Return a row of ``device_rows``, or of another read together with its purchases, as a value."""
    rows = {each.pk: each for each in (row.purchases.all() if purchases is None else purchases)}
    counts = counting(Shown(each.pk, bool(each.checked_by)) for each in rows.values())
    return DeviceCard(
        row.pk,
        row.number,
        row.imei,
        row.second_imei,
        row.serial,
        row.made_on,
        product_card(row.product) if row.product else None,
        row.customer.number if row.customer else "",
        row.customer.name if row.customer else "",
        _purchase_card(rows[counts.place]) if counts else None,
        row.known_since,
    )


def _purchase_card(row: Purchase) -> PurchaseCard:
    return PurchaseCard(
        row.bought_on,
        row.delivered_on,
        row.channel,
        row.price_cents,
        row.proof,
        row.proof_file,
        checked=bool(row.checked_by),
        added_at=row.added_at,
    )


def product_card(row: Product) -> ProductCard:
    """Return a product as a value."""
    return ProductCard(
        row.code,
        row.name_zh,
        row.name_en,
        row.product_class,
        row.released_on,
        row.retired_on,
        row.price_cents,
    )
