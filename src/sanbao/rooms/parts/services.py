"""Everything that changes items, prices and stock. One function, one verb, one transaction.

Stock is moved by statements that check and change at once, so two engineers never get the same piece.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.db import models, transaction
from django.db.models import F

from sanbao.base.actor import Actor, require
from sanbao.base.db import change_if, lock_rows
from sanbao.base.errors import Invalid, Missing, Overtaken
from sanbao.base.money import LARGEST_CENTS
from sanbao.base.texts import said
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts.errors import NotInStock, PromisedToOthers
from sanbao.rooms.parts.models import Item, Movement, Price, Reservation, Stock
from sanbao.rooms.parts.rules import CODE, MOST_PIECES
from sanbao.rooms.parts.states import HELD, ITEM_KINDS, RELEASED, USED
from sanbao.rooms.registry.models import Product

_MOST_LINES: Final = 500
_MOST_MINUTES: Final = 24 * 60
_LATEST: Final = timedelta(days=366)


@transaction.atomic
def put_item(
    actor: Actor,
    *,
    code: str,
    kind: str,
    name_zh: str,
    name_en: str = "",
    policy_part: str = "main",
    product: str | None = None,
    faults: tuple[str, ...] = (),
    minutes: int = 0,
) -> str:
    """Add an item that can stand on a quote, or change what is said of it; return its code.

    Raises:
        NotAllowed, Invalid, Missing.
    """
    require(actor, "parts.catalogue")
    if not CODE.fullmatch(code):
        raise Invalid("An item's code is 2 to 32 capital letters, digits, dots or dashes.", field="code")
    if kind not in ITEM_KINDS:
        raise Invalid("An item is a part or labour.", field="kind")
    if not 0 <= minutes <= _MOST_MINUTES:
        raise Invalid("This must lie between %(least)s and %(most)s.", field="minutes", least=0, most=1440)
    names = {
        "name_zh": said(name_zh, field="name_zh", most=80),
        "name_en": said(name_en or name_zh, field="name_en", most=80),
        "policy_part": said(policy_part, field="policy_part", most=16),
    }
    of = Product.objects.pick(actor, code=product) if product else None
    Item.objects.update_or_create(
        code=code,
        defaults={
            "kind": kind,
            **names,
            "product": of,
            "faults": list(faults),
            "minutes": minutes,
        },
    )
    ledger.append(code, "item.put", actor, kind=kind, product=product, minutes=minutes)
    return code


@transaction.atomic
def set_price(actor: Actor, *, item: str, valid_from: date, cents: int) -> None:
    """Let the item cost ``cents`` from a day on, until the next price. Days before keep their price.

    Raises:
        NotAllowed, Missing, Invalid.
    """
    require(actor, "parts.catalogue")
    row = _item(actor, item)
    if not 0 <= cents <= LARGEST_CENTS:
        raise Invalid("This is not a price.", field="cents")
    Price.objects.update_or_create(item=row, valid_from=valid_from, defaults={"cents": cents})
    ledger.append(item, "item.priced", actor, valid_from=valid_from, cents=cents)


@transaction.atomic
def receive(actor: Actor, *, outlet: str, item: str, quantity: int, note: str = "") -> None:
    """Put pieces on the shelf; orders that wait for them hear of it.

    Raises:
        NotAllowed, Missing, Invalid.
    """
    require(actor, "parts.receive", outlet=outlet)
    stock = _shelf(actor, outlet, item)
    _check_pieces(quantity)
    Stock.objects.filter(pk=stock.pk).update(on_hand=F("on_hand") + quantity, expected_on=None)
    _move(actor, stock, quantity, "received", note=note)
    ledger.append(item, "stock.arrived", actor, outlet=outlet, quantity=quantity)


@transaction.atomic
def receive_delivery(actor: Actor, *, outlet: str, pieces: Mapping[str, int], note: str = "") -> None:
    """Put everything on a delivery note (item → pieces) on the shelf; orders that wait hear of it once.

    All of it or nothing: an item that is unknown, or is labour, refuses the note.

    Raises:
        NotAllowed, Missing, Invalid.
    """
    require(actor, "parts.receive", outlet=outlet)
    code = outlets.place(outlet).code
    _check_note(actor, pieces)
    Stock.objects.bulk_create(
        [Stock(outlet_id=code, item_id=item) for item in sorted(pieces)], ignore_conflicts=True
    )
    shelves = lock_rows(Stock.objects.filter(outlet_id=code, item_id__in=pieces))
    for quantity in sorted(set(pieces.values())):
        some = [shelf.pk for shelf in shelves if pieces[shelf.item_id] == quantity]
        Stock.objects.filter(pk__in=some).update(on_hand=F("on_hand") + quantity, expected_on=None)
    said_of_it = said(note, field="note", most=120)
    Movement.objects.bulk_create(
        Movement(
            outlet_id=code, item_id=item, quantity=quantity, reason="received", note=said_of_it,
            by=actor.ref, at=actor.at,
        )
        for item, quantity in sorted(pieces.items())
    )  # fmt: skip
    ledger.append(code, "stock.delivered", actor, pieces=dict(pieces))


def _check_note(actor: Actor, pieces: Mapping[str, int]) -> None:
    if not 0 < len(pieces) <= _MOST_LINES:
        raise Invalid(
            "This must lie between %(least)s and %(most)s.", field="pieces", least=1, most=_MOST_LINES
        )
    asked = [item for item in pieces if CODE.fullmatch(item)]
    kinds = dict(Item.objects.visible_to(actor).filter(code__in=asked).values_list("code", "kind"))
    for item, quantity in pieces.items():
        if item not in kinds:
            raise Missing(field="item", item=item[:32])
        if kinds[item] != "part":
            raise Invalid("Labour does not lie on a shelf.", field="item")
        _check_pieces(quantity)


@transaction.atomic
def expect(actor: Actor, *, outlet: str, item: str, on: date | None) -> None:
    """Say on which day the next pieces should come; None takes it back.

    Raises:
        NotAllowed, Missing, Invalid.
    """
    require(actor, "parts.receive", outlet=outlet)
    stock = _shelf(actor, outlet, item)
    today = outlets.place(outlet).day(actor.at)
    if on is not None and not today <= on <= today + _LATEST:
        raise Invalid("This day is over, or too far away.", field="on")
    Stock.objects.filter(pk=stock.pk).update(expected_on=on)
    ledger.append(item, "stock.expected", actor, outlet=outlet, on=on)


@transaction.atomic
def count_stock(actor: Actor, *, outlet: str, item: str, counted: int, note: str = "") -> int:
    """Let the books say what was counted; return the difference.

    Raises:
        NotAllowed, Missing, Invalid, PromisedToOthers.
    """
    require(actor, "parts.receive", outlet=outlet)
    stock = lock_rows(Stock.objects.filter(pk=_shelf(actor, outlet, item).pk))[0]
    _check_pieces(counted, least=0)
    if counted < stock.reserved:
        raise PromisedToOthers(field="counted", reserved=stock.reserved)
    difference = counted - int(stock.on_hand)
    Stock.objects.filter(pk=stock.pk).update(on_hand=counted)
    if difference:
        _move(actor, stock, difference, "counted", note=note)
    ledger.append(item, "stock.counted", actor, outlet=outlet, counted=counted, difference=difference)
    return difference


@transaction.atomic
def reserve(actor: Actor, *, order: str, outlet: str, item: str, quantity: int = 1) -> None:
    """Keep pieces on the shelf for an order. What it already has is enough: asking twice keeps one lot.

    Raises:
        NotAllowed, Missing, Invalid, NotInStock.
    """
    require(actor, "parts.reserve", outlet=outlet)
    stock = _shelf(actor, outlet, item)
    _check_pieces(quantity)
    if Reservation.objects.filter(order=order, item_id=item, state=HELD).exists():
        return
    free = Stock.objects.filter(pk=stock.pk, on_hand__gte=F("reserved") + quantity)
    if not free.update(reserved=F("reserved") + quantity):
        raise NotInStock(field="item", item=item, outlet=outlet)
    Reservation.objects.create(
        outlet_id=outlet, item_id=item, order=order, quantity=quantity, made_at=actor.at
    )
    ledger.append(order, "part.reserved", actor, item=item, outlet=outlet, quantity=quantity)


@transaction.atomic
def release(actor: Actor, *, order: str, item: str | None = None) -> int:
    """Give back what is kept for an order (all of it without ``item``); return how many reservations ended.

    Raises:
        NotAllowed.
    """
    held = Reservation.objects.filter(order=order, state=HELD)
    if item is not None:
        held = held.filter(item_id=item)
    ended = 0
    for row in held.order_by("item_id"):
        require(actor, "parts.reserve", outlet=row.outlet_id)
        if _end(actor, row, RELEASED):
            _shelf_of(row).update(reserved=F("reserved") - row.quantity)
            facts = {"item": row.item_id, "outlet": row.outlet_id, "quantity": row.quantity}
            ledger.append(order, "part.released", actor, **facts)
            ended += 1
    return ended


@transaction.atomic
def use(actor: Actor, *, order: str, outlet: str, item: str, quantity: int = 1) -> None:
    """Take pieces off the shelf for an order: those kept for it, or free ones.

    Raises:
        NotAllowed, Missing, Invalid, NotInStock, Overtaken.
    """
    require(actor, "parts.use", outlet=outlet)
    stock = _shelf(actor, outlet, item)
    _check_pieces(quantity)
    kept = Reservation.objects.filter(order=order, outlet_id=outlet, item_id=item, state=HELD).first()
    if kept is not None:
        if not _end(actor, kept, USED):
            raise Overtaken
        # a reservation and its pieces end together; what is used beyond it must be free
        Stock.objects.filter(pk=stock.pk).update(reserved=F("reserved") - kept.quantity)
    free = Stock.objects.filter(pk=stock.pk, on_hand__gte=F("reserved") + quantity)
    if not free.update(on_hand=F("on_hand") - quantity):
        raise NotInStock(field="item", item=item, outlet=outlet)
    _move(actor, stock, -quantity, "used", order=order)
    ledger.append(order, "part.used", actor, item=item, outlet=outlet, quantity=quantity)


def _item(actor: Actor, code: str) -> Item:
    try:
        row: Item = Item.objects.pick(actor, code=code)
    except Missing as absent:
        raise Missing(field="item", item=code[:32]) from absent
    return row


def _shelf(actor: Actor, outlet: str, item: str) -> Stock:
    """Return the place of an item at an outlet, empty when nothing ever lay there."""
    if not CODE.fullmatch(item):
        raise Missing(field="item", item=item[:32])
    row: Stock | None = Stock.objects.filter(outlet_id=outlet, item_id=item).first()
    if row is not None:
        return row
    outlets.place(outlet)
    if _item(actor, item).kind != "part":
        raise Invalid("Labour does not lie on a shelf.", field="item")
    Stock.objects.bulk_create([Stock(outlet_id=outlet, item_id=item)], ignore_conflicts=True)
    made: Stock = Stock.objects.get(outlet_id=outlet, item_id=item)
    return made


def _shelf_of(row: Reservation) -> models.QuerySet[Stock]:
    return Stock.objects.filter(outlet_id=row.outlet_id, item_id=row.item_id)


def _end(actor: Actor, row: Reservation, state: str) -> bool:
    return change_if(row, seen={"state": HELD}, changes={"state": state, "ended_at": actor.at})


def _check_pieces(quantity: int, least: int = 1) -> None:
    if not least <= quantity <= MOST_PIECES:
        raise Invalid(
            "This must lie between %(least)s and %(most)s.", field="quantity", least=least, most=MOST_PIECES
        )


def _move(actor: Actor, stock: Stock, quantity: int, reason: str, *, order: str = "", note: str = "") -> None:
    Movement.objects.create(
        outlet_id=stock.outlet_id,
        item_id=stock.item_id,
        quantity=quantity,
        reason=reason,
        order=order,
        note=said(note, field="note", most=120),
        by=actor.ref,
        at=actor.at,
    )
