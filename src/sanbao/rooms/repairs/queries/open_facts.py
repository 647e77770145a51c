"""The facts of many open cases at once, for a look at what other rules would make of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, Final, NamedTuple

from django.db.models import F, Q
from django.utils import timezone

from sanbao.base.actor import Actor
from sanbao.engines.policy import Facts
from sanbao.engines.policy.facts import LISTED, otherwise
from sanbao.rooms.registry.queries.devices import DeviceCard, device_card, device_rows
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.queries.books import jurisdiction
from sanbao.rooms.repairs.queries.rights import bought_of, part_waits
from sanbao.rooms.repairs.rules.watch import counted
from sanbao.rooms.repairs.states import OPEN, RETURNED, WORKING

PAGE: Final = 5000
_COLUMNS: Final = ("pk", "number", "state", "device_id", "fault", "finding", "watch")


class Asked(NamedTuple):
    """One open case: its public number, and the facts it is judged on. Unknown facts are None."""

    subject: str
    facts: Facts | None


class Matter(NamedTuple):
    """A complaint: about which order, or else about which device, and since when."""

    number: str
    order: str
    device: str
    filed_at: datetime


def open_orders(actor: Actor, after: int = 0, *, most: int = PAGE) -> tuple[list[Asked], int]:
    """Return the facts of open orders as they are known at the actor's moment, and the key to go on from.

    An order that was decided on keeps the facts of its decision; the others are judged for today. One in
    repair stands there twice, the second time with the days of the repair. Up to five queries; the key is 0
    after the last page.
    """
    day, zone = timezone.localdate(actor.at), timezone.get_default_timezone()
    rows = list(
        Order.objects.filter(state__in=OPEN, pk__gt=after)
        .order_by("pk")
        .annotate(kept=F("verdict__facts"))
        .values(*_COLUMNS, "kept")[:most]
    )
    bare = [row["device_id"] for row in rows if row["kept"] is None]
    devices, past = _devices(actor, Q(pk__in=bare)), _past(bare, zone)
    asked = []
    for row in rows:
        facts = _of_order(row, day, devices.get(row["device_id"]), past[row["device_id"]])
        asked.append(Asked(row["number"], facts))
        if facts and row["watch"] and row["state"] in WORKING:
            asked.append(Asked(row["number"], _running(facts, row["watch"], day)))
    return asked, rows[-1]["pk"] if len(rows) == most else 0


def of_matters(actor: Actor, matters: Sequence[Matter]) -> list[Asked]:
    """Return the facts of complaints: those of the order's decision, else of the device on the day of filing.

    Up to five queries.
    """
    day, zone = timezone.localdate(actor.at), timezone.get_default_timezone()
    numbers = [matter.order for matter in matters if matter.order]
    rows = Order.objects.filter(number__in=numbers).annotate(kept=F("verdict__facts"))
    kept = dict(rows.values_list("number", "kept"))
    wanted = [each.device for each in matters if each.device and kept.get(each.order) is None]
    devices = _devices(actor, Q(number__in=wanted))
    by_number = {card.number: card for card in devices.values()}
    past = _past(devices, zone)
    asked = []
    for matter in matters:
        record, card = kept.get(matter.order), by_number.get(matter.device)
        facts = _kept(record, day) if record is not None else None
        if facts is None and card is not None:
            filed = matter.filed_at.astimezone(zone).date()
            facts = _of_device(card, past[card.id], "no_power", LISTED, filed, day)
        asked.append(Asked(matter.number, facts))
    return asked


def _of_order(
    row: Mapping[str, Any], day: date, card: DeviceCard | None, past: list[rules.Past]
) -> Facts | None:
    if row["kept"] is not None:
        return _kept(row["kept"], day)
    if card is None:
        return None
    kind = rules.kind_of(rules.fault_of(row["fault"]), row["finding"])
    return _of_device(card, past, row["fault"], kind, day, day)


def _kept(record: Mapping[str, Any], day: date) -> Facts | None:
    try:
        facts = rules.kept_facts({"facts": record})
    except (TypeError, ValueError):
        return None
    return otherwise(facts, {"asked_on": day}) if facts else None


def _of_device(
    card: DeviceCard, past: list[rules.Past], fault: str, kind: str, on: date, asked_on: date
) -> Facts:
    return rules.facts_of(
        bought_of(card),
        past,
        rules.fault_of(fault),
        kind=kind,
        fault_on=on,
        asked_on=asked_on,
        jurisdiction=jurisdiction(),
    )


def _running(facts: Facts, watch: Mapping[str, Any], day: date) -> Facts:
    """The same case with the days of the repair under way; those that wait for the owner do not count."""
    spent = counted(watch, day)
    own = max(0, spent["days"] - spent["parts_days"] - spent["owner_days"])
    return otherwise(facts, {"in_repair": True, "repair_days": own, "parts_wait_days": spent["parts_days"]})


def _devices(actor: Actor, which: Q) -> dict[int, DeviceCard]:
    """Devices by key, whoever they belong to: what changes for all is looked at by those who may publish."""
    house = Actor("system:policy", "system", actor.at)
    return {row.pk: device_card(row) for row in device_rows(house).filter(which)}


def _past(devices: Iterable[int], zone: tzinfo) -> defaultdict[int, list[rules.Past]]:
    found: defaultdict[int, list[rules.Past]] = defaultdict(list)
    rows = list(_free_repairs(list(devices)))
    waited = part_waits([row.number for row in rows], zone) if rows else {}
    for row in rows:
        if row.accepted_at and row.ready_at:
            found[row.device_id].append(
                rules.Past(
                    fault=row.fault,
                    accepted_on=row.accepted_at.astimezone(zone).date(),
                    ready_on=row.ready_at.astimezone(zone).date(),
                    waited_days=waited.get(row.number, 0),
                    software=row.finding == rules.SOFTWARE,
                )
            )
    return found


def _free_repairs(devices: Sequence[int]) -> Iterator[Order]:
    rows = Order.objects.filter(device_id__in=devices, state=RETURNED, covered=True, ready_at__isnull=False)
    rows = rows.exclude(finding=rules.NO_FAULT_FOUND).order_by("id")
    columns = ("number", "device_id", "fault", "finding", "accepted_at", "ready_at")
    yield from rows.only(*columns).iterator() if devices else ()
