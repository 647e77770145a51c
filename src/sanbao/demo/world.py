"""The demo world: forty shops, eight weeks, made only through services with a moving clock."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

import pyotp
from django.db import connection, transaction

from sanbao.base.actor import Actor, system
from sanbao.demo import goods, policy, repairs, today
from sanbao.demo.cast import OWNERS, PASSWORD, SIGN_INS, staff_of
from sanbao.demo.people import arrive, name_of
from sanbao.demo.places import CENTRE, LACKING, RUDE, SHOPS, SHORT_OF, SLOW, Shop
from sanbao.demo.sold import sold_before
from sanbao.demo.texts import Mood, write
from sanbao.demo.town import ZONE, Life, Scale, Town
from sanbao.rooms.feedback import handlers as feedback_handlers
from sanbao.rooms.feedback import services as feedback
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import services as outlets
from sanbao.rooms.parts import queries as parts_queries
from sanbao.rooms.parts import services as parts
from sanbao.rooms.registry import queries as registry_queries
from sanbao.rooms.registry import services as registry

__all__ = ["SCALES", "SIGN_INS", "build"]

_SMALL: Final = frozenset({"BJ01", CENTRE, RUDE, SLOW, "SH01"})
SCALES: Final = {
    "full": Scale(56, 3000, 2000, SHOPS),
    "small": Scale(12, 60, 60, tuple(shop for shop in SHOPS if shop.code in _SMALL)),
}
_SEED: Final = 20260815
_LIVES: Final = (repairs.visit, repairs.walk_in, repairs.phone_call, repairs.mail)
_OF_A_HUNDRED: Final = (58, 25, 9, 8)
_SHORTAGE_DAYS: Final = (21, 3)
"""The short part runs out so many days before the end, and comes back so many days before it."""


def build(actor: Actor, *, progress: Callable[[str], object] = print, size: str = "full") -> dict[str, int]:
    """Fill an empty database with a demo world that ends at ``actor.at``; return what was refused on the way.

    Everything happens through services, deliveries included, so the ledger, the notices and the
    figures are as they would be. A few refusals are part of life (a part is not there).
    """
    scale = SCALES[size]
    first = datetime.combine(actor.at.astimezone(ZONE).date() - timedelta(days=scale.days), time(8), ZONE)
    town = Town(Random(_SEED), first, actor.at, {})
    with _few_collections(), _light_commits():
        with transaction.atomic():
            _set_up(town, scale)
        _people_come(town, scale)
        town.run(progress)
        with transaction.atomic():
            _voices(town, scale)
            town.hear()
        progress("  reading what people said")
        while feedback_handlers.read_waiting(town.house()):
            pass
        policy.propose(town)
        feedback.find_themes(town.house())
        feedback.watch_voices(town.house())
        while town.hear():
            pass
    ledger.beat(system(actor.at, "demo"), "demo", size)
    return town.refused


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let Python look for rings of dead objects rarely: a build makes millions of objects and few rings."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@contextmanager
def _light_commits() -> Iterator[None]:
    """Let SQLite not wait for the disk while nothing is in the house that could not be made again."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous = OFF")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA synchronous = {usual}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _set_up(town: Town, scale: Scale) -> None:
    house = town.house()
    registry.init_installation(
        house,
        brand="三包示例",
        time_zone="Asia/Shanghai",
        admin_name="管理员",
        admin_email="admin@demo.example",
        password=PASSWORD,
        demo=True,
    )
    town.roles = {role.code: frozenset(role.grants) for role in registry_queries.roles(house)}
    for shop in scale.shops:
        _open(house, shop)
    _fill_shelves(house, scale, town.end)
    policy.sell_plans(house, date(2023, 1, 1))
    sold_before(house, scale.orders)
    for member in staff_of(scale.shops):
        name = member.name or name_of(town)
        if member.signs_in:
            _join(house, name, member.email, member.role, member.outlet)
        else:
            registry.enlist(house, name=name, email=member.email, role=member.role, outlet=member.outlet)
    for card in registry_queries.staff_list(house):
        for post in card.posts:
            town.crew.setdefault((post.role, post.outlet), []).append((card.number, card.id, card.name))


def _open(house: Actor, shop: Shop) -> None:
    outlets.put_outlet(
        house,
        code=shop.code,
        kind=shop.kind,
        name_zh=f"三包体验店·{shop.city.removesuffix('市')}{shop.district}",
        name_en=f"Sanbao Care {shop.code}",
        province=shop.province,
        city=shop.city,
        district=shop.district,
        address_zh=f"{shop.city}{shop.district}{shop.street}",
        latitude=shop.latitude,
        longitude=shop.longitude,
        phone="400-000-0000",
        seats=shop.seats,
        takes_mail=shop.takes_mail,
        open_since=date(2020, 1, 1),
    )


def _fill_shelves(house: Actor, scale: Scale, end: datetime) -> None:
    since, stocked = date(2023, 1, 1), list[str]()
    for model in goods.MODELS:
        registry.put_product(
            house, code=model.code, name_zh=model.name_zh, name_en=model.name_en,
            product_class=model.product_class, released_on=model.released_on, price_cents=model.price_cents,
        )  # fmt: skip
        registry.put_tac(house, tac=model.tac, product=model.code)
        for ware in goods.PARTS:
            code = _item(
                house,
                goods.part_code(ware, model),
                ware,
                f"{model.name_zh} ",
                f"{model.name_en} ",
                model.code,
            )
            parts.set_price(
                house, item=code, valid_from=since, cents=int(model.price_cents * ware.price) // 100 * 100
            )
            stocked.append(code)
    for ware in (*goods.COMMON, *goods.WORK):
        kind = "labour" if ware in goods.WORK else "part"
        _item(house, ware.stem, ware, "", "", None, kind)
        parts.set_price(house, item=ware.stem, valid_from=since, cents=int(ware.price))
        if kind == "part":
            stocked.append(ware.stem)
    _deliver(house, scale, stocked, end)


