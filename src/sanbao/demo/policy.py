"""Plans with a price, and a better promise that waits for its second person."""

from datetime import date, timedelta
from typing import Final

from sanbao.base.actor import STAFF, Actor
from sanbao.demo import goods
from sanbao.demo.town import ZONE, Town
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services
from sanbao.rooms.repairs import services as comparing
from sanbao.rooms.repairs.queries import Matter

_DEAR_CENTS: Final = 300_000
_FOR_ALL: Final = (("accident-1y", 17_900), ("extend-1y", 9_900))
"""Prices as old shop pages had them for the accident plan; that of the longer guarantee is invented."""
_SCREEN: Final = (9_900, 15_900)
"""The screen plan for cheaper and for dearer models. Source: copies of older shop pages, weak."""
_BRAND: Final = "brand-xiaomi-cn"
_BETTER: Final = ('id = "XM-PERIOD-BATTERY"', "months = 12", "months = 24")
_AHEAD: Final = timedelta(days=30)


def sell_plans(house: Actor, since: date) -> None:
    """Set what the plans of the sample pack cost."""
    for plan, cents in _FOR_ALL:
        services.put_plan_price(house, plan=plan, valid_from=since, cents=cents)
    for model in goods.MODELS:
        cents = _SCREEN[model.price_cents >= _DEAR_CENTS]
        services.put_plan_price(house, plan="screen-1y", valid_from=since, cents=cents, product=model.code)


def propose(town: Town) -> str:
    """Let the keeper of the rules propose two years for the battery and look at what that changes."""
    number, key, name = town.crew["policy", "*"][0]
    actor = Actor(f"staff:{number}", STAFF, town.end, key, name, {"*": town.roles["policy"]})
    live = registry.hashes_on(town.end.astimezone(ZONE).date()) or {}
    text = registry.pack_text(actor, live[_BRAND])
    head, rule, rest = text.partition(_BETTER[0])
    better = head.replace('version = "2026.1"', 'version = "2026.2"') + rule + rest.replace(*_BETTER[1:], 1)
    first = town.end.astimezone(ZONE).date() + _AHEAD
    made = services.propose_pack(actor, text=better, valid_from=first, note="电池保修延长到两年")
    rows = complaints.matters(town.house())
    cases = [Matter(case, order or "", device or "", at) for _, case, order, device, at in rows]
    comparing.compare_packs(actor, made, [cases])
    return made
