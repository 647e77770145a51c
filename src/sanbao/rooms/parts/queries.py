"""Reads of the parts room: what mends a fault, what it costs, where it lies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Invalid
from sanbao.base.kept import KeptRead
from sanbao.rooms.parts.errors import NoPrice
from sanbao.rooms.parts.models import Item, Movement, Price, Reservation, Stock
from sanbao.rooms.parts.rules import CODE, SHORTAGE_DAYS, Availability, available, worst
from sanbao.rooms.parts.states import HELD


@dataclass(frozen=True, slots=True)
class ItemCard:
    """A part or a piece of work. ``cents`` is its price on the day asked about, None where it has none.

    ``product`` is empty for what fits every product.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    policy_part: str
    product: str
    faults: tuple[str, ...]
    minutes: int
    cents: int | None


@dataclass(frozen=True, slots=True)
class StockRow:
    """A part at an outlet; ``free`` is what nobody has been promised."""

    outlet: str
    item: str
    name_zh: str
    name_en: str
    on_hand: int
    reserved: int
    free: int
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class ShortRow:
    """A part that is used at an outlet and not there; ``used`` counts the last four weeks."""

    outlet: str
    item: str
    name_zh: str
    name_en: str
    reserved: int
    used: int
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """Pieces kept for an order, or once kept."""

    item: str
    name_zh: str
    name_en: str
    outlet: str
    quantity: int
    state: str


