"""Account or key → actor."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sanbao.base.actor import OWNER, STAFF, Actor
from sanbao.base.kept import KeptRead
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.models import Customer, Staff, Token

_STAFF: Final = KeptRead(
    lambda account: Staff.objects.filter(account_id=account).values_list(
        "pk", "number", "name", "left_at", "account__is_active", "assignments__outlet",
        "assignments__role__grants",
    ),
    account=int,
)  # fmt: skip
_TOKEN: Final = KeptRead(
    lambda secret: Token.objects.filter(secret_hash=secret, revoked_at__isnull=True).values_list(
        "staff_id", "number", "staff__name", "staff__left_at", "staff__account__is_active",
        "staff__assignments__outlet", "staff__assignments__role__grants", "expires_at", "grants",
    ),
    secret=str,
)  # fmt: skip
"""Somebody with what they hold: one row for each assignment, and one without for who has none."""


def actor_for(account_id: int, at: datetime) -> Actor | None:
    """Return who this account is at a moment; None for one that may no longer act.

    One query for staff, two for anybody else.
    """
    rows = _STAFF(account=account_id)
    if not rows:
        alive = Customer.objects.filter(account_id=account_id, account__is_active=True, erased_at=None)
        customer = alive.first()
        return customer and Actor(f"owner:{customer.number}", OWNER, at, customer.pk, customer.name)
    key, number, name, left_at, is_active, *_ = rows[0]
    if left_at is not None or not is_active:
        return None
    return Actor(f"staff:{number}", STAFF, at, key, name, _held(row[5:7] for row in rows))


def actor_for_staff(number: str, at: datetime) -> Actor | None:
    """Return a member of staff by number, acting at a moment; None for one that may no longer act."""
    account = Staff.objects.filter(number=number).values_list("account_id", flat=True).first()
    return actor_for(account, at) if account else None


def actor_for_token(secret: str, at: datetime) -> Actor | None:
    """Return who acts with this API key, with the key's grants at most; None when it opens nothing.

    One query. The ledger keeps the key's own number, so that a machine is told from its person.
    """
    rows = _TOKEN(secret=seals.plain(secret))
    if not rows:
        return None
    key, number, name, left_at, is_active, _, _, expires_at, most = rows[0]
    if left_at is not None or not is_active or (expires_at is not None and expires_at <= at):
        return None
    held = _held(row[5:7] for row in rows)
    if most:
        held = {outlet: grants & frozenset(most) for outlet, grants in held.items()}
    return Actor(f"token:{number}", STAFF, at, key, name, held)


def _held(assignments: Iterable[tuple[Any, Any]]) -> dict[str, frozenset[str]]:
    held: dict[str, frozenset[str]] = {}
    for outlet, grants in assignments:
        if outlet is not None:
            held[outlet] = held.get(outlet, frozenset()) | frozenset(grants)
    return held
