"""Reads of staff, roles, keys, and of whose installation this is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible
from sanbao.base.errors import NotAllowed
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.errors import LinkOver
from sanbao.rooms.registry.models import Assignment, Installation, Link, Role, Staff, Token
from sanbao.rooms.registry.rules import DEMO_PHONES, DEMO_STAFF_DOMAIN, NOTICE_VERSION, demo_code_for


@dataclass(frozen=True, slots=True)
class Post:
    """A role held at an outlet."""

    role: str
    title_zh: str
    title_en: str
    outlet: str


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A member of staff."""

    id: int
    number: str
    name: str
    email: str
    language: str
    posts: tuple[Post, ...]
    joined_at: datetime | None
    left_at: datetime | None
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A role and its grants."""

    code: str
    title_zh: str
    title_en: str
    grants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenCard:
    """A key to the API; its secret cannot be read back."""

    number: str
    name: str
    staff: str
    grants: tuple[str, ...]
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Joining:
    """What the page behind an open link shows: whose it is, and the second factor to take over."""

    name: str
    email: str
    purpose: str
    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class DemoSigns:
    """The fixed sign-ins of a demo world, for its sign-in pages."""

    phone: str
    staff_domain: str
    code: str


@dataclass(frozen=True, slots=True)
class InstallationCard:
    """Whose installation this is."""

    brand: str
    time_zone: str
    demo: bool
    made_at: datetime


def staff_list(actor: Actor, *, with_left: bool = False) -> tuple[StaffCard, ...]:
    """Return the staff this actor manages, and themselves, by name. Two queries."""
    rows = _staff(actor) if with_left else _staff(actor).filter(left_at=None)
    return tuple(_staff_card(row) for row in rows.order_by("name", "id"))


def staff(actor: Actor, number: str) -> StaffCard:
    """Return one member of staff. Raises: Missing."""
    return _staff_card(_staff(actor).pick(actor, number=number))


def colleagues(actor: Actor, outlet: str, grant: str) -> tuple[StaffCard, ...]:
    """Return who holds a grant at an outlet, for handing work on; for colleagues there. Two queries.

    Raises:
        NotAllowed: the actor holds nothing at this outlet.
    """
    if not (actor.all_grants(outlet) or actor.kind == "system"):
        raise NotAllowed(outlet=outlet)
    rows = _with_posts(
        Staff.objects.filter(assignments__outlet__in=(outlet, EVERYWHERE), left_at=None).distinct()
    )
    granting = {row.code for row in Role.objects.all() if grant in row.grants}
    cards = (_staff_card(row) for row in rows.order_by("name", "id"))
    return tuple(
        card
        for card in cards
        if any(post.role in granting and post.outlet in {outlet, EVERYWHERE} for post in card.posts)
    )


def holders(grant: str, outlet: str = EVERYWHERE) -> list[int]:
    """Return the keys of those who work here and hold a grant at exactly this place; two queries.

    Without an outlet: who holds it everywhere. For the house itself, when it looks for whom to tell.
    """
    granting = [role.code for role in Role.objects.all() if grant in role.grants]
    found = Staff.objects.filter(
        assignments__outlet=outlet, assignments__role__in=granting, left_at=None, joined_at__isnull=False
    )
    return sorted(set(found.values_list("pk", flat=True)))


def staff_names(keys: Iterable[int]) -> dict[int, str]:
    """Return names of staff by key, for pages whose rows the reader may already see. One query."""
    return dict(Staff.objects.filter(pk__in=set(keys)).values_list("pk", "name"))


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Return the names behind ledger refs such as ``staff:ST-…``, for timelines; at most two queries.

    Owners are not named: whoever sees an owner's timeline sees the owner's card beside it.
    """
    wanted = set(refs)
    numbers = {ref.removeprefix("staff:") for ref in wanted if ref.startswith("staff:")}
    keys = {ref.removeprefix("token:") for ref in wanted if ref.startswith("token:")}
    found: dict[str, str] = {}
    if numbers:
        rows = Staff.objects.filter(number__in=numbers).values_list("number", "name")
        found |= {f"staff:{number}": name for number, name in rows}
    if keys:
        tokens = Token.objects.filter(number__in=keys).values_list("number", "name")
        found |= {f"token:{number}": name for number, name in tokens}
    return found


def roles(actor: Actor) -> tuple[RoleCard, ...]:
    """Return all roles; for staff. One query."""
    rows = Role.objects.visible_to(actor).order_by("code")
    return tuple(RoleCard(r.code, r.title_zh, r.title_en, tuple(r.grants)) for r in rows)


def tokens(actor: Actor) -> tuple[TokenCard, ...]:
    """Return the API keys this actor may see, newest first. One query."""
    rows = Token.objects.visible_to(actor).select_related("staff").order_by("-id")
    return tuple(
        TokenCard(t.number, t.name, t.staff.number, tuple(t.grants), t.made_at, t.expires_at, t.revoked_at)
        for t in rows
    )


def joining(token: str, at: datetime) -> Joining:
    """Return what the page behind an invitation or recovery link shows.

    Raises:
        LinkOver: used, expired or never made: from outside the same.
    """
    link = (
        Link.objects.filter(token_hash=seals.plain(token), used_at=None, expires_at__gt=at)
        .select_related("staff")
        .first()
    )
    if link is None or link.staff.left_at is not None:
        raise LinkOver
    house = installation()
    secret = seals.totp_secret(seals.totp_salt(token))
    address = seals.totp_address(secret, link.staff.email, house.brand if house else "Sanbao")
    return Joining(link.staff.name, link.staff.email, link.purpose, secret, address)


def installation() -> InstallationCard | None:
    """Return whose installation this is; None before it is set up."""
    row = Installation.objects.first()
    return InstallationCard(row.brand, row.time_zone, row.demo, row.made_at) if row else None


def _staff(actor: Actor) -> Visible:
    return _with_posts(Staff.objects.visible_to(actor))


def _with_posts(rows: Visible) -> Visible:
    posts = Assignment.objects.select_related("role").order_by("role_id", "outlet")
    return rows.prefetch_related(Prefetch("assignments", posts))


def _staff_card(row: Staff) -> StaffCard:
    return StaffCard(
        row.pk,
        row.number,
        row.name,
        row.email,
        row.language,
        tuple(
            Post(each.role_id, each.role.title_zh, each.role.title_en, each.outlet)
            for each in row.assignments.all()
        ),
        row.joined_at,
        row.left_at,
        row.locked_until,
    )


def demo_signs() -> DemoSigns | None:
    """Return the fixed sign-ins of a demo world, for its sign-in pages; None everywhere else."""
    house = installation() if settings.SANBAO["demo"] else None
    phone = min(DEMO_PHONES)
    code = demo_code_for(phone, switched_on=True, demo_installation=house.demo) if house else None
    return DemoSigns(phone, DEMO_STAFF_DOMAIN, code) if code else None


def notice_version() -> str:
    """Return the version of the privacy notice in force."""
    return NOTICE_VERSION
