"""Lives of repair orders: from the first word to the phone back in hand, and what is said afterwards."""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Final

from sanbao.base.errors import IllegalMove
from sanbao.demo import goods, phrases
from sanbao.demo.complaints import complaint
from sanbao.demo.people import Person
from sanbao.demo.places import CENTRE, RUDE, SLOW, Shop
from sanbao.demo.texts import Mood, write
from sanbao.demo.town import ZONE, Life, Town
from sanbao.rooms.conversations import services as conversations
from sanbao.rooms.feedback import queries as feedback_queries
from sanbao.rooms.feedback import services as feedback
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts.errors import NotInStock, PromisedToOthers
from sanbao.rooms.repairs import services as repairs
from sanbao.rooms.repairs.errors import NotCovered

Answer = Generator[datetime, None, bool]
_DAMAGE: Final = frozenset({"screen_cracked", "liquid"})
_EVENING: Final = 17
_MARKS: Final = ("边框划痕", "背面轻微划痕", "左下角磕痕", "屏幕有裂纹", "无明显痕迹")


def visit(town: Town, shop: Shop, who: Person) -> Life:
    """Book a visit, come (or not), be served."""
    owner, rng = town.owner(who.number, who.key), town.rng
    wanted = town.now + timedelta(hours=rng.choice((3, 20, 26, 44, 50, 70)))
    free = outlets.next_free(shop.code, wanted, town.now, most=4)
    if not free:
        return
    starts = rng.choice(free)
    order = repairs.book_visit(
        owner, device=who.device, customer=who.number, outlet=shop.code, starts_at=starts, fault=who.fault
    )
    fate = rng.random()
    if fate < 0.06:  # noqa: PLR2004 - one in sixteen cancels
        yield town.now + (starts - town.now) / 2
        repairs.cancel(town.owner(who.number, who.key), order)
        return
    yield starts + timedelta(minutes=rng.randrange(-8, 12))
    if fate < 0.11:  # noqa: PLR2004 - and one in twenty does not come
        return
    yield from come(town, shop, who, order)


def come(town: Town, shop: Shop, who: Person, order: str) -> Life:
    """Come to an appointment and be served."""
    repairs.accept(town.staff("clerk", shop.code), order, intake=intake_of(town, who))
    yield from bench(town, shop, who, order)


def phone_call(town: Town, shop: Shop, who: Person) -> Life:
    """Ring up, be booked by the agent, come, be served."""
    agent = town.staff("agent", "*")
    free = outlets.next_free(shop.code, town.now + timedelta(hours=12), town.now, most=6)
    if not free:
        return
    starts = town.rng.choice(free)
    order = repairs.book_visit(
        agent,
        device=who.device,
        customer=who.number,
        outlet=shop.code,
        starts_at=starts,
        fault=who.fault,
        channel="phone",
    )
    said = f"来电说{phrases.FAULTS_SAID[who.fault]}，已约到店检测，提醒先备份。"
    conversations.log_call(
        agent,
        customer=who.number,
        seconds=town.rng.randrange(60, 420),
        recording_consent=True,
        summary=said,
        subject=order,
    )
    yield starts + timedelta(minutes=town.rng.randrange(-5, 15))
    yield from come(town, shop, who, order)


def walk_in(town: Town, shop: Shop, who: Person) -> Life:
    """Come without an appointment."""
    done = repairs.walk_in(
        town.staff("clerk", shop.code),
        outlet=shop.code,
        device=who.device,
        customer=who.number,
        fault=who.fault,
        intake=intake_of(town, who),
    )
    yield from bench(town, shop, who, done.order)


def mail(town: Town, shop: Shop, who: Person) -> Life:
    """Send the phone in by parcel."""
    order = repairs.announce_mail(
        town.owner(who.number, who.key),
        device=who.device,
        customer=who.number,
        outlet=CENTRE,
        fault=who.fault,
        return_address=f"{shop.city}{shop.district}{shop.street}",
        carrier="顺丰",
        waybill=_waybill(town),
    )
    yield town.in_hours(town.later(52))
    centre = Shop(CENTRE, "北京市", "北京市", "", "", 0, 0)
    repairs.accept(town.staff("clerk", CENTRE), order, intake=intake_of(town, who))
    yield from bench(town, centre, who, order, by_mail=True)


def bench(town: Town, shop: Shop, who: Person, order: str, *, by_mail: bool = False) -> Life:
    """Diagnosis, quote where it is not covered, the part, the work, the hand-over, the echo."""
    arrived, evening = town.now, town.now.astimezone(ZONE).hour >= _EVENING
    yield town.in_hours(town.later(0.5 * shop.pace**1.5))
    engineer = town.staff("engineer", shop.code)
    repairs.assign_engineer(engineer, order, staff=engineer.ref.removeprefix("staff:"))
    if town.rng.random() < 0.12:  # noqa: PLR2004 - some owners ask
        yield from _question(town, who, order)
    accepted = yield from _decision(town, shop, who, order)
    late = False
    if accepted:
        late = yield from _work(town, shop, order)
    yield town.in_hours(town.later(20 if town.rng.random() < 0.4 else 3))  # noqa: PLR2004
    if by_mail:
        repairs.ship_back(town.staff("clerk", shop.code), order, carrier="顺丰", waybill=_waybill(town))
        yield town.later(46)
        repairs.deliver(town.staff("clerk", shop.code), order)
    else:
        repairs.hand_back(town.staff("clerk", shop.code), order)
    rude = shop.code == RUDE and evening
    days = (town.now - arrived) / timedelta(days=1)
    mood = _mood(shop, who, rude=rude, late=late or days > 6, paid=not accepted)  # noqa: PLR2004
    if town.rng.random() < (0.55 if mood.must else 0.112):
        town.begin(town.later(14), complaint(town, who, order, mood))
    yield from _survey(town, who, order, mood)


