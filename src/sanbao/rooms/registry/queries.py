"""Reads of the registry."""

from datetime import datetime

from sanbao.base.actor import OWNER, STAFF, Actor
from sanbao.rooms.registry.models import Assignment, Customer, Staff


def actor_for(account_id: int, at: datetime) -> Actor | None:
    """Return who this account is at a moment; None for one that may no longer act. At most two queries."""
    staff = Staff.objects.filter(account_id=account_id).select_related("account").first()
    if staff is None:
        customer = Customer.objects.filter(account_id=account_id, erased_at__isnull=True).first()
        return customer and Actor(f"owner:{customer.number}", OWNER, at, customer.pk, customer.name)
    if staff.left_at is not None or not staff.account.is_active:
        return None
    return Actor(f"staff:{staff.number}", STAFF, at, staff.pk, staff.name, _grants_of(staff))


def _grants_of(staff: Staff) -> dict[str, frozenset[str]]:
    held: dict[str, frozenset[str]] = {}
    for row in Assignment.objects.filter(staff=staff).select_related("role"):
        held[row.outlet] = held.get(row.outlet, frozenset()) | frozenset(row.role.grants)
    return held