@dataclass(frozen=True, slots=True)
class StockPage:
    """One page of a list; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[StockRow, ...]
    after: str


def items_for(product: str, fault: str, on: date) -> tuple[ItemCard, ...]:
    """The items that usually mend this fault of this product, parts first, priced on a day. One read.

    Items without a fault list mend nothing in particular and are left out.
    """
    return tuple(item_card(row) for row in _FITTING(product=product, on=on) if fault in row.faults)


def items(on: date, *, product: str = "", codes: Sequence[str] = ()) -> tuple[ItemCard, ...]:
    """The catalogue by code, priced on a day: of one product and what fits all, or of these codes."""
    rows = _priced(on)
    if product:
        rows = rows.filter(Q(product_id=product) | Q(product__isnull=True))
    if codes:
        rows = rows.filter(code__in=codes)
    return tuple(item_card(row) for row in rows.order_by("code"))


def _priced(on: date) -> models.QuerySet[Item]:
    price = Price.objects.filter(item=OuterRef("pk"), valid_from__lte=on).order_by("-valid_from")
    return Item.objects.annotate(cents=Subquery(price.values("cents")[:1]))


_FITTING: Final = KeptRead(
    lambda product, on: (
        _priced(on).filter(Q(product_id=product) | Q(product__isnull=True)).order_by("-kind", "code")
    ),
    product=str,
    on=date,
)


def item_card(row: Item) -> ItemCard:
    """Return an item, read with its price, as a plain value."""
    return ItemCard(
        code=row.code,
        kind=row.kind,
        name_zh=row.name_zh,
        name_en=row.name_en,
        policy_part=row.policy_part,
        product=row.product_id or "",
        faults=tuple(row.faults),
        minutes=row.minutes,
        cents=row.cents,  # type: ignore[attr-defined]  # annotated by ``_priced``
    )


def price_on(item: str, day: date) -> int:
    """What the item costs on a day, in cents.

    Raises:
        NoPrice: no price is valid on that day, or there is no such item.
    """
    if not CODE.fullmatch(item):
        raise NoPrice(field="item", item=item[:32], day=day.isoformat())
    found = _CENTS(item=item, day=day)
    if not found:
        raise NoPrice(field="item", item=item[:32], day=day.isoformat())
    return int(found[0])


_CENTS: Final = KeptRead(
    lambda item, day: (
        Price.objects.filter(item_id=item, valid_from__lte=day)
        .order_by("-valid_from")
        .values_list("cents", flat=True)[:1]
    ),
    item=str,
    day=date,
)


def stock_at(actor: Actor, outlet: str, *, after: str = "", most: int = 50) -> StockPage:
    """The shelf of an outlet by item code, a page at a time. One read.

    Raises:
        NotAllowed.
    """
    require(actor, "parts.see", outlet=outlet)
    if after and not CODE.fullmatch(after):
        raise Invalid("This is no place in the list.", field="after")
    rows = Stock.objects.visible_to(actor).filter(outlet_id=outlet, item_id__gt=after)
    found = list(rows.select_related("item").order_by("item_id")[: most + 1])
    shown = tuple(_stock_row(row) for row in found[:most])
    return StockPage(shown, shown[-1].item if len(found) > most else "")


def _stock_row(row: Stock) -> StockRow:
    return StockRow(
        outlet=row.outlet_id,
        item=row.item_id,
        name_zh=row.item.name_zh,
        name_en=row.item.name_en,
        on_hand=row.on_hand,
        reserved=row.reserved,
        free=row.on_hand - row.reserved,
        expected_on=row.expected_on,
    )


def availability(
    items: Iterable[str], outlets: Iterable[str], *, order: str = ""
) -> Mapping[str, Availability]:
    """Whether all of these parts are at each outlet, in public words; no numbers leave the house. One read.

    Labour is always there. What is kept for ``order`` counts as on the shelf for it.
    """
    wanted, places = frozenset(items), tuple(outlets)
    rows = _SHELVES(order=order, places=places, items=tuple(wanted)) if places and wanted else ()
    by_outlet: dict[str, dict[str, Availability]] = defaultdict(dict)
    for row in rows:
        free = row.on_hand - row.reserved + int(row.mine)
        by_outlet[row.outlet_id][row.item_id] = available(free, 1, row.expected_on)
    none = available(0, 1, None)
    return {place: worst(by_outlet[place].get(item, none) for item in wanted) for place in places}


def _shelves(order: str, places: Sequence[str], items: Sequence[str]) -> models.QuerySet[Stock]:
    """Parts on shelves; those with ``mine`` are among what is kept for the order."""
    kept = Reservation.objects.filter(
        order=order, item=OuterRef("item"), outlet=OuterRef("outlet"), state=HELD
    )
    rows: models.QuerySet[Stock] = Stock.objects.filter(
        outlet_id__in=places, item_id__in=items, item__kind="part"
    ).annotate(mine=Exists(kept))
    return rows


_SHELVES: Final = KeptRead(_shelves, order=str, places=(str,), items=(str,))


def reservations_of(order: str) -> tuple[ReservationRow, ...]:
    """What is kept, or was once kept, for an order, oldest first. One read."""
    rows = Reservation.objects.filter(order=order).select_related("item").order_by("id")
    return tuple(
        ReservationRow(r.item_id, r.item.name_zh, r.item.name_en, r.outlet_id, r.quantity, r.state)
        for r in rows
    )


def shortage(actor: Actor, *, most: int = 50) -> tuple[ShortRow, ...]:
    """Parts used in the last four weeks of which no free piece is left, most used first. One read."""
    since = actor.at - timedelta(days=SHORTAGE_DAYS)
    used = Movement.objects.filter(
        outlet=OuterRef("outlet"), item=OuterRef("item"), reason="used", at__gte=since
    ).order_by()
    total = used.values("item").annotate(n=Sum("quantity")).values("n")
    rows = (
        Stock.objects.visible_to(actor)
        .filter(on_hand__lte=F("reserved"))
        .annotate(used=-Coalesce(Subquery(total), 0))
        .filter(used__gt=0)
        .select_related("item")
        .order_by("-used", "outlet_id", "item_id")
    )
    return tuple(
        ShortRow(
            r.outlet_id, r.item_id, r.item.name_zh, r.item.name_en, r.reserved, int(r.used), r.expected_on
        )
        for r in rows[:most]
    )
