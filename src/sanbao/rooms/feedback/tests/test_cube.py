"""Texts counted beforehand are what a recount finds, whatever happened to the texts."""

import random
from datetime import date

import pytest

from sanbao.engines.counting import standardised
from sanbao.rooms.complaints.tests.factories import order, outlet
from sanbao.rooms.feedback import handlers, services
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.models import Cell, Mention, Mix, Voice
from sanbao.rooms.feedback.models.cells import ALL
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import BAD, HOUSE, READER, SENTENCES, stored
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.registry.models import Product
from sanbao.rooms.registry.tests.factories import AT, customer, owner_actor

pytestmark = pytest.mark.django_db
ORIGINS = ("review", "social", "chat")


def counted(where=None, tally="read"):
    return sum(row[tally] for row in cube.weeks(where or cube.Where()).values())


def import_some(dice):
    rows = [
        Row(
            f"{dice.choice(SENTENCES)}{dice.choice(SENTENCES)}（{dice.random()}）",
            said_on=dice.choice(
                [None, date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5), date(2026, 2, 9)]
            ),
            outlet=dice.choice(["", "BJ01", "SH01"]),
            product=dice.choice(["", "P1", "unknown"]),
        )
        for _ in range(dice.randint(1, 9))
    ]
    services.add_texts(HOUSE, rows=rows, name="x", origin=dice.choice(ORIGINS))


def read_some(dice):
    services.read_unread(HOUSE, READER, most=dice.randint(1, 12), version="one")


def read_again(dice):
    services.read_again(HOUSE, READER, most=dice.randint(1, 12), version=dice.choice(["one", "two"]))


def leave_out(dice):
    keys = list(Voice.objects.order_by("?").values_list("pk", flat=True)[:3])
    aside = dice.choice(["", "copy", "left_out"])
    cube.take(keys)
    Voice.objects.filter(pk__in=keys).update(counts=not aside, aside=aside)
    Mention.objects.filter(voice__in=keys).update(counts=not aside)
    cube.add(keys)


def test_cells_equal_a_recount_after_any_operations():
    outlet("BJ01"), outlet("SH01")
    Product.objects.create(code="P1", name_zh="一", name_en="One", product_class="phone")
    dice = random.Random(11)  # noqa: S311 - the same tale every time
    for _turn in range(60):
        dice.choice([import_some, read_some, read_some, read_again, leave_out])(dice)
    read_some(dice)
    assert cube.differences() == 0
    read = Voice.objects.exclude(reader="")
    assert counted() == read.filter(counts=True).count() > 20
    assert counted(tally="copies") == read.filter(aside="copy").count()
    assert counted(tally="left_out") == read.filter(aside="left_out").count()
    manner = {"aspect__in": ("AT", "SH", "EX", "CO"), "polarity": -1, "counts": True}
    assert counted(tally="manner_m") == Mention.objects.filter(**manner).values("voice").distinct().count()
    before = sorted(Cell.objects.exclude(read=0, copies=0, left_out=0).values_list("outlet", "day", "read"))
    cube.rebuild()
    after = Cell.objects.exclude(read=0, copies=0, left_out=0).values_list("outlet", "day", "read")
    assert sorted(after) == before
    assert cube.differences() == 0


