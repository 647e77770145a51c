"""Members of staff: inviting, joining, roles, leaving."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sanbao.base.actor import EVERYWHERE, Actor, require
from sanbao.base.db import lock_rows
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry import states
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.adapters.targets import tidy_email
from sanbao.rooms.registry.errors import (
    AlreadyThere,
    LastAdministrator,
    LinkOver,
    NotATarget,
    NotYoursToGive,
    WeakPassword,
    WrongCode,
)
from sanbao.rooms.registry.models import Account, Assignment, Link, Role, Staff, Token
from sanbao.rooms.registry.rules import LINK_LIFE, tidy_name


@transaction.atomic
def enlist(actor: Actor, *, name: str, email: str, role: str, outlet: str, language: str = "zh-hans") -> str:
    """Take a member of staff down without inviting them yet; return their number.

    ``outlet`` is an outlet's code or ``*``.

    Raises:
        NotAllowed, NotYoursToGive, Missing, Invalid, NotATarget, AlreadyThere.
    """
    return _enlist(actor, name, email, role, outlet, language).number


@transaction.atomic
def invite(actor: Actor, *, name: str, email: str, role: str, outlet: str, language: str = "zh-hans") -> str:
    """Take a member of staff down and return the secret of their invitation link, which is shown once.

    The link works once, within seven days; only its hash is kept.

    Raises:
        NotAllowed, NotYoursToGive, Missing, Invalid, NotATarget, AlreadyThere.
    """
    return _make_link(actor, _enlist(actor, name, email, role, outlet, language))


def _enlist(actor: Actor, name: str, email: str, role: str, outlet: str, language: str) -> Staff:
    given = _may_give(actor, role, outlet)
    member = add_staff(actor, name=name, email=checked_email(email), language=language)
    Assignment.objects.create(staff=member, role=given, outlet=outlet)
    ledger.append(member.number, "staff.enlisted", actor, role=role, outlet=outlet)
    return member


def add_staff(actor: Actor, *, name: str, email: str, language: str) -> Staff:
    """Return a new row of staff with an account that cannot sign in yet.

    Raises:
        Invalid, AlreadyThere.
    """
    bare = tidy_name(name)[:80]
    if not bare:
        raise Invalid("A name is needed.", field="name")
    if language not in dict(settings.LANGUAGES):
        raise Invalid("This language is not offered.", field="language")
    account = Account(number=new_number("ST"), kind=states.STAFF)
    account.set_unusable_password()
    account.save()
    try:
        with transaction.atomic():
            member: Staff = Staff.objects.create(
                number=account.number,
                account=account,
                name=bare,
                email=email,
                language=language,
                made_at=actor.at,
            )
    except IntegrityError as taken:
        raise AlreadyThere(field="email") from taken
    return member


def checked_email(typed: str) -> str:
    """Return an e-mail address in lower case.

    Raises:
        NotATarget.
    """
    email = tidy_email(typed)
    if email is None:
        raise NotATarget(field="email")
    return email


def checked_password(password: str) -> str:
    """Return a password that keeps the installation's rules.

    Raises:
        WeakPassword.
    """
    try:
        validate_password(password)
    except ValidationError as weak:
        raise WeakPassword(field="password", reasons=" ".join(weak.messages)) from weak
    return password


def _may_give(actor: Actor, role: str, outlet: str) -> Role:
    """Nobody gives what they do not hold themselves, or where they do not manage staff."""
    require(actor, "registry.staff", outlet=outlet)
    if not outlet.isprintable() or not 1 <= len(outlet) <= 12:  # noqa: PLR2004 - the column's length
        raise Invalid("An outlet's code, or * for all outlets, is needed.", field="outlet")
    found: Role | None = Role.objects.filter(code=tidy_name(role)).first()
    if found is None:
        raise Missing(field="role", role=role[:24])
    if outlet == EVERYWHERE and not actor.everywhere("registry.staff"):
        raise NotYoursToGive(field="outlet")
    held_enough = set(found.grants) <= actor.all_grants(outlet)
    if not (actor.everywhere("registry.setup") or held_enough):
        raise NotYoursToGive(field="role")
    return found


@transaction.atomic
def make_link(actor: Actor, number: str) -> str:
    """Return the secret of a new link for a member of staff: an invitation, or recovery once they had joined.

    Earlier links of theirs end. Recovery means: new password, new second factor, new recovery codes.

    Raises:
        Missing, NotAllowed, NotYoursToGive.
        Invalid: they have left.
    """
    member = Staff.objects.pick(actor, number=number)
    _may_manage(actor, member)
    return _make_link(actor, member)


def _may_manage(actor: Actor, member: Staff) -> None:
    """Who could sign in as somebody by their link must hold everything that person holds."""
    require(actor, "registry.staff")
    if member.left_at is not None:
        raise Invalid("This person has left.", field="staff")
    if actor.everywhere("registry.setup"):
        return
    for row in member.assignments.select_related("role"):
        held = actor.all_grants(row.outlet) if row.outlet != EVERYWHERE else actor.grants.get(EVERYWHERE, ())
        if not set(row.role.grants) <= set(held):
            raise NotYoursToGive(field="staff")


def _make_link(actor: Actor, member: Staff) -> str:
    secret = seals.new_secret()
    purpose = states.RECOVER if member.joined_at else states.INVITE
    Link.objects.filter(staff=member, used_at=None).update(used_at=actor.at)
    Link.objects.create(
        staff=member,
        purpose=purpose,
        token_hash=seals.plain(secret),
        made_at=actor.at,
        expires_at=actor.at + LINK_LIFE,
    )
    ledger.append(
        member.number, "staff.invited" if purpose == states.INVITE else "staff.recovery_made", actor
    )
    return secret


@transaction.atomic
def accept_invitation(actor: Actor, *, token: str, password: str, code: str) -> tuple[str, ...]:
    """Use a link: set the password, keep the second factor; return eight recovery codes, shown once.

    The second-factor secret is the one that ``queries.joining(token)`` shows while the link is open;
    ``code`` are the six digits that an app makes of it, as proof that it was taken over. A recovery
    link replaces everything, ends all sessions and API keys stay as they are.

    Raises:
        LinkOver, WeakPassword, WrongCode.
    """
    link = Link.objects.filter(token_hash=seals.plain(token)).select_related("staff").first()
    if link is None or link.used_at or link.expires_at <= actor.at or link.staff.left_at:
        raise LinkOver
    word = checked_password(password)
    salt = seals.totp_salt(token)
    step = seals.totp_step(seals.totp_secret(salt), code, actor.at)
    if step is None:
        raise WrongCode(
            field="code", remedy="Scan the picture again and type the six digits your app shows now."
        )
    if not Link.objects.filter(pk=link.pk, used_at=None).update(used_at=actor.at):
        raise LinkOver
    member = link.staff
    codes = give_second_factor(actor, member, word, salt, step)
    event = "staff.joined" if link.purpose == states.INVITE else "staff.recovered"
    ledger.append(member.number, event, actor)
    return tuple(codes)


def give_second_factor(actor: Actor, member: Staff, password: str, salt: str, step: int = 0) -> list[str]:
    """Set password and second factor anew; return the recovery codes. Sessions end with the old password."""
    codes = seals.new_recovery_codes()
    account = Account.objects.get(pk=member.account_id)
    account.set_password(password)
    account.save()
    member.totp_secret, member.totp_last_step = salt, step
    member.recovery_hashes = [seals.recovery_hash(member.number, code) for code in codes]
    member.failed_tries, member.locked_until = 0, None
    member.joined_at = member.joined_at or actor.at
    member.save()
    return codes


@transaction.atomic
def assign(actor: Actor, number: str, *, role: str, outlet: str) -> None:
    """Give a role at an outlet (``*``: everywhere). Giving it twice is giving it once.

    Raises:
        Missing, NotAllowed, NotYoursToGive, Invalid.
    """
    require(actor, "registry.staff", outlet=outlet)
    member = _member(actor, number)
    given = _may_give(actor, role, outlet)
    _, fresh = Assignment.objects.get_or_create(staff=member, role=given, outlet=outlet)
    if fresh:
        ledger.append(member.number, "staff.assigned", actor, role=role, outlet=outlet)


@transaction.atomic
def unassign(actor: Actor, number: str, *, role: str, outlet: str) -> None:
    """Take a role away again. Taking away what is not held does nothing.

    Raises:
        Missing, NotAllowed, LastAdministrator.
    """
    require(actor, "registry.staff", outlet=outlet)
    member = _member(actor, number)
    _keep_one_administrator(role=role, outlet=outlet, leaving=member)
    gone, _ = Assignment.objects.filter(staff=member, role_id=role, outlet=outlet).delete()
    if gone:
        ledger.append(member.number, "staff.unassigned", actor, role=role, outlet=outlet)


def _member(actor: Actor, number: str) -> Staff:
    member: Staff = Staff.objects.pick(actor, number=number)
    if member.left_at is not None:
        raise Invalid("This person has left.", field="staff")
    return member


def _keep_one_administrator(*, leaving: Staff, role: str = "admin", outlet: str = EVERYWHERE) -> None:
    if (role, outlet) != ("admin", EVERYWHERE):
        return
    held = Assignment.objects.filter(role_id="admin", outlet=EVERYWHERE, staff__left_at=None)
    holders = {row.staff_id for row in lock_rows(held)}
    if holders == {leaving.pk}:
        raise LastAdministrator


@transaction.atomic
def leave(actor: Actor, number: str) -> None:
    """End everything somebody may do here, at once: sessions, API keys, links, roles. Twice does nothing.

    Raises:
        Missing, NotAllowed, NotYoursToGive, LastAdministrator.
    """
    member = Staff.objects.pick(actor, number=number)
    require(actor, "registry.staff")
    if member.left_at is not None:
        return
    _may_manage(actor, member)
    _keep_one_administrator(leaving=member)
    if not Staff.objects.filter(pk=member.pk, left_at=None).update(
        left_at=actor.at, totp_secret="", recovery_hashes=[]
    ):
        return
    account = Account.objects.get(pk=member.account_id)
    account.set_unusable_password()
    account.is_active = False
    account.save()
    Token.objects.filter(staff=member, revoked_at=None).update(revoked_at=actor.at)
    Link.objects.filter(staff=member, used_at=None).update(used_at=actor.at)
    Assignment.objects.filter(staff=member).delete()
    ledger.append(member.number, "staff.left", actor)


@transaction.atomic
def set_my_language(actor: Actor, language: str) -> None:
    """Keep the language of the acting member of staff.

    Raises:
        NotAllowed, Invalid.
    """
    if not actor.is_staff:
        raise NotAllowed
    if language not in dict(settings.LANGUAGES):
        raise Invalid("This language is not offered.", field="language")
    me = Staff.objects.pick(actor, pk=actor.id)
    if Staff.objects.filter(pk=me.pk).exclude(language=language).update(language=language):
        ledger.append(me.number, "staff.changed", actor, what=["language"])
