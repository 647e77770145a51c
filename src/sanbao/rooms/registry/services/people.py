"""Customers: taking them down, changing, showing and erasing what is known about them."""

from django.conf import settings
from django.db import IntegrityError, transaction

from sanbao.base.actor import Actor, require, system
from sanbao.base.db import compare_and_set
from sanbao.base.errors import Invalid, NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.adapters.targets import tidy_email, tidy_phone
from sanbao.rooms.registry.errors import AlreadyThere, NotATarget
from sanbao.rooms.registry.models import Account, Code, Customer
from sanbao.rooms.registry.rules import tidy_name

_LONGEST_NAME = 80
_LONGEST_WHY = 200


@transaction.atomic
def register_customer(
    actor: Actor, *, name: str = "", phone: str = "", email: str = "", language: str = "zh-hans"
) -> str:
    """Take somebody down who is served here; return their number.

    A walk-in may give nothing but a name, or nothing at all. Where the phone number or the e-mail
    address is known already, the number of that customer is returned and nothing changes.

    Raises:
        NotAllowed, Invalid, NotATarget.
        AlreadyThere: phone and e-mail belong to two different customers.
    """
    require(actor, "registry.edit")
    row = {
        "name": _name(name),
        "phone": _tidy_phone(phone),
        "email": _tidy_email(email),
        "language": _language(language),
    }
    known = _known(row["phone"], row["email"])
    if known is not None:
        return known.number
    try:
        with transaction.atomic():
            customer: Customer = Customer.objects.create(number=new_number("CU"), made_at=actor.at, **row)
    except IntegrityError:
        known = _known(row["phone"], row["email"])
        if known is None:
            raise
        return known.number
    ledger.append(
        customer.number, "customer.registered", actor, phone=bool(row["phone"]), email=bool(row["email"])
    )
    return customer.number


def _known(phone: str, email: str) -> Customer | None:
    by_phone = Customer.objects.filter(phone=phone).first() if phone else None
    by_email = Customer.objects.filter(email=email).first() if email else None
    if by_phone and by_email and by_phone.pk != by_email.pk:
        raise AlreadyThere(field="email")
    return by_phone or by_email


def _name(typed: str) -> str:
    name = tidy_name(typed)
    if len(name) > _LONGEST_NAME:
        raise Invalid("This name is longer than %(most)s characters.", field="name", most=_LONGEST_NAME)
    return name


def _tidy_phone(typed: str) -> str:
    phone = tidy_phone(typed) if typed.strip() else ""
    if phone is None:
        raise NotATarget(field="phone")
    return phone


def _tidy_email(typed: str) -> str:
    email = tidy_email(typed) if typed.strip() else ""
    if email is None:
        raise NotATarget(field="email")
    return email


def _language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise Invalid("This language is not offered.", field="language")
    return code


@transaction.atomic
def update_customer(
    actor: Actor, number: str, *, name: str | None = None, phone: str | None = None, email: str | None = None
) -> None:
    """Mend what was taken down wrongly; None leaves a field alone.

    Raises:
        Missing, NotAllowed, Invalid, NotATarget, AlreadyThere.
    """
    customer = Customer.objects.pick(actor, number=number)
    require(actor, "registry.edit")
    wanted = {
        "name": None if name is None else _name(name),
        "phone": None if phone is None else _tidy_phone(phone),
        "email": None if email is None else _tidy_email(email),
    }
    _change(actor, customer, wanted)


@transaction.atomic
def update_me(actor: Actor, *, name: str | None = None, language: str | None = None) -> None:
    """Change one's own name or language; a phone or e-mail changes with ``change_target``.

    Raises:
        NotAllowed, Missing, Invalid.
    """
    if not actor.is_owner:
        raise NotAllowed
    mine = Customer.objects.pick(actor, pk=actor.id)
    wanted = {
        "name": None if name is None else _name(name),
        "language": None if language is None else _language(language),
    }
    _change(actor, mine, wanted)


def _change(actor: Actor, customer: Customer, wanted: dict[str, str | None]) -> None:
    changes = {
        key: value for key, value in wanted.items() if value is not None and value != getattr(customer, key)
    }
    if not changes:
        return
    try:
        with transaction.atomic():
            compare_and_set(customer, seen={"erased_at": None}, changes=changes)
    except IntegrityError as taken:
        raise AlreadyThere(field=next(iter(changes))) from taken
    ledger.append(customer.number, "customer.changed", actor, what=sorted(changes))


@transaction.atomic
def reveal(actor: Actor, number: str, why: str) -> tuple[str, str]:
    """Return the full phone number and e-mail address of a customer; every view is a fact with its reason.

    Raises:
        Missing, NotAllowed.
        Invalid: no reason was given.
    """
    customer = Customer.objects.pick(actor, number=number)
    require(actor, "registry.reveal")
    reason = tidy_name(why)[:_LONGEST_WHY]
    if not reason:
        raise Invalid("Say in a word why you need the full number.", field="why")
    ledger.append(customer.number, "customer.viewed", actor, why=reason)
    return customer.phone, customer.email


@transaction.atomic
def request_erasure(actor: Actor) -> str:
    """Keep an owner's wish to be erased; return their number. Asking twice is asking once.

    The registry cannot know about open orders, which live above it. So this verb keeps the wish and
    writes ``customer.erasure_asked``; the lowest room that knows all orders, ``repairs``, hears it,
    and calls ``erase`` as soon as no order of the customer is open.

    Raises:
        NotAllowed, Missing.
    """
    if not actor.is_owner:
        raise NotAllowed
    mine = Customer.objects.pick(actor, pk=actor.id)
    if Customer.objects.filter(pk=mine.pk, erasure_asked_at=None).update(erasure_asked_at=actor.at):
        ledger.append(mine.number, "customer.erasure_asked", actor)
    return str(mine.number)


@transaction.atomic
def erase_me(actor: Actor) -> None:
    """Erase the owner who acts, at once. Called by ``repairs``, after it saw that no order is open.

    Raises:
        NotAllowed, Missing.
    """
    if not actor.is_owner:
        raise NotAllowed
    _erase(actor, Customer.objects.pick(actor, pk=actor.id))


@transaction.atomic
def erase(actor: Actor, number: str) -> None:
    """Erase a customer: name, phone, e-mail, codes and notice are emptied, the account is closed.

    What is left is the public number, for orders and proofs that name it. Every room erases its own
    part when it hears ``customer.erased``. Erasing twice does nothing. Open orders are the caller's
    question: ``repairs`` asks it before it calls.

    Raises:
        Missing, NotAllowed.
    """
    customer = Customer.objects.pick(actor, number=number)
    require(actor, "registry.erase")
    _erase(actor, customer)


def _erase(actor: Actor, customer: Customer) -> None:
    targets = [target for target in (customer.phone, customer.email) if target]
    empty = {"name": "", "phone": "", "email": "", "erased_at": actor.at}
    if not Customer.objects.filter(pk=customer.pk, erased_at=None).update(**empty):
        return
    Code.objects.filter(target_hash__in=[seals.keyed("target", target) for target in targets]).delete()
    if customer.account_id is not None:
        account = Account.objects.get(pk=customer.account_id)
        account.set_unusable_password()  # another random mark, so that open sessions end
        account.is_active = False
        account.save()
    customer.devices.update(customer=None)
    ledger.forget_facts(system(actor.at, "erasure"), [customer.number])
    ledger.append(customer.number, "customer.erased", actor)
