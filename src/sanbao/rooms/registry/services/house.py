"""The installation itself: whose it is, its roles, its first administrator, its machines' keys."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.errors import Invalid, NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.adapters.packs import shipped_texts
from sanbao.rooms.registry.errors import AlreadyThere, SetUpAlready
from sanbao.rooms.registry.models import Assignment, Installation, Role, Staff, Token
from sanbao.rooms.registry.rules import ROLES, TOKEN_MOST_DAYS, tidy_name
from sanbao.rooms.registry.services.publications import begin_packs
from sanbao.rooms.registry.services.staff import (
    add_staff,
    checked_email,
    checked_password,
    give_second_factor,
)


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """What the first administrator must be shown, once: nothing of it can be read back."""

    staff_number: str
    secret: str
    address: str
    recovery_codes: tuple[str, ...]


@transaction.atomic
def init_installation(
    actor: Actor,
    *,
    brand: str,
    time_zone: str,
    admin_name: str,
    admin_email: str,
    password: str,
    demo: bool = False,
) -> FirstAdministrator:
    """Set up an empty installation: its one row, the shipped roles and packs, the first administrator.

    Raises:
        NotAllowed: not done by the house itself.
        SetUpAlready, Invalid, NotATarget, WeakPassword.
    """
    if actor.kind != "system":
        raise NotAllowed
    word = checked_password(password)
    email = checked_email(admin_email)
    if time_zone not in zoneinfo.available_timezones():
        raise Invalid("“%(typed)s” is not a time zone.", field="time_zone", typed=time_zone[:40])
    try:
        with transaction.atomic():
            Installation.objects.create(
                brand=tidy_name(brand)[:60], time_zone=time_zone, demo=demo, made_at=actor.at
            )
    except IntegrityError as second:
        raise SetUpAlready from second
    for shipped in ROLES:
        Role.objects.create(
            code=shipped.code,
            title_zh=shipped.title_zh,
            title_en=shipped.title_en,
            grants=sorted(shipped.grants),
        )
    admin = add_staff(actor, name=admin_name, email=email, language="zh-hans")
    Assignment.objects.create(staff=admin, role_id="admin", outlet=EVERYWHERE)
    salt = seals.totp_salt(seals.new_secret())
    secret = seals.totp_secret(salt)
    codes = give_second_factor(actor, admin, word, salt)
    packs = begin_packs(actor, shipped_texts())
    facts = {"demo": demo, "time_zone": time_zone, "admin": admin.number, "packs": packs}
    ledger.append("registry", "installation.set_up", actor, **facts)
    return FirstAdministrator(admin.number, secret, seals.totp_address(secret, email, brand), tuple(codes))


@transaction.atomic
def put_role(actor: Actor, *, code: str, title_zh: str, title_en: str, grants: Iterable[str]) -> None:
    """Add a role or replace its titles and grants; everybody who has it gets them at once.

    Raises:
        NotAllowed: not held everywhere.
        Invalid.
    """
    _require_everywhere(actor)
    bare = code.strip().lower()
    if not bare.isidentifier() or not bare.isascii() or len(bare) > 24:  # noqa: PLR2004 - the column's length
        raise Invalid("A role's code is 1 to 24 letters, digits and underscores.", field="code")
    wanted = sorted(set(grants))
    if not all("." in grant for grant in wanted):
        raise Invalid("This is not a list of grants.", field="grants")
    said = {"title_zh": tidy_name(title_zh)[:40], "title_en": tidy_name(title_en)[:40], "grants": wanted}
    Role.objects.update_or_create(code=bare, defaults=said)
    ledger.append(f"role:{bare}", "role.put", actor, grants=wanted)


def _require_everywhere(actor: Actor) -> None:
    if not actor.everywhere("registry.setup"):
        raise NotAllowed(grant="registry.setup")


@transaction.atomic
def make_token(
    actor: Actor, *, staff: str, name: str, grants: Iterable[str] = (), days: int = 365
) -> tuple[str, str]:
    """Make a key to the API that acts as a member of staff; return its number and its secret, shown once.

    With ``grants`` the key holds at most these, and never more than its member of staff.

    Raises:
        Missing, NotAllowed, Invalid, AlreadyThere.
    """
    holder = Staff.objects.pick(actor, number=staff)
    _require_everywhere(actor)
    if holder.left_at is not None:
        raise Invalid("This person has left.", field="staff")
    if not 1 <= days <= TOKEN_MOST_DAYS:
        raise Invalid("A key lives for 1 to %(most)s days.", field="days", most=TOKEN_MOST_DAYS)
    bare = tidy_name(name)[:60]
    if not bare:
        raise Invalid("Give the key a name, so that you know it when it should go.", field="name")
    if Token.objects.filter(staff=holder, name=bare, revoked_at=None).exists():
        raise AlreadyThere(field="name")
    secret = f"sb_{seals.new_secret()}"
    token = Token.objects.create(
        number=new_number("TK"),
        staff=holder,
        name=bare,
        secret_hash=seals.plain(secret),
        grants=sorted(set(grants)),
        made_at=actor.at,
        expires_at=actor.at + timedelta(days=days),
    )
    ledger.append(token.number, "token.made", actor, staff=holder.number, grants=token.grants, days=days)
    return token.number, secret


@transaction.atomic
def revoke_token(actor: Actor, number: str) -> None:
    """End a key at once. Revoking twice does nothing.

    Raises:
        Missing: unknown, or neither one's own nor held by somebody one may manage.
    """
    token = Token.objects.pick(actor, number=number)
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=actor.at):
        ledger.append(token.number, "token.revoked", actor)
