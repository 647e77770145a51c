"""Items, prices and shelves for the tests of the rooms above: valid by default."""

from datetime import date

from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.outlets.tests.factories import outlet
from sanbao.rooms.parts.models import Item, Price, Stock


def item(code: str = "SCREEN-P1", *, cents: int | None = 49900, **changes) -> Item:
    """A screen that mends a dark one, with a price since the beginning of 2025."""
    row = {
        "kind": "part",
        "name_zh": "屏幕组件",
        "name_en": "Screen",
        "faults": ["screen_dark", "screen_cracked"],
        "minutes": 40,
    } | changes
    made = Item.objects.create(code=code, **row)
    if cents is not None:
        Price.objects.create(item=made, valid_from=date(2025, 1, 1), cents=cents)
    return made


def labour(code: str = "LABOUR-1", *, cents: int = 5000, **changes) -> Item:
    """An hour at the bench."""
    row = {
        "kind": "labour",
        "name_zh": "人工费",
        "name_en": "Labour",
        "minutes": 20,
        "faults": ["screen_dark"],
    }
    return item(code, cents=cents, **(row | changes))


def stock(of: Item | None = None, at: Outlet | None = None, **changes) -> Stock:
    """One piece on the shelf."""
    row = {"item": of or item(), "outlet": at or outlet(), "on_hand": 1} | changes
    return Stock.objects.create(**row)
