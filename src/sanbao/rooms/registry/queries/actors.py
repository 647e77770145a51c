"""Account or key → actor."""

from datetime import datetime

from sanbao.base.actor import OWNER, STAFF, Actor
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.models import Assignment, Customer, Staff, Token


def actor_for(account_id: int, at: datetime) -> Actor | None:
    """Return who this account is at a moment; None for one that may no longer act. At most two queries."""
    staff = Staff.objects.filter(account_id=account_id).select_related("account").first()
    if staff is None:
        alive = Customer.objects.filter(account_id=account_id, account__is_active=True, erased_at=None)
        customer = alive.first()
        return customer and Actor(f"owner:{customer.number}", OWNER, at, customer.pk, customer.name)
    if staff.left_at is not None or not staff.account.is_active:
        return None
    return Actor(f"staff:{staff.number}", STAFF, at, staff.pk, staff.name, _grants_of(staff))


def actor_for_token(secret: str, at: datetime) -> Actor | None:
    """Return who acts with this API key, with the key's grants at most; None when it opens nothing.

    Two queries. The ledger keeps the key's own number, so that a machine is told from its person.
    """
    token = (
        Token.objects.filter(secret_hash=seals.plain(secret), revoked_at=None)
        .select_related("staff__account")
        .first()
    )
    if token is None or (token.expires_at is not None and token.expires_at <= at):
        return None
    staff = token.staff
    if staff.left_at is not None or not staff.account.is_active:
        return None
    held = _grants_of(staff)
    if token.grants:
        held = {outlet: grants & frozenset(token.grants) for outlet, grants in held.items()}
    return Actor(f"token:{token.number}", STAFF, at, staff.pk, staff.name, held)


def _grants_of(staff: Staff) -> dict[str, frozenset[str]]:
    held: dict[str, frozenset[str]] = {}
    for row in Assignment.objects.filter(staff=staff).select_related("role"):
        held[row.outlet] = held.get(row.outlet, frozenset()) | frozenset(row.role.grants)
    return held
