"""What an owner may ask for: verdicts for a device or for plain facts, with the packs of the installation."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from django.utils import timezone

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid
from sanbao.base.kept import KeptRead
from sanbao.engines.policy import Facts, Verdict
from sanbao.engines.policy.lines import Line, lines_of
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.queries.books import book_on, jurisdiction
from sanbao.rooms.repairs.states import RETURNED

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
    """Return the verdict of the packs that count on the day of the question."""
    return rules.verdict_for(book_on(_asked(facts)), facts)


def lines(facts: Facts) -> tuple[Line, ...]:
    """Return the lines of the law ahead of a repair that begins with these facts."""
    return lines_of(book_on(_asked(facts)), facts)


def _asked(facts: Facts) -> date:
    return facts.asked_on or facts.fault_on or timezone.localdate()


def rights(actor: Actor, device: str, *, on: date, fault: str = "") -> tuple[PartRights, ...]:
    """What the owner of this device could ask for if a fault appeared on a day: main unit and accessories.

    With ``fault`` only the part it concerns is judged, by the kind of that fault.

    Raises:
        Missing: unknown device, or hidden from this actor.
        Invalid: there is no such fault.
    """
    card = registry.device(actor, device)
    past = past_of(card.number, timezone.get_default_timezone())
    return _rights(bought_of(card), past, on, fault, timezone.localdate(actor.at))


def rights_for(
    bought: rules.Bought, *, on: date, fault: str = "", asked_on: date | None = None
) -> tuple[PartRights, ...]:
    """The same for plain facts, for somebody who has not signed in: no device, no person, no history.

    ``asked_on`` is today where the dates are to be checked against it.

    Raises:
        Invalid: there is no such fault, or a date is out of this world.
    """
    for field, day in (("bought_on", bought.bought_on), ("delivered_on", bought.delivered_on), ("on", on)):
        if day is not None and not rules.EARLIEST <= day <= rules.LATEST:
            raise Invalid("This date is not possible.", field=field)
    return _rights(bought, [], on, fault, asked_on or on)


def _rights(
    bought: rules.Bought, past: list[rules.Past], on: date, fault: str, asked_on: date
) -> tuple[PartRights, ...]:
    chosen = rules.fault_of(fault or "no_power")
    concerned = (chosen.part,) if fault else PARTS.get(bought.product_class, ("main",))
    book = book_on(asked_on)
    return tuple(
        PartRights(
            part,
            rules.verdict_for(
                book,
                rules.facts_of(
                    bought,
                    past if part == "main" else [],
                    chosen,
                    kind=rules.kind_of(chosen),
                    fault_on=on,
                    asked_on=asked_on,
                    part=part,
                    jurisdiction=jurisdiction(),
                ),
            ),
        )
        for part in concerned
    )


def bought_of(card: registry.DeviceCard) -> rules.Bought:
    """What is known of a device for the question who pays."""
    product_class = card.product.product_class if card.product else "phone"
    shown = card.purchase
    if shown is None:
        return rules.Bought(product_class=product_class, made_on=card.made_on)
    return rules.Bought(
        product_class=product_class,
        bought_on=shown.bought_on,
        delivered_on=shown.delivered_on,
        channel=shown.channel,
        proof=shown.proof,
        made_on=card.made_on,
        price_cents=shown.price_cents,
    )


_REPAIRED: Final = KeptRead(
    lambda device, but: (
        Order.objects.filter(device__number=device, state=RETURNED, covered=True, ready_at__isnull=False)
        .exclude(number=but)
        .exclude(finding=rules.NO_FAULT_FOUND)
        .order_by("id")
    ),
    device=str,
    but=str,
)


def past_of(device: str, zone: tzinfo, *, but: str = "") -> list[rules.Past]:
    """The earlier free repairs of a device, oldest first; days in the time zone of the outlet that asks."""
    rows = _REPAIRED(device=device, but=but)
    waited = part_waits([row.number for row in rows], zone) if rows else {}
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


def part_waits(numbers: list[str], zone: tzinfo) -> dict[str, int]:
    """Days each order waited for a part, from the ledger."""
    since: dict[str, date] = {}
    waited: dict[str, int] = dict.fromkeys(numbers, 0)
    for fact in ledger.timeline(*numbers):
        if fact.event == "repair.waiting_part":
            since[fact.subject] = _day(fact.at, zone)
        elif fact.event == "repair.resumed" and fact.subject in since:
            waited[fact.subject] += (_day(fact.at, zone) - since.pop(fact.subject)).days
    return waited


def _day(moment: datetime | None, zone: tzinfo) -> date:
    return (moment or datetime.min.replace(tzinfo=zone)).astimezone(zone).date()
