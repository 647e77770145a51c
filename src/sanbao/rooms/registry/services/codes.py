"""One-time codes: how owners sign in, and how they show that a phone or e-mail is theirs."""

import logging

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext

from sanbao.base.actor import OWNER, Actor
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.errors import NotAllowed, Overtaken
from sanbao.base.ids import new_number
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry import states
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.adapters.senders import sender_for
from sanbao.rooms.registry.adapters.targets import tidy_target
from sanbao.rooms.registry.errors import AlreadyThere, NotATarget, NoticeNeeded, WrongCode
from sanbao.rooms.registry.models import Account, Code, Customer, Installation
from sanbao.rooms.registry.rules import (
    CODE_GAP,
    CODE_LIFE,
    CODE_TRIES,
    NOTICE_VERSION,
    demo_code_for,
)
from sanbao.rooms.registry.services.attempts import count_attempt

_log = logging.getLogger(__name__)


def request_code(actor: Actor, *, target: str, address: str, language: str = "zh-hans") -> None:
    """Send a six-digit code to a phone number or e-mail address, whether anybody is known by it or not.

    The customers' table is not read here at all, so known and unknown cost the same. A second
    request within a minute sends nothing. The message leaves after commit.

    Raises:
        NotATarget: neither a phone number nor an e-mail address.
        SlowDown: the cap of this target, of this network address or of the day is used up.
    """
    tidy = _target(target)
    digest = seals.keyed("target", tidy)
    if Code.objects.filter(target_hash=digest, made_at__gt=actor.at - CODE_GAP).exists():
        return
    count_attempt(actor, "code.address", address)
    count_attempt(actor, "code.target", tidy)
    count_attempt(actor, "code.house", "")
    _make_code(actor, tidy, digest, language)


@transaction.atomic
def _make_code(actor: Actor, target: str, digest: str, language: str) -> None:
    code = seals.new_code()
    Code.objects.create(
        target_hash=digest,
        code_hash=_code_hash(digest, code),
        made_at=actor.at,
        expires_at=actor.at + CODE_LIFE,
    )
    ledger.append("registry", "code.sent", actor, by="email" if "@" in target else "sms")
    transaction.on_commit(lambda: _send(target, code, language))


def _send(target: str, code: str, language: str) -> None:
    with translation.override(language):
        brand = settings.SANBAO["brand"]
        subject = gettext("Your sign-in code")
        text = gettext("%(brand)s: your code is %(code)s. It is valid for ten minutes. Never pass it on.")
    try:
        sender_for(target).send(target, subject, text % {"brand": brand, "code": code})
    except OSError as fault:
        # the code may be asked for again; neither target nor code belong into a log
        _log.warning("a one-time code could not be sent: %s", type(fault).__name__)


def sign_in_code(actor: Actor, *, target: str, code: str, address: str, notice_version: str) -> int:
    """Let somebody in who holds the newest code of this target; return the key of their account.

    The first time makes account and customer, or joins a customer that a clerk took down. A wrong
    try is counted in a transaction of its own, so that the refusal cannot undo it.

    Raises:
        NotATarget, SlowDown, WrongCode.
        NoticeNeeded: ``notice_version`` is not the notice in force and was not accepted before.
    """
    tidy = _target(target)
    count_attempt(actor, "code.try", address)
    proof = _spend_try(actor, tidy, code)
    return _enter(actor, tidy, proof, notice_version)


def _target(typed: str) -> str:
    tidy = tidy_target(typed)
    if tidy is None:
        raise NotATarget(field="target")
    return tidy


def _code_hash(digest: str, code: str) -> str:
    return seals.keyed("code", f"{digest}:{code}")


def _spend_try(actor: Actor, target: str, typed: str) -> Code | None:
    """Return the code's row when it fits; None for the fixed code of a demo world, which has no row."""
    bare = "".join(sign for sign in typed if sign.isdigit())
    fixed = _demo_code(target)
    if fixed is not None and seals.same(fixed, bare):
        return None
    digest = seals.keyed("target", target)
    newest: Code | None = Code.objects.filter(target_hash=digest).order_by("-id").first()
    open_rows = Code.objects.filter(
        pk=newest.pk if newest else 0, used_at=None, tries__lt=CODE_TRIES, expires_at__gt=actor.at
    )
    spent = open_rows.update(tries=F("tries") + 1)
    if newest is None or not spent or not seals.same(newest.code_hash, _code_hash(digest, bare)):
        raise WrongCode(field="code")
    return newest


def _demo_code(target: str) -> str | None:
    demo = Installation.objects.filter(demo=True).exists()
    return demo_code_for(target, switched_on=bool(settings.SANBAO["demo"]), demo_installation=demo)


@transaction.atomic
def _enter(actor: Actor, target: str, proof: Code | None, notice_version: str) -> int:
    column = "email" if "@" in target else "phone"
    found = lock_rows(Customer.objects.filter(**{column: target}))
    known = found[0] if found else None
    accepted = notice_version == NOTICE_VERSION
    if not accepted and (known is None or known.notice_version != NOTICE_VERSION):
        raise NoticeNeeded(field="notice")
    _use(actor, proof)
    if known is None:
        known = Customer(number=new_number("CU"), made_at=actor.at, **{column: target})
    first = known.account_id is None
    if first:
        known.account = _owner_account()
    if known.notice_version != NOTICE_VERSION:
        known.notice_version, known.notice_at = NOTICE_VERSION, actor.at
    _save(known)
    owner = Actor(f"owner:{known.number}", OWNER, actor.at)
    event = "customer.joined" if first else "customer.signed_in"
    ledger.append(known.number, event, owner, by=column, notice=known.notice_version)
    return int(known.account_id or 0)


def _save(customer: Customer) -> None:
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError as taken:
        raise Overtaken from taken


def _use(actor: Actor, proof: Code | None) -> None:
    if proof is None:
        return
    try:
        compare_and_set(proof, seen={"used_at": None}, changes={"used_at": actor.at})
    except Overtaken as twice:
        raise WrongCode(field="code") from twice


def _owner_account() -> Account:
    account = Account(number=new_number("CU"), kind=states.OWNER)
    account.set_unusable_password()
    account.save()
    return account


def change_target(actor: Actor, *, target: str, code: str, address: str) -> None:
    """Make a phone number or e-mail address the owner's own, after a code that was sent to it.

    Raises:
        NotAllowed, NotATarget, SlowDown, WrongCode.
        AlreadyThere: another customer has it.
    """
    if not actor.is_owner:
        raise NotAllowed
    tidy = _target(target)
    count_attempt(actor, "code.try", address)
    proof = _spend_try(actor, tidy, code)
    _change(actor, tidy, proof)


@transaction.atomic
def _change(actor: Actor, target: str, proof: Code | None) -> None:
    column = "email" if "@" in target else "phone"
    mine = Customer.objects.pick(actor, pk=actor.id)
    if Customer.objects.filter(**{column: target}).exclude(pk=mine.pk).exists():
        raise AlreadyThere(field="target")
    _use(actor, proof)
    Customer.objects.filter(pk=mine.pk, erased_at=None).update(**{column: target})
    ledger.append(mine.number, "customer.changed", actor, what=[column])