def _decision(town: Town, shop: Shop, who: Person, order: str) -> Answer:
    """Cover it or ask the owner; return whether work may begin."""
    bench_hand = town.staff("engineer", shop.code)
    part, work = items_of(who)
    damage = who.fault in _DAMAGE
    finding = "customer_damage" if damage else "confirmed"
    said = f"检测确认：{phrases.FAULTS_SAID[who.fault]}。"
    if not damage:
        try:
            items = tuple(item for item in (part, work) if item)
            repairs.clear(bench_hand, order, finding=finding, diagnosis=said, items=items)
        except NotCovered:
            damage = True
        else:
            return True
    lines = [repairs.QuoteLine(item) for item in (part, work) if item]
    repairs.quote(bench_hand, order, finding=finding, diagnosis=said, lines=lines)
    yield town.later(0.5 if town.rng.random() < 0.8 else 7, 0.9)  # noqa: PLR2004 - most wait in the shop
    answer = repairs.approve if town.rng.random() < 0.82 else repairs.decline  # noqa: PLR2004
    answer(town.owner(who.number, who.key), order)
    return answer is repairs.approve


def _work(town: Town, shop: Shop, order: str) -> Answer:
    """Do the work when the part is there; return whether it came late."""
    waited = False
    yield town.in_hours(town.later(0.8 * shop.pace**2.6))
    if shop.code == SLOW and town.rng.random() < 0.5:  # noqa: PLR2004
        repairs.delay(
            town.staff("engineer", shop.code),
            order,
            expected_at=town.in_hours(town.later(40)),
            reason="queue",
        )
        yield town.in_hours(town.later(38))
    while True:
        try:
            repairs.finish(town.staff("engineer", shop.code), order, resolution=town.rng.choice(phrases.DONE))
        except (NotInStock, PromisedToOthers):
            waited = True
            repairs.await_part(town.staff("engineer", shop.code), order)
        except IllegalMove:
            pass
        else:
            return waited
        yield town.in_hours(town.later(24, 0.1))


def _question(town: Town, who: Person, order: str) -> Life:
    owner = town.owner(who.number, who.key)
    written = conversations.write(
        owner, subject=order, body=town.rng.choice(phrases.ASKED), key=f"demo-{order}"
    )
    yield town.later(0.8)
    conversations.answer(town.staff("agent", "*"), written.thread, body=town.rng.choice(phrases.TOLD))


def _survey(town: Town, who: Person, order: str, mood: Mood) -> Life:
    yield town.later(20)
    card = feedback_queries.survey_of(town.house(), order)
    if card is None or town.rng.random() > (0.75 if mood.must else 0.4):
        return
    words, stars = write(town.rng, mood)
    feedback.answer_survey(
        town.owner(who.number, who.key),
        card.number,
        stars=stars,
        in_time="TT" not in mood.must,
        solved=town.rng.random() < mood.good + 0.1,
        words=words if town.rng.random() < 0.7 else "",  # noqa: PLR2004
    )


def _mood(shop: Shop, who: Person, *, rude: bool, late: bool, paid: bool) -> Mood:
    must = [code for code, so in (("AT", rude), ("TT", late), ("PR", paid)) if so]
    good = 0.78 - 0.45 * rude - 0.4 * late - 0.2 * paid
    return Mood(
        max(good, 0.05), tuple(must[:2]) if rude or late else (), who.model.name_zh, shop.city, who.fault
    )


def intake_of(town: Town, who: Person) -> repairs.Intake:
    rng = town.rng
    backed_up = rng.random() < 0.8  # noqa: PLR2004
    return repairs.Intake(
        condition=(rng.choice(_MARKS),),
        accessories=("SIM卡已取出",) if rng.random() < 0.6 else ("手机壳",),  # noqa: PLR2004
        backup_done=backed_up,
        erase_consent=not backed_up,
        unlock_consent=rng.random() < 0.5,  # noqa: PLR2004
        signature=who.name,
    )


def items_of(who: Person) -> tuple[str, str]:
    part = next((goods.part_code(w, who.model) for w in goods.PARTS if who.fault in w.faults), "")
    part = part or next((w.stem for w in goods.COMMON if who.fault in w.faults), "")
    return part, next((w.stem for w in goods.WORK if who.fault in w.faults), "")


def _waybill(town: Town) -> str:
    return f"SF{town.rng.randrange(10**12, 10**13)}"
