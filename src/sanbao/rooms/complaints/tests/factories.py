"""Cases for tests: valid by default, made through the services."""

from sanbao.base.actor import STAFF, Actor, system
from sanbao.base.ids import numbered
from sanbao.rooms.complaints import services
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.registry.tests.factories import AT, customer, device, fresh, owner_actor, staff
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.vault.models import File

HOUSE = system(AT)
DESK = frozenset(
    {
        "registry.search",
        "repairs.see",
        "vault.see",
        "complaints.see",
        "complaints.file",
        "complaints.handle",
        "complaints.close",
    }
)


def outlet(code: str = "BJ01", **changes) -> Outlet:
    row = {
        "kind": "brand_store",
        "name_zh": f"{code}店",
        "name_en": f"Shop {code}",
        "province": "北京",
        "city": "北京",
        "address_zh": "某路1号",
        "latitude": 39.9,
        "longitude": 116.4,
    } | changes
    return Outlet.objects.get_or_create(code=code, defaults=row)[0]


def order(of: Customer | None = None, at: str = "BJ01", **changes) -> Order:
    who = of or customer()
    row = {
        "number": numbered("RO", fresh()),
        "channel": "visit",
        "outlet": outlet(at),
        "device": device(who),
        "customer": who,
        "fault": "screen",
        "made_at": AT,
    } | changes
    return Order.objects.create(**row)


def photo(of: Customer, **changes) -> File:
    row = {
        "number": numbered("FL", fresh()),
        "sha256": f"{fresh():064x}",
        "size": 1000,
        "media_type": "image/jpeg",
        "name": "photo.jpg",
        "subject": of.number,
        "owner": f"owner:{of.number}",
        "added_by": f"owner:{of.number}",
        "added_at": AT,
    } | changes
    return File.objects.create(**row)


def desk(*outlets: str, grants: frozenset[str] = DESK, at=AT) -> Actor:
    """A member of staff with the grants of a complaint desk at these outlets; everywhere without any."""
    who = staff()
    return Actor(f"staff:{who.number}", STAFF, at, who.pk, who.name, dict.fromkeys(outlets or ("*",), grants))


def case(of: Customer | None = None, *, at=AT, **changes) -> str:
    """The number of a case filed by its owner about a repair at BJ01."""
    who = of or customer()
    wish = {"demand": "refund", "words": "修了两次还是黑屏", "demand_cents": 199900} | changes
    if "outlet" not in wish and "order" not in wish:
        wish["order"] = order(who).number
    return services.file(owner_actor(who, at), **wish)


ANSWER = {
    "decision": "granted",
    "facts_found": "两次维修后同一故障再次出现。",
    "rule": "保修期内修理两次仍不能正常使用，可以换货或退货。",
    "next_step": "退款原路退回。",
    "by_when": AT.date().replace(day=20),
}
