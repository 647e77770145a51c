"""Packs and their people for tests: a brand's promise that can be made better or worse."""

from datetime import timedelta

from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.models import Publication
from sanbao.rooms.registry.queries.publications import base_hashes
from sanbao.rooms.registry.tests.factories import AT, staff_actor

TODAY = AT.date()
TOMORROW = TODAY + timedelta(days=1)
RULE = """
[[rule]]
id = "{id}"
kind = "period"
valid_from = 2012-01-01
mark = "V"
source = "own"
parts = ["battery"]
months = {months}
gives = ["exchange"]
payer = "brand"
zh = "电池保{months}个月。"
en = "{months} months for the battery."
"""


def pack(
    months: int = 24, *, name: str = "brand-own", version: str = "1", rules: tuple[str, ...] = ("OWN-1",)
) -> str:
    """The text of a brand's pack that promises so many months for the battery."""
    head = f"""[pack]
name = "{name}"
title_zh = "自家承诺"
title_en = "Own promise"
jurisdiction = "CN"
family = "brand"
version = "{version}"

[sources]
own = "our own terms"
"""
    return head + "".join(RULE.format(id=rule, months=months) for rule in rules)


def keeper(at=AT):
    """A member of staff who may publish rules, everywhere; a new one each time."""
    return staff_actor("policy", "*", at)


def nothing_seen(actor, number: str) -> None:
    """Let somebody look at a proposal where no case is open."""
    row = Publication.objects.get(number=number)
    base = queries.base_of(base_hashes(row))
    services.keep_comparison(actor, number, base=base, seen=services.Seen({}, 0, ()))


def proposed(actor, text: str = "", *, valid_from=TOMORROW) -> str:
    """A proposal that its proposer has looked at."""
    number = services.propose_pack(actor, text=text or pack(), valid_from=valid_from)
    nothing_seen(actor, number)
    return number


def published(text: str = "", *, valid_from=TOMORROW, at=AT) -> str:
    """A pack that two people put into force."""
    number = proposed(keeper(at), text, valid_from=valid_from)
    second = keeper(at)
    nothing_seen(second, number)
    services.publish(second, number)
    return number
