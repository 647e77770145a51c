"""The last day of the demo world: every counter has something to do, whatever hour the world ends at."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from sanbao.demo import goods, phrases, repairs
from sanbao.demo.people import Person, arrive
from sanbao.demo.places import BUSY, CENTRE, LACKING, Shop
from sanbao.demo.texts import Mood, grievance
from sanbao.demo.town import ZONE, Life, Town
from sanbao.rooms.complaints import services as complaints
from sanbao.rooms.conversations import services as conversations
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.repairs import services

_FIRST, _LAST = 10, 20
_STAGES: Final = (*(("accepted", "quoted", "approved", "ready") * 2), "waiting", "declined")
_ENDINGS: Final = ("accept", "dispute", "withdraw", "think")
_EVERYWHERE: Final = ("accepted", "quoted", "approved", "ready")
_FILED_HOURS_AGO: Final = (0.7, 4, 9, 26, 50, 70, 96)


def fill(town: Town, shops: Mapping[str, Shop]) -> None:
    """Let the lives begin that are in the middle of something when the world ends."""
    turn = 800_000
    busy = shops[BUSY]
    for place, stage in enumerate(_STAGES):
        turn += 1
        town.begin(_open_hours_before(town, 1 + place * 0.6), _stuck(town, busy, turn, stage))
    others = [shop for shop in shops.values() if shop.code not in {BUSY, CENTRE}]
    for place, shop in enumerate(others):
        turn += 1
        town.begin(_open_hours_before(town, 2), _stuck(town, shop, turn, _EVERYWHERE[place % 4]))
    today = town.end.astimezone(ZONE).date()
    for place in range(14):
        turn += 1
        day = today + timedelta(days=place % 3 // 2)
        town.begin(town.end - timedelta(hours=30 - place), _appointment(town, busy, turn, day))
    for minutes in (34, 21, 8):
        turn += 1
        town.begin(town.end - timedelta(minutes=minutes), _in_the_queue(town, busy, turn))
    town.begin(_open_hours_before(town, 6), _on_its_way(town, shops[CENTRE], turn + 1))
    town.begin(town.end - timedelta(hours=28), _called_off(town, busy, turn + 50, today))
    for ending in _ENDINGS:
        turn += 2
        town.begin(_open_hours_before(town, 60), _settled(town, busy, turn, ending))
    for place, hours in enumerate(_FILED_HOURS_AGO):
        turn += 1
        shop = (busy, *others)[place % (len(others) + 1)]
        town.begin(town.end - timedelta(hours=hours), _grumble(town, shop, turn))


def _open_hours_before(town: Town, hours: float) -> datetime:
    """A moment about so many opening hours before the end."""
    moment = town.end.astimezone(ZONE)
    left = timedelta(hours=hours)
    while True:
        opens, closes = (datetime.combine(moment.date(), time(hour), ZONE) for hour in (_FIRST, _LAST))
        spent = max(min(moment, closes) - opens, timedelta())
        if left < spent:
            return opens + spent - left
        left -= spent
        moment = opens - timedelta(hours=_FIRST, seconds=1)


def _stuck(town: Town, shop: Shop, turn: int, stage: str) -> Life:
    """Come without an appointment, and get no further than ``stage`` by today."""
    wanted = next(model for model in goods.MODELS if LACKING.endswith(model.key) == (stage == "waiting"))
    damaged = stage in {"quoted", "declined"}
    fault = "no_power" if stage == "waiting" else "screen_cracked" if damaged else "camera"
    who = arrive(town, turn, fault=fault, age=90, model=wanted)
    order = services.walk_in(
        town.staff("clerk", shop.code), outlet=shop.code, device=who.device, customer=who.number,
        fault=who.fault, intake=repairs.intake_of(town, who),
    ).order  # fmt: skip
    yield town.now + timedelta(minutes=9)
    if stage == "accepted":
        _ask(town, who, order)
        return
    hand = town.staff("engineer", shop.code)
    services.assign_engineer(hand, order, staff=hand.ref.removeprefix("staff:"))
    said = f"检测确认：{phrases.FAULTS_SAID[who.fault]}。"
    items = tuple(item for item in repairs.items_of(who) if item)
    if damaged:
        lines = [services.QuoteLine(item) for item in items]
        services.quote(hand, order, finding="customer_damage", diagnosis=said, lines=lines)
        yield town.now + timedelta(minutes=7)
        if stage == "declined":
            services.decline(town.owner(who.number, who.key), order)
        return
    services.clear(hand, order, finding="confirmed", diagnosis=said, items=items)
    yield town.now + timedelta(minutes=11)
    if stage == "waiting":
        services.await_part(hand.then(town.now), order)
    if stage == "ready":
        services.finish(hand.then(town.now), order, resolution=town.rng.choice(phrases.DONE))


def _ask(town: Town, who: Person, order: str) -> None:
    body = town.rng.choice(phrases.ASKED)
    conversations.write(town.owner(who.number, who.key), subject=order, body=body, key=f"demo-{order}")


def _appointment(town: Town, shop: Shop, turn: int, day: date) -> Life:
    """Have an appointment at some hour of ``day``; come if it is over before the world ends."""
    who = arrive(town, turn)
    opens = datetime.combine(day, time(_FIRST), ZONE)
    free = outlets.next_free(shop.code, max(opens, town.now), town.now, most=26)
    starts = town.rng.choice(free)
    order = services.book_visit(
        town.owner(who.number, who.key), device=who.device, customer=who.number, outlet=shop.code,
        starts_at=starts, fault=who.fault, words=town.rng.choice(phrases.ASKED),
    )  # fmt: skip
    yield starts + timedelta(minutes=town.rng.randrange(-6, 9))
    yield from repairs.come(town, shop, who, order)


def _called_off(town: Town, shop: Shop, turn: int, day: date) -> Life:
    """Have an appointment on ``day`` and cancel it an hour later."""
    who = arrive(town, turn)
    opens = datetime.combine(day + timedelta(days=1), time(_FIRST), ZONE)
    starts = outlets.next_free(shop.code, opens, town.now, most=26)[-1]
    order = services.book_visit(
        town.owner(who.number, who.key), device=who.device, customer=who.number, outlet=shop.code,
        starts_at=starts, fault=who.fault,
    )  # fmt: skip
    yield town.now + timedelta(hours=1)
    services.cancel(town.owner(who.number, who.key), order)


def _in_the_queue(town: Town, shop: Shop, turn: int) -> Life:
    """Draw a number and wait."""
    who = arrive(town, turn)
    services.walk_in(
        town.staff("clerk", shop.code),
        outlet=shop.code,
        device=who.device,
        customer=who.number,
        fault=who.fault,
    )
    yield town.end


def _on_its_way(town: Town, centre: Shop, turn: int) -> Life:
    """Come in by parcel, be repaired, and be on the way back."""
    who = arrive(town, turn, fault="camera", age=90, model=goods.MODELS[0])
    order = services.announce_mail(
        town.owner(who.number, who.key), device=who.device, customer=who.number, outlet=centre.code,
        fault=who.fault, return_address="杭州市西湖区文三路477号", carrier="顺丰", waybill="SF1000000000001",
    )  # fmt: skip
    yield town.now + timedelta(minutes=30)
    services.accept(town.staff("clerk", centre.code), order, intake=repairs.intake_of(town, who))
    yield town.now + timedelta(minutes=30)
    hand = town.staff("engineer", centre.code)
    items = tuple(item for item in repairs.items_of(who) if item)
    services.clear(hand, order, finding="confirmed", diagnosis="检测确认：后置摄像头对不上焦。", items=items)
    yield town.now + timedelta(minutes=40)
    services.finish(hand.then(town.now), order, resolution=town.rng.choice(phrases.DONE))
    clerk = town.staff("clerk", centre.code)
    services.ship_back(clerk, order, carrier="顺丰", waybill="SF1000000000002")


def _settled(town: Town, shop: Shop, turn: int, ending: str) -> Life:
    """File a complaint some days ago; it is answered, and its owner says what they make of it."""
    who = arrive(town, turn)
    mood = Mood(0.05, ("TT",), who.model.name_zh, shop.city, who.fault)
    case = complaints.file(
        town.owner(who.number, who.key), demand="repair", device=who.device, outlet=shop.code,
        words=grievance(town.rng, mood),
    )  # fmt: skip
    yield town.now + timedelta(hours=2)
    if ending == "withdraw":
        complaints.withdraw(town.owner(who.number, who.key), case)
        return
    hand = town.staff("handler", "*")
    complaints.take(hand, case)
    complaints.answer(
        hand, case, decision="explained", facts_found="维修记录与检测照片已核对，流程符合规定。",
        rule="三包规定：人为损坏不在免费修理范围。", next_step="如有疑问可申请第二次检测。",
    )  # fmt: skip
    yield town.now + timedelta(hours=3)
    owner = town.owner(who.number, who.key)
    if ending == "accept":
        complaints.accept(owner, case)
    if ending == "dispute":
        complaints.dispute(owner, case, words="检测照片看不清，我要求当着我的面再检一次。")


def _grumble(town: Town, shop: Shop, turn: int) -> Life:
    """File a complaint that nobody has taken yet."""
    who = arrive(town, turn)
    mood = Mood(0.05, (town.rng.choice(("TT", "AT", "SH", "PR")),), who.model.name_zh, shop.city, who.fault)
    demand = town.rng.choice(("refund", "exchange", "repair", "apology"))
    complaints.file(
        town.owner(who.number, who.key), demand=demand, device=who.device, outlet=shop.code,
        words=grievance(town.rng, mood),
    )  # fmt: skip
    yield town.end
