"""Orders for the tests of this room and of the rooms above: valid by default.

``order`` writes a row as it is; ``booked``, ``accepted`` and the others go the way people go.
"""

from datetime import timedelta

from sanbao.base.ids import numbered
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.models import Outlet, Slot
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house, outlet
from sanbao.rooms.parts.models import Stock
from sanbao.rooms.registry.tests.factories import AT, customer, device, fresh, owner_actor, purchase
from sanbao.rooms.repairs import services
from sanbao.rooms.repairs.models import Order

INTAKE = services.Intake(
    condition=("划痕：背面左上角",),
    accessories=("充电器",),
    backup_done=True,
    unlock_consent=True,
    signature="王小明",
)


def place(code: str = "BJ01", **changes) -> Outlet:
    """The outlet with this code, made once."""
    return Outlet.objects.filter(code=code).first() or outlet(code, **changes)


def order(**changes) -> Order:
    """A booked order as a row, without seat or fact."""
    row = {
        "number": numbered("RO", fresh()),
        "state": "booked",
        "channel": "visit",
        "fault": "screen_dark",
        "visit_at": TOMORROW_10,
        "made_at": AT,
    } | changes
    row.setdefault("outlet", place())
    row.setdefault("customer", customer())
    row.setdefault("device", device(row["customer"]))
    return Order.objects.create(**row)


def bought_device(of=None, *, days: int = 100, **changes):
    """A phone bought ``days`` before ``AT`` in a shop, with an invoice."""
    made = device(of)
    purchase(made, **({"bought_on": (AT - timedelta(days=days)).date()} | changes))
    return made


def booked(actor=None, *, fault: str = "screen_dark", phone=None, starts_at=TOMORROW_10, **changes) -> str:
    """The number of an order whose owner booked a visit."""
    place()
    phone = phone or bought_device()
    who = actor or owner_actor(phone.customer)
    values = {
        "device": phone.number,
        "customer": phone.customer.number,
        "outlet": "BJ01",
        "starts_at": starts_at,
        "fault": fault,
    }
    return services.book_visit(who, **(values | changes))


def owner_of(number: str, at=TOMORROW_10):
    """The owner of an order, acting."""
    return owner_actor(Order.objects.get(number=number).customer, at)


def accepted(actor=None, *, intake=INTAKE, **changes) -> str:
    """The number of an order that was booked and taken in the next morning."""
    return services.accept(actor or house(TOMORROW_10), booked(**changes), intake=intake)


def cleared(*, items=(), **changes) -> str:
    """The number of an order whose repair is free and may begin."""
    number = accepted(**changes)
    return services.clear(
        house(TOMORROW_10), number, finding="confirmed", diagnosis="屏幕排线故障", items=items
    )


def quoted(*lines, finding: str = "customer_damage", **changes) -> str:
    """The number of an order whose owner has to answer a price; ``lines`` are item codes."""
    number = accepted(**changes)
    return services.quote(
        house(TOMORROW_10),
        number,
        finding=finding,
        diagnosis="外屏碎裂，有撞击点",
        lines=[services.QuoteLine(code) for code in lines],
    )


def finished(**changes) -> str:
    """The number of an order that is done and waits to be fetched."""
    return services.finish(house(TOMORROW_10), cleared(**changes), resolution="更换屏幕组件")


def returned(**changes) -> str:
    """The number of an order that is over."""
    return services.hand_back(house(TOMORROW_10), finished(**changes))


def mailed(*, phone=None, **changes) -> str:
    """The number of an order whose device is on its way to the centre in Guangzhou."""
    place("GZ01", takes_mail=True)
    phone = phone or bought_device()
    values = {
        "device": phone.number,
        "customer": phone.customer.number,
        "outlet": "GZ01",
        "fault": "no_power",
        "return_address": "北京市朝阳区建国路1号",
        "carrier": "SF",
        "waybill": "SF1234567890",
    }
    return services.announce_mail(owner_actor(phone.customer), **(values | changes))


def events(number: str) -> list[str]:
    """What the ledger says about a number, in order."""
    return [fact.event for fact in ledger.timeline(number)]


def state(number: str) -> str:
    """The state of an order as the database has it."""
    return Order.objects.get(number=number).state


def seats_taken() -> int:
    """How many seats are booked anywhere."""
    return sum(Slot.objects.values_list("booked", flat=True))


def shelf() -> tuple[int, int]:
    """Pieces on the only shelf there is, and how many of them are kept."""
    row = Stock.objects.get()
    return row.on_hand, row.reserved
