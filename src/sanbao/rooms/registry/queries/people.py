"""Reads of customers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from sanbao.base.actor import Actor
from sanbao.base.errors import NotAllowed
from sanbao.base.ids import tidy_number
from sanbao.rooms.registry.adapters.targets import tidy_phone
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.registry.rules import mask_email, mask_phone, tidy_name

_SHORTEST_PHONE_END = 4


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer as staff see them: phone and e-mail masked (``services.reveal`` shows them)."""

    id: int
    number: str
    name: str
    masked_phone: str
    masked_email: str
    language: str
    signed_up: bool
    made_at: datetime
    erased: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """How the house itself reaches a customer; only for sending, never for showing."""

    number: str
    name: str
    phone: str
    email: str
    language: str


def customer(actor: Actor, number: str) -> CustomerCard:
    """Return one customer, masked. Raises: Missing."""
    return customer_card(Customer.objects.pick(actor, number=number))


def customers(actor: Actor, keys: Iterable[int]) -> dict[int, CustomerCard]:
    """Return these customers by key, as far as the actor may see them. One query."""
    rows = Customer.objects.visible_to(actor).filter(pk__in=set(keys))
    return {row.pk: customer_card(row) for row in rows}


def contact(actor: Actor, number: str) -> Contact | None:
    """Return how to reach a customer; None for nobody to reach. For the house itself alone.

    Raises:
        NotAllowed: asked by a person.
    """
    if actor.kind != "system":
        raise NotAllowed
    row = Customer.objects.filter(number=number, erased_at=None).first()
    return row and Contact(row.number, row.name, row.phone, row.email, row.language)


def search_people(actor: Actor, text: str, most: int = 20) -> tuple[CustomerCard, ...]:
    """Find customers by number, phone (whole, or its last four digits and more), e-mail or name's start.

    Nobody without ``registry.search`` finds anybody but themselves. One query.
    """
    bare = tidy_name(text)[:80]
    if not bare:
        return ()
    rows = Customer.objects.visible_to(actor).filter(_meant(bare), erased_at=None).order_by("-id")
    return tuple(customer_card(row) for row in rows[:most])


def _meant(text: str) -> Q:
    """One condition, the narrowest that fits what was typed, so that an index can answer it."""
    number, phone = tidy_number(text), tidy_phone(text)
    if number:
        return Q(number=number)
    if phone:
        return Q(phone=phone)
    if "@" in text:
        return Q(email=text.lower())
    if text.isascii() and text.isdigit():
        return Q(phone__endswith=text) if len(text) >= _SHORTEST_PHONE_END else Q(pk__in=())
    return Q(name__startswith=text)


def customer_card(row: Customer) -> CustomerCard:
    """Return a customer as a value, masked."""
    return CustomerCard(
        row.pk,
        row.number,
        row.name,
        mask_phone(row.phone),
        mask_email(row.email),
        row.language,
        signed_up=row.account_id is not None,
        made_at=row.made_at,
        erased=row.erased_at is not None,
    )
