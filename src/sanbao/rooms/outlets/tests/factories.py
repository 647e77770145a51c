"""Places for the tests of every room: valid by default, override only what the test is about."""

from datetime import UTC, datetime, timedelta

from sanbao.base.actor import system
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.models import Outlet, Slot
from sanbao.rooms.registry.tests.factories import AT

DAILY = [[["10:00", "19:00"]]] * 7
TOMORROW_10 = datetime(2026, 3, 3, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai on the day after ``AT``."""


def house(at=AT):
    """The house itself, which may do everything."""
    return system(at, "test")


def facts() -> int:
    """How many facts there are; nothing is sequenced in the tests of the rooms."""
    return ledger.health(AT).unplaced


def outlet(code: str = "BJ01", **changes) -> Outlet:
    """An outlet in Beijing with four seats, open from ten to seven every day."""
    row = {
        "kind": "brand_store",
        "name_zh": "三包之家朝阳店",
        "name_en": "Sanbao Chaoyang",
        "province": "北京",
        "city": "北京",
        "district": "朝阳",
        "address_zh": "建国路1号",
        "address_en": "1 Jianguo Road",
        "latitude": 39.908,
        "longitude": 116.46,
        "hours": DAILY,
        "seats": 4,
        "slot_minutes": 30,
        "walk_in_share": 25,
    } | changes
    return Outlet.objects.create(code=code, **row)


def slot(of: Outlet | None = None, *, starts_at: datetime = TOMORROW_10, **changes) -> Slot:
    """A slot of half an hour with one seat left for everybody."""
    row = {
        "outlet": of or outlet(),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=30),
        "capacity": 1,
    } | changes
    return Slot.objects.create(**row)
