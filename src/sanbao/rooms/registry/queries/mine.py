"""What owners read about themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanbao.base.actor import Actor
from sanbao.base.errors import NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.models import Customer, Device
from sanbao.rooms.registry.queries.devices import DeviceCard, device_card, device_rows


@dataclass(frozen=True, slots=True)
class Me:
    """What an owner sees about themselves, unmasked."""

    number: str
    name: str
    phone: str
    email: str
    language: str
    notice_version: str
    notice_at: datetime | None
    made_at: datetime
    erasure_asked_at: datetime | None


def me(actor: Actor) -> Me:
    """Return what the registry knows about the acting owner.

    Raises:
        NotAllowed, Missing.
    """
    row = my_row(actor)
    return Me(
        row.number,
        row.name,
        row.phone,
        row.email,
        row.language,
        row.notice_version,
        row.notice_at,
        row.made_at,
        row.erasure_asked_at,
    )


def my_devices(actor: Actor) -> tuple[DeviceCard, ...]:
    """Return the acting owner's devices, newest first. Raises: NotAllowed, Missing."""
    rows = device_rows(actor).filter(customer=my_row(actor)).order_by("-id")
    return tuple(device_card(row) for row in rows)


def my_data(actor: Actor) -> dict[str, Any]:
    """Return everything the registry keeps about the acting owner, as plain values for a download.

    The door joins what the other rooms keep. Raises: NotAllowed, Missing.
    """
    row = my_row(actor)
    person = {
        "number": row.number,
        "name": row.name,
        "phone": row.phone,
        "email": row.email,
        "language": row.language,
        "privacy_notice": {"version": row.notice_version, "accepted_at": _text(row.notice_at)},
        "known_since": _text(row.made_at),
        "erasure_asked_at": _text(row.erasure_asked_at),
    }
    devices = [_device_data(device) for device in device_rows(actor).filter(customer=row).order_by("id")]
    log = [
        {"at": _text(fact.at), "event": fact.event, "by": fact.actor, **fact.facts}
        for fact in ledger.timeline(row.number)
    ]
    return {"person": person, "devices": devices, "log": log}


def my_row(actor: Actor) -> Customer:
    """Return the acting owner's own row. Raises: NotAllowed, Missing."""
    if not actor.is_owner:
        raise NotAllowed
    row: Customer = Customer.objects.pick(actor, pk=actor.id)
    return row


def _device_data(device: Device) -> dict[str, Any]:
    return {
        "number": device.number,
        "imei": device.imei,
        "second_imei": device.second_imei,
        "serial": device.serial,
        "product": device.product_id or "",
        "known_since": _text(device.known_since),
        "purchases": [
            {
                "bought_on": row.bought_on.isoformat(),
                "delivered_on": row.delivered_on.isoformat() if row.delivered_on else None,
                "channel": row.channel,
                "price_cents": row.price_cents,
                "proof": row.proof,
                "proof_file": row.proof_file,
                "checked": bool(row.checked_by),
                "added_at": _text(row.added_at),
            }
            for row in device.purchases.all()
        ],
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
