"""Lists of orders: each costs one read of orders, whatever its length."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, QuerySet

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.errors import Invalid, Missing
from sanbao.base.ids import tidy_number
from sanbao.base.texts import is_text
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.states import IN_HOUSE, MACHINE, OPEN, OWNER_MOVES, WAITING_PART, WORKING

_MOST_FOUND: Final = 20
SHOWN: Final = ("outlet", "device__product", "customer", "engineer")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as a list shows it. ``late``: the expected date has passed and the device is not ready.

    ``moves`` names the verbs open to the actor who asked.
    """

    number: str
    state: str
    channel: str
    outlet: str
    outlet_zh: str
    outlet_en: str
    device: str
    imei: str
    serial: str
    product: str
    product_zh: str
    product_en: str
    customer: str
    customer_name: str
    engineer: str
    engineer_name: str
    fault: str
    covered: bool | None
    made_at: datetime
    visit_at: datetime | None
    accepted_at: datetime | None
    promised_at: datetime | None
    expected_at: datetime | None
    ready_at: datetime | None
    returned_at: datetime | None
    late: bool
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderList:
    """One page of a list; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[OrderRow, ...]
    after: str


_COLUMNS: Final = (
    "number", "state", "channel", "fault", "covered", "made_at", "visit_at", "accepted_at", "promised_at",
    "expected_at", "ready_at", "returned_at", "outlet__name_zh", "outlet__name_en", "device__number",
    "device__imei", "device__serial", "device__product__code", "device__product__name_zh",
    "device__product__name_en", "customer__number", "customer__name", "engineer__number", "engineer__name",
)  # fmt: skip
"""What a row shows and nothing else: a long list reads no words, verdicts or addresses."""


def full(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Return the orders with all that a row shows, in one read."""
    return rows.select_related(*SHOWN).only(*_COLUMNS)


def order_row(actor: Actor, order: Order) -> OrderRow:
    """Return an order as a plain value for this actor."""
    product = order.device.product
    return OrderRow(
        number=order.number,
        state=order.state,
        channel=order.channel,
        outlet=order.outlet_id,
        outlet_zh=order.outlet.name_zh,
        outlet_en=order.outlet.name_en,
        device=order.device.number,
        imei=order.device.imei,
        serial=order.device.serial,
        product=product.code if product else "",
        product_zh=product.name_zh if product else "",
        product_en=product.name_en if product else "",
        customer=order.customer.number,
        customer_name=order.customer.name,
        engineer=order.engineer.number if order.engineer else "",
        engineer_name=order.engineer.name if order.engineer else "",
        fault=order.fault,
        covered=order.covered,
        made_at=order.made_at,
        visit_at=order.visit_at,
        accepted_at=order.accepted_at,
        promised_at=order.promised_at,
        expected_at=order.expected_at,
        ready_at=order.ready_at,
        returned_at=order.returned_at,
        late=is_late(order, actor.at),
        moves=open_moves(actor, order),
    )


def is_late(order: Order, at: datetime) -> bool:
    """Tell whether the date the owner was told has passed while it is our turn."""
    return order.state in WORKING and order.expected_at is not None and order.expected_at < at


def open_moves(actor: Actor, order: Order) -> tuple[str, ...]:
    """Name the verbs this actor may use on the order now."""
    if actor.is_owner:
        return tuple(name for name in _OWNERS if order.state in MACHINE.moves[name].sources)
    if actor.kind == SYSTEM:
        return tuple(name for name, move in MACHINE.moves.items() if order.state in move.sources)
    return tuple(MACHINE.open_from(order.state, actor.all_grants(order.outlet_id)))


_OWNERS: Final = tuple(name for name in MACHINE.moves if name in OWNER_MOVES)


def worklist(
    actor: Actor,
    outlet: str = "",
    *,
    states: Collection[str] = OPEN,
    after: str = "",
    most: int = 50,
) -> OrderList:
    """The orders of an outlet (of all this actor may see, without one) in these states, newest first.

    Raises:
        NotAllowed.
    """
    require(actor, "repairs.see", outlet=outlet or None)
    rows = Order.objects.visible_to(actor).filter(state__in=states)
    if outlet:
        rows = rows.filter(outlet_id=outlet)
    return _page(actor, rows, after, most)


def my_orders(actor: Actor, *, after: str = "", most: int = 50) -> OrderList:
    """The acting owner's own orders, newest first."""
    rows = Order.objects.visible_to(actor) if actor.is_owner else Order.objects.none()
    return _page(actor, rows, after, most)


