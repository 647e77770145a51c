"""People and things for the tests of every room: valid by default, override only what the test is about."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from stdnum import luhn

from sanbao.base.actor import EVERYWHERE, OWNER, STAFF, Actor
from sanbao.base.ids import numbered
from sanbao.rooms.registry.models import (
    Account,
    Assignment,
    Customer,
    Device,
    Imei,
    Installation,
    Product,
    Purchase,
    Role,
    Staff,
    Tac,
)
from sanbao.rooms.registry.rules import ROLES

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday, 17:00 in Shanghai."""

_counter = count(1)


def fresh() -> int:
    """A number that no other call of this process has got."""
    return next(_counter)


def imei(serial: int | None = None, tac: str = "86012306") -> str:
    """A valid IMEI of this model."""
    body = f"{tac}{fresh() if serial is None else serial:06d}"
    return body + luhn.calc_check_digit(body)


def installation(**changes) -> Installation:
    row = {"brand": "Sanbao", "time_zone": "Asia/Shanghai", "made_at": AT} | changes
    return Installation.objects.create(**row)


def product(code: str = "P1", **changes) -> Product:
    row = {
        "name_zh": "三包一号",
        "name_en": "Sanbao One",
        "product_class": "phone",
        "released_on": date(2024, 3, 1),
        "price_cents": 299900,
    } | changes
    return Product.objects.get_or_create(code=code, defaults=row)[0]


def tac(tac: str = "86012306", of: Product | None = None) -> Tac:
    return Tac.objects.get_or_create(tac=tac, defaults={"product": of or product()})[0]


def account(kind: str = OWNER) -> Account:
    row = Account(number=numbered("CU" if kind == OWNER else "ST", fresh()), kind=kind)
    row.set_unusable_password()
    row.save()
    return row


def customer(*, signed_up: bool = True, **changes) -> Customer:
    """A customer; ``signed_up=False`` for a walk-in without an account."""
    turn = fresh()
    row = {
        "number": numbered("CU", turn),
        "name": f"王小{turn}",
        "phone": f"+86138{turn:08d}",
        "made_at": AT,
    } | changes
    if signed_up:
        row |= {"account": account(), "notice_version": "2026-11", "notice_at": AT}
    return Customer.objects.create(**row)


def owner_actor(of: Customer | None = None, at: datetime = AT) -> Actor:
    """The actor of a customer, a new one without an argument."""
    who = of or customer()
    return Actor(f"owner:{who.number}", OWNER, at, who.pk, who.name)


def role(code: str) -> Role:
    """One of the shipped roles."""
    shipped = next(r for r in ROLES if r.code == code)
    return Role.objects.get_or_create(
        code=code,
        defaults={
            "title_zh": shipped.title_zh,
            "title_en": shipped.title_en,
            "grants": sorted(shipped.grants),
        },
    )[0]


def staff(*roles: tuple[str, str], **changes) -> Staff:
    """Somebody who works here, with (role, outlet) pairs."""
    turn = fresh()
    row = {
        "number": numbered("ST", turn),
        "account": account(STAFF),
        "name": f"李工{turn}",
        "email": f"staff{turn}@example.com",
        "made_at": AT,
        "joined_at": AT,
    } | changes
    member = Staff.objects.create(**row)
    for code, outlet in roles:
        Assignment.objects.create(staff=member, role=role(code), outlet=outlet)
    return member


def staff_actor(code: str = "clerk", outlet: str = "BJ01", at: datetime = AT) -> Actor:
    """The actor of a new member of staff with one shipped role at one outlet (``*`` for everywhere)."""
    member = staff((code, outlet))
    grants = {outlet: frozenset(role(code).grants)}
    return Actor(f"staff:{member.number}", STAFF, at, member.pk, member.name, grants)


def nobody(at: datetime = AT) -> Actor:
    """A member of staff without any grant."""
    member = staff()
    return Actor(f"staff:{member.number}", STAFF, at, member.pk, member.name, {})


def bearer(*grants: str, outlet: str = EVERYWHERE, at: datetime = AT) -> Actor:
    """A new member of staff who holds exactly these grants at one outlet."""
    member = staff()
    return Actor(f"staff:{member.number}", STAFF, at, member.pk, member.name, {outlet: frozenset(grants)})


def device(of: Customer | None = None, **changes) -> Device:
    """A phone with an IMEI of ``of`` or of a new customer; ``customer=None`` makes it nobody's."""
    row = {
        "number": numbered("DV", fresh()),
        "imei": imei(),
        "known_since": AT,
    } | changes
    row.setdefault("product", product())
    if "customer" not in row:
        row["customer"] = of or customer()
    made = Device.objects.create(**row)
    if made.imei:
        Imei.objects.create(imei=made.imei, device=made)
    return made


def purchase(of: Device | None = None, **changes) -> Purchase:
    """A purchase a hundred days before ``AT``, shown by an invoice and checked by staff."""
    row = {
        "device": of or device(),
        "bought_on": (AT - timedelta(days=100)).date(),
        "price_cents": 299900,
        "proof": "invoice",
        "checked_by": "staff:ST-TEST",
        "added_by": "staff:ST-TEST",
        "added_at": AT,
    } | changes
    return Purchase.objects.create(**row)
