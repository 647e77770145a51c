"""What an owner may ask for: verdicts for a device or for plain facts, with the packs of the installation."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sanbao.base.actor import Actor
from sanbao.engines.policy import Facts, Verdict
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.models import Device, Purchase
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.adapters.packs import packs_for
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.states import RETURNED

JURISDICTION: Final = "CN"
PARTS: Final = {
    "phone": ("main", "battery", "charger", "wired-earphone"),
}
"""Which parts of a product have periods of their own, main unit first."""


@dataclass(frozen=True, slots=True)
class PartRights:
    """The rights in one part of a device on one day."""

    part: str
    verdict: Verdict


def judge(facts: Facts) -> Verdict:
    """Return the verdict of the installation's packs, the brand's own promise included."""
    return rules.verdict_for(packs_for(JURISDICTION, brand=True), facts)


def rights(actor: Actor, device: str, *, on: date, fault: str = "") -> tuple[PartRights, ...]:
    """What the owner of this device could ask for if a fault appeared on a day: main unit and accessories.

    With ``fault`` only the part it concerns is judged, by the kind of that fault.

    Raises:
        Missing: unknown device, or hidden from this actor.
        Invalid: there is no such fault.
    """
    row = Device.objects.select_related("product").pick(actor, number=device)
    bought, past = bought_of(row), past_of(row.pk, ZoneInfo("Asia/Shanghai"))
    return _rights(bought, past, on, fault, on)


def rights_for(bought: rules.Bought, *, on: date, fault: str = "") -> tuple[PartRights, ...]:
    """The same for plain facts, for somebody who has not signed in: no device, no person, no history.

    Raises:
        Invalid: there is no such fault.
    """
    return _rights(bought, [], on, fault, on)


def _rights(
    bought: rules.Bought, past: list[rules.Past], on: date, fault: str, asked_on: date
) -> tuple[PartRights, ...]:
    chosen = rules.fault_of(fault or "no_power")
    concerned = (chosen.part,) if fault else PARTS.get(bought.product_class, ("main",))
    return tuple(
        PartRights(
            part,
            judge(
                rules.facts_of(
                    bought,
                    past if part == "main" else [],
                    chosen,
                    kind=rules.kind_of(chosen),
                    fault_on=on,
                    asked_on=asked_on,
                    part=part,
                )
            ),
        )
        for part in concerned
    )


def bought_of(device: Device) -> rules.Bought:
    """What is known of a device for the question who pays. The purchase staff checked counts most."""
    product_class = device.product.product_class if device.product else "phone"
    row: Purchase | None = (
        Purchase.objects.filter(device=device).exclude(checked_by="").order_by("-id").first()
        or Purchase.objects.filter(device=device).order_by("-id").first()
    )
    if row is None:
        return rules.Bought(product_class=product_class, made_on=device.made_on)
    return rules.Bought(
        product_class=product_class,
        bought_on=row.bought_on,
        delivered_on=row.delivered_on,
        channel=row.channel,
        proof=row.proof,
        made_on=device.made_on,
        price_cents=row.price_cents,
    )


def past_of(device_id: int, zone: ZoneInfo, *, but: str = "") -> list[rules.Past]:
    """The earlier free repairs of a device, oldest first; days in the time zone of the outlet that asks."""
    rows = list(
        Order.objects.filter(device_id=device_id, state=RETURNED, covered=True, ready_at__isnull=False)
        .exclude(number=but)
        .exclude(finding=rules.NO_FAULT_FOUND)
        .order_by("id")
    )
    waited = _waits([row.number for row in rows], zone) if rows else {}
    return [
        rules.Past(
            fault=row.fault,
            accepted_on=_day(row.accepted_at, zone),
            ready_on=_day(row.ready_at, zone),
            waited_days=waited.get(row.number, 0),
            software=row.finding == rules.SOFTWARE,
        )
        for row in rows
        if row.accepted_at and row.ready_at
    ]


def _waits(numbers: list[str], zone: ZoneInfo) -> dict[str, int]:
    """Days each order waited for a part, from the ledger."""
    since: dict[str, date] = {}
    waited: dict[str, int] = dict.fromkeys(numbers, 0)
    for fact in ledger.timeline(*numbers):
        if fact.event == "repair.waiting_part":
            since[fact.subject] = _day(fact.at, zone)
        elif fact.event == "repair.resumed" and fact.subject in since:
            waited[fact.subject] += (_day(fact.at, zone) - since.pop(fact.subject)).days
    return waited


def _day(moment: datetime | None, zone: ZoneInfo) -> date:
    return (moment or datetime.min.replace(tzinfo=zone)).astimezone(zone).date()