def by_device(actor: Actor, device: str, *, most: int = 50) -> tuple[OrderRow, ...]:
    """Every order of a device that this actor may see, newest first."""
    return _page(
        actor, Order.objects.visible_to(actor).filter(device__number=tidy_number(device)), "", most
    ).rows


def of_customer(actor: Actor, customer: str, *, most: int = 50) -> tuple[OrderRow, ...]:
    """Every order of a customer that this actor may see, newest first."""
    return _page(
        actor, Order.objects.visible_to(actor).filter(customer__number=tidy_number(customer)), "", most
    ).rows


def bench(actor: Actor, outlet: str, *, most: int = 200) -> tuple[OrderRow, ...]:
    """The devices in the house, the earliest expected date first; those without a date come last.

    Raises:
        NotAllowed.
    """
    require(actor, "repairs.see", outlet=outlet)
    rows = Order.objects.visible_to(actor).filter(outlet_id=outlet, state__in=IN_HOUSE)
    found = sorted(
        full(rows).order_by("-id")[:most], key=lambda o: (o.expected_at is None, o.expected_at or o.made_at)
    )
    return tuple(order_row(actor, order) for order in found)


_COLUMN_OF: Final = {
    "RO": "number", "DV": "device__number", "CU": "customer__number", "BK": "booking",
}  # fmt: skip


def search(actor: Actor, text: str, *, most: int = _MOST_FOUND) -> tuple[OrderRow, ...]:
    """Orders found by their number, an IMEI or serial number, a device's or customer's number, or a name.

    A name or part of a serial number finds what begins with it. Phone numbers are the registry's.
    """
    typed = text.strip()
    if len(typed) < 2 or not is_text(typed):  # noqa: PLR2004 - one letter finds everybody
        return ()
    number = tidy_number(typed)
    if number:
        # one column by what the number names: an OR over joined tables would read every order
        column = _COLUMN_OF.get(number[:2])
        if column is None:
            return ()
        wanted = Q(**{column: number})
    else:
        wanted = _by_shape(typed)
    return _page(actor, Order.objects.visible_to(actor).filter(wanted), "", most).rows


def _by_shape(typed: str) -> Q:
    """What stands on a device has a digit in it, what a person is called has none."""
    if any(sign.isdigit() for sign in typed):
        imei = Q(device__imei__startswith=typed) | Q(device__second_imei__startswith=typed)
        return imei | Q(device__serial__istartswith=typed)
    return Q(customer__name__startswith=typed)


def row(actor: Actor, number: str) -> OrderRow | None:
    """One order as a list shows it; None where there is none for this actor. One query."""
    found = full(Order.objects.visible_to(actor).filter(number=tidy_number(number))).first()
    return order_row(actor, found) if found else None


def _page(actor: Actor, rows: QuerySet[Order], after: str, most: int) -> OrderList:
    if after:
        number = tidy_number(after)
        if number is None:
            raise Invalid("This is no place in the list.", field="after")
        last = Order.objects.filter(number=number).values("pk")[:1]
        rows = rows.filter(pk__lt=last)
    found = list(full(rows).order_by("-id")[: most + 1])
    shown = tuple(order_row(actor, order) for order in found[:most])
    return OrderList(shown, shown[-1].number if len(found) > most else "")


def waiting_for(actor: Actor, *, items: Collection[str], outlet: str) -> tuple[str, ...]:
    """Numbers of the orders that wait for one of these parts at an outlet, the longest in the house first."""
    rows = Order.objects.visible_to(actor).filter(
        outlet_id=outlet, state=WAITING_PART, lines__item_id__in=items, lines__used_at__isnull=True
    )
    return tuple(dict.fromkeys(rows.order_by("accepted_at", "id").values_list("number", flat=True)))


def customer_of(actor: Actor, number: str) -> str:
    """The number of the customer an order belongs to.

    Raises:
        Missing.
    """
    rows = Order.objects.visible_to(actor).filter(number=tidy_number(number))
    found: Order | None = rows.select_related("customer").first()
    if found is None:
        raise Missing(number=number[:20])
    return found.customer.number


def counts(actor: Actor, outlets: Iterable[str] = ()) -> dict[str, int]:
    """How many orders this actor may see in each open state, at these outlets or everywhere."""
    rows = Order.objects.visible_to(actor).filter(state__in=OPEN)
    chosen = tuple(outlets)
    if chosen:
        rows = rows.filter(outlet_id__in=chosen)
    return {row["state"]: row["n"] for row in rows.values("state").annotate(n=Count("pk")).order_by("state")}
