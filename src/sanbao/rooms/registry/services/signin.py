"""Staff signing in: password and second factor, with a lock after five wrong tries."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from sanbao.base.actor import STAFF, Actor
from sanbao.base.db import lock_rows
from sanbao.base.errors import NotAllowed
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.adapters.targets import tidy_email
from sanbao.rooms.registry.errors import WrongSignIn
from sanbao.rooms.registry.models import Account, Installation, Staff
from sanbao.rooms.registry.rules import LOCK_AFTER, LOCK_FOR, demo_code_for
from sanbao.rooms.registry.services.attempts import count_attempt
from sanbao.rooms.registry.services.staff import checked_password


def sign_in_staff(actor: Actor, *, email: str, password: str, code: str, address: str) -> int:
    """Let a member of staff in; return the key of their account.

    ``code`` are six digits of their app, or a recovery code. Each time step and each recovery code
    opens once. Unknown e-mail, wrong password, wrong code and a closed sign-in answer the same and
    cost the same. A wrong try is kept although the answer is a refusal.

    Raises:
        SlowDown, WrongSignIn.
    """
    count_attempt(actor, "staff.signin", address)
    found = Account.objects.filter(
        staff__email=tidy_email(email) or "", staff__joined_at__isnull=False
    ).first()
    if found is None:
        make_password(password)  # the same work as for somebody we know
        raise WrongSignIn
    # hashing takes a good part of a second and must not hold the database meanwhile
    right = check_password(password, found.password)
    account_id = _try(actor, found, code, right=right)
    if account_id is None:
        raise WrongSignIn
    return account_id


@transaction.atomic
def _try(actor: Actor, seen: Account, code: str, *, right: bool) -> int | None:
    member: Staff = lock_rows(Staff.objects.filter(account=seen))[0]
    account = Account.objects.get(pk=seen.pk)
    unchanged = account.is_active and account.password == seen.password
    closed = member.locked_until is not None and member.locked_until > actor.at
    if closed or not (right and unchanged) or not _second_factor(member, code, actor.at):
        _wrong(actor, member, closed=closed)
        return None
    member.failed_tries, member.locked_until = 0, None
    member.save()
    ledger.append(member.number, "staff.signed_in", Actor(f"staff:{member.number}", STAFF, actor.at))
    return int(account.pk)


def _wrong(actor: Actor, member: Staff, *, closed: bool) -> None:
    """Count the try; a closed sign-in neither counts nor grows, or it could be kept closed for ever."""
    if closed:
        return
    member.failed_tries += 1
    if member.failed_tries >= LOCK_AFTER:
        member.failed_tries, member.locked_until = 0, actor.at + LOCK_FOR
        ledger.append(member.number, "staff.locked", actor, until=member.locked_until)
    Staff.objects.filter(pk=member.pk).update(
        failed_tries=member.failed_tries, locked_until=member.locked_until
    )


def _second_factor(member: Staff, code: str, at: datetime) -> bool:
    """Tell whether the code opens, and use it up on the row, which the caller saves."""
    fixed = _demo_code(member.email)
    if fixed is not None and seals.same(fixed, code.strip()):
        return True
    step = seals.totp_step(seals.totp_secret(member.totp_secret), code, at)
    if step is not None and step > member.totp_last_step:
        member.totp_last_step = step
        return True
    digest = seals.recovery_hash(member.number, code)
    left = [kept for kept in member.recovery_hashes if not seals.same(kept, digest)]
    used = len(left) < len(member.recovery_hashes)
    member.recovery_hashes = left
    return used


def _demo_code(target: str) -> str | None:
    demo = Installation.objects.filter(demo=True).exists()
    return demo_code_for(target, switched_on=bool(settings.SANBAO["demo"]), demo_installation=demo)


def change_password(actor: Actor, *, old: str, new: str, code: str) -> None:
    """Set a new password for the acting member of staff; their sessions elsewhere end.

    Raises:
        NotAllowed, WeakPassword, WrongSignIn.
    """
    if not actor.is_staff:
        raise NotAllowed
    word = checked_password(new)
    if not _change(actor, old, word, code):
        raise WrongSignIn


@transaction.atomic
def _change(actor: Actor, old: str, new: str, code: str) -> bool:
    member: Staff = lock_rows(Staff.objects.filter(pk=actor.id or 0))[0]
    account = Account.objects.get(pk=member.account_id)
    if not check_password(old, account.password) or not _second_factor(member, code, actor.at):
        _wrong(actor, member, closed=False)
        return False
    account.set_password(new)
    account.save()
    member.save()
    ledger.append(member.number, "staff.password_changed", actor)
    return True