def test_every_facet_adds_up_to_what_the_texts_say():
    outlet("BJ01"), outlet("SH01")
    Product.objects.create(code="P1", name_zh="一", name_en="One", product_class="phone")
    dice = random.Random(5)  # noqa: S311 - the same tale every time
    for _turn in range(12):
        import_some(dice)
    services.read_unread(HOUSE, READER)
    first, last = date(2026, 1, 4), date(2026, 1, 31)
    for place in (None, ("BJ01",), ("BJ01", "SH01"), ()):
        for product in ("", "P1"):
            for origin in ("", "social"):
                for days in ((None, None), (first, last), (first, None), (None, first)):
                    rows = Voice.objects.all()
                    rows = rows if place is None else rows.filter(outlet__in=place)
                    rows = rows.filter(product=product) if product else rows
                    rows = rows.filter(origin=origin) if origin else rows
                    rows = rows.filter(said_on__gte=days[0]) if days[0] else rows
                    rows = rows.filter(said_on__lte=days[1]) if days[1] else rows
                    where = cube.Where(*days, place, product, origin)
                    assert counted(where) == rows.count()
                    assert counted(where, "blame") == rows.filter(overall=-1).count()
                    assert sum(row["read"] for row in cube.days(where, ["read"]).values()) == rows.count()


def test_a_wrong_cell_is_noticed_and_a_rebuild_mends_it():
    stored(9)
    assert cube.differences() == 0
    cell = Cell.objects.filter(outlet=ALL, product=ALL).first()
    Cell.objects.filter(pk=cell.pk).update(at_m=99)
    assert cube.differences() == 2
    Mix.objects.create(outlet="NO", product="", origin="review", month=1, read=3)
    assert cube.differences() == 3
    cube.rebuild()
    assert cube.differences() == 0


def test_weeks_begin_on_monday_and_texts_without_a_day_stand_apart():
    rows = [
        Row("客服态度恶劣甲", said_on=date(2026, 1, 4)),
        Row("客服态度恶劣乙", said_on=date(2026, 1, 5)),
        Row(BAD),
    ]
    services.add_texts(HOUSE, rows=rows, name="x")
    services.read_unread(HOUSE, READER)
    found = cube.weeks(cube.Where(), ["read", "at_m"])
    assert found == {
        date(2025, 12, 29): {"read": 1, "at_m": 1},
        date(2026, 1, 5): {"read": 1, "at_m": 1},
        None: {"read": 1, "at_m": 1},
    }


def test_an_erased_person_stays_counted():
    who = customer()
    number = services.send_survey(HOUSE, order(who).number)
    services.answer_survey(owner_actor(who), number, stars=1, words=BAD)
    services.read_unread(HOUSE, READER)
    before = counted()
    handlers.on_customer_erased(HOUSE, Fact(1, who.number, "customer.erased", "system:test", AT, {}))
    assert counted() == before == 1
    assert cube.differences() == 0


def test_a_text_that_is_thrice_in_an_aspect_counts_once():
    services.add_texts(HOUSE, rows=[Row("态度恶劣，态度恶劣，态度很好，推来推去")], name="x")
    services.read_unread(HOUSE, READER)
    row = cube.weeks(cube.Where())[None]
    assert [row[name] for name in ("read", "at_m", "at_p", "sh_m", "manner_m", "manner_p", "service_m")] == [
        1
    ] * 7


def test_outlets_are_held_against_the_same_rates_as_the_engine_works_out():
    outlet("BJ01"), outlet("SH01")
    Product.objects.create(code="P1", name_zh="一", name_en="One", product_class="phone")
    dice = random.Random(3)  # noqa: S311 - the same tale every time
    for _turn in range(30):
        import_some(dice)
    services.read_unread(HOUSE, READER)
    groups = {}
    for voice in Voice.objects.filter(outlet__isnull=False).prefetch_related("mentions"):
        blamed = any(m.polarity < 0 and m.aspect not in {"PQ", "FU"} for m in voice.mentions.all())
        strata = groups.setdefault(voice.outlet_id, {})
        count, n = strata.get((voice.product_id, voice.origin), (0, 0))
        strata[voice.product_id, voice.origin] = (count + blamed, n + 1)
    own = {row.key: row for row in standardised(groups)}
    found = cube.held(cube.Where(), "service_m")
    assert len(found) == 2
    for name, count, n, expected, variance in found:
        assert (count, n) == (own[name].count, own[name].n)
        assert (expected, variance) == pytest.approx((own[name].expected, own[name].variance))