def _item(
    house: Actor, code: str, ware: goods.Ware, zh: str, en: str, product: str | None, kind: str = "part"
) -> str:
    return parts.put_item(
        house,
        code=code,
        kind=kind,
        name_zh=zh + ware.name_zh,
        name_en=en + ware.name_en,
        policy_part=ware.policy_part,
        product=product,
        faults=ware.faults,
        minutes=ware.minutes,
    )


def _deliver(house: Actor, scale: Scale, codes: Iterable[str], end: datetime) -> None:
    pieces = dict.fromkeys((code for code in codes if code != LACKING), 24)
    for shop in scale.shops:
        parts.receive_delivery(house, outlet=shop.code, pieces=pieces, note="首批备件")
        parts.expect(house, outlet=shop.code, item=LACKING, on=end.date() + timedelta(days=5))


def _join(house: Actor, name: str, email: str, role: str, outlet: str) -> None:
    link = registry.invite(house, name=name, email=email, role=role, outlet=outlet)
    secret = registry_queries.joining(link, house.at).secret
    code = pyotp.TOTP(secret).at(house.at)
    registry.accept_invitation(house, token=link, password=PASSWORD, code=code)


def _people_come(town: Town, scale: Scale) -> None:
    seats = [shop.seats for shop in scale.shops]
    for turn in range(scale.orders):
        # somewhat more every week, and a day's share today as well
        day = town.now.date() + timedelta(days=round(scale.days * town.rng.random() ** 0.85))
        shop = town.rng.choices(scale.shops, seats)[0]
        life = town.rng.choices(_LIVES, _OF_A_HUNDRED)[0]
        when = min(town.some_time(day), town.end)
        town.begin(when, _come(town, shop, life, turn))
    for turn, owner in enumerate(OWNERS):
        when = town.end - timedelta(days=owner.days_ago, hours=2)
        shop = next(shop for shop in scale.shops if shop.code == owner.outlet)
        town.begin(
            when,
            _come(town, shop, owner.life, 900_000 + turn, owner.phone, owner.name, owner.fault, owner.age),
        )
    town.begin(town.end - timedelta(days=_SHORTAGE_DAYS[0]), _run_short(town, scale))
    town.begin(town.end - timedelta(days=_SHORTAGE_DAYS[1]), _restock(town, scale))
    today.fill(town, {shop.code: shop for shop in scale.shops})


def _come(
    town: Town,
    shop: Shop,
    life: Callable[..., Life],
    turn: int,
    phone: str = "",
    name: str = "",
    fault: str = "",
    age: int = -1,
) -> Life:
    who = arrive(town, turn, phone=phone, name=name, fault=fault, age=age)
    if _short_now(town) and not phone and town.rng.random() < 0.02:  # noqa: PLR2004 - the shortage is felt
        who = replace(who, fault="screen_dark")
    yield from life(town, shop, who)


def _short_now(town: Town) -> bool:
    return timedelta(days=_SHORTAGE_DAYS[1]) < town.end - town.now < timedelta(days=_SHORTAGE_DAYS[0])


def _run_short(town: Town, scale: Scale) -> Life:
    """Find a batch of the part faulty: what nobody was promised goes back, and the maker is late."""
    back = town.end.date() - timedelta(days=_SHORTAGE_DAYS[1])
    for shop in scale.shops:
        shelf = parts_queries.stock_at(town.house(), shop.code, most=200).rows
        kept = next(row.reserved for row in shelf if row.item == SHORT_OF)
        parts.count_stock(
            town.house(), outlet=shop.code, item=SHORT_OF, counted=kept, note="批次问题，退回厂家"
        )
        parts.expect(town.house(), outlet=shop.code, item=SHORT_OF, on=back)
    yield town.end


def _restock(town: Town, scale: Scale) -> Life:
    for shop in scale.shops:
        parts.receive(town.house(), outlet=shop.code, item=SHORT_OF, quantity=12, note="到货")
    yield town.end


def _voices(town: Town, scale: Scale) -> None:
    """What people wrote elsewhere: one import a week, its texts about shops and models of this world."""
    rows = []
    for number in range(scale.texts):
        shop = town.rng.choice(scale.shops)
        model = town.rng.choice(goods.MODELS)
        rude, slow = shop.code == RUDE and town.rng.random() < 0.6, shop.code == SLOW  # noqa: PLR2004
        must = ("AT",) if rude else ("TT",) if slow and town.rng.random() < 0.6 else ()  # noqa: PLR2004
        mood = Mood(
            0.62 - 0.4 * rude - 0.3 * slow, must, model.name_zh, shop.city, town.rng.choice(list(_SAID))
        )
        text, stars = write(town.rng, mood)
        day = town.end.date() - timedelta(days=town.rng.randrange(scale.days))
        rows.append(
            Row(
                text=text,
                stars=stars,
                said_on=day,
                product=model.name_zh,
                outlet=shop.code,
                external_id=f"D{number}",
            )
        )
    rows.sort(key=lambda row: row.said_on or town.end.date())
    size = max(1, len(rows) // 8)
    for start in range(0, len(rows), size):
        feedback.add_texts(
            town.house(), rows=rows[start : start + size], name=f"demo reviews {start // size + 1}"
        )


_SAID: Final = ("screen_dark", "battery", "charging", "no_power", "other", "sound")
