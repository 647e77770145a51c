"""Talks for tests: valid by default, made through the services."""

from collections.abc import Callable
from itertools import count

from sanbao.base.actor import STAFF, Actor, system
from sanbao.base.ids import numbered
from sanbao.rooms.conversations import services
from sanbao.rooms.conversations.adapters.gateways import Letter
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.registry.tests.factories import AT, customer, device, fresh, owner_actor, staff
from sanbao.rooms.repairs.models import Order

HOUSE = system(AT)
AGENT = frozenset(
    {
        "registry.search",
        "registry.edit",
        "repairs.see",
        "conversations.see",
        "conversations.answer",
        "conversations.write",
        "conversations.call",
    }
)
_causes = count(1)


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


def agent(*outlets: str, grants: frozenset[str] = AGENT, at=AT) -> Actor:
    """A member of staff with the grants of a hotline agent at these outlets; everywhere without any."""
    who = staff()
    return Actor(f"staff:{who.number}", STAFF, at, who.pk, who.name, dict.fromkeys(outlets or ("*",), grants))


def talk(
    of: Customer | None = None, *, at=AT, body: str = "什么时候修好？", subject: str | None = None
) -> str:
    """The number of a thread in which an owner has asked about a repair at BJ01."""
    who = of or customer()
    about = order(who).number if subject is None else subject
    written = services.write(owner_actor(who, at), subject=about, body=body, key=f"k{fresh()}")
    return written.thread


def notice(of: Customer | None = None, template: str = "repair.ready", at=AT) -> str:
    who = of or customer()
    return services.tell(
        system(at), customer=who.number, subject="RO-1", template=template, cause=next(_causes),
        facts={"number": "RO-1", "outlet_zh": "BJ01店", "outlet_en": "Shop BJ01"},
    )  # fmt: skip


class Postbox:
    """A gateway that keeps what it was given, and fails when told to."""

    def __init__(self, broken: Callable[[Letter], bool] = lambda _: False) -> None:
        self.letters: list[Letter] = []
        self.broken = broken

    def send(self, letter: Letter) -> None:
        if self.broken(letter):
            raise ConnectionError(f"no way to {letter.to}")
        self.letters.append(letter)
